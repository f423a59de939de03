//! Copies of protected headers in the text, for programs that do not know header protection: left out where the headers
//! themselves are shown (RFC 9788; the older `protected-headers="v1"`).

/// How RFC 9788 marks the copy in HTML.
const CLASS: &str = "header-protection-legacy-display";

/// The text behind the fields that it begins with and the blank line after them (RFC 9788).
pub(super) fn without_fields(text: &str) -> &str {
    match text.split_once("\n\n") {
        Some((fields, rest)) if are_fields(fields) => rest,
        None if are_fields(text) => "",
        _ => text,
    }
}

/// Whether these are lines of header fields and nothing else: only such a part is hidden as a whole.
pub(super) fn are_fields(text: &str) -> bool {
    let field = |line: &str| match line.split_once(':') {
        Some((name, _)) => !name.is_empty() && name.bytes().all(|byte| matches!(byte, 33..=126)),
        None => false,
    };
    let mut lines = text.trim_end().split('\n').map(str::trim_end);
    lines.next().is_some_and(field)
        && lines.all(|line| field(line) || line.is_empty() || line.starts_with([' ', '\t']))
}

/// The document without the first element of that class (RFC 9788), a `div` that holds no other.
pub(super) fn without_element(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let range = || {
        let class = lower.find(CLASS)?;
        let start = lower.get(..class)?.rfind('<')?;
        let tag = lower.get(start..)?;
        if !tag.starts_with("<div ") || tag.find('>')? < class - start {
            return None;
        }
        let end = tag.find("</div>")? + "</div>".len();
        // Another one inside: this is not what the standard makes.
        (!tag.get(1..end)?.contains("<div")).then_some(start..start + end)
    };
    match range() {
        Some(range) => {
            let mut html = html.to_owned();
            html.replace_range(range, "");
            html
        }
        None => html.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_in_text() {
        for (text, rest) in [
            ("Subject: a\nTo: b\n\nHello\n\nyou", "Hello\n\nyou"),
            ("Subject: a\n b\n\nHello", "Hello"),
            ("Subject: a\n", ""),
            ("Hello\n\nyou", "Hello\n\nyou"),
            ("Dear Ann: hello\n\nyou", "Dear Ann: hello\n\nyou"),
            ("", ""),
        ] {
            assert_eq!(without_fields(text), rest, "{text:?}");
        }
        assert!(
            are_fields("Subject: a\n\nFrom: b\n") && !are_fields("") && !are_fields("a: b\nc\n")
        );
    }

    #[test]
    fn the_element_in_html() {
        let copy = "<div class=\"header-protection-legacy-display\"><pre>Subject: a</pre></div>";
        assert_eq!(
            without_element(&format!("<body>{copy}<p>Hello</p></body>")),
            "<body><p>Hello</p></body>"
        );
        for html in [
            "<p>Hello</p>",
            "<p>header-protection-legacy-display</p>",
            "<div class=\"header-protection-legacy-display\">open",
            "<div class=\"header-protection-legacy-display\"><div>a</div></div>",
            "<div>a</div> header-protection-legacy-display <div>b</div>",
        ] {
            assert_eq!(without_element(html), html);
        }
    }

    proptest! {
        #[test]
        fn any_html_ends_well(html in "(<div |</div>|>|class=|header-protection-legacy-display|\u{130}|a){0,12}") {
            without_element(&html);
        }
    }
}
