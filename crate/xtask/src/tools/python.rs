//! Python packages, in an environment of their own under `target/`.

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use crate::stamp::Stamp;
use std::path::PathBuf;

const REQUIREMENTS: &str = "tests/interop/requirements.txt";

/// Installs what the interoperability matrix needs; gives back the interpreter. What comes is what the checksums say.
pub fn install(project: &Project) -> Outcome<PathBuf> {
    let folder = project.path("target/interop/python");
    let interpreter = folder.join("bin/python");
    let stamp = Stamp::default().file(project, REQUIREMENTS)?;
    let done = folder.join("waxseal-stamp");
    if stamp.is_at(&done) {
        return Ok(interpreter);
    }
    println!("installing Python packages");
    Run::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder)
        .output()
        .map_err(|error| {
            format!("Python 3.11 or newer with its venv is needed (Debian: python3-venv).\n{error}")
        })?;
    Run::new(&interpreter)
        .args(["-m", "pip", "--disable-pip-version-check", "install"])
        .args(["--quiet", "--require-hashes", "--no-deps"])
        .args(["--only-binary", ":all:", "--requirement", REQUIREMENTS])
        .within(&project.root)
        .go()?;
    stamp.write(&done)?;
    Ok(interpreter)
}
