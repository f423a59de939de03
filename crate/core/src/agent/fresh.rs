//! New secret numbers, by the engine.
//!
//! Each algorithm by its own name: the engine's `KeyType::generate` would bring the making of every kind of key into the
//! browser's module, RSA primes and DSA groups included, and none of it is ever used there.

use pgp::crypto::ecdh::{self, Curve25519Legacy};
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::crypto::{ed25519, eddsa_legacy, ml_kem768_x25519, x25519};
use pgp::types::{EcdhPublicParams, PlainSecretParams, PublicParams, SecretParams};
use rand::{CryptoRng, Rng};

use super::AgentError;

/// The public and secret parameters of a component.
pub(super) type Params = (PublicKeyAlgorithm, PublicParams, SecretParams);

/// What can be made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// Algorithm 22, version 4 only.
    EdDsaLegacy,
    /// Algorithm 27.
    Ed25519,
    /// Algorithm 18 on Curve25519, version 4 only.
    EcdhLegacy,
    /// Algorithm 25.
    X25519,
    /// Algorithm 35 (RFC 9980).
    MlKem768X25519,
}

impl Algorithm {
    /// A new key.
    ///
    /// # Errors
    /// [`AgentError::Failed`]
    pub(super) fn generate<R: Rng + CryptoRng>(self, rng: &mut R) -> Result<Params, AgentError> {
        let (algorithm, public, secret) = match self {
            Self::EdDsaLegacy => {
                let secret = ed25519::SecretKey::generate(rng, ed25519::Mode::EdDSALegacy);
                let public = PublicParams::EdDSALegacy((&secret).into());
                let secret = eddsa_legacy::SecretKey::Ed25519(secret);
                let secret = PlainSecretParams::EdDSALegacy(secret);
                (PublicKeyAlgorithm::EdDSALegacy, public, secret)
            }
            Self::Ed25519 => {
                let secret = ed25519::SecretKey::generate(rng, ed25519::Mode::Ed25519);
                let public = PublicParams::Ed25519((&secret).into());
                let secret = PlainSecretParams::Ed25519(secret);
                (PublicKeyAlgorithm::Ed25519, public, secret)
            }
            Self::EcdhLegacy => {
                let secret = ecdh::SecretKey::Curve25519Legacy(Curve25519Legacy::generate(rng));
                let public = EcdhPublicParams::try_from(&secret).map_err(|_| AgentError::Failed)?;
                let secret = PlainSecretParams::ECDH(secret);
                (PublicKeyAlgorithm::ECDH, PublicParams::ECDH(public), secret)
            }
            Self::X25519 => {
                let secret = x25519::SecretKey::generate(rng);
                let public = PublicParams::X25519((&secret).into());
                let secret = PlainSecretParams::X25519(secret);
                (PublicKeyAlgorithm::X25519, public, secret)
            }
            Self::MlKem768X25519 => {
                let secret = ml_kem768_x25519::SecretKey::generate(rng);
                let public = PublicParams::MlKem768X25519((&secret).into());
                let secret = PlainSecretParams::MlKem768X25519(secret);
                (PublicKeyAlgorithm::MlKem768X25519, public, secret)
            }
        };
        Ok((algorithm, public, SecretParams::Plain(secret)))
    }
}
