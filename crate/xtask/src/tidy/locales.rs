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
