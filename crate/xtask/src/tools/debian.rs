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

/// The answer: no.
const REFUSAL: &str = "#!/bin/sh\nexit 101\n";

/// Services that packages of the list bring along, and what brings them. They would be started with the computer.
const SERVICES: [(&str, &str); 6] = [
    ("php8.2-fpm", "php8.2-fpm"),
    ("dovecot-core", "dovecot"),
    ("exim4-daemon-light", "exim4"),
    ("sogo", "sogo"),
    ("postgresql-15", "postgresql"),
    ("memcached", "memcached"),
];

/// Installs what a look at the demo webmail needs: browsers. Without root it says what to type instead.
pub fn install_browsers() -> Outcome {
    get_with(&BROWSERS, None)
}

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
        return Err(format!(
            "Some Debian packages are missing. Type, then run again:\n\n{}",
            to_type(wanted, answer, Path::new(POLICY).exists())
        ));
    }
    println!("installing Debian packages");
    let fresh: Vec<&str> = SERVICES
        .iter()
        .filter(|(package, _)| !is_installed(package))
        .map(|(_, service)| *service)
        .collect();
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
    .map_err(|error| format!("{error}\n{}", hint(&release())))?;
    for service in fresh {
        // Where there is no such service now, or no systemd, nothing has to be switched off.
        let _ = Run::new("systemctl").args(["disable", service]).output();
    }
    Ok(())
}

/// What somebody who is not root types: the same as what root's run does.
fn to_type(wanted: &[&str], answer: Option<&str>, has_policy: bool) -> String {
    let mut lines = Vec::new();
    if let Some(answer) = answer {
        lines.push(format!("echo '{answer}' | sudo debconf-set-selections"));
    }
    // Browsers bring no services.
    let guarded = !has_policy && answer.is_some();
    if guarded {
        let refusal = REFUSAL.replace('\n', "\\n");
        lines.push(format!(
            "printf '{refusal}' | sudo tee {POLICY} >/dev/null && sudo chmod 755 {POLICY}"
        ));
    }
    lines.push(format!(
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        wanted.join(" ")
    ));
    if guarded {
        let services = SERVICES.map(|(_, service)| service).join(" ");
        lines.push(format!("sudo rm {POLICY}"));
        lines.push(format!("sudo systemctl disable {services}"));
    }
    lines.iter().map(|line| format!("  {line}\n")).collect()
}

/// What this system calls itself, such as `Debian GNU/Linux 12 (bookworm)`; empty where it does not say.
fn release() -> String {
    let all = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = all
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.unwrap_or_default().trim_matches('"').to_owned()
}

fn hint(release: &str) -> String {
    match release.contains("(bookworm)") {
        true => String::new(),
        false => format!(
            "The packages are those of Debian 12 (bookworm), and this is {}: some have other names there.",
            if release.is_empty() {
                "another system"
            } else {
                release
            }
        ),
    }
}

/// The tests start servers of their own: those of the packages would only hold the machine's ports for mail, web and
/// databases.
fn without_services(install: impl FnOnce() -> Outcome) -> Outcome {
    if Path::new(POLICY).exists() {
        return install();
    }
    let refuse = "printf \"$2\" > \"$1\" && chmod 755 \"$1\"";
    Run::new("sh")
        .args(["-c", refuse, "sh", POLICY, REFUSAL])
        .go()?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_leaves_no_server_running() {
        let typed = to_type(&["chromium", "sogo"], Some(ANSWER), false);
        let lines: Vec<&str> = typed.lines().map(str::trim).collect();
        assert_eq!(lines.len(), 5, "{typed}");
        assert!(lines[1].starts_with(r"printf '#!/bin/sh\nexit 101\n' | sudo tee"));
        assert!(lines[2].ends_with("install -y --no-install-recommends chromium sogo"));
        assert!(lines[4].starts_with("sudo systemctl disable php8.2-fpm dovecot exim4"));
        // Somebody has answered that question already.
        assert_eq!(to_type(&["sogo"], Some(ANSWER), true).lines().count(), 2);
        assert_eq!(to_type(&BROWSERS, None, false).lines().count(), 1);
    }

    #[test]
    fn another_system_is_named() {
        assert_eq!(hint("Debian GNU/Linux 12 (bookworm)"), "");
        assert!(hint("Debian GNU/Linux 13 (trixie)").contains("(trixie)"));
    }
}
