//! The end-to-end tests: `tests/e2e/*.spec.ts` in real browsers. Both browsers run side by side, each with its specs one after
//! the other (when one has done its own, two of the other browser), then those that only compute; at last, alone, come those
//! that measure times.

mod inputs;

use super::{Count, Wanted};
use crate::Outcome;
use crate::project::{Project, tree};
use crate::shell::Run;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Instant;

/// Where the recorded build for a browser posts what crosses a wall; the specs that read it listen there. The browsers run at
/// the same time: each has a port of its own.
pub fn collector(browser: &str) -> &'static str {
    match browser {
        "firefox" => "http://127.0.0.1:18998/record",
        _ => "http://127.0.0.1:18999/record",
    }
}

/// Specs that only compute, for minutes, and are measured by what they computed. Not in a row of their own beside the others, nor
/// at a lower priority: a browser runs a module slowly until it has compiled it a second time, and where that has to wait for a
/// processor, more is computed.
const COMPUTING: [&str; 1] = ["hostile"];

/// Specs that measure times near a limit: they come when all others are done, one after the other. (Firefox runs a module
/// slowly until it has compiled it a second time, and does that beside it, if there is a processor free.)
const ALONE: [&str; 2] = ["cost", "load"];

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
        .iter()
        .filter_map(|name| name.strip_suffix(".spec.mjs"))
        .filter(|name| wanted.spec.as_ref().is_none_or(|part| name.contains(part)))
        .map(str::to_owned)
        .collect();
    if specs.is_empty() {
        return Err("there is no such end-to-end spec".to_owned());
    }
    let group = |has: &dyn Fn(&str) -> bool| -> Vec<&str> {
        let names = specs.iter().map(String::as_str);
        names.filter(|name| has(name)).collect()
    };
    let computing = group(&|name| COMPUTING.contains(&name));
    let measuring = group(&|name| ALONE.contains(&name));
    let others = group(&|name| !COMPUTING.contains(&name) && !ALONE.contains(&name));
    let suite = Suite {
        project,
        cases: inputs::Cases::new(wanted.all || wanted.spec.is_some()),
    };
    let mut lanes = suite.side_by_side(&wanted.browsers, &others, &computing)?;
    let mut rest = pairs(&wanted.browsers, &measuring);
    lanes.push(suite.lane(|| rest.pop_front(), Output::AsItComes));
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

/// Each spec in each browser.
fn pairs<'s>(browsers: &[&'s str], specs: &[&'s str]) -> VecDeque<(&'s str, &'s str)> {
    let each = |browser: &&'s str| {
        let browser = *browser;
        specs.iter().map(move |spec| (browser, *spec))
    };
    browsers.iter().flat_map(each).collect()
}

/// Whether the output of a spec is ours at once, or in one piece when the spec has ended.
#[derive(Clone, Copy)]
enum Output {
    AsItComes,
    AtItsEnd,
}

/// What became of specs that ran one after the other.
#[derive(Default)]
struct Lane {
    count: Count,
    failed: Vec<String>,
}

struct Suite<'a> {
    project: &'a Project,
    cases: inputs::Cases,
}

impl Suite<'_> {
    /// A lane for each browser, at the same time. One that has done its own helps another from the end of what is left there,
    /// and then takes of `computing`.
    fn side_by_side(
        &self,
        browsers: &[&str],
        specs: &[&str],
        computing: &[&str],
    ) -> Outcome<Vec<Lane>> {
        // The lines of two at once could not be told apart.
        let output = match browsers.len() {
            1 => Output::AsItComes,
            _ => Output::AtItsEnd,
        };
        let left: Vec<_> = browsers
            .iter()
            .map(|browser| {
                (
                    *browser,
                    Mutex::new(VecDeque::from_iter(specs.iter().copied())),
                )
            })
            .collect();
        let computing = Mutex::new(pairs(browsers, computing));
        let last = || computing.lock().ok()?.pop_front();
        let next = |lane: usize| {
            let (others, own) = left.split_at(lane);
            let mut all = own.iter().chain(others).enumerate();
            all.find_map(|(away, (browser, specs))| {
                let mut specs = specs.lock().ok()?;
                let spec = match away {
                    0 => specs.pop_front(),
                    _ => specs.pop_back(),
                };
                Some((*browser, spec?))
            })
        };
        std::thread::scope(|scope| {
            let mut started = Vec::new();
            for lane in 0..left.len() {
                let one = move || next(lane).or_else(last);
                started.push(scope.spawn(move || self.lane(one, output)));
            }
            let ended = started.into_iter().map(|lane| lane.join());
            ended
                .map(|lane| lane.map_err(|_| "a row of specs broke off".to_owned()))
                .collect()
        })
    }

    /// Specs one after the other, each with its browser.
    fn lane<'s>(
        &self,
        mut next: impl FnMut() -> Option<(&'s str, &'s str)>,
        output: Output,
    ) -> Lane {
        let mut lane = Lane::default();
        while let Some((browser, spec)) = next() {
            let title = format!("--- {spec} in {browser}");
            if matches!(output, Output::AsItComes) {
                println!("\n{title}");
            }
            let start = Instant::now();
            let outcome = self.one(spec, browser, output);
            let (count, printed) = outcome.unwrap_or_else(|message| (Count::FAILED, message));
            let seconds = start.elapsed().as_secs_f64();
            match output {
                Output::AsItComes => println!("{printed}--- {seconds:.1} s"),
                // In one call: another lane prints between two.
                Output::AtItsEnd => println!("\n{title}\n{printed}--- {seconds:.1} s"),
            }
            if count.failed > 0 {
                lane.failed.push(format!("{spec} in {browser}"));
            }
            lane.count.add(count);
        }
        lane
    }

    /// What became of one spec, and what is still to be printed of it.
    fn one(&self, spec: &str, browser: &str, output: Output) -> Outcome<(Count, String)> {
        if self.cases.proven(self.project, spec, browser)? {
            let says = "passed before, and nothing that decides it has changed: not run again\n";
            return Ok((Count::PASSED, says.to_owned()));
        }
        let run = Run::new("node")
            .args(["--enable-source-maps", "--test-reporter=spec"])
            .arg(format!("target/e2e/{spec}.spec.mjs"))
            .env("WAXSEAL_BROWSER", browser)
            .env("WAXSEAL_RECORDED", crate::build::RECORDED)
            .env("WAXSEAL_COLLECTOR", collector(browser))
            .env("WAXSEAL_CASES", inputs::FOLDER)
            .within(&self.project.root);
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
        if count.failed == 0 {
            self.cases.prove(self.project, spec, browser)?;
        }
        Ok((count, left))
    }
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
