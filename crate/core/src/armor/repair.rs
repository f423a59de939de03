//! Undoing what pages and mail programs do to armor. Armor is base64: spaces, invisible characters and quoting marks
//! carry nothing in it, so that taking them away cannot change a message.

use std::borrow::Cow;

/// `text` with ordinary line ends and spaces, without invisible characters and markup for line breaks.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    // Nearly everything is neither markup nor beyond ASCII: taken over in runs, mostly in one.
    let (run, mut rest) = plain_run(text);
    if rest.is_empty() {
        return Cow::Borrowed(run);
    }
    let mut out = String::with_capacity(text.len());
    out.push_str(run);
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if let Some(after) = line_break(rest) {
            out.push('\n');
            rest = after;
        } else if let Some(after) = rest.strip_prefix("&nbsp;") {
            out.push(' ');
            rest = after;
        } else if is_space(c) {
            out.push(' ');
            rest = after;
        } else {
            if !is_invisible(c) {
                out.push(c);
            }
            rest = after;
        }
        let (run, more) = plain_run(rest);
        out.push_str(run);
        rest = more;
    }
    Cow::Owned(out)
}

/// What needs no repair, up to the first byte that may.
fn plain_run(text: &str) -> (&str, &str) {
    let special = |byte: &u8| !byte.is_ascii() || matches!(byte, b'\r' | b'<' | b'&');
    let end = text.bytes().position(|byte| special(&byte));
    // A byte beyond ASCII that follows ASCII begins a character.
    text.split_at_checked(end.unwrap_or(text.len()))
        .unwrap_or(("", text))
}

/// Whatever means "new line": CRLF, CR, LF, the Unicode ones, and `<br>` as text.
fn line_break(text: &str) -> Option<&str> {
    for plain in ["\r\n", "\r", "\n", "\u{85}", "\u{2028}", "\u{2029}"] {
        if let Some(after) = text.strip_prefix(plain) {
            return Some(after);
        }
    }
    let tag = text
        .get(..3)
        .filter(|tag| tag.eq_ignore_ascii_case("<br"))?;
    let after = text.get(tag.len()..)?.trim_start_matches(' ');
    after.strip_prefix('/').unwrap_or(after).strip_prefix('>')
}

/// Spaces of fixed width or without a break.
fn is_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Soft hyphens, zero-width characters, direction marks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What mail programs put in front of quoted lines (RFC 3676, 4.5), and indentation.
pub(crate) fn is_quote_mark(c: char) -> bool {
    matches!(c, '>' | '|' | ' ' | '\t')
}

/// Signed text with ordinary spaces where a page has no-break ones; `None` when there are none.
pub(crate) fn plain_spaces(text: &str) -> Option<String> {
    match text.contains('\u{a0}') {
        true => Some(text.replace('\u{a0}', " ")),
        false => None,
    }
}

/// The characters of one line of armor that can be base64.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    let text = text.trim_start_matches(is_quote_mark).trim_end();
    match text.contains(char::is_whitespace) {
        true => Cow::Owned(text.split_whitespace().collect()),
        false => Cow::Borrowed(text),
    }
}
