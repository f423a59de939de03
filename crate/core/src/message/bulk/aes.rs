//! AES with a key of any size.

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};

use super::NoSuchKey;

/// AES-128, AES-192 or AES-256.
#[allow(
    clippy::large_enum_variant,
    reason = "one per message, never moved about"
)]
pub(super) enum Aes {
    Short(Aes128),
    Middle(Aes192),
    Long(Aes256),
}

impl Aes {
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
