//! What crosses the walls between the rooms, and nothing else.
//!
//! - [`PageCall`] / [`PageReply`]: content script and vault. Every `PageReply` is safe to publish.
//! - [`UiCall`] / [`UiReply`]: extension pages and frames (desk) and vault.
//! - [`engine`]: the desk page and its own Worker.
//! - [`mail`]: the same for a whole mail that is read.
//! - [`packet`]: the same for what a message is made of.
//! - [`compose`]: the same for a whole mail that is written.
//! - [`host`]: the vault and the background script that carries out its effects.
//!
//! All messages are tagged enums whose unknown fields are refused. Bytes travel as base64, because one of the
//! browsers serialises extension messages as JSON. Times are seconds since 1970 in 32 bits, as in RFC 9580, 3.5.

mod base;
pub mod compose;
mod edit;
mod emblem;
pub mod engine;
mod error;
pub mod host;
mod keys;
mod lookup;
pub mod mail;
pub mod packet;
mod page;
mod ui;

pub use base::{Bytes, Fingerprint, Form, Opener, Secret, Sender, Target, Time};
pub use edit::{CertifyLevel, KeyChange, RevocationReason, SubkeyKind};
pub use emblem::{Emblem, EmblemColour, EmblemShape, EmblemWord};
pub use error::{ErrorCode, Refusal};
pub use keys::{
    Certifier, ComponentInfo, Confirmation, ImportOutcome, ImportPreview, KeyInfo, KeyKind,
    KeyState, KeyUse, Reason, RecipientInfo, RecipientState, SkippedKey, UserIdInfo, Vouched,
    WantedPassphrase,
};
pub use lookup::{KeyAnswer, KeyPlace, KeyRequest, Lookup, Wanted};
pub use page::{Composing, PageCall, PageReply};
pub use ui::{ExportForm, PublicForm, Settings, SettingsChange, SignRequest, UiCall, UiReply};
