//! Running other programs: never through a shell, never with a terminal's input, always with a plain error.

use crate::Outcome;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// A program with its arguments, about to run.
pub struct Run {
    command: Command,
    shown: String,
}

impl Run {
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program.as_ref());
        command.stdin(Stdio::null());
        let shown = program.as_ref().to_string_lossy().into_owned();
        Self { command, shown }
    }

    /// A program that takes what others leave of the processor, and a tenth of what they want: it is not to stand still.
    pub fn aside(program: impl AsRef<OsStr>) -> Self {
        Self::new("nice").args(["-n", "10"]).arg(program)
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&arg.as_ref().to_string_lossy());
        self.command.arg(arg);
        self
    }

    pub fn args<S: AsRef<OsStr>>(self, args: impl IntoIterator<Item = S>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Puts `folder` before everything else on the PATH of the program.
    pub fn path_first(mut self, folder: &Path) -> Self {
        let mut path = OsString::from(folder);
        if let Some(old) = std::env::var_os("PATH") {
            path.push(":");
            path.push(old);
        }
        self.command.env("PATH", path);
        self
    }

    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs with its output on ours; a failure is an error.
    pub fn go(mut self) -> Outcome {
        match self.command.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("failed ({status}): {}", self.shown)),
            Err(error) => Err(format!("could not start {}: {error}", self.shown)),
        }
    }

    /// Runs and gives back what it printed; a failure is an error with what it complained.
    pub fn output(mut self) -> Outcome<String> {
        let output = self
            .command
            .output()
            .map_err(|error| format!("could not start {}: {error}", self.shown))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        Err(format!(
            "failed ({}): {}\n{complaint}",
            output.status, self.shown
        ))
    }

    /// Like [`Run::output`], for a program whose failure is told in what it prints.
    pub fn lenient_output(mut self) -> Outcome<String> {
        match self.command.output() {
            Ok(output) => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            Err(error) => Err(format!("could not start {}: {error}", self.shown)),
        }
    }

    /// Gives back all that it printed, with whether it succeeded.
    pub fn collect(mut self) -> Outcome<(bool, String)> {
        match self.command.output() {
            Ok(output) => {
                let mut printed = String::from_utf8_lossy(&output.stdout).into_owned();
                printed.push_str(&String::from_utf8_lossy(&output.stderr));
                Ok((output.status.success(), printed))
            }
            Err(error) => Err(format!("could not start {}: {error}", self.shown)),
        }
    }

    /// Runs with its output on ours as it comes, and gives it back with whether it succeeded.
    pub fn watch(mut self) -> Outcome<(bool, String)> {
        let failed = |error: std::io::Error| format!("could not run: {error}");
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("could not start {}: {error}", self.shown))?;
        let mut seen = String::new();
        if let Some(stdout) = child.stdout.take() {
            for line in BufReader::new(stdout).split(b'\n') {
                let line = line.map_err(failed)?;
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                seen.push_str(&line);
                seen.push('\n');
            }
        }
        let status = child.wait().map_err(failed)?;
        Ok((status.success(), seen))
    }
}
