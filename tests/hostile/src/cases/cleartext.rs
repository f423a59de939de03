//! The cleartext signature framework: text that is shown and text that is signed must be one.

use pgp::packet::SignatureType;
use waxseal_core::wire::Form;

use crate::keys::{good, says, sign, usual};
use crate::message::{Reading, TEXT, armor, packet, tag};
use crate::{Case, Input, NOW};

const HEAD: &str = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n";

fn block(signature: &[u8]) -> String {
    String::from_utf8(armor("SIGNATURE", &packet(tag::SIGNATURE, signature))).expect("ASCII")
}

fn signed(text: &str) -> Vec<u8> {
    let canonical = text.replace('\n', "\r\n");
    sign(
        &usual(1).primary,
        SignatureType::Text,
        &says(NOW),
        canonical.as_bytes(),
    )
}

/// `text` with a good signature of it behind, framed as it stands.
fn framed(head: &str, text: &str) -> String {
    format!("{head}{text}\n{}", block(&signed(text)))
}

fn read(text: String) -> Input {
    Reading::block(Form::Signed, text.into_bytes())
        .knows(usual(1).bytes())
        .input()
}

fn showing(text: String, shown: &str) -> Input {
    let reading = Reading::block(Form::Signed, text.into_bytes()).knows(usual(1).bytes());
    reading.text(shown).input()
}

fn damaged(name: &'static str, change: fn(String) -> String) -> Case {
    Case::new(format!("cleartext/{name}"), move || {
        read(change(framed(HEAD, TEXT)))
    })
}

fn heads() -> Vec<Case> {
    let case = |name: &str, head: String| {
        Case::new(format!("cleartext/head-{name}"), move || {
            read(framed(&head, TEXT))
        })
    };
    let after = |lines: &str| format!("-----BEGIN PGP SIGNED MESSAGE-----\n{lines}");
    vec![
        case("without-hash", after("\n")),
        case("of-another-hash", after("Hash: SHA256\n\n")),
        case(
            "with-a-comment",
            after("Hash: SHA512\nComment: pay Eve\n\n"),
        ),
        case("with-text", after("Hash: SHA512\npay Eve\n\n")),
        case(
            "with-text-in-the-hash",
            after("Hash: SHA512 \u{2028}pay Eve!\n\n"),
        ),
        case(
            "not-dash-escaped",
            after("NotDashEscaped: You need GnuPG\n\n"),
        ),
        case("without-blank-line", after("Hash: SHA512\n")),
        case("form-feed-for-blank-line", after("Hash: SHA512\n\u{c}\n")),
        case(
            "vertical-tab-for-blank-line",
            after("Hash: SHA512\n\u{b}\n"),
        ),
        case(
            "1000-times-hash",
            after(&format!("{}\n", "Hash: SHA512\n".repeat(1000))),
        ),
        case("five-dashes-more", format!("-----{HEAD}")),
    ]
}

fn texts() -> Vec<Case> {
    let case = |name: &str, text: &'static str| {
        Case::new(format!("cleartext/text-{name}"), move || {
            showing(framed(HEAD, text), text)
        })
    };
    vec![
        case("good", TEXT),
        case("empty", ""),
        case("with-a-nul", "pay 100\0 to Bob"),
        case("with-a-lone-cr", "pay 100\rto Bob"),
        case("with-an-unescaped-dash", "-pay 100 to Bob"),
        case(
            "with-another-frame",
            "pay\n-----BEGIN PGP SIGNED MESSAGE-----\nBob",
        ),
        case("with-a-form-feed", "pay 100\u{c} to Bob"),
        case("right-to-left", "pay \u{202e}001 to Bob"),
        Case::new("cleartext/text-line-of-20000", || {
            let text = "a".repeat(20_000);
            showing(framed(HEAD, &text), &text)
        }),
        Case::new("cleartext/text-200000-short-lines", || {
            let text = vec!["a b"; 200_000].join("\n");
            showing(framed(HEAD, &text), &text)
        }),
        Case::new("cleartext/text-of-9-mb", || {
            let text = vec!["a line that is neither long nor short"; 250_000].join("\n");
            showing(framed(HEAD, &text), &text)
        }),
        Case::new("cleartext/text-with-spaces-at-line-ends", || {
            let signature = block(&signed("pay 100\nto Bob"));
            showing(
                format!("{HEAD}pay 100  \t\nto Bob \n{signature}"),
                "pay 100\nto Bob",
            )
        }),
        Case::new("cleartext/text-dash-escaped", || {
            let signature = block(&signed("--\npay"));
            showing(format!("{HEAD}- -- \npay\n{signature}"), "--\npay")
        }),
    ]
}

fn frames() -> Vec<Case> {
    vec![
        damaged("frame-text-in-front", |whole| format!("pay Eve\n{whole}")),
        damaged("frame-text-behind", |whole| format!("{whole}\npay Eve\n")),
        Case::new("cleartext/frame-changed-text", || {
            showing(framed(HEAD, TEXT).replace("100", "900"), "pay 900 to Bob")
        }),
        Case::new("cleartext/frame-line-added", || {
            let text = format!("{TEXT}\npay Eve");
            showing(framed(HEAD, TEXT).replace(TEXT, &text), &text)
        }),
        damaged("frame-without-signature", |whole| {
            whole
                .split("-----BEGIN PGP SIGNATURE")
                .next()
                .unwrap_or_default()
                .to_owned()
        }),
        damaged("frame-without-end", |whole| {
            whole.replace("-----END PGP SIGNATURE-----", "")
        }),
        damaged("frame-signature-label-of-a-message", |whole| {
            whole.replace("PGP SIGNATURE", "PGP MESSAGE")
        }),
        damaged("frame-two-signature-blocks", |whole| {
            format!("{whole}{}", block(&signed("pay 100 to Eve")))
        }),
        Case::new("cleartext/frame-two-messages", || {
            let first = framed(HEAD, "pay 100 to Eve").replace("Eve", "Eva");
            showing(format!("{first}{}", framed(HEAD, TEXT)), "pay 100 to Eva")
        }),
        damaged("frame-empty-signature", |whole| {
            let text = whole
                .split("-----BEGIN PGP SIGNATURE")
                .next()
                .unwrap_or_default()
                .to_owned();
            format!("{text}-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n")
        }),
        Case::new("cleartext/frame-20000-beginnings", || {
            read(HEAD.repeat(20_000))
        }),
        Case::new("cleartext/signature-on-octets", || {
            let binary = good(&usual(1).primary, TEXT.as_bytes());
            read(format!("{HEAD}{TEXT}\n{}", block(&binary)))
        }),
        Case::new("cleartext/signature-that-is-a-key", || {
            let key = String::from_utf8(armor("SIGNATURE", &usual(1).bytes())).expect("ASCII");
            read(format!("{HEAD}{TEXT}\n{key}"))
        }),
        Case::new("cleartext/signature-good-and-bad", || {
            let bad = sign(
                &usual(1).primary,
                SignatureType::Text,
                &says(NOW),
                b"pay 100 to Eve",
            );
            let both = [
                packet(tag::SIGNATURE, &signed(TEXT)),
                packet(tag::SIGNATURE, &bad),
            ]
            .concat();
            let both = String::from_utf8(armor("SIGNATURE", &both)).expect("ASCII");
            read(format!("{HEAD}{TEXT}\n{both}"))
        }),
        Case::new("cleartext/signature-5000-times", || {
            let all = packet(tag::SIGNATURE, &signed(TEXT)).repeat(5000);
            let all = String::from_utf8(armor("SIGNATURE", &all)).expect("ASCII");
            read(format!("{HEAD}{TEXT}\n{all}"))
        }),
    ]
}

pub fn cases() -> Vec<Case> {
    [heads(), texts(), frames()].into_iter().flatten().collect()
}
