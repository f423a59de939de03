//! Node and the npm packages of package-lock.json.

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use crate::stamp::Stamp;

/// Major and minor; `engines` in package.json says which versions after it the packages promise to run on.
const OLDEST: (u32, u32) = (20, 19);

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
    let (major, minor) = OLDEST;
    let advice = format!(
        "Waxseal is built with Node {major}.{minor} or newer, and npm: see https://nodejs.org/en/download"
    );
    let version = Run::new("node")
        .arg("--version")
        .output()
        .map_err(|_| advice.clone())?;
    Run::new("npm")
        .arg("--version")
        .output()
        .map_err(|_| advice.clone())?;
    match parse(&version) {
        Some(found) if found >= OLDEST => Ok(()),
        _ => Err(format!("This is Node {}. {advice}", version.trim())),
    }
}

/// Major and minor of `v20.19.2`.
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim().trim_start_matches('v').split('.');
    let mut next = || parts.next()?.parse().ok();
    Some((next()?, next()?))
}

#[cfg(test)]
mod tests {
    use super::{OLDEST, parse};

    #[test]
    fn reads_the_version_of_node() {
        assert_eq!(parse("v20.19.2\n"), Some((20, 19)));
        assert!(parse("v20.9.0") < Some(OLDEST));
        assert!(parse("v22.13.0") > Some(OLDEST));
        assert_eq!(parse("node"), None);
    }
}
