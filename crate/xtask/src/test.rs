//! `cargo xtask test`: every check, in one order, with a count at the end.

pub mod e2e;
mod reproduce;
mod rust;
mod web;

use crate::args::Args;
use crate::project::{BROWSERS, Project};
use crate::shell::Run;
use crate::{Outcome, build, tidy, tools};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

/// How many checks went well, and how many did not.
#[derive(Clone, Copy, Default)]
pub struct Count {
    pub passed: usize,
    pub failed: usize,
}

impl Count {
    /// One check that went well.
    pub const PASSED: Self = Self {
        passed: 1,
        failed: 0,
    };
    /// One that did not.
    pub const FAILED: Self = Self {
        passed: 0,
        failed: 1,
    };

    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// What became of tests, and what is said once more of those that failed.
pub struct Told {
    pub count: Count,
    pub again: Vec<String>,
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
    /// A check that goes on while steps of these names run: it waits for one thread of the compiler, or for others. Gives back
    /// what it says.
    Beside(fn(&Project) -> Outcome<String>, &'static [&'static str]),
    /// The same, and all behind those stand on it.
    GroundBeside(fn(&Project) -> Outcome<String>, &'static [&'static str]),
    /// Many tests in one, counted by themselves. An error is one more failure.
    Tests(fn(&Project, &Wanted) -> Outcome<Count>),
    /// The same, with lines that say once more, when all is over, what failed.
    Specs(fn(&Project, &Wanted) -> Outcome<Told>),
}

struct Step {
    name: &'static str,
    says: &'static str,
    kind: Kind,
}

const STEPS: &[Step] = &[
    step("install", "tools and packages", Kind::Ground(install)),
    step(
        "build",
        "wasm, dist and the recorded build",
        Kind::GroundBeside(build_all, &["format", "clippy", "rust"]),
    ),
    step("format", "rustfmt", Kind::Check(rust::format)),
    step(
        "clippy",
        "clippy, tests included",
        Kind::Check(rust::clippy),
    ),
    step("rust", "Rust tests", Kind::Tests(rust::tests)),
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
        Kind::Beside(reproduce::check, &["e2e"]),
    ),
    step("e2e", "both browsers", Kind::Specs(e2e::others)),
    step(
        "alone",
        "what measures times in both browsers",
        Kind::Specs(e2e::alone),
    ),
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
    let begun = Instant::now();
    let mut table: Vec<Row> = Vec::new();
    std::thread::scope(|scope| {
        let mut beside: Vec<Running> = Vec::new();
        for step in STEPS.iter().filter(|step| names.contains(&step.name)) {
            let running = std::mem::take(&mut beside);
            let (on, over): (Vec<_>, Vec<_>) = running
                .into_iter()
                .partition(|one| one.step.goes_beside(step));
            beside = on;
            table.extend(over.into_iter().map(Running::joined));
            if table.iter().any(Row::ends_all) {
                println!("\nThe rest stands on this and was not tried.");
                break;
            }
            println!("\n=== {}: {}", step.name, step.says);
            if matches!(step.kind, Kind::Beside(..) | Kind::GroundBeside(..)) {
                println!("goes on beside what follows");
                let handle = scope.spawn(move || step.row(project, wanted));
                beside.push(Running { step, handle });
                continue;
            }
            table.push(step.row(project, wanted));
        }
        table.extend(beside.into_iter().map(Running::joined));
    });
    println!("\n=== what took how long");
    let mut total = Count::default();
    for Row {
        step, time, count, ..
    } in &table
    {
        let verdict = if count.failed > 0 { "FAILED" } else { "passed" };
        println!("{:<10} {:>7.1} s  {verdict}", step.name, time.as_secs_f64());
        total.add(*count);
    }
    println!(
        "{:<10} {:>7.1} s\n",
        "together",
        begun.elapsed().as_secs_f64()
    );
    // Of what was printed first, many minutes ago, not all may be kept.
    for line in table.iter().flat_map(|row| &row.again) {
        println!("{line}");
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        std::process::exit(1);
    }
    Ok(())
}

/// What became of a step, and how long it took.
struct Row {
    step: &'static Step,
    time: Duration,
    count: Count,
    /// What failed, once more.
    again: Vec<String>,
}

impl Row {
    /// Whether what the others stand on has failed.
    fn ends_all(&self) -> bool {
        self.count.failed > 0 && matches!(self.step.kind, Kind::Ground(_) | Kind::GroundBeside(..))
    }
}

/// A step that goes on beside others.
struct Running<'scope> {
    step: &'static Step,
    handle: ScopedJoinHandle<'scope, Row>,
}

impl Running<'_> {
    /// Waits for its end.
    fn joined(self) -> Row {
        let broken = Row {
            step: self.step,
            time: Duration::ZERO,
            count: Count::FAILED,
            again: Vec::new(),
        };
        self.handle.join().unwrap_or(broken)
    }
}

impl Step {
    /// Whether it may go on while that one runs.
    fn goes_beside(&self, other: &Step) -> bool {
        match self.kind {
            Kind::Beside(_, others) | Kind::GroundBeside(_, others) => others.contains(&other.name),
            _ => false,
        }
    }

    fn row(&'static self, project: &Project, wanted: &Wanted) -> Row {
        let start = Instant::now();
        let mut again = Vec::new();
        let outcome = match self.kind {
            Kind::Check(check) | Kind::Ground(check) => check(project).map(|()| Count::PASSED),
            Kind::Beside(check, _) | Kind::GroundBeside(check, _) => check(project).map(|said| {
                // In one piece: others print meanwhile.
                println!("\n=== {} has ended\n{said}", self.name);
                Count::PASSED
            }),
            Kind::Tests(tests) => tests(project, wanted),
            Kind::Specs(specs) => specs(project, wanted).map(|told| {
                again = told.again;
                told.count
            }),
        };
        let count = outcome.unwrap_or_else(|message| {
            println!("{message}\nFAILED: {}", self.name);
            Count::FAILED
        });
        Row {
            step: self,
            time: start.elapsed(),
            count,
            again,
        }
    }
}

fn install(project: &Project) -> Outcome {
    tools::node::install(project)?;
    tools::debian::install_for_tests(project)?;
    tools::wasm::install(project).map(drop)
}

/// In a process of its own: what it says comes in one piece, and it steps back for Rust tests that measure times.
fn build_all(project: &Project) -> Outcome<String> {
    let myself = std::env::current_exe().map_err(|error| format!("xtask: {error}"))?;
    let (built, said) = Run::aside(myself)
        .arg("build")
        .within(&project.root)
        .collect()?;
    if !built {
        return Err(format!("{said}the build failed"));
    }
    build::recorded(project, e2e::collector)?;
    Ok(said)
}
