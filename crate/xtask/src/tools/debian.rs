//! Programs that come from the system: browsers, GnuPG, and a real webmail. Debian's packages are the ones tested with.
//! Nothing that is installed is removed, and no service that was there before is switched off.

mod installing;

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use crate::tools::browser;
use installing::{Installing, JOIN_SOGO, POLICY, REFUSAL};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

/// So that pages look the same everywhere.
const FONT: &str = "fonts-dejavu-core";

/// Roundcube would otherwise ask which database to set up.
const ANSWER: &str = "roundcube-core roundcube/dbconfig-install boolean false";

/// Services that packages of the list bring along. They would be started with the computer.
const SERVICES: [&str; 6] = [
    "php8.2-fpm",
    "dovecot",
    "exim4",
    "sogo",
    "postgresql",
    "memcached",
];

/// Where the system keeps what it knows of a service.
const UNITS: [&str; 3] = [
    "/etc/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];
const SCRIPTS: &str = "/etc/init.d";

/// What a package is there for: who has that from elsewhere does not need the package. Of some it is what they have before
/// smaller packages of the same program. One that is not named here is looked for on Debian alone.
const PLACES: [(&str, &str); 12] = [
    ("roundcube-core", "/var/lib/roundcube/public_html"),
    ("php-cli", "/usr/bin/php"),
    // It is installed for Roundcube's sake.
    ("php8.2-fpm", "/var/lib/roundcube/public_html"),
    ("dovecot-imapd", "/usr/lib/dovecot/imap"),
    ("dovecot-lmtpd", "/usr/lib/dovecot/lmtp"),
    ("exim4-daemon-light", "/usr/sbin/exim4"),
    ("sogo", "/usr/sbin/sogod"),
    ("postgresql-15", "/usr/lib/postgresql"),
    ("php-horde-imp", "/usr/share/horde/imp"),
    ("python3", "/usr/bin/pydoc3"),
    ("gnupg", "/usr/bin/gpg-agent"),
    ("sqop", "/usr/bin/sqop"),
];

/// What SOGo reads when it starts. Its group may read it, and nobody else.
const SOGO: &str = "/etc/sogo/sogo.conf";

/// Installs what a look at the demo webmail needs: a browser. Without root it says what to type instead.
pub fn install_browser(name: &str) -> Outcome {
    let wanted = browser::ALL.iter().filter(|browser| browser.name == name);
    let wanted: Vec<&str> = wanted
        .map(|browser| browser.package)
        .chain([FONT])
        .collect();
    get_with(&wanted, None)
}

/// Installs what the end-to-end tests need; without root it says what to type instead.
pub fn install(project: &Project) -> Outcome {
    let list = list(project)?;
    let wanted: Vec<&str> = browser::ALL
        .iter()
        .map(|browser| browser.package)
        .chain([FONT])
        .chain(names(&list))
        .collect();
    get_with(&wanted, Some(ANSWER))?;
    match File::open(SOGO) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(format!(
            "SOGo may not read {SOGO}. Type, then log in again:\n\n  {JOIN_SOGO}"
        )),
        _ => Ok(()),
    }
}

/// The same, where tests are run. On a system that is no Debian it says what is missing, and goes on: a test that needs it fails by itself.
pub fn install_for_tests(project: &Project) -> Outcome {
    match install(project) {
        Err(message) if !has_apt() => {
            println!("{message}\n\nWithout them some tests fail; the others are tried.");
            Ok(())
        }
        outcome => outcome,
    }
}

/// The versions of the webmails and of what they stand on, a package a line; nothing where nobody knows them.
pub fn versions(project: &Project) -> Option<String> {
    let list = list(project).ok()?;
    let all = Run::new("dpkg-query")
        .args(["-W", "-f=${db:Status-Status} ${Package} ${Version}\\n"])
        .args(names(&list).filter(|name| !name.ends_with('-')))
        .args(BENEATH)
        .lenient_output()
        .ok()?;
    installed(&all)
}

/// Packages under those of the list, as patterns: they have the programs and libraries, and are updated by themselves.
const BENEATH: [&str; 5] = [
    "php*",
    "dovecot-core",
    "exim4-base",
    "memcached",
    "libsope*",
];

/// Of dpkg's answer, which says nothing of the order: what is there.
fn installed(answer: &str) -> Option<String> {
    let there = answer
        .lines()
        .filter_map(|line| line.strip_prefix("installed "));
    let there: BTreeSet<&str> = there.collect();
    (!there.is_empty()).then(|| Vec::from_iter(there).join("\n"))
}

fn list(project: &Project) -> Outcome<String> {
    project.read("tests/webmail/packages.txt")
}

/// The packages of that list.
fn names(list: &str) -> impl Iterator<Item = &str> {
    let lines = list.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
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
    if !has_apt() {
        return elsewhere(wanted);
    }
    let there = |name: &str| {
        is_installed(name) || place(name).is_some_and(|(path, _)| Path::new(&path).exists())
    };
    let missing = missing(wanted, there);
    let ours = fs::read(POLICY).is_ok_and(|text| text == REFUSAL.as_bytes());
    if missing.is_empty() {
        // One that a run has left that was killed: nobody would start a service any more.
        if ours && is_root()? {
            fs::remove_file(POLICY).map_err(|error| format!("{POLICY}: {error}"))?;
        }
        return Ok(());
    }
    let fresh: Vec<&str> = SERVICES
        .into_iter()
        .filter(|name| !is_service(name))
        .collect();
    let installing = Installing {
        missing: &missing,
        answer,
        // Somebody has answered already.
        answered: Path::new(POLICY).exists() && !ours,
        fresh: &fresh,
    };
    let hint = hint(&release());
    if !is_root()? {
        let then = match missing.contains(&"sogo") {
            true => "Type, log in again, then run again:",
            false => "Type, then run again:",
        };
        let typed = installing.to_type();
        let all = format!("Some Debian packages are missing. {then}\n\n{typed}\n{hint}");
        return Err(all.trim_end().to_owned());
    }
    println!("installing Debian packages");
    Run::new("apt-get")
        .args(["-q", "-o", WAIT, "update"])
        .go()?;
    if let Some(answer) = answer {
        Run::new("sh")
            .args(["-c", "echo \"$1\" | debconf-set-selections", "sh", answer])
            .go()?;
    }
    Run::new("sh")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .arg("-c")
        .arg(installing.script(&format!("-q -o {WAIT} ")))
        .go()
        .map_err(|error| format!("{error}\n{KEEPS}{hint}"))?;
    for service in fresh {
        // Where there is no such service now, or no systemd, nothing has to be switched off.
        let _ = Run::new("systemctl").args(["disable", service]).output();
    }
    Ok(())
}

/// A second apt at work on the machine is waited for, not failed on.
const WAIT: &str = "DPkg::Lock::Timeout=900";

const KEEPS: &str = "If apt says that packages need to be removed: nothing of yours is removed for the tests. What stands in their way is yours to decide.\n";

/// Where apt is not: whether what the packages are there for has come from elsewhere.
fn elsewhere(wanted: &[&str]) -> Outcome {
    let lacking: Vec<String> = wanted
        .iter()
        .filter_map(|name| {
            let (path, variable) = place(name)?;
            let or = variable.map_or_else(String::new, |name| format!(", or what {name} names"));
            (!Path::new(&path).exists()).then(|| format!("  {path}{or} (Debian: {name})\n"))
        })
        .collect();
    match lacking.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "This is no Debian. These are looked for and not there:\n\n{}",
            lacking.concat().trim_end()
        )),
    }
}

/// What a package is there for, and the variable that names another one, if there is such a variable.
fn place(package: &str) -> Option<(String, Option<&'static str>)> {
    let browser = browser::ALL
        .iter()
        .find(|browser| browser.package == package);
    if let Some(browser) = browser {
        let program = browser.program().to_string_lossy().into_owned();
        return Some((program, Some(browser.variable)));
    }
    let place = PLACES.iter().find(|(name, _)| *name == package);
    place.map(|(_, path)| ((*path).to_owned(), None))
}

/// What apt is asked for; nothing when all is there. A trailing minus is its way to say "not this one", and of one that is
/// there it would mean "remove it".
fn missing<'w>(wanted: &[&'w str], there: impl Fn(&str) -> bool) -> Vec<&'w str> {
    let absent = |name: &&&str| !there(name.trim_end_matches('-'));
    let missing: Vec<&str> = wanted.iter().filter(absent).copied().collect();
    match missing.iter().all(|name| name.ends_with('-')) {
        true => Vec::new(),
        false => missing,
    }
}

fn has_apt() -> bool {
    Run::new("apt-get").arg("--version").output().is_ok()
}

fn is_service(name: &str) -> bool {
    let mut units = UNITS
        .iter()
        .map(|folder| format!("{folder}/{name}.service"));
    units.any(|unit| Path::new(&unit).exists()) || Path::new(SCRIPTS).join(name).exists()
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
            "The packages are those of Debian 12 (bookworm), and this is {}: some have other names there, or are missing. A Chromium or Firefox from elsewhere is used when WAXSEAL_CHROMIUM or WAXSEAL_FIREFOX gives its path.",
            if release.is_empty() {
                "another system"
            } else {
                release
            }
        ),
    }
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
    fn what_is_there_is_not_asked_for() {
        let wanted = ["php-cli", "apache2-bin-", "mod-php-"];
        let has = |all: &'static [&str]| move |name: &str| all.contains(&name);
        assert_eq!(
            missing(&wanted, has(&["apache2-bin"])),
            ["php-cli", "mod-php-"]
        );
        assert_eq!(missing(&wanted, has(&[])), wanted);
        assert!(missing(&wanted, has(&["php-cli"])).is_empty());
    }

    #[test]
    fn versions_are_of_what_is_there() {
        let of = |answer| installed(answer).unwrap_or_default();
        let now = of("installed sogo 5.8.0-1\nconfig-files exim4-base 4.96\ninstalled php 8.2\n");
        assert_eq!(now, "php 8.2\nsogo 5.8.0-1");
        assert_eq!(
            of("installed php 8.2\ninstalled sogo 5.8.0-1\ninstalled php 8.2\n"),
            now
        );
        assert_ne!(of("installed sogo 5.8.0-2\ninstalled php 8.2\n"), now);
        assert_eq!(installed("not-installed php \n"), None);
    }

    #[test]
    fn what_is_there_needs_no_package() {
        assert_eq!(elsewhere(&[FONT, "fonts-of-nobody"]), Ok(()));
        let (path, variable) = place("firefox-esr").expect("a program");
        assert!(!path.is_empty());
        assert_eq!(variable, Some("WAXSEAL_FIREFOX"));
    }

    #[test]
    fn each_place_is_of_a_package_of_the_list() {
        let list = include_str!("../../../../tests/webmail/packages.txt");
        for (package, _) in PLACES {
            assert!(names(list).any(|name| name == package), "{package}");
        }
    }

    #[test]
    fn another_system_is_named() {
        assert_eq!(hint("Debian GNU/Linux 12 (bookworm)"), "");
        assert!(hint("Debian GNU/Linux 13 (trixie)").contains("(trixie)"));
    }
}
