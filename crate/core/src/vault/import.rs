//! Importing keys: preview first, then what the user chose.

use std::collections::{BTreeMap, BTreeSet};

use pgp::packet::SignatureType;
use rand::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::caller::Caller;
use super::keys::check_passphrase;
use super::session::{Entry, Item, random_name};
use super::views::window;
use super::{Answered, Denied, Vault, store};
use crate::agent::{self, SecretPackets};
use crate::cert::{Certificate, Issuer, ReadKey, ReadKeys, Work};
use crate::keyring::{Addresses, Source, StoredKey};
use crate::limits::{self, Capacity};
use crate::policy;
use crate::wire::host::Effect;
use crate::wire::{
    Bytes, ErrorCode, Fingerprint, ImportOutcome, ImportPreview, KeyInfo, Secret, SkippedKey, Time,
    UiReply, WantedPassphrase,
};

/// What an import is about.
struct Read {
    keys: Vec<(ReadKey, KeyInfo)>,
    skipped: Vec<SkippedKey>,
    /// What merging with stored keys may still take.
    work: Work,
}

/// What was said beside the data of an import.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) passphrase: Option<&'a Secret>,
    /// What it opens takes the place of what is stored.
    pub(super) replace: bool,
    /// The passphrase of what is stored, where the other one does not open all of it.
    pub(super) stored: Option<&'a Secret>,
    /// What that other one does not open keeps its own.
    pub(super) apart: bool,
    /// When a key was stored that comes back as it was.
    pub(super) added: Option<Time>,
}

impl Vault {
    pub(super) fn stage_import<R: RngCore + CryptoRng>(
        &mut self,
        caller: &Caller,
        data: Bytes,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        self.needs_view(caller, now)?;
        if data.0.len() > limits::MAX_STAGED {
            return Err(Denied::limit(limits::MAX_STAGED as u32));
        }
        let data = public_only(data);
        let id = random_name(rng);
        self.session
            .make_room("staged/", limits::MAX_STAGED_COUNT, now, effects);
        let item = Item::Staged { data };
        self.session
            .put(&format!("staged/{id}"), Entry { at: now, item }, effects);
        // The page of keys has several places: the fragment names one of them.
        effects.push(window("keys.html", &format!("import={id}"), 760, 720));
        Ok(UiReply::Done {})
    }

    pub(super) fn staged(&self, id: &str, now: Time) -> Answered {
        match self
            .session
            .get(&format!("staged/{id}"), now)
            .map(|e| &e.item)
        {
            Some(Item::Staged { data }) => Ok(UiReply::Staged { data: data.clone() }),
            _ => Err(ErrorCode::BadTicket.into()),
        }
    }

    /// Reads what could be imported: the keys and their descriptions, and what has to be left out.
    fn read(&self, data: &[u8], back: bool, now: Time) -> Read {
        let mut found = Certificate::read_update(data, |issuer| self.primary_keys(issuer));
        let described = found.describe(now);
        let ReadKeys {
            keys,
            mut skipped,
            work,
        } = found;
        let mut good = Vec::new();
        for (mut key, info) in keys.into_iter().zip(described) {
            let fingerprint = key.certificate.fingerprint();
            let known = self.keyring.get(&fingerprint);
            let mut skip = |error| {
                skipped.push(SkippedKey {
                    fingerprint: Some(fingerprint.clone()),
                    error,
                })
            };
            // Updates come without user IDs from some key servers; for keys that are here, or were, that is enough.
            if known.is_none() && !back && !policy::has_valid_user_id(&key.certificate, now) {
                skip(ErrorCode::NoUserId);
                continue;
            }
            if let Some(error) = key.lost {
                skip(error);
            }
            // Secrets of keys that are not the owner's open nothing, and could keep the others closed.
            if let Some(secret) = &mut key.secret {
                let mut bound = policy::bound_keys(&key.certificate);
                bound.extend(
                    known
                        .into_iter()
                        .flat_map(|k| policy::bound_keys(&k.certificate)),
                );
                if secret.keep_only(&bound) {
                    skip(ErrorCode::MismatchedKey);
                }
            }
            key.secret = key.secret.filter(|secret| !secret.is_empty());
            // A secret part that cannot be used does not keep the public part out.
            if let Some(Err(error)) = key.secret.as_ref().map(SecretPackets::check) {
                skip(error.code());
                key.secret = None;
            }
            good.push((key, info));
        }
        Read {
            keys: good,
            skipped,
            work,
        }
    }

    /// The bodies of the packets of all stored primary keys that `issuer` may be.
    fn primary_keys(&self, issuer: &Issuer) -> Vec<Vec<u8>> {
        let stored = self.keyring.own().chain(self.keyring.contacts());
        let primary = stored.map(|stored| &stored.certificate.primary);
        primary
            .filter(|primary| issuer.matches(&primary.key))
            .map(|primary| primary.body.clone())
            .collect()
    }

    pub(super) fn preview_import(&self, data: &[u8], now: Time) -> UiReply {
        let Read {
            keys,
            skipped,
            mut work,
        } = self.read(data, false, now);
        let own = self.keyring.own_certificates();
        // Looked up once: an import can have as many addresses as fit into it.
        let addresses = self.keyring.addresses(now);
        let keys = keys
            .into_iter()
            .map(|(key, info)| self.preview(&key, info, &addresses, &own, now, &mut work))
            .collect();
        UiReply::Preview { keys, skipped }
    }

    fn preview(
        &self,
        key: &ReadKey,
        info: KeyInfo,
        addresses: &Addresses,
        own: &[&Certificate],
        now: Time,
        work: &mut Work,
    ) -> ImportPreview {
        let fingerprint = key.certificate.fingerprint();
        let stored = self.keyring.get(&fingerprint);
        let mut same_address: Vec<Fingerprint> = Vec::new();
        for address in policy::addresses(&key.certificate, now) {
            for other in addresses.get(&address).into_iter().flatten() {
                if *other != fingerprint && !same_address.contains(other) {
                    same_address.push(other.clone());
                }
            }
        }
        let (mut news, mut revokes) = (true, false);
        let (mut other_secret, mut lacks_parts) = (false, false);
        let in_clear = key
            .secret
            .as_ref()
            .is_some_and(SecretPackets::has_unprotected);
        let mut passphrase = wanted_passphrase(key.secret.as_ref(), None);
        // Where it fails, importing it will say what is wrong.
        if let Some(stored) = stored
            && let Ok((certificate, all)) = self.combine(stored, key, own, work)
        {
            passphrase = wanted_passphrase(all.as_ref(), stored.secret.as_ref());
            let (secret, have) = (key.secret.as_ref(), stored.secret.as_ref());
            let grows = certificate.to_bytes() != stored.certificate.to_bytes();
            news = grows || secret.is_some_and(|new| new.adds_to(have));
            let mut signatures = key.certificate.primary.signatures.iter();
            revokes = grows
                && signatures.any(|s| s.typ() == Some(SignatureType::KeyRevocation))
                && policy::withdraws(&stored.certificate, &certificate, now);
            other_secret = secret
                .zip(have)
                .is_some_and(|(new, have)| new.differs_from(have));
            lacks_parts = secret
                .zip(have)
                .is_some_and(|(new, have)| new.lacks_parts_of(have));
        }
        ImportPreview {
            known: stored.is_some(),
            news,
            revokes,
            other_secret,
            lacks_parts,
            in_clear,
            passphrase,
            same_address,
            key: KeyInfo {
                secret: key.secret.is_some(),
                ..info
            },
        }
    }

    pub(super) fn import<R: RngCore + CryptoRng>(
        &mut self,
        data: &[u8],
        accept: &[Fingerprint],
        given: Given<'_>,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        let Read { keys, mut work, .. } = self.read(data, given.added.is_some(), now);
        let found: BTreeMap<_, _> = keys
            .iter()
            .map(|(key, _)| (key.certificate.fingerprint(), key))
            .collect();
        let (mut chosen, mut seen) = (Vec::new(), BTreeSet::new());
        for fingerprint in accept.iter().filter(|f| seen.insert(*f)) {
            chosen.push(*found.get(fingerprint).ok_or(ErrorCode::UnknownKey)?);
        }
        let new = seen
            .iter()
            .filter(|f| self.keyring.get(f).is_none())
            .count();
        if self.keyring.len() + new > limits::MAX_STORED_KEYS {
            return Err(Denied::limit(limits::MAX_STORED_KEYS as u32));
        }
        let own = self.keyring.own_certificates();
        // Everything is computed before anything changes: all or none is imported.
        let mut results = Vec::new();
        for key in chosen {
            let stored = self.keyring.get(&key.certificate.fingerprint());
            let (certificate, mut secret) = match stored {
                Some(stored) => self.combine(stored, key, &own, &mut work)?,
                None => (key.certificate.clone(), key.secret.clone()),
            };
            let kept = stored.and_then(|s| s.secret.as_ref());
            let wanted = wanted_passphrase(secret.as_ref(), kept);
            if let Some(clear) = secret.as_ref().filter(|s| s.has_unprotected()) {
                let fresh = wanted == WantedPassphrase::Fresh || given.replace;
                secret = Some(self.protected(&certificate, clear, fresh, given, rng)?);
            }
            if let (WantedPassphrase::Stored, Some(kept), Some(all), false) =
                (wanted, kept, &secret, given.replace)
            {
                secret = Some(self.under_one(&certificate, all, kept, given, rng)?);
            }
            if let (true, Some(all), Some(new)) = (given.replace, &secret, &key.secret) {
                secret = Some(self.replaced(&certificate, all, new, given, rng)?);
            }
            let result = StoredKey {
                certificate,
                secret,
                revocation: stored.and_then(|s| s.revocation.clone()),
                added: stored.map_or(given.added.unwrap_or(now), |s| s.added),
                source: stored.map_or(Source::Imported, |s| s.source),
            };
            let changed = stored.is_some_and(|stored| {
                stored.certificate.to_bytes() != result.certificate.to_bytes()
                    || secret_bytes(Some(stored)) != secret_bytes(Some(&result))
            });
            results.push((result, stored.is_none(), changed));
        }
        self.keep_imported(results, now, effects)
    }

    /// With those parts that stand in clear under the passphrase that was given.
    fn protected<R: RngCore + CryptoRng>(
        &self,
        certificate: &Certificate,
        secret: &SecretPackets,
        fresh: bool,
        given: Given<'_>,
        rng: &mut R,
    ) -> Result<SecretPackets, Denied> {
        let passphrase = given.passphrase.ok_or(ErrorCode::NeedsPassphrase)?;
        if fresh && secret.has_unprotected() {
            check_passphrase(passphrase)?;
        }
        let made = agent::protect_new(certificate, secret, passphrase, self.protection, rng)?;
        Ok(made)
    }

    /// `all` that is to be stored, opened with the passphrase of what was `kept`: what comes to a key must have the same one.
    fn under_one<R: RngCore + CryptoRng>(
        &self,
        certificate: &Certificate,
        all: &SecretPackets,
        kept: &SecretPackets,
        given: Given<'_>,
        rng: &mut R,
    ) -> Result<SecretPackets, Denied> {
        let passphrase = given.passphrase.ok_or(ErrorCode::NeedsPassphrase)?;
        let opened = agent::unlock(certificate, all, passphrase, self.protection, rng)?;
        if !kept.is_any_opened(&opened.unlocked) {
            return Err(ErrorCode::WrongPassphrase.into());
        }
        let all = opened.renewed.unwrap_or_else(|| all.clone());
        match all.adds_closed(kept, &opened.unlocked) {
            true => Err(ErrorCode::OtherPassphrase.into()),
            false => Ok(all),
        }
    }

    /// What is `stored`, with those parts under the passphrase that was given that it opens in `new`: opened, they have proved
    /// to be the same keys. With them go the parts that the passphrase of what is stored opens, for a key should have one.
    fn replaced<R: RngCore + CryptoRng>(
        &self,
        certificate: &Certificate,
        stored: &SecretPackets,
        new: &SecretPackets,
        given: Given<'_>,
        rng: &mut R,
    ) -> Result<SecretPackets, Denied> {
        let new = self.protected(certificate, new, true, given, rng)?;
        let (passphrase, protection) = (given.passphrase, self.protection);
        let passphrase = passphrase.ok_or(ErrorCode::NeedsPassphrase)?;
        let mut open = agent::unlock(certificate, &new, passphrase, protection, rng)?.unlocked;
        // Parts that are not in the file may have the same passphrase, whoever says what.
        for passphrase in [Some(passphrase), given.stored].into_iter().flatten() {
            if !open.closed(certificate, stored).is_empty()
                && let Ok(more) = agent::unlock(certificate, stored, passphrase, protection, rng)
            {
                open.join(more.unlocked);
            }
        }
        if !given.apart && !open.closed(certificate, stored).is_empty() {
            return Err(ErrorCode::OtherPassphrase.into());
        }
        let all = agent::protect(stored, &open, Some(passphrase), protection, rng)?;
        Ok(all)
    }

    fn keep_imported(
        &mut self,
        results: Vec<(StoredKey, bool, bool)>,
        now: Time,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        let mut entries = Vec::new();
        for (key, new, changed) in &results {
            match *new || *changed {
                true => entries.extend(self.keyring.entries(key)?),
                false => self.keyring.may_put(&key.certificate.fingerprint())?,
            }
        }
        let (mut outcomes, mut closing) = (Vec::new(), Vec::new());
        for (key, new, changed) in results {
            if new || changed {
                let fingerprint = key.certificate.fingerprint();
                // What stands open would not have the parts that came: their messages would be said to be for nobody here.
                if secret_bytes(self.keyring.get(&fingerprint)) != secret_bytes(Some(&key)) {
                    self.close(&fingerprint, &mut closing);
                }
                self.keyring.keep(key.clone());
            }
            outcomes.push(ImportOutcome {
                key: self.describe(&key, now),
                new,
                changed,
            });
        }
        if !entries.is_empty() {
            effects.push(Effect::Pulse {});
            // First what stands open: were the background stopped after the other, the next start would open it again.
            effects.extend(closing);
            effects.push(store(entries));
        }
        Ok(UiReply::Imported { outcomes })
    }

    /// What is stored and what came, together. A stored secret part is never replaced by another, unless it came later than
    /// the key and no passphrase has opened it yet.
    pub(super) fn combine(
        &self,
        stored: &StoredKey,
        new: &ReadKey,
        own: &[&Certificate],
        work: &mut Work,
    ) -> Result<(Certificate, Option<SecretPackets>), Denied> {
        let certificates = [&stored.certificate, &new.certificate];
        let revokers = certificates.iter().flat_map(|c| c.revokers());
        let known: Vec<_> = revokers
            .filter_map(|revoker| self.keyring.get(&revoker))
            .map(|key| &key.certificate)
            .collect();
        let certificate = stored
            .certificate
            .merge_within(&new.certificate, own, &known, work)
            .map_err(|e| Denied::from(e.code()))?;
        let secret = match (&stored.secret, &new.secret) {
            (have, Some(more)) => {
                let all = more.behind(have.as_ref());
                // Together they could be more than can ever be opened at once.
                if more.adds_to(have.as_ref()) {
                    all.check_cost(Capacity::BROWSER)?;
                }
                Some(all)
            }
            (have, None) => have.clone(),
        };
        Ok((certificate, secret))
    }
}

/// The passphrase that is needed to store `all`, which comes to what was `stored`. Parts in clear get that of the others, and those
/// that have one must have the same: a key under two passphrases is opened by none of them.
fn wanted_passphrase(
    all: Option<&SecretPackets>,
    stored: Option<&SecretPackets>,
) -> WantedPassphrase {
    match (all, stored.filter(|stored| stored.is_any_proven())) {
        (Some(all), Some(stored)) if all.adds_to(Some(stored)) => WantedPassphrase::Stored,
        (Some(all), _) if all.has_unprotected() => WantedPassphrase::Fresh,
        _ => WantedPassphrase::None,
    }
}

/// The secret parts of a key, if there are any.
fn secret_bytes(key: Option<&StoredKey>) -> Option<Zeroizing<Vec<u8>>> {
    key?.secret.as_ref().map(SecretPackets::to_bytes)
}

/// What comes out of a page or a mail brings keys of others, in whatever window that is read. A secret key among them would be
/// taken for one of the user's own, whose holder reads drafts and copies of what is sent: own keys are imported from files that
/// are chosen for that, or pasted.
fn public_only(data: Bytes) -> Bytes {
    let found = Certificate::read_many(&data.0).keys;
    match found.iter().any(|key| key.secret.is_some()) {
        false => data,
        true => Bytes(
            found
                .iter()
                .flat_map(|key| key.certificate.to_bytes())
                .collect(),
        ),
    }
}
