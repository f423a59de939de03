//! The rules of this project that no other tool knows. Each is one function that gives back what breaks it.

mod docs;
mod fields;
mod layers;
mod locales;
mod product;
mod source;
mod supply;

use crate::Outcome;
use crate::project::Project;
use crate::test::{Count, Wanted};

/// A rule: an error when it could not be looked at, otherwise one line for each place that breaks it.
type Rule = fn(&Project) -> Outcome<Vec<String>>;

/// About the source: a checkout is enough.
const SOURCE: &[(&str, Rule)] = &[
    (
        "the core does no I/O and knows no browser",
        layers::core_is_pure,
    ),
    (
        "the wire types are not written by hand",
        layers::wire_is_generated,
    ),
    ("no HTML from strings, no eval", source::no_html_strings),
    ("no test is skipped, alone or asleep", source::honest_tests),
    (
        "what is typed into our pages is not remembered by the browser",
        fields::are_not_remembered,
    ),
    (
        "what is typed into our pages is checked by no server",
        fields::are_not_checked,
    ),
    ("files can be read in one sitting", source::short_files),
    (
        "no Rust is for one target alone, unseen by clippy",
        source::one_for_all_targets,
    ),
    (
        "docs/PERMISSIONS.md lists what the manifest asks for",
        docs::permissions,
    ),
    (
        "docs/DEPENDENCIES.md says why for each dependency",
        docs::dependencies,
    ),
    (
        "docs/ATTACKS.md has the cases of the manifest, all of them well",
        crate::attacks::document_is_current,
    ),
    (
        "ARCHITECTURE.md quotes tests and rules that are there",
        docs::held_by,
    ),
    ("every language has every text", locales::complete),
    (
        "texts have the marks and spaces of their language",
        locales::typography,
    ),
    ("every dependency is pinned", supply::pinned),
    ("every licence is an accepted one", supply::licences),
    (
        "every exception of deny.toml is about something",
        supply::exceptions,
    ),
];

/// About what `cargo xtask build` made of it.
const PRODUCT: &[(&str, Rule)] = &[
    ("every error has a text and an advice", locales::errors),
    (
        "what runs in web pages is small and without wasm",
        product::content_scripts,
    ),
    ("the wasm is small", product::wasm_size),
    (
        "what draws PDF files makes and loads no code",
        product::pdf_worker,
    ),
    (
        "the product names no path of this machine",
        product::no_local_paths,
    ),
    ("the product's manifest is the manifest", product::manifest),
    (
        "no page reaches the web, but the one for pictures and those for keys",
        product::page_policies,
    ),
];

pub fn source(project: &Project, _: &Wanted) -> Outcome<Count> {
    Ok(check(project, SOURCE))
}

pub fn product(project: &Project, _: &Wanted) -> Outcome<Count> {
    Ok(check(project, PRODUCT))
}

fn check(project: &Project, rules: &[(&str, Rule)]) -> Count {
    let mut count = Count::default();
    for (says, rule) in rules {
        let broken = rule(project).unwrap_or_else(|message| vec![message]);
        if broken.is_empty() {
            count.passed += 1;
        } else {
            count.failed += 1;
            println!("broken: {says}\n  {}", broken.join("\n  "));
        }
    }
    println!("{} rules hold, {} are broken", count.passed, count.failed);
    count
}
