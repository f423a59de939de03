//! The vault with a host that does what effects say, and that can drop and boot it at any moment.

mod backups;
mod confirming;
mod deaths;
mod editing;
mod emblems;
mod ended;
mod floods;
mod hidden;
mod importing;
mod keeping;
mod lapsed;
mod looking;
mod parted;
mod passwords;
mod refusals;
mod signers;
mod strays;
mod unread;
mod using;
mod views;

use std::collections::BTreeMap;

use rand::rngs::StdRng;

use super::*;
use crate::agent::Protection;
use crate::limits;
use crate::testkit;
use crate::wire::host::{Ask, Snapshot};
use crate::wire::*;

const EXTENSION: &str = "chrome-extension://abc";
const SITE: &str = "https://mail.example.org";
const NOW: Time = testkit::NOW;

/// What the browser and the background script are for the vault.
struct Host {
    vault: Vault,
    local: BTreeMap<String, String>,
    session: BTreeMap<String, String>,
    remembered: Option<(Secret, Option<Time>)>,
    alarm: Option<Time>,
    windows: Vec<(String, String)>,
    /// What the last one said of how many there may be.
    most_windows: u32,
    sites: Option<Vec<String>>,
    pulses: u32,
    effects: Vec<Effect>,
    /// After so many effects of a step the background is stopped.
    stops_after: Option<usize>,
    now: Time,
    rng: StdRng,
}

impl Host {
    fn new() -> Self {
        Self::with(Vec::new())
    }

    fn with(local: Vec<(String, String)>) -> Self {
        let snapshot = Snapshot {
            extension_origin: EXTENSION.into(),
            local: local.clone(),
            ..Snapshot::default()
        };
        let (vault, effects) = Vault::boot_with(snapshot, NOW, Protection::FAST);
        let mut host = Self {
            vault,
            local: local.into_iter().collect(),
            session: BTreeMap::new(),
            remembered: None,
            alarm: None,
            windows: Vec::new(),
            most_windows: 0,
            sites: None,
            pulses: 0,
            effects: Vec::new(),
            stops_after: None,
            now: NOW,
            rng: testkit::rng(),
        };
        host.perform(effects);
        host
    }

    fn snapshot(&self) -> Snapshot {
        let entries = |map: &BTreeMap<String, String>| {
            map.iter().map(|(k, v)| (k.clone(), v.clone())).collect()
        };
        let remembered = self
            .remembered
            .as_ref()
            .filter(|(_, until)| until.is_none_or(|until| until > self.now));
        Snapshot {
            extension_origin: EXTENSION.into(),
            local: entries(&self.local),
            session: entries(&self.session),
            remembered: remembered.map(|(blob, _)| blob.clone()),
        }
    }

    /// The background was stopped and starts again.
    fn die(&mut self) {
        let (vault, effects) = Vault::boot_with(self.snapshot(), self.now, Protection::FAST);
        self.vault = vault;
        self.perform(effects);
    }

    /// The browser was closed and starts again.
    fn close_browser(&mut self) {
        self.session.clear();
        self.remembered = None;
        self.alarm = None;
        self.die();
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        self.effects = effects.clone();
        for effect in effects
            .into_iter()
            .take(self.stops_after.unwrap_or(usize::MAX))
        {
            let area = |host: &mut Self, area| match area {
                Area::Local => std::mem::take(&mut host.local),
                Area::Session => std::mem::take(&mut host.session),
            };
            let put = |host: &mut Self, area, map| match area {
                Area::Local => host.local = map,
                Area::Session => host.session = map,
            };
            match effect {
                Effect::Store {
                    area: place,
                    entries,
                } => {
                    let mut map = area(self, place);
                    map.extend(entries);
                    put(self, place, map);
                }
                Effect::Remove { area: place, keys } => {
                    let mut map = area(self, place);
                    map.retain(|key, _| !keys.contains(key));
                    put(self, place, map);
                }
                Effect::Remember { blob, until } => self.remembered = Some((blob, until)),
                Effect::Forget {} => self.remembered = None,
                Effect::Alarm { at } => self.alarm = at,
                Effect::OpenWindow {
                    page, hash, most, ..
                } => {
                    self.windows.push((page, hash));
                    self.most_windows = most;
                }
                Effect::Sites { origins } => self.sites = Some(origins),
                Effect::Pulse {} => self.pulses += 1,
            }
        }
    }

    fn page(&mut self, sender: &Sender, call: PageCall) -> PageReply {
        match self.vault.page(sender, call, self.now, &mut self.rng) {
            Step::Reply { reply, effects } => {
                self.perform(effects);
                reply
            }
            Step::Ask { .. } => panic!("pages cause no questions"),
        }
    }

    fn step(&mut self, sender: &Sender, call: UiCall) -> Step<UiReply> {
        self.vault.ui(sender, call, self.now, &mut self.rng)
    }

    fn ui(&mut self, sender: &Sender, call: UiCall) -> UiReply {
        match self.step(sender, call) {
            Step::Reply { reply, effects } => {
                self.perform(effects);
                reply
            }
            Step::Ask { token, ask } => self.answer(token, &ask),
        }
    }

    fn answer(&mut self, token: u32, ask: &Ask) -> UiReply {
        let Ask::GenerateRsa { count, .. } = ask;
        assert_eq!(*count, 2);
        let keys = ["3072a", "3072b"].map(|name| Secret::new(testkit::rsa_jwk(name).to_owned()));
        self.resume(
            token,
            Answer::Rsa {
                keys: keys.to_vec(),
            },
        )
    }

    fn resume(&mut self, token: u32, answer: Answer) -> UiReply {
        match self.vault.resume(token, answer, self.now, &mut self.rng) {
            Step::Reply { reply, effects } => {
                self.perform(effects);
                reply
            }
            Step::Ask { .. } => panic!("one question is enough"),
        }
    }

    /// Time passes; the alarm rings when its time has come.
    fn wait(&mut self, seconds: u32) {
        self.now += seconds;
        if self.alarm.is_some_and(|at| at <= self.now) {
            self.alarm = None;
            let effects = self.vault.tick(self.now);
            self.perform(effects);
        }
    }

    fn status(&mut self) -> (Vec<Fingerprint>, Option<Time>, u32, u32) {
        match self.ui(&popup(), UiCall::Status {}) {
            UiReply::Status {
                unlocked,
                locks_at,
                own_keys,
                contacts,
                ..
            } => (unlocked, locks_at, own_keys, contacts),
            reply => panic!("{reply:?}"),
        }
    }

    fn settings(&mut self) -> Settings {
        match self.ui(&popup(), UiCall::Status {}) {
            UiReply::Status { settings, .. } => settings,
            reply => panic!("{reply:?}"),
        }
    }

    fn damaged(&mut self) -> u32 {
        match self.ui(&popup(), UiCall::Status {}) {
            UiReply::Status { damaged, .. } => damaged,
            reply => panic!("{reply:?}"),
        }
    }

    fn is_unlocked(&mut self) -> bool {
        !self.status().0.is_empty()
    }

    fn generate(&mut self, email: &str, key_kind: KeyKind) -> KeyInfo {
        match self.ui(&popup(), generate(email, key_kind)) {
            UiReply::Generated { key } => key,
            reply => panic!("{reply:?}"),
        }
    }

    fn enable(&mut self) {
        let call = UiCall::SetSite {
            origin: SITE.into(),
            enabled: true,
        };
        done(self.ui(&popup(), call));
    }

    /// A reader frame with a claimed view.
    fn view(&mut self, tab: i32, frame: i64) -> Sender {
        self.enable();
        let (ticket, proof) = ticket(self.page(
            &content(tab),
            PageCall::OpenView {
                form: Form::Message,
            },
        ));
        let reader = reader(tab, frame);
        match self.ui(&reader, UiCall::ClaimView { ticket }) {
            UiReply::View {
                proof: shown,
                form: Some(Form::Message),
                target,
            } => {
                assert_eq!(
                    (shown, target.tab, target.origin.as_str()),
                    (proof, tab, SITE)
                );
            }
            reply => panic!("{reply:?}"),
        }
        reader
    }

    fn unlock(&mut self, key: &Fingerprint, text: &str) -> UiReply {
        let call = UiCall::Unlock {
            key: key.clone(),
            passphrase: Secret::new(text.to_owned()),
        };
        self.ui(&window("unlock.html"), call)
    }
}

const PASSPHRASE: &str = "correct horse";

fn generate(email: &str, key_kind: KeyKind) -> UiCall {
    UiCall::Generate {
        name: "Ann Bee".into(),
        email: email.into(),
        passphrase: Secret::new(PASSPHRASE.into()),
        key_kind,
        expires_days: Some(730),
    }
}

fn content(tab: i32) -> Sender {
    Sender {
        url: format!("{SITE}/inbox"),
        origin: Some(SITE.into()),
        tab: Some(tab),
        frame: Some(0),
        document: Some(format!("doc-{tab}")),
    }
}

fn reader(tab: i32, frame: i64) -> Sender {
    Sender {
        url: format!("{EXTENSION}/reader.html#x"),
        origin: Some(EXTENSION.into()),
        tab: Some(tab),
        frame: Some(frame),
        document: Some(format!("reader-{tab}-{frame}")),
    }
}

fn window(page: &str) -> Sender {
    Sender {
        url: format!("{EXTENSION}/{page}"),
        origin: Some(EXTENSION.into()),
        tab: Some(77),
        frame: Some(0),
        document: Some("window".into()),
    }
}

fn popup() -> Sender {
    Sender {
        url: format!("{EXTENSION}/popup.html"),
        origin: Some(EXTENSION.into()),
        tab: None,
        frame: None,
        document: None,
    }
}

fn ticket(reply: PageReply) -> (String, String) {
    match reply {
        PageReply::Ticket { ticket, proof } => (ticket, proof),
        reply => panic!("{reply:?}"),
    }
}

#[track_caller]
fn done(reply: UiReply) {
    assert!(matches!(reply, UiReply::Done {}), "{reply:?}");
}

#[track_caller]
fn refused(reply: UiReply) -> ErrorCode {
    match reply {
        UiReply::Refused { error, .. } => error,
        reply => panic!("{reply:?}"),
    }
}

fn limit_of(reply: &UiReply) -> Option<u32> {
    match reply {
        UiReply::Refused {
            error: ErrorCode::Limit,
            detail: Some(detail),
        } => detail.limit,
        _ => None,
    }
}
