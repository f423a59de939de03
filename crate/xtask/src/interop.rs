//! `cargo xtask interop`: other OpenPGP programs read what Waxseal writes, and Waxseal reads what they write. What drives
//! it is `waxseal-sop`, and so the same functions as in the extension.

mod cell;
mod limits;
mod matrix;
mod packets;
mod peer;
mod place;
mod suite;
mod table;

use crate::Outcome;
use crate::args::Args;
use crate::project::Project;
use crate::shell::Run;
use limits::{Limits, Standing};
use matrix::Judged;

/// What the command writes, between marks that name the suite.
const DOCUMENT: &str = "docs/INTEROP.md";

pub fn command(project: &Project, mut args: Args) -> Outcome {
    let suite = args.choice("--suite", &suite::NAMES)?;
    let suite = suite.as_deref().unwrap_or("bookworm");
    let only = args.value("--only")?;
    let release = args.flag("--release");
    args.finish()?;
    let ours = build(project, release)?;
    let limits = Limits::read(project)?;
    let peers = suite::peers(project, suite)?;
    let chosen = peers.iter().filter(|peer| {
        only.as_deref()
            .is_none_or(|names| names.split(',').any(|n| n == peer.name))
    });
    // Where Waxseal makes no key of a kind, one of these does.
    let makers = suite::libraries(project)?;
    let mut judged = Vec::new();
    for peer in chosen {
        println!("--- {}", peer.name);
        judged.push(matrix::run(&ours, &makers, peer, &limits)?);
    }
    if judged.is_empty() {
        let names: Vec<&str> = peers.iter().map(|peer| peer.name).collect();
        return Err(format!("--only names none of: {}", names.join(", ")));
    }
    print!("\n{}", table::text(&judged));
    // With a part of the peers the document would lose the others.
    if only.is_none() {
        let marked = table::markdown(&judged);
        table::write(project, DOCUMENT, suite, &marked)?;
        println!("written: {DOCUMENT}");
    }
    verdict(&judged)
}

/// `waxseal-sop` as it is in the checkout; gives back its path.
fn build(project: &Project, release: bool) -> Outcome<String> {
    let profile = if release { "release" } else { "debug" };
    Run::new("cargo")
        .args(["build", "--quiet", "--locked", "--package", "waxseal-sop"])
        .args(release.then_some("--release"))
        .within(&project.root)
        .go()?;
    let path = project.path("target").join(profile).join("waxseal-sop");
    Ok(path.to_string_lossy().into_owned())
}

/// Everything as the table of limits has it, or what is not.
fn verdict(judged: &[Judged]) -> Outcome {
    let mut wrong = Vec::new();
    let mut counts = [0usize; 2];
    for peer in judged {
        for (cell, standing) in &peer.cells {
            let what = format!("{} {} {}", peer.name, cell.way.sign(), cell.row);
            match standing {
                Standing::Works => counts[0] += 1,
                Standing::Limit(_) => counts[1] += 1,
                Standing::Fails(why) => wrong.push(format!("fails: {what}: {why}")),
                Standing::WorksNow => wrong.push(format!(
                    "works now, though {} says that it does not: {what}",
                    limits::FILE
                )),
            }
        }
        let unused = peer.unused.iter();
        wrong.extend(unused.map(|line| format!("{}: matches nothing: {line}", limits::FILE)));
    }
    println!(
        "{} work, {} end at a known limit of one side, {} are wrong",
        counts[0],
        counts[1],
        wrong.len()
    );
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong.join("\n")),
    }
}
