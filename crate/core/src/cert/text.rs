//! Text of strangers, made safe to show.

mod marks;

use self::marks::is_mark;
use crate::limits;

/// One line that cannot mislead by its form: control, bidirectional, zero-width and other invisible characters become
/// U+FFFD, white space becomes single spaces, marks on one character and the length are limited. Joiners and variation
/// selectors stay where a script or an emoji needs them, so that names of all languages can be read. Not HTML: escaping
/// is the page's matter.
pub fn safe_text(text: &str) -> String {
    safe_line(text, limits::MAX_SHOWN_USER_ID)
}

/// The same with another length.
pub(crate) fn safe_line(text: &str, most: usize) -> String {
    tame(text, Some('\u{fffd}'), most)
}

/// The same for text that its owner typed: what misleads is left out.
pub(crate) fn clean_text(text: &str) -> String {
    tame(text, None, limits::MAX_SHOWN_USER_ID)
}

fn tame(text: &str, instead: Option<char>, most: usize) -> String {
    let mut out = String::new();
    for (count, word) in text.split_whitespace().enumerate() {
        if count > 0 {
            out.push(' ');
        }
        word_into(&mut out, word, instead);
    }
    if out.chars().count() > most {
        out = out.chars().take(most).chain(['…']).collect();
    }
    out
}

fn word_into(out: &mut String, word: &str, instead: Option<char>) {
    let mut chars = word.chars().peekable();
    // A mark in front of a word would be drawn onto what is not part of it.
    let mut look = Look {
        before: None,
        marks: limits::MAX_MARKS,
    };
    while let Some(c) = chars.next() {
        if look.is_good(c, chars.peek().copied()) {
            out.push(c);
        } else if !is_mark(c) || look.marks == limits::MAX_MARKS + 1 {
            // One sign for a pile of marks, however high it is.
            out.extend(instead);
        }
    }
}

/// Whether anything in a text of several lines makes it look different from what it says: what [`safe_text`] would not
/// leave as it is, white space apart.
pub(crate) fn misleads(text: &str) -> bool {
    let mut chars = text.chars().peekable();
    let mut look = Look::default();
    while let Some(c) = chars.next() {
        if matches!(c, '\n' | '\t' | ' ') {
            look = Look::default();
        } else if !look.is_good(c, chars.peek().copied()) {
            return true;
        }
    }
    false
}

/// A look at one character after the other.
#[derive(Default)]
struct Look {
    /// The last one, if it was good.
    before: Option<char>,
    /// Marks on the last one that is none.
    marks: usize,
}

impl Look {
    fn is_good(&mut self, c: char, after: Option<char>) -> bool {
        // Long texts are mostly made of these.
        if matches!(c, '!'..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}') {
            (self.before, self.marks) = (Some(c), 0);
            return true;
        }
        let good = match is_mark(c) {
            true => {
                self.marks += 1;
                self.marks <= limits::MAX_MARKS
            }
            false if is_selector(c) => self.before.is_some_and(|before| varies(before, c, after)),
            false if is_joiner(c) => self.before.is_some_and(|before| joins(before, c, after)),
            false => {
                self.marks = 0;
                !is_misleading(c)
            }
        };
        self.before = good.then_some(c);
        good
    }
}

/// Characters that are invisible or change the order of others, whatever stands around them.
pub(crate) fn is_misleading(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e000}'..='\u{f8ff}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}'
            | '\u{e01f0}'..='\u{10ffff}')
}

/// Zero-width non-joiner and joiner: part of how some scripts are written, invisible everywhere else.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Variation selectors.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a joiner can be seen here: RFC 5892, A.1 and A.2, and sequences of emoji.
fn joins(before: char, joiner: char, after: Option<char>) -> bool {
    let emoji = joiner == '\u{200d}'
        && (is_pictograph(before) || before == '\u{fe0f}')
        && after.is_some_and(is_pictograph);
    let arabic =
        connects(before) && after.is_some_and(|after| matches!(after, '\u{620}'..='\u{6d3}'));
    is_virama(before) || arabic || emoji
}

/// Whether a variation selector can have an effect on the character before it.
fn varies(before: char, selector: char, after: Option<char>) -> bool {
    match selector {
        '\u{fe0e}' | '\u{fe0f}' => {
            is_pictograph(before)
                || matches!(before, '0'..='9' | '#' | '*') && after == Some('\u{20e3}')
        }
        '\u{180b}'..='\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
        _ => matches!(before,
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}'),
    }
}

/// Signs that make one letter of two in the scripts of India and its neighbours.
fn is_virama(c: char) -> bool {
    matches!(
        c,
        '\u{94d}'
            | '\u{9cd}'
            | '\u{a4d}'
            | '\u{acd}'
            | '\u{b4d}'
            | '\u{bcd}'
            | '\u{c4d}'
            | '\u{ccd}'
            | '\u{d4d}'
            | '\u{dca}'
            | '\u{1039}'
            | '\u{17d2}'
    )
}

/// Letters of the Arabic script that are joined to the next one.
fn connects(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{6d3}')
        && !is_mark(c)
        && !matches!(c,
            '\u{621}'..='\u{625}' | '\u{627}' | '\u{629}' | '\u{62f}'..='\u{632}' | '\u{640}' | '\u{648}'
            | '\u{660}'..='\u{66f}' | '\u{671}'..='\u{677}' | '\u{688}'..='\u{699}' | '\u{6c0}'
            | '\u{6c3}'..='\u{6cb}' | '\u{6cd}' | '\u{6cf}' | '\u{6d2}' | '\u{6d3}')
}

/// Pictures, and the tones of skin that follow them.
fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{21aa}'
        | '\u{231a}'..='\u{23ff}' | '\u{24c2}' | '\u{25aa}'..='\u{27bf}' | '\u{2934}' | '\u{2935}'
        | '\u{2b05}'..='\u{2b55}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn misleading_characters_become_visible() {
        assert_eq!(
            safe_text("a\u{202e}b\u{200b}c\0d\u{e0041}"),
            "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}"
        );
        assert_eq!(safe_text(" a \t\r\n\u{a0}\u{3000} b "), "a b");
        assert_eq!(clean_text("a\u{202e}b \u{200b}c\u{200d}"), "ab c");
    }

    #[test]
    fn names_of_all_languages_stay_as_they_are() {
        for name in [
            "Zoë Ökonom",
            "山田 太郎",
            "Nguyễn Thị Ánh",
            "Nguye\u{302}\u{303}n",
            "דָּוִד בֶּן־גּוּרְיוֹן",
            "مُحَمَّد",
            "می\u{200c}خواهم",
            "क्षत्रिय",
            "क्\u{200d}षत्रिय",
            "ශ්\u{200d}රී",
            "അവന്\u{200d}",
            "สมชาย ก็ ที่",
            "葛\u{e0100}城",
            "👩\u{200d}💻 Ann",
            "👩🏽\u{200d}🚀",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
        ] {
            assert_eq!(safe_text(name), name, "{}", name.escape_unicode());
            assert_eq!(clean_text(name), name);
        }
    }

    #[test]
    fn what_makes_no_difference_to_the_eye_is_shown() {
        for (text, shown) in [
            // Joiners and selectors where they do nothing.
            ("Al\u{200d}ice", "Al\u{fffd}ice"),
            ("Al\u{200c}ice", "Al\u{fffd}ice"),
            ("Alice\u{fe0f}", "Alice\u{fffd}"),
            ("Alice 1\u{fe0f}", "Alice 1\u{fffd}"),
            ("Alice\u{e0100}", "Alice\u{fffd}"),
            ("Alice\u{180b}", "Alice\u{fffd}"),
            ("د\u{200c}ا", "د\u{fffd}ا"),
            ("👩\u{200d}", "👩\u{fffd}"),
            ("👩\u{200d}\u{200d}💻", "👩\u{fffd}\u{fffd}💻"),
            ("葛\u{e0100}\u{e0101}", "葛\u{e0100}\u{fffd}"),
            ("क्\u{200d}\u{200d}ष", "क्\u{200d}\u{fffd}ष"),
            ("Ali\u{34f}ce", "Ali\u{fffd}ce"),
            ("Ali\u{ffff}ce", "Ali\u{fffd}ce"),
            // Marks on nothing.
            ("\u{301}a", "\u{fffd}a"),
            ("a \u{301}\u{301}b", "a \u{fffd}b"),
        ] {
            assert_eq!(safe_text(text), shown, "{}", text.escape_unicode());
        }
    }

    #[test]
    fn a_message_misleads_by_the_same_characters_as_a_name() {
        for c in [
            '\u{ad}',
            '\u{115f}',
            '\u{1160}',
            '\u{180e}',
            '\u{200b}',
            '\u{200e}',
            '\u{2028}',
            '\u{2029}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2800}',
            '\u{3164}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff9}',
            '\u{e0041}',
            '\u{e0100}',
            '\u{fe0f}',
            '\u{200d}',
            '\u{7f}',
            '\u{85}',
            '\u{c}',
        ] {
            assert!(misleads(&format!("a{c}b")), "{}", c.escape_unicode());
        }
        assert!(misleads(&format!(
            "a{}b",
            "\u{301}".repeat(limits::MAX_MARKS + 1)
        )));
        for text in [
            "Zoë:\n\t\u{301} ‑ „مُحَمَّد“ می\u{200c}خواهم",
            "क्\u{200d}षत्रिय ❤\u{fe0f} 👩\u{200d}💻 1\u{fe0f}\u{20e3} 葛\u{e0100}",
            "a\u{a0}b\u{3000}c",
        ] {
            assert!(!misleads(text), "{}", text.escape_unicode());
        }
    }

    #[test]
    fn marks_do_not_pile_up() {
        let pile = |mark: char, count| format!("a{}b", mark.to_string().repeat(count));
        for mark in ['\u{301}', '\u{489}', '\u{e47}', '\u{20dd}', '\u{1ab0}'] {
            let most = pile(mark, limits::MAX_MARKS);
            assert_eq!(safe_text(&most), most);
            for more in [1, 2, 100] {
                let shown = safe_text(&pile(mark, limits::MAX_MARKS + more));
                assert_eq!(shown, most.replace('b', "\u{fffd}b"));
            }
        }
    }

    #[test]
    fn long_text_is_cut() {
        let shown = safe_text(&"x".repeat(limits::MAX_SHOWN_USER_ID + 1));
        assert_eq!(shown.chars().count(), limits::MAX_SHOWN_USER_ID + 1);
        assert!(shown.ends_with('…'));
    }

    proptest! {
        #[test]
        fn the_result_is_clean_and_stable(text in ".{0,300}") {
            let once = safe_text(&text);
            prop_assert!(!once.chars().any(is_misleading));
            if once.chars().count() <= limits::MAX_SHOWN_USER_ID {
                prop_assert_eq!(&safe_text(&once), &once);
            }
        }

        #[test]
        fn few_marks_and_no_lonely_selectors(
            text in "[ab\u{301}\u{489}\u{94d}\u{915}\u{200c}\u{200d}\u{fe0f}\u{1f469}\u{4e00}\u{e0100}]{0,60}",
        ) {
            let once = safe_text(&text);
            prop_assert_eq!(&safe_text(&once), &once);
            let shown: Vec<_> = once.chars().collect();
            prop_assert!(!shown.windows(limits::MAX_MARKS + 1).any(|run| run.iter().all(|c| is_mark(*c))));
            let after_latin = |pair: &[char]| {
                pair[0].is_ascii() && (is_joiner(pair[1]) || is_selector(pair[1]))
            };
            prop_assert!(!shown.windows(2).any(after_latin));
        }
    }
}
