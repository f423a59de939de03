//! What others put into a certificate never keeps out what its owner says next, nor what the own keys said.

use pgp::composed::KeyType;
use pgp::crypto::ecc_curve::ECCCurve;
use pgp::packet::Subpacket;
use pgp::types::KeyVersion;

use super::*;
use crate::keyring::{Keyring, Source, StoredKey};
use crate::policy;

type Packet = (u8, Vec<u8>);

/// A certificate of the key of `maker` with these packets alone, as it stands.
fn only(maker: &Maker, packets: impl IntoIterator<Item = Packet>) -> Certificate {
    let mut only = maker.clone();
    only.packets.truncate(1);
    only.packets.extend(packets);
    only.cert()
}

/// A signature whose unhashed area is what `change` makes of it.
fn with_unhashed(body: &[u8], change: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let number = |at: usize| usize::from(u16::from_be_bytes([body[at], body[at + 1]]));
    let at = 6 + number(4);
    let end = at + 2 + number(at);
    let area = change(&body[at + 2..end]);
    let length = (area.len() as u16).to_be_bytes();
    [&body[..at], &length, &area, &body[end..]].concat()
}

/// Copies of one signature that differ in so many octets beside it.
fn copies(body: &[u8], count: u32, octets: usize) -> impl Iterator<Item = Packet> {
    (0..count).map(move |number| {
        let copy = with_unhashed(body, |area| {
            let note = [&[100][..], &number.to_be_bytes(), &vec![0; octets]].concat();
            let length = (note.len() as u32).to_be_bytes();
            [area, &[255], &length, &note].concat()
        });
        (tag::SIGNATURE, copy)
    })
}

/// Signatures of nobody, on the key itself.
fn junk(count: u32, size: usize) -> impl Iterator<Item = Packet> {
    (0..count).map(move |number| {
        let mut body = number.to_be_bytes().to_vec();
        body.resize(size, 1);
        (tag::SIGNATURE, body)
    })
}

fn revoked(maker: &Maker) -> Certificate {
    let mut only = maker.clone();
    only.packets.truncate(1);
    only.revoke(says(NOW)).cert()
}

fn body(signature: &Signature) -> Vec<u8> {
    signature.to_bytes().unwrap()
}

#[test]
fn what_the_owner_did_not_sign_gives_way_to_what_the_owner_did() {
    let maker = usual(ID);
    let (cert, revocation) = (maker.cert(), revoked(&maker));
    let clean = cert.merge(&revocation).unwrap();
    let room = limits::MAX_CERTIFICATE - cert.to_bytes().len() - 60;
    let names = (0..180).map(|i| (tag::USER_ID, format!("{i:02000}").into_bytes()));
    let rest = (tag::USER_ATTRIBUTE, vec![7; room - 180 * 2_003]);
    for filling in [
        vec![(tag::USER_ATTRIBUTE, vec![7; room])],
        vec![(tag::PUBLIC_SUBKEY, vec![7; room])],
        names.chain([rest]).collect(),
    ] {
        let full = cert.merge(&only(&maker, filling)).unwrap();
        assert!(full.to_bytes().len() > room);
        assert_eq!(full.info(NOW).state, cert.info(NOW).state);
        let merged = full.merge(&revocation).unwrap();
        assert_eq!(merged.to_bytes(), clean.to_bytes());
        assert_eq!(merged.info(NOW).reasons, [Reason::RevokedHard]);
    }
}

#[test]
fn strangers_give_way_to_what_the_owner_said() {
    let note = |i: u8| {
        says(MADE + u32::from(i)).and(SubpacketData::Experimental(100, vec![i; 60_000].into()))
    };
    let maker = (0..10).fold(usual(ID), |maker, i| {
        maker.direct(SignatureType::Key, note(i))
    });
    let small = junk(limits::MAX_SMALL_THIRD_PARTY as u32, 700);
    let large = junk(
        limits::MAX_LARGE_THIRD_PARTY as u32,
        limits::MAX_LARGE_SIGNATURE,
    );
    let cert = maker.cert();
    let full = only(&maker, small.chain(large)).merge(&cert).unwrap();
    assert!(full.to_bytes().len() <= limits::MAX_CERTIFICATE);
    let claimed = |c: &Certificate| claimed(&c.primary.signatures).count();
    assert_eq!((claimed(&full), claimed(&cert)), (10, 10));
    assert!(full.primary.signatures.len() > 10);
    assert!(full.info(NOW).can_encrypt);
}

#[test]
fn copies_of_what_the_owner_signed_are_one() {
    let maker = usual(ID);
    let cert = maker.cert();
    let signed = maker.packets[2].1.clone();
    for (count, octets) in [(limits::MAX_SELF_SIGNATURES as u32 + 50, 0), (40, 60_000)] {
        let name = (tag::USER_ID, ID.as_bytes().to_vec());
        let flood = only(
            &maker,
            [name].into_iter().chain(copies(&signed, count, octets)),
        );
        assert_eq!(flood.users[0].signatures.len(), 1);
        // The shortest stays, whichever came first.
        assert_eq!(flood.merge(&cert).unwrap().to_bytes(), cert.to_bytes());
        assert_eq!(cert.merge(&flood).unwrap().to_bytes(), cert.to_bytes());
    }
    // One that says who made it comes before one that does not, and both before one that names somebody else.
    let id = |id: &[u8]| with_unhashed(&signed, |_| [&[9, 16][..], id].concat());
    let good = id(maker.primary.legacy_key_id().as_ref());
    let wrong = id(&[1; 8]);
    let name = (tag::USER_ID, ID.as_bytes().to_vec());
    let mut all = [wrong, signed, good.clone()].map(|body| (tag::SIGNATURE, body));
    for _ in 0..3 {
        all.rotate_left(1);
        let read = only(&maker, [name.clone()].into_iter().chain(all.clone()));
        let kept: Vec<_> = read.users[0].signatures.iter().map(Sig::body).collect();
        assert_eq!(kept, [&good]);
    }
}

#[test]
fn of_copies_of_a_binding_one_with_a_back_signature_stays() {
    let maker = usual(ID).bare_subkey(&KeyType::Ed25519Legacy, MADE);
    let binding = maker.on_subkey(1, SignatureType::SubkeyBinding, &says(MADE).flags(SIGN));
    let with = |backs: &[SubpacketData]| {
        let mut binding = binding.clone();
        for back in backs {
            let back = Subpacket::regular(back.clone()).unwrap();
            binding.unhashed_subpacket_push(back).unwrap();
        }
        (tag::SIGNATURE, body(&binding))
    };
    let good = maker.back_signature(1, &says(MADE));
    let other = usual(ID).signs();
    let bad = other.back_signature(1, &says(MADE));
    let bad = with(&[bad]);
    let mut all = [with(&[]), with(&[good]), bad.clone(), bad];
    for _ in 0..all.len() {
        all.rotate_left(1);
        let mut made = maker.clone();
        made.packets.extend(all.clone());
        let cert = made.cert();
        let signer = policy::signing_component(&cert, NOW).unwrap();
        assert!(!signer.is_primary());
        let subkey = cert
            .subkeys
            .iter()
            .find(|s| s.key.legacy_key_id() == signer.key().legacy_key_id());
        assert_eq!(subkey.unwrap().signatures.len(), 1);
    }
}

/// Whether a subkey ever signed back is asked of all of its bindings.
#[test]
fn back_signatures_of_all_bindings_together_are_within_the_time() {
    let typ = KeyType::ECDSA(ECCCurve::P384);
    let [maker, other] = [(); 2].map(|()| usual(ID).bare_subkey(&typ, MADE));
    let wrong = other.back_signature(1, &says(MADE));
    let read = |count: u32| {
        let bound = (0..count).fold(maker.clone(), |maker, n| {
            let says = (0..4).fold(says(MADE + n).flags(SIGN), |says, _| {
                says.and(wrong.clone())
            });
            let binding = maker.on_subkey(1, SignatureType::SubkeyBinding, &says);
            maker.signature(&binding)
        });
        Certificate::read_many(&bound.bytes())
    };
    assert_eq!(read(10).keys.len(), 1);
    assert_eq!(read(40).skipped[0].error, ErrorCode::Limit);
}

#[test]
fn copies_of_a_revocation_cost_no_more_than_one() {
    let typ = KeyType::ECDSA(ECCCurve::P384);
    let names: Vec<_> = (0..4).map(|i| format!("{i} <{i}@example.org>")).collect();
    let plain = Maker::new(&typ, KeyVersion::V4, MADE).user(ID, says(MADE).flags(CERTIFY | SIGN));
    let maker = names.iter().fold(plain, |maker, name| {
        let maker = maker.user(name, says(MADE));
        maker.revoke_user(name, says(NOW - DAY))
    });
    let mut cert = maker.cert();
    let clean = cert.to_bytes();
    for name in &names {
        let place = maker
            .packets
            .iter()
            .position(|(_, body)| body == name.as_bytes());
        let revocation = &maker.packets[place.unwrap() + 2].1;
        let name = (tag::USER_ID, name.as_bytes().to_vec());
        let flood = [name].into_iter().chain(copies(revocation, 55, 0));
        cert = cert.merge(&only(&maker, flood)).unwrap();
    }
    assert_eq!(cert.to_bytes(), clean);
    // Within the time that reading may take, though nothing is known of it any more.
    assert_eq!(Certificate::from_bytes(&clean).unwrap().to_bytes(), clean);
}

fn costly(words: usize, number: u32) -> Packet {
    (
        tag::PUBLIC_SUBKEY,
        crate::testkit::costly_key(words, number),
    )
}

#[test]
fn what_takes_long_to_read_goes_unless_the_owner_bound_it() {
    let maker = usual(ID);
    let cert = maker.cert();
    let few = only(&maker, (0..4).map(|i| costly(100, i)));
    assert_eq!(cert.merge(&few).unwrap().opaque.len(), 4);
    let many = only(&maker, (0..8).map(|i| costly(240, i)));
    assert_eq!(many.opaque.len(), 8);
    let merged = cert.merge(&many).unwrap();
    assert_eq!(merged.to_bytes(), cert.to_bytes());
    let read = Certificate::read_many(&many.to_bytes()).keys.remove(0);
    assert!(read.certificate.opaque.is_empty());
    // Twice almost as much as can be read at once.
    let others = only(&maker, (10..18).map(|i| costly(240, i)));
    assert!(many.merge(&others).is_err());
}

#[test]
fn what_cannot_be_read_again_is_not_stored_and_what_was_stored_is_read() {
    let maker = usual(ID);
    let mut flooded = maker.clone();
    flooded.packets.extend((0..9).map(|i| costly(240, i)));
    let bytes = flooded.bytes();
    let mut work = Work::new(u32::MAX);
    let certificate = Certificate::read_within(&bytes, Forged::Stay, &mut work).unwrap();
    assert!(Certificate::from_bytes(&bytes).is_err());
    let stored = Certificate::from_stored(&bytes).unwrap();
    assert_eq!(stored.to_bytes(), maker.cert().to_bytes());
    let mut keyring = Keyring::default();
    let mut put = |certificate| {
        let key = StoredKey {
            certificate,
            secret: None,
            revocation: None,
            added: NOW,
            source: Source::Imported,
        };
        keyring.put(key).map(|entries| entries.len())
    };
    assert_eq!(put(certificate), Err(ErrorCode::Limit));
    assert_eq!(put(stored), Ok(1));
    assert_eq!(keyring.len(), 1);
}

/// Somebody else's certificate with a certification by an own key, and what takes that back.
fn vouched() -> (Maker, Maker, Certificate, Certificate) {
    let (maker, own) = (usual(ID), usual("Me <me@example.org>"));
    let by_own = |typ, made| {
        let signature = maker.on_user(&own.primary, ID, typ, &says(made));
        let name = (tag::USER_ID, ID.as_bytes().to_vec());
        only(&maker, [name, (tag::SIGNATURE, body(&signature))])
    };
    let said = by_own(SignatureType::CertPositive, NOW - 2 * DAY);
    let taken_back = by_own(SignatureType::CertRevocation, NOW - DAY);
    (maker.clone(), own.clone(), said, taken_back)
}

#[test]
fn no_flood_takes_away_what_the_own_keys_said() {
    let (maker, own, said, taken_back) = vouched();
    let me = own.cert();
    let certified = |cert: &Certificate| policy::certified(cert, ID.as_bytes(), &me, NOW);
    let flood = only(&maker, junk(limits::MAX_SMALL_THIRD_PARTY as u32, 60));
    let known = maker.cert().merge_beside(&said, &[&me]).unwrap();
    assert!(certified(&known));
    // It is a stranger's for everybody else.
    assert!(!certified(&known_anew(&known).merge(&flood).unwrap()));
    let mut flooded = known.merge_beside(&flood, &[&me]).unwrap();
    for _ in 0..2 {
        assert!(certified(&flooded));
        flooded = known_anew(&flooded).merge_beside(&flood, &[&me]).unwrap();
    }
    // Taken back, it does not come back: neither by a flood, nor by a copy that has other things beside it.
    let back = flooded.merge_beside(&taken_back, &[&me]).unwrap();
    assert!(!certified(&back));
    let name = (tag::USER_ID, ID.as_bytes().to_vec());
    let again = copies(said.users[0].signatures[0].body(), 1, 800);
    let again = only(
        &maker,
        junk(limits::MAX_SMALL_THIRD_PARTY as u32, 61)
            .chain([name])
            .chain(again),
    );
    let revived = known_anew(&back).merge_beside(&again, &[&me]).unwrap();
    assert!(!certified(&revived));
    assert_eq!(revived.users[0].signatures.len(), 3);
}

#[test]
fn what_is_only_said_in_the_name_of_an_own_key_goes() {
    let (maker, own, said, _) = vouched();
    let me = own.cert();
    let genuine = said.users[0].signatures[0].body().to_vec();
    let forged = (0..2 * limits::MAX_CERTIFICATIONS_BY_ONE as u32).map(|number| {
        let mut body = genuine.clone();
        let last = body.len() - 4;
        body[last..].copy_from_slice(&number.to_be_bytes());
        (tag::SIGNATURE, body)
    });
    let copies = copies(&genuine, 150, 10);
    let name = (tag::USER_ID, ID.as_bytes().to_vec());
    let flood = only(&maker, [name].into_iter().chain(forged).chain(copies));
    let known = maker.cert().merge(&said).unwrap();
    for merged in [
        known.merge_beside(&flood, &[&me]).unwrap(),
        flood.merge_beside(&known, &[&me]).unwrap(),
    ] {
        assert!(policy::certified(&merged, ID.as_bytes(), &me, NOW));
        assert_eq!(merged.to_bytes(), known.to_bytes());
    }
}

#[test]
fn no_flood_in_the_name_of_a_slow_own_key_takes_away_what_it_said() {
    // A hundred of its signatures take all the time that there is for them.
    let typ = KeyType::ECDSA(ECCCurve::P384);
    let own = Maker::new(&typ, KeyVersion::V4, MADE).user("Me <me@example.org>", says(MADE));
    let (maker, me) = (usual(ID), own.cert());
    let signature = maker.on_user(
        &own.primary,
        ID,
        SignatureType::CertPositive,
        &says(NOW - DAY),
    );
    let genuine = body(&signature);
    let name = || (tag::USER_ID, ID.as_bytes().to_vec());
    let said = only(&maker, [name(), (tag::SIGNATURE, genuine.clone())]);
    let forged = (0..limits::MAX_SMALL_THIRD_PARTY as u32).map(|number| {
        let mut body = genuine.clone();
        let last = body.len() - 4;
        body[last..].copy_from_slice(&number.to_be_bytes());
        (tag::SIGNATURE, body)
    });
    let flood = only(&maker, [name()].into_iter().chain(forged));
    let known = maker.cert().merge_beside(&said, &[&me]).unwrap();
    let flooded = known.merge_beside(&flood, &[&me]).unwrap();
    assert!(policy::certified(&flooded, ID.as_bytes(), &me, NOW));
    assert_eq!(flooded.to_bytes(), known.to_bytes());
}

/// As it is after the background has started again.
fn known_anew(cert: &Certificate) -> Certificate {
    Certificate::from_bytes(&cert.to_bytes()).unwrap()
}
