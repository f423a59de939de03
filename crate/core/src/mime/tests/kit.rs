//! Mails for tests, and a reader that does what desk and vault do together.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pgp::composed::SignedSecretKey;

use crate::armor::{Checksum, Kind, write};
pub(crate) use crate::engine::tests::kit::Kind as Version;
use crate::engine::tests::kit::{self, decipher, good, now, public, secret, wrap};
use crate::engine::{Read, Reader};
use crate::message::packet::tag;
use crate::mime::Charsets;
use crate::wire::engine::{Note, Opened, Summary};
use crate::wire::mail::{FileKind, MailBody, MailView};
use crate::wire::{ErrorCode, Vouched};

/// The first letters of a charset that is not known here.
pub(crate) struct Koi8;

impl Charsets for Koi8 {
    fn decode(&self, label: &str, octets: &[u8]) -> Option<String> {
        let letter = |byte: &u8| match byte {
            0xf0 => 'П',
            0xd2 => 'р',
            0xc9 => 'и',
            byte if byte.is_ascii() => char::from(*byte),
            _ => '\u{fffd}',
        };
        (label == "koi8-r").then(|| octets.iter().map(letter).collect())
    }
}

pub(crate) fn ann() -> SignedSecretKey {
    secret(Version::V4, "ann")
}

pub(crate) fn bob() -> SignedSecretKey {
    secret(Version::V4, "bob")
}

pub(crate) fn eve() -> SignedSecretKey {
    secret(Version::V4, "eve")
}

/// Lines of 76 characters.
pub(crate) fn base64(octets: &[u8]) -> String {
    let text = STANDARD.encode(octets);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    lines.join("\r\n")
}

/// Everything that is not a letter or a digit is escaped.
pub(crate) fn quoted_printable(octets: &[u8]) -> String {
    let mut text = String::new();
    let mut width = 0;
    for byte in octets {
        let piece = match byte.is_ascii_alphanumeric() {
            true => char::from(*byte).to_string(),
            false => format!("={byte:02X}"),
        };
        if width + piece.len() > 75 {
            text += "=\r\n";
            width = 0;
        }
        width += piece.len();
        text += &piece;
    }
    text
}

/// A mail from ann to bob around an entity.
pub(crate) fn mail(entity: &str) -> String {
    format!(
        "From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nSubject: outside\r\n\
         Date: Sat, 28 Nov 2026 04:16:17 +0000\r\nMIME-Version: 1.0\r\n{entity}"
    )
}

/// A text as an entity.
pub(crate) fn text(text: &str) -> String {
    format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{text}")
}

/// Entities as parts.
pub(crate) fn multipart(typ: &str, parts: &[&str]) -> String {
    // Tells apart what is within each other.
    let boundary = format!(
        "=_{}",
        parts.iter().map(|part| part.len() + 1).sum::<usize>()
    );
    let mut body = format!("Content-Type: multipart/{typ}; boundary=\"{boundary}\"\r\n\r\n");
    for part in parts {
        body += &format!("--{boundary}\r\n{part}\r\n");
    }
    body + &format!("--{boundary}--\r\n")
}

/// A signature on `data` as an entity.
pub(crate) fn signature(signer: &SignedSecretKey, data: &str) -> String {
    let packets = wrap(tag::SIGNATURE, &good(signer, data.as_bytes()));
    let armored = write(Kind::Signature, &packets, Checksum::Crc24).replace('\n', "\r\n");
    format!("Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n{armored}")
}

/// `entity` with a signature beside it (RFC 3156, 5).
pub(crate) fn signed(signer: &SignedSecretKey, entity: &str) -> String {
    let parts = [entity, &signature(signer, entity)];
    let typ = "signed; micalg=pgp-sha512; protocol=\"application/pgp-signature\"";
    multipart(typ, &parts)
}

/// `entity` encrypted to bob, and signed within the encryption (RFC 3156, 4 and 6.2).
pub(crate) fn encrypted(signer: Option<&SignedSecretKey>, entity: &str) -> String {
    let armored = armored(signer, entity);
    let parts = [
        "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
        &format!("Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\n{armored}"),
    ];
    multipart("encrypted; protocol=\"application/pgp-encrypted\"", &parts)
}

/// A message to bob.
pub(crate) fn armored(signer: Option<&SignedSecretKey>, text: &str) -> String {
    kit::write(text, &[&bob()], signer).0.replace('\n', "\r\n")
}

/// What became of a mail.
pub(crate) struct Seen {
    pub(crate) view: MailView,
    pub(crate) reader: Reader,
}

impl Seen {
    /// All bodies, one after the other.
    pub(crate) fn text(&self) -> String {
        let bodies = self.view.bodies.iter().map(|body| match body {
            MailBody::Text { text } => text.clone(),
            MailBody::Html { html, plain } => match plain {
                Some(plain) => format!("{html}[{plain}]"),
                None => html.clone(),
            },
        });
        bodies.collect::<Vec<_>>().join("|")
    }

    pub(crate) fn kinds(&self) -> Vec<(FileKind, &str)> {
        let files = self.view.files.iter();
        files.map(|file| (file.kind, file.name.as_str())).collect()
    }

    /// A file as it is opened by itself.
    pub(crate) fn opened(&self, id: u32) -> Vec<u8> {
        match self.reader.part(id) {
            Some(part) => part.to_vec(),
            None => self.reader.file(id).unwrap().into_owned(),
        }
    }

    pub(crate) fn summary(&self) -> Summary {
        self.view.verdict.summary
    }

    pub(crate) fn notes(&self) -> &[Note] {
        &self.view.verdict.notes
    }

    #[track_caller]
    pub(crate) fn expect(&self, encrypted: bool, summary: Summary, notes: &[Note], text: &str) {
        let verdict = &self.view.verdict;
        let told = (verdict.encrypted, verdict.summary, verdict.notes.as_slice());
        assert_eq!(told, (encrypted, summary, notes), "{:?}", self.view);
        assert_eq!(self.text().replace('\r', ""), text);
    }
}

/// Reads a mail as bob, who knows the keys of `known`; the site shows ann's address.
pub(crate) fn read(source: &str, known: &[&SignedSecretKey]) -> Seen {
    read_from(source.as_bytes(), known, Some("Ann <ann@example.org>"))
        .unwrap_or_else(|error| panic!("{error:?}: {source}"))
}

/// The same, whoever sent it as the site says.
pub(crate) fn read_from(
    source: &[u8],
    known: &[&SignedSecretKey],
    site: Option<&str>,
) -> Result<Seen, ErrorCode> {
    read_all(source, known, &[], site, &Koi8)
}

/// The same with other help for charsets.
pub(crate) fn read_with(
    source: &[u8],
    known: &[&SignedSecretKey],
    site: Option<&str>,
    charsets: &dyn Charsets,
) -> Result<Seen, ErrorCode> {
    read_all(source, known, &[], site, charsets)
}

/// The same with what bob says of these keys.
pub(crate) fn read_vouched(
    source: &[u8],
    known: &[&SignedSecretKey],
    vouched: &[Vouched],
    site: Option<&str>,
) -> Result<Seen, ErrorCode> {
    read_all(source, known, vouched, site, &Koi8)
}

fn read_all(
    source: &[u8],
    known: &[&SignedSecretKey],
    vouched: &[Vouched],
    site: Option<&str>,
    charsets: &dyn Charsets,
) -> Result<Seen, ErrorCode> {
    let opened = Reader::open_mail(source.to_vec());
    read_opened(opened, known, vouched, site, charsets)
}

/// Reads a file of this name as bob.
pub(crate) fn read_named(source: &[u8], name: &str) -> Seen {
    let opened = Reader::open_named(source.to_vec(), Some(name.to_owned()));
    read_opened(opened, &[&ann()], &[], None, &Koi8).unwrap()
}

fn read_opened(
    (mut reader, mut opened): (Reader, Opened),
    known: &[&SignedSecretKey],
    vouched: &[Vouched],
    site: Option<&str>,
    charsets: &dyn Charsets,
) -> Result<Seen, ErrorCode> {
    if let Opened::Encrypted { pkesks, .. } = &opened {
        let bob = bob();
        let (algorithm, key) = decipher(&bob, pkesks);
        opened = reader.decrypt(algorithm, &key, kit::opener(&bob));
    }
    match opened {
        Opened::Readable { .. } => {}
        Opened::Failed { error, .. } => return Err(error),
        Opened::Encrypted { .. } => panic!("one encryption is taken off"),
    }
    let known: Vec<_> = known.iter().map(|key| public(key)).collect();
    let view = match reader.read(&known, vouched, site, now(), charsets) {
        Ok(Read::Mail(mail)) => mail.view().clone(),
        Ok(Read::Message(_)) => panic!("no mail"),
        Err((error, _)) => return Err(error),
    };
    Ok(Seen { view, reader })
}
