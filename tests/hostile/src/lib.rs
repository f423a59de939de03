//! Bad input, generated: every class of attack that is known on OpenPGP programs, and what must become of each.
//!
//! The generator makes its own keys from fixed seeds and copies nothing, so that each run makes the same bytes. What
//! must happen stands in `manifest.txt`, one line for each case. The same cases run natively (`tests/manifest.rs`) and
//! in the browsers, through the Worker and the vault of the built extension (`tests/e2e/hostile.spec.ts`).
//!
//! Beside them go the files of others, whose outcomes stand in `tests/vectors/manifest.txt`.

pub mod cases;
pub mod fuzz;
pub mod keys;
pub mod mails;
pub mod manifest;
pub mod message;
pub mod native;
pub mod outcome;
pub mod seeds;
pub mod vectors;

use waxseal_core::wire::engine::EncryptJob;
use waxseal_core::wire::{Bytes, Form, Time, UiCall};

/// The moment at which all cases are judged: 2026-11-22. A case for the vault must not depend on it, because the
/// browser's vault reads the clock.
pub const NOW: Time = 1_795_305_600;
/// Seconds of a day.
pub const DAY: Time = 24 * 60 * 60;
/// When keys are made unless a case says otherwise.
pub const MADE: Time = NOW - 400 * DAY;

/// What is given to the program.
#[derive(Clone, serde::Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Input {
    /// A block is opened in the engine, decrypted if there is a session key, and judged.
    Read {
        /// What the block says it is.
        form: Form,
        /// The text of the page.
        armored: Bytes,
        /// Cipher number (RFC 9580, 9.3) and session key, as the vault would give them.
        session_key: Option<(Option<u8>, Bytes)>,
        /// What a person typed, where there is no session key.
        password: Option<String>,
        /// A key of one's own, where the vault shall decipher.
        own: Option<Own>,
        /// Certificates that the vault knows.
        certificates: Vec<Bytes>,
        /// The text that may be shown, if any may.
        text: Option<String>,
    },
    /// Keys are described by the engine.
    Preview {
        /// Armored or binary.
        data: Bytes,
    },
    /// A message is made for a certificate.
    Encrypt {
        /// As the composer asks for it.
        job: EncryptJob,
    },
    /// Calls of an extension page to the vault, in their order. The last answer counts.
    Vault {
        /// The calls.
        calls: Vec<UiCall>,
        /// Keys to delete afterwards.
        keys: Vec<waxseal_core::wire::Fingerprint>,
    },
}

/// An own key, and how it comes to be open.
#[derive(Clone, serde::Serialize)]
pub struct Own {
    /// What is asked of the vault before it deciphers.
    pub calls: Vec<UiCall>,
    /// The key, to be deleted afterwards.
    pub key: waxseal_core::wire::Fingerprint,
}

/// One case: one way to be bad, in one or more variants that must all end alike.
pub struct Case {
    /// `class/name`.
    pub name: String,
    make: Box<dyn Fn() -> Vec<Input>>,
}

impl Case {
    fn new(name: impl Into<String>, make: impl Fn() -> Input + 'static) -> Self {
        Self::many(name, move || vec![make()])
    }

    fn many(name: impl Into<String>, make: impl Fn() -> Vec<Input> + 'static) -> Self {
        let (name, make) = (name.into(), Box::new(make));
        Self { name, make }
    }

    /// Makes its input. Large ones exist only as long as they are needed.
    pub fn inputs(&self) -> Vec<Input> {
        (self.make)()
    }
}
