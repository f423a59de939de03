//! What turns Rust into a wasm package: the target, wasm-pack and wasm-bindgen, built by cargo into `target/tools`.

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use std::path::PathBuf;

const TARGET: &str = "wasm32-unknown-unknown";
const WASM_PACK: &str = "0.15.1";

/// Installs what is missing and gives back the folder with the programs.
pub fn install(project: &Project) -> Outcome<PathBuf> {
    target()?;
    let bindgen = bindgen_version(project)?;
    tool(project, "wasm-bindgen-cli", "wasm-bindgen", &bindgen)?;
    tool(project, "wasm-pack", "wasm-pack", WASM_PACK)?;
    let scratch = scratch(project);
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)
            .map_err(|error| format!("{}: {error}", scratch.display()))?;
    }
    Ok(project.path("target/tools/bin"))
}

/// Where both are built: they share a part of what they stand on.
fn scratch(project: &Project) -> PathBuf {
    project.path("target/tools/build")
}

fn target() -> Outcome {
    let sysroot = Run::new("rustc").args(["--print", "sysroot"]).output()?;
    let library = PathBuf::from(sysroot.trim())
        .join("lib/rustlib")
        .join(TARGET);
    if library.is_dir() {
        return Ok(());
    }
    println!("installing the Rust target {TARGET}");
    Run::new("rustup").args(["target", "add", TARGET]).go()
}

/// The program must be of the very version of the library that is linked: the lock file decides both.
fn bindgen_version(project: &Project) -> Outcome<String> {
    let lock = project.read("Cargo.lock")?;
    lock.split("[[package]]")
        .find(|package| package.contains("\nname = \"wasm-bindgen\"\n"))
        .and_then(|package| package.split("version = \"").nth(1))
        .and_then(|rest| rest.split('"').next())
        .map(str::to_owned)
        .ok_or_else(|| "Cargo.lock has no wasm-bindgen".to_owned())
}

fn tool(project: &Project, package: &str, program: &str, version: &str) -> Outcome {
    let path = project.path("target/tools/bin").join(program);
    let there = Run::new(&path).arg("--version").output();
    if there.is_ok_and(|text| text.split_whitespace().nth(1) == Some(version)) {
        return Ok(());
    }
    println!("building {package} {version}, once: some minutes");
    // Its lock file is honoured if the registry still has all of it.
    let with_lock = install_once(project, package, program, version, true);
    with_lock.or_else(|_| install_once(project, package, program, version, false))
}

/// A debug build makes the same output in a third of the time.
fn install_once(
    project: &Project,
    package: &str,
    program: &str,
    version: &str,
    locked: bool,
) -> Outcome {
    Run::new("cargo")
        .args([
            "install",
            "--quiet",
            "--debug",
            "--no-default-features",
            "--force",
        ])
        .args(locked.then_some("--locked"))
        .args([
            package,
            "--version",
            &format!("={version}"),
            "--bin",
            program,
            "--root",
        ])
        .arg(project.path("target/tools"))
        .env("CARGO_TARGET_DIR", scratch(project))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .go()
}
