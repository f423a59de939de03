//! Texts as parts (RFC 2045, 6).

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::message::text::network_lines;

/// Octets of a line without its end (RFC 5322, 2.1.1).
const MAX_LINE: usize = 998;

/// Characters of an encoded line without its end (RFC 2045, 6.7 and 6.8).
const ENCODED_LINE: usize = 76;

/// Plain text with CRLF; in front of it the subject that the outside hides (RFC 9788).
pub(super) fn plain(text: &str, subject: Option<&str>) -> String {
    let text = network_lines(text);
    match subject {
        Some(subject) => format!("Subject: {subject}\r\n\r\n{text}"),
        None => text,
    }
}

/// The same for HTML, which is a whole document afterwards.
pub(super) fn document(html: &str, subject: Option<&str>) -> String {
    let copy = subject.map(|subject| {
        let escaped = subject
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        format!(
            "<div class=\"header-protection-legacy-display\"><pre>Subject: {escaped}</pre></div>\r\n"
        )
    });
    let mut out =
        String::from("<!DOCTYPE html>\r\n<html><head><meta charset=\"utf-8\"></head><body>\r\n");
    out.push_str(&copy.unwrap_or_default());
    out.push_str(&network_lines(html));
    out.push_str("\r\n</body></html>\r\n");
    out
}

/// How a text stands in its part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    SevenBit,
    QuotedPrintable,
    Base64,
}

impl Encoding {
    /// As it is where every program takes that; else what is shorter.
    pub fn of(text: &str) -> Self {
        // What a boundary has in it (see the folder).
        let plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n');
        let short = |line: &str| line.len() <= MAX_LINE + "\r".len();
        if text.bytes().all(plain) && !text.contains("=_") && text.split('\n').all(short) {
            return Self::SevenBit;
        }
        let others = text.bytes().filter(|&byte| !plain(byte) || byte == b'=');
        // Two octets more for each, one more for three.
        match others.count() > text.len() / 6 {
            true => Self::Base64,
            false => Self::QuotedPrintable,
        }
    }

    /// As it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
        }
    }

    /// Appends the text in this encoding.
    pub fn write(self, text: &str, out: &mut String) {
        match self {
            Self::SevenBit => out.push_str(text),
            Self::QuotedPrintable => quoted_printable(text, out),
            Self::Base64 => {
                let encoded = STANDARD.encode(text);
                let mut rest = encoded.as_str();
                while !rest.is_empty() {
                    let (line, more) = rest.split_at_checked(ENCODED_LINE).unwrap_or((rest, ""));
                    out.push_str(line);
                    out.push_str("\r\n");
                    rest = more;
                }
            }
        }
    }
}

/// RFC 2045, 6.7; `text` has CRLF line ends.
fn quoted_printable(text: &str, out: &mut String) {
    let mut lines = text.split("\r\n");
    let mut next = lines.next();
    while let Some(line) = next {
        let mut length = 0;
        let mut octets = line.bytes().peekable();
        while let Some(octet) = octets.next() {
            let literal = match octet {
                b'=' => false,
                b'!'..=b'~' => true,
                // At the end of a line some hosts drop them.
                b' ' | b'\t' => octets.peek().is_some(),
                _ => false,
            };
            let size = if literal { 1 } else { "=00".len() };
            // One character is left for the sign that the line goes on.
            if length + size > ENCODED_LINE - 1 {
                out.push_str("=\r\n");
                length = 0;
            }
            length += size;
            match literal {
                true => out.push(char::from(octet)),
                false => {
                    let digit = |nibble: u8| {
                        let digit = char::from_digit(nibble.into(), 16).unwrap_or('0');
                        digit.to_ascii_uppercase()
                    };
                    out.extend(['=', digit(octet >> 4), digit(octet & 15)]);
                }
            }
        }
        next = lines.next();
        if next.is_some() {
            out.push_str("\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::transfer;
    use proptest::prelude::*;

    fn written(text: &str) -> (Encoding, String) {
        let mut out = String::new();
        let encoding = Encoding::of(text);
        encoding.write(text, &mut out);
        (encoding, out)
    }

    #[test]
    fn each_text_has_its_encoding() {
        use Encoding::*;
        for (text, encoding) in [
            ("Hello\r\n", SevenBit),
            ("", SevenBit),
            ("--=_0123\r\n", QuotedPrintable),
            ("a\u{1}bcdefghijklmnopqrstuvwxyz", QuotedPrintable),
            ("Viele Grüße aus Köln und anderswo", QuotedPrintable),
            ("Привет, как дела?", Base64),
            ("=====", SevenBit),
        ] {
            assert_eq!(Encoding::of(text), encoding, "{text:?}");
        }
        let long = "x".repeat(MAX_LINE);
        assert_eq!(Encoding::of(&format!("{long}\r\n")), SevenBit);
        assert_eq!(Encoding::of(&format!("{long}x\r\n")), QuotedPrintable);
    }

    proptest! {
        /// Whatever it is: 7-bit lines that are not too long, no sign of a boundary, and the same text again.
        #[test]
        fn texts_are_exact(text in "([a-z=_ \t.\u{e4}\u{444}\u{1f600}\u{0}-]{0,90}\n){0,4}[ =_\u{e4}]{0,3}") {
            let text = network_lines(&text);
            let (encoding, out) = written(&text);
            prop_assert!(out.is_ascii() && !out.contains("=_"));
            prop_assert!(out.split("\r\n").all(|line| line.len() <= MAX_LINE && !line.contains(['\r', '\n'])));
            let encoded = encoding != Encoding::SevenBit;
            prop_assert!(!encoded || out.split("\r\n").all(|line| line.len() <= ENCODED_LINE));
            let read = transfer::Encoding::of(Some(encoding.name().as_bytes()));
            let (octets, damaged) = read.decode(out.as_bytes());
            prop_assert!(!damaged);
            prop_assert_eq!(String::from_utf8(octets.into_owned()).unwrap(), text);
        }
    }
}
