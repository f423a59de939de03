//! Programs that come from the system: browsers, GnuPG, and a real webmail. Debian's packages are the ones tested with.

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use std::fs;
use std::path::Path;

/// Both browsers, and a font so that pages look the same everywhere.
const BROWSERS: [&str; 3] = ["chromium", "firefox-esr", "fonts-dejavu-core"];

/// Roundcube would otherwise ask which database to set up.
const ANSWER: &str = "roundcube-core roundcube/dbconfig-install boolean false";

/// Debian's packages ask this program whether they may start their services.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Installs what the end-to-end tests need; without root it says what to type instead.
pub fn install(project: &Project) -> Outcome {
    let webmail = project.read("tests/webmail/packages.txt")?;
    let webmail = webmail
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let wanted: Vec<&str> = BROWSERS.into_iter().chain(webmail).collect();
    get_with(&wanted, Some(ANSWER))
}

/// Installs these packages; without root it says what to type instead.
pub fn get(wanted: &[&str]) -> Outcome {
    get_with(wanted, None)
}

/// Whether this is the user who may install.
pub fn is_root() -> Outcome<bool> {
    Ok(Run::new("id").arg("-u").output()?.trim() == "0")
}

fn get_with(wanted: &[&str], answer: Option<&str>) -> Outcome {
    // A trailing minus is apt's way to say "not this one".
    let needed = wanted.iter().filter(|name| !name.ends_with('-'));
    if needed.clone().all(|name| is_installed(name)) {
        return Ok(());
    }
    if Run::new("apt-get").arg("--version").output().is_err() {
        let names: Vec<&str> = needed.copied().collect();
        return Err(format!(
            "This is no Debian. Install what these packages contain, then run again:\n  {}",
            names.join(" ")
        ));
    }
    if !is_root()? {
        let answer =
            answer.map(|answer| format!("echo '{answer}' | sudo debconf-set-selections\n  "));
        return Err(format!(
            "Some Debian packages are missing. Type, then run again:\n\n  {}\
             sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
            answer.unwrap_or_default(),
            wanted.join(" ")
        ));
    }
    println!("installing Debian packages");
    // A second apt at work on the machine is waited for, not failed on.
    let wait = "DPkg::Lock::Timeout=900";
    Run::new("apt-get")
        .args(["-q", "-o", wait, "update"])
        .go()?;
    if let Some(answer) = answer {
        Run::new("sh")
            .args(["-c", "echo \"$1\" | debconf-set-selections", "sh", answer])
            .go()?;
    }
    without_services(|| {
        Run::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-q", "-o", wait, "install", "-y", "--no-install-recommends"])
            .args(wanted)
            .go()
    })
}

/// The tests start servers of their own: those of the packages would only hold the machine's ports for mail, web and
/// databases.
fn without_services(install: impl FnOnce() -> Outcome) -> Outcome {
    if Path::new(POLICY).exists() {
        return install();
    }
    let refuse = "printf '#!/bin/sh\nexit 101\n' > \"$1\" && chmod 755 \"$1\"";
    Run::new("sh").args(["-c", refuse, "sh", POLICY]).go()?;
    let outcome = install();
    fs::remove_file(POLICY).map_err(|error| format!("{POLICY}: {error}"))?;
    outcome
}

fn is_installed(package: &str) -> bool {
    Run::new("dpkg-query")
        .args(["-W", "-f=${db:Status-Status}", package])
        .output()
        .is_ok_and(|status| status == "installed")
}
