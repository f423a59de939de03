//! Lists of addresses (RFC 5322, 3.4) as strangers write them.

use super::charset::{self, Charsets};
use super::words;

/// One entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mailbox {
    /// The name, decoded, as it came.
    pub name: String,
    /// What stands between the angle brackets, or alone; as it came, without spaces around it.
    pub address: String,
    /// It is not written by the rules, so that another program may read another address.
    pub odd: bool,
}

/// What one field lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Addresses {
    pub all: Vec<Mailbox>,
    /// There is a group (RFC 5322, 3.4), even an empty one.
    pub group: bool,
}

/// Reads a field of addresses, at most `most` of them.
pub(super) fn read(field: &[u8], most: usize, charsets: &dyn Charsets) -> Addresses {
    let text = charset::field(field);
    let mut found = Addresses::default();
    let mut entry = Entry::default();
    let mut rest = &*text;
    while let Some(c) = rest.chars().next() {
        // A word is one piece: some programs leave in it what separates entries (RFC 2047, 5 forbids it).
        let word = words::length(rest).and_then(|end| rest.split_at_checked(end));
        if let Some((word, after)) = word.filter(|_| entry.angle.is_none()) {
            entry.odd |= word.contains(['@', '<', '>', '"']);
            entry.phrase.push_str(word);
            rest = after;
            continue;
        }
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match c {
            '"' => {
                let (quoted, closed, after) = until(after, '"');
                entry.at |= quoted.contains('@');
                entry.phrase.push_str(&quoted);
                entry.quoted = true;
                entry.odd |= !closed;
                after
            }
            '(' => {
                let (comment, closed, after) = comment(after);
                entry.comment.push_str(comment);
                entry.odd |= !closed;
                after
            }
            '<' => {
                let (address, closed, after) = until(after, '>');
                entry.odd |= !closed || entry.angle.is_some();
                entry.angle.get_or_insert(address);
                after
            }
            // Some programs separate by semicolons.
            ',' | ';' => {
                found.all.extend(std::mem::take(&mut entry).end(charsets));
                if found.all.len() >= most {
                    return found;
                }
                after
            }
            ':' if entry.angle.is_none() && !entry.at => {
                found.group = true;
                entry = Entry::default();
                after
            }
            _ => {
                entry.odd |= entry.angle.is_some() && !c.is_whitespace();
                entry.at |= c == '@';
                entry.phrase.push(c);
                after
            }
        };
    }
    found.all.extend(entry.end(charsets));
    found.all.truncate(most);
    found
}

/// An entry on its way.
#[derive(Default)]
struct Entry {
    phrase: String,
    /// There is an `@` in the phrase. Remembered: it is asked for at each colon.
    at: bool,
    /// Something in the phrase was in quotes.
    quoted: bool,
    comment: String,
    angle: Option<String>,
    odd: bool,
}

impl Entry {
    fn end(self, charsets: &dyn Charsets) -> Option<Mailbox> {
        let phrase = self.phrase.trim();
        let comment = self.comment.trim();
        let name = |text: &str| words::decode(text, charsets);
        let alone = match phrase.is_empty() {
            true => comment,
            false => phrase,
        };
        match self.angle {
            Some(address) => Some(Mailbox {
                name: name(alone),
                address: address.trim().to_owned(),
                odd: self.odd,
            }),
            None if self.at => Some(Mailbox {
                name: name(comment),
                address: phrase.to_owned(),
                odd: self.odd || self.quoted,
            }),
            None if alone.is_empty() => None,
            None => Some(Mailbox {
                name: name(alone),
                address: String::new(),
                odd: true,
            }),
        }
    }
}

/// To the closing sign; whether it is there, and what follows it.
fn until(text: &str, close: char) -> (String, bool, &str) {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == close {
            let after = text.get(at + c.len_utf8()..).unwrap_or_default();
            return (out, true, after);
        }
        match c {
            '\\' => out.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => out.push(c),
        }
    }
    (out, false, "")
}

/// The comment that begins here, those inside of it included (RFC 5322, 3.2.2).
fn comment(text: &str) -> (&str, bool, &str) {
    let mut depth = 1_usize;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    let (comment, after) = text.split_at_checked(at).unwrap_or((text, ""));
                    return (comment, true, after.get(1..).unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    (text, false, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::tests::kit::Koi8;
    use proptest::prelude::*;

    fn shown(text: &str) -> Vec<String> {
        let found = read(text.as_bytes(), 100, &Koi8);
        let odd = |odd| if odd { "!" } else { "" };
        found
            .all
            .iter()
            .map(|one| format!("{}{}|{}", odd(one.odd), one.name, one.address))
            .collect()
    }

    #[test]
    fn usual_forms() {
        for (text, expected) in [
            ("ann@example.org", &["|ann@example.org"][..]),
            ("<ann@example.org>", &["|ann@example.org"]),
            ("Ann Bee <ann@example.org>", &["Ann Bee|ann@example.org"]),
            (
                "\"Bee, Ann\" <ann@example.org>",
                &["Bee, Ann|ann@example.org"],
            ),
            ("\"a \\\"b\\\"\" <c@d>", &["a \"b\"|c@d"]),
            (
                "ann@example.org (Ann (the) Bee)",
                &["Ann (the) Bee|ann@example.org"],
            ),
            ("=?utf-8?q?M=C3=BCller=2C_H=2E?= <h@x>", &["Müller, H.|h@x"]),
            ("=?koi8-r?q?=F0=D2=C9?= <h@x>", &["При|h@x"]),
            (
                "=?UTF-8?Q?M=C3=BCller,_Hans?= <h@x>, b@x",
                &["Müller, Hans|h@x", "|b@x"],
            ),
            ("=?UTF-8?Q?Team:_Hans;?= <h@x>", &["Team: Hans;|h@x"]),
            ("=?UTF-8?Q?Hans_(H)?= <h@x>", &["Hans (H)|h@x"]),
            ("Grün <g@x>", &["Grün|g@x"]),
            ("a@x, B <b@x>;c@x,", &["|a@x", "B|b@x", "|c@x"]),
            ("undisclosed-recipients:;", &[]),
            ("Team: a@x, b@x;", &["|a@x", "|b@x"]),
            ("", &[]),
            (" , ,", &[]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert!(read(b"Team:;", 9, &Koi8).group && !read(b"a@x", 9, &Koi8).group);
        assert_eq!(read(&b"a@x,".repeat(50), 7, &Koi8).all.len(), 7);
    }

    #[test]
    fn oddities_are_told() {
        for (text, expected) in [
            ("Ann", "!Ann|"),
            ("<a@x> b@y", "!b@y|a@x"),
            ("<a@x> <b@y>", "!|a@x"),
            ("Ann <a@x", "!Ann|a@x"),
            ("\"Ann <a@x>", "!|Ann <a@x>"),
            ("a@x (open", "!open|a@x"),
            ("\"a@x\"", "!|a@x"),
            ("=?utf-8?q?a_<b@y>?= <a@x>", "!a <b@y>|a@x"),
            ("=?utf-8?q?a@x?=", "!a@x|"),
            ("<a@x> =?utf-8?q?b?=", "!b|a@x"),
        ] {
            assert_eq!(shown(text), [expected], "{text}");
        }
    }

    #[test]
    fn deep_comments_need_no_stack() {
        let deep = "(".repeat(100_000);
        assert_eq!(shown(&format!("{deep} a@x")).len(), 1);
        let closed = deep + &")".repeat(100_000);
        assert_eq!(
            shown(&format!("{closed} a@x"))[0].rsplit('|').next(),
            Some("a@x")
        );
    }

    #[test]
    fn colons_behind_an_address_are_read_once() {
        let text = format!("{}@{}", "a".repeat(600_000), ":".repeat(600_000));
        let started = std::time::Instant::now();
        let shown = shown(&text);
        let took = started.elapsed();
        assert_eq!(shown, [format!("|{text}")]);
        // It is no group, wherever the sign comes from.
        assert_eq!(
            shown_group("\"a@b\":c"),
            (false, vec!["!|a@b:c".to_owned()])
        );
        // Unoptimised and on a busy machine; what counts is that nothing grows with the square of the number.
        assert!(took.as_secs() < 5, "{took:?}");
    }

    fn shown_group(text: &str) -> (bool, Vec<String>) {
        (read(text.as_bytes(), 9, &Koi8).group, shown(text))
    }

    proptest! {
        #[test]
        fn any_field_ends_well(text in "[ab@<>,;:()\"\\\\=?\u{fc} ]{0,60}") {
            shown(&text);
        }
    }
}
