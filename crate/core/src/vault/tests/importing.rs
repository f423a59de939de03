//! Importing: preview, choice, merging, staging.

use pgp::types::KeyVersion;

use super::*;
use crate::cert::Certificate;
use crate::testkit::{Maker, says, usual};

pub(super) fn preview(host: &mut Host, data: &[u8]) -> (Vec<ImportPreview>, Vec<SkippedKey>) {
    match host.ui(
        &popup(),
        UiCall::PreviewImport {
            data: Bytes(data.to_vec()),
        },
    ) {
        UiReply::Preview { keys, skipped } => (keys, skipped),
        reply => panic!("{reply:?}"),
    }
}

pub(super) fn import(
    host: &mut Host,
    data: &[u8],
    accept: &[&Certificate],
    passphrase: Option<&str>,
) -> UiReply {
    let call = UiCall::Import {
        data: Bytes(data.to_vec()),
        accept: accept.iter().map(|c| c.fingerprint()).collect(),
        passphrase: passphrase.map(|p| Secret::new(p.into())),
        replace: false,
        stored: None,
        apart: false,
        added: None,
    };
    host.ui(&popup(), call)
}

pub(super) fn outcomes(reply: UiReply) -> Vec<(bool, bool)> {
    match reply {
        UiReply::Imported { outcomes } => outcomes.iter().map(|o| (o.new, o.changed)).collect(),
        reply => panic!("{reply:?}"),
    }
}

#[test]
fn a_preview_stores_nothing_and_tells_everything() {
    let mut host = Host::new();
    let ben = usual("Ben <ben@example.org>");
    let again = usual("Ben B <BEN@example.org>");
    let nobody = Maker::v4().encrypts();
    let data = [ben.bytes(), again.secret_bytes(), nobody.bytes()].concat();
    let stored = host.local.clone();
    let (keys, skipped) = preview(&mut host, &data);
    assert_eq!(host.local, stored);
    assert_eq!(keys.len(), 2);
    assert!(!keys[0].known && keys[0].news && !keys[0].in_clear && !keys[0].key.secret);
    assert!(keys[1].in_clear && keys[1].key.secret);
    let wanted = [WantedPassphrase::None, WantedPassphrase::Fresh];
    assert_eq!([keys[0].passphrase, keys[1].passphrase], wanted);
    assert_eq!(keys[0].key.added, None);
    assert_eq!(
        skipped,
        [SkippedKey {
            fingerprint: Some(nobody.cert().fingerprint()),
            error: ErrorCode::NoUserId
        }]
    );
    // Then the first is imported: it is known, and the other has its address.
    assert_eq!(
        outcomes(import(&mut host, &data, &[&ben.cert()], None)),
        [(true, false)]
    );
    let (keys, _) = preview(&mut host, &data);
    assert!(keys[0].known && !keys[0].news);
    assert_eq!(keys[1].same_address, [ben.cert().fingerprint()]);
    assert!(keys[0].same_address.is_empty());
    // Unchanged: nothing is written.
    assert_eq!(
        outcomes(import(&mut host, &data, &[&ben.cert()], None)),
        [(false, false)]
    );
    assert!(host.effects.is_empty());
    // A revocation, without the user ID, is news.
    let revoked = Maker {
        packets: ben.packets[..1].to_vec(),
        ..ben.clone()
    }
    .revoke(says(NOW));
    let (keys, skipped) = preview(&mut host, &revoked.bytes());
    assert!(keys[0].known && keys[0].news && skipped.is_empty());
    assert!(keys[0].revokes);
    assert_eq!(
        outcomes(import(&mut host, &revoked.bytes(), &[&ben.cert()], None)),
        [(false, true)]
    );
    host.die();
    match host.ui(&popup(), UiCall::ListKeys {}) {
        UiReply::Keys { contacts, .. } => {
            assert_eq!(contacts[0].state, KeyState::Revoked);
            assert_eq!(contacts[0].user_ids.len(), 1);
        }
        reply => panic!("{reply:?}"),
    }
}

#[test]
fn what_is_no_key_or_too_large_is_said() {
    let mut host = Host::new();
    for (data, error) in [
        (b"hello".to_vec(), ErrorCode::NotAKey),
        (vec![], ErrorCode::NotAKey),
        (vec![b' '; 20 * 1024 * 1024], ErrorCode::Limit),
        (
            b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA".to_vec(),
            ErrorCode::BrokenArmor,
        ),
    ] {
        let (keys, skipped) = preview(&mut host, &data);
        assert_eq!((keys.len(), skipped[0].error), (0, error));
    }
    let ben = usual("Ben <ben@example.org>");
    let reply = import(
        &mut host,
        &ben.bytes(),
        &[&usual("X <x@example.org>").cert()],
        None,
    );
    assert_eq!(refused(reply), ErrorCode::UnknownKey);
    assert_eq!(outcomes(import(&mut host, &ben.bytes(), &[], None)), []);
}

#[test]
fn secret_keys_in_clear_get_a_passphrase_or_stay_out() {
    let mut host = Host::new();
    let (ann, ben) = (
        usual("Ann <ann@example.org>"),
        usual("Ben <ben@example.org>"),
    );
    let data = [ben.bytes(), ann.secret_bytes()].concat();
    let both = [&ben.cert(), &ann.cert()];
    assert_eq!(
        refused(import(&mut host, &data, &both, None)),
        ErrorCode::NeedsPassphrase
    );
    assert_eq!(
        refused(import(&mut host, &data, &both, Some("short"))),
        ErrorCode::WeakPassphrase
    );
    // All or nothing.
    assert!(host.local.is_empty());
    assert_eq!(host.status(), (vec![], None, 0, 0));
    assert_eq!(
        outcomes(import(&mut host, &data, &both, Some(PASSPHRASE))),
        [(true, false); 2]
    );
    assert_eq!(host.status(), (vec![], None, 1, 1));
    assert_eq!(
        refused(host.unlock(&ben.cert().fingerprint(), PASSPHRASE)),
        ErrorCode::NoSecret
    );
    assert_eq!(
        refused(host.unlock(&ann.cert().fingerprint(), "wrong horse")),
        ErrorCode::WrongPassphrase
    );
    done(host.unlock(&ann.cert().fingerprint(), PASSPHRASE));
    // No secret part stands in clear in storage.
    let text = host
        .local
        .get(&format!("key/{}", ann.cert().fingerprint()))
        .unwrap();
    let record: serde_json::Value = serde_json::from_str(text).unwrap();
    let stored = Secret::new(record["secret"].as_str().unwrap().to_owned())
        .expose_bytes()
        .unwrap();
    let clear = Certificate::read_many(&ann.secret_bytes())
        .keys
        .remove(0)
        .secret
        .unwrap();
    for packet in clear.iter() {
        // The number itself, without usage, length and checksum.
        let secret = &packet.body[packet.public + 3..packet.body.len() - 2];
        assert!(secret.len() >= 30 && packet.body.windows(secret.len()).any(|w| w == secret));
        assert!(!stored.windows(secret.len()).any(|w| w == secret));
    }
}

#[test]
fn a_contact_becomes_own_and_its_secret_is_never_replaced() {
    let mut host = Host::new();
    let ann = usual("Ann <ann@example.org>");
    let cert = ann.cert();
    assert_eq!(
        outcomes(import(&mut host, &ann.bytes(), &[&cert], None)),
        [(true, false)]
    );
    let (keys, _) = preview(&mut host, &ann.secret_bytes());
    assert!(keys[0].known && keys[0].news);
    assert_eq!(
        outcomes(import(
            &mut host,
            &ann.secret_bytes(),
            &[&cert],
            Some(PASSPHRASE)
        )),
        [(false, true)]
    );
    // Named twice it is imported once.
    let twice = import(&mut host, &ann.bytes(), &[&cert, &cert], None);
    assert_eq!(outcomes(twice), [(false, false)]);
    let stored = host.local.clone();
    let reply = import(
        &mut host,
        &ann.secret_bytes(),
        &[&cert],
        Some("another phrase"),
    );
    assert_eq!(outcomes(reply), [(false, false)]);
    assert_eq!(host.local, stored);
    done(host.unlock(&cert.fingerprint(), PASSPHRASE));
}

#[test]
fn secrets_that_together_could_never_be_opened_are_refused() {
    let mut host = Host::new();
    let half = limits::MAX_SECRET_COMPONENTS / 2;
    let ann = usual("Ann <ann@example.org>");
    let more = |ann: &Maker| (0..half).fold(ann.clone(), |maker, _| maker.encrypts());
    let (one, other) = (more(&ann), more(&ann));
    let import = |host: &mut Host, maker: &Maker| {
        import(
            host,
            &maker.secret_bytes(),
            &[&ann.cert()],
            Some(PASSPHRASE),
        )
    };
    assert_eq!(outcomes(import(&mut host, &one)), [(true, false)]);
    let stored = host.local.clone();
    assert_eq!(refused(import(&mut host, &other)), ErrorCode::Limit);
    assert_eq!(host.local, stored);
    done(host.unlock(&ann.cert().fingerprint(), PASSPHRASE));
}

#[test]
fn a_secret_part_that_does_not_belong_is_refused() {
    let mut host = Host::new();
    // The public part of one with the secret part of the other.
    let a = usual("Ann <ann@example.org>");
    let mut bytes = a.secret_bytes();
    let secret = |m: &Maker| {
        use pgp::ser::Serialize;
        let all = m.primary.to_bytes().unwrap();
        all[m.primary.public_key().write_len()..].to_vec()
    };
    let own = secret(&a);
    // A number that begins with zeros is shorter.
    let other = std::iter::repeat_with(|| secret(&usual("Ann <ann@example.org>")));
    let other = other.into_iter().find(|b| b.len() == own.len()).unwrap();
    let at = bytes.windows(own.len()).position(|w| w == own).unwrap();
    bytes[at..at + own.len()].copy_from_slice(&other);
    let reply = import(&mut host, &bytes, &[&a.cert()], Some(PASSPHRASE));
    assert_eq!(refused(reply), ErrorCode::MismatchedKey);
    assert!(host.local.is_empty());
}

#[test]
fn what_a_message_brings_is_nobodys_secret_key() {
    let mut host = Host::new();
    let key = usual("Carol <carol@example.org>");
    // Mails are read in frames and in windows.
    for reader in [host.view(1, 3), window("files.html"), window("write.html")] {
        // Whatever the block says that it is.
        done(host.ui(
            &reader,
            UiCall::StageImport {
                data: Bytes(key.secret_bytes()),
            },
        ));
        let (page, hash) = host.windows.last().unwrap().clone();
        let id = hash.strip_prefix("import=").unwrap().to_owned();
        let UiReply::Staged { data } = host.ui(&window(&page), UiCall::Staged { id }) else {
            panic!("it is staged");
        };
        assert_eq!(data, Bytes(key.cert().to_bytes()));
        import(&mut host, &data.0, &[&key.cert()], None);
        let list = host.ui(&window("keys.html"), UiCall::ListKeys {});
        let UiReply::Keys { own, contacts } = list else {
            panic!("keys are listed");
        };
        assert_eq!((own.len(), contacts.len()), (0, 1));
    }
}

#[test]
fn a_block_is_staged_for_the_key_manager() {
    let mut host = Host::new();
    let view = host.view(1, 3);
    let block = Bytes(usual("Ben <ben@example.org>").cert().armored().into_bytes());
    done(host.ui(
        &view,
        UiCall::StageImport {
            data: block.clone(),
        },
    ));
    let (page, hash) = host.windows.last().unwrap().clone();
    let id = hash.strip_prefix("import=").unwrap().to_owned();
    assert_eq!(page, "keys.html");
    host.die();
    let staged =
        |host: &mut Host, id: &str| host.ui(&window(&page), UiCall::Staged { id: id.into() });
    assert!(matches!(staged(&mut host, &id), UiReply::Staged { data } if data == block));
    assert_eq!(refused(staged(&mut host, "nonsense")), ErrorCode::BadTicket);
    host.wait(limits::STAGED_AGE);
    assert_eq!(refused(staged(&mut host, &id)), ErrorCode::BadTicket);
    let large = Bytes(vec![0; limits::MAX_STAGED + 1]);
    let reply = host.ui(&view, UiCall::StageImport { data: large });
    assert_eq!(limit_of(&reply), Some(limits::MAX_STAGED as u32));
    // As many as are kept fit into what browsers have for a session, and leave room for what is unlocked.
    const { assert!(limits::MAX_STAGED_COUNT * limits::MAX_STAGED.div_ceil(3) * 4 < 8_000_000) };
    for _ in 0..limits::MAX_STAGED_COUNT + 3 {
        done(host.ui(
            &view,
            UiCall::StageImport {
                data: block.clone(),
            },
        ));
    }
    assert_eq!(
        host.session
            .keys()
            .filter(|k| k.contains("staged/"))
            .count(),
        limits::MAX_STAGED_COUNT
    );
}

#[test]
fn the_number_of_stored_keys_is_limited() {
    let mut host = Host::new();
    // Cheap ones: the same key with other times, bound by nothing, merged into storage as records.
    let maker = Maker::new(&pgp::composed::KeyType::Ed25519Legacy, KeyVersion::V4, NOW);
    let mut body = maker.packets[0].1.clone();
    for i in 0..limits::MAX_STORED_KEYS as u32 {
        body[1..5].copy_from_slice(&i.to_be_bytes());
        let cert = Maker {
            packets: vec![(6, body.clone())],
            ..maker.clone()
        }
        .cert();
        let key = crate::keyring::StoredKey {
            certificate: cert,
            secret: None,
            revocation: None,
            added: NOW,
            source: crate::keyring::Source::Imported,
        };
        host.vault.keyring.put(key).unwrap();
    }
    let ben = usual("Ben <ben@example.org>");
    let reply = import(&mut host, &ben.bytes(), &[&ben.cert()], None);
    assert_eq!(limit_of(&reply), Some(limits::MAX_STORED_KEYS as u32));
    let reply = host.ui(&popup(), generate("a@example.org", KeyKind::Curve25519V4));
    assert_eq!(limit_of(&reply), Some(limits::MAX_STORED_KEYS as u32));
}

#[test]
fn what_withdraws_a_stored_key_is_said_before() {
    use pgp::packet::RevocationCode::{KeyRetired, KeySuperseded};
    let revokes = |host: &mut Host, data: &[u8]| preview(host, data).0[0].revokes;
    let mut host = Host::new();
    let ben = usual("Ben <ben@example.org>");
    let of = |maker: Maker| maker.bytes();
    let (old, due) = (
        says(NOW - 2).because(KeyRetired),
        says(NOW + 30).because(KeySuperseded),
    );
    // A key that is new here is as it is.
    assert!(!revokes(&mut host, &of(ben.clone().revoke(says(NOW)))));
    outcomes(import(&mut host, &ben.bytes(), &[&ben.cert()], None));
    assert!(!revokes(&mut host, &ben.bytes()));
    assert!(!revokes(
        &mut host,
        &of(ben.clone().user("B <b@example.org>", says(NOW)))
    ));
    let taken_back = ben.clone().revoke(old.clone());
    let taken_back = taken_back.user("Ben <ben@example.org>", says(NOW - 1).flags(3));
    assert!(!revokes(&mut host, &of(taken_back)));
    for says in [says(NOW - 2), old.clone(), due] {
        assert!(revokes(&mut host, &of(ben.clone().revoke(says))));
    }
    let withdrawn = of(ben.clone().revoke(old));
    outcomes(import(&mut host, &withdrawn, &[&ben.cert()], None));
    assert!(!revokes(&mut host, &of(ben.clone().revoke(says(NOW)))));
}

#[test]
fn a_contact_that_was_deleted_comes_back_as_it_was() {
    let mut host = Host::new();
    let ben = usual("Ben <ben@example.org>");
    let key = ben.cert().fingerprint();
    outcomes(import(&mut host, &ben.bytes(), &[&ben.cert()], None));
    let gone = ben
        .clone()
        .revoke_user("Ben <ben@example.org>", says(NOW - 1));
    // Behind its user ID.
    let mut gone = gone;
    let revocation = gone.packets.pop().unwrap();
    gone.packets.insert(3, revocation);
    outcomes(import(&mut host, &gone.bytes(), &[&ben.cert()], None));
    let stored = host.local.clone();
    let call = UiCall::PublicKey {
        key: key.clone(),
        form: PublicForm::Whole,
    };
    let UiReply::Armored { armored, .. } = host.ui(&popup(), call) else {
        panic!("public key")
    };
    let call = UiCall::Delete {
        key: key.clone(),
        secret: false,
    };
    done(host.ui(&popup(), call));
    host.now += 10;
    let bring = |host: &mut Host, added| {
        let call = UiCall::Import {
            data: Bytes(armored.expose().as_bytes().to_vec()),
            accept: vec![key.clone()],
            passphrase: None,
            replace: false,
            stored: None,
            apart: false,
            added,
        };
        host.ui(&popup(), call)
    };
    // As a new one it would say nothing of whose it is.
    assert_eq!(refused(bring(&mut host, None)), ErrorCode::UnknownKey);
    assert_eq!(outcomes(bring(&mut host, Some(NOW))), [(true, false)]);
    assert_eq!(host.local, stored);
}
