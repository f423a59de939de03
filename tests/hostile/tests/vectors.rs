//! What others made ends as `tests/vectors/manifest.txt` says: natively here, in the browsers by
//! `tests/e2e/hostile.spec.ts`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use waxseal_hostile::{native, vectors};

#[test]
fn every_vector_ends_as_the_manifest_says() {
    // For a look at some of them: VECTORS_ONLY=rnp cargo test -p waxseal-hostile --test vectors
    let only = std::env::var("VECTORS_ONLY").unwrap_or_default();
    let mut all = vectors::all();
    let names: BTreeSet<_> = all.iter().map(|vector| vector.name.clone()).collect();
    assert_eq!(names.len(), all.len(), "each has a name of its own");
    all.retain(|vector| vector.name.starts_with(&only));
    assert!(!all.is_empty());
    let next = AtomicUsize::new(0);
    let work = || {
        let mut wrong = Vec::new();
        while let Some(vector) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (name, expected) = (&vector.name, vector.outcome);
            let outcome = native::run(&vector.input());
            if outcome != expected {
                wrong.push(format!("{name}: {outcome}\n    and not {expected}"));
            }
        }
        wrong
    };
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let wrong: Vec<_> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..processors).map(|_| scope.spawn(work)).collect();
        let ended = all.into_iter().map(|one| one.join().expect("no panic"));
        ended.flatten().collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_has_a_line() {
    let all = vectors::all();
    let named: BTreeSet<_> = all
        .iter()
        .flat_map(|vector| &vector.files)
        .copied()
        .collect();
    let root = vectors::path("");
    let mut folders = vec!["rfc9580".to_owned(), "rfc9980".to_owned()];
    for entry in root
        .read_dir()
        .expect("a folder")
        .map(|entry| entry.expect("an entry"))
    {
        if entry.path().is_dir() {
            folders.push(entry.file_name().into_string().expect("a name"));
        }
    }
    let mut there = BTreeSet::new();
    for folder in &folders {
        files(&vectors::path(folder), folder, &mut there);
    }
    let idle: Vec<_> = there
        .iter()
        .filter(|file| !named.contains(file.as_str()))
        .collect();
    assert!(idle.is_empty(), "no line is about {idle:?}");
    let missing: Vec<_> = named
        .iter()
        .filter(|file| !there.contains(**file))
        .collect();
    assert!(missing.is_empty(), "no such file: {missing:?}");
}

fn files(folder: &Path, name: &str, found: &mut BTreeSet<String>) {
    for entry in folder
        .read_dir()
        .expect("a folder")
        .map(|entry| entry.expect("an entry"))
    {
        let name = format!("{name}/{}", entry.file_name().to_str().expect("a name"));
        match entry.path().is_dir() {
            true => files(&entry.path(), &name, found),
            false => drop(found.insert(name)),
        }
    }
}
