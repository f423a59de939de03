//! Writes the cases into a folder, one JSON file each, for the browsers: `waxseal-hostile FOLDER`.

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| std::io::Error::other("which folder?"))?;
    std::fs::create_dir_all(&folder)?;
    let manifest = waxseal_hostile::manifest::read();
    for case in waxseal_hostile::cases::all() {
        let outcome = manifest.get(case.name.as_str());
        let outcome = outcome.ok_or_else(|| std::io::Error::other(case.name.clone()))?;
        let written = serde_json::json!({
            "name": case.name,
            "outcome": outcome,
            "now": waxseal_hostile::NOW,
            "inputs": case.inputs(),
        });
        let file = folder.join(format!("{}.json", case.name.replace('/', "--")));
        std::fs::write(file, serde_json::to_vec(&written)?)?;
    }
    Ok(())
}
