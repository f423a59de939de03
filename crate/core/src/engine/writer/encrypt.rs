//! Encrypting to certificates and passwords.

use pgp::composed::RawSessionKey;
use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::PublicKeyEncryptedSessionKey;
use pgp::ser::Serialize;
use rand::seq::SliceRandom;
use rand::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::{PasswordCost, Profile, Sealed, WriteError, password};
use crate::cert::{Certificate, Issuer};
use crate::limits::MAX_RECIPIENTS;
use crate::message::SessionKey;
use crate::message::bulk::aead::{Chunks, Parameters};
use crate::message::bulk::{Machine, NoSuchKey, cfb};
use crate::message::content::{Content, Pieces};
use crate::message::limits::{MAX_PASSWORD_BYTES, MAX_PASSWORDS};
use crate::message::packet::{self, tag};
use crate::policy::{self, Purpose};
use crate::wire::{Fingerprint, Reason, Secret, Time};

/// Plaintext per AEAD chunk: small enough for readers that release chunk by chunk, large enough that the tags are
/// 0.03 % of the message.
const CHUNK: ChunkSize = ChunkSize::C64KiB;

/// Certificates that can be encrypted to, and how; and passwords.
pub(super) struct Recipients {
    all: Vec<Recipient>,
    passwords: Vec<Secret>,
    cost: PasswordCost,
    aead: bool,
    cipher: SymmetricKeyAlgorithm,
}

/// Who can read with a key.
struct Recipient {
    certificate: Certificate,
    /// The component key that was chosen.
    component: Fingerprint,
    /// The packets do not name it (RFC 9580, 5.1.8).
    hidden: bool,
}

impl Recipients {
    /// Chooses keys, container and cipher: SEIPDv2 only when everybody reads it, AES-256 only when everybody lists
    /// it, because AES-128 is what all must read.
    pub fn new(
        (named, own, hidden): (Vec<Certificate>, Option<Certificate>, Vec<Certificate>),
        passwords: Vec<Secret>,
        cost: PasswordCost,
        (profile, purpose): (Profile, Purpose),
        now: Time,
    ) -> Result<Self, WriteError> {
        check_passwords(&passwords)?;
        let named = distinct(named)?;
        let others = named.len();
        let named = distinct(named.into_iter().chain(own).collect())?;
        let visible = named.len();
        let certificates = distinct(named.into_iter().chain(hidden).collect())?;
        if certificates.is_empty() && passwords.is_empty() {
            return Err(WriteError::NoRecipient);
        }
        // What the writer's own key says is about other programs that have it.
        let own = (profile == Profile::Waxseal).then_some(others..visible);
        let asked = || {
            let is_own = |at| own.as_ref().is_some_and(|own| own.contains(&at));
            let all = certificates.iter().enumerate();
            all.filter(move |(at, _)| !is_own(*at)).map(|(_, c)| c)
        };
        let all_read = asked().all(|c| policy::supports_seipd2(c, now));
        let aead = match profile {
            Profile::Rfc4880 => false,
            Profile::Rfc9580 | Profile::Waxseal => all_read,
            // Who reads with a password may have any program; most read SEIPDv1 only.
            Profile::Recipients => all_read && passwords.is_empty(),
        };
        let aes256 = asked().all(|c| match aead {
            true => policy::reads_aes256_ocb(c, now),
            false => policy::reads_aes256(c, now),
        });
        let mut all = Vec::with_capacity(certificates.len());
        for (at, cert) in certificates.into_iter().enumerate() {
            let components = policy::encryption_components_for(&cert, purpose, now)
                .map_err(WriteError::Unusable)?;
            let newest = components.first().map(policy::Component::fingerprint);
            let newest = newest.ok_or_else(|| unusable(Reason::NoSuchComponent))?;
            all.push(Recipient {
                certificate: cert,
                component: newest,
                hidden: at >= visible,
            });
        }
        Ok(Self {
            all,
            passwords,
            cost,
            aead,
            cipher: match aes256 {
                true => SymmetricKeyAlgorithm::AES256,
                false => SymmetricKeyAlgorithm::AES128,
            },
        })
    }

    /// For whom the signature is meant. Nobody when there is a password, or somebody who must not be named: they could not
    /// be told from strangers.
    pub fn intended(&self) -> Vec<Fingerprint> {
        let unnamed = self.all.iter().any(|one| one.hidden) || !self.passwords.is_empty();
        match unnamed {
            true => Vec::new(),
            false => self
                .all
                .iter()
                .map(|one| one.certificate.fingerprint())
                .collect(),
        }
    }

    /// Encrypts packets with a new session key.
    pub async fn encrypt<R: RngCore + CryptoRng>(
        &self,
        machine: &impl Machine,
        plain: Content,
        rng: &mut R,
    ) -> Result<Sealed, WriteError> {
        let mut key = Zeroizing::new(vec![0; self.cipher.key_size()]);
        rng.fill_bytes(&mut key);
        let session_key = SessionKey {
            algorithm: Some(self.cipher.into()),
            key: key.clone(),
        };
        let key = RawSessionKey::from(key);
        let mut out = Vec::new();
        // Their order would tell who was named first, and who is the writer.
        let mut all: Vec<_> = self.all.iter().collect();
        all.shuffle(rng);
        for recipient in all {
            let body = self.session_key_packet(recipient, &key, rng)?;
            packet::write(&mut out, tag::PKESK, &body);
        }
        for password in &self.passwords {
            let how = (self.cipher, self.aead);
            let body = password::packet(password, &key, how, self.cost, rng)?;
            packet::write(&mut out, tag::SKESK, &body);
        }
        let data = match self.aead {
            true => self.seipd2(key.as_ref(), plain, out, rng),
            false => self.seipd1(machine, key.as_ref(), plain, out, rng).await,
        }
        .map_err(|NoSuchKey| unusable(Reason::Unsupported))?;
        Ok(Sealed {
            data,
            aead: self.aead,
            session_key,
        })
    }

    /// RFC 9580, 5.13.1.
    async fn seipd1<R: RngCore + CryptoRng>(
        &self,
        machine: &impl Machine,
        key: &[u8],
        plain: Content,
        mut out: Vec<u8>,
        rng: &mut R,
    ) -> Result<Pieces, NoSuchKey> {
        let size = 1 + plain.size() + cfb::OVERHEAD;
        packet::begin(&mut out, tag::PROTECTED, size);
        out.push(1);
        let mut made = Pieces::from(out.as_slice());
        cfb::encrypt(machine, key, plain, &mut made, rng).await?;
        Ok(made)
    }

    /// RFC 9580, 5.13.2.
    fn seipd2<R: RngCore + CryptoRng>(
        &self,
        key: &[u8],
        plain: Content,
        mut out: Vec<u8>,
        rng: &mut R,
    ) -> Result<Pieces, NoSuchKey> {
        let parameters = Parameters {
            cipher: self.cipher,
            mode: AeadAlgorithm::Ocb,
            chunk: CHUNK,
        };
        let mut salt = [0; 32];
        rng.fill_bytes(&mut salt);
        let chunks = Chunks::derived(parameters, &salt, key)?;
        let head = parameters.octets();
        let size = 1 + head.len() + salt.len() + plain.size() + chunks.overhead(plain.size());
        packet::begin(&mut out, tag::PROTECTED, size);
        out.push(2);
        out.extend_from_slice(&head);
        out.extend_from_slice(&salt);
        let mut made = Pieces::from(out.as_slice());
        chunks.encrypt(plain, &mut made)?;
        Ok(made)
    }

    fn session_key_packet<R: RngCore + CryptoRng>(
        &self,
        recipient: &Recipient,
        key: &RawSessionKey,
        rng: &mut R,
    ) -> Result<Vec<u8>, WriteError> {
        let issuer = Issuer::Fingerprint(recipient.component.clone());
        let component = policy::find_component(&recipient.certificate, &issuer)
            .ok_or_else(|| unusable(Reason::NoSuchComponent))?;
        let to = component.key();
        let packet = match self.aead {
            true => PublicKeyEncryptedSessionKey::from_session_key_v6(rng, key, &to),
            false => PublicKeyEncryptedSessionKey::from_session_key_v3(rng, key, self.cipher, &to),
        };
        let body = packet
            .and_then(|packet| packet.to_bytes())
            .map_err(|_| unusable(Reason::Unsupported))?;
        match recipient.hidden {
            true => anonymous(&body).ok_or_else(|| unusable(Reason::Unsupported)),
            false => Ok(body),
        }
    }
}

/// A session key packet without the name of its recipient (RFC 9580, 5.1.8): a key ID of zeros in version 3, neither
/// version nor fingerprint in version 6. What kind of key it is for still shows.
fn anonymous(body: &[u8]) -> Option<Vec<u8>> {
    let (version, rest) = body.split_first()?;
    Some(match version {
        3 => [&[3; 1][..], &[0; 8], rest.get(8..)?].concat(),
        6 => {
            let (length, rest) = rest.split_first()?;
            [&[6, 0][..], rest.get(usize::from(*length)..)?].concat()
        }
        _ => return None,
    })
}

/// Each certificate once.
fn distinct(all: Vec<Certificate>) -> Result<Vec<Certificate>, WriteError> {
    let mut found: Vec<Certificate> = Vec::new();
    for cert in all {
        let same = |known: &Certificate| known.fingerprint() == cert.fingerprint();
        if !found.iter().any(same) {
            found.push(cert);
        }
        // The user's own comes on top.
        if found.len() > MAX_RECIPIENTS + 1 {
            return Err(WriteError::Limit(MAX_RECIPIENTS));
        }
    }
    Ok(found)
}

fn check_passwords(passwords: &[Secret]) -> Result<(), WriteError> {
    if passwords.len() > MAX_PASSWORDS {
        return Err(WriteError::Limit(MAX_PASSWORDS));
    }
    let long = |password: &Secret| password.expose().len() > MAX_PASSWORD_BYTES;
    match passwords.iter().any(long) {
        true => Err(WriteError::Limit(MAX_PASSWORD_BYTES)),
        false => Ok(()),
    }
}

fn unusable(reason: Reason) -> WriteError {
    WriteError::Unusable(vec![reason])
}
