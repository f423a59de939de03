//! What is written is read as it was meant.

use pgp::types::KeyDetails;

use super::super::kit::{self, Kind, fingerprint, now, public, secret};
use super::*;
use crate::armor::{self, Kind as Block};
use crate::engine::{DetachedSignatures, judge_detached, preview_keys};
use crate::message::packet::{Packets, tag};
use crate::wire::Secret;
use crate::wire::engine::{Note, Summary};
use crate::wire::mail::{FileKind, HeaderField, HeaderProtection, MailBody};

fn names(view: &MailView) -> Vec<(&str, FileKind, bool)> {
    let files = view.files.iter();
    files
        .map(|file| (file.name.as_str(), file.kind, file.inline))
        .collect()
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture";

/// A header is ASCII: a domain in another script stands in it as keys and other programs have it.
#[test]
fn domains_in_other_scripts() {
    let bob = secret(Kind::V4, "bob");
    let mut order = order(MailForm::Entity);
    order.headers.cc = vec![address("", "carl@b\u{fc}cher.example")];
    let mut reader = open(&message(order, &[]), &bob);
    let (view, _) = shown(&mut reader, SITE);
    assert_eq!(view.headers.cc, [address("", "carl@xn--bcher-kva.example")]);
}

#[test]
fn everything_in_one_mail() {
    let bob = secret(Kind::V4, "bob");
    let order = MailOrder {
        html: Some("<p>Hello <b>Bob</b></p><img src=\"cid:a.1@waxseal\">".to_owned()),
        enclosed_key: Some(public(&ann())),
        ..order(MailForm::Entity)
    };
    let files = [
        (file("Bild ä.png", "image/png", Some("a.1@waxseal")), PNG),
        (
            file("report.pdf", "application/pdf", None),
            &b"%PDF-1.4\0\xff"[..],
        ),
        (file("empty", "no type", None), &[]),
    ];
    let armored = message(order, &files);
    let mut reader = open(&armored, &bob);
    let (view, octets) = shown(&mut reader, SITE);
    let verdict = &view.verdict;
    assert_eq!(
        (verdict.encrypted, verdict.summary, verdict.notes.as_slice()),
        (true, Summary::SignedBySender, &[][..]),
        "{view:?}"
    );
    let headers = &view.headers;
    assert_eq!(headers.protection, HeaderProtection::Encrypted);
    assert_eq!(headers.subject.as_deref(), Some("Pläne"));
    assert_eq!(headers.from, [address("Ann", "ann@example.org")]);
    assert_eq!(headers.to, [address("Bob Bär", "bob@example.org")]);
    assert_eq!((headers.cc.len(), headers.date), (0, Some(now().into())));
    assert!(headers.outside.is_empty());
    let [MailBody::Html { html, plain }] = view.bodies.as_slice() else {
        panic!("{view:?}")
    };
    assert!(
        html.contains("<p>Hello <b>Bob</b></p>") && !html.contains("Pläne"),
        "{html}"
    );
    assert_eq!(plain.as_deref(), Some("Hello Bob,\nGrüße\n"));
    let id = ann().legacy_key_id().to_string().to_uppercase();
    let key = format!("OpenPGP_0x{id}.asc");
    assert_eq!(
        names(&view),
        [
            ("Bild ä.png", FileKind::Image, true),
            ("report.pdf", FileKind::Pdf, false),
            ("empty", FileKind::Other, false),
            (key.as_str(), FileKind::Keys, false),
        ]
    );
    assert_eq!(octets[..3], [PNG, b"%PDF-1.4\0\xff", b""]);
    let (keys, skipped) = preview_keys(&octets[3], now());
    assert_eq!((keys.len(), skipped.len()), (1, 0));
    assert_eq!(keys[0].fingerprint, fingerprint(&ann()));
    // What it was made of can be looked at.
    let source = String::from_utf8(reader.source().unwrap().to_vec()).unwrap();
    assert!(
        source.starts_with(
            "Content-Type: multipart/mixed; hp=\"cipher\"; protected-headers=\"v1\";\r\n"
        ),
        "{source}"
    );
    assert!(
        source.contains("\r\nHP-Outer: Subject: [...]\r\n"),
        "{source}"
    );
}

/// As the text of a page, as a file, in a mail of its own and in PGP/MIME: the same mail.
#[test]
fn it_is_the_same_mail_wherever_it_stands() {
    let bob = secret(Kind::V4, "bob");
    let armored = message(
        order(MailForm::Entity),
        &[(file("a.bin", "", None), &[0, 255])],
    );
    let outside = "From: Ann <ann@example.org>\r\nTo: Bob <bob@example.org>\r\nSubject: [...]\r\n";
    let crlf = armored.replace('\n', "\r\n");
    let mime = format!(
        "{outside}Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n\
         --b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\
         --b\r\nContent-Type: application/octet-stream\r\n\r\n{crlf}\r\n--b--\r\n"
    );
    let binary = armor::decode(armored.as_bytes(), Block::Message).unwrap();
    let expected = shown(&mut open(&armored, &bob), SITE);
    for (source, has_outside) in [
        (armored.clone().into_bytes(), false),
        (binary, false),
        (format!("{outside}\r\n{crlf}").into_bytes(), true),
        (mime.into_bytes(), true),
    ] {
        let (mut reader, opened) = Reader::open_mail(source);
        unlock(&mut reader, opened, &bob);
        let (view, octets) = shown(&mut reader, SITE);
        assert_eq!(
            (&view.bodies, &view.files),
            (&expected.0.bodies, &expected.0.files)
        );
        assert_eq!(view.verdict, expected.0.verdict);
        assert_eq!(octets, expected.1);
        let outside = view.headers.outside.iter().map(|field| field.field);
        let differs: Vec<_> = outside.collect();
        let fields = [HeaderField::Subject, HeaderField::To, HeaderField::Date];
        assert_eq!(differs, if has_outside { &fields[..] } else { &[] });
    }
}

/// The sender is who the site shows, also for a mail that came without an outside.
#[test]
fn the_sender_of_a_mail_in_a_block() {
    let bob = secret(Kind::V4, "bob");
    let armored = message(order(MailForm::Entity), &[]);
    for (site, summary, notes) in [
        (SITE, Summary::SignedBySender, &[][..]),
        (None, Summary::SignedBySender, &[]),
        (
            Some("eve@example.org"),
            Summary::SignedBySender,
            &[Note::FromDiffers],
        ),
        (
            Some("Ann"),
            Summary::SignedSenderUnknown,
            &[Note::FromDiffers],
        ),
    ] {
        let (view, _) = shown(&mut open(&armored, &bob), site);
        assert_eq!(
            (view.verdict.summary, view.verdict.notes.as_slice()),
            (summary, notes),
            "{site:?}"
        );
    }
    // Nobody signed: what stands inside is anybody's.
    let unsigned = MailOrder {
        signer: None,
        ..order(MailForm::Entity)
    };
    let (view, _) = shown(
        &mut open(&message(unsigned, &[]), &bob),
        Some("eve@example.org"),
    );
    assert_eq!(view.verdict.notes, [Note::FromDiffers]);
    // Who writes is not said inside: then it is who the site shows.
    let mut nameless = order(MailForm::Entity);
    nameless.headers.from = None;
    let armored = message(nameless, &[]);
    for (site, summary) in [
        (SITE, Summary::SignedBySender),
        (Some("eve@example.org"), Summary::SignedByOther),
        (None, Summary::SignedSenderUnknown),
    ] {
        let (view, _) = shown(&mut open(&armored, &bob), site);
        assert_eq!(
            (view.verdict.summary, view.verdict.notes.len()),
            (summary, 0)
        );
        assert_eq!(view.headers.subject.as_deref(), Some("Pläne"));
        assert!(view.headers.from.is_empty() && view.headers.to.is_empty());
    }
}

#[test]
fn a_text_that_looks_like_fields_stays_a_text() {
    let bob = secret(Kind::V4, "bob");
    for text in [
        "Content-Type: text/plain\n\nhello\n",
        "Subject: a\n\nContent-Type: b\n",
    ] {
        let written = MailOrder {
            text: text.to_owned(),
            ..order(MailForm::Text)
        };
        let mut reader = open(&message(written, &[]), &bob);
        match reader.read(&[], &[], None, now(), &NoCharsets).unwrap() {
            Read::Message(message) => assert_eq!(message.text(), text),
            Read::Mail(mail) => panic!("{mail:?}"),
        };
    }
}

#[test]
fn the_hidden_subject_is_for_programs_that_know_no_better() {
    let bob = secret(Kind::V4, "bob");
    let mut written = order(MailForm::Entity);
    written.headers.subject = "a <b> & c".to_owned();
    written.html = Some("<p>x</p>".to_owned());
    let mut reader = open(&message(written.clone(), &[]), &bob);
    let (view, _) = shown(&mut reader, SITE);
    let [MailBody::Html { html, plain }] = view.bodies.as_slice() else {
        panic!()
    };
    assert!(!html.contains("Subject") && !plain.as_ref().unwrap().contains("Subject"));
    let source = reader.source().unwrap();
    let theirs = mail_parser::MessageParser::default().parse(source).unwrap();
    assert_eq!(
        theirs.body_text(0).unwrap(),
        "Subject: a <b> & c\r\n\r\nHello Bob,\r\nGrüße\r\n"
    );
    assert!(theirs.body_html(0).unwrap().contains(
        "<div class=\"header-protection-legacy-display\"><pre>Subject: a &lt;b&gt; &amp; c</pre></div>"
    ));
    // Not hidden: not repeated.
    written.headers.outer_subject = None;
    let mut reader = open(&message(written, &[]), &bob);
    shown(&mut reader, SITE);
    let source = String::from_utf8(reader.source().unwrap().to_vec()).unwrap();
    assert_eq!(source.matches("Subject: a <b> & c").count(), 2, "{source}");
    assert!(source.contains("HP-Outer: Subject: a <b> & c\r\n") && !source.contains("legacy"));
}

#[test]
fn a_text_alone_is_a_text() {
    let bob = secret(Kind::V4, "bob");
    let armored = message(order(MailForm::Text), &[]);
    let message = kit::read(&armored, &bob, &[&ann()], SITE);
    assert_eq!(message.text(), "Hello Bob,\nGrüße\n");
    assert_eq!(message.verdict().summary, Summary::SignedBySender);
    // To somebody who has no key.
    let by_password = MailOrder {
        recipients: vec![],
        own: None,
        passwords: vec![Secret::new("correct horse".to_owned())],
        ..order(MailForm::Text)
    };
    let (outputs, aead) = make(by_password, &[]).unwrap();
    assert!(!aead);
    let (mut reader, _) = Reader::open(outputs[0].1.as_bytes(), Form::Message);
    reader.decrypt_with_passwords(&[Secret::new("correct horse".to_owned())]);
    assert_eq!(
        reader.finish(&[], None, now()).unwrap().text(),
        "Hello Bob,\nGrüße\n"
    );
}

/// For somebody with Waxseal or a letter: the own key is no reason for the older form, that of a recipient is one.
#[test]
fn a_password_for_waxseal() {
    let (bob, new) = (secret(Kind::V4, "bob"), secret(Kind::V6, "new"));
    let own = ann();
    let cases = [
        (vec![], vec![], true),
        (vec![&new], vec![], true),
        (vec![&bob], vec![], false),
        (vec![&new, &bob], vec![], false),
        (vec![&new], vec![&bob], false),
        (vec![&own], vec![], false),
    ];
    for (named, hidden, aead) in cases {
        let keys = |all: &[&SignedSecretKey]| all.iter().map(|key| public(key)).collect();
        let written = MailOrder {
            recipients: keys(&named),
            hidden: keys(&hidden),
            passwords: vec![Secret::new("correct horse".to_owned())],
            for_waxseal: true,
            ..order(MailForm::Text)
        };
        let (outputs, made) = make(written, &[]).unwrap();
        assert_eq!(made, aead);
        let armored = outputs[0].1.as_str();
        let data = armor::decode(armored.as_bytes(), Block::Message).unwrap();
        let mut packets = Packets::new(&data, 10);
        let mut body = &[][..];
        while packets.tag() != Some(tag::PROTECTED) {
            let packet = packets.next().unwrap().unwrap();
            if packet.tag == tag::SKESK {
                body = packet.body;
            }
        }
        // RFC 9580, 5.3.2 and 3.7.1.4: version 6, then after AES-256 and OCB Argon2 with its salt; three passes over 64 MiB.
        match aead {
            true => {
                assert_eq!((body[0], &body[2..6]), (6, &[9, 2, 20, 4][..]));
                assert_eq!(body[22..25], [3, 1, 16]);
            }
            false => assert_eq!((body[0], body[2]), (4, 3)),
        }
        let mut readers = [named, hidden].concat();
        readers.push(&own);
        for reader in readers {
            let message = kit::read(armored, reader, &[&own], SITE);
            assert_eq!(message.text(), "Hello Bob,\nGrüße\n");
        }
        let (mut reader, _) = Reader::open(armored.as_bytes(), Form::Message);
        reader.decrypt_with_passwords(&[Secret::new("correct horse".to_owned())]);
        let message = reader.finish(&[], None, now()).unwrap();
        assert_eq!(message.text(), "Hello Bob,\nGrüße\n");
    }
}

#[test]
fn signed_only() {
    let written = MailOrder {
        text: "Hello  \n- all\nFrom here\n".to_owned(),
        recipients: vec![],
        own: None,
        ..order(MailForm::Signed)
    };
    let files = [
        (file("a b.bin", "", None), &[0, 255, 13, 10][..]),
        (file("../c", "", None), b""),
    ];
    let (outputs, aead) = make(written, &files).unwrap();
    assert!(!aead);
    let told: Vec<_> = outputs
        .iter()
        .map(|(o, _)| (o.name.as_str(), o.media_type.as_str()))
        .collect();
    let signature = "application/pgp-signature";
    assert_eq!(
        told,
        [
            ("signed.asc", "text/plain"),
            ("a b.bin.asc", signature),
            ("c.asc", signature)
        ]
    );
    let text = &outputs[0].1;
    assert!(text.contains("\nHello\n- - all\n- From here\n"), "{text}");
    let (mut reader, _) = Reader::open(text.as_bytes(), Form::Signed);
    let known = [public(&ann())];
    match reader.read(&known, &[], SITE, now(), &NoCharsets).unwrap() {
        Read::Message(message) => {
            assert_eq!(message.verdict().summary, Summary::SignedBySender);
            assert!(message.text().starts_with("Hello\n- all\nFrom here"));
        }
        Read::Mail(_) => panic!(),
    }
    let certificates = [crate::cert::Certificate::from_bytes(&known[0].0).unwrap()];
    for ((_, data), (_, armored)) in files.iter().zip(&outputs[1..]) {
        for (data, summary) in [
            (data.to_vec(), Summary::SignedBySender),
            ([data, &b"x"[..]].concat(), Summary::BadSignature),
        ] {
            let mut signatures = DetachedSignatures::read(armored.as_bytes()).unwrap();
            signatures.update(&data);
            let verdict = judge_detached(signatures, &certificates, SITE, now());
            assert_eq!(verdict.summary, summary);
        }
    }
}
