//! Good signatures by keys that may not sign.

use pgp::composed::KeyType;
use pgp::packet::{RevocationCode, SignatureType, SubpacketData};
use pgp::types::{Duration, KeyVersion};

use crate::keys::{CERTIFY, ENCRYPT, ID, Maker, SIGN, body, good, says, usual};
use crate::message::{Reading, TEXT, literal, packet, tag};
use crate::{Case, DAY, Input, MADE, NOW};

fn by_primary(maker: &Maker) -> Input {
    read(good(&maker.primary, TEXT.as_bytes()), maker)
}

fn by_subkey(maker: &Maker, number: usize) -> Input {
    read(good(&maker.subkeys[number], TEXT.as_bytes()), maker)
}

fn read(signature: Vec<u8>, maker: &Maker) -> Input {
    let message = [packet(tag::SIGNATURE, &signature), literal(TEXT.as_bytes())].concat();
    Reading::message(&message).knows(maker.bytes()).input()
}

fn lasts(days: u32) -> SubpacketData {
    SubpacketData::KeyExpirationTime(Duration::from_secs(days * DAY))
}

fn because(code: RevocationCode) -> SubpacketData {
    SubpacketData::RevocationReason(code, Default::default())
}

/// A certificate with a signing subkey whose binding says `back` (or has no back-signature).
fn with_subkey(back: impl Fn(&Maker) -> Option<SubpacketData>, flags: u8) -> Maker {
    let maker = usual(1).bare_subkey(&KeyType::Ed25519Legacy);
    let number = maker.subkeys.len() - 1;
    let mut says = says(MADE).flags(flags);
    if let Some(back) = back(&maker) {
        says = says.and(back);
    }
    let binding = maker.on_subkey(number, SignatureType::SubkeyBinding, &says);
    maker.packet(tag::SIGNATURE, body(&binding))
}

/// Alice's certificate with Bob's signing key as its subkey: Mallory, or Alice herself, claims Bob's signatures.
fn stolen(back: bool) -> Maker {
    let (alice, bob) = (usual(1), with_subkey(|m| Some(m.back_signature(1)), SIGN));
    let mut mallory =
        Maker::v4(66).user("Mallory <mallory@example.org>", says(MADE).flags(CERTIFY));
    let bobs = bob.subkeys[1].clone();
    mallory = mallory.packet(tag::PUBLIC_SUBKEY, body(bobs.public_key()));
    mallory.subkeys.push(bobs);
    let mut says = says(MADE).flags(SIGN);
    if back {
        // Bob's own back-signature, which is for Bob's primary key.
        says = says.and(bob.back_signature(1));
    }
    drop(alice);
    let binding = mallory.on_subkey(0, SignatureType::SubkeyBinding, &says);
    mallory.packet(tag::SIGNATURE, body(&binding))
}

pub fn cases() -> Vec<Case> {
    let case = |name: &str, make: fn() -> Input| Case::new(format!("signers/{name}"), make);
    vec![
        case("subkey", || {
            by_subkey(&with_subkey(|m| Some(m.back_signature(1)), SIGN), 1)
        }),
        case("subkey-without-back-signature", || {
            by_subkey(&with_subkey(|_| None, SIGN), 1)
        }),
        case("subkey-with-another-subkeys-back-signature", || {
            let other = usual(5).bare_subkey(&KeyType::Ed25519Legacy);
            by_subkey(
                &with_subkey(move |_| Some(other.back_signature(1)), SIGN),
                1,
            )
        }),
        case("subkey-for-encryption-only", || {
            by_subkey(&with_subkey(|m| Some(m.back_signature(1)), ENCRYPT), 1)
        }),
        case("subkey-without-binding", || {
            by_subkey(&usual(1).bare_subkey(&KeyType::Ed25519Legacy), 1)
        }),
        case("subkey-bound-by-a-stranger", || {
            let (maker, stranger) = (usual(1).bare_subkey(&KeyType::Ed25519Legacy), usual(7));
            let mut theirs = stranger;
            theirs.subkeys = maker.subkeys.clone();
            let back = theirs.back_signature(1);
            let binding = theirs.on_subkey(
                1,
                SignatureType::SubkeyBinding,
                &says(MADE).flags(SIGN).and(back),
            );
            by_subkey(&maker.packet(tag::SIGNATURE, body(&binding)), 1)
        }),
        case("subkey-taken-from-somebody", || {
            by_subkey(&stolen(false), 0)
        }),
        case("subkey-taken-with-its-back-signature", || {
            by_subkey(&stolen(true), 0)
        }),
        case("subkey-revoked", || {
            let maker = with_subkey(|m| Some(m.back_signature(1)), SIGN);
            let revocation = maker.on_subkey(1, SignatureType::SubkeyRevocation, &says(MADE + DAY));
            by_subkey(&maker.packet(tag::SIGNATURE, body(&revocation)), 1)
        }),
        case("expired", || {
            by_primary(&Maker::v4(1).user(ID, says(MADE).flags(CERTIFY | SIGN).and(lasts(30))))
        }),
        case("revoked-hard-later", || {
            let revoked = says(NOW).and(because(RevocationCode::KeyCompromised));
            let maker = Maker::v4(1)
                .revoke(revoked)
                .user(ID, says(MADE).flags(CERTIFY | SIGN));
            by_primary(&maker)
        }),
        case("revoked-without-a-reason", || {
            by_primary(
                &Maker::v4(1)
                    .revoke(says(NOW))
                    .user(ID, says(MADE).flags(CERTIFY | SIGN)),
            )
        }),
        case("revoked-hard-and-renewed", || {
            let revoked = says(MADE + DAY).and(because(RevocationCode::KeyCompromised));
            let maker = Maker::v4(1)
                .revoke(revoked)
                .user(ID, says(MADE).flags(CERTIFY | SIGN));
            by_primary(&maker.user(ID, says(NOW).flags(CERTIFY | SIGN)))
        }),
        case("revoked-softly-before", || {
            let revoked = says(MADE + DAY).and(because(RevocationCode::KeyRetired));
            by_primary(
                &Maker::v4(1)
                    .revoke(revoked)
                    .user(ID, says(MADE).flags(CERTIFY | SIGN)),
            )
        }),
        case("revoked-behind-the-user-id", || {
            by_primary(
                &Maker::v4(1)
                    .user(ID, says(MADE).flags(CERTIFY | SIGN))
                    .revoke(says(NOW)),
            )
        }),
        case("revoked-by-somebody-else", || {
            let maker = usual(1);
            let forged = maker.on_key(&usual(8).primary, SignatureType::KeyRevocation, &says(NOW));
            by_primary(&maker.packet(tag::SIGNATURE, body(&forged)))
        }),
        case("without-self-signature", || {
            by_primary(&Maker::v4(1).packet(tag::USER_ID, ID.into()))
        }),
        case("certified-by-somebody-else-only", || {
            let maker = Maker::v4(1).packet(tag::USER_ID, ID.into());
            let forged = maker.on_user(
                &usual(8).primary,
                ID.as_bytes(),
                SignatureType::CertPositive,
                &says(MADE),
            );
            by_primary(&maker.packet(tag::SIGNATURE, body(&forged)))
        }),
        case("that-may-only-certify", || {
            by_primary(&Maker::v4(1).user(ID, says(MADE).flags(CERTIFY)))
        }),
        case("made-tomorrow", || {
            let maker = Maker::new(&KeyType::Ed25519Legacy, KeyVersion::V4, NOW + DAY, 1);
            by_primary(&maker.user(ID, says(NOW + DAY).flags(CERTIFY | SIGN)))
        }),
    ]
}
