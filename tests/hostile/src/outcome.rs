//! An answer of the program in a few words. `tests/e2e/support/outcome.ts` says the same of the same answers.

use serde_json::Value;

/// The words for an answer of the engine or the vault, read as JSON. `expected` is the text that may be shown.
pub fn of(answer: &Value, expected: Option<&str>) -> String {
    let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default();
    match text("kind") {
        "failed" | "refused" => refusal(answer),
        "read" => answer
            .get("message")
            .map_or_else(String::new, |m| shown(m, expected)),
        "mail" => answer
            .get("mail")
            .map_or_else(String::new, |mail| format!("mail, {}", judged(mail))),
        "preview" => keys(answer),
        "" if answer.get("skipped").is_some() => keys(answer),
        kind => kind.to_owned(),
    }
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// `(a, b)` with a space in front, or nothing. In order, each once.
fn bracket<'a>(words: impl Iterator<Item = &'a Value>) -> String {
    let words: std::collections::BTreeSet<_> = words.map(word).collect();
    match words.is_empty() {
        true => String::new(),
        false => format!(" ({})", words.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

fn refusal(answer: &Value) -> String {
    let error = answer.get("error").map_or("", word);
    let detail = answer.get("detail").unwrap_or(&Value::Null);
    format!("{error}{}", bracket(list(detail, "reasons")))
}

fn shown(message: &Value, expected: Option<&str>) -> String {
    let other = match message.get("text").and_then(Value::as_str) == expected {
        true => "",
        false => " OTHER TEXT",
    };
    format!("shown, {}{other}", judged(message))
}

/// What the verdict on a message or a mail says.
fn judged(what: &Value) -> String {
    let verdict = what.get("verdict").unwrap_or(&Value::Null);
    let summary = verdict.get("summary").map_or("", word);
    let reasons = list(verdict, "signatures").flat_map(|signature| list(signature, "reasons"));
    let notes: Vec<_> = list(verdict, "notes").map(word).collect();
    let notes = match notes.is_empty() {
        true => String::new(),
        false => format!(" [{}]", notes.join(", ")),
    };
    format!("{summary}{}{notes}", bracket(reasons))
}

/// Each key and each part that was left out; `3 x` what comes three times in a row.
fn keys(answer: &Value) -> String {
    let keys = list(answer, "keys").map(|entry| key(entry.get("key").unwrap_or(entry)));
    let skipped =
        list(answer, "skipped").map(|one| format!("skipped {}", one.get("error").map_or("", word)));
    let mut counted: Vec<(usize, String)> = Vec::new();
    for entry in keys.chain(skipped) {
        match counted.last_mut() {
            Some((count, last)) if *last == entry => *count += 1,
            _ => counted.push((1, entry)),
        }
    }
    let words = counted.into_iter().map(|(count, entry)| match count {
        1 => entry,
        _ => format!("{count} x {entry}"),
    });
    words.collect::<Vec<_>>().join(" + ")
}

fn key(info: &Value) -> String {
    let is = |name: &str| info.get(name).and_then(Value::as_bool) == Some(true);
    let state = info.get("state").map_or("", word);
    let encrypts = if is("can_encrypt") { " encrypts" } else { "" };
    let signs = if is("can_sign") { " signs" } else { "" };
    let users = list(info, "user_ids")
        .filter(|id| id.get("valid").and_then(Value::as_bool) == Some(true))
        .count();
    let raw = list(info, "user_ids").any(|id| is_unsafe(id.get("text").map_or("", word)));
    let raw = if raw { " UNSAFE TEXT" } else { "" };
    format!(
        "{state}{encrypts}{signs}, names {users}{}{raw}",
        bracket(list(info, "reasons"))
    )
}

/// Control, bidirectional and invisible characters, selectors and joiners behind Latin letters, and piles of marks: what
/// can draw a user ID as something that it is not.
fn is_unsafe(text: &str) -> bool {
    let bad = |c: char| {
        c.is_control()
            || matches!(u32::from(c), 0xad | 0x34f | 0x115f | 0x200b | 0x200e | 0x200f | 0x202a..=0x202e
                | 0x2060..=0x2069 | 0x2800 | 0x3164 | 0xfeff | 0xffa0 | 0xe0000..=0xe00ff)
    };
    let modifier =
        |c: char| matches!(u32::from(c), 0x200c | 0x200d | 0xfe00..=0xfe0f | 0xe0100..=0xe01ef);
    let mark = |c: &char| matches!(u32::from(*c), 0x300..=0x36f | 0x483..=0x489);
    let chars: Vec<char> = text.chars().collect();
    chars.iter().any(|c| bad(*c))
        || chars
            .windows(2)
            .any(|pair| matches!(pair, [before, after] if before.is_ascii() && modifier(*after)))
        || chars.windows(5).any(|run| run.iter().all(mark))
}
