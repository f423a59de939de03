//! The core of Waxseal: every decision about OpenPGP, keys, trust and verdicts.
//!
//! The core does no I/O and reads no clock. Time and randomness are arguments; what must happen in the
//! world (store, open a window, set an alarm) is returned as [`wire::host::Effect`]s that the host performs.
//!
//! Two machines are built from these modules:
//! - the **agent** ([`vault`], [`agent`], [`keyring`]) lives in the background, holds private keys and never sees
//!   the text of a message;
//! - the **engine** ([`message`], [`mime`], [`verdict`]) lives in a Worker of a desk page, sees the text of one message and
//!   never a private key. A session key and a digest are all that passes between them.

pub mod agent;
pub mod armor;
pub mod cert;
pub mod discover;
pub mod engine;
pub mod keyring;
pub mod limits;
pub mod message;
pub mod mime;
pub mod policy;
#[cfg(test)]
pub(crate) mod testkit;
pub mod tree;
pub mod vault;
pub mod verdict;
pub mod wire;
