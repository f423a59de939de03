use pgp::bytes::BytesMut;
use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
use pgp::crypto::sym::SymmetricKeyAlgorithm as Cipher;
use pgp::packet::SymEncryptedProtectedData;
use pgp::ser::Serialize;
use proptest::prelude::*;

use crate::engine::tests::kit::{literal, rng, wrap};
use crate::message::limits;
use crate::message::packet::tag;
use crate::message::{Document, Encrypted, MessageError, OpenedBy, Parsed, SessionKey, parse};
use crate::wire::engine::Note;
use crate::wire::{Fingerprint, Opener};

const CIPHERS: [Cipher; 3] = [Cipher::AES128, Cipher::AES192, Cipher::AES256];
const MODES: [AeadAlgorithm; 3] = [AeadAlgorithm::Eax, AeadAlgorithm::Ocb, AeadAlgorithm::Gcm];
const TEXT: &[u8] = b"attack at dawn";

fn key(cipher: Cipher) -> Vec<u8> {
    (1..=cipher.key_size() as u8).collect()
}

fn pkesk(version: u8) -> Vec<u8> {
    let named = match version {
        3 => vec![3, 1, 2, 3, 4, 5, 6, 7, 8],
        _ => [&[6, 33, 6], &[0xab; 32][..]].concat(),
    };
    wrap(tag::PKESK, &[named, vec![25], vec![0; 40]].concat())
}

fn mdc(cipher: Cipher, plain: &[u8]) -> Vec<u8> {
    let packet =
        SymEncryptedProtectedData::encrypt_seipdv1(rng(1), cipher, &key(cipher), plain).unwrap();
    [pkesk(3), wrap(tag::PROTECTED, &packet.to_bytes().unwrap())].concat()
}

fn aead(cipher: Cipher, mode: AeadAlgorithm, chunk: ChunkSize, plain: &[u8]) -> Vec<u8> {
    let key = key(cipher);
    let packet =
        SymEncryptedProtectedData::encrypt_seipdv2(rng(1), cipher, mode, chunk, &key, plain);
    [
        pkesk(6),
        wrap(tag::PROTECTED, &packet.unwrap().to_bytes().unwrap()),
    ]
    .concat()
}

/// GnuPG's packet (LibrePGP, 5.16): nonce and associated data carry the number of the chunk.
pub(super) fn gnupg_ocb(cipher: Cipher, chunk: ChunkSize, plain: &[u8]) -> Vec<u8> {
    let (key, iv) = (key(cipher), [0x5a_u8; 15]);
    let head = [1, cipher.into(), 2, chunk.into()];
    let mut body = [&head[..], &iv].concat();
    let mut seal = |number: u64, data: &[u8], total: Option<u64>| {
        let mut nonce = iv;
        for (byte, n) in nonce[7..].iter_mut().zip(number.to_be_bytes()) {
            *byte ^= n;
        }
        let mut aad = [&[0xd4], &head[..], &number.to_be_bytes()].concat();
        aad.extend(total.into_iter().flat_map(u64::to_be_bytes));
        let mut buffer = BytesMut::from(data);
        AeadAlgorithm::Ocb
            .encrypt_in_place(&cipher, &key, &nonce, &aad, &mut buffer)
            .unwrap();
        body.extend_from_slice(&buffer);
    };
    let chunks = plain.chunks(chunk.as_byte_size() as usize);
    let count = chunks.len() as u64;
    for (number, data) in chunks.enumerate() {
        seal(number as u64, data, None);
    }
    seal(count, &[], Some(plain.len() as u64));
    [pkesk(3), wrap(tag::GNUPG_OCB, &body)].concat()
}

fn session(algorithm: Option<Cipher>, key: &[u8]) -> SessionKey {
    SessionKey {
        algorithm: algorithm.map(u8::from),
        key: key.to_vec().into(),
    }
}

fn locked(data: &[u8]) -> Result<Encrypted, MessageError> {
    match parse(data)? {
        Parsed::Encrypted(encrypted) => Ok(encrypted),
        Parsed::Plain(_) => panic!("not encrypted"),
    }
}

fn open(data: &[u8], algorithm: Option<Cipher>, key: &[u8]) -> Result<Document, MessageError> {
    locked(data)?.decrypt(&session(algorithm, key), OpenedBy::SessionKey)
}

fn text(read: Result<Document, MessageError>) -> Result<Vec<u8>, MessageError> {
    read.map(|document| {
        assert!(document.protection().is_some());
        document.bytes().to_vec()
    })
}

#[test]
fn every_cipher_and_mode_is_read() {
    let plain = literal(TEXT);
    for cipher in CIPHERS {
        let read = open(&mdc(cipher, &plain), Some(cipher), &key(cipher));
        assert_eq!(text(read), Ok(TEXT.to_vec()), "{cipher:?}");
        let gnupg = gnupg_ocb(cipher, ChunkSize::C64B, &plain);
        assert_eq!(
            text(open(&gnupg, Some(cipher), &key(cipher))),
            Ok(TEXT.to_vec())
        );
        for mode in MODES {
            for size in [0, 57, 58, 64, 122, 1000] {
                let long = vec![b'x'; size];
                let data = aead(cipher, mode, ChunkSize::C64B, &literal(&long));
                let read = open(&data, None, &key(cipher));
                assert_eq!(text(read), Ok(long), "{cipher:?} {mode:?} {size}");
            }
        }
    }
}

#[test]
fn old_ciphers_are_read_with_a_remark() {
    for (cipher, old) in [
        (Cipher::TripleDES, true),
        (Cipher::CAST5, true),
        (Cipher::Blowfish, true),
        (Cipher::IDEA, true),
        (Cipher::Twofish, false),
        (Cipher::Camellia256, false),
    ] {
        let data = mdc(cipher, &literal(TEXT));
        let document = open(&data, Some(cipher), &key(cipher)).unwrap();
        assert_eq!(document.protection().unwrap().old_cipher, old, "{cipher:?}");
    }
}

#[test]
fn a_weak_key_that_opened_it_is_remarked_on() {
    let cipher = Cipher::AES128;
    let data = mdc(cipher, &literal(TEXT));
    for weak in [false, true] {
        let opener = Opener {
            certificate: Fingerprint::from_bytes(&[7; 20]),
            weak,
            packet: 0,
            name: String::new(),
        };
        let key = session(Some(cipher), &key(cipher));
        let document = locked(&data).unwrap().decrypt(&key, OpenedBy::Key(opener));
        let read = crate::verdict::judge(document.unwrap(), &[], None, 0);
        let notes = &read.verdict().notes;
        assert_eq!(notes.contains(&Note::WeakKey), weak, "{notes:?}");
    }
}

#[test]
fn session_keys_that_do_not_fit() {
    let cipher = Cipher::AES128;
    let plain = literal(TEXT);
    let wrong = Err(MessageError::WrongSessionKey);
    let unsupported = Err(MessageError::Unsupported);
    let one = mdc(cipher, &plain);
    let two = aead(cipher, AeadAlgorithm::Ocb, ChunkSize::C64B, &plain);
    let gnupg = gnupg_ocb(cipher, ChunkSize::C64B, &plain);
    let key = key(cipher);
    for (data, algorithm, key, expected) in [
        (&one, None, &key[..], &wrong),
        (&one, Some(Cipher::AES256), &key, &wrong),
        (&one, Some(cipher), &key[1..], &wrong),
        (&one, Some(cipher), &[], &wrong),
        (&one, Some(Cipher::Plaintext), &[], &unsupported),
        (&one, Some(Cipher::Plaintext), &key, &unsupported),
        (&one, Some(Cipher::Other(99)), &key, &unsupported),
        (&two, Some(cipher), &key, &wrong),
        (&two, None, &key[1..], &wrong),
        (&two, None, &[7; 32], &wrong),
        (&gnupg, None, &key, &wrong),
        (&gnupg, Some(Cipher::AES256), &[7; 32], &wrong),
        // The right size: no difference between a wrong key and a changed message.
        (&one, Some(cipher), &[7; 16], &Err(MessageError::Tampered)),
        (&two, None, &[7; 16], &Err(MessageError::Tampered)),
        (&gnupg, Some(cipher), &[7; 16], &Err(MessageError::Tampered)),
    ] {
        assert_eq!(&text(open(data, algorithm, key)), expected, "{algorithm:?}");
    }
}

#[test]
fn only_session_key_packets_of_the_right_version_are_offered() {
    let container = |data: &[u8], version: u8| data[pkesk(version).len()..].to_vec();
    let one = container(&mdc(Cipher::AES128, &literal(TEXT)), 3);
    let two = aead(
        Cipher::AES128,
        AeadAlgorithm::Ocb,
        ChunkSize::C64B,
        &literal(TEXT),
    );
    let two = container(&two, 6);
    let unknown = wrap(tag::PKESK, &[9, 1, 2]);
    let hidden = wrap(tag::PKESK, &[6, 0, 25, 1, 2]);
    let v4_named = wrap(
        tag::PKESK,
        &[&[6, 21, 4], &[0xcd; 20][..], &[18, 0]].concat(),
    );
    let skesk = wrap(tag::SKESK, &[4, 7, 0, 8]);
    let all = [
        pkesk(3),
        unknown,
        pkesk(6),
        skesk,
        hidden.clone(),
        v4_named.clone(),
    ]
    .concat();
    let first = locked(&[all.as_slice(), &one].concat()).unwrap();
    assert_eq!(first.pkesks(), [pkesk(3)]);
    assert_eq!(first.key_ids(), ["0102030405060708"]);
    assert!(first.password());
    let second = locked(&[all.as_slice(), &two].concat()).unwrap();
    assert_eq!(second.pkesks(), [pkesk(6), hidden, v4_named]);
    assert_eq!(
        second.key_ids(),
        ["abababababababab", "0000000000000000", "cdcdcdcdcdcdcdcd"]
    );
    let none = locked(&one).unwrap();
    assert!(none.pkesks().is_empty() && !none.password());
}

#[test]
fn floods_of_session_keys() {
    let container = mdc(Cipher::AES128, &literal(TEXT));
    let flood = |packet: &[u8], count: usize| {
        locked(&[&packet.repeat(count), container.as_slice()].concat()).map(|_| ())
    };
    let skesk = wrap(tag::SKESK, &[4, 7, 4, 3, 4, 21]);
    assert_eq!(flood(&pkesk(3), limits::MAX_PKESKS - 1), Ok(()));
    assert_eq!(
        flood(&pkesk(3), limits::MAX_PKESKS),
        Err(MessageError::Limit(limits::MAX_PKESKS))
    );
    assert_eq!(flood(&skesk, limits::MAX_SKESKS), Ok(()));
    assert_eq!(
        flood(&skesk, limits::MAX_SKESKS + 1),
        Err(MessageError::Limit(limits::MAX_SKESKS))
    );
    let huge = wrap(tag::PKESK, &vec![3; limits::MAX_ESK_BYTES]);
    assert_eq!(
        flood(&huge, 1),
        Err(MessageError::Limit(limits::MAX_ESK_BYTES))
    );
}

#[test]
fn parameters_that_are_refused() {
    let body = |bytes: &[u8]| [bytes, &[0; 100]].concat();
    let of = |tag: u8, bytes: &[u8]| locked(&wrap(tag, &body(bytes))).map(|_| ());
    let unsupported = Err(MessageError::Unsupported);
    for (tag, bytes) in [
        (tag::PROTECTED, &[0][..]),
        (tag::PROTECTED, &[3]),
        (tag::PROTECTED, &[2, 10, 2, 6]),
        (tag::PROTECTED, &[2, 0, 2, 6]),
        (tag::PROTECTED, &[2, 9, 0, 6]),
        (tag::PROTECTED, &[2, 9, 4, 6]),
        (tag::GNUPG_OCB, &[2, 9, 2, 6]),
        (tag::GNUPG_OCB, &[1, 9, 1, 6]),
    ] {
        assert_eq!(of(tag, bytes), unsupported, "{tag} {bytes:?}");
    }
    assert_eq!(of(tag::PROTECTED, &[2, 9, 2, 16]), Ok(()));
    assert_eq!(
        of(tag::PROTECTED, &[2, 9, 2, 17]),
        Err(MessageError::Malformed)
    );
    assert_eq!(
        of(tag::GNUPG_OCB, &[1, 9, 2, 17]),
        Err(MessageError::Malformed)
    );
    for short in [&[2][..], &[2, 9], &[2, 9, 2, 6, 1]] {
        let read = locked(&wrap(tag::PROTECTED, short)).map(|_| ());
        assert_eq!(read, Err(MessageError::Truncated));
    }
}

/// On 32-bit machines the OCB under rpgp stops the module at chunks of 1 MiB.
#[test]
fn large_chunks_are_read() {
    let cipher = Cipher::AES128;
    for (chunk, size) in [
        (ChunkSize::C1MiB, 1 << 20),
        (ChunkSize::C4MiB, (1 << 20) - 1),
        (ChunkSize::C4MiB, 5 << 20),
    ] {
        let plain = literal(&vec![b'x'; size - 12]);
        for mode in MODES {
            let read = text(open(&aead(cipher, mode, chunk, &plain), None, &key(cipher)));
            assert_eq!(read.map(|text| text.len()), Ok(size - 12));
        }
        let read = text(open(
            &gnupg_ocb(cipher, chunk, &plain),
            Some(cipher),
            &key(cipher),
        ));
        assert_eq!(read.map(|text| text.len()), Ok(size - 12));
    }
}

/// Everything that is wrong inside of the encryption, although its integrity holds.
#[test]
fn the_inside_is_held_to_the_same_grammar() {
    let cipher = Cipher::AES256;
    let lit = literal(TEXT);
    let nested = mdc(cipher, &lit);
    let table = [
        (vec![], MessageError::Truncated),
        ([lit.clone(), lit.clone()].concat(), MessageError::Malformed),
        ([lit.clone(), vec![0]].concat(), MessageError::Malformed),
        (lit[..lit.len() - 1].to_vec(), MessageError::Truncated),
        (b"plain text".to_vec(), MessageError::Malformed),
        (nested, MessageError::Unsupported),
        (
            [lit.clone(), wrap(19, &[0; 20])].concat(),
            MessageError::Malformed,
        ),
    ];
    for (plain, expected) in table {
        let one = open(&mdc(cipher, &plain), Some(cipher), &key(cipher));
        assert_eq!(text(one), Err(expected), "{plain:?}");
        let two = aead(cipher, AeadAlgorithm::Ocb, ChunkSize::C64B, &plain);
        assert_eq!(
            text(open(&two, None, &key(cipher))),
            Err(expected),
            "{plain:?}"
        );
    }
}

#[test]
fn truncation_at_every_length() {
    let (cipher, plain) = (Cipher::AES128, literal(&[b'x'; 150]));
    for (data, algorithm) in [
        (mdc(cipher, &plain), Some(cipher)),
        (
            aead(cipher, AeadAlgorithm::Eax, ChunkSize::C64B, &plain),
            None,
        ),
        (
            aead(cipher, AeadAlgorithm::Ocb, ChunkSize::C64B, &plain),
            None,
        ),
        (
            aead(cipher, AeadAlgorithm::Gcm, ChunkSize::C64B, &plain),
            None,
        ),
        (gnupg_ocb(cipher, ChunkSize::C64B, &plain), Some(cipher)),
    ] {
        assert!(open(&data, algorithm, &key(cipher)).is_ok());
        for length in 0..data.len() {
            let read = locked(&data[..length]).map(|_| ());
            assert_eq!(read, Err(MessageError::Truncated), "{length}");
        }
        // The same with a packet length that was put right.
        let version = if algorithm.is_none() { 6 } else { 3 };
        let start = pkesk(version).len();
        let packet = &data[start..];
        let (tag, body) = (
            packet[0] & 0x3f,
            &packet[if packet[1] < 192 { 2 } else { 3 }..],
        );
        for length in 40..body.len() {
            let cut = [&data[..start], &wrap(tag, &body[..length])].concat();
            let read = text(open(&cut, algorithm, &key(cipher)));
            assert_eq!(read, Err(MessageError::Tampered), "{length}");
        }
    }
}

#[test]
fn games_with_chunks() {
    let cipher = Cipher::AES128;
    let plain = literal(&[b'x'; 300]);
    for mode in MODES {
        let data = aead(cipher, mode, ChunkSize::C64B, &plain);
        let start = pkesk(6).len() + 3 + 36;
        let (head, body) = data.split_at(start);
        let chunks: Vec<&[u8]> = body.chunks(80).collect();
        let rebuilt = |chunks: Vec<&[u8]>| {
            let body = [&head[pkesk(6).len() + 3..], &chunks.concat()].concat();
            let data = [pkesk(6), wrap(tag::PROTECTED, &body)].concat();
            text(open(&data, None, &key(cipher)))
        };
        assert_eq!(rebuilt(chunks.clone()), Ok(vec![b'x'; 300]));
        let last = chunks.len() - 1;
        let mut swapped = chunks.clone();
        swapped.swap(0, 1);
        for game in [
            swapped,
            chunks[1..].to_vec(),
            [&chunks[..1], &chunks[2..]].concat(),
            [&chunks[..2], &chunks[1..]].concat(),
            chunks[..last].to_vec(),
            [&chunks[..], &chunks[last..]].concat(),
        ] {
            assert_eq!(rebuilt(game), Err(MessageError::Tampered), "{mode:?}");
        }
    }
}

#[test]
fn retagged_packets_are_not_decrypted() {
    let cipher = Cipher::AES128;
    let data = mdc(cipher, &literal(TEXT));
    let start = pkesk(3).len();
    let retag = |tag: u8, skip: usize| [pkesk(3), wrap(tag, &data[start + 2 + skip..])].concat();
    // As packets without integrity protection (EFAIL), and as a literal.
    assert_eq!(
        open(&retag(tag::ENCRYPTED, 0), None, &[]).err(),
        Some(MessageError::Unprotected)
    );
    assert_eq!(
        open(&retag(tag::ENCRYPTED, 1), None, &[]).err(),
        Some(MessageError::Unprotected)
    );
    assert_eq!(
        parse(&retag(tag::LITERAL, 1)).err(),
        Some(MessageError::Malformed)
    );
}

proptest! {
    /// One flipped bit, anywhere: an error and no text. In front of the container it may hit a packet that is then
    /// for somebody else.
    #[test]
    fn no_bit_can_be_changed(which in 0_usize..5, at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let (cipher, plain) = (Cipher::AES128, literal(&[b'x'; 100]));
        let (mut data, algorithm) = match which {
            0 => (mdc(cipher, &plain), Some(cipher)),
            4 => (gnupg_ocb(cipher, ChunkSize::C64B, &plain), Some(cipher)),
            n => (aead(cipher, MODES[n - 1], ChunkSize::C64B, &plain), None),
        };
        let start = pkesk(if algorithm.is_none() { 6 } else { 3 }).len();
        let index = start + at.index(data.len() - start);
        data[index] ^= 1 << bit;
        let read = match parse(&data) {
            Ok(Parsed::Encrypted(mut encrypted)) => {
                let key = session(algorithm, &key(cipher));
                encrypted.decrypt(&key, OpenedBy::SessionKey).map(|_| ())
            }
            Ok(Parsed::Plain(_)) => Ok(()),
            Err(error) => Err(error),
        };
        prop_assert!(read.is_err(), "byte {} bit {}", index, bit);
    }
}
