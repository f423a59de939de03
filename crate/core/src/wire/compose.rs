//! A whole mail that is written in the desk: what the composer orders of its engine, and what comes of it.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use tsify::Tsify;

use super::mail::MailAddress;
use super::{Bytes, ErrorCode, Refusal, Secret, SignRequest, Time};

/// A mail to be made. Its files are given one by one afterwards: they are large.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct MailOrder {
    /// What is made of it.
    pub form: MailForm,
    /// Who writes to whom and about what; inside of an entity these are its protected headers (RFC 9788).
    pub headers: WrittenHeaders,
    /// The text, line ends as LF.
    pub text: String,
    /// The same with its formatting: what stands between `<body>` and `</body>`. `None` when it has none.
    pub html: Option<String>,
    /// Certificates of those in To and Cc.
    pub recipients: Vec<Bytes>,
    /// Certificates of those in Bcc: nobody else can see that the mail is for them (RFC 9580, 5.1.8), neither in its
    /// packets nor in its signature, nor in the keys that go with it. That there are such, how many, and what kind of keys
    /// they have, can be seen. At most `MAX_HIDDEN`.
    pub hidden: Vec<Bytes>,
    /// The own certificate, to read it again later. It is not hidden: the mail is from its owner.
    pub own: Option<Bytes>,
    /// Who signs; `None` for nobody.
    pub signer: Option<Bytes>,
    /// Each opens the mail by itself.
    pub passwords: Vec<Secret>,
    /// Who opens it with a password has Waxseal, or a letter, which brings it along: Argon2 and authenticated encryption, unless
    /// a recipient's certificate does not say that it reads that. Else a password makes the form that every program reads.
    pub for_waxseal: bool,
    /// Whom the mail is sent to learns the keys of the others in To and Cc (Autocrypt 1.1, Key Gossip). Entities only.
    pub gossip: bool,
    /// A certificate that goes along as a file, so that it can be answered. Entities only.
    pub enclosed_key: Option<Bytes>,
    /// Now.
    pub now: Time,
    /// Minutes that the writer's clock is ahead of UTC, for the Date field.
    pub utc_offset: i16,
}

/// What is made of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum MailForm {
    /// The text alone, encrypted as text: every OpenPGP program shows it. Takes neither formatting nor files.
    Text,
    /// One MIME entity with text, formatting, files and protected headers, encrypted as a whole.
    Entity,
    /// Nothing is encrypted: the text as a cleartext signature (RFC 9580, 7), and a detached signature beside each file. Spaces
    /// at the ends of lines are not signed. Recipients and passwords are not looked at.
    Signed,
}

/// The headers that a composer fills in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct WrittenHeaders {
    /// Who writes, when it is known.
    pub from: Option<MailAddress>,
    /// To.
    pub to: Vec<MailAddress>,
    /// Cc. (Bcc stands in no mail.)
    pub cc: Vec<MailAddress>,
    /// The subject; may be empty.
    pub subject: String,
    /// What the outside of the mail says in its place (RFC 9788, 3.2.1); `None` when it says the same.
    pub outer_subject: Option<String>,
}

/// A file of a mail that is written, without its octets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct WrittenFile {
    /// Its name.
    pub name: String,
    /// Its type, such as `image/png`; what is no type becomes `application/octet-stream`.
    pub media_type: String,
    /// What `cid:` in the HTML refers to; `None` for a file that stands beside the text.
    pub content_id: Option<String>,
}

/// How making a mail goes on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum WriteStep {
    /// Files may be added, then it can be made.
    Ready {},
    /// The vault must sign these, in this order.
    Sign {
        /// For `UiCall::Sign`.
        requests: Vec<SignRequest>,
    },
    /// Made; the octets of each output are asked for by its place.
    Done {
        /// The first is the message, or the signed text; others are signatures of files.
        outputs: Vec<MailOutput>,
        /// Authenticated encryption (SEIPD version 2) was used.
        aead: bool,
    },
    /// It cannot be made.
    Failed {
        /// Why.
        error: ErrorCode,
        /// More.
        detail: Option<Refusal>,
    },
}

/// One thing that was made: armored text, which is ASCII (a cleartext signature: UTF-8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct MailOutput {
    /// What it should be called as a file, such as `encrypted.asc` or `picture.png.asc`.
    pub name: String,
    /// Its type as a file, such as `application/octet-stream` or `application/pgp-signature`.
    pub media_type: String,
    /// Octets.
    pub size: u32,
}
