//! Runs what the manifest names, and tells what passed. A test that was not run has not passed.

use super::manifest::{Case, Manifest, Way};
use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use crate::test::e2e::collector;
use std::collections::{BTreeMap, BTreeSet};

/// The spec whose tests are the cases themselves.
const HERE: &str = "attacks";

/// The tests of the core that passed, by their names.
pub fn core(project: &Project, manifest: &Manifest) -> Outcome<BTreeSet<String>> {
    let names: BTreeSet<&str> = manifest
        .cases()
        .filter_map(|case| match &case.way {
            Way::Core(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let (_, printed) = Run::new("cargo")
        .args(["test", "--locked", "--package", "waxseal-core", "--lib"])
        .args(["--no-fail-fast", "--", "--exact"])
        .args(names)
        .within(&project.root)
        .watch()?;
    Ok(passed_in_rust(&printed))
}

fn passed_in_rust(printed: &str) -> BTreeSet<String> {
    printed
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... ok"))
        .map(str::to_owned)
        .collect()
}

/// The titles of the tests that passed in one browser, spec by spec.
pub struct Passed(BTreeMap<String, BTreeSet<String>>);

impl Passed {
    pub fn holds(&self, case: &Case, way: &Way) -> bool {
        match way {
            Way::Here => self.has(HERE, &format!("{}: {}", case.id, case.what)),
            Way::Spec { spec, title } => self.has(spec, title),
            Way::Core(_) | Way::Later(_) => false,
        }
    }

    fn has(&self, spec: &str, title: &str) -> bool {
        let titles = self.0.get(spec);
        titles.is_some_and(|titles| titles.contains(title))
    }
}

/// Runs the specs that the manifest names, each as a whole: tests build on those before them.
pub fn specs(project: &Project, browser: &str, manifest: &Manifest) -> Outcome<Passed> {
    let others = manifest.cases().filter_map(|case| match &case.way {
        Way::Spec { spec, .. } => Some(spec.as_str()),
        _ => None,
    });
    let names: BTreeSet<&str> = others.chain([HERE]).collect();
    let mut passed = BTreeMap::new();
    for name in names {
        println!("\n--- {name}.spec in {browser}");
        let (_, printed) = Run::new("node")
            .args(["--enable-source-maps", "--test-reporter=spec"])
            .arg(format!("target/e2e/{name}.spec.mjs"))
            .env("WAXSEAL_BROWSER", browser)
            .env("WAXSEAL_RECORDED", crate::build::RECORDED)
            .env("WAXSEAL_COLLECTOR", collector(browser))
            .within(&project.root)
            .watch()?;
        passed.insert(name.to_owned(), passed_in_node(&printed));
    }
    Ok(Passed(passed))
}

fn passed_in_node(printed: &str) -> BTreeSet<String> {
    printed
        .lines()
        .filter_map(|line| {
            let title = line.trim_start().strip_prefix("✔ ")?;
            let (title, time) = title.rsplit_once(" (")?;
            time.ends_with("ms)").then(|| title.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passed_is_taken() {
        let rust = "running 2 tests\ntest a::b ... ok\ntest c ... FAILED\ntest d ... ignored\n";
        assert_eq!(passed_in_rust(rust), BTreeSet::from(["a::b".to_owned()]));
        let node = "▶ mails\n  ✔ E1: it (really) holds (1.5ms)\n  ✖ E2: not (2ms)\n﹣ E3: no (0.1ms) # SKIP\n✖ failing tests:\n";
        let held = BTreeSet::from(["E1: it (really) holds".to_owned()]);
        assert_eq!(passed_in_node(node), held);
    }
}
