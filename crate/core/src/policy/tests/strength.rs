//! Algorithms, parameters, hashes, critical subpackets.

use super::*;
use pgp::packet::{PacketHeader, PublicSubkey};
use pgp::types::Tag;

#[test]
fn weak_keys_and_algorithms() {
    let all = CERTIFY | SIGN | ENCRYPT;
    let rsa = |bits| {
        Maker::new(&KeyType::Rsa(bits), KeyVersion::V4, MADE).user(ID, says(MADE).flags(all))
    };
    assert!(encrypt(&rsa(2048)).is_empty());
    assert_eq!(encrypt(&rsa(1024)), [Reason::WeakKey]);
    assert_eq!(sign(&rsa(1024)), [Reason::WeakKey]);
    assert_eq!(rsa(1024).cert().info(NOW).state, KeyState::Unusable);
    let dsa = Maker::new(
        &KeyType::Dsa(pgp::composed::DsaKeySize::B2048),
        KeyVersion::V4,
        MADE,
    )
    .user(ID, says(MADE).flags(CERTIFY | SIGN));
    assert_eq!(sign(&dsa), [Reason::WeakAlgorithm]);
    let ecdsa = Maker::new(&KeyType::ECDSA(ECCCurve::P256), KeyVersion::V4, MADE)
        .user(ID, says(MADE).flags(CERTIFY | SIGN))
        .subkey(
            &KeyType::ECDH(ECCCurve::P384),
            MADE,
            says(MADE).flags(ENCRYPT),
        );
    assert!(sign(&ecdsa).is_empty());
    assert!(encrypt(&ecdsa).is_empty());
}

#[test]
fn session_keys_are_wrapped_with_aes_or_not_at_all() {
    for curve in [ECCCurve::Curve25519Legacy, ECCCurve::P256] {
        let maker = usual(ID).subkey(&KeyType::ECDH(curve), MADE, says(MADE).flags(ENCRYPT));
        let (_, mut body) = maker.packets[maker.packets.len() - 2].clone();
        let read = |body: &[u8]| {
            let header = PacketHeader::new_fixed(Tag::PublicSubkey, body.len() as u32);
            PublicSubkey::try_from_reader(header, body).unwrap()
        };
        // The KDF parameters end with the cipher (RFC 9580, 5.5.5.6).
        let last = body.len() - 1;
        for (cipher, expected) in [
            (1, Err(Reason::WeakAlgorithm)),
            (2, Err(Reason::WeakAlgorithm)),
            (3, Err(Reason::WeakAlgorithm)),
            (4, Err(Reason::WeakAlgorithm)),
            (7, Ok(())),
            (9, Ok(())),
        ] {
            body[last] = cipher;
            assert_eq!(algorithm::accept(&read(&body)), expected, "{cipher}");
        }
    }
}

#[test]
fn an_rsa_modulus_with_a_small_factor_is_weak() {
    let maker = Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, MADE);
    let (_, mut body) = maker.packets[0].clone();
    // The modulus begins after version, time, algorithm and its length; 256 leaves 1 when divided by 3.
    let rest = body[8..8 + 256].iter().map(|b| u32::from(*b)).sum::<u32>() % 3;
    let byte = &mut body[100];
    *byte = if *byte < 3 {
        *byte + 3 - rest as u8
    } else {
        *byte - rest as u8
    };
    let cert = Maker {
        packets: vec![(6, body)],
        ..maker
    }
    .cert();
    assert_eq!(algorithm::accept(&cert.primary.key), Err(Reason::WeakKey));
}

#[test]
fn rsa_exponents_that_are_too_small_or_even() {
    let judge = |exponent: &[u8]| {
        let maker = Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, MADE);
        let (_, mut body) = maker.packets[0].clone();
        // The exponent is what follows the modulus of 256 octets.
        body.truncate(8 + 256);
        let bits = 8 * exponent.len() as u32 - exponent[0].leading_zeros();
        body.extend((bits as u16).to_be_bytes());
        body.extend(exponent);
        let packets = vec![(6, body)];
        let read = Certificate::from_bytes(&Maker { packets, ..maker }.bytes());
        read.ok().map(|cert| algorithm::accept(&cert.primary.key))
    };
    for good in [&[17][..], &[41], &[1, 0, 1]] {
        assert_eq!(judge(good), Some(Ok(())), "{good:?}");
    }
    // The engine refuses some by itself.
    for bad in [&[1][..], &[2], &[3], &[5], &[16], &[1, 0, 0]] {
        assert_ne!(judge(bad), Some(Ok(())), "{bad:?}");
    }
    assert_eq!(judge(&[3]), Some(Err(Reason::WeakKey)));
}

#[test]
fn signing_keys_of_low_order_are_refused() {
    // The neutral point of the curve: a signature of zeros verifies for every text.
    let neutral = [&[1][..], &[0; 31]].concat();
    let maker = Maker::v4();
    let (_, mut body) = maker.packets[0].clone();
    let at = body.len() - 32;
    body[at..].copy_from_slice(&neutral);
    let v4 = Maker {
        packets: vec![(6, body)],
        ..maker
    };
    assert_eq!(
        algorithm::accept(&v4.cert().primary.key),
        Err(Reason::WeakKey)
    );
    let maker = Maker::new(&KeyType::Ed25519, KeyVersion::V6, MADE);
    let (_, mut body) = maker.packets[0].clone();
    let at = body.len() - 32;
    body[at..].copy_from_slice(&neutral);
    let v6 = Maker {
        packets: vec![(6, body)],
        ..maker
    };
    assert_eq!(
        algorithm::accept(&v6.cert().primary.key),
        Err(Reason::WeakKey)
    );
}

#[test]
fn a_key_with_a_forged_key_id_does_not_hide_the_owners() {
    let maker = usual(ID);
    let cert = maker.cert();
    let (real, other) = (&cert.subkeys[0], usual("Eve <eve@example.org>").cert());
    // Nobody can compute a collision here: two components are asked for by one name instead.
    let mut forged = cert.clone();
    let mut added = other.subkeys[0].clone();
    added.signatures.clear();
    added.key = real.key.clone();
    added.body = vec![0];
    forged.subkeys.insert(0, added);
    let issuer = Issuer::KeyId(real.key.legacy_key_id().as_ref().try_into().unwrap());
    let found = find_component(&forged, &issuer).unwrap();
    assert!(found.reasons(KeyUse::Encrypt, NOW, NOW).is_empty());
}

#[test]
fn points_of_low_order_are_refused() {
    let maker = usual(ID);
    let (_, mut body) = maker
        .packets
        .iter()
        .find(|(t, _)| *t == 14)
        .unwrap()
        .clone();
    let at = body
        .windows(3)
        .position(|w| w == [0x01, 0x07, 0x40])
        .unwrap()
        + 3;
    body[at..at + 32].fill(0);
    let forged = Maker {
        packets: vec![maker.packets[0].clone(), (14, body)],
        ..maker
    };
    let cert = forged.cert();
    assert_eq!(
        algorithm::accept(&cert.subkeys[0].key),
        Err(Reason::WeakKey)
    );
    // Version 6 keys hold the point as it is; one that is only an unusual form of a low-order point.
    let v6 = Maker::new(&KeyType::Ed25519, KeyVersion::V6, MADE).encrypts();
    let (_, mut body) = v6.packets.iter().find(|(t, _)| *t == 14).unwrap().clone();
    let at = body.len() - 32;
    body[at..].fill(0xff);
    body[at] = 0xed;
    let forged = Maker {
        packets: vec![v6.packets[0].clone(), (14, body)],
        ..v6
    };
    assert_eq!(
        algorithm::accept(&forged.cert().subkeys[0].key),
        Err(Reason::WeakKey)
    );
}

#[test]
fn algorithms_that_the_engine_does_not_know() {
    // Version 4, Ed25519 with an unknown curve's object identifier.
    let maker = usual(ID);
    let mut packets = maker.packets.clone();
    packets[0].1[7] ^= 0x01;
    let cert = Maker {
        packets,
        ..maker.clone()
    }
    .cert();
    assert!(cert.info(NOW).reasons.contains(&Reason::Unsupported));
    // An unknown algorithm number.
    let mut packets = maker.packets.clone();
    packets[0].1[5] = 99;
    let cert = Maker { packets, ..maker }.cert();
    assert!(cert.info(NOW).reasons.contains(&Reason::Unsupported));
    assert_eq!(cert.info(NOW).components[0].algorithm, "algorithm 99");
}

#[test]
fn weak_hashes_of_self_signatures() {
    let rsa = |made, hash| {
        Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, made)
            .user(ID, says(made).flags(CERTIFY | SIGN | ENCRYPT).over(hash))
    };
    let (old, new) = (1_400_000_000, 1_700_000_000);
    assert!(encrypt(&rsa(old, HashAlgorithm::Sha1)).is_empty());
    assert_eq!(encrypt(&rsa(new, HashAlgorithm::Sha1)), [Reason::WeakHash]);
    assert_eq!(encrypt(&rsa(old, HashAlgorithm::Md5)), [Reason::WeakHash]);
    assert_eq!(
        encryption_components(&rsa(old, HashAlgorithm::Sha1).cert(), 1_893_456_000).unwrap_err(),
        [Reason::WeakHash]
    );
    assert!(
        !rsa(old, HashAlgorithm::Md5)
            .cert()
            .has_address("ann@example.org", NOW)
    );
    // A strong one beside it is enough.
    let both = rsa(old, HashAlgorithm::Md5).user(ID, says(old + 1).flags(ENCRYPT));
    assert!(encrypt(&both).is_empty());
}

#[test]
fn critical_parts_that_nobody_understands() {
    let odd = || SubpacketData::Experimental(101, vec![1].into());
    let unknown = || SubpacketData::Experimental(99, vec![1].into());
    let notation = || {
        SubpacketData::Notation(Notation {
            readable: true,
            name: "a@example.org".into(),
            value: "b".into(),
        })
    };
    for data in [odd(), unknown(), notation()] {
        assert_eq!(
            encrypt(&primary_signs(says(MADE).critical(data.clone()))),
            [Reason::UnknownCritical],
            "{data:?}"
        );
        let subkey = Maker::v4().user(ID, says(MADE).flags(SIGN)).subkey(
            &ECDH,
            MADE,
            says(MADE).flags(ENCRYPT).critical(data.clone()),
        );
        assert_eq!(encrypt(&subkey), [Reason::UnknownCritical], "{data:?}");
        // Not critical: ignored.
        assert!(encrypt(&primary_signs(says(MADE).and(data))).is_empty());
    }
    // An older self-signature without it counts.
    let older = primary_signs(says(MADE)).user(ID, says(NOW - DAY).flags(SIGN).critical(odd()));
    assert!(encrypt(&older).is_empty());
}
