//! The wasm package in `target/wasm-pkg`: compiled, bound, optimised, and the same bytes wherever it is built.

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use crate::stamp::Stamp;
use crate::tools;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const PACKAGE: &str = "target/wasm-pkg";
const MODULE: &str = "target/wasm-pkg/waxseal_bg.wasm";
const STAMP: &str = "target/stamps/wasm";

/// What is fast was made so by the compiler; this makes it small.
const OPTIMISE: [&str; 4] = [
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Everything that decides what the module is.
pub fn inputs(project: &Project) -> Outcome<Stamp> {
    Stamp::default()
        .text("rustc", &Run::new("rustc").arg("-vV").output()?)
        .text("options", &OPTIMISE.join(" "))
        .file(project, "crate/xtask/src/build/wasm.rs")?
        .file(project, "crate/xtask/src/tools/wasm.rs")?
        .file(project, "package-lock.json")?
        .file(project, ".cargo/config.toml")?
        .file(project, "Cargo.toml")?
        .file(project, "Cargo.lock")?
        .file(project, "crate/aes/Cargo.toml")?
        .folder(project, "crate/aes/src")?
        .file(project, "crate/core/Cargo.toml")?
        .folder(project, "crate/core/src")?
        .file(project, "crate/wasm/Cargo.toml")?
        .folder(project, "crate/wasm/src")
}

/// Builds the package unless it is there already, untouched, from the same inputs.
pub fn build(project: &Project) -> Outcome {
    let programs = tools::wasm::install(project)?;
    let before = inputs(project)?;
    let stamp_file = project.path(STAMP);
    if with_result(project, &before).is_ok_and(|stamp| stamp.is_at(&stamp_file)) {
        return Ok(());
    }
    println!("building the wasm package");
    let flags = flags(project)?;
    Run::new(programs.join("wasm-pack"))
        .args([
            "build",
            "--release",
            "--target",
            "web",
            "--mode",
            "no-install",
            "--no-pack",
        ])
        .args(["--out-name", "waxseal", "--out-dir"])
        .arg(project.path(PACKAGE))
        .arg(project.path("crate/wasm"))
        .args(["--", "--locked", "--config", &flags])
        .path_first(&programs)
        // Set by somebody's shell they would replace what is set here, and change the bytes.
        .without_env("RUSTFLAGS")
        .without_env("CARGO_ENCODED_RUSTFLAGS")
        .within(&project.root)
        .go()?;
    println!("optimising it");
    Run::new("node")
        .arg(project.path("node_modules/binaryen/bin/wasm-opt"))
        .args(OPTIMISE)
        .args([MODULE, "-o", MODULE])
        .within(&project.root)
        .go()?;
    if inputs(project)?.sum() != before.sum() {
        return Err("the source changed while it was being built; build again".to_owned());
    }
    with_result(project, &before)?.write(&stamp_file)
}

/// The inputs and what was made of them: a package that somebody overwrote is made again.
fn with_result(project: &Project, inputs: &Stamp) -> Outcome<Stamp> {
    Stamp::default()
        .text("inputs", &inputs.sum())
        .file(project, MODULE)?
        .file(project, "target/wasm-pkg/waxseal.js")?
        .file(project, "target/wasm-pkg/waxseal.d.ts")
}

/// A cargo setting: vector instructions, and the machine's paths taken out of panic messages.
fn flags(project: &Project) -> Outcome<String> {
    let sysroot = Run::new("rustc").args(["--print", "sysroot"]).output()?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib/src/rust");
    // Where the standard library's source is installed, its paths become local; this is what they are without it.
    let version = Run::new("rustc").arg("-vV").output()?;
    let commit = version
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "));
    let standard = format!("/rustc/{}", commit.unwrap_or("unknown"));
    let mut flags = vec![
        (project.root.clone(), "waxseal".to_owned()),
        (library, standard),
    ];
    // The name of a registry's folder differs between machines too.
    let sources = cargo_home()?.join("registry/src");
    if let Ok(registries) = std::fs::read_dir(&sources) {
        flags.extend(
            registries
                .flatten()
                .map(|registry| (registry.path(), "crates".to_owned())),
        );
    }
    flags.sort();
    let mut setting = String::from("target.wasm32-unknown-unknown.rustflags=[");
    // Both browsers have had it for years before the versions that the manifest asks for.
    setting.push_str("\"-Ctarget-feature=+simd128\",");
    for (from, to) in flags {
        let flag = format!("--remap-path-prefix={}={to}", from.display());
        let _ = write!(setting, "{flag:?},");
    }
    setting.push(']');
    Ok(setting)
}

fn cargo_home() -> Outcome<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return Ok(PathBuf::from(home));
    }
    let home = std::env::var_os("HOME").ok_or("HOME is not set")?;
    Ok(Path::new(&home).join(".cargo"))
}
