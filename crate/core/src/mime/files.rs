//! What can be saved or opened by itself.

use std::borrow::Cow;
use std::ops::Range;

use super::charset::{self, Charsets};
use super::fields::Fields;
use super::limits::MAX_CONTENT_ID;
use super::part::Part;
use super::transfer::Encoding;
use super::{kind, name, words};
use crate::message::detached::signed_file;
use crate::wire::mail::{FileKind, MailFile};

/// The files of a mail: what is told of them, and their octets in the payload, decoded when they are asked for.
pub struct Files {
    content: Vec<u8>,
    places: Vec<Place>,
}

/// Where a file is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    range: Range<usize>,
    encoding: Encoding,
    /// It is protected by its structure, and its header is in it.
    whole: bool,
    /// Octets of the header in front of an encrypted file or of a block, which says how it is to be opened; none for all others.
    head: usize,
}

impl Files {
    pub(super) fn new(content: Vec<u8>, list: List) -> (Self, Vec<MailFile>) {
        let (places, files) = (list.places, list.files);
        let files = signed(files, &places);
        (Self { content, places }, files)
    }

    /// What all of it was cut out of: the octets that are shown, with their header.
    pub fn source(&self) -> &[u8] {
        &self.content
    }

    /// The octets of a file: decoded, and for a part that is protected by its structure the whole of it with its header.
    /// `None` when there is no such file.
    pub fn octets(&self, id: u32) -> Option<Cow<'_, [u8]>> {
        let (encoding, octets) = self.place(id)?;
        Some(encoding.decode(octets).0)
    }

    /// The same in pieces: a large file is never held twice. `None` when there is no such file.
    pub fn each(&self, id: u32, take: &mut dyn FnMut(&[u8])) -> Option<()> {
        let (encoding, octets) = self.place(id)?;
        encoding.each(octets, take);
        Some(())
    }

    /// An encrypted file as it is opened by itself: as it stands in the mail, with its header. `None` for all others, which
    /// their octets open.
    pub fn part(&self, id: u32) -> Option<&[u8]> {
        let Place { range, head, .. } = self.at(id)?;
        let start = range.start.checked_sub(*head).filter(|_| *head > 0)?;
        self.content.get(start..range.end)
    }

    fn place(&self, id: u32) -> Option<(Encoding, &[u8])> {
        let place = self.at(id)?;
        Some((place.encoding, self.content.get(place.range.clone())?))
    }

    fn at(&self, id: u32) -> Option<&Place> {
        self.places.get(usize::try_from(id).ok()?)
    }
}

/// Which of the files are signatures of which others: their names tell (see [`signed_file`]). A part that is protected by its
/// structure is given with its header, which no signature beside it is on.
fn signed(mut files: Vec<MailFile>, places: &[Place]) -> Vec<MailFile> {
    let names: Vec<_> = files.iter().map(|file| file.name.clone()).collect();
    for file in &mut files {
        if file.kind == FileKind::Signature {
            let found = signed_file(&file.name, names.iter().map(String::as_str));
            let found = found.filter(|at| places.get(*at).is_some_and(|place| !place.whole));
            file.signs = found.and_then(|at| u32::try_from(at).ok());
        }
    }
    files
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Files({})", self.places.len())
    }
}

/// Files that are being listed.
#[derive(Default)]
pub(super) struct List {
    files: Vec<MailFile>,
    places: Vec<Place>,
    /// Names that are taken.
    names: name::Names,
}

impl List {
    /// Adds a part, which may be `protected` by its structure, or as a text that is one block; whether its encoding was damaged.
    /// Returns its place in the list.
    pub fn add(
        &mut self,
        part: &Part<'_>,
        protected: Option<FileKind>,
        charsets: &dyn Charsets,
    ) -> (usize, bool) {
        let (whole, damaged) = part.encoding.measure(part.octets());
        let head = part.head();
        let own = file_name(part, charsets).and_then(|name| name::safe(&name));
        let kind = match (protected, part.media_type.as_str()) {
            (Some(kind), _) => kind,
            (None, "message/rfc822" | "message/global") => FileKind::Mail,
            (None, typ) => kind::of(own.as_deref().unwrap_or_default(), typ, &head),
        };
        let by_structure = protected.is_some() && part.is_multipart();
        let (range, encoding, size) = match by_structure {
            // Without its header it is nothing.
            true => (part.entity.clone(), Encoding::Identity, part.entity.len()),
            false => (part.body.clone(), part.encoding, whole),
        };
        let header = match kind {
            FileKind::Encrypted | FileKind::Signed => range.start - part.entity.start,
            _ => 0,
        };
        let name = own.unwrap_or_else(|| default_name(part, kind, &head, charsets));
        let name = self.names.unique(of_its_kind(name, kind, part));
        self.push(
            MailFile {
                id: 0,
                name,
                media_type: part.media_type.clone(),
                size: u32::try_from(size).unwrap_or(u32::MAX),
                content_id: content_id(&part.fields),
                inline: false,
                shown_in: None,
                kind,
                signs: None,
            },
            Place {
                range,
                encoding,
                whole: by_structure,
                head: header,
            },
        );
        (self.files.len() - 1, damaged)
    }

    /// Adds the content of a file that was encrypted as a whole.
    pub fn add_content(&mut self, name: &str, content: &[u8]) {
        let name = name::safe(name).unwrap_or_else(|| "file.bin".to_owned());
        let media_type = "application/octet-stream";
        let file = MailFile {
            id: 0,
            kind: kind::of(&name, media_type, content),
            name: self.names.unique(name),
            media_type: media_type.to_owned(),
            size: u32::try_from(content.len()).unwrap_or(u32::MAX),
            content_id: None,
            inline: false,
            shown_in: None,
            signs: None,
        };
        let place = Place {
            range: 0..content.len(),
            encoding: Encoding::Identity,
            whole: false,
            head: 0,
        };
        self.push(file, place);
    }

    fn push(&mut self, mut file: MailFile, place: Place) {
        file.id = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.push(file);
        self.places.push(place);
    }

    /// The one at a place in the list.
    pub fn get_mut(&mut self, at: usize) -> Option<&mut MailFile> {
        self.files.get_mut(at)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }
}

/// The name that the mail gives.
pub(super) fn file_name(part: &Part<'_>, charsets: &dyn Charsets) -> Option<String> {
    let told = part.disposition.text("filename", charsets);
    told.or_else(|| part.content_type.text("name", charsets))
}

/// What is listed as a mail or as a whole part is saved as one: under the name of a program it would be started.
fn of_its_kind(name: String, kind: FileKind, part: &Part<'_>) -> String {
    let whole = match kind {
        FileKind::Mail => true,
        FileKind::Encrypted | FileKind::Signed => part.media_type.starts_with("multipart/"),
        _ => false,
    };
    match whole && name::extension(&name).as_deref() != Some("eml") {
        true => name + ".eml",
        false => name,
    }
}

fn default_name(part: &Part<'_>, kind: FileKind, octets: &[u8], charsets: &dyn Charsets) -> String {
    let stem = match kind {
        FileKind::Encrypted => "encrypted".to_owned(),
        FileKind::Signed => "signed".to_owned(),
        FileKind::Mail => subject(octets, charsets).unwrap_or_else(|| "mail".to_owned()),
        FileKind::Image => "image".to_owned(),
        FileKind::Keys => "keys".to_owned(),
        FileKind::Signature => "signature".to_owned(),
        _ => "file".to_owned(),
    };
    let extension = match (kind, part.media_type.as_str()) {
        (FileKind::Encrypted | FileKind::Signed, "text/plain") => ".asc",
        (_, typ) => kind::usual_extension(typ),
    };
    format!("{stem}{extension}")
}

/// The subject of a mail within the mail, as the name of a file.
fn subject(octets: &[u8], charsets: &dyn Charsets) -> Option<String> {
    let fields = Fields::cut(octets).ok()?.fields;
    let field = fields.first("subject")?;
    let subject = words::decode(&charset::field(&field), charsets);
    let short: String = subject.chars().take(60).collect();
    name::safe(&short.replace(['/', '\\'], " "))
}

/// Content-ID without its brackets (RFC 2392).
fn content_id(fields: &Fields<'_>) -> Option<String> {
    let field = fields.first("content-id")?;
    let text = std::str::from_utf8(&field).ok()?.trim();
    let id = text
        .strip_prefix('<')
        .and_then(|id| id.strip_suffix('>'))
        .unwrap_or(text);
    let good = !id.is_empty()
        && id.len() <= MAX_CONTENT_ID
        && id.bytes().all(|byte| byte.is_ascii_graphic());
    good.then(|| id.to_owned())
}
