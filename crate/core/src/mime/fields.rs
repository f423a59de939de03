//! The header of a mail or a part (RFC 5322, 2.2), as a list of fields that are not looked into yet.

use std::borrow::Cow;

use super::MailError;
use super::limits::{MAX_FIELD, MAX_FIELDS, MAX_HEADER};

/// The fields of one header, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields<'a> {
    all: Vec<(&'a [u8], &'a [u8])>,
}

/// A mail or a part, cut in two.
pub(crate) struct Cut<'a> {
    pub fields: Fields<'a>,
    /// Octets of the header with the blank line.
    pub head: usize,
    /// The header ended at a line that is no field.
    pub broken: bool,
}

impl<'a> Fields<'a> {
    /// Reads to the blank line, or to the first line that is no field: that one is text already.
    ///
    /// # Errors
    /// [`MailError::Limit`]: what is beyond a limit could say something else than what is before.
    pub fn cut(entity: &'a [u8]) -> Result<Cut<'a>, MailError> {
        let mut fields = Self::default();
        let mut head = 0;
        let mut broken = false;
        let mut open: Option<(&[u8], usize)> = None;
        loop {
            let rest = entity.get(head..).unwrap_or_default();
            let line = line(rest);
            let end = head + line.len();
            if end > MAX_HEADER {
                return Err(MailError::Limit(MAX_HEADER));
            }
            if matches!(line.first(), Some(b' ' | b'\t')) && open.is_some() {
                head = end;
                continue;
            }
            if let Some((name, start)) = open.take() {
                if fields.all.len() >= MAX_FIELDS {
                    return Err(MailError::Limit(MAX_FIELDS));
                }
                fields
                    .all
                    .push((name, entity.get(start..head).unwrap_or_default()));
            }
            match line {
                [] => break,
                b"\n" | b"\r\n" => {
                    head = end;
                    break;
                }
                _ => {}
            }
            match name(line) {
                Some((name, colon)) => open = Some((name, head + colon + 1)),
                // What mailboxes in files put in front of a mail, and what quotes it.
                None if line.starts_with(b"From ") || line.starts_with(b">From ") => {}
                None => {
                    broken = true;
                    break;
                }
            }
            head = end;
        }
        Ok(Cut {
            fields,
            head,
            broken,
        })
    }

    /// The lines of a header that ends early without those that are no field, and octets of `mail` that they stand for. Only where
    /// it says who sent it, and a later line of it of what type it is. For the header around all, which no signature is on: filters
    /// write lines into it that other programs pass over.
    pub fn mended(mail: &'a [u8]) -> Option<(Vec<u8>, usize)> {
        let cut = Self::cut(mail).ok().filter(|cut| cut.broken)?;
        // Armor and pages have no header.
        if mail.starts_with(b"-") || mail.starts_with(b"<") {
            return None;
        }
        let mut head = cut.head;
        let mut lines = mail.get(..head).unwrap_or_default().to_vec();
        let (mut good, mut typed, mut sent) = (false, false, cut.fields.has("from"));
        while head <= MAX_HEADER {
            let line = line(mail.get(head..).unwrap_or_default());
            if matches!(line, [] | b"\n" | b"\r\n") {
                return (typed && sent).then_some((lines, head));
            }
            if !matches!(line.first(), Some(b' ' | b'\t')) {
                let name = name(line).map(|(name, _)| name.to_ascii_lowercase());
                good = name.is_some();
                typed |= matches!(name.as_deref(), Some(b"content-type" | b"mime-version"));
                sent |= name.as_deref() == Some(b"from");
            }
            if good {
                lines.extend_from_slice(line);
            }
            head += line.len();
        }
        None
    }

    /// The values of all fields of this name (lower case), without line ends.
    pub fn all(&self, name: &str) -> impl Iterator<Item = Cow<'a, [u8]>> {
        let fields = self.all.iter();
        fields
            .filter(move |(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| unfolded(value))
    }

    /// The first field of this name.
    pub fn first(&self, name: &str) -> Option<Cow<'a, [u8]>> {
        self.all(name).next()
    }

    /// Whether there is a field of this name.
    pub fn has(&self, name: &str) -> bool {
        let mut fields = self.all.iter();
        fields.any(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// A field that every mail or part of a mail has one of.
    pub fn are_of_a_mail(&self) -> bool {
        const USUAL: [&str; 12] = [
            "from",
            "to",
            "date",
            "subject",
            "message-id",
            "received",
            "return-path",
            "delivered-to",
            "mime-version",
            "content-type",
            "content-disposition",
            "content-transfer-encoding",
        ];
        USUAL.iter().any(|name| self.has(name))
    }
}

/// The first line with its end.
fn line(text: &[u8]) -> &[u8] {
    match text
        .iter()
        .take(MAX_HEADER + 1)
        .position(|&byte| byte == b'\n')
    {
        Some(end) => text.get(..=end).unwrap_or(text),
        None => text.get(..MAX_HEADER + 1).unwrap_or(text),
    }
}

/// The name of a field and where its colon is. Spaces in front of the colon are obsolete (RFC 5322, 4.5), and a `From :`
/// that was not seen would be a second From.
fn name(line: &[u8]) -> Option<(&[u8], usize)> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    let printable = |byte: &u8| matches!(byte, 33..=126);
    (!name.is_empty() && name.iter().all(printable)).then_some((name, colon))
}

/// Without line ends, not longer than is read.
fn unfolded(value: &[u8]) -> Cow<'_, [u8]> {
    let value = value.get(..MAX_FIELD).unwrap_or(value).trim_ascii();
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    match value.iter().any(is_end) {
        false => Cow::Borrowed(value),
        true => Cow::Owned(value.iter().copied().filter(|byte| !is_end(byte)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, name: &str) -> Vec<String> {
        let cut = Fields::cut(text.as_bytes()).unwrap();
        let all = cut.fields.all(name);
        all.map(|value| String::from_utf8(value.into_owned()).unwrap())
            .collect()
    }

    #[test]
    fn fields_and_their_continuations() {
        for end in ["\n", "\r\n"] {
            let text = "From me Mon Nov 2\nSubject: a\n  b\nFrom : x\nfrom:y\n>From z\nX:\n\nSubject: no\n"
                .replace('\n', end);
            assert_eq!(values(&text, "subject"), ["a  b"]);
            assert_eq!(values(&text, "from"), ["x", "y"]);
            assert_eq!(values(&text, "x"), [""]);
            let cut = Fields::cut(text.as_bytes()).unwrap();
            assert!(!cut.broken);
            assert_eq!(text[cut.head..].trim_end(), "Subject: no");
        }
    }

    #[test]
    fn what_is_no_field_ends_the_header() {
        for (text, head, broken) in [
            ("", 0, false),
            ("\n", 1, false),
            ("Subject: a", 10, false),
            ("hello\n", 0, true),
            ("A: b\nhello there: you\n", 5, true),
            (" folded: nothing\n", 0, false),
            ("<!DOCTYPE html>\n", 0, true),
        ] {
            let cut = Fields::cut(text.as_bytes()).unwrap();
            // A line that continues nothing is text as well.
            let broken = broken || text.starts_with(' ');
            assert_eq!((cut.head, cut.broken), (head, broken), "{text:?}");
        }
    }

    #[test]
    fn lines_that_are_no_field_are_passed_over() {
        for (text, expected) in [
            (
                "From: b\n* 0.0 RCVD\n more\nX-Virus Scanned: y\n\tz\nContent-Type: c\n d\nE: f\n\nB: x\n",
                Some("From: b\nContent-Type: c\n d\nE: f\n"),
            ),
            (
                "bad\r\nMIME-Version : 1.0\r\nFrom: x\r\n\r\n",
                Some("MIME-Version : 1.0\r\nFrom: x\r\n"),
            ),
            (
                "bad\nFROM:\nMIME-Version: 1.0",
                Some("FROM:\nMIME-Version: 1.0"),
            ),
            // Well-formed, or a text.
            ("From: b\nContent-Type: c\n\nbad\n", None),
            ("From: b\nhello\n\nContent-Type: c\n", None),
            (
                "-----BEGIN PGP MESSAGE-----\nMIME-Version: 1.0\nFrom: x\n\n",
                None,
            ),
            ("<html>\nMIME-Version: 1.0\nFrom: x\n\n", None),
            ("HTTP/1.1 200 OK\nContent-Type: c\n\n", None),
        ] {
            let found = Fields::mended(text.as_bytes());
            let lines = found.map(|(lines, head)| {
                let rest = text[head..].replace('\r', "");
                assert!(rest.is_empty() || rest.starts_with('\n'), "{rest:?}");
                String::from_utf8(lines).unwrap()
            });
            assert_eq!(lines.as_deref(), expected, "{text:?}");
        }
        let flood = format!("bad\n{}", "x\n".repeat(MAX_HEADER));
        assert!(Fields::mended(flood.as_bytes()).is_none());
    }

    #[test]
    fn floods_are_refused() {
        let many = "A: b\n".repeat(MAX_FIELDS);
        assert!(Fields::cut(format!("{many}\n").as_bytes()).is_ok());
        let error = Fields::cut(format!("{many}A: b\n\n").as_bytes()).err();
        assert_eq!(error, Some(MailError::Limit(MAX_FIELDS)));
        let folded = format!("A: b\n{}", " c\n".repeat(MAX_HEADER / 3));
        for text in [
            "x".repeat(MAX_HEADER + 1),
            format!("A: {}", "x".repeat(MAX_HEADER)),
            folded,
        ] {
            let error = Fields::cut(text.as_bytes()).err();
            assert_eq!(error, Some(MailError::Limit(MAX_HEADER)));
        }
    }
}
