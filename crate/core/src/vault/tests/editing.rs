//! Changes to own keys through the vault: complete or not at all, and never without the passphrase.

use pgp::composed::KeyType;
use pgp::types::{KeyDetails, KeyVersion};

use super::*;
use crate::cert::Certificate;
use crate::testkit::{CERTIFY, DAY, Maker, SIGN, says, usual};

impl Host {
    pub(super) fn change(
        &mut self,
        key: &Fingerprint,
        passphrase: &str,
        change: KeyChange,
    ) -> UiReply {
        self.now += 2;
        let call = UiCall::Edit {
            key: key.clone(),
            passphrase: Secret::new(passphrase.into()),
            change,
        };
        self.ui(&window("keys.html"), call)
    }

    /// The change went well, was one write, and survives the background's end.
    pub(super) fn changed(&mut self, key: &Fingerprint, change: KeyChange) -> KeyInfo {
        let pulses = self.pulses;
        let UiReply::Edited { key: after } = self.change(key, PASSPHRASE, change) else {
            panic!("{:?}", self.effects)
        };
        let local = |e: &&Effect| {
            matches!(
                e,
                Effect::Store {
                    area: Area::Local,
                    ..
                }
            )
        };
        assert_eq!(self.effects.iter().filter(local).count(), 1);
        assert_eq!(self.pulses, pulses + 1);
        self.die();
        assert_eq!(self.info(&after.fingerprint), after);
        after
    }

    pub(super) fn info(&mut self, key: &Fingerprint) -> KeyInfo {
        let UiReply::Keys { own, contacts } = self.ui(&popup(), UiCall::ListKeys {}) else {
            panic!("keys")
        };
        let mut all = own.into_iter().chain(contacts);
        all.find(|k| k.fingerprint == *key).unwrap()
    }

    fn armored(&mut self, call: UiCall) -> (String, String) {
        match self.ui(&window("keys.html"), call) {
            UiReply::Armored { armored, file_name } => (armored.expose().to_owned(), file_name),
            reply => panic!("{reply:?}"),
        }
    }
}

fn add(email: &str) -> KeyChange {
    KeyChange::AddUserId {
        name: "Ann".into(),
        email: email.into(),
        primary: true,
    }
}

#[test]
fn user_ids_expiry_and_subkeys_change() {
    let mut host = Host::new();
    let key = host
        .generate("ann@example.org", KeyKind::Curve25519V4)
        .fingerprint;
    let info = host.changed(&key, add("ann@work.example"));
    assert_eq!(info.user_ids[0].email.as_deref(), Some("ann@work.example"));
    let user_id = info.user_ids[1].id.clone();
    let info = host.changed(&key, KeyChange::PrimaryUserId { user_id });
    assert_eq!(info.user_ids[0].email.as_deref(), Some("ann@example.org"));
    let user_id = info.user_ids[1].id.clone();
    let info = host.changed(&key, KeyChange::RevokeUserId { user_id });
    assert!(info.user_ids[1].revoked);
    let days = |days| KeyChange::Expiry {
        component: None,
        days,
    };
    let info = host.changed(&key, days(Some(30)));
    assert!(
        info.components
            .iter()
            .all(|c| c.expires == Some(host.now + 30 * DAY))
    );
    let info = host.changed(&key, days(None));
    assert!(info.components.iter().all(|c| c.expires.is_none()));
    for (bad, error) in [
        (Some(0), ErrorCode::BadCall),
        (Some(u32::MAX), ErrorCode::Limit),
    ] {
        assert_eq!(refused(host.change(&key, PASSPHRASE, days(bad))), error);
    }
    let info = host.changed(&key, KeyChange::RotateEncryption {});
    assert_eq!(info.components.len(), 3);
    assert!(info.can_encrypt && info.unlocked);
    let component = info
        .components
        .iter()
        .skip(1)
        .find(|c| c.reasons.is_empty())
        .unwrap();
    let reason = RevocationReason::Superseded;
    let component = component.fingerprint.clone();
    let info = host.changed(&key, KeyChange::RevokeSubkey { component, reason });
    assert!(!info.can_encrypt);
    let more = KeyChange::AddSubkey {
        subkey_kind: SubkeyKind::PostQuantum,
        days: None,
    };
    let info = host.changed(&key, more);
    assert!(info.can_encrypt && info.classic_form);
    assert!(
        info.components
            .iter()
            .any(|c| c.post_quantum && c.reasons.is_empty())
    );
}

#[test]
fn nothing_changes_without_the_passphrase_or_half() {
    let mut host = Host::new();
    let key = host
        .generate("ann@example.org", KeyKind::Curve25519V4)
        .fingerprint;
    let before = host.local.clone();
    for change in [add("ann@work.example"), KeyChange::RotateEncryption {}] {
        let refusal = refused(host.change(&key, "wrong horse", change));
        assert_eq!(refusal, ErrorCode::WrongPassphrase);
    }
    let short = KeyChange::Passphrase {
        new: Secret::new("short".into()),
    };
    assert_eq!(
        refused(host.change(&key, PASSPHRASE, short)),
        ErrorCode::WeakPassphrase
    );
    assert_eq!(
        refused(host.change(&key, PASSPHRASE, add("no address"))),
        ErrorCode::NotAnAddress
    );
    assert_eq!(host.local, before);
    let unknown = Fingerprint::from_bytes(&[7; 20]);
    assert_eq!(
        refused(host.change(&unknown, PASSPHRASE, add("a@example.org"))),
        ErrorCode::UnknownKey
    );
    let ben = usual("Ben <ben@example.org>");
    let bytes = ben.bytes();
    let import = UiCall::Import {
        data: Bytes(bytes),
        accept: vec![ben.cert().fingerprint()],
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
    let foreign = host.change(&ben.cert().fingerprint(), PASSPHRASE, add("a@example.org"));
    assert_eq!(refused(foreign), ErrorCode::NoSecret);
}

#[test]
fn the_new_passphrase_is_the_only_one() {
    let mut host = Host::new();
    let key = host
        .generate("ann@example.org", KeyKind::Curve25519V6)
        .fingerprint;
    let new = "battery staple";
    host.changed(
        &key,
        KeyChange::Passphrase {
            new: Secret::new(new.into()),
        },
    );
    done(host.ui(&popup(), UiCall::Lock {}));
    assert_eq!(
        refused(host.unlock(&key, PASSPHRASE)),
        ErrorCode::WrongPassphrase
    );
    done(host.unlock(&key, new));
}

#[test]
fn a_revocation_certificate_is_kept_and_withdraws_the_key_when_it_is_imported() {
    for kind in [KeyKind::Curve25519V4, KeyKind::Curve25519V6] {
        let mut host = Host::new();
        let info = host.generate("ann@example.org", kind);
        assert!(info.has_revocation);
        host.die();
        let key = info.fingerprint;
        let call = UiCall::RevocationCertificate {
            key: key.clone(),
            passphrase: None,
        };
        let (block, name) = host.armored(call);
        assert!(name.ends_with("_REVOCATION.asc"), "{name}");
        assert_eq!(host.info(&key).state, KeyState::Valid);
        let data = Bytes(block.into_bytes());
        let preview = host.ui(&popup(), UiCall::PreviewImport { data: data.clone() });
        let UiReply::Preview { keys, .. } = preview else {
            panic!("{preview:?}")
        };
        assert!(keys[0].known && keys[0].news && keys[0].revokes);
        let import = UiCall::Import {
            data,
            accept: vec![key.clone()],
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
        host.now += 2;
        assert_eq!(host.info(&key).state, KeyState::Revoked);
        // Nothing else than another revocation can be done to it.
        assert_eq!(
            refused(host.change(&key, PASSPHRASE, add("a@example.org"))),
            ErrorCode::UnusableKey
        );
    }
}

#[test]
fn a_key_from_elsewhere_gets_its_revocation_certificate_when_it_is_asked_for() {
    let mut host = Host::new();
    let maker = usual("Ann <ann@example.org>");
    let key = maker.cert().fingerprint();
    let import = UiCall::Import {
        data: Bytes(maker.secret_bytes()),
        accept: vec![key.clone()],
        passphrase: Some(Secret::new(PASSPHRASE.into())),
        replace: false,
        stored: None,
        apart: false,
        added: None,
    };
    assert!(matches!(
        host.ui(&popup(), import),
        UiReply::Imported { .. }
    ));
    let call = |passphrase: Option<&str>| UiCall::RevocationCertificate {
        key: maker.cert().fingerprint(),
        passphrase: passphrase.map(|p| Secret::new(p.into())),
    };
    let keys = window("keys.html");
    assert_eq!(
        refused(host.ui(&keys, call(None))),
        ErrorCode::NeedsPassphrase
    );
    assert_eq!(
        refused(host.ui(&keys, call(Some("wrong horse")))),
        ErrorCode::WrongPassphrase
    );
    let first = host.armored(call(Some(PASSPHRASE)));
    host.die();
    assert_eq!(host.armored(call(None)), first);
}

#[test]
fn a_whole_key_is_withdrawn() {
    let mut host = Host::new();
    let key = host
        .generate("ann@example.org", KeyKind::Curve25519V4)
        .fingerprint;
    let revoke = KeyChange::Revoke {
        reason: RevocationReason::Compromised,
        text: "laptop stolen".into(),
    };
    let info = host.changed(&key, revoke);
    assert_eq!((info.state, info.can_encrypt), (KeyState::Revoked, false));
    // What others get says it.
    let (block, _) = host.armored(UiCall::PublicKey {
        key,
        form: PublicForm::Shared,
    });
    let read = Certificate::read_many(block.as_bytes());
    assert_eq!(
        read.keys[0].certificate.info(host.now).state,
        KeyState::Revoked
    );
}

#[test]
fn a_certified_user_id_says_so_and_stays_here_unless_it_may_go() {
    let mut host = Host::new();
    let own = host
        .generate("ann@example.org", KeyKind::Curve25519V4)
        .fingerprint;
    let ben = usual("Ben <ben@example.org>").user(
        "Ben <b@work.example>",
        says(crate::testkit::MADE).flags(CERTIFY),
    );
    let import = UiCall::Import {
        data: Bytes(ben.bytes()),
        accept: vec![ben.cert().fingerprint()],
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
    let other = ben.cert().fingerprint();
    for exportable in [false, true] {
        let user_id = host
            .info(&other)
            .user_ids
            .iter()
            .find(|u| u.email.as_deref() == Some("ben@example.org"))
            .unwrap()
            .id
            .clone();
        let certify = KeyChange::Certify {
            certificate: other.clone(),
            user_id,
            level: CertifyLevel::Careful,
            exportable,
        };
        let info = host.changed(&own, certify);
        assert_eq!(info.fingerprint, other);
        for id in &info.user_ids {
            let by: Vec<_> = id
                .certified
                .iter()
                .map(|c| (&c.key, c.exportable))
                .collect();
            match id.email.as_deref() == Some("ben@example.org") {
                true => assert_eq!(by, [(&own, exportable)]),
                false => assert!(by.is_empty()),
            }
        }
        let (block, _) = host.armored(UiCall::PublicKey {
            key: other.clone(),
            form: PublicForm::Shared,
        });
        let given = Certificate::read_many(block.as_bytes())
            .keys
            .remove(0)
            .certificate;
        assert_eq!(given.to_bytes() == ben.cert().to_bytes(), !exportable);
        // To undo a deletion nothing is left out.
        let call = UiCall::PublicKey {
            key: other.clone(),
            form: PublicForm::Whole,
        };
        assert_ne!(host.armored(call).0, ben.cert().armored());
        host.now += 1;
    }
    // It is taken back; there is nothing to be taken back then.
    let back = || KeyChange::RevokeCertification {
        certificate: other.clone(),
        user_id: Bytes(b"Ben <ben@example.org>".to_vec()),
    };
    let info = host.changed(&own, back());
    assert!(info.user_ids.iter().all(|id| id.certified.is_empty()));
    assert_eq!(
        refused(host.change(&own, PASSPHRASE, back())),
        ErrorCode::BadCall
    );
    let mine = KeyChange::Certify {
        certificate: own.clone(),
        user_id: host.info(&own).user_ids[0].id.clone(),
        level: CertifyLevel::NotSaid,
        exportable: true,
    };
    assert_eq!(
        refused(host.change(&own, PASSPHRASE, mine)),
        ErrorCode::BadCall
    );
}

#[test]
fn a_post_quantum_key_is_given_out_in_both_forms() {
    let mut host = Host::new();
    let info = host.generate("ann@example.org", KeyKind::PostQuantumV4);
    assert!(info.classic_form && info.can_encrypt);
    for form in [PublicForm::Shared, PublicForm::Classic] {
        let key = info.fingerprint.clone();
        let (block, _) = host.armored(UiCall::PublicKey { key, form });
        let given = Certificate::read_many(block.as_bytes())
            .keys
            .remove(0)
            .certificate
            .info(NOW);
        assert_eq!(
            given.components.iter().any(|c| c.post_quantum),
            form == PublicForm::Shared
        );
        assert!(given.can_encrypt && given.can_sign);
    }
}

#[test]
fn a_clock_that_was_ahead_keeps_nobody_from_withdrawing_a_key() {
    let ahead = NOW + 30 * DAY;
    let changed_then = usual("Ann <ann@example.org>")
        .user("Ann <ann@example.org>", says(ahead).flags(CERTIFY | SIGN));
    let made_then = Maker::new(&KeyType::Ed25519Legacy, KeyVersion::V4, ahead)
        .user("Ann <ann@example.org>", says(ahead).flags(CERTIFY | SIGN))
        .encrypts();
    for maker in [changed_then, made_then] {
        let key = maker.cert().fingerprint();
        let host = || {
            let mut host = Host::new();
            let import = UiCall::Import {
                data: Bytes(maker.secret_bytes()),
                accept: vec![key.clone()],
                passphrase: Some(Secret::new(PASSPHRASE.into())),
                replace: false,
                stored: None,
                apart: false,
                added: Some(NOW),
            };
            let reply = host.ui(&popup(), import);
            assert!(matches!(reply, UiReply::Imported { .. }), "{reply:?}");
            host
        };
        // All else waits, and says what for.
        let soft = RevocationReason::Retired;
        let component =
            Fingerprint::from_bytes(KeyDetails::fingerprint(&maker.subkeys[0]).as_bytes());
        for change in [
            add("a@example.org"),
            KeyChange::Revoke {
                reason: soft,
                text: String::new(),
            },
            KeyChange::RevokeSubkey {
                component: component.clone(),
                reason: soft,
            },
        ] {
            let reply = host().change(&key, PASSPHRASE, change);
            let UiReply::Refused { error, detail } = reply else {
                panic!("{reply:?}")
            };
            assert_eq!(error, ErrorCode::UnusableKey);
            assert_eq!(detail.unwrap().reasons, [Reason::NotYetValid]);
        }
        for reason in [RevocationReason::Compromised, RevocationReason::NotSaid] {
            let text = String::new();
            let after = host().changed(&key, KeyChange::Revoke { reason, text });
            assert_eq!(after.state, KeyState::Revoked);
            let change = KeyChange::RevokeSubkey {
                component: component.clone(),
                reason,
            };
            let after = host().changed(&key, change);
            assert!(after.components[1].reasons.contains(&Reason::RevokedHard));
        }
        let mut host = host();
        let call = UiCall::RevocationCertificate {
            key: key.clone(),
            passphrase: Some(Secret::new(PASSPHRASE.into())),
        };
        let (block, _) = host.armored(call);
        let import = UiCall::Import {
            data: Bytes(block.into_bytes()),
            accept: vec![key.clone()],
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
        assert_eq!(host.info(&key).state, KeyState::Revoked);
    }
}
