//! Who signs, and the agent's answers to what the engine asks to be signed.

use rand::rngs::OsRng;
use waxseal_core::agent;
use waxseal_core::cert::Certificate;
use waxseal_core::engine::WriteError;
use waxseal_core::wire::{SignRequest, Time};

use crate::failure::Failure;
use crate::keys::{self, OpenKey};
use crate::{indirect, password};

/// The keys that sign, open.
pub struct Signers(Vec<OpenKey>);

impl Signers {
    /// Reads and opens all keys of these inputs.
    pub fn read<'a>(
        names: impl IntoIterator<Item = &'a str>,
        passwords: impl Iterator<Item = &'a str>,
    ) -> Result<Self, Failure> {
        let passwords = password::to_open(passwords)?;
        let mut all = Vec::new();
        for name in names {
            for key in keys::secret_keys(name, &indirect::read(name)?)? {
                all.push(keys::open(key, &passwords)?);
            }
        }
        Ok(Self(all))
    }

    /// Their certificates, in the order in which the engine asks.
    pub fn certificates(&self) -> Vec<Certificate> {
        self.0.iter().map(|key| key.certificate.clone()).collect()
    }

    /// The signatures' algorithm-specific fields, in the order of the requests.
    pub fn answer(&self, requests: &[SignRequest], now: Time) -> Result<Vec<Vec<u8>>, Failure> {
        let answers = requests.iter().map(|request| {
            let of_request = |key: &&OpenKey| key.certificate.fingerprint() == request.certificate;
            let key = self
                .0
                .iter()
                .find(of_request)
                .ok_or(Failure::KeyIsProtected)?;
            agent::sign(&key.certificate, &key.unlocked, request, now, &mut OsRng)
                .map_err(|error| Failure::KeyCannotSign(error.to_string()))
        });
        answers.collect()
    }
}

/// Why a signature cannot be made.
pub fn failure(error: WriteError) -> Failure {
    match error {
        WriteError::Unusable(reasons) => {
            Failure::KeyCannotSign(format!("a key cannot sign: {reasons:?}"))
        }
        WriteError::NotText => Failure::ExpectedText,
        WriteError::NoSigner => Failure::MissingArg("KEYS".into()),
        error => Failure::Unspecific(error.to_string()),
    }
}
