//! `cargo xtask audit`: cargo-deny on everything that Cargo.lock names, by the rules of `deny.toml`.

use crate::Outcome;
use crate::args::Args;
use crate::project::Project;
use crate::shell::Run;
use crate::tools;
use std::path::Path;

/// What the lock file and the packages themselves tell.
const LOCAL: [&str; 3] = ["bans", "licenses", "sources"];

pub fn command(project: &Project, mut args: Args) -> Outcome {
    let offline = args.flag("--offline");
    args.finish()?;
    let programs = tools::cargo::deny(project)?;
    check(project, &programs, &LOCAL)?;
    println!("\nBans, licences and sources are in order.");
    if offline {
        println!("Advisories were NOT looked at: that needs the network.");
        return Ok(());
    }
    // Fetched by itself, so that "cannot be reached" is not mistaken for a finding.
    deny(project, &programs)
        .args(["fetch", "db"])
        .go()
        .map_err(|_| {
            "The database of advisories cannot be reached: they were NOT looked at. The rest is in order, as with \
             `cargo xtask audit --offline`."
                .to_owned()
        })?;
    check(project, &programs, &["--disable-fetch", "advisories"])
}

fn check(project: &Project, programs: &Path, what: &[&str]) -> Outcome {
    deny(project, programs)
        .args(["check", "--hide-inclusion-graph"])
        .args(what)
        .go()
}

fn deny(project: &Project, programs: &Path) -> Run {
    Run::new(programs.join("cargo-deny"))
        .args(["--log-level", "error", "--locked", "--all-features"])
        .within(&project.root)
}
