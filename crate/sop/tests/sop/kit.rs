//! The program in a folder of its own.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder that is gone when dropped.
pub struct Folder(PathBuf);

/// What a command gave.
pub struct Gave {
    pub code: i32,
    pub out: Vec<u8>,
    pub said: String,
}

impl Folder {
    pub fn new(name: &str) -> Self {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn write(&self, name: &str, data: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), data).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }

    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.0.join(name)).unwrap();
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.join(name).exists()
    }

    /// Runs with `input` on standard input; words are separated by single spaces.
    pub fn try_sop(&self, words: &str, input: impl AsRef<[u8]>) -> Gave {
        self.try_words(&words.split(' ').collect::<Vec<_>>(), input)
    }

    pub fn try_words(&self, words: &[&str], input: impl AsRef<[u8]>) -> Gave {
        let mut child = Command::new(env!("CARGO_BIN_EXE_waxseal-sop"))
            .args(words)
            .env("WAXSEAL_TEST", "from the environment\n")
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that has failed already does not read it.
        let _ = stdin.write_all(input.as_ref());
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        Gave {
            code: output.status.code().unwrap(),
            out: output.stdout,
            said: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The same for what must succeed.
    pub fn sop(&self, words: &str, input: impl AsRef<[u8]>) -> Vec<u8> {
        let gave = self.try_sop(words, input);
        assert_eq!(gave.code, 0, "{words}: {}", gave.said);
        assert_eq!(gave.said, "", "{words}");
        gave.out
    }

    /// The exit code of what must fail; nothing may come out.
    pub fn fails(&self, words: &str, input: impl AsRef<[u8]>) -> i32 {
        let gave = self.try_sop(words, input);
        assert_ne!(gave.code, 0, "{words}");
        assert_eq!(gave.out, b"", "{words}");
        gave.code
    }

    /// A key and its certificate as `NAME.key` and `NAME.cert`.
    pub fn key(&self, name: &str, profile: &str) {
        let id = format!("{name} <{name}@example.org>");
        let profile = format!("--profile={profile}");
        let gave = self.try_words(&["generate-key", &profile, "--", &id], "");
        assert_eq!(gave.code, 0, "{}", gave.said);
        self.write(&format!("{name}.key"), &gave.out);
        self.write(&format!("{name}.cert"), self.sop("extract-cert", &gave.out));
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
