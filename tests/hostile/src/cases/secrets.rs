//! Secret keys whose parts do not belong together ("Victory by KO"), cost too much to open, or are not there.

use pgp::composed::KeyType;
use pgp::crypto::aead::AeadAlgorithm;
use pgp::crypto::ecc_curve::ECCCurve;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::SignatureType;
use pgp::types::{KeyDetails, KeyVersion, Password, S2kParams, StringToKey};
use waxseal_core::wire::{Bytes, Fingerprint, Secret, UiCall};

use crate::keys::{CERTIFY, ENCRYPT, ID, Maker, SIGN, body, rsa_key, says, usual};
use crate::message::{packet, tag};
use crate::{Case, Input, MADE};

const PASSPHRASE: &str = "correct horse";

fn fingerprint(maker: &Maker) -> Fingerprint {
    Fingerprint::from_bytes(maker.primary.fingerprint().as_bytes())
}

/// SHA-256, few rounds: the cases are not about the cost.
fn iterated(count: u8) -> S2kParams {
    S2kParams::Cfb {
        sym_alg: SymmetricKeyAlgorithm::AES256,
        s2k: StringToKey::IteratedAndSalted {
            hash_alg: HashAlgorithm::Sha256,
            salt: [7; 8],
            count,
        },
        iv: vec![9; 16].into(),
    }
}

fn argon2() -> S2kParams {
    S2kParams::Aead {
        sym_alg: SymmetricKeyAlgorithm::AES256,
        aead_mode: AeadAlgorithm::Ocb,
        s2k: StringToKey::Argon2 {
            salt: [7; 16],
            t: 1,
            p: 1,
            m_enc: 6,
        },
        nonce: vec![9; 15].into(),
    }
}

/// The same with its secrets locked.
fn locked(mut maker: Maker, how: impl Fn() -> S2kParams) -> Maker {
    let password = Password::from(PASSPHRASE);
    maker
        .primary
        .set_password_with_s2k(&password, how())
        .expect("it is locked");
    for subkey in &mut maker.subkeys {
        subkey
            .set_password_with_s2k(&password, how())
            .expect("it is locked");
    }
    maker
}

fn import(data: Vec<u8>, maker: &Maker, passphrase: bool) -> UiCall {
    UiCall::Import {
        data: Bytes(data),
        accept: vec![fingerprint(maker)],
        passphrase: passphrase.then(|| Secret::new(PASSPHRASE.to_owned())),
        replace: false,
        stored: None,
        apart: false,
        added: None,
    }
}

fn calls(calls: Vec<UiCall>, maker: &Maker) -> Input {
    Input::Vault {
        calls,
        keys: vec![fingerprint(maker)],
    }
}

/// Import, then unlock.
fn opened(data: Vec<u8>, maker: &Maker) -> Input {
    let unlock = UiCall::Unlock {
        key: fingerprint(maker),
        passphrase: Secret::new(PASSPHRASE.to_owned()),
    };
    calls(vec![import(data, maker, false), unlock], maker)
}

/// Import of a key in clear, which gets a passphrase.
fn in_clear(data: Vec<u8>, maker: &Maker) -> Input {
    calls(vec![import(data, maker, true)], maker)
}

fn preview(data: Vec<u8>, maker: &Maker) -> Input {
    calls(vec![UiCall::PreviewImport { data: Bytes(data) }], maker)
}

/// Alice's key is stored and open; then this.
pub(super) fn with_alice(more: Vec<UiCall>) -> Input {
    with_own(&usual(1), more)
}

/// This key is stored and open; then the calls.
pub(super) fn with_own(maker: &Maker, more: Vec<UiCall>) -> Input {
    let unlock = UiCall::Unlock {
        key: fingerprint(maker),
        passphrase: Secret::new(PASSPHRASE.to_owned()),
    };
    let mut all = vec![import(maker.secret_bytes(), maker, true), unlock];
    all.extend(more);
    calls(all, maker)
}

/// The primary key's packet made of the public part of one and the secret part of another.
fn mixed(public: &Maker, secret: &Maker) -> Vec<u8> {
    let head = body(public.primary.public_key());
    let tail = &body(&secret.primary)[body(secret.primary.public_key()).len()..];
    let key = packet(tag::SECRET_KEY, &[&head, tail].concat());
    with_primary(public, key)
}

/// The whole of a secret key with another packet at its beginning.
fn with_primary(maker: &Maker, first: Vec<u8>) -> Vec<u8> {
    let whole = maker.secret_bytes();
    let length = packet(tag::SECRET_KEY, &body(&maker.primary)).len();
    [first, whole[length..].to_vec()].concat()
}

fn of(typ: &KeyType, seed: u64) -> Maker {
    Maker::new(typ, KeyVersion::V4, MADE, seed).user(ID, says(MADE).flags(CERTIFY | SIGN))
}

/// Two keys of one type; the secret of the second under the public part of the first.
fn swapped(name: &str, typ: fn() -> KeyType) -> Vec<Case> {
    let two = move || (of(&typ(), 11), of(&typ(), 12));
    vec![
        Case::new(format!("secrets/of-another-{name}"), move || {
            let (one, other) = two();
            let data = mixed(&one, &locked(other, || iterated(96)));
            opened(data, &one)
        }),
        Case::new(format!("secrets/of-another-{name}-argon2"), move || {
            let (one, other) = two();
            opened(mixed(&one, &locked(other, argon2)), &one)
        }),
        Case::new(format!("secrets/of-another-{name}-in-clear"), move || {
            let (one, other) = two();
            in_clear(mixed(&one, &other), &one)
        }),
    ]
}

/// The octets behind the public part.
fn protection(maker: &Maker, octets: &[u8]) -> Vec<u8> {
    let key = [&body(maker.primary.public_key()), octets].concat();
    with_primary(maker, packet(tag::SECRET_KEY, &key))
}

fn costly(passes: u8, lanes: u8, memory: u8) -> Vec<u8> {
    let head = [
        &[253, 9, 2, 4][..],
        &[5; 16],
        &[passes, lanes, memory],
        &[6; 15],
    ]
    .concat();
    protection(
        &of(&KeyType::Ed25519Legacy, 1),
        &[head, vec![8; 50]].concat(),
    )
}

fn victory_by_ko() -> Vec<Case> {
    let mut all = [
        swapped("ed25519", || KeyType::Ed25519Legacy),
        swapped("p256", || KeyType::ECDSA(ECCCurve::P256)),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>();
    all.extend([
        Case::new("secrets/good", || {
            opened(locked(usual(1), || iterated(96)).secret_bytes(), &usual(1))
        }),
        Case::new("secrets/good-argon2", || {
            opened(locked(usual(1), argon2).secret_bytes(), &usual(1))
        }),
        Case::new("secrets/good-in-clear", || {
            in_clear(usual(1).secret_bytes(), &usual(1))
        }),
        Case::new("secrets/in-clear-without-a-passphrase", || {
            calls(
                vec![import(usual(1).secret_bytes(), &usual(1), false)],
                &usual(1),
            )
        }),
        Case::new("secrets/rsa-under-another-modulus", || {
            let (one, other) = (of(&KeyType::Rsa(2048), 1), of(&KeyType::Rsa(3072), 1));
            opened(mixed(&one, &locked(other, || iterated(96))), &one)
        }),
        // EdDSA and ECDH have numbers of one size.
        Case::new("secrets/algorithm-swapped", || {
            let (one, other) = (of(&KeyType::Ed25519Legacy, 11), usual(12));
            let other = locked(other, || iterated(96));
            let tail = &body(&other.subkeys[0])[body(other.subkeys[0].public_key()).len()..];
            opened(protection(&one, tail), &one)
        }),
        Case::new("secrets/subkey-of-another", || {
            let (one, other) = (
                locked(usual(11), || iterated(96)),
                locked(usual(12), || iterated(96)),
            );
            let head = body(one.subkeys[0].public_key());
            let tail = &body(&other.subkeys[0])[body(other.subkeys[0].public_key()).len()..];
            let whole = one.secret_bytes();
            let good = packet(tag::SECRET_SUBKEY, &body(&one.subkeys[0]));
            let at = whole
                .windows(good.len())
                .position(|part| part == good)
                .expect("a subkey");
            let bad = packet(tag::SECRET_SUBKEY, &[&head, tail].concat());
            opened(
                [&whole[..at], &bad, &whole[at + good.len()..]].concat(),
                &one,
            )
        }),
        Case::many("secrets/octets-changed-under-the-lock", || {
            let maker = locked(of(&KeyType::Ed25519Legacy, 1), || iterated(96));
            let whole = body(&maker.primary);
            let first = body(maker.primary.public_key()).len() + 30;
            let places = [first, whole.len() - 21, whole.len() - 1];
            let changed = |at: usize| {
                let mut key = whole.clone();
                key[at] ^= 1;
                opened(with_primary(&maker, packet(tag::SECRET_KEY, &key)), &maker)
            };
            places.map(changed).to_vec()
        }),
        Case::new("secrets/rsa-with-equal-primes", || {
            in_clear(
                rsa_with(|_, p, _| (p.clone(), p.clone())),
                &of(&KeyType::Rsa(2048), 1),
            )
        }),
        Case::new("secrets/rsa-with-a-prime-of-zero", || {
            in_clear(
                rsa_with(|_, p, _| (p.clone(), Vec::new())),
                &of(&KeyType::Rsa(2048), 1),
            )
        }),
        Case::new("secrets/rsa-with-primes-of-one-and-n", || {
            in_clear(
                rsa_with(|n, _, _| (n.clone(), vec![1])),
                &of(&KeyType::Rsa(2048), 1),
            )
        }),
        Case::new("secrets/rsa-with-even-primes", || {
            in_clear(
                rsa_with(|_, p, q| (even(p), even(q))),
                &of(&KeyType::Rsa(2048), 1),
            )
        }),
    ]);
    all
}

fn even(number: &[u8]) -> Vec<u8> {
    let mut number = number.to_vec();
    *number.last_mut().expect("octets") &= 0xfe;
    number
}

/// An RSA key in clear whose primes are others.
fn rsa_with(change: impl Fn(&Vec<u8>, &Vec<u8>, &Vec<u8>) -> (Vec<u8>, Vec<u8>)) -> Vec<u8> {
    use rsa::traits::{PrivateKeyParts, PublicKeyParts};
    let key = rsa_key(2048);
    let (p, q) = (key.primes()[0].to_bytes_be(), key.primes()[1].to_bytes_be());
    let (p, q) = change(&key.n().to_bytes_be(), &p, &q);
    let mpi = |number: &[u8]| {
        let bits = number
            .first()
            .map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize);
        [
            &u16::try_from(bits).expect("short").to_be_bytes()[..],
            number,
        ]
        .concat()
    };
    let numbers = [mpi(&key.d().to_bytes_be()), mpi(&p), mpi(&q), mpi(&[3])].concat();
    let sum = numbers
        .iter()
        .fold(0_u16, |sum, octet| sum.wrapping_add(u16::from(*octet)));
    let octets = [vec![0], numbers, sum.to_be_bytes().to_vec()].concat();
    protection(&of(&KeyType::Rsa(2048), 1), &octets)
}

fn owner() -> Maker {
    of(&KeyType::Ed25519Legacy, 1)
}

/// A key with so many subkeys, each under an iterated S2K with the largest count.
fn hashing(subkeys: u32) -> Vec<u8> {
    let maker = (0..subkeys).fold(owner(), |maker, n| {
        let says = says(MADE + n).flags(ENCRYPT);
        maker.subkey(&KeyType::ECDH(ECCCurve::Curve25519Legacy), says)
    });
    let tail = [&[254, 9, 3, 10][..], &[5; 8], &[255], &[6; 16], &[8; 54]].concat();
    let lock = |tag: u8, public: &[u8]| packet(tag, &[public, &tail].concat());
    let packets = maker.packets.iter().map(|(number, public)| match *number {
        tag::PUBLIC_KEY => lock(tag::SECRET_KEY, public),
        tag::PUBLIC_SUBKEY => lock(tag::SECRET_SUBKEY, public),
        _ => packet(*number, public),
    });
    packets.flatten().collect()
}

fn costs() -> Vec<Case> {
    let maker = owner;
    let argon = |name: &str, passes, lanes, memory| {
        Case::new(format!("secrets/argon2-{name}"), move || {
            preview(costly(passes, lanes, memory), &maker())
        })
    };
    let opening = |name: &str, passes, lanes, memory| {
        Case::new(format!("secrets/argon2-{name}"), move || {
            opened(costly(passes, lanes, memory), &maker())
        })
    };
    vec![
        argon("2-tib", 1, 1, 31),
        argon("2-gib", 1, 4, 21),
        argon("255-passes", 255, 1, 16),
        argon("255-lanes", 1, 255, 16),
        opening("no-pass", 0, 1, 16),
        opening("no-lane", 1, 0, 16),
        opening("memory-under-the-lanes", 1, 16, 3),
        opening("as-much-as-is-allowed", 6, 1, 18),
        Case::new("secrets/argon2-in-each-of-50-subkeys", || {
            let maker = usual(1);
            let subkey = body(maker.subkeys[0].public_key());
            let tail = [
                &[253, 9, 2, 4][..],
                &[5; 16],
                &[3, 1, 16],
                &[6; 15],
                &[8; 50],
            ]
            .concat();
            let other = |n: u32| {
                let mut key = [&subkey, &tail[..]].concat();
                key[1..5].copy_from_slice(&(MADE + n).to_be_bytes());
                packet(tag::SECRET_SUBKEY, &key)
            };
            let data = [
                locked(maker.clone(), argon2).secret_bytes(),
                (1..50).flat_map(other).collect(),
            ]
            .concat();
            preview(data, &maker)
        }),
        Case::new("secrets/65-mb-hashed-for-each-of-9-keys", || {
            opened(hashing(8), &owner())
        }),
        Case::new("secrets/65-mb-hashed-for-each-of-10-keys", || {
            preview(hashing(9), &owner())
        }),
    ]
}

fn forms() -> Vec<Case> {
    let maker = || of(&KeyType::Ed25519Legacy, 1);
    let case = |name: &str, octets: Vec<u8>| {
        Case::new(format!("secrets/{name}"), move || {
            preview(protection(&maker(), &octets), &maker())
        })
    };
    let iterated = |usage: u8| [&[usage, 9, 3, 8][..], &[5; 8], &[96], &[6; 16], &[8; 36]].concat();
    vec![
        case("usage-255", iterated(255)),
        case(
            "usage-253-with-iterated",
            [&[253, 9, 2, 3, 8][..], &[5; 8], &[96], &[6; 15], &[8; 50]].concat(),
        ),
        case(
            "usage-legacy-cipher",
            [&[9][..], &[6; 16], &[8; 36]].concat(),
        ),
        case(
            "usage-254-with-argon2",
            [&[254, 9, 4][..], &[5; 16], &[1, 1, 16], &[6; 16], &[8; 54]].concat(),
        ),
        case(
            "s2k-simple",
            [&[254, 9, 0, 8][..], &[6; 16], &[8; 54]].concat(),
        ),
        case(
            "s2k-reserved",
            [&[254, 9, 2, 8][..], &[6; 16], &[8; 54]].concat(),
        ),
        case(
            "s2k-unknown",
            [&[254, 9, 99, 8][..], &[6; 16], &[8; 54]].concat(),
        ),
        case(
            "s2k-over-md5",
            [&[254, 9, 3, 1][..], &[5; 8], &[96], &[6; 16], &[8; 54]].concat(),
        ),
        case(
            "cipher-unknown",
            [&[254, 99, 3, 8][..], &[5; 8], &[96], &[6; 16], &[8; 54]].concat(),
        ),
        case(
            "stub-of-gnupg",
            [&[255, 0, 101, 0][..], b"GNU", &[1]].concat(),
        ),
        case(
            "stub-of-a-card",
            [&[255, 0, 101, 0][..], b"GNU", &[2, 16], &[3; 16]].concat(),
        ),
        case("nothing-behind-the-public-part", Vec::new()),
        case("cut-short", vec![254, 9, 3]),
        case(
            "in-clear-with-a-wrong-checksum",
            [&[0, 1, 0][..], &[8; 32], &[0, 0]].concat(),
        ),
        case(
            "in-clear-with-a-huge-number",
            [&[0, 255, 255][..], &[8; 32]].concat(),
        ),
        Case::new("secrets/version-3", || {
            preview(
                packet(tag::SECRET_KEY, &[&[3][..], &[1; 80]].concat()),
                &usual(1),
            )
        }),
        Case::new("secrets/packet-of-1-mb", || {
            preview(
                [
                    usual(1).secret_bytes(),
                    packet(tag::SECRET_SUBKEY, &vec![4; 1 << 20]),
                ]
                .concat(),
                &usual(1),
            )
        }),
        Case::new("secrets/subkey-taken-from-another-key", || {
            let (one, other) = (usual(11), usual(12));
            let subkey = packet(tag::SECRET_SUBKEY, &body(&other.subkeys[0]));
            let binding =
                other.on_subkey(0, SignatureType::SubkeyBinding, &says(MADE).flags(ENCRYPT));
            let data = [
                of(&KeyType::Ed25519Legacy, 11).secret_bytes(),
                subkey,
                packet(tag::SIGNATURE, &body(&binding)),
            ];
            in_clear(data.concat(), &one)
        }),
    ]
}

pub fn cases() -> Vec<Case> {
    [victory_by_ko(), costs(), forms()]
        .into_iter()
        .flatten()
        .collect()
}
