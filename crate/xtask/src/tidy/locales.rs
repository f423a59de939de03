//! The texts in `extension/_locales`.

use crate::Outcome;
use crate::project::Project;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const FOLDER: &str = "extension/_locales";
const LANGUAGES: [&str; 3] = ["en", "de", "fr"];

fn texts(project: &Project, language: &str) -> Outcome<Map<String, Value>> {
    match project.json(&format!("{FOLDER}/{language}/messages.json"))? {
        Value::Object(texts) => Ok(texts),
        _ => Err(format!("the texts of {language} are no object")),
    }
}

/// The places of a text that are filled in: `$1`, `$NAME$`.
fn places(text: &Value) -> BTreeSet<String> {
    let message = text.get("message").and_then(Value::as_str).unwrap_or("");
    let mut found = BTreeSet::new();
    for part in message.split('$').skip(1) {
        let name: String = part
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let digit = name.chars().next().filter(char::is_ascii_digit);
        found.extend(digit.map(String::from));
        if let Some(names) = text.get("placeholders").and_then(Value::as_object) {
            found.extend(names.contains_key(&name.to_lowercase()).then_some(name));
        }
    }
    found
}

/// Every language has the texts of English, none of them empty, with the same places to fill in.
pub fn complete(project: &Project) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    let english = texts(project, "en")?;
    for language in LANGUAGES {
        let theirs = texts(project, language)?;
        for (key, text) in &english {
            match theirs.get(key) {
                None => broken.push(format!("{language} lacks {key}")),
                Some(other) => {
                    let message = other.get("message").and_then(Value::as_str).unwrap_or("");
                    if message.trim().is_empty() {
                        broken.push(format!("{language}: {key} is empty"));
                    }
                    if places(other) != places(text) {
                        broken.push(format!(
                            "{language}: {key} fills in other places than English"
                        ));
                    }
                }
            }
        }
        let extra = theirs.keys().filter(|key| !english.contains_key(*key));
        broken.extend(extra.map(|key| format!("{language} has {key}, which English has not")));
    }
    Ok(broken)
}

/// Every text has the quotation marks and spaces of its language, and a translator is told what the places of a text are for.
pub fn typography(project: &Project) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    for language in LANGUAGES {
        for (key, text) in texts(project, language)? {
            let message = text.get("message").and_then(Value::as_str).unwrap_or("");
            let faults = faults(language, message);
            broken.extend(faults.map(|fault| format!("{language}: {key} {fault}")));
            let told = language != "en" || text.get("description").is_some();
            if !told && !places(&text).is_empty() {
                broken.push(format!("{key} does not describe what is filled in"));
            }
        }
    }
    Ok(broken)
}

const NO_BREAK: [char; 2] = ['\u{a0}', '\u{202f}'];

/// What is wrong with the marks and spaces of a text.
fn faults(language: &str, message: &str) -> impl Iterator<Item = &'static str> {
    let marks: &[char] = match language {
        "de" => &['„', '“'],
        "fr" => &['«', '»'],
        _ => &['“', '”'],
    };
    let foreign = |one: char| "„“”«»\"'".contains(one) && !marks.contains(&one);
    // They open and close in turn.
    let found: Vec<char> = message.chars().filter(|one| marks.contains(one)).collect();
    let paired = found.chunks(2).all(|pair| pair == marks);
    let before = |mark: char| {
        let places = message.match_indices(mark);
        places.map(move |(at, _)| message.get(..at).and_then(|rest| rest.chars().next_back()))
    };
    let spaced = |mark| before(mark).any(|one| one.is_some_and(char::is_whitespace));
    let plain = |mark| before(mark).any(|one| one == Some(' '));
    let unbroken = |one: Option<char>| one.is_some_and(|one| NO_BREAK.contains(&one));
    let french = language == "fr";
    let bare = french && is_bare(message);
    let narrow = french
        && (message.contains("« ")
            || [':', ';', '?', '!', '»'].into_iter().any(plain)
            || [';', '!', '»']
                .into_iter()
                .any(|mark| !before(mark).all(unbroken)));
    let ellipsis = match language {
        "de" => !before('…').all(|one| one.is_some_and(char::is_whitespace)),
        _ => spaced('…'),
    };
    [
        (
            message.contains(foreign),
            "has marks of another language, or straight ones",
        ),
        (!paired, "does not close what it quotes"),
        (narrow || bare, "needs spaces that do not break"),
        (
            ellipsis,
            "has a space before its … where none is, or none where one is",
        ),
    ]
    .into_iter()
    .filter_map(|(wrong, fault)| wrong.then_some(fault))
}

/// Whether a colon or a question mark of French follows its word without a space. Within an address (`https://`) something else
/// stands behind it, and what is quoted (`file:`) may be no French.
fn is_bare(message: &str) -> bool {
    let mut quoted = false;
    let mut before = ' ';
    let mut all = message.chars().peekable();
    while let Some(one) = all.next() {
        let ends = all.peek().is_none_or(|next| next.is_whitespace());
        if ends && !quoted && [':', '?'].contains(&one) && !before.is_whitespace() {
            return true;
        }
        quoted = one == '«' || quoted && one != '»';
        before = one;
    }
    false
}

/// For each code of the wire's `ErrorCode` there is what happened (`err_…`) and what to do (`fix_…`).
pub fn errors(project: &Project) -> Outcome<Vec<String>> {
    let types = project.read("target/wasm-pkg/waxseal.d.ts")?;
    let union = types
        .split("type ErrorCode =")
        .nth(1)
        .and_then(|rest| rest.split(';').next())
        .ok_or("no type ErrorCode in the wasm package")?;
    let codes: Vec<&str> = union.split('"').skip(1).step_by(2).collect();
    if codes.is_empty() {
        return Err("ErrorCode has no codes".to_owned());
    }
    let english = texts(project, "en")?;
    let wanted = codes
        .iter()
        .flat_map(|code| [format!("err_{code}"), format!("fix_{code}")]);
    let missing = wanted.filter(|key| !english.contains_key(key));
    Ok(missing
        .map(|key| format!("there is no text {key}"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::faults;

    #[test]
    fn marks_and_spaces_are_those_of_the_language() {
        let good = [
            ("en", "Press “Send” at https://mail.example: it’s there…"),
            ("de", "Drücken Sie auf „Senden“: Es läuft …"),
            (
                "fr",
                "Appuyez sur «\u{202f}Envoyer\u{202f}»\u{a0}: c’est fait\u{202f}! https://mail.example/?a…",
            ),
            (
                "fr",
                "Elle commence par «\u{202f}file:\u{202f}» (ou «\u{202f}content:\u{202f}»), non\u{202f}?",
            ),
        ];
        for (language, text) in good {
            assert_eq!(faults(language, text).count(), 0, "{text}");
        }
        let bad = [
            ("en", "Press \"Send\""),
            ("en", "it's"),
            ("en", "Press “Send"),
            ("en", "Press ”Send“"),
            ("en", "Wait …"),
            ("de", "Drücken Sie auf „Senden”"),
            ("de", "Drücken Sie auf “Senden„"),
            ("de", "Moment…"),
            ("fr", "Appuyez sur “Envoyer”"),
            ("fr", "Appuyez sur « Envoyer »"),
            ("fr", "Appuyez sur «\u{202f}Envoyer»"),
            ("fr", "Fait : oui"),
            ("fr", "Fait ?"),
            ("fr", "Fait!"),
            ("fr", "Fait: oui"),
            ("fr", "Prêt?"),
            ("fr", "Est-ce «\u{202f}prêt\u{202f}»?"),
            ("fr", "l'objet"),
            ("fr", "Attendez\u{a0}…"),
        ];
        for (language, text) in bad {
            assert_ne!(faults(language, text).count(), 0, "{text}");
        }
    }
}
