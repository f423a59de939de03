//! Session keys that are encrypted with a password (RFC 9580, 5.3).
//!
//! What a password costs to try is chosen by the sender (RFC 9580, 3.7.1): everything is counted against a [`Budget`]
//! before it is computed.

use pgp::composed::{PlainSessionKey, RawSessionKey};
use pgp::crypto::aead::AeadAlgorithm;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm as Cipher;
use pgp::packet::{PacketHeader, SymKeyEncryptedSessionKey};
use pgp::types::{StringToKey, Tag};
use zeroize::Zeroizing;

use super::bulk::{Hash, Machine};
use super::limits::{self, Capacity};
use super::{MessageError, SessionKey};
use crate::wire::packet::{PacketInfo, PasswordHashing};

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
    pub async fn open(
        &self,
        machine: &impl Machine,
        password: &[u8],
        named: Option<Cipher>,
        budget: &mut Budget,
    ) -> Result<Option<SessionKey>, MessageError> {
        budget.spend(&self.s2k, self.cipher)?;
        let size = self.cipher.key_size();
        let derived = match derive_on(machine, &self.s2k, password, size).await {
            Some(key) => RawSessionKey::from(key),
            None => self
                .s2k
                .derive_key(password, size)
                .map_err(|_| MessageError::Unsupported)?,
        };
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

/// What is told of a packet; of one that cannot be tried little more than that it is there.
pub(super) fn told(parsed: Option<&PasswordPacket>, body: &[u8]) -> PacketInfo {
    let mode = parsed.and_then(|parsed| match &parsed.packet {
        SymKeyEncryptedSessionKey::V5 { aead, .. } | SymKeyEncryptedSessionKey::V6 { aead, .. } => {
            Some(AeadAlgorithm::from(aead).into())
        }
        _ => None,
    });
    let s2k = parsed.map(|parsed| match &parsed.s2k {
        StringToKey::Argon2 { t, p, m_enc, .. } => PasswordHashing::Argon2 {
            passes: *t,
            lanes: *p,
            memory: *m_enc,
        },
        StringToKey::IteratedAndSalted {
            hash_alg, count, ..
        } => PasswordHashing::Iterated {
            hash: u8::from(*hash_alg),
            octets: octets(*count) as u32,
        },
        StringToKey::Simple { hash_alg } | StringToKey::Salted { hash_alg, .. } => {
            let hash = u8::from(*hash_alg);
            PasswordHashing::Once { hash }
        }
        _ => PasswordHashing::Once { hash: 0 },
    });
    PacketInfo::Password {
        version: body.first().copied().unwrap_or_default(),
        cipher: parsed.map_or(0, |parsed| parsed.cipher.into()),
        mode,
        s2k,
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
                let bytes = octets(*count) as u64;
                take(&mut self.hashed, rounds * bytes, limits::MAX_S2K_BYTES)
            }
            _ => Err(MessageError::Unsupported),
        }
    }
}

/// A key by iterated and salted hashing (RFC 9580, 3.7.1.3) with a machine's hash, which takes all of its data at once;
/// `None` when it must be computed otherwise.
async fn derive_on<M: Machine>(
    machine: &M,
    s2k: &StringToKey,
    password: &[u8],
    size: usize,
) -> Option<Zeroizing<Vec<u8>>> {
    let StringToKey::IteratedAndSalted {
        hash_alg,
        salt,
        count,
    } = s2k
    else {
        return None;
    };
    let hash = match hash_alg {
        HashAlgorithm::Sha1 => Hash::Sha1,
        HashAlgorithm::Sha256 => Hash::Sha256,
        HashAlgorithm::Sha384 => Hash::Sha384,
        HashAlgorithm::Sha512 => Hash::Sha512,
        _ => return None,
    };
    if !M::HASHES {
        return None;
    }
    // At least once, however small the count.
    let octets = octets(*count).max(salt.len() + password.len());
    let mut key = Zeroizing::new(Vec::with_capacity(size + hash_alg.digest_size()?));
    // Zeros in front make the digests differ of which a long key is made (RFC 9580, 3.7.1.1).
    let mut zeros = 0;
    while key.len() < size {
        let whole = zeros + octets;
        // Not wiped here: the wasm, which alone has such a machine, wipes all that is freed.
        let mut data = Vec::with_capacity(whole);
        data.resize(zeros, 0);
        data.extend_from_slice(salt);
        data.extend_from_slice(password);
        while data.len() < whole {
            let end = zeros + (data.len() - zeros).min(whole - data.len());
            data.extend_from_within(zeros..end);
        }
        key.extend_from_slice(&Zeroizing::new(machine.digest(hash, &data).await?));
        zeros += 1;
    }
    key.truncate(size);
    Some(key)
}

/// Octets that an iterated S2K hashes (RFC 9580, 3.7.1.3).
fn octets(count: u8) -> usize {
    let count = usize::from(count);
    (16 + (count & 15)) << ((count >> 4) + 6)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::bulk::{BLOCK, Mode, Portable, ready};
    use sha1::Sha1;
    use sha2::{Digest, Sha256, Sha384, Sha512};
    use std::convert::Infallible;

    /// Hashes, and nothing else.
    struct Lent;

    impl Machine for Lent {
        const HASHES: bool = true;
        type Key = Infallible;

        async fn key(&self, _: Mode, _: &[u8]) -> Option<Infallible> {
            None
        }

        async fn cbc_encrypt(
            &self,
            key: &Infallible,
            _: &[u8; BLOCK],
            _: &[u8],
        ) -> Option<Vec<u8>> {
            match *key {}
        }

        async fn gcm_decrypt(
            &self,
            key: &Infallible,
            _: &[u8],
            _: &[u8],
            _: &[u8],
        ) -> Option<Vec<u8>> {
            match *key {}
        }

        async fn digest(&self, hash: Hash, data: &[u8]) -> Option<Vec<u8>> {
            Some(match hash {
                Hash::Sha1 => Sha1::digest(data).to_vec(),
                Hash::Sha256 => Sha256::digest(data).to_vec(),
                Hash::Sha384 => Sha384::digest(data).to_vec(),
                Hash::Sha512 => Sha512::digest(data).to_vec(),
            })
        }
    }

    /// For every hash and count that a machine is asked for, and for passwords longer than the count.
    #[test]
    fn a_machine_derives_what_the_engine_derives() {
        let hashes = [
            HashAlgorithm::Sha1,
            HashAlgorithm::Sha256,
            HashAlgorithm::Sha384,
            HashAlgorithm::Sha512,
        ];
        for hash_alg in hashes {
            for (count, password) in [
                (0, &b"x"[..]),
                (0, &[7; 1016]),
                (0, &[7; 3000]),
                (97, b"pass"),
            ] {
                let salt = [1, 2, 3, 4, 5, 6, 7, 8];
                let s2k = StringToKey::IteratedAndSalted {
                    hash_alg,
                    salt,
                    count,
                };
                // Longer than a digest too: SHA-1 makes an AES-256 key of two.
                for size in [16, 24, 32, 70] {
                    let made = ready(derive_on(&Lent, &s2k, password, size)).unwrap();
                    let engine = s2k.derive_key(password, size).unwrap();
                    assert_eq!(made.unwrap().as_slice(), engine.as_ref());
                }
            }
        }
        let s2k = StringToKey::new_iterated(rand::thread_rng(), HashAlgorithm::Sha3_256, 0);
        assert!(ready(derive_on(&Lent, &s2k, b"x", 16)).unwrap().is_none());
        let s2k = StringToKey::new_iterated(rand::thread_rng(), HashAlgorithm::Sha256, 0);
        assert!(
            ready(derive_on(&Portable, &s2k, b"x", 16))
                .unwrap()
                .is_none()
        );
    }
}
