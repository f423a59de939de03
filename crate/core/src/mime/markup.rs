//! What misleads in HTML, found in its source. No tree is built, which a browser might build otherwise: nothing of the
//! source is left out, whether it is text, a tag or a comment.

use crate::cert;

/// Whether there is anything in a document that a plain text would be remarked for ([`cert::misleads`]). What stands in
/// tags is looked at by itself, for letters are joined over a tag between them.
pub(super) fn misleads(html: &str) -> bool {
    let plain = |byte| byte != b'&' && matches!(byte, b' '..=b'~' | b'\t' | b'\n' | 0x0c | b'\r');
    if html.bytes().all(plain) {
        return false;
    }
    let (mut text, mut tags) = (String::with_capacity(html.len()), String::new());
    let mut rest = html;
    while let Some((before, from)) = rest.find('<').map(|at| rest.split_at(at)) {
        read(before, &mut text);
        // Asked first: what is no tag must not be searched for its end.
        if !is_tag(from) {
            text.push('<');
            rest = from.strip_prefix('<').unwrap_or_default();
            continue;
        }
        // Where no tag ends any more, all that is left is text.
        let Some((tag, after)) = from.split_once('>') else {
            rest = from;
            break;
        };
        read(tag, &mut tags);
        tags.push('\n');
        rest = after;
    }
    read(rest, &mut text);
    cert::misleads(&text) || cert::misleads(&tags)
}

/// Whether nothing of a document is seen: no text, and no elements but those that only arrange text.
pub(super) fn is_blank(html: &str) -> bool {
    const SHAPES: [&str; 12] = [
        "!doctype", "html", "head", "meta", "title", "body", "div", "p", "br", "span", "font",
        "o:p",
    ];
    let (mut text, mut rest) = (String::new(), html);
    while let Some((before, from)) = rest.find('<').map(|at| rest.split_at(at)) {
        read(before, &mut text);
        let comment = from
            .strip_prefix("<!--")
            .map(|comment| comment.split_once("-->"));
        let (tag, after) = match comment {
            Some(Some((_, after))) => ("br", after),
            Some(None) => return false,
            None => match from.split_once('>') {
                Some((tag, after)) => (tag, after),
                None => return false,
            },
        };
        let tag = tag.trim_start_matches(['<', '/']);
        let name = tag
            .split([' ', '\t', '\r', '\n', '/'])
            .next()
            .unwrap_or_default();
        if !SHAPES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return false;
        }
        rest = after;
    }
    read(rest, &mut text);
    text.replace("&nbsp;", " ").trim().is_empty()
}

/// Whether a tag or a comment begins here, and not a sign in a text.
fn is_tag(source: &str) -> bool {
    let name = source.strip_prefix('<').unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

/// Appends what a piece of the source stands for.
fn read(source: &str, out: &mut String) {
    let mut pieces = source.split('&');
    spaced(pieces.next().unwrap_or_default(), out);
    for piece in pieces {
        let reference = match piece.strip_prefix('#') {
            Some(number) => numbered(number),
            None => named(piece),
        };
        let (sign, rest) = reference.unwrap_or(('&', piece));
        spaced(sign.encode_utf8(&mut [0; 4]), out);
        spaced(rest, out);
    }
}

/// All white space of HTML is drawn as space, also what would be seen as strange in a plain text.
fn spaced(text: &str, out: &mut String) {
    out.extend(text.chars().map(|c| match c {
        '\r' | '\u{c}' => ' ',
        c => c,
    }));
}

/// A character by its number, and what follows it. The semicolon may be missing.
fn numbered(text: &str) -> Option<(char, &str)> {
    let (digits, radix) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let end = digits.find(|c: char| !c.is_digit(radix));
    let (number, rest) = digits.split_at(end.unwrap_or(digits.len()));
    if number.is_empty() {
        return None;
    }
    // What is too large is no character.
    let code = u32::from_str_radix(number, radix).unwrap_or(u32::MAX);
    let sign = match code {
        0x81 | 0x8d | 0x8f | 0x90 | 0x9d => char::from_u32(code),
        // Numbers of windows-1252: signs that can be seen, whichever they are.
        0 | 0x80..=0x9f => None,
        _ => char::from_u32(code),
    };
    let sign = sign.unwrap_or(char::REPLACEMENT_CHARACTER);
    Some((sign, rest.strip_prefix(';').unwrap_or(rest)))
}

/// A character by its name, if it is one of [`NAMES`].
fn named(text: &str) -> Option<(char, &str)> {
    NAMES.iter().find_map(|(name, sign)| {
        let rest = text.strip_prefix(name)?;
        match rest.strip_prefix(';') {
            Some(rest) => Some((*sign, rest)),
            // These had names before semicolons had to be.
            None => matches!(sign, '\u{a9}' | '\u{ad}' | '\u{ae}').then_some((*sign, rest)),
        }
    })
}

/// Names of the characters that matter: those that mislead, marks, and signs that a variation selector may follow. For
/// all others it is enough that they are none of these.
const NAMES: [(&str, char); 26] = [
    ("shy", '\u{ad}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("lrm", '\u{200e}'),
    ("rlm", '\u{200f}'),
    ("ZeroWidthSpace", '\u{200b}'),
    ("NegativeVeryThinSpace", '\u{200b}'),
    ("NegativeThinSpace", '\u{200b}'),
    ("NegativeMediumSpace", '\u{200b}'),
    ("NegativeThickSpace", '\u{200b}'),
    ("NoBreak", '\u{2060}'),
    ("ApplyFunction", '\u{2061}'),
    ("af", '\u{2061}'),
    ("InvisibleTimes", '\u{2062}'),
    ("it", '\u{2062}'),
    ("InvisibleComma", '\u{2063}'),
    ("ic", '\u{2063}'),
    ("DownBreve", '\u{311}'),
    ("TripleDot", '\u{20db}'),
    ("tdot", '\u{20db}'),
    ("DotDot", '\u{20dc}'),
    ("copy", '\u{a9}'),
    ("reg", '\u{ae}'),
    ("trade", '\u{2122}'),
    ("harr", '\u{2194}'),
    ("hearts", '\u{2665}'),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn however_it_is_written() {
        for html in [
            "pay \u{202e}000,1\u{202c} euro",
            "<p>pay &#x202E;000,1</p>",
            "pay &#8238;000,1",
            "pay &#X00000202eg",
            "pay &#0000000000000008238 000",
            "a\u{2066}b",
            "ab&shy;c",
            "ab&shyc",
            "a&rlm;b",
            "a&zwj;b",
            "a<b>&zwnj;</b>b",
            "a&ZeroWidthSpace;b",
            "a&NoBreak;b",
            "a&it;b",
            "&amp&#x200b;",
            "a\u{1b}b",
            "a\0b",
            "a\u{85}b",
            "a&#x9d;b",
            "a&#127;b",
            "<img alt=\"a&#8203;b\">",
            "<img alt='a\u{200b}b'>",
            "<a title=\">\u{202e}\">b</a>",
            "<!-- > \u{202e} -->",
            "<!-- \u{202e}",
            "1 < 2 &#x202e; 3",
            "<style>p::after { content: '\u{202e}' }</style>",
            "e&DotDot;&DotDot;<i>&DotDot;&DotDot;</i>&DotDot;&DotDot;&DotDot;&DotDot;&DotDot;",
        ] {
            assert!(misleads(html), "{}", html.escape_unicode());
        }
    }

    #[test]
    fn what_honest_mails_have() {
        for html in [
            "<p>Gr&uuml;&szlig;e &amp; K&uuml;sse&nbsp;&hellip; &#8364;&#150;&euro;&#x1F41A;</p>",
            "<p>Grüße\u{a0}– „ja“</p>\r\n\t<br>\u{c}",
            // What some programs make of line ends.
            "a&#13;\r\nb&#xd;&#10;&Tab;c",
            "&amp;#8238; &amp;shy; &lrmx &zwj &#; &#x; & && &rlo;",
            "&#0; &#xd800; &#x110000; &#99999999999;",
            "<b>می</b>&zwnj;<i>خواهم</i>",
            "&#1605;&#1740;&#8204;&#1582;",
            "<span>&#x1f469;</span>&zwj;&#x1F4BB; ❤&#xfe0f; &copy;&#xFE0E; &trade;&#65038; 1&#xfe0f;&#x20e3;",
            "क्&zwj;षत्रिय",
            "e&#x301;",
            "a <b 1 < 2",
            "",
        ] {
            assert!(!misleads(html), "{}", html.escape_unicode());
        }
    }

    /// As many signs as fit into a text that is shown, with one tag's end behind all of them.
    #[test]
    fn signs_that_begin_no_tag_are_looked_at_once() {
        let started = std::time::Instant::now();
        assert!(!misleads(&format!("{}&>", "< ".repeat(300_000))));
        assert!(misleads(&format!("{}&#x202e;>", "<".repeat(300_000))));
        let took = started.elapsed();
        // Unoptimised and on a busy machine; what counts is that nothing grows with the square of the number.
        assert!(took.as_secs() < 5, "{took:?}");
    }

    proptest! {
        /// The rule is that of plain text, whatever way each character is written in and whatever tags are between them.
        #[test]
        fn as_plain_text(
            text in "[ab1 \n\u{e4}\u{301}\u{2764}\u{fe0f}\u{200d}\u{1f469}\u{645}\u{200c}\u{202e}\u{1b}]{0,8}",
            ways in prop::collection::vec(0..5_u8, 8),
        ) {
            let html: String = text.chars().zip(ways).map(|(c, way)| match way {
                0 => c.to_string(),
                1 => format!("&#{};", u32::from(c)),
                2 => format!("&#x{:X};", u32::from(c)),
                3 => format!("<b>{c}</b>"),
                _ => format!("&#x0{:x};<!-- -->", u32::from(c)),
            }).collect();
            prop_assert_eq!(misleads(&html), cert::misleads(&text));
        }

        #[test]
        fn any_source_ends_well(html in "[<>&#;x0-9a\"'/! \u{202e}-]{0,40}") {
            misleads(&html);
        }
    }
}
