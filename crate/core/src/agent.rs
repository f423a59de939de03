//! Private keys: made, kept under a passphrase, unlocked, used, given out.
//!
//! Holders of secrets are wiped when dropped and have neither `Debug` nor `Serialize`. The one exception is what
//! [`Unlocked::to_blob`] writes for the host to wrap (see `wire::host::Effect::Remember`).

mod capabilities;
mod check;
mod component;
mod decipher;
mod edit;
mod export;
mod fresh;
mod generate;
mod numbers;
mod packets;
mod protect;
mod rsa_key;
mod sign;
mod signer;
mod unlock;
mod unprotect;
mod unproven;

pub use self::decipher::{SessionKey, decipher, decipher_within, wanted_keys};
pub use self::edit::{Certification, Edit, Expiring, NewSubkey, SubkeyKind, Why, revocation_block};
pub use self::export::export;
pub(crate) use self::generate::rsa_bits;
pub use self::generate::{MadeKey, NewKey, generate, generate_rsa};
pub use self::packets::SecretPackets;
pub use self::protect::Protection;
pub use self::sign::sign;
pub use self::unlock::{Opened, Unlocked, change_passphrase, open, protect, protect_new, unlock};
use crate::wire::ErrorCode;

/// Why something with a private key did not work. Carries nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgentError {
    /// The passphrase does not fit.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The passphrase opens a part of the key, and another part has another one.
    #[error("several passphrases")]
    OtherPassphrase,
    /// The secret part is not there: a stub of a card or of an offline key.
    #[error("no secret part")]
    NoSecret,
    /// The secret part does not belong to the public part, or does not work with it.
    #[error("secret and public part differ")]
    Mismatched,
    /// The secret part stands in clear and needs a passphrase first.
    #[error("not protected")]
    Unprotected,
    /// Protected in a way that lets a manipulation go unnoticed (S2K usage 255 or without S2K), or that is no
    /// protection at all.
    #[error("weak protection")]
    WeakProtection,
    /// Costs more than is allowed.
    #[error("over the limit of {0}")]
    Limit(u32),
    /// Damaged packets.
    #[error("malformed")]
    Malformed,
    /// Unknown algorithm or version.
    #[error("unsupported")]
    Unsupported,
    /// The session key packet is for this key, but cannot be decrypted. One answer for every cause.
    #[error("cannot be deciphered")]
    Undecipherable,
    /// No key here fits.
    #[error("no key fits")]
    NoKey,
    /// More operations of private keys than are allowed now.
    #[error("too many at once")]
    Busy,
    /// Policy or state forbids it.
    #[error("key not usable")]
    Unusable,
    /// It was made, or changed, later than now: a clock is wrong, or was.
    #[error("made in the future")]
    Future,
    /// The certificate has no such user ID or subkey.
    #[error("no such part")]
    NotThere,
    /// The certificate has this user ID already.
    #[error("already there")]
    AlreadyThere,
    /// No valid user ID would be left.
    #[error("last user ID")]
    LastUserId,
    /// The computation failed.
    #[error("failed")]
    Failed,
}

impl AgentError {
    /// The code that crosses the wall.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::WrongPassphrase => ErrorCode::WrongPassphrase,
            Self::OtherPassphrase => ErrorCode::OtherPassphrase,
            Self::NoSecret => ErrorCode::NoSecret,
            Self::Mismatched => ErrorCode::MismatchedKey,
            Self::Unprotected => ErrorCode::NeedsPassphrase,
            Self::WeakProtection => ErrorCode::WeakAlgorithm,
            Self::Limit(_) => ErrorCode::Limit,
            Self::Malformed | Self::Undecipherable => ErrorCode::Malformed,
            Self::Unsupported => ErrorCode::Unsupported,
            Self::NoKey => ErrorCode::NoKey,
            Self::Busy => ErrorCode::Busy,
            Self::Unusable | Self::Future => ErrorCode::UnusableKey,
            Self::NotThere => ErrorCode::BadCall,
            Self::AlreadyThere => ErrorCode::AlreadyThere,
            Self::LastUserId => ErrorCode::LastUserId,
            Self::Failed => ErrorCode::SigningFailed,
        }
    }
}

#[cfg(test)]
mod tests;
