//! What was made, until it is handed out.

use crate::armor::{self, Checksum, Kind};
use crate::engine::writer::Sealed;
use crate::wire::compose::MailOutput;

/// Octets that are handed out together.
const PIECE: usize = 64 << 10;

/// One thing that was made.
pub struct Output {
    name: String,
    media_type: &'static str,
    made: Made,
}

enum Made {
    /// Packets, of which armor is made.
    Message {
        data: Vec<u8>,
        checksum: Checksum,
    },
    Text(String),
}

impl Output {
    pub(super) fn message(sealed: Sealed) -> Self {
        Self {
            name: "encrypted.asc".to_owned(),
            media_type: "application/octet-stream",
            made: Made::Message {
                checksum: sealed.checksum(),
                data: sealed.data,
            },
        }
    }

    pub(super) fn signed(text: String) -> Self {
        Self {
            name: "signed.asc".to_owned(),
            media_type: "text/plain",
            made: Made::Text(text),
        }
    }

    pub(super) fn signature(name: String, armored: String) -> Self {
        Self {
            name,
            media_type: "application/pgp-signature",
            made: Made::Text(armored),
        }
    }

    pub(super) fn described(&self) -> MailOutput {
        MailOutput {
            name: self.name.clone(),
            media_type: self.media_type.to_owned(),
            size: u32::try_from(self.size()).unwrap_or(u32::MAX),
        }
    }

    /// How many octets it has.
    pub fn size(&self) -> usize {
        match &self.made {
            Made::Message { data, checksum } => armor::size(Kind::Message, data.len(), *checksum),
            Made::Text(text) => text.len(),
        }
    }

    /// The octets, piece by piece.
    pub fn each(&self, mut put: impl FnMut(&[u8])) {
        match &self.made {
            Made::Message { data, checksum } => {
                armor::pieces(
                    Kind::Message,
                    data,
                    *checksum,
                    |piece| put(piece.as_bytes()),
                );
            }
            Made::Text(text) => text.as_bytes().chunks(PIECE).for_each(put),
        }
    }
}
