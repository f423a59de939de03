//! Signatures that verify and must not count.

use pgp::composed::{DsaKeySize, KeyType};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{Notation, SignatureType, SubpacketData};
use pgp::types::{Duration, KeyVersion};

use crate::keys::{
    CERTIFY, ID, Maker, SIGN, Says, body, certified, good, says, sign, sign_with, usual,
};
use crate::message::{Reading, TEXT, literal, packet, tag};
use crate::{Case, DAY, Input, MADE, NOW};

/// A message with prefixed signatures, and the signer's certificate.
fn message(signatures: &[Vec<u8>], signer: &Maker) -> Input {
    let signatures: Vec<u8> = signatures
        .iter()
        .flat_map(|one| packet(tag::SIGNATURE, one))
        .collect();
    let message = [signatures, literal(TEXT.as_bytes())].concat();
    Reading::message(&message).knows(signer.bytes()).input()
}

fn saying(says: Says) -> Input {
    let alice = usual(1);
    message(
        &[sign(
            &alice.primary,
            SignatureType::Binary,
            &says,
            TEXT.as_bytes(),
        )],
        &alice,
    )
}

/// RSA, because the engine lets no other algorithm sign over weak hashes.
fn rsa() -> Maker {
    Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, MADE, 2)
        .user(ID, says(MADE).flags(CERTIFY | SIGN))
}

fn hashed(hash: HashAlgorithm) -> Vec<Input> {
    // The claimed date must not help: who can forge a hash can forge a date.
    let times = [NOW, MADE + DAY];
    let by = |made| {
        let rsa = rsa();
        let says = says(made).over(hash);
        message(
            &[sign(
                &rsa.primary,
                SignatureType::Binary,
                &says,
                TEXT.as_bytes(),
            )],
            &rsa,
        )
    };
    times.map(by).to_vec()
}

fn by(typ: &KeyType) -> Input {
    let maker = Maker::new(typ, KeyVersion::V4, MADE, 3);
    let maker = maker.user(
        ID,
        says(MADE).over(HashAlgorithm::Sha256).flags(CERTIFY | SIGN),
    );
    let says = says(NOW).over(HashAlgorithm::Sha256);
    message(
        &[sign(
            &maker.primary,
            SignatureType::Binary,
            &says,
            TEXT.as_bytes(),
        )],
        &maker,
    )
}

/// A genuine certification by Alice, with the very octets that it signs as the text.
fn replayed() -> Input {
    let (alice, mallory) = (usual(1), Maker::v4(4));
    let id = format!("Mallory <mallory@example.org>\n\n{TEXT}");
    let typ = SignatureType::CertGeneric;
    let certification = mallory.on_user(&alice.primary, id.as_bytes(), typ, &says(NOW));
    let text = certified(mallory.primary.public_key(), id.as_bytes());
    let message = [
        packet(tag::SIGNATURE, &body(&certification)),
        literal(&text),
    ]
    .concat();
    let shown: String = match std::str::from_utf8(&text) {
        Ok(text) => text.to_owned(),
        Err(_) => text.iter().map(|&octet| char::from(octet)).collect(),
    };
    let shown = shown.replace("\r\n", "\n").replace('\r', "\n");
    Reading::message(&message)
        .knows(alice.bytes())
        .text(shown)
        .input()
}

fn seconds(after: u32) -> SubpacketData {
    SubpacketData::SignatureExpirationTime(Duration::from_secs(after))
}

fn others() -> Vec<Case> {
    vec![
        Case::new("signatures/good", || saying(says(NOW))),
        Case::new("signatures/good-rsa", || {
            message(&[good(&rsa().primary, TEXT.as_bytes())], &rsa())
        }),
        Case::many("signatures/of-types-that-are-no-documents", || {
            let alice = usual(1);
            let typ = |number| {
                let mut signature = good(&alice.primary, TEXT.as_bytes());
                signature[1] = number;
                message(&[signature], &alice)
            };
            [
                2, 0x10, 0x11, 0x12, 0x13, 0x18, 0x19, 0x1f, 0x20, 0x28, 0x30, 0x40, 0x50, 0xff,
            ]
            .map(typ)
            .to_vec()
        }),
        // The type is hashed: these verify.
        Case::many("signatures/made-with-types-that-are-no-documents", || {
            let alice = usual(1);
            let types = [
                2, 0x10, 0x13, 0x18, 0x19, 0x1f, 0x20, 0x28, 0x30, 0x40, 0x50,
            ];
            let made = |typ| sign_with(&alice.primary, typ, &[], TEXT.as_bytes());
            types.map(|typ| message(&[made(typ)], &alice)).to_vec()
        }),
        Case::new("signatures/certification-replayed-as-a-document", replayed),
        Case::many("signatures/md5", || hashed(HashAlgorithm::Md5)),
        Case::many("signatures/sha1", || hashed(HashAlgorithm::Sha1)),
        Case::many("signatures/ripemd160", || hashed(HashAlgorithm::Ripemd160)),
        Case::new("signatures/by-rsa-1024", || by(&KeyType::Rsa(1024))),
        Case::new("signatures/by-dsa-1024", || {
            by(&KeyType::Dsa(DsaKeySize::B1024))
        }),
        Case::new("signatures/by-dsa-2048", || {
            by(&KeyType::Dsa(DsaKeySize::B2048))
        }),
        Case::new("signatures/of-tomorrow", || saying(says(NOW + DAY))),
        Case::new("signatures/of-the-end-of-time", || saying(says(u32::MAX))),
        Case::new("signatures/older-than-its-key", || saying(says(MADE - DAY))),
        Case::new("signatures/of-1970", || saying(says(0))),
        Case::new("signatures/expired", || {
            saying(says(NOW - 2 * DAY).and(seconds(DAY)))
        }),
        Case::new("signatures/expiry-over-32-bits", || {
            saying(says(NOW).and(seconds(u32::MAX)))
        }),
        Case::new("signatures/without-a-time", || saying(says(NOW).timeless())),
        Case::new("signatures/critical-and-unknown", || {
            let alice = usual(1);
            message(
                &[sign_with(
                    &alice.primary,
                    0,
                    &[2, 0x80 | 90, 1],
                    TEXT.as_bytes(),
                )],
                &alice,
            )
        }),
        Case::new("signatures/critical-and-private", || {
            saying(says(NOW).critical(SubpacketData::Experimental(101, vec![1].into())))
        }),
        Case::new("signatures/critical-notation", || {
            let (name, value) = ("must@example.org".into(), "know".into());
            let notation = Notation {
                readable: true,
                name,
                value,
            };
            saying(says(NOW).critical(SubpacketData::Notation(notation)))
        }),
        Case::new("signatures/unknown-and-not-critical", || {
            saying(says(NOW).and(SubpacketData::Other(120, vec![1].into())))
        }),
        Case::new("signatures/of-another-text", || {
            let alice = usual(1);
            message(&[good(&alice.primary, b"pay 900 to Bob")], &alice)
        }),
        Case::many("signatures/one-bit", || {
            let alice = usual(1);
            let whole = good(&alice.primary, TEXT.as_bytes());
            // The hashed part and the numbers; the two octets of the digest in between are only a hint.
            let places = (9..30).chain(whole.len() - 60..whole.len() - 40);
            let flip = |at: usize| {
                let mut signature = whole.clone();
                signature[at] ^= 1;
                message(&[signature], &alice)
            };
            places.map(flip).collect()
        }),
    ]
}

/// Several on one text: the best must never hide the worst.
fn several() -> Vec<Case> {
    let two = |name: &str, bad: fn(&Maker) -> Vec<u8>| {
        Case::many(format!("signatures/good-and-{name}"), move || {
            let alice = usual(1);
            let (one, two) = (good(&alice.primary, TEXT.as_bytes()), bad(&alice));
            vec![
                message(&[one.clone(), two.clone()], &alice),
                message(&[two, one], &alice),
            ]
        })
    };
    vec![
        two("bad", |alice| good(&alice.primary, b"pay 900 to Bob")),
        two("expired", |alice| {
            let says = says(NOW - 2 * DAY).and(seconds(DAY));
            sign(
                &alice.primary,
                SignatureType::Binary,
                &says,
                TEXT.as_bytes(),
            )
        }),
        two("by-a-stranger", |_| {
            good(&usual(9).primary, TEXT.as_bytes())
        }),
        two("of-an-unknown-version", |_| vec![99, 0, 1, 2, 3]),
        two("of-nothing", |_| Vec::new()),
        two("cut-short", |alice| {
            good(&alice.primary, TEXT.as_bytes())[..30].to_vec()
        }),
        two("with-an-unknown-critical-type", |alice| {
            sign_with(&alice.primary, 0, &[2, 0x80 | 91, 1], TEXT.as_bytes())
        }),
    ]
}

pub fn cases() -> Vec<Case> {
    [others(), several()].into_iter().flatten().collect()
}
