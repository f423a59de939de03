//! Mails (RFC 5322, MIME): from the octets that a site serves to what is shown of them.
//!
//! - [`Envelope::open`] takes the layers of protection off, from the outermost part inward and no further than they
//!   reach without a gap (RFC 9787, 4): the *cryptographic envelope*. What is left is the *payload*.
//! - [`crate::verdict::judge_mail`] checks the signatures of those layers and shows the payload: one verdict for all that
//!   is shown. A protected part deeper inside is a file to be opened by itself; nothing is ever joined with it.
//!
//! `write` makes the entity of a mail that is written, which is then encrypted as a whole.
//!
//! Parts are cut out of the source by ranges, one level at a time, so that a signature is checked over the very octets
//! that are shown, no nesting can exhaust the stack and nothing is decoded before it is wanted. Fields are read by
//! grammars of our own: a charset that is not known here is decoded by the host ([`Charsets`]), in headers too, which no
//! library for mails can be asked to do.

mod address;
mod autocrypt;
mod body;
mod canonical;
mod charset;
mod date;
mod envelope;
mod fields;
mod files;
mod flowed;
mod headers;
mod kind;
mod legacy;
pub mod limits;
mod markup;
mod name;
mod params;
mod part;
mod pgp;
mod split;
mod transfer;
mod view;
mod words;
pub(crate) mod write;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use self::autocrypt::{brought, gossip};
pub use self::charset::{Charsets, NoCharsets};
pub use self::envelope::{Envelope, Locked, Opening};
pub use self::files::Files;
pub(crate) use self::headers::From;
pub(crate) use self::kind::block;
pub(crate) use self::view::{headers, view};

use crate::armor::ArmorError;
use crate::message::MessageError;
use crate::wire::{ErrorCode, Refusal};

/// Why a mail cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It does not begin with the fields of a mail.
    #[error("not a mail")]
    NotAMail,
    /// A limit of [`limits`] was met that cannot be gone around by showing less.
    #[error("over the limit of {0}")]
    Limit(usize),
    /// The armor of the encrypted part is damaged.
    #[error(transparent)]
    Armor(#[from] ArmorError),
    /// The encrypted part cannot be read.
    #[error(transparent)]
    Message(#[from] MessageError),
}

impl MailError {
    /// The code that crosses the wall.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::NotAMail => ErrorCode::NotAMail,
            Self::Limit(_) => ErrorCode::Limit,
            Self::Armor(error) => error.code(),
            Self::Message(error) => error.code(),
        }
    }

    /// What the text of the error needs besides.
    pub fn detail(self) -> Option<Refusal> {
        match self {
            Self::NotAMail => None,
            Self::Limit(limit) => MessageError::Limit(limit).detail(),
            Self::Armor(error) => error.detail(),
            Self::Message(error) => error.detail(),
        }
    }
}
