//! Cutting a multipart body at its delimiter lines (RFC 2046, 5.1.1).

use std::ops::Range;

use super::limits::MAX_BOUNDARY;

/// The parts of one multipart body. What stands before the first and behind the last is not part of the mail.
pub(super) struct Split {
    /// Where they are.
    pub parts: Vec<Range<usize>>,
    /// The last delimiter is there.
    pub closed: bool,
    /// There are more parts than were asked for.
    pub more: bool,
}

#[cfg(test)]
thread_local! {
    /// Octets of all bodies that a test had cut.
    pub(super) static LOOKED_AT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// At most `most` parts. The line end in front of a delimiter belongs to the delimiter: signatures do not cover it
/// (RFC 3156, 5).
pub(super) fn split(body: &[u8], boundary: &[u8], most: usize) -> Split {
    let mut found = Split {
        parts: Vec::new(),
        closed: false,
        more: false,
    };
    if boundary.is_empty() || boundary.len() > MAX_BOUNDARY {
        return found;
    }
    #[cfg(test)]
    LOOKED_AT.set(LOOKED_AT.get() + body.len());
    let mut start = None;
    let mut at = 0;
    loop {
        let rest = body.get(at..).unwrap_or_default();
        let next = memchr::memchr(b'\n', rest).map(|end| at + end + 1);
        if let Some(delimiter) = Delimiter::at(rest, boundary) {
            if let Some(start) = start.take() {
                found.parts.push(start..without_end(body, start, at));
            }
            if let Delimiter::Last = delimiter {
                found.closed = true;
                return found;
            }
            if found.parts.len() >= most {
                found.more = true;
                return found;
            }
            start = next;
        }
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    if let Some(start) = start {
        found.parts.push(start..body.len());
    }
    found
}

enum Delimiter {
    Between,
    Last,
}

impl Delimiter {
    /// Nothing but white space may follow on the line: another boundary can begin like this one.
    fn at(line: &[u8], boundary: &[u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?;
        let (rest, delimiter) = match rest.strip_prefix(b"--") {
            Some(rest) => (rest, Self::Last),
            None => (rest, Self::Between),
        };
        let end = rest.iter().position(|&byte| byte == b'\n');
        let padding = rest.get(..end.unwrap_or(rest.len()))?;
        padding
            .iter()
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
            .then_some(delimiter)
    }
}

/// The end of a part: without the line end in front of the delimiter at `at`.
fn without_end(body: &[u8], start: usize, at: usize) -> usize {
    let part = body.get(start..at).unwrap_or_default();
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    start + part.strip_suffix(b"\r").unwrap_or(part).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts<'a>(body: &'a str, boundary: &str) -> (Vec<&'a str>, bool) {
        let found = split(body.as_bytes(), boundary.as_bytes(), 100);
        let parts = found.parts.into_iter().map(|range| &body[range]);
        (parts.collect(), found.closed)
    }

    #[test]
    fn delimiters_and_what_only_looks_like_one() {
        for (body, expected, closed) in [
            ("--b\na\n--b--", vec!["a"], true),
            (
                "before\n--b\na\n\n--b\n\nc\n--b--\nafter\n--b\nx",
                vec!["a\n", "\nc"],
                true,
            ),
            ("--b \t\r\na\r\n--b-- \r\n", vec!["a"], true),
            ("--b\n--b\n--b--", vec!["", ""], true),
            ("--b\na", vec!["a"], false),
            ("--b\na\n", vec!["a\n"], false),
            (
                "--b\na\n--bc\n --b\n-b\n--b-\n--b--x\n--b--",
                vec!["a\n--bc\n --b\n-b\n--b-\n--b--x"],
                true,
            ),
            ("--b", vec![], false),
            ("--b--", vec![], true),
            ("a--b\n", vec![], false),
            ("", vec![], false),
        ] {
            assert_eq!(parts(body, "b"), (expected, closed), "{body:?}");
        }
        assert_eq!(parts("--a--\nx\n--a----", "a--"), (vec!["x"], true));
        assert_eq!(parts("--\nx\n----", ""), (vec![], false));
    }

    #[test]
    fn no_more_than_asked_for() {
        let found = split(&b"--b\na\n".repeat(5), b"b", 3);
        assert!(found.more && found.parts.len() == 3);
        let found = split(b"--b\na\n--b\nc\n--b--", b"b", 2);
        assert!(!found.more && found.closed);
    }

    proptest! {
        /// Parts that were put together come apart again.
        #[test]
        fn what_was_joined_is_split(all in proptest::collection::vec("[a-c\r -]{0,12}", 1..6)) {
            let mut body = String::from("preamble");
            for part in &all {
                body += &format!("\r\n--=_b\r\n{part}");
            }
            body += "\r\n--=_b--\r\nepilogue";
            let (found, closed) = parts(&body, "=_b");
            prop_assert!(closed);
            prop_assert_eq!(found, all);
        }

        #[test]
        fn any_octets_end_well(body in "[b\n\r -]{0,60}", most in 0_usize..4) {
            let found = split(body.as_bytes(), b"b", most);
            prop_assert!(found.parts.len() <= most.max(1));
            for range in found.parts {
                prop_assert!(body.get(range).is_some());
            }
        }
    }
}
