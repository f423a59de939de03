//! Every way to say no. Each code has a text (`err_*`) and advice (`fix_*`) in `_locales`.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use tsify::Tsify;

use super::Reason;

/// Why something was refused or failed. Carries no user data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum ErrorCode {
    // calls
    /// The call is not well-formed.
    BadCall,
    /// This caller may not ask that.
    NotAllowed,
    /// The site is not switched on.
    SiteOff,
    /// The ticket was used, is too old, or belongs to another tab.
    BadTicket,
    /// Too many at once.
    Busy,
    /// Too many windows of the extension are open.
    TooManyWindows,
    // keys
    /// The passphrase does not fit.
    WrongPassphrase,
    /// The passphrase fits a part of the key; another part has another one.
    OtherPassphrase,
    /// The passphrase is too short.
    WeakPassphrase,
    /// The password of a message does not fit.
    WrongPassword,
    /// No own key fits.
    NoKey,
    /// No such key is stored.
    UnknownKey,
    /// The data holds no key.
    NotAKey,
    /// A revocation certificate, and the key that it withdraws is neither in the data nor stored.
    LoneRevocation,
    /// The key is of version 2 or 3, from before 2000.
    OldKey,
    /// The key is of version 5, which only GnuPG's own format LibrePGP has.
    LibrepgpKey,
    /// The key has no user ID with a valid self-signature.
    NoUserId,
    /// A secret key without passphrase needs a new one.
    NeedsPassphrase,
    /// The secret part does not belong to the public part.
    MismatchedKey,
    /// The secret part is not in the data (a card or an offline primary key).
    NoSecret,
    /// The key cannot be used for this.
    UnusableKey,
    /// Deleting a secret key needs the user's word.
    ConfirmDelete,
    /// An e-mail address is expected.
    NotAnAddress,
    /// The key has this user ID already.
    AlreadyThere,
    /// The last valid user ID of a key cannot be withdrawn.
    LastUserId,
    // looking for keys
    /// A place that was asked has no key for it.
    NotFound,
    /// A place that was asked gave no answer that the browser lets an extension see.
    NoAnswer,
    /// What a place answered is not what its rules ask for: armor in the place of binary data, a web page, a secret key.
    BadAnswer,
    /// The key that a place gave has not the address, or is not the key, that it was asked for.
    OtherKey,
    // data
    /// Armor is damaged or incomplete.
    BrokenArmor,
    /// The packets are damaged or in the wrong order.
    Malformed,
    /// The data ends too early.
    Truncated,
    /// The integrity check failed: somebody changed the message, or it was damaged.
    Tampered,
    /// No integrity protection: it is not decrypted.
    Unprotected,
    /// Larger, deeper or costlier than is allowed.
    Limit,
    /// A version or an algorithm that this program does not know.
    Unsupported,
    /// An algorithm that is too weak.
    WeakAlgorithm,
    /// What should be a mail is none: a page to log in, an error message, nothing.
    NotAMail,
    /// A mail that was read does not come a second time: its site or the browser does not give it any more, or another one.
    MailGone,
    /// A file that the user chose cannot be read: it was moved, changed or taken away, or is a folder.
    FileUnreadable,
    /// Nothing to encrypt.
    Empty,
    /// No recipient.
    NoRecipient,
    /// The signature could not be made.
    SigningFailed,
    /// These words cannot be the user's sign: they are too long.
    BadEmblem,
    // machinery
    /// Storage is full.
    StorageFull,
    /// Storage failed; nothing was changed.
    StorageFailed,
    /// A stored record was written by a newer version.
    NewerRecord,
    /// It took too long and was stopped.
    TimedOut,
    /// The engine stopped on this input.
    Crashed,
    /// The page has gone or changed.
    PageGone,
}

/// Details that the text of an error may need.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct Refusal {
    /// Why a key cannot be used.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// The limit that was met, in its own unit.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Key IDs that a message is encrypted to (16 hexadecimal digits; zeros when hidden).
    #[serde(default)]
    pub key_ids: Vec<String>,
}
