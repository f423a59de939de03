//! Designated revokers (RFC 9580, 5.2.3.23).

use pgp::packet::{Signature, Subpacket};

use super::*;
use crate::keyring::{Keyring, LESSONS, StoredKey};
use crate::testkit::{naming as names, revocation_by as by};

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
    let stranger = by(&usual(ID), &named, RevocationCode::KeyCompromised);
    let flooded = forged(&named, &stranger, 0..2_000).signature(&real);
    assert_eq!(reasons(&flooded, &[revoker.cert()]), [Reason::RevokedHard]);
    // In the name of the revoker: as long as the key is not known, any of them may be the right one.
    let most = limits::MAX_DESIGNATED as u32;
    let flood = |count| forged(&named, &real, 0..count);
    let revoked = reasons(&flood(most - 1).signature(&real), &[revoker.cert()]);
    assert_eq!(revoked, [Reason::RevokedHard]);
    assert!(reasons(&flood(most), &[]).is_empty());
    // Where there were more than are kept, the right one may have been among the others.
    for known in [vec![], vec![revoker.cert()]] {
        let flooded = flood(3 * most).signature(&real);
        assert_eq!(reasons(&flooded, &known), [Reason::MaybeRevoked]);
        let kept = flooded.cert().to_bytes();
        let again = Certificate::from_bytes(&kept).unwrap();
        assert_eq!(
            (again.to_bytes(), again.info(NOW).state),
            (kept, KeyState::Unusable)
        );
    }
}

/// With so many copies of `real` of which each has other numbers at its end.
fn forged(maker: &Maker, real: &Signature, numbers: std::ops::Range<u32>) -> Maker {
    let real = pgp::ser::Serialize::to_bytes(real).unwrap();
    let mut maker = maker.clone();
    maker.packets.extend(numbers.map(|n| {
        let mut body = real.clone();
        let last = body.len() - 4;
        body[last..].copy_from_slice(&n.to_be_bytes());
        (crate::cert::packets::tag::SIGNATURE, body)
    }));
    maker
}

/// How many revocations by others are in a certificate.
fn count(cert: &Certificate) -> usize {
    let all = cert.primary.signatures.iter();
    all.filter(|sig| sig.is_revocation()).count()
}

/// What a certificate says once `known` are, now and when it is read again.
#[track_caller]
fn says_with(cert: &Certificate, known: &[Certificate], expected: &[Reason]) {
    for mut cert in [
        cert.clone(),
        Certificate::from_bytes(&cert.to_bytes()).unwrap(),
    ] {
        cert.learn(known);
        assert_eq!(cert.info(NOW).reasons, expected);
    }
}

#[test]
fn what_is_stored_already_keeps_no_revocation_by_a_revoker_out() {
    let revoker = usual("Rex <rex@example.org>");
    let says = says(MADE).flags(CERTIFY | SIGN).and(names(&revoker));
    let named = usual(ID).direct(SignatureType::Key, says);
    let real = by(&revoker, &named, RevocationCode::KeyCompromised);
    let most = limits::MAX_DESIGNATED as u32;
    let stored = forged(&named, &real, 0..most).cert();
    let update = named.clone().signature(&real).cert();
    let known = [revoker.cert()];
    let merge = |a: &Certificate, b: &Certificate, known: &[&Certificate]| {
        let mut work = crate::cert::Work::new(limits::MAX_CERTIFICATE_WORK);
        a.merge_within(b, &[], known, &mut work).unwrap()
    };
    // Nobody can tell yet which is the right one, and it is there when the revoker's key comes.
    let merged = stored.merge(&update).unwrap();
    assert_eq!(merged.to_bytes(), update.merge(&stored).unwrap().to_bytes());
    says_with(&merged, &[], &[Reason::MaybeRevoked]);
    says_with(&merged, &known, &[Reason::RevokedHard]);
    // Where it is known, what is forged goes.
    let merged = merge(&stored, &update, &[&known[0]]);
    assert_eq!(count(&merged), 1);
    says_with(&merged, &known, &[Reason::RevokedHard]);
    assert_eq!(count(&merge(&stored, &named.cert(), &[&known[0]])), 0);
    // Nor do copies of the right one that differ in what is not signed fill it up.
    let mut merged = update.clone();
    for n in 0..=most {
        let mut copy = real.clone();
        let note = SubpacketData::Experimental(100, n.to_be_bytes().to_vec().into());
        let note = Subpacket::regular(note).unwrap();
        copy.unhashed_subpacket_push(note).unwrap();
        let copy = named.clone().signature(&copy).cert();
        merged = merge(&merged, &copy, &[&known[0]]);
    }
    assert_eq!(count(&merged), 1);
    says_with(&merged, &known, &[Reason::RevokedHard]);
    // A copy that names nobody, so that when it was read nobody knew whose these are.
    let mut bare = forged(&named, &real, 0..2_000);
    let naming = bare
        .packets
        .iter()
        .rposition(|p| p.0 == crate::cert::packets::tag::SIGNATURE && p.1[1] == 0x1f);
    bare.packets.remove(naming.unwrap());
    let merged = merge(&update, &bare.cert(), &[&known[0]]);
    says_with(&merged, &known, &[Reason::RevokedHard]);
    let merged = merge(&named.cert(), &bare.cert(), &[&known[0]]);
    says_with(&merged, &known, &[Reason::MaybeRevoked]);
    // What was too much to be kept is not forgotten when a shorter copy comes.
    let cut = forged(&named, &real, 0..3 * most).cert();
    for known in [&[][..], &[&known[0]]] {
        for (a, b) in [(&cut, &named.cert()), (&named.cert(), &cut)] {
            says_with(&merge(a, b, known), &[], &[Reason::MaybeRevoked]);
        }
    }
    says_with(
        &merge(&cut, &update, &[&known[0]]),
        &known,
        &[Reason::RevokedHard],
    );
}

#[test]
fn what_takes_too_long_to_verify_may_be_genuine() {
    let slow = KeyType::ECDSA(ECCCurve::P384);
    let slow = Maker::new(&slow, KeyVersion::V4, MADE).user("Rex <rex@example.org>", says(MADE));
    let quick = usual("Eve <eve@example.org>");
    let naming = says(MADE).flags(CERTIFY | SIGN);
    let naming = naming.and(names(&slow)).and(names(&quick));
    let named = usual(ID).direct(SignatureType::Key, naming);
    let forgery = by(&slow, &named, RevocationCode::KeyCompromised);
    let number = limits::MAX_DESIGNATED as u32 - 2;
    let flooded = forged(&named, &forgery, 0..number);
    let known = [slow.cert(), quick.cert()];
    assert_eq!(reasons(&flooded, &known), [Reason::MaybeRevoked]);
    assert!(reasons(&flooded, &known[1..]).is_empty());
    // Those of a key that is faster count nevertheless.
    let real = by(&quick, &named, RevocationCode::KeyCompromised);
    let revoked = flooded.clone().signature(&real);
    assert_eq!(reasons(&revoked, &known), [Reason::RevokedHard]);
    // An update takes the time to see that they are forged.
    let known = [&known[0], &known[1]];
    let mut work = crate::cert::Work::new(limits::MAX_CERTIFICATE_WORK);
    let merged = flooded
        .cert()
        .merge_within(&named.cert(), &[], &known, &mut work);
    let merged = merged.unwrap();
    assert!(count(&merged) < number as usize / 2);
    says_with(&merged, &known.map(Certificate::clone), &[]);
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
