//! Ciphers over much data: what encrypts and decrypts the content of a message.
//!
//! The primitives are RustCrypto's, wide: `aes` (in `waxseal_aes`) handles four blocks at once where `rpgp` asks for one. Where the host
//! has AES in its processor and lends it (a browser's WebCrypto), a [`Machine`] does what does not go faster here.
//! Old ciphers (3DES, CAST5 and so on), which are only read, stay with rpgp.

pub(crate) mod aead;
pub(crate) mod cfb;
mod ocb;

#[cfg(test)]
mod tests;

pub(crate) use waxseal_aes::NoSuchKey;

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Bytes of a block of AES.
pub const BLOCK: usize = 16;

/// What a [`Machine`] is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Cipher block chaining (NIST SP 800-38A, 6.2), encryption.
    Cbc,
    /// Galois/counter mode (NIST SP 800-38D) with tags of 16 bytes, decryption.
    Gcm,
}

/// Hashes that a [`Machine`] is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// Of modification detection codes and old passwords; it guards nothing there that collisions would break.
    Sha1,
    /// Of passwords.
    Sha256,
    /// The same.
    Sha384,
    /// The same.
    Sha512,
}

/// AES and hashes that the host lends. Everything is optional: what a machine does not do is computed here.
///
/// It is handed session keys and content, so that it must be in the same room: the Worker that runs the engine.
/// The futures of [`Portable`] are ready at once; who uses it needs no executor ([`ready`]).
pub trait Machine {
    /// Whether [`Machine::digest`] is worth asking: data is put together for it.
    const HASHES: bool;

    /// A key that is ready for use in one mode.
    type Key;

    /// Prepares a key of 16, 24 or 32 bytes; `None` where there is no such mode or size.
    fn key(&self, mode: Mode, key: &[u8]) -> impl Future<Output = Option<Self::Key>>;

    /// CBC over whole blocks without any padding: as many bytes as `data` has. `None` when it fails.
    fn cbc_encrypt(
        &self,
        key: &Self::Key,
        iv: &[u8; BLOCK],
        data: &[u8],
    ) -> impl Future<Output = Option<Vec<u8>>>;

    /// The plaintext of one GCM message with its tag at the end; `None` when the tag does not fit.
    fn gcm_decrypt(
        &self,
        key: &Self::Key,
        nonce: &[u8],
        associated: &[u8],
        data: &[u8],
    ) -> impl Future<Output = Option<Vec<u8>>>;

    /// The digest of `data`; `None` when it fails.
    fn digest(&self, hash: Hash, data: &[u8]) -> impl Future<Output = Option<Vec<u8>>>;
}

/// No machine: everything is computed here.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

impl Machine for Portable {
    const HASHES: bool = false;
    type Key = Infallible;

    async fn key(&self, _: Mode, _: &[u8]) -> Option<Infallible> {
        None
    }

    async fn cbc_encrypt(&self, key: &Infallible, _: &[u8; BLOCK], _: &[u8]) -> Option<Vec<u8>> {
        match *key {}
    }

    async fn gcm_decrypt(&self, key: &Infallible, _: &[u8], _: &[u8], _: &[u8]) -> Option<Vec<u8>> {
        match *key {}
    }

    async fn digest(&self, _: Hash, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

/// The result of work on a machine that never waits, such as [`Portable`]; `None` should it wait.
pub(crate) fn ready<T>(work: impl Future<Output = T>) -> Option<T> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => None,
    }
}
