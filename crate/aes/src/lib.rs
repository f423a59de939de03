//! AES with a key of any size, over many blocks at once.
//!
//! The cipher is RustCrypto's, whose code is generic and is compiled where it is used. This crate is where: the profile in
//! the workspace's `Cargo.toml` makes it fast, and everything around it small.

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};

pub use aes::Block;

/// The key is of a size that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchKey;

/// AES-128, AES-192 or AES-256.
#[allow(
    clippy::large_enum_variant,
    reason = "one per message, never moved about"
)]
pub enum Aes {
    /// A key of 16 bytes.
    Short(Aes128),
    /// A key of 24 bytes.
    Middle(Aes192),
    /// A key of 32 bytes.
    Long(Aes256),
}

impl Aes {
    /// Prepares a key of 16, 24 or 32 bytes.
    ///
    /// # Errors
    /// [`NoSuchKey`] for another size.
    pub fn new(key: &[u8]) -> Result<Self, NoSuchKey> {
        let made = match key.len() {
            16 => Aes128::new_from_slice(key).map(Self::Short),
            24 => Aes192::new_from_slice(key).map(Self::Middle),
            _ => Aes256::new_from_slice(key).map(Self::Long),
        };
        made.map_err(|_| NoSuchKey)
    }

    /// Each block by itself; many at once are faster.
    pub fn encrypt(&self, blocks: &mut [Block]) {
        match self {
            Self::Short(aes) => aes.encrypt_blocks(blocks),
            Self::Middle(aes) => aes.encrypt_blocks(blocks),
            Self::Long(aes) => aes.encrypt_blocks(blocks),
        }
    }

    /// Each block by itself; many at once are faster.
    pub fn decrypt(&self, blocks: &mut [Block]) {
        match self {
            Self::Short(aes) => aes.decrypt_blocks(blocks),
            Self::Middle(aes) => aes.decrypt_blocks(blocks),
            Self::Long(aes) => aes.decrypt_blocks(blocks),
        }
    }

    /// One block.
    pub fn encrypt_one(&self, block: u128) -> u128 {
        let mut blocks = [Block::from(block.to_ne_bytes())];
        self.encrypt(&mut blocks);
        let [block] = blocks;
        u128::from_ne_bytes(block.0)
    }
}
