//! The vault: the state machine in the background that holds the private keys, the keyring, settings and sites.
//!
//! It is booted from a [`Snapshot`] whenever the background starts and may be dropped between any two calls. So every
//! change of its state is in the [`Effect`]s of the same step; after a failure of the host it is booted anew from what
//! was stored. The only exceptions are calls that wait for the host's answer: they are forgotten, and asked again.
//!
//! Each call is first judged by who is calling (module `caller`); the table is there.

mod caller;
mod edit;
mod emblem;
mod import;
mod keys;
mod lock;
mod lookup;
mod offers;
mod password;
mod private;
mod session;
mod settings;
mod views;

use std::collections::BTreeMap;

use rand::{CryptoRng, RngCore};

use self::caller::{Caller, identify};
use self::import::Given;
use self::keys::Waiting;
use self::lock::Lock;
use self::lookup::plan_lookup;
use self::session::Session;
use self::settings::Config;
use crate::agent::{self, AgentError, Protection};
use crate::keyring::Keyring;
use crate::wire::host::{Answer, Area, Effect, Snapshot, Step};
use crate::wire::{
    ErrorCode, PageCall, PageReply, Reason, Refusal, Secret, Sender, Time, UiCall, UiReply,
};

/// The state machine. See the module's description.
pub struct Vault {
    extension_origin: String,
    keyring: Keyring,
    config: Config,
    emblem: emblem::Stored,
    session: Session,
    lock: Lock,
    /// Of messages: typed, and not taken yet by the frame that asked.
    passwords: BTreeMap<String, Secret>,
    waiting: BTreeMap<u32, Waiting>,
    next_token: u32,
    protection: Protection,
}

/// A refusal on its way to the caller. Handlers that return it have changed nothing.
pub(crate) struct Denied {
    error: ErrorCode,
    detail: Option<Refusal>,
}

impl From<ErrorCode> for Denied {
    fn from(error: ErrorCode) -> Self {
        Self {
            error,
            detail: None,
        }
    }
}

impl From<AgentError> for Denied {
    fn from(error: AgentError) -> Self {
        match error {
            AgentError::Limit(limit) => Self::limit(limit),
            AgentError::Future => Self {
                error: error.code(),
                detail: Some(Refusal {
                    reasons: vec![Reason::NotYetValid],
                    ..Refusal::default()
                }),
            },
            error => error.code().into(),
        }
    }
}

impl Denied {
    fn limit(limit: u32) -> Self {
        let detail = Refusal {
            limit: Some(limit),
            ..Refusal::default()
        };
        Self {
            error: ErrorCode::Limit,
            detail: Some(detail),
        }
    }
}

/// What a handler gives.
type Answered = Result<UiReply, Denied>;

impl Vault {
    /// Makes the vault from what is stored.
    pub fn boot(snapshot: Snapshot, now: Time) -> (Self, Vec<Effect>) {
        Self::boot_with(snapshot, now, Protection::DEFAULT)
    }

    fn boot_with(snapshot: Snapshot, now: Time, protection: Protection) -> (Self, Vec<Effect>) {
        let local = || snapshot.local.iter().map(|(k, v)| (k.as_str(), v.as_str()));
        let keyring = Keyring::load(local());
        let config = Config::load(local());
        let emblem = emblem::Stored::load(local());
        let mut effects = Vec::new();
        let session = Session::load(&snapshot.session, now, &mut effects);
        let lock = Lock::load(
            snapshot.remembered.as_ref(),
            &keyring,
            &config.settings,
            now,
            &mut effects,
        );
        let mut vault = Self {
            extension_origin: snapshot.extension_origin,
            keyring,
            config,
            emblem,
            session,
            lock,
            passwords: BTreeMap::new(),
            waiting: BTreeMap::new(),
            next_token: 1,
            protection,
        };
        vault.first_start(now, &mut effects);
        (vault, effects)
    }

    /// A call from a content script. The reply is safe to publish.
    pub fn page<R: RngCore + CryptoRng>(
        &mut self,
        sender: &Sender,
        call: PageCall,
        now: Time,
        rng: &mut R,
    ) -> Step<PageReply> {
        let mut effects = Vec::new();
        self.expire(now, &mut effects);
        let done = effects.len();
        let reply = match identify(sender, &self.extension_origin) {
            Some(Caller::Page(target)) => self.page_call(target, call, now, rng, &mut effects),
            _ => Err(ErrorCode::NotAllowed.into()),
        };
        let reply = reply.unwrap_or_else(|denied| {
            effects.truncate(done);
            PageReply::Refused {
                error: denied.error,
            }
        });
        Step::Reply { reply, effects }
    }

    /// A call from an extension page or frame.
    pub fn ui<R: RngCore + CryptoRng>(
        &mut self,
        sender: &Sender,
        call: UiCall,
        now: Time,
        rng: &mut R,
    ) -> Step<UiReply> {
        let mut effects = Vec::new();
        // A question to the host carries no effects, so that time passes only when its answer comes.
        if !matches!(&call, UiCall::Generate { key_kind, .. } if agent::rsa_bits(*key_kind).is_some())
        {
            self.expire(now, &mut effects);
        }
        let done = effects.len();
        let caller = match identify(sender, &self.extension_origin) {
            Some(caller) if caller.may(&call) => caller,
            _ => return finish(Err(ErrorCode::NotAllowed.into()), effects, done),
        };
        if let UiCall::Generate {
            name,
            email,
            passphrase,
            key_kind,
            expires_days,
        } = call
        {
            return match self.generate(
                &name,
                &email,
                passphrase,
                key_kind,
                expires_days,
                now,
                rng,
                &mut effects,
            ) {
                Ok(keys::Made::Now(reply)) => finish(Ok(reply), effects, done),
                Ok(keys::Made::After { token, ask }) => Step::Ask { token, ask },
                Err(denied) => finish(Err(denied), effects, done),
            };
        }
        let reply = self.ui_call(&caller, call, now, rng, &mut effects);
        finish(reply, effects, done)
    }

    /// The host's answer to a question of [`Vault::ui`].
    pub fn resume<R: RngCore + CryptoRng>(
        &mut self,
        token: u32,
        answer: Answer,
        now: Time,
        rng: &mut R,
    ) -> Step<UiReply> {
        let mut effects = Vec::new();
        self.expire(now, &mut effects);
        let done = effects.len();
        let reply = self.generated(token, answer, now, rng, &mut effects);
        finish(reply, effects, done)
    }

    /// The alarm rang, or time passed.
    pub fn tick(&mut self, now: Time) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.expire(now, &mut effects);
        if effects.is_empty() {
            effects.push(match self.lock.until() {
                // Alarms can come early; an alarm that rang is gone.
                Some(at) => Effect::Alarm { at: Some(at) },
                // It was set for keys that were open, and that went with the background before it could tell.
                None => Effect::Pulse {},
            });
        }
        effects
    }

    fn ui_call<R: RngCore + CryptoRng>(
        &mut self,
        caller: &Caller,
        call: UiCall,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        match call {
            UiCall::Status {} => Ok(self.status()),
            UiCall::ClaimView { ticket } => self.claim_view(caller, &ticket, now, effects),
            UiCall::Decipher { pkesks } => self.decipher(caller, &pkesks, now, rng, effects),
            UiCall::Certificates { issuers } => self.certificates(caller, &issuers, now),
            UiCall::RequestUnlock { keys } => self.request_unlock(caller, keys, now, rng, effects),
            UiCall::RequestPassword {} => self.request_password(caller, now, rng, effects),
            UiCall::TakePassword {} => self.take_password(caller, now, effects),
            UiCall::PasswordRequest { id } => self.password_request(caller, &id, now),
            UiCall::GivePassword { id, password } => {
                self.give_password(caller, &id, password, now, effects)
            }
            UiCall::StageImport { data } => self.stage_import(caller, data, now, rng, effects),
            UiCall::Offers { keys } => self.offers(caller, &keys, now),
            UiCall::StageLookup { wanted } => self.stage_lookup(caller, &wanted, now, rng, effects),
            UiCall::ShowKey { key } => self.show_key(caller, &key, now, effects),
            UiCall::StagedLookup { id } => self.staged_lookup(&id, now),
            UiCall::PlanLookup { wanted } => plan_lookup(&wanted),
            UiCall::JudgeAnswer {
                wanted,
                place,
                attempt,
                answer,
            } => self.judge_answer(&wanted, place, attempt, &answer, now),
            UiCall::Staged { id } => self.staged(&id, now),
            UiCall::UnlockRequest { id } => self.unlock_request(&id, now),
            UiCall::ListKeys {} => Ok(self.list_keys(now)),
            // Handled before, because it may have to ask the host.
            UiCall::Generate { .. } => Err(ErrorCode::BadCall.into()),
            UiCall::PreviewImport { data } => Ok(self.preview_import(&data.0, now)),
            UiCall::Import {
                data,
                accept,
                passphrase,
                replace,
                stored,
                apart,
                added,
            } => {
                let given = Given {
                    passphrase: passphrase.as_ref(),
                    replace,
                    stored: stored.as_ref(),
                    apart,
                    added,
                };
                self.import(&data.0, &accept, given, now, rng, effects)
            }
            UiCall::PublicKey { key, form } => self.public_key(&key, form, now),
            UiCall::Edit {
                key,
                passphrase,
                change,
            } => self.edit(&key, &passphrase, change, now, rng, effects),
            UiCall::RevocationCertificate { key, passphrase } => {
                self.revocation_certificate(&key, passphrase.as_ref(), now, rng, effects)
            }
            UiCall::ExportSecret {
                key,
                passphrase,
                form,
            } => self.export_secret(&key, &passphrase, form, now, rng),
            UiCall::Delete { key, secret } => self.delete(&key, secret, effects),
            UiCall::Unlock { key, passphrase } => self.unlock(&key, &passphrase, now, rng, effects),
            UiCall::Lock {} => {
                self.lock_now(effects);
                Ok(UiReply::Done {})
            }
            UiCall::SetSettings { change } => self.set_settings(change, now, effects),
            UiCall::SetSite { origin, enabled } => self.set_site(&origin, enabled, effects),
            UiCall::Recipients { addresses } => self.recipients(&addresses, now),
            UiCall::Sign { request } => self.sign(&request, now, rng, effects),
            UiCall::Emblem {} => self.emblem(caller, now, rng, effects),
            UiCall::NewEmblem {} => self.new_emblem(rng, effects),
            UiCall::SetEmblem { emblem } => self.set_emblem(emblem, effects),
        }
    }
}

/// Stores entries on disk, all or none.
fn store(entries: Vec<(String, String)>) -> Effect {
    Effect::Store {
        area: Area::Local,
        entries,
    }
}

/// A refused call has no effects besides those of time.
fn finish(reply: Answered, mut effects: Vec<Effect>, done: usize) -> Step<UiReply> {
    let reply = reply.unwrap_or_else(|denied| {
        effects.truncate(done);
        UiReply::Refused {
            error: denied.error,
            detail: denied.detail,
        }
    });
    Step::Reply { reply, effects }
}

#[cfg(test)]
mod tests;
