//! Revocation certificates and the keys that they withdraw: together, one after the other, and without each other.

use pgp::packet::SignatureType;

use super::importing::{import, outcomes, preview};
use super::*;
use crate::armor::{self, Checksum, Kind};
use crate::cert::packets::{self, tag};
use crate::cert::read_signature;
use crate::testkit::{Maker, says, usual};

/// The revocation alone, as a packet.
fn revocation(maker: &Maker) -> Vec<u8> {
    let revoked = maker.clone().revoke(says(NOW)).bytes();
    let mut alone = Vec::new();
    for packet in packets::split(&revoked).0 {
        let is_one = |s: &pgp::packet::Signature| s.typ() == Some(SignatureType::KeyRevocation);
        if packet.tag == tag::SIGNATURE && read_signature(packet.body).as_ref().is_some_and(is_one)
        {
            packets::write(&mut alone, packet.tag, packet.body);
        }
    }
    assert!(!alone.is_empty());
    alone
}

/// In armor, as GnuPG writes one.
fn armored(data: &[u8]) -> Vec<u8> {
    armor::write(Kind::PublicKey, data, Checksum::Crc24).into_bytes()
}

fn states(host: &mut Host, data: &[u8]) -> (Vec<KeyState>, Vec<ErrorCode>) {
    let (keys, skipped) = preview(host, data);
    let states = keys.into_iter().map(|one| one.key.state).collect();
    (states, skipped.into_iter().map(|one| one.error).collect())
}

#[test]
fn a_revocation_in_the_same_data_withdraws_its_key_wherever_it_stands() {
    let (ann, ben) = (
        usual("Ann <ann@example.org>"),
        usual("Ben <ben@example.org>"),
    );
    let (alone, keys) = (revocation(&ann), [ann.bytes(), ben.bytes()].concat());
    let expected = (vec![KeyState::Revoked, KeyState::Valid], vec![]);
    for data in [
        [alone.clone(), keys.clone()].concat(),
        [armored(&alone), armored(&keys)].concat(),
        [armored(&keys), armored(&alone)].concat(),
        [armored(&keys), armored(&alone), armored(&alone)].concat(),
    ] {
        let mut host = Host::new();
        assert_eq!(states(&mut host, &data), expected);
        outcomes(import(&mut host, &data, &[&ann.cert()], None));
        host.die();
        assert_eq!(
            host.info(&ann.cert().fingerprint()).state,
            KeyState::Revoked
        );
    }
    // With a secret key too.
    let data = [armored(&ann.secret_bytes()), armored(&alone)].concat();
    assert_eq!(states(&mut Host::new(), &data).0, [KeyState::Revoked]);
}

#[test]
fn a_revocation_without_its_key_says_so_and_is_of_use_when_the_key_is_there() {
    let (ann, ben) = (
        usual("Ann <ann@example.org>"),
        usual("Ben <ben@example.org>"),
    );
    let mut host = Host::new();
    for alone in [revocation(&ann), armored(&revocation(&ann))] {
        let lone = (vec![], vec![ErrorCode::LoneRevocation]);
        assert_eq!(states(&mut host, &alone), lone);
    }
    // Beside a key that it does not withdraw.
    let data = [armored(&revocation(&ann)), armored(&ben.bytes())].concat();
    let other = (vec![KeyState::Valid], vec![ErrorCode::LoneRevocation]);
    assert_eq!(states(&mut host, &data), other);
    outcomes(import(&mut host, &ann.bytes(), &[&ann.cert()], None));
    let (keys, skipped) = preview(&mut host, &data);
    assert!(skipped.is_empty());
    assert_eq!(
        keys.iter().map(|one| one.revokes).collect::<Vec<_>>(),
        [false, true]
    );
    outcomes(import(&mut host, &data, &[&ann.cert()], None));
    assert_eq!(
        host.info(&ann.cert().fingerprint()).state,
        KeyState::Revoked
    );
}

#[test]
fn a_revocation_that_another_key_made_withdraws_nothing() {
    let (ann, ben) = (
        usual("Ann <ann@example.org>"),
        usual("Ben <ben@example.org>"),
    );
    // It says that it is ann's.
    let mut forged = revocation(&ann);
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let mut host = Host::new();
    outcomes(import(&mut host, &ann.bytes(), &[&ann.cert()], None));
    for data in [
        forged.clone(),
        armored(&forged),
        [armored(&forged), armored(&ann.bytes())].concat(),
        [revocation(&ben), ann.bytes()].concat(),
    ] {
        let (keys, skipped) = preview(&mut host, &data);
        assert!(
            keys.iter()
                .all(|one| !one.news && one.key.state == KeyState::Valid)
        );
        assert_eq!(skipped.len(), 1);
        assert_eq!(skipped[0].error, ErrorCode::LoneRevocation);
    }
}

#[test]
fn more_revocations_than_anybody_has_are_left_out() {
    let ann = usual("Ann <ann@example.org>");
    let many = revocation(&ann).repeat(limits::MAX_LONE_REVOCATIONS + 1);
    let (keys, skipped) = preview(&mut Host::new(), &[many, ann.bytes()].concat());
    assert_eq!(keys[0].key.state, KeyState::Revoked);
    assert_eq!(skipped.len(), 1);
}

#[test]
fn a_file_of_an_editor_that_marks_its_texts_is_read() {
    let ann = usual("Ann <ann@example.org>");
    let marked = [b"\xef\xbb\xbf".as_slice(), &armored(&ann.bytes())].concat();
    assert_eq!(
        states(&mut Host::new(), &marked),
        (vec![KeyState::Valid], vec![])
    );
}

#[test]
fn a_block_without_an_end_does_not_spoil_the_next() {
    let (ann, ben) = (
        usual("Ann <ann@example.org>"),
        usual("Ben <ben@example.org>"),
    );
    let cut = armored(&ann.bytes());
    let data = [&cut[..cut.len() - 40], b"\n", &armored(&ben.bytes())].concat();
    let expected = (vec![KeyState::Valid], vec![ErrorCode::BrokenArmor]);
    assert_eq!(states(&mut Host::new(), &data), expected);
}
