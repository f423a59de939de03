//! Input that is small and takes long to verify: many copies, forged signatures, slow algorithms, large texts.

use pgp::composed::KeyType;
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::SignatureType;
use pgp::types::{KeyDetails, KeyVersion};
use waxseal_core::wire::{Bytes, UiCall};

use super::secrets::with_own;
use crate::keys::{CERTIFY, ENCRYPT, ID, Maker, SIGN, body, says, sign, usual};
use crate::message::{Reading, compressed, literal, packet, tag};
use crate::{Case, Input, MADE, NOW};

fn preview(data: Vec<u8>) -> Input {
    Input::Preview { data: Bytes(data) }
}

/// The certificate with so many further names, each with so many self-signatures that do not verify.
fn forged(maker: &Maker, names: u32, each: u32) -> Vec<u8> {
    let typ = SignatureType::CertPositive;
    let mut one = body(&maker.on_user(&maker.primary, ID.as_bytes(), typ, &says(NOW)));
    let last = one.len() - 4;
    let mut data = maker.bytes();
    for name in 0..names {
        data.extend(packet(tag::USER_ID, format!("{name}").as_bytes()));
        for number in 0..each {
            one[last..].copy_from_slice(&(name * each + number).to_be_bytes());
            data.extend(packet(tag::SIGNATURE, &one));
        }
    }
    data
}

/// The certificate with so many copies of a subkey, made at different times.
fn with_subkeys(maker: &Maker, subkey: &[u8], count: u32) -> Vec<u8> {
    let mut subkey = subkey.to_vec();
    let mut data = maker.bytes();
    for number in 0..count {
        subkey[1..5].copy_from_slice(&(MADE + number).to_be_bytes());
        data.extend(packet(tag::PUBLIC_SUBKEY, &subkey));
    }
    data
}

/// A key packet whose numbers are none of a key, but are computed with.
fn dsa_4096() -> Vec<u8> {
    let number = |octets: &[u8], bits: u16| [&bits.to_be_bytes(), octets].concat();
    let (p, q) = ([0xc5; 512], [0xb1; 32]);
    let two = number(&[2], 2);
    let numbers = [number(&p, 4096), number(&q, 256), two.clone(), two].concat();
    [&[4, 0, 0, 0, 0, 17], numbers.as_slice()].concat()
}

/// A signature with as many subpackets without content as there is room for.
fn empty_subpackets(maker: &Maker, number: u16) -> Vec<u8> {
    let area = [1, 0x60].repeat(30_000);
    let length = u16::try_from(area.len()).expect("short").to_be_bytes();
    let head = [4, 0x13, maker.primary.algorithm().into(), 10];
    let tail = [
        &[0, 0, 0, 0][..],
        &[0, 9, 1, 1],
        &[0, 9, 1],
        &[number as u8],
    ]
    .concat();
    packet(tag::SIGNATURE, &[&head, &length[..], &area, &tail].concat())
}

/// Packets in front of `inside`, compressed, that pay for its size.
fn paid(inside: &[u8]) -> Vec<u8> {
    let noise: Vec<u8> = (0..inside.len() as u32 / 200)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    [packet(60, &noise), compressed(1, inside)].concat()
}

/// A text with so many signatures of this kind in front.
fn signed(text: &str, typ: SignatureType, hash: HashAlgorithm, count: usize) -> Input {
    let alice = usual(1);
    let one = sign(&alice.primary, typ, &says(NOW).over(hash), text.as_bytes());
    with_signatures(text, &alice, packet(tag::SIGNATURE, &one).repeat(count))
}

/// A text with so many signatures in front that share nothing: version 6 hashes a salt first (RFC 9580, 5.2.4).
fn salted(text: &str, hash: HashAlgorithm, count: usize) -> Input {
    let says = says(MADE).flags(CERTIFY | SIGN);
    let six = Maker::new(&KeyType::Ed25519, KeyVersion::V6, MADE, 1);
    let six = six.direct(says.clone()).user(ID, says);
    let one = || {
        let says = crate::keys::says(NOW).over(hash);
        let one = sign(&six.primary, SignatureType::Binary, &says, text.as_bytes());
        packet(tag::SIGNATURE, &one)
    };
    let signatures = (0..count).flat_map(|_| one()).collect();
    with_signatures(text, &six, signatures)
}

fn with_signatures(text: &str, signer: &Maker, signatures: Vec<u8>) -> Input {
    let inside = [signatures, literal(text.as_bytes())].concat();
    Reading::message(&paid(&inside))
        .knows(signer.bytes())
        .text(text.to_owned())
        .input()
}

fn copies() -> Vec<Case> {
    vec![
        Case::new("certificates/one-key-20000-times", || {
            let key = packet(tag::PUBLIC_KEY, &body(usual(1).primary.public_key()));
            preview([key.repeat(20_000), usual(1).bytes()].concat())
        }),
        Case::new("certificates/one-secret-key-20000-times", || {
            let key = packet(tag::SECRET_KEY, &body(&usual(1).primary));
            preview([key.repeat(20_000), usual(1).bytes()].concat())
        }),
        Case::new("certificates/one-certificate-9000-times", || {
            preview(usual(1).bytes().repeat(9_000))
        }),
    ]
}

fn verifying() -> Vec<Case> {
    vec![
        Case::new("certificates/rsa-4096-1000-forged", || {
            let maker = Maker::new(&KeyType::Rsa(4096), KeyVersion::V4, MADE, 1);
            let maker = maker.user(ID, says(MADE).flags(CERTIFY | SIGN | ENCRYPT));
            preview(forged(&maker, 10, 100))
        }),
        Case::new("certificates/18000-forged-over-names", || {
            preview(forged(&usual(1), 100, 180))
        }),
        Case::new("certificates/900-forged-in-each-of-30", || {
            preview((1..=30).flat_map(|n| forged(&usual(n), 10, 90)).collect())
        }),
        Case::new("certificates/2000-forged-over-names", || {
            preview(forged(&usual(1), 20, 100))
        }),
        Case::new("certificates/50000-subkeys-of-ed448", || {
            let says = says(MADE).flags(CERTIFY | SIGN);
            let maker = Maker::new(&KeyType::Ed25519, KeyVersion::V6, MADE, 1);
            let maker = maker.direct(says.clone()).user(ID, says);
            let other = Maker::new(&KeyType::Ed448, KeyVersion::V6, MADE, 1);
            let subkey = body(other.primary.public_key());
            preview(with_subkeys(&maker, &subkey, 50_000))
        }),
        Case::new("certificates/6000-subkeys-of-dsa-4096", || {
            preview(with_subkeys(&usual(1), &dsa_4096(), 6_000))
        }),
        Case::new("certificates/signatures-of-30000-subpackets", || {
            let maker = usual(1);
            let flood = (0..60).flat_map(|n| empty_subpackets(&maker, n));
            preview([maker.bytes(), flood.collect()].concat())
        }),
    ]
}

fn messages() -> Vec<Case> {
    const MB: usize = 1 << 20;
    vec![
        Case::new("floods/200-session-keys-for-one-rsa-key", || {
            let says = says(MADE).flags(CERTIFY | SIGN | ENCRYPT);
            let maker = Maker::new(&KeyType::Rsa(4096), KeyVersion::V4, MADE, 1).user(ID, says);
            let id = maker.primary.legacy_key_id();
            let number = [&[0x0f, 0xff][..], &[0x5a; 512]].concat();
            let pkesk = [&[3], id.as_ref(), &[1], &number].concat();
            let pkesks = vec![Bytes(packet(tag::PKESK, &pkesk)); 200];
            with_own(&maker, vec![UiCall::Decipher { pkesks }])
        }),
        Case::new("floods/4-text-signatures-on-16-mb-of-line-ends", || {
            let text = "\n".repeat(16 * MB);
            signed(&text, SignatureType::Text, HashAlgorithm::Sha3_512, 4)
        }),
        Case::new("floods/16-signatures-on-16-mb", || {
            let text = "a".repeat(16 * MB);
            signed(&text, SignatureType::Binary, HashAlgorithm::Sha3_512, 16)
        }),
        Case::new("floods/16-salted-signatures-on-16-mb", || {
            salted(&"a".repeat(16 * MB), HashAlgorithm::Sha3_512, 16)
        }),
        Case::new("floods/8-mb-that-are-not-utf-8", || {
            let message = paid(&literal(&[0xe9; 8 * MB]));
            Reading::message(&message).text("é".repeat(8 * MB)).input()
        }),
    ]
}

pub fn cases() -> Vec<Case> {
    [copies(), verifying(), messages()]
        .into_iter()
        .flatten()
        .collect()
}
