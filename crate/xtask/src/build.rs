//! `cargo xtask build`: from source to two folders that a browser loads and two zips for the stores.

pub mod wasm;
mod zip;

use crate::Outcome;
use crate::args::Args;
use crate::project::{BROWSERS, Project};
use crate::shell::Run;
use crate::stamp::sha256;
use crate::tools;

/// Where builds for end-to-end tests go.
pub const RECORDED: &str = "target/dist-recorded";

pub fn command(project: &Project, mut args: Args) -> Outcome {
    let record = args.value("--record")?;
    args.finish()?;
    tools::node::install(project)?;
    wasm::build(project)?;
    match record {
        Some(collector) => recorded(project, |_| collector.as_str()),
        None => shipped(project),
    }
}

/// `dist/`: what people install. Prints the SHA-256 of each zip.
pub fn shipped(project: &Project) -> Outcome {
    let version = project.version()?;
    let dist = project.path("dist");
    if dist.exists() {
        std::fs::remove_dir_all(&dist).map_err(|error| format!("dist: {error}"))?;
    }
    for browser in BROWSERS {
        bundle(project, &format!("dist/{browser}"), browser, None)?;
        let bytes = zip::folder(&dist.join(browser))?;
        let name = format!("waxseal-{version}-{browser}.zip");
        std::fs::write(dist.join(&name), &bytes).map_err(|error| format!("{name}: {error}"))?;
        println!("{}  dist/{name}  {} KB", sha256(&bytes), bytes.len() / 1000);
    }
    Ok(())
}

/// `target/dist-recorded/`: the same, but what crosses a wall is also posted to the browser's `collector`. Only for tests.
pub fn recorded<'a>(project: &Project, collector: impl Fn(&str) -> &'a str) -> Outcome {
    for browser in BROWSERS {
        let out = format!("{RECORDED}/{browser}");
        let collector = collector(browser);
        bundle(project, &out, browser, Some(collector))?;
        println!("{out} posts to {collector}: for tests only");
    }
    Ok(())
}

fn bundle(project: &Project, out: &str, browser: &str, record: Option<&str>) -> Outcome {
    let record = record.map(|url| ["--record", url]);
    Run::new("node")
        .args(["extension/build.mjs", "--browser", browser, "--out", out])
        .args(record.into_iter().flatten())
        .within(&project.root)
        .go()
}
