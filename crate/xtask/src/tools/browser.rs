//! Which programs the browsers are. `tests/harness/programs.ts` knows the same names and paths.

use crate::Outcome;
use crate::shell::Run;
use std::ffi::OsString;
use std::path::PathBuf;

/// A browser that is tested in.
pub struct Browser {
    /// As it is called here.
    pub name: &'static str,
    /// Debian's package, and where that puts the program.
    pub package: &'static str,
    path: &'static str,
    /// What names another program in its place.
    pub variable: &'static str,
}

/// In the order of [`crate::project::BROWSERS`].
pub const ALL: [Browser; 2] = [
    Browser {
        name: "chromium",
        package: "chromium",
        path: "/usr/bin/chromium",
        variable: "WAXSEAL_CHROMIUM",
    },
    Browser {
        name: "firefox",
        package: "firefox-esr",
        path: "/usr/bin/firefox-esr",
        variable: "WAXSEAL_FIREFOX",
    },
];

impl Browser {
    /// The program that is started.
    pub fn program(&self) -> PathBuf {
        self.chosen(std::env::var_os(self.variable))
    }

    fn chosen(&self, named: Option<OsString>) -> PathBuf {
        let named = named.filter(|path| !path.is_empty());
        named.map_or_else(|| PathBuf::from(self.path), PathBuf::from)
    }
}

/// What the program of a browser says that it is.
pub fn version(name: &str) -> Outcome<String> {
    let browser = ALL.iter().find(|browser| browser.name == name);
    let browser = browser.ok_or_else(|| format!("no browser {name}"))?;
    Run::new(browser.program()).arg("--version").output()
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::project::BROWSERS;
    use std::path::Path;

    #[test]
    fn another_program_can_be_named() {
        let [chromium, firefox] = ALL;
        let path = |named: &str| chromium.chosen(Some(named.into()));
        assert_eq!(chromium.chosen(None), Path::new("/usr/bin/chromium"));
        assert_eq!(path(""), Path::new("/usr/bin/chromium"));
        assert_eq!(path("/opt/chrome/chrome"), Path::new("/opt/chrome/chrome"));
        assert_eq!([chromium.name, firefox.name], BROWSERS);
    }

    #[test]
    fn the_harness_knows_the_same_programs() {
        let harness = include_str!("../../../../tests/harness/programs.ts");
        for browser in ALL {
            let line = format!(
                "{}: process.env.{} || '{}',",
                browser.name, browser.variable, browser.path
            );
            assert!(harness.contains(&line), "{line}");
        }
    }
}
