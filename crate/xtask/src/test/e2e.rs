//! The end-to-end tests: `tests/e2e/*.spec.ts` in real browsers, one file after the other.

use super::{Count, Wanted};
use crate::Outcome;
use crate::project::{Project, tree};
use crate::shell::Run;
use std::time::Instant;

/// Where a recorded build posts what crosses a wall; the specs that read it listen there.
pub const COLLECTOR: &str = "http://127.0.0.1:18999/record";

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
    let mut total = Count::default();
    let mut failed = Vec::new();
    for browser in &wanted.browsers {
        for spec in &specs {
            println!("\n--- {spec} in {browser}");
            let start = Instant::now();
            let count = one(project, spec, browser).unwrap_or_else(|message| {
                println!("{message}");
                Count {
                    passed: 0,
                    failed: 1,
                }
            });
            println!("--- {:.1} s", start.elapsed().as_secs_f64());
            if count.failed > 0 {
                failed.push(format!("{spec} in {browser}"));
            }
            total.add(count);
        }
    }
    if !failed.is_empty() {
        println!("\nfailed:\n  {}", failed.join("\n  "));
    }
    Ok(total)
}

fn one(project: &Project, spec: &str, browser: &str) -> Outcome<Count> {
    let (went_well, printed) = Run::new("node")
        .args(["--enable-source-maps", "--test-reporter=spec"])
        .arg(format!("target/e2e/{spec}"))
        .env("WAXSEAL_BROWSER", browser)
        .env("WAXSEAL_RECORDED", crate::build::RECORDED)
        .env("WAXSEAL_COLLECTOR", COLLECTOR)
        .within(&project.root)
        .watch()?;
    let count = summary(&printed).ok_or("the spec ended without a summary")?;
    if !went_well && count.failed == 0 {
        return Err("the spec failed outside of its tests".to_owned());
    }
    if count.passed + count.failed == 0 {
        return Err("the spec has no tests".to_owned());
    }
    Ok(count)
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
