//! How keys are described to people.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use tsify::Tsify;

use super::{Bytes, ErrorCode, Fingerprint, Time};

/// The algorithms of a new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum KeyKind {
    /// Version 4, Ed25519 (legacy EdDSA id 22) and X25519 (ECDH id 18), as every program in use reads.
    Curve25519V4,
    /// Version 4, RSA 3072 for both.
    Rsa3072,
    /// Version 4, RSA 4096 for both.
    Rsa4096,
    /// Version 6, Ed25519 and X25519 (RFC 9580).
    Curve25519V6,
    /// As `Curve25519V4`, with a second subkey for encryption: ML-KEM-768+X25519 (RFC 9980). Thunderbird
    /// refuses to import it, and GnuPG uses only the rest of it; its classic form is for them.
    PostQuantumV4,
}

/// Whether a certificate can be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum KeyState {
    /// Usable.
    Valid,
    /// Its time is over.
    Expired,
    /// Its owner (or whoever held the revocation) withdrew it.
    Revoked,
    /// Its creation lies in the future.
    NotYetValid,
    /// No valid self-signature, or nothing that policy accepts.
    Unusable,
}

/// What a component key may be used for (RFC 9580, 5.2.3.29).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum KeyUse {
    /// Certify other keys.
    Certify,
    /// Sign documents.
    Sign,
    /// Encrypt messages or files.
    Encrypt,
    /// Authenticate.
    Authenticate,
}

/// Why a certificate or a component key cannot be used. Each has a text of its own (`reason_*` in `_locales`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum Reason {
    /// Expired at the time asked.
    Expired,
    /// Revoked for a reason that makes all its uses doubtful (compromised, or no reason given).
    RevokedHard,
    /// Retired or superseded.
    RevokedSoft,
    /// More revocations are in the name of those who may revoke it than can be kept or verified: one could be genuine.
    MaybeRevoked,
    /// Created after the time asked.
    NotYetValid,
    /// No valid self-signature binds it.
    NotBound,
    /// Its oldest binding is newer than the time asked.
    BoundLater,
    /// A signing subkey without a valid primary key binding (back-signature).
    NoBackSignature,
    /// Key flags do not allow this use.
    WrongFlags,
    /// RSA under 2048 bits, or another parameter that is too weak.
    WeakKey,
    /// An algorithm that is not accepted (DSA, ElGamal, unknown).
    WeakAlgorithm,
    /// Only bound by a signature over SHA-1, MD5 or RIPEMD-160.
    WeakHash,
    /// A critical subpacket or notation that is not understood (RFC 9580, 5.2.3.7).
    UnknownCritical,
    /// No component key for this use at all.
    NoSuchComponent,
    /// The engine cannot compute with this algorithm or version.
    Unsupported,
    /// No user ID with a valid self-signature.
    NoUserId,
    /// It was confirmed and cannot be used any more; the other keys for its address were not confirmed.
    OthersUnconfirmed,
    /// The signature names for whom it was made, and the reader is not among them (RFC 9580, 5.2.3.36).
    MeantForOthers,
    /// The signature is of a type that says nothing about a text, but on a key, a time or another signature (RFC 9580,
    /// 5.2.1).
    WrongType,
}

impl Reason {
    /// The key was withdrawn, or may have been.
    pub(crate) fn is_withdrawn(&self) -> bool {
        matches!(
            self,
            Self::RevokedHard | Self::RevokedSoft | Self::MaybeRevoked
        )
    }
}

/// One user ID (RFC 9580, 5.11), made safe to show: control, bidirectional and zero-width characters replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct UserIdInfo {
    /// The packet's content, to name this one in a change.
    pub id: Bytes,
    /// The whole, for display.
    pub text: String,
    /// The part before the address; may be empty.
    pub name: String,
    /// The address in lower case, if there is a proper one.
    pub email: Option<String>,
    /// Has a valid self-signature now.
    pub valid: bool,
    /// Withdrawn by the owner.
    pub revoked: bool,
    /// Own keys that certified it, and whose certification is in force; also when the key or this user ID has ended since.
    pub certified: Vec<Certifier>,
}

/// An own key that certified somebody's user ID (RFC 9580, 5.2.1.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct Certifier {
    /// Which.
    pub key: Fingerprint,
    /// It is given out with the certified key.
    pub exportable: bool,
}

/// What the user says of a certificate, by having its secret part or by certifying it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct Vouched {
    /// Which.
    pub certificate: Fingerprint,
    /// It is an own one.
    pub own: bool,
    /// The packets' content of those user IDs that an own key certified, and whose certification is in force.
    pub user_ids: Vec<Bytes>,
}

/// Whether the user knows that a key belongs to whom it names. What is worth less comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum Confirmation {
    /// No: anybody can write any name into a key.
    Unconfirmed,
    /// An own key has certified the name.
    Confirmed,
    /// It is an own key.
    Own,
}

/// One component key: the primary key or a subkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct ComponentInfo {
    /// Its own fingerprint.
    pub fingerprint: Fingerprint,
    /// Such as `Ed25519` or `RSA 3072`.
    pub algorithm: String,
    /// When it was made.
    pub created: Time,
    /// When it ends.
    pub expires: Option<Time>,
    /// It withstands quantum computers too (RFC 9980).
    pub post_quantum: bool,
    /// What the binding allows.
    pub uses: Vec<KeyUse>,
    /// Why it cannot be used now; empty when it can.
    pub reasons: Vec<Reason>,
}

/// What the key manager shows of one certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct KeyInfo {
    /// Of the primary key.
    pub fingerprint: Fingerprint,
    /// 4 or 6.
    pub version: u8,
    /// The primary user ID first. May be empty.
    pub user_ids: Vec<UserIdInfo>,
    /// The primary key first.
    pub components: Vec<ComponentInfo>,
    /// When the primary key was made.
    pub created: Time,
    /// When the certificate ends.
    pub expires: Option<Time>,
    /// Now.
    pub state: KeyState,
    /// Why it is not valid; for `valid` keys why it cannot encrypt or sign, if so.
    pub reasons: Vec<Reason>,
    /// Somebody can encrypt to it now.
    pub can_encrypt: bool,
    /// Its signatures of now are accepted.
    pub can_sign: bool,
    /// The secret key is stored here.
    pub secret: bool,
    /// The secret key is unlocked, with all parts that a passphrase opens.
    pub unlocked: bool,
    /// It is unlocked, and other parts of it have another passphrase.
    pub partly_unlocked: bool,
    /// A revocation certificate made with the key is stored here.
    pub has_revocation: bool,
    /// It can be given out without its post-quantum subkeys.
    pub classic_form: bool,
    /// When it was stored; `None` in a preview.
    pub added: Option<Time>,
}

/// One key of an import, before anything is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct ImportPreview {
    /// As it is in the data.
    pub key: KeyInfo,
    /// Already stored: the import merges.
    pub known: bool,
    /// The data holds something that is not stored yet.
    pub news: bool,
    /// With the data the stored key is withdrawn for good, which it is not yet.
    pub revokes: bool,
    /// The data holds a secret part that is stored too, maybe under another passphrase. The stored one stays, unless
    /// `UiCall::Import` says `replace`.
    pub other_secret: bool,
    /// The stored secret key has parts that the data lacks: with `replace` its passphrase is needed as well.
    pub lacks_parts: bool,
    /// The data holds secret parts that no passphrase protects.
    pub in_clear: bool,
    /// What `UiCall::Import` needs, as long as it does not say `replace`; then that of the data, or a new one for what is in clear.
    pub passphrase: WantedPassphrase,
    /// Another stored certificate has one of these addresses: the user should be told.
    pub same_address: Vec<Fingerprint>,
}

/// The passphrase that an import needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum WantedPassphrase {
    /// None: nothing in clear is to be stored, and nothing that comes to a key with a passphrase.
    None,
    /// A new one.
    Fresh,
    /// That of the stored key: further parts of it come, in clear or under the same.
    Stored,
}

/// Part of an import that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct SkippedKey {
    /// When it could be read that far.
    pub fingerprint: Option<Fingerprint>,
    /// Why.
    pub error: ErrorCode,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct ImportOutcome {
    /// After the import.
    pub key: KeyInfo,
    /// It was not there before.
    pub new: bool,
    /// It was there and has changed.
    pub changed: bool,
}

/// Whether a message can be encrypted to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum RecipientState {
    /// Yes.
    Ready,
    /// No key for it.
    NoKey,
    /// There is one, but it cannot be used: see the reasons.
    Unusable,
    /// That is not an address.
    NotAnAddress,
}

/// One recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct RecipientInfo {
    /// The address in lower case, or the text as it was typed when it is none.
    pub address: String,
    /// Can it be done?
    pub state: RecipientState,
    /// The chosen key, or the best of those that cannot be used.
    pub key: Option<KeyInfo>,
    /// Why that key cannot be used.
    pub reasons: Vec<Reason>,
    /// More than one usable key has this address: the newest of those that are known to be the owner's was chosen, or the newest
    /// of all where none is.
    pub several: bool,
    /// Whether the chosen key is known to be that of who has this address; only when `ready`.
    pub confirmation: Option<Confirmation>,
    /// It was, until the own key ended with which it was confirmed: therefore it comes before newer ones that nobody knows.
    pub once_confirmed: bool,
    /// Binary certificate to encrypt to; only when `ready`.
    pub certificate: Option<Bytes>,
}
