use super::*;
use crate::cert::safe_line;
use crate::engine::mail_limits::{MAX_GOSSIP, MAX_GOSSIP_KEY, MAX_SUBJECT};
use crate::limits::{MAX_ADDRESS, MAX_RECIPIENTS};
use crate::mime::fields::Fields;
use crate::mime::limits::MAX_FIELD;
use crate::mime::part::Part;
use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

fn letter() -> Letter {
    Letter {
        headers: WrittenHeaders {
            from: Some(one("Ann", "ann@example.org")),
            ..WrittenHeaders::default()
        },
        text: "hi".to_owned(),
        html: None,
        files: Vec::new(),
        gossip: Vec::new(),
        key: None,
        now: 0,
        utc_offset: 0,
    }
}

fn one(name: &str, address: &str) -> MailAddress {
    MailAddress {
        name: name.to_owned(),
        address: address.to_owned(),
    }
}

fn made(letter: Letter) -> Vec<u8> {
    let content = entity(letter, &mut StdRng::seed_from_u64(1));
    let mut octets = Vec::new();
    content.each(|piece| octets.extend_from_slice(piece));
    octets
}

#[test]
fn what_is_alone_stands_alone() {
    let text = String::from_utf8(made(letter())).unwrap();
    assert_eq!(
        text,
        "Content-Type: text/plain; charset=utf-8; hp=\"cipher\"; protected-headers=\"v1\"\r\n\
         Content-Transfer-Encoding: 7bit\r\n\
         MIME-Version: 1.0\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\nFrom: Ann\r\n <ann@example.org>\r\n\
         Subject: \r\nHP-Outer: From: Ann\r\n <ann@example.org>\r\nHP-Outer: Subject: \r\n\r\nhi"
    );
}

/// As many recipients as may be, each with the longest name and address, and as many keys: who reads takes it.
#[test]
fn the_largest_header_is_read() {
    let address = format!("{}@example.org", "x".repeat(MAX_ADDRESS - 12));
    let mut long = letter();
    long.headers.to = vec![one(&"\u{1f600}".repeat(500), &address); MAX_RECIPIENTS];
    long.headers.subject = "\u{1f600}".repeat(MAX_SUBJECT);
    long.headers.outer_subject = Some(long.headers.subject.clone());
    long.gossip = vec![(address, vec![7; MAX_GOSSIP_KEY]); MAX_GOSSIP / MAX_GOSSIP_KEY];
    let keys = long.gossip.len();
    let octets = made(long);
    let cut = Fields::cut(&octets).unwrap();
    assert!(!cut.broken);
    let to = cut.fields.first("to").unwrap();
    assert!(to.len() < MAX_FIELD && to.ends_with(b">"), "{}", to.len());
    assert_eq!(cut.fields.all("autocrypt-gossip").count(), keys);
}

#[test]
fn types_of_files() {
    for (given, written) in [
        ("image/PNG", "image/png"),
        ("text/plain; charset=latin1", "text/plain"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("a/b\r\nBcc: x", "application/octet-stream"),
        ("a b/c", "application/octet-stream"),
        ("", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ] {
        assert_eq!(media_type(given), written, "{given}");
    }
}

/// A mail that is passed on is a mail where it comes to, octet by octet; one that would have to be encoded is a file.
#[test]
fn mails_are_passed_on_as_mails() {
    let mail = "Subject: x\r\nContent-Type: text/plain\r\n\r\nhi \r\n--=_\r\n";
    let long = format!("{mail}{}\r\n", "x".repeat(998));
    for (name, media_type, octets, written) in [
        ("a.eml", "application/octet-stream", mail, MAIL),
        ("a", MAIL, mail, MAIL),
        ("a.eml", MAIL, long.as_str(), MAIL),
        ("a.eml", MAIL, &mail.replace("\r\n", "\n"), MAIL),
        ("a.txt", "text/plain", mail, "text/plain"),
        ("a.eml", MAIL, "hi", "application/octet-stream"),
        (
            "a.eml",
            MAIL,
            &mail.replace("hi", "h\u{ef}"),
            "application/octet-stream",
        ),
        (
            "a.eml",
            MAIL,
            &mail.replace("hi", "h\ri"),
            "application/octet-stream",
        ),
        (
            "a.eml",
            MAIL,
            &mail.replace("hi", "h\0i"),
            "application/octet-stream",
        ),
        (
            "a.eml",
            MAIL,
            &long.replace("xx", "xxx"),
            "application/octet-stream",
        ),
    ] {
        let file = WrittenFile {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            content_id: None,
        };
        let mut written_letter = letter();
        written_letter.files = vec![(file, octets.as_bytes().into())];
        let entity = made(written_letter);
        let (root, flaws) = Part::tree(&entity).unwrap();
        let [_, part] = root.parts.as_slice() else {
            panic!("{octets}")
        };
        assert_eq!(
            (part.media_type.as_str(), flaws.broken),
            (written, false),
            "{octets}"
        );
        assert_eq!(&*part.encoding.decode(part.octets()).0, octets.as_bytes());
    }
}

#[test]
fn what_is_an_address() {
    for address in [
        "a@b",
        "a.b+c@example.org",
        "o'neil@example.org",
        "\u{e4}@\u{f6}.example",
    ] {
        assert!(is_address(address), "{address}");
    }
    let long = format!("{}@example.org", "x".repeat(MAX_ADDRESS));
    for address in [
        "",
        "a",
        "@b",
        "a@",
        "a@b@c",
        "a b@c",
        "a@b>",
        "a@b, c@d",
        "a@b\r\nBcc: c@d",
        "\"a\"@b",
        "a@b;c",
        "a:b@c",
        &long,
    ] {
        assert!(!is_address(address), "{address}");
    }
}

proptest! {
    /// Whatever names and subjects say: no field ends early, none is added, and all are read as they were.
    #[test]
    fn nothing_ends_a_field(
        subject in any::<String>(),
        outer in any::<String>(),
        name in any::<String>(),
        file_name in any::<String>(),
        media_type in any::<String>(),
    ) {
        let mut written = letter();
        written.headers.subject = subject.clone();
        written.headers.outer_subject = Some(outer);
        written.headers.to = vec![one(&name, "bob@example.org"), one("Carl", "carl@example.org")];
        let file = WrittenFile { name: file_name, media_type, content_id: None };
        written.files = vec![(file, b"octets".as_slice().into())];
        let octets = made(written);
        let (root, flaws) = Part::tree(&octets).unwrap();
        prop_assert!(!flaws.broken && !flaws.more);
        prop_assert_eq!(root.parts.len(), 2);
        let line = field::line(&subject);
        let read = crate::mime::words::decode(
            &crate::mime::charset::field(&root.fields.first("subject").unwrap()),
            &crate::mime::NoCharsets,
        );
        prop_assert_eq!(safe_line(&read, 1000), safe_line(&line, 1000));
        let to = crate::mime::address::read(&root.fields.first("to").unwrap(), 10, &crate::mime::NoCharsets);
        let addresses: Vec<_> = to.all.iter().map(|one| (one.address.as_str(), one.odd)).collect();
        prop_assert_eq!(addresses, [("bob@example.org", false), ("carl@example.org", false)]);
        for name in ["from", "to", "subject", "date", "content-type", "mime-version"] {
            prop_assert_eq!(root.fields.all(name).count(), 1);
        }
        prop_assert_eq!(root.fields.all("bcc").count(), 0);
    }
}
