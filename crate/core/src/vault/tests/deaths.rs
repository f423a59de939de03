//! The background may die between any two steps: nothing is lost, and what was open stays open until its time.

use proptest::prelude::*;

use super::*;
use crate::testkit::usual;

/// What a person or a page does.
#[derive(Clone, Debug)]
enum Act {
    Generate,
    Import,
    Delete,
    Unlock,
    Lock,
    Site(bool),
    Minutes(u32),
    Default,
    OpenView,
    Claim,
    RequestUnlock,
    Wait(u32),
    CloseBrowser,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        Just(Act::Generate),
        Just(Act::Import),
        Just(Act::Delete),
        Just(Act::Unlock),
        Just(Act::Lock),
        any::<bool>().prop_map(Act::Site),
        (0u32..4).prop_map(Act::Minutes),
        Just(Act::Default),
        Just(Act::OpenView),
        Just(Act::Claim),
        Just(Act::RequestUnlock),
        (1u32..100).prop_map(Act::Wait),
        Just(Act::CloseBrowser),
    ]
}

fn perform(
    host: &mut Host,
    act: &Act,
    contacts: &[Vec<u8>],
    count: usize,
    tickets: &mut Vec<String>,
) {
    let keys = match host.ui(&popup(), UiCall::ListKeys {}) {
        UiReply::Keys { own, contacts } => (own, contacts),
        reply => panic!("{reply:?}"),
    };
    match act {
        Act::Generate => drop(host.ui(&popup(), generate("a@example.org", KeyKind::Curve25519V4))),
        Act::Import => {
            let data = contacts[count % contacts.len()].clone();
            let accept = vec![Certificate::from_bytes(&data).unwrap().fingerprint()];
            host.ui(
                &popup(),
                UiCall::Import {
                    data: Bytes(data),
                    accept,
                    passphrase: None,
                    replace: false,
                    stored: None,
                    apart: false,
                    added: None,
                },
            );
        }
        Act::Delete => {
            if let Some(key) = keys.1.first().or(keys.0.first()) {
                host.ui(
                    &popup(),
                    UiCall::Delete {
                        key: key.fingerprint.clone(),
                        secret: true,
                    },
                );
            }
        }
        Act::Unlock => {
            if let Some(key) = keys.0.get(count % keys.0.len().max(1)) {
                done(host.unlock(&key.fingerprint.clone(), PASSPHRASE));
            }
        }
        Act::Lock => drop(host.ui(&popup(), UiCall::Lock {})),
        Act::Site(enabled) => {
            host.ui(
                &popup(),
                UiCall::SetSite {
                    origin: SITE.into(),
                    enabled: *enabled,
                },
            );
        }
        Act::Minutes(minutes) => {
            let change = SettingsChange {
                auto_lock_minutes: Some(*minutes),
                ..SettingsChange::default()
            };
            done(host.ui(&popup(), UiCall::SetSettings { change }));
        }
        Act::Default => {
            let change = SettingsChange {
                default_key: keys.0.first().map(|k| k.fingerprint.clone()),
                ..SettingsChange::default()
            };
            done(host.ui(&popup(), UiCall::SetSettings { change }));
        }
        Act::OpenView => {
            if let PageReply::Ticket { ticket, .. } =
                host.page(&content(1), PageCall::OpenView { form: Form::Key })
            {
                tickets.push(ticket);
            }
        }
        Act::Claim => {
            if let Some(ticket) = tickets.pop() {
                host.ui(&reader(1, count as i64 + 1), UiCall::ClaimView { ticket });
            }
        }
        Act::RequestUnlock => drop(host.ui(&popup(), UiCall::RequestUnlock { keys: vec![] })),
        Act::Wait(seconds) => host.wait(*seconds),
        Act::CloseBrowser => host.close_browser(),
    }
}

use crate::cert::Certificate;

/// Everything that can be seen from outside.
fn picture(host: &mut Host) -> String {
    let status = host.ui(&popup(), UiCall::Status {});
    let keys = host.ui(&popup(), UiCall::ListKeys {});
    let hello = host.page(&content(1), PageCall::Hello {});
    let views = (1..30).map(|frame| {
        let reply = host.ui(&reader(1, frame), UiCall::Certificates { issuers: vec![] });
        matches!(reply, UiReply::Certificates { .. })
    });
    let views: Vec<_> = views.collect();
    // What is over is removed sooner or later, and does not count.
    let alive = |name: &str| host.vault.session.get(name, host.now).is_some();
    let stored = host.session.iter();
    let session: Vec<_> = stored
        .filter(|(key, _)| key.strip_prefix("vault/").is_some_and(alive))
        .collect();
    let local = &host.local;
    format!("{status:?} {keys:?} {hello:?} {views:?} {local:?} {session:?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn dying_after_any_step_changes_nothing(acts in proptest::collection::vec((act(), any::<bool>()), 1..25)) {
        let contacts = [usual("Ben <ben@example.org>").bytes(), usual("Cia <cia@example.org>").bytes()];
        let mut host = Host::new();
        let mut tickets = Vec::new();
        for (count, (act, dies)) in acts.iter().enumerate() {
            perform(&mut host, act, &contacts, count, &mut tickets);
            if *dies {
                let before = picture(&mut host);
                host.die();
                prop_assert_eq!(picture(&mut host), before, "after {:?}", act);
            }
        }
    }

    #[test]
    fn a_step_whose_effects_fail_never_happened(acts in proptest::collection::vec(act(), 1..12), last in act()) {
        let contacts = [usual("Ben <ben@example.org>").bytes(), usual("Cia <cia@example.org>").bytes()];
        let mut host = Host::new();
        let mut tickets = Vec::new();
        for (count, act) in acts.iter().enumerate() {
            perform(&mut host, act, &contacts, count, &mut tickets);
        }
        let before = picture(&mut host);
        let (local, session, remembered) = (host.local.clone(), host.session.clone(), host.remembered.clone());
        let (alarm, now) = (host.alarm, host.now);
        perform(&mut host, &last, &contacts, acts.len(), &mut tickets);
        // The host drops the vault and boots it from what is stored, which is as it was.
        (host.local, host.session, host.remembered) = (local, session, remembered);
        (host.alarm, host.now) = (alarm, now);
        host.die();
        prop_assert_eq!(picture(&mut host), before, "after {:?}", last);
    }
}

/// Stopped in the middle of a step, a change may be there in part: but not so that anything is lost, stays open or cannot
/// be changed any more.
#[test]
fn dying_inside_a_step_leaves_what_can_be_lived_with() {
    let contacts = [usual("Ben <ben@example.org>").bytes()];
    let before = |minutes| {
        let mut host = Host::new();
        let act = |host: &mut Host, act| perform(host, &act, &contacts, 0, &mut Vec::new());
        act(&mut host, Act::Site(true));
        act(&mut host, Act::Generate);
        act(&mut host, Act::Generate);
        act(&mut host, Act::Default);
        act(&mut host, Act::Minutes(minutes));
        host
    };
    let acts = [
        Act::Generate,
        Act::Import,
        Act::Delete,
        Act::Unlock,
        Act::Lock,
        Act::Site(false),
        Act::Minutes(0),
        Act::Minutes(1),
        Act::Minutes(60),
        Act::Default,
    ];
    for (act, minutes) in acts.iter().flat_map(|act| [(act, 0), (act, 30)]) {
        let mut stop = 0;
        loop {
            let mut host = before(minutes);
            let own = host.vault.keyring.own_certificates();
            let made: Vec<_> = own.iter().map(|own| own.fingerprint()).collect();
            let (open, pulses) = (host.status().0, host.pulses);
            host.stops_after = Some(stop);
            // Asking what there is has no effects: only those of the act itself are cut off.
            perform(&mut host, act, &contacts, 0, &mut Vec::new());
            let effects = host.effects.len();
            host.stops_after = None;
            host.die();
            let at = format!("{act:?} from {minutes} minutes, after {stop} of {effects} effects");
            let gone = made
                .iter()
                .filter(|key| host.vault.keyring.get(key).is_none());
            let remembered = host.remembered.as_ref().map(|(blob, _)| blob.expose());
            for key in gone {
                let kept = remembered.is_some_and(|text| text.contains(key.as_str()));
                assert!(!kept, "{at}: imported again it would be open");
            }
            let closed = open.iter().any(|key| host.vault.lock.get(key).is_none());
            assert!(!closed || host.pulses > pulses, "{at}: nobody hears of it");
            lives_on(&mut host, matches!(act, Act::Delete), &at);
            if stop >= effects {
                break;
            }
            stop += 1;
        }
    }
}

/// What holds whatever happened.
fn lives_on(host: &mut Host, deleted: bool, at: &str) {
    let (unlocked, locks_at, own, _) = host.status();
    assert!(own >= 2 - u32::from(deleted), "{at}: a key is lost");
    assert_eq!(host.damaged(), 0, "{at}");
    let minutes = host.settings().auto_lock_minutes;
    if minutes > 0 && !unlocked.is_empty() {
        let latest = host.now + minutes * 60;
        assert!(locks_at.is_some_and(|t| t <= latest), "{at}: {locks_at:?}");
        assert_eq!(host.alarm, locks_at, "{at}");
    }
    let known = |host: &mut Host, key: &Fingerprint| match host.ui(&popup(), UiCall::ListKeys {}) {
        UiReply::Keys { own, .. } => own.iter().any(|k| k.fingerprint == *key),
        reply => panic!("{reply:?}"),
    };
    if let Some(key) = host.settings().default_key {
        assert!(known(host, &key), "{at}: the default key is gone");
    }
    let change = SettingsChange {
        auto_lock_minutes: Some(7),
        ..SettingsChange::default()
    };
    done(host.ui(&popup(), UiCall::SetSettings { change }));
    host.wait(7 * 60);
    assert!(!host.is_unlocked(), "{at}: stays open");
}
