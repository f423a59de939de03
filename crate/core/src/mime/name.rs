//! Names of files that strangers chose.

use super::limits::MAX_NAME;
use crate::cert::clean_text;

/// Octets of what stands behind the last dot and is kept when a name is cut.
const MAX_EXTENSION: usize = 20;

/// Names that Windows takes for devices, whatever follows a dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A name that can be given to a file on every system: one part of a path, without control, invisible or reserved
/// characters; `None` when nothing is left of it.
pub(super) fn safe(name: &str) -> Option<String> {
    let last = name
        .rsplit(['/', '\\'])
        .find(|part| !part.trim().is_empty())?;
    // `clean_text` leaves out what misleads; it must never have to cut, which would take the extension.
    let cleaned = clean_text(&cut(last));
    let replaced: String = cleaned
        .chars()
        .map(|c| match c {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\' => '_',
            c => c,
        })
        .collect();
    // What is left out leaves its spaces.
    let words: Vec<&str> = replaced.split_whitespace().collect();
    let replaced = words.join(" ");
    // Windows drops dots and spaces at the end, so that what follows them would decide; a dot in front hides.
    let trimmed = replaced.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if trimmed.is_empty() {
        return None;
    }
    let stem = trimmed
        .split('.')
        .next()
        .unwrap_or(trimmed)
        .trim_end()
        .to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|port| {
        stem.strip_prefix(port).is_some_and(|number| {
            number.chars().count() == 1 && number.chars().all(|c| "0123456789¹²³".contains(c))
        })
    });
    Some(match numbered || DEVICES.contains(&stem.as_str()) {
        true => format!("_{trimmed}"),
        false => trimmed.to_owned(),
    })
}

/// What stands behind the last dot, in lower case.
pub(super) fn extension(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    (!stem.is_empty()).then(|| extension.to_lowercase())
}

/// Names that were given out, each once: file systems that do not tell case apart would overwrite.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// In lower case and in order, with the number that was last tried for it: a thousand files of one name are numbered in
    /// one go.
    taken: Vec<(String, usize)>,
}

impl Names {
    /// `name`, or with a number when it is taken.
    pub fn unique(&mut self, name: String) -> String {
        let (stem, extension) = divided(&name);
        let mut free = name.clone();
        let first = self.place(&name);
        let mut place = first;
        while place.is_ok() {
            let tried = first.ok().and_then(|at| self.taken.get_mut(at));
            let number = tried.map_or(2, |(_, number)| {
                *number += 1;
                *number
            });
            free = format!("{stem} ({number}){extension}");
            place = self.place(&free);
        }
        if let Err(at) = place {
            self.taken.insert(at, (free.to_lowercase(), 1));
        }
        free
    }

    /// Where it is, or where it would be.
    fn place(&self, name: &str) -> Result<usize, usize> {
        let lower = name.to_lowercase();
        self.taken
            .binary_search_by(|(taken, _)| taken.as_str().cmp(&lower))
    }
}

/// Without the middle of what is too long: beginning and extension tell most.
fn cut(name: &str) -> String {
    if name.len() <= MAX_NAME {
        return name.to_owned();
    }
    let (stem, extension) = divided(name);
    let room = MAX_NAME - extension.len();
    let end = (0..=room)
        .rev()
        .find(|&end| stem.is_char_boundary(end))
        .unwrap_or_default();
    format!("{}{extension}", stem.get(..end).unwrap_or_default())
}

/// Stem, and extension with its dot. Whatever is long is no extension.
fn divided(name: &str) -> (&str, &str) {
    let dot = name
        .rfind('.')
        .filter(|dot| *dot > 0 && name.len() - dot <= MAX_EXTENSION);
    name.split_at_checked(dot.unwrap_or(name.len()))
        .unwrap_or((name, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_become_safe() {
        for (name, expected) in [
            ("report.pdf", Some("report.pdf")),
            ("Grüße 山田.txt", Some("Grüße 山田.txt")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\Windows\\x.txt", Some("x.txt")),
            ("C:x.txt", Some("C_x.txt")),
            ("a/b/", Some("b")),
            (".bashrc", Some("bashrc")),
            ("...", None),
            ("evil.exe. . ", Some("evil.exe")),
            ("a\u{202e}fdp.exe", Some("afdp.exe")),
            ("a\0b\r\nc.txt", Some("ab c.txt")),
            ("a<b>:\"|?*.txt", Some("a_b______.txt")),
            ("con", Some("_con")),
            ("NUL.tar.gz", Some("_NUL.tar.gz")),
            ("com1.txt", Some("_com1.txt")),
            ("LPT².txt", Some("_LPT².txt")),
            ("com12.txt", Some("com12.txt")),
            ("console.txt", Some("console.txt")),
            ("", None),
            ("///", None),
            ("\u{200b}", None),
        ] {
            assert_eq!(safe(name).as_deref(), expected, "{name:?}");
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        for letter in ["x", "ü", "山"] {
            let name = safe(&format!("{}.pdf", letter.repeat(1000))).unwrap();
            assert!(
                name.len() <= MAX_NAME && name.len() > MAX_NAME - 4,
                "{name}"
            );
            assert!(name.ends_with(".pdf"));
        }
        let name = safe(&format!("a.{}", "x".repeat(1000))).unwrap();
        assert_eq!(name.len(), MAX_NAME);
    }

    #[test]
    fn equal_names_get_numbers() {
        let mut names = Names::default();
        let given = ["a.txt", "A.TXT", "a.txt", "a (2).txt", "b", "b"]
            .map(|name| names.unique(name.to_owned()));
        assert_eq!(
            given,
            [
                "a.txt",
                "A (2).TXT",
                "a (3).txt",
                "a (2) (2).txt",
                "b",
                "b (2)"
            ]
        );
    }

    proptest! {
        #[test]
        fn safe_is_safe(name in "[\\PC\u{0}-\u{20}./\\\\:]{0,300}") {
            if let Some(safe_name) = safe(&name) {
                prop_assert!(!safe_name.is_empty() && safe_name.len() <= MAX_NAME + 1);
                prop_assert!(!safe_name.starts_with('.') && !safe_name.ends_with(['.', ' ']));
                prop_assert!(!safe_name.contains(['/', '\\', ':', '\0', '\n']));
                prop_assert!(!safe_name.contains("  ") && !safe_name.chars().any(crate::cert::is_misleading));
            }
        }
    }
}
