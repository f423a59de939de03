//! Everything that is shown of a payload.

use super::MailError;
use super::body::Collector;
use super::charset::Charsets;
use super::envelope::{Envelope, Form};
use super::files::{Files, file_name};
use super::headers::{Copies, Told, hides_copies, told};
use super::part::{Flaws, Part};
use super::pgp::Protected;
use crate::cert::safe_text;
use crate::wire::engine::Note;
use crate::wire::mail::{Layer, MailBody, MailFile, MailPart};

/// What is shown of a mail, without what is said of it.
pub(crate) struct View {
    pub told: Told,
    pub bodies: Vec<MailBody>,
    pub files: Vec<MailFile>,
    pub octets: Files,
    pub structure: MailPart,
    pub notes: Vec<Note>,
}

/// Shows a payload. `believed` means that a signature on it is good.
///
/// # Errors
/// [`MailError::Limit`] when the header of the payload is over a limit.
pub(crate) fn view(
    envelope: Envelope,
    believed: bool,
    charsets: &dyn Charsets,
) -> Result<View, MailError> {
    let mut notes = envelope.notes();
    let (content, form) = envelope.payload();
    let (mut collector, inner, told) = match form {
        Form::Entity => {
            let (root, flaws) = Part::tree(content)?;
            let told = told(&envelope, Some(&root), believed, charsets);
            let mut collector = Collector::new(charsets, hides_copies(&envelope, &root));
            collector.root(&root);
            remark(flaws, &mut notes);
            (collector, described(&root, charsets), told)
        }
        Form::Text { charset } => {
            let mut collector = Collector::new(charsets, Copies::default());
            collector.text(content, charset.as_deref(), envelope.name());
            let told = told(&envelope, None, believed, charsets);
            (collector, plain(content, "text/plain", None), told)
        }
        Form::File { name } => {
            let mut collector = Collector::new(charsets, Copies::default());
            collector.files.add_content(name, content);
            let told = told(&envelope, None, believed, charsets);
            let part = plain(content, "application/octet-stream", Some(safe_text(name)));
            (collector, part, told)
        }
    };
    for note in std::mem::take(&mut collector.notes) {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    let structure = envelope.wrapped(inner);
    let (bodies, list) = (collector.bodies, collector.files);
    let (octets, files) = Files::new(envelope.into_content(), list);
    Ok(View {
        told,
        bodies,
        files,
        octets,
        structure,
        notes,
    })
}

/// The headers alone.
pub(crate) fn headers(envelope: &Envelope, believed: bool, charsets: &dyn Charsets) -> Told {
    let (content, form) = envelope.payload();
    let root = match form {
        Form::Entity => Part::read(content, 0..content.len(), "text/plain").ok(),
        Form::Text { .. } | Form::File { .. } => None,
    };
    told(
        envelope,
        root.as_ref().map(|(root, _)| root),
        believed,
        charsets,
    )
}

fn remark(flaws: Flaws, notes: &mut Vec<Note>) {
    for (is, note) in [
        (flaws.broken, Note::BrokenMail),
        (flaws.more, Note::TooManyParts),
    ] {
        if is && !notes.contains(&note) {
            notes.push(note);
        }
    }
}

/// A part and what is in it, for people who want to know how the mail is built.
fn described(part: &Part<'_>, charsets: &dyn Charsets) -> MailPart {
    MailPart {
        media_type: part.media_type.clone(),
        name: file_name(part, charsets).map(|name| safe_text(&name)),
        size: size(part.body.len()),
        layer: part.protected.as_ref().map(|protected| match protected {
            Protected::Encrypted { .. } => Layer::Encrypted,
            Protected::Signed { .. } => Layer::Signed,
        }),
        packets: Vec::new(),
        parts: part
            .parts
            .iter()
            .map(|part| described(part, charsets))
            .collect(),
    }
}

fn plain(content: &[u8], media_type: &str, name: Option<String>) -> MailPart {
    MailPart {
        media_type: media_type.to_owned(),
        name,
        size: size(content.len()),
        layer: None,
        packets: Vec::new(),
        parts: Vec::new(),
    }
}

fn size(octets: usize) -> u32 {
    u32::try_from(octets).unwrap_or(u32::MAX)
}
