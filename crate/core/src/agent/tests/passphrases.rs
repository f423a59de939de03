//! Keys of which not all parts are opened by one passphrase, or can be used.

use super::open as unlocked;
use super::*;

/// Those that are open and cannot be used.
fn sealed(open: &Unlocked) -> Vec<Fingerprint> {
    let of = open.components.iter().filter(|c| !c.usable);
    of.map(|c| c.key.component_fingerprint()).collect()
}

#[test]
fn the_passphrase_of_a_part_that_cannot_be_used_changes_with_the_others() {
    let file = "../../tests/vectors/rpgp/ecdh/brainpool/locked-sec.asc";
    let read = Certificate::read_many(&std::fs::read(file).unwrap()).keys;
    let (cert, stored) = (&read[0].certificate, read[0].secret.clone().unwrap());
    let (old, new) = (secret("password"), secret("battery staple"));
    let opened = unlocked(cert, &stored, &old).unwrap();
    assert_eq!(
        (
            opened.unlocked.components.len(),
            sealed(&opened.unlocked).len()
        ),
        (3, 1)
    );
    let part = sealed(&opened.unlocked)[0].clone();
    assert!(!opened.unlocked.has(&part));
    let changed = change_passphrase(
        cert,
        &stored,
        &old,
        &new,
        None,
        Protection::FAST,
        &mut rng(),
    )
    .unwrap();
    assert!(unlocked(cert, &changed, &old).is_err());
    // What was kept while the background was stopped knows that part as well.
    let again = unlocked(cert, &changed, &new).unwrap().unlocked;
    let again = Unlocked::from_blob(cert, &again.to_blob().unwrap()).unwrap();
    assert!(again.is_open(&part) && !again.has(&part));
    let armored = export(
        cert,
        &changed,
        &new,
        ExportForm::Compatible,
        Protection::FAST,
        &mut rng(),
    );
    let out = Certificate::read_many(armored.unwrap().expose().as_bytes()).keys;
    let out = out[0].secret.clone().unwrap();
    assert_eq!(
        sealed(&unlocked(cert, &out, &new).unwrap().unlocked),
        [part]
    );
}

#[test]
fn parts_under_two_passphrases_come_under_one_when_both_are_known() {
    let (cert, stored, open) = made(KeyKind::PostQuantumV4);
    let (other, new) = (secret("battery staple"), secret("one for all of it"));
    let all = protect(&stored, &open, Some(&other), Protection::FAST, &mut rng()).unwrap();
    let mut mixed = stored.clone();
    let part = all.iter().nth(1).unwrap().clone();
    mixed.replace(part.clone());
    let change = |old: &Secret, open: Option<&Unlocked>| {
        change_passphrase(&cert, &mixed, old, &new, open, Protection::FAST, &mut rng())
    };
    // Neither of them is wrong.
    for old in [&passphrase(), &other] {
        assert_eq!(change(old, None).err(), Some(AgentError::OtherPassphrase));
    }
    let wrong = change(&secret("never set"), None);
    assert_eq!(wrong.err(), Some(AgentError::WrongPassphrase));
    let mut both = unlocked(&cert, &mixed, &passphrase()).unwrap().unlocked;
    assert_eq!(
        both.closed(&cert, &mixed),
        std::slice::from_ref(&part.fingerprint)
    );
    let rest = unlocked(&cert, &mixed, &other).unwrap().unlocked;
    for (old, open) in [(&passphrase(), &rest), (&other, &both)] {
        let one = change(old, Some(open)).unwrap();
        let opened = unlocked(&cert, &one, &new).unwrap().unlocked;
        assert_eq!(opened.components.len(), 3);
        assert!(unlocked(&cert, &one, &other).is_err());
    }
    both.join(rest);
    assert_eq!(both.components.len(), 3);
    assert!(both.closed(&cert, &mixed).is_empty());
}

#[test]
fn a_part_that_no_passphrase_can_open_is_not_said_to_have_another() {
    let (cert, mut stored, _) = made(KeyKind::Curve25519V4);
    let mut part = stored.iter().nth(1).unwrap().clone();
    // A checksum that everybody can make right again.
    part.body[part.public] = 255;
    stored.replace(part);
    let new = secret("battery staple");
    let changed = change_passphrase(
        &cert,
        &stored,
        &passphrase(),
        &new,
        None,
        Protection::FAST,
        &mut rng(),
    );
    assert_eq!(changed.err(), Some(AgentError::WeakProtection));
    let open = unlocked(&cert, &stored, &passphrase()).unwrap().unlocked;
    assert!(open.closed(&cert, &stored).is_empty());
}

#[test]
fn the_passphrase_changes_for_all_parts_or_for_none() {
    let (cert, stored, _) = made(KeyKind::PostQuantumV4);
    let new = secret("battery staple");
    let change = |stored: &SecretPackets, old: &Secret| {
        change_passphrase(&cert, stored, old, &new, None, Protection::FAST, &mut rng())
    };
    assert_eq!(
        change(&stored, &new).err(),
        Some(AgentError::WrongPassphrase)
    );
    let changed = change(&stored, &passphrase()).unwrap();
    assert!(unlocked(&cert, &changed, &passphrase()).is_err());
    assert_eq!(
        unlocked(&cert, &changed, &new)
            .unwrap()
            .unlocked
            .components
            .len(),
        3
    );
    // Parts under different passphrases: none is touched.
    let mut mixed = stored.clone();
    for packet in changed.iter().take(1) {
        mixed.replace(packet.clone());
    }
    assert_eq!(
        change(&mixed, &passphrase()).err(),
        Some(AgentError::OtherPassphrase)
    );
}
