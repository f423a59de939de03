//! From signed bytes to the text on the screen.

use crate::wire::engine::Note;

/// A text that can be shown, and what the user should know about it.
pub(crate) struct Shown {
    /// Line ends as LF.
    pub text: String,
    /// Remarks.
    pub notes: Vec<Note>,
}

/// Decodes as UTF-8, otherwise as Latin-1, in which every byte has a meaning: nothing is ever left out.
pub(crate) fn show(bytes: &[u8]) -> Shown {
    let mut notes = Vec::new();
    let kinds = bytes.iter().fold(0, |kinds, &byte| kinds | kind(byte));
    if kinds & BINARY != 0 {
        notes.push(Note::NotText);
    }
    let decoded = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            notes.push(Note::OtherCharset);
            bytes.iter().map(|&byte| char::from(byte)).collect()
        }
    };
    // The byte order mark says "UTF-8" and is no text.
    let text = decoded.strip_prefix('\u{feff}').unwrap_or(&decoded);
    let text = unix_lines(text);
    if kinds & (BINARY | RARE) != 0 && text.chars().any(misleads) {
        notes.push(Note::MisleadingCharacters);
    }
    Shown { text, notes }
}

/// CRLF and lone CR become LF.
fn unix_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('\r');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        out.push('\n');
        out.push_str(piece.strip_prefix('\n').unwrap_or(piece));
    }
    out
}

/// A byte of [`is_binary`].
const BINARY: u8 = 1;

/// A byte that may be part of a character of [`misleads`], and is not binary.
const RARE: u8 = 2;

/// One look at each byte of a long text tells what it needs not to be searched for.
fn kind(byte: u8) -> u8 {
    static KINDS: [u8; 256] = kinds();
    KINDS.get(usize::from(byte)).copied().unwrap_or_default()
}

#[allow(
    clippy::indexing_slicing,
    reason = "computed by the compiler, which would stop"
)]
const fn kinds() -> [u8; 256] {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'\n' | b'\r' | b'\t' => 0,
            byte if is_binary(byte) => BINARY,
            b' '..=b'~' => 0,
            _ => RARE,
        };
        byte += 1;
    }
    kinds
}

/// Bytes that occur in no text, whatever its charset (ESC and form feed do occur).
const fn is_binary(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f)
}

/// Characters that make a text look different from what it says: bidirectional controls, control characters,
/// invisible ones that no language needs (joiners are needed).
fn misleads(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' => true,
        '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => true,
        '\u{fff9}'..='\u{fffb}' => true,
        _ => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The looks at single bytes tell the same as a look at the whole.
        #[test]
        fn short_cuts_change_nothing(text in "[a\u{e4}\u{202e}\u{7f}\u{85}\r\n\t\0]{0,12}") {
            let unix = text.replace("\r\n", "\n").replace('\r', "\n");
            let shown = show(text.as_bytes());
            prop_assert_eq!(&shown.text, &unix);
            let has = |note| shown.notes.contains(&note);
            prop_assert_eq!(has(Note::NotText), text.contains('\0'));
            prop_assert_eq!(has(Note::MisleadingCharacters), unix.chars().any(misleads));
        }
    }

    #[test]
    fn charsets_and_line_ends() {
        for (bytes, text, notes) in [
            (&b"a\r\nb\rc\n"[..], "a\nb\nc\n", vec![]),
            ("gr\u{fc}\u{df}e".as_bytes(), "grüße", vec![]),
            (b"gr\xfc\xdfe", "grüße", vec![Note::OtherCharset]),
            (b"\xef\xbb\xbfhi", "hi", vec![]),
            (
                b"a\0b",
                "a\0b",
                vec![Note::NotText, Note::MisleadingCharacters],
            ),
            (
                "a\u{202e}b".as_bytes(),
                "a\u{202e}b",
                vec![Note::MisleadingCharacters],
            ),
            ("a\u{200d}b".as_bytes(), "a\u{200d}b", vec![]),
            (b"a\x0cb", "a\x0cb", vec![Note::MisleadingCharacters]),
            (b"", "", vec![]),
        ] {
            let shown = show(bytes);
            assert_eq!((shown.text.as_str(), shown.notes), (text, notes));
        }
    }
}
