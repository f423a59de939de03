//! What is read and what is listed, part by part.

use std::ops::Range;

use super::charset::{self, Charsets, Decoded};
use super::files::{List, file_name};
use super::headers::Copies;
use super::limits::{MAX_CONTENT_ID, MAX_HEADER, MAX_SHOWN_TEXT};
use super::part::Part;
use super::pgp::{Protected, block_of, has_block};
use super::{flowed, legacy, markup, transfer};
use crate::message::text::show_text;
use crate::wire::engine::Note;
use crate::wire::mail::{FileKind, MailBody};

/// Bodies and files on their way. The depth of the tree is limited, and so is the recursion over it.
pub(super) struct Collector<'a> {
    pub bodies: Vec<MailBody>,
    pub files: List,
    pub notes: Vec<Note>,
    charsets: &'a dyn Charsets,
    /// Octets of text that may still be shown.
    left: usize,
    copies: Copies,
    /// Parts that are shown elsewhere, or are copies of headers.
    skipped: Vec<Range<usize>>,
}

impl<'a> Collector<'a> {
    pub fn new(charsets: &'a dyn Charsets, copies: Copies) -> Self {
        Self {
            bodies: Vec::new(),
            files: List::default(),
            notes: Vec::new(),
            charsets,
            left: MAX_SHOWN_TEXT,
            copies,
            skipped: Vec::new(),
        }
    }

    /// Collects everything below the root.
    pub fn root(&mut self, root: &Part<'_>) {
        if self.copies.first
            && let Some(first) = root.parts.first()
            && first.content_type.is("protected-headers", "v1")
            && matches!(
                first.media_type.as_str(),
                "text/plain" | "text/rfc822-headers"
            )
            // No header is longer.
            && first.octets().len() <= MAX_HEADER
            && legacy::are_fields(&self.decoded(first).0.text.replace('\r', ""))
        {
            self.skipped.push(first.entity.clone());
        }
        match is_uncut(root) {
            // Nothing that could be cut: better its source than nothing.
            true => self.body(root, |text| MailBody::Text { text }),
            false => self.part(root, true),
        }
    }

    /// The content of a message that is a text by itself. No signature covers the label: who passes the mail on may write any.
    /// So what can be UTF-8, as it should be (RFC 9580, 7), is read as that; and where the label decides, that is remarked.
    /// What came as a file is one as well, under its `name`.
    pub fn text(&mut self, octets: &[u8], label: Option<&str>, name: Option<&str>) {
        let long = octets.len() > self.left;
        if long || name.is_some() {
            self.files
                .add_content(name.unwrap_or("message.txt"), octets);
        }
        if long {
            return self.note(true, Note::TooManyParts);
        }
        let label = label.filter(|_| octets.is_ascii() || std::str::from_utf8(octets).is_err());
        let decoded = charset::decode(label, octets, self.charsets);
        let labelled = label.is_some() && decoded.text.as_bytes() != octets;
        self.note(labelled || !decoded.sure, Note::OtherCharset);
        let text = self.shown(&decoded.text);
        self.bodies.push(MailBody::Text { text });
    }

    fn part(&mut self, part: &Part<'_>, alone: bool) {
        if self.skipped.contains(&part.entity) {
            return;
        }
        match part.protected {
            Some(Protected::Encrypted { .. }) => return self.file(part, Some(FileKind::Encrypted)),
            Some(Protected::Signed { .. }) => return self.file(part, Some(FileKind::Signed)),
            None => {}
        }
        match part.media_type.as_str() {
            _ if is_uncut(part) => self.file(part, None),
            "multipart/alternative" => self.alternative(part),
            "multipart/related" => self.related(part),
            _ if part.is_multipart() => part.parts.iter().for_each(|part| self.part(part, false)),
            "text/plain" if self.is_body(part, alone) => self.plain(part),
            "text/html" if self.is_body(part, alone) => self.html(part),
            _ => self.file(part, None),
        }
    }

    /// A text that has a name is a file, unless it is all there is.
    fn is_body(&self, part: &Part<'_>, alone: bool) -> bool {
        is_text(part) && (alone || file_name(part, self.charsets).is_none())
    }

    /// What is one block and nothing else is a file that can be opened: drawn as text it would be of no use to anybody.
    fn plain(&mut self, part: &Part<'_>) {
        match block_of(part) {
            Some(kind) => self.file(part, Some(kind)),
            None => self.body(part, |text| MailBody::Text { text }),
        }
    }

    fn html(&mut self, part: &Part<'_>) {
        self.body(part, |html| MailBody::Html { html, plain: None });
    }

    /// A text, or a file where it does not fit any more.
    fn body(&mut self, part: &Part<'_>, body: impl FnOnce(String) -> MailBody) {
        match self.text_of(part) {
            Some(text) => self.bodies.push(body(text)),
            None => {
                self.note(true, Note::TooManyParts);
                self.file(part, None);
            }
        }
    }

    /// HTML with the plain text beside it, where there are both (RFC 2046, 5.1.4: the last one that can be shown). All other
    /// forms are files: nothing of a mail is out of reach.
    fn alternative(&mut self, part: &Part<'_>) {
        let html = part
            .parts
            .iter()
            .rposition(|part| has_text(part, "text/html", self));
        let plain = part.parts.iter().enumerate().rev();
        let plain = plain
            .filter(|(at, _)| Some(*at) != html)
            .find_map(|(at, part)| Some((at, first_text(part, "text/plain", self)?)));
        let shown = html.or(plain.as_ref().map(|(at, _)| *at));
        let before = self.bodies.len();
        // It belongs to the HTML, if there is any.
        let beside = plain.filter(|_| html.is_some()).map(|(_, text)| text);
        let beside = beside.filter(|text| block_of(text).is_none());
        let beside = beside.and_then(|part| Some((part, self.text_of(part)?)));
        for (at, other) in part.parts.iter().enumerate() {
            match &beside {
                Some((text, _)) if text.entity == other.entity => {}
                _ if Some(at) == shown => self.part(other, false),
                _ if shown.is_none() => self.part(other, false),
                _ => self.aside(other, beside.as_ref().map(|(text, _)| &text.entity)),
            }
        }
        if let Some((part, text)) = beside {
            let mut new = self.bodies.iter_mut().skip(before);
            let html = new.find_map(|body| match body {
                MailBody::Html { plain, .. } => Some(plain),
                MailBody::Text { .. } => None,
            });
            match html {
                Some(plain @ None) => *plain = Some(text),
                // It has one beside it already, from further in.
                Some(_) => self.file(part, None),
                None => self.bodies.push(MailBody::Text { text }),
            }
        }
    }

    /// A form of an alternative that is not shown: its texts are files too, except for the one that is shown elsewhere.
    fn aside(&mut self, part: &Part<'_>, shown: Option<&Range<usize>>) {
        if shown == Some(&part.entity) {
            return;
        }
        match part.parts.is_empty() || part.protected.is_some() {
            true if is_text(part) => self.file(part, block_of(part)),
            true => self.part(part, false),
            false => part.parts.iter().for_each(|part| self.aside(part, shown)),
        }
    }

    /// RFC 2387: the root is shown, the others are what it refers to.
    fn related(&mut self, part: &Part<'_>) {
        let start = part.content_type.word("start").unwrap_or_default();
        let is_start = |part: &Part<'_>| {
            let id = part.fields.first("content-id");
            !start.is_empty() && id.is_some_and(|id| *id == *start.as_bytes())
        };
        let root = part.parts.iter().position(is_start).unwrap_or_default();
        let (bodies, notes) = (self.bodies.len(), self.files.len());
        for (at, other) in part.parts.iter().enumerate() {
            match at == root {
                true => self.part(other, false),
                // What is pulled in by a document is never a document of its own.
                false if other.parts.is_empty() && is_text(other) => self.file(other, None),
                false => self.part(other, false),
            }
        }
        let documents: Vec<(usize, Vec<String>)> = self
            .bodies
            .iter()
            .enumerate()
            .skip(bodies)
            .filter_map(|(at, body)| match body {
                MailBody::Html { html, .. } => Some((at, references(html))),
                MailBody::Text { .. } => None,
            })
            .collect();
        for at in notes..self.files.len() {
            let Some(file) = self.files.get_mut(at) else {
                continue;
            };
            let plain = !matches!(
                file.kind,
                FileKind::Encrypted | FileKind::Signed | FileKind::Mail
            );
            let id = file.content_id.as_ref().filter(|_| plain);
            let refers = |(_, all): &&(usize, Vec<String>)| {
                id.is_some_and(|id| all.binary_search(id).is_ok())
            };
            let place = documents.iter().find(refers).map(|(at, _)| *at);
            file.inline = place.is_some();
            // What is further in has said it already.
            let place = place.and_then(|at| u32::try_from(at).ok());
            file.shown_in = file.shown_in.or(place);
        }
    }

    fn file(&mut self, part: &Part<'_>, protected: Option<FileKind>) {
        let (at, damaged) = self.files.add(part, protected, self.charsets);
        self.note(damaged, Note::BrokenMail);
        let kind = self.files.get_mut(at).map(|file| file.kind);
        self.note(kind == Some(FileKind::Encrypted), Note::PartEncrypted);
        self.note(kind == Some(FileKind::Signed), Note::PartSigned);
    }

    /// The text of a part, and whether its encoding was damaged.
    fn decoded(&self, part: &Part<'_>) -> (Decoded, bool) {
        let (octets, damaged) = part.encoding.decode(part.octets());
        let label = part.content_type.word("charset");
        let label = match (label, part.media_type.as_str()) {
            (None, "text/html") => charset::of_html(&octets),
            (label, _) => label,
        };
        let decoded = charset::decode(label.as_deref(), &octets, self.charsets);
        (decoded, damaged)
    }

    /// The text of a part; `None` when it does not fit any more.
    fn text_of(&mut self, part: &Part<'_>) -> Option<String> {
        // No encoding needs more than three octets for one, but there may be spaces.
        if part.octets().len() > self.left.saturating_mul(4) {
            return None;
        }
        let (decoded, damaged) = self.decoded(part);
        self.left = self.left.checked_sub(decoded.text.len())?;
        self.note(damaged, Note::BrokenMail);
        self.note(!decoded.sure, Note::OtherCharset);
        let copy = self.copies.marked && part.content_type.is("hp-legacy-display", "1");
        if part.media_type == "text/html" {
            self.blocks(&decoded.text);
            let html = decoded
                .text
                .strip_prefix('\u{feff}')
                .unwrap_or(&decoded.text);
            let html = match copy {
                true => legacy::without_element(html),
                false => html.to_owned(),
            };
            self.note(markup::misleads(&html), Note::MisleadingCharacters);
            return Some(html);
        }
        let mut text = self.shown(&decoded.text);
        if part.content_type.is("format", "flowed") {
            text = flowed::join(&text, part.content_type.is("delsp", "yes"));
        }
        Some(match copy {
            true => legacy::without_fields(&text).to_owned(),
            false => text,
        })
    }

    fn shown(&mut self, text: &str) -> String {
        self.blocks(text);
        let shown = show_text(text);
        for note in shown.notes {
            self.note(true, note);
        }
        shown.text
    }

    /// Blocks in a text are of others, or of other times: the verdict does not speak of them.
    fn blocks(&mut self, text: &str) {
        self.note(has_block(text, "SIGNED MESSAGE-----"), Note::PartSigned);
        self.note(has_block(text, "MESSAGE-----"), Note::PartEncrypted);
    }

    fn note(&mut self, is: bool, note: Note) {
        if is && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// A multipart type of which nothing could be cut, or that may not be: it is encoded as a whole (RFC 2045, 6.4).
fn is_uncut(part: &Part<'_>) -> bool {
    part.media_type.starts_with("multipart/") && part.parts.is_empty()
}

/// A text to read.
fn is_text(part: &Part<'_>) -> bool {
    !part.is_attachment() && matches!(part.media_type.as_str(), "text/plain" | "text/html")
}

/// The first text of this type in `part`, protected parts not looked into.
fn first_text<'p, 'a>(
    part: &'p Part<'a>,
    media_type: &str,
    within: &Collector<'_>,
) -> Option<&'p Part<'a>> {
    if part.media_type == media_type {
        return within.is_body(part, false).then_some(part);
    }
    if part.protected.is_some() {
        return None;
    }
    part.parts
        .iter()
        .find_map(|part| first_text(part, media_type, within))
}

fn has_text(part: &Part<'_>, media_type: &str, within: &Collector<'_>) -> bool {
    first_text(part, media_type, within).is_some()
}

/// Octets of a reference to an identifier of [`MAX_CONTENT_ID`]: each of them may be written as `&amp;`.
const MAX_REFERENCE: usize = "&amp;".len() * MAX_CONTENT_ID;

/// The Content-IDs that a document refers to (RFC 2392), in order; some programs write them as they are. Each octet is looked at
/// once, whatever the document holds.
fn references(html: &str) -> Vec<String> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '>' | '<' | ')' | '\\');
    let mut found = Vec::new();
    for piece in html.split(ends) {
        let lower = piece.to_ascii_lowercase();
        // Of several in one piece all but the first and the last are parts of an identifier.
        let places = [lower.find("cid:"), lower.rfind("cid:")];
        for at in places.into_iter().flatten() {
            let id = piece.get(at + "cid:".len()..).unwrap_or_default();
            if id.len() > MAX_REFERENCE {
                continue;
            }
            let decoded = transfer::percent(id.as_bytes());
            let decoded = std::str::from_utf8(&decoded).ok().filter(|one| *one != id);
            for id in [Some(id), decoded].into_iter().flatten() {
                found.push(id.replace("&amp;", "&"));
            }
        }
    }
    found.sort_unstable();
    found
}
