//! `cargo xtask bench`: how fast, beside OpenPGP.js.

use crate::Outcome;
use crate::args::Args;
use crate::project::{BROWSERS, Project};
use crate::shell::Run;
use crate::test::e2e;
use crate::{build, tools};

pub fn command(project: &Project, mut args: Args) -> Outcome {
    let browser = args.choice("--browser", &BROWSERS)?;
    args.finish()?;
    tools::node::install(project)?;
    tools::debian::install(project)?;
    build::wasm::build(project)?;
    build::shipped(project)?;
    e2e::bundle(project)?;
    Run::new("node")
        .arg("target/e2e/bench.mjs")
        .env("WAXSEAL_BROWSER", browser.as_deref().unwrap_or("chromium"))
        .within(&project.root)
        .go()
}
