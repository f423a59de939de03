//! The cryptographic envelope of a mail (RFC 9787, 4): its layers of protection from the root inward, without a gap.

use std::ops::Range;

use super::canonical::canonical;
use super::fields::Fields;
use super::limits::{MAX_LAYERS, MAX_MAIL};
use super::part::Part;
use super::pgp::{Found, Sealed, holds_message, packets, root};
use super::{MailError, kind};
use crate::armor::Kind;
use crate::message::layer::Layer;
use crate::message::limits::Capacity;
use crate::message::text::is_text;
use crate::message::{
    CleartextError, Document, Encrypted, OpenedBy, Parsed, parse_with, read_cleartext,
};
use crate::wire::engine::Note;
use crate::wire::mail;

/// A mail as far as it can be read without a key.
pub enum Opening {
    /// A session key is needed.
    Locked(Locked),
    /// The payload can be read.
    Open(Envelope),
}

/// A mail that is encrypted.
pub struct Locked {
    encrypted: Box<Encrypted>,
    how: Sealed,
    shell: Shell,
    /// The part that it is in.
    sheet: Sheet,
}

/// A mail without its layers of protection. Made only here, out of octets that the layers' digests were computed over;
/// [`crate::verdict::judge_mail`] is the only way to what is in it.
///
/// ```compile_fail,E0451
/// fn forge(content: Vec<u8>) -> waxseal_core::mime::Envelope {
///     waxseal_core::mime::Envelope { shell: todo!(), content, form: todo!() }
/// }
/// ```
pub struct Envelope {
    shell: Shell,
    /// The payload.
    content: Vec<u8>,
    form: Form,
}

/// What was around the payload.
#[derive(Default)]
struct Shell {
    /// The header of the mail itself.
    outside: Vec<u8>,
    /// What is in a file is called, as the file's name tells.
    name: Option<String>,
    /// The layers, outermost first.
    layers: Vec<(Sheet, Layer)>,
    repaired: bool,
    broken: bool,
    /// Lines of that header were passed over: other programs may read another one.
    mended: bool,
}

/// A layer as a part of the mail.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub media_type: String,
    pub size: usize,
}

/// What the payload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An entity (RFC 2045, 2.4): header and body.
    Entity,
    /// A text without any header.
    Text {
        /// What the part that it came in says.
        charset: Option<String>,
    },
    /// The content of a file.
    File {
        /// As the part that it came in says, without the extension that encryption adds.
        name: String,
    },
}

impl Envelope {
    /// Takes off what needs no key. Instead of a mail it may be OpenPGP data as it stands in a file.
    ///
    /// # Errors
    /// See [`MailError`].
    pub fn open(source: Vec<u8>) -> Result<Opening, MailError> {
        Self::open_named(source, None)
    }

    /// The same of a file of this name.
    ///
    /// # Errors
    /// See [`MailError`].
    pub fn open_named(source: Vec<u8>, name: Option<String>) -> Result<Opening, MailError> {
        if source.len() > MAX_MAIL {
            return Err(MailError::Limit(MAX_MAIL));
        }
        let mut source = without_leading_blanks(source);
        let mended = Fields::mended(&source);
        let is_mended = mended.is_some();
        if let Some((lines, head)) = mended {
            source.splice(..head, lines);
        }
        let cut = Fields::cut(&source)?;
        if !cut.fields.are_of_a_mail() {
            let name = name.and_then(|name| content_name(&name));
            return Shell {
                name,
                ..Shell::default()
            }
            .bare(source);
        }
        let shell = Shell {
            outside: source.get(..cut.head).unwrap_or_default().to_vec(),
            broken: is_mended,
            mended: is_mended,
            ..Shell::default()
        };
        shell.peel(source)
    }

    /// Whether the content of a message is a whole mail: an entity that says so. A text may begin with something that looks
    /// like fields.
    pub(crate) fn is_mail(content: &[u8]) -> bool {
        is_entity(content)
            && Part::read(content, 0..content.len(), "text/plain").is_ok_and(|(part, _)| {
                part.is_multipart()
                    || part.fields.has("mime-version")
                    || ["hp", "protected-headers"]
                        .iter()
                        .any(|name| part.content_type.word(name).is_some())
            })
    }

    /// A message that came without a mail around it, and holds one, or a text that is too long to be shown: a file then.
    ///
    /// # Errors
    /// See [`MailError`].
    pub(crate) fn of_message(document: Document) -> Result<Self, MailError> {
        let sheet = Sheet {
            media_type: FILE.to_owned(),
            size: document.bytes().len(),
        };
        let mut shell = Shell::default();
        let opening = match Self::is_mail(document.bytes()) {
            true => shell.unsealed(document, sheet, Sealed::Text { charset: None })?,
            false => {
                let (layer, content) = Layer::of_document(document);
                shell.layers.push((sheet, layer));
                shell.end(content, Form::Text { charset: None })
            }
        };
        match opening {
            Opening::Open(envelope) => Ok(envelope),
            // Encrypted within a message that was not: two makers, and not what anybody writes.
            Opening::Locked(_) => Err(MailError::Limit(1)),
        }
    }

    /// It came in a mail, whose header says things too.
    pub(crate) fn has_outside(&self) -> bool {
        !self.shell.outside.is_empty()
    }

    /// Who signed the payload, as the signatures say: what to look for in the keyring.
    pub fn issuers(&self) -> Vec<String> {
        Layer::issuers(self.layers())
    }

    /// The layers that protect the payload, outermost first. A signature around an encryption is by somebody who need not
    /// know what is in it: it says nothing about the payload.
    pub(crate) fn layers(&self) -> impl Iterator<Item = &Layer> {
        let counted = self.shell.layers.iter().skip(self.around());
        counted.map(|(_, layer)| layer)
    }

    /// How many layers there are around those.
    fn around(&self) -> usize {
        let mut layers = self.shell.layers.iter();
        let first = layers.position(|(_, layer)| layer.encryption().is_some());
        first.unwrap_or_default()
    }

    /// What opened it, if it was encrypted.
    pub(crate) fn opened_by(&self) -> Option<&OpenedBy> {
        let encryption = self.layers().find_map(Layer::encryption);
        encryption.map(|(_, by)| by)
    }

    /// Remarks on how it is built.
    pub(crate) fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if self
            .shell
            .layers
            .iter()
            .take(self.around())
            .any(|(_, layer)| layer.is_signed())
        {
            notes.push(Note::PartSigned);
        }
        if self
            .layers()
            .filter_map(Layer::encryption)
            .any(|(protection, _)| protection.old_cipher)
        {
            notes.push(Note::OldCipher);
        }
        if matches!(self.opened_by(), Some(OpenedBy::Key(opener)) if opener.weak) {
            notes.push(Note::WeakKey);
        }
        if self.shell.repaired {
            notes.push(Note::Repaired);
        }
        if self.shell.broken {
            notes.push(Note::BrokenMail);
        }
        notes
    }

    /// The header of the mail itself.
    pub(super) fn outside(&self) -> &[u8] {
        &self.shell.outside
    }

    /// Not all of that could be read, and what could may not be what others read.
    pub(super) fn is_mended(&self) -> bool {
        self.shell.mended
    }

    /// What the payload of a file is called, as the file's name tells.
    pub(super) fn name(&self) -> Option<&str> {
        self.shell.name.as_deref()
    }

    /// The octets that are shown, and what they are.
    pub(super) fn payload(&self) -> (&[u8], &Form) {
        (&self.content, &self.form)
    }

    pub(super) fn into_content(self) -> Vec<u8> {
        self.content
    }

    /// `inner` within all parts that were layers.
    pub(super) fn wrapped(&self, inner: mail::MailPart) -> mail::MailPart {
        // The verdict goes through the layers from the outside to the inside.
        let mut judged = self.layers().map(Layer::places).sum();
        let layers = self.shell.layers.iter().enumerate().rev();
        layers.fold(inner, |inner, (at, (sheet, layer))| {
            let counted = at >= self.around();
            judged -= if counted { layer.places() } else { 0 };
            mail::MailPart {
                media_type: sheet.media_type.clone(),
                name: None,
                size: u32::try_from(sheet.size).unwrap_or(u32::MAX),
                layer: match (layer.encryption(), layer.is_signed()) {
                    (Some(_), _) => Some(mail::Layer::Encrypted),
                    (None, true) => Some(mail::Layer::Signed),
                    (None, false) => None,
                },
                packets: layer.packets(counted.then_some(judged)),
                parts: vec![inner],
            }
        })
    }
}

impl Locked {
    /// What waits for its session key.
    pub fn encrypted(&self) -> &Encrypted {
        &self.encrypted
    }

    /// The same, to be opened.
    pub fn encrypted_mut(&mut self) -> &mut Encrypted {
        &mut self.encrypted
    }

    /// Goes on with what was in it.
    ///
    /// # Errors
    /// See [`MailError`].
    pub(crate) fn unlocked(self, document: Document) -> Result<Envelope, MailError> {
        let Self {
            how, shell, sheet, ..
        } = self;
        let opening = shell.unsealed(document, sheet, how)?;
        match opening {
            Opening::Open(envelope) => Ok(envelope),
            // `peel` takes off one encryption.
            Opening::Locked(_) => Err(MailError::Limit(1)),
        }
    }
}

impl Shell {
    fn is_decrypted(&self) -> bool {
        self.layers
            .iter()
            .any(|(_, layer)| layer.encryption().is_some())
    }

    fn end(self, content: Vec<u8>, form: Form) -> Opening {
        Opening::Open(Envelope {
            shell: self,
            content,
            form,
        })
    }

    /// Takes off layer by layer. Each pass ends or makes `content` smaller, and their number is limited.
    fn peel(mut self, mut content: Vec<u8>) -> Result<Opening, MailError> {
        loop {
            // Whoever moves a protected text into PGP/MIME must not make a header of its first lines: nobody would see them.
            if !self.layers.is_empty() && !is_part(&content) {
                return Ok(self.end(content, Form::Text { charset: None }));
            }
            if self.layers.len() >= MAX_LAYERS {
                break;
            }
            let root = root(&content)?;
            let sheet = Sheet {
                media_type: root.media_type,
                size: root.size,
            };
            match root.layer {
                Found::Payload => break,
                // A second encryption is opened by itself: the two need not have been made by one person.
                Found::Encrypted { .. } if self.is_decrypted() => break,
                Found::Encrypted {
                    place,
                    encoding,
                    how,
                } => {
                    self.broken |= root.broken;
                    self.repaired |= how == Sealed::Mime { repaired: true };
                    cut(&mut content, place);
                    encoding.decode_in_place(&mut content);
                    return self.message(content, sheet, how);
                }
                Found::Signed {
                    content: signed,
                    signature,
                } => {
                    self.broken |= root.broken;
                    cut(&mut content, signed);
                    canonical(&mut content);
                    let layer = Layer::of_detached(&signature, &content);
                    self.layers.push((sheet, layer));
                }
                Found::Cleartext { document, charset } => {
                    self.broken |= root.broken;
                    let (layer, content) = Layer::of_document(document);
                    self.layers.push((sheet, layer));
                    return Ok(self.end(content, Form::Text { charset }));
                }
            }
        }
        Ok(self.end(content, Form::Entity))
    }

    /// OpenPGP data without any mail around it, as in a file: what it is, its first octets tell. Only a message may stand within
    /// a page.
    fn bare(mut self, source: Vec<u8>) -> Result<Opening, MailError> {
        let sheet = Sheet {
            media_type: FILE.to_owned(),
            size: source.len(),
        };
        if source
            .trim_ascii_start()
            .starts_with(b"-----BEGIN PGP SIGNED MESSAGE-----")
        {
            let document = read_cleartext(&source).map_err(|error| match error {
                CleartextError::Armor(error) => MailError::from(error),
                CleartextError::Message(error) => error.into(),
            })?;
            let (layer, content) = Layer::of_document(document);
            self.layers.push((sheet, layer));
            return Ok(self.end(content, Form::Text { charset: None }));
        }
        let name = match kind::block(&source) {
            Some(Kind::Message) => return self.message(source, sheet, Sealed::File(None)),
            Some(Kind::PublicKey | Kind::PrivateKey) => "keys.asc",
            Some(Kind::Signature) => "signature.asc",
            None if holds_message(&source) => {
                return self.message(source, sheet, Sealed::File(None));
            }
            None => return Err(MailError::NotAMail),
        };
        let name = name.to_owned();
        Ok(self.end(source, Form::File { name }))
    }

    /// A message: locked, or gone on with where it is not encrypted.
    fn message(self, data: Vec<u8>, sheet: Sheet, how: Sealed) -> Result<Opening, MailError> {
        match parse_with(packets(data)?, Capacity::BROWSER)? {
            Parsed::Encrypted(encrypted) => Ok(Opening::Locked(Locked {
                encrypted: Box::new(encrypted),
                how,
                shell: self,
                sheet,
            })),
            Parsed::Plain(document) => self.unsealed(document, sheet, how),
        }
    }

    /// Goes on with the content of a message.
    fn unsealed(
        mut self,
        document: Document,
        sheet: Sheet,
        how: Sealed,
    ) -> Result<Opening, MailError> {
        let called = document.name().map(str::to_owned);
        let (layer, content) = Layer::of_document(document);
        self.layers.push((sheet, layer));
        let form = match how {
            Sealed::Mime { .. } => return self.peel(content),
            _ if is_entity(&content) => return self.peel(content),
            Sealed::Text { charset } => Form::Text { charset },
            Sealed::File(name) => {
                let name = name.and_then(|name| content_name(&name)).or_else(|| {
                    let told = || self.name.take().or(called);
                    (!is_text(&content)).then(|| told().unwrap_or_else(|| "file.bin".to_owned()))
                });
                match name {
                    Some(name) => Form::File { name },
                    None => Form::Text { charset: None },
                }
            }
        };
        Ok(self.end(content, form))
    }
}

/// The type of what came without any.
const FILE: &str = "application/octet-stream";

/// Leaves nothing but this, in the memory that it is in.
fn cut(content: &mut Vec<u8>, place: Range<usize>) {
    content.truncate(place.end);
    content.drain(..place.start.min(content.len()));
}

/// Whether what was protected begins as a part of a mail does (RFC 2045, 3): with a blank line, or with a field that tells of
/// its content. What is beyond a limit is left to who reads it.
fn is_part(content: &[u8]) -> bool {
    const FIELDS: [&str; 4] = [
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "mime-version",
    ];
    Fields::cut(content).map_or(true, |cut| {
        let blank = content.starts_with(b"\n") || content.starts_with(b"\r\n");
        blank || FIELDS.iter().any(|name| cut.fields.has(name))
    })
}

/// A text that is a whole entity begins with fields, among them its type, and a blank line after them.
fn is_entity(content: &[u8]) -> bool {
    Fields::cut(content).is_ok_and(|cut| {
        let head = content.get(..cut.head).unwrap_or_default();
        let blank = head.ends_with(b"\n\n") || head.ends_with(b"\n\r\n");
        !cut.broken && blank && cut.fields.has("content-type")
    })
}

/// `report.pdf.pgp` holds `report.pdf`; what is called `encrypted.asc` tells nothing of what it holds.
fn content_name(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    let added = ["asc", "pgp", "gpg"]
        .iter()
        .any(|own| extension.eq_ignore_ascii_case(own));
    (added && stem.contains('.')).then(|| stem.to_owned())
}

/// Some servers put blank lines in front of a mail.
fn without_leading_blanks(mut source: Vec<u8>) -> Vec<u8> {
    let blanks = source
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count();
    if blanks > 0 {
        source.drain(..blanks);
    }
    source
}
