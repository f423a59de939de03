//! The program as its users run it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod keys;
mod kit;
mod messages;
mod peers;
