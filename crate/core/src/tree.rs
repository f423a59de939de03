//! Values from outside that have no type yet: what JSON texts and JavaScript objects are read into first.
//!
//! serde makes code for each pair of a type and a format, and for a tagged enum it makes that of everything inside once more.
//! With this there is one format, and a tagged enum (see `tagged!`) is read in it without that: a tenth of the module is saved.

mod read;
mod tagged;

use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

pub(crate) use tagged::tagged;

/// A value. It may hold a passphrase: it is wiped, never copied, and not shown by `Debug`.
#[cfg_attr(test, derive(PartialEq))]
pub enum Tree {
    /// Nothing: `null`, or JavaScript's `undefined`.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number that is not whole or too large: nothing that is stored or crosses a wall has such, and no type takes it. It
    /// is kept because a record of a later version might have one, and has to be known as that.
    Odd,
    /// A text.
    Text(Zeroizing<String>),
    /// An array.
    List(Vec<Tree>),
    /// An object, its fields in their order.
    Fields(Vec<(String, Tree)>),
}

/// A value does not fit its type. Why is not told: it would quote the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("does not fit")]
pub struct Misfit;

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tree(..)")
    }
}

impl Tree {
    /// Reads JSON, not deeper than `serde_json` goes (127).
    pub(crate) fn parse(text: &str) -> Result<Self, Misfit> {
        serde_json::from_str(text).map_err(|_| Misfit)
    }

    /// Makes it what it is.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, Misfit> {
        T::deserialize(self)
    }

    /// Takes a field out of an object.
    pub(crate) fn take(&mut self, field: &str) -> Option<Tree> {
        let Self::Fields(fields) = self else {
            return None;
        };
        let at = fields.iter().position(|(name, _)| name == field)?;
        Some(fields.remove(at).1)
    }
}

impl serde::de::Error for Misfit {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }

    // What follows is said here so that nobody formats what nobody reads.
    fn invalid_type(_: serde::de::Unexpected, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn invalid_value(_: serde::de::Unexpected, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests;
