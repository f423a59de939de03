//! What of an answer is taken.

use super::Search;
use crate::armor::{self, Kind};
use crate::cert::{Certificate, ReadKey, ReadKeys};
use crate::limits;
use crate::policy;
use crate::wire::{ErrorCode, Fingerprint, KeyAnswer, KeyPlace, KeyRequest, SkippedKey, Time};

/// What comes of an answer.
#[derive(Debug)]
pub enum Judged {
    /// Ask this next.
    Ask(KeyRequest),
    /// Keys that are what was looked for.
    Found {
        /// At least one.
        certificates: Vec<Certificate>,
        /// What else was in the answer, and why it is not taken.
        skipped: Vec<SkippedKey>,
    },
}

impl Search {
    /// Judges the answer to one of this search's requests. `known` says which certificates are in the keyring: theirs are
    /// taken as updates also when they have lost their user IDs, or can no longer be used.
    ///
    /// # Errors
    /// Why nothing was found: [`ErrorCode::NotFound`], [`ErrorCode::NoAnswer`], [`ErrorCode::Limit`],
    /// [`ErrorCode::BadAnswer`]; or why what came is not taken: [`ErrorCode::OtherKey`] and those of reading keys.
    /// [`ErrorCode::BadCall`] for an attempt that there is not.
    pub fn judge(
        &self,
        place: KeyPlace,
        attempt: u8,
        answer: &KeyAnswer,
        known: impl Fn(&Fingerprint) -> bool,
        now: Time,
    ) -> Result<Judged, ErrorCode> {
        self.request(place, attempt).ok_or(ErrorCode::BadCall)?;
        let (status, data) = match answer {
            KeyAnswer::Body { status, data } => (*status, &data.0),
            KeyAnswer::TooLarge {} => return Err(ErrorCode::Limit),
            KeyAnswer::TimedOut {} | KeyAnswer::Broken {} => return Err(ErrorCode::NoAnswer),
            // The draft falls back only where the host does not exist. A host that answers, with whatever status, does;
            // whether one that keeps silent does is not told.
            KeyAnswer::Silent {} => {
                let next = self.request(place, attempt.saturating_add(1));
                return next.map(Judged::Ask).ok_or(ErrorCode::NoAnswer);
            }
        };
        match status {
            200 if data.is_empty() => return Err(ErrorCode::NotFound),
            200 => {}
            404 | 410 => return Err(ErrorCode::NotFound),
            _ => return Err(ErrorCode::NoAnswer),
        }
        if data.len() > limits::MAX_ANSWER {
            return Err(ErrorCode::Limit);
        }
        let decoded;
        let binary = data.first().is_some_and(|b| b & 0x80 != 0);
        let packets = match (place, binary) {
            // "The server MUST NOT return an ASCII armored version."
            (KeyPlace::Directory, true) => data,
            (KeyPlace::KeyServer, false) => {
                // A page that says in words what went wrong holds no block.
                decoded = armor::decode(data, Kind::PublicKey).map_err(|_| ErrorCode::BadAnswer)?;
                &decoded
            }
            _ => return Err(ErrorCode::BadAnswer),
        };
        self.select(place, Certificate::read_many(packets), known, now)
    }

    fn select(
        &self,
        place: KeyPlace,
        found: ReadKeys,
        known: impl Fn(&Fingerprint) -> bool,
        now: Time,
    ) -> Result<Judged, ErrorCode> {
        let ReadKeys {
            keys, mut skipped, ..
        } = found;
        if keys.len() > limits::MAX_FOUND {
            return Err(ErrorCode::Limit);
        }
        let mut certificates = Vec::new();
        for key in keys {
            let fingerprint = key.certificate.fingerprint();
            match self.accept(place, key, known(&fingerprint), now) {
                Ok(certificate) => certificates.push(certificate),
                Err(error) => skipped.push(SkippedKey {
                    fingerprint: Some(fingerprint),
                    error,
                }),
            }
        }
        if certificates.is_empty() {
            return Err(skipped.first().map_or(ErrorCode::BadAnswer, |s| s.error));
        }
        Ok(Judged::Found {
            certificates,
            skipped,
        })
    }

    /// One key, if it is what was looked for: the directory answers for the address, the server for what it was asked.
    fn accept(
        &self,
        place: KeyPlace,
        key: ReadKey,
        known: bool,
        now: Time,
    ) -> Result<Certificate, ErrorCode> {
        // Nobody gives out secret keys; what does is no key server.
        if key.secret.is_some() {
            return Err(ErrorCode::BadAnswer);
        }
        let certificate = key.certificate;
        // Everybody can put somebody else's key into an own certificate: it has that key when the key says so.
        let issuer = self.issuer.as_ref();
        let has_issuer = issuer.is_some_and(|issuer| policy::may_be_by(&certificate, issuer));
        if self.issuer.is_some() && place == KeyPlace::KeyServer {
            if !has_issuer {
                return Err(ErrorCode::OtherKey);
            }
            return match known || policy::has_valid_user_id(&certificate, now) {
                true => Ok(certificate),
                false => Err(ErrorCode::NoUserId),
            };
        }
        let address = self.address.as_ref().ok_or(ErrorCode::OtherKey)?;
        // Whoever keeps example.org may say nothing about addresses of other domains.
        let certificate = certificate.only_address(&address.whole);
        if known {
            return Ok(certificate);
        }
        if !certificate.has_address(&address.whole, now) {
            return Err(ErrorCode::OtherKey);
        }
        // To check a signature, a key that only signs is good; to write to somebody, it is not.
        let encrypts = policy::encryption_components(&certificate, now).is_ok();
        match encrypts || has_issuer {
            true => Ok(certificate),
            false => Err(ErrorCode::UnusableKey),
        }
    }
}
