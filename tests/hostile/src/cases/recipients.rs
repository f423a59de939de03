//! Certificates that nobody must encrypt to.

use pgp::composed::KeyType;
use pgp::crypto::ecc_curve::ECCCurve;
use pgp::packet::{RevocationCode, SignatureType, SubpacketData};
use pgp::types::{Duration, KeyVersion};
use waxseal_core::wire::Bytes;
use waxseal_core::wire::engine::EncryptJob;

use crate::keys::{CERTIFY, ENCRYPT, ID, Maker, SIGN, body, says, usual};
use crate::message::tag;
use crate::{Case, DAY, Input, MADE, NOW};

fn base() -> Maker {
    Maker::v4(1).user(ID, says(MADE).flags(CERTIFY | SIGN))
}

/// The subkey replaced by one with other octets at the end of its public point, bound by a real signature.
fn with_point(point: [u8; 32]) -> Maker {
    let maker = Maker::new(&KeyType::Ed25519, KeyVersion::V6, MADE, 1)
        .direct(says(MADE).flags(CERTIFY | SIGN))
        .user(ID, says(MADE));
    let mut maker = maker.bare_subkey(&KeyType::X25519);
    let mut public = body(maker.subkeys[0].public_key());
    let end = public.len() - 32;
    public[end..].copy_from_slice(&point);
    let header =
        pgp::packet::PacketHeader::new_fixed(pgp::types::Tag::PublicSubkey, public.len() as u32);
    let key = pgp::packet::PublicSubkey::try_from_reader(header, &public[..]).expect("a key");
    let secret = maker.subkeys[0].secret_params().clone();
    maker.subkeys[0] = pgp::packet::SecretSubkey::new(key, secret).expect("a key");
    let binding = maker.on_subkey(0, SignatureType::SubkeyBinding, &says(MADE).flags(ENCRYPT));
    *maker.packets.last_mut().expect("a subkey") = (tag::PUBLIC_SUBKEY, public);
    maker.packet(tag::SIGNATURE, body(&binding))
}

pub fn cases() -> Vec<Case> {
    let case = |name: &str, make: fn() -> Maker| {
        Case::new(format!("recipients/{name}"), move || Input::Encrypt {
            job: EncryptJob {
                text: "for your eyes only".to_owned(),
                recipients: vec![Bytes(make().bytes())],
                hidden: Vec::new(),
                passwords: Vec::new(),
                signer: None,
                now: NOW,
            },
        })
    };
    vec![
        case("good", || usual(1)),
        case("good-of-version-6", || {
            Maker::new(&KeyType::Ed25519, KeyVersion::V6, MADE, 1)
                .direct(says(MADE).flags(CERTIFY | SIGN))
                .user(ID, says(MADE))
                .encrypts()
        }),
        case("version-6-without-direct-key-signature", || {
            Maker::new(&KeyType::Ed25519, KeyVersion::V6, MADE, 1)
                .user(ID, says(MADE).flags(CERTIFY | SIGN))
                .encrypts()
        }),
        case("without-subkey", base),
        case("primary-key-that-encrypts-without-the-flag", || {
            Maker::new(&KeyType::Rsa(3072), KeyVersion::V4, MADE, 1)
                .user(ID, says(MADE).flags(CERTIFY | SIGN))
        }),
        case("rsa-1024", || {
            Maker::new(&KeyType::Rsa(1024), KeyVersion::V4, MADE, 1)
                .user(ID, says(MADE).flags(CERTIFY | SIGN | ENCRYPT))
        }),
        case("subkey-rsa-1024", || {
            base().subkey(&KeyType::Rsa(1024), says(MADE).flags(ENCRYPT))
        }),
        case("subkey-without-binding", || {
            base().bare_subkey(&KeyType::ECDH(ECCCurve::Curve25519Legacy))
        }),
        case("subkey-for-signing-by-its-flags", || {
            base().subkey(
                &KeyType::ECDH(ECCCurve::Curve25519Legacy),
                says(MADE).flags(SIGN),
            )
        }),
        case("subkey-without-flags", || {
            base().subkey(&KeyType::ECDH(ECCCurve::Curve25519Legacy), says(MADE))
        }),
        case("subkey-bound-by-a-stranger", || {
            let maker = base().bare_subkey(&KeyType::ECDH(ECCCurve::Curve25519Legacy));
            let mut theirs = usual(7);
            theirs.subkeys = maker.subkeys.clone();
            let binding =
                theirs.on_subkey(0, SignatureType::SubkeyBinding, &says(MADE).flags(ENCRYPT));
            maker.packet(tag::SIGNATURE, body(&binding))
        }),
        case("subkey-expired", || {
            let lasts = SubpacketData::KeyExpirationTime(Duration::from_secs(DAY));
            base().subkey(
                &KeyType::ECDH(ECCCurve::Curve25519Legacy),
                says(MADE).flags(ENCRYPT).and(lasts),
            )
        }),
        case("subkey-revoked", || {
            let maker = usual(1);
            let revocation = maker.on_subkey(0, SignatureType::SubkeyRevocation, &says(NOW));
            maker.packet(tag::SIGNATURE, body(&revocation))
        }),
        case("expired", || {
            let lasts = SubpacketData::KeyExpirationTime(Duration::from_secs(DAY));
            Maker::v4(1)
                .user(ID, says(MADE).flags(CERTIFY | SIGN).and(lasts))
                .encrypts()
        }),
        case("revoked", || usual(1).revoke(says(NOW))),
        case("retired", || {
            let retired =
                SubpacketData::RevocationReason(RevocationCode::KeyRetired, Default::default());
            usual(1).revoke(says(NOW).and(retired))
        }),
        case("of-tomorrow", || {
            Maker::new(&KeyType::Ed25519Legacy, KeyVersion::V4, NOW + DAY, 1)
                .user(ID, says(NOW + DAY).flags(CERTIFY | SIGN))
        }),
        case("subkey-with-an-unknown-critical-subpacket", || {
            let critical = SubpacketData::Experimental(101, vec![1].into());
            base().subkey(
                &KeyType::ECDH(ECCCurve::Curve25519Legacy),
                says(MADE).flags(ENCRYPT).critical(critical),
            )
        }),
        case("point-of-zeros", || with_point([0; 32])),
        case("point-of-order-one", || {
            let mut one = [0; 32];
            one[0] = 1;
            with_point(one)
        }),
    ]
}
