//! Texts that are one block: as the mail itself, and beside other parts.

use super::envelopes::{HELLO, hello};
use super::kit::{ann, armored, mail, multipart, read, read_from, text};
use crate::armor;
use crate::engine::tests::kit;
use crate::wire::engine::{Note, Summary};
use crate::wire::mail::FileKind;

/// A text in the mail that is one block and nothing else.
#[test]
fn mails_that_are_one_block() {
    let seen = read(&mail(&text(&armored(Some(&ann()), "Grüße\n"))), &[&ann()]);
    seen.expect(true, Summary::SignedBySender, &[], "Grüße\n");
    let payload = multipart("mixed", &[&hello(), "Content-Type: image/png\r\n\r\nx"]);
    let seen = read(&mail(&text(&armored(Some(&ann()), &payload))), &[&ann()]);
    seen.expect(true, Summary::SignedBySender, &[], HELLO);
    assert_eq!(seen.view.files.len(), 1);
    // Of what is no UTF-8 the part says what it is.
    for (param, shown) in [
        ("; charset=koi8-r", "\u{41f}\u{440}\u{438}"),
        ("; charset=utf-8", "\u{f0}\u{d2}\u{c9}"),
        ("", "\u{f0}\u{d2}\u{c9}"),
    ] {
        let literal = kit::literal(b"\xf0\xd2\xc9");
        let block = armor::write(armor::Kind::Message, &literal, armor::Checksum::None);
        let source = mail(&format!("Content-Type: text/plain{param}\r\n\r\n{block}"));
        let other = &[Note::OtherCharset];
        read(&source, &[]).expect(false, Summary::NotSigned, other, shown);
    }
    // What only looks like a header is text.
    let seen = read(&mail(&text(&armored(None, "Subject: hi\n\nyou"))), &[]);
    seen.expect(true, Summary::NotSigned, &[], "Subject: hi\n\nyou");
}

/// As programs called it before there were standards.
#[test]
fn blocks_under_old_types() {
    let typ = "Content-Type: application/pgp; x-action=encrypt; format=text";
    let message = format!("{typ}\r\n\r\n{}", armored(Some(&ann()), "Hello"));
    read(&mail(&message), &[&ann()]).expect(true, Summary::SignedBySender, &[], "Hello");
    let signed = format!(
        "Content-Type: application/pgp; x-action=sign\r\n\r\n{}",
        cleartext()
    );
    read(&mail(&signed), &[&ann()]).expect(false, Summary::SignedBySender, &[], "Hello\n- bob");
    let seen = read(
        &mail(&multipart("mixed", &[&text("hi"), &message])),
        &[&ann()],
    );
    seen.expect(false, Summary::NotSigned, &[Note::PartEncrypted], "hi");
    let alone = read_from(&seen.opened(0), &[&ann()], None).unwrap();
    alone.expect(true, Summary::SignedSenderUnknown, &[], "Hello");
}

/// What some programs put in front of a text of UTF-8.
#[test]
fn blocks_behind_a_byte_order_mark() {
    let block = armored(Some(&ann()), "Hello");
    for body in [
        format!("\u{feff}{block}"),
        format!("\u{feff}\r\n{block}\r\n"),
    ] {
        let seen = read(&mail(&text(&body)), &[&ann()]);
        seen.expect(true, Summary::SignedBySender, &[], "Hello");
    }
    let seen = read(&mail(&text(&format!("\u{feff}{}", cleartext()))), &[&ann()]);
    seen.expect(false, Summary::SignedBySender, &[], "Hello\n- bob");
}

/// Ann's text as one cleartext signed block.
fn cleartext() -> String {
    use crate::engine::CleartextSigner;
    let ann = ann();
    let certificate = crate::cert::Certificate::from_bytes(&kit::public(&ann).0).unwrap();
    let (signer, requests) = CleartextSigner::new(
        "Hello\n- bob",
        std::slice::from_ref(&certificate),
        kit::now(),
        &mut kit::rng(5),
    )
    .unwrap();
    signer.complete(&[kit::sign(&ann, &requests[0])]).unwrap()
}

/// A text that is one block beside files, as a key or a signature on a file: no layer of the whole, but it can be opened.
#[test]
fn blocks_beside_files_are_opened_by_themselves() {
    let key = "Content-Type: application/pgp-keys; name=\"0xABC.asc\"\r\n\r\nx";
    let html = "Content-Type: text/html\r\n\r\n<pre>armor</pre>";
    let hello = text("Hello");
    for (block, kind, name, note, encrypted, shown) in [
        (
            cleartext(),
            FileKind::Signed,
            "signed.asc",
            Note::PartSigned,
            false,
            "Hello\n- bob",
        ),
        (
            armored(Some(&ann()), "Secret"),
            FileKind::Encrypted,
            "encrypted.asc",
            Note::PartEncrypted,
            true,
            "Secret",
        ),
    ] {
        let part = text(&block);
        let both = multipart("alternative", &[&part, html]);
        let encoded = format!(
            "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}",
            super::kit::quoted_printable(block.as_bytes())
        );
        for (parts, text, files) in [
            (vec![part.as_str(), key], "", 2),
            (vec![&encoded, key], "", 2),
            (vec![&format!("\r\n{block}"), key], "", 2),
            (vec![&part], "", 1),
            (vec![&both, key], "<pre>armor</pre>", 2),
            // A text beside it stays what it is.
            (vec![&hello, &part], "Hello", 1),
        ] {
            let seen = read(&mail(&multipart("mixed", &parts)), &[&ann()]);
            seen.expect(false, Summary::NotSigned, &[note], text);
            assert_eq!(
                (seen.kinds()[0], seen.view.files.len()),
                ((kind, name), files)
            );
            // It is saved as other programs read it.
            let saved = seen.reader.file(0).unwrap();
            assert!(saved.starts_with(b"-----BEGIN PGP "), "{parts:?}");
            let alone = read_from(&seen.opened(0), &[&ann()], None).unwrap();
            alone.expect(encrypted, Summary::SignedSenderUnknown, &[], shown);
        }
    }
    // What is more than the block is a text, and so is what would be no mail.
    let block = cleartext();
    for part in [
        text(&format!("Look:\r\n{block}")),
        format!("X-Part: 1\r\n\r\n{block}"),
    ] {
        let seen = read(&mail(&multipart("mixed", &[&part, key])), &[&ann()]);
        assert_eq!(
            (seen.notes(), seen.view.files.len()),
            (&[Note::PartSigned][..], 1)
        );
        assert!(seen.text().contains("-----BEGIN PGP SIGNED MESSAGE-----"));
    }
}

#[test]
fn cleartext_signed_mails() {
    let ann = ann();
    let block = cleartext();
    let seen = read(&mail(&text(&block)), &[&ann]);
    seen.expect(false, Summary::SignedBySender, &[], "Hello\n- bob");
    let seen = read_from(block.as_bytes(), &[&ann], None).unwrap();
    seen.expect(false, Summary::SignedSenderUnknown, &[], "Hello\n- bob");
    let seen = read(&mail(&text(&block.replace("Hello", "Hullo"))), &[&ann]);
    seen.expect(false, Summary::BadSignature, &[], "Hullo\n- bob");
    // Text beside it is not covered, so that the whole is no layer.
    for around in [
        format!("Before\r\n{block}"),
        format!("{block}\r\nafter"),
        format!("{block}\r\n{block}"),
    ] {
        let seen = read(&mail(&text(&around)), &[&ann]);
        assert_eq!(
            (seen.summary(), seen.notes()),
            (Summary::NotSigned, &[Note::PartSigned][..])
        );
    }
}
