//! Charsets: UTF-8 and what is nearly ASCII are decoded here, everything else by the host.

use std::borrow::Cow;

/// Charsets that the host lends: browsers have all that occur (WHATWG Encoding), and their tables are large.
pub trait Charsets {
    /// `octets` as text; `None` where there is no charset of this name. What cannot be decoded becomes U+FFFD.
    fn decode(&self, label: &str, octets: &[u8]) -> Option<String>;
}

/// No help: other charsets are shown as Latin-1, with a remark.
#[derive(Clone, Copy, Debug)]
pub struct NoCharsets;

impl Charsets for NoCharsets {
    fn decode(&self, _: &str, _: &[u8]) -> Option<String> {
        None
    }
}

/// A text that was decoded.
pub(crate) struct Decoded {
    pub text: String,
    /// It is what the charset says; otherwise the charset is not known or the text is not in it.
    pub sure: bool,
}

/// Decodes `octets` in the charset that `label` names.
pub(crate) fn decode(label: Option<&str>, octets: &[u8], charsets: &dyn Charsets) -> Decoded {
    let label = label.map(|label| label.trim().to_ascii_lowercase());
    match label.as_deref() {
        None | Some("" | "utf-8" | "utf8" | "us-ascii" | "ascii" | "ansi_x3.4-1968") => {
            let told = label
                .as_deref()
                .is_some_and(|label| label.starts_with("utf"));
            match std::str::from_utf8(octets) {
                Ok(text) => Decoded {
                    text: text.to_owned(),
                    sure: true,
                },
                // Some octets are damaged, all others are what they should be.
                Err(_) if told => Decoded {
                    text: String::from_utf8_lossy(octets).into_owned(),
                    sure: false,
                },
                Err(_) => Decoded {
                    text: windows_1252(octets),
                    sure: false,
                },
            }
        }
        Some("iso-8859-1" | "iso8859-1" | "latin1" | "windows-1252" | "cp1252") => Decoded {
            text: windows_1252(octets),
            sure: true,
        },
        // An encoding in which scripts can hide from who looks for them; browsers have none of it either.
        Some("utf-7" | "unicode-1-1-utf-7") => Decoded {
            text: windows_1252(octets),
            sure: false,
        },
        Some(label) => match charsets.decode(known(label), octets) {
            Some(text) => Decoded { text, sure: true },
            None => Decoded {
                text: match std::str::from_utf8(octets) {
                    Ok(text) => text.to_owned(),
                    Err(_) => windows_1252(octets),
                },
                // ASCII is the same in all that could be meant, except for those that switch by escape sequences.
                sure: octets.iter().all(|byte| byte.is_ascii() && *byte != 0x1b)
                    && !label.starts_with("utf-16")
                    && !label.starts_with("hz"),
            },
        },
    }
}

/// The name by which hosts know a charset (WHATWG Encoding, 4.2) that Windows calls by a number.
fn known(label: &str) -> &str {
    match label {
        "cp932" => "shift_jis",
        "cp936" => "gbk",
        "cp949" => "euc-kr",
        "cp950" => "big5",
        other => other,
    }
}

/// A field: octets beyond ASCII are UTF-8 (RFC 6532), or what old programs write.
pub(crate) fn field(octets: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(octets) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(windows_1252(octets)),
    }
}

/// What everybody means by Latin-1 (WHATWG Encoding, 4.2): every octet has a meaning, nothing is left out.
fn windows_1252(octets: &[u8]) -> String {
    const FROM_80: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    let table: Vec<char> = FROM_80.chars().collect();
    let character = |&byte: &u8| match byte {
        0x80..0xa0 => table
            .get(usize::from(byte - 0x80))
            .copied()
            .unwrap_or('\u{fffd}'),
        byte => char::from(byte),
    };
    octets.iter().map(character).collect()
}

/// The charset that an HTML text names in its first kilobyte, where the mail names none.
pub(crate) fn of_html(octets: &[u8]) -> Option<String> {
    const WORD: &[u8] = b"charset=";
    let head = octets.get(..1024).unwrap_or(octets).to_ascii_lowercase();
    let at = head.windows(WORD.len()).position(|window| window == WORD)?;
    let value = head.get(at + WORD.len()..)?;
    let value = value
        .strip_prefix(b"\"")
        .or(value.strip_prefix(b"'"))
        .unwrap_or(value);
    let in_name =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    let name: String = value
        .iter()
        .take_while(in_name)
        .map(|&byte| char::from(byte))
        .collect();
    // Whose name stands there in ASCII is in none of two octets each: HTML reads UTF-8 then.
    let wide = name.starts_with("utf-16") || name == "unicode";
    (!name.is_empty() && !wide).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::tests::kit::Koi8;

    #[test]
    fn known_and_unknown_ones() {
        for (label, octets, text, sure) in [
            (None, &b"abc"[..], "abc", true),
            (None, "grün".as_bytes(), "grün", true),
            (None, b"gr\xfcn \x80", "grün €", false),
            (Some("UTF-8"), b"gr\xfcn", "gr\u{fffd}n", false),
            (Some("us-ascii"), "grün".as_bytes(), "grün", true),
            (Some("ISO-8859-1"), "ü".as_bytes(), "Ã¼", true),
            (Some(" latin1 "), b"\x93a\x94\x81", "“a”\u{81}", true),
            (Some("koi8-r"), b"\xf0\xd2\xc9", "При", true),
            (
                Some("iso-2022-jp"),
                b"\x1b$B%O\x1b(B",
                "\u{1b}$B%O\u{1b}(B",
                false,
            ),
            (Some("x-unknown"), b"abc", "abc", true),
            (Some("x-unknown"), b"\xe4", "ä", false),
            (
                Some("utf-7"),
                b"+ADw-script+AD4-",
                "+ADw-script+AD4-",
                false,
            ),
            (Some("hz-gb-2312"), b"~{VPNDr~}", "~{VPNDr~}", false),
            (Some("utf-16le"), b"a\0", "a\0", false),
        ] {
            let found = decode(label, octets, &Koi8);
            assert_eq!((found.text.as_str(), found.sure), (text, sure), "{label:?}");
        }
        assert!(!decode(Some("koi8-r"), b"\xf0", &NoCharsets).sure);
    }

    #[test]
    fn numbers_of_windows_are_names_that_hosts_know() {
        struct Name;
        impl Charsets for Name {
            fn decode(&self, label: &str, _: &[u8]) -> Option<String> {
                Some(label.to_owned())
            }
        }
        for (label, name) in [
            ("CP932", "shift_jis"),
            ("cp936", "gbk"),
            ("cp949", "euc-kr"),
            ("cp950", "big5"),
            ("cp866", "cp866"),
        ] {
            assert_eq!(decode(Some(label), b"\x82\xa0", &Name).text, name);
        }
    }

    #[test]
    fn the_charset_of_html() {
        for (html, charset) in [
            ("<meta charset=\"KOI8-R\">", Some("koi8-r")),
            ("<meta content='text/html; charset=utf-8'>", Some("utf-8")),
            ("<p>charset=", None),
            ("<p>", None),
            // It could not be read as ASCII.
            ("<meta charset=\"UTF-16\">", None),
            ("<meta charset=utf-16le>", None),
            ("<meta content='text/html; charset=unicode'>", None),
        ] {
            assert_eq!(of_html(html.as_bytes()).as_deref(), charset);
        }
    }
}
