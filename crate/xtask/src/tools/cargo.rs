//! Programs that cargo builds into `target/tools`: without much optimisation, which takes a third of the time.

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use std::path::PathBuf;

/// cargo-fuzz; gives back the folder with the program.
pub fn fuzz(project: &Project) -> Outcome<PathBuf> {
    program(project, "cargo-fuzz", "0.13.2", "0", "--version")
}

/// cargo-deny; gives back the folder with the program.
pub fn deny(project: &Project) -> Outcome<PathBuf> {
    program(project, "cargo-deny", "0.20.2", "0", "--version")
}

/// rsop, a command line on rpgp; gives back the folder with the program. It makes RSA keys, which needs optimisation.
pub fn rsop(project: &Project) -> Outcome<PathBuf> {
    program(project, "rsop", "0.12.0", "2", "version")
}

/// `asks` makes it say its name and version.
fn program(
    project: &Project,
    name: &str,
    version: &str,
    level: &str,
    asks: &str,
) -> Outcome<PathBuf> {
    let folder = project.path("target/tools/bin");
    let there = Run::new(folder.join(name)).arg(asks).output();
    if there.is_ok_and(|text| text.split_whitespace().nth(1) == Some(version)) {
        return Ok(folder);
    }
    println!("building {name} {version}, once: some minutes");
    let scratch = project.path("target/tools/build");
    Run::new("cargo")
        .args(["install", "--quiet", "--debug", "--locked", "--force"])
        .args([name, "--version", &format!("={version}"), "--root"])
        .arg(project.path("target/tools"))
        .env("CARGO_TARGET_DIR", &scratch)
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", level)
        .go()?;
    std::fs::remove_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    Ok(folder)
}
