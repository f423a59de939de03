//! Header fields (RFC 5322, 2.2): ASCII in lines of which none is long, whatever the values are, and nothing in a value can
//! end it.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::limits::{MAX_ADDRESS, MAX_NAME};
use crate::wire::mail::MailAddress;

/// Characters of a line without its end (RFC 5322, 2.1.1: "should").
const LINE: usize = 78;

/// Octets of text in one encoded word: with what is around it less than 75 characters (RFC 2047, 2).
const WORD: usize = 42;

/// Octets of a name that stands as it is.
const QUOTED: usize = 60;

/// Characters of a piece of a parameter (RFC 2231, 3).
const PIECE: usize = 60;

/// A field whose value is folded already.
pub(super) struct Field {
    name: &'static str,
    /// With `HP-Outer` in front.
    outer: bool,
    value: String,
}

impl Field {
    /// A value that is ASCII and short.
    pub fn plain(name: &'static str, value: String) -> Self {
        Self {
            name,
            outer: false,
            value,
        }
    }

    /// Any text (RFC 5322, 2.2.1, and RFC 2047 where it has to be).
    pub fn text(name: &'static str, text: &str) -> Self {
        let text = line(text);
        Self::plain(name, folded(name, &text).unwrap_or_else(|| words(&text)))
    }

    /// A list of addresses.
    pub fn addresses(name: &'static str, all: &[MailAddress]) -> Self {
        let all: Vec<_> = all.iter().map(mailbox).collect();
        Self::plain(name, all.join(",\r\n "))
    }

    /// Somebody else's key (Autocrypt 1.1, Key Gossip).
    pub fn gossip(address: &str, key: &[u8]) -> Self {
        let mut value = format!("addr={address}; keydata=");
        let encoded = STANDARD.encode(key);
        let mut rest = encoded.as_str();
        while !rest.is_empty() {
            let (line, more) = rest.split_at_checked(LINE - 2).unwrap_or((rest, ""));
            value.push_str("\r\n ");
            value.push_str(line);
            rest = more;
        }
        Self::plain("Autocrypt-Gossip", value)
    }

    /// The same as the outside says it (RFC 9788, 2.2).
    pub fn outer(&self) -> Self {
        Self {
            name: self.name,
            outer: true,
            value: self.value.clone(),
        }
    }

    /// Appends it.
    pub fn write(&self, out: &mut String) {
        if self.outer {
            out.push_str("HP-Outer: ");
        }
        out.push_str(self.name);
        out.push_str(": ");
        // A name with a long value: the line would be too long.
        if self.outer
            && self
                .value
                .lines()
                .next()
                .is_some_and(|first| first.len() > LINE - 20)
        {
            out.push_str("\r\n ");
        }
        out.push_str(&self.value);
        out.push_str("\r\n");
    }
}

/// One line of what was meant as one.
pub(super) fn line(text: &str) -> String {
    let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    shown.collect::<String>().trim().to_owned()
}

/// ASCII words in lines; `None` for what could not be read back as it is.
fn folded(name: &str, text: &str) -> Option<String> {
    let plain = |byte: u8| matches!(byte, b' '..=b'~');
    if !text.bytes().all(plain) || text.contains("  ") || text.contains("=?") {
        return None;
    }
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    let mut length = name.len() + ": ".len();
    for (at, word) in text.split(' ').enumerate() {
        if word.len() > LINE - 20 {
            return None;
        }
        if at > 0 {
            if length + 1 + word.len() > LINE {
                out.push_str("\r\n");
                length = 0;
            }
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += word.len();
    }
    Some(out)
}

/// Encoded words (RFC 2047, 4.1), a line each: none ends within a character.
fn words(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = (1..=WORD.min(rest.len())).rev();
        let end = end.into_iter().find(|&end| rest.is_char_boundary(end));
        let (now, more) = rest
            .split_at_checked(end.unwrap_or(rest.len()))
            .unwrap_or((rest, ""));
        if !out.is_empty() {
            out.push_str("\r\n ");
        }
        out.push_str("=?utf-8?B?");
        STANDARD.encode_string(now, &mut out);
        out.push_str("?=");
        rest = more;
    }
    out
}

/// An address with its name (RFC 5322, 3.4).
fn mailbox(one: &MailAddress) -> String {
    // Who has a longer one is known by the beginning of it; and a hundred of them must fit into a header.
    let name: String = line(&one.name).chars().take(MAX_NAME).collect();
    let address = &one.address;
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b" !#$%&'*+-/^_`{|}~".contains(&byte);
    let plain = |byte: u8| matches!(byte, b' '..=b'~');
    let as_it_is = name.len() <= QUOTED && !name.contains("=?") && !name.contains("  ");
    if name.is_empty() {
        return address.clone();
    }
    if as_it_is && name.bytes().all(atom) {
        return format!("{name}\r\n <{address}>");
    }
    if as_it_is && name.bytes().all(plain) {
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
        return format!("\"{quoted}\"\r\n <{address}>");
    }
    format!("{}\r\n <{address}>", words(&name))
}

/// Whether it can be written as an address without quoting: one `@` with something on both sides, and nothing that means
/// something in a list. Addresses may have letters of all scripts (RFC 6532).
pub(crate) fn is_address(address: &str) -> bool {
    let meant = |c: char| {
        c.is_control()
            || c.is_whitespace()
            || matches!(
                c,
                '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '"' | '\\'
            )
    };
    let halves = address.split_once('@');
    let halves = halves.is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@')
    });
    halves && address.len() <= MAX_ADDRESS && !address.contains(meant)
}

/// `; name="value"` on a line of its own (RFC 2045, 5.1), or as RFC 2231 has it for other letters and long values.
pub(super) fn parameter(name: &str, value: &str) -> String {
    let plain = |byte: u8| matches!(byte, b' '..=b'~');
    if value.len() <= QUOTED && value.bytes().all(plain) {
        let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
        return format!(";\r\n {name}=\"{quoted}\"");
    }
    let mut pieces = vec![String::from("utf-8''")];
    for byte in value.bytes() {
        let kept = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let piece = match pieces.last_mut() {
            Some(piece) if piece.len() + 3 <= PIECE => piece,
            _ => {
                pieces.push(String::new());
                match pieces.last_mut() {
                    Some(piece) => piece,
                    None => break,
                }
            }
        };
        match kept {
            true => piece.push(char::from(byte)),
            false => {
                let digit = |nibble: u8| {
                    let digit = char::from_digit(nibble.into(), 16).unwrap_or('0');
                    digit.to_ascii_uppercase()
                };
                piece.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
    match pieces.as_slice() {
        [one] => format!(";\r\n {name}*={one}"),
        _ => {
            let pieces = pieces.iter().enumerate();
            let pieces = pieces.map(|(at, piece)| format!(";\r\n {name}*{at}*={piece}"));
            pieces.collect()
        }
    }
}
