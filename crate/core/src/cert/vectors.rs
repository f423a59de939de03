//! Samples of RFC 9580, annex A.

use super::*;
use crate::agent::{self, Protection, SecretPackets};
use crate::policy;
use crate::testkit::{NOW, rng};
use crate::wire::{ErrorCode, KeyState, KeyUse, Secret};

const CERTIFICATE: &str = include_str!("../../testdata/rfc9580/a3-certificate.asc");
const SECRET: &str = include_str!("../../testdata/rfc9580/a4-secret.asc");
const LOCKED: &str = include_str!("../../testdata/rfc9580/a5-locked.asc");

#[test]
fn the_sample_certificate_is_a_valid_version_6_key() {
    let cert = Certificate::read_many(CERTIFICATE.as_bytes())
        .keys
        .remove(0)
        .certificate;
    let info = cert.info(NOW);
    assert_eq!(
        info.fingerprint.as_str(),
        "cb186c4f0609a697e4d52dfa6c722b0c1f1e27c18a56708f6525ec27bad9acc9"
    );
    assert_eq!(
        (info.version, info.state, info.expires),
        (6, KeyState::Valid, None)
    );
    assert!(info.can_encrypt && info.can_sign && info.user_ids.is_empty());
    assert!(policy::supports_seipd2(&cert, NOW));
    let subkey = &info.components[1];
    assert_eq!(
        subkey.fingerprint.as_str(),
        "12c83f1e706f6308fe151a417743a1f033790e93e9978488d1db378da9930885"
    );
    assert_eq!(
        (subkey.algorithm.as_str(), &subkey.uses[..]),
        ("X25519", &[KeyUse::Encrypt][..])
    );
    assert!(!policy::has_valid_user_id(&cert, NOW));
}

fn secret(text: &str) -> (Certificate, SecretPackets) {
    let key = Certificate::read_many(text.as_bytes()).keys.remove(0);
    (key.certificate, key.secret.unwrap())
}

#[test]
fn the_sample_secret_key_in_clear_gets_a_passphrase() {
    let (cert, stored) = secret(SECRET);
    assert!(stored.has_unprotected());
    let phrase = Secret::new("correct horse".into());
    let protected =
        agent::protect_new(&cert, &stored, &phrase, Protection::FAST, &mut rng()).unwrap();
    assert!(agent::unlock(&cert, &protected, &phrase, Protection::FAST, &mut rng()).is_ok());
}

#[test]
fn the_sample_locked_secret_key_opens_with_its_passphrase_or_is_too_costly() {
    let (cert, stored) = secret(LOCKED);
    assert!(!stored.has_unprotected());
    // It asks for 2 GiB of memory, which cannot be had in wasm: a clean refusal, before anything is computed.
    let phrase = Secret::new("correct horse battery staple".into());
    let result = agent::unlock(&cert, &stored, &phrase, Protection::FAST, &mut rng());
    assert_eq!(result.err().map(|e| e.code()), Some(ErrorCode::Limit));
}
