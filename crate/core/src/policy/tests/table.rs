//! Certificates of the kinds that public collections hold (openpgp-tests, the interoperability suite, RNP's edge cases),
//! made anew with keys of our own, each with what must come of it.

use pgp::ser::Serialize;

use super::*;
use crate::cert::packets::tag;

const OTHER: &str = "Ann <ann@example.com>";

/// What must come of a certificate.
struct Expected {
    name: &'static str,
    maker: Maker,
    /// Why nobody can encrypt to it; empty when one can.
    encrypt: &'static [Reason],
    /// Why its signatures of now are not accepted.
    sign: &'static [Reason],
    /// Its valid addresses.
    addresses: &'static [&'static str],
}

const BOTH: &[&str] = &["ann@example.com", "ann@example.org"];
const ONE: &[&str] = &["ann@example.org"];

fn primary() -> Maker {
    Maker::v4().user(ID, says(MADE).flags(CERTIFY | SIGN))
}

/// The packets of `from` with this type, behind everything else.
fn with_packets(mut maker: Maker, from: &Maker, types: &[u8]) -> Maker {
    let more = from.packets.iter().filter(|(t, _)| types.contains(t));
    maker.packets.extend(more.cloned().collect::<Vec<_>>());
    maker
}

fn damaged(mut maker: Maker) -> Maker {
    if let Some((_, body)) = maker.packets.last_mut() {
        let end = body.len() - 1;
        body[end] ^= 1;
    }
    maker
}

/// A subkey of algorithm `number` with these bytes as its parameters, bound as far as the engine lets us.
fn unknown_subkey(maker: Maker, number: u8, parameters: &[u8]) -> Maker {
    let mut body = vec![4];
    body.extend(MADE.to_be_bytes());
    body.push(number);
    body.extend(parameters);
    let binding = maker.packets.last().unwrap().1.clone();
    maker
        .packet(tag::PUBLIC_SUBKEY, body)
        .packet(tag::SIGNATURE, binding)
}

fn signed_by_subkey() -> Maker {
    // A subkey for encryption that is bound by another subkey.
    let maker = primary().signs().bare_subkey(&ECDH, MADE);
    let inner = Maker {
        primary: secret_of(&maker),
        ..maker.clone()
    };
    let binding = inner.on_subkey(1, SignatureType::SubkeyBinding, &says(MADE).flags(ENCRYPT));
    maker.signature(&binding)
}

/// The first subkey's secret as a primary key.
fn secret_of(maker: &Maker) -> pgp::packet::SecretKey {
    let body = maker.subkeys[0].to_bytes().unwrap();
    let header = pgp::packet::PacketHeader::new_fixed(
        pgp::types::Tag::SecretKey,
        u32::try_from(body.len()).unwrap(),
    );
    pgp::packet::SecretKey::try_from_reader(header, &body[..]).unwrap()
}

fn table() -> Vec<Expected> {
    let row = |name, maker, encrypt, sign, addresses| Expected {
        name,
        maker,
        encrypt,
        sign,
        addresses,
    };
    let stranger = usual("Eve <eve@example.org>");
    let unsigned = |maker: Maker| maker.packet(tag::USER_ID, OTHER.as_bytes().to_vec());
    let soft = says(NOW - DAY).because(RevocationCode::KeyRetired);
    let user = says(MADE).flags(CERTIFY | SIGN);
    let opaque_curve = [9, 0x2b, 6, 1, 4, 1, 0x82, 0xa2, 0x5a, 99, 1, 2, 3];
    vec![
        row("usual", usual(ID), &[], &[], ONE),
        row(
            "two user IDs",
            usual(ID).user(OTHER, user.clone()),
            &[],
            &[],
            BOTH,
        ),
        row("unsigned user ID", unsigned(usual(ID)), &[], &[], ONE),
        row(
            "user ID with a damaged signature",
            damaged(usual(ID).user(OTHER, user.clone())),
            &[],
            &[],
            ONE,
        ),
        row(
            "user ID signed by a stranger",
            with_packets(unsigned(usual(ID)), &stranger, &[tag::SIGNATURE]),
            &[],
            &[],
            ONE,
        ),
        row(
            "user ID whose signature is over",
            usual(ID).user(OTHER, user.clone().lasts(DAY)),
            &[],
            &[],
            ONE,
        ),
        row(
            "revoked user ID",
            usual(ID)
                .user(OTHER, user.clone())
                .revoke_user(OTHER, says(NOW - DAY)),
            &[],
            &[],
            ONE,
        ),
        row(
            "the same user ID twice",
            usual(ID).user(ID, user.clone()),
            &[],
            &[],
            ONE,
        ),
        row(
            "unsigned subkey",
            primary().bare_subkey(&ECDH, MADE),
            &[Reason::NotBound],
            &[],
            ONE,
        ),
        row(
            "subkey with a damaged binding",
            damaged(usual(ID)),
            &[Reason::NotBound],
            &[],
            ONE,
        ),
        row(
            "subkey bound by another subkey",
            signed_by_subkey(),
            &[Reason::NotBound],
            &[],
            ONE,
        ),
        row(
            "expired subkey",
            primary().subkey(&ECDH, MADE, says(MADE).flags(ENCRYPT).key_lasts(DAY)),
            &[Reason::Expired],
            &[],
            ONE,
        ),
        row(
            "subkey whose binding is over",
            primary().subkey(&ECDH, MADE, says(MADE).flags(ENCRYPT).lasts(DAY)),
            &[Reason::Expired],
            &[],
            ONE,
        ),
        row(
            "hard revoked subkey, bound again",
            {
                let maker = usual(ID).revoke_subkey(0, says(NOW - 2 * DAY));
                let again = says(NOW - DAY).flags(ENCRYPT);
                let again = maker.on_subkey(0, SignatureType::SubkeyBinding, &again);
                maker.signature(&again)
            },
            &[Reason::RevokedHard],
            &[],
            ONE,
        ),
        row(
            "retired subkey, bound again",
            {
                let retired = says(NOW - 2 * DAY).because(RevocationCode::KeyRetired);
                let maker = usual(ID).revoke_subkey(0, retired);
                let again = says(NOW - DAY).flags(ENCRYPT);
                let again = maker.on_subkey(0, SignatureType::SubkeyBinding, &again);
                maker.signature(&again)
            },
            &[],
            &[],
            ONE,
        ),
        row(
            "retired key",
            usual(ID).revoke(soft),
            &[Reason::RevokedSoft],
            &[Reason::RevokedSoft],
            ONE,
        ),
        row(
            "revoked by a stranger",
            with_packets(
                usual(ID),
                &stranger.clone().revoke(says(NOW)),
                &[tag::SIGNATURE],
            ),
            &[],
            &[],
            ONE,
        ),
        row(
            "duplicate subkey",
            {
                let maker = usual(ID);
                let types = [tag::PUBLIC_SUBKEY];
                with_packets(maker.clone(), &maker, &types)
            },
            &[],
            &[],
            ONE,
        ),
        row(
            "bindings before their components",
            {
                let mut maker = usual(ID);
                maker.packets.swap(1, 2);
                maker.packets.swap(3, 4);
                maker
            },
            &[],
            &[],
            ONE,
        ),
        row(
            "markers between packets",
            {
                let mut maker = usual(ID);
                for at in [1, 3, 5] {
                    maker.packets.insert(at, (tag::MARKER, b"PGP".to_vec()));
                }
                maker
            },
            &[],
            &[],
            ONE,
        ),
        row(
            "an unknown kind of packet",
            usual(ID)
                .packet(59, vec![7; 600])
                .packet(tag::SIGNATURE, vec![7; 60]),
            &[],
            &[],
            ONE,
        ),
        row(
            "subkey of an unknown version",
            usual(ID).packet(tag::PUBLIC_SUBKEY, vec![23; 80]),
            &[],
            &[],
            ONE,
        ),
        row(
            "signature of an unknown version",
            usual(ID).packet(tag::SIGNATURE, vec![23; 80]),
            &[],
            &[],
            ONE,
        ),
        row(
            "subkey of an unknown algorithm",
            unknown_subkey(usual(ID), 99, &[7; 40]),
            &[],
            &[],
            ONE,
        ),
        row(
            "ECDH on an unknown curve",
            unknown_subkey(usual(ID), 18, &opaque_curve),
            &[],
            &[],
            ONE,
        ),
        row(
            "ECDSA on an unknown curve",
            unknown_subkey(usual(ID), 19, &opaque_curve),
            &[],
            &[],
            ONE,
        ),
        row(
            "EdDSA on an unknown curve",
            unknown_subkey(usual(ID), 22, &opaque_curve),
            &[],
            &[],
            ONE,
        ),
        row(
            "a huge subkey of an unknown algorithm",
            unknown_subkey(usual(ID), 99, &vec![7; 1_300_000]),
            &[],
            &[],
            ONE,
        ),
        row(
            "photo",
            usual(ID).packet(tag::USER_ATTRIBUTE, vec![7; 5_000]),
            &[],
            &[],
            ONE,
        ),
        row(
            "no user ID and no direct-key signature",
            Maker::v4().encrypts(),
            &[Reason::NoUserId],
            &[Reason::NoUserId],
            &[],
        ),
        row(
            "a name that hides an address",
            Maker::v4()
                .user("ann@example.org <eve@example.net>", user.clone())
                .user("Ann <ann@example.org> <eve@example.net>", user.clone())
                .user("Ann\u{202e}gro.elpmaxe@nna <eve@example.net>", user)
                .encrypts(),
            &[],
            &[],
            &["eve@example.net"],
        ),
    ]
}

#[test]
fn every_kind_of_certificate_comes_out_as_stated() {
    for expected in table() {
        let Expected {
            name,
            maker,
            encrypt,
            sign,
            addresses: wanted,
        } = expected;
        let read = Certificate::from_bytes(&maker.bytes());
        let cert = read.unwrap_or_else(|error| panic!("{name}: {error}"));
        let refused = encryption_components(&cert, NOW).err().unwrap_or_default();
        assert_eq!(refused, encrypt, "{name}: encrypt");
        let issuer = issuer_of(&maker.primary);
        let refused = judge_signer(&cert, &issuer, NOW, NOW).err();
        assert_eq!(refused.unwrap_or_default(), sign, "{name}: sign");
        let mut found: Vec<_> = addresses(&cert, NOW).collect();
        found.sort();
        found.dedup();
        assert_eq!(found, wanted, "{name}: addresses");
        // Nothing was lost on the way but what has no place; reading it again changes nothing.
        let bytes = cert.to_bytes();
        let again = Certificate::from_bytes(&bytes).unwrap();
        assert_eq!(again.to_bytes(), bytes, "{name}");
        assert_eq!(again.info(NOW), cert.info(NOW), "{name}");
        for id in cert.info(NOW).user_ids {
            assert!(!id.text.chars().any(crate::cert::is_misleading), "{name}");
        }
    }
}
