//! The sender's address out of what a site shows as `From`.

use crate::cert::parse_address;

/// The one address in `from`, in lower case.
///
/// `None` when there is none, more than one, or anything that could be taken for another: a display name with an
/// address in it, lists and groups (RFC 5322, 3.4), runs of spaces, control characters.
pub(super) fn address(from: &str) -> Option<String> {
    let from = from.trim();
    let name = match from.rsplit_once('<') {
        Some((name, _)) => name,
        None => "",
    };
    let looks_like_address = |c: char| matches!(c, '@' | '\u{ff20}' | '\u{fe6b}');
    let quoted = name
        .trim()
        .strip_prefix('"')
        .and_then(|n| n.strip_suffix('"'));
    let lists = quoted.is_none() && name.contains([',', ';', ':']);
    let strange = from.chars().any(char::is_control) || name.trim().contains("   ");
    match name.contains(looks_like_address) || lists || strange {
        true => None,
        false => parse_address(from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_address() {
        let ann = Some("ann@example.org".to_owned());
        for text in [
            "ann@example.org",
            " Ann@Example.ORG ",
            "<ann@example.org>",
            "Ann Bee <ann@example.org>",
            "\"Bee, Ann\" <ann@example.org>",
        ] {
            assert_eq!(address(text), ann, "{text}");
        }
    }

    #[test]
    fn tricks_are_no_address() {
        for text in [
            "",
            "Ann",
            "boss@example.org <eve@example.net>",
            "boss@example.org                 . <eve@example.net>",
            "\"boss@example.org\" <eve@example.net>",
            "boss\u{ff20}example.org <eve@example.net>",
            "Boss                 . <eve@example.net>",
            "boss@example.org, eve@example.net",
            "Boss <boss@example.org>, Eve <eve@example.net>",
            "Boss, Eve <eve@example.net>",
            "Team: boss@example.org;",
            "Team: Eve <eve@example.net>",
            "<boss@example.org> <eve@example.net>",
            "boss@example.org\0",
            "boss@example.org\r\nFrom: eve@example.net",
            "boss@@example.org",
            "boss@example.org>",
            "\u{202e}boss <eve@example.net> ann@example.org",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
    }
}
