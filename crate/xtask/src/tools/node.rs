//! Node and the npm packages of package-lock.json.

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use crate::stamp::Stamp;

/// Whether the packages promise to run on this version, as `engines` in package.json says.
fn runs((major, minor): (u32, u32)) -> bool {
    match major {
        20 => minor >= 19,
        22 => minor >= 13,
        _ => major >= 24,
    }
}

/// The same for people.
const VERSIONS: &str = "20 from 20.19 on, 22 from 22.13 on, 24 and newer";

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
        "Waxseal is built with Node ({VERSIONS}) and npm: see https://nodejs.org/en/download"
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
        Some(found) if runs(found) => Ok(()),
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
    use super::{parse, runs};

    #[test]
    fn reads_the_version_of_node() {
        assert_eq!(parse("v20.19.2\n"), Some((20, 19)));
        assert_eq!(parse("node"), None);
    }

    #[test]
    fn runs_where_the_packages_do() {
        for (version, well) in [
            ("v18.20.4", false),
            ("v20.9.0", false),
            ("v20.19.0", true),
            ("v21.7.3", false),
            ("v22.12.0", false),
            ("v22.13.0", true),
            ("v23.11.0", false),
            ("v24.0.0", true),
            ("v26.1.0", true),
        ] {
            assert_eq!(parse(version).is_some_and(runs), well, "{version}");
        }
        // What is tried above is what package.json says.
        let package = include_str!("../../../../package.json");
        assert!(package.contains("\"node\": \"^20.19.0 || ^22.13.0 || >=24\""));
    }
}
