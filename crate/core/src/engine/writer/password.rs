//! Session key packets for passwords (RFC 9580, 5.3).

use pgp::composed::RawSessionKey;
use pgp::crypto::aead::AeadAlgorithm;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm as Cipher;
use pgp::packet::SymKeyEncryptedSessionKey;
use pgp::ser::Serialize;
use pgp::types::{Password, StringToKey};
use rand::{CryptoRng, RngCore};

use super::WriteError;
use crate::agent::Protection;
use crate::wire::{Reason, Secret};

/// What a guess at a password costs the one who guesses (and the one who knows it).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Coded count of the iterated S2K (RFC 9580, 3.7.1.3).
    count: u8,
    argon2: Protection,
}

impl PasswordCost {
    /// The most that the iterated S2K can ask for (65,011,712 bytes of SHA-256, a third of a second in a browser), and
    /// what keys are protected with by Argon2: a phone can compute that, too, which has to open letters.
    pub const STANDARD: Self = Self {
        count: 255,
        argon2: Protection::DEFAULT,
    };

    /// For tests: cheap, and worthless.
    #[cfg(test)]
    pub(crate) const FAST: Self = Self {
        count: 0,
        argon2: Protection::FAST,
    };
}

/// The packet's body. AES-256 throughout: the password is the weak part.
pub(super) fn packet<R: RngCore + CryptoRng>(
    password: &Secret,
    key: &RawSessionKey,
    (cipher, aead): (Cipher, bool),
    cost: PasswordCost,
    rng: &mut R,
) -> Result<Vec<u8>, WriteError> {
    let password = Password::from(password.expose());
    let packet = match aead {
        true => {
            let Protection { t, p, m_enc } = cost.argon2;
            let s2k = StringToKey::new_argon2(&mut *rng, t, p, m_enc);
            SymKeyEncryptedSessionKey::encrypt_v6(
                rng,
                &password,
                key,
                s2k,
                Cipher::AES256,
                AeadAlgorithm::Ocb,
            )
        }
        false => {
            let s2k = StringToKey::new_iterated(rng, HashAlgorithm::Sha256, cost.count);
            SymKeyEncryptedSessionKey::encrypt_v4(&password, key, s2k, cipher)
        }
    };
    packet
        .and_then(|packet| packet.to_bytes())
        .map_err(|_| WriteError::Unusable(vec![Reason::Unsupported]))
}
