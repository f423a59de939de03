//! Secret keys that come again: under the same passphrase, under another, or not all of them.

use pgp::crypto::{hash::HashAlgorithm, sym::SymmetricKeyAlgorithm};
use pgp::types::{Password, S2kParams, StringToKey};

use super::importing::{import, outcomes, preview};
use super::using::pkesks;
use super::*;
use crate::cert::Certificate;
use crate::cert::packets::{self, tag};
use crate::testkit::{Maker, usual};

/// The secret key with its parts under a passphrase, as another program protects them.
fn under(maker: &Maker, passphrase: &str) -> Vec<u8> {
    let s2k = || S2kParams::Cfb {
        sym_alg: SymmetricKeyAlgorithm::AES256,
        s2k: StringToKey::new_iterated(crate::testkit::rng(), HashAlgorithm::Sha256, 96),
        iv: vec![3; 16].into(),
    };
    let (mut maker, password) = (maker.clone(), Password::from(passphrase));
    maker
        .primary
        .set_password_with_s2k(&password, s2k())
        .unwrap();
    for subkey in &mut maker.subkeys {
        subkey.set_password_with_s2k(&password, s2k()).unwrap();
    }
    maker.secret_bytes()
}

fn replace(host: &mut Host, data: &[u8], cert: &Certificate, passphrase: Option<&str>) -> UiReply {
    replace_all(host, data, cert, (passphrase, None), false)
}

/// With the passphrases of the file and of the stored key.
fn replace_all(
    host: &mut Host,
    data: &[u8],
    cert: &Certificate,
    (passphrase, stored): (Option<&str>, Option<&str>),
    apart: bool,
) -> UiReply {
    let call = UiCall::Import {
        data: Bytes(data.to_vec()),
        accept: vec![cert.fingerprint()],
        passphrase: passphrase.map(|p| Secret::new(p.into())),
        replace: true,
        stored: stored.map(|p| Secret::new(p.into())),
        apart,
        added: None,
    };
    host.ui(&popup(), call)
}

/// What becomes of a message to each part that is encrypted to.
fn deciphered(host: &mut Host, cert: &Certificate) -> Vec<UiReply> {
    let view = host.view(1, 3);
    let each = pkesks(cert).into_iter().map(|(packet, _)| {
        let pkesks = vec![packet];
        host.ui(&view, UiCall::Decipher { pkesks })
    });
    each.collect()
}

fn is_open(reply: &UiReply) -> bool {
    matches!(reply, UiReply::SessionKey { .. })
}

#[test]
fn a_backup_under_the_passphrase_that_is_known_takes_the_place_of_what_is_stored() {
    let ann = usual("Ann <ann@example.org>");
    let (cert, key) = (ann.cert(), ann.cert().fingerprint());
    let (mine, old) = (under(&ann, PASSPHRASE), under(&ann, "old passphrase"));
    let mut host = Host::new();
    assert!(!preview(&mut host, &mine).0[0].other_secret);
    outcomes(import(&mut host, &mine, &[&cert], None));
    let (keys, _) = preview(&mut host, &old);
    assert!(keys[0].other_secret && !keys[0].news && keys[0].known);
    assert!(!preview(&mut host, &mine).0[0].other_secret);
    assert!(!preview(&mut host, &ann.bytes()).0[0].other_secret);
    let stored = host.local.clone();
    // Never by itself, nor with a passphrase that opens nothing in it.
    let asked_for_more = import(&mut host, &old, &[&cert], Some("old passphrase"));
    assert_eq!(outcomes(asked_for_more), [(false, false)]);
    assert_eq!(
        refused(replace(&mut host, &old, &cert, None)),
        ErrorCode::NeedsPassphrase
    );
    let wrong = replace(&mut host, &old, &cert, Some(PASSPHRASE));
    assert_eq!(refused(wrong), ErrorCode::WrongPassphrase);
    assert_eq!(host.local, stored);
    let good = replace(&mut host, &old, &cert, Some("old passphrase"));
    assert_eq!(outcomes(good), [(false, true)]);
    host.close_browser();
    assert_eq!(
        refused(host.unlock(&key, PASSPHRASE)),
        ErrorCode::WrongPassphrase
    );
    done(host.unlock(&key, "old passphrase"));
    // A file in clear gets the passphrase that is given.
    assert_eq!(
        refused(replace(
            &mut host,
            &ann.secret_bytes(),
            &cert,
            Some("short")
        )),
        ErrorCode::WeakPassphrase
    );
    let clear = replace(&mut host, &ann.secret_bytes(), &cert, Some(PASSPHRASE));
    assert_eq!(outcomes(clear), [(false, true)]);
    done(host.unlock(&key, PASSPHRASE));
}

#[test]
fn what_only_looks_like_a_backup_takes_the_place_of_nothing() {
    let ann = usual("Ann <ann@example.org>");
    let (cert, key) = (ann.cert(), ann.cert().fingerprint());
    let mut host = Host::new();
    outcomes(import(&mut host, &under(&ann, PASSPHRASE), &[&cert], None));
    // The numbers of another key behind the public part: under a passphrase, and in clear.
    let bodies = |data: &[u8]| -> Vec<Vec<u8>> {
        let split = packets::split(data).0;
        let secret = split
            .iter()
            .filter(|p| matches!(p.tag, tag::SECRET_KEY | tag::SECRET_SUBKEY));
        secret.map(|p| p.body.to_vec()).collect()
    };
    // A number that begins with zeros is shorter.
    let mut others = std::iter::repeat_with(|| usual("Ann <ann@example.org>"));
    let same = |other: &Maker| {
        bodies(&other.secret_bytes())[0].len() == bodies(&ann.secret_bytes())[0].len()
    };
    let other = others.find(same).unwrap();
    let stored = host.local.clone();
    for (mine, theirs) in [
        (
            under(&ann, "old passphrase"),
            under(&other, "old passphrase"),
        ),
        (ann.secret_bytes(), other.secret_bytes()),
    ] {
        let mut swapped = mine.clone();
        let length = ann.packets[0].1.len();
        let (a, b) = (bodies(&mine)[0].clone(), bodies(&theirs)[0].clone());
        let at = swapped.windows(a.len()).position(|w| w == a).unwrap();
        swapped[at + length..at + a.len()].copy_from_slice(&b[length..]);
        let reply = replace(&mut host, &swapped, &cert, Some("old passphrase"));
        assert_eq!(refused(reply), ErrorCode::MismatchedKey);
        assert_eq!(host.local, stored);
    }
    done(host.unlock(&key, PASSPHRASE));
}

#[test]
fn of_a_subkey_that_cannot_be_kept_the_preview_speaks() {
    let ann = usual("Ann <ann@example.org>");
    let mut data = Vec::new();
    for packet in packets::split(&under(&ann, PASSPHRASE)).0 {
        let mut body = packet.body.to_vec();
        if packet.tag == tag::SECRET_SUBKEY {
            body[0] = 5;
        }
        packets::write(&mut data, packet.tag, &body);
    }
    let (keys, skipped) = preview(&mut Host::new(), &data);
    assert!(keys[0].key.secret && keys[0].news);
    let part = SkippedKey {
        fingerprint: Some(ann.cert().fingerprint()),
        error: ErrorCode::LibrepgpKey,
    };
    assert_eq!(skipped, [part]);
}

#[test]
fn an_open_key_that_gets_another_secret_part_is_unlocked_anew_for_all_of_it() {
    let ann = usual("Ann <ann@example.org>");
    let grown = ann.clone().encrypts();
    let (before, after) = (under(&ann, PASSPHRASE), under(&grown, PASSPHRASE));
    let (cert, key) = (grown.cert(), grown.cert().fingerprint());
    let mut host = Host::new();
    outcomes(import(&mut host, &before, &[&ann.cert()], None));
    done(host.unlock(&key, PASSPHRASE));
    // Neither the same again nor a public part is a reason.
    for (data, changed) in [(&before, false), (&grown.bytes(), true)] {
        let same = import(&mut host, data, &[&cert], None);
        assert_eq!(outcomes(same), [(false, changed)]);
        assert!(host.is_unlocked());
    }
    let reply = import(&mut host, &after, &[&cert], Some(PASSPHRASE));
    assert_eq!(outcomes(reply), [(false, true)]);
    let packets = pkesks(&cert);
    assert_eq!(packets.len(), 2);
    let view = host.view(1, 3);
    let all = |host: &mut Host| -> Vec<UiReply> {
        let each = packets.iter().map(|(packet, _)| {
            let pkesks = vec![packet.clone()];
            host.ui(&view, UiCall::Decipher { pkesks })
        });
        each.collect()
    };
    let locked =
        |reply: &UiReply| matches!(reply, UiReply::Locked { keys } if keys[0].fingerprint == key);
    assert!(all(&mut host).iter().all(locked));
    done(host.unlock(&key, PASSPHRASE));
    let open = |reply: &UiReply| matches!(reply, UiReply::SessionKey { .. });
    assert!(all(&mut host).iter().all(open));
}

#[test]
fn a_part_in_clear_gets_the_passphrase_of_the_key_to_which_it_comes() {
    let ann = usual("Ann <ann@example.org>");
    let grown = ann.clone().encrypts();
    let (cert, key) = (grown.cert(), grown.cert().fingerprint());
    let mut host = Host::new();
    outcomes(import(&mut host, &under(&ann, PASSPHRASE), &[&cert], None));
    let stored = host.local.clone();
    let wanted = |host: &mut Host, data: &[u8]| {
        let keys = preview(host, data).0;
        (keys[0].in_clear, keys[0].passphrase)
    };
    // What is stored already needs nothing.
    assert_eq!(
        wanted(&mut host, &ann.secret_bytes()),
        (true, WantedPassphrase::None)
    );
    assert_eq!(
        wanted(&mut host, &under(&ann, "another phrase")),
        (false, WantedPassphrase::None)
    );
    let data = grown.secret_bytes();
    assert_eq!(wanted(&mut host, &data), (true, WantedPassphrase::Stored));
    for (passphrase, error) in [
        (None, ErrorCode::NeedsPassphrase),
        (Some("another phrase"), ErrorCode::WrongPassphrase),
        (Some("short"), ErrorCode::WrongPassphrase),
    ] {
        assert_eq!(
            refused(import(&mut host, &data, &[&cert], passphrase)),
            error
        );
        assert_eq!(host.local, stored);
    }
    let reply = import(&mut host, &data, &[&cert], Some(PASSPHRASE));
    assert_eq!(outcomes(reply), [(false, true)]);
    assert_eq!(wanted(&mut host, &data), (true, WantedPassphrase::None));
    // One passphrase for all parts: it can be changed.
    let new = Secret::new("another phrase".into());
    let after = host.change(&key, PASSPHRASE, KeyChange::Passphrase { new });
    assert!(matches!(after, UiReply::Edited { .. }), "{after:?}");
    done(host.unlock(&key, "another phrase"));
    let view = host.view(1, 3);
    for (packet, _) in pkesks(&cert) {
        let reply = host.ui(
            &view,
            UiCall::Decipher {
                pkesks: vec![packet],
            },
        );
        assert!(matches!(reply, UiReply::SessionKey { .. }), "{reply:?}");
    }
}

#[test]
fn a_short_passphrase_of_old_is_enough_for_a_further_part() {
    let ann = usual("Ann <ann@example.org>");
    let grown = ann.clone().encrypts();
    let (cert, key) = (grown.cert(), grown.cert().fingerprint());
    let mut host = Host::new();
    outcomes(import(&mut host, &under(&ann, "short"), &[&cert], None));
    let reply = import(&mut host, &grown.secret_bytes(), &[&cert], Some("short"));
    assert_eq!(outcomes(reply), [(false, true)]);
    done(host.unlock(&key, "short"));
}

#[test]
fn no_part_comes_to_a_key_under_another_passphrase() {
    let ann = usual("Ann <ann@example.org>");
    let grown = ann.clone().encrypts();
    let (cert, key) = (grown.cert(), grown.cert().fingerprint());
    let mut host = Host::new();
    outcomes(import(&mut host, &under(&ann, PASSPHRASE), &[&cert], None));
    let stored = host.local.clone();
    let data = under(&grown, "another phrase");
    let (keys, _) = preview(&mut host, &data);
    assert!(keys[0].other_secret && !keys[0].lacks_parts);
    assert_eq!(keys[0].passphrase, WantedPassphrase::Stored);
    for (passphrase, error) in [
        (None, ErrorCode::NeedsPassphrase),
        (Some(PASSPHRASE), ErrorCode::OtherPassphrase),
        (Some("another phrase"), ErrorCode::WrongPassphrase),
        (Some("wrong horse"), ErrorCode::WrongPassphrase),
    ] {
        let reply = import(&mut host, &data, &[&cert], passphrase);
        assert_eq!(refused(reply), error, "{passphrase:?}");
        assert_eq!(host.local, stored);
    }
    // First the same for both.
    let new = Secret::new("another phrase".into());
    host.change(&key, PASSPHRASE, KeyChange::Passphrase { new });
    let reply = import(&mut host, &data, &[&cert], Some("another phrase"));
    assert_eq!(outcomes(reply), [(false, true)]);
    done(host.unlock(&key, "another phrase"));
    assert!(deciphered(&mut host, &cert).iter().all(is_open));
    assert!(host.info(&key).unlocked);
}

#[test]
fn an_older_backup_takes_no_part_of_a_key_out_of_reach() {
    let ann = usual("Ann <ann@example.org>");
    let grown = ann.clone().encrypts();
    let (cert, key) = (grown.cert(), grown.cert().fingerprint());
    let mut host = Host::new();
    outcomes(import(
        &mut host,
        &under(&grown, PASSPHRASE),
        &[&cert],
        None,
    ));
    let (stored, older) = (host.local.clone(), under(&ann, "old passphrase"));
    let (keys, _) = preview(&mut host, &older);
    assert!(keys[0].other_secret && keys[0].lacks_parts);
    for (file, mine, error) in [
        ("old passphrase", None, ErrorCode::OtherPassphrase),
        (
            "old passphrase",
            Some("wrong horse"),
            ErrorCode::OtherPassphrase,
        ),
        ("wrong horse", Some(PASSPHRASE), ErrorCode::WrongPassphrase),
    ] {
        let reply = replace_all(&mut host, &older, &cert, (Some(file), mine), false);
        assert_eq!(refused(reply), error, "{file} {mine:?}");
        assert_eq!(host.local, stored);
    }
    // One passphrase for all of them.
    let both = (Some("old passphrase"), Some(PASSPHRASE));
    let reply = replace_all(&mut host, &older, &cert, both, false);
    assert_eq!(outcomes(reply), [(false, true)]);
    assert_eq!(
        refused(host.unlock(&key, PASSPHRASE)),
        ErrorCode::WrongPassphrase
    );
    done(host.unlock(&key, "old passphrase"));
    assert!(deciphered(&mut host, &cert).iter().all(is_open));
    // Where the file has the same there is nothing to ask.
    let same = replace(&mut host, &older, &cert, Some("old passphrase"));
    assert_eq!(outcomes(same), [(false, true)]);
}

#[test]
fn a_key_under_two_passphrases_says_so_and_opens_with_both() {
    let ann = usual("Ann <ann@example.org>");
    let grown = ann.clone().encrypts();
    let (cert, key) = (grown.cert(), grown.cert().fingerprint());
    let mut host = Host::new();
    outcomes(import(
        &mut host,
        &under(&grown, PASSPHRASE),
        &[&cert],
        None,
    ));
    // The other passphrase is not known any more.
    let (older, file) = (under(&ann, "old passphrase"), Some("old passphrase"));
    let reply = replace_all(&mut host, &older, &cert, (file, None), true);
    assert_eq!(outcomes(reply), [(false, true)]);
    done(host.ui(
        &popup(),
        UiCall::RequestUnlock {
            keys: vec![key.clone()],
        },
    ));
    let (_, request) = host.windows.last().unwrap().clone();
    let asked = |host: &mut Host| {
        let call = UiCall::UnlockRequest {
            id: request.clone(),
        };
        host.ui(&window("unlock.html"), call)
    };
    done(host.unlock(&key, "old passphrase"));
    let info = host.info(&key);
    assert!(info.partly_unlocked && !info.unlocked);
    assert!(matches!(asked(&mut host), UiReply::UnlockRequest { .. }));
    // Of two parts of the same age either comes first.
    let replies = deciphered(&mut host, &cert);
    let locked =
        |reply: &&UiReply| matches!(reply, UiReply::Locked { keys } if keys[0].fingerprint == key);
    let open = replies.iter().filter(|reply| is_open(reply)).count();
    assert_eq!((open, replies.iter().filter(locked).count()), (1, 1));
    let new = || Secret::new("one for all of it".into());
    let change =
        |host: &mut Host, old: &str| host.change(&key, old, KeyChange::Passphrase { new: new() });
    let refusal = refused(change(&mut host, "old passphrase"));
    assert_eq!(refusal, ErrorCode::OtherPassphrase);
    // It is remembered after all; what was open stays open.
    done(host.unlock(&key, PASSPHRASE));
    let info = host.info(&key);
    assert!(info.unlocked && !info.partly_unlocked);
    assert_eq!(refused(asked(&mut host)), ErrorCode::BadTicket);
    assert!(deciphered(&mut host, &cert).iter().all(is_open));
    host.die();
    assert!(deciphered(&mut host, &cert).iter().all(is_open));
    let changed = change(&mut host, PASSPHRASE);
    assert!(matches!(changed, UiReply::Edited { .. }), "{changed:?}");
    host.close_browser();
    done(host.unlock(&key, "one for all of it"));
    assert!(host.info(&key).unlocked);
    assert!(deciphered(&mut host, &cert).iter().all(is_open));
}

#[test]
fn a_new_subkey_is_in_no_file_from_before() {
    let mut host = Host::new();
    let key = host.generate("ann@example.org", KeyKind::Curve25519V4);
    let (key, note) = (
        key.fingerprint.clone(),
        format!("uncopied/{}", key.fingerprint),
    );
    // A page takes it away when the user says that the file is there.
    let first = host.local.remove(&note).unwrap();
    let (component, days) = (None, Some(100));
    host.changed(&key, KeyChange::Expiry { component, days });
    assert!(!host.local.contains_key(&note));
    host.changed(&key, KeyChange::RotateEncryption {});
    // A page that asks about a file from before sees that it is not the note that it knows.
    assert!(host.local.get(&note).is_some_and(|note| *note != first));
}
