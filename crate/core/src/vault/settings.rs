//! Settings and sites.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::session::{Entry, Item};
use super::{Answered, Denied, Vault, store};
use crate::keyring::{RecordError, decode, encode};
use crate::limits;
use crate::wire::host::Effect;
use crate::wire::{ErrorCode, Settings, SettingsChange, Time, UiReply};

const SETTINGS: &str = "settings";
const SITES: &str = "sites";

/// What the user set.
pub(super) struct Config {
    pub(super) settings: Settings,
    pub(super) sites: BTreeSet<String>,
    unread_settings: Option<Unread>,
    unread_sites: Option<Unread>,
}

/// A record that cannot be read.
enum Unread {
    /// By a newer version, which will want it back: nothing is written over it.
    Newer,
    /// Its text, which is kept when another takes its place.
    Damaged(String),
}

impl Unread {
    fn new(error: RecordError, text: &str) -> Self {
        match error {
            RecordError::Newer => Self::Newer,
            RecordError::Damaged => Self::Damaged(text.to_owned()),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsRecord {
    settings: Settings,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SitesRecord {
    origins: BTreeSet<String>,
}

/// What holds until the user sets something: keys stay open for half an hour.
fn defaults() -> Settings {
    Settings {
        auto_lock_minutes: 30,
        encrypt_to_self: true,
        selection_button: true,
        sign_by_default: true,
        default_key: None,
        check_spelling: None,
    }
}

impl Config {
    pub(super) fn load<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut config = Self {
            settings: defaults(),
            sites: BTreeSet::new(),
            unread_settings: None,
            unread_sites: None,
        };
        for (name, text) in entries {
            match name {
                SETTINGS => match decode::<SettingsRecord>(text) {
                    Ok(record) => config.settings = record.settings,
                    Err(error) => config.unread_settings = Some(Unread::new(error, text)),
                },
                SITES => match decode::<SitesRecord>(text) {
                    // A record that somebody else wrote gives no site more than this program would.
                    Ok(record) => {
                        config.sites = record.origins.into_iter().filter(|o| is_site(o)).collect()
                    }
                    Err(error) => config.unread_sites = Some(Unread::new(error, text)),
                },
                _ => {}
            }
        }
        config
    }

    fn damaged(&self) -> u32 {
        u32::from(self.unread_settings.is_some()) + u32::from(self.unread_sites.is_some())
    }

    fn sites_effect(&self) -> Effect {
        Effect::Sites {
            origins: self.sites.iter().cloned().collect(),
        }
    }
}

impl Vault {
    /// At the first start in a browser session the content scripts are set up; later starts leave them alone, and so does one
    /// that cannot read which sites there are: what a site loses then, no later version could give it back.
    pub(super) fn first_start(&mut self, now: Time, effects: &mut Vec<Effect>) {
        if self.session.get("started", now).is_none() {
            if self.config.unread_sites.is_none() {
                effects.push(self.config.sites_effect());
            }
            self.session.put(
                "started",
                Entry {
                    at: now,
                    item: Item::Started {},
                },
                effects,
            );
        }
    }

    pub(super) fn status(&self) -> UiReply {
        UiReply::Status {
            unlocked: self.lock.fingerprints().cloned().collect(),
            locks_at: self.lock.until(),
            own_keys: self.keyring.own().count() as u32,
            contacts: self.keyring.contacts().count() as u32,
            settings: self.config.settings.clone(),
            sites: self.config.sites.iter().cloned().collect(),
            damaged: self.keyring.damaged() + self.config.damaged() + self.emblem.damaged(),
        }
    }

    pub(super) fn set_settings(
        &mut self,
        change: SettingsChange,
        now: Time,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        if matches!(self.config.unread_settings, Some(Unread::Newer)) {
            return Err(ErrorCode::NewerRecord.into());
        }
        let old = &self.config.settings;
        // The key that is set may be gone or unreadable: that must not stand in the way of anything else.
        if let Some(key) = &change.default_key {
            self.keyring
                .get_own(key)
                .map_err(|_| ErrorCode::UnknownKey)?;
        }
        let settings = Settings {
            auto_lock_minutes: change.auto_lock_minutes.unwrap_or(old.auto_lock_minutes),
            encrypt_to_self: change.encrypt_to_self.unwrap_or(old.encrypt_to_self),
            selection_button: change.selection_button.unwrap_or(old.selection_button),
            sign_by_default: change.sign_by_default.unwrap_or(old.sign_by_default),
            default_key: change.default_key.or_else(|| old.default_key.clone()),
            check_spelling: change.check_spelling.or(old.check_spelling),
        };
        if settings.auto_lock_minutes > limits::MAX_AUTO_LOCK_MINUTES {
            return Err(Denied::limit(limits::MAX_AUTO_LOCK_MINUTES));
        }
        let retime = settings.auto_lock_minutes != old.auto_lock_minutes;
        self.config.settings = settings;
        let unread = self.config.unread_settings.take();
        let mut entries = self.aside(SETTINGS, unread);
        entries.push(self.settings_entry());
        effects.push(store(entries));
        if retime {
            self.retime(now, effects);
        }
        effects.push(Effect::Pulse {});
        Ok(UiReply::Done {})
    }

    /// What keeps the text of a record that is written over.
    fn aside(&self, name: &str, unread: Option<Unread>) -> Vec<(String, String)> {
        match unread {
            Some(Unread::Damaged(text)) => vec![self.keyring.put_aside(name, &text)],
            _ => Vec::new(),
        }
    }

    pub(super) fn settings_entry(&self) -> (String, String) {
        let record = SettingsRecord {
            settings: self.config.settings.clone(),
        };
        (SETTINGS.to_owned(), encode(&record))
    }

    pub(super) fn set_site(
        &mut self,
        origin: &str,
        enabled: bool,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        if matches!(self.config.unread_sites, Some(Unread::Newer)) {
            return Err(ErrorCode::NewerRecord.into());
        }
        if !is_site(origin) {
            return Err(ErrorCode::BadCall.into());
        }
        if enabled && self.config.sites.len() >= limits::MAX_SITES {
            return Err(Denied::limit(limits::MAX_SITES as u32));
        }
        if enabled {
            self.config.sites.insert(origin.to_owned());
        } else {
            self.config.sites.remove(origin);
        }
        let record = SitesRecord {
            origins: self.config.sites.clone(),
        };
        let unread = self.config.unread_sites.take();
        let mut entries = self.aside(SITES, unread);
        entries.push((SITES.to_owned(), encode(&record)));
        effects.push(store(entries));
        effects.extend([self.config.sites_effect(), Effect::Pulse {}]);
        Ok(UiReply::Done {})
    }
}

/// A whole origin as browsers write it: `https`, or `http` on this machine; no path, no wildcard, no credentials.
fn is_site(origin: &str) -> bool {
    let (host, local_only) = match origin.split_once("://") {
        Some(("https", host)) => (host, false),
        Some(("http", host)) => (host, true),
        _ => return false,
    };
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (host, None),
    };
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let good_port =
        port.is_none_or(|p| p.parse::<u16>().is_ok_and(|n| n != 0 && n.to_string() == p));
    let good_name = name.len() <= 253 && name.split('.').all(label);
    good_port && good_name && (!local_only || matches!(name, "localhost" | "127.0.0.1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_origins_are_sites() {
        for good in [
            "https://mail.example.org",
            "https://mail.example.org:8443",
            "https://xn--mller-kva.example",
            "https://localhost:1",
            "http://localhost",
            "http://localhost:18080",
            "http://127.0.0.1:8000",
        ] {
            assert!(is_site(good), "{good}");
        }
        for bad in [
            "",
            "https://",
            "mail.example.org",
            "http://mail.example.org",
            "http://127.0.0.1.example.org",
            "https://*.example.org",
            "https://*/",
            "https://mail.example.org/",
            "https://mail.example.org/path",
            "https://user@mail.example.org",
            "https://Mail.example.org",
            "https://mail..example.org",
            "https://mail.example.org:0",
            "https://mail.example.org:080",
            "https://mail.example.org:99999",
            "https://mail.example.org:",
            "file:///tmp",
            "<all_urls>",
            "https://a b",
        ] {
            assert!(!is_site(bad), "{bad}");
        }
    }
}
