//! `cargo xtask test`: every check, in one order, with a count at the end.

pub mod e2e;
mod reproduce;
mod rust;
mod web;

use crate::args::Args;
use crate::project::{BROWSERS, Project};
use crate::{Outcome, build, tidy, tools};
use std::time::{Duration, Instant};

/// How many checks went well, and how many did not.
#[derive(Clone, Copy, Default)]
pub struct Count {
    pub passed: usize,
    pub failed: usize,
}

impl Count {
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// What the person asked for.
pub struct Wanted {
    browsers: Vec<&'static str>,
    spec: Option<String>,
    /// Also what passed before and has not changed since.
    all: bool,
}

enum Kind {
    /// A check by itself: it goes well or it does not.
    Check(fn(&Project) -> Outcome),
    /// What the others stand on: when it fails, they are not tried.
    Ground(fn(&Project) -> Outcome),
    /// Many tests in one, counted by themselves. An error is one more failure.
    Tests(fn(&Project, &Wanted) -> Outcome<Count>),
}

struct Step {
    name: &'static str,
    says: &'static str,
    kind: Kind,
}

const STEPS: &[Step] = &[
    step("install", "tools and packages", Kind::Ground(install)),
    step("format", "rustfmt", Kind::Check(rust::format)),
    step(
        "clippy",
        "clippy, natively and for wasm",
        Kind::Check(rust::clippy),
    ),
    step("rust", "Rust tests", Kind::Tests(rust::tests)),
    step(
        "build",
        "wasm, dist and the recorded build",
        Kind::Ground(build_all),
    ),
    step("types", "TypeScript, strict", Kind::Check(web::types)),
    step("lint", "biome: lint and format", Kind::Check(web::biome)),
    step(
        "tidy",
        "rules of this project for its source",
        Kind::Tests(tidy::source),
    ),
    step(
        "product",
        "rules of this project for what it builds",
        Kind::Tests(tidy::product),
    ),
    step(
        "addon",
        "web-ext lint of dist/firefox",
        Kind::Check(web::addon),
    ),
    step(
        "reproduce",
        "a second build elsewhere, the same bytes",
        Kind::Check(reproduce::check),
    ),
    step("e2e", "both browsers", Kind::Tests(e2e::all)),
];

/// The steps of `cargo xtask lint`.
const QUICK: [&str; 5] = ["format", "clippy", "types", "lint", "tidy"];

const fn step(name: &'static str, says: &'static str, kind: Kind) -> Step {
    Step { name, says, kind }
}

pub fn step_names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

pub fn command(project: &Project, mut args: Args) -> Outcome {
    let only = args.value("--only")?;
    let browser = args.choice("--browser", &BROWSERS)?;
    let spec = args.value("--spec")?;
    let all = args.flag("--all");
    args.finish()?;
    let browsers = BROWSERS.into_iter();
    let browsers = browsers.filter(|one| browser.as_deref().is_none_or(|wanted| wanted == *one));
    let wanted = Wanted {
        browsers: browsers.collect(),
        spec,
        all,
    };
    let names: Vec<&str> = match &only {
        Some(list) => list.split(',').collect(),
        None => step_names(),
    };
    steps(project, &names, &wanted)
}

/// The checks that need neither a new wasm nor a browser.
pub fn quick(project: &Project) -> Outcome {
    let wanted = Wanted {
        browsers: Vec::new(),
        spec: None,
        all: false,
    };
    steps(project, &QUICK, &wanted)
}

fn steps(project: &Project, names: &[&str], wanted: &Wanted) -> Outcome {
    if let Some(unknown) = names.iter().find(|name| !step_names().contains(name)) {
        return Err(format!(
            "no step {unknown}; there are: {}",
            step_names().join(", ")
        ));
    }
    let mut total = Count::default();
    let mut table: Vec<(&str, Duration, Count)> = Vec::new();
    for step in STEPS.iter().filter(|step| names.contains(&step.name)) {
        println!("\n=== {}: {}", step.name, step.says);
        let start = Instant::now();
        let count = step.run(project, wanted);
        table.push((step.name, start.elapsed(), count));
        total.add(count);
        if count.failed > 0 && matches!(step.kind, Kind::Ground(_)) {
            println!("\nThe rest stands on this and was not tried.");
            break;
        }
    }
    println!("\n=== what took how long");
    for (name, time, count) in &table {
        let verdict = if count.failed > 0 { "FAILED" } else { "passed" };
        println!("{name:<10} {:>7.1} s  {verdict}", time.as_secs_f64());
    }
    let sum: Duration = table.iter().map(|(_, time, _)| *time).sum();
    println!("{:<10} {:>7.1} s\n", "together", sum.as_secs_f64());
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        std::process::exit(1);
    }
    Ok(())
}

impl Step {
    fn run(&self, project: &Project, wanted: &Wanted) -> Count {
        let outcome = match self.kind {
            Kind::Check(check) | Kind::Ground(check) => check(project).map(|()| Count {
                passed: 1,
                failed: 0,
            }),
            Kind::Tests(tests) => tests(project, wanted),
        };
        outcome.unwrap_or_else(|message| {
            println!("{message}\nFAILED: {}", self.name);
            Count {
                passed: 0,
                failed: 1,
            }
        })
    }
}

fn install(project: &Project) -> Outcome {
    tools::debian::install(project)?;
    tools::node::install(project)?;
    tools::wasm::install(project).map(drop)
}

fn build_all(project: &Project) -> Outcome {
    tools::node::install(project)?;
    build::wasm::build(project)?;
    build::shipped(project)?;
    build::recorded(project, e2e::collector)
}
