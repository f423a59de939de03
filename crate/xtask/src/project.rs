//! Where things are.

use crate::Outcome;
use std::path::{Path, PathBuf};

/// The browsers that are built for and tested in, in this order.
pub const BROWSERS: [&str; 2] = ["chromium", "firefox"];

/// The checkout that the command works on.
pub struct Project {
    pub root: PathBuf,
}

impl Project {
    /// From the environment that `cargo xtask` runs in, and not a path compiled in: two checkouts may share one binary.
    pub fn find() -> Outcome<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("run this as: cargo xtask")?;
        let root = Path::new(&manifest)
            .ancestors()
            .nth(2)
            .ok_or("crate/xtask is not inside a checkout")?;
        Ok(Self {
            root: root.to_path_buf(),
        })
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    pub fn read(&self, relative: &str) -> Outcome<String> {
        let path = self.path(relative);
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    }

    pub fn json(&self, relative: &str) -> Outcome<serde_json::Value> {
        serde_json::from_str(&self.read(relative)?).map_err(|error| format!("{relative}: {error}"))
    }

    /// The version of the extension; its one home is `[workspace.package]`.
    pub fn version(&self) -> Outcome<String> {
        let manifest = self.read("Cargo.toml")?;
        manifest
            .split("[workspace.package]")
            .nth(1)
            .and_then(|rest| rest.split("version = \"").nth(1))
            .and_then(|rest| rest.split('"').next())
            .map(str::to_owned)
            .ok_or_else(|| "no version in [workspace.package] of Cargo.toml".to_owned())
    }

    /// The files of the project, relative to its root: those in git and those about to be, never build products.
    pub fn files(&self) -> Outcome<Vec<String>> {
        let listed = crate::shell::Run::new("git")
            // With `-z` names stand as they are: otherwise one with other letters than those of ASCII would be in quotes.
            .args(["ls-files", "-z", "--cached", "--others"])
            .arg("--exclude-standard")
            .within(&self.root)
            .output()?;
        let mut files: Vec<String> = listed
            .split_terminator('\0')
            .filter(|name| self.path(name).is_file())
            .map(str::to_owned)
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }
}

/// Every file below `folder`, as sorted paths relative to it, with `/` between the parts.
pub fn tree(folder: &Path) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(prefix) = open.pop() {
        let here = folder.join(&prefix);
        let entries =
            std::fs::read_dir(&here).map_err(|error| format!("{}: {error}", here.display()))?;
        for entry in entries {
            let entry = entry.map_err(|error| format!("{}: {error}", here.display()))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                open.push(format!("{name}/"));
            } else {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::Project;
    use crate::shell::Run;
    use std::fs;

    #[test]
    fn files_are_listed_whatever_their_names() {
        let place = format!("waxseal-files-{}", std::process::id());
        let root = std::env::temp_dir().join(place);
        fs::create_dir_all(&root).expect("a folder");
        Run::new("git")
            .args(["init", "--quiet"])
            .within(&root)
            .go()
            .expect("a checkout");
        let names = ["clé.txt", "with space.txt", "zero.txt"];
        for name in names {
            fs::write(root.join(name), "").expect("a file");
        }
        let project = Project { root };
        assert_eq!(project.files(), Ok(names.map(String::from).to_vec()));
        fs::remove_dir_all(&project.root).expect("to clean up");
    }
}
