//! Reading, canonical form, merging.

mod behind;
mod filled;
mod floods;
mod shared;

use pgp::ser::Serialize;
use proptest::prelude::*;

use super::*;
use crate::testkit::*;
use crate::wire::{ErrorCode, Reason};

const ID: &str = "Ann <ann@example.org>";

fn binary_many(data: &[u8]) -> (usize, Vec<ErrorCode>) {
    let read = Certificate::read_many(data);
    (
        read.keys.len(),
        read.skipped.iter().map(|s| s.error).collect(),
    )
}

#[test]
fn the_canonical_form_is_read_back_as_itself() {
    let cert = usual(ID)
        .signs()
        .user("Other <b@example.org>", says(MADE))
        .cert();
    let bytes = cert.to_bytes();
    assert_eq!(Certificate::from_bytes(&bytes).unwrap().to_bytes(), bytes);
    let read = Certificate::read_many(cert.armored().as_bytes());
    assert_eq!(read.keys[0].certificate.to_bytes(), bytes);
    assert!(read.skipped.is_empty());
}

#[test]
fn several_blocks_in_other_text_are_all_found() {
    let (a, b) = (usual(ID).cert(), usual("Ben <ben@example.org>").cert());
    let text = format!(
        "Hello,\r\n\r\n  {}\nand\u{a0}this:\n{}\n-- \nAnn",
        a.armored().replace('\n', "\u{a0}\r\n  "),
        b.armored()
            .replace("-----\n\n", "-----\nComment: hello\n\n"),
    );
    assert_eq!(binary_many(text.as_bytes()), (2, vec![]));
    // Both in one block, and one of them twice.
    let both = [a.to_bytes(), b.to_bytes(), a.to_bytes()].concat();
    assert_eq!(binary_many(&both), (2, vec![]));
    let block = armor::write(Kind::PublicKey, &both, Checksum::None);
    assert_eq!(binary_many(block.as_bytes()), (2, vec![]));
}

#[test]
fn armor_with_and_without_checksum_is_read() {
    let bytes = usual(ID).cert().to_bytes();
    for checksum in [Checksum::Crc24, Checksum::None] {
        let block = armor::write(Kind::PublicKey, &bytes, checksum);
        assert_eq!(binary_many(block.as_bytes()), (1, vec![]));
    }
}

#[test]
fn what_is_no_key_says_so() {
    let armored = usual(ID).cert().armored();
    assert_eq!(binary_many(b""), (0, vec![ErrorCode::NotAKey]));
    assert_eq!(binary_many(b"just a text"), (0, vec![ErrorCode::NotAKey]));
    assert_eq!(
        binary_many(b"\xff\xff\xff\xff"),
        (0, vec![ErrorCode::NotAKey])
    );
    let message = armored.replace("PUBLIC KEY BLOCK", "MESSAGE");
    assert_eq!(
        binary_many(message.as_bytes()),
        (0, vec![ErrorCode::NotAKey])
    );
    let open = armored.replace("-----END PGP PUBLIC KEY BLOCK-----", "");
    assert_eq!(
        binary_many(open.as_bytes()),
        (0, vec![ErrorCode::BrokenArmor])
    );
    let damaged = armored.replacen("\nm", "\n*", 1).replacen("\nx", "\n!", 1);
    assert_eq!(
        binary_many(damaged.as_bytes()),
        (0, vec![ErrorCode::BrokenArmor])
    );
    // A signature packet alone, and the good key that follows other packets.
    let signature = [0xc2, 0x03, 4, 0, 1];
    assert_eq!(binary_many(&signature), (0, vec![ErrorCode::NotAKey]));
    let after = [signature.to_vec(), usual(ID).bytes()].concat();
    assert_eq!(binary_many(&after), (1, vec![ErrorCode::NotAKey]));
}

#[test]
fn truncated_data_keeps_the_whole_keys_before_it() {
    let both = [usual(ID).bytes(), usual("Ben <ben@example.org>").bytes()].concat();
    let cut = both.get(..both.len() - 5).unwrap();
    assert_eq!(binary_many(cut), (1, vec![ErrorCode::Truncated]));
    assert_eq!(
        binary_many(cut.get(..100).unwrap()),
        (0, vec![ErrorCode::Truncated])
    );
}

#[test]
fn exactly_one_public_certificate_is_a_certificate() {
    let maker = usual(ID);
    let two = [maker.bytes(), usual(ID).bytes()].concat();
    assert_eq!(
        Certificate::from_bytes(&two).unwrap_err(),
        CertError::Malformed
    );
    assert_eq!(
        Certificate::from_bytes(&maker.secret_bytes()).unwrap_err(),
        CertError::NotAKey
    );
    assert_eq!(
        Certificate::from_bytes(&[]).unwrap_err(),
        CertError::NotAKey
    );
    let read = Certificate::read_many(&maker.secret_bytes());
    assert_eq!(read.keys[0].certificate.to_bytes(), maker.cert().to_bytes());
    assert!(read.keys[0].secret.as_ref().unwrap().has_unprotected());
}

#[test]
fn old_and_unknown_key_versions_are_told_apart() {
    for (version, code) in [
        (2, ErrorCode::OldKey),
        (3, ErrorCode::OldKey),
        (5, ErrorCode::LibrepgpKey),
        (7, ErrorCode::Unsupported),
    ] {
        let mut maker = usual(ID);
        maker.packets[0].1[0] = version;
        assert_eq!(binary_many(&maker.bytes()), (0, vec![code]), "{version}");
        // A secret key says the same; what stands beside it is still read.
        let mut secret = usual(ID).secret_bytes();
        let at = secret.iter().position(|b| *b == 4).unwrap();
        secret[at] = version;
        assert_eq!(binary_many(&secret), (0, vec![code]), "{version}");
        let both = [maker.bytes(), usual("Ben <ben@example.org>").bytes()].concat();
        assert_eq!(binary_many(&both), (1, vec![code]), "{version}");
        // A subkey of another version only is not used.
        let mut maker = usual(ID);
        let subkey = maker.packets.iter_mut().find(|(t, _)| *t == 14).unwrap();
        subkey.1[0] = version;
        let info = maker.cert().info(NOW);
        assert!(info.can_sign && !info.can_encrypt, "{version}");
    }
}

#[test]
fn an_unreadable_subkey_is_carried_along() {
    let mut maker = usual(ID);
    let good = maker.cert().to_bytes().len();
    maker = maker
        .packet(14, vec![4, 0, 0, 0, 0, 1, 0, 1])
        .packet(17, vec![1, 2, 3]);
    let cert = maker.cert();
    assert_eq!(cert.subkeys.len(), 1);
    assert_eq!(cert.opaque.len(), 2);
    assert!(cert.to_bytes().len() > good);
    assert!(cert.info(NOW).can_encrypt);
}

#[test]
fn junk_changes_nothing_but_the_bytes() {
    let mallory = Maker::v4();
    let mut maker = usual(ID);
    let clean = maker.cert().info(NOW);
    let third = maker.on_user(&mallory.primary, ID, SignatureType::CertGeneric, &says(NOW));
    let user = maker
        .packets
        .iter()
        .position(|(t, _)| *t == tag::USER_ID)
        .unwrap();
    for body in [
        third.to_bytes().unwrap(),
        vec![4, 1, 2],
        vec![],
        vec![9; 300],
    ] {
        maker.packets.insert(user + 1, (tag::SIGNATURE, body));
    }
    let cert = maker.cert();
    assert_eq!(cert.info(NOW), clean);
    assert_eq!(cert.users[0].signatures.len(), 5);
}

#[test]
fn rsa_keys_that_are_too_long_are_refused_as_such() {
    let rsa = |bits: u16| {
        let mut body = vec![4, 0, 0, 0, 1, 1];
        body.extend(bits.to_be_bytes());
        body.extend(vec![0xff; usize::from(bits / 8)]);
        body.extend([0, 17, 1, 0, 1]);
        body
    };
    let mut bytes = Vec::new();
    packets::write(&mut bytes, tag::PUBLIC_KEY, &rsa(16_384));
    let limit = limits::MAX_RSA_BITS as u32;
    assert_eq!(
        Certificate::from_bytes(&bytes).err(),
        Some(CertError::Limit(limit))
    );
    let mut bytes = Vec::new();
    packets::write(&mut bytes, tag::PUBLIC_KEY, &rsa(limit as u16));
    assert!(Certificate::from_bytes(&bytes).is_ok());
    // As a subkey it is carried along.
    let cert = usual(ID).packet(tag::PUBLIC_SUBKEY, rsa(16_384)).cert();
    assert_eq!((cert.subkeys.len(), cert.opaque.len()), (1, 1));
}

#[test]
fn too_many_certificates_stop_with_a_limit() {
    // The same body with another time is another key: cheap to make.
    let maker = Maker::v4();
    let mut data = Vec::new();
    for i in 0..=limits::MAX_CERTIFICATES as u32 {
        let mut body = maker.packets[0].1.clone();
        body[1..5].copy_from_slice(&i.to_be_bytes());
        packets::write(&mut data, tag::PUBLIC_KEY, &body);
    }
    assert_eq!(
        binary_many(&data),
        (limits::MAX_CERTIFICATES, vec![ErrorCode::Limit])
    );
}

#[test]
fn different_keys_do_not_merge() {
    assert_eq!(
        usual(ID).cert().merge(&usual(ID).cert()).unwrap_err(),
        CertError::Different
    );
}

/// A certificate with much in it: parts of it are what is merged.
fn rich() -> &'static Maker {
    static RICH: std::sync::OnceLock<Maker> = std::sync::OnceLock::new();
    RICH.get_or_init(|| {
        let mallory = Maker::v4();
        let maker = usual(ID)
            .signs()
            .user("B <b@example.org>", says(MADE))
            .revoke_user("B <b@example.org>", says(NOW - DAY))
            .user(ID, says(NOW - DAY).flags(SIGN))
            .revoke(says(NOW - DAY).because(pgp::packet::RevocationCode::KeyRetired))
            .revoke_subkey(0, says(NOW - DAY));
        let third = maker.on_user(&mallory.primary, ID, SignatureType::CertGeneric, &says(NOW));
        maker
            .packet(tag::USER_ID, ID.as_bytes().to_vec())
            .signature(&third)
            .packet(tag::USER_ATTRIBUTE, vec![7; 9])
            .packet(tag::SIGNATURE, vec![4, 0x13, 22, 8, 0])
    })
}

/// Some components of `rich` with some of their signatures, in another order.
fn part(choice: Vec<(bool, u8)>) -> Certificate {
    let maker = rich();
    type Packet = (u8, Vec<u8>);
    let mut groups: Vec<(u8, Vec<Packet>)> = Vec::new();
    for (i, packet) in maker.packets.iter().enumerate().skip(1) {
        let (keep, order) = choice.get(i).copied().unwrap_or((true, 0));
        if packet.0 != tag::SIGNATURE {
            groups.push((order, vec![packet.clone()]));
        } else if keep && let Some((_, group)) = groups.last_mut() {
            group.push(packet.clone());
        }
    }
    groups.sort_by_key(|(order, _)| *order);
    let mut packets = vec![maker.packets[0].clone()];
    packets.extend(
        groups
            .into_iter()
            .filter(|(order, _)| order % 4 != 3)
            .flat_map(|(_, group)| group),
    );
    Maker {
        packets,
        ..maker.clone()
    }
    .cert()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn merging_is_idempotent_commutative_and_associative(
        a in proptest::collection::vec(any::<(bool, u8)>(), 30),
        b in proptest::collection::vec(any::<(bool, u8)>(), 30),
        c in proptest::collection::vec(any::<(bool, u8)>(), 30),
    ) {
        let (a, b, c) = (part(a), part(b), part(c));
        let merge = |x: &Certificate, y: &Certificate| x.merge(y).unwrap();
        prop_assert_eq!(merge(&a, &a).to_bytes(), a.to_bytes());
        prop_assert_eq!(merge(&a, &b).to_bytes(), merge(&b, &a).to_bytes());
        prop_assert_eq!(merge(&merge(&a, &b), &c).to_bytes(), merge(&a, &merge(&b, &c)).to_bytes());
        // Nothing is lost: every packet of one is in the other.
        let all = merge(&a, &b).to_bytes();
        prop_assert_eq!(Certificate::from_bytes(&all).unwrap().to_bytes(), all.clone());
        for packet in packets::split(&a.to_bytes()).0 {
            prop_assert!(packets::split(&all).0.contains(&packet));
        }
    }

    #[test]
    fn damaged_certificates_are_refused_or_read_but_never_stop_us(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut bytes = rich().bytes();
        let at = at.index(bytes.len());
        bytes[at] = to;
        for key in Certificate::read_many(&bytes).keys {
            let again = key.certificate.to_bytes();
            prop_assert_eq!(Certificate::from_bytes(&again).unwrap().to_bytes(), again);
            let _ = key.certificate.info(NOW);
        }
    }
}

#[test]
fn a_secret_subkey_that_cannot_be_kept_is_not_passed_over_in_silence() {
    let maker = usual(ID);
    let changed = |change: fn(&mut Vec<u8>)| {
        let (secret, mut out) = (maker.secret_bytes(), Vec::new());
        for packet in packets::split(&secret).0 {
            let mut body = packet.body.to_vec();
            if packet.tag == tag::SECRET_SUBKEY {
                change(&mut body);
            }
            packets::write(&mut out, packet.tag, &body);
        }
        let mut read = Certificate::read_many(&out);
        assert_eq!((read.keys.len(), read.skipped.len()), (1, 0));
        let key = read.keys.remove(0);
        (key.lost, key.secret.unwrap().iter().count())
    };
    assert_eq!(changed(|_| {}), (None, 2));
    // As GnuPG 2.5 makes them for Kyber; an algorithm that nobody knows; nothing behind the public part.
    assert_eq!(
        changed(|body| body[0] = 5),
        (Some(ErrorCode::LibrepgpKey), 1)
    );
    assert_eq!(
        changed(|body| body[5] = 99),
        (Some(ErrorCode::Unsupported), 1)
    );
    assert_eq!(
        changed(|body| body.truncate(20)),
        (Some(ErrorCode::Malformed), 1)
    );
}
