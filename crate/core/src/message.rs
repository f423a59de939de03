//! Reading messages (RFC 9580, 10.3): from the bytes of a block to a [`Document`], the text and its signatures.
//!
//! The structure is walked here, layer by layer in a loop and never by recursion, with a limit at each step; rpgp
//! does the cryptography and parses single packets. Everything is held in memory: a `Document` exists only when the
//! integrity of the whole was checked and the whole was read to its end without an error. There is no other way to
//! the text.

pub mod bulk;
mod cleartext;
mod container;
pub(crate) mod content;
pub mod detached;
pub(crate) mod digest;
mod inflate;
pub(crate) mod layer;
pub mod limits;
pub(crate) mod packet;
mod password;
mod session;
pub(crate) mod signature;
mod structure;
pub(crate) mod text;
mod told;

#[cfg(test)]
mod tests;

pub(crate) use self::cleartext::signed_form;
pub use self::cleartext::{CleartextError, read_cleartext};
pub use self::session::{Encrypted, SessionKey};
pub use self::structure::{Parsed, parse, parse_with};

use self::signature::FoundSignature;
use crate::wire::packet::PacketLevel;
use crate::wire::{ErrorCode, Opener, Refusal};

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
    /// No password fits.
    #[error("the password does not fit")]
    WrongPassword,
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
            Self::WrongPassword => ErrorCode::WrongPassword,
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

/// What opened an encrypted message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenedBy {
    /// This private key.
    Key(Opener),
    /// A password.
    Password,
    /// A session key that somebody had.
    SessionKey,
}

/// The content of a message that was read to its end, with the signatures on it.
///
/// Made only by this module, from bytes whose integrity holds; [`crate::verdict::judge`] is the only way out. So
/// what is shown and what was verified cannot be two things.
pub struct Document {
    /// The very bytes that the signatures are checked against.
    bytes: Vec<u8>,
    /// What the literal data packet calls it: no signature covers that.
    name: Option<String>,
    /// For cleartext signed text from a page: the same with ordinary spaces where the page has no-break spaces.
    respaced: Option<Vec<u8>>,
    signatures: Vec<FoundSignature>,
    /// There are signatures beyond [`limits::MAX_SIGNATURES`].
    more_signatures: bool,
    encryption: Option<(Protection, OpenedBy)>,
    /// What it was made of, from the outside to the inside. No more than told.
    packets: Vec<PacketLevel>,
}

impl Document {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it is called where nothing else tells.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn into_respaced(self) -> Vec<u8> {
        self.respaced.unwrap_or(self.bytes)
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
        self.encryption.as_ref().map(|(protection, _)| *protection)
    }

    /// What opened it, if it was encrypted.
    pub fn opened_by(&self) -> Option<&OpenedBy> {
        self.encryption.as_ref().map(|(_, by)| by)
    }

    /// What it was made of: to be shown, never to be decided by.
    pub(crate) fn packets(&mut self) -> Vec<PacketLevel> {
        std::mem::take(&mut self.packets)
    }

    /// Who signed, as the signatures say, without duplicates: what to look for in the keyring.
    pub fn issuers(&self) -> Vec<String> {
        issuers(self.signatures.iter())
    }

    /// Text and signatures apart and unverified: for `inline-detach` of the command line, which says so. What is
    /// shown to a person comes from [`crate::verdict::judge`].
    pub fn detach(self) -> Detached {
        let mut signatures = Vec::new();
        for found in &self.signatures {
            packet::write(&mut signatures, packet::tag::SIGNATURE, found.body());
        }
        Detached {
            bytes: self.bytes,
            signatures,
        }
    }
}

/// What [`Document::detach`] gives.
pub struct Detached {
    /// The signed bytes. Nobody has checked the signatures.
    pub bytes: Vec<u8>,
    /// The signature packets.
    pub signatures: Vec<u8>,
}

fn issuers<'a>(signatures: impl Iterator<Item = &'a FoundSignature>) -> Vec<String> {
    let mut issuers = Vec::new();
    for issuer in signatures.flat_map(FoundSignature::issuers) {
        let issuer = issuer.to_string();
        if !issuers.contains(&issuer) {
            issuers.push(issuer);
        }
    }
    issuers
}
