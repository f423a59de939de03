//! Settings and sites that cannot be read, and of an older version: nothing of them is lost, and nobody is locked out by them.

use super::*;

fn set_site(host: &mut Host) -> UiReply {
    let origin = SITE.into();
    let call = UiCall::SetSite {
        origin,
        enabled: true,
    };
    host.ui(&popup(), call)
}

fn set_lock_time(host: &mut Host) -> UiReply {
    let change = SettingsChange {
        auto_lock_minutes: Some(5),
        ..SettingsChange::default()
    };
    host.ui(&popup(), UiCall::SetSettings { change })
}

#[test]
fn sites_that_cannot_be_read_keep_their_scripts_and_permissions() {
    for text in [r#"{"v":99,"something":"new"}"#, r#"{"v":1,"origins":"x"}"#] {
        let host = Host::with(vec![("sites".to_owned(), text.to_owned())]);
        // The host takes permissions away from all that it is not told of.
        assert_eq!(host.sites, None, "{text}");
        assert_eq!(host.local["sites"], text);
    }
    assert_eq!(Host::new().sites, Some(vec![]));
}

#[test]
fn a_damaged_record_gives_way_and_is_kept() {
    let mut host = Host::new();
    let damaged = [r#"{"v":1,"origins":"x"}"#, "", "{}"];
    for (name, set) in [
        ("sites", set_site as fn(&mut Host) -> UiReply),
        ("settings", set_lock_time),
    ] {
        for text in damaged {
            host.local.insert(name.to_owned(), text.to_owned());
            host.die();
            assert_eq!(host.damaged(), 1);
            done(set(&mut host));
            // In one write with the new one.
            let written = host.effects.iter().find_map(|effect| match effect {
                Effect::Store { entries, .. } => Some(entries.len()),
                _ => None,
            });
            assert_eq!(written, Some(2));
            assert_eq!(host.damaged(), 0);
            // And once.
            done(set(&mut host));
            host.die();
            assert_eq!(host.damaged(), 0);
        }
        let kept: Vec<_> = host.local[&format!("damaged/{name}")].split('\n').collect();
        assert_eq!(kept, damaged);
    }
    assert_eq!(host.settings().auto_lock_minutes, 5);
    assert_eq!(host.sites, Some(vec![SITE.to_owned()]));
}

#[test]
fn a_record_of_a_newer_version_gives_way_to_nothing() {
    let newer = r#"{"v":99,"something":"new"}"#;
    let local = ["sites", "settings"].map(|name| (name.to_owned(), newer.to_owned()));
    let mut host = Host::with(local.to_vec());
    assert_eq!(refused(set_site(&mut host)), ErrorCode::NewerRecord);
    assert_eq!(refused(set_lock_time(&mut host)), ErrorCode::NewerRecord);
    assert_eq!(host.local, local.into_iter().collect());
}

#[test]
fn whether_spelling_is_checked_is_stored_once_it_was_chosen() {
    // As it was written before there was this choice.
    let settings = r#"{"v":1,"settings":{"auto_lock_minutes":5,"encrypt_to_self":true,"selection_button":true,"sign_by_default":true,"default_key":null}}"#;
    let mut host = Host::with(vec![("settings".into(), settings.into())]);
    let set = |host: &mut Host, change| {
        done(host.ui(&popup(), UiCall::SetSettings { change }));
        host.die();
        host.settings()
    };
    let before = host.settings();
    assert_eq!((before.auto_lock_minutes, before.check_spelling), (5, None));
    let minutes = |minutes| SettingsChange {
        auto_lock_minutes: Some(minutes),
        ..SettingsChange::default()
    };
    assert_eq!(set(&mut host, minutes(15)).check_spelling, None);
    assert_eq!(
        host.local["settings"],
        settings.replace(":5,", ":15,"),
        "it is the record that it was"
    );
    for chosen in [true, false] {
        let spelling = SettingsChange {
            check_spelling: Some(chosen),
            ..SettingsChange::default()
        };
        assert_eq!(set(&mut host, spelling).check_spelling, Some(chosen));
        assert_eq!(set(&mut host, minutes(30)).check_spelling, Some(chosen));
    }
    assert_eq!(host.damaged(), 0);
}
