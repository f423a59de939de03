//! A whole mail, read in the desk: what is shown of it and what is said of it, from one parse.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use tsify::Tsify;

use super::engine::Verdict;
use super::packet::PacketLevel;
use super::{Bytes, Fingerprint};

/// What is shown of a mail, and the verdict on exactly that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct MailView {
    /// What is said of everything below, and of nothing that is not below.
    pub verdict: Verdict,
    /// Who wrote to whom, when and about what.
    pub headers: MailHeaders,
    /// What a person reads, in the order of the mail.
    pub bodies: Vec<MailBody>,
    /// What can be saved or opened by itself, pictures of an HTML body included.
    pub files: Vec<MailFile>,
    /// How the mail is built, from the outermost part on.
    pub structure: MailPart,
    /// A key that its header brings along. Nothing is believed of it.
    pub brings: Option<BroughtKey>,
    /// Keys of other recipients in the header under the encryption (Autocrypt 1.1, Key Gossip). The sender vouches for them,
    /// as the verdict says: with any other verdict there are none.
    pub gossip: Vec<BroughtKey>,
}

/// A key in the header of a mail (Autocrypt 1.1). Who could send the mail could write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct BroughtKey {
    /// Whose it is said to be: an address of the mail, in lower case.
    pub address: String,
    /// Which.
    pub fingerprint: Fingerprint,
    /// The certificate, for `UiCall::StageImport`, without user IDs of other addresses.
    pub data: Bytes,
}

/// The headers that people look at. With header protection (RFC 9788) they come from the inside, and only from there.
///
/// Without encryption only a good signature makes them come from there. The older header protection of some programs
/// holds the subject alone: then it is the subject from the inside, all else and `protection` are of the outside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct MailHeaders {
    /// The subject, decoded; `None` when there is none.
    pub subject: Option<String>,
    /// From. More than one, or none, belongs to nobody.
    pub from: Vec<MailAddress>,
    /// To.
    pub to: Vec<MailAddress>,
    /// Cc.
    pub cc: Vec<MailAddress>,
    /// Reply-To.
    pub reply_to: Vec<MailAddress>,
    /// Date, in seconds since 1970; `None` when it is missing or cannot be read.
    pub date: Option<i64>,
    /// Where they come from.
    pub protection: HeaderProtection,
    /// The subject stood under the encryption, and nothing outside is known to show it: it must not go out in clear.
    pub secret_subject: bool,
    /// Fields of which the outside of the mail says something else, with what it says.
    pub outside: Vec<OutsideField>,
}

/// An address of a header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct MailAddress {
    /// The name beside it, made safe to show; empty when there is none.
    pub name: String,
    /// The address, made safe to show; empty when the field has a name only.
    pub address: String,
}

/// Where headers come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum HeaderProtection {
    /// From the outside: anybody on the way can read and change them.
    #[default]
    Outside,
    /// From the payload, under the signature but in clear.
    Signed,
    /// From the payload, which was encrypted (and signed or not: the verdict tells).
    Encrypted,
}

/// A header field that has another value outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct OutsideField {
    /// Which.
    pub field: HeaderField,
    /// What stands outside, made safe to show; empty when it stands inside only.
    pub value: String,
}

/// The header fields that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum HeaderField {
    /// Subject
    Subject,
    /// From
    From,
    /// To
    To,
    /// Cc
    Cc,
    /// Reply-To
    ReplyTo,
    /// Date
    Date,
}

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum MailBody {
    /// Plain text, line ends as LF, format=flowed already joined (RFC 3676).
    Text {
        /// The text.
        text: String,
    },
    /// HTML as it came: **hostile**. Whoever shows it cleans it first, and shows it where no script runs.
    Html {
        /// The document.
        html: String,
        /// The same as plain text, from the part beside it (multipart/alternative).
        plain: Option<String>,
    },
}

/// A part that can be saved, or opened by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct MailFile {
    /// What the engine is asked for it by.
    pub id: u32,
    /// A name that can be given to a file: no folder, no control or invisible character, not empty, not too long.
    pub name: String,
    /// Its type as the mail says, lower case, such as `image/png`.
    pub media_type: String,
    /// Size in octets of what the engine gives for it.
    pub size: u32,
    /// Content-ID without angle brackets: what `cid:` in HTML refers to.
    pub content_id: Option<String>,
    /// It is shown within the HTML body and is no attachment of its own.
    pub inline: bool,
    /// In which of the bodies, by their order: in two of them the same Content-ID can mean two pictures.
    pub shown_in: Option<u32>,
    /// What can be done with it.
    pub kind: FileKind,
    /// For a signature: the `id` of the file beside it that it is a signature of, by its name.
    pub signs: Option<u32>,
}

/// What a part is, as far as it matters for what can be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum FileKind {
    /// Can be saved.
    Other,
    /// Can be saved, and does harm when it is opened: programs, scripts, documents with macros, HTML.
    Dangerous,
    /// A picture that browsers show (PNG, JPEG, GIF, WebP), whose first octets say so too.
    Image,
    /// A PDF, whose first octets say so too.
    Pdf,
    /// A mail of its own (message/rfc822). The engine gives that mail, header first.
    Mail,
    /// An encrypted part that is not the whole mail: it is opened by itself, never together with what stands beside it.
    /// To be opened the engine gives the part with its header, as a mail; to be saved only where that is all it is
    /// (multipart/encrypted), and otherwise the file.
    Encrypted,
    /// A signed part that is not the whole mail: the engine gives the part with its header, which can be opened as a mail.
    Signed,
    /// OpenPGP certificates.
    Keys,
    /// A detached signature of another file.
    Signature,
}

/// A part of the mail, for "how is this mail built?".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct MailPart {
    /// Its type as the mail says.
    pub media_type: String,
    /// Its name, when it has one.
    pub name: Option<String>,
    /// Size in octets as it stands in the mail.
    pub size: u32,
    /// It is a layer of protection around what is in it.
    pub layer: Option<Layer>,
    /// Of a layer that was taken off: what it is made of.
    pub packets: Vec<PacketLevel>,
    /// What is in it.
    pub parts: Vec<MailPart>,
}

/// A layer of protection (RFC 9787, 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum Layer {
    /// Encrypted.
    Encrypted,
    /// Signed by a signature beside it (multipart/signed).
    Signed,
}
