//! The sender's address out of what a site shows as `From`.

use crate::cert::parse_address;

/// The one address in `from`, in lower case.
///
/// `None` when there is none, more than one, or anything that could be taken for another: a display name with an
/// address in it that is not the very same, lists and groups (RFC 5322, 3.4), runs of spaces, control characters.
pub(super) fn address(from: &str) -> Option<String> {
    let from = from.trim();
    let (name, rest) = from.rsplit_once('<').unwrap_or_default();
    let address = rest.strip_suffix('>').unwrap_or_default();
    let quoted = name
        .trim()
        .strip_prefix('"')
        .and_then(|n| n.strip_suffix('"'));
    let lists = quoted.is_none() && name.contains([',', ';', ':']);
    match lists || from.chars().any(char::is_control) || misleads(name, address) {
        true => None,
        false => parse_address(from),
    }
}

/// The same of a field that was taken apart by its grammar: its name, decoded, and its address.
pub(super) fn mailbox(name: &str, address: &str) -> Option<String> {
    let strange = name.chars().any(char::is_control) || address.contains(['<', '>']);
    match strange || misleads(name, address) {
        true => None,
        false => parse_address(address),
    }
}

/// A display name that could be taken for another address, or that pushes the address out of sight. Programs whose user gave no
/// name write the address in its place.
fn misleads(name: &str, address: &str) -> bool {
    let bare = name.trim().trim_matches(['"', '\'']).trim();
    if !bare.is_empty() && bare.eq_ignore_ascii_case(address.trim()) {
        return false;
    }
    name.contains(['@', '\u{ff20}', '\u{fe6b}']) || name.trim().contains("   ")
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
            "ann@example.org <ann@example.org>",
            "\"Ann@example.org\" <ann@Example.org>",
            "\"'ann@example.org'\" <ann@example.org>",
        ] {
            assert_eq!(address(text), ann, "{text}");
        }
    }

    #[test]
    fn fields_that_were_taken_apart() {
        let ann = Some("ann@example.org".to_owned());
        for name in [
            "",
            "Ann Bee",
            "Bee, Ann",
            "Team: Ann",
            "ann@example.org",
            "'Ann@Example.org'",
        ] {
            assert_eq!(mailbox(name, "Ann@example.org"), ann, "{name}");
        }
        for (name, address) in [
            ("boss@example.org", "ann@example.org"),
            ("ann@example.org boss@example.org", "ann@example.org"),
            ("ann@example.org", "boss@example.org"),
            ("ann\u{ff20}example.org", "ann@example.org"),
            ("boss                 .", "ann@example.org"),
            ("Ann\0", "ann@example.org"),
            ("Ann", ""),
            ("Ann", "Eve <ann@example.org>"),
            ("Ann", "ann@example.org, eve@example.net"),
            ("Ann", "a b@example.org"),
        ] {
            assert_eq!(mailbox(name, address), None, "{name} {address}");
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
            "boss@example.org <eve@example.net> <boss@example.org>",
            "eve@example.net boss@example.org <eve@example.net>",
            "eve@example.net  <boss@example.org>",
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
