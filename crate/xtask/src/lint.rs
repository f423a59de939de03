//! `cargo xtask lint`: what can be checked in seconds while writing.

use crate::Outcome;
use crate::args::Args;
use crate::project::Project;
use crate::shell::Run;
use crate::{test, tools};

pub fn command(project: &Project, mut args: Args) -> Outcome {
    let fix = args.flag("--fix");
    args.finish()?;
    tools::node::install(project)?;
    if fix {
        Run::new("cargo")
            .args(["fmt", "--all"])
            .within(&project.root)
            .go()?;
        Run::new("node")
            .args(["node_modules/@biomejs/biome/bin/biome", "check", "--write"])
            .within(&project.root)
            .go()?;
    }
    test::quick(project)
}
