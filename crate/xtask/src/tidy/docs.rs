//! Documents that would otherwise drift from what they describe.

use crate::Outcome;
use crate::project::Project;
use serde_json::Value;
use std::collections::BTreeSet;

/// The first column of the tables in a document, without its backticks.
fn listed(project: &Project, document: &str) -> Outcome<BTreeSet<String>> {
    let text = project.read(document)?;
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    let names = rows.filter_map(|row| row.split('`').next());
    Ok(names.map(str::to_owned).collect())
}

/// One line for each name that only one side has.
fn difference(document: &str, listed: &BTreeSet<String>, real: &BTreeSet<String>) -> Vec<String> {
    let missing = real.difference(listed);
    let missing = missing.map(|name| format!("{document} lacks `{name}`"));
    let stale = listed.difference(real);
    let stale = stale.map(|name| format!("{document} lists `{name}`, which is gone"));
    missing.chain(stale).collect()
}

pub fn permissions(project: &Project) -> Outcome<Vec<String>> {
    let manifest = project.json("manifest.json")?;
    let mut real = BTreeSet::new();
    let asked = [
        "permissions",
        "optional_permissions",
        "host_permissions",
        "optional_host_permissions",
    ];
    for key in asked {
        let values = manifest
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        real.extend(values.filter_map(Value::as_str).map(str::to_owned));
    }
    let resources = manifest
        .get("web_accessible_resources")
        .and_then(Value::as_array);
    for group in resources.into_iter().flatten() {
        let files = group
            .get("resources")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        real.extend(files.filter_map(Value::as_str).map(str::to_owned));
    }
    let document = "docs/PERMISSIONS.md";
    Ok(difference(document, &listed(project, document)?, &real))
}

pub fn dependencies(project: &Project) -> Outcome<Vec<String>> {
    let mut real = BTreeSet::new();
    let package = project.json("package.json")?;
    for key in ["dependencies", "devDependencies"] {
        let names = package
            .get(key)
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        real.extend(names.map(|(name, _)| name.clone()));
    }
    let metadata = super::supply::metadata(project)?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    for package in packages.into_iter().flatten() {
        // Ours have no source; what they ask for is what we chose.
        if !package.get("source").is_some_and(Value::is_null) {
            continue;
        }
        let needs = package.get("dependencies").and_then(Value::as_array);
        for need in needs.into_iter().flatten() {
            let name = need.get("name").and_then(Value::as_str).unwrap_or("");
            if !name.starts_with("waxseal-") {
                real.insert(name.to_owned());
            }
        }
    }
    let document = "docs/DEPENDENCIES.md";
    Ok(difference(document, &listed(project, document)?, &real))
}

/// Where ARCHITECTURE.md says which test holds an invariant.
const HELD: (&str, &str) = ("ARCHITECTURE.md", "| | held by |");

/// Each test and rule that it quotes is there, in the file that it names.
pub fn held_by(project: &Project) -> Outcome<Vec<String>> {
    let (document, head) = HELD;
    let text = project.read(document)?;
    let (_, table) = text
        .split_once(head)
        .ok_or(format!("{document} has no table {head}"))?;
    let mut broken = Vec::new();
    for (file, quoted) in quotes(table.split("\n\n").next().unwrap_or_default()) {
        match project.read(&file) {
            Ok(source) if says(&source, &quoted) => {}
            Ok(_) => broken.push(format!("{document} quotes \"{quoted}\", not in {file}")),
            Err(error) => broken.push(format!("{document}: {error}")),
        }
    }
    Ok(broken)
}

/// Whether a line says that, apart from what `…` leaves out and how apostrophes are written.
fn says(source: &str, quoted: &str) -> bool {
    let quoted = quoted.replace('’', "'");
    source.replace('’', "'").lines().any(|line| {
        let mut parts = quoted.split('…');
        let rest = parts.try_fold(line, |rest, part| Some(rest.split_once(part)?.1));
        rest.is_some()
    })
}

/// What rows of the table quote, with the file that is named before it: a spec, or the list of rules (`tidy`).
fn quotes(table: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for row in table.lines() {
        let mut file = None;
        for (at, piece) in row.split('"').enumerate() {
            if at % 2 == 1 {
                found.extend(file.clone().map(|file| (file, piece.to_owned())));
                continue;
            }
            let mut specs = piece.split('`').filter(|name| name.ends_with(".spec"));
            if let Some(spec) = specs.next_back() {
                file = Some(format!("tests/e2e/{spec}.ts"));
            } else if piece.contains("tidy:") {
                file = Some("crate/xtask/src/tidy.rs".to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{quotes, says};

    #[test]
    fn quotes_belong_to_the_file_before_them() {
        let table = "| 1 | `a.spec` (\"one\", \"two…\"), the type `T`, `b.spec`\n(\"other\") |\n\
            | 2 | attack `X`, `c.spec`. `d.spec` (\"three\") |\n| 3 | `cargo xtask test`, tidy: \"four\" (a list) |";
        let found = quotes(table);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(file, said)| (file.as_str(), said.as_str()))
            .collect();
        let wanted = [
            ("tests/e2e/a.spec.ts", "one"),
            ("tests/e2e/a.spec.ts", "two…"),
            ("tests/e2e/d.spec.ts", "three"),
            ("crate/xtask/src/tidy.rs", "four"),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn what_is_left_out_of_a_quote_is_not_compared() {
        let source =
            "test('making and importing, one\u{2019}s key at a time', run);\ntest('other', run);";
        for (quoted, there) in [
            ("making and importing, one's key at a time", true),
            ("making … a time", true),
            ("one\u{2019}s key…", true),
            ("a time … making", false),
            ("making … other", false),
            ("making, importing", false),
        ] {
            assert_eq!(says(source, quoted), there, "{quoted}");
        }
    }
}
