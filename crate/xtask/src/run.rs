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
    let browser = browser.as_deref().unwrap_or("chromium");
    match webmail.as_deref() {
        None | Some("demo") => tools::debian::install_browser(browser)?,
        Some(_) => tools::debian::install(project)?,
    }
    build::wasm::build(project)?;
    build::shipped(project)?;
    e2e::bundle(project)?;
    Run::new("node")
        .arg("target/e2e/run.mjs")
        .env("WAXSEAL_BROWSER", browser)
        .env("WAXSEAL_WEBMAIL", webmail.as_deref().unwrap_or("demo"))
        .within(&project.root)
        .go()
}
