//! From signed bytes to the text on the screen.

use crate::cert::misleads;
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
    match std::str::from_utf8(bytes) {
        Ok(text) => show_text(text),
        Err(_) => described(latin_1(bytes), bytes, Some(Note::OtherCharset)),
    }
}

/// The same for a text whose charset was known.
pub(crate) fn show_text(decoded: &str) -> Shown {
    // The byte order mark says "UTF-8" and is no text.
    let text = unix_lines(decoded.strip_prefix('\u{feff}').unwrap_or(decoded));
    described(text, decoded.as_bytes(), None)
}

/// `text` with its remarks; `bytes` is what it was made of, and `charset` the remark on that.
fn described(text: String, bytes: &[u8], charset: Option<Note>) -> Shown {
    let mut notes = Vec::new();
    let kinds = bytes.iter().fold(0, |kinds, &byte| kinds | kind(byte));
    if kinds & BINARY != 0 {
        notes.push(Note::NotText);
    }
    notes.extend(charset);
    if kinds & (BINARY | RARE) != 0 && misleads(&text) {
        notes.push(Note::MisleadingCharacters);
    }
    Shown { text, notes }
}

/// Whether these bytes can be a text, whatever its charset.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    !bytes.iter().any(|&byte| is_binary(byte))
}

/// CRLF line ends, as text in a literal packet has them (RFC 9580, 5.9).
pub(crate) fn network_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    let mut rest = text;
    while let Some(end) = memchr::memchr(b'\n', rest.as_bytes())
        && let (line, Some(after)) = (rest.get(..end).unwrap_or_default(), rest.get(end + 1..))
    {
        push_line(&mut out, line.strip_suffix('\r').unwrap_or(line));
        out.push_str("\r\n");
        rest = after;
    }
    push_line(&mut out, rest);
    out
}

/// A line, or several if there are CRs in it.
fn push_line(out: &mut String, line: &str) {
    match memchr::memchr(b'\r', line.as_bytes()).is_some() {
        true => out.push_str(&line.replace('\r', "\r\n")),
        false => out.push_str(line),
    }
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

/// The same of a text in Latin-1, in one go: a long one is not held twice.
fn latin_1(bytes: &[u8]) -> String {
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let mut out = String::with_capacity(bytes.len() + high);
    let mut after_cr = false;
    for &byte in bytes {
        match byte {
            b'\r' => out.push('\n'),
            b'\n' if after_cr => {}
            byte => out.push(char::from(byte)),
        }
        after_cr = byte == b'\r';
    }
    out
}

/// A byte of [`is_binary`].
const BINARY: u8 = 1;

/// A byte that may be part of what [`misleads`], and is not binary.
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_line_end_becomes_crlf(text in "[a\u{e4}\r\n]{0,12}") {
            let unix = text.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(network_lines(&text), unix.replace('\n', "\r\n"));
        }

        /// The looks at single bytes tell the same as a look at the whole.
        #[test]
        fn short_cuts_change_nothing(text in "[a\u{e4}\u{202e}\u{7f}\u{85}\r\n\t\0]{0,12}") {
            let unix = text.replace("\r\n", "\n").replace('\r', "\n");
            let shown = show(text.as_bytes());
            prop_assert_eq!(&shown.text, &unix);
            let has = |note| shown.notes.contains(&note);
            prop_assert_eq!(has(Note::NotText), text.contains('\0'));
            prop_assert_eq!(has(Note::MisleadingCharacters), misleads(&unix));
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
            ("می\u{200c}خ".as_bytes(), "می\u{200c}خ", vec![]),
            (
                "a\u{200d}b".as_bytes(),
                "a\u{200d}b",
                vec![Note::MisleadingCharacters],
            ),
            (b"a\x0cb", "a\x0cb", vec![Note::MisleadingCharacters]),
            (
                b"\xe9\r\n\r\xe9\n",
                "\u{e9}\n\n\u{e9}\n",
                vec![Note::OtherCharset],
            ),
            (b"", "", vec![]),
        ] {
            let shown = show(bytes);
            assert_eq!((shown.text.as_str(), shown.notes), (text, notes));
        }
    }
}
