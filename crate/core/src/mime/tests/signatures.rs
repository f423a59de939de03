//! Signatures of a mail: whom they are for, how many, and what is no signature.

use pgp::composed::SignedSecretKey;
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{SignatureType, Subpacket, SubpacketData};
use pgp::types::KeyDetails;

use super::kit::{
    ann, base64, bob, encrypted, eve, mail, multipart, read, read_from, signed, text,
};
use crate::armor;
use crate::engine::Reader;
use crate::engine::tests::kit;
use crate::message::limits::MAX_SIGNATURES;
use crate::message::packet::tag;
use crate::wire::engine::{Note, Opened, SignatureState, Summary};

const HELLO: &str = "Hello bob\n";

fn hello() -> String {
    text("Hello bob\r\n")
}

/// Signers of all layers are asked for, and a letter that was passed on is told.
#[test]
fn issuers_and_readers() {
    let (mut reader, opened) =
        Reader::open_mail(mail(&signed(&ann(), &signed(&eve(), &hello()))).into_bytes());
    let Opened::Readable { issuers } = opened else {
        panic!()
    };
    assert!(issuers.len() >= 2, "{issuers:?}");
    let view = reader
        .read_mail(&[], None, 0, &crate::mime::NoCharsets)
        .unwrap()
        .view();
    assert!(
        view.verdict
            .signatures
            .iter()
            .all(|one| one.state != SignatureState::Good)
    );
    // Ann wrote to eve and to nobody else (RFC 9580, 5.2.3.36).
    let letter = signed_by(&[intended(&ann(), &eve(), &hello())], &hello());
    for entity in [letter.clone(), encrypted(None, &letter)] {
        assert_eq!(
            read(&mail(&entity), &[&ann()]).summary(),
            Summary::MeantForOthers
        );
    }
    let letter = signed_by(&[intended(&ann(), &bob(), &hello())], &hello());
    let seen = read(&mail(&encrypted(None, &letter)), &[&ann()]);
    assert_eq!(seen.summary(), Summary::SignedBySender);
}

/// A signature that names the one that it is for.
fn intended(signer: &SignedSecretKey, reader: &SignedSecretKey, text: &str) -> Vec<u8> {
    let named = SubpacketData::IntendedRecipientFingerprint(reader.fingerprint());
    let subpackets = vec![kit::made(kit::now()), Subpacket::regular(named).unwrap()];
    let hash = HashAlgorithm::Sha512;
    kit::signature(
        signer,
        SignatureType::Binary,
        hash,
        subpackets,
        text.as_bytes(),
    )
}

/// `entity` with these signatures beside it.
fn signed_by(signatures: &[Vec<u8>], entity: &str) -> String {
    let packets: Vec<u8> = signatures
        .iter()
        .flat_map(|body| kit::wrap(tag::SIGNATURE, body))
        .collect();
    let body = base64(&packets);
    let signature = format!(
        "Content-Type: application/pgp-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"
    );
    let typ = "signed; protocol=\"application/pgp-signature\"";
    multipart(typ, &[entity, &signature])
}

#[test]
fn more_signatures_than_are_checked_are_told() {
    let good = kit::good(&ann(), hello().as_bytes());
    for (count, summary, notes) in [
        (MAX_SIGNATURES, Summary::SignedBySender, &[][..]),
        (
            MAX_SIGNATURES + 1,
            Summary::Mixed,
            &[Note::TooManySignatures],
        ),
    ] {
        let entity = signed_by(&vec![good.clone(); count], &hello());
        let seen = read(&mail(&entity), &[&ann()]);
        seen.expect(false, summary, notes, HELLO);
        assert_eq!(seen.view.verdict.signatures.len(), MAX_SIGNATURES);
    }
}

/// What says that it is encrypted and is not.
#[test]
fn the_word_of_the_mail_encrypts_nothing() {
    let literal = kit::literal(hello().as_bytes());
    let armored = crate::armor::write(
        crate::armor::Kind::Message,
        &literal,
        crate::armor::Checksum::None,
    );
    let parts = [
        "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
        &format!("Content-Type: application/octet-stream\r\n\r\n{armored}"),
    ];
    let entity = multipart("encrypted; protocol=\"application/pgp-encrypted\"", &parts);
    let seen = read(&mail(&entity), &[&ann()]);
    seen.expect(false, Summary::NotSigned, &[], HELLO);
    assert_eq!(seen.view.structure.layer, None);
}

/// What a part says of the charset of a cleartext signed text is under no signature.
#[test]
fn a_label_does_not_change_signed_letters() {
    let seen = |octets: &[u8], label: &str| {
        let hash = HashAlgorithm::Sha512;
        let made = vec![kit::made(kit::now())];
        let body = kit::signature(&ann(), SignatureType::Text, hash, made, octets);
        let packets = kit::wrap(tag::SIGNATURE, &body);
        let block = armor::write(armor::Kind::Signature, &packets, armor::Checksum::None);
        let head = "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA512\r\n\r\n";
        let head = mail(&format!(
            "Content-Type: text/plain; charset={label}\r\n\r\n{head}"
        ));
        let source = [head.as_bytes(), octets, b"\r\n", block.as_bytes()].concat();
        read_from(&source, &[&ann()], Some("ann@example.org")).unwrap()
    };
    let other: &[Note] = &[Note::OtherCharset];
    for (octets, label, notes, text) in [
        // UTF-8 is UTF-8, and ASCII is nothing else.
        ("gr\u{fc}n".as_bytes(), "utf-8", &[][..], "gr\u{fc}n"),
        ("gr\u{fc}n".as_bytes(), "iso-8859-1", &[], "gr\u{fc}n"),
        ("gr\u{fc}n".as_bytes(), "koi8-r", &[], "gr\u{fc}n"),
        (b"pay 100", "iso-8859-1", &[], "pay 100"),
        (b"pay 100", "koi8-r", &[], "pay 100"),
        // Of everything else only the label tells what it is.
        (b"\xf0\xd2\xc9", "koi8-r", other, "\u{41f}\u{440}\u{438}"),
        (b"\xf0\xd2\xc9", "iso-8859-1", other, "\u{f0}\u{d2}\u{c9}"),
        (b"\xf0\xd2\xc9", "utf-8", other, "\u{fffd}\u{fffd}\u{fffd}"),
    ] {
        seen(octets, label).expect(false, Summary::SignedBySender, notes, text);
    }
}
