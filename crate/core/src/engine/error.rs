//! Why something cannot be written.

use crate::wire::engine::EncryptStep;
use crate::wire::{ErrorCode, Reason, Refusal};

/// Why a message or a signature cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Something was asked for out of order, or does not belong to this form.
    #[error("out of order")]
    OutOfOrder,
    /// What should be an address is none.
    #[error("not an address")]
    NotAnAddress,
    /// There is no text.
    #[error("nothing to encrypt")]
    Empty,
    /// There is nobody to encrypt to, and no password.
    #[error("no recipient")]
    NoRecipient,
    /// There is nobody to sign.
    #[error("no signer")]
    NoSigner,
    /// A password that is too short to protect anything.
    #[error("the password is too short")]
    WeakPassword,
    /// Characters that the form of the message cannot carry.
    #[error("not text")]
    NotText,
    /// More text, recipients, signers or passwords than allowed.
    #[error("over the limit of {0}")]
    Limit(usize),
    /// A certificate cannot be read.
    #[error("a certificate cannot be read")]
    Certificate(ErrorCode),
    /// A certificate cannot be encrypted to, or cannot sign.
    #[error("a key cannot be used")]
    Unusable(Vec<Reason>),
    /// The signature that came back is not one by the signer on this text.
    #[error("the signature could not be made")]
    Signing,
}

impl WriteError {
    /// The code that crosses the wall.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::OutOfOrder => ErrorCode::BadCall,
            Self::NotAnAddress => ErrorCode::NotAnAddress,
            Self::Empty => ErrorCode::Empty,
            Self::NoRecipient => ErrorCode::NoRecipient,
            Self::NoSigner => ErrorCode::NoSecret,
            Self::WeakPassword => ErrorCode::WeakPassphrase,
            Self::NotText => ErrorCode::Malformed,
            Self::Limit(_) => ErrorCode::Limit,
            Self::Certificate(error) => *error,
            Self::Unusable(_) => ErrorCode::UnusableKey,
            Self::Signing => ErrorCode::SigningFailed,
        }
    }

    /// What the text of the error needs besides.
    pub fn detail(self) -> Option<Refusal> {
        match self {
            Self::Limit(limit) => Some(Refusal {
                limit: u32::try_from(limit).ok(),
                ..Refusal::default()
            }),
            Self::Unusable(reasons) => Some(Refusal {
                reasons,
                ..Refusal::default()
            }),
            _ => None,
        }
    }

    /// As the end of a job.
    pub(super) fn step(self) -> EncryptStep {
        EncryptStep::Failed {
            error: self.code(),
            detail: self.detail(),
        }
    }
}
