//! What was made, until it is handed out.

use crate::armor::Part;
use crate::engine::writer::{Sealed, armored_part, armored_size};
use crate::message::content::Pieces;
use crate::wire::compose::MailOutput;

/// Octets of a text that are handed out together, but for some that belong to its last character.
const PART: usize = 64 << 10;

/// One thing that was made.
pub struct Output {
    name: String,
    media_type: &'static str,
    made: Made,
}

enum Made {
    /// Packets, of which armor is made. The session key is not kept with them.
    Message {
        data: Pieces,
        aead: bool,
    },
    Text(String),
}

impl Output {
    pub(super) fn message(sealed: Sealed) -> Self {
        Self {
            name: "encrypted.asc".to_owned(),
            media_type: "application/octet-stream",
            made: Made::Message {
                data: sealed.data,
                aead: sealed.aead,
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
            Made::Message { data, aead } => armored_size(data, *aead),
            Made::Text(text) => text.len(),
        }
    }

    /// A part of it, of less than 128 KiB. They are counted from 0; `None` after the last.
    pub fn part(&self, number: usize) -> Option<Part<'_>> {
        match &self.made {
            Made::Message { data, aead } => armored_part(data, *aead, number),
            Made::Text(text) => part_of(text, number).map(|part| Part::Text(part.into())),
        }
    }
}

/// The part of a text with this number; a character is never cut.
fn part_of(text: &str, number: usize) -> Option<&str> {
    let start = number.checked_mul(PART).filter(|&at| at < text.len())?;
    let part = text.get(text.ceil_char_boundary(start)..text.ceil_char_boundary(start + PART))?;
    (!part.is_empty()).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_text_are_all_of_it_and_cut_no_character() {
        for before in [PART - 3, PART - 2, PART - 1, PART, 2 * PART - 1] {
            for after in [0, 1, PART] {
                let text = format!("{}€{}", "a".repeat(before), "b".repeat(after));
                let parts: Vec<&str> = (0..).map_while(|at| part_of(&text, at)).collect();
                assert!(parts.concat() == text, "{before} {after}");
                assert!(
                    parts
                        .iter()
                        .all(|part| !part.is_empty() && part.len() < 2 * PART)
                );
                // Who asks for one after the last gets none.
                assert_eq!(part_of(&text, parts.len()), None);
                assert_eq!(part_of(&text, usize::MAX), None);
            }
        }
    }
}
