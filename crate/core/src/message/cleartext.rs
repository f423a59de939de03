//! The cleartext signature framework (RFC 9580, 7). One pass over the lines; the text that is returned is the text
//! that was signed and nothing around it. Whatever two programs could read in two ways is refused.

use super::packet::{Packets, tag};
use super::signature::FoundSignature;
use super::{Document, MessageError, limits, told};
use crate::armor::{self, ArmorError, Kind};

/// First line of the framework.
const BEGIN: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----";
/// Where the text ends.
const SIGNATURE: &[u8] = b"-----BEGIN PGP SIGNATURE-----";
/// "Hash" lines; two hash algorithms are the most that anybody wrote.
const MAX_HEADERS: usize = 8;

/// Why a cleartext signed message cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CleartextError {
    /// The frame or the signature's armor is damaged.
    #[error(transparent)]
    Armor(#[from] ArmorError),
    /// The text or the signature packets are not acceptable.
    #[error(transparent)]
    Message(#[from] MessageError),
}

/// Reads the first cleartext signed message in `text`.
///
/// # Errors
/// See [`CleartextError`].
pub fn read_cleartext(text: &[u8]) -> Result<Document, CleartextError> {
    if text.len() > limits::MAX_CLEARTEXT {
        return Err(MessageError::Limit(limits::MAX_CLEARTEXT).into());
    }
    let mut lines = Lines { rest: Some(text) };
    let quote = begin(&mut lines)?;
    headers(&mut lines, &quote)?;
    let signed = signed_lines(&mut lines, &quote)?;
    let block = [SIGNATURE, b"\n", lines.rest.unwrap_or_default()].concat();
    let packets = armor::decode(&block, Kind::Signature)?;
    let (signatures, more) = signatures(&packets, FoundSignature::on_cleartext)?;
    let bytes = signed.join(&b"\r\n"[..]);
    Ok(Document {
        name: None,
        respaced: respaced(&bytes),
        bytes,
        packets: told::signatures(signatures.iter(), more),
        signatures,
        more_signatures: more > 0,
        encryption: None,
    })
}

/// Lines without their ends (LF or CRLF).
struct Lines<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let line = match rest.iter().position(|&byte| byte == b'\n') {
            Some(end) => {
                self.rest = rest.get(end + 1..);
                rest.get(..end)?
            }
            None => {
                self.rest = None;
                rest
            }
        };
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

/// What all lines of the block begin with (quoting, indentation).
struct Quote<'a> {
    marks: &'a [u8],
    /// The same without spaces at its end: found once, for it may be long and is asked for with each line.
    trimmed: &'a [u8],
}

/// Finds the first line; returns what stands in front of it.
fn begin<'a>(lines: &mut Lines<'a>) -> Result<Quote<'a>, CleartextError> {
    for line in lines.by_ref() {
        if let Some(marks) = trimmed(line).strip_suffix(BEGIN)
            && marks
                .iter()
                .all(|&byte| armor::is_quote_mark(char::from(byte)))
        {
            if marks.len() > limits::MAX_CLEARTEXT_LINE {
                return Err(MessageError::Limit(limits::MAX_CLEARTEXT_LINE).into());
            }
            let trimmed = trimmed(marks);
            return Ok(Quote { marks, trimmed });
        }
    }
    Err(ArmorError::Missing.into())
}

/// Reads to the blank line. Only `Hash` is allowed (RFC 9580, 7.1): others would look like a part of the text.
fn headers(lines: &mut Lines<'_>, quote: &Quote<'_>) -> Result<(), CleartextError> {
    for line in lines.by_ref().take(MAX_HEADERS + 1) {
        let line = unquoted(line, quote)?;
        let line = trimmed(line);
        if line.is_empty() || line == "\u{a0}".as_bytes() {
            return Ok(());
        }
        let names = line
            .strip_prefix(b"Hash: ")
            .ok_or(MessageError::Malformed)?;
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b',' | b' ');
        if !names.iter().all(plain) {
            return Err(MessageError::Malformed.into());
        }
    }
    Err(ArmorError::NoEnd.into())
}

/// The signed lines without dash-escaping and trailing spaces (RFC 9580, 7.2).
fn signed_lines<'a>(
    lines: &mut Lines<'a>,
    quote: &Quote<'_>,
) -> Result<Vec<&'a [u8]>, CleartextError> {
    let mut signed = Vec::new();
    for line in lines.by_ref() {
        if line.len() > limits::MAX_CLEARTEXT_LINE {
            return Err(MessageError::Limit(limits::MAX_CLEARTEXT_LINE).into());
        }
        let line = trimmed(unquoted(line, quote)?);
        if line == SIGNATURE {
            return Ok(signed);
        }
        // A lone CR or a NUL ends a line for some programs and not for others.
        if line.iter().any(|byte| matches!(byte, 0 | b'\r')) {
            return Err(MessageError::Malformed.into());
        }
        match line.strip_prefix(b"- ") {
            Some(escaped) => signed.push(escaped),
            // Every line that begins with a dash must be escaped: this one was not in the signed text.
            None if line.starts_with(b"-") => return Err(MessageError::Malformed.into()),
            None => signed.push(line),
        }
    }
    Err(ArmorError::NoEnd.into())
}

/// `text` (with LF line ends) as it is signed: without spaces and tabs at the ends of lines (RFC 9580, 7.2).
pub(crate) fn signed_form(text: &str) -> String {
    let lines: Vec<_> = text
        .split('\n')
        .map(|line| line.trim_end_matches([' ', '\t']))
        .collect();
    lines.join("\n")
}

/// Without spaces and tabs at the end.
fn trimmed(line: &[u8]) -> &[u8] {
    let kept = line
        .iter()
        .rposition(|byte| !matches!(byte, b' ' | b'\t'))
        .map_or(0, |last| last + 1);
    line.get(..kept).unwrap_or_default()
}

/// Without the quoting marks that all lines of the block must have. Blank lines may have lost the trailing ones.
fn unquoted<'a>(line: &'a [u8], quote: &Quote<'_>) -> Result<&'a [u8], ArmorError> {
    if let Some(line) = line.strip_prefix(quote.marks) {
        return Ok(line);
    }
    let line = trimmed(line);
    match line == quote.trimmed || line.is_empty() {
        true => Ok(&[]),
        false => Err(ArmorError::NoEnd),
    }
}

/// The packets of the signature block: signatures and nothing else. And how many there are besides.
pub(super) fn signatures(
    packets: &[u8],
    read: impl Fn(&[u8]) -> FoundSignature,
) -> Result<(Vec<FoundSignature>, usize), MessageError> {
    let mut walk = Packets::new(packets, limits::MAX_PACKETS);
    let mut found = Vec::new();
    let mut more = 0;
    while let Some(packet) = walk.next()? {
        match packet.tag {
            tag::MARKER | tag::PADDING | tag::FIRST_IGNORABLE.. => {}
            tag::SIGNATURE if packet.body.len() > limits::MAX_SIGNATURE_BYTES => {
                return Err(MessageError::Limit(limits::MAX_SIGNATURE_BYTES));
            }
            tag::SIGNATURE if found.len() >= limits::MAX_SIGNATURES => more += 1,
            tag::SIGNATURE => found.push(read(packet.body)),
            _ => return Err(MessageError::Malformed),
        }
    }
    match found.is_empty() {
        true => Err(MessageError::Malformed),
        false => Ok((found, more)),
    }
}

/// Pages show runs of spaces as no-break spaces. The text with ordinary ones is tried when the signature does not fit
/// the text as it is; what fits is what is shown.
fn respaced(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = armor::plain_spaces(std::str::from_utf8(bytes).ok()?)?;
    let lines: Vec<&str> = text
        .split("\r\n")
        .map(|line| line.trim_end_matches([' ', '\t']))
        .collect();
    Some(lines.join("\r\n").into_bytes())
}
