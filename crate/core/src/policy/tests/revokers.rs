//! Designated revokers (RFC 9580, 5.2.3.23).

use pgp::packet::{Signature, SignatureConfig, Subpacket};
use pgp::types::{Password, RevocationKey, RevocationKeyClass, Timestamp};

use super::*;
use crate::keyring::{Keyring, LESSONS, StoredKey};

fn names(revoker: &Maker) -> SubpacketData {
    SubpacketData::RevocationKey(RevocationKey::new(
        RevocationKeyClass::Default,
        revoker.primary.algorithm(),
        revoker.primary.fingerprint().as_bytes(),
    ))
}

/// A revocation of `maker` by another key.
fn by(revoker: &Maker, maker: &Maker, code: RevocationCode) -> Signature {
    let mut config = SignatureConfig::v4(
        SignatureType::KeyRevocation,
        revoker.primary.algorithm(),
        HashAlgorithm::Sha512,
    );
    let made = SubpacketData::SignatureCreationTime(Timestamp::from_secs(NOW - DAY));
    let issuer = SubpacketData::IssuerFingerprint(revoker.primary.fingerprint());
    let why = SubpacketData::RevocationReason(code, Default::default());
    config.hashed_subpackets = [made, issuer, why]
        .map(|data| Subpacket::regular(data).unwrap())
        .to_vec();
    config
        .sign_key(
            &revoker.primary,
            &Password::empty(),
            maker.primary.public_key(),
        )
        .unwrap()
}

fn reasons(maker: &Maker, known: &[Certificate]) -> Vec<Reason> {
    let mut cert = maker.cert();
    cert.learn(known);
    encryption_components(&cert, NOW).err().unwrap_or_default()
}

#[test]
fn whom_the_owner_names_can_revoke() {
    let (revoker, stranger) = (
        usual("Rex <rex@example.org>"),
        usual("Eve <eve@example.org>"),
    );
    let named = usual(ID).direct(
        SignatureType::Key,
        says(MADE).flags(CERTIFY | SIGN).and(names(&revoker)),
    );
    let hard = |by_whom: &Maker, maker: &Maker| {
        maker
            .clone()
            .signature(&by(by_whom, maker, RevocationCode::KeyCompromised))
    };
    let known = [revoker.cert(), stranger.cert()];
    assert_eq!(named.cert().revokers(), [known[0].fingerprint()]);
    let revoked = hard(&revoker, &named);
    assert_eq!(reasons(&revoked, &known), [Reason::RevokedHard]);
    let soft = named
        .clone()
        .signature(&by(&revoker, &named, RevocationCode::KeyRetired));
    assert_eq!(reasons(&soft, &known), [Reason::RevokedSoft]);
    // As long as nobody knows the revoker's key, anybody could have written it.
    assert!(reasons(&revoked, &known[1..]).is_empty());
    // Not somebody else; not where nobody is named; not with a broken signature.
    assert!(reasons(&hard(&stranger, &named), &known).is_empty());
    assert!(reasons(&hard(&revoker, &usual(ID)), &known).is_empty());
    let mut broken = revoked.clone();
    let last = broken.packets.last_mut().unwrap();
    let end = last.1.len() - 1;
    last.1[end] ^= 1;
    assert!(reasons(&broken, &known).is_empty());
    // A name that a stranger wrote into the certificate.
    let mut forged = usual(ID);
    let word = stranger
        .clone()
        .direct(SignatureType::Key, says(MADE).and(names(&stranger)));
    forged.packets.push(word.packets.last().unwrap().clone());
    assert!(forged.cert().revokers().is_empty());
    assert!(reasons(&hard(&stranger, &forged), &known).is_empty());
}

#[test]
fn certificates_learn_from_each_other_in_any_order() {
    let revoker = usual("Rex <rex@example.org>");
    let named = usual(ID).direct(
        SignatureType::Key,
        says(MADE).flags(CERTIFY | SIGN).and(names(&revoker)),
    );
    let revoked = named
        .clone()
        .signature(&by(&revoker, &named, RevocationCode::KeyCompromised));
    for mut all in [
        [revoked.cert(), revoker.cert()],
        [revoker.cert(), revoked.cert()],
    ] {
        Certificate::learn_all(&mut all);
        let states: Vec<_> = all.iter().map(|c| c.info(NOW).state).collect();
        assert!(states.contains(&KeyState::Revoked));
        assert!(states.contains(&KeyState::Valid));
    }
    // In the keyring, whichever key came first.
    for order in [[&revoked, &revoker], [&revoker, &revoked]] {
        let mut keyring = crate::keyring::Keyring::default();
        let mut entries = Vec::new();
        for maker in order {
            entries.extend(keyring.put(stored(maker)).unwrap());
        }
        let again = entries.iter().map(|(n, t)| (n.as_str(), t.as_str()));
        let again = crate::keyring::Keyring::load(again);
        for keyring in [keyring, again] {
            assert!(matches!(
                keyring.choose("ann@example.org", NOW),
                crate::keyring::Choice::Unusable { reasons, .. } if reasons == [Reason::RevokedHard]
            ));
        }
    }
}

fn stored(maker: &Maker) -> StoredKey {
    StoredKey {
        certificate: maker.cert(),
        secret: None,
        revocation: None,
        added: NOW,
        source: crate::keyring::Source::Imported,
    }
}

#[test]
fn a_key_that_comes_is_told_to_those_who_named_it_and_to_no_other() {
    let revoker = usual("Rex <rex@example.org>");
    let says = says(MADE).flags(CERTIFY | SIGN).and(names(&revoker));
    let named = usual(ID).direct(SignatureType::Key, says);
    let revocation = by(&revoker, &named, RevocationCode::KeyCompromised);
    let revoked = named.clone().signature(&revocation);
    let mut keyring = Keyring::default();
    let lessons = |keyring: &mut Keyring, maker: &Maker| {
        LESSONS.set(0);
        keyring.put(stored(maker)).unwrap();
        LESSONS.get()
    };
    let state = |keyring: &Keyring| {
        let key = keyring.get(&named.cert().fingerprint()).unwrap();
        key.info(NOW).state
    };
    assert_eq!(lessons(&mut keyring, &named), 0);
    assert_eq!(lessons(&mut keyring, &revoker), 1);
    for number in 0..20 {
        let other = usual(&format!("{number} <{number}@example.org>"));
        assert_eq!(lessons(&mut keyring, &other), 0);
    }
    assert_eq!(state(&keyring), KeyState::Valid);
    // The key in a newer form, which knows nothing yet.
    assert_eq!(lessons(&mut keyring, &revoked), 1);
    assert_eq!(state(&keyring), KeyState::Revoked);
    // A revoker that went and came back, while the key was away too.
    for gone in [&revoker, &named] {
        assert!(!keyring.remove(&gone.cert().fingerprint()).is_empty());
    }
    assert_eq!(lessons(&mut keyring, &revoker), 0);
    assert_eq!(lessons(&mut keyring, &revoked), 1);
    assert_eq!(state(&keyring), KeyState::Revoked);
}

#[test]
fn no_flood_hides_a_revocation_by_a_revoker() {
    let revoker = usual("Rex <rex@example.org>");
    let named = usual(ID).direct(
        SignatureType::Key,
        says(MADE).flags(CERTIFY | SIGN).and(names(&revoker)),
    );
    let real = by(&revoker, &named, RevocationCode::KeyCompromised);
    let body = |signature: &Signature| pgp::ser::Serialize::to_bytes(signature).unwrap();
    let stranger = body(&by(&usual(ID), &named, RevocationCode::KeyCompromised));
    let numbered = |body: &[u8], n: u32| {
        let mut body = body.to_vec();
        let last = body.len() - 4;
        body[last..].copy_from_slice(&n.to_be_bytes());
        (crate::cert::packets::tag::SIGNATURE, body)
    };
    let mut flooded = named.clone();
    let flood = (0..2_000).map(|n| numbered(&stranger, n));
    flooded.packets.extend(flood);
    let flooded = flooded.signature(&real);
    assert_eq!(reasons(&flooded, &[revoker.cert()]), [Reason::RevokedHard]);
    // In the name of the revoker: as long as the key is not known, any of them may be the right one.
    let flood = |count| {
        let mut flooded = named.clone();
        let forged = body(&real);
        flooded
            .packets
            .extend((0..count).map(|n| numbered(&forged, n)));
        flooded.signature(&real)
    };
    let most = limits::MAX_DESIGNATED as u32;
    let revoked = reasons(&flood(most - 1), &[revoker.cert()]);
    assert_eq!(revoked, [Reason::RevokedHard]);
    assert_eq!(
        Certificate::from_bytes(&flood(most).bytes()).err(),
        Some(crate::cert::CertError::Limit(most))
    );
}

#[test]
fn a_certificate_names_few_revokers() {
    let revokers: Vec<_> = (0..=limits::MAX_REVOKERS).map(|_| usual(ID)).collect();
    let says = says(MADE).flags(CERTIFY | SIGN);
    let says = revokers.iter().fold(says, |says, one| says.and(names(one)));
    let named = usual(ID).direct(SignatureType::Key, says);
    let expected: Vec<_> = revokers.iter().map(|r| r.cert().fingerprint()).collect();
    let (last, first) = expected.split_last().unwrap();
    assert_eq!(named.cert().revokers(), first);
    assert!(!named.cert().revokers().contains(last));
    // What the last one says has no effect.
    let (ignored, heard) = (&revokers[limits::MAX_REVOKERS], &revokers[0]);
    for (revoker, expected) in [(ignored, &[][..]), (heard, &[Reason::RevokedHard])] {
        let revocation = by(revoker, &named, RevocationCode::KeyCompromised);
        let revoked = named.clone().signature(&revocation);
        assert_eq!(reasons(&revoked, &[revoker.cert()]), expected);
    }
}
