//! The key manager's calls: list, make, give out, delete.

use rand::{CryptoRng, RngCore};
use serde::Serialize;

use super::caller::Caller;
use super::views::window;
use super::{Answered, Denied, Vault, store};
use crate::agent::{self, MadeKey, NewKey, SecretPackets};
use crate::cert::{Certificate, clean_text, parse_address};
use crate::keyring::{Source, StoredKey, encode};
use crate::limits;
use crate::policy;
use crate::wire::host::{Answer, Area, Ask, Effect};
use crate::wire::{
    Certifier, ErrorCode, ExportForm, Fingerprint, KeyInfo, KeyKind, PublicForm, Reason, Secret,
    Time, UiReply,
};

/// Where it is noted that nobody has a copy of a key that was made here. Pages look at it, and take it away.
const UNCOPIED_PREFIX: &str = "uncopied/";

/// What is noted.
#[derive(Serialize)]
struct Uncopied {
    /// How many secret parts the key has. With a further one the note is another: a file that was given out before does not take
    /// it away.
    parts: usize,
}

/// A `generate` that waits for numbers from the host.
pub(super) struct Waiting {
    new: NewKey,
    passphrase: Secret,
}

/// What `generate` gives.
pub(super) enum Made {
    /// The key.
    Now(UiReply),
    /// A question to the host first.
    After { token: u32, ask: Ask },
}

impl Vault {
    /// With the lock state.
    pub(super) fn describe(&self, key: &StoredKey, now: Time) -> KeyInfo {
        let mut info = key.info(now);
        let open = self.lock.get(&key.certificate.fingerprint()).is_some();
        info.partly_unlocked = open && !self.closed(key).is_empty();
        info.unlocked = open && !info.partly_unlocked;
        // Of one that nobody should have trusted at any time, what was said of it is not told.
        let never = |reason: &Reason| matches!(reason, Reason::RevokedHard | Reason::MaybeRevoked);
        let primary = info.components.first();
        let ever = primary.is_some_and(|primary| !primary.reasons.iter().any(never));
        if key.secret.is_none() && ever {
            for id in info.user_ids.iter_mut().filter(|id| id.valid || id.revoked) {
                id.certified = self.certifiers(&key.certificate, &id.id.0, now);
            }
        }
        info
    }

    /// The own keys that vouch for a user ID.
    fn certifiers(&self, cert: &Certificate, id: &[u8], now: Time) -> Vec<Certifier> {
        let vouch = self.keyring.certifiers(cert, id, now);
        if vouch.is_empty() {
            return Vec::new();
        }
        let shared = cert.for_others();
        let certifier = |own: &Certificate| Certifier {
            key: own.fingerprint(),
            exportable: policy::once_certified(&shared, id, own, now),
        };
        vouch.into_iter().map(certifier).collect()
    }

    /// The own key to be used when nobody says which: as set, else the newest that can do the most; one whose
    /// secret part was never open comes last.
    pub(super) fn default_own(&self, now: Time) -> Option<&StoredKey> {
        let set = self
            .config
            .settings
            .default_key
            .as_ref()
            .and_then(|f| self.keyring.get(f));
        set.filter(|k| k.secret.is_some()).or_else(|| {
            self.keyring.own().max_by_key(|k| {
                let info = k.certificate.info(now);
                (
                    k.is_proven(),
                    u8::from(info.can_sign) + u8::from(info.can_encrypt),
                    info.created,
                )
            })
        })
    }

    pub(super) fn list_keys(&self, now: Time) -> UiReply {
        UiReply::Keys {
            own: self.keyring.own().map(|k| self.describe(k, now)).collect(),
            contacts: self
                .keyring
                .contacts()
                .map(|k| self.describe(k, now))
                .collect(),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one call")]
    pub(super) fn generate<R: RngCore + CryptoRng>(
        &mut self,
        name: &str,
        email: &str,
        passphrase: Secret,
        kind: KeyKind,
        expires_days: Option<u32>,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Result<Made, Denied> {
        check_passphrase(&passphrase)?;
        if self.keyring.len() >= limits::MAX_STORED_KEYS {
            return Err(Denied::limit(limits::MAX_STORED_KEYS as u32));
        }
        let lasts = seconds(expires_days)?;
        let new = NewKey {
            user_ids: vec![user_id(name, email)?],
            kind,
            encrypts: true,
            lasts,
            made: now,
        };
        if let Some(bits) = agent::rsa_bits(kind) {
            if self.waiting.len() >= limits::MAX_WAITING {
                return Err(ErrorCode::Busy.into());
            }
            let token = self.next_token;
            self.next_token = self.next_token.wrapping_add(1);
            self.waiting.insert(token, Waiting { new, passphrase });
            return Ok(Made::After {
                token,
                ask: Ask::GenerateRsa { bits, count: 2 },
            });
        }
        let made = agent::generate(&new, Some(&passphrase), self.protection, rng)?;
        self.keep(made, now, effects).map(Made::Now)
    }

    pub(super) fn generated<R: RngCore + CryptoRng>(
        &mut self,
        token: u32,
        answer: Answer,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        // An unknown token is one from before the background was restarted.
        let waiting = self.waiting.remove(&token).ok_or(ErrorCode::Crashed)?;
        let Answer::Rsa { keys } = answer else {
            return Err(ErrorCode::Unsupported.into());
        };
        let made = agent::generate_rsa(
            &waiting.new,
            &keys,
            Some(&waiting.passphrase),
            self.protection,
            rng,
        )?;
        self.keep(made, now, effects)
    }

    /// Stores a new key and leaves it open: its owner just typed the passphrase.
    fn keep(&mut self, made: MadeKey, now: Time, effects: &mut Vec<Effect>) -> Answered {
        let key = StoredKey {
            certificate: made.certificate,
            secret: Some(made.secret),
            revocation: Some(made.revocation),
            added: now,
            source: Source::Generated,
        };
        let mut entries = self.keyring.put(key.clone())?;
        // With the key: who asked for it may be gone by now.
        entries.push(uncopied_entry(&key));
        effects.push(store(entries));
        self.opened(made.unlocked, now, effects);
        effects.push(Effect::Pulse {});
        Ok(UiReply::Generated {
            key: self.describe(&key, now),
        })
    }

    /// Opens the page of one key, in a window of its own: a frame within a web page has no room for it.
    pub(super) fn show_key(
        &self,
        caller: &Caller,
        fingerprint: &Fingerprint,
        now: Time,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        self.needs_view(caller, now)?;
        self.keyring.get(fingerprint).ok_or(ErrorCode::UnknownKey)?;
        let place = format!("details={fingerprint}");
        effects.push(window("keys.html", &place, 760, 720));
        Ok(UiReply::Done {})
    }

    pub(super) fn public_key(
        &self,
        fingerprint: &Fingerprint,
        form: PublicForm,
        now: Time,
    ) -> Answered {
        let key = self.keyring.get(fingerprint).ok_or(ErrorCode::UnknownKey)?;
        let shared = key.certificate.for_others();
        let (shared, what) = match form {
            PublicForm::Whole => (key.certificate.clone(), "public"),
            PublicForm::Shared => (shared, "public"),
            PublicForm::Classic => (shared.classic().unwrap_or(shared), "public_classic"),
        };
        Ok(UiReply::Armored {
            armored: Secret::new(shared.armored()),
            file_name: file_name(key, what, now),
        })
    }

    pub(super) fn export_secret<R: RngCore + CryptoRng>(
        &self,
        fingerprint: &Fingerprint,
        passphrase: &Secret,
        form: ExportForm,
        now: Time,
        rng: &mut R,
    ) -> Answered {
        let (key, secret) = self.keyring.get_own(fingerprint)?;
        let armored = agent::export(
            &key.certificate,
            secret,
            passphrase,
            form,
            self.protection,
            rng,
        )?;
        Ok(UiReply::Armored {
            armored,
            file_name: file_name(key, "SECRET", now),
        })
    }

    pub(super) fn delete(
        &mut self,
        fingerprint: &Fingerprint,
        secret: bool,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        let key = self.keyring.get(fingerprint).ok_or(ErrorCode::UnknownKey)?;
        if key.secret.is_some() && !secret {
            return Err(ErrorCode::ConfirmDelete.into());
        }
        // First, so that the settings never name a key that is gone, wherever the background is stopped.
        if self.config.settings.default_key.as_ref() == Some(fingerprint) {
            self.config.settings.default_key = None;
            effects.push(store(vec![self.settings_entry()]));
        }
        let mut keys = self.keyring.remove(fingerprint);
        keys.push(uncopied(fingerprint));
        effects.push(Effect::Pulse {});
        // Before the record: what is remembered of a key that is gone would open it without a passphrase when it is imported again.
        self.close(fingerprint, effects);
        effects.push(Effect::Remove {
            area: Area::Local,
            keys,
        });
        Ok(UiReply::Done {})
    }
}

fn uncopied(fingerprint: &Fingerprint) -> String {
    format!("{UNCOPIED_PREFIX}{fingerprint}")
}

/// What is stored with a key that has parts of which there is no copy yet.
pub(super) fn uncopied_entry(key: &StoredKey) -> (String, String) {
    let parts = key.secret.as_ref().map_or(0, SecretPackets::len);
    let note = encode(&Uncopied { parts });
    (uncopied(&key.certificate.fingerprint()), note)
}

/// A time until a key ends; `None` means never.
pub(super) fn seconds(days: Option<u32>) -> Result<Option<u32>, Denied> {
    match days {
        None => Ok(None),
        Some(0) => Err(ErrorCode::BadCall.into()),
        Some(days) if days > limits::MAX_EXPIRES_DAYS => {
            Err(Denied::limit(limits::MAX_EXPIRES_DAYS))
        }
        Some(days) => Ok(Some(days.saturating_mul(24 * 60 * 60))),
    }
}

/// A passphrase for a key that is made or imported here.
pub(super) fn check_passphrase(passphrase: &Secret) -> Result<(), Denied> {
    if passphrase.expose().len() > limits::MAX_PASSPHRASE {
        return Err(Denied::limit(limits::MAX_PASSPHRASE as u32));
    }
    if passphrase.expose().chars().count() < limits::MIN_PASSPHRASE {
        return Err(ErrorCode::WeakPassphrase.into());
    }
    Ok(())
}

/// `Name <address>`, without what would make it ambiguous.
pub(super) fn user_id(name: &str, email: &str) -> Result<String, Denied> {
    let email = email.trim();
    let address = parse_address(email).filter(|_| !email.contains('<'));
    let address = address.ok_or(ErrorCode::NotAnAddress)?;
    if name.chars().count() > limits::MAX_NAME {
        return Err(Denied::limit(limits::MAX_NAME as u32));
    }
    let name: String = name
        .chars()
        .filter(|c| !matches!(c, '<' | '>' | '"' | '@'))
        .collect();
    let name = clean_text(&name);
    Ok(if name.is_empty() {
        format!("<{address}>")
    } else {
        format!("{name} <{address}>")
    })
}

/// A name for a file: address or nothing, key ID, what it is.
pub(super) fn file_name(key: &StoredKey, what: &str, now: Time) -> String {
    let info = key.certificate.info(now);
    let address = info
        .user_ids
        .iter()
        .find(|u| u.valid)
        .and_then(|u| u.email.clone())
        .unwrap_or_default();
    let address: String = address
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "@.-_+".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let fingerprint = info.fingerprint.as_str();
    let id = match info.version {
        6 => fingerprint.get(..16),
        _ => fingerprint.get(24..),
    };
    let id = id.unwrap_or_default().to_uppercase();
    let start = if address.is_empty() {
        String::new()
    } else {
        format!("{address}_")
    };
    format!("{start}0x{id}_{what}.asc")
}
