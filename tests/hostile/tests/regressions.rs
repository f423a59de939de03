//! Everything that fuzzing starts from, and everything that it found, goes through its target again.

use std::path::Path;

use waxseal_hostile::{fuzz, seeds};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn seeds_end_well() {
    let seeds = seeds::all(&root().join("crate/core/testdata")).expect("vectors");
    for (name, target) in fuzz::TARGETS {
        let mine: Vec<_> = seeds
            .iter()
            .filter(|(for_target, ..)| *for_target == name)
            .collect();
        assert!(mine.len() > 10, "{name} has {} seeds", mine.len());
        for (_, _, data) in mine {
            target(data);
        }
    }
}

#[test]
fn findings_stay_fixed() {
    let folder = root().join("fuzz/regressions");
    for file in std::fs::read_dir(folder)
        .expect("a folder")
        .map(|file| file.expect("a file"))
    {
        let name = file.file_name().into_string().expect("a name");
        let (_, target) = (fuzz::TARGETS.iter())
            .find(|(target, _)| name.starts_with(&format!("{target}-")))
            .unwrap_or_else(|| panic!("no target for {name}"));
        target(&std::fs::read(file.path()).expect("bytes"));
    }
}
