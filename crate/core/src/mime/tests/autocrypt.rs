//! Keys that mails bring in their headers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::kit::{ann, encrypted, mail, read, text};
use crate::cert::Certificate;
use crate::mime::limits::MAX_AUTOCRYPT;
use crate::testkit::{MADE, Maker, says, usual};
use crate::wire::mail::BroughtKey;

fn key(maker: &Maker) -> String {
    STANDARD.encode(maker.cert().to_bytes())
}

/// A mail from ann with these fields in its header.
fn with(fields: &[String]) -> String {
    let lines: String = fields.iter().map(|one| format!("{one}\r\n")).collect();
    lines + &mail(&text("Hello\r\n"))
}

fn brought(fields: &[String]) -> Option<BroughtKey> {
    read(&with(fields), &[]).view.brings
}

fn field(address: &str, more: &str, key: &str) -> String {
    format!("Autocrypt: addr={address};{more} keydata={key}")
}

#[test]
fn the_senders_key_is_offered() {
    let maker = usual("Ann <ann@example.org>").user("Boss <boss@example.net>", says(MADE));
    let folded: String = key(&maker)
        .as_bytes()
        .chunks(70)
        .flat_map(|line| [b"\r\n ", line].concat())
        .map(char::from)
        .collect();
    for fields in [
        vec![field("ann@example.org", "", &key(&maker))],
        vec![field(
            " Ann@Example.org ",
            " prefer-encrypt=mutual;",
            &folded,
        )],
        vec![field("ann@example.org", " _new=1; ;", &key(&maker))],
        // One about somebody else, and one that is none, count for nothing.
        vec![
            field("eve@example.org", "", &key(&maker)),
            field("ann@example.org", "", &key(&maker)),
            field("ann@example.org", "", "*"),
        ],
    ] {
        let found = brought(&fields).unwrap();
        assert_eq!(found.fingerprint, maker.cert().fingerprint());
        let certificate = Certificate::from_bytes(&found.data.0).unwrap();
        assert_eq!(certificate.info(crate::testkit::NOW).user_ids.len(), 1);
    }
    let source = format!(
        "{}\r\n{}",
        field("ann@example.org", "", &key(&maker)),
        mail(&encrypted(Some(&ann()), &text("Hello\r\n")))
    );
    assert!(read(&source, &[&ann()]).view.brings.is_some());
}

#[test]
fn anything_else_is_not() {
    let maker = usual("Ann <ann@example.org>");
    let good = field("ann@example.org", "", &key(&maker));
    let signs = Maker::v4().user("Ann <ann@example.org>", says(MADE));
    let filling = format!(" _x={};", "x".repeat(MAX_AUTOCRYPT));
    for fields in [
        vec![],
        vec![good.clone(), good.clone()],
        vec![field("eve@example.org", "", &key(&maker))],
        vec![field(
            "ann@example.org",
            "",
            &key(&usual("Eve <eve@example.org>")),
        )],
        vec![field("ann@example.org", "", &key(&signs))],
        vec![field("ann@example.org", " critical=1;", &key(&maker))],
        vec![field(
            "ann@example.org",
            " addr=ann@example.org;",
            &key(&maker),
        )],
        vec![field("ann@example.org", &filling, &key(&maker))],
        vec![field("ann@example.org", "", "")],
        vec![field(
            "ann@example.org",
            "",
            &STANDARD.encode(maker.secret_bytes()),
        )],
        vec![field(
            "ann@example.org",
            "",
            &STANDARD.encode([maker.bytes(), signs.bytes()].concat()),
        )],
        vec![format!("Autocrypt: keydata={}", key(&maker))],
        vec![format!(
            "Autocrypt-Gossip: addr=ann@example.org; keydata={}",
            key(&maker)
        )],
        vec!["From: eve@example.org".to_owned(), good.clone()],
    ] {
        assert_eq!(brought(&fields), None, "{fields:?}");
    }
    // In the mail's text it is text.
    let inside = mail(&format!("{good}\r\n{}", text("Hello\r\n")));
    assert!(
        read(&inside, &[]).view.brings.is_some(),
        "the header goes on"
    );
    let below = mail(&text(&format!("{good}\r\n")));
    assert_eq!(read(&below, &[]).view.brings, None);
}

proptest! {
    #[test]
    fn any_field_is_read(value in "[a-z@.=; _A-Z0-9+/\\t]{0,200}") {
        let _ = brought(&[format!("Autocrypt: {value}")]);
    }
}
