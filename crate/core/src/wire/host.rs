//! The vault and its host. The vault decides; the host (the background script) does what these values say.
//!
//! Order matters: the host performs the effects of a step in their order and sends the reply only after all of them
//! succeeded. If one fails it drops the vault, boots a new one from storage, and answers `storage_full` or
//! `storage_failed`: a write is complete or has not happened.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use tsify::Tsify;

use super::{Secret, Time};
use crate::tree::tagged;

/// Everything that a vault is made from. The host reads it whenever the background starts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct Snapshot {
    /// Origin of the extension itself, such as `chrome-extension://abc`.
    pub extension_origin: String,
    /// All of `storage.local` except `pulse`: key and JSON text.
    pub local: Vec<(String, String)>,
    /// All of `storage.session` except what the host keeps for itself: key and JSON text.
    pub session: Vec<(String, String)>,
    /// What the last `remember` kept, unwrapped; `None` when it is missing, expired or cannot be unwrapped.
    pub remembered: Option<Secret>,
}

/// Where a record is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum Area {
    /// `storage.local`: on disk.
    Local,
    /// `storage.session`: in memory, gone when the browser closes.
    Session,
}

/// Something the host must do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum Effect {
    /// One call of `set`: all of them or none.
    Store {
        /// Where.
        area: Area,
        /// Key and JSON text.
        entries: Vec<(String, String)>,
    },
    /// One call of `remove`.
    Remove {
        /// Where.
        area: Area,
        /// Keys.
        keys: Vec<String>,
    },
    /// Wrap with a non-extractable WebCrypto key (AES-256-GCM, fresh for each browser session) and keep in
    /// `storage.session` until `until`.
    Remember {
        /// Unlocked key material; opaque to the host.
        blob: Secret,
        /// `None` means until the browser closes.
        until: Option<Time>,
    },
    /// Drop what was remembered, and its wrapping key.
    Forget {},
    /// One alarm of name `lock`, replacing an earlier one; `None` clears it. At its time the host calls `tick`.
    Alarm {
        /// When.
        at: Option<Time>,
    },
    /// Open a small window of the extension, or bring it to the front when one with the same page and hash is open. Fails
    /// with [`super::ErrorCode::TooManyWindows`].
    OpenWindow {
        /// Such as `unlock.html`.
        page: String,
        /// Without `#`.
        hash: String,
        /// CSS pixels.
        width: u32,
        /// CSS pixels.
        height: u32,
        /// How many with this page there may be.
        most: u32,
    },
    /// Run content scripts exactly on these origins from now on, and in tabs that show them already.
    Sites {
        /// Such as `https://mail.example.org`.
        origins: Vec<String>,
    },
    /// Lock state, keyring or settings changed: count `pulse` up in `storage.local`.
    Pulse {},
}

/// Something that only the host can compute, and that the vault needs before it can go on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum Ask {
    /// Generate RSA keys with WebCrypto (much faster than wasm), exponent 65537.
    GenerateRsa {
        /// Modulus length in bits.
        bits: u32,
        /// How many keys.
        count: u32,
    },
}

tagged! {
    "kind"
    /// What the host computed.
    #[derive(Clone, Debug, Serialize)]
    #[cfg_attr(feature = "typescript", derive(Tsify))]
    pub enum Answer {
        /// As JSON Web Keys (RFC 7517) in JSON text.
        Rsa {
            /// One per key.
            keys: Vec<Secret>,
        },
        /// It could not be done.
        Failed {},
    }
}

/// One step of the vault: the reply and what must be done before it is sent, or a question to the host.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum Step<R> {
    /// Perform the effects, then send the reply.
    Reply {
        /// To the caller.
        reply: R,
        /// In this order.
        effects: Vec<Effect>,
    },
    /// Compute this, then call `resume` with the token.
    Ask {
        /// Names the waiting call.
        token: u32,
        /// The question.
        ask: Ask,
    },
}
