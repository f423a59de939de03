//! Keys that say what their owner's programs can do.

use pgp::crypto::aead::AeadAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{Features, SubpacketData};

use super::open as unlocked;
use super::*;
use crate::agent::Edit;
use crate::testkit::*;
use crate::wire::KeyKind;

const END: crate::wire::Time = NOW + 100 * DAY;

#[test]
fn what_an_old_key_lacks_is_added_and_what_it_says_stays() {
    let aead = SymmetricKeyAlgorithm::Camellia256;
    let preferences = SubpacketData::PreferredSymmetricAlgorithms([aead].into_iter().collect());
    let maker = Maker::v4()
        .user(
            "Ann <ann@example.org>",
            says(MADE).flags(CERTIFY | SIGN).and(preferences),
        )
        .encrypts();
    let (old, stored) = protected(&maker, cfb);
    let open = unlocked(&old, &stored, &passphrase()).unwrap().unlocked;
    assert!(!policy::reads_aes256(&old, NOW));
    let edit = Edit::new(&old, &open, NOW).unwrap();
    let renewed = edit.set_expiry(&crate::agent::Expiring::All, Some(END), &mut rng());
    assert!(!policy::reads_aes256(&renewed.unwrap(), NOW));
    let new = edit.modernise(Some(END), &mut rng()).unwrap();
    assert!(policy::reads_aes256(&new, NOW));
    // Version 4 keys are for programs that cannot read SEIPDv2 as well.
    assert!(!policy::supports_seipd2(&new, NOW));
    assert_eq!(new.info(NOW).expires, Some(END));
    assert_eq!(new.info(NOW).can_sign, old.info(NOW).can_sign);
    let status = policy::PrimaryStatus::at(&new, NOW, NOW);
    assert_eq!(status.ciphers().first(), Some(&aead));
    assert!(edit.modernise(Some(NOW), &mut rng()).is_err());
}

#[test]
fn version_6_reads_seipd2_whatever_it_said() {
    let features = SubpacketData::Features(Features::default());
    let maker = Maker::new(
        &pgp::composed::KeyType::Ed25519,
        pgp::types::KeyVersion::V6,
        MADE,
    );
    let direct = says(MADE).flags(CERTIFY | SIGN).and(features);
    let maker = maker
        .direct(pgp::packet::SignatureType::Key, direct)
        .encrypts();
    let (old, stored) = protected(&maker, cfb);
    let open = unlocked(&old, &stored, &passphrase()).unwrap().unlocked;
    assert!(!policy::supports_seipd2(&old, NOW));
    let edit = Edit::new(&old, &open, NOW).unwrap();
    let new = edit.modernise(None, &mut rng()).unwrap();
    assert!(policy::supports_seipd2(&new, NOW) && policy::reads_aes256_ocb(&new, NOW));
    let suites = policy::PrimaryStatus::at(&new, NOW, NOW).ciphersuites();
    assert!(suites.contains(&(SymmetricKeyAlgorithm::AES128, AeadAlgorithm::Ocb)));
    // A key that is made today says it already.
    let (cert, _, open) = made(KeyKind::Curve25519V6);
    let again = Edit::new(&cert, &open, NOW + 1).unwrap();
    let again = again.modernise(None, &mut rng()).unwrap();
    let said = |c: &Certificate| {
        let status = policy::PrimaryStatus::at(c, NOW + 2, NOW + 2);
        (status.ciphers().to_vec(), status.ciphersuites().to_vec())
    };
    assert_eq!(said(&again), said(&cert));
}
