use std::time::Instant;

use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::SignatureType;

use crate::armor::{self, ArmorError, Checksum, Kind as Block};
use crate::cert::Certificate;
use crate::engine::tests::kit::{Kind, made, now, public, secret, signature, wrap};
use crate::message::packet::tag;
use crate::message::{CleartextError, MessageError, limits, read_cleartext};
use crate::verdict::ReadMessage;
use crate::verdict::judge;
use crate::wire::Reason;
use crate::wire::engine::Summary;

/// The signature block over `text` (CRLF between lines) by ann.
fn block(text: &str, typ: SignatureType) -> String {
    let ann = secret(Kind::V4, "ann");
    let body = signature(
        &ann,
        typ,
        HashAlgorithm::Sha512,
        vec![made(now())],
        text.as_bytes(),
    );
    armor::write(
        Block::Signature,
        &wrap(tag::SIGNATURE, &body),
        Checksum::None,
    )
}

/// A cleartext signed message; `shown` stands between the headers and the signature.
fn framed(shown: &str, signed: &str) -> String {
    let block = block(signed, SignatureType::Text);
    format!("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{shown}\n{block}")
}

fn read(text: &str) -> Result<ReadMessage, CleartextError> {
    let ann = Certificate::from_bytes(&public(&secret(Kind::V4, "ann")).0).unwrap();
    let document = read_cleartext(text.as_bytes())?;
    Ok(judge(document, &[ann], Some("ann@example.org"), now()))
}

#[track_caller]
fn good(text: &str, expected: &str) {
    let message = read(text).unwrap();
    assert_eq!(message.verdict().summary, Summary::SignedBySender, "{text}");
    assert_eq!(message.text(), expected);
    assert!(!message.verdict().encrypted);
}

#[test]
fn text_as_it_was_signed() {
    good(&framed("hello", "hello"), "hello");
    good(&framed("", ""), "");
    good(&framed("\n\n", "\r\n\r\n"), "\n\n");
    good(&framed("a  \nb\t\n c", "a\r\nb\r\n c"), "a\nb\n c");
    good(
        &framed("- -- \n- - x\n- From me", "--\r\n- x\r\nFrom me"),
        "--\n- x\nFrom me",
    );
    good(&framed("grüße", "grüße"), "grüße");
    // around the block there may be anything
    let one = framed("hello", "hello");
    good(&format!("before\n{one}\nafter\n"), "hello");
    good(&format!("{one}\n{}", framed("second", "second")), "hello");
}

#[test]
fn mangled_by_pages() {
    let one = framed("hello\n\n  there", "hello\r\n\r\n  there");
    let shown = "hello\n\n  there";
    good(&one.replace('\n', "\r\n"), shown);
    let each = |f: &dyn Fn(&str) -> String| one.lines().map(f).collect::<Vec<_>>().join("\n");
    good(&each(&|line| format!("> {line}")), shown);
    good(
        &each(&|line| format!("> {line}").trim_end().to_owned()),
        shown,
    );
    good(&each(&|line| format!(">> {line}")), shown);
    good(&each(&|line| format!("  {line}")), shown);
    good(&each(&|line| format!("{line}  ")), shown);
    // spaces shown as no-break spaces: what fits is shown
    good(&one.replace("  there", "\u{a0} there"), shown);
    // no-break spaces that were signed stay
    good(&framed("a\u{a0}b", "a\u{a0}b"), "a\u{a0}b");
    good(
        &one.replacen("\n\n", "\n \u{a0}\n", 1)
            .replace(" \u{a0}", "\u{a0}"),
        shown,
    );
    // without Hash, as old programs wrote it
    good(&one.replace("Hash: SHA512\n", ""), shown);
    good(
        &one.replace("Hash: SHA512\n", "Hash: SHA256, SHA512\nHash: SHA1\n"),
        shown,
    );
}

/// A page that shows spaces in its own way does so to all signatures, those too that nobody here can check.
#[test]
fn respaced_text_with_several_signatures() {
    let [ann, eve] = ["ann", "eve"].map(|name| {
        let (typ, hash) = (SignatureType::Text, HashAlgorithm::Sha512);
        let body = signature(
            &secret(Kind::V4, name),
            typ,
            hash,
            vec![made(now())],
            b"a  b",
        );
        wrap(tag::SIGNATURE, &body)
    });
    let read = |signatures: &[&[u8]], shown: &str| {
        let block = armor::write(Block::Signature, &signatures.concat(), Checksum::None);
        read(&format!(
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{shown}\n{block}"
        ))
        .unwrap()
    };
    let signatures: [[&[u8]; 2]; 2] = [[&ann, &eve], [&eve, &ann]];
    for both in signatures {
        for shown in ["a  b", "a\u{a0} b", "a \u{a0}b"] {
            let message = read(&both, shown);
            assert_eq!(message.verdict().summary, Summary::Mixed, "{shown:?}");
            assert_eq!(message.text(), "a  b");
        }
        let changed = read(&both, "a\u{a0} c");
        assert_eq!(changed.verdict().summary, Summary::BadSignature);
        assert_eq!(changed.text(), "a\u{a0} c");
    }
    // Nobody here can check it: the text stays as it came.
    assert_eq!(read(&[&eve], "a\u{a0} b").text(), "a\u{a0} b");
}

#[test]
fn changed_text_is_a_bad_signature() {
    for shown in [
        "hallo",
        "hello\n",
        "\nhello",
        "hello there",
        "hel lo",
        "Hello",
    ] {
        let message = read(&framed(shown, "hello")).unwrap();
        assert_eq!(
            message.verdict().summary,
            Summary::BadSignature,
            "{shown:?}"
        );
        assert!(message.verdict().signatures[0].signer.is_none());
    }
}

#[test]
fn games_with_the_frame() {
    let malformed = Err(CleartextError::Message(MessageError::Malformed));
    let no_end = Err(CleartextError::Armor(ArmorError::NoEnd));
    let missing = Err(CleartextError::Armor(ArmorError::Missing));
    let one = framed("hello", "hello");
    let with = |from: &str, to: &str| one.replacen(from, to, 1);
    let table = [
        // headers that look like text, or text that looks like headers
        (with("Hash: SHA512", "Comment: trust me"), &malformed),
        (
            with("Hash: SHA512", "Hash: SHA512\nNotDashEscaped: yes"),
            &malformed,
        ),
        (with("Hash: SHA512", "Hash:SHA512"), &malformed),
        (
            with("Hash: SHA512", "Hash: SHA512\r\u{2028}Pay!"),
            &malformed,
        ),
        (
            with("Hash: SHA512", "Hash: see <https://example.org>"),
            &malformed,
        ),
        (
            with("Hash: SHA512\n", "Hash: SHA512\n\x0b\x0c\n"),
            &malformed,
        ),
        (with("Hash: SHA512\n\n", "Hash: SHA512\n"), &malformed),
        (
            with("Hash: SHA512", &["Hash: SHA512"; 9].join("\n")),
            &no_end,
        ),
        // characters that end a line for some programs
        (with("hello", "hel\0lo"), &malformed),
        (with("hello", "hel\rlo"), &malformed),
        // lines that must be escaped
        (with("hello", "-hello"), &malformed),
        (
            with("hello", "-----BEGIN PGP SIGNED MESSAGE-----\n\nhello"),
            &malformed,
        ),
        (with("hello", "-----BEGIN PGP MESSAGE-----"), &malformed),
        // something else than the frame
        (
            with(
                "-----BEGIN PGP SIGNED MESSAGE-----",
                "x-----BEGIN PGP SIGNED MESSAGE-----",
            ),
            &missing,
        ),
        (
            with(
                "-----BEGIN PGP SIGNED MESSAGE-----",
                "-----BEGIN PGP MESSAGE-----",
            ),
            &missing,
        ),
        (
            with(
                "-----BEGIN PGP SIGNATURE-----",
                "-----BEGIN PGP SIGNATURES-----",
            ),
            &malformed,
        ),
        (with("-----BEGIN PGP SIGNATURE-----", ""), &malformed),
        (with("-----END PGP SIGNATURE-----", ""), &no_end),
        (
            one.split("-----BEGIN PGP SIGNATURE")
                .next()
                .unwrap()
                .to_owned(),
            &no_end,
        ),
        ("-----BEGIN PGP SIGNED MESSAGE-----".to_owned(), &no_end),
        (String::new(), &missing),
    ];
    for (text, expected) in table {
        assert_eq!(&read(&text).map(|_| ()), expected, "{text}");
    }
    // a quoted block must be quoted throughout: no line of the reply is taken in
    let quoted: Vec<_> = one.lines().map(|line| format!("> {line}")).collect();
    let mixed = quoted
        .join("\n")
        .replacen("> hello", "> hello\nnot quoted", 1);
    assert_eq!(
        read(&mixed).map(|m| m.text().to_owned()),
        Err(ArmorError::NoEnd.into())
    );
}

#[test]
fn a_form_feed_does_not_hide_anything() {
    let message = read(&framed("seen\x0cunseen", "seen\x0cunseen")).unwrap();
    assert_eq!(message.text(), "seen\x0cunseen");
    assert_eq!(
        message.verdict().notes,
        [crate::wire::engine::Note::MisleadingCharacters]
    );
}

#[test]
fn signatures_of_other_kinds() {
    let frame = "-----BEGIN PGP SIGNED MESSAGE-----\n\nhello\n";
    // A signature over bytes is one on a file, not on this frame.
    for typ in [
        SignatureType::Binary,
        SignatureType::CertGeneric,
        SignatureType::Key,
    ] {
        // rpgp hashes nothing but documents: the type is put in afterwards, and the verdict is there before the hash.
        let mut body = signature(
            &secret(Kind::V4, "ann"),
            SignatureType::Binary,
            HashAlgorithm::Sha512,
            vec![made(now())],
            b"hello",
        );
        body[1] = typ.into();
        let block = armor::write(
            Block::Signature,
            &wrap(tag::SIGNATURE, &body),
            Checksum::None,
        );
        let message = read(&format!("{frame}{block}")).unwrap();
        let (summary, reasons) = match typ {
            SignatureType::Binary => (Summary::BadSignature, vec![]),
            _ => (Summary::UnusableSignature, vec![Reason::WrongType]),
        };
        assert_eq!(message.verdict().summary, summary, "{typ:?}");
        assert_eq!(message.verdict().signatures[0].reasons, reasons, "{typ:?}");
    }
    // not signatures at all
    let empty = armor::write(Block::Signature, &wrap(tag::MARKER, b"PGP"), Checksum::None);
    let malformed = Err(CleartextError::Message(MessageError::Malformed));
    assert_eq!(
        read(&format!("{frame}{empty}")).map(|_| ()),
        malformed.clone()
    );
    let literal = armor::write(
        Block::Signature,
        &wrap(tag::LITERAL, b"b\0\0\0\0\0x"),
        Checksum::None,
    );
    assert_eq!(read(&format!("{frame}{literal}")).map(|_| ()), malformed);
}

#[test]
fn limits_of_size() {
    let long = "x".repeat(limits::MAX_CLEARTEXT_LINE);
    good(&framed(&long, &long), &long);
    let over = "x".repeat(limits::MAX_CLEARTEXT_LINE + 1);
    let error = read(&framed(&over, &over)).map(|m| m.text().to_owned());
    assert_eq!(
        error,
        Err(MessageError::Limit(limits::MAX_CLEARTEXT_LINE).into())
    );
    let text = "x\n".repeat(limits::MAX_CLEARTEXT / 2);
    let error = read(&framed(&text, "")).map(|m| m.text().to_owned());
    assert_eq!(
        error,
        Err(MessageError::Limit(limits::MAX_CLEARTEXT).into())
    );
}

/// What stands in front of the first line is compared with each line that follows.
#[test]
fn a_long_indentation_costs_no_time() {
    let indented = |by: usize| {
        let lines = "\n".repeat(150_000);
        let one = framed(&lines, &lines.replace('\n', "\r\n"));
        format!("{}{}", " ".repeat(by), one)
    };
    let start = Instant::now();
    assert_eq!(
        read_cleartext(indented(limits::MAX_CLEARTEXT_LINE + 1).as_bytes()).err(),
        Some(MessageError::Limit(limits::MAX_CLEARTEXT_LINE).into())
    );
    // No line but blank ones is without it, and blank ones are not looked at more closely.
    let most = indented(limits::MAX_CLEARTEXT_LINE);
    assert_eq!(
        read_cleartext(most.replacen("Hash: SHA512\n", "", 1).as_bytes()).err(),
        Some(ArmorError::NoEnd.into())
    );
    let took = start.elapsed();
    // Unoptimised and on a busy machine; what counts is that nothing grows with the product of both.
    assert!(took.as_secs() < 5, "{took:?}");
}

#[test]
fn time_grows_with_the_size_and_not_its_square() {
    let time = |size: usize| {
        let lines = "ab\n".repeat(size / 3);
        let text = framed(&lines, &lines.replace('\n', "\r\n"));
        (0..5)
            .map(|_| {
                let start = Instant::now();
                assert!(read_cleartext(text.as_bytes()).is_ok());
                start.elapsed()
            })
            .min()
            .unwrap()
    };
    let (small, large) = (time(200_000), time(2_000_000));
    // Ten times the size takes about ten times as long; its square would be a hundred.
    assert!(large < small * 40, "{small:?} {large:?}");
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_it(inside in "[ -~\\n\\r\\t\u{a0}-]{0,200}") {
        let _ = read(&format!("-----BEGIN PGP SIGNED MESSAGE-----\n{inside}"));
        let _ = read(&framed(&inside, "hello"));
    }
}
