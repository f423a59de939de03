//! Does a secret part belong to its public part? (Klíma and Rosa 2001; "Victory by KO", 2022.)
//!
//! A manipulated public part makes a private operation leak the secret one. So before any use: the public parameters
//! are computed from the secret ones and compared, and the key must work with itself.

use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::PublicKeyEncryptedSessionKey;
use pgp::ser::Serialize;
use pgp::types::{EcdhPublicParams, KeyDetails, PlainSecretParams, PublicParams, VerifyingKey};
use rand::{CryptoRng, Rng};

use super::AgentError;
use super::unlock::OpenComponent;
use crate::policy::ComponentKey;
use crate::policy::algorithm::{can_encrypt, can_sign};

/// Compares the public parameters with those that follow from the secret ones.
pub(super) fn belongs(public: &PublicParams, plain: &PlainSecretParams) -> Result<(), AgentError> {
    let computed = PublicParams::try_from(plain).map_err(|_| AgentError::Unsupported)?;
    let same = match (public, &computed) {
        // The KDF's parameters are not part of the secret; the fingerprint protects them.
        (PublicParams::ECDH(a), PublicParams::ECDH(b)) => same_point(a, b),
        (a, b) => a.to_bytes().ok() == b.to_bytes().ok() && a.to_bytes().is_ok(),
    };
    if same {
        Ok(())
    } else {
        Err(AgentError::Mismatched)
    }
}

fn same_point(a: &EcdhPublicParams, b: &EcdhPublicParams) -> bool {
    match (a, b) {
        (
            EcdhPublicParams::Curve25519Legacy { p: a, .. },
            EcdhPublicParams::Curve25519Legacy { p: b, .. },
        ) => a == b,
        (EcdhPublicParams::P256 { p: a, .. }, EcdhPublicParams::P256 { p: b, .. }) => a == b,
        (EcdhPublicParams::P384 { p: a, .. }, EcdhPublicParams::P384 { p: b, .. }) => a == b,
        (EcdhPublicParams::P521 { p: a, .. }, EcdhPublicParams::P521 { p: b, .. }) => a == b,
        _ => false,
    }
}

fn is_slh_dsa(algorithm: PublicKeyAlgorithm) -> bool {
    matches!(
        algorithm,
        PublicKeyAlgorithm::SlhDsaShake128s
            | PublicKeyAlgorithm::SlhDsaShake128f
            | PublicKeyAlgorithm::SlhDsaShake256s
    )
}

/// Signs and verifies, encrypts and decrypts, each as the algorithm can.
pub(super) fn works<R: Rng + CryptoRng>(
    secret: &OpenComponent,
    public: ComponentKey<'_>,
    rng: &mut R,
) -> Result<(), AgentError> {
    let algorithm = public.algorithm();
    // A signature of SLH-DSA takes ten seconds in wasm. Its public part is in its secret one, where `belongs` has compared
    // them, it is no number that a manipulation could bend, and nothing that was signed leaves unverified.
    if can_sign(algorithm) && !is_slh_dsa(algorithm) {
        let hash = HashAlgorithm::Sha512;
        let mut digest = [0; 64];
        rng.fill_bytes(&mut digest);
        let signature = secret
            .sign_digest(hash, &digest, rng)
            .map_err(|_| AgentError::Mismatched)?;
        public
            .verify(hash, &digest, &signature)
            .map_err(|_| AgentError::Mismatched)?;
    }
    if can_encrypt(algorithm) {
        let cipher = SymmetricKeyAlgorithm::AES128;
        let session_key = cipher.new_session_key(&mut *rng);
        let packet = PublicKeyEncryptedSessionKey::from_session_key_v3(
            &mut *rng,
            &session_key,
            cipher,
            &public,
        )
        .map_err(|_| AgentError::Mismatched)?;
        let (found, key) = secret
            .decrypt(&packet, rng)
            .map_err(|_| AgentError::Mismatched)?;
        if found != Some(u8::from(cipher)) || key.as_slice() != session_key.as_ref() {
            return Err(AgentError::Mismatched);
        }
    }
    Ok(())
}
