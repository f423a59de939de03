//! Session keys, signatures, certificates, recipients; locked and unlocked.

use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::PublicKeyEncryptedSessionKey;
use pgp::ser::Serialize as _;

use super::*;
use crate::cert::Certificate;
use crate::policy;
use crate::testkit::{DAY, says, usual};

fn own_certificate(host: &mut Host) -> Certificate {
    match host.ui(&popup(), UiCall::Recipients { addresses: vec![] }) {
        UiReply::Recipients {
            own_certificate: Some(bytes),
            ..
        } => Certificate::from_bytes(&bytes.0).unwrap(),
        reply => panic!("{reply:?}"),
    }
}

fn pkesk(cert: &Certificate) -> (Bytes, Vec<u8>) {
    pkesks(cert).swap_remove(0)
}

/// One for each component that is encrypted to, with its session key.
pub(super) fn pkesks(cert: &Certificate) -> Vec<(Bytes, Vec<u8>)> {
    let components = policy::encryption_components(cert, NOW).unwrap();
    let made = components.iter().map(|component| {
        let cipher = SymmetricKeyAlgorithm::AES256;
        let session_key = cipher.new_session_key(testkit::rng());
        let packet = PublicKeyEncryptedSessionKey::from_session_key_v3(
            testkit::rng(),
            &session_key,
            cipher,
            &component.key(),
        );
        let mut out = Vec::new();
        crate::cert::packets::write(&mut out, 1, &packet.unwrap().to_bytes().unwrap());
        (Bytes(out), session_key.as_ref().to_vec())
    });
    made.collect()
}

#[test]
fn a_message_is_opened_after_unlocking() {
    let mut host = Host::new();
    let key = host.generate("ann@example.org", KeyKind::Curve25519V4);
    let cert = own_certificate(&mut host);
    let (packet, session_key) = pkesk(&cert);
    let view = host.view(1, 3);
    let decipher = || UiCall::Decipher {
        // One that cannot be read does not move the others.
        pkesks: vec![Bytes(vec![0xc1, 1, 9]), packet.clone()],
    };
    let opened = |reply| match reply {
        UiReply::SessionKey {
            algorithm,
            key,
            opened_by,
        } => (
            algorithm,
            key.expose_bytes().unwrap().to_vec(),
            (opened_by.certificate, opened_by.packet, opened_by.name),
        ),
        reply => panic!("{reply:?}"),
    };
    let name = key.user_ids[0].text.clone();
    let opener = (key.fingerprint.clone(), 1, name);
    let expected = (Some(9), session_key, opener);
    assert_eq!(opened(host.ui(&view, decipher())), expected);
    done(host.ui(&view, UiCall::Lock {}));
    match host.ui(&view, decipher()) {
        UiReply::Locked { keys } => {
            assert_eq!(keys[0].fingerprint, key.fingerprint);
            assert!(keys[0].secret && !keys[0].unlocked);
        }
        reply => panic!("{reply:?}"),
    }
    done(host.ui(
        &view,
        UiCall::RequestUnlock {
            keys: vec![key.fingerprint.clone()],
        },
    ));
    let (page, id) = host.windows.last().unwrap().clone();
    assert_eq!(page, "unlock.html");
    // Asked again: the same window comes to the front.
    host.die();
    done(host.ui(
        &view,
        UiCall::RequestUnlock {
            keys: vec![key.fingerprint.clone()],
        },
    ));
    assert_eq!(host.windows.last().unwrap().1, id);
    match host.ui(
        &window("unlock.html"),
        UiCall::UnlockRequest { id: id.clone() },
    ) {
        UiReply::UnlockRequest { keys } => assert_eq!(keys[0].fingerprint, key.fingerprint),
        reply => panic!("{reply:?}"),
    }
    assert_eq!(
        refused(host.unlock(&key.fingerprint, "wrong horse")),
        ErrorCode::WrongPassphrase
    );
    assert!(!host.is_unlocked());
    done(host.unlock(&key.fingerprint, PASSPHRASE));
    assert_eq!(opened(host.ui(&view, decipher())), expected);
    // The request is done with.
    let reply = host.ui(&window("unlock.html"), UiCall::UnlockRequest { id });
    assert_eq!(refused(reply), ErrorCode::BadTicket);
}

#[test]
fn each_operation_of_a_private_key_counts() {
    let mut host = Host::new();
    host.generate("ann@example.org", KeyKind::Curve25519V4);
    let cert = own_certificate(&mut host);
    let (packet, _) = pkesk(&cert);
    let mut broken = packet.clone();
    *broken.0.last_mut().unwrap() ^= 1;
    let view = host.view(1, 3);
    let ask = |host: &mut Host, pkesks: Vec<Bytes>| host.ui(&view, UiCall::Decipher { pkesks });
    let each = limits::MAX_NAMED_TRIALS as u32;
    let calls = limits::MAX_VIEW_OPERATIONS_PER_MINUTE / each;
    for _ in 0..calls {
        let reply = ask(&mut host, vec![broken.clone(); limits::MAX_PKESKS]);
        assert_eq!(limit_of(&reply), Some(each));
    }
    // Fewer are left than this message would take: they are made, and then it is over.
    let left = (limits::MAX_VIEW_OPERATIONS_PER_MINUTE % each) as usize;
    let reply = ask(
        &mut host,
        [vec![broken; left], vec![packet.clone()]].concat(),
    );
    assert_eq!(refused(reply), ErrorCode::Busy);
    assert_eq!(
        refused(ask(&mut host, vec![packet.clone()])),
        ErrorCode::Busy
    );
    host.wait(60);
    let reply = ask(&mut host, vec![packet]);
    assert!(matches!(reply, UiReply::SessionKey { .. }));
}

#[test]
fn messages_for_others_have_no_key() {
    let mut host = Host::new();
    let (packet, _) = pkesk(&usual("B <b@example.org>").cert());
    let ask = |host: &mut Host| {
        refused(host.ui(
            &popup(),
            UiCall::Decipher {
                pkesks: vec![packet.clone()],
            },
        ))
    };
    assert_eq!(ask(&mut host), ErrorCode::NoKey);
    host.generate("ann@example.org", KeyKind::Curve25519V4);
    assert_eq!(ask(&mut host), ErrorCode::NoKey);
    let many = vec![packet; limits::MAX_PKESKS + 1];
    let reply = host.ui(&popup(), UiCall::Decipher { pkesks: many });
    assert_eq!(limit_of(&reply), Some(limits::MAX_PKESKS as u32));
    let view = host.view(1, 3);
    host.ui(&popup(), UiCall::Lock {});
    assert_eq!(
        refused(Host::new().ui(&popup(), UiCall::RequestUnlock { keys: vec![] })),
        ErrorCode::NoKey
    );
    done(host.ui(&view, UiCall::RequestUnlock { keys: vec![] }));
}

#[test]
fn signing_needs_the_unlocked_key_that_policy_allows() {
    let mut host = Host::new();
    let key = host.generate("ann@example.org", KeyKind::Curve25519V4);
    let request = |component: &Fingerprint| SignRequest {
        certificate: key.fingerprint.clone(),
        component: component.clone(),
        hash: 10,
        digest: Bytes(vec![1; 64]),
    };
    let compose = window("compose.html");
    let reply = host.ui(
        &compose,
        UiCall::Sign {
            request: request(&key.fingerprint),
        },
    );
    assert!(matches!(reply, UiReply::Signature { .. }));
    let reply = host.ui(
        &compose,
        UiCall::Sign {
            request: request(&key.components[1].fingerprint),
        },
    );
    assert_eq!(refused(reply), ErrorCode::UnusableKey);
    let mut unknown = request(&key.fingerprint);
    unknown.certificate = Fingerprint::from_bytes(&[1; 20]);
    assert_eq!(
        refused(host.ui(&compose, UiCall::Sign { request: unknown })),
        ErrorCode::UnknownKey
    );
    host.wait(731 * DAY);
    done(host.unlock(&key.fingerprint, PASSPHRASE));
    match host.ui(
        &compose,
        UiCall::Sign {
            request: request(&key.fingerprint),
        },
    ) {
        UiReply::Refused {
            error: ErrorCode::UnusableKey,
            detail: Some(detail),
        } => {
            assert_eq!(detail.reasons, [Reason::Expired]);
        }
        reply => panic!("{reply:?}"),
    }
    host.ui(&popup(), UiCall::Lock {});
    let reply = host.ui(
        &compose,
        UiCall::Sign {
            request: request(&key.fingerprint),
        },
    );
    assert!(matches!(reply, UiReply::Locked { .. }));
}

fn import(host: &mut Host, cert: &Certificate) {
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

#[test]
fn recipients_get_the_best_key_or_a_reason() {
    let mut host = Host::new();
    let own = host.generate("ann@example.org", KeyKind::Curve25519V4);
    let old = usual("Ben <ben@example.org>").cert();
    let new = testkit::Maker::new(
        &pgp::composed::KeyType::Ed25519Legacy,
        pgp::types::KeyVersion::V4,
        NOW - DAY,
    )
    .user("Ben <ben@example.org>", says(NOW - DAY).flags(3))
    .encrypts()
    .cert();
    let expired = testkit::Maker::v4()
        .user(
            "Cia <cia@example.org>",
            says(testkit::MADE).flags(3).key_lasts(DAY),
        )
        .encrypts()
        .cert();
    let revoked = usual("Dan <dan@example.org>").revoke(says(NOW)).cert();
    for cert in [&old, &new, &expired, &revoked] {
        import(&mut host, cert);
    }
    let ask = |host: &mut Host, addresses: &[&str]| {
        let addresses = addresses.iter().map(|a| (*a).to_owned()).collect();
        match host.ui(&popup(), UiCall::Recipients { addresses }) {
            UiReply::Recipients {
                recipients, own, ..
            } => (recipients, own),
            reply => panic!("{reply:?}"),
        }
    };
    let typed = [
        "Ben B. <BEN@example.org>",
        "cia@example.org",
        "dan@example.org",
        "eve@example.org",
        "no\u{202e}body",
    ];
    let (found, own_found) = ask(&mut host, &typed);
    assert_eq!(own_found.unwrap().fingerprint, own.fingerprint);
    let states: Vec<_> = found.iter().map(|r| r.state).collect();
    use RecipientState::*;
    assert_eq!(states, [Ready, Unusable, Unusable, NoKey, NotAnAddress]);
    assert_eq!(found[0].address, "ben@example.org");
    assert_eq!(
        found[0].key.as_ref().unwrap().fingerprint,
        new.fingerprint()
    );
    assert_eq!(found[0].certificate.as_ref().unwrap().0, new.to_bytes());
    assert!(found[0].several);
    assert_eq!(found[1].reasons, [Reason::Expired]);
    assert_eq!(found[2].reasons, [Reason::RevokedHard]);
    assert!(found[1].certificate.is_none());
    assert_eq!(found[4].address, "no\u{fffd}body");
    let many = vec![String::new(); limits::MAX_RECIPIENTS + 1];
    let reply = host.ui(&popup(), UiCall::Recipients { addresses: many });
    assert_eq!(limit_of(&reply), Some(limits::MAX_RECIPIENTS as u32));
}

#[test]
fn certificates_are_found_by_what_may_have_signed() {
    let mut host = Host::new();
    let cert = usual("Ben <ben@example.org>").signs().cert();
    import(&mut host, &cert);
    let info = cert.info(NOW);
    let find = |host: &mut Host, issuers: Vec<String>| match host
        .ui(&popup(), UiCall::Certificates { issuers })
    {
        UiReply::Certificates { certificates, .. } => certificates.len(),
        reply => panic!("{reply:?}"),
    };
    for component in &info.components {
        let fingerprint = component.fingerprint.to_string();
        let id = fingerprint[24..].to_owned();
        // The subkey for encryption never signed that it belongs here.
        let expected = usize::from(component.uses != [KeyUse::Encrypt]);
        assert_eq!(find(&mut host, vec![fingerprint, id]), expected);
    }
    assert_eq!(find(&mut host, vec!["0123456789abcdef".into()]), 0);
    let bad = UiCall::Certificates {
        issuers: vec!["xyz".into()],
    };
    assert_eq!(refused(host.ui(&popup(), bad)), ErrorCode::BadCall);
    let many = UiCall::Certificates {
        issuers: vec!["0123456789abcdef".into(); limits::MAX_ISSUERS + 1],
    };
    assert_eq!(
        limit_of(&host.ui(&popup(), many)),
        Some(limits::MAX_ISSUERS as u32)
    );
}

#[test]
fn keys_lock_after_the_time_without_use() {
    let mut host = Host::new();
    let key = host.generate("ann@example.org", KeyKind::Curve25519V4);
    let (packet, _) = pkesk(&own_certificate(&mut host));
    let use_it = |host: &mut Host| {
        host.ui(
            &popup(),
            UiCall::Decipher {
                pkesks: vec![packet.clone()],
            },
        )
    };
    let minutes = 30 * 60;
    assert_eq!(host.alarm, Some(NOW + minutes));
    assert_eq!(host.status().1, Some(NOW + minutes));
    // Use extends the time, but is not written at every single use.
    host.wait(29);
    use_it(&mut host);
    assert!(
        !host
            .effects
            .iter()
            .any(|e| matches!(e, Effect::Remember { .. }))
    );
    host.wait(1);
    use_it(&mut host);
    assert!(
        host.effects
            .iter()
            .any(|e| matches!(e, Effect::Remember { .. }))
    );
    assert_eq!(host.alarm, Some(NOW + 30 + minutes));
    host.wait(minutes - 1);
    assert!(host.is_unlocked());
    // An alarm that rings early is set again.
    let effects = host.vault.tick(host.now);
    assert!(matches!(effects[..], [Effect::Alarm { at: Some(at) }] if at == NOW + 30 + minutes));
    host.wait(1);
    assert!(!host.is_unlocked());
    assert!(host.remembered.is_none());
    assert_eq!(host.alarm, None);
    // Without an alarm the next call notices.
    done(host.unlock(&key.fingerprint, PASSPHRASE));
    host.now += minutes;
    let reply = use_it(&mut host);
    assert!(matches!(reply, UiReply::Locked { .. }), "{reply:?}");
    // A clock that was put back locks as well.
    done(host.unlock(&key.fingerprint, PASSPHRASE));
    host.now -= DAY;
    assert!(!host.is_unlocked());
    // Also while nothing ran, and all that show something hear of it.
    done(host.unlock(&key.fingerprint, PASSPHRASE));
    let pulses = host.pulses;
    host.now -= DAY;
    host.die();
    assert!(host.pulses > pulses && !host.is_unlocked());
    // Nothing could be remembered: the alarm finds nothing open any more, and says so.
    done(host.unlock(&key.fingerprint, PASSPHRASE));
    host.remembered = None;
    host.die();
    let pulses = host.pulses;
    host.wait(minutes);
    assert!(host.pulses > pulses);
}

#[test]
fn a_page_keeps_keys_open_for_a_day_at_most() {
    let mut host = Host::new();
    let key = host.generate("ann@example.org", KeyKind::Curve25519V4);
    let (packet, _) = pkesk(&own_certificate(&mut host));
    let acted = host.now;
    let mut frame = 1;
    // A page shows a message, again and again, each time in another view; nobody is there. When it is locked?
    let mut shows = |host: &mut Host| {
        for _ in 0..3 * 24 * 3 {
            host.wait(20 * 60);
            frame += 1;
            if frame % 5 == 0 {
                host.die();
            }
            let view = host.view(1, frame);
            let pkesks = vec![packet.clone()];
            match host.ui(&view, UiCall::Decipher { pkesks }) {
                UiReply::SessionKey { .. } => {}
                UiReply::Locked { .. } => return host.now,
                reply => panic!("{reply:?}"),
            }
        }
        panic!("it is never locked")
    };
    assert_eq!(shows(&mut host), acted + limits::MAX_READING_TIME);
    // Who unlocks or signs is there; that survives the background as well.
    done(host.unlock(&key.fingerprint, PASSPHRASE));
    for _ in 0..50 {
        host.wait(25 * 60);
        let request = SignRequest {
            certificate: key.fingerprint.clone(),
            component: key.fingerprint.clone(),
            hash: 10,
            digest: Bytes(vec![1; 64]),
        };
        let reply = host.ui(&window("compose.html"), UiCall::Sign { request });
        assert!(matches!(reply, UiReply::Signature { .. }), "{reply:?}");
        host.die();
    }
    let acted = host.now;
    assert_eq!(shows(&mut host), acted + limits::MAX_READING_TIME);
}

#[test]
fn the_time_can_be_set() {
    let mut host = Host::new();
    let key = host.generate("ann@example.org", KeyKind::Curve25519V4);
    let change = |minutes, default_key| SettingsChange {
        auto_lock_minutes: Some(minutes),
        encrypt_to_self: Some(false),
        selection_button: Some(false),
        sign_by_default: Some(false),
        default_key,
        check_spelling: None,
    };
    let mut set = |change| host.ui(&popup(), UiCall::SetSettings { change });
    done(set(change(1, Some(key.fingerprint.clone()))));
    assert_eq!(
        refused(set(change(1, Some(Fingerprint::from_bytes(&[1; 20]))))),
        ErrorCode::UnknownKey
    );
    let reply = set(change(limits::MAX_AUTO_LOCK_MINUTES + 1, None));
    assert_eq!(limit_of(&reply), Some(limits::MAX_AUTO_LOCK_MINUTES));
    assert_eq!(host.alarm, Some(NOW + 60));
    host.die();
    let stored = Settings {
        auto_lock_minutes: 1,
        encrypt_to_self: false,
        selection_button: false,
        sign_by_default: false,
        default_key: Some(key.fingerprint.clone()),
        check_spelling: None,
    };
    assert_eq!(host.settings(), stored);
    // Until the browser closes.
    let call = UiCall::SetSettings {
        change: change(0, None),
    };
    done(host.ui(&popup(), call));
    assert_eq!((host.alarm, host.status().1), (None, None));
    host.wait(400 * DAY);
    host.die();
    assert!(host.is_unlocked());
    host.close_browser();
    assert!(!host.is_unlocked());
}
