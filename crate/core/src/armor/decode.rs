//! From the text of a page to the bytes of a block.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{ArmorError, Kind, MAX_ARMORED, repair};

/// Padding may have been lost; the packets inside have their own lengths.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Padding was taken off before.
const UNPADDED: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Octets from which on memory matters more than one more look at the text.
const LARGE: usize = 1 << 20;

/// Characters that are decoded at once.
const PIECE: usize = 8 << 10;

/// A run of base64 characters this long, behind a header on the same line, is data. Lines of armor have 64 or 76.
const LONG_RUN: usize = 48;

/// Padding, checksum and line ends.
const LONGEST_TAIL: usize = 16;

/// A line with a checksum in octets, its sign and mangled characters included; it should have five.
const LONGEST_CHECKSUM: usize = 12;

/// Lines that a wrapped header may be continued on.
const MAX_CONTINUATION: usize = 3;

/// Finds the first block of this kind in `text`, repairs and decodes it.
///
/// # Errors
/// See [`ArmorError`].
pub fn decode(text: &[u8], kind: Kind) -> Result<Vec<u8>, ArmorError> {
    if text.len() > MAX_ARMORED {
        return Err(ArmorError::TooLarge);
    }
    // Anything that is not base64 ends here.
    let data = orderly(text, kind).and_then(|body| unwrapped(text.get(body)?));
    match data.filter(|data| !data.is_empty()) {
        Some(data) => Ok(data),
        None => repaired(text, kind),
    }
}

/// The same of a text that nobody needs any more: a large block is decoded in the memory that it came in.
///
/// # Errors
/// See [`ArmorError`].
pub fn decode_owned(mut text: Vec<u8>, kind: Kind) -> Result<Vec<u8>, ArmorError> {
    if text.len() < LARGE || text.len() > MAX_ARMORED {
        return decode(&text, kind);
    }
    let body = orderly(&text, kind).filter(|body| is_whole(text.get(body.clone())));
    match body {
        Some(body) => match unwrap_in_place(&mut text, body) {
            Some(()) => Ok(text),
            None => Err(ArmorError::NotBase64),
        },
        None => repaired(&text, kind),
    }
}

/// A block somewhere in a text, whatever has been done to it.
fn repaired(text: &[u8], kind: Kind) -> Result<Vec<u8>, ArmorError> {
    let text = match std::str::from_utf8(text) {
        Ok(text) => Cow::Borrowed(text),
        // Latin-1: only the no-break space matters.
        Err(_) => Cow::Owned(text.iter().map(|&byte| char::from(byte)).collect()),
    };
    let text = repair::clean(&text);
    let label = kind.label();
    let (_, after) = text
        .split_once(&format!("-----BEGIN {label}-----"))
        .ok_or(ArmorError::Missing)?;
    let (inner, _) = after
        .split_once(&format!("-----END {label}-----"))
        .ok_or(ArmorError::NoEnd)?;
    if inner.contains("-----BEGIN ") {
        return Err(ArmorError::NoEnd);
    }
    from_base64(&data_of(inner))
}

/// A block as programs write it, with nothing around it: large ones come as files, and it takes a tenth of the time.
/// Where its base64 is, padding and checksum not counted. `None` means that it needs a closer look, not that it is bad.
fn orderly(text: &[u8], kind: Kind) -> Option<Range<usize>> {
    let label = kind.label();
    let text = text.trim_ascii_end();
    let end = text.len() - format!("-----END {label}-----").len().min(text.len());
    let mut rest = text
        .trim_ascii_start()
        .strip_prefix(format!("-----BEGIN {label}-----").as_bytes())?
        .strip_suffix(format!("-----END {label}-----").as_bytes())?;
    rest = next_line(rest).filter(|(line, _)| line.is_empty())?.1;
    loop {
        let (line, after) = next_line(rest)?;
        rest = after;
        if line.is_empty() {
            break;
        }
        // A header, and no data that was joined to it. Odd characters may be line breaks.
        let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'<' | b'&');
        let line = std::str::from_utf8(line).ok()?;
        line.bytes().all(|byte| plain(&byte)).then_some(())?;
        joined_data(line).filter(String::is_empty)?;
    }
    let near = rest.len().saturating_sub(LONGEST_TAIL);
    let sign = rest.get(near..)?.iter().position(|&byte| byte == b'=');
    let (body, tail) = rest.split_at_checked(sign.map_or(rest.len(), |sign| near + sign))?;
    let start = end.checked_sub(rest.len())?;
    is_orderly_tail(body, tail).then_some(start..start + body.len())
}

/// Decodes lines without padding, a few at a time so that they stay in the processor's cache.
fn unwrapped(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3 + 3);
    let mut piece = Vec::with_capacity(2 * PIECE);
    while let Some((line, after)) = next_line(body) {
        piece.extend_from_slice(line);
        body = after;
        if piece.len() >= PIECE {
            let whole = piece.len() / 4 * 4;
            UNPADDED.decode_vec(piece.get(..whole)?, &mut bytes).ok()?;
            piece.drain(..whole);
        }
    }
    piece.extend_from_slice(body);
    UNPADDED.decode_vec(piece, &mut bytes).ok()?;
    Some(bytes)
}

/// Whether [`unwrap_in_place`] will come to its end: lines of base64 and nothing else, of a possible length.
fn is_whole(body: Option<&[u8]>) -> bool {
    let mut rest = body.unwrap_or_default();
    let mut count = 0;
    loop {
        let (line, after) = next_line(rest).unwrap_or((rest, &[]));
        let letter = |good, &byte: &u8| good & LETTERS.get(usize::from(byte)).is_some_and(|is| *is);
        if !line.iter().fold(true, letter) {
            return false;
        }
        count += line.len();
        if after.is_empty() {
            return count > 0 && count % 4 != 1;
        }
        rest = after;
    }
}

/// The letters of base64.
static LETTERS: [bool; 256] = letters();

#[allow(
    clippy::indexing_slicing,
    reason = "computed by the compiler, which would stop"
)]
const fn letters() -> [bool; 256] {
    let mut letters = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        letters[byte] = letter.is_ascii_alphanumeric() || matches!(letter, b'+' | b'/');
        byte += 1;
    }
    letters
}

/// As [`unwrapped`], over the text itself: what is decoded is shorter than what it was made of.
fn unwrap_in_place(text: &mut Vec<u8>, body: Range<usize>) -> Option<()> {
    let mut piece = Vec::with_capacity(2 * PIECE);
    let mut bytes = Vec::with_capacity(2 * PIECE);
    let (mut from, mut to) = (body.start, 0);
    while from < body.end {
        let rest = text.get(from..body.end.min(from + PIECE))?;
        // A line, or a piece of a long one; a CR that may belong to its end waits for it.
        let (line, used) = match next_line(rest) {
            Some((line, after)) => (line, rest.len() - after.len()),
            None if from + rest.len() == body.end => (rest, rest.len()),
            None => {
                let line = rest.strip_suffix(b"\r").unwrap_or(rest);
                (line, line.len())
            }
        };
        piece.extend_from_slice(line);
        from += used;
        let ends = from >= body.end;
        if piece.len() >= PIECE || ends {
            let whole = match ends {
                true => piece.len(),
                false => piece.len() / 4 * 4,
            };
            bytes.clear();
            UNPADDED.decode_vec(piece.get(..whole)?, &mut bytes).ok()?;
            piece.drain(..whole);
            text.get_mut(to..to + bytes.len())?.copy_from_slice(&bytes);
            to += bytes.len();
        }
    }
    text.truncate(to);
    Some(())
}

/// A line without its end (LF or CRLF), and what follows.
fn next_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'\n', text)?;
    let (line, after) = text.split_at_checked(end)?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Some((line, after.get(1..)?))
}

/// Padding at the end of the last line, then a line with the checksum; either may be missing.
fn is_orderly_tail(body: &[u8], tail: &[u8]) -> bool {
    let checksum = match tail.iter().position(|&byte| byte == b'\n') {
        _ if body.ends_with(b"\n") => tail,
        Some(end) => {
            let (padding, checksum) = tail.split_at(end);
            if !matches!(padding.trim_ascii_end(), b"=" | b"==") {
                return false;
            }
            checksum.trim_ascii_start()
        }
        None => return tail.is_empty(),
    };
    match checksum.trim_ascii_end() {
        [] => true,
        [b'=', sum @ ..] => {
            sum.len() == 4
                && std::str::from_utf8(sum).is_ok_and(|s| is_base64(s) && !s.contains('='))
        }
        _ => false,
    }
}

/// The base64 characters of a block, with the checksum if there is one.
fn data_of(inner: &str) -> String {
    let mut lines: Vec<&str> = inner
        .split('\n')
        .map(|line| line.trim_start_matches(repair::is_quote_mark).trim_end())
        .collect();
    // What dash-escaping (RFC 9580, 7.2) leaves in front of the last line of a block.
    if lines.last() == Some(&"-") {
        lines.pop();
    }
    let mut lines = lines.as_slice();
    let mut data = String::new();
    while let [line, rest @ ..] = lines {
        match joined_data(line) {
            _ if line.is_empty() => {}
            Some(joined) if joined.is_empty() => {
                lines = after_continuation(rest);
                continue;
            }
            Some(joined) => {
                data.push_str(&joined);
                lines = rest;
                break;
            }
            None => break,
        }
        lines = rest;
    }
    let mut lines = lines
        .iter()
        .map(|line| repair::line(line))
        .filter(|line| !line.is_empty())
        .peekable();
    while let Some(line) = lines.next() {
        // The checksum, whatever it is: an object must not be rejected because it is missing, malformed or wrong
        // (RFC 9580, 6.1).
        if lines.peek().is_none() && line.len() <= LONGEST_CHECKSUM && is_checksum(&line) {
            continue;
        }
        // "=" at the end of a line inside of the data is a soft line break (RFC 2045, 6.7), padding is at the end.
        let soft = lines.peek().is_some_and(|next| !next.starts_with('='));
        match line.strip_suffix('=') {
            Some(line) if soft => data.push_str(line),
            _ => data.push_str(&line),
        }
    }
    data
}

/// A sign, and something behind it: else it is padding.
fn is_checksum(line: &str) -> bool {
    line.starts_with('=') && !line.trim_matches('=').is_empty() && line != "=3D" && line != "=3D=3D"
}

/// For a header line: the data that was joined to it (mostly none). `None` for other lines.
fn joined_data(line: &str) -> Option<String> {
    let (key, value) = line.split_once(':')?;
    let mut letters = key.chars();
    let token = letters.next()?.is_ascii_alphabetic()
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !token || !(value.is_empty() || value.starts_with(' ')) {
        return None;
    }
    let words: Vec<&str> = value.split_whitespace().collect();
    let start = words.iter().position(|word| {
        // A fingerprint in a comment is not data.
        word.len() >= LONG_RUN && is_base64(word) && !word.bytes().all(|b| b.is_ascii_hexdigit())
    });
    let joined = start.and_then(|start| words.get(start..)).unwrap_or(&[]);
    match joined.iter().all(|word| is_base64(word)) {
        true => Some(joined.concat()),
        false => Some(String::new()),
    }
}

fn is_base64(word: &str) -> bool {
    word.bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
}

/// Skips the rest of a header that was wrapped: up to three lines before a blank one, when data follows.
fn after_continuation<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    let blank = lines
        .iter()
        .take(MAX_CONTINUATION + 1)
        .position(|line| line.is_empty());
    let Some((skipped, rest)) = blank.and_then(|blank| lines.split_at_checked(blank)) else {
        return lines;
    };
    let next = rest.iter().find(|line| !line.is_empty());
    let data = next.is_some_and(|line| is_base64(line) && !line.starts_with('='));
    let header = skipped.iter().any(|line| joined_data(line).is_some());
    match data && !header {
        true => rest,
        false => lines,
    }
}

/// Decodes; the padding and the checksum may be escaped (`=3D`).
fn from_base64(data: &str) -> Result<Vec<u8>, ArmorError> {
    let (body, tail) = data.split_at(data.find('=').unwrap_or(data.len()));
    if !is_tail(tail) && !is_tail(&tail.replace("=3D", "=")) {
        return Err(ArmorError::NotBase64);
    }
    match BASE64.decode(body) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        _ => Err(ArmorError::NotBase64),
    }
}

/// Padding, then a checksum of up to four characters. What the checksum says does not matter (RFC 9580, 6.1: an
/// object must not be rejected because its checksum is missing, malformed or wrong).
fn is_tail(tail: &str) -> bool {
    let checksum = tail.trim_start_matches('=');
    let signs = tail.len() - checksum.len();
    match checksum.len() {
        0 => signs <= 2,
        1..=4 => signs <= 3 && is_base64(checksum) && !checksum.contains('='),
        _ => false,
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
