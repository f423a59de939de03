//! Rules about the text of the source.

use crate::Outcome;
use crate::project::Project;

const LONGEST: usize = 500;

/// What turns a string into HTML or code.
const FROM_STRINGS: [&str; 11] = [
    "innerHTML",
    "outerHTML =",
    "insertAdjacentHTML",
    "document.write",
    "createContextualFragment",
    "parseFromString",
    "setHTMLUnsafe",
    "unsafeHTML",
    "unsafeSVG",
    "eval(",
    "new Function(",
];

pub fn no_html_strings(project: &Project) -> Outcome<Vec<String>> {
    let files = project.files()?;
    // One file may: it makes documents without a window, to be looked at.
    let shipped = files
        .iter()
        .filter(|name| name.starts_with("extension/") && *name != "extension/ui/inert.ts");
    find(project, shipped, &FROM_STRINGS)
}

pub fn honest_tests(project: &Project) -> Outcome<Vec<String>> {
    let files = project.files()?;
    let specs = files.iter().filter(|name| name.starts_with("tests/"));
    let mut broken = find(
        project,
        specs.clone(),
        &[".skip(", ".only(", ".todo(", "skip: true"],
    )?;
    let asleep = specs.filter(|name| name.ends_with(".spec.ts"));
    broken.extend(find(project, asleep, &["setTimeout(", "sleep("])?);
    let sources = files
        .iter()
        .filter(|name| is_rust(name) && !name.starts_with("crate/xtask/"));
    broken.extend(find(project, sources, &["#[ignore"])?);
    Ok(broken)
}

pub fn short_files(project: &Project) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    for name in project.files()? {
        if is_rust(&name)
            || name.ends_with(".ts")
            || name.ends_with(".mjs")
            || name.ends_with(".css")
        {
            let lines = project.read(&name)?.lines().count();
            if lines > LONGEST {
                broken.push(format!("{name}: {lines} lines, more than {LONGEST}"));
            }
        }
    }
    Ok(broken)
}

/// What chooses code by the machine that it is compiled for.
const BY_TARGET: [&str; 5] = [
    "target_arch",
    "target_family",
    "target_feature",
    "target_os",
    "target_pointer_width",
];

pub fn one_for_all_targets(project: &Project) -> Outcome<Vec<String>> {
    let files = project.files()?;
    let compiled = ["crate/aes/", "crate/core/", "crate/wasm/"];
    let sources = files
        .iter()
        .filter(|name| compiled.iter().any(|folder| name.starts_with(folder)));
    find(project, sources, &BY_TARGET)
}

fn is_rust(name: &str) -> bool {
    name.ends_with(".rs")
}

fn find<'a>(
    project: &Project,
    files: impl Iterator<Item = &'a String>,
    words: &[&str],
) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let text = [".ts", ".mjs", ".html", ".css", ".rs"];
    for name in files.filter(|name| text.iter().any(|end| name.ends_with(end))) {
        for (number, line) in project.read(name)?.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(**word)) {
                found.push(format!("{name}:{}: {word}", number + 1));
            }
        }
    }
    Ok(found)
}
