//! Who sent a mail (attacks I1 to I3): exactly one address in exactly one From, on which the site agrees.

use super::kit::{Version, ann, encrypted, eve, read_from, signed, text};
use crate::engine::tests::kit::secret_of;
use crate::wire::engine::{Note, Summary};

/// A mail with these header lines, signed by eve.
fn summary(lines: &str, site: Option<&str>) -> Summary {
    let source = format!(
        "{lines}\r\nSubject: x\r\n{}",
        signed(&eve(), &text("Pay\r\n"))
    );
    read_from(source.as_bytes(), &[&ann(), &eve()], site)
        .unwrap()
        .summary()
}

#[test]
fn i1_the_signer_is_not_the_sender() {
    let site = Some("ann@example.org");
    assert_eq!(
        summary("From: ann@example.org", site),
        Summary::SignedByOther
    );
    assert_eq!(
        summary("From: ann@example.org", None),
        Summary::SignedByOther
    );
    assert_eq!(
        summary("From: Eve <eve@example.org>", Some("eve@example.org")),
        Summary::SignedBySender
    );
    assert_eq!(
        summary("From: =?utf-8?q?Eve=2C_E=2E?= <eve@example.org>", None),
        Summary::SignedBySender
    );
    assert_eq!(
        summary("From: =?utf-8?q?Eve,_E.:?= <eve@example.org>", None),
        Summary::SignedBySender
    );
    assert_eq!(
        summary("From: \"Eve, E.\" <EVE@example.org>", None),
        Summary::SignedBySender
    );
}

#[test]
fn i2_names_that_pretend() {
    for from in [
        "From: ann@example.org <eve@example.org>",
        "From: \"ann@example.org\" <eve@example.org>",
        "From: =?utf-8?q?ann=40example=2Eorg?= <eve@example.org>",
        "From: =?utf-8?q?ann=EF=BC=A0example=2Eorg?= <eve@example.org>",
        "From: =?utf-8?q?Ann_<ann@example.org>,?= <eve@example.org>",
        "From: =?utf-8?q?x,_eve@example.org?= <eve@example.org>",
        "From: =?utf-8?q?<ann?= <eve@example.org>",
        "From: ann@ <eve@example.org>",
        "From: ann@                 . <eve@example.org>",
        "From: Ann                 . <eve@example.org>",
        "From: eve@example.org <ann@example.org>",
        "From: eve@example.org (ann@example.org)",
        "From:",
        "From: Eve",
        "From: <>",
        "X-From: eve@example.org",
        "From: eve@example.org\r\n ,",
    ] {
        let summary = summary(from, None);
        let expected = match from {
            // An empty entry is none.
            "From: eve@example.org\r\n ," => Summary::SignedBySender,
            _ => Summary::SignedSenderUnknown,
        };
        assert_eq!(summary, expected, "{from}");
    }
}

#[test]
fn i3_more_than_one() {
    for from in [
        "From: ann@example.org, eve@example.org",
        "From: eve@example.org, ann@example.org",
        "From: ann@example.org\r\nFrom: eve@example.org",
        "From: eve@example.org\r\nFrom: ann@example.org",
        "From: eve@example.org\r\nFROM : ann@example.org",
        "From: eve@example.org\r\nFrom: eve@example.org",
        "From: eve@example.org\r\nFrom:",
        "From: Eve: eve@example.org;",
        "From: <ann@example.org> <eve@example.org>",
        "From: <eve@example.org> ann@example.org",
        "From: eve@example.org; ann@example.org",
    ] {
        assert_eq!(summary(from, None), Summary::SignedSenderUnknown, "{from}");
        assert_eq!(
            summary(from, Some("eve@example.org")),
            Summary::SignedSenderUnknown,
            "{from}"
        );
    }
    // Fields that are no From change nothing.
    for other in [
        "Sender",
        "Return-Path",
        "Reply-To",
        "Apparently-To",
        "Resent-From",
    ] {
        let lines = format!("From: ann@example.org\r\n{other}: eve@example.org");
        assert_eq!(
            summary(&lines, Some("ann@example.org")),
            Summary::SignedByOther,
            "{other}"
        );
    }
}

/// The site shows somebody else than the mail: whichever is right, nobody is told to be the sender.
#[test]
fn the_site_must_agree() {
    let from = "From: eve@example.org";
    assert_eq!(
        summary(from, Some("Eve <EVE@example.org>")),
        Summary::SignedBySender
    );
    for site in [
        "ann@example.org",
        "",
        "Eve",
        "eve@example.org, ann@example.org",
    ] {
        assert_eq!(
            summary(from, Some(site)),
            Summary::SignedSenderUnknown,
            "{site}"
        );
    }
}

/// What a site shows of a domain, and what its mails and keys have.
#[test]
fn domains_in_other_scripts() {
    let key = secret_of(
        Version::V4,
        "idn",
        "Ann <ann@b\u{fc}cher.example>".to_owned(),
    );
    let address = "ann@xn--bcher-kva.example";
    for from in [
        address,
        "ann@b\u{fc}cher.example",
        "Ann <ANN@B\u{dc}CHER.example>",
    ] {
        let source = format!("From: {from}\r\n{}", signed(&key, &text("Hi\r\n")));
        for site in [None, Some("ann@b\u{fc}cher.example"), Some(address)] {
            let seen = read_from(source.as_bytes(), &[&key], site).unwrap();
            seen.expect(false, Summary::SignedBySender, &[], "Hi\n");
        }
        // Letters that only look alike.
        let seen = read_from(
            source.as_bytes(),
            &[&key],
            Some("ann@b\u{fc}\u{441}her.example"),
        );
        assert_eq!(seen.unwrap().summary(), Summary::SignedSenderUnknown);
    }
}

/// A part that is opened by itself has an outside that names nobody, and nobody else than who stands inside.
#[test]
fn a_part_alone_names_nobody_else() {
    let inside = "Content-Type: text/plain; hp=\"cipher\"\r\nFrom: eve@example.org\r\n\r\nPay\r\n";
    let part = encrypted(Some(&eve()), inside);
    let seen = read_from(part.as_bytes(), &[&eve()], None).unwrap();
    seen.expect(true, Summary::SignedBySender, &[], "Pay\n");
    // Without a signature it is still nobody's.
    let part = encrypted(None, inside);
    let seen = read_from(part.as_bytes(), &[&eve()], None).unwrap();
    seen.expect(true, Summary::NotSigned, &[], "Pay\n");
}

/// Decryption in another context (R10): an address inside of the encryption is anybody's without a signature.
#[test]
fn another_from_inside() {
    let inside = |from: &str| {
        format!("Content-Type: text/plain; hp=\"cipher\"\r\nFrom: {from}\r\n\r\nPay\r\n")
    };
    let read = |entity: &str| {
        let source = format!("From: ann@example.org\r\nSubject: x\r\n{entity}");
        read_from(
            source.as_bytes(),
            &[&ann(), &eve()],
            Some("ann@example.org"),
        )
        .unwrap()
    };
    // A list that writes its own From outside: the signer's own word counts.
    let seen = read(&encrypted(Some(&eve()), &inside("eve@example.org")));
    seen.expect(true, Summary::SignedBySender, &[Note::FromDiffers], "Pay\n");
    assert_eq!(seen.view.headers.from[0].address, "eve@example.org");
    let seen = read(&encrypted(Some(&eve()), &inside("boss@example.org")));
    seen.expect(true, Summary::SignedByOther, &[Note::FromDiffers], "Pay\n");
    // Nobody signed: shown, told, and nobody's.
    let seen = read(&encrypted(None, &inside("boss@example.org")));
    seen.expect(true, Summary::NotSigned, &[Note::FromDiffers], "Pay\n");
    // A bad signature inside, in the name of the sender.
    let bad = signed(&eve(), &inside("eve@example.org")).replace("Pay", "Pey");
    let seen = read(&encrypted(None, &bad));
    seen.expect(true, Summary::BadSignature, &[Note::FromDiffers], "Pey\n");
    assert_eq!(seen.view.verdict.signatures[0].sender_matches, None);
    // The same without encryption: the inside is not believed at all.
    let seen = read(&bad);
    seen.expect(false, Summary::BadSignature, &[], "Pey\n");
    assert_eq!(seen.view.headers.from[0].address, "ann@example.org");
}
