//! Protection of secret keys by a passphrase: ours, and what is accepted of others (RFC 9580, 3.7).

use pgp::crypto::aead::AeadAlgorithm;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::types::{Password, S2kParams, SecretParams, StringToKey};
use rand::{CryptoRng, Rng};

use super::AgentError;
use super::component::SecretComponent;
use crate::limits::{self, Capacity};

/// Cost of Argon2id (RFC 9106) for keys that we protect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// Passes.
    pub t: u8,
    /// Lanes. wasm has no threads, so that more lanes would help only an attacker.
    pub p: u8,
    /// Memory is 2^m_enc KiB.
    pub m_enc: u8,
}

impl Protection {
    /// 64 MiB, three passes: the second choice of RFC 9106, 4 with one lane. A certificate with one subkey costs this
    /// twice: together 0.4 to 0.7 s in wasm on the machines that were measured, and far from the memory at which a tab is
    /// killed. More passes would help little against machines made for guessing, which memory holds up; and would cost
    /// each unlocking on a phone seconds.
    pub const DEFAULT: Self = Self {
        t: 3,
        p: 1,
        m_enc: 16,
    };

    /// Tests are about something else than the cost.
    #[cfg(test)]
    pub(crate) const FAST: Self = Self {
        t: 1,
        p: 1,
        m_enc: 3,
    };

    /// Memory in KiB times passes, for one component.
    pub(super) fn cost(self) -> u64 {
        u64::from(self.t) << self.m_enc
    }

    /// What will be judged of a component that has it.
    pub(super) fn kind(self) -> Kind {
        Kind::Argon2(self.cost())
    }

    /// S2K usage 253: Argon2id, AES-256 in OCB mode, bound to the public part.
    fn params<R: Rng + CryptoRng>(self, rng: &mut R) -> S2kParams {
        let aead_mode = AeadAlgorithm::Ocb;
        let mut nonce = vec![0; aead_mode.nonce_size()];
        rng.fill_bytes(&mut nonce);
        S2kParams::Aead {
            sym_alg: SymmetricKeyAlgorithm::AES256,
            aead_mode,
            s2k: StringToKey::new_argon2(&mut *rng, self.t, self.p, self.m_enc),
            nonce: nonce.into(),
        }
    }

    /// Protects a component that stands in clear.
    pub(super) fn apply<R: Rng + CryptoRng>(
        self,
        key: &SecretComponent,
        password: &Password,
        rng: &mut R,
    ) -> Result<SecretComponent, AgentError> {
        let mut key = key.duplicate();
        key.set_password(password, self.params(rng))?;
        Ok(key)
    }
}

/// Iterated and salted S2K with SHA-256, AES-256 in CFB mode with SHA-1 check (usage 254): what every OpenPGP program reads.
pub(super) fn compatible<R: Rng + CryptoRng>(count: u8, rng: &mut R) -> S2kParams {
    let sym_alg = SymmetricKeyAlgorithm::AES256;
    let mut iv = vec![0; sym_alg.block_size()];
    rng.fill_bytes(&mut iv);
    S2kParams::Cfb {
        sym_alg,
        s2k: StringToKey::new_iterated(&mut *rng, HashAlgorithm::Sha256, count),
        iv: iv.into(),
    }
}

/// What the protection of a stored component is, before any time is spent on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// In clear.
    Plain,
    /// Argon2 with AEAD; memory in KiB times passes.
    Argon2(u64),
    /// Older, acceptable for reading; octets that are hashed.
    Older(u64),
    /// GNU dummy or card: there is no secret part (S2K type 101, used by GnuPG).
    Stub,
}

/// Octets that an iterated S2K hashes (RFC 9580, 3.7.1.3).
pub(super) fn hashed(count: u8) -> u64 {
    u64::from(16 + (count & 15)) << ((count >> 4) + 6)
}

/// Judges the protection: what cannot notice a manipulation is refused, what costs too much too.
pub(super) fn judge(params: &SecretParams, capacity: Capacity) -> Result<Kind, AgentError> {
    let SecretParams::Encrypted(encrypted) = params else {
        return Ok(Kind::Plain);
    };
    match encrypted.string_to_key_params() {
        S2kParams::Unprotected => Ok(Kind::Plain),
        S2kParams::Aead { s2k, .. } => match s2k {
            StringToKey::Argon2 { t, p, m_enc, .. } => {
                if *m_enc > capacity.argon2_m_enc {
                    return Err(AgentError::Limit(1 << capacity.argon2_m_enc));
                }
                if *t > limits::MAX_ARGON2_T || *p > limits::MAX_ARGON2_P {
                    return Err(AgentError::Limit(limits::MAX_ARGON2_T.into()));
                }
                Ok(Kind::Argon2(u64::from(*t) << *m_enc))
            }
            StringToKey::IteratedAndSalted { count, .. } => Ok(Kind::Older(hashed(*count))),
            StringToKey::Private { .. } => Ok(Kind::Stub),
            _ => Err(AgentError::Unsupported),
        },
        S2kParams::Cfb { s2k, .. } => match s2k {
            StringToKey::IteratedAndSalted { count, .. } => Ok(Kind::Older(hashed(*count))),
            StringToKey::Salted { .. } => Ok(Kind::Older(0)),
            StringToKey::Simple { .. } => Err(AgentError::WeakProtection),
            StringToKey::Private { .. } => Ok(Kind::Stub),
            _ => Err(AgentError::Unsupported),
        },
        S2kParams::MalleableCfb {
            s2k: StringToKey::Private { .. },
            ..
        } => Ok(Kind::Stub),
        S2kParams::MalleableCfb { .. } | S2kParams::LegacyCfb { .. } => {
            Err(AgentError::WeakProtection)
        }
    }
}
