//! Session keys that are encrypted with a password (RFC 9580, 5.3).
//!
//! What a password costs to try is chosen by the sender (RFC 9580, 3.7.1): everything is counted against a [`Budget`]
//! before it is computed.

use pgp::composed::PlainSessionKey;
use pgp::crypto::aead::AeadAlgorithm;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm as Cipher;
use pgp::packet::{PacketHeader, SymKeyEncryptedSessionKey};
use pgp::types::{StringToKey, Tag};
use zeroize::Zeroizing;

use super::limits::{self, Capacity};
use super::{MessageError, SessionKey};

/// A SKESK packet that can be tried.
pub(super) struct PasswordPacket {
    packet: SymKeyEncryptedSessionKey,
    version: u8,
    cipher: Cipher,
    s2k: StringToKey,
}

impl PasswordPacket {
    /// `None` for unknown versions and algorithms: such a packet is for other programs.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let size = u32::try_from(body.len()).ok()?;
        let header = PacketHeader::new_fixed(Tag::SymKeyEncryptedSessionKey, size);
        let packet = SymKeyEncryptedSessionKey::try_from_reader(header, body).ok()?;
        let version = *body.first()?;
        let (cipher, s2k) = (packet.sym_algorithm()?, packet.s2k()?.clone());
        let aes = matches!(cipher, Cipher::AES128 | Cipher::AES192 | Cipher::AES256);
        let possible = match (version, &packet) {
            (4, _) => cipher.key_size() > 0,
            (
                5 | 6,
                SymKeyEncryptedSessionKey::V5 { aead, .. }
                | SymKeyEncryptedSessionKey::V6 { aead, .. },
            ) => {
                let known = matches!(
                    AeadAlgorithm::from(aead),
                    AeadAlgorithm::Eax | AeadAlgorithm::Ocb | AeadAlgorithm::Gcm
                );
                // RFC 9580, 9.5: not with these hashes in version 6.
                aes && known && (version == 5 || !weak(&s2k))
            }
            _ => false,
        };
        possible.then_some(Self {
            packet,
            version,
            cipher,
            s2k,
        })
    }

    /// 4, 5 or 6.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// The session key proves itself: a wrong password is told from a changed message.
    pub fn is_authenticated(&self) -> bool {
        self.version >= 5
    }

    /// The session key under this password. `Ok(None)` when the password does not fit; with version 4 one that does not
    /// fit may give a key nevertheless.
    pub fn open(
        &self,
        password: &[u8],
        named: Option<Cipher>,
        budget: &mut Budget,
    ) -> Result<Option<SessionKey>, MessageError> {
        budget.spend(&self.s2k, self.cipher)?;
        let derived = self
            .s2k
            .derive_key(password, self.cipher.key_size())
            .map_err(|_| MessageError::Unsupported)?;
        if self
            .packet
            .encrypted_key()
            .is_none_or(|encrypted| encrypted.is_empty())
        {
            // RFC 9580, 5.3.1: then the derived key is the session key itself.
            return Ok((self.version == 4).then(|| SessionKey {
                algorithm: Some(self.cipher.into()),
                key: Zeroizing::new(derived.as_ref().to_vec()),
            }));
        }
        Ok(self.packet.decrypt(&derived).ok().map(|opened| {
            let algorithm = match &opened {
                PlainSessionKey::V3_4 { sym_alg, .. } => Some(*sym_alg),
                // GnuPG's packet names its cipher itself.
                PlainSessionKey::V5 { .. } => named,
                PlainSessionKey::V6 { .. } => None,
            };
            let key = match &opened {
                PlainSessionKey::V3_4 { key, .. }
                | PlainSessionKey::V5 { key }
                | PlainSessionKey::V6 { key } => key.as_ref().to_vec(),
            };
            SessionKey {
                algorithm: algorithm.map(u8::from),
                key: Zeroizing::new(key),
            }
        }))
    }
}

/// What trying passwords may still cost.
pub(super) struct Budget {
    capacity: Capacity,
    /// KiB times passes.
    argon2: u64,
    /// Bytes.
    hashed: u64,
}

impl Budget {
    pub fn new(capacity: Capacity) -> Self {
        Self {
            capacity,
            argon2: capacity.argon2_total,
            hashed: limits::MAX_S2K_BYTES,
        }
    }

    fn spend(&mut self, s2k: &StringToKey, cipher: Cipher) -> Result<(), MessageError> {
        match s2k {
            StringToKey::Argon2 { t, p, m_enc, .. } => {
                // RFC 9580, 3.7.1.4: at least 8 KiB for each lane.
                let least = 3 + u32::from(*p).next_power_of_two().trailing_zeros();
                if *t == 0 || *p == 0 || u32::from(*m_enc) < least {
                    return Err(MessageError::Malformed);
                }
                if *m_enc > self.capacity.argon2_m_enc {
                    return Err(MessageError::Limit(1 << (self.capacity.argon2_m_enc - 10)));
                }
                if *t > limits::MAX_ARGON2_T {
                    return Err(MessageError::Limit(limits::MAX_ARGON2_T.into()));
                }
                if *p > limits::MAX_ARGON2_P {
                    return Err(MessageError::Limit(limits::MAX_ARGON2_P.into()));
                }
                let cost = (1 << *m_enc) * u64::from(*t);
                take(&mut self.argon2, cost, self.capacity.argon2_total)
            }
            StringToKey::Simple { hash_alg } | StringToKey::Salted { hash_alg, .. } => {
                known(*hash_alg)?;
                Ok(())
            }
            StringToKey::IteratedAndSalted {
                hash_alg, count, ..
            } => {
                // Once for each digest that the key needs (RFC 9580, 3.7.1.1).
                let rounds = cipher.key_size().div_ceil(known(*hash_alg)?) as u64;
                let count = u32::from(*count);
                let bytes = u64::from((16 + (count & 15)) << ((count >> 4) + 6));
                take(&mut self.hashed, rounds * bytes, limits::MAX_S2K_BYTES)
            }
            _ => Err(MessageError::Unsupported),
        }
    }
}

fn take(left: &mut u64, cost: u64, whole: u64) -> Result<(), MessageError> {
    *left = left
        .checked_sub(cost)
        .ok_or(MessageError::Limit(whole as usize))?;
    Ok(())
}

/// Bytes of the digest.
fn known(hash: HashAlgorithm) -> Result<usize, MessageError> {
    hash.digest_size()
        .filter(|&size| size > 0)
        .ok_or(MessageError::Unsupported)
}

/// MD5, SHA-1 and RIPEMD-160 (RFC 9580, 9.5).
fn weak(s2k: &StringToKey) -> bool {
    match s2k {
        StringToKey::Simple { hash_alg }
        | StringToKey::Salted { hash_alg, .. }
        | StringToKey::IteratedAndSalted { hash_alg, .. } => matches!(
            hash_alg,
            HashAlgorithm::Md5 | HashAlgorithm::Sha1 | HashAlgorithm::Ripemd160
        ),
        _ => false,
    }
}
