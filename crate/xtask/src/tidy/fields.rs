//! Rules about the fields that our pages have.

use crate::Outcome;
use crate::project::Project;

/// Fields without text of the user's.
const WITHOUT_TEXT: [&str; 6] = ["checkbox", "radio", "file", "date", "number", "range"];

/// Fields that may be filled in by the browser, and why.
const FILLED_IN: [(&str, &str); 2] = [
    // Off, but for the name and the address that a new key tells everybody.
    (
        "extension/ui/components/parts.ts",
        "${line.complete ?? 'off'}",
    ),
    // Browsers keep no passphrase, and managers of passwords are welcome; while it can be read it is a text like any other.
    (
        "extension/ui/components/passphrase.ts",
        "${this.#shown ? 'off' : this.fresh ? 'new-password' : 'current-password'}",
    ),
];

/// Browsers write what stands in text fields to the disk, to open their windows again after a crash: that of pages of
/// extensions too. They leave out fields that say `autocomplete="off"` themselves.
pub fn are_not_remembered(project: &Project) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    for name in project.files()? {
        let page = name.ends_with(".ts") || name.ends_with(".html");
        // Content scripts make no fields; they speak of those of the sites.
        if !page || !name.starts_with("extension/") || name.starts_with("extension/content/") {
            continue;
        }
        let text = project.read(&name)?;
        for field in fields(&text) {
            let allowed = FILLED_IN
                .iter()
                .any(|(file, how)| *file == name && attribute(field, "autocomplete") == Some(how));
            if !allowed && is_remembered(field) {
                let shown: String = field
                    .split_whitespace()
                    .take(3)
                    .collect::<Vec<_>>()
                    .join(" ");
                broken.push(format!("{name}: {shown} ..."));
            }
        }
    }
    Ok(broken)
}

/// Fields that the browser may check, where the user has the choice, and how.
const CHECKED: [(&str, &str); 3] = [
    (
        "extension/pages/compose/compose.ts",
        "${this.#spelling ? 'true' : 'false'}",
    ),
    (
        "extension/pages/write/editor/editor.ts",
        "${this.spelling ? 'true' : 'false'}",
    ),
    (
        "extension/pages/write/parts.ts",
        "${spelling ? 'true' : 'false'}",
    ),
];

/// Some browsers send what is typed to their maker, to have its spelling checked or to complete it. Each page says that they
/// must not, and no field says something else.
pub fn are_not_checked(project: &Project) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    for name in project.files()? {
        if !name.starts_with("extension/") || name.starts_with("extension/content/") {
            continue;
        }
        if name.ends_with(".html") {
            let text = project.read(&name)?;
            let page = text.split("<html").nth(1).unwrap_or_default();
            let page = page.split('>').next().unwrap_or_default();
            if ["spellcheck", "writingsuggestions"]
                .iter()
                .any(|what| attribute(page, what) != Some("false"))
            {
                broken.push(format!("{name}: <html{page}>"));
            }
        } else if name.ends_with(".ts") {
            let text = project.read(&name)?;
            for field in fields(&text) {
                let how = attribute(field, "spellcheck").unwrap_or("false");
                let chosen = || CHECKED.contains(&(name.as_str(), how));
                let completed = attribute(field, "writingsuggestions").unwrap_or("false");
                if completed != "false" || (how != "false" && !chosen()) {
                    broken.push(format!("{name}: spellcheck={how}"));
                }
            }
        }
    }
    Ok(broken)
}

/// The opening tags of all text fields in a page, or in the templates of a script.
fn fields(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices('<').filter_map(|(at, _)| {
        let tag = text.get(at..)?;
        let named = |name: &str| {
            let rest = tag.strip_prefix(name)?;
            rest.starts_with(|end: char| end.is_whitespace() || end == '>' || end == '/')
                .then_some(tag)
        };
        named("<input").or_else(|| named("<textarea"))
    });
    starts.map(|tag| tag.get(..end_of(tag)).unwrap_or(tag))
}

/// Where a tag ends. What a template puts in has its own `>`, of arrows and comparisons.
fn end_of(tag: &str) -> usize {
    let mut depth = 0_usize;
    let mut before = ' ';
    for (at, character) in tag.char_indices() {
        match character {
            '{' if before == '$' || depth > 0 => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '>' if depth == 0 => return at,
            _ => {}
        }
        before = character;
    }
    tag.len()
}

fn is_remembered(field: &str) -> bool {
    let kind = attribute(field, "type").unwrap_or("text");
    !WITHOUT_TEXT.contains(&kind) && attribute(field, "autocomplete") != Some("off")
}

/// The value of an attribute, without its quotation marks; an expression of a template as it is written.
fn attribute<'a>(field: &'a str, name: &str) -> Option<&'a str> {
    let (at, _) = field.match_indices(name).find(|(at, _)| {
        let before = field.get(..*at).unwrap_or_default();
        let after = field.get(at + name.len()..).unwrap_or_default();
        before.ends_with(char::is_whitespace) && after.starts_with('=')
    })?;
    let value = field.get(at + name.len() + 1..)?;
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None if value.starts_with("${") => value.get(..=value.find('}')?),
        None => value.split(char::is_whitespace).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::{fields, is_remembered};

    #[test]
    fn text_fields_say_that_they_are_not_remembered() {
        for (tag, remembered) in [
            ("<textarea></textarea>", true),
            (
                "<textarea rows=\"8\" autocomplete=\"off\"></textarea>",
                false,
            ),
            ("<input>", true),
            ("<input type=\"text\"\n autocomplete=\"off\"\n/>", false),
            ("<input type=\"search\" autocomplete=\"on\">", true),
            ("<input type=${kind} .value=${a > b ? \"\" : text}>", true),
            (
                "<input @input=${(event) => { change(event); }} autocomplete=\"off\">",
                false,
            ),
            ("<input data-autocomplete=\"off\">", true),
            ("<input type=\"checkbox\" @change=${() => on()}>", false),
            ("<input type=\"file\">", false),
        ] {
            let found: Vec<_> = fields(tag).collect();
            let [field] = found.as_slice() else {
                panic!("{tag}: {found:?}")
            };
            assert_eq!(is_remembered(field), remembered, "{tag}");
        }
        assert_eq!(fields("<inputs> < input <output>").count(), 0);
    }
}
