//! The walls between the Rust packages, and between Rust and TypeScript.

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;

/// What would let the core see a browser.
const BROWSER_CRATES: [&str; 4] = ["wasm-bindgen", "js-sys", "web-sys", "tsify"];

/// What would let the core reach out or read a clock.
const OUTSIDE: [&str; 9] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime::now",
    "Instant::now",
    "OsRng",
    "thread_rng",
];

pub fn core_is_pure(project: &Project) -> Outcome<Vec<String>> {
    let tree = Run::new("cargo")
        .args([
            "tree",
            "--locked",
            "--package",
            "waxseal-core",
            "--edges",
            "normal",
        ])
        .args([
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--target",
            "x86_64-unknown-linux-gnu",
        ])
        .within(&project.root)
        .output()?;
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let mut broken: Vec<String> = names
        .filter(|name| BROWSER_CRATES.contains(name))
        .map(|name| format!("waxseal-core depends on {name}"))
        .collect();
    broken.sort();
    broken.dedup();
    let files = project.files()?;
    // Test code may: tests.rs, tests/ and the testkit they share.
    let sources = files
        .iter()
        .filter(|name| name.starts_with("crate/core/src/"));
    for name in sources.filter(|name| !is_for_tests(name)) {
        let text = project.read(name)?;
        // Unit tests may read a clock; they stand at the end of a file.
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
        for word in OUTSIDE.iter().filter(|word| code.contains(**word)) {
            broken.push(format!("{name}: {word}"));
        }
    }
    Ok(broken)
}

pub fn wire_is_generated(project: &Project) -> Outcome<Vec<String>> {
    let types = ["PageCall", "PageReply", "UiCall", "UiReply", "ErrorCode"];
    let mut broken = Vec::new();
    for name in project.files()?.iter().filter(|name| name.ends_with(".ts")) {
        let text = project.read(name)?;
        for wire in types {
            let again = [
                format!("type {wire} ="),
                format!("interface {wire} "),
                format!("enum {wire} "),
            ];
            if again
                .iter()
                .any(|declaration| text.contains(declaration.as_str()))
            {
                broken.push(format!("{name}: declares {wire}"));
            }
        }
    }
    Ok(broken)
}

fn is_for_tests(name: &str) -> bool {
    name.ends_with("tests.rs") || name.ends_with("testkit.rs") || name.contains("/tests/")
}
