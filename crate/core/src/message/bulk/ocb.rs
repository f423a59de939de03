//! OCB (RFC 7253) over AES with tags of 128 bits, as OpenPGP uses it (RFC 9580, 5.13.4).
//!
//! The crate `ocb3` enciphers one block at a time, which takes eight times as long in wasm, and its version under rpgp
//! stops the module at chunks of 1 MiB. Blocks are numbers in the machine's byte order: all is exclusive or; where
//! order matters (doubling, the first offset) they are turned.

use subtle::ConstantTimeEq;
use waxseal_aes::{Aes, Block};

use super::{BLOCK, NoSuchKey};

/// Blocks that are enciphered together.
const BATCH: usize = 128;

/// More doublings than there can be bits in the number of a block.
const DOUBLINGS: usize = 64;

/// One key. Wiped when it is dropped.
pub(super) struct Ocb {
    aes: Aes,
    /// L_*, L_$ and L_0, L_1, … of the RFC: they follow from the key.
    star: u128,
    dollar: u128,
    doubled: [u128; DOUBLINGS],
}

impl Drop for Ocb {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.star.zeroize();
        self.dollar.zeroize();
        self.doubled.zeroize();
    }
}

impl Ocb {
    pub fn new(key: &[u8]) -> Result<Self, NoSuchKey> {
        let aes = Aes::new(key)?;
        let star = aes.encrypt_one(0);
        let dollar = double(star);
        let mut last = dollar;
        let doubled = std::array::from_fn(|_| {
            last = double(last);
            last
        });
        Ok(Self {
            aes,
            star,
            dollar,
            doubled,
        })
    }

    /// Encrypts in place; the tag. Nonces have up to 15 bytes.
    pub fn encrypt(&self, nonce: &[u8], associated: &[u8], data: &mut [u8]) -> [u8; BLOCK] {
        self.run(Direction::Encrypt, nonce, associated, data)
    }

    /// Decrypts in place; whether the tag fits. If not, `data` is worthless and must not be shown.
    pub fn decrypt(&self, nonce: &[u8], associated: &[u8], data: &mut [u8], tag: &[u8]) -> bool {
        let expected = self.run(Direction::Decrypt, nonce, associated, data);
        expected.as_slice().ct_eq(tag).into()
    }

    /// RFC 7253, 4.2 and 4.3, which differ in little.
    fn run(
        &self,
        direction: Direction,
        nonce: &[u8],
        associated: &[u8],
        data: &mut [u8],
    ) -> [u8; BLOCK] {
        let mut offset = self.first_offset(nonce);
        let mut checksum = 0;
        let mut number = 0;
        let mut offsets = [0; BATCH];
        let mut work = [Block::default(); BATCH];
        let (blocks, rest) = data.as_chunks_mut::<BLOCK>();
        for batch in blocks.chunks_mut(BATCH) {
            let work = work.get_mut(..batch.len()).unwrap_or_default();
            for ((from, to), own) in batch.iter().zip(work.iter_mut()).zip(&mut offsets) {
                number += 1;
                offset ^= self.doubled(number);
                *own = offset;
                let block = u128::from_ne_bytes(*from);
                if direction == Direction::Encrypt {
                    checksum ^= block;
                }
                to.0 = (block ^ offset).to_ne_bytes();
            }
            match direction {
                Direction::Encrypt => self.aes.encrypt(work),
                Direction::Decrypt => self.aes.decrypt(work),
            }
            for ((to, from), own) in batch.iter_mut().zip(work.iter()).zip(&offsets) {
                let block = u128::from_ne_bytes(from.0) ^ own;
                if direction == Direction::Decrypt {
                    checksum ^= block;
                }
                *to = block.to_ne_bytes();
            }
        }
        if !rest.is_empty() {
            offset ^= self.star;
            let pad = self.aes.encrypt_one(offset).to_ne_bytes();
            if direction == Direction::Encrypt {
                checksum ^= padded(rest);
            }
            for (byte, pad) in rest.iter_mut().zip(pad) {
                *byte ^= pad;
            }
            if direction == Direction::Decrypt {
                checksum ^= padded(rest);
            }
        }
        let tag = self.aes.encrypt_one(checksum ^ offset ^ self.dollar) ^ self.hash(associated);
        tag.to_ne_bytes()
    }

    /// RFC 7253, 4.1.
    fn hash(&self, associated: &[u8]) -> u128 {
        let (blocks, rest) = associated.as_chunks::<BLOCK>();
        let (mut offset, mut sum) = (0, 0);
        for (number, block) in (1..).zip(blocks) {
            offset ^= self.doubled(number);
            sum ^= self.aes.encrypt_one(u128::from_ne_bytes(*block) ^ offset);
        }
        if !rest.is_empty() {
            sum ^= self.aes.encrypt_one(padded(rest) ^ offset ^ self.star);
        }
        sum
    }

    /// L_ntz(i) for the block of this number; they count from 1.
    fn doubled(&self, number: u64) -> u128 {
        let at = number.trailing_zeros() as usize % DOUBLINGS;
        self.doubled.get(at).copied().unwrap_or_default()
    }

    fn first_offset(&self, nonce: &[u8]) -> u128 {
        // The tag's length (128 mod 128) and zeros, then a one, then the nonce.
        let nonce = nonce
            .iter()
            .fold(1_u128, |number, &byte| (number << 8) | u128::from(byte));
        let bottom = (nonce & 63) as u32;
        let top = u128::from_be(self.aes.encrypt_one((nonce & !63).to_be()));
        // 64 bits more behind it: the first eight octets, each with its successor.
        let behind = (top ^ (top << 8)) >> 64;
        ((top << bottom) | (behind >> (64 - bottom))).to_be()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Encrypt,
    Decrypt,
}

/// Multiplication by x in GF(2^128) (RFC 7253, 2), without a branch.
fn double(block: u128) -> u128 {
    let number = u128::from_be(block);
    ((number << 1) ^ ((number >> 127) * 0x87)).to_be()
}

/// A one behind the last byte, then zeros.
fn padded(rest: &[u8]) -> u128 {
    let mut block = [0; BLOCK];
    for (to, from) in block.iter_mut().zip(rest.iter().chain(&[0x80])) {
        *to = *from;
    }
    u128::from_ne_bytes(block)
}
