//! What is told of how a message is built: as it crosses the wall, and no more than people can read.

use pgp::composed::RawSessionKey;
use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm as Cipher;
use pgp::packet::{SymEncryptedProtectedData, SymKeyEncryptedSessionKey};
use pgp::ser::Serialize;
use pgp::types::{Password, StringToKey};
use serde_json::{Value, json};

use super::encrypted::gnupg_ocb;
use crate::engine::tests::kit::{Kind, good, literal, now, rng, secret, wrap};
use crate::engine::tests::kit::{opener, signer};
use crate::message::packet::tag;
use crate::message::{Document, Encrypted, OpenedBy, Parsed, SessionKey, limits, parse};
use crate::verdict::judge;
use crate::wire::{Fingerprint, Opener};

const KEY: [u8; 32] = [7; 32];

fn locked(data: &[&[u8]]) -> Encrypted {
    match parse(&data.concat()).unwrap() {
        Parsed::Encrypted(encrypted) => encrypted,
        Parsed::Plain(_) => panic!("not encrypted"),
    }
}

fn plain(data: &[&[u8]]) -> Document {
    match parse(&data.concat()).unwrap() {
        Parsed::Plain(document) => document,
        Parsed::Encrypted(_) => panic!("encrypted"),
    }
}

fn given(algorithm: Option<u8>, key: &[u8]) -> SessionKey {
    SessionKey {
        algorithm,
        key: key.to_vec().into(),
    }
}

/// As it crosses the wall.
fn told(document: Document) -> Value {
    let read = judge(document, &[], None, now());
    serde_json::to_value(&read).unwrap()["packets"].take()
}

fn mdc(plain: &[u8]) -> Vec<u8> {
    let packet =
        SymEncryptedProtectedData::encrypt_seipdv1(rng(1), Cipher::AES256, &KEY, plain).unwrap();
    wrap(tag::PROTECTED, &packet.to_bytes().unwrap())
}

fn pkesk(named: &[u8], algorithm: u8) -> Vec<u8> {
    wrap(tag::PKESK, &[named, &[algorithm], &[0; 40]].concat())
}

#[test]
fn signed_and_compressed_within_the_older_encryption() {
    let ann = secret(Kind::V4, "ann");
    let signature = wrap(tag::SIGNATURE, &good(&ann, b"text"));
    let one_pass = [&[3, 0, 10, 22][..], &[0; 8], &[1]].concat();
    let one_pass = wrap(tag::ONE_PASS, &one_pass);
    let inside = [&[0][..], &one_pass, &literal(b"text"), &signature].concat();
    let compressed = wrap(tag::COMPRESSED, &inside);
    let password = RawSessionKey::from(&KEY[..]);
    let s2k = StringToKey::new_iterated(rng(1), HashAlgorithm::Sha256, 255);
    let password =
        SymKeyEncryptedSessionKey::encrypt_v4(&Password::from("x"), &password, s2k, Cipher::AES128);
    let bob = opener(&secret(Kind::V4, "bob"));
    let data: [&[u8]; 7] = [
        &wrap(tag::PKESK, &[9, 1, 2]),
        &pkesk(&[3, 1, 2, 3, 4, 5, 6, 7, 8], 18),
        &wrap(tag::MARKER, b"PGP"),
        &pkesk(&[3, 0, 0, 0, 0, 0, 0, 0, 0], 1),
        &wrap(tag::SKESK, &password.unwrap().to_bytes().unwrap()),
        &wrap(tag::SKESK, &[7, 1]),
        &mdc(&[&compressed[..], &wrap(tag::PADDING, &[1; 9])].concat()),
    ];
    let expected = |opened: Value| {
        let key = |version, algorithm, key: &str, opened: Value| {
            json!({
                "kind": "session_key", "version": version, "algorithm": algorithm, "key": key, "opened": opened,
            })
        };
        json!([
            { "more": 0, "packets": [
                key(9, 0, "", Value::Null),
                key(3, 18, "0102030405060708", Value::Null),
                { "kind": "other", "tag": 10, "size": 3 },
                key(3, 1, "", opened),
                {
                    "kind": "password", "version": 4, "cipher": 7, "mode": null,
                    "s2k": { "kind": "iterated", "hash": 8, "octets": 65_011_712 },
                },
                { "kind": "password", "version": 7, "cipher": 0, "mode": null, "s2k": null },
                {
                    "kind": "encrypted", "version": 1, "gnupg": false, "cipher": 9, "mode": null, "chunk": null,
                    "keys": 3, "passwords": 2,
                },
            ] },
            { "more": 0, "packets": [
                { "kind": "compressed", "algorithm": 0 },
                { "kind": "other", "tag": 21, "size": 9 },
            ] },
            { "more": 0, "packets": [
                { "kind": "other", "tag": 4, "size": 13 },
                { "kind": "literal", "format": b'b', "size": 4 },
                {
                    "kind": "signature", "version": 4, "typ": 0, "hash": 10, "algorithm": 22,
                    "issuer": Fingerprint::from_bytes(signer(&ann).fingerprint().as_bytes()), "made": now(), "judged": 0,
                },
            ] },
        ])
    };
    // Of the packets that are given to the vault it is the second; to the others nothing was done.
    let by = OpenedBy::Key(Opener {
        packet: 1,
        name: "bob".to_owned(),
        ..bob
    });
    let read = locked(&data).decrypt(&given(Some(9), &KEY), by).unwrap();
    assert_eq!(told(read), expected(json!("bob")));
    // After a key that does not fit, nothing of it is told.
    let mut again = locked(&data);
    let wrong = OpenedBy::Key(opener(&secret(Kind::V4, "bob")));
    assert!(again.decrypt(&given(Some(7), &[1; 16]), wrong).is_err());
    let read = again.decrypt(&given(Some(9), &KEY), OpenedBy::SessionKey);
    assert_eq!(told(read.unwrap()), expected(Value::Null));
}

#[test]
fn authenticated_encryption_and_that_of_gnupg() {
    let bob = Fingerprint::from_bytes(&[0xab; 32]);
    let named = [&[6, 33, 6][..], &[0xab; 32]].concat();
    let key = RawSessionKey::from(&KEY[..]);
    let password = SymKeyEncryptedSessionKey::encrypt_v6(
        rng(2),
        &Password::from("x"),
        &key,
        StringToKey::new_argon2(rng(1), 3, 4, 16),
        Cipher::AES256,
        AeadAlgorithm::Gcm,
    );
    let data = SymEncryptedProtectedData::encrypt_seipdv2(
        rng(3),
        Cipher::AES256,
        AeadAlgorithm::Ocb,
        ChunkSize::C4MiB,
        &KEY,
        &literal(b"text"),
    );
    let mut two = locked(&[
        &pkesk(&named, 25),
        &pkesk(&[6, 0], 26),
        &wrap(tag::SKESK, &password.unwrap().to_bytes().unwrap()),
        &wrap(tag::PROTECTED, &data.unwrap().to_bytes().unwrap()),
    ]);
    let (read, _) = two.decrypt_with_passwords(&[b"x"]).unwrap();
    let content =
        json!({ "more": 0, "packets": [{ "kind": "literal", "format": b'b', "size": 4 }] });
    assert_eq!(
        told(read),
        json!([
            { "more": 0, "packets": [
                { "kind": "session_key", "version": 6, "algorithm": 25, "key": bob, "opened": null },
                { "kind": "session_key", "version": 6, "algorithm": 26, "key": "", "opened": null },
                {
                    "kind": "password", "version": 6, "cipher": 9, "mode": 3,
                    "s2k": { "kind": "argon2", "passes": 3, "lanes": 4, "memory": 16 },
                },
                {
                    "kind": "encrypted", "version": 2, "gnupg": false, "cipher": 9, "mode": 2, "chunk": 4 << 20,
                    "keys": 2, "passwords": 1,
                },
            ] },
            content,
        ])
    );
    let key: Vec<u8> = (1..=16).collect();
    let data = gnupg_ocb(Cipher::AES128, ChunkSize::C64B, &literal(b"text"));
    let read = locked(&[&data]).decrypt(&given(Some(7), &key), OpenedBy::SessionKey);
    let found = told(read.unwrap());
    assert_eq!(
        found[0]["packets"][1],
        json!({
            "kind": "encrypted", "version": 1, "gnupg": true, "cipher": 7, "mode": 2, "chunk": 64, "keys": 1,
            "passwords": 0,
        })
    );
    assert_eq!(found[1], content);
}

/// What each level holds, and how many there are besides.
fn counted(told: &Value) -> Vec<(usize, u64, String)> {
    let levels = told.as_array().unwrap().iter();
    let level = |level: &Value| {
        let packets = level["packets"].as_array().unwrap();
        let last = packets.last().unwrap()["kind"].as_str().unwrap().to_owned();
        (packets.len(), level["more"].as_u64().unwrap(), last)
    };
    levels.map(level).collect()
}

#[test]
fn of_a_flood_the_first_are_told_and_how_many_there_are() {
    let most = limits::MAX_TOLD_PACKETS;
    let recipients = pkesk(&[3, 1, 2, 3, 4, 5, 6, 7, 8], 18).repeat(limits::MAX_PKESKS);
    let padding = wrap(tag::PADDING, &[]).repeat(most + 3);
    let inside = [&padding[..], &literal(b"text"), &padding].concat();
    let by = OpenedBy::Key(Opener {
        packet: most as u32,
        ..opener(&secret(Kind::V4, "bob"))
    });
    let mut flood = locked(&[&recipients, &mdc(&inside)]);
    let found = told(flood.decrypt(&given(Some(9), &KEY), by).unwrap());
    let more = (limits::MAX_PKESKS - most) as u64;
    assert_eq!(
        counted(&found),
        [
            (most + 1, more, "encrypted".to_owned()),
            (most + 1, most as u64 + 6, "literal".to_owned())
        ]
    );
    assert_eq!(found[0]["packets"][most]["keys"], limits::MAX_PKESKS);
    assert_eq!(found[0]["packets"][most - 1]["opened"], Value::Null);

    let ann = secret(Kind::V4, "ann");
    let signature = wrap(tag::SIGNATURE, &good(&ann, b"text"));
    let signatures = signature.repeat(limits::MAX_SIGNATURES + 4);
    let found = told(plain(&[&signatures, &literal(b"text")]));
    let most = limits::MAX_SIGNATURES;
    assert_eq!(counted(&found), [(most + 1, 4, "literal".to_owned())]);
}

/// Each signature is told with its place in the verdict, whichever way round they stand.
#[test]
fn signatures_have_the_places_of_the_verdict() {
    let signers = [secret(Kind::V4, "ann"), secret(Kind::P256, "eve")];
    let one_pass = |algorithm, last| {
        let body = [&[3, 0, 10, algorithm][..], &[0; 8], &[last]].concat();
        wrap(tag::ONE_PASS, &body)
    };
    let signatures = signers
        .each_ref()
        .map(|signer| wrap(tag::SIGNATURE, &good(signer, b"text")));
    // The last announced is the first that follows; and both around a compressed layer that has one of its own.
    let own = [&[0][..], &signatures[1], &literal(b"text")].concat();
    let inner = wrap(tag::COMPRESSED, &own);
    let (first, second) = (one_pass(22, 0), one_pass(19, 1));
    let data: [&[u8]; 5] = [&first, &second, &inner, &signatures[1], &signatures[0]];
    let read = judge(plain(&data), &[], None, now());
    let verdicts = &read.verdict().signatures;
    assert_eq!(verdicts.len(), 3);
    let found = serde_json::to_value(read.packets()).unwrap();
    let levels = found.as_array().unwrap().iter();
    let packets = levels.flat_map(|level| level["packets"].as_array().unwrap());
    let mut places = Vec::new();
    for packet in packets.filter(|packet| packet["kind"] == "signature") {
        let place = packet["judged"].as_u64().unwrap() as usize;
        assert_eq!(packet["issuer"], verdicts[place].issuer, "{place}");
        places.push(place);
    }
    assert_eq!(places, [1, 0, 2]);
}
