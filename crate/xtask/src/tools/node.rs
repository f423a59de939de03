//! Node and the npm packages of package-lock.json.

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use crate::stamp::Stamp;

const OLDEST: u32 = 20;

/// Checks Node and brings `node_modules` to what the lock file says. No package runs a script of its own.
pub fn install(project: &Project) -> Outcome {
    check_version()?;
    let stamp = Stamp::default().file(project, "package-lock.json")?;
    let done = project.path("node_modules/.waxseal-stamp");
    if stamp.is_at(&done) {
        return Ok(());
    }
    println!("installing npm packages");
    Run::new("npm")
        .args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ])
        .within(&project.root)
        .go()?;
    stamp.write(&done)
}

fn check_version() -> Outcome {
    let advice = format!(
        "Waxseal is built with Node {OLDEST} or newer, and npm: see https://nodejs.org/en/download"
    );
    let version = Run::new("node")
        .arg("--version")
        .output()
        .map_err(|_| advice.clone())?;
    Run::new("npm")
        .arg("--version")
        .output()
        .map_err(|_| advice.clone())?;
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST => Ok(()),
        _ => Err(format!("This is Node {}. {advice}", version.trim())),
    }
}
