//! The end-to-end tests: `tests/e2e/*.spec.ts` in real browsers, one file after the other; those that only compute go
//! beside them.

use super::{Count, Wanted};
use crate::Outcome;
use crate::project::{Project, tree};
use crate::shell::Run;
use std::time::Instant;

/// Where a recorded build posts what crosses a wall; the specs that read it listen there.
pub const COLLECTOR: &str = "http://127.0.0.1:18999/record";

/// Specs that only compute, for minutes, and bear to wait: they run beside the others, with less right to the processor.
/// They share no port and no folder with any other.
const PATIENT: [&str; 1] = ["hostile"];

/// Specs that measure times near a limit: they come when all others are done. (Firefox runs a module slowly until it has
/// compiled it a second time, and does that beside it, if there is a processor free.)
const ALONE: [&str; 1] = ["cost"];

/// Bundles everything under `tests/` that runs in Node.
pub fn bundle(project: &Project) -> Outcome {
    Run::new("node")
        .arg("tests/build.mjs")
        .within(&project.root)
        .go()
}

pub fn all(project: &Project, wanted: &Wanted) -> Outcome<Count> {
    bundle(project)?;
    let specs: Vec<String> = tree(&project.path("target/e2e"))?
        .into_iter()
        .filter(|name| name.ends_with(".spec.mjs"))
        .filter(|name| wanted.spec.as_ref().is_none_or(|part| name.contains(part)))
        .collect();
    if specs.is_empty() {
        return Err("there is no such end-to-end spec".to_owned());
    }
    let group = |names: &[&str]| -> Vec<String> {
        let is = |spec: &&String| {
            names
                .iter()
                .any(|name| **spec == format!("{name}.spec.mjs"))
        };
        specs.iter().filter(is).cloned().collect()
    };
    let (patient, alone) = (group(&PATIENT), group(&ALONE));
    let rest = |spec: &&String| !patient.contains(spec) && !alone.contains(spec);
    let others: Vec<String> = specs.iter().filter(rest).cloned().collect();
    let browsers = &wanted.browsers;
    let lanes = std::thread::scope(|scope| {
        let beside = scope.spawn(|| lane(project, browsers, &patient, Output::AtItsEnd));
        let first = lane(project, browsers, &others, Output::AsItComes);
        beside.join().map(|second| [first, second])
    });
    let [first, second] = lanes.map_err(|_| "the specs beside the others broke off".to_owned())?;
    let lanes = [
        first,
        second,
        lane(project, browsers, &alone, Output::AsItComes),
    ];
    let failed: Vec<&str> = lanes
        .iter()
        .flat_map(|lane| lane.failed.iter().map(String::as_str))
        .collect();
    if !failed.is_empty() {
        println!("\nfailed:\n  {}", failed.join("\n  "));
    }
    let mut total = Count::default();
    for lane in &lanes {
        total.add(lane.count);
    }
    Ok(total)
}

/// Whether the output of a spec is ours at once, or in one piece when the spec has ended.
#[derive(Clone, Copy)]
enum Output {
    AsItComes,
    AtItsEnd,
}

#[derive(Default)]
struct Lane {
    count: Count,
    failed: Vec<String>,
}

/// Specs one after the other, in each of the browsers.
fn lane(project: &Project, browsers: &[&str], specs: &[String], output: Output) -> Lane {
    let mut lane = Lane::default();
    for browser in browsers {
        for spec in specs {
            let title = format!("--- {spec} in {browser}");
            if matches!(output, Output::AsItComes) {
                println!("\n{title}");
            }
            let start = Instant::now();
            let (count, printed) = one(project, spec, browser, output).unwrap_or_else(|message| {
                let failed = Count {
                    passed: 0,
                    failed: 1,
                };
                (failed, message)
            });
            let seconds = start.elapsed().as_secs_f64();
            match output {
                Output::AsItComes => println!("{printed}--- {seconds:.1} s"),
                Output::AtItsEnd => println!("\n{title}, beside\n{printed}--- {seconds:.1} s"),
            }
            if count.failed > 0 {
                lane.failed.push(format!("{spec} in {browser}"));
            }
            lane.count.add(count);
        }
    }
    lane
}

/// What became of one spec, and what is still to be printed of it.
fn one(project: &Project, spec: &str, browser: &str, output: Output) -> Outcome<(Count, String)> {
    let run = match output {
        Output::AsItComes => Run::new("node"),
        Output::AtItsEnd => Run::new("nice").args(["-n", "10", "node"]),
    };
    let run = run
        .args(["--enable-source-maps", "--test-reporter=spec"])
        .arg(format!("target/e2e/{spec}"))
        .env("WAXSEAL_BROWSER", browser)
        .env("WAXSEAL_RECORDED", crate::build::RECORDED)
        .env("WAXSEAL_COLLECTOR", COLLECTOR)
        .within(&project.root);
    let (went_well, printed, left) = match output {
        Output::AsItComes => {
            let (went_well, printed) = run.watch()?;
            (went_well, printed, String::new())
        }
        Output::AtItsEnd => {
            let (went_well, printed) = run.collect()?;
            (went_well, printed.clone(), printed)
        }
    };
    let wrong = |what: &str| format!("{left}{what}\n");
    let count = summary(&printed).ok_or_else(|| wrong("the spec ended without a summary"))?;
    if !went_well && count.failed == 0 {
        return Err(wrong("the spec failed outside of its tests"));
    }
    if count.passed + count.failed == 0 {
        return Err(wrong("the spec has no tests"));
    }
    Ok((count, left))
}

/// Node's own last lines. What was skipped, left for later or cut off has shown nothing: it counts as failed.
fn summary(printed: &str) -> Option<Count> {
    let number = |word: &str| {
        let start = format!("ℹ {word} ");
        let line = printed
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix(&start))?;
        line.trim().parse::<usize>().ok()
    };
    let failed = number("fail")? + number("cancelled")? + number("skipped")? + number("todo")?;
    Some(Count {
        passed: number("pass")?,
        failed,
    })
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn reads_the_summary_of_node() {
        let end = "ℹ tests 5\nℹ suites 1\nℹ pass 2\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 1\nℹ duration_ms 7\n";
        let count = summary(end).expect("a summary");
        assert_eq!((count.passed, count.failed), (2, 3));
        assert!(summary("ℹ pass 2\n").is_none());
    }
}
