//! Certificates that are flooded, forged, out of order or weak.

use pgp::composed::{DsaKeySize, KeyType};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{RevocationCode, SignatureType, SubpacketData};
use pgp::types::{Duration, KeyVersion};
use waxseal_core::wire::Bytes;

use crate::keys::{CERTIFY, ENCRYPT, ID, Maker, SIGN, body, certified, says, sign_with, usual};
use crate::message::{packet, tag};
use crate::{Case, DAY, Input, MADE, NOW};

fn preview(data: Vec<u8>) -> Input {
    Input::Preview { data: Bytes(data) }
}

/// `count` different certifications by keys that nobody has: one real one, with another issuer each time.
fn flood(maker: &Maker, count: u32) -> Vec<u8> {
    let stranger = usual(77);
    let typ = SignatureType::CertGeneric;
    let one = body(&maker.on_user(&stranger.primary, ID.as_bytes(), typ, &says(NOW)));
    // The fingerprint in the hashed area; what is signed no longer fits, which nobody can see without the key.
    let at = one
        .windows(2)
        .position(|pair| pair == [33, 4])
        .expect("an issuer")
        + 2;
    let forged = |number: u32| {
        let mut signature = one.clone();
        signature[at..at + 4].copy_from_slice(&number.to_be_bytes());
        packet(tag::SIGNATURE, &signature)
    };
    (0..count).flat_map(forged).collect()
}

/// A flooded user ID between the good packets.
fn flooded(count: u32) -> Vec<u8> {
    let maker = Maker::v4(1).user(ID, says(MADE).flags(CERTIFY | SIGN));
    let flood = flood(&maker, count);
    let whole = maker.clone().encrypts();
    [
        maker.bytes(),
        flood,
        whole.bytes()[maker.bytes().len()..].to_vec(),
    ]
    .concat()
}

/// An RSA key packet with these numbers.
fn rsa(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let mpi = |number: &[u8]| {
        let first = number
            .iter()
            .position(|octet| *octet != 0)
            .unwrap_or(number.len());
        let number = &number[first..];
        let bits = number
            .first()
            .map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize);
        [&u16::try_from(bits).expect("short").to_be_bytes(), number].concat()
    };
    let key = [
        &[4],
        &MADE.to_be_bytes()[..],
        &[1],
        &mpi(modulus),
        &mpi(exponent),
    ]
    .concat();
    [
        packet(tag::PUBLIC_KEY, &key),
        packet(tag::USER_ID, ID.as_bytes()),
    ]
    .concat()
}

fn modulus(bits: usize, last: u8) -> Vec<u8> {
    let mut number: Vec<u8> = (0..bits / 8).map(|n| (n * 37 + 11) as u8 | 1).collect();
    number[0] |= 0x80;
    *number.last_mut().expect("octets") = last;
    number
}

fn because(code: RevocationCode) -> SubpacketData {
    SubpacketData::RevocationReason(code, Default::default())
}

fn lasts(seconds: u32) -> SubpacketData {
    SubpacketData::KeyExpirationTime(Duration::from_secs(seconds))
}

fn of(typ: &KeyType) -> Input {
    let says = says(MADE)
        .over(HashAlgorithm::Sha256)
        .flags(CERTIFY | SIGN | ENCRYPT);
    preview(
        Maker::new(typ, KeyVersion::V4, MADE, 3)
            .user(ID, says)
            .bytes(),
    )
}

fn bound_over(hash: HashAlgorithm) -> Input {
    let says = says(NOW - 30 * DAY)
        .over(hash)
        .flags(CERTIFY | SIGN | ENCRYPT);
    preview(
        Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, MADE, 3)
            .user(ID, says)
            .bytes(),
    )
}

fn floods() -> Vec<Case> {
    vec![
        Case::new("certificates/flooded-with-100-certifications", || {
            preview(flooded(100))
        }),
        Case::new("certificates/flooded-with-10000-certifications", || {
            preview(flooded(10_000))
        }),
        Case::new("certificates/flooded-with-20-mb", || {
            preview(flooded(120_000))
        }),
        Case::new(
            "certificates/flooded-with-1000-forged-self-signatures",
            || {
                let maker = Maker::v4(1).user(ID, says(MADE).flags(CERTIFY | SIGN));
                let mut one = body(&maker.on_user(
                    &maker.primary,
                    ID.as_bytes(),
                    SignatureType::CertPositive,
                    &says(NOW),
                ));
                let last = one.len() - 1;
                let mut data = maker.bytes();
                for number in 0..1000_u16 {
                    one[last - 1..].copy_from_slice(&number.to_be_bytes());
                    data.extend(packet(tag::SIGNATURE, &one));
                }
                let whole = maker.clone().encrypts();
                data.extend(&whole.bytes()[maker.bytes().len()..]);
                preview(data)
            },
        ),
        Case::new("certificates/flooded-with-5000-user-ids", || {
            let ids = (0..5000)
                .flat_map(|n| packet(tag::USER_ID, format!("n{n}@example.org").as_bytes()));
            preview([usual(1).bytes(), ids.collect()].concat())
        }),
        Case::new("certificates/flooded-with-150-signed-user-ids", || {
            let maker = (0..150).fold(usual(1), |maker, n| {
                maker.user(
                    format!("n{n}@example.org"),
                    says(MADE).flags(CERTIFY | SIGN),
                )
            });
            preview(maker.bytes())
        }),
        Case::new("certificates/flooded-with-2000-subkeys", || {
            let subkey = body(usual(1).subkeys[0].public_key());
            let other = |n: u32| {
                let mut subkey = subkey.clone();
                subkey[1..5].copy_from_slice(&(MADE + n).to_be_bytes());
                packet(tag::PUBLIC_SUBKEY, &subkey)
            };
            preview([usual(1).bytes(), (0..2000).flat_map(other).collect()].concat())
        }),
        Case::new("certificates/flooded-with-user-attributes", || {
            let attribute = |n: u32| packet(17, &[&[5, 100], &n.to_be_bytes()[..]].concat());
            preview([usual(1).bytes(), (0..3000).flat_map(attribute).collect()].concat())
        }),
        Case::new("certificates/5000-in-one-import", || {
            let one = body(Maker::v4(1).primary.public_key());
            let other = |n: u32| {
                let mut key = one.clone();
                key[1..5].copy_from_slice(&(MADE + n).to_be_bytes());
                packet(tag::PUBLIC_KEY, &key)
            };
            preview((0..5000).flat_map(other).collect())
        }),
        Case::new("certificates/300000-packets-of-nothing", || {
            preview([usual(1).bytes(), [0xc0 | 60, 0].repeat(300_000)].concat())
        }),
    ]
}

fn weak() -> Vec<Case> {
    let case = |name: &str, make: fn() -> Input| Case::new(format!("certificates/{name}"), make);
    vec![
        case("rsa-512", || preview(rsa(&modulus(512, 0x0d), &[1, 0, 1]))),
        case("rsa-1024", || of(&KeyType::Rsa(1024))),
        case("rsa-2048", || of(&KeyType::Rsa(2048))),
        case("rsa-16384", || {
            preview(rsa(&modulus(16_384, 0x0d), &[1, 0, 1]))
        }),
        case("rsa-exponent-1", || {
            preview(rsa(&modulus(2048, 0x0d), &[1]))
        }),
        case("rsa-exponent-even", || {
            preview(rsa(&modulus(2048, 0x0d), &[2]))
        }),
        case("rsa-exponent-of-1000-bits", || {
            preview(rsa(&modulus(2048, 0x0d), &modulus(1000, 1)))
        }),
        case("rsa-modulus-even", || {
            preview(rsa(&modulus(2048, 0x0c), &[1, 0, 1]))
        }),
        case("rsa-modulus-zero", || preview(rsa(&[], &[1, 0, 1]))),
        case("dsa-1024", || of(&KeyType::Dsa(DsaKeySize::B1024))),
        case("bound-over-md5", || bound_over(HashAlgorithm::Md5)),
        case("bound-over-sha1", || bound_over(HashAlgorithm::Sha1)),
        case("bound-over-ripemd160", || {
            bound_over(HashAlgorithm::Ripemd160)
        }),
        case("version-2", || {
            preview(packet(tag::PUBLIC_KEY, &[&[2][..], &[1; 40]].concat()))
        }),
        case("version-3", || {
            preview(packet(tag::PUBLIC_KEY, &[&[3][..], &[1; 40]].concat()))
        }),
        case("version-5", || {
            preview(packet(tag::PUBLIC_KEY, &[&[5][..], &[1; 40]].concat()))
        }),
        case("version-255", || {
            preview(packet(tag::PUBLIC_KEY, &[&[255][..], &[1; 40]].concat()))
        }),
        case("algorithm-unknown", || {
            preview(packet(
                tag::PUBLIC_KEY,
                &[&[4, 1, 2, 3, 4, 99][..], &[1; 40]].concat(),
            ))
        }),
        case("numbers-of-64-kbit", || {
            preview(packet(
                tag::PUBLIC_KEY,
                &[&[4, 1, 2, 3, 4, 1, 255, 255][..], &vec![0xab; 8192]].concat(),
            ))
        }),
        case("key-packet-of-1-mb", || {
            preview(packet(tag::PUBLIC_KEY, &vec![4; 1 << 20]))
        }),
        case("signature-of-1-mb", || {
            preview([usual(1).bytes(), packet(tag::SIGNATURE, &vec![4; 1 << 20])].concat())
        }),
    ]
}

fn forged() -> Vec<Case> {
    let case = |name: &str, make: fn() -> Maker| {
        Case::new(format!("certificates/{name}"), move || {
            preview(make().bytes())
        })
    };
    vec![
        case("good", || usual(1)),
        case("revoked", || usual(1).revoke(says(NOW))),
        case("revoked-by-somebody-else", || {
            let maker = usual(1);
            let forged = maker.on_key(&usual(8).primary, SignatureType::KeyRevocation, &says(NOW));
            maker.packet(tag::SIGNATURE, body(&forged))
        }),
        case("revoked-with-a-forged-signature", || {
            let maker = usual(1);
            let mut forged =
                body(&maker.on_key(&maker.primary, SignatureType::KeyRevocation, &says(NOW)));
            *forged.last_mut().expect("octets") ^= 1;
            maker.packet(tag::SIGNATURE, forged)
        }),
        case("revoked-over-sha1", || {
            let maker = Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, MADE, 3);
            let maker = maker.user(ID, says(MADE).flags(CERTIFY | SIGN | ENCRYPT));
            maker.revoke(says(NOW - 30 * DAY).over(HashAlgorithm::Sha1))
        }),
        case("revoked-in-the-future", || {
            usual(1).revoke(says(NOW + 30 * DAY))
        }),
        case("revoked-and-renewed", || {
            let revoked = says(MADE + DAY).and(because(RevocationCode::KeyCompromised));
            usual(1)
                .revoke(revoked)
                .user(ID, says(NOW).flags(CERTIFY | SIGN))
        }),
        case("retired-and-renewed", || {
            let revoked = says(MADE + DAY).and(because(RevocationCode::KeyRetired));
            usual(1)
                .revoke(revoked)
                .user(ID, says(NOW).flags(CERTIFY | SIGN))
        }),
        case("subkey-revocation-at-the-primary-key", || {
            let maker = usual(1);
            let revocation = maker.on_subkey(0, SignatureType::SubkeyRevocation, &says(NOW));
            let mut moved = maker;
            moved.packets.insert(1, (tag::SIGNATURE, body(&revocation)));
            moved
        }),
        case("subkey-without-binding", || {
            Maker::v4(1)
                .user(ID, says(MADE).flags(CERTIFY | SIGN))
                .bare_subkey(&KeyType::X25519)
        }),
        case("subkey-binding-at-the-user-id", || {
            let mut maker = usual(1);
            let binding = maker.packets.pop().expect("a binding");
            maker.packets.insert(3, binding);
            maker
        }),
        case("expired", || {
            Maker::v4(1)
                .user(ID, says(MADE).flags(CERTIFY | SIGN).and(lasts(DAY)))
                .encrypts()
        }),
        case("expiry-over-32-bits", || {
            Maker::v4(1)
                .user(ID, says(MADE).flags(CERTIFY | SIGN).and(lasts(u32::MAX)))
                .encrypts()
        }),
        case("made-at-the-end-of-time", || {
            Maker::new(&KeyType::Ed25519Legacy, KeyVersion::V4, u32::MAX, 1).user(
                ID,
                says(u32::MAX).flags(CERTIFY | SIGN).and(lasts(u32::MAX)),
            )
        }),
        case("critical-and-unknown", || {
            let maker = Maker::v4(1).packet(tag::USER_ID, ID.into());
            let data = certified(maker.primary.public_key(), ID.as_bytes());
            let flags = [2, 27, CERTIFY | SIGN, 2, 0x80 | 90, 1];
            let signature = sign_with(&maker.primary, 0x13, &flags, &data);
            maker.packet(tag::SIGNATURE, signature).encrypts()
        }),
        case("without-user-id", || Maker::v4(1).encrypts()),
        case("user-id-of-somebody-else", || {
            let maker = usual(1).packet(tag::USER_ID, b"Bob <bob@example.org>".to_vec());
            let id = b"Bob <bob@example.org>";
            let forged = maker.on_user(
                &usual(8).primary,
                id,
                SignatureType::CertPositive,
                &says(NOW),
            );
            maker.packet(tag::SIGNATURE, body(&forged))
        }),
        case("encrypting-subkey-of-version-6", || {
            let six = Maker::new(&KeyType::Ed25519, KeyVersion::V6, MADE, 4).encrypts();
            let maker = Maker::v4(1).user(ID, says(MADE).flags(CERTIFY | SIGN));
            maker.packet(tag::PUBLIC_SUBKEY, body(six.subkeys[0].public_key()))
        }),
        case("message-behind", || {
            usual(1).packet(tag::LITERAL, b"b\0\0\0\0\0text".to_vec())
        }),
        case("critical-packet-behind", || {
            usual(1).packet(30, b"?".to_vec())
        }),
        case("ignorable-packet-behind", || {
            usual(1).packet(50, b"?".to_vec())
        }),
    ]
}

pub fn cases() -> Vec<Case> {
    let cut = Case::many("certificates/cut-short", || {
        let whole = usual(1).bytes();
        // Inside of a packet, so that it shows.
        let cuts = (10..whole.len()).step_by(41);
        cuts.map(|cut| preview(whole[..cut].to_vec())).collect()
    });
    [floods(), weak(), forged(), vec![cut]]
        .into_iter()
        .flatten()
        .collect()
}
