//! Designated revokers (RFC 9580, 5.2.3.23).

use pgp::packet::{Signature, SignatureConfig, Subpacket};
use pgp::types::{Password, RevocationKey, RevocationKeyClass, Timestamp};

use super::*;

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
    let stored = |maker: &Maker| crate::keyring::StoredKey {
        certificate: maker.cert(),
        secret: None,
        revocation: None,
        added: NOW,
        source: crate::keyring::Source::Imported,
    };
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
