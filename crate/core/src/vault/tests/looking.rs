//! Looking for keys: the window, the answers, and what becomes of keys that are known.

use pgp::packet::{RevocationCode, SignatureType};

use super::*;
use crate::testkit::{CERTIFY, DAY, MADE, Maker, SIGN, says, usual};

const ADDRESS: &str = "ben@example.org";

fn wanted(address: &str) -> Wanted {
    Wanted {
        address: Some(address.into()),
        issuer: None,
    }
}

/// The answer of the directory, as it is judged.
fn answered(host: &mut Host, data: Vec<u8>) -> UiReply {
    let call = UiCall::JudgeAnswer {
        wanted: wanted(ADDRESS),
        place: KeyPlace::Directory,
        attempt: 0,
        answer: KeyAnswer::Body {
            status: 200,
            data: Bytes(data),
        },
    };
    host.ui(&window("lookup.html"), call)
}

fn found(reply: UiReply) -> (Bytes, Vec<Fingerprint>) {
    match reply {
        UiReply::Found { data, keys, .. } => (data, keys),
        reply => panic!("{reply:?}"),
    }
}

fn previewed(host: &mut Host, data: &Bytes) -> Vec<ImportPreview> {
    let call = UiCall::PreviewImport { data: data.clone() };
    match host.ui(&window("lookup.html"), call) {
        UiReply::Preview { keys, skipped } => {
            assert!(skipped.is_empty());
            keys
        }
        reply => panic!("{reply:?}"),
    }
}

fn import(host: &mut Host, data: &Bytes, accept: &[Fingerprint]) {
    let call = UiCall::Import {
        data: data.clone(),
        accept: accept.to_vec(),
        passphrase: None,
        replace: false,
        stored: None,
        apart: false,
        added: None,
    };
    let reply = host.ui(&window("lookup.html"), call);
    assert!(matches!(reply, UiReply::Imported { .. }), "{reply:?}");
}

#[test]
fn a_search_is_staged_for_its_window_and_asks_nobody() {
    let mut host = Host::new();
    let view = host.view(1, 3);
    let call = |text: &str| UiCall::StageLookup {
        wanted: Wanted {
            address: Some(text.into()),
            issuer: Some("00".repeat(8)),
        },
    };
    done(host.ui(&view, call("\"Ben\" <Ben@Example.org>")));
    let (page, id) = host.windows.last().unwrap().clone();
    assert_eq!(page, "lookup.html");
    host.die();
    let staged =
        |host: &mut Host, id: &str| host.ui(&window(&page), UiCall::StagedLookup { id: id.into() });
    match staged(&mut host, &id) {
        UiReply::Wanted { wanted } => {
            assert_eq!(wanted.address.as_deref(), Some("Ben@example.org"));
            assert_eq!(wanted.issuer.as_deref(), Some("0000000000000000"));
        }
        reply => panic!("{reply:?}"),
    }
    // What stands in the page in the place of an address is not kept.
    done(host.ui(&view, call(&"x".repeat(100_000))));
    let (_, other) = host.windows.last().unwrap().clone();
    let reply = staged(&mut host, &other);
    assert!(matches!(reply, UiReply::Wanted { wanted } if wanted.address.is_none()));
    // A search is no import, and the other way round.
    let reply = host.ui(&window("keys.html"), UiCall::Staged { id: id.clone() });
    assert_eq!(refused(reply), ErrorCode::BadTicket);
    assert_eq!(refused(staged(&mut host, "x")), ErrorCode::BadTicket);
    for _ in 0..limits::MAX_STAGED_COUNT + 3 {
        done(host.ui(&view, call(ADDRESS)));
    }
    let kept = host.session.keys().filter(|k| k.contains("lookup/"));
    assert_eq!(kept.count(), limits::MAX_STAGED_COUNT);
    host.wait(limits::STAGED_AGE);
    assert_eq!(refused(staged(&mut host, &id)), ErrorCode::BadTicket);
    let nothing = UiCall::StageLookup {
        wanted: wanted("nobody"),
    };
    assert_eq!(refused(host.ui(&popup(), nothing)), ErrorCode::NotAnAddress);
}

#[test]
fn a_plan_names_who_would_learn_what() {
    let mut host = Host::new();
    let call = UiCall::PlanLookup {
        wanted: wanted("Ben <Ben@Example.org>"),
    };
    match host.ui(&window("lookup.html"), call) {
        UiReply::Lookups { wanted, places } => {
            assert_eq!(wanted.address.as_deref(), Some("Ben@example.org"));
            let hosts: Vec<_> = places.iter().flat_map(|p| p.hosts.clone()).collect();
            assert_eq!(
                hosts,
                ["example.org", "openpgpkey.example.org", "keys.openpgp.org"]
            );
        }
        reply => panic!("{reply:?}"),
    }
    assert!(host.effects.is_empty());
}

#[test]
fn another_key_of_a_known_address_stands_beside_the_known_one() {
    let mut host = Host::new();
    let (known, other) = (
        usual("Ben <ben@example.org>"),
        usual("Ben <ben@example.org>"),
    );
    let (data, keys) = found(answered(&mut host, known.bytes()));
    assert_eq!(keys, [known.cert().fingerprint()]);
    assert!(host.local.is_empty(), "nothing is stored by looking");
    import(&mut host, &data, &keys);
    let before = host.local.clone();

    let (data, keys) = found(answered(&mut host, other.bytes()));
    assert_eq!(host.local, before);
    let preview = previewed(&mut host, &data);
    assert!(!preview[0].known);
    assert_eq!(preview[0].same_address, [known.cert().fingerprint()]);
    import(&mut host, &data, &keys);
    for (name, record) in &before {
        assert_eq!(host.local.get(name), Some(record), "{name}");
    }
    let call = UiCall::Recipients {
        addresses: vec![ADDRESS.into()],
    };
    match host.ui(&popup(), call) {
        UiReply::Recipients { recipients, .. } => assert!(recipients[0].several),
        reply => panic!("{reply:?}"),
    }
}

#[test]
fn updates_of_known_keys_are_merged_also_without_user_ids() {
    let mut host = Host::new();
    let ben = usual("Ben <ben@example.org>");
    let (data, keys) = found(answered(&mut host, ben.bytes()));
    import(&mut host, &data, &keys);
    let bare = Maker {
        packets: ben.packets[..1].to_vec(),
        ..ben.clone()
    };
    let revoked = bare.clone().revoke(says(NOW)).bytes();
    // Nobody knows this one: without a user ID it is nobody's.
    let stranger = usual("Ben <ben@example.org>");
    let alone = Maker {
        packets: stranger.packets[..1].to_vec(),
        ..stranger
    };
    assert_eq!(
        refused(answered(&mut host, alone.bytes())),
        ErrorCode::OtherKey
    );

    let (data, keys) = found(answered(&mut host, revoked));
    assert_eq!(keys, [ben.cert().fingerprint()]);
    let preview = previewed(&mut host, &data);
    assert!(preview[0].known && preview[0].news);
    import(&mut host, &data, &keys);
    match host.ui(&popup(), UiCall::ListKeys {}) {
        UiReply::Keys { contacts, .. } => {
            assert_eq!(contacts.len(), 1);
            assert_eq!(contacts[0].state, KeyState::Revoked);
            assert_eq!(contacts[0].user_ids.len(), 1, "it keeps what it had");
        }
        reply => panic!("{reply:?}"),
    }
}

#[test]
fn other_user_ids_do_not_come_along() {
    let mut host = Host::new();
    let ben = usual("Ben <ben@example.org>").user("Boss <boss@example.net>", says(MADE));
    let (data, _) = found(answered(&mut host, ben.bytes()));
    let preview = previewed(&mut host, &data);
    let ids: Vec<_> = preview[0].key.user_ids.iter().map(|u| &u.text).collect();
    assert_eq!(ids, ["Ben <ben@example.org>"]);
}

#[test]
fn what_a_mail_brings_is_offered_where_it_is_new_or_makes_more_of_what_is_here() {
    const BEN: &str = "Ben <ben@example.org>";
    let flags = |made| says(made).flags(CERTIFY | SIGN);
    let over = || Maker::v4().user(BEN, flags(MADE).key_lasts(DAY)).encrypts();
    let renewed = |maker: &Maker, lasts| maker.clone().user(BEN, flags(NOW - DAY).key_lasts(lasts));
    let good = || Maker::v4().user(BEN, flags(MADE)).encrypts();
    let retired = RevocationCode::KeyRetired;
    let forged = |maker: &Maker| {
        let other = Maker::v4();
        let says = flags(NOW - DAY).key_lasts(900 * DAY);
        let renewal = maker.on_user(&other.primary, BEN, SignatureType::CertPositive, &says);
        maker.clone().packet(13, BEN.into()).signature(&renewal)
    };
    let (old, ben) = (over(), good());
    let ends = ben
        .clone()
        .direct(SignatureType::Key, flags(NOW - DAY).key_lasts(500 * DAY));
    let new = ben.clone().encrypts();
    let named = ben.clone().user("Ben <ben@work.example>", flags(MADE));
    let gone = new.clone().revoke(says(NOW - 5).because(retired));
    for (name, stored, brought, offered) in [
        ("another", &ben, &old, true),
        ("the same", &ben, &ben, false),
        ("renewed", &old, &renewed(&old, 900 * DAY), true),
        (
            "renewed, and over again",
            &old,
            &renewed(&old, 2 * DAY),
            false,
        ),
        ("renewed by somebody else", &old, &forged(&old), false),
        ("the one before", &renewed(&old, 900 * DAY), &old, false),
        ("an earlier end", &ben, &ends, false),
        ("no end", &ends, &ben, false),
        ("a later end", &ends, &renewed(&ends, 900 * DAY), true),
        ("a new subkey", &ben, &new, true),
        ("another name", &ben, &named, true),
        ("a stranger's word", &ben, &forged(&ben), false),
        (
            "of a withdrawn one",
            &gone,
            &renewed(&new, 900 * DAY),
            false,
        ),
        ("what withdraws it", &new, &gone, false),
    ] {
        let mut host = Host::new();
        let cert = stored.cert();
        import(&mut host, &Bytes(cert.to_bytes()), &[cert.fingerprint()]);
        let view = host.view(1, 3);
        let kept = host.local.clone();
        let key = brought.cert();
        // Beside it one that is new, and what is none.
        let stranger = usual("Dora <dora@example.org>").cert();
        let all = [key.to_bytes(), vec![1, 2, 3], stranger.to_bytes()].map(Bytes);
        let call = UiCall::Offers { keys: all.to_vec() };
        for caller in [&view, &window("files.html")] {
            let UiReply::Offered { keys } = host.ui(caller, call.clone()) else {
                panic!("{name}")
            };
            let mut expected = vec![stranger.fingerprint()];
            if offered {
                expected.insert(0, key.fingerprint());
            }
            assert_eq!(keys, expected, "{name}");
        }
        assert_eq!(host.local, kept, "{name}");
    }
}

#[test]
fn more_than_a_mail_can_bring_is_not_looked_into() {
    let mut host = Host::new();
    let view = host.view(1, 3);
    let keys = vec![Bytes(vec![0; limits::MAX_STAGED]), Bytes(vec![0])];
    let reply = host.ui(&view, UiCall::Offers { keys });
    assert_eq!(refused(reply), ErrorCode::Limit);
}
