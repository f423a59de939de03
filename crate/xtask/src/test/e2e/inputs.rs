//! What decides how a spec ends. One that passed with exactly that is not run again, except where `CI` is set and on demand.
//!
//! The specs that give a browser each bad input (`tests/hostile`) and what others made (`tests/vectors`) compute for minutes, and
//! come out the same as long as the core, the inputs and the browser are the same. All others see the whole extension.

use crate::Outcome;
use crate::build::{RECORDED, wasm};
use crate::project::Project;
use crate::shell::Run;
use crate::stamp::Stamp;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};

/// They see the core and what brings inputs to it, and nothing else of the extension.
const COMPUTING: [&str; 2] = ["cost", "hostile"];

/// Where the inputs lie, a file for each case. All browsers get the same.
pub const FOLDER: &str = "target/hostile/cases";

pub struct Cases {
    /// Written when a spec first needs them.
    made: OnceLock<Outcome>,
    /// The sum of all that a spec may see, for each browser: it is large, and the same for all specs of a run.
    whole: Mutex<BTreeMap<String, String>>,
    /// Run also what would come out as before.
    again: bool,
}

impl Cases {
    /// `again` runs every spec, as happens where `CI` is set.
    pub fn new(again: bool) -> Self {
        Self {
            made: OnceLock::new(),
            whole: Mutex::default(),
            again: again || std::env::var_os("CI").is_some(),
        }
    }

    /// Whether this spec passed in this browser with all that decides it as it is now. If not, its inputs are there now.
    pub fn proven(&self, project: &Project, spec: &str, browser: &str) -> Outcome<bool> {
        if !self.again
            && self
                .stamp(project, spec, browser)?
                .is_at(&place(project, spec, browser))
        {
            return Ok(true);
        }
        if COMPUTING.contains(&spec) {
            self.made.get_or_init(|| make(project)).clone()?;
        }
        Ok(false)
    }

    /// It has passed.
    pub fn prove(&self, project: &Project, spec: &str, browser: &str) -> Outcome {
        self.stamp(project, spec, browser)?
            .write(&place(project, spec, browser))
    }

    fn stamp(&self, project: &Project, spec: &str, browser: &str) -> Outcome<Stamp> {
        let program = match browser {
            "firefox" => "/usr/bin/firefox-esr",
            _ => "/usr/bin/chromium",
        };
        let stamp = match COMPUTING.contains(&spec) {
            true => computing(project, browser)?,
            false => Stamp::default().text("whole", &self.whole(project, browser)?),
        };
        stamp
            .text("browser", &Run::new(program).arg("--version").output()?)
            .text("node", &Run::new("node").arg("--version").output()?)
            // With the harness in it.
            .file(project, &format!("target/e2e/{spec}.spec.mjs"))
    }

    fn whole(&self, project: &Project, browser: &str) -> Outcome<String> {
        let mut known = self
            .whole
            .lock()
            .map_err(|_| "another row broke off".to_owned())?;
        if let Some(sum) = known.get(browser) {
            return Ok(sum.clone());
        }
        let sum = whole(project, browser)?.sum();
        known.insert(browser.to_owned(), sum.clone());
        Ok(sum)
    }
}

fn place(project: &Project, spec: &str, browser: &str) -> PathBuf {
    project.path(&format!("target/stamps/{spec}-{browser}"))
}

/// Everything that is built and zipped, and all that tests read besides.
fn whole(project: &Project, browser: &str) -> Outcome<Stamp> {
    Stamp::default()
        .folder(project, &format!("dist/{browser}"))?
        .folder(project, &format!("{RECORDED}/{browser}"))?
        .folder(project, "tests")?
        .folder(project, "crate/core/testdata")?
        .file(project, "package-lock.json")
}

/// The generator and its data, the core that it is made with, and what runs of the extension.
fn computing(project: &Project, browser: &str) -> Outcome<Stamp> {
    let dist = |name: &str| format!("dist/{browser}/{name}");
    wasm::inputs(project)?
        .folder(project, "tests/hostile")?
        .folder(project, "tests/vectors")?
        .folder(project, "crate/core/testdata")?
        .file(project, &dist("waxseal_bg.wasm"))?
        .file(project, &dist("engine-worker.js"))?
        .file(project, &dist("background.js"))?
        .file(project, &dist("manifest.json"))
}

fn make(project: &Project) -> Outcome {
    let folder = project.path(FOLDER);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| format!("{FOLDER}: {error}"))?;
    }
    Run::new("cargo")
        .args(["run", "--quiet", "--locked", "--package", "waxseal-hostile"])
        .args(["--", "cases", FOLDER])
        .within(&project.root)
        .go()
}
