//! The checks of the TypeScript and of the built add-on.

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use serde_json::Value;

pub fn types(project: &Project) -> Outcome {
    if !project.path("target/wasm-pkg/waxseal.d.ts").exists() {
        return Err(
            "the wire types come from the wasm package: run cargo xtask build once".to_owned(),
        );
    }
    for folder in [".", "tests"] {
        Run::new("node")
            .args(["node_modules/typescript/bin/tsc", "--project", folder])
            .within(&project.root)
            .go()?;
    }
    Ok(())
}

pub fn biome(project: &Project) -> Outcome {
    Run::new("node")
        .args([
            "node_modules/@biomejs/biome/bin/biome",
            "ci",
            "--error-on-warnings",
        ])
        .within(&project.root)
        .go()
}

/// Warnings of Mozilla's linter that are meant to stay, each with its reason. Every other one fails.
const ACCEPTED: [(&str, &str); 3] = [
    (
        "BACKGROUND_SERVICE_WORKER_IGNORED",
        "one manifest for both browsers: Firefox takes background.scripts",
    ),
    (
        "KEY_FIREFOX_ANDROID_UNSUPPORTED_BY_MIN_VERSION",
        "not offered for Android, which has no extension windows",
    ),
    (
        "UNSAFE_VAR_ASSIGNMENT",
        "Lit makes its templates so, from constants in our source; our own source may not (tidy). In pdf-worker.js a polyfill \
         writes documents, of which a Worker has none",
    ),
];

pub fn addon(project: &Project) -> Outcome {
    let report = Run::new("node")
        .args([
            "node_modules/web-ext/bin/web-ext.js",
            "lint",
            "--source-dir",
            "dist/firefox",
        ])
        .args(["--output", "json", "--no-config-discovery"])
        .within(&project.root)
        .lenient_output()?;
    let report: Value = serde_json::from_str(&report)
        .map_err(|error| format!("web-ext lint said no JSON: {error}\n{report}"))?;
    let mut bad = Vec::new();
    for kind in ["errors", "warnings", "notices"] {
        let messages = report.get(kind).and_then(Value::as_array);
        for message in messages.ok_or_else(|| format!("no {kind} in what web-ext lint said"))? {
            let text = |key: &str| message.get(key).and_then(Value::as_str).unwrap_or("");
            let accepted = ACCEPTED.iter().find(|(code, _)| *code == text("code"));
            match accepted {
                Some((code, reason)) if kind != "errors" => println!("accepted: {code}: {reason}"),
                _ => bad.push(format!(
                    "{kind}: {} in {}: {} {}",
                    text("code"),
                    text("file"),
                    text("message"),
                    text("description")
                )),
            }
        }
    }
    if bad.is_empty() {
        Ok(())
    } else {
        Err(bad.join("\n"))
    }
}
