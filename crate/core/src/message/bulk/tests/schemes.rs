//! Whole containers against rpgp, with and without a machine.

use std::cell::Cell;
use std::io::Read;

use ::aes::cipher::{BlockCipherEncrypt, KeyInit};
use ::aes::{Aes128, Aes256, Block};
use pgp::bytes::BytesMut;
use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
use pgp::crypto::sym::SymmetricKeyAlgorithm as Cipher;
use pgp::packet::{StreamDecryptor, SymEncryptedProtectedData};
use pgp::types::Seipdv1ReadMode;
use proptest::prelude::*;
use sha1::{Digest, Sha1};

use crate::engine::tests::kit::rng;
use crate::message::bulk::aead::{Chunks, Parameters};
use crate::message::bulk::{BLOCK, Hash, Machine, Mode, NoSuchKey, Portable, cfb, ready};
use crate::message::content::Pieces;

const CIPHERS: [Cipher; 3] = [Cipher::AES128, Cipher::AES192, Cipher::AES256];
const MODES: [AeadAlgorithm; 3] = [AeadAlgorithm::Eax, AeadAlgorithm::Ocb, AeadAlgorithm::Gcm];

/// What a browser lends: AES-192 is missing, as in Chromium, and after so many calls it fails.
struct Lent {
    calls: Cell<usize>,
    most: usize,
}

impl Lent {
    fn new(most: usize) -> Self {
        let calls = Cell::new(0);
        Self { calls, most }
    }

    fn works(&self) -> bool {
        self.calls.set(self.calls.get() + 1);
        self.calls.get() <= self.most
    }
}

impl Machine for Lent {
    const HASHES: bool = true;
    type Key = (Mode, Vec<u8>);

    async fn key(&self, mode: Mode, key: &[u8]) -> Option<Self::Key> {
        (key.len() != 24).then(|| (mode, key.to_vec()))
    }

    async fn cbc_encrypt(
        &self,
        (mode, key): &Self::Key,
        iv: &[u8; BLOCK],
        data: &[u8],
    ) -> Option<Vec<u8>> {
        assert_eq!((*mode, data.len() % BLOCK), (Mode::Cbc, 0));
        let mut last = Block::from(*iv);
        let mut out = Vec::new();
        for block in data.chunks(BLOCK) {
            last.iter_mut().zip(block).for_each(|(a, b)| *a ^= b);
            match key.len() {
                16 => Aes128::new_from_slice(key)
                    .unwrap()
                    .encrypt_block(&mut last),
                _ => Aes256::new_from_slice(key)
                    .unwrap()
                    .encrypt_block(&mut last),
            }
            out.extend_from_slice(&last);
        }
        self.works().then_some(out)
    }

    async fn gcm_decrypt(
        &self,
        (mode, key): &Self::Key,
        nonce: &[u8],
        associated: &[u8],
        data: &[u8],
    ) -> Option<Vec<u8>> {
        assert_eq!(*mode, Mode::Gcm);
        let cipher = match key.len() {
            16 => Cipher::AES128,
            _ => Cipher::AES256,
        };
        let mut buffer = BytesMut::from(data);
        AeadAlgorithm::Gcm
            .decrypt_in_place(&cipher, key, nonce, associated, &mut buffer)
            .ok()?;
        self.works().then(|| buffer.to_vec())
    }

    async fn digest(&self, hash: Hash, data: &[u8]) -> Option<Vec<u8>> {
        assert_eq!(hash, Hash::Sha1);
        self.works().then(|| Sha1::digest(data).to_vec())
    }
}

fn key(cipher: Cipher) -> Vec<u8> {
    (1..=cipher.key_size() as u8).collect()
}

fn seipd1(machine: &impl Machine, cipher: Cipher, plain: &[u8]) -> Vec<u8> {
    let mut out = Pieces::from(&b"before"[..]);
    let key = key(cipher);
    ready(cfb::encrypt(
        machine,
        &key,
        plain.to_vec().into(),
        &mut out,
        &mut rng(4),
    ))
    .unwrap()
    .unwrap();
    out.to_vec().split_off(6)
}

fn seipd1_read(
    machine: &impl Machine,
    key: &[u8],
    data: &[u8],
) -> Result<Option<Vec<u8>>, NoSuchKey> {
    let mut read = data.to_vec();
    let opened = ready(cfb::decrypt(machine, key, &mut read)).unwrap()?;
    // For another key.
    assert!(opened || read == data);
    Ok(opened.then_some(read))
}

/// rpgp reads what is made, and what it makes is read; sizes around all the borders.
#[test]
fn seipd1_as_rpgp() {
    let slice = 128 << 10;
    let least = cfb::LEAST_ENCRYPTED;
    let sizes = (0..70).chain(least - 60..least + 20).chain([
        slice - 19,
        slice - 18,
        slice - 17,
        slice + 30,
        3 * slice,
    ]);
    for (size, cipher) in sizes.flat_map(|size| CIPHERS.map(|cipher| (size, cipher))) {
        let plain: Vec<u8> = (0..size).map(|n| n as u8).collect();
        let made = seipd1(&Portable, cipher, &plain);
        assert_eq!(made.len(), size + cfb::OVERHEAD);
        let mode = Seipdv1ReadMode::CheckFirst {
            max_message_size: 1 << 20,
        };
        let mut theirs = Vec::new();
        StreamDecryptor::v1(cipher, mode, &key(cipher), made.as_slice())
            .unwrap()
            .read_to_end(&mut theirs)
            .unwrap();
        assert_eq!(theirs, plain);
        // A machine makes the same bytes, however soon it fails.
        for most in [0, 1, 2, 3, usize::MAX] {
            assert_eq!(
                seipd1(&Lent::new(most), cipher, &plain),
                made,
                "{size} {most}"
            );
        }
        let packet =
            SymEncryptedProtectedData::encrypt_seipdv1(rng(1), cipher, &key(cipher), &plain)
                .unwrap();
        for most in [0, usize::MAX] {
            let read = seipd1_read(&Lent::new(most), &key(cipher), packet.data());
            assert_eq!(read.unwrap().as_ref(), Some(&plain));
        }
    }
}

#[test]
fn a_machine_is_used() {
    let machine = Lent::new(usize::MAX);
    let made = seipd1(&machine, Cipher::AES256, &[7; 300 << 10]);
    // Three slices.
    assert_eq!(machine.calls.get(), 3);
    assert!(
        seipd1_read(&machine, &key(Cipher::AES256), &made)
            .unwrap()
            .is_some()
    );
    // The code.
    assert_eq!(machine.calls.get(), 4);
}

/// A machine gets a copy: there is no room for one of everything.
#[test]
fn a_machine_hashes_what_is_not_too_large() {
    let machine = Lent::new(usize::MAX);
    let data = vec![7; cfb::MOST_HASHED + 1];
    for (size, calls) in [(cfb::MOST_HASHED, 1), (data.len(), 1)] {
        let code = ready(cfb::code(&machine, &data[..size])).unwrap();
        assert_eq!(code.as_slice(), Sha1::digest(&data[..size]).as_slice());
        assert_eq!(machine.calls.get(), calls);
    }
}

/// Nothing is so short, and no bit so unimportant, that it would pass.
#[test]
fn seipd1_that_was_changed() {
    let made = seipd1(&Portable, Cipher::AES128, b"attack at dawn");
    let read = |data: &[u8]| seipd1_read(&Portable, &key(Cipher::AES128), data).unwrap();
    assert!(read(&made).is_some());
    for size in 0..made.len() {
        assert!(read(&made[..size]).is_none(), "{size}");
    }
    for bit in 0..made.len() * 8 {
        let mut changed = made.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&changed).is_none(), "{bit}");
    }
    assert!(seipd1_read(&Portable, &[0; 20], &made).is_err());
}

fn open(machine: &impl Machine, chunks: &Chunks, data: &[u8]) -> Option<Vec<u8>> {
    let mut plain = data.to_vec();
    let opened = ready(chunks.decrypt(machine, &mut plain)).unwrap().unwrap();
    // For another key; unless this one opened something.
    assert!(opened || plain.is_empty() || plain == data);
    opened.then_some(plain)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// SEIPD version 2 in every mode, with chunks of every small size.
    #[test]
    fn seipd2_as_rpgp(
        cipher in 0_usize..3,
        mode in 0_usize..3,
        chunk in 0_u8..5,
        plain in proptest::collection::vec(any::<u8>(), 0..3_000),
        flip in any::<proptest::sample::Index>(),
        most in prop_oneof![Just(usize::MAX), Just(0)],
    ) {
        let (cipher, mode) = (CIPHERS[cipher], MODES[mode]);
        let chunk = ChunkSize::try_from(chunk).unwrap();
        let key = key(cipher);
        let packet =
            SymEncryptedProtectedData::encrypt_seipdv2(rng(1), cipher, mode, chunk, &key, &plain);
        let packet = packet.unwrap();
        let pgp::packet::SymEncryptedProtectedDataConfig::V2 { salt, .. } = packet.config() else {
            panic!()
        };
        let parameters = Parameters { cipher, mode, chunk };
        let chunks = Chunks::derived(parameters, salt, &key).unwrap();
        prop_assert_eq!(open(&Portable, &chunks, packet.data()), Some(plain.clone()));
        let lent = open(&Lent::new(most), &chunks, packet.data());
        let fails = mode == AeadAlgorithm::Gcm && cipher != Cipher::AES192 && most == 0;
        prop_assert_eq!(lent, (!fails).then(|| plain.clone()));
        if mode == AeadAlgorithm::Ocb {
            let mut made = Pieces::default();
            chunks.encrypt(plain.clone().into(), &mut made).unwrap();
            prop_assert_eq!(&made.to_vec()[..], packet.data());
            prop_assert_eq!(made.size(), plain.len() + chunks.overhead(plain.len()));
        }
        let mut changed = packet.data().to_vec();
        let bit = flip.index(changed.len() * 8);
        changed[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(open(&Portable, &chunks, &changed), None);
        let cut = flip.index(changed.len());
        prop_assert_eq!(open(&Portable, &chunks, &packet.data()[..cut]), None);
    }
}
