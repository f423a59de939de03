//! Encrypting to certificates.

use pgp::composed::RawSessionKey;
use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{PublicKeyEncryptedSessionKey, SymEncryptedProtectedData};
use pgp::ser::Serialize;
use pgp::types::{Fingerprint as RawFingerprint, KeyDetails};
use rand::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::{WriteError, armored, unusable};
use crate::cert::{Certificate, Issuer};
use crate::message::packet::{self, tag};
use crate::policy;
use crate::wire::engine::EncryptStep;
use crate::wire::{Fingerprint, Reason, Time};

/// Plaintext per AEAD chunk: small enough for readers that release chunk by chunk, large enough that the tags are
/// 0.03 % of the message.
const CHUNK: ChunkSize = ChunkSize::C64KiB;

/// Certificates that can be encrypted to, and how.
pub(super) struct Recipients {
    /// With the component key that was chosen.
    all: Vec<(Certificate, Fingerprint)>,
    aead: bool,
    cipher: SymmetricKeyAlgorithm,
}

impl Recipients {
    /// Chooses keys, container and cipher: SEIPDv2 only when everybody reads it, AES-256 only when everybody lists
    /// it, because AES-128 is what all must read.
    pub fn new(certificates: Vec<Certificate>, now: Time) -> Result<Self, WriteError> {
        let aead = certificates.iter().all(|c| policy::supports_seipd2(c, now));
        let aes256 = certificates.iter().all(|c| match aead {
            true => policy::reads_aes256_ocb(c, now),
            false => policy::reads_aes256(c, now),
        });
        let mut all = Vec::with_capacity(certificates.len());
        for cert in certificates {
            let components = policy::encryption_components(&cert, now).map_err(unusable)?;
            let newest = components.first().map(policy::Component::fingerprint);
            let newest = newest.ok_or_else(|| unusable(vec![Reason::NoSuchComponent]))?;
            all.push((cert, newest));
        }
        Ok(Self {
            all,
            aead,
            cipher: match aes256 {
                true => SymmetricKeyAlgorithm::AES256,
                false => SymmetricKeyAlgorithm::AES128,
            },
        })
    }

    /// The recipients' certificates, for the signature.
    pub fn fingerprints(&self) -> impl Iterator<Item = RawFingerprint> {
        self.all
            .iter()
            .map(|(cert, _)| cert.primary.key.fingerprint())
    }

    /// Encrypts packets with a new session key.
    pub fn encrypt<R: RngCore + CryptoRng>(
        &self,
        plain: &[u8],
        rng: &mut R,
    ) -> Result<EncryptStep, WriteError> {
        let mut key = Zeroizing::new(vec![0; self.cipher.key_size()]);
        rng.fill_bytes(&mut key);
        let key = RawSessionKey::from(key);
        let mut out = Vec::new();
        for (cert, chosen) in &self.all {
            let body = self.session_key_packet(cert, chosen, &key, rng)?;
            packet::write(&mut out, tag::PKESK, &body);
        }
        let container = match self.aead {
            true => SymEncryptedProtectedData::encrypt_seipdv2(
                rng,
                self.cipher,
                AeadAlgorithm::Ocb,
                CHUNK,
                key.as_ref(),
                plain,
            ),
            false => {
                SymEncryptedProtectedData::encrypt_seipdv1(rng, self.cipher, key.as_ref(), plain)
            }
        };
        let body = container
            .and_then(|container| container.to_bytes())
            .map_err(|_| unusable(vec![Reason::Unsupported]))?;
        packet::write(&mut out, tag::PROTECTED, &body);
        Ok(armored(&out, self.aead))
    }

    fn session_key_packet<R: RngCore + CryptoRng>(
        &self,
        cert: &Certificate,
        chosen: &Fingerprint,
        key: &RawSessionKey,
        rng: &mut R,
    ) -> Result<Vec<u8>, WriteError> {
        let issuer = Issuer::Fingerprint(chosen.clone());
        let component = policy::find_component(cert, &issuer)
            .ok_or_else(|| unusable(vec![Reason::NoSuchComponent]))?;
        let recipient = component.key();
        let packet = match self.aead {
            true => PublicKeyEncryptedSessionKey::from_session_key_v6(rng, key, &recipient),
            false => {
                PublicKeyEncryptedSessionKey::from_session_key_v3(rng, key, self.cipher, &recipient)
            }
        };
        packet
            .and_then(|packet| packet.to_bytes())
            .map_err(|_| unusable(vec![Reason::Unsupported]))
    }
}
