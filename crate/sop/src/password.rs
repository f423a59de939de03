//! Passwords (draft, section "PASSWORD").

use waxseal_core::wire::Secret;

use crate::failure::Failure;
use crate::indirect;

/// A password with which something is made: text, without the line end that a file has.
pub fn to_lock(name: &str) -> Result<Secret, Failure> {
    text(name).map(|text| Secret::new(text.trim_end().to_owned()))
}

/// Passwords with which something may be opened: each as it is and, where that differs, without its line end.
pub fn to_open<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<Secret>, Failure> {
    let mut all = Vec::new();
    for name in names {
        let text = text(name)?;
        let trimmed = text.trim_end();
        if trimmed.len() < text.len() {
            all.push(Secret::new(trimmed.to_owned()));
        }
        all.push(Secret::new(text.to_string()));
    }
    Ok(all)
}

fn text(name: &str) -> Result<zeroize::Zeroizing<String>, Failure> {
    let bytes = indirect::read(name)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::PasswordNotHumanReadable)?;
    Ok(zeroize::Zeroizing::new(text.to_owned()))
}
