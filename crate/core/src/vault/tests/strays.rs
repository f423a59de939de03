//! Secret parts that somebody else added to an own key: they lock nothing, and keep nothing genuine out.

use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::types::{KeyVersion, Password, S2kParams, StringToKey};

use super::importing::{import, outcomes, preview};
use super::*;
use crate::cert::Certificate;
use crate::cert::packets::{self, RawPacket, tag};
use crate::testkit::{CERTIFY, MADE, Maker, SIGN, says, usual};

const NEW: &str = "another horse";

/// What makes noise of a public key packet's body: "protected", as GnuPG does it.
fn noise(public: &[u8]) -> Vec<u8> {
    let s2k = [&[9, 3, 8][..], &[7; 8], &[96]].concat();
    let iv = [1; 16];
    let fields = match public[0] {
        6 => [&[254, 29, 9, 11][..], &s2k[1..], &iv].concat(),
        _ => [&[254][..], &s2k, &iv].concat(),
    };
    [public, &fields, &[2; 52]].concat()
}

/// A public key of X25519 of a version: nobody's.
fn stranger(version: u8) -> Vec<u8> {
    let length = [0, 0, 0, 32];
    let length = &length[..if version == 6 { 4 } else { 0 }];
    [&[version, 0x60, 0, 0, 0, 25], length, &[9; 32]].concat()
}

fn with(mut data: Vec<u8>, tag: u8, body: &[u8]) -> Vec<u8> {
    packets::write(&mut data, tag, body);
    data
}

fn passphrase(host: &mut Host, key: &Fingerprint, old: &str, new: &str) -> UiReply {
    let change = KeyChange::Passphrase {
        new: Secret::new(new.into()),
    };
    edit(host, key, old, change)
}

fn edit(host: &mut Host, key: &Fingerprint, passphrase: &str, change: KeyChange) -> UiReply {
    host.now += 2;
    let call = UiCall::Edit {
        key: key.clone(),
        passphrase: Secret::new(passphrase.into()),
        change,
    };
    host.ui(&window("keys.html"), call)
}

fn expiry() -> KeyChange {
    KeyChange::Expiry {
        component: None,
        days: Some(100),
    }
}

fn export(host: &mut Host, key: &Fingerprint, passphrase: &str) -> UiReply {
    let call = UiCall::ExportSecret {
        key: key.clone(),
        passphrase: Secret::new(passphrase.into()),
        form: ExportForm::Compatible,
    };
    host.ui(&popup(), call)
}

/// Takes in what `data` has for its key without having opened it, as Waxseal once did for every own key.
fn hit(host: &mut Host, data: &[u8]) {
    let read = &Certificate::read_many(data).keys[0];
    let key = read.certificate.fingerprint();
    let mut stored = host.vault.keyring.get(&key).unwrap().clone();
    let secret = read.secret.as_ref().unwrap();
    stored.secret = Some(secret.behind(stored.secret.as_ref()));
    let entries = host.vault.keyring.put(stored).unwrap();
    host.local.extend(entries);
    host.close_browser();
}

/// All that its owner does with a key still works, now and after a restart.
#[track_caller]
fn works(host: &mut Host, key: &Fingerprint) {
    for (old, new) in [(PASSPHRASE, NEW), (NEW, PASSPHRASE)] {
        done(host.unlock(key, old));
        let exported = export(host, key, old);
        assert!(matches!(exported, UiReply::Armored { .. }), "{exported:?}");
        for change in [expiry(), KeyChange::RotateEncryption {}] {
            let edited = edit(host, key, old, change);
            assert!(matches!(edited, UiReply::Edited { .. }), "{edited:?}");
        }
        let changed = passphrase(host, key, old, new);
        assert!(matches!(changed, UiReply::Edited { .. }), "{changed:?}");
        assert_eq!(refused(host.unlock(key, old)), ErrorCode::WrongPassphrase);
        host.close_browser();
    }
}

#[test]
fn what_belongs_to_no_key_of_the_owner_stays_out() {
    for version in [4, 6] {
        let mut host = Host::new();
        let key = host.generate("ann@example.org", KeyKind::Curve25519V4);
        let stored = host.vault.keyring.get(&key.fingerprint).unwrap();
        let (cert, secret) = (
            stored.certificate.clone(),
            stored.secret.clone().unwrap().to_bytes(),
        );
        let stray = noise(&stranger(version));
        let data = with(cert.to_bytes(), tag::SECRET_SUBKEY, &stray);
        let (keys, skipped) = preview(&mut host, &data);
        assert!(!keys[0].key.secret && !keys[0].in_clear);
        let said = SkippedKey {
            fingerprint: Some(key.fingerprint.clone()),
            error: ErrorCode::MismatchedKey,
        };
        assert_eq!(skipped, [said], "version {version}");
        // Beside the genuine parts of a backup it is left out alone.
        let backup = [data.as_slice(), &cert_with(&cert, &secret)].concat();
        for data in [data, backup] {
            outcomes(import(&mut host, &data, &[&cert], None));
            let stored = host.vault.keyring.get(&key.fingerprint).unwrap();
            assert_eq!(*stored.secret.as_ref().unwrap().to_bytes(), *secret);
        }
        works(&mut host, &key.fingerprint);
        // The same key where it was not known before.
        let mut other = Host::new();
        let data = with(cert_with(&cert, &secret), tag::SECRET_SUBKEY, &stray);
        assert_eq!(
            outcomes(import(&mut other, &data, &[&cert], None)),
            [(true, false)]
        );
        works(&mut other, &key.fingerprint);
    }
}

/// A transferable secret key.
fn cert_with(cert: &Certificate, secret: &[u8]) -> Vec<u8> {
    let secret = crate::agent::SecretPackets::from_bytes(secret).unwrap();
    secret.join(cert).to_vec()
}

#[test]
fn keys_that_were_hit_before_open_again() {
    for version in [4, 6] {
        let mut host = Host::new();
        let key = host.generate("ann@example.org", KeyKind::Curve25519V4);
        let mut stored = host.vault.keyring.get(&key.fingerprint).unwrap().clone();
        let public = with(stored.certificate.to_bytes(), 14, &stranger(version));
        stored.certificate = Certificate::from_bytes(&public).unwrap();
        let body = noise(&stranger(version));
        let packet = RawPacket {
            tag: tag::SECRET_SUBKEY,
            body: &body,
        };
        stored.secret.as_mut().unwrap().push(&packet).unwrap();
        let entries = host.vault.keyring.put(stored).unwrap();
        host.local.extend(entries);
        host.close_browser();
        works(&mut host, &key.fingerprint);
    }
}

/// A certificate with a type 5 packet in the place of its primary key: the right public part, and noise.
fn with_noise_for_primary(maker: &Maker) -> Vec<u8> {
    let public = maker.bytes();
    let public = packets::split(&public).0;
    let primary = with(Vec::new(), tag::SECRET_KEY, &noise(public[0].body));
    let rest = public.iter().skip(1);
    rest.fold(primary, |data, p| with(data, p.tag, p.body))
}

/// An own key of a version with a subkey; its secret parts under the passphrase, as another program protects them.
fn offline(version: KeyVersion) -> Maker {
    let mut maker = match version {
        KeyVersion::V6 => Maker::new(&pgp::composed::KeyType::Ed25519, version, MADE)
            .direct(
                pgp::packet::SignatureType::Key,
                says(MADE).flags(CERTIFY | SIGN),
            )
            .user("Ann <ann@example.org>", says(MADE))
            .encrypts(),
        _ => usual("Ann <ann@example.org>"),
    };
    let s2k = || S2kParams::Cfb {
        sym_alg: SymmetricKeyAlgorithm::AES256,
        s2k: StringToKey::new_iterated(testkit::rng(), HashAlgorithm::Sha256, 96),
        iv: vec![3; 16].into(),
    };
    let password = Password::from(PASSPHRASE);
    maker
        .primary
        .set_password_with_s2k(&password, s2k())
        .unwrap();
    for subkey in &mut maker.subkeys {
        subkey.set_password_with_s2k(&password, s2k()).unwrap();
    }
    maker
}

/// The secret key without the primary key's secret part: with a stub in its place, or with nothing.
fn without_primary(maker: &Maker, stub: bool) -> Vec<u8> {
    let mut data = Vec::new();
    for packet in packets::split(&maker.secret_bytes()).0 {
        match packet.tag {
            tag::SECRET_KEY if stub => {
                let gnu = [&[255, 0, 101, 0][..], b"GNU", &[1]].concat();
                let body = [&maker.packets[0].1[..], &gnu].concat();
                packets::write(&mut data, tag::SECRET_KEY, &body);
            }
            tag::SECRET_KEY => packets::write(&mut data, tag::PUBLIC_KEY, &maker.packets[0].1),
            tag => packets::write(&mut data, tag, packet.body),
        }
    }
    data
}

#[test]
fn noise_in_the_place_of_a_part_that_is_elsewhere_keeps_the_genuine_one_out_nowhere() {
    for (version, stub) in [
        (KeyVersion::V4, true),
        (KeyVersion::V4, false),
        (KeyVersion::V6, false),
    ] {
        let maker = offline(version);
        let cert = maker.cert();
        let key = cert.fingerprint();
        let given = |host: &mut Host, data: &[u8]| import(host, data, &[&cert], Some(PASSPHRASE));
        let import = |host: &mut Host, data: &[u8]| {
            let outcome = outcomes(given(host, data));
            host.close_browser();
            outcome
        };
        let mut host = Host::new();
        let part = without_primary(&maker, stub);
        assert_eq!(import(&mut host, &part), [(true, false)]);
        let attack = with_noise_for_primary(&maker);
        let stored = host.local.clone();
        let noise = refused(given(&mut host, &attack));
        assert_eq!(noise, ErrorCode::OtherPassphrase);
        assert_eq!(host.local, stored);
        hit(&mut host, &attack);
        assert_ne!(host.local, stored);
        assert_eq!(import(&mut host, &attack), [(false, false)]);
        // What was there works as before.
        done(host.unlock(&key, PASSPHRASE));
        let no_secret = refused(edit(&mut host, &key, PASSPHRASE, expiry()));
        assert_eq!(no_secret, ErrorCode::NoSecret);
        for (old, new) in [(PASSPHRASE, NEW), (NEW, PASSPHRASE)] {
            let changed = passphrase(&mut host, &key, old, new);
            assert!(matches!(changed, UiReply::Edited { .. }), "{changed:?}");
        }
        let exported = export(&mut host, &key, PASSPHRASE);
        assert!(matches!(exported, UiReply::Armored { .. }), "{exported:?}");
        // The genuine part comes, and is there for good once it was open.
        let whole = maker.secret_bytes();
        assert_eq!(import(&mut host, &whole), [(false, true)]);
        assert_eq!(import(&mut host, &whole), [(false, false)]);
        works(&mut host, &key);
        assert_eq!(import(&mut host, &attack), [(false, false)]);
        works(&mut host, &key);
    }
}

#[test]
fn a_genuine_part_that_comes_later_is_kept_once_it_was_open() {
    let maker = offline(KeyVersion::V4);
    let (cert, whole) = (maker.cert(), maker.secret_bytes());
    let mut host = Host::new();
    import(&mut host, &without_primary(&maker, true), &[&cert], None);
    let without = import(&mut host, &whole, &[&cert], None);
    assert_eq!(refused(without), ErrorCode::NeedsPassphrase);
    hit(&mut host, &whole);
    // Another passphrase opens nothing and changes nothing.
    let stored = host.local.clone();
    let key = cert.fingerprint();
    assert_eq!(
        refused(host.unlock(&key, "wrong horse")),
        ErrorCode::WrongPassphrase
    );
    assert_eq!(host.local, stored);
    done(host.unlock(&key, PASSPHRASE));
    let secret = host.vault.keyring.get(&key).unwrap().secret.clone();
    assert_eq!(secret.unwrap().iter().count(), 2);
    works(&mut host, &key);
    // In clear it is checked at once: no stub stays behind it.
    let clear = usual("Ann <ann@example.org>");
    let cert = clear.cert();
    import(
        &mut host,
        &without_primary(&clear, true),
        &[&cert],
        Some(PASSPHRASE),
    );
    let reply = import(&mut host, &clear.secret_bytes(), &[&cert], Some(PASSPHRASE));
    assert_eq!(outcomes(reply), [(false, true)]);
    let secret = &host.vault.keyring.get(&cert.fingerprint()).unwrap().secret;
    assert_eq!(secret.as_ref().unwrap().iter().count(), 2);
    works(&mut host, &cert.fingerprint());
    let attack = with_noise_for_primary(&clear);
    assert_eq!(
        outcomes(import(&mut host, &attack, &[&cert], None)),
        [(false, false)]
    );
}

#[test]
fn noise_for_a_key_that_is_a_contact_keeps_its_secret_part_out_nowhere() {
    for version in [KeyVersion::V4, KeyVersion::V6] {
        let maker = offline(version);
        let (cert, whole) = (maker.cert(), maker.secret_bytes());
        let key = cert.fingerprint();
        let mut host = Host::new();
        let import = |host: &mut Host, data: &[u8]| {
            let outcome = outcomes(import(host, data, &[&cert], None));
            host.close_browser();
            outcome
        };
        assert_eq!(import(&mut host, &maker.bytes()), [(true, false)]);
        let attack = with_noise_for_primary(&maker);
        assert_eq!(import(&mut host, &attack), [(false, true)]);
        assert_eq!(
            refused(host.unlock(&key, PASSPHRASE)),
            ErrorCode::WrongPassphrase
        );
        // The backup.
        assert_eq!(import(&mut host, &whole), [(false, true)]);
        assert_eq!(import(&mut host, &whole), [(false, false)]);
        works(&mut host, &key);
        assert_eq!(import(&mut host, &attack), [(false, false)]);
        works(&mut host, &key);
    }
    // Of a backup without its primary key the stub stays.
    let maker = offline(KeyVersion::V4);
    let (cert, key) = (maker.cert(), maker.cert().fingerprint());
    let mut host = Host::new();
    for data in [maker.bytes(), without_primary(&maker, true)] {
        outcomes(import(&mut host, &data, &[&cert], None));
    }
    done(host.unlock(&key, PASSPHRASE));
    let secret = host.vault.keyring.get(&key).unwrap().secret.clone();
    assert_eq!(secret.unwrap().iter().count(), 2);
}

#[test]
fn noise_makes_no_contact_one_of_the_own_keys() {
    let mut host = Host::new();
    let eve = offline(KeyVersion::V4);
    let ben = usual("Ben <ben@example.org>");
    let said = says(NOW - 1);
    // Eve says that this is Ben's key.
    let word = said.config(pgp::packet::SignatureType::CertGeneric, &eve.primary);
    let word = word
        .sign_certification_third_party(
            &eve.primary,
            &Password::from(PASSPHRASE),
            ben.primary.public_key(),
            pgp::types::Tag::UserId,
            &ben.cert().users[0].id,
        )
        .unwrap();
    let on_user = ben
        .packets
        .iter()
        .position(|p| p.0 == tag::SIGNATURE)
        .unwrap();
    let mut ben = ben;
    let body = pgp::ser::Serialize::to_bytes(&word).unwrap();
    ben.packets.insert(on_user + 1, (tag::SIGNATURE, body));
    let (own, contact) = (eve.cert(), ben.cert());
    for (data, cert) in [(eve.bytes(), &own), (ben.bytes(), &contact)] {
        assert_eq!(
            outcomes(import(&mut host, &data, &[cert], None)),
            [(true, false)]
        );
    }
    // Older than Eve's, so that hers would be the usual one.
    host.now = MADE - 1;
    let mine = host
        .generate("me@example.org", KeyKind::Curve25519V4)
        .fingerprint;
    host.now = NOW;
    let usual_and_certified = |host: &mut Host| {
        let call = UiCall::Recipients {
            addresses: vec!["ben@example.org".into()],
        };
        match host.ui(&window("write.html"), call) {
            UiReply::Recipients {
                recipients, own, ..
            } => {
                let ben = recipients[0].key.clone().unwrap();
                let certified = &ben.user_ids[0].certified;
                let known = recipients[0].confirmation == Some(Confirmation::Confirmed);
                assert_eq!(known, !certified.is_empty());
                (own.unwrap().fingerprint, certified.len())
            }
            reply => panic!("{reply:?}"),
        }
    };
    assert_eq!(usual_and_certified(&mut host), (mine.clone(), 0));
    let attack = with_noise_for_primary(&eve);
    outcomes(import(&mut host, &attack, &[&own], None));
    host.close_browser();
    assert_eq!(usual_and_certified(&mut host), (mine, 0));
    // What she signs does not pass for the user's, and what is written to her is written to somebody unknown.
    let issuers = vec![own.fingerprint().to_string()];
    match host.ui(&window("files.html"), UiCall::Certificates { issuers }) {
        UiReply::Certificates { vouched, .. } => assert!(vouched.is_empty(), "{vouched:?}"),
        reply => panic!("{reply:?}"),
    }
    // Nor where her key comes anew, with a part that is not hers.
    let stray = with(eve.bytes(), tag::SECRET_SUBKEY, &noise(&stranger(4)));
    let mut other = Host::new();
    outcomes(import(&mut other, &stray, &[&own], None));
    assert_eq!(
        (other.vault.keyring.own().count(), other.vault.keyring.len()),
        (0, 1)
    );
    // Once a passphrase opened it, it is an own key like any other.
    let key = own.fingerprint();
    outcomes(import(&mut host, &eve.secret_bytes(), &[&own], None));
    assert_eq!(usual_and_certified(&mut host).1, 0);
    done(host.unlock(&key, PASSPHRASE));
    assert_eq!(usual_and_certified(&mut host), (key, 1));
}

#[test]
fn a_new_subkey_opens_whatever_was_never_opened_beside_it() {
    // Yearly subkeys, of which a backup under an older passphrase comes later.
    let maker = (0..10).fold(usual("Ann <ann@example.org>"), |maker, _| maker.encrypts());
    let (cert, secret) = (maker.cert(), maker.secret_bytes());
    let (mut first, mut later) = (Vec::new(), Vec::new());
    let mut subkeys = 0;
    for (packet, (public_tag, public)) in packets::split(&secret).0.iter().zip(&maker.packets) {
        subkeys += usize::from(packet.tag == tag::SECRET_SUBKEY);
        let old = packet.tag == tag::SECRET_SUBKEY && subkeys > 1;
        let (here, there) = match old {
            true => ((*public_tag, public.clone()), (packet.tag, noise(public))),
            false => (
                (packet.tag, packet.body.to_vec()),
                (*public_tag, public.clone()),
            ),
        };
        packets::write(&mut first, here.0, &here.1);
        packets::write(&mut later, there.0, &there.1);
    }
    let mut host = Host::new();
    let imported = import(&mut host, &first, &[&cert], Some(PASSPHRASE));
    assert_eq!(outcomes(imported), [(true, false)]);
    hit(&mut host, &later);
    let key = cert.fingerprint();
    let parts = |host: &Host| {
        host.vault
            .keyring
            .get(&key)
            .unwrap()
            .secret
            .as_ref()
            .unwrap()
            .iter()
            .count()
    };
    assert_eq!(parts(&host), 2 + 2 * 10);
    for change in [
        KeyChange::RotateEncryption {},
        expiry(),
        KeyChange::RotateEncryption {},
    ] {
        let edited = edit(&mut host, &key, PASSPHRASE, change);
        assert!(matches!(edited, UiReply::Edited { .. }), "{edited:?}");
        host.close_browser();
        done(host.unlock(&key, PASSPHRASE));
        let stored = &host.vault.keyring.get(&key).unwrap().certificate;
        let open = host.vault.lock.get(&key).unwrap();
        for component in crate::policy::encryption_components(stored, host.now).unwrap() {
            assert!(
                open.has(&component.fingerprint()),
                "what is encrypted to it is lost"
            );
        }
    }
    works(&mut host, &key);
}
