//! What is a layer of protection, and what follows from it.

use super::kit::{
    ann, armored, encrypted, eve, mail, multipart, read, read_from, signature, signed, text,
};
use crate::engine::Reader;
use crate::engine::tests::kit;
use crate::wire::engine::{Note, Opened, Summary};
use crate::wire::mail::{FileKind, Layer};
use crate::wire::{ErrorCode, Reason, Secret};

pub(super) const HELLO: &str = "Hello bob\n";

pub(super) fn hello() -> String {
    text("Hello bob\r\n")
}

#[test]
fn plain_mails() {
    let seen = read(&mail(&hello()), &[&ann()]);
    seen.expect(false, Summary::NotSigned, &[], HELLO);
    assert_eq!(seen.view.structure.layer, None);
    let seen = read("Subject: no body", &[]);
    seen.expect(false, Summary::NotSigned, &[], "");
}

#[test]
fn encrypted_with_and_without_a_signature() {
    for (signer, summary) in [
        (Some(ann()), Summary::SignedBySender),
        (None, Summary::NotSigned),
    ] {
        let seen = read(&mail(&encrypted(signer.as_ref(), &hello())), &[&ann()]);
        seen.expect(true, summary, &[], HELLO);
        let root = &seen.view.structure;
        assert_eq!(
            (root.media_type.as_str(), root.layer),
            ("multipart/encrypted", Some(Layer::Encrypted))
        );
        assert_eq!(root.parts[0].media_type, "text/plain");
    }
    let seen = read(&mail(&encrypted(Some(&eve()), &hello())), &[&ann(), &eve()]);
    seen.expect(true, Summary::SignedByOther, &[], HELLO);
    let seen = read(&mail(&encrypted(Some(&eve()), &hello())), &[&ann()]);
    seen.expect(true, Summary::UnknownSigner, &[], HELLO);
}

#[test]
fn binary_and_encoded_messages_are_read() {
    let armored = armored(Some(&ann()), &hello());
    let binary = crate::armor::decode(armored.as_bytes(), crate::armor::Kind::Message).unwrap();
    for (encoding, body) in [
        ("base64", super::kit::base64(&binary)),
        ("base64", super::kit::base64(armored.as_bytes())),
        (
            "quoted-printable",
            super::kit::quoted_printable(armored.as_bytes()),
        ),
    ] {
        let parts = [
            "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
            &format!(
                "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"
            ),
        ];
        let entity = multipart("encrypted; protocol=\"application/pgp-encrypted\"", &parts);
        read(&mail(&entity), &[&ann()]).expect(true, Summary::SignedBySender, &[], HELLO);
    }
}

/// Servers change line ends; what was signed has CRLF (RFC 3156, 5).
#[test]
fn signatures_hold_whatever_the_line_ends_are() {
    let entity = multipart("mixed", &[&hello(), &text("two \t\r\n\r\n")]);
    let source = mail(&signed(&ann(), &entity));
    for source in [source.clone(), source.replace("\r\n", "\n")] {
        let seen = read(&source, &[&ann()]);
        seen.expect(
            false,
            Summary::SignedBySender,
            &[],
            "Hello bob\n|two \t\n\n",
        );
        assert_eq!(seen.view.structure.layer, Some(Layer::Signed));
    }
    for (from, to) in [
        ("Hello bob", "Hello eve"),
        ("two \t", "two"),
        ("charset=utf-8", "charset=UTF-8"),
    ] {
        let seen = read(&source.replacen(from, to, 1), &[&ann()]);
        assert_eq!(seen.summary(), Summary::BadSignature, "{from}");
    }
}

/// The line end in front of the delimiter is not signed; one that is part of the text is.
#[test]
fn the_last_line_end_belongs_to_the_delimiter() {
    let entity = text("no line end");
    read(&mail(&signed(&ann(), &entity)), &[&ann()]).expect(
        false,
        Summary::SignedBySender,
        &[],
        "no line end",
    );
    let seen = read(
        &mail(&signed(&ann(), &entity)).replace("no line end\r\n", "no line end\r\n\r\n"),
        &[&ann()],
    );
    assert_eq!(seen.summary(), Summary::BadSignature);
}

#[test]
fn signed_inside_of_encrypted() {
    for (outer, summary) in [
        (None, Summary::SignedBySender),
        (Some(ann()), Summary::SignedBySender),
        // Two signatures that do not agree.
        (Some(eve()), Summary::Mixed),
    ] {
        let seen = read(
            &mail(&encrypted(outer.as_ref(), &signed(&ann(), &hello()))),
            &[&ann(), &eve()],
        );
        seen.expect(true, summary, &[], HELLO);
        let layers = [
            seen.view.structure.layer,
            seen.view.structure.parts[0].layer,
        ];
        assert_eq!(layers, [Some(Layer::Encrypted), Some(Layer::Signed)]);
    }
    let bad = signed(&ann(), &hello()).replace("Hello", "Hullo");
    let seen = read(&mail(&encrypted(None, &bad)), &[&ann()]);
    seen.expect(true, Summary::BadSignature, &[], "Hullo bob\n");
}

/// Who signs a ciphertext need not know what is in it (RFC 9787, 4): the verdict on the text does not speak of it.
#[test]
fn a_signature_around_an_encryption_is_none_on_the_text() {
    let seen = read(
        &mail(&signed(&eve(), &encrypted(Some(&ann()), &hello()))),
        &[&ann(), &eve()],
    );
    seen.expect(true, Summary::SignedBySender, &[Note::PartSigned], HELLO);
    let seen = read(
        &mail(&signed(&ann(), &encrypted(None, &hello()))),
        &[&ann()],
    );
    seen.expect(true, Summary::NotSigned, &[Note::PartSigned], HELLO);
}

#[test]
fn signed_twice_counts_twice() {
    let twice = signed(&eve(), &signed(&ann(), &hello()));
    let seen = read(&mail(&twice), &[&ann(), &eve()]);
    seen.expect(false, Summary::Mixed, &[], HELLO);
    assert_eq!(seen.view.verdict.signatures.len(), 2);
    // Deeper than anybody makes: the rest is a part of its own.
    let mut deep = hello();
    for _ in 0..5 {
        deep = signed(&ann(), &deep);
    }
    let seen = read(&mail(&deep), &[&ann()]);
    seen.expect(false, Summary::SignedBySender, &[Note::PartSigned], "");
    assert_eq!(seen.kinds(), [(FileKind::Signed, "signed.eml")]);
}

#[test]
fn a_signature_that_is_none_is_not_nothing() {
    let good = signed(&ann(), &hello());
    let at = good.find("-----BEGIN PGP SIGNATURE").unwrap();
    let broken = format!(
        "{}x\r\n{}",
        &good[..at],
        &good[good.rfind("--=_").unwrap()..]
    );
    let seen = read(&mail(&broken), &[&ann()]);
    seen.expect(false, Summary::UnusableSignature, &[], HELLO);
    assert_eq!(
        seen.view.verdict.signatures[0].reasons,
        [Reason::Unsupported]
    );
}

/// What Exchange makes of multipart/encrypted.
#[test]
fn mangled_mails_are_put_together() {
    let message = format!(
        "Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\n{}",
        armored(Some(&ann()), &hello())
    );
    let control = "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n";
    let plain = "Content-Type: text/plain; charset=\"us-ascii\"\r\n\r\n";
    let html = |body: &str| {
        format!(
            "Content-Type: text/html; charset=\"us-ascii\"\r\n\r\n<html><head><meta http-equiv=\"Content-Type\" \
             content=\"text/html; charset=us-ascii\"></head><!-- x --><body>\r\n{body}</body></html>\r\n"
        )
    };
    let exchange = |body: &str| multipart("alternative", &[plain, &html(body)]);
    let as_text = message.replace("application/octet-stream; name=encrypted.asc", "text/plain");
    for parts in [
        vec![control, &message],
        vec!["Content-Type: text/plain\r\n\r\n \r\n", control, &message],
        vec![&exchange(""), control, &message],
        vec![&html("<p class=x>&nbsp;</p><br/>&#160;"), control, &message],
        // iPGMail.
        vec![plain, control, &as_text],
    ] {
        let seen = read(&mail(&multipart("mixed", &parts)), &[&ann()]);
        seen.expect(true, Summary::SignedBySender, &[Note::Repaired], HELLO);
    }
    for first in [
        exchange("Look:"),
        exchange("<img src=\"cid:a\">"),
        exchange("<!-- open"),
        multipart("alternative", &[plain, "Content-Type: image/png\r\n\r\n"]),
        multipart("mixed", &[plain]),
        multipart("alternative", &[plain, plain, plain, plain]),
    ] {
        let seen = read(
            &mail(&multipart("mixed", &[&first, control, &message])),
            &[&ann()],
        );
        assert_eq!(seen.notes(), [Note::PartEncrypted], "{first}");
    }
    // With a text it is an encrypted part beside a text.
    let beside = text("Look:");
    let seen = read(
        &mail(&multipart("mixed", &[&beside, control, &message])),
        &[&ann()],
    );
    seen.expect(false, Summary::NotSigned, &[Note::PartEncrypted], "Look:");
    assert!(
        seen.kinds()
            .contains(&(FileKind::Encrypted, "encrypted.asc"))
    );
}

/// A mail whose one part is a file that is encrypted, as parts that are opened by themselves are.
#[test]
fn what_is_not_exactly_a_layer_is_none() {
    let part = text("one");
    let sig = signature(&ann(), &part);
    let control = "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n";
    let message = format!(
        "Content-Type: application/octet-stream\r\n\r\n{}",
        armored(None, "x")
    );
    let signed_type = "signed; protocol=\"application/pgp-signature\"";
    let encrypted_type = "encrypted; protocol=\"application/pgp-encrypted\"";
    for entity in [
        multipart(
            "signed; protocol=\"application/pkcs7-signature\"",
            &[&part, &sig],
        ),
        multipart("signed", &[&part, &sig]),
        multipart(signed_type, &[&part, &sig, &part]),
        multipart(signed_type, &[&part]),
        multipart(signed_type, &[&sig, &part]),
        multipart("mixed", &[&part, &sig]),
        multipart(encrypted_type, &[control, &message, control]),
        multipart(encrypted_type, &[&message, control]),
        multipart(encrypted_type, &[control]),
        multipart("encrypted", &[control, &message]),
    ] {
        let seen = read(&mail(&entity), &[&ann()]);
        assert_eq!(
            (seen.summary(), seen.view.verdict.encrypted),
            (Summary::NotSigned, false),
            "{entity}"
        );
    }
}

/// The delimiter that ends a mail is lost easily; what is signed is all there.
#[test]
fn mails_without_their_end() {
    let whole = mail(&signed(&ann(), &hello()));
    let cut = &whole[..whole.rfind("\r\n--=_").unwrap()];
    read(cut, &[&ann()]).expect(false, Summary::SignedBySender, &[Note::BrokenMail], HELLO);
}

#[test]
fn encrypted_within_encrypted_is_opened_by_itself() {
    let seen = read(
        &mail(&encrypted(None, &encrypted(Some(&ann()), &hello()))),
        &[&ann()],
    );
    seen.expect(true, Summary::NotSigned, &[Note::PartEncrypted], "");
    assert_eq!(seen.kinds(), [(FileKind::Encrypted, "encrypted.eml")]);
    let inner = seen.reader.file(0).unwrap();
    let seen = read_from(&inner, &[&ann()], None).unwrap();
    seen.expect(true, Summary::SignedSenderUnknown, &[], HELLO);
}

#[test]
fn damage_ends_with_its_reason() {
    let good = mail(&encrypted(Some(&ann()), &hello()));
    let at = good.find("BEGIN PGP MESSAGE").unwrap() + 200;
    let flipped = match &good[at..=at] {
        "A" => "B",
        _ => "A",
    };
    let changed = format!("{}{flipped}{}", &good[..at], &good[at + 1..]);
    let error = read_from(changed.as_bytes(), &[], None).err();
    assert!(
        matches!(
            error,
            Some(ErrorCode::Tampered | ErrorCode::Malformed | ErrorCode::Truncated)
        ),
        "{error:?}"
    );
    let cut = good.replace("-----END PGP MESSAGE-----", "");
    assert_eq!(
        read_from(cut.as_bytes(), &[], None).err(),
        Some(ErrorCode::BrokenArmor)
    );
}

#[test]
fn calls_out_of_order_are_refused() {
    let (mut reader, opened) = Reader::open_mail(mail(&encrypted(None, &hello())).into_bytes());
    assert!(matches!(opened, Opened::Encrypted { .. }));
    let bad = (ErrorCode::BadCall, None);
    assert_eq!(
        reader
            .read_mail(&[], None, 0, &crate::mime::NoCharsets)
            .err(),
        Some(bad.clone())
    );
    assert_eq!(reader.file(0), None);
    let mut seen = read(
        &mail(&multipart(
            "mixed",
            &[&hello(), "Content-Type: a/b\r\n\r\nfile"],
        )),
        &[],
    );
    assert_eq!(
        seen.reader
            .read_mail(&[], None, 0, &crate::mime::NoCharsets)
            .err(),
        Some(bad)
    );
    // What was read stays.
    assert_eq!(seen.reader.file(0).as_deref(), Some(&b"file"[..]));
    assert_eq!(seen.reader.file(1), None);
}

#[test]
fn passwords_open_mails() {
    use crate::engine::Writer;
    use crate::wire::engine::{EncryptJob, EncryptStep};
    let job = EncryptJob {
        text: hello(),
        recipients: vec![],
        hidden: vec![],
        passwords: vec![Secret::new("the right one".into())],
        signer: None,
        now: kit::now(),
    };
    let (None, EncryptStep::Done { armored, .. }) = Writer::begin(job, &mut kit::rng(1)) else {
        panic!()
    };
    let (mut reader, opened) = Reader::open_mail(mail(&text(&armored)).into_bytes());
    assert!(matches!(opened, Opened::Encrypted { password: true, .. }));
    let wrong = reader.decrypt_with_passwords(&[Secret::new("the wrong one".into())]);
    assert!(matches!(
        wrong,
        Opened::Failed {
            error: ErrorCode::WrongPassword,
            ..
        }
    ));
    let right = reader.decrypt_with_passwords(&[Secret::new("the right one".into())]);
    assert_eq!(right, Opened::Readable { issuers: vec![] });
    let mail = reader
        .read_mail(&[], None, kit::now(), &crate::mime::NoCharsets)
        .unwrap();
    assert!(mail.view().verdict.encrypted && mail.view().bodies.len() == 1);
}
