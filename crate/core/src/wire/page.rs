//! Content scripts and the vault. Content scripts run in pages that we do not trust.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use tsify::Tsify;

use super::{ErrorCode, Form};
use crate::tree::tagged;

tagged! {
    "kind"
    /// What a content script may ask.
    #[derive(Clone, Debug, Serialize)]
    #[cfg_attr(feature = "typescript", derive(Tsify))]
    pub enum PageCall {
        /// Is Waxseal switched on for this page's origin?
        Hello {},
        /// A block was found; may a reader frame be shown over it?
        OpenView {
            /// What the block says it is.
            form: Form,
        },
        /// The user asked to encrypt in this document: opens a composer window.
        OpenComposer {
            /// What is to be written there.
            what: Composing,
        },
    }
}

/// What a composer window is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum Composing {
    /// A text that stands selected in the page.
    Selection,
    /// A whole mail, written in the window: new, or an answer to one that is read.
    Mail,
}

/// What the vault answers to a content script. **Every variant is safe to publish**: none can carry plaintext, a
/// passphrase, a secret key or a session key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum PageReply {
    /// Answer to `hello`.
    Site {
        /// Messages are read and the button is shown on this origin.
        enabled: bool,
        /// The small button beside a selection is wanted.
        selection_button: bool,
    },
    /// Answer to `open_view` and `open_composer`.
    Ticket {
        /// Single use; names the view in the frame's URL fragment or the composer's port.
        ticket: String,
        /// What the content script must show to the frame when it hands the port over.
        proof: String,
    },
    /// No.
    Refused {
        /// Why.
        error: ErrorCode,
    },
}
