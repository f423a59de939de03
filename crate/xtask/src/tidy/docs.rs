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
