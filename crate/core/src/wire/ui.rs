//! Extension pages and frames (the desk) and the vault.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use tsify::Tsify;

use super::{
    Bytes, Emblem, ErrorCode, Fingerprint, Form, ImportOutcome, ImportPreview, KeyAnswer,
    KeyChange, KeyInfo, KeyKind, KeyPlace, KeyRequest, Lookup, Opener, RecipientInfo, Refusal,
    Secret, SkippedKey, Target, Time, Vouched, Wanted,
};
use crate::tree::tagged;

/// What the user can set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct Settings {
    /// Minutes without use of a private key after which all are locked; 0 means until the browser closes.
    pub auto_lock_minutes: u32,
    /// Also encrypt to the user's own key.
    pub encrypt_to_self: bool,
    /// Show the button beside a selection.
    pub selection_button: bool,
    /// Sign by default.
    pub sign_by_default: bool,
    /// The own key used for signing and for `encrypt_to_self` when the page does not tell the sender.
    pub default_key: Option<Fingerprint>,
    /// Let the browser check the spelling of what is written. Without a choice it depends on whether it does so on this
    /// computer. Records from before there was this choice say nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_spelling: Option<bool>,
}

/// What of [`Settings`] is set anew. What is left out stays: a page may show what somebody else has changed meanwhile.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct SettingsChange {
    /// As [`Settings::auto_lock_minutes`].
    #[serde(default)]
    pub auto_lock_minutes: Option<u32>,
    /// As [`Settings::encrypt_to_self`].
    #[serde(default)]
    pub encrypt_to_self: Option<bool>,
    /// As [`Settings::selection_button`].
    #[serde(default)]
    pub selection_button: Option<bool>,
    /// As [`Settings::sign_by_default`].
    #[serde(default)]
    pub sign_by_default: Option<bool>,
    /// As [`Settings::default_key`]; one of the own keys.
    #[serde(default)]
    pub default_key: Option<Fingerprint>,
    /// As [`Settings::check_spelling`].
    #[serde(default)]
    pub check_spelling: Option<bool>,
}

/// How a secret key is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum ExportForm {
    /// Iterated and salted S2K with SHA-256 and AES-256 (RFC 9580, 3.7.1.3): every OpenPGP program reads it.
    Compatible,
    /// Argon2id with AEAD (RFC 9580, 3.7.1.4): stronger, read by recent programs only.
    Argon2,
}

/// How a certificate is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum PublicForm {
    /// For others: without certifications that are for this keyring only (RFC 9580, 5.2.3.19).
    Shared,
    /// The same without its post-quantum subkeys, for programs that refuse it because of them (`KeyInfo::classic_form`).
    Classic,
    /// All that is stored, to put it back where it was.
    Whole,
}

/// A digest to be signed as a document (RFC 9580, 5.2.1: types 0x00 and 0x01 only; the engine's parse guarantees it).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct SignRequest {
    /// The certificate whose owner signs.
    pub certificate: Fingerprint,
    /// The component key that signs.
    pub component: Fingerprint,
    /// Hash algorithm number (RFC 9580, 9.5).
    pub hash: u8,
    /// The finished digest.
    pub digest: Bytes,
}

tagged! {
    "kind"
    /// What an extension page or frame may ask. Calls marked *window* are refused from frames inside web pages.
    #[derive(Clone, Debug, Serialize)]
    #[cfg_attr(feature = "typescript", derive(Tsify))]
    pub enum UiCall {
        /// Lock state and settings.
        Status {},
        /// Redeems a ticket: once, from the tab that it was issued for (reader) or from a window (composer).
        ClaimView {
            /// From the URL fragment.
            ticket: String,
        },
        /// Decrypts the session key of the message in hand with the unlocked keys.
        Decipher {
            /// PKESK packets, each whole with its header (RFC 9580, 5.1), in their order in the message.
            pkesks: Vec<Bytes>,
        },
        /// Certificates by issuer: fingerprints or key IDs (16 hexadecimal digits) taken from signatures.
        Certificates {
            /// At most `limits::MAX_ISSUERS`.
            issuers: Vec<String>,
        },
        /// Opens the unlock window.
        RequestUnlock {
            /// Certificates of which one is wanted; empty means the default key.
            keys: Vec<Fingerprint>,
        },
        /// Opens the window in which the password of this frame's message is typed.
        RequestPassword {},
        /// Takes what was typed there; once, and only for this frame.
        TakePassword {},
        /// Keeps a public key block for a while and opens the key manager with its preview. Of a secret key the public part.
        StageImport {
            /// Armored or binary.
            data: Bytes,
        },
        /// Which of the keys that a mail brings are worth an offer.
        Offers {
            /// Binary certificates, together at most `limits::MAX_STAGED` octets.
            keys: Vec<Bytes>,
        },
        /// Opens the window in which a key is looked for. Nobody is asked before the user says so there.
        StageLookup {
            /// What for.
            wanted: Wanted,
        },
        /// Opens the page of a stored key, where it is compared and confirmed.
        ShowKey {
            /// Which.
            key: Fingerprint,
        },

        /// *Window.* What `stage_lookup` kept.
        StagedLookup {
            /// From the URL fragment.
            id: String,
        },
        /// *Window.* Who can be asked for a key. Asks nobody.
        PlanLookup {
            /// What for.
            wanted: Wanted,
        },
        /// *Window.* What a place answered. Stores nothing.
        JudgeAnswer {
            /// The same as was planned.
            wanted: Wanted,
            /// Who was asked.
            place: KeyPlace,
            /// With which request.
            attempt: u8,
            /// What came.
            answer: KeyAnswer,
        },
        /// *Window.* What `stage_import` kept.
        Staged {
            /// From the URL fragment.
            id: String,
        },
        /// *Window.* What an unlock window shows.
        UnlockRequest {
            /// From the URL fragment.
            id: String,
        },
        /// *Window.* Whether a message still waits for its password.
        PasswordRequest {
            /// From the URL fragment.
            id: String,
        },
        /// *Window.* The password of a message, for the frame that asked.
        GivePassword {
            /// From the URL fragment.
            id: String,
            /// As typed.
            password: Secret,
        },
        /// *Window.* All stored keys.
        ListKeys {},
        /// *Window.* Makes a key.
        Generate {
            /// May be empty.
            name: String,
            /// An address such as `a@example.org`.
            email: String,
            /// At least `limits::MIN_PASSPHRASE` characters.
            passphrase: Secret,
            /// The algorithms.
            key_kind: KeyKind,
            /// Days until it expires; `None` means never.
            expires_days: Option<u32>,
        },
        /// *Window.* Reads keys without storing anything.
        PreviewImport {
            /// Armored (possibly several blocks in other text) or binary.
            data: Bytes,
        },
        /// *Window.* Stores the chosen keys of `data`, merging with what is there.
        Import {
            /// The same bytes as were previewed.
            data: Bytes,
            /// The chosen certificates.
            accept: Vec<Fingerprint>,
            /// As [`ImportPreview::passphrase`] says.
            passphrase: Option<Secret>,
            /// Secret parts of `data` that `passphrase` opens take the place of the stored ones.
            replace: bool,
            /// With `replace`: the passphrase of the stored key, for parts that `passphrase` does not open.
            stored: Option<Secret>,
            /// With `replace`: such parts keep their passphrase, which the user does not know any more.
            apart: bool,
            /// When a key was first stored that was deleted a moment ago and comes back as it was: it may have no valid user ID.
            added: Option<Time>,
        },
        /// *Window.* The armored certificate.
        PublicKey {
            /// Which.
            key: Fingerprint,
            /// How much of it.
            form: PublicForm,
        },
        /// *Window.* Changes an own key.
        Edit {
            /// Which.
            key: Fingerprint,
            /// Its passphrase: asked for each change, so that nobody else changes a key that stands open.
            passphrase: Secret,
            /// What.
            change: KeyChange,
        },
        /// *Window.* The armored revocation certificate of an own key. It withdraws the key of whoever imports it.
        RevocationCertificate {
            /// Which.
            key: Fingerprint,
            /// Its passphrase; needed when none was made with the key (`KeyInfo::has_revocation`).
            passphrase: Option<Secret>,
        },
        /// *Window.* The armored secret key, protected by a passphrase.
        ExportSecret {
            /// Which.
            key: Fingerprint,
            /// Its passphrase.
            passphrase: Secret,
            /// The protection of the export.
            form: ExportForm,
        },
        /// *Window.* Deletes a key; a secret key only when `secret` says so.
        Delete {
            /// Which.
            key: Fingerprint,
            /// The user confirmed to lose the secret key.
            secret: bool,
        },
        /// *Window.* Unlocks one own key.
        Unlock {
            /// Which.
            key: Fingerprint,
            /// Its passphrase.
            passphrase: Secret,
        },
        /// Locks all keys now.
        Lock {},
        /// *Window.* Changes settings.
        SetSettings {
            /// Those that change.
            change: SettingsChange,
        },
        /// *Window.* Switches a site on or off; the page has asked the browser for the permission before.
        SetSite {
            /// Such as `https://mail.example.org` (with the port, if any).
            origin: String,
            /// On or off.
            enabled: bool,
        },
        /// *Window.* The state of each recipient's key, and the certificates to encrypt to.
        Recipients {
            /// Addresses as typed; names around them are cut off.
            addresses: Vec<String>,
        },
        /// *Window.* Signs a digest made by this window's engine.
        Sign {
            /// What and by whom.
            request: SignRequest,
        },
        /// The user's own sign. A frame has to show a claimed view.
        Emblem {},
        /// *Window.* Makes another sign at random and stores it.
        NewEmblem {},
        /// *Window.* Stores the sign that the user chose.
        SetEmblem {
            /// Its own words are cleaned first.
            emblem: Emblem,
        },
    }
}

/// What the vault answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum UiReply {
    /// Done; nothing to tell.
    Done {},
    /// Answer to `status`.
    Status {
        /// Own keys that are unlocked now.
        unlocked: Vec<Fingerprint>,
        /// When they lock, if a time is set.
        locks_at: Option<Time>,
        /// Number of own keys.
        own_keys: u32,
        /// Number of other people's keys.
        contacts: u32,
        /// As set.
        settings: Settings,
        /// Origins that are switched on.
        sites: Vec<String>,
        /// Stored records that could not be read; they are kept untouched.
        damaged: u32,
    },
    /// Answer to `claim_view`.
    View {
        /// What the block says it is; `None` for a composer.
        form: Option<Form>,
        /// The content script must show the same.
        proof: String,
        /// The document that asked.
        target: Target,
    },
    /// Answer to `decipher`.
    SessionKey {
        /// Symmetric algorithm number when the PKESK named one (v3), RFC 9580, 9.3.
        algorithm: Option<u8>,
        /// Base64 of the key.
        key: Secret,
        /// Which own key opened it.
        opened_by: Opener,
    },
    /// Answer to `decipher` and `sign`: an own key fits but is locked.
    Locked {
        /// Any of them would do.
        keys: Vec<KeyInfo>,
    },
    /// Answer to `take_password`.
    Password {
        /// `None` while nothing was typed.
        password: Option<Secret>,
    },
    /// Answer to `certificates`.
    Certificates {
        /// Binary transferable public keys (RFC 9580, 10.1), without duplicates.
        certificates: Vec<Bytes>,
        /// What the user says of them; those of which nothing is said are left out.
        vouched: Vec<Vouched>,
    },
    /// Answer to `offers`.
    Offered {
        /// Those that are not here, and those that make more of what is here than it is now.
        keys: Vec<Fingerprint>,
    },
    /// Answer to `staged`.
    Staged {
        /// As given.
        data: Bytes,
    },
    /// Answer to `staged_lookup`.
    Wanted {
        /// As given, names around the address cut off.
        wanted: Wanted,
    },
    /// Answer to `plan_lookup`.
    Lookups {
        /// As understood.
        wanted: Wanted,
        /// The places, each with its first request.
        places: Vec<Lookup>,
    },
    /// Answer to `judge_answer`: nothing yet, the same place is to be asked this.
    AskNext {
        /// The next request.
        request: KeyRequest,
    },
    /// Answer to `judge_answer`: for a preview, and `import` after it.
    Found {
        /// The certificates, one after the other, without what the place cannot speak for.
        data: Bytes,
        /// Which they are.
        keys: Vec<Fingerprint>,
        /// What else was in the answer.
        skipped: Vec<SkippedKey>,
    },
    /// Answer to `unlock_request`.
    UnlockRequest {
        /// Own keys of which one is wanted; the first is the best guess.
        keys: Vec<KeyInfo>,
    },
    /// Answer to `list_keys`.
    Keys {
        /// With a secret key.
        own: Vec<KeyInfo>,
        /// Without.
        contacts: Vec<KeyInfo>,
    },
    /// Answer to `generate`.
    Generated {
        /// The new key, unlocked and stored.
        key: KeyInfo,
    },
    /// Answer to `edit`.
    Edited {
        /// The key that was changed, after it.
        key: KeyInfo,
    },
    /// Answer to `preview_import`.
    Preview {
        /// What can be imported.
        keys: Vec<ImportPreview>,
        /// What cannot, and why.
        skipped: Vec<SkippedKey>,
    },
    /// Answer to `import`.
    Imported {
        /// One per accepted key.
        outcomes: Vec<ImportOutcome>,
    },
    /// Answer to `public_key`, `export_secret` and `revocation_certificate`.
    Armored {
        /// The block.
        armored: Secret,
        /// A good name for a file.
        file_name: String,
    },
    /// Answer to `recipients`.
    Recipients {
        /// One per asked address, in order.
        recipients: Vec<RecipientInfo>,
        /// The own key that would sign and be encrypted to, if there is one.
        own: Option<KeyInfo>,
        /// The certificate of `own`.
        own_certificate: Option<Bytes>,
    },
    /// Answer to `sign`.
    Signature {
        /// The signature's algorithm-specific fields exactly as they stand in a signature packet (RFC 9580, 5.2.3).
        signature: Bytes,
    },
    /// Answer to `emblem`, `new_emblem` and `set_emblem`.
    Emblem {
        /// As it is shown from now on.
        emblem: Emblem,
    },
    /// No; with what the page needs to explain it.
    Refused {
        /// Why.
        error: ErrorCode,
        /// More, when the code alone is not enough.
        detail: Option<Refusal>,
    },
}
