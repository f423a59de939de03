//! Text of strangers, made safe to show.

use crate::limits;

/// One line that cannot mislead by its form: control, bidirectional, zero-width and other invisible characters become
/// U+FFFD, white space becomes single spaces, and the length is limited. Not HTML: escaping is the page's matter.
pub fn safe_text(text: &str) -> String {
    let mut out = String::new();
    for (count, word) in text.split_whitespace().enumerate() {
        if count > 0 {
            out.push(' ');
        }
        out.extend(
            word.chars()
                .map(|c| if is_misleading(c) { '\u{fffd}' } else { c }),
        );
    }
    if out.chars().count() > limits::MAX_SHOWN_USER_ID {
        out = out
            .chars()
            .take(limits::MAX_SHOWN_USER_ID)
            .chain(['…'])
            .collect();
    }
    out
}

/// Characters that are invisible or change the order of others.
pub(crate) fn is_misleading(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
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
        assert_eq!(safe_text("Zoë Ökonom 山田"), "Zoë Ökonom 山田");
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
    }
}
