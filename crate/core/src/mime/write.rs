//! A whole mail as one MIME entity: the payload of an encryption.
//!
//! - Text; with formatting multipart/alternative, with pictures in it multipart/related (RFC 2387), with files
//!   multipart/mixed. Nothing more than is needed: what is alone stands alone.
//! - Header protection as RFC 9788 has it: the real headers stand in the entity, `HP-Outer` says what stands outside. A
//!   subject that the outside hides is repeated in the text for programs that do not know this, marked so that others
//!   leave it out. Who writes is not always known; then only the subject can be protected (`protected-headers="v1"`).
//! - It is 7-bit text with lines that every program takes, although it is encrypted: programs store what they decrypted.
//! - No boundary can occur in a part: each has `=_` in it, which neither base64 nor quoted-printable can hold, and a text
//!   that holds it is encoded.

mod field;
mod text;

use rand::{CryptoRng, RngCore};

use self::field::Field;
use super::limits::{MAX_CONTENT_ID, MAX_MEDIA_TYPE};
use super::{date, kind, name};
use crate::message::content::{Content, Pieces};
use crate::wire::Time;
use crate::wire::compose::{WrittenFile, WrittenHeaders};
use crate::wire::mail::MailAddress;

pub(crate) use self::field::is_address;

/// What an entity is made of.
pub(crate) struct Letter {
    pub headers: WrittenHeaders,
    /// Line ends as LF.
    pub text: String,
    /// What stands between `<body>` and `</body>`.
    pub html: Option<String>,
    pub files: Vec<(WrittenFile, Pieces)>,
    /// Keys of others, by address (Autocrypt 1.1, Key Gossip).
    pub gossip: Vec<(String, Vec<u8>)>,
    /// A certificate that goes along: name and armor.
    pub key: Option<(String, String)>,
    pub now: Time,
    /// Minutes ahead of UTC.
    pub utc_offset: i16,
}

/// A part.
enum Node {
    Text {
        media_type: &'static str,
        text: String,
        /// The subject is repeated in it.
        legacy: bool,
    },
    Armor {
        name: String,
        text: String,
    },
    File {
        file: WrittenFile,
        data: Pieces,
        /// Shown within the HTML.
        inline: bool,
        /// A mail that can stand as it is: as one it is opened everywhere, and what it was signed with still holds.
        mail: bool,
    },
    Multipart {
        subtype: &'static str,
        /// More parameters.
        about: &'static str,
        boundary: String,
        parts: Vec<Node>,
    },
}

/// Makes the entity.
pub(crate) fn entity<R: RngCore + CryptoRng>(letter: Letter, rng: &mut R) -> Content {
    let Letter {
        headers,
        text,
        html,
        files,
        gossip,
        key,
        now,
        utc_offset,
    } = letter;
    let hidden = headers.from.is_some() && headers.outer_subject.is_some();
    let copy = hidden.then(|| field::line(&headers.subject));
    let has_html = html.is_some();
    let (inline, beside): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|(file, _)| has_html && file.content_id.is_some());
    let file = |inline: bool| {
        move |(file, data): (WrittenFile, Pieces)| Node::File {
            mail: !inline && is_plain_mail(&file, &data),
            file,
            data,
            inline,
        }
    };
    let mut root = Node::Text {
        media_type: "text/plain",
        text: text::plain(&text, copy.as_deref()),
        legacy: hidden,
    };
    if let Some(html) = html {
        let mut shown = Node::Text {
            media_type: "text/html",
            text: text::document(&html, copy.as_deref()),
            legacy: hidden,
        };
        if !inline.is_empty() {
            let mut parts = vec![shown];
            parts.extend(inline.into_iter().map(file(true)));
            shown = multipart("related", "; type=\"text/html\"", parts, rng);
        }
        root = multipart("alternative", "", vec![root, shown], rng);
    }
    if !beside.is_empty() || key.is_some() {
        let mut parts = vec![root];
        parts.extend(beside.into_iter().map(file(false)));
        parts.extend(key.map(|(name, text)| Node::Armor { name, text }));
        root = multipart("mixed", "", parts, rng);
    }
    let mut out = Out::default();
    let protection = match headers.from {
        // Thunderbird and others take the subject from inside only where the older word is there as well.
        Some(_) => "; hp=\"cipher\"; protected-headers=\"v1\"",
        None => "; protected-headers=\"v1\"",
    };
    out.head(&root, protection);
    out.text.push_str("MIME-Version: 1.0\r\n");
    out.protected(&headers, &gossip, now, utc_offset);
    out.body(root);
    out.end()
}

fn multipart<R: RngCore + CryptoRng>(
    subtype: &'static str,
    about: &'static str,
    parts: Vec<Node>,
    rng: &mut R,
) -> Node {
    let mut random = [0; 16];
    rng.fill_bytes(&mut random);
    let mut boundary = String::from("=_");
    for byte in random {
        let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
        boundary.extend([digit(byte >> 4), digit(byte & 15)]);
    }
    Node::Multipart {
        subtype,
        about,
        boundary,
        parts,
    }
}

/// The entity on its way.
#[derive(Default)]
struct Out {
    content: Content,
    /// What was not added to it yet.
    text: String,
}

impl Out {
    fn field(&mut self, field: &Field) {
        field.write(&mut self.text);
    }

    /// The headers that people look at, under the protection.
    fn protected(
        &mut self,
        headers: &WrittenHeaders,
        gossip: &[(String, Vec<u8>)],
        now: Time,
        utc_offset: i16,
    ) {
        let subject = Field::text("Subject", &headers.subject);
        let Some(from) = &headers.from else {
            return self.field(&subject);
        };
        let list =
            |name, all: &[MailAddress]| (!all.is_empty()).then(|| Field::addresses(name, all));
        let all = [
            list("From", std::slice::from_ref(from)),
            list("To", &headers.to),
            list("Cc", &headers.cc),
        ];
        self.field(&Field::plain(
            "Date",
            date::write(now.into(), utc_offset.into()),
        ));
        for field in all.iter().flatten().chain([&subject]) {
            self.field(field);
        }
        let outer_subject = match &headers.outer_subject {
            Some(outer) => Field::text("Subject", outer),
            None => subject,
        };
        for field in all.iter().flatten().chain([&outer_subject]) {
            self.field(&field.outer());
        }
        for (address, key) in gossip {
            self.field(&Field::gossip(address, key));
        }
    }

    /// The fields that say what a part is; `more` are parameters of the first.
    fn head(&mut self, node: &Node, more: &str) {
        let mut push = |pieces: &[&str]| self.text.extend(pieces.iter().copied());
        match node {
            Node::Text {
                media_type,
                text,
                legacy,
            } => {
                let copy = match legacy {
                    true => "; hp-legacy-display=\"1\"",
                    false => "",
                };
                let encoding = text::Encoding::of(text).name();
                push(&["Content-Type: ", media_type, "; charset=utf-8", copy, more]);
                push(&["\r\nContent-Transfer-Encoding: ", encoding, "\r\n"]);
            }
            Node::Armor { name, .. } => {
                push(&["Content-Type: application/pgp-keys", more]);
                push(&[
                    "; name=\"",
                    name,
                    "\"\r\nContent-Transfer-Encoding: 7bit\r\n",
                ]);
                push(&[
                    "Content-Disposition: attachment; filename=\"",
                    name,
                    "\"\r\n",
                ]);
            }
            Node::File {
                file, inline, mail, ..
            } => {
                let name = file_name(&file.name);
                let (typ, encoding) = match mail {
                    true => (MAIL.to_owned(), "7bit"),
                    false => (media_type(&file.media_type), "base64"),
                };
                push(&["Content-Type: ", &typ, more]);
                // Older programs look here; they know no other letters.
                if name.is_ascii() {
                    push(&[&field::parameter("name", &name)]);
                }
                let disposition = match inline {
                    true => "inline",
                    false => "attachment",
                };
                push(&["\r\nContent-Transfer-Encoding: ", encoding]);
                push(&["\r\nContent-Disposition: "]);
                push(&[disposition, &field::parameter("filename", &name), "\r\n"]);
                if let Some(id) = file.content_id.as_ref().filter(|_| *inline) {
                    push(&["Content-ID: <", id, ">\r\n"]);
                }
            }
            Node::Multipart {
                subtype,
                about,
                boundary,
                ..
            } => {
                push(&["Content-Type: multipart/", subtype, about, more]);
                push(&[";\r\n boundary=\"", boundary, "\"\r\n"]);
            }
        }
    }

    /// What comes behind the fields: a blank line and the part itself. The depth is what `entity` makes it.
    fn body(&mut self, node: Node) {
        self.text.push_str("\r\n");
        match node {
            Node::Text { text, .. } => text::Encoding::of(&text).write(&text, &mut self.text),
            Node::Armor { text, .. } => self.text.push_str(&text.replace('\n', "\r\n")),
            Node::File { data, mail, .. } => {
                self.flush();
                match mail {
                    true => self.content.push_file(data),
                    false => self.content.push_base64(data),
                }
            }
            Node::Multipart {
                boundary, parts, ..
            } => {
                for part in parts {
                    self.text.extend(["\r\n--", &boundary, "\r\n"]);
                    self.head(&part, "");
                    self.body(part);
                }
                self.text.extend(["\r\n--", &boundary, "--\r\n"]);
            }
        }
    }

    fn flush(&mut self) {
        self.content
            .push(std::mem::take(&mut self.text).into_bytes());
    }

    fn end(mut self) -> Content {
        self.flush();
        self.content
    }
}

/// A name that every system takes.
pub(crate) fn file_name(name: &str) -> String {
    name::safe(name).unwrap_or_else(|| "file.bin".to_owned())
}

/// The type as it is written: without parameters, and never one whose parts may not be encoded (RFC 2045, 6.4).
fn media_type(text: &str) -> String {
    let text = text.split(';').next().unwrap_or_default().trim();
    let token = |half: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        !half.is_empty() && half.len() <= MAX_MEDIA_TYPE && half.bytes().all(allowed)
    };
    let lower = text.to_ascii_lowercase();
    match lower.split_once('/') {
        Some((top, sub)) if token(top) && token(sub) && !matches!(top, "multipart" | "message") => {
            lower
        }
        _ => "application/octet-stream".to_owned(),
    }
}

const MAIL: &str = "message/rfc822";

/// Octets of a line without its end (RFC 5322, 2.1.1).
const MAX_LINE: usize = 998;

/// Whether a file is a mail of short ASCII lines. All others would have to be encoded, which no mail may be (RFC 2046, 5.2.1).
fn is_plain_mail(file: &WrittenFile, data: &Pieces) -> bool {
    let named = name::extension(&file.name).as_deref() == Some("eml");
    if !(named || file.media_type == MAIL) || !data.pieces().next().is_some_and(kind::is_mail) {
        return false;
    }
    let (mut length, mut before) = (0, 0);
    data.pieces().flatten().all(|&byte| {
        length = if byte == b'\n' { 0 } else { length + 1 };
        let bare = before == b'\r' && byte != b'\n';
        before = byte;
        // The first half of the end of a line is counted with it.
        !bare && matches!(byte, 1..=0x7f) && length <= MAX_LINE + 1
    })
}

/// Whether it can stand between the angle brackets of Content-ID, and be found again.
pub(crate) fn is_content_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>');
    !id.is_empty() && id.len() <= MAX_CONTENT_ID && id.bytes().all(allowed)
}

#[cfg(test)]
mod tests;
