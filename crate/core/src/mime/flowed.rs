//! Text whose lines flow (RFC 3676): joined again, so that the window decides where they break.

/// Joins the lines of `text` (line ends as LF). With `delsp` the space at a soft break is no part of the text.
pub(super) fn join(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // Depth of quoting of the paragraph that is open.
    let mut open: Option<usize> = None;
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        let unquoted = line.trim_start_matches('>');
        let depth = line.len() - unquoted.len();
        // Space-stuffing (4.4).
        let content = unquoted.strip_prefix(' ').unwrap_or(unquoted);
        let soft = content.ends_with(' ') && content != "-- " && lines.peek().is_some();
        match open {
            // The line before was soft and of the same depth (4.5: others are not joined, whatever they say).
            Some(before) if before == depth && content != "-- " => {}
            Some(_) => {
                out.push('\n');
                quote(&mut out, depth);
            }
            None => quote(&mut out, depth),
        }
        match content.strip_suffix(' ') {
            Some(content) if soft && delsp => out.push_str(content),
            _ => out.push_str(content),
        }
        open = soft.then_some(depth);
        if !soft && lines.peek().is_some() {
            out.push('\n');
        }
    }
    out
}

fn quote(out: &mut String, depth: usize) {
    if depth > 0 {
        out.extend(std::iter::repeat_n('>', depth));
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_joined_by_the_rules() {
        for (text, delsp, joined) in [
            ("a \nb\nc", false, "a b\nc"),
            ("a \nb \nc\n", false, "a b c\n"),
            ("a \nb\n", true, "ab\n"),
            ("a\nb", false, "a\nb"),
            (" From me\n >no quote\n", false, "From me\n>no quote\n"),
            ("> a \n> b\n>> c \n> d", false, "> a b\n>> c \n> d"),
            ("a \n> b", false, "a \n> b"),
            ("a \n-- \nAnn", false, "a \n-- \nAnn"),
            ("-- \nAnn", true, "-- \nAnn"),
            ("a ", false, "a "),
            ("", false, ""),
            ("\n", false, "\n"),
            (">\n> a", false, "> \n> a"),
        ] {
            assert_eq!(join(text, delsp), joined, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_but_breaks_and_marks_is_lost(text in "[ab> \n-]{0,60}") {
            let letters = |text: &str| text.replace([' ', '\n', '>'], "");
            for delsp in [false, true] {
                prop_assert_eq!(letters(&join(&text, delsp)), letters(&text));
            }
        }
    }
}
