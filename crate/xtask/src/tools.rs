//! Getting the tools that a step needs; what is already there in the right version is left alone.

pub mod browser;
pub mod cargo;
pub mod chroot;
pub mod debian;
pub mod node;
pub mod python;
pub mod wasm;
