//! Password-encrypted messages (RFC 9580, 5.3): the samples of the standard, every form, and what they may cost.

use std::time::{Duration, Instant};

use pgp::composed::RawSessionKey;
use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm as Cipher;
use pgp::packet::{SymEncryptedProtectedData, SymKeyEncryptedSessionKey};
use pgp::ser::Serialize;
use pgp::types::{Password, StringToKey};

use crate::engine::tests::kit::{literal, rng, wrap};
use crate::message::limits::{self, Capacity};
use crate::message::packet::tag;
use crate::message::{Encrypted, MessageError, OpenedBy, Parsed, parse_with};

const TEXT: &[u8] = b"attack at dawn";
const RIGHT: &[u8] = b"correct horse battery staple";
const KEY: [u8; 32] = [7; 32];

fn locked(data: &[u8], capacity: Capacity) -> Encrypted {
    match parse_with(data.to_vec(), capacity).unwrap() {
        Parsed::Encrypted(encrypted) => encrypted,
        Parsed::Plain(_) => panic!("not encrypted"),
    }
}

/// The text with the cipher and the size of the session key.
fn open(data: &[u8], passwords: &[&[u8]]) -> Result<(Vec<u8>, Option<u8>, usize), MessageError> {
    let mut message = locked(data, Capacity::BROWSER);
    let (document, key) = message.decrypt_with_passwords(passwords)?;
    assert_eq!(document.opened_by(), Some(&OpenedBy::Password));
    let algorithm = message.algorithm(&key);
    // What was found opens it again.
    let mut again = locked(data, Capacity::BROWSER);
    let again = again.decrypt_given(algorithm.unwrap(), &key.key).unwrap();
    assert_eq!(again.bytes(), document.bytes());
    Ok((document.bytes().to_vec(), algorithm, key.key.len()))
}

fn iterated(count: u8) -> StringToKey {
    StringToKey::new_iterated(rng(1), HashAlgorithm::Sha256, count)
}

fn argon2(t: u8, p: u8, m_enc: u8) -> StringToKey {
    StringToKey::new_argon2(rng(1), t, p, m_enc)
}

fn v4(s2k: StringToKey, password: &[u8]) -> Vec<u8> {
    let key = RawSessionKey::from(&KEY[..]);
    let packet =
        SymKeyEncryptedSessionKey::encrypt_v4(&Password::from(password), &key, s2k, Cipher::AES256);
    wrap(tag::SKESK, &packet.unwrap().to_bytes().unwrap())
}

fn v6(s2k: StringToKey, aead: AeadAlgorithm, password: &[u8]) -> Vec<u8> {
    let (key, password) = (RawSessionKey::from(&KEY[..]), Password::from(password));
    let packet =
        SymKeyEncryptedSessionKey::encrypt_v6(rng(2), &password, &key, s2k, Cipher::AES256, aead);
    wrap(tag::SKESK, &packet.unwrap().to_bytes().unwrap())
}

/// A packet that cannot be made with rpgp, because its parameters are not acceptable.
fn v4_raw(s2k: &[u8]) -> Vec<u8> {
    wrap(tag::SKESK, &[&[4, 9], s2k, &[0; 33]].concat())
}

fn seipd1(key: &[u8]) -> Vec<u8> {
    let cipher = if key.len() == 32 {
        Cipher::AES256
    } else {
        Cipher::AES128
    };
    let body = SymEncryptedProtectedData::encrypt_seipdv1(rng(3), cipher, key, &literal(TEXT));
    wrap(tag::PROTECTED, &body.unwrap().to_bytes().unwrap())
}

fn seipd2(aead: AeadAlgorithm) -> Vec<u8> {
    let chunk = ChunkSize::C64B;
    let body = SymEncryptedProtectedData::encrypt_seipdv2(
        rng(3),
        Cipher::AES256,
        aead,
        chunk,
        &KEY,
        &literal(TEXT),
    );
    wrap(tag::PROTECTED, &body.unwrap().to_bytes().unwrap())
}

#[test]
fn every_form_is_read() {
    let wrong: &[u8] = b"wrong";
    for s2k in [
        iterated(96),
        argon2(1, 1, 4),
        StringToKey::Salted {
            hash_alg: HashAlgorithm::Sha512,
            salt: [5; 8],
        },
    ] {
        let one = [v4(s2k.clone(), RIGHT), seipd1(&KEY)].concat();
        let expected = (TEXT.to_vec(), Some(9), 32);
        assert_eq!(open(&one, &[RIGHT]), Ok(expected.clone()), "{s2k:?}");
        assert_eq!(open(&one, &[wrong, RIGHT]), Ok(expected.clone()));
        assert_eq!(open(&one, &[wrong]), Err(MessageError::WrongPassword));
        assert_eq!(open(&one, &[]), Err(MessageError::WrongPassword));
        for aead in [AeadAlgorithm::Eax, AeadAlgorithm::Ocb, AeadAlgorithm::Gcm] {
            for inside in [AeadAlgorithm::Eax, AeadAlgorithm::Ocb, AeadAlgorithm::Gcm] {
                let two = [v6(s2k.clone(), aead, RIGHT), seipd2(inside)].concat();
                assert_eq!(open(&two, &[RIGHT]), Ok(expected.clone()));
                assert_eq!(open(&two, &[wrong]), Err(MessageError::WrongPassword));
            }
        }
    }
    // Without an encrypted session key: the password gives it itself (RFC 9580, 5.3.1). GnuPG does so.
    let s2k = iterated(96);
    let key = s2k.derive_key(RIGHT, 16).unwrap();
    let body = [&[4, 7][..], &s2k.to_bytes().unwrap()].concat();
    let direct = [wrap(tag::SKESK, &body), seipd1(key.as_ref())].concat();
    assert_eq!(open(&direct, &[RIGHT]), Ok((TEXT.to_vec(), Some(7), 16)));
    assert_eq!(open(&direct, &[wrong]), Err(MessageError::WrongPassword));
}

#[test]
fn several_passwords_and_keys() {
    let pkesk = wrap(
        tag::PKESK,
        &[&[3, 1, 2, 3, 4, 5, 6, 7, 8, 25][..], &[0; 40]].concat(),
    );
    let unknown = wrap(tag::SKESK, &[9, 1, 2, 3]);
    let data = [
        pkesk,
        unknown.clone(),
        v4(iterated(0), b"ann"),
        v4(iterated(1), b"bob"),
        seipd1(&KEY),
    ]
    .concat();
    for password in [&b"ann"[..], b"bob"] {
        assert!(open(&data, &[password]).is_ok());
        assert!(open(&data, &[b"eve", password]).is_ok());
    }
    assert_eq!(open(&data, &[b"eve"]), Err(MessageError::WrongPassword));
    // Only of an unknown version.
    let data = [unknown, seipd1(&KEY)].concat();
    assert!(locked(&data, Capacity::BROWSER).password());
    assert_eq!(open(&data, &[b"ann"]), Err(MessageError::Unsupported));
}

/// RFC 9580, 10.3.2.1: a session key from an old packet must not open a new container, nor the other way round.
#[test]
fn versions_must_fit() {
    let crossed = [
        [v4(iterated(0), RIGHT), seipd2(AeadAlgorithm::Ocb)].concat(),
        [v6(argon2(1, 1, 4), AeadAlgorithm::Ocb, RIGHT), seipd1(&KEY)].concat(),
    ];
    for data in crossed {
        assert_eq!(open(&data, &[RIGHT]), Err(MessageError::Unsupported));
    }
    // RFC 9580, 9.5: no SHA-1 in version 6.
    let mut weak = v6(iterated(96), AeadAlgorithm::Ocb, RIGHT);
    let at = weak.iter().rposition(|&byte| byte == 8).unwrap();
    let hash = weak.windows(2).position(|pair| pair == [3, 8]).unwrap();
    assert!(hash < at);
    weak[hash + 1] = 2;
    let data = [weak, seipd2(AeadAlgorithm::Ocb)].concat();
    assert_eq!(open(&data, &[RIGHT]), Err(MessageError::Unsupported));
}

#[test]
fn a_changed_message_is_told_where_the_password_is_proved() {
    let mut two = [
        v6(iterated(0), AeadAlgorithm::Ocb, RIGHT),
        seipd2(AeadAlgorithm::Gcm),
    ]
    .concat();
    *two.last_mut().unwrap() ^= 1;
    assert_eq!(open(&two, &[RIGHT]), Err(MessageError::Tampered));
    let mut one = [v4(iterated(0), RIGHT), seipd1(&KEY)].concat();
    *one.last_mut().unwrap() ^= 1;
    assert_eq!(open(&one, &[RIGHT]), Err(MessageError::WrongPassword));
}

#[test]
fn what_a_password_may_cost() {
    let begun = Instant::now();
    let cost = |packets: &[Vec<u8>], passwords: &[&[u8]]| {
        open(&[packets.concat(), seipd1(&KEY)].concat(), passwords).map(|_| ())
    };
    let raw = |t: u8, p: u8, m: u8| v4_raw(&[&[4][..], &[1; 16], &[t, p, m]].concat());
    let limit = |of: usize| Err(MessageError::Limit(of));
    let browser = Capacity::BROWSER;
    // memory, passes, lanes, and what the standard does not allow
    assert_eq!(
        cost(&[raw(1, 1, browser.argon2_m_enc + 1)], &[RIGHT]),
        limit(256)
    );
    assert_eq!(cost(&[raw(1, 1, 31)], &[RIGHT]), limit(256));
    assert_eq!(cost(&[raw(1, 1, 255)], &[RIGHT]), limit(256));
    let passes = limits::MAX_ARGON2_T + 1;
    assert_eq!(
        cost(&[raw(passes, 1, 4)], &[RIGHT]),
        limit(limits::MAX_ARGON2_T.into())
    );
    let lanes = limits::MAX_ARGON2_P + 1;
    assert_eq!(
        cost(&[raw(1, lanes, 8)], &[RIGHT]),
        limit(limits::MAX_ARGON2_P.into())
    );
    for (t, p, m) in [(0, 1, 8), (1, 0, 8), (1, 1, 2), (1, 4, 4), (1, 5, 5)] {
        assert_eq!(
            cost(&[raw(t, p, m)], &[RIGHT]),
            Err(MessageError::Malformed),
            "{t} {p} {m}"
        );
    }
    // altogether: the sum is counted before anything is computed
    let small = Capacity {
        argon2_total: 3 << 6,
        ..browser
    };
    let flood = [vec![raw(1, 1, 6); 4].concat(), seipd1(&KEY)].concat();
    let flood = locked(&flood, small).decrypt_with_passwords(&[RIGHT]);
    assert_eq!(flood.err(), Some(MessageError::Limit(3 << 6)));
    // iterated: eight of the largest, however they are spread over packets and passwords
    let iterated = |count: u8| v4_raw(&[&[3, 8][..], &[1; 8], &[count]].concat());
    let passwords: Vec<&[u8]> = vec![b"a"; limits::MAX_PASSWORDS];
    assert_eq!(
        cost(&vec![iterated(0); 2], &passwords),
        Err(MessageError::WrongPassword)
    );
    let spread = cost(&[iterated(255), iterated(255)], &passwords);
    assert_eq!(spread, limit(limits::MAX_S2K_BYTES as usize));
    let many: Vec<&[u8]> = vec![b"a"; limits::MAX_PASSWORDS + 1];
    assert_eq!(cost(&[iterated(0)], &many), limit(limits::MAX_PASSWORDS));
    let long = vec![b'x'; limits::MAX_PASSWORD_BYTES + 1];
    assert_eq!(
        cost(&[iterated(0)], &[&long]),
        limit(limits::MAX_PASSWORD_BYTES)
    );
    // unknown kinds of S2K
    assert_eq!(
        cost(&[v4_raw(&[2; 20])], &[RIGHT]),
        Err(MessageError::Unsupported)
    );
    assert_eq!(
        cost(&[v4_raw(&[101; 20])], &[RIGHT]),
        Err(MessageError::Unsupported)
    );
    assert_eq!(
        cost(&[v4_raw(&[3, 99, 1, 1, 1, 1, 1, 1, 1, 1, 9])], &[RIGHT]),
        Err(MessageError::Unsupported)
    );
    // One that cannot be tried does not hide one that can.
    let good = v4(
        StringToKey::new_iterated(rng(9), HashAlgorithm::Sha256, 0),
        RIGHT,
    );
    assert_eq!(cost(&[raw(1, 1, 31), good], &[RIGHT]), Ok(()));
    assert!(begun.elapsed() < Duration::from_secs(60));
}

/// LibrePGP's own sample (GnuPG's packet with its version 5).
#[test]
fn librepgp_version_5() {
    let data = super::stored::hex(
        "c33d0507020308 9f0b7da3e5ea647790 99e326e5400a90936cefb4e8eba08c67 73716d1f2714540a
         38fcac529949dac5 29d3de31e15b4aeb729e330033dbed
         d4490107020e5ed2bc1e470abe8f1d64 4c7a6c8a567b0f7701196611a154ba9c
         2574cd056284a8ef68035c623d93cc70 8a43211bb6eaf2b27f7c18d571bcd83b
         20add3a08b73af15b9a098",
    );
    let (text, algorithm, size) = open(&data, &[b"password"]).unwrap();
    assert_eq!(text, b"Hello, world!\n");
    assert_eq!((algorithm, size), (Some(7), 16));
    assert_eq!(
        open(&data, &[b"passwort"]),
        Err(MessageError::WrongPassword)
    );
}
