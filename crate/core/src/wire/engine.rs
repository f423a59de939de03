//! A desk page and the engine in its Worker. Plaintext lives here and nowhere else.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use tsify::Tsify;

use super::{
    Bytes, Confirmation, ErrorCode, Fingerprint, Reason, Refusal, Secret, SignRequest, Time,
    UserIdInfo,
};

/// What the engine found in a block, before any key is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum Opened {
    /// An encrypted message: ask the vault for its session key.
    Encrypted {
        /// PKESK packets, each whole, for `UiCall::Decipher`.
        pkesks: Vec<Bytes>,
        /// Recipients' key IDs (16 hexadecimal digits; zeros when hidden), for the message "no key".
        key_ids: Vec<String>,
        /// Also (or only) encrypted with a password.
        password: bool,
    },
    /// Nothing to decrypt; the signatures' issuers are wanted next.
    Readable {
        /// For `UiCall::Certificates`: fingerprints, or key IDs where the signature has no more.
        issuers: Vec<String>,
    },
    /// It cannot be read.
    Failed {
        /// Why.
        error: ErrorCode,
        /// More.
        detail: Option<Refusal>,
    },
}

/// One truthful verdict for one message (RFC 9787).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct Verdict {
    /// It was encrypted, with integrity protection that held.
    pub encrypted: bool,
    /// The one thing to say first. The worst signature decides, never the best.
    pub summary: Summary,
    /// Where that is a good signature: whether the user knows whose key made it. Of several the least counts.
    pub confirmation: Option<Confirmation>,
    /// Each signature, in the order of the message.
    pub signatures: Vec<SignatureVerdict>,
    /// Something that the user should know besides.
    pub notes: Vec<Note>,
}

/// The sentence of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum Summary {
    /// Nobody signed.
    NotSigned,
    /// Good, and the signer's key has the sender's address.
    SignedBySender,
    /// Good, but the site does not tell the sender (or tells it ambiguously).
    SignedSenderUnknown,
    /// Good, but the signer's key has not the sender's address.
    SignedByOther,
    /// Signed with a key that is not here.
    UnknownSigner,
    /// The signature does not fit the text.
    BadSignature,
    /// It fits, but the key or the algorithm is not acceptable.
    UnusableSignature,
    /// It fits, and time alone speaks against it: it has expired, or its key had when it was made.
    ExpiredSignature,
    /// It is good, but the signer wrote to somebody else: the message was passed on as if it were meant for the
    /// reader (RFC 9580, 5.2.3.36).
    MeantForOthers,
    /// Several signatures that do not agree.
    Mixed,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct SignatureVerdict {
    /// How it ended.
    pub state: SignatureState,
    /// For `unusable`: why.
    pub reasons: Vec<Reason>,
    /// Fingerprint or key ID of the issuer as the signature says.
    pub issuer: String,
    /// The signer's certificate, when it is known.
    pub certificate: Option<Fingerprint>,
    /// The component key of `certificate` that made it.
    pub component: Option<Fingerprint>,
    /// What it is over; `None` when it cannot be read.
    pub mode: Option<SignatureMode>,
    /// The signer, from the certificate and never from the message.
    pub signer: Option<UserIdInfo>,
    /// When it was made, as it says.
    pub made: Option<Time>,
    /// Whether the signer's certificate has the sender's address; `None` when the sender is not known.
    pub sender_matches: Option<bool>,
    /// Of a good one: whether the user knows that the key belongs to the signer as named here. With `sender_matches` that is
    /// the sender: the certification of another address of the key says nothing of this one.
    pub confirmation: Option<Confirmation>,
}

/// What a signature is over (RFC 9580, 5.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum SignatureMode {
    /// The exact bytes (type 0x00).
    Binary,
    /// Lines of text, whatever ends them (type 0x01).
    Text,
}

/// The state of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum SignatureState {
    /// Correct, by a key that was usable when it was made.
    Good,
    /// Not correct.
    Bad,
    /// The key is not here.
    UnknownKey,
    /// Correct, but not acceptable.
    Unusable,
}

/// A remark on a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum Note {
    /// The literal data is marked as a file or is not text; shown as well as can be.
    NotText,
    /// It was not UTF-8.
    OtherCharset,
    /// Characters that can mislead (bidirectional controls) are in the text.
    MisleadingCharacters,
    /// Encrypted with an old cipher.
    OldCipher,
    /// Encrypted to an own key that is too weak today.
    WeakKey,
    /// More signatures than are checked.
    TooManySignatures,
    /// A part of the mail, not all of it, is signed: the verdict does not speak of that signature.
    PartSigned,
    /// A part of the mail, not all of it, is encrypted: it is opened by itself.
    PartEncrypted,
    /// A mail server had taken the encrypted mail apart; it was put together again.
    Repaired,
    /// The From that is under the protection is another than the one outside.
    FromDiffers,
    /// More, deeper or larger parts than are shown.
    TooManyParts,
    /// The mail is not built as it should be; shown as well as can be.
    BrokenMail,
}

/// One of several files that a user opens together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct OfferedFile {
    /// Its name.
    pub name: String,
    /// What is in it; nothing when it is larger than a signature can be.
    pub data: Bytes,
}

/// What such a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum OfferedRole {
    /// A detached signature.
    Signature {
        /// The place of the file that it is on, where the names tell or there is one only.
        of: Option<u32>,
    },
    /// Anything else.
    Other,
}

/// A message to be made.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct EncryptJob {
    /// The text, UTF-8.
    pub text: String,
    /// Binary certificates of the recipients who may be named, the user's own included when wanted.
    pub recipients: Vec<Bytes>,
    /// Those of recipients in Bcc: nothing in the message names them. At most `MAX_HIDDEN`.
    pub hidden: Vec<Bytes>,
    /// Passwords, each of which opens the message as well.
    pub passwords: Vec<Secret>,
    /// The certificate that signs.
    pub signer: Option<Bytes>,
    /// Now.
    pub now: Time,
}

/// What becomes of an `EncryptJob`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum EncryptStep {
    /// The vault must sign this digest; then call `finish` with the signature.
    Sign {
        /// For `UiCall::Sign`.
        request: SignRequest,
    },
    /// Done.
    Done {
        /// The armored message (ASCII).
        armored: String,
        /// Authenticated encryption (SEIPDv2) was used, because every recipient can read it.
        aead: bool,
    },
    /// It could not be made.
    Failed {
        /// Why.
        error: ErrorCode,
        /// More.
        detail: Option<Refusal>,
    },
}
