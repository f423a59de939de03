//! Two builds of the same source, in two folders, are the same bytes.

use crate::Outcome;
use crate::build::wasm;
use crate::project::{Project, tree};
use crate::shell::Run;
use crate::stamp::{Stamp, sha256};
use crate::test::e2e::inputs::commit;
use std::path::Path;

/// Longer than any other folder of ours, so that a path that leaks changes lengths as well as letters.
const ELSEWHERE: &str = "target/reproduce/another-folder-for-the-second-build";

/// Builds a copy of the source in another folder and compares `dist`. Compiling all of the Rust again takes minutes, so it
/// is done only if the inputs of the wasm changed since it last came out the same. It steps back for what goes on beside it: for
/// most of the time it is one thread of the compiler.
pub fn check(project: &Project) -> Outcome<String> {
    let copy = Project {
        root: project.path(ELSEWHERE),
    };
    if copy.root.exists() {
        remove(&copy.root)?;
    }
    for name in project.files()? {
        let to = copy.path(&name);
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder).map_err(|error| format!("{name}: {error}"))?;
        }
        std::fs::copy(project.path(&name), &to).map_err(|error| format!("{name}: {error}"))?;
    }
    link(project, &copy, "node_modules")?;
    link(project, &copy, "target/tools")?;

    let wasm = wasm::inputs(project)?;
    let proven = project.path("target/stamps/reproduced-wasm");
    let mut said = String::new();
    if wasm.is_at(&proven) {
        said += "the wasm was built twice from these inputs before: only the rest is\n";
        link(project, &copy, "target/wasm-pkg")?;
        link(project, &copy, "target/stamps")?;
    }
    let myself = std::env::current_exe().map_err(|error| format!("xtask: {error}"))?;
    let (built, printed) = Run::aside(myself)
        .arg("build")
        .env("CARGO_MANIFEST_DIR", copy.path("crate/xtask"))
        .env("CARGO_TARGET_DIR", copy.path("target"))
        // The copy is no checkout.
        .env("WAXSEAL_COMMIT", commit::of(project, "dist/chromium")?)
        .within(&copy.root)
        .collect()?;
    said += &printed;
    if !built {
        return Err(format!("{said}the second build failed"));
    }
    said += &compare(project, &copy)?;
    wasm.write(&proven)?;
    remove(&copy.root)?;
    Ok(said)
}

/// Says how much is the same.
fn compare(project: &Project, copy: &Project) -> Outcome<String> {
    let (first, second) = (project.path("dist"), copy.path("dist"));
    let names = tree(&first)?;
    if names != tree(&second)? {
        return Err("the second build has other files".to_owned());
    }
    let read =
        |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let mut sums = Stamp::default();
    for name in &names {
        let (one, two) = (read(&first.join(name))?, read(&second.join(name))?);
        if one != two {
            let kept = copy.root.display();
            return Err(format!(
                "dist/{name} differs; the second build is kept in {kept}"
            ));
        }
        sums = sums.text(name, &sha256(&one));
    }
    let (count, sum) = (names.len(), sums.sum());
    Ok(format!("{count} files of dist are the same, sum {sum}"))
}

/// A copy by hard links: in an instant, and without symbolic links that would lead back here. Where the system has no such links
/// (another disk, files of another user), all is copied.
fn link(project: &Project, copy: &Project, folder: &str) -> Outcome {
    let to = copy.path(folder);
    if let Some(parent) = to.parent() {
        std::fs::create_dir_all(parent).map_err(|error| format!("{folder}: {error}"))?;
    }
    let from = project.path(folder);
    let all = || Run::new("cp").arg("--archive");
    let (linked, _) = all().arg("--link").arg(&from).arg(&to).collect()?;
    if linked {
        return Ok(());
    }
    if to.exists() {
        remove(&to)?;
    }
    all().arg(&from).arg(&to).go()
}

fn remove(folder: &Path) -> Outcome {
    std::fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}
