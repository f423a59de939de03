//! Changes to own keys: what they add holds, what was there stays, what must not change does not.

use pgp::packet::SignatureType;

use super::open as unlocked;
use super::*;
use crate::wire::{KeyInfo, KeyState, Reason};

pub(super) const LATER: crate::wire::Time = NOW + DAY;
const END: crate::wire::Time = NOW + 1000 * DAY;

pub(super) struct Own {
    pub(super) cert: Certificate,
    stored: SecretPackets,
    open: Unlocked,
}

impl Own {
    pub(super) fn made(kind: KeyKind) -> Self {
        let (cert, stored, open) = made(kind);
        Self { cert, stored, open }
    }

    fn of(maker: &Maker) -> Self {
        let (cert, stored) = protected(maker, cfb);
        let open = unlocked(&cert, &stored, &passphrase()).unwrap().unlocked;
        Self { cert, stored, open }
    }

    pub(super) fn edit(&self, now: crate::wire::Time) -> Edit<'_> {
        Edit::new(&self.cert, &self.open, now).unwrap()
    }

    /// Takes the change over after checking that it lost nothing.
    fn now(&mut self, changed: Result<Certificate, AgentError>) -> &mut Self {
        let changed = changed.unwrap();
        assert_eq!(
            changed.merge(&self.cert).unwrap().to_bytes(),
            changed.to_bytes()
        );
        assert_ne!(changed.to_bytes(), self.cert.to_bytes());
        self.cert = changed;
        self
    }

    fn info(&self, now: crate::wire::Time) -> KeyInfo {
        self.cert.info(now)
    }
}

const KINDS: [KeyKind; 3] = [
    KeyKind::Curve25519V4,
    KeyKind::Curve25519V6,
    KeyKind::PostQuantumV4,
];

fn valid(info: &KeyInfo) -> Vec<&str> {
    let valid = info.user_ids.iter().filter(|u| u.valid);
    valid.map(|u| u.text.as_str()).collect()
}

#[test]
fn user_ids_come_and_go() {
    for kind in KINDS {
        let mut own = Own::made(kind);
        let before = own.info(LATER);
        let second = "Ann <ann@work.example>";
        own.now(
            own.edit(LATER)
                .add_user_id(second.as_bytes(), true, &mut rng()),
        );
        let info = own.info(LATER);
        assert_eq!(valid(&info), [second, ID], "{kind:?}");
        assert_eq!(
            (info.expires, info.state),
            (before.expires, KeyState::Valid)
        );
        assert!(info.can_encrypt && info.can_sign);
        assert_eq!(
            own.edit(LATER)
                .add_user_id(second.as_bytes(), false, &mut rng())
                .err(),
            Some(AgentError::AlreadyThere)
        );
        own.now(own.edit(LATER + 2).make_primary(ID.as_bytes(), &mut rng()));
        assert_eq!(valid(&own.info(LATER + 2)), [ID, second]);
        own.now(
            own.edit(LATER + 4)
                .revoke_user_id(second.as_bytes(), &mut rng()),
        );
        let info = own.info(LATER + 4);
        assert_eq!(valid(&info), [ID]);
        assert!(info.user_ids[1].revoked);
        assert_eq!(info.expires, before.expires);
        assert_eq!(
            own.edit(LATER + 6)
                .revoke_user_id(ID.as_bytes(), &mut rng())
                .err(),
            Some(AgentError::LastUserId)
        );
        own.now(
            own.edit(LATER + 6)
                .add_user_id(second.as_bytes(), false, &mut rng()),
        );
        assert_eq!(valid(&own.info(LATER + 6)), [ID, second]);
        assert_eq!(
            own.edit(LATER + 8)
                .make_primary(b"nobody", &mut rng())
                .err(),
            Some(AgentError::NotThere)
        );
    }
}

#[test]
fn changes_in_one_second_follow_each_other() {
    let mut own = Own::made(KeyKind::Curve25519V4);
    for id in [
        "a <a@example.org>",
        "b <b@example.org>",
        "c <c@example.org>",
    ] {
        own.now(own.edit(NOW).add_user_id(id.as_bytes(), true, &mut rng()));
    }
    assert_eq!(own.info(NOW + 10).user_ids[0].text, "c <c@example.org>");
    // Self-signatures of a clock that is far ahead are not outdone.
    let early = Edit::new(&own.cert, &own.open, NOW - 2 * limits::CLOCK_SKEW);
    assert_eq!(early.err(), Some(AgentError::Future));
}

#[test]
fn the_end_of_a_key_moves_with_its_subkeys_or_alone() {
    for kind in KINDS {
        let mut own = Own::made(kind);
        let after = NOW + 800 * DAY;
        assert_eq!(own.info(after).state, KeyState::Expired);
        // An ended key can be prolonged.
        own.now(
            own.edit(after)
                .set_expiry(&Expiring::All, Some(END), &mut rng()),
        );
        let info = own.info(after + 1);
        assert!(
            info.can_encrypt && info.can_sign,
            "{kind:?} {:?}",
            info.reasons
        );
        assert!(info.components.iter().all(|c| c.expires == Some(END)));
        let subkey = info.components[1].fingerprint.clone();
        let alone = Expiring::Component(subkey.clone());
        own.now(
            own.edit(after + 2)
                .set_expiry(&alone, Some(END - DAY), &mut rng()),
        );
        let info = own.info(after + 3);
        assert_eq!(info.components[1].expires, Some(END - DAY));
        assert_eq!(info.expires, Some(END));
        let primary = Expiring::Component(info.fingerprint.clone());
        own.now(own.edit(after + 4).set_expiry(&primary, None, &mut rng()));
        let info = own.info(after + 5);
        assert_eq!(
            (info.expires, info.components[1].expires),
            (None, Some(END - DAY))
        );
        let past = own
            .edit(after + 6)
            .set_expiry(&Expiring::All, Some(after), &mut rng());
        assert_eq!(past.err(), Some(AgentError::Unusable));
    }
}

#[test]
fn withdrawn_and_replaced_subkeys_do_not_come_back_with_a_new_end() {
    let mut own = Own::made(KeyKind::Curve25519V4);
    let new = own
        .edit(LATER)
        .rotate_encryption(Some(END), &mut rng())
        .unwrap();
    own.open.extend(&new.certificate, &new.secret).unwrap();
    own.now(Ok(new.certificate));
    let info = own.info(LATER + 2);
    assert!(info.can_encrypt);
    let old = info
        .components
        .iter()
        .find(|c| c.created == NOW && c.fingerprint != info.fingerprint);
    let old = old.unwrap().fingerprint.clone();
    own.now(
        own.edit(LATER + 4)
            .set_expiry(&Expiring::All, None, &mut rng()),
    );
    let info = own.info(LATER + 6);
    let of = |f: &Fingerprint| {
        info.components
            .iter()
            .find(|c| c.fingerprint == *f)
            .unwrap()
    };
    assert_eq!(of(&old).reasons, [Reason::RevokedSoft]);
    assert_eq!(
        own.edit(LATER + 8)
            .set_expiry(&Expiring::Component(old), None, &mut rng())
            .err(),
        Some(AgentError::Unusable)
    );
}

#[test]
fn a_subkey_that_ended_before_a_key_without_end_stays_ended() {
    let typ = KeyType::ECDH(pgp::crypto::ecc_curve::ECCCurve::Curve25519Legacy);
    for lasts in [None, Some(2000 * DAY)] {
        let says_end = |says: Says| match lasts {
            Some(lasts) => says.key_lasts(lasts),
            None => says,
        };
        let old = says(MADE).flags(ENCRYPT).key_lasts(390 * DAY);
        let new = says(MADE + DAY).flags(ENCRYPT);
        let maker = Maker::v4()
            .user(ID, says_end(says(MADE).flags(CERTIFY | SIGN)))
            .subkey(&typ, MADE, old)
            .subkey(&typ, MADE + DAY, new);
        let mut own = Own::of(&maker);
        own.now(
            own.edit(LATER)
                .set_expiry(&Expiring::All, Some(END), &mut rng()),
        );
        let info = own.info(LATER + 1);
        let made = |made| info.components[1..].iter().find(move |c| c.created == made);
        assert_eq!(made(MADE).unwrap().reasons, [Reason::Expired], "{lasts:?}");
        assert_eq!(made(MADE + DAY).unwrap().expires, Some(END));
        let all = policy::encryption_components(&own.cert, LATER + 1).unwrap();
        assert_eq!(all.len(), 1);
    }
}

#[test]
fn the_first_user_id_stays_the_first_where_none_is_marked() {
    let (amy, zoe) = ("Amy <amy@example.org>", "Zoe <zoe@example.org>");
    let users = |maker: Maker, flags: u8| {
        maker
            .user(amy, says(MADE).flags(flags))
            .user(zoe, says(MADE + DAY).flags(flags))
    };
    let v4 = users(Maker::v4(), CERTIFY | SIGN);
    let v6 = Maker::new(&KeyType::Ed25519, KeyVersion::V6, MADE);
    let v6 = v6.direct(SignatureType::Key, says(MADE).flags(CERTIFY | SIGN));
    for maker in [v4.encrypts(), users(v6, 0).encrypts()] {
        let mut own = Own::of(&maker);
        let first = |own: &Own| own.info(LATER + 10).user_ids[0].text.clone();
        assert_eq!(first(&own), zoe);
        let added = b"New <new@example.org>";
        own.now(own.edit(LATER).add_user_id(added, false, &mut rng()));
        assert_eq!(first(&own), zoe);
        let mut own = Own::of(&maker);
        own.now(
            own.edit(LATER)
                .set_expiry(&Expiring::All, Some(END), &mut rng()),
        );
        assert_eq!(first(&own), zoe);
        own.now(own.edit(LATER + 2).add_user_id(added, false, &mut rng()));
        assert_eq!(first(&own), zoe);
    }
    // One that is alone.
    let mut own = Own::of(&usual(ID));
    let added = "New <new@example.org>";
    own.now(
        own.edit(LATER)
            .add_user_id(added.as_bytes(), false, &mut rng()),
    );
    assert_eq!(valid(&own.info(LATER + 1)), [ID, added]);
}

#[test]
fn a_subkey_that_signs_by_the_word_of_the_direct_key_signature_goes_on() {
    let maker = Maker::v4()
        .direct(SignatureType::Key, says(MADE).flags(CERTIFY | SIGN))
        .user(ID, says(MADE).flags(CERTIFY | SIGN))
        .bare_subkey(&KeyType::Ed25519Legacy, MADE);
    let back = maker.back_signature(0, &says(MADE));
    let binding = maker.on_subkey(0, SignatureType::SubkeyBinding, &says(MADE).and(back));
    let mut own = Own::of(&maker.signature(&binding));
    for at in [LATER, LATER + 2] {
        let signer = policy::signing_component(&own.cert, at).unwrap();
        assert!(!signer.is_primary());
        own.now(
            own.edit(at)
                .set_expiry(&Expiring::All, Some(END), &mut rng()),
        );
    }
    let signer = policy::signing_component(&own.cert, LATER + 4).unwrap();
    assert!(!signer.is_primary());
}

#[test]
fn signing_subkeys_keep_their_back_signature() {
    let maker = usual(ID).signs();
    let mut own = Own::of(&maker);
    own.now(
        own.edit(LATER)
            .set_expiry(&Expiring::All, Some(END), &mut rng()),
    );
    let signer = policy::signing_component(&own.cert, LATER + 1).unwrap();
    assert!(!signer.is_primary());
    // Without the subkey's own secret, the old one serves.
    let mut closed = Own::of(&maker);
    let subkey = signer.fingerprint();
    closed
        .open
        .components
        .retain(|c| c.key.component_fingerprint() != subkey);
    closed.now(
        closed
            .edit(LATER)
            .set_expiry(&Expiring::All, Some(END), &mut rng()),
    );
    assert!(
        !policy::signing_component(&closed.cert, LATER + 1)
            .unwrap()
            .is_primary()
    );
}

#[test]
fn new_subkeys_are_encrypted_to_and_old_mail_stays_readable() {
    for kind in KINDS {
        let mut own = Own::made(kind);
        let old = policy::encryption_components(&own.cert, LATER).unwrap()[0].key();
        let (old_mail, old_key) = pkesk(&old, 3);
        let new = own
            .edit(LATER)
            .rotate_encryption(Some(END), &mut rng())
            .unwrap();
        own.open.extend(&new.certificate, &new.secret).unwrap();
        let mut stored = own.stored.clone();
        stored.add_missing(new.secret.clone());
        own.stored = protect(
            &stored,
            &own.open,
            Some(&passphrase()),
            Protection::FAST,
            &mut rng(),
        )
        .unwrap();
        own.now(Ok(new.certificate));
        let all = policy::encryption_components(&own.cert, LATER + 1).unwrap();
        let quantum = kind == KeyKind::PostQuantumV4;
        assert_eq!(all.len(), if quantum { 2 } else { 1 });
        assert!(all.iter().all(|c| c.created() == LATER));
        assert_eq!(
            policy::algorithm::is_post_quantum(all[0].key().algorithm()),
            quantum
        );
        let (mail, key) = pkesk(&all[0].key(), 3);
        let again = unlocked(&own.cert, &own.stored, &passphrase())
            .unwrap()
            .unlocked;
        for (mail, key) in [(old_mail, old_key), (mail, key)] {
            let found = decipher(&[mail], std::iter::once(&again), &mut rng()).unwrap();
            assert_eq!(*found.key, key, "{kind:?}");
        }
    }
}

#[test]
fn a_post_quantum_subkey_can_be_added_and_left_out() {
    let mut own = Own::made(KeyKind::Curve25519V4);
    let classic = own.cert.clone();
    assert!(classic.classic().is_none());
    let new = own
        .edit(LATER)
        .add_subkey(SubkeyKind::PostQuantum, None, &mut rng())
        .unwrap();
    own.now(Ok(new.certificate));
    let all = policy::encryption_components(&own.cert, LATER + 1).unwrap();
    assert_eq!(all.len(), 2);
    assert!(policy::algorithm::is_post_quantum(all[0].key().algorithm()));
    assert_eq!(own.cert.classic().unwrap().to_bytes(), classic.to_bytes());
}

#[test]
fn a_withdrawn_key_stays_withdrawn() {
    for (why, reason) in [
        (Why::NotSaid, Reason::RevokedHard),
        (Why::Compromised, Reason::RevokedHard),
        (Why::Superseded, Reason::RevokedSoft),
        (Why::Retired, Reason::RevokedSoft),
    ] {
        let mut own = Own::made(KeyKind::Curve25519V6);
        own.now(own.edit(LATER).revoke(why, "moved", &mut rng()));
        let info = own.info(LATER);
        assert_eq!(
            (info.state, info.reasons),
            (KeyState::Revoked, vec![reason])
        );
        // Another self-signature could take a soft one back.
        let edit = own.edit(LATER + 2);
        assert_eq!(
            edit.add_user_id(b"new <new@example.org>", false, &mut rng())
                .err(),
            Some(AgentError::Unusable)
        );
        assert_eq!(
            edit.set_expiry(&Expiring::All, None, &mut rng()).err(),
            Some(AgentError::Unusable)
        );
        assert_eq!(
            edit.add_subkey(SubkeyKind::Curve25519, None, &mut rng())
                .err(),
            Some(AgentError::Unusable)
        );
        own.now(own.edit(LATER + 4).revoke(Why::Compromised, "", &mut rng()));
        assert_eq!(own.info(LATER + 4).reasons, [Reason::RevokedHard]);
    }
    let own = Own::made(KeyKind::Curve25519V4);
    let long = "x".repeat(limits::MAX_REVOCATION_TEXT + 1);
    assert!(
        own.edit(LATER)
            .revoke(Why::Retired, &long, &mut rng())
            .is_err()
    );
}

#[test]
fn the_revocation_made_with_a_key_withdraws_it() {
    for kind in KINDS {
        let new = NewKey {
            user_ids: vec![ID.into()],
            kind,
            encrypts: true,
            lasts: None,
            made: NOW,
        };
        let made = generate(&new, Some(&passphrase()), Protection::FAST, &mut rng()).unwrap();
        let block = revocation_block(&made.certificate, &made.revocation);
        assert!(block.starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----"));
        let mut update = Vec::new();
        packets::write(&mut update, 6, &made.certificate.primary.body);
        packets::write(&mut update, 2, &made.revocation);
        let update = Certificate::from_bytes(&update).unwrap();
        assert_eq!(made.certificate.info(NOW + 1).state, KeyState::Valid);
        let merged = made.certificate.merge(&update).unwrap();
        assert_eq!(merged.info(NOW + 1).reasons, [Reason::RevokedHard]);
    }
}

#[test]
fn keys_in_clear_are_opened_for_those_who_keep_none() {
    let own = Own::made(KeyKind::Curve25519V4);
    let clear = protect(&own.stored, &own.open, None, Protection::FAST, &mut rng()).unwrap();
    assert!(clear.has_unprotected());
    assert!(open_given(&own.cert, &clear, &[]).is_ok());
    let closed = open_given(&own.cert, &own.stored, &[]);
    assert_eq!(closed.err(), Some(AgentError::WrongPassphrase));
    let passwords = [secret("wrong"), passphrase()];
    let opened = open_given(&own.cert, &own.stored, &passwords).unwrap();
    assert_eq!(opened.components.len(), 2);
}

#[test]
fn an_offline_primary_key_edits_nothing() {
    let mut own = Own::made(KeyKind::Curve25519V4);
    let primary = own.cert.fingerprint();
    own.open
        .components
        .retain(|c| c.key.component_fingerprint() != primary);
    let edit = Edit::new(&own.cert, &own.open, LATER);
    assert_eq!(edit.err(), Some(AgentError::NoSecret));
}
