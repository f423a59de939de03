//! Reading messages (RFC 9580, 10.3): from the bytes of a block to a [`Document`], the text and its signatures.
//!
//! The structure is walked here, layer by layer in a loop and never by recursion, with a limit at each step; rpgp
//! does the cryptography and parses single packets. Everything is held in memory: a `Document` exists only when the
//! integrity of the whole was checked and the whole was read to its end without an error. There is no other way to
//! the text.

mod cleartext;
mod container;
mod inflate;
pub mod limits;
pub(crate) mod packet;
mod session;
pub(crate) mod signature;
mod structure;
pub(crate) mod text;

#[cfg(test)]
mod tests;

pub use self::cleartext::{CleartextError, read_cleartext};
pub use self::session::Encrypted;
pub use self::structure::{Parsed, parse};

use self::signature::FoundSignature;
use crate::wire::{ErrorCode, Refusal};

/// Why a message cannot be read. Says nothing about its content or the key, so that it is no oracle: whatever goes
/// wrong inside of the encryption before its integrity is known is [`MessageError::Tampered`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Packets that are damaged, in the wrong order, or more than one message.
    #[error("malformed packets")]
    Malformed,
    /// The data ends inside of a packet, or packets that must follow are missing.
    #[error("truncated data")]
    Truncated,
    /// The integrity check failed (RFC 9580, 5.13): changed, damaged, or another session key.
    #[error("integrity check failed")]
    Tampered,
    /// Encrypted without any integrity protection (RFC 9580, 5.7).
    #[error("no integrity protection")]
    Unprotected,
    /// A limit of [`limits`] was met.
    #[error("over the limit of {0}")]
    Limit(usize),
    /// An algorithm, a version or a packet type that is not supported.
    #[error("unsupported")]
    Unsupported,
    /// The session key has not the size that the cipher needs.
    #[error("the session key does not fit")]
    WrongSessionKey,
}

impl MessageError {
    /// The code that crosses the wall.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Malformed => ErrorCode::Malformed,
            Self::Truncated => ErrorCode::Truncated,
            Self::Tampered => ErrorCode::Tampered,
            Self::Unprotected => ErrorCode::Unprotected,
            Self::Limit(_) => ErrorCode::Limit,
            Self::Unsupported => ErrorCode::Unsupported,
            Self::WrongSessionKey => ErrorCode::NoKey,
        }
    }

    /// What the text of the error needs besides.
    pub fn detail(self) -> Option<Refusal> {
        match self {
            Self::Limit(limit) => Some(Refusal {
                limit: u32::try_from(limit).ok(),
                ..Refusal::default()
            }),
            _ => None,
        }
    }
}

/// How a message was protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// A cipher with blocks of 64 bits (3DES, IDEA, CAST5, Blowfish): RFC 9580 lets it be read but not made.
    pub old_cipher: bool,
}

/// The content of a message that was read to its end, with the signatures on it.
///
/// Made only by this module, from bytes whose integrity holds; [`crate::verdict::judge`] is the only way out. So
/// what is shown and what was verified cannot be two things.
pub struct Document {
    /// The very bytes that the signatures are checked against.
    bytes: Vec<u8>,
    /// For cleartext signed text from a page: the same with ordinary spaces where the page has no-break spaces.
    respaced: Option<Vec<u8>>,
    signatures: Vec<FoundSignature>,
    /// There are signatures beyond [`limits::MAX_SIGNATURES`].
    more_signatures: bool,
    protection: Option<Protection>,
}

impl Document {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn respaced(&self) -> Option<&[u8]> {
        self.respaced.as_deref()
    }

    pub(crate) fn signatures(&self) -> &[FoundSignature] {
        &self.signatures
    }

    pub(crate) fn more_signatures(&self) -> bool {
        self.more_signatures
    }

    /// How it was encrypted, if it was.
    pub fn protection(&self) -> Option<Protection> {
        self.protection
    }

    /// Who signed, as the signatures say, without duplicates: what to look for in the keyring.
    pub fn issuers(&self) -> Vec<String> {
        let mut issuers = Vec::new();
        for issuer in self.signatures.iter().flat_map(FoundSignature::issuers) {
            let issuer = issuer.to_string();
            if !issuers.contains(&issuer) {
                issuers.push(issuer);
            }
        }
        issuers
    }
}
