//! Where a peer works: a folder of its own, perhaps inside of another system.

use crate::Outcome;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Nothing in the matrix takes longer; a peer that waits for somebody to type would.
const SECONDS: &str = "120";

/// A folder that is gone when dropped.
pub struct Place {
    folder: PathBuf,
    /// The root of the other system and the folder as seen from there.
    inside: Option<(PathBuf, PathBuf)>,
}

impl Place {
    /// A short path: sockets of gpg-agent take no more than a hundred characters.
    pub fn new(name: &str, root: Option<&Path>) -> Outcome<Self> {
        let short = format!("waxseal-{}-{name}", std::process::id());
        let (folder, inside) = match root {
            None => (std::env::temp_dir().join(short), None),
            Some(root) => {
                let there = Path::new("/tmp").join(&short);
                let here = root.join("tmp").join(&short);
                (here, Some((root.to_path_buf(), there)))
            }
        };
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self { folder, inside })
    }

    pub fn write(&self, name: &str, data: &[u8]) -> Outcome {
        std::fs::write(self.folder.join(name), data).map_err(|error| format!("{name}: {error}"))
    }

    /// Runs a program in the folder; gives back what it printed, or what it complained of in one line.
    pub fn run(&self, words: &[&str], input: &[u8]) -> Outcome<Vec<u8>> {
        self.write(".input", input)?;
        let stdin = File::open(self.folder.join(".input")).map_err(|error| error.to_string())?;
        let mut all: Vec<OsString> = vec!["timeout".into(), SECONDS.into()];
        let home = match &self.inside {
            None => self.folder.clone(),
            Some((root, there)) => {
                all.extend(["chroot".into(), root.into()]);
                all.extend(["env".into(), "-C".into(), there.into()]);
                there.clone()
            }
        };
        all.extend(words.iter().map(OsString::from));
        let (first, rest) = all.split_first().ok_or("nothing to run")?;
        let output = Command::new(first)
            .args(rest)
            .current_dir(&self.folder)
            .env("HOME", home)
            .env("LC_ALL", "C.UTF-8")
            .stdin(stdin)
            .output()
            .map_err(|error| format!("{}: {error}", words.join(" ")))?;
        match output.status.code() {
            Some(0) => Ok(output.stdout),
            code => {
                let said = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
                let said: String = said.trim().chars().take(300).collect();
                let code = code.map_or("a signal".to_owned(), |code| code.to_string());
                Err(format!("{} ({code}): {said}", words.join(" ")))
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What is left over is in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
