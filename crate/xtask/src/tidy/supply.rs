//! What comes from others: pinned, and under terms that allow it.

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use serde_json::Value;

/// Terms that a crate or package in the product may come under; `deny.toml` has the same list for cargo-deny.
const ACCEPTED: [&str; 11] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MPL-2.0",
    "Zlib",
    "Unicode-3.0",
    "CC0-1.0",
    // The terms of bzip2 itself, of the BSD kind.
    "bzip2-1.0.6",
];

/// Everything cargo knows about the packages of the lock file.
pub fn metadata(project: &Project) -> Outcome<Value> {
    let text = Run::new("cargo")
        .args(["metadata", "--format-version=1", "--locked"])
        .within(&project.root)
        .output()?;
    serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))
}

/// Is one of the alternatives of an SPDX expression wholly acceptable?
fn acceptable(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    // Without brackets `A AND (B OR C)` reads as (A AND B) OR C: the parts of AND are looked at first instead.
    if expression.contains(" AND ") {
        return expression.split(" AND ").all(acceptable);
    }
    plain
        .split(" OR ")
        .any(|name| ACCEPTED.contains(&name.trim()))
}

pub fn licences(project: &Project) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    let metadata = metadata(project)?;
    for package in metadata
        .get("packages")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or("none");
        if !acceptable(text("license")) {
            broken.push(format!("crate {}: {}", text("name"), text("license")));
        }
        let source = package.get("source").and_then(Value::as_str);
        if source.is_some_and(|source| {
            !source.starts_with("registry+https://github.com/rust-lang/crates.io-index")
        }) {
            broken.push(format!(
                "crate {} does not come from crates.io",
                text("name")
            ));
        }
    }
    // Packages for development may have other terms: they are run, not shipped.
    let lock = project.json("package-lock.json")?;
    for (path, package) in lock
        .get("packages")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let development = package.get("dev").and_then(Value::as_bool).unwrap_or(false);
        let terms = package
            .get("license")
            .and_then(Value::as_str)
            .unwrap_or("none");
        if !development && !acceptable(terms) {
            broken.push(format!("{path}: {terms}"));
        }
    }
    Ok(broken)
}

/// `deny.toml` cannot drift: the licences in it are those of this file, and each exception has a reason that begins with a
/// crate (and what its version begins with) that is still in the lock file. What cargo-deny itself says of it, only
/// `cargo xtask audit` asks.
pub fn exceptions(project: &Project) -> Outcome<Vec<String>> {
    let deny = project.read("deny.toml")?;
    let metadata = metadata(project)?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let text = |package: &Value, key: &str| {
        let text = package.get(key).and_then(Value::as_str);
        text.unwrap_or("").to_owned()
    };
    let packages = packages.into_iter().flatten();
    let locked: Vec<_> = packages
        .map(|package| (text(package, "name"), text(package, "version")))
        .collect();
    Ok(stale(&deny, &locked))
}

/// What is wrong with the exceptions, beside the names and versions that are locked.
fn stale(deny: &str, locked: &[(String, String)]) -> Vec<String> {
    let mut broken = Vec::new();
    for line in deny.lines().filter(|line| line.contains("RUSTSEC-")) {
        let mut quoted = line.split('"').skip(1).step_by(2);
        let (id, reason) = (quoted.next().unwrap_or(""), quoted.next().unwrap_or(""));
        let about: Vec<&str> = reason
            .split([' ', ':', ','])
            .filter(|word| !word.is_empty())
            .take(2)
            .collect();
        let name = about.first().copied().unwrap_or("");
        let version = about
            .get(1)
            .filter(|word| word.starts_with(|first: char| first.is_ascii_digit()))
            .copied()
            .unwrap_or("");
        if !locked
            .iter()
            .any(|(one, its)| one == name && its.starts_with(version))
        {
            broken.push(format!(
                "deny.toml: {id} is about {name:?} {version}, which is not there"
            ));
        }
    }
    let allowed = deny
        .lines()
        .find_map(|line| line.strip_prefix("allow = ["))
        .unwrap_or("");
    let allowed: Vec<&str> = allowed.split('"').skip(1).step_by(2).collect();
    if allowed != ACCEPTED {
        broken.push("deny.toml allows other licences than tidy/supply.rs".to_owned());
    }
    broken
}

pub fn pinned(project: &Project) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    let package = project.json("package.json")?;
    for key in ["dependencies", "devDependencies"] {
        for (name, version) in package
            .get(key)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let exact = |version: &str| {
                version
                    .chars()
                    .all(|one| one.is_ascii_digit() || one == '.')
            };
            if !version.as_str().is_some_and(exact) {
                broken.push(format!("package.json: {name} {version}"));
            }
        }
    }
    let lock = project.json("package-lock.json")?;
    for (path, entry) in lock
        .get("packages")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        // The checksum says what a package is; where it comes from is each machine's own setting.
        if entry.get("resolved").is_some() {
            broken.push(format!(
                "package-lock.json: {path} names a registry of its own"
            ));
        }
        if !path.is_empty() && entry.get("integrity").is_none() && !is_for_another_system(entry) {
            broken.push(format!("package-lock.json: {path} has no checksum"));
        }
    }
    let metadata = metadata(project)?;
    for package in metadata
        .get("packages")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if !package.get("source").is_some_and(Value::is_null) {
            continue;
        }
        for need in package
            .get("dependencies")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let text = |key: &str| need.get(key).and_then(Value::as_str).unwrap_or("");
            if !text("name").starts_with("waxseal-") && !text("req").starts_with('=') {
                broken.push(format!("Cargo.toml: {} {}", text("name"), text("req")));
            }
        }
    }
    Ok(broken)
}

/// Some packages carry programs, one package for each system. Those for systems that this project was never locked on
/// have no checksum yet; npm does not fetch them here.
fn is_for_another_system(entry: &Value) -> bool {
    let optional = entry.get("optional").and_then(Value::as_bool) == Some(true);
    let list = |key: &str| {
        entry
            .get(key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let linux = list("os").contains(&Value::from("linux"));
    optional && (!linux || list("libc").contains(&Value::from("musl")))
}

#[cfg(test)]
mod tests {
    use super::{acceptable, stale};

    #[test]
    fn an_exception_without_its_crate_is_stale() {
        let locked = [("rsa", "0.9.10"), ("rsa", "0.10.0"), ("ml-dsa", "0.0.4")];
        let locked = locked.map(|(name, version)| (name.to_owned(), version.to_owned()));
        let deny = include_str!("../../../../deny.toml");
        assert_eq!(stale(deny, &locked), Vec::<String>::new());
        let exceptions = deny.lines().filter(|line| line.contains("RUSTSEC-"));
        assert_eq!(stale(deny, &[]).len(), exceptions.count());
        assert_eq!(stale(deny, &locked[1..]).len(), 1, "another version of rsa");
        let other = deny.replace("\"ISC\", ", "\"ISC\", \"GPL-3.0\", ");
        assert_eq!(stale(&other, &locked).len(), 1, "another licence");
    }

    #[test]
    fn reads_licence_expressions() {
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
        ] {
            assert!(acceptable(good), "{good}");
        }
        for bad in [
            "GPL-3.0",
            "none",
            "MIT AND GPL-3.0",
            "(MIT OR ISC) AND LGPL-2.1",
        ] {
            assert!(!acceptable(bad), "{bad}");
        }
    }
}
