//! Certificates and secret keys: read, opened, written.

use rand::rngs::OsRng;
use waxseal_core::agent::{self, AgentError, Protection, SecretPackets, Unlocked};
use waxseal_core::armor::{self, Checksum, Kind};
use waxseal_core::cert::{Certificate, ReadKey};
use waxseal_core::limits::Capacity;
use waxseal_core::wire::{ExportForm, Secret};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::indirect;

/// For keys that stay in this process, between two functions of the agent: nobody sees the result.
const TRANSIENT: Protection = Protection {
    t: 1,
    p: 1,
    m_enc: 3,
};

/// What is done with keys that cannot be read among those that can.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    /// The others are enough.
    Skip,
    /// Each is needed.
    Refuse,
}

/// Reads all certificates of one input. Secret keys are not certificates.
pub fn certificates(name: &str, bad: Bad) -> Result<Vec<Certificate>, Failure> {
    from_bytes(name, &indirect::read(name)?, bad)
}

/// The same for data that has been read.
pub fn from_bytes(name: &str, data: &[u8], bad: Bad) -> Result<Vec<Certificate>, Failure> {
    let keys = read(name, data, bad)?;
    if keys.iter().any(|key| key.secret.is_some()) {
        return Err(Failure::BadData(format!(
            "{name}: a secret key where certificates must be"
        )));
    }
    Ok(keys.into_iter().map(|key| key.certificate).collect())
}

/// Reads all secret keys of one input. Certificates are no secret keys.
pub fn secret_keys(name: &str, data: &[u8]) -> Result<Vec<ReadKey>, Failure> {
    let keys = read(name, data, Bad::Refuse)?;
    if keys.iter().any(|key| key.secret.is_none()) {
        return Err(Failure::BadData(format!(
            "{name}: a certificate where secret keys must be"
        )));
    }
    Ok(keys)
}

fn read(name: &str, data: &[u8], bad: Bad) -> Result<Vec<ReadKey>, Failure> {
    let read = Certificate::read_many(data);
    match read.skipped.first() {
        Some(skipped) if bad == Bad::Refuse || read.keys.is_empty() => {
            Err(Failure::data(name, skipped.error))
        }
        _ => Ok(read.keys),
    }
}

/// A key whose secret parts are open.
pub struct OpenKey {
    /// Its public part.
    pub certificate: Certificate,
    /// The secret parts as they were given.
    pub secret: SecretPackets,
    /// The same, open.
    pub unlocked: Unlocked,
    /// They came under a password.
    pub protected: bool,
}

/// Opens a key with whichever of the passwords fit.
///
/// # Errors
/// [`Failure::KeyIsProtected`] when any part stays closed.
pub fn open(key: ReadKey, passwords: &[Secret]) -> Result<OpenKey, Failure> {
    let ReadKey {
        certificate,
        secret,
        ..
    } = key;
    let secret = secret.unwrap_or_default();
    let (capacity, rng) = (Capacity::NATIVE, &mut OsRng);
    let unlocked = agent::open(&certificate, &secret, passwords, capacity, rng).map_err(refused)?;
    Ok(OpenKey {
        certificate,
        protected: !secret.has_unprotected(),
        secret,
        unlocked,
    })
}

/// What the agent has against a key.
pub fn refused(error: AgentError) -> Failure {
    match error {
        AgentError::WrongPassphrase => Failure::KeyIsProtected,
        AgentError::Unsupported => Failure::UnsupportedAlgorithm(error.to_string()),
        error => Failure::BadData(format!("secret key: {error}")),
    }
}

impl OpenKey {
    /// Takes a changed certificate over, with new secret parts, which are in clear.
    pub fn add(&mut self, certificate: Certificate, new: &SecretPackets) -> Result<(), Failure> {
        let mut secret = agent::protect(&self.secret, &self.unlocked, None, TRANSIENT, &mut OsRng)
            .map_err(refused)?;
        secret.absorb(new);
        let (capacity, rng) = (Capacity::NATIVE, &mut OsRng);
        self.unlocked = agent::open(&certificate, &secret, &[], capacity, rng).map_err(refused)?;
        self.secret = secret;
        self.certificate = certificate;
        Ok(())
    }

    /// The transferable secret key, armored or not; under a password if there is one, else in clear.
    pub fn write(
        &self,
        password: Option<&Secret>,
        armored: bool,
    ) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let (certificate, secret) = (&self.certificate, &self.secret);
        let protected = agent::protect(secret, &self.unlocked, password, TRANSIENT, &mut OsRng)
            .map_err(refused)?;
        let Some(password) = password else {
            let clear = protected.join(certificate);
            let sum = checksum(std::slice::from_ref(certificate));
            return Ok(match armored {
                true => Zeroizing::new(armor::write(Kind::PrivateKey, &clear, sum).into_bytes()),
                false => clear,
            });
        };
        // What programs for version 4 keys can read, and the best for version 6.
        let form = match certificate.version() {
            6 => ExportForm::Argon2,
            _ => ExportForm::Compatible,
        };
        let (cost, rng) = (Protection::DEFAULT, &mut OsRng);
        let text =
            agent::export(certificate, &protected, password, form, cost, rng).map_err(refused)?;
        let text = text.expose().as_bytes();
        match armored {
            true => Ok(Zeroizing::new(text.to_vec())),
            false => armor::decode(text, Kind::PrivateKey)
                .map(Zeroizing::new)
                .map_err(|error| Failure::Unspecific(error.to_string())),
        }
    }
}

/// Certificates one after the other, armored or not.
pub fn write_certificates(all: &[Certificate], armored: bool) -> Vec<u8> {
    let bytes: Vec<u8> = all.iter().flat_map(Certificate::to_bytes).collect();
    match armored {
        true => armor::write(Kind::PublicKey, &bytes, checksum(all)).into_bytes(),
        false => bytes,
    }
}

/// RFC 9580, 6.1: none for version 6; GnuPG 2.2 needs one.
fn checksum(all: &[Certificate]) -> Checksum {
    match all.iter().all(|cert| cert.version() == 6) {
        true => Checksum::None,
        false => Checksum::Crc24,
    }
}
