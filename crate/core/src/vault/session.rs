//! What lives as long as the browser session: tickets, views, staged imports, unlock requests. Kept in
//! `storage.session`, so that it survives the background.

use std::collections::BTreeMap;

use rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};

use crate::keyring::{decode, encode};
use crate::limits;
use crate::tree::tagged;
use crate::wire::host::{Area, Effect};
use crate::wire::{Bytes, Fingerprint, Form, Target, Time, Wanted};

/// Seconds for which operations are counted together.
pub(super) const MINUTE: u32 = 60;
/// Names of entries start with this: the host may keep things of its own in the same place.
const PREFIX: &str = "vault/";

/// An entry with its time: of making, or of the last use.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) at: Time,
    pub(super) item: Item,
}

tagged! {
    "is"
    /// What is remembered.
    #[derive(Clone, Debug, Serialize)]
    pub(super) enum Item {
        /// The vault has seen this browser session before.
        Started {},
        /// Issued to a content script, not claimed yet. Without a form it is for a composer.
        Ticket {
            form: Option<Form>,
            proof: String,
            target: Target,
        },
        /// A claimed view: an extension frame, with what it did in the current minute.
        View {
            document: Option<String>,
            minute: Time,
            operations: u32,
        },
        /// Operations of private keys that all views of a tab caused in the minute that began with this entry. By itself:
        /// views go and come again as the page likes.
        Operations { count: u32 },
        /// A key block that waits for the key manager.
        Staged { data: Bytes },
        /// A key that is to be looked for.
        Lookup { wanted: Wanted },
        /// A frame whose message waits for a password.
        Password { frame: Target },
        /// Keys of which one shall be unlocked.
        Unlock { keys: Vec<Fingerprint> },
    }
}

impl Entry {
    fn is_over(&self, now: Time) -> bool {
        let age = match self.item {
            Item::Started {} => return false,
            Item::Ticket { .. } => limits::TICKET_AGE,
            Item::View { .. } => limits::VIEW_AGE,
            Item::Operations { .. } => MINUTE,
            Item::Staged { .. } | Item::Lookup { .. } => limits::STAGED_AGE,
            Item::Unlock { .. } | Item::Password { .. } => limits::UNLOCK_REQUEST_AGE,
        };
        // A clock that was put back must not make things last for ever.
        now >= self.at.saturating_add(age) || self.at > now.saturating_add(limits::CLOCK_SKEW)
    }
}

/// All entries by name.
#[derive(Default)]
pub(super) struct Session(BTreeMap<String, Entry>);

impl Session {
    /// Takes what is stored; what is over or unreadable is removed.
    pub(super) fn load(stored: &[(String, String)], now: Time, effects: &mut Vec<Effect>) -> Self {
        let mut session = Self::default();
        let mut gone = Vec::new();
        for (key, text) in stored {
            let Some(name) = key.strip_prefix(PREFIX) else {
                continue;
            };
            match decode::<Entry>(text) {
                Ok(entry) if !entry.is_over(now) => {
                    session.0.insert(name.to_owned(), entry);
                }
                _ => gone.push(key.clone()),
            }
        }
        if !gone.is_empty() {
            effects.push(Effect::Remove {
                area: Area::Session,
                keys: gone,
            });
        }
        session
    }

    /// An entry that is not over.
    pub(super) fn get(&self, name: &str, now: Time) -> Option<&Entry> {
        self.0.get(name).filter(|e| !e.is_over(now))
    }

    /// Entries whose name starts with `prefix` and that are not over.
    pub(super) fn with<'a>(
        &'a self,
        prefix: &'a str,
        now: Time,
    ) -> impl Iterator<Item = (&'a str, &'a Entry)> {
        self.0
            .iter()
            .filter(move |(name, e)| name.starts_with(prefix) && !e.is_over(now))
            .map(|(name, e)| (name.as_str(), e))
    }

    pub(super) fn put(&mut self, name: &str, entry: Entry, effects: &mut Vec<Effect>) {
        let entries = vec![(format!("{PREFIX}{name}"), encode(&entry))];
        effects.push(Effect::Store {
            area: Area::Session,
            entries,
        });
        self.0.insert(name.to_owned(), entry);
    }

    pub(super) fn remove(&mut self, names: Vec<String>, effects: &mut Vec<Effect>) {
        let gone: Vec<_> = names
            .into_iter()
            .filter(|name| self.0.remove(name).is_some())
            .collect();
        if !gone.is_empty() {
            let keys = gone.iter().map(|name| format!("{PREFIX}{name}")).collect();
            effects.push(Effect::Remove {
                area: Area::Session,
                keys,
            });
        }
    }

    /// Removes what is over, and the oldest with this prefix until fewer than `most` are left.
    pub(super) fn make_room(
        &mut self,
        prefix: &str,
        most: usize,
        now: Time,
        effects: &mut Vec<Effect>,
    ) {
        let mut gone: Vec<_> = self
            .0
            .iter()
            .filter(|(_, e)| e.is_over(now))
            .map(|(name, _)| name.clone())
            .collect();
        let mut left: Vec<_> = self
            .with(prefix, now)
            .map(|(name, e)| (e.at, name.to_owned()))
            .collect();
        left.sort();
        let excess = (left.len() + 1).saturating_sub(most);
        gone.extend(left.into_iter().take(excess).map(|(_, name)| name));
        self.remove(gone, effects);
    }
}

/// 128 random bits as hexadecimal digits.
pub(super) fn random_name<R: RngCore + CryptoRng>(rng: &mut R) -> String {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    format!("{:032x}", u128::from_be_bytes(bytes))
}
