//! Secret parts under the public part of another key (Klíma and Rosa 2001; "Victory by KO", 2022), for every family of
//! algorithms: in clear and protected, at each of the doors through which a secret key comes in.

use pgp::crypto::ecc_curve::ECCCurve;
use zeroize::Zeroizing;

use super::*;
use crate::agent::packets::SecretPacket;

/// What signs, and what encrypts, of each family.
fn families() -> Vec<(KeyVersion, KeyType, KeyType)> {
    use KeyVersion::{V4, V6};
    let ecdh = KeyType::ECDH;
    let ecdsa = KeyType::ECDSA;
    vec![
        (V4, KeyType::Rsa(2048), KeyType::Rsa(2048)),
        (V4, KeyType::Ed25519Legacy, ecdh(ECCCurve::Curve25519Legacy)),
        (V4, ecdsa(ECCCurve::P256), ecdh(ECCCurve::P256)),
        (V4, ecdsa(ECCCurve::P384), ecdh(ECCCurve::P384)),
        (V4, ecdsa(ECCCurve::P521), ecdh(ECCCurve::P521)),
        (V4, KeyType::Ed25519, KeyType::MlKem768X25519),
        (V6, KeyType::Ed25519, KeyType::X25519),
        (V6, KeyType::Ed448, KeyType::X448),
        (V6, KeyType::MlDsa65Ed25519, KeyType::MlKem768X25519),
        (V6, KeyType::MlDsa87Ed448, KeyType::MlKem1024X448),
        (V6, KeyType::SlhDsaShake128f, KeyType::X25519),
    ]
}

fn key((version, sign, encrypt): &(KeyVersion, KeyType, KeyType)) -> Maker {
    Maker::new(sign, *version, MADE)
        .user(ID, says(MADE).flags(CERTIFY | SIGN))
        .subkey(encrypt, MADE, says(MADE).flags(ENCRYPT))
}

/// Another key of the same kind. There is one RSA key of each size.
fn another((version, sign, encrypt): &(KeyVersion, KeyType, KeyType)) -> Maker {
    let larger = |typ: &KeyType| match typ {
        KeyType::Rsa(_) => KeyType::Rsa(3072),
        other => other.clone(),
    };
    key(&(*version, larger(sign), larger(encrypt)))
}

/// The public part of `own` and the secret part of `other`.
fn under(own: &SecretPacket, other: &SecretPacket) -> SecretPacket {
    let mut packet = own.clone();
    packet.body.truncate(own.public);
    packet.body.extend_from_slice(&other.body[other.public..]);
    packet
}

/// The secret packets of `own`, the one with this number taken from `other`.
fn with_one_of(own: &SecretPackets, other: &SecretPackets, number: usize) -> SecretPackets {
    let mut mixed = own.clone();
    let (own, other) = (own.iter().nth(number), other.iter().nth(number));
    mixed.replace(under(own.unwrap(), other.unwrap()));
    mixed
}

#[track_caller]
fn refused(cert: &Certificate, clear: &SecretPackets, locked: Option<&SecretPackets>) {
    let capacity = limits::Capacity::BROWSER;
    let mismatched = Some(AgentError::Mismatched);
    let protection = Protection::FAST;
    let imported = protect_new(cert, clear, &passphrase(), protection, &mut rng());
    assert_eq!(imported.err(), mismatched, "import in clear");
    let given = crate::agent::open(cert, clear, &[], capacity, &mut rng());
    assert_eq!(given.err(), mismatched, "given in clear");
    let remembered = Secret::from_bytes(&clear.to_bytes());
    let remembered = Unlocked::from_blob(cert, &remembered);
    assert_eq!(remembered.err(), mismatched, "remembered");
    if let Some(locked) = locked {
        let unlocked = open(cert, locked, &passphrase());
        assert_eq!(unlocked.err(), mismatched, "unlock");
        let given = crate::agent::open(cert, locked, &[passphrase()], capacity, &mut rng());
        assert_eq!(given.err(), mismatched, "given under a passphrase");
        let form = ExportForm::Compatible;
        let exported = export(cert, locked, &passphrase(), form, protection, &mut rng());
        assert_eq!(exported.err(), mismatched, "export");
        let (old, new) = (passphrase(), secret("another horse"));
        let changed = change_passphrase(cert, locked, &old, &new, None, protection, &mut rng());
        assert_eq!(changed.err(), mismatched, "another passphrase");
    }
}

#[test]
fn a_secret_part_of_another_key_opens_nothing() {
    for family in families() {
        let (own, other) = (key(&family), another(&family));
        let (cert, clear) = read_secret(&own.secret_bytes());
        let (_, others) = read_secret(&other.secret_bytes());
        let (_, locked) = protected(&own, cfb);
        let (_, others_locked) = protected(&other, cfb);
        // The key itself is good.
        assert!(open(&cert, &locked, &passphrase()).is_ok(), "{family:?}");
        for number in 0..2 {
            let locked = with_one_of(&locked, &others_locked, number);
            refused(&cert, &with_one_of(&clear, &others, number), Some(&locked));
        }
    }
}

/// Two algorithms in one key: either half may be the wrong one.
#[test]
fn half_of_a_secret_part_is_enough() {
    for (sign, encrypt, first) in [
        // Octets of the classic half, which comes first (RFC 9980, 4.2 and 5.2).
        (KeyType::Ed25519, KeyType::MlKem768X25519, 32),
        (KeyType::Ed25519, KeyType::MlKem1024X448, 56),
        (KeyType::MlDsa65Ed25519, KeyType::X25519, 32),
        (KeyType::MlDsa87Ed448, KeyType::X25519, 57),
    ] {
        let number = usize::from(sign == KeyType::Ed25519);
        let family = (KeyVersion::V6, sign, encrypt);
        let (cert, clear) = read_secret(&key(&family).secret_bytes());
        let (_, others) = read_secret(&another(&family).secret_bytes());
        let own = clear.iter().nth(number).unwrap();
        let other = others.iter().nth(number).unwrap();
        // Behind the public part and the octet that says "in clear".
        let halves = own.public + 1..own.public + 1 + first;
        let mut classic = own.body.to_vec();
        classic[halves.clone()].copy_from_slice(&other.body[halves.clone()]);
        let mut quantum = own.body.to_vec();
        quantum[halves.end..].copy_from_slice(&other.body[halves.end..]);
        for body in [classic, quantum] {
            let mut mixed = clear.clone();
            mixed.replace(SecretPacket {
                body: Zeroizing::new(body),
                ..own.clone()
            });
            refused(&cert, &mixed, None);
        }
    }
}

/// A part that stays closed must not hide one that does not belong here.
#[test]
fn one_bad_part_closes_the_whole_key() {
    let family = (
        KeyVersion::V4,
        KeyType::Ed25519Legacy,
        KeyType::ECDH(ECCCurve::P256),
    );
    let (own, other) = (key(&family).encrypts(), key(&family).encrypts());
    let (cert, locked) = protected(&own, cfb);
    let (_, others) = protected(&other, cfb);
    let mut mixed = with_one_of(&locked, &others, 0);
    // The second part stands under something else.
    let mut closed = locked.iter().nth(1).unwrap().clone();
    *closed.body.last_mut().unwrap() ^= 1;
    mixed.replace(closed);
    assert_eq!(
        open(&cert, &mixed, &passphrase()).err(),
        Some(AgentError::Mismatched)
    );
}
