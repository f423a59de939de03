//! Making, unlocking, using and giving out private keys.

mod certifying;
mod edits;
mod exchange;
mod faithful;
mod gpg;
mod mismatched;
mod modern;
mod passphrases;
mod post_quantum;
mod private;
mod protection;
mod rsa_keys;
mod silent;
mod subkeys;

use pgp::composed::KeyType;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::PublicKeyEncryptedSessionKey;
use pgp::ser::Serialize;
use pgp::types::{KeyDetails, KeyVersion, Password, S2kParams, StringToKey, VerifyingKey};

use super::*;
use crate::cert::{Certificate, packets};
use crate::limits;
use crate::policy::{self, ComponentKey};
use crate::testkit::*;
use crate::wire::{Bytes, ExportForm, Fingerprint, KeyKind, KeyUse, Secret, SignRequest};

const ID: &str = "Ann <ann@example.org>";

pub(super) fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

pub(super) fn passphrase() -> Secret {
    secret("correct horse")
}

pub(super) fn made(kind: KeyKind) -> (Certificate, SecretPackets, Unlocked) {
    let new = NewKey {
        user_ids: vec![ID.into()],
        kind,
        encrypts: true,
        lasts: Some(730 * DAY),
        made: NOW,
    };
    let made = generate(
        &new,
        Some(&passphrase()),
        Protection::FAST,
        &mut rand::thread_rng(),
    )
    .unwrap();
    (made.certificate, made.secret, made.unlocked)
}

fn open(cert: &Certificate, stored: &SecretPackets, text: &Secret) -> Result<Opened, AgentError> {
    unlock(cert, stored, text, Protection::FAST, &mut rng())
}

/// As the command line opens keys.
fn open_given(
    cert: &Certificate,
    stored: &SecretPackets,
    passwords: &[Secret],
) -> Result<Unlocked, AgentError> {
    let capacity = limits::Capacity::NATIVE;
    crate::agent::open(cert, stored, passwords, capacity, &mut rng())
}

/// The certificate and secret packets of a maker, protected by `s2k`.
fn protected(maker: &Maker, s2k: impl Fn() -> S2kParams) -> (Certificate, SecretPackets) {
    let mut maker = maker.clone();
    let password = Password::from("correct horse");
    maker
        .primary
        .set_password_with_s2k(&password, s2k())
        .unwrap();
    for subkey in &mut maker.subkeys {
        subkey.set_password_with_s2k(&password, s2k()).unwrap();
    }
    read_secret(&maker.secret_bytes())
}

fn read_secret(data: &[u8]) -> (Certificate, SecretPackets) {
    let key = Certificate::read_many(data).keys.remove(0);
    (key.certificate, key.secret.unwrap())
}

fn cfb() -> S2kParams {
    S2kParams::Cfb {
        sym_alg: SymmetricKeyAlgorithm::AES256,
        s2k: StringToKey::new_iterated(rng(), HashAlgorithm::Sha256, 96),
        iv: vec![3; 16].into(),
    }
}

/// A PKESK packet for `key`, whole.
pub(super) fn pkesk(key: &ComponentKey<'_>, version: u8) -> (Vec<u8>, Vec<u8>) {
    let cipher = SymmetricKeyAlgorithm::AES256;
    let session_key = cipher.new_session_key(rng());
    let packet = if version == 3 {
        PublicKeyEncryptedSessionKey::from_session_key_v3(rng(), &session_key, cipher, key)
    } else {
        PublicKeyEncryptedSessionKey::from_session_key_v6(rng(), &session_key, key)
    };
    let mut out = Vec::new();
    packets::write(&mut out, 1, &packet.unwrap().to_bytes().unwrap());
    (out, session_key.as_ref().to_vec())
}

fn request(
    cert: &Certificate,
    component: &Fingerprint,
    hash: HashAlgorithm,
    size: usize,
) -> SignRequest {
    SignRequest {
        certificate: cert.fingerprint(),
        component: component.clone(),
        hash: hash.into(),
        digest: Bytes(vec![5; size]),
    }
}

#[test]
fn generated_keys_are_usable_and_say_what_they_can() {
    for kind in [KeyKind::Curve25519V4, KeyKind::Curve25519V6] {
        let (cert, stored, _) = made(kind);
        let info = cert.info(NOW);
        assert!(
            info.can_encrypt && info.can_sign,
            "{kind:?}: {:?}",
            info.reasons
        );
        assert_eq!(info.expires, Some(NOW + 730 * DAY));
        assert_eq!(info.user_ids[0].email.as_deref(), Some("ann@example.org"));
        assert_eq!(info.components[0].uses, [KeyUse::Certify, KeyUse::Sign]);
        assert_eq!(info.components[1].uses, [KeyUse::Encrypt]);
        assert_eq!(info.components[1].expires, Some(NOW + 730 * DAY));
        assert!(!stored.has_unprotected());
        let v6 = kind == KeyKind::Curve25519V6;
        assert_eq!(info.version, if v6 { 6 } else { 4 });
        assert_eq!(policy::supports_seipd2(&cert, NOW), v6);
        let algorithm: u8 = cert.primary.key.algorithm().into();
        assert_eq!(algorithm, if v6 { 27 } else { 22 });
        let algorithm: u8 = cert.subkeys[0].key.algorithm().into();
        assert_eq!(algorithm, if v6 { 25 } else { 18 });
        assert!(
            cert.info(NOW + 731 * DAY)
                .reasons
                .contains(&crate::wire::Reason::Expired)
        );
    }
}

#[test]
fn protection_is_argon2_with_ocb_bound_to_the_key() {
    for kind in [KeyKind::Curve25519V4, KeyKind::Curve25519V6] {
        let (cert, stored, _) = made(kind);
        for packet in stored.iter() {
            assert_eq!(packet.usage(), Some(253));
        }
        let opened = open(&cert, &stored, &passphrase()).unwrap();
        assert!(opened.renewed.is_none());
        assert!(opened.unlocked.has(&cert.fingerprint()));
        assert!(matches!(
            open(&cert, &stored, &secret("wrong horse")),
            Err(AgentError::WrongPassphrase)
        ));
    }
}

#[test]
fn the_default_cost_is_within_what_is_accepted() {
    let Protection { t, p, m_enc } = Protection::DEFAULT;
    assert!(
        t <= limits::MAX_ARGON2_T
            && p <= limits::MAX_ARGON2_P
            && m_enc <= limits::Capacity::BROWSER.argon2_m_enc
    );
    // RFC 9106, 4: at least three passes with 64 MiB.
    assert!(t >= 3 && m_enc >= 16);
}

#[test]
fn the_blob_opens_the_same_keys_and_no_others() {
    let (cert, _, unlocked) = made(KeyKind::Curve25519V4);
    let blob = unlocked.to_blob().unwrap();
    let again = Unlocked::from_blob(&cert, &blob).unwrap();
    let key = policy::encryption_components(&cert, NOW).unwrap()[0].key();
    let (packet, session_key) = pkesk(&key, 3);
    assert_eq!(
        *decipher(&[packet], std::iter::once(&again), &mut rng())
            .unwrap()
            .key,
        session_key
    );
    let (other, _, _) = made(KeyKind::Curve25519V4);
    assert_eq!(
        Unlocked::from_blob(&other, &blob).err(),
        Some(AgentError::Mismatched)
    );
    assert_eq!(
        Unlocked::from_blob(&cert, &secret("*")).err(),
        Some(AgentError::Malformed)
    );
    assert_eq!(
        Unlocked::from_blob(&cert, &secret("")).err(),
        Some(AgentError::NoSecret)
    );
}

#[test]
fn exports_open_with_the_same_passphrase() {
    let (cert, stored, _) = made(KeyKind::Curve25519V4);
    let wrong = secret("wrong horse");
    for (form, usage) in [(ExportForm::Compatible, 254), (ExportForm::Argon2, 253)] {
        let run = |text: &Secret| export(&cert, &stored, text, form, Protection::FAST, &mut rng());
        assert_eq!(run(&wrong).err(), Some(AgentError::WrongPassphrase));
        let armored = run(&passphrase()).unwrap();
        assert!(
            armored
                .expose()
                .starts_with("-----BEGIN PGP PRIVATE KEY BLOCK-----\n")
        );
        let (again, packets) = read_secret(armored.expose().as_bytes());
        assert_eq!(again.to_bytes(), cert.to_bytes());
        assert!(packets.iter().all(|p| p.usage() == Some(usage)));
        assert!(open(&again, &packets, &passphrase()).is_ok());
    }
}
