//! What a part says about protection (RFC 3156), by its structure alone and strictly: what is not exactly as it must be
//! is no layer.

use std::ops::Range;

use super::files::file_name;
use super::part::{Flaws, Part};
use super::transfer::Encoding;
use super::{MailError, NoCharsets, kind, markup, name};
use crate::armor::{Kind, decode_owned, without_mark};
use crate::message::{Document, read_cleartext};
use crate::wire::mail::FileKind;

const ENCRYPTED: &str = "application/pgp-encrypted";
const SIGNATURE: &str = "application/pgp-signature";

const MESSAGE: &[u8] = b"-----BEGIN PGP MESSAGE-----";
const END_OF_MESSAGE: &[u8] = b"-----END PGP MESSAGE-----";

/// How a part is protected.
pub(super) enum Protected {
    /// The second of its parts is an encrypted message.
    Encrypted {
        /// Where that part is.
        message: Range<usize>,
        /// A mail server made multipart/mixed of it, as Exchange does.
        repaired: bool,
        /// The last delimiter is missing.
        open: bool,
    },
    /// The second of its parts is a signature on the first.
    Signed {
        /// Where the first is.
        content: Range<usize>,
        /// Where the second is.
        signature: Range<usize>,
        /// The last delimiter is missing.
        open: bool,
    },
}

impl Protected {
    /// Parts that a protected one has at most.
    pub const PARTS: usize = 3;

    /// Looks at `part` and its children, no deeper.
    fn of(part: &Part<'_>) -> Option<Self> {
        protocol(part)?;
        let (children, flaws) = part.children(Self::PARTS);
        Self::among(part, &children, flaws)
    }

    /// The same where it is known what [`Part::children`] says of at least so many.
    pub fn among(part: &Part<'_>, children: &[Range<usize>], flaws: Flaws) -> Option<Self> {
        let protocol = protocol(part)?;
        if flaws.more {
            return None;
        }
        let open = flaws.broken;
        let child = |range: &Range<usize>| part.child(range.clone()).ok().map(|(part, _)| part);
        match (protocol, children) {
            (ENCRYPTED, [control, message]) => {
                let good = child(control)?.media_type == ENCRYPTED && is_leaf(&child(message)?);
                good.then(|| Self::Encrypted {
                    message: message.clone(),
                    repaired: false,
                    open,
                })
            }
            (SIGNATURE, [content, signature]) => {
                (child(signature)?.media_type == SIGNATURE).then(|| Self::Signed {
                    content: content.clone(),
                    signature: signature.clone(),
                    open,
                })
            }
            ("", [control, message]) => mangled(&child(control)?, &child(message)?, open),
            ("", [blank, control, message]) if is_blank(&child(blank)?, 2) => {
                mangled(&child(control)?, &child(message)?, open)
            }
            _ => None,
        }
    }
}

/// What the parts must be by the type of the whole; nothing is said of what a server made of them.
fn protocol(part: &Part<'_>) -> Option<&'static str> {
    let params = &part.content_type;
    match part.media_type.as_str() {
        _ if !part.is_multipart() => None,
        "multipart/encrypted" if params.is("protocol", ENCRYPTED) => Some(ENCRYPTED),
        "multipart/signed" if params.is("protocol", SIGNATURE) => Some(SIGNATURE),
        "multipart/mixed" => Some(""),
        _ => None,
    }
}

/// What Exchange makes of multipart/encrypted: the same two parts in multipart/mixed, behind an empty text or alone.
fn mangled(control: &Part<'_>, message: &Part<'_>, open: bool) -> Option<Protected> {
    // iPGMail calls it a text.
    let types = ["application/octet-stream", "text/plain"];
    if control.media_type != ENCRYPTED || !types.contains(&message.media_type.as_str()) {
        return None;
    }
    (kind::block(&message.head()) == Some(Kind::Message)).then(|| Protected::Encrypted {
        message: message.entity.clone(),
        repaired: true,
        open,
    })
}

/// The part that holds the message: no structure of its own.
fn is_leaf(part: &Part<'_>) -> bool {
    !part.media_type.starts_with("multipart/") && !part.media_type.starts_with("message/")
}

/// Octets of a text without anything in it: some hundreds of HTML.
const MAX_BLANK: usize = 16 << 10;

/// Nothing to see and nothing to save: an empty text, or its two forms as Exchange makes them. `levels` may be in it.
fn is_blank(part: &Part<'_>, levels: usize) -> bool {
    if part.is_multipart() && levels > 0 {
        let (children, flaws) = part.children(Protected::PARTS);
        let child = |range: &Range<usize>| part.child(range.clone()).ok();
        let blank = |range| child(range).is_some_and(|(part, _)| is_blank(&part, levels - 1));
        return part.media_type == "multipart/alternative"
            && !flaws.more
            && children.iter().all(blank);
    }
    if part.octets().len() > MAX_BLANK || part.is_attachment() {
        return false;
    }
    let (octets, _) = part.encoding.decode(part.octets());
    match part.media_type.as_str() {
        "text/plain" => octets.trim_ascii().is_empty(),
        "text/html" => std::str::from_utf8(&octets).is_ok_and(markup::is_blank),
        _ => false,
    }
}

/// The root of a mail, or of what was in a layer of it.
pub(super) struct Root {
    pub media_type: String,
    /// Octets of its body.
    pub size: usize,
    /// It is not built by the rules.
    pub broken: bool,
    pub layer: Found,
}

/// What a root is.
pub(super) enum Found {
    /// Nothing that could be taken off.
    Payload,
    /// An encrypted message, armored or binary.
    Encrypted {
        /// Where it is.
        place: Range<usize>,
        encoding: Encoding,
        how: Sealed,
    },
    /// A signature on a part.
    Signed {
        content: Range<usize>,
        /// Armored or binary.
        signature: Vec<u8>,
    },
    /// The body is cleartext signed text.
    Cleartext {
        document: Document,
        charset: Option<String>,
    },
}

/// In what form an encrypted message came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sealed {
    /// RFC 3156: in it is an entity.
    Mime { repaired: bool },
    /// As the text of the mail: in it is a text, or an entity.
    Text {
        /// What its part says of it, if that is not UTF-8.
        charset: Option<String>,
    },
    /// As the one file of the mail, with its name: in it is whatever it is.
    File(Option<String>),
}

/// Looks at the root of `source`.
///
/// # Errors
/// [`MailError::Limit`] when its header is over a limit.
pub(super) fn root(source: &[u8]) -> Result<Root, MailError> {
    let (part, flaws) = Part::read(source, 0..source.len(), "text/plain")?;
    let (layer, open) = match Protected::of(&part) {
        Some(Protected::Encrypted {
            message,
            repaired,
            open,
        }) => {
            let (message, _) = part.child(message)?;
            let how = Sealed::Mime { repaired };
            (encrypted(&message, how), open)
        }
        Some(Protected::Signed {
            content,
            signature,
            open,
        }) => {
            let (signature, _) = part.child(signature)?;
            let signature = signature.encoding.decode(signature.octets()).0.into_owned();
            (Found::Signed { content, signature }, open)
        }
        None if is_leaf(&part) => (leaf(&part), false),
        None => (Found::Payload, false),
    };
    Ok(Root {
        size: part.body.len(),
        media_type: part.media_type,
        broken: flaws.broken || open,
        layer,
    })
}

/// A part that is an encrypted message: it is decoded when all else of the mail has been let go.
fn encrypted(part: &Part<'_>, how: Sealed) -> Found {
    Found::Encrypted {
        place: part.body.clone(),
        encoding: part.encoding,
        how,
    }
}

/// A root without structure.
fn leaf(part: &Part<'_>) -> Found {
    if let Some(found) = text_root(part) {
        return found;
    }
    // What is listed as an encrypted file is encrypted when it is opened by itself.
    let head = part.head();
    let name = file_name(part, &NoCharsets);
    let safe = name.as_deref().and_then(name::safe).unwrap_or_default();
    match kind::of(&safe, &part.media_type, &head) {
        FileKind::Encrypted => encrypted(part, Sealed::File(name)),
        _ => Found::Payload,
    }
}

/// A text is a layer when it is one block and nothing else.
fn text_root(part: &Part<'_>) -> Option<Found> {
    // The second is what Mutt and Pine called such a text, long ago.
    let types = ["text/plain", "application/pgp"];
    if !types.contains(&part.media_type.as_str()) || part.is_attachment() {
        return None;
    }
    let head = part.head();
    let start = without_mark(&head).trim_ascii_start();
    if !start.starts_with(b"-----BEGIN PGP ") {
        return None;
    }
    let (octets, _) = part.encoding.decode(part.octets());
    let text = without_mark(&octets).trim_ascii();
    let charset = part.content_type.word("charset");
    if is_one(text, MESSAGE, END_OF_MESSAGE) {
        // Nearly every armor stands in a part that calls itself UTF-8, whatever was encrypted.
        let charset = charset.filter(|label| !label.eq_ignore_ascii_case("utf-8"));
        return Some(encrypted(part, Sealed::Text { charset }));
    }
    let begin = b"-----BEGIN PGP SIGNED MESSAGE-----";
    if !is_one(text, begin, b"-----END PGP SIGNATURE-----") {
        return None;
    }
    Some(Found::Cleartext {
        document: read_cleartext(text).ok()?,
        charset,
    })
}

/// What a text among other parts is when it would be a layer, had it come alone: opened by itself it is one.
pub(super) fn block_of(part: &Part<'_>) -> Option<FileKind> {
    // What begins with other fields would be taken for no mail.
    let opens = part.fields.are_of_a_mail() || part.fields.is_empty();
    match text_root(part).filter(|_| opens)? {
        Found::Encrypted { .. } => Some(FileKind::Encrypted),
        _ => Some(FileKind::Signed),
    }
}

/// Begins and ends with these lines, and they occur nowhere else.
fn is_one(text: &[u8], begin: &[u8], end: &[u8]) -> bool {
    text.starts_with(begin) && text.ends_with(end) && has_one(text, begin, end)
}

/// Each of these lines is there once.
fn has_one(text: &[u8], begin: &[u8], end: &[u8]) -> bool {
    let count = |mark: &[u8]| {
        let lines = text.split(|&byte| byte == b'\n');
        lines.filter(|line| line.starts_with(mark)).count()
    };
    count(begin) == 1 && count(end) == 1
}

/// A page with one encrypted message in it, as a letter is. Words around one in a text may be somebody's.
pub(super) fn holds_message(file: &[u8]) -> bool {
    file.trim_ascii_start().starts_with(b"<") && has_one(file, MESSAGE, END_OF_MESSAGE)
}

/// Reads an encrypted message in whichever form it came.
pub(super) fn packets(mut data: Vec<u8>) -> Result<Vec<u8>, MailError> {
    let mark = data.len() - without_mark(&data).len();
    data.drain(..mark);
    match data.first() {
        // Packets begin with a byte that is no ASCII (RFC 9580, 4.2).
        Some(0x80..) => Ok(data),
        _ => Ok(decode_owned(data, Kind::Message)?),
    }
}

/// A text that is shown as it is holds a block: what is in it is not part of what the verdict speaks of.
pub(super) fn has_block(text: &str, label: &str) -> bool {
    let marked = |line: &str| {
        line.split_once("-----BEGIN PGP ")
            .is_some_and(|(_, rest)| rest.starts_with(label))
    };
    text.contains("-----BEGIN PGP ") && text.split('\n').any(marked)
}
