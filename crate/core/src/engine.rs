//! The engine: one message being read or made, in a disposable Worker.
//!
//! It never sees a private key. Reading asks the vault for one session key; writing asks it to sign a digest,
//! or one for each file of a mail that is only signed.

mod error;
mod mail_writer;
mod reader;
mod signature_check;
mod signer;
mod writer;

#[cfg(test)]
pub(crate) mod tests;

pub use self::error::WriteError;
pub use self::mail_writer::{MailWriter, Output, limits as mail_limits};
pub use self::reader::{Read, Reader};
pub use self::signature_check::{SignatureCheck, sort_files};
pub use self::signer::{CleartextSigner, Format, Signatures, Signer, Waiting};
pub use self::writer::{Order, PasswordCost, Profile, Sealed, Writer};
pub use crate::message::bulk::{BLOCK, Hash, Machine, Mode, Portable};
pub use crate::message::content::{Content, Pieces};
pub use crate::message::detached::DetachedSignatures;
pub use crate::message::limits::Capacity;
pub use crate::mime::{Charsets, NoCharsets};
pub use crate::verdict::judge_detached;

use crate::cert::Certificate;
use crate::wire::{KeyInfo, SkippedKey, Time};

/// Describes the keys of a block (armored, possibly in other text, or binary) without storing anything.
///
/// Secret keys are described by their public part.
pub fn preview_keys(data: &[u8], now: Time) -> (Vec<KeyInfo>, Vec<SkippedKey>) {
    let mut read = Certificate::read_many(data);
    (read.describe(now), read.skipped)
}
