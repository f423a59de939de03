//! ASCII armor (RFC 9580, 6), as it looks after a webmail has had its way with it.
//!
//! A block is taken out of the text of a page, repaired and decoded. What surrounds it is dropped, its headers are
//! skipped and never shown: neither is protected by anything. A checksum (CRC24) is not looked at, as RFC 9580, 6.1
//! demands; damage is found by the integrity check of the message itself.

mod decode;
mod kind;
mod repair;
mod write;

use crate::wire::{ErrorCode, Refusal};

pub use self::decode::{decode, decode_owned};
pub(crate) use self::repair::{is_quote_mark, plain_spaces};
pub use self::write::{Checksum, Part, write};
pub(crate) use self::write::{begin, end, size};

/// What is in a file, without the mark that some editors put before text (U+FEFF as UTF-8). It looks like a packet of a type that
/// nobody has.
pub(crate) fn without_mark(data: &[u8]) -> &[u8] {
    data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data)
}

/// Bytes of armored text: base64 of the largest message, and a quarter more for headers, quoting and wrapping.
pub const MAX_ARMORED: usize = crate::message::limits::MAX_CIPHERTEXT / 3 * 5;

/// What stands between `BEGIN` and the dashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `PGP MESSAGE`
    Message,
    /// `PGP SIGNATURE`
    Signature,
    /// `PGP PUBLIC KEY BLOCK`
    PublicKey,
    /// `PGP PRIVATE KEY BLOCK`
    PrivateKey,
}

impl Kind {
    /// The words on the first and last line.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Message => "PGP MESSAGE",
            Self::Signature => "PGP SIGNATURE",
            Self::PublicKey => "PGP PUBLIC KEY BLOCK",
            Self::PrivateKey => "PGP PRIVATE KEY BLOCK",
        }
    }
}

/// Why armor cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArmorError {
    /// No block of that kind begins here.
    #[error("no block")]
    Missing,
    /// It begins and has no end.
    #[error("the block has no end")]
    NoEnd,
    /// What is between beginning and end is not base64 beyond repair.
    #[error("not base64")]
    NotBase64,
    /// More than [`MAX_ARMORED`].
    #[error("too large")]
    TooLarge,
}

impl ArmorError {
    /// The code that crosses the wall.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Missing | Self::NoEnd | Self::NotBase64 => ErrorCode::BrokenArmor,
            Self::TooLarge => ErrorCode::Limit,
        }
    }

    /// What the text of the error needs besides.
    pub fn detail(self) -> Option<Refusal> {
        match self {
            Self::TooLarge => Some(Refusal {
                limit: u32::try_from(MAX_ARMORED).ok(),
                ..Refusal::default()
            }),
            Self::Missing | Self::NoEnd | Self::NotBase64 => None,
        }
    }
}
