//! What the engine's short cuts would get wrong: blinding, the last of several subpackets, the right back-signature.

use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::packet::{PubKeyInner, PublicKey, SecretKey, SignatureType, SubpacketData};
use pgp::types::Timestamp;
use rand::rngs::StdRng;
use rand::{CryptoRng, RngCore, SeedableRng};

use super::*;
use crate::cert::packets::tag;

/// Counts the octets that are taken from it.
struct Counted(StdRng, usize);

impl RngCore for Counted {
    fn next_u32(&mut self) -> u32 {
        self.1 += 4;
        self.0.next_u32()
    }
    fn next_u64(&mut self) -> u64 {
        self.1 += 8;
        self.0.next_u64()
    }
    fn fill_bytes(&mut self, octets: &mut [u8]) {
        self.1 += octets.len();
        self.0.fill_bytes(octets);
    }
    fn try_fill_bytes(&mut self, octets: &mut [u8]) -> Result<(), rand::Error> {
        self.fill_bytes(octets);
        Ok(())
    }
}

impl CryptoRng for Counted {}

fn open(maker: &Maker) -> (Certificate, Unlocked) {
    let key = Certificate::read_many(&maker.secret_bytes()).keys.remove(0);
    let open = Unlocked::from_packets(&key.certificate, &key.secret.unwrap()).unwrap();
    (key.certificate, open)
}

#[test]
fn the_trial_at_unlocking_is_blinded_too() {
    let (public, secret) = params(&KeyType::Rsa(2048));
    let made = Timestamp::from_secs(MADE);
    let signs_only = PublicKeyAlgorithm::RSASign;
    let inner = PubKeyInner::new(KeyVersion::V4, signs_only, made, None, public).unwrap();
    let primary = SecretKey::new(PublicKey::from_inner(inner).unwrap(), secret).unwrap();
    let mut maker = Maker::v4();
    maker.packets[0].1 = primary.public_key().to_bytes().unwrap();
    maker.primary = primary;
    let maker = maker.user(ID, says(MADE).flags(SIGN));
    let (certificate, unlocked) = open(&maker);
    let public = ComponentKey::Primary(&certificate.primary.key);
    let mut rng = Counted(StdRng::seed_from_u64(1), 0);
    check::works(&unlocked.components[0], public, &mut rng).unwrap();
    // The digest that is signed takes 64; a number below the modulus is what the computation is blinded with.
    assert!(rng.1 >= 64 + 256, "{}", rng.1);
}

#[test]
fn a_key_that_is_too_short_is_told() {
    let maker = Maker::new(&KeyType::Rsa(1024), KeyVersion::V4, MADE)
        .user(ID, says(MADE).flags(SIGN | ENCRYPT));
    let (certificate, unlocked) = open(&maker);
    let key = ComponentKey::Primary(&certificate.primary.key);
    let (packet, session_key) = pkesk(&key, 3);
    let found = decipher(&[packet], std::iter::once(&unlocked), &mut rng()).unwrap();
    assert_eq!(*found.key, session_key);
    assert!(found.opened_by.weak);
}

#[test]
fn the_last_mark_of_a_primary_user_id_counts() {
    let marks = |first, last| {
        says(MADE)
            .flags(CERTIFY | SIGN)
            .and(SubpacketData::IsPrimary(first))
            .and(SubpacketData::IsPrimary(last))
    };
    let (other, second) = ("Other <other@example.org>", "Second <second@example.org>");
    let maker = Maker::v4()
        .user(ID, says(MADE).flags(CERTIFY | SIGN))
        .user(other, marks(true, false))
        .user(second, marks(false, true));
    let (certificate, unlocked) = open(&maker);
    let edit = Edit::new(&certificate, &unlocked, NOW).unwrap();
    let changed = edit.make_primary(ID.as_bytes(), &mut rng()).unwrap();
    let signatures = |id: &str| {
        let user = changed.users.iter().find(|u| u.text() == id).unwrap();
        user.signatures.len()
    };
    // The one that was marked is told so no longer; the other never was.
    assert_eq!([ID, other, second].map(signatures), [2, 1, 2]);
    let first = &changed.info(NOW).user_ids[0];
    assert_eq!(first.text, ID);
    // A longer life keeps what was said last.
    let renewed = edit
        .set_expiry(&Expiring::All, Some(NOW + DAY), &mut rng())
        .unwrap();
    let first = &renewed.info(NOW).user_ids[0];
    assert_eq!(first.text, second);
}

#[test]
fn the_right_back_signature_is_kept() {
    let other = Maker::v4().bare_subkey(&KeyType::Ed25519Legacy, MADE);
    let false_one = other.back_signature(0, &says(MADE));
    let maker = Maker::v4()
        .user(ID, says(MADE).flags(CERTIFY))
        .bare_subkey(&KeyType::Ed25519Legacy, MADE);
    let right = maker.back_signature(0, &says(MADE));
    let says = says(MADE).flags(SIGN).and(false_one).and(right);
    let binding = maker.on_subkey(0, SignatureType::SubkeyBinding, &says);
    let maker = maker.signature(&binding);
    let certificate = maker.cert();
    // The subkey's secret is elsewhere.
    let alone = Maker {
        packets: maker.packets[..1].to_vec(),
        subkeys: Vec::new(),
        ..maker
    };
    let packets = [(tag::SECRET_KEY, alone.primary.to_bytes().unwrap())];
    let mut secret = SecretPackets::default();
    for (tag, body) in &packets {
        let raw = packets::RawPacket { tag: *tag, body };
        secret.push(&raw).unwrap();
    }
    let unlocked = Unlocked::from_packets(&certificate, &secret).unwrap();
    let edit = Edit::new(&certificate, &unlocked, NOW).unwrap();
    let until = Some(NOW + 100 * DAY);
    let renewed = edit.set_expiry(&Expiring::All, until, &mut rng()).unwrap();
    assert_eq!(renewed.info(NOW).components[1].expires, until);
    assert!(policy::signing_component(&renewed, NOW).is_ok());
}
