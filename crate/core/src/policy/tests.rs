//! Each reason, provoked by a certificate that has just that fault.

mod laws;
mod purposes;
mod revocations;
mod revokers;
mod strength;
mod table;
mod times;

use pgp::composed::KeyType;
use pgp::crypto::ecc_curve::ECCCurve;
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{Features, Notation, RevocationCode, SignatureType, SubpacketData};
use pgp::types::{Duration, KeyDetails, KeyVersion, Timestamp};

use super::*;
use crate::testkit::*;
use crate::wire::{Fingerprint, KeyState};

const ID: &str = "Ann <ann@example.org>";
const ECDH: KeyType = KeyType::ECDH(ECCCurve::Curve25519Legacy);

fn encrypt(maker: &Maker) -> Vec<Reason> {
    encryption_components(&maker.cert(), NOW)
        .err()
        .unwrap_or_default()
}

fn sign(maker: &Maker) -> Vec<Reason> {
    signing_component(&maker.cert(), NOW)
        .err()
        .unwrap_or_default()
}

fn primary_signs(says: Says) -> Maker {
    Maker::v4().user(ID, says.flags(CERTIFY | SIGN)).encrypts()
}

fn issuer_of(key: &impl KeyDetails) -> Issuer {
    Issuer::Fingerprint(Fingerprint::from_bytes(key.fingerprint().as_bytes()))
}

#[test]
fn a_usual_key_can_do_everything() {
    let maker = usual(ID).signs();
    let cert = maker.cert();
    assert_eq!(encryption_components(&cert, NOW).unwrap().len(), 1);
    let signer = signing_component(&cert, NOW).unwrap();
    assert!(
        !signer.is_primary(),
        "a signing subkey comes before the primary key"
    );
    assert_eq!(signing_components(&cert, NOW).unwrap().len(), 2);
    let info = cert.info(NOW);
    assert_eq!(
        (info.state, info.can_encrypt, info.can_sign),
        (KeyState::Valid, true, true)
    );
    assert!(info.reasons.is_empty());
    assert!(cert.has_address("ANN@example.org", NOW));
    assert!(!cert.has_address("ann@example.com", NOW));
}

#[test]
fn nothing_is_bound_without_a_self_signature() {
    let bare = Maker::v4()
        .packet(13, ID.as_bytes().to_vec())
        .bare_subkey(&ECDH, MADE);
    assert_eq!(encrypt(&bare), [Reason::NotBound]);
    assert_eq!(bare.cert().info(NOW).state, KeyState::Unusable);
    let subkey = Maker::v4()
        .user(ID, says(MADE).flags(SIGN))
        .bare_subkey(&ECDH, MADE);
    assert_eq!(encrypt(&subkey), [Reason::NotBound]);
    // Somebody else's key bound under our name: the binding is by the wrong primary key.
    let mallory = usual("Mallory <m@example.org>");
    let mut maker = Maker::v4().user(ID, says(MADE).flags(SIGN));
    let at = mallory.packets.iter().position(|(t, _)| *t == 14).unwrap();
    maker.packets.extend(mallory.packets[at..].iter().cloned());
    assert_eq!(encrypt(&maker), [Reason::NotBound]);
    // A self-signature from before the key was made.
    assert_eq!(encrypt(&primary_signs(says(MADE - 1))), [Reason::NotBound]);
    // An expired self-signature.
    assert_eq!(
        encrypt(&primary_signs(says(MADE).lasts(DAY))),
        [Reason::Expired]
    );
}

#[test]
fn keys_without_user_id() {
    let maker = Maker::v4().encrypts();
    assert_eq!(encrypt(&maker), [Reason::NoUserId]);
    assert!(!has_valid_user_id(&maker.cert(), NOW));
    // A direct-key signature binds the key even so.
    let direct = Maker::v4()
        .direct(SignatureType::Key, says(MADE).flags(SIGN))
        .encrypts();
    assert!(encrypt(&direct).is_empty());
    assert!(sign(&direct).is_empty());
}

#[test]
fn signing_subkeys_need_a_back_signature() {
    let bind = |back: Option<SubpacketData>| {
        let maker = Maker::v4()
            .user(ID, says(MADE).flags(CERTIFY))
            .bare_subkey(&KeyType::Ed25519Legacy, MADE);
        let says = says(MADE).flags(SIGN);
        let says = match back {
            Some(back) => says.and(back),
            None => says,
        };
        let binding = maker.on_subkey(0, SignatureType::SubkeyBinding, &says);
        maker.signature(&binding)
    };
    assert_eq!(sign(&bind(None)), [Reason::NoBackSignature]);
    // One of another subkey, and one that is over.
    let other = Maker::v4().bare_subkey(&KeyType::Ed25519Legacy, MADE);
    assert_eq!(
        sign(&bind(Some(other.back_signature(0, &says(MADE))))),
        [Reason::NoBackSignature]
    );
    let maker = Maker::v4()
        .user(ID, says(MADE).flags(CERTIFY))
        .bare_subkey(&KeyType::Ed25519Legacy, MADE);
    let back = maker.back_signature(0, &says(MADE).lasts(DAY));
    let binding = maker.on_subkey(
        0,
        SignatureType::SubkeyBinding,
        &says(MADE).flags(SIGN).and(back),
    );
    assert_eq!(sign(&maker.signature(&binding)), [Reason::NoBackSignature]);
    assert!(sign(&Maker::v4().user(ID, says(MADE).flags(CERTIFY)).signs()).is_empty());
}

#[test]
fn flags_decide_the_use() {
    let certify_only = Maker::v4().user(ID, says(MADE).flags(CERTIFY)).encrypts();
    assert_eq!(sign(&certify_only), [Reason::NoSuchComponent]);
    let issuer = issuer_of(&certify_only.primary);
    assert_eq!(
        judge_signer(&certify_only.cert(), &issuer, NOW, NOW).unwrap_err(),
        [Reason::WrongFlags]
    );
    let no_flags = Maker::v4()
        .user(ID, says(MADE))
        .subkey(&ECDH, MADE, says(MADE));
    assert_eq!(encrypt(&no_flags), [Reason::NoSuchComponent]);
    assert_eq!(sign(&no_flags), [Reason::NoSuchComponent]);
    // Flags that the algorithm cannot keep.
    let impossible = Maker::v4()
        .user(ID, says(MADE).flags(CERTIFY | SIGN | ENCRYPT))
        .subkey(&ECDH, MADE, says(MADE).flags(SIGN));
    assert_eq!(encrypt(&impossible), [Reason::NoSuchComponent]);
    let subkey = issuer_of(&impossible.subkeys[0]);
    assert!(
        judge_signer(&impossible.cert(), &subkey, NOW, NOW)
            .unwrap_err()
            .contains(&Reason::WrongFlags)
    );
    // Nobody of that name.
    let unknown = Issuer::KeyId([9; 8]);
    assert_eq!(
        judge_signer(&usual(ID).cert(), &unknown, NOW, NOW).unwrap_err(),
        [Reason::NoSuchComponent]
    );
}

#[test]
fn the_direct_key_signature_speaks_for_subkeys_without_flags() {
    let bound = |direct: u8, flags: Option<u8>| {
        let maker = Maker::v4()
            .direct(SignatureType::Key, says(MADE).flags(direct))
            .user(ID, says(MADE).flags(CERTIFY))
            .bare_subkey(&KeyType::Ed25519Legacy, MADE);
        let says = match flags {
            Some(flags) => says(MADE).flags(flags),
            None => says(MADE),
        };
        let back = maker.back_signature(0, &self::says(MADE));
        let binding = maker.on_subkey(0, SignatureType::SubkeyBinding, &says.and(back));
        let maker = maker.signature(&binding);
        let issuer = issuer_of(&maker.subkeys[0]);
        judge_signer(&maker.cert(), &issuer, NOW, NOW).err()
    };
    assert_eq!(bound(CERTIFY | SIGN, None), None);
    assert_eq!(
        bound(CERTIFY | ENCRYPT, None),
        Some(vec![Reason::WrongFlags])
    );
    // What the binding says itself comes first, also when it allows nothing.
    assert_eq!(bound(0, Some(SIGN)), None);
    assert_eq!(bound(SIGN, Some(0)), Some(vec![Reason::WrongFlags]));
}

#[test]
fn of_several_subpackets_the_last_counts() {
    let flags = |says: Says| sign(&Maker::v4().user(ID, says));
    assert!(flags(says(MADE).flags(CERTIFY).flags(SIGN)).is_empty());
    assert!(!flags(says(MADE).flags(SIGN).flags(CERTIFY)).is_empty());
    let lasts = |first, second| {
        let says = says(MADE).flags(SIGN).key_lasts(first).key_lasts(second);
        sign(&Maker::v4().user(ID, says))
    };
    assert_eq!(lasts(900 * DAY, DAY), [Reason::Expired]);
    assert!(lasts(DAY, 900 * DAY).is_empty());
    let made = |first, second| {
        let time = SubpacketData::SignatureCreationTime(Timestamp::from_secs(second));
        says(first).flags(SIGN).and(time)
    };
    let certified = |says| sign(&Maker::v4().user(ID, says));
    assert_eq!(certified(made(MADE, NOW + DAY)), [Reason::NotYetValid]);
    assert!(certified(made(NOW + DAY, MADE)).is_empty());
    assert_eq!(certified(made(MADE, MADE - 1)), [Reason::NotBound]);
    // A soft revocation that was taken back, and one that came later.
    let retired = SubpacketData::RevocationReason(RevocationCode::KeyRetired, Default::default());
    let revoked = |first, second| {
        let maker = Maker::v4().user(ID, says(MADE + 2 * DAY).flags(SIGN));
        sign(&maker.revoke(made(first, second).and(retired.clone())))
    };
    assert!(revoked(NOW, MADE + DAY).is_empty());
    assert_eq!(revoked(MADE + DAY, NOW), [Reason::RevokedSoft]);
}

#[test]
fn nothing_but_a_direct_key_signature_binds_a_key_of_version_6() {
    let v6 = || Maker::new(&KeyType::Ed25519, KeyVersion::V6, MADE);
    let says = || says(MADE).flags(CERTIFY | SIGN);
    let without = v6().user(ID, says()).encrypts();
    assert_eq!(sign(&without), [Reason::NotBound]);
    assert_eq!(encrypt(&without), [Reason::NotBound]);
    let forged = v6()
        .direct(SignatureType::Key, says())
        .packets
        .pop()
        .unwrap();
    let mut with_a_strangers = without.clone();
    with_a_strangers.packets.insert(1, forged);
    assert_eq!(sign(&with_a_strangers), [Reason::NotBound]);
    let over = says().and(SubpacketData::SignatureExpirationTime(Duration::from_secs(
        DAY,
    )));
    let over = v6()
        .direct(SignatureType::Key, over)
        .user(ID, says())
        .encrypts();
    assert_eq!(sign(&over), [Reason::Expired]);
    let good = v6()
        .direct(SignatureType::Key, says())
        .user(ID, says())
        .encrypts();
    assert!(sign(&good).is_empty() && encrypt(&good).is_empty());
    // Withdrawn ones are passed on without it (RFC 9580, 10.1.1).
    let revoked = v6().revoke(self::says(NOW)).cert();
    assert_eq!(revoked.info(NOW).state, KeyState::Revoked);
}

#[test]
fn a_false_back_signature_does_not_hide_the_right_one() {
    let other = Maker::v4().bare_subkey(&KeyType::Ed25519Legacy, MADE);
    let false_one = other.back_signature(0, &says(MADE));
    let maker = Maker::v4()
        .user(ID, says(MADE).flags(CERTIFY))
        .bare_subkey(&KeyType::Ed25519Legacy, MADE);
    let right = maker.back_signature(0, &says(MADE));
    for pair in [
        [false_one.clone(), right.clone()],
        [right, false_one.clone()],
    ] {
        let says = pair
            .into_iter()
            .fold(says(MADE).flags(SIGN), |says, one| says.and(one));
        let binding = maker.on_subkey(0, SignatureType::SubkeyBinding, &says);
        assert!(sign(&maker.clone().signature(&binding)).is_empty());
    }
    let says = says(MADE).flags(SIGN).and(false_one);
    let binding = maker.on_subkey(0, SignatureType::SubkeyBinding, &says);
    assert_eq!(sign(&maker.signature(&binding)), [Reason::NoBackSignature]);
}

#[test]
fn version_6_says_it_in_the_direct_key_signature() {
    let v6 = |direct: Says| {
        Maker::new(&KeyType::Ed25519, KeyVersion::V6, MADE)
            .direct(SignatureType::Key, direct)
            .user(ID, says(MADE + DAY).flags(ENCRYPT).key_lasts(DAY))
            .encrypts()
    };
    let mut features = Features::default();
    features.set_seipd_v2(true);
    let maker = v6(says(MADE)
        .flags(CERTIFY | SIGN)
        .and(SubpacketData::Features(features)));
    assert!(encrypt(&maker).is_empty());
    assert!(sign(&maker).is_empty());
    assert!(supports_seipd2(&maker.cert(), NOW));
    assert_eq!(
        sign(&v6(says(MADE).flags(SIGN).key_lasts(2 * DAY))),
        [Reason::Expired]
    );
    assert!(!supports_seipd2(&usual(ID).cert(), NOW));
}

#[test]
fn features_of_a_forged_signature_do_not_count() {
    let mut features = Features::default();
    features.set_seipd_v2(true);
    let mallory = Maker::v4();
    let maker = usual(ID);
    let forged = maker.on_user(
        &mallory.primary,
        ID,
        SignatureType::CertPositive,
        &says(NOW - 1)
            .and(SubpacketData::Features(features))
            .flags(SIGN | ENCRYPT),
    );
    let user = maker.packets.iter().position(|(t, _)| *t == 13).unwrap();
    let mut with = maker.signature(&forged);
    let packet = with.packets.pop().unwrap();
    with.packets.insert(user + 1, packet);
    assert!(!supports_seipd2(&with.cert(), NOW));
    assert!(encrypt(&with).is_empty());
}

#[test]
fn the_newest_encryption_subkey_comes_first() {
    let maker = usual(ID).subkey(&ECDH, MADE + DAY, says(MADE + DAY).flags(ENCRYPT));
    let cert = maker.cert();
    let components = encryption_components(&cert, NOW).unwrap();
    let times: Vec<_> = components.iter().map(Component::created).collect();
    assert_eq!(times, [MADE + DAY, MADE]);
}
