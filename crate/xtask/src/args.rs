//! The few options there are.

use crate::Outcome;
use std::collections::VecDeque;

/// What stands on the command line and has not been used yet.
pub struct Args(VecDeque<String>);

impl Args {
    pub fn from_command_line() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    pub fn command(&mut self) -> Option<String> {
        self.0.pop_front()
    }

    /// Takes the flag `--name`, if it is there.
    pub fn flag(&mut self, name: &str) -> bool {
        let found = self.0.iter().position(|one| one == name);
        found.and_then(|at| self.0.remove(at)).is_some()
    }

    /// Takes `--name VALUE`, if it is there.
    pub fn value(&mut self, name: &str) -> Outcome<Option<String>> {
        let Some(at) = self.0.iter().position(|one| one == name) else {
            return Ok(None);
        };
        self.0.remove(at);
        match self.0.remove(at) {
            Some(value) => Ok(Some(value)),
            None => Err(format!("{name} needs a value")),
        }
    }

    /// Like [`Args::value`], for an option with a fixed set of values.
    pub fn choice(&mut self, name: &str, allowed: &[&str]) -> Outcome<Option<String>> {
        match self.value(name)? {
            Some(value) if !allowed.contains(&value.as_str()) => {
                Err(format!("{name} is one of: {}", allowed.join(", ")))
            }
            other => Ok(other),
        }
    }

    /// Refuses what nobody asked for: a mistyped option must not be ignored.
    pub fn finish(self) -> Outcome {
        match self.0.front() {
            None => Ok(()),
            Some(unknown) => Err(format!("what is {unknown}? See cargo xtask help")),
        }
    }
}
