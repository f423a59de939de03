//! Unlocked keys: how long, and how they survive the background.

use std::collections::BTreeMap;

use rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::session::{Entry, Item, random_name};
use super::views::window;
use super::{Answered, Vault, store};
use crate::agent::{self, Unlocked};
use crate::keyring::{Keyring, StoredKey, decode, encode};
use crate::limits;
use crate::wire::host::Effect;
use crate::wire::{ErrorCode, Fingerprint, Secret, Settings, Time, UiReply};

/// Seconds by which a time must grow before it is written again.
const REWRITE_AFTER: u32 = 30;

/// The open keys.
#[derive(Default)]
pub(super) struct Lock {
    open: BTreeMap<Fingerprint, Unlocked>,
    /// When they lock; `None` until the browser closes. Never later than what the host was told.
    until: Option<Time>,
    /// When their owner last did what no page can do alone: unlock, sign, set the time.
    acted: Time,
}

/// What the host keeps, wrapped.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Blob {
    until: Option<Time>,
    acted: Time,
    keys: Vec<(Fingerprint, Secret)>,
}

impl Lock {
    pub(super) fn load(
        remembered: Option<&Secret>,
        keyring: &Keyring,
        settings: &Settings,
        now: Time,
        effects: &mut Vec<Effect>,
    ) -> Self {
        let Some(remembered) = remembered else {
            return Self::default();
        };
        let mut lock = Self::default();
        if let Ok(blob) = decode::<Blob>(remembered.expose()) {
            (lock.until, lock.acted) = (blob.until, blob.acted);
            if !lock.is_over(settings, now) {
                for (fingerprint, secret) in blob.keys {
                    let key = keyring.get(&fingerprint).filter(|k| k.secret.is_some());
                    let open = key.and_then(|k| Unlocked::from_blob(&k.certificate, &secret).ok());
                    lock.open.extend(open.map(|open| (fingerprint, open)));
                }
            }
        }
        if lock.open.is_empty() {
            lock.until = None;
            // They were open, and nobody was there to tell that they no longer are.
            effects.extend([
                Effect::Forget {},
                Effect::Pulse {},
                Effect::Alarm { at: None },
            ]);
        } else if let Some(at) = lock.until {
            effects.push(Effect::Alarm { at: Some(at) });
        }
        lock
    }

    pub(super) fn until(&self) -> Option<Time> {
        self.until.filter(|_| !self.open.is_empty())
    }

    pub(super) fn get(&self, fingerprint: &Fingerprint) -> Option<&Unlocked> {
        self.open.get(fingerprint)
    }

    pub(super) fn open(&self) -> impl Iterator<Item = &Unlocked> + Clone {
        self.open.values()
    }

    pub(super) fn fingerprints(&self) -> impl Iterator<Item = &Fingerprint> {
        self.open.keys()
    }

    fn is_over(&self, settings: &Settings, now: Time) -> bool {
        let Some(until) = self.until else {
            // Stopped after a time was set and before it was remembered with the keys.
            return settings.auto_lock_minutes > 0;
        };
        // A clock that was put back must not keep keys open.
        let latest = now.saturating_add(settings.auto_lock_minutes.saturating_mul(60));
        until <= now || until > latest.saturating_add(limits::CLOCK_SKEW)
    }

    fn remember(&self) -> Vec<Effect> {
        let keys = self
            .open
            .iter()
            .filter_map(|(f, open)| Some((f.clone(), open.to_blob().ok()?)));
        let blob = Blob {
            until: self.until,
            acted: self.acted,
            keys: keys.collect(),
        };
        vec![
            Effect::Remember {
                blob: Secret::new(encode(&blob)),
                until: self.until,
            },
            Effect::Alarm { at: self.until },
        ]
    }
}

fn has_grown(old: Time, new: Time) -> bool {
    new >= old.saturating_add(REWRITE_AFTER)
}

impl Vault {
    /// Locks when the time is over.
    pub(super) fn expire(&mut self, now: Time, effects: &mut Vec<Effect>) {
        if !self.lock.open.is_empty() && self.lock.is_over(&self.config.settings, now) {
            self.lock_now(effects);
        }
    }

    pub(super) fn lock_now(&mut self, effects: &mut Vec<Effect>) {
        self.lock = Lock::default();
        // Nor does a password wait any longer for a frame that may come back.
        self.passwords.clear();
        // The pulse first: whoever hears it is answered when all is done, and hears it whatever becomes of the rest.
        effects.extend([
            Effect::Pulse {},
            Effect::Forget {},
            Effect::Alarm { at: None },
        ]);
    }

    fn lock_time(&self, now: Time) -> Option<Time> {
        let minutes = self.config.settings.auto_lock_minutes;
        (minutes > 0).then(|| now.saturating_add(minutes.saturating_mul(60)))
    }

    /// The parts of an own key that stands open which are not: another passphrase opens them.
    pub(super) fn closed(&self, key: &StoredKey) -> Vec<Fingerprint> {
        let open = self.lock.get(&key.certificate.fingerprint());
        open.zip(key.secret.as_ref())
            .map(|(open, secret)| open.closed(&key.certificate, secret))
            .unwrap_or_default()
    }

    /// A key was opened. What another passphrase opened of it stays so.
    pub(super) fn opened(&mut self, mut unlocked: Unlocked, now: Time, effects: &mut Vec<Effect>) {
        if let Some(before) = self.lock.open.remove(unlocked.certificate()) {
            unlocked.join(before);
        }
        self.lock
            .open
            .insert(unlocked.certificate().clone(), unlocked);
        self.begin(now, effects);
    }

    /// Their owner acted: the time starts again.
    fn begin(&mut self, now: Time, effects: &mut Vec<Effect>) {
        self.lock.until = self.lock_time(now);
        self.lock.acted = now;
        effects.extend(self.lock.remember());
    }

    /// A private key signed, which its owner has asked for. Not every single use is written.
    pub(super) fn signed(&mut self, now: Time, effects: &mut Vec<Effect>) {
        if self.lock.until.is_some() && has_grown(self.lock.acted, now) {
            self.begin(now, effects);
        }
    }

    /// A private key deciphered: the time starts again, but not without end. Readers open what a page shows by themselves,
    /// and a page could show something for ever.
    pub(super) fn deciphered(&mut self, now: Time, effects: &mut Vec<Effect>) {
        let Some(until) = self.lock_time(now) else {
            return;
        };
        let minutes = self.config.settings.auto_lock_minutes;
        let longest = minutes.saturating_mul(60).max(limits::MAX_READING_TIME);
        let until = until.min(self.lock.acted.saturating_add(longest));
        if self.lock.until.is_some_and(|old| has_grown(old, until)) {
            self.lock.until = Some(until);
            effects.extend(self.lock.remember());
        }
    }

    /// The setting changed.
    pub(super) fn retime(&mut self, now: Time, effects: &mut Vec<Effect>) {
        if !self.lock.open.is_empty() {
            self.begin(now, effects);
        }
    }

    /// A key is no longer there. The pulse is to come before, as when all are locked.
    pub(super) fn close(&mut self, fingerprint: &Fingerprint, effects: &mut Vec<Effect>) {
        if self.lock.open.remove(fingerprint).is_some() {
            if self.lock.open.is_empty() {
                self.lock = Lock::default();
                effects.extend([Effect::Forget {}, Effect::Alarm { at: None }]);
            } else {
                effects.extend(self.lock.remember());
            }
        }
    }

    pub(super) fn request_unlock<R: RngCore + CryptoRng>(
        &mut self,
        caller: &Caller,
        keys: Vec<Fingerprint>,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        self.needs_view(caller, now)?;
        let own = |f: &Fingerprint| self.keyring.get(f).is_some_and(|k| k.secret.is_some());
        let mut wanted: Vec<_> = keys
            .into_iter()
            .filter(|f| own(f))
            .take(limits::MAX_ISSUERS)
            .collect();
        if wanted.is_empty() {
            wanted.extend(self.default_own(now).map(|k| k.certificate.fingerprint()));
        }
        if wanted.is_empty() {
            return Err(ErrorCode::NoKey.into());
        }
        let same = |e: &Entry| matches!(&e.item, Item::Unlock { keys } if *keys == wanted);
        let known = self.session.with("unlock/", now).find(|(_, e)| same(e));
        let id = match known.and_then(|(name, _)| name.strip_prefix("unlock/")) {
            Some(id) => id.to_owned(),
            None => {
                let id = random_name(rng);
                self.session
                    .make_room("unlock/", limits::MAX_UNLOCK_REQUESTS, now, effects);
                let item = Item::Unlock { keys: wanted };
                self.session
                    .put(&format!("unlock/{id}"), Entry { at: now, item }, effects);
                id
            }
        };
        effects.push(window("unlock.html", &id, 460, 420));
        Ok(UiReply::Done {})
    }

    pub(super) fn unlock_request(&self, id: &str, now: Time) -> Answered {
        match self
            .session
            .get(&format!("unlock/{id}"), now)
            .map(|e| &e.item)
        {
            Some(Item::Unlock { keys }) => {
                let keys = keys.iter().filter_map(|f| self.keyring.get(f));
                Ok(UiReply::UnlockRequest {
                    keys: keys.map(|k| self.describe(k, now)).collect(),
                })
            }
            _ => Err(ErrorCode::BadTicket.into()),
        }
    }

    pub(super) fn unlock<R: RngCore + CryptoRng>(
        &mut self,
        fingerprint: &Fingerprint,
        passphrase: &Secret,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        let (key, secret) = self.keyring.get_own(fingerprint)?;
        let opened = agent::unlock(&key.certificate, secret, passphrase, self.protection, rng)?;
        if let Some(renewed) = opened.renewed {
            let key = StoredKey {
                secret: Some(renewed),
                ..key.clone()
            };
            effects.push(store(self.keyring.put(key)?));
        }
        self.opened(opened.unlocked, now, effects);
        // As long as a part has another passphrase, its window asks for that one too.
        let key = self.keyring.get(fingerprint);
        if key.is_none_or(|key| self.closed(key).is_empty()) {
            let asks =
                |e: &Entry| matches!(&e.item, Item::Unlock { keys } if keys.contains(fingerprint));
            let done = self.session.with("unlock/", now);
            let done: Vec<_> = done
                .filter(|(_, e)| asks(e))
                .map(|(name, _)| name.to_owned())
                .collect();
            self.session.remove(done, effects);
        }
        effects.push(Effect::Pulse {});
        Ok(UiReply::Done {})
    }
}
