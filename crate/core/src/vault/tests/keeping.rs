//! Making, listing, giving out and deleting keys; records that cannot be read.

use super::*;
use crate::cert::Certificate;
use crate::testkit::{DAY, usual};

#[test]
fn generated_keys_are_stored_and_open() {
    for kind in [
        KeyKind::Curve25519V4,
        KeyKind::Curve25519V6,
        KeyKind::Rsa3072,
    ] {
        let mut host = Host::new();
        let key = host.generate(" Ann@Example.org ", kind);
        assert!(key.secret && key.unlocked && key.can_encrypt && key.can_sign);
        assert_eq!(key.user_ids[0].text, "Ann Bee <ann@example.org>");
        assert_eq!((key.added, key.expires), (Some(NOW), Some(NOW + 730 * DAY)));
        assert!(host.pulses > 0);
        host.die();
        assert_eq!(
            host.status(),
            (vec![key.fingerprint.clone()], Some(NOW + 1800), 1, 0)
        );
        match host.ui(&popup(), UiCall::ListKeys {}) {
            UiReply::Keys { own, contacts } => {
                assert_eq!((own, contacts), (vec![key], vec![]));
            }
            reply => panic!("{reply:?}"),
        }
    }
}

#[test]
fn what_cannot_be_made_is_refused() {
    let mut host = Host::new();
    let with = |name: &str, email: &str, text: &str, days| UiCall::Generate {
        name: name.into(),
        email: email.into(),
        passphrase: Secret::new(text.into()),
        key_kind: KeyKind::Curve25519V4,
        expires_days: days,
    };
    let mut ask = |call| host.ui(&popup(), call);
    assert_eq!(
        refused(ask(with("A", "nobody", PASSPHRASE, None))),
        ErrorCode::NotAnAddress
    );
    assert_eq!(
        refused(ask(with("A", "B <b@example.org>", PASSPHRASE, None))),
        ErrorCode::NotAnAddress
    );
    assert_eq!(
        refused(ask(with("A", "a@example.org", "1234567", None))),
        ErrorCode::WeakPassphrase
    );
    assert_eq!(
        refused(ask(with("A", "a@example.org", PASSPHRASE, Some(0)))),
        ErrorCode::BadCall
    );
    let long = "x".repeat(limits::MAX_PASSPHRASE + 1);
    assert_eq!(
        limit_of(&ask(with("A", "a@example.org", &long, None))),
        Some(limits::MAX_PASSPHRASE as u32)
    );
    let days = Some(limits::MAX_EXPIRES_DAYS + 1);
    assert_eq!(
        limit_of(&ask(with("A", "a@example.org", PASSPHRASE, days))),
        Some(limits::MAX_EXPIRES_DAYS)
    );
    let long = "x".repeat(limits::MAX_NAME + 1);
    assert_eq!(
        limit_of(&ask(with(&long, "a@example.org", PASSPHRASE, None))),
        Some(limits::MAX_NAME as u32)
    );
    // A name that would make the user ID ambiguous loses what does so; the passphrase counts characters.
    match ask(with(
        "Eve <boss@example.org>\u{202e}",
        "a@example.org",
        "äöüäöüäö",
        Some(limits::MAX_EXPIRES_DAYS),
    )) {
        UiReply::Generated { key } => {
            assert_eq!(key.user_ids[0].text, "Eve bossexample.org <a@example.org>");
            assert_eq!(key.user_ids[0].email.as_deref(), Some("a@example.org"));
            assert!(key.expires.is_some());
        }
        reply => panic!("{reply:?}"),
    }
    match ask(with("", "b@example.org", PASSPHRASE, None)) {
        UiReply::Generated { key } => {
            assert_eq!(
                (key.user_ids[0].text.as_str(), key.expires),
                ("<b@example.org>", None)
            );
        }
        reply => panic!("{reply:?}"),
    }
}

#[test]
fn questions_to_the_host_can_fail_and_are_limited() {
    let mut host = Host::new();
    let ask =
        |host: &mut Host| match host.step(&popup(), generate("a@example.org", KeyKind::Rsa4096)) {
            Step::Ask {
                token,
                ask:
                    Ask::GenerateRsa {
                        bits: 4096,
                        count: 2,
                    },
            } => Ok(token),
            Step::Reply { reply, .. } => Err(refused(reply)),
            step => panic!("{step:?}"),
        };
    let token = ask(&mut host).unwrap();
    assert_eq!(
        refused(host.resume(token, Answer::Failed {})),
        ErrorCode::Unsupported
    );
    assert_eq!(
        refused(host.resume(token, Answer::Failed {})),
        ErrorCode::Crashed
    );
    let wrong = Answer::Rsa {
        keys: vec![Secret::new("{}".into()); 2],
    };
    let token = ask(&mut host).unwrap();
    assert_eq!(refused(host.resume(token, wrong)), ErrorCode::Malformed);
    for _ in 0..limits::MAX_WAITING {
        ask(&mut host).unwrap();
    }
    assert_eq!(ask(&mut host), Err(ErrorCode::Busy));
    assert!(host.local.is_empty());
}

#[test]
fn keys_are_given_out() {
    let mut host = Host::new();
    let key = host.generate("ann@example.org", KeyKind::Curve25519V4);
    let id = key.fingerprint.as_str()[24..].to_uppercase();
    let armored = |reply| match reply {
        UiReply::Armored { armored, file_name } => (armored.expose().to_owned(), file_name),
        reply => panic!("{reply:?}"),
    };
    let (public, name) = armored(host.ui(
        &popup(),
        UiCall::PublicKey {
            key: key.fingerprint.clone(),
            form: PublicForm::Shared,
        },
    ));
    assert_eq!(name, format!("ann@example.org_0x{id}_public.asc"));
    let read = Certificate::read_many(public.as_bytes());
    assert!(read.keys[0].secret.is_none());
    let export = |text: &str| UiCall::ExportSecret {
        key: key.fingerprint.clone(),
        passphrase: Secret::new(text.into()),
        form: ExportForm::Compatible,
    };
    assert_eq!(
        refused(host.ui(&popup(), export("wrong horse"))),
        ErrorCode::WrongPassphrase
    );
    let (secret, name) = armored(host.ui(&popup(), export(PASSPHRASE)));
    assert_eq!(name, format!("ann@example.org_0x{id}_SECRET.asc"));
    assert!(
        !Certificate::read_many(secret.as_bytes()).keys[0]
            .secret
            .as_ref()
            .unwrap()
            .has_unprotected()
    );
    // On another machine, after deleting it here.
    let delete = |secret| UiCall::Delete {
        key: key.fingerprint.clone(),
        secret,
    };
    assert_eq!(
        refused(host.ui(&popup(), delete(false))),
        ErrorCode::ConfirmDelete
    );
    done(host.ui(&popup(), delete(true)));
    assert!(host.local.keys().all(|k| !k.starts_with("key/")));
    assert_eq!(
        (host.is_unlocked(), host.remembered.is_none(), host.alarm),
        (false, true, None)
    );
    assert_eq!(
        refused(host.ui(&popup(), delete(true))),
        ErrorCode::UnknownKey
    );
    let import = UiCall::Import {
        data: Bytes(secret.into_bytes()),
        accept: vec![key.fingerprint.clone()],
        passphrase: None,
        replace: false,
        stored: None,
        apart: false,
        added: None,
    };
    assert!(matches!(
        host.ui(&popup(), import),
        UiReply::Imported { .. }
    ));
    done(host.unlock(&key.fingerprint, PASSPHRASE));
    // What was protected for others is protected our way from the first unlocking on.
    let stored = host
        .local
        .get(&format!("key/{}", key.fingerprint))
        .unwrap()
        .clone();
    done(host.unlock(&key.fingerprint, PASSPHRASE));
    assert_eq!(
        host.local.get(&format!("key/{}", key.fingerprint)),
        Some(&stored)
    );
    host.die();
    assert!(host.is_unlocked());
}

#[test]
fn deleting_the_default_key_clears_the_setting() {
    let mut host = Host::new();
    let first = host.generate("ann@example.org", KeyKind::Curve25519V4);
    host.wait(10);
    let second = host.generate("ann@example.org", KeyKind::Curve25519V4);
    let own = |host: &mut Host| match host.ui(&popup(), UiCall::Recipients { addresses: vec![] }) {
        UiReply::Recipients { own, .. } => own.unwrap().fingerprint,
        reply => panic!("{reply:?}"),
    };
    assert_eq!(own(&mut host), second.fingerprint);
    let change = SettingsChange {
        default_key: Some(first.fingerprint.clone()),
        ..SettingsChange::default()
    };
    done(host.ui(&popup(), UiCall::SetSettings { change }));
    assert_eq!(own(&mut host), first.fingerprint);
    done(host.ui(
        &popup(),
        UiCall::Delete {
            key: first.fingerprint,
            secret: true,
        },
    ));
    host.die();
    assert_eq!(own(&mut host), second.fingerprint);
    assert_eq!(host.status().0, [second.fingerprint]);
}

#[test]
fn records_that_cannot_be_read_are_kept_and_counted() {
    let cert = usual("Ben <ben@example.org>").cert();
    let other = usual("Cia <cia@example.org>").cert();
    let name = |c: &Certificate| format!("key/{}", c.fingerprint());
    let newer = r#"{"v":99,"something":"new"}"#.to_owned();
    let local = vec![
        (name(&cert), "damaged".to_owned()),
        (name(&other), newer.clone()),
        ("key/nonsense".to_owned(), "{}".to_owned()),
        ("settings".to_owned(), newer.clone()),
        ("sites".to_owned(), newer.clone()),
        ("other".to_owned(), "whatever".to_owned()),
    ];
    let mut host = Host::with(local.clone());
    assert_eq!(host.damaged(), 5);
    let import = |host: &mut Host, cert: &Certificate| {
        let call = UiCall::Import {
            data: Bytes(cert.to_bytes()),
            accept: vec![cert.fingerprint()],
            passphrase: None,
            replace: false,
            stored: None,
            apart: false,
            added: None,
        };
        host.ui(&popup(), call)
    };
    assert_eq!(refused(import(&mut host, &other)), ErrorCode::NewerRecord);
    let change = SettingsChange::default();
    assert_eq!(
        refused(host.ui(&popup(), UiCall::SetSettings { change })),
        ErrorCode::NewerRecord
    );
    let set = UiCall::SetSite {
        origin: SITE.into(),
        enabled: true,
    };
    assert_eq!(refused(host.ui(&popup(), set)), ErrorCode::NewerRecord);
    assert_eq!(host.local, local.into_iter().collect());
    // A good record takes a damaged one's place; the text of that is kept.
    assert!(matches!(import(&mut host, &cert), UiReply::Imported { .. }));
    assert_eq!(
        host.local
            .get(&format!("damaged/{}", cert.fingerprint()))
            .map(String::as_str),
        Some("damaged")
    );
    assert_eq!(host.damaged(), 4);
    host.die();
    assert_eq!((host.damaged(), host.status().3), (4, 1));
}

#[test]
fn what_was_kept_of_a_damaged_record_is_never_written_over() {
    let cert = usual("Ben <ben@example.org>").cert();
    let name = format!("key/{}", cert.fingerprint());
    let kept = format!("damaged/{}", cert.fingerprint());
    let mut host = Host::new();
    for text in ["with the secret", "without", "again"] {
        host.local.insert(name.clone(), text.to_owned());
        host.die();
        assert_eq!(host.damaged(), 1);
        let call = UiCall::Import {
            data: Bytes(cert.to_bytes()),
            accept: vec![cert.fingerprint()],
            passphrase: None,
            replace: false,
            stored: None,
            apart: false,
            added: None,
        };
        assert!(matches!(host.ui(&popup(), call), UiReply::Imported { .. }));
    }
    let lines: Vec<_> = host.local[&kept].lines().collect();
    assert_eq!(lines, ["with the secret", "without", "again"]);
    host.die();
    assert_eq!((host.damaged(), host.status().3), (0, 1));
}

#[test]
fn a_record_of_another_key_is_damaged() {
    let cert = usual("Ben <ben@example.org>").cert();
    let mut host = Host::new();
    let call = UiCall::Import {
        data: Bytes(cert.to_bytes()),
        accept: vec![cert.fingerprint()],
        passphrase: None,
        replace: false,
        stored: None,
        apart: false,
        added: None,
    };
    assert!(matches!(host.ui(&popup(), call), UiReply::Imported { .. }));
    let text = host
        .local
        .remove(&format!("key/{}", cert.fingerprint()))
        .unwrap();
    host.local
        .insert(format!("key/{}", Fingerprint::from_bytes(&[7; 20])), text);
    host.die();
    assert_eq!((host.damaged(), host.status().3), (1, 0));
}

/// Makes the record of a key one that cannot be read; what it was.
fn damage(host: &mut Host, key: &Fingerprint) -> String {
    let record = host.local.get_mut(&format!("key/{key}")).unwrap();
    let old = record.clone();
    *record = record.replace("\"source\"", "\"sourxe\"");
    host.die();
    old
}

#[test]
fn a_deleted_secret_key_leaves_nothing_behind() {
    let mut host = Host::new();
    let key = host.generate("ann@example.org", KeyKind::Curve25519V4);
    let export = UiCall::ExportSecret {
        key: key.fingerprint.clone(),
        passphrase: Secret::new(PASSPHRASE.into()),
        form: ExportForm::Argon2,
    };
    let UiReply::Armored { armored, .. } = host.ui(&popup(), export) else {
        panic!("export")
    };
    let public = UiCall::PublicKey {
        key: key.fingerprint.clone(),
        form: PublicForm::Whole,
    };
    let UiReply::Armored {
        armored: public, ..
    } = host.ui(&popup(), public)
    else {
        panic!("public key")
    };
    let import = |host: &mut Host, text: &Secret| {
        let call = UiCall::Import {
            data: Bytes(text.expose().as_bytes().to_vec()),
            accept: vec![key.fingerprint.clone()],
            passphrase: None,
            replace: false,
            stored: None,
            apart: false,
            added: None,
        };
        assert!(matches!(host.ui(&popup(), call), UiReply::Imported { .. }));
    };
    let delete = |host: &mut Host, secret| {
        let key = key.fingerprint.clone();
        done(host.ui(&popup(), UiCall::Delete { key, secret }));
    };
    let kept = |host: &Host| {
        let entries = host.local.iter();
        let of_key = entries.filter(|(name, _)| name.contains(key.fingerprint.as_str()));
        of_key
            .filter(|(_, text)| text.contains("\"secret\""))
            .count()
    };
    damage(&mut host, &key.fingerprint);
    // The damaged record may be all that is left of the secret: deleting a contact is no reason to lose it.
    import(&mut host, &public);
    delete(&mut host, false);
    assert_eq!(kept(&host), 1);
    import(&mut host, &armored);
    assert_eq!(kept(&host), 2);
    delete(&mut host, true);
    assert_eq!(kept(&host), 0);
}

#[test]
fn settings_can_be_changed_when_the_default_key_cannot_be_read() {
    let mut host = Host::new();
    let key = host.generate("ann@example.org", KeyKind::Curve25519V4);
    let set = |host: &mut Host, change| done(host.ui(&popup(), UiCall::SetSettings { change }));
    let change = SettingsChange {
        default_key: Some(key.fingerprint.clone()),
        ..SettingsChange::default()
    };
    set(&mut host, change);
    let record = damage(&mut host, &key.fingerprint);
    let change = SettingsChange {
        auto_lock_minutes: Some(5),
        ..SettingsChange::default()
    };
    set(&mut host, change);
    host.die();
    // When it can be read again it is the default key as before.
    host.local
        .insert(format!("key/{}", key.fingerprint), record);
    host.die();
    let settings = host.settings();
    assert_eq!(
        (settings.auto_lock_minutes, settings.default_key),
        (5, Some(key.fingerprint))
    );
}

#[test]
fn two_pages_change_different_settings() {
    let mut host = Host::new();
    let (before, half) = (host.settings(), SettingsChange::default());
    let first = SettingsChange {
        auto_lock_minutes: Some(5),
        ..half.clone()
    };
    let second = SettingsChange {
        sign_by_default: Some(false),
        ..half
    };
    for change in [first, second] {
        done(host.ui(&popup(), UiCall::SetSettings { change }));
    }
    host.die();
    let after = Settings {
        auto_lock_minutes: 5,
        sign_by_default: false,
        ..before
    };
    assert_eq!(host.settings(), after);
}

#[test]
fn that_there_is_no_copy_is_noted_with_the_key() {
    for kind in [KeyKind::Curve25519V4, KeyKind::Rsa3072] {
        let mut host = Host::new();
        let key = host.generate("ann@example.org", kind).fingerprint;
        let wanted = [format!("key/{key}"), format!("uncopied/{key}")];
        let stored = host.effects.iter().find_map(|effect| match effect {
            Effect::Store { entries, .. } => Some(entries.iter().map(|(name, _)| name)),
            _ => None,
        });
        assert!(stored.unwrap().eq(&wanted), "all of them or none");
        host.die();
        assert_eq!(host.damaged(), 0);
        done(host.ui(&popup(), UiCall::Delete { key, secret: true }));
        assert!(wanted.iter().all(|name| !host.local.contains_key(name)));
    }
}
