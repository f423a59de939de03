//! `cargo xtask fuzz`: libFuzzer on the core, by cargo-fuzz, with the compiler of the project. It needs no nightly one:
//! coverage works with any, and only sanitizers would want more; the core has no unsafe code for them to watch.

use crate::Outcome;
use crate::args::Args;
use crate::project::{Project, tree};
use crate::shell::Run;
use crate::tools;

/// As in `fuzz/Cargo.toml`.
const TARGETS: [&str; 9] = [
    "armor",
    "certificate",
    "message",
    "cleartext",
    "wire",
    "secret",
    "dearmor",
    "bulk",
    "mime",
];

/// What libFuzzer finds is kept from one run to the next; the seeds are made anew.
const FOUND: &str = "target/fuzz/corpus";
const SEEDS: &str = "target/fuzz/seeds";

/// Input that a person would wait for or that takes memory is a finding too. Five seconds are what every input may take
/// (tests/hostile, which measures it); in a build for fuzzing, with its assertions and counters, the seeds that cost as
/// much as is allowed take 7.5 s, and libFuzzer goes by the clock, whatever else the machine does.
const LIMITS: [&str; 3] = ["-timeout=30", "-rss_limit_mb=1024", "-max_len=16384"];

pub fn command(project: &Project, mut args: Args) -> Outcome {
    let minutes = args.value("--minutes")?;
    let minutes: u64 = match minutes.as_deref() {
        Some(text) => text.parse().map_err(|_| format!("{text} minutes?"))?,
        None => 5,
    };
    let only = args.choice("--target", &TARGETS)?;
    args.finish()?;
    let programs = tools::cargo::fuzz(project)?;
    Run::new("cargo")
        .args(["run", "--quiet", "--locked", "--package", "waxseal-hostile"])
        .args(["--", "seeds", SEEDS])
        .within(&project.root)
        .go()?;
    let chosen = TARGETS
        .iter()
        .filter(|target| only.as_deref().is_none_or(|one| one == **target));
    for target in chosen {
        println!("\n--- {target}, {minutes} minutes");
        one(project, &programs, target, minutes * 60)?;
    }
    Ok(())
}

fn one(project: &Project, programs: &std::path::Path, target: &str, seconds: u64) -> Outcome {
    let found = format!("{FOUND}/{target}");
    let finding = format!("target/fuzz/findings/{target}");
    for folder in [&found, &finding] {
        std::fs::create_dir_all(project.path(folder))
            .map_err(|error| format!("{folder}: {error}"))?;
    }
    let ended = Run::new("cargo")
        .args(["fuzz", "run", "--fuzz-dir", "fuzz", "--sanitizer", "none"])
        .args(["--target-dir", "target/fuzz", target, &found])
        .arg(format!("{SEEDS}/{target}"))
        .arg("--")
        .args(LIMITS)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={finding}/"))
        .arg("-print_final_stats=1")
        .path_first(programs)
        .within(&project.root)
        .go();
    let findings = tree(&project.path(&finding))?;
    match (ended, findings.as_slice()) {
        (Ok(()), []) => Ok(()),
        (Err(error), []) => Err(error),
        (_, findings) => Err(format!(
            "findings in {finding}:\n  {}\nWhen it is mended, keep the smallest input as fuzz/regressions/{target}-NAME.",
            findings.join("\n  ")
        )),
    }
}
