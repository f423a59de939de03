//! `cargo xtask run`: see it work.

use crate::Outcome;
use crate::args::Args;
use crate::project::{BROWSERS, Project};
use crate::shell::Run;
use crate::test::e2e;
use crate::{build, tools};

pub fn command(project: &Project, mut args: Args) -> Outcome {
    let browser = args.choice("--browser", &BROWSERS)?;
    let webmail = args.choice("--webmail", &["demo", "roundcube", "sogo"])?;
    args.finish()?;
    tools::node::install(project)?;
    match webmail.as_deref() {
        None | Some("demo") => tools::debian::install_browsers()?,
        Some(_) => tools::debian::install(project)?,
    }
    build::wasm::build(project)?;
    build::shipped(project)?;
    e2e::bundle(project)?;
    Run::new("node")
        .arg("target/e2e/run.mjs")
        .env("WAXSEAL_BROWSER", browser.as_deref().unwrap_or("chromium"))
        .env("WAXSEAL_WEBMAIL", webmail.as_deref().unwrap_or("demo"))
        .within(&project.root)
        .go()
}
