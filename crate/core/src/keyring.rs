//! Stored keys, settings and sites: records with a version, read at each start of the background.
//!
//! A record that was written by a newer version, or that is damaged, is left untouched and counted. Nothing here does
//! I/O: the text of records goes in and out.

mod confirmed;
mod record;

use std::collections::BTreeMap;

pub(crate) use self::record::{RecordError, decode, encode};
use crate::agent::SecretPackets;
use crate::cert::{Certificate, Issuer, parse_address};
use crate::policy;
use crate::wire::{Bytes, Confirmation, ErrorCode, Fingerprint, KeyInfo, Reason, Time};
use record::KeyRecord;

/// Where key records are stored: this and the fingerprint.
const KEY_PREFIX: &str = "key/";
/// Where the text of a damaged record is kept when a good one takes its place; of several one after the other, a line each.
const DAMAGED_PREFIX: &str = "damaged/";

/// Addresses in lower case, and the keys that have them.
pub type Addresses = BTreeMap<String, Vec<Fingerprint>>;

/// A stored key.
#[derive(Clone)]
pub struct StoredKey {
    /// The public part.
    pub certificate: Certificate,
    /// The secret part, under a passphrase.
    pub secret: Option<SecretPackets>,
    /// The body of a signature packet that withdraws an own key, made with it.
    pub revocation: Option<Vec<u8>>,
    /// When it was first stored.
    pub added: Time,
    /// Where it came from.
    pub source: Source,
}

/// Where a key came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Made here.
    Generated,
    /// Imported by the user.
    Imported,
}

/// What cannot be read: its text, and whether a newer version wrote it.
struct Unreadable {
    text: String,
    newer: bool,
}

#[cfg(test)]
thread_local! {
    /// How often a certificate was told of a revoker.
    pub(crate) static LESSONS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// All stored keys.
#[derive(Default)]
pub struct Keyring {
    keys: BTreeMap<Fingerprint, StoredKey>,
    /// Designated revokers, here or not, each with a key whose owner named it.
    named: Vec<(Fingerprint, Fingerprint)>,
    unreadable: BTreeMap<String, Unreadable>,
    /// The texts of damaged records whose place a good one took, by its fingerprint or name.
    replaced: BTreeMap<String, String>,
}

impl StoredKey {
    /// Whether its secret part came with it, or was open since: noise that came later makes nobody's key an own one.
    pub fn is_proven(&self) -> bool {
        let secret = self.secret.as_ref();
        secret.is_some_and(SecretPackets::is_any_proven)
    }

    /// A description, without the lock state.
    pub fn info(&self, now: Time) -> KeyInfo {
        KeyInfo {
            secret: self.secret.is_some(),
            has_revocation: self.revocation.is_some(),
            added: Some(self.added),
            ..self.certificate.info(now)
        }
    }
}

impl Keyring {
    /// Takes the records whose name starts with `key/`, and notes what was kept of damaged ones.
    pub fn load<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut keyring = Self::default();
        for (name, text) in entries {
            if let Some(fingerprint) = name.strip_prefix(DAMAGED_PREFIX) {
                let (fingerprint, text) = (fingerprint.to_owned(), text.to_owned());
                keyring.replaced.insert(fingerprint, text);
            }
            let Some(fingerprint) = name.strip_prefix(KEY_PREFIX) else {
                continue;
            };
            match read_record(fingerprint, text) {
                Ok((fingerprint, key)) => keyring.admit(fingerprint, key),
                Err(error) => {
                    let newer = error == RecordError::Newer;
                    let unreadable = Unreadable {
                        text: text.to_owned(),
                        newer,
                    };
                    keyring
                        .unreadable
                        .insert(fingerprint.to_owned(), unreadable);
                }
            }
        }
        keyring
    }

    /// Takes a key in. If its owner named revokers, it hears of those that are here; keys whose owners named this one hear
    /// of it. All others are left alone: with many keys, each that came would otherwise cost a look at every one.
    fn admit(&mut self, fingerprint: Fingerprint, key: StoredKey) {
        let mut lessons = Vec::new();
        for revoker in key.certificate.revokers() {
            if let Some(known) = self.keys.get(&revoker) {
                lessons.push((fingerprint.clone(), known.certificate.clone()));
            }
            let pair = (revoker, fingerprint.clone());
            if !self.named.contains(&pair) {
                self.named.push(pair);
            }
        }
        for (revoker, pupil) in &self.named {
            if *revoker == fingerprint {
                lessons.push((pupil.clone(), key.certificate.clone()));
            }
        }
        self.keys.insert(fingerprint, key);
        for (pupil, revoker) in lessons {
            if let Some(key) = self.keys.get_mut(&pupil) {
                key.certificate.learn([&revoker]);
                #[cfg(test)]
                LESSONS.set(LESSONS.get() + 1);
            }
        }
    }

    /// Records that cannot be read.
    pub fn damaged(&self) -> u32 {
        self.unreadable.len() as u32
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// By the fingerprint of the primary key.
    pub fn get(&self, fingerprint: &Fingerprint) -> Option<&StoredKey> {
        self.keys.get(fingerprint)
    }

    /// A key whose secret part is here.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownKey`], [`ErrorCode::NoSecret`].
    pub fn get_own(
        &self,
        fingerprint: &Fingerprint,
    ) -> Result<(&StoredKey, &SecretPackets), ErrorCode> {
        let key = self.get(fingerprint).ok_or(ErrorCode::UnknownKey)?;
        let secret = key.secret.as_ref().ok_or(ErrorCode::NoSecret)?;
        Ok((key, secret))
    }

    /// With a secret key.
    pub fn own(&self) -> impl Iterator<Item = &StoredKey> {
        self.keys.values().filter(|k| k.secret.is_some())
    }

    /// The public parts of those.
    pub fn own_certificates(&self) -> Vec<&Certificate> {
        self.own().map(|own| &own.certificate).collect()
    }

    /// Without a secret key.
    pub fn contacts(&self) -> impl Iterator<Item = &StoredKey> {
        self.keys.values().filter(|k| k.secret.is_none())
    }

    /// Whose signature one of this issuer may be. Several are possible: key IDs can be forged.
    pub fn signers(&self, issuer: &Issuer) -> impl Iterator<Item = &StoredKey> {
        self.keys
            .values()
            .filter(|k| policy::may_be_by(&k.certificate, issuer))
    }

    /// With a valid user ID of this address.
    pub fn by_address(&self, address: &str, now: Time) -> Vec<&StoredKey> {
        self.keys
            .values()
            .filter(|k| k.certificate.has_address(address, now))
            .collect()
    }

    /// All valid addresses and whose they are.
    pub fn addresses(&self, now: Time) -> Addresses {
        let mut all = Addresses::new();
        for (fingerprint, key) in &self.keys {
            for address in policy::addresses(&key.certificate, now) {
                all.entry(address).or_default().push(fingerprint.clone());
            }
        }
        all
    }

    /// Whether [`Self::put`] would work.
    ///
    /// # Errors
    /// [`ErrorCode::NewerRecord`] when the place holds a record of a newer version.
    pub fn may_put(&self, fingerprint: &Fingerprint) -> Result<(), ErrorCode> {
        match self.unreadable.get(fingerprint.as_str()) {
            Some(Unreadable { newer: true, .. }) => Err(ErrorCode::NewerRecord),
            _ => Ok(()),
        }
    }

    /// Puts a key in. Returns the entries to store, all of them or none.
    ///
    /// # Errors
    /// As [`Self::entries`].
    pub fn put(&mut self, key: StoredKey) -> Result<Vec<(String, String)>, ErrorCode> {
        let entries = self.entries(&key)?;
        self.keep(key);
        Ok(entries)
    }

    /// The entries to store for a key, all of them or none, before [`Self::keep`].
    ///
    /// # Errors
    /// [`ErrorCode::NewerRecord`] when the place holds a record of a newer version; [`ErrorCode::Limit`] for a certificate
    /// that could not be read at the next start, because that costs too much: what is stored must never get lost by that.
    pub fn entries(&self, key: &StoredKey) -> Result<Vec<(String, String)>, ErrorCode> {
        let fingerprint = key.certificate.fingerprint();
        self.may_put(&fingerprint)?;
        let cert = key.certificate.to_bytes();
        Certificate::from_bytes(&cert).map_err(|_| ErrorCode::Limit)?;
        let mut entries = Vec::new();
        if let Some(damaged) = self.unreadable.get(fingerprint.as_str()) {
            entries.push(self.put_aside(fingerprint.as_str(), &damaged.text));
        }
        let record = KeyRecord {
            cert: Bytes(cert),
            secret: key.secret.as_ref().map(|s| Bytes(s.to_bytes().to_vec())),
            revocation: key.revocation.clone().map(Bytes),
            added: key.added,
            source: key.source,
        };
        entries.push((format!("{KEY_PREFIX}{fingerprint}"), encode(&record)));
        Ok(entries)
    }

    /// The entry that keeps the text of a damaged record whose place a good one takes: a key's fingerprint, or another name.
    pub(crate) fn put_aside(&self, name: &str, damaged: &str) -> (String, String) {
        // What was kept before may be the only copy of a secret key. Records have one line each.
        let text = match self.replaced.get(name) {
            Some(before) => format!("{before}\n{damaged}"),
            None => damaged.to_owned(),
        };
        (format!("{DAMAGED_PREFIX}{name}"), text)
    }

    /// Puts a key in whose [`Self::entries`] will be stored.
    pub fn keep(&mut self, key: StoredKey) {
        let fingerprint = key.certificate.fingerprint();
        self.unreadable.remove(fingerprint.as_str());
        self.admit(fingerprint, key);
    }

    /// Takes a key out; the names of what is stored of it. With a secret key goes the damaged record whose place it took,
    /// which may hold the same secret. A contact leaves that where it is: nobody has asked to delete a secret key.
    pub fn remove(&mut self, fingerprint: &Fingerprint) -> Vec<String> {
        let Some(key) = self.keys.remove(fingerprint) else {
            return Vec::new();
        };
        self.named.retain(|(_, pupil)| pupil != fingerprint);
        let damaged = key.secret.map(|_| DAMAGED_PREFIX);
        let places = [KEY_PREFIX].into_iter().chain(damaged);
        places
            .map(|place| format!("{place}{fingerprint}"))
            .collect()
    }

    /// The key for an address: of those that can be encrypted to the newest that the user knows to be the owner's, or where
    /// none is known the newest that was until the own key ended with which it was confirmed, or the newest of all. Whoever gives the
    /// user another key does not get what is written to a known one, nor what would have been until that one came to its end.
    pub fn choose(&self, address: &str, now: Time) -> Choice<'_> {
        let Some(address) = parse_address(address) else {
            return Choice::NoKey;
        };
        let mut usable: Vec<&StoredKey> = Vec::new();
        let mut unusable: Vec<(&StoredKey, Vec<Reason>)> = Vec::new();
        for key in self.by_address(&address, now) {
            match policy::encryption_components(&key.certificate, now) {
                Ok(_) => usable.push(key),
                Err(reasons) => unusable.push((key, reasons)),
            }
        }
        let several = usable.len() > 1;
        let rated = usable.into_iter().map(|key| {
            let confirmation = self.confirmation(key, &address, now);
            let known = confirmation != Confirmation::Unconfirmed;
            let once = !known && self.was_known(key, &address, now);
            (known, once, confirmation, key)
        });
        let best = rated.max_by_key(|(known, once, _, key)| {
            (
                *known,
                *once,
                key.certificate.created(),
                std::cmp::Reverse(key.certificate.fingerprint()),
            )
        });
        if let Some((false, false, ..)) = best {
            unusable.retain(|(key, _)| self.was_known(key, &address, now));
        }
        let newest = unusable
            .into_iter()
            .max_by_key(|(key, _)| key.certificate.created());
        match (best, newest) {
            (Some((false, false, ..)), Some((key, mut reasons))) => {
                reasons.push(Reason::OthersUnconfirmed);
                Choice::Unusable { key, reasons }
            }
            (Some((_, once, confirmation, key)), _) => Choice::Ready {
                key,
                several,
                confirmation,
                once,
            },
            (None, Some((key, reasons))) => Choice::Unusable { key, reasons },
            (None, None) => Choice::NoKey,
        }
    }
}

/// What there is for an address.
pub enum Choice<'a> {
    /// This one.
    Ready {
        /// The chosen.
        key: &'a StoredKey,
        /// There are other usable ones.
        several: bool,
        /// Whether the user knows that it belongs to who has this address.
        confirmation: Confirmation,
        /// They knew it until the own key ended with which it was confirmed.
        once: bool,
    },
    /// Only ones that cannot be used; the newest of them. Or one that the user knows, and that has come to its end.
    Unusable {
        /// This one.
        key: &'a StoredKey,
        /// Why not.
        reasons: Vec<Reason>,
    },
    /// None.
    NoKey,
}

fn read_record(name: &str, text: &str) -> Result<(Fingerprint, StoredKey), RecordError> {
    let record: KeyRecord = decode(text)?;
    let certificate = Certificate::from_stored(&record.cert.0).map_err(|_| RecordError::Damaged)?;
    let fingerprint = certificate.fingerprint();
    if fingerprint.as_str() != name {
        return Err(RecordError::Damaged);
    }
    let secret = match record.secret {
        Some(bytes) => Some(SecretPackets::from_bytes(&bytes.0).map_err(|_| RecordError::Damaged)?),
        None => None,
    };
    let key = StoredKey {
        certificate,
        secret,
        revocation: record.revocation.map(|r| r.0),
        added: record.added,
        source: record.source,
    };
    Ok((fingerprint, key))
}
