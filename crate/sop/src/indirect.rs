//! Files, and what stands for files: `@ENV:NAME`, `@FD:NUMBER` (draft, section "Special Designators").

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use waxseal_core::armor::MAX_ARMORED;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Reads an input completely.
pub fn read(name: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let missing = |_| Failure::MissingInput(name.to_owned());
    match designator(name)? {
        Some(("ENV", variable)) => {
            use std::os::unix::ffi::OsStringExt as _;
            let value = std::env::var_os(variable);
            let value = value.ok_or_else(|| Failure::MissingInput(name.to_owned()))?;
            Ok(Zeroizing::new(value.into_vec()))
        }
        Some(("FD", number)) => all(File::open(descriptor(number, name)?).map_err(missing)?),
        Some(_) => Err(Failure::UnsupportedSpecialPrefix(name.to_owned())),
        None => all(File::open(name).map_err(missing)?),
    }
}

/// Reads standard input completely.
pub fn stdin() -> Result<Zeroizing<Vec<u8>>, Failure> {
    all(std::io::stdin().lock())
}

/// Writes the result of a command.
pub fn stdout(data: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(data).and_then(|()| out.flush());
    written.map_err(|error| Failure::Unspecific(format!("standard output: {error}")))
}

/// An output besides standard output. It is checked before anything is computed and written when everything went well.
pub struct Output(String);

impl Output {
    /// `None` when it is not wanted.
    pub fn new(name: Option<&str>) -> Result<Option<Self>, Failure> {
        let Some(name) = name else {
            return Ok(None);
        };
        match designator(name)? {
            Some(("FD", number)) => {
                descriptor(number, name)?;
            }
            Some(_) => return Err(Failure::UnsupportedSpecialPrefix(name.to_owned())),
            None if Path::new(name).exists() => {
                return Err(Failure::OutputExists(name.to_owned()));
            }
            None => {}
        }
        Ok(Some(Self(name.to_owned())))
    }

    /// Writes it.
    pub fn write(&self, data: &[u8]) -> Result<(), Failure> {
        let name = &self.0;
        let file = match designator(name)? {
            Some((_, number)) => OpenOptions::new()
                .write(true)
                .open(descriptor(number, name)?),
            None => File::create_new(name),
        };
        let written = file.and_then(|mut file| file.write_all(data));
        written.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Failure::OutputExists(name.clone()),
            _ => Failure::Unspecific(format!("{name}: {error}")),
        })
    }
}

/// Prefix and rest of a special designator; `None` for the name of a file.
fn designator(name: &str) -> Result<Option<(&str, &str)>, Failure> {
    let Some(special) = name.strip_prefix('@') else {
        return Ok(None);
    };
    if Path::new(name).exists() {
        return Err(Failure::AmbiguousInput(name.to_owned()));
    }
    special
        .split_once(':')
        .map(Some)
        .ok_or_else(|| Failure::UnsupportedSpecialPrefix(name.to_owned()))
}

/// The path under which the system offers an open file.
fn descriptor(number: &str, name: &str) -> Result<String, Failure> {
    match number.parse::<u16>() {
        Ok(number) => Ok(format!("/dev/fd/{number}")),
        Err(_) => Err(Failure::UnsupportedSpecialPrefix(name.to_owned())),
    }
}

/// Everything, up to one byte more than any message may have: the core says what is too much.
fn all(from: impl Read) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut data = Zeroizing::new(Vec::new());
    from.take(MAX_ARMORED as u64 + 1)
        .read_to_end(&mut data)
        .map_err(|error| Failure::Unspecific(error.to_string()))?;
    Ok(data)
}
