//! `cargo xtask attacks`: the attack scoreboard. It runs every case of `tests/attacks/manifest.txt`, in both browsers or as a
//! test of the core, and writes the table of docs/ATTACKS.md. It says of nothing that it holds but what it has just run.

mod manifest;
mod run;
mod table;

use crate::args::Args;
use crate::project::{BROWSERS, Project};
use crate::test::e2e;
use crate::{Outcome, build, tools};
use manifest::{Case, Manifest, Way};

/// What the command writes, between marks.
const DOCUMENT: &str = "docs/ATTACKS.md";

/// A case, beside what came of it.
pub struct Played<'a> {
    pub case: &'a Case,
    /// Of each place in which it runs: a browser or `core`. Empty for what is not run yet.
    pub places: Vec<(&'static str, bool)>,
}

/// The place of tests that need no browser.
const CORE: &str = "core";

pub fn command(project: &Project, mut args: Args) -> Outcome {
    let browser = args.choice("--browser", &BROWSERS)?;
    args.finish()?;
    let manifest = Manifest::read(project)?;
    let browsers = BROWSERS.into_iter();
    let browsers: Vec<_> = browsers
        .filter(|one| browser.as_deref().is_none_or(|wanted| wanted == *one))
        .collect();
    tools::node::install(project)?;
    tools::debian::install_for_tests(project)?;
    build::wasm::build(project)?;
    build::shipped(project)?;
    build::recorded(project, e2e::collector)?;
    e2e::bundle(project)?;

    let core = run::core(project, &manifest)?;
    let mut specs = Vec::new();
    for browser in &browsers {
        specs.push((*browser, run::specs(project, browser, &manifest)?));
    }
    let played: Vec<Played> = manifest
        .cases()
        .map(|case| {
            let places = match &case.way {
                Way::Later(_) => Vec::new(),
                Way::Core(name) => vec![(CORE, core.contains(name))],
                way => specs
                    .iter()
                    .map(|(browser, passed)| (*browser, passed.holds(case, way)))
                    .collect(),
            };
            Played { case, places }
        })
        .collect();
    print!("\n{}", table::text(&manifest, &played));
    // With one browser the document would lose the other.
    if browser.is_none() {
        table::write(project, DOCUMENT, &table::markdown(&manifest, &played))?;
        println!("written: {DOCUMENT}");
    }
    verdict(&played)
}

/// Everything as stated, or what is not.
fn verdict(played: &[Played]) -> Outcome {
    let wrong: Vec<String> = played
        .iter()
        .flat_map(|one| {
            let failed = one.places.iter().filter(|(_, held)| !held);
            failed.map(|(place, _)| format!("{} does not end as stated: {place}", one.case.id))
        })
        .collect();
    println!("{}", table::count(played));
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong.join("\n")),
    }
}

/// The rule that document and manifest speak of the same cases in the same words, and that none of them failed.
pub fn document_is_current(project: &Project) -> Outcome<Vec<String>> {
    let manifest = Manifest::read(project)?;
    let text = project.read(DOCUMENT)?;
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    let mut broken = Vec::new();
    for case in manifest.cases() {
        let start = table::row_start(case);
        if !rows.iter().any(|row| row.starts_with(&start)) {
            broken.push(format!("{DOCUMENT} has not: {start}"));
        }
    }
    let count = manifest.cases().count();
    if rows.len() != count {
        let rows = rows.len();
        broken.push(format!("{DOCUMENT} has {rows} cases, the manifest {count}"));
    }
    let failed = rows.iter().filter(|row| row.contains(table::FAILED));
    broken.extend(failed.map(|row| format!("{DOCUMENT}: failed: {row}")));
    Ok(broken)
}
