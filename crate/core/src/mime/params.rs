//! Fields with parameters: Content-Type and Content-Disposition (RFC 2045, 5.1; RFC 2183; RFC 2231).

use super::charset::{self, Charsets};
use super::limits::{MAX_MEDIA_TYPE, MAX_PARAMETERS};
use super::{transfer, words};

/// A value with its parameters.
#[derive(Clone, Debug, Default)]
pub(super) struct Params {
    /// What stands in front of the parameters, lower case.
    pub value: String,
    all: Vec<Param>,
}

/// A parameter, or one piece of it.
#[derive(Clone, Debug)]
struct Param {
    /// Lower case, without what RFC 2231 appends.
    name: String,
    /// Which piece (RFC 2231, 3).
    piece: Option<u16>,
    /// It may hold `%XX` (RFC 2231, 4).
    extended: bool,
    text: String,
}

impl Params {
    /// Reads a field. Of what cannot be understood as much as possible is kept: these fields only say what to do with
    /// a part, and a part that is not understood is a file.
    pub fn read(field: &[u8]) -> Self {
        let text = charset::field(field);
        let (value, mut rest) = text.split_once(';').unwrap_or((&*text, ""));
        let value = value.split('(').next().unwrap_or_default();
        let mut all = Vec::new();
        while let Some((name, after)) = next_name(rest) {
            let (text, after) = value_of(after, &name);
            rest = after;
            if all.len() >= MAX_PARAMETERS {
                break;
            }
            all.extend(Param::new(&name, text));
        }
        Self {
            value: value.trim().to_ascii_lowercase(),
            all,
        }
    }

    /// A parameter that is a plain word, such as a boundary or a charset.
    pub fn word(&self, name: &str) -> Option<String> {
        if let Some(plain) = self.plain(name) {
            return Some(plain.to_owned());
        }
        // RFC 2231 lets every parameter be in pieces.
        let (_, octets) = self.pieces(name)?;
        String::from_utf8(octets).ok()
    }

    /// Whether a parameter is this word.
    pub fn is(&self, name: &str, word: &str) -> bool {
        self.word(name)
            .is_some_and(|own| own.trim().eq_ignore_ascii_case(word))
    }

    /// A parameter that people read: its charset decoded, encoded words too, which do not belong there and are found
    /// everywhere.
    pub fn text(&self, name: &str, charsets: &dyn Charsets) -> Option<String> {
        match self.pieces(name) {
            Some((charset, octets)) => {
                let text = charset::decode(charset.as_deref(), &octets, charsets).text;
                Some(match charset {
                    None => words::decode(&text, charsets),
                    Some(_) => text,
                })
            }
            None => Some(words::decode(self.plain(name)?, charsets)),
        }
    }

    fn plain(&self, name: &str) -> Option<&str> {
        let is = |param: &&Param| param.name == name && param.piece.is_none() && !param.extended;
        self.all.iter().find(is).map(|param| param.text.as_str())
    }

    /// The parameter's pieces put together, with the charset that the first one names.
    fn pieces(&self, name: &str) -> Option<(Option<String>, Vec<u8>)> {
        let of_name =
            |param: &&Param| param.name == name && (param.piece.is_some() || param.extended);
        let mut pieces: Vec<_> = self.all.iter().filter(of_name).collect();
        pieces.sort_by_key(|param| param.piece);
        // `name*` is the whole of it.
        let whole = pieces.first()?.piece.is_none();
        let mut charset = None;
        let mut octets = Vec::new();
        let mut expected = 0;
        for piece in pieces {
            if !whole && piece.piece != Some(expected) {
                // One that is given twice, or a gap: what follows it belongs nowhere.
                match piece.piece < Some(expected) {
                    true => continue,
                    false => break,
                }
            }
            let mut text = piece.text.as_str();
            if piece.extended && (whole || expected == 0) {
                let mut parts = text.splitn(3, '\'');
                if let (Some(named), Some(_), Some(value)) =
                    (parts.next(), parts.next(), parts.next())
                {
                    charset = Some(named.to_owned());
                    text = value;
                }
            }
            match piece.extended {
                true => octets.extend_from_slice(&transfer::percent(text.as_bytes())),
                false => octets.extend_from_slice(text.as_bytes()),
            }
            if whole {
                break;
            }
            expected += 1;
        }
        Some((charset, octets))
    }
}

impl Param {
    fn new(name: &str, text: String) -> Option<Self> {
        let mut parts = name.split('*');
        let base = parts.next()?;
        let (piece, extended) = match (parts.next(), parts.next()) {
            (None, _) => (None, false),
            (Some(""), None) => (None, true),
            (Some(number), end) => (Some(number.parse().ok()?), end == Some("")),
        };
        Some(Self {
            name: base.to_owned(),
            piece,
            extended,
            text,
        })
    }
}

/// The next parameter's name in lower case, and what follows its `=`.
fn next_name(rest: &str) -> Option<(String, &str)> {
    let mut rest = rest;
    loop {
        rest = rest.trim_start_matches(|c: char| c == ';' || c.is_whitespace());
        let end = rest.find(['=', ';'])?;
        let (name, after) = rest.split_at(end);
        match after.strip_prefix('=') {
            Some(after) => return Some((name.trim().to_ascii_lowercase(), after)),
            None => rest = after,
        }
    }
}

/// The value that begins here, and what follows it.
fn value_of<'a>(rest: &'a str, name: &str) -> (String, &'a str) {
    let rest = rest.trim_start();
    if let Some(quoted) = rest.strip_prefix('"') {
        let mut value = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    let after = quoted.get(at + 1..).unwrap_or_default();
                    let next = after.find(';').unwrap_or(after.len());
                    return (value, after.get(next..).unwrap_or_default());
                }
                // Old programs write paths of Windows into names and escape nothing.
                '\\' => match chars.clone().next() {
                    Some((_, escaped @ ('"' | '\\'))) => {
                        chars.next();
                        value.push(escaped);
                    }
                    _ => value.push(c),
                },
                _ => value.push(c),
            }
        }
        return (value, "");
    }
    let end = rest.find(';').unwrap_or(rest.len());
    let (value, after) = rest.split_at(end);
    let value = match name.starts_with("name") || name.starts_with("filename") {
        // Names with spaces should be quoted and often are not.
        true => value.trim(),
        false => value
            .split(|c: char| c.is_whitespace() || c == '(')
            .next()
            .unwrap_or_default(),
    };
    (value.to_owned(), after)
}

/// A media type in lower case; what is none is data of an unknown kind.
pub(super) fn media_type(value: &str) -> String {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
    let good =
        |half: &str| !half.is_empty() && half.len() <= MAX_MEDIA_TYPE && half.chars().all(token);
    match value.split_once('/') {
        Some((typ, subtype)) if good(typ) && good(subtype) => value.to_ascii_lowercase(),
        // What some old programs write.
        None if value == "text" => "text/plain".to_owned(),
        _ => "application/octet-stream".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::NoCharsets;
    use crate::mime::tests::kit::Koi8;
    use proptest::prelude::*;

    fn text(field: &str, name: &str) -> Option<String> {
        Params::read(field.as_bytes()).text(name, &Koi8)
    }

    #[test]
    fn values_of_every_form() {
        for (field, name) in [
            ("a; filename=x.txt", "x.txt"),
            ("a; FileName = \"x y.txt\" ; b=c", "x y.txt"),
            (
                "a; b=\"c;filename=no\"; filename=\"q\\\"\\\\.txt\"",
                "q\"\\.txt",
            ),
            ("a; filename=\"C:\\dir\\x.txt\"", "C:\\dir\\x.txt"),
            ("a; filename=my file.txt; x=y", "my file.txt"),
            ("a; filename=\"open", "open"),
            ("a;;; filename=x.txt;", "x.txt"),
            ("a; novalue; filename=x.txt", "x.txt"),
            ("a; filename*=utf-8'de'gr%C3%BCn.txt", "grün.txt"),
            ("a; filename*=koi8-r''%F0%D2%C9.txt", "При.txt"),
            ("a; filename=old.txt; filename*=utf-8''new.txt", "new.txt"),
            // Pieces in any order, a character cut in two, quotes and percent signs that mean nothing.
            (
                "a; filename*1*=%BCn; filename*0*=utf-8''gr%C3; filename*2=\"%41.txt\"",
                "grün%41.txt",
            ),
            ("a; filename*0=one; filename*2=three", "one"),
            ("a; filename*0=a; filename*0=b; filename*1=c", "ac"),
            ("a; filename*=plain%20text", "plain text"),
            ("a; filename=\"=?utf-8?q?gr=C3=BCn.txt?=\"", "grün.txt"),
            ("a; filename=\"gr\u{fc}n.txt\"", "grün.txt"),
        ] {
            assert_eq!(text(field, "filename").as_deref(), Some(name), "{field}");
        }
        for field in [
            "a",
            "a; b=c",
            "a; filename*x=1",
            "a; filename*1=x",
            "",
            ";",
            "a; =",
        ] {
            let found = text(field, "filename");
            assert!(found.is_none_or(|found| found.is_empty()), "{field}");
        }
    }

    #[test]
    fn words_end_where_words_end() {
        let params = Params::read(b"text/plain; charset=us-ascii (plain); boundary=\"a b\"; b=c d");
        assert_eq!(params.word("charset").as_deref(), Some("us-ascii"));
        assert_eq!(params.word("boundary").as_deref(), Some("a b"));
        assert_eq!(params.word("b").as_deref(), Some("c"));
        let params = Params::read(b"multipart/mixed; boundary*0=ab; boundary*1=cd");
        assert_eq!(params.word("boundary").as_deref(), Some("abcd"));
    }

    #[test]
    fn media_types_are_tame() {
        for (value, expected) in [
            ("Text/HTML", "text/html"),
            (
                "application/vnd.ms-word.document.macroenabled.12",
                "application/vnd.ms-word.document.macroenabled.12",
            ),
            ("text", "text/plain"),
            ("image", "application/octet-stream"),
            ("a/b/c", "application/octet-stream"),
            ("text/<script>", "application/octet-stream"),
            ("text /plain", "application/octet-stream"),
            ("/", "application/octet-stream"),
            ("", "application/octet-stream"),
        ] {
            assert_eq!(media_type(value), expected, "{value}");
        }
    }

    #[test]
    fn floods_end() {
        let field = "a".to_owned() + &"; filename*0=x".repeat(100_000);
        assert_eq!(text(&field, "filename").as_deref(), Some("x"));
    }

    proptest! {
        #[test]
        fn any_field_ends_well(field in "[a;=*'\"%41 \\\\()\u{fc}filename]{0,80}") {
            let params = Params::read(field.as_bytes());
            params.text("filename", &NoCharsets);
            params.word("filename");
        }
    }
}
