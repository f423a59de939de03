//! Not doing again what is done: a stamp is the sum of everything that goes into a step.

use crate::Outcome;
use crate::project::{Project, tree};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::Path;

/// The SHA-256 of `bytes` in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A sum under construction. What is put in is separated and named, so that nothing can pass for something else.
#[derive(Default)]
pub struct Stamp(String);

impl Stamp {
    pub fn text(mut self, name: &str, text: &str) -> Self {
        let _ = writeln!(self.0, "{name} {}", sha256(text.as_bytes()));
        self
    }

    pub fn file(mut self, project: &Project, relative: &str) -> Outcome<Self> {
        let path = project.path(relative);
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let _ = writeln!(self.0, "{relative} {}", sha256(&bytes));
        Ok(self)
    }

    pub fn folder(self, project: &Project, relative: &str) -> Outcome<Self> {
        self.folder_without(project, relative, |_| false)
    }

    /// Without the files that something else in the sum stands for.
    pub fn folder_without(
        self,
        project: &Project,
        relative: &str,
        left_out: fn(&str) -> bool,
    ) -> Outcome<Self> {
        let names = tree(&project.path(relative))?;
        let mut kept = names.iter().filter(|name| !left_out(name));
        kept.try_fold(self, |stamp, name| {
            stamp.file(project, &format!("{relative}/{name}"))
        })
    }

    pub fn sum(&self) -> String {
        sha256(self.0.as_bytes())
    }

    /// Is this what was last written to `file`?
    pub fn is_at(&self, file: &Path) -> bool {
        std::fs::read_to_string(file).is_ok_and(|old| old == self.sum())
    }

    pub fn write(&self, file: &Path) -> Outcome {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        std::fs::write(file, self.sum()).map_err(|error| format!("{}: {error}", file.display()))
    }
}
