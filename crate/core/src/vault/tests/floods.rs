//! Updates of stored keys to which somebody added too much: nothing stored is lost by them.

use pgp::packet::{RevocationCode, SignatureType};
use pgp::ser::Serialize;

use super::importing::{import, outcomes};
use super::*;
use crate::cert::Certificate;
use crate::cert::packets::{self, tag};
use crate::testkit::{CERTIFY, MADE, Maker, SIGN, costly_key, naming, revocation_by, says, usual};

/// The primary key of a certificate, and what somebody put behind it.
fn behind(cert: &Certificate, more: impl IntoIterator<Item = (u8, Vec<u8>)>) -> Vec<u8> {
    let mut out = Vec::new();
    packets::write(&mut out, tag::PUBLIC_KEY, &cert.primary.body);
    for (tag, body) in more {
        packets::write(&mut out, tag, &body);
    }
    out
}

fn own(host: &mut Host) -> (Fingerprint, Certificate) {
    let key = host.generate("me@example.org", KeyKind::Curve25519V4);
    let stored = host.vault.keyring.get(&key.fingerprint).unwrap();
    let certificate = stored.certificate.clone();
    (key.fingerprint, certificate)
}

#[test]
fn no_update_makes_a_stored_key_unreadable() {
    let mut host = Host::new();
    let (key, cert) = own(&mut host);
    // Rubbish that looks like keys of DSA: to read it takes almost as long as one certificate may.
    let rubbish = |words, number| (tag::PUBLIC_SUBKEY, costly_key(words, number));
    // As `cert::work` counts it, beside the primary key.
    let mut left = limits::MAX_CERTIFICATE_WORK - 20;
    let mut fill = Vec::new();
    while left > 4 {
        let words = (left * 3 / 13).isqrt();
        fill.push(rubbish(words as usize, left));
        left -= words * words * 128 / 30;
    }
    let update = behind(&cert, fill);
    let twice = behind(&cert, (10..15).map(|n| rubbish(220, n)));
    for update in [update, twice.clone(), twice] {
        outcomes(import(&mut host, &update, &[&cert], None));
        let local = host.local.clone();
        host.die();
        assert_eq!((host.damaged(), host.status().2), (0, 1));
        assert_eq!(host.local, local);
        done(host.unlock(&key, PASSPHRASE));
    }
}

#[test]
fn an_own_key_and_a_contact_can_be_revoked_whatever_they_were_filled_with() {
    let mut host = Host::new();
    let (key, cert) = own(&mut host);
    let ben = usual("Ben <ben@example.org>");
    let contact = ben.cert();
    outcomes(import(&mut host, &ben.bytes(), &[&contact], None));
    for cert in [&cert, &contact] {
        let room = limits::MAX_CERTIFICATE - cert.to_bytes().len() - 60;
        let photo = (tag::USER_ATTRIBUTE, vec![7; room]);
        let filled = import(&mut host, &behind(cert, [photo]), &[cert], None);
        assert_eq!(outcomes(filled), [(false, true)]);
    }
    host.die();
    host.now += 2;
    let change = KeyChange::Revoke {
        reason: RevocationReason::Compromised,
        text: String::new(),
    };
    let call = UiCall::Edit {
        key,
        passphrase: Secret::new(PASSPHRASE.into()),
        change,
    };
    match host.ui(&window("keys.html"), call) {
        UiReply::Edited { key } => assert_eq!(key.state, KeyState::Revoked),
        reply => panic!("{reply:?}"),
    }
    let revoked = Maker {
        packets: ben.packets[..1].to_vec(),
        ..ben
    };
    let revoked = revoked.revoke(says(NOW)).bytes();
    let reply = import(&mut host, &revoked, &[&contact], None);
    assert_eq!(outcomes(reply), [(false, true)]);
    host.die();
    match host.ui(&popup(), UiCall::ListKeys {}) {
        UiReply::Keys { own, contacts } => {
            assert_eq!(own[0].state, KeyState::Revoked);
            assert_eq!(contacts[0].state, KeyState::Revoked);
        }
        reply => panic!("{reply:?}"),
    }
}

#[test]
fn a_contact_can_be_revoked_by_whom_it_named_whatever_was_said_in_that_name() {
    let rex = usual("Rex <rex@example.org>");
    let says = says(MADE).flags(CERTIFY | SIGN).and(naming(&rex));
    let ben = usual("Ben <ben@example.org>").direct(SignatureType::Key, says);
    let real = revocation_by(&rex, &ben, RevocationCode::KeyCompromised);
    let forged = (0..limits::MAX_DESIGNATED as u8).map(|number| {
        let mut body = real.to_bytes().unwrap();
        *body.last_mut().unwrap() ^= number + 1;
        (tag::SIGNATURE, body)
    });
    let (contact, revoker) = (ben.cert(), rex.cert());
    let filled = [ben.bytes(), behind(&contact, forged)].concat();
    let revoked = ben.clone().signature(&real).bytes();
    let mut host = Host::new();
    let mut add = |data: &[u8], cert: &Certificate| {
        outcomes(import(&mut host, data, &[cert], None));
        host.die();
        let stored = host.vault.keyring.get(&contact.fingerprint()).unwrap();
        (stored.info(NOW).reasons, stored.certificate.to_bytes())
    };
    assert!(add(&filled, &contact).0.is_empty());
    assert!(add(&rex.bytes(), &revoker).0.is_empty());
    let (reasons, stored) = add(&revoked, &contact);
    assert_eq!(reasons, [Reason::RevokedHard]);
    // Nothing of the noise is left.
    assert_eq!(stored, ben.signature(&real).cert().to_bytes());
    assert_eq!(add(&filled, &contact).0, [Reason::RevokedHard]);
}

#[test]
fn what_the_user_confirmed_stays_confirmed() {
    let mut host = Host::new();
    let (key, _) = own(&mut host);
    let ben = usual("Ben <ben@example.org>").cert();
    outcomes(import(&mut host, &ben.to_bytes(), &[&ben], None));
    let junk = (0..limits::MAX_SMALL_THIRD_PARTY as u32).map(|number| {
        let mut body = number.to_be_bytes().to_vec();
        body.resize(60, 1);
        (tag::SIGNATURE, body)
    });
    let flood = behind(&ben, junk);
    let confirmed = |host: &mut Host| {
        let issuers = vec![ben.fingerprint().to_string()];
        let told = match host.ui(&popup(), UiCall::Certificates { issuers }) {
            UiReply::Certificates { vouched, .. } => !vouched.is_empty(),
            reply => panic!("{reply:?}"),
        };
        match host.ui(&popup(), UiCall::ListKeys {}) {
            UiReply::Keys { contacts, .. } => {
                assert_eq!(contacts[0].user_ids[0].certified.is_empty(), !told);
                told
            }
            reply => panic!("{reply:?}"),
        }
    };
    let confirm = |host: &mut Host| {
        host.now += 2;
        let change = KeyChange::Certify {
            certificate: ben.fingerprint(),
            user_id: Bytes(b"Ben <ben@example.org>".to_vec()),
            level: CertifyLevel::Careful,
            exportable: false,
        };
        let call = UiCall::Edit {
            key: key.clone(),
            passphrase: Secret::new(PASSPHRASE.into()),
            change,
        };
        let reply = host.ui(&window("keys.html"), call);
        assert!(matches!(reply, UiReply::Edited { .. }), "{reply:?}");
    };
    // Before the flood, and where there is one already.
    confirm(&mut host);
    for _ in 0..2 {
        assert!(confirmed(&mut host));
        outcomes(import(&mut host, &flood, &[&ben], None));
        assert!(confirmed(&mut host));
        host.die();
        assert!(confirmed(&mut host));
        confirm(&mut host);
    }
}
