//! Encoded words (RFC 2047) in fields.

use super::charset::{self, Charsets};
use super::limits::MAX_WORD;
use super::transfer;

/// Octets of a charset with its language, as they stand in a word.
const MAX_LABEL: usize = 80;

/// A word that waits for the next one: characters can be cut in two between them.
struct Waiting {
    charset: String,
    octets: Vec<u8>,
}

impl Waiting {
    fn decode(self, charsets: &dyn Charsets) -> String {
        charset::decode(Some(&self.charset), &self.octets, charsets).text
    }
}

/// The ISO-2022 family switches by escape sequences: each word begins and ends in ASCII (RFC 2047, 3). Where two were put
/// together, decoders would take the switch to ASCII that nothing follows for damage.
fn switches(charset: &str) -> bool {
    charset.starts_with("iso-2022-")
}

/// `text` with its encoded words decoded. White space between two of them is none (RFC 2047, 6.2).
pub(super) fn decode(text: &str, charsets: &dyn Charsets) -> String {
    let mut out = String::with_capacity(text.len());
    let mut waiting: Option<Waiting> = None;
    let mut rest = text;
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at(at);
        let word = word(from);
        let between = word.is_some() && before.chars().all(char::is_whitespace);
        if !(between && waiting.is_some()) {
            out.extend(waiting.take().map(|word| word.decode(charsets)));
            out.push_str(before);
        }
        match word {
            Some((charset, octets, after)) => {
                match &mut waiting {
                    Some(open) if open.charset == charset && !switches(&charset) => {
                        open.octets.extend(octets);
                    }
                    _ => {
                        let done = waiting.replace(Waiting { charset, octets });
                        out.extend(done.map(|word| word.decode(charsets)));
                    }
                }
                rest = after;
            }
            None => {
                out.push_str("=?");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    out.extend(waiting.map(|word| word.decode(charsets)));
    out.push_str(rest);
    out
}

/// Octets of the word that begins here; nothing when there is none.
pub(super) fn length(from: &str) -> Option<usize> {
    word(from).map(|(_, _, after)| from.len() - after.len())
}

/// Charset (without language, RFC 2231, 5) and octets of the word that begins here, and what follows.
fn word(from: &str) -> Option<(String, Vec<u8>, &str)> {
    let (charset, rest) = split_near(from.strip_prefix("=?")?, MAX_LABEL)?;
    let charset = charset.split('*').next().unwrap_or_default();
    let token = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '@' | '"' | '(' | ')');
    if charset.is_empty() || charset.len() > 40 || !charset.chars().all(token) {
        return None;
    }
    let (encoding, rest) = split_near(rest, 1)?;
    // Asked first: what is no word must not be searched for its end.
    if !matches!(encoding, "b" | "B" | "q" | "Q") {
        return None;
    }
    let near = (0..=MAX_WORD)
        .rev()
        .find_map(|most| rest.get(..most.min(rest.len())))?;
    let end = near.find("?=")?;
    let data = near.get(..end)?.as_bytes();
    let octets = match encoding {
        "b" | "B" => transfer::base64(data).0,
        _ => {
            let spaced: Vec<u8> = data
                .iter()
                .map(|&byte| if byte == b'_' { b' ' } else { byte })
                .collect();
            transfer::hexadecimal(&spaced).0.into_owned()
        }
    };
    Some((charset.to_ascii_lowercase(), octets, rest.get(end + 2..)?))
}

/// What stands before the first `?`, at most so many octets, and what follows it.
fn split_near(text: &str, most: usize) -> Option<(&str, &str)> {
    let at = text.bytes().take(most + 1).position(|byte| byte == b'?')?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::NoCharsets;
    use crate::mime::tests::kit::Koi8;
    use proptest::prelude::*;

    #[test]
    fn words_and_what_is_none() {
        for (text, expected) in [
            ("plain = text ?=", "plain = text ?="),
            ("=?utf-8?q?gr=C3=BCn?=", "grün"),
            ("=?UTF-8?B?Z3LDvG4=?= tea", "grün tea"),
            ("a =?utf-8?q?b?= c", "a b c"),
            ("=?utf-8?q?a?= \t =?utf-8?q?b?=", "ab"),
            ("=?utf-8?q?a_?= =?iso-8859-1?q?=FC?=", "a ü"),
            // A character in two words.
            ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
            ("=?utf-8?B?w7w?=x", "üx"),
            ("=?utf-8*de?q?a?=", "a"),
            ("=?koi8-r?Q?=F0=D2=C9?=", "При"),
            ("=?utf-8?q?a b?=", "a b"),
            ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
            ("=?utf-8?q?open", "=?utf-8?q?open"),
            ("=?a@b?q?x?=", "=?a@b?q?x?="),
            ("=??q?x?=", "=??q?x?="),
            ("=?=?utf-8?q?a?=", "=?a"),
            ("=?utf-8?q?=ZZ?=", "=ZZ"),
        ] {
            assert_eq!(decode(text, &Koi8), expected, "{text}");
        }
    }

    /// What switches by escape sequences is decoded word by word: decoders take a switch that nothing follows for damage.
    #[test]
    fn words_that_begin_and_end_in_ascii() {
        struct Pieces;
        impl Charsets for Pieces {
            fn decode(&self, _: &str, octets: &[u8]) -> Option<String> {
                Some(format!("[{}]", octets.len()))
            }
        }
        let word = "?B?GyRCOiNGfBsoQg==?=";
        for (charset, expected) in [("ISO-2022-JP", "[10][10]"), ("shift_jis", "[20]")] {
            let text = format!("=?{charset}{word} =?{charset}{word}");
            assert_eq!(decode(&text, &Pieces), expected);
        }
    }

    /// Each beginning is looked at as far as a word may reach and no further.
    #[test]
    fn floods_of_beginnings_take_no_time() {
        let text = "=?utf-8?q?a".repeat(10_000);
        assert_eq!(decode(&text, &NoCharsets), text);
        let long = format!("=?utf-8?q?{}?=", "ü".repeat(MAX_WORD));
        assert_eq!(decode(&long, &NoCharsets), long);
    }

    proptest! {
        #[test]
        fn any_text_ends_well(text in "[=?uUtf8QqBb*_a\u{fc} -]{0,60}") {
            decode(&text, &NoCharsets);
        }
    }
}
