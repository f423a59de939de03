//! What decides how a spec ends. One that passed with exactly that is not run again, except where `CI` is set and on demand.
//!
//! The specs that give a browser each bad input (`tests/hostile`) and what others made (`tests/vectors`) compute for minutes, and
//! come out the same as long as the core, the inputs and the browser are the same. All others see the whole extension, but for the
//! commit that it is of, and what lies in `tests` to be read. The TypeScript of the tests is in the bundle of each spec that uses
//! it, with the harness: a change there is seen by those specs, and by those that bundle sources while they run. Those that start a real
//! webmail are run again when another version of it, or of what it stands on, has been installed.

pub mod commit;

use crate::Outcome;
use crate::build::{RECORDED, wasm};
use crate::project::Project;
use crate::shell::Run;
use crate::stamp::Stamp;
use crate::tools;
use commit::build_without;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};

/// They see the core and what brings inputs to it, and nothing else of the extension.
const COMPUTING: [&str; 2] = ["cost", "hostile"];

/// The specs that want the inputs.
const FED: [&str; 3] = ["attacks", "cost", "hostile"];

/// Of all in `tests` this one is for people only.
const README: &str = "README.md";

/// How a bundle names what bundles sources.
const BUNDLER: &str = "from \"esbuild\"";

/// How a bundle names what starts a real webmail. What is installed of those decides how its spec ends.
const WEBMAIL: &str = "// tests/webmail/webmail.ts";

/// Where the inputs lie, a file for each case. All browsers get the same.
pub const FOLDER: &str = "target/hostile/cases";

pub struct Cases {
    /// Written when a spec first needs them.
    made: OnceLock<Outcome>,
    /// The sum of all that a spec may see, for each browser: it is large, and the same for all specs of a run.
    whole: Mutex<BTreeMap<String, String>>,
    /// The versions of the real webmails and of what they stand on, if anybody knows them.
    versions: OnceLock<Option<String>>,
    /// Run also what would come out as before.
    again: bool,
}

impl Cases {
    /// `again` runs every spec, as happens where `CI` is set.
    pub fn new(again: bool) -> Self {
        Self {
            made: OnceLock::new(),
            whole: Mutex::default(),
            versions: OnceLock::new(),
            again: again || std::env::var_os("CI").is_some(),
        }
    }

    /// Whether this spec passed in this browser with all that decides it as it is now. If not, its inputs are there now.
    pub fn proven(&self, project: &Project, spec: &str, browser: &str) -> Outcome<bool> {
        // Without versions nobody knows whether the webmails are as they were.
        let known =
            self.versions(project).is_some() || !project.read(&bundle(spec))?.contains(WEBMAIL);
        if !self.again
            && known
            && self
                .stamp(project, spec, browser)?
                .is_at(&place(project, spec, browser))
        {
            return Ok(true);
        }
        if FED.contains(&spec) {
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
        let stamp = match COMPUTING.contains(&spec) {
            true => computing(project, browser)?,
            false => Stamp::default().text("whole", &self.whole(project, browser)?),
        };
        let stamp = match FED.contains(&spec) {
            true => stamp.text("inputs", &generator(project)?.sum()),
            false => stamp,
        };
        let bundle = bundle(spec);
        let text = project.read(&bundle)?;
        let stamp = match text.contains(WEBMAIL) {
            true => stamp.text("webmails", self.versions(project).unwrap_or_default()),
            false => stamp,
        };
        let stamp = match text.contains(BUNDLER) {
            true => {
                stamp
                    .folder(project, "extension")?
                    .folder_without(project, "tests", |name| name == README)?
            }
            false => stamp,
        };
        stamp
            .text("browser", &tools::browser::version(browser)?)
            .text("node", &Run::new("node").arg("--version").output()?)
            .file(project, &bundle)
    }

    fn versions(&self, project: &Project) -> Option<&str> {
        let versions = self
            .versions
            .get_or_init(|| tools::debian::versions(project));
        versions.as_deref()
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

fn bundle(spec: &str) -> String {
    format!("target/e2e/{spec}.spec.mjs")
}

fn place(project: &Project, spec: &str, browser: &str) -> PathBuf {
    project.path(&format!("target/stamps/{spec}-{browser}"))
}

/// Everything that is built, what zips it, and all that tests read besides. TypeScript is read by nobody: it is bundled.
fn whole(project: &Project, browser: &str) -> Outcome<Stamp> {
    let stamp = build_without(Stamp::default(), project, &format!("dist/{browser}"))?;
    build_without(stamp, project, &format!("{RECORDED}/{browser}"))?
        .folder_without(project, "tests", |name| {
            name.ends_with(".ts") || name == README
        })?
        .folder(project, "target/e2e/pages")?
        .folder(project, "extension/icons")?
        .folder(project, "crate/core/testdata")?
        .folder(project, "target/wasm-pkg")?
        .file(project, "crate/xtask/src/build/zip.rs")?
        .file(project, "package-lock.json")
}

/// The generator of the inputs and its data, and the core that it is made with.
fn generator(project: &Project) -> Outcome<Stamp> {
    wasm::inputs(project)?
        .folder(project, "tests/hostile")?
        .folder(project, "tests/vectors")?
        .folder(project, "crate/core/testdata")
}

/// What runs of the extension.
fn computing(project: &Project, browser: &str) -> Outcome<Stamp> {
    let dist = |name: &str| format!("dist/{browser}/{name}");
    Stamp::default()
        .file(project, &dist("waxseal_bg.wasm"))?
        .file(project, &dist("engine-worker.js"))?
        .file(project, &dist("background.js"))?
        .file(project, &dist("manifest.json"))
}

/// Makes them, unless they are there from the same generator.
fn make(project: &Project) -> Outcome {
    let folder = project.path(FOLDER);
    let stamp = generator(project)?;
    let stamp_file = project.path("target/stamps/hostile-cases");
    if folder.exists() && stamp.is_at(&stamp_file) {
        return Ok(());
    }
    // Without the stamp nobody takes half of them for all.
    if stamp_file.exists() {
        std::fs::remove_file(&stamp_file).map_err(|error| format!("{FOLDER}: {error}"))?;
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| format!("{FOLDER}: {error}"))?;
    }
    // As the Rust tests have built it. By itself it would have other features, and all that it stands on be built once more.
    Run::new("cargo")
        .args(["test", "--quiet", "--locked", "--workspace", "--no-run"])
        .within(&project.root)
        .go()?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| project.path("target"), PathBuf::from);
    Run::new(target.join("debug/waxseal-hostile"))
        .args(["cases", FOLDER])
        .within(&project.root)
        .go()?;
    stamp.write(&stamp_file)
}
