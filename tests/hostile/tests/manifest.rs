//! Every bad input ends as the manifest says: natively here, in the browsers by `tests/e2e/hostile.spec.ts`.

use std::collections::BTreeSet;
use std::time::Duration;

use waxseal_hostile::{cases, manifest, native};

/// What one input may take of a processor. Native builds for tests are about as fast as wasm in a browser, where the
/// same limit is held.
const TIME: Duration = Duration::from_secs(5);
/// KiB of memory that the process may have had at any time, what the generator itself needed included.
const MEMORY: u64 = 512 * 1024;

/// KiB from `/proc/self/status`.
fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .expect(field);
    line.trim_matches(|c: char| !c.is_ascii_digit())
        .parse()
        .expect("a number")
}

/// How long this thread has computed. Unlike a clock, it does not run while other programs do.
fn computed() -> Duration {
    let figures = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanoseconds = figures
        .split(' ')
        .next()
        .and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.expect("a number"))
}

#[test]
fn every_bad_input_ends_as_the_manifest_says() {
    let expected = manifest::read();
    // For a look at some of them: HOSTILE_ONLY=floods cargo test -p waxseal-hostile -- --nocapture
    let only = std::env::var("HOSTILE_ONLY").unwrap_or_default();
    let mut wrong = Vec::new();
    let mut names = BTreeSet::new();
    for case in cases::all()
        .into_iter()
        .filter(|case| case.name.starts_with(&only))
    {
        assert!(
            names.insert(case.name.clone()),
            "{} is there twice",
            case.name
        );
        let (mut slowest, mut most) = (Duration::ZERO, 0);
        let mut outcomes = BTreeSet::new();
        for input in case.inputs() {
            // From here on the highest figure is that of this input.
            std::fs::write("/proc/self/clear_refs", "5").expect("Linux");
            let begun = computed();
            outcomes.insert(native::run(&input));
            slowest = slowest.max(computed() - begun);
            most = most.max(memory("VmHWM:"));
        }
        let outcome: Vec<_> = outcomes.into_iter().collect();
        let outcome = outcome.join(" | ");
        println!(
            "{:<60} {:>6} ms {:>6} MB  {outcome}",
            case.name,
            slowest.as_millis(),
            most / 1024
        );
        if expected.get(case.name.as_str()) != Some(&outcome.as_str()) {
            wrong.push(format!("{} = {outcome}", case.name));
        }
        if slowest > TIME {
            wrong.push(format!("{} took {} ms", case.name, slowest.as_millis()));
        }
        if most > MEMORY {
            wrong.push(format!("{} took {} KiB", case.name, most));
        }
    }
    if only.is_empty() {
        let stale = expected.keys().filter(|name| !names.contains(**name));
        wrong.extend(stale.map(|name| format!("{name} is in the manifest only")));
    }
    assert!(
        wrong.is_empty(),
        "not as the manifest says:\n{}",
        wrong.join("\n")
    );
}
