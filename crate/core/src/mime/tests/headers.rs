//! Headers: decoded, made safe, and whose word they are.

use super::kit::{
    ann, armored, encrypted, eve, mail, multipart, read, read_from, read_with, signed, text,
};
use crate::mime::Charsets;
use crate::mime::limits::MAX_HEADER;
use crate::wire::engine::Summary;
use crate::wire::mail::{HeaderField, HeaderProtection, MailHeaders};

/// The header of a mail with these lines.
fn headers(lines: &str) -> MailHeaders {
    let source = format!("{lines}\r\n\r\nx");
    read_from(source.as_bytes(), &[], None)
        .unwrap()
        .view
        .headers
}

fn addresses(headers: &MailHeaders) -> Vec<String> {
    let all = headers
        .from
        .iter()
        .chain(&headers.to)
        .chain(&headers.cc)
        .chain(&headers.reply_to);
    all.map(|one| format!("{}<{}>", one.name, one.address))
        .collect()
}

#[test]
fn fields_are_decoded_and_made_safe() {
    let shown = headers(
        "From: =?utf-8?q?M=C3=BCller?= <m@example.org>\r\nTo: a@x,\r\n =?koi8-r?q?=F0=D2=C9?= <b@x>\r\nCc: Gr\u{fc}n <c@x>\r\n\
         Reply-To: \"a\u{202e}b\" <d@x>\r\nSubject: =?utf-8?b?R3LDvMOfZQ==?=\r\n =?utf-8?q?_an_alle?=\r\n\
         Date: Sat, 28 Nov 2026 04:16:17 +0000",
    );
    assert_eq!(shown.subject.as_deref(), Some("Grüße an alle"));
    assert_eq!(
        addresses(&shown),
        [
            "Müller<m@example.org>",
            "<a@x>",
            "При<b@x>",
            "Grün<c@x>",
            "a\u{fffd}b<d@x>"
        ]
    );
    assert_eq!(shown.date, Some(1_795_839_377));
    assert_eq!(
        (shown.protection, shown.outside.len()),
        (HeaderProtection::Outside, 0)
    );
}

#[test]
fn oddities_of_fields() {
    let shown = headers("Subject:\r\nDate: tomorrow\r\nTo:");
    assert_eq!(
        (shown.subject.as_deref(), shown.date, shown.to.len()),
        (Some(""), None, 0)
    );
    let shown = headers("From: a@x\r\nFrom: b@x");
    assert_eq!(addresses(&shown), ["<a@x>", "<b@x>"]);
    assert_eq!(shown.subject, None);
    // 8 bit, as old programs write it.
    let source = [
        &b"Subject: gr\xfcn \x80\r\nFrom: "[..],
        b"M\xfcller <m@x>\r\n\r\nx",
    ]
    .concat();
    let shown = read_from(&source, &[], None).unwrap().view.headers;
    assert_eq!(shown.subject.as_deref(), Some("grün €"));
    assert_eq!(addresses(&shown), ["Müller<m@x>"]);
    let shown = headers(&format!("Subject: {}\u{202e}\0x", "x".repeat(5000)));
    assert_eq!(
        shown.subject.unwrap().chars().count(),
        crate::mime::limits::MAX_SHOWN_FIELD + 1
    );
    let many = vec!["a@x"; 2000].join(", ");
    assert_eq!(
        headers(&format!("To: {many}")).to.len(),
        crate::mime::limits::MAX_ADDRESSES
    );
}

const INSIDE: &str = "From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nSubject: inside\r\n\
                      Date: Sat, 28 Nov 2026 04:16:17 +0000\r\nHP-Outer: Subject: [...]\r\n";

fn protected(params: &str, fields: &str) -> String {
    format!("{fields}Content-Type: text/plain; charset=utf-8; {params}\r\n\r\nHello\r\n")
}

#[test]
fn protected_headers_are_shown_and_the_outside_is_told() {
    for (entity, protection) in [
        (
            encrypted(Some(&ann()), &protected("hp=\"cipher\"", INSIDE)),
            HeaderProtection::Encrypted,
        ),
        (
            encrypted(None, &protected("hp=cipher", INSIDE)),
            HeaderProtection::Encrypted,
        ),
        (
            encrypted(None, &protected("protected-headers=\"v1\"", INSIDE)),
            HeaderProtection::Encrypted,
        ),
        (
            encrypted(None, &signed(&ann(), &protected("hp=\"cipher\"", INSIDE))),
            HeaderProtection::Encrypted,
        ),
        (
            signed(&ann(), &protected("hp=\"clear\"", INSIDE)),
            HeaderProtection::Signed,
        ),
    ] {
        let headers = read(&mail(&entity), &[&ann()]).view.headers;
        assert_eq!(
            (headers.protection, headers.subject.as_deref()),
            (protection, Some("inside"))
        );
        let outside: Vec<_> = headers
            .outside
            .iter()
            .map(|one| (one.field, one.value.as_str()))
            .collect();
        assert_eq!(outside, [(HeaderField::Subject, "outside")]);
    }
}

/// Fields that are not inside are not there: the outside is never mixed in.
#[test]
fn the_outside_is_not_merged() {
    let source = format!(
        "Cc: eve@example.org\r\nReply-To: E <eve@example.org>\r\n{}",
        mail(&encrypted(
            Some(&ann()),
            &protected("hp=\"cipher\"", "From: ann@example.org\r\nBcc: x@y\r\n"),
        ))
    );
    let headers = read(&source, &[&ann()]).view.headers;
    assert_eq!(addresses(&headers), ["<ann@example.org>"]);
    assert_eq!((headers.subject, headers.date), (None, None));
    let outside: Vec<_> = headers
        .outside
        .iter()
        .map(|one| (one.field, one.value.as_str()))
        .collect();
    assert_eq!(
        outside,
        [
            (HeaderField::Subject, "outside"),
            (HeaderField::From, "Ann <ann@example.org>"),
            (HeaderField::To, "bob@example.org"),
            (HeaderField::Cc, "eve@example.org"),
            (HeaderField::ReplyTo, "E <eve@example.org>"),
            (HeaderField::Date, "Sat, 28 Nov 2026 04:16:17 +0000"),
        ]
    );
    // What is inside only.
    let inside = format!("{INSIDE}Reply-To: ann@example.org\r\n");
    let headers = read(
        &mail(&encrypted(None, &protected("hp=cipher", &inside))),
        &[],
    )
    .view
    .headers;
    let last = headers.outside.last().unwrap();
    assert_eq!(
        (last.field, last.value.as_str()),
        (HeaderField::ReplyTo, "")
    );
}

#[test]
fn fields_that_are_not_protected_are_not_believed() {
    for entity in [
        // No layer at all, no word that they are meant, a word that is none.
        protected("hp=\"cipher\"", "Subject: inside\r\n").replace("Subject: inside\r\n", ""),
        encrypted(Some(&ann()), &protected("x=y", INSIDE)),
        encrypted(Some(&ann()), &protected("hp=\"maybe\"", INSIDE)),
        // The word is on a part and not on the payload.
        encrypted(
            Some(&ann()),
            &multipart("mixed", &[&protected("hp=\"cipher\"", INSIDE)]),
        ),
        // A signature by nobody who is known, and one that is bad.
        signed(&eve(), &protected("hp=\"clear\"", INSIDE)),
        signed(&ann(), &protected("hp=\"clear\"", INSIDE)).replace("Hello", "Hullo"),
    ] {
        let headers = read(&mail(&entity), &[&ann()]).view.headers;
        let told = (
            headers.protection,
            headers.subject.as_deref(),
            headers.outside.len(),
        );
        assert_eq!(
            told,
            (HeaderProtection::Outside, Some("outside"), 0),
            "{entity}"
        );
    }
}

/// What mutt makes: the subject and nothing else.
#[test]
fn a_protected_subject_alone() {
    let entity = encrypted(
        Some(&ann()),
        &protected("protected-headers=v1", "Subject: inside\r\n"),
    );
    let seen = read(&mail(&entity), &[&ann()]);
    let headers = &seen.view.headers;
    assert_eq!(
        (headers.protection, headers.subject.as_deref()),
        (HeaderProtection::Outside, Some("inside"))
    );
    assert_eq!(
        addresses(headers),
        ["Ann<ann@example.org>", "<bob@example.org>"]
    );
    assert_eq!(
        (headers.outside.len(), headers.outside[0].value.as_str()),
        (1, "outside")
    );
    assert!(headers.secret_subject);
    assert_eq!(seen.summary(), Summary::SignedBySender);
}

/// What must not go out in clear with an answer, in whichever form it came.
#[test]
fn a_subject_that_was_encrypted_is_a_secret() {
    let hp = |subject: &str| protected("hp=cipher", &INSIDE.replace("inside", subject));
    let alone =
        |subject: &str| protected("protected-headers=v1", &format!("Subject: {subject}\r\n"));
    for (source, secret) in [
        (mail(&encrypted(None, &hp("inside"))), true),
        (mail(&encrypted(None, &alone("inside"))), true),
        // Everybody could read it.
        (mail(&encrypted(None, &hp("outside"))), false),
        (mail(&encrypted(None, &alone("outside"))), false),
        (mail(&signed(&ann(), &hp("inside"))), false),
        (mail(&signed(&ann(), &alone("inside"))), false),
        (mail(&encrypted(None, &text("Hello"))), false),
        // Nothing is around it that could show a subject.
        (armored(None, &hp("outside")), true),
        (armored(None, &alone("outside")), true),
        (
            armored(None, &protected("hp=cipher", "From: a@x\r\n")),
            false,
        ),
    ] {
        let headers = read(&source, &[&ann()]).view.headers;
        assert_eq!(headers.secret_subject, secret, "{source}");
    }
}

#[test]
fn copies_of_headers_are_left_out() {
    let copy = "Subject: inside\r\n\r\n";
    let html = "<div class=\"header-protection-legacy-display\"><pre>Subject: inside</pre></div>";
    let alternative = multipart(
        "alternative; hp=\"cipher\"",
        &[
            &format!("Content-Type: text/plain; hp-legacy-display=\"1\"\r\n\r\n{copy}Hello"),
            &format!("Content-Type: text/html; hp-legacy-display=\"1\"\r\n\r\n{html}<p>Hello"),
        ],
    );
    let old = |first: &str| {
        let first = format!("Content-Type: text/plain; protected-headers=\"v1\"\r\n\r\n{first}");
        multipart("mixed; protected-headers=\"v1\"", &[&first, &text("Hello")])
    };
    let simple =
        format!("Content-Type: text/plain; hp=cipher; hp-legacy-display=1\r\n\r\n{copy}Hello");
    for (payload, shown) in [
        (alternative.clone(), "<p>Hello[Hello]"),
        (simple.clone(), "Hello"),
        (old("Subject: inside\r\n"), "Hello"),
        // It is more than a copy.
        (
            old("Subject: inside\r\nPay the attacker\r\n"),
            "Subject: inside\nPay the attacker\n|Hello",
        ),
    ] {
        let payload = format!("Subject: inside\r\nFrom: ann@example.org\r\n{payload}");
        let seen = read(&mail(&encrypted(Some(&ann()), &payload)), &[&ann()]);
        assert_eq!(seen.text(), shown);
    }
    // Nothing was encrypted: nothing is a copy.
    let seen = read(&mail(&signed(&ann(), &simple)), &[&ann()]);
    assert_eq!(seen.text(), "Subject: inside\n\nHello");
}

/// Where copies of headers are looked for, nothing is decoded that is too long to be one.
#[test]
fn a_long_part_is_no_copy_of_headers() {
    struct Longest(std::cell::Cell<usize>);
    impl Charsets for Longest {
        fn decode(&self, _: &str, octets: &[u8]) -> Option<String> {
            self.0.set(self.0.get().max(octets.len()));
            Some(String::from_utf8_lossy(octets).into_owned())
        }
    }
    for (lines, decoded) in [(10, true), (MAX_HEADER / 10, false)] {
        let first = format!(
            "Content-Type: text/plain; charset=koi8-r; protected-headers=\"v1\"\r\n\
             Content-Disposition: attachment\r\n\r\n{}",
            "Subject: inside\r\n".repeat(lines)
        );
        let payload = format!(
            "Subject: inside\r\nFrom: ann@example.org\r\n{}",
            multipart("mixed; protected-headers=\"v1\"", &[&first, &text("Hello")])
        );
        let longest = Longest(0.into());
        let source = mail(&encrypted(Some(&ann()), &payload));
        let seen = read_with(source.as_bytes(), &[&ann()], None, &longest).unwrap();
        assert_eq!(seen.text(), "Hello");
        assert_eq!(
            (seen.kinds().is_empty(), longest.0.get() > 0),
            (decoded, decoded)
        );
    }
}
