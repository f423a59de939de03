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
    if bytes.iter().any(|&byte| is_binary(byte)) {
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
    if text.chars().any(misleads) {
        notes.push(Note::MisleadingCharacters);
    }
    Shown { text, notes }
}

/// CRLF and lone CR become LF.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Bytes that occur in no text, whatever its charset (ESC and form feed do occur).
fn is_binary(byte: u8) -> bool {
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
