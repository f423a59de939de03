//! `cargo xtask bench`: how fast, beside OpenPGP.js.

use crate::Outcome;
use crate::args::Args;
use crate::project::Project;
use crate::shell::Run;
use crate::test::e2e;
use crate::{build, tools};

pub fn command(project: &Project, args: Args) -> Outcome {
    args.finish()?;
    tools::debian::install(project)?;
    tools::node::install(project)?;
    build::wasm::build(project)?;
    build::shipped(project)?;
    e2e::bundle(project)?;
    Run::new("node")
        .arg("target/e2e/bench.mjs")
        .env("WAXSEAL_BROWSER", "chromium")
        .within(&project.root)
        .go()
}
