//! What is shown.

use serde::Serialize;
#[cfg(feature = "typescript")]
use tsify::Tsify;

use super::summary;
use crate::message::{Document, OpenedBy, text};
use crate::wire::engine::{Note, SignatureVerdict, Verdict};
use crate::wire::packet::PacketLevel;

/// A text and the verdict on it, from one parse. The text is exactly the bytes that the verdict speaks of.
///
/// Only [`judge`](super::judge) makes one, out of a [`Document`] that was read to its end; nobody else can, neither
/// from parts
///
/// ```compile_fail,E0451
/// fn forge(verdict: waxseal_core::wire::engine::Verdict) -> waxseal_core::verdict::ReadMessage {
///     waxseal_core::verdict::ReadMessage { text: "believe me".into(), bytes: vec![], verdict, packets: vec![] }
/// }
/// ```
///
/// nor by changing one
///
/// ```compile_fail,E0616
/// fn change(message: &mut waxseal_core::verdict::ReadMessage) {
///     message.text.push_str(" and more");
/// }
/// ```
///
/// nor out of a message from elsewhere
///
/// ```compile_fail,E0277
/// fn parse(json: &str) -> waxseal_core::verdict::ReadMessage {
///     serde_json::from_str(json).unwrap()
/// }
/// ```
///
/// and a document cannot be made either.
///
/// ```compile_fail,E0451
/// fn forge(bytes: Vec<u8>) -> waxseal_core::message::Document {
///     waxseal_core::message::Document {
///         bytes,
///         name: None,
///         respaced: None,
///         signatures: vec![],
///         more_signatures: false,
///         encryption: None,
///         packets: vec![],
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct ReadMessage {
    /// Decoded as UTF-8 (or Latin-1 where it is not UTF-8), line ends as LF.
    text: String,
    /// What `text` was decoded from.
    #[serde(skip)]
    bytes: Vec<u8>,
    /// The verdict.
    verdict: Verdict,
    /// What the message was made of.
    packets: Vec<PacketLevel>,
}

impl ReadMessage {
    /// `respaced` are the verdicts on the text with its spaces put right, when these are the better ones. `over`: there was no
    /// time for more.
    pub(super) fn new(
        mut document: Document,
        signatures: Vec<SignatureVerdict>,
        respaced: Option<Vec<SignatureVerdict>>,
        over: bool,
    ) -> Self {
        let encrypted = document.protection();
        let weak_key = matches!(document.opened_by(), Some(OpenedBy::Key(opener)) if opener.weak);
        let more = document.more_signatures() || over;
        let packets = document.packets();
        let (bytes, signatures) = match respaced {
            Some(better) => (document.into_respaced(), better),
            None => (document.into_bytes(), signatures),
        };
        let shown = text::show(&bytes);
        let mut notes = shown.notes;
        if encrypted.is_some_and(|p| p.old_cipher) {
            notes.push(Note::OldCipher);
        }
        if weak_key {
            notes.push(Note::WeakKey);
        }
        if more {
            notes.push(Note::TooManySignatures);
        }
        let (summary, confirmation) = summary::of(&signatures, more);
        Self {
            text: shown.text,
            bytes,
            verdict: Verdict {
                encrypted: encrypted.is_some(),
                summary,
                confirmation,
                signatures,
                notes,
            },
            packets,
        }
    }

    /// The text, decoded as UTF-8 (or Latin-1 where it is not UTF-8), line ends as LF.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The very bytes that were verified.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What the message was made of: to be shown. The verdict does not stand on it.
    pub fn packets(&self) -> &[PacketLevel] {
        &self.packets
    }

    /// What is to be said of them.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }
}
