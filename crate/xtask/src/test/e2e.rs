//! The end-to-end tests: `tests/e2e/*.spec.ts` in real browsers. Both browsers run side by side, each with its specs one after
//! the other (when one has done its own, two of the other browser), and beside them those that wait; those that measure times
//! are a step of their own, in which nothing else runs.

pub mod inputs;

use super::{Count, Told, Wanted};
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

/// Specs that measure times: they come when all others are done, the two browsers side by side.
const MEASURING: [&str; 1] = ["hostile"];

/// Specs that measure times near a limit: they come at last, one after the other. (A browser runs a module slowly until it has
/// compiled it a second time, and does that beside it, if there is a processor free.)
const ALONE: [&str; 2] = ["cost", "load"];

/// Specs that wait most of the time, for limits of minutes: they run beside all others, one after the other.
const WAITING: [&str; 1] = ["unseen"];

/// Specs that take longest: they come first, for at the end a lane with one of them would keep a processor waiting.
const LONG: [&str; 8] = [
    "attacks",
    "sogo",
    "delivered",
    "horde",
    "pages",
    "mail",
    "write",
    "keys-edit",
];

/// Bundles everything under `tests/` that runs in Node.
pub fn bundle(project: &Project) -> Outcome {
    Run::new("node")
        .arg("tests/build.mjs")
        .within(&project.root)
        .go()
}

/// All specs but those that measure.
pub fn others(project: &Project, wanted: &Wanted) -> Outcome<Told> {
    let specs = specs(project, wanted)?;
    let waiting = group(&specs, |name| WAITING.contains(&name));
    let mut others = group(&specs, |name| {
        ![&MEASURING[..], &ALONE, &WAITING].concat().contains(&name)
    });
    others.sort_by_key(|name| !LONG.contains(name));
    let suite = Suite::new(project, wanted);
    let lanes = suite.side_by_side(&wanted.browsers, &others, &waiting)?;
    Ok(told(&lanes))
}

/// Those that measure.
pub fn alone(project: &Project, wanted: &Wanted) -> Outcome<Told> {
    let specs = specs(project, wanted)?;
    let measuring = group(&specs, |name| MEASURING.contains(&name));
    let alone = group(&specs, |name| ALONE.contains(&name));
    let suite = Suite::new(project, wanted);
    let mut lanes = suite.side_by_side(&wanted.browsers, &measuring, &[])?;
    let mut left = pairs(&wanted.browsers, &alone);
    lanes.push(suite.lane(|| left.pop_front(), Output::AsItComes));
    Ok(told(&lanes))
}

/// The names of all specs that are wanted, bundled.
fn specs(project: &Project, wanted: &Wanted) -> Outcome<Vec<String>> {
    bundle(project)?;
    let specs: Vec<String> = tree(&project.path("target/e2e"))?
        .iter()
        .filter_map(|name| name.strip_suffix(".spec.mjs"))
        .filter(|name| wanted.spec.as_ref().is_none_or(|part| name.contains(part)))
        .map(str::to_owned)
        .collect();
    match specs.is_empty() {
        true => Err("there is no such end-to-end spec".to_owned()),
        false => Ok(specs),
    }
}

fn group(specs: &[String], has: impl Fn(&str) -> bool) -> Vec<&str> {
    let names = specs.iter().map(String::as_str);
    names.filter(|name| has(name)).collect()
}

/// Counts, and says once more what failed: where it was printed first, many minutes of others follow.
fn told(lanes: &[Lane]) -> Told {
    let mut again = Vec::new();
    for Failure { spec, says } in lanes.iter().flat_map(|lane| &lane.failed) {
        again.push(format!("failed: {spec}"));
        again.extend(says.iter().map(|line| format!("    {line}")));
    }
    let mut count = Count::default();
    for lane in lanes {
        count.add(lane.count);
    }
    Told { count, again }
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
    failed: Vec<Failure>,
}

/// A spec that has ended.
struct Ended {
    count: Count,
    /// What it printed, or what went wrong.
    printed: String,
    /// Octets of that which were printed as they came.
    shown: usize,
}

impl Ended {
    /// One that could not even be tried.
    fn wrong(message: String) -> Self {
        Self {
            count: Count::FAILED,
            printed: format!("{message}\n"),
            shown: 0,
        }
    }
}

/// A spec that failed: which, and why.
struct Failure {
    spec: String,
    says: Vec<String>,
}

/// Lines that are said of a failure again at the end.
const AGAIN: usize = 40;

/// What Node says of the tests that failed; without that, the last lines.
fn complaint(printed: &str) -> Vec<String> {
    let lines: Vec<&str> = printed.lines().collect();
    let said = lines
        .iter()
        .position(|line| line.ends_with("failing tests:"));
    let said = match said {
        Some(at) => lines.get(at + 1..).unwrap_or_default(),
        None => lines
            .get(lines.len().saturating_sub(AGAIN)..)
            .unwrap_or_default(),
    };
    let kept = said.iter().filter(|line| !line.trim().is_empty());
    kept.take(AGAIN).map(|line| (*line).to_owned()).collect()
}

struct Suite<'a> {
    project: &'a Project,
    cases: inputs::Cases,
}

impl<'a> Suite<'a> {
    fn new(project: &'a Project, wanted: &Wanted) -> Self {
        Self {
            project,
            cases: inputs::Cases::new(wanted.all || wanted.spec.is_some()),
        }
    }

    /// A lane for each browser, at the same time. One that has done its own helps another from the end of what is left there.
    /// One more is for those that wait, and helps the last browser then: two lanes leave a seventh of two processors unused.
    fn side_by_side(
        &self,
        browsers: &[&str],
        specs: &[&str],
        waiting: &[&str],
    ) -> Outcome<Vec<Lane>> {
        // The lines of two at once could not be told apart.
        let output = match (browsers.len(), waiting.len()) {
            (1, 0) => Output::AsItComes,
            _ => Output::AtItsEnd,
        };
        let mut waiting = pairs(browsers, waiting);
        let left: Vec<_> = browsers
            .iter()
            .map(|browser| {
                (
                    *browser,
                    Mutex::new(VecDeque::from_iter(specs.iter().copied())),
                )
            })
            .collect();
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
                let one = move || next(lane);
                started.push(scope.spawn(move || self.lane(one, output)));
            }
            let last = left.last().filter(|_| left.len() > 1);
            let third = move || {
                waiting.pop_front().or_else(|| {
                    let (browser, specs) = last?;
                    Some((*browser, specs.lock().ok()?.pop_back()?))
                })
            };
            started.push(scope.spawn(move || self.lane(third, output)));
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
            let Ended {
                count,
                printed,
                shown,
            } = self.one(spec, browser, output).unwrap_or_else(Ended::wrong);
            let seconds = start.elapsed().as_secs_f64();
            match output {
                Output::AsItComes => println!("{}--- {seconds:.1} s", &printed[shown..]),
                // In one call: another lane prints between two.
                Output::AtItsEnd => println!("\n{title}\n{printed}--- {seconds:.1} s"),
            }
            if count.failed > 0 {
                let spec = format!("{spec} in {browser}");
                let says = complaint(&printed);
                lane.failed.push(Failure { spec, says });
            }
            lane.count.add(count);
        }
        lane
    }

    /// What became of one spec.
    fn one(&self, spec: &str, browser: &str, output: Output) -> Outcome<Ended> {
        if self.cases.proven(self.project, spec, browser)? {
            let says = "passed before, and nothing that decides it has changed: not run again\n";
            return Ok(Ended {
                count: Count::PASSED,
                printed: says.to_owned(),
                shown: 0,
            });
        }
        let run = Run::new("node")
            .args(["--enable-source-maps", "--test-reporter=spec"])
            .arg(format!("target/e2e/{spec}.spec.mjs"))
            .env("WAXSEAL_BROWSER", browser)
            .env("WAXSEAL_RECORDED", crate::build::RECORDED)
            .env("WAXSEAL_COLLECTOR", collector(browser))
            .env("WAXSEAL_CASES", inputs::FOLDER)
            .within(&self.project.root);
        let (went_well, printed) = match output {
            Output::AsItComes => run.watch()?,
            Output::AtItsEnd => run.collect()?,
        };
        let shown = match output {
            Output::AsItComes => printed.len(),
            Output::AtItsEnd => 0,
        };
        let (count, more) = match summary(&printed) {
            None => (Count::FAILED, "the spec ended without a summary\n"),
            Some(count) if count.passed + count.failed == 0 => {
                (Count::FAILED, "the spec has no tests\n")
            }
            Some(count) if !went_well && count.failed == 0 => {
                (Count::FAILED, "the spec failed outside of its tests\n")
            }
            Some(count) => (count, ""),
        };
        if count.failed == 0 {
            self.cases.prove(self.project, spec, browser)?;
        }
        Ok(Ended {
            count,
            printed: printed + more,
            shown,
        })
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
    use super::{AGAIN, complaint, summary};

    #[test]
    fn says_again_what_failed() {
        let printed =
            "✔ one\n✖ two\n\n✖ failing tests:\n\ntest at a.ts:1:1\n✖ two (1 ms)\n  Error: no\n";
        let said = ["test at a.ts:1:1", "✖ two (1 ms)", "  Error: no"];
        assert_eq!(complaint(printed), said);
        let cut_off = "line\n".repeat(AGAIN + 10);
        assert_eq!(complaint(&cut_off).len(), AGAIN);
    }

    #[test]
    fn reads_the_summary_of_node() {
        let end = "ℹ tests 5\nℹ suites 1\nℹ pass 2\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 1\nℹ duration_ms 7\n";
        let count = summary(end).expect("a summary");
        assert_eq!((count.passed, count.failed), (2, 3));
        assert!(summary("ℹ pass 2\n").is_none());
    }
}
