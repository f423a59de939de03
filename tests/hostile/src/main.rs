//! Writes into a folder: `waxseal-hostile cases FOLDER` the cases, one JSON file each, for the browsers;
//! `waxseal-hostile seeds FOLDER` what fuzzing starts from, in a folder for each target.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};

use waxseal_hostile::{Input, NOW, cases, manifest, seeds, vectors};

fn main() -> Result<()> {
    let mut words = std::env::args_os();
    words.next();
    let what = words.next().unwrap_or_default();
    let folder = words.next().map(PathBuf::from);
    let folder = folder.ok_or_else(|| Error::other("what, and which folder?"))?;
    std::fs::create_dir_all(&folder)?;
    match what.to_str() {
        Some("cases") => write_cases(&folder),
        Some("seeds") => write_seeds(&folder),
        _ => Err(Error::other("cases or seeds?")),
    }
}

fn write_cases(folder: &Path) -> Result<()> {
    let manifest = manifest::read();
    for case in cases::all() {
        let outcome = manifest.get(case.name.as_str());
        let outcome = outcome.ok_or_else(|| Error::other(case.name.clone()))?;
        write_case(folder, &case.name, outcome, &case.inputs())?;
    }
    for vector in vectors::all() {
        write_case(folder, &vector.name, vector.outcome, &[vector.input()])?;
    }
    Ok(())
}

fn write_case(folder: &Path, name: &str, outcome: &str, inputs: &[Input]) -> Result<()> {
    let written = serde_json::json!({
        "name": name,
        "outcome": outcome,
        "now": NOW,
        "inputs": inputs,
    });
    let file = folder.join(format!("{}.json", name.replace('/', "--")));
    std::fs::write(file, serde_json::to_vec(&written)?)
}

fn write_seeds(folder: &Path) -> Result<()> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crate/core/testdata");
    for (target, name, data) in seeds::all(&vectors)? {
        let folder = folder.join(target);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(name), data)?;
    }
    Ok(())
}
