//! Changes to an own key.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use tsify::Tsify;

use super::{Bytes, Fingerprint, Secret};
use crate::tree::tagged;

/// The kind of a new subkey for encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum SubkeyKind {
    /// X25519.
    Curve25519,
    /// ML-KEM-768+X25519 (RFC 9980).
    PostQuantum,
}

/// Why a key is withdrawn (RFC 9580, 5.2.3.31).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum RevocationReason {
    /// Not said: everything that the key ever did becomes doubtful.
    NotSaid,
    /// Somebody else may have it: everything that the key ever did becomes doubtful.
    Compromised,
    /// Another key takes its place.
    Superseded,
    /// It is no longer used.
    Retired,
}

/// How well a user ID was checked before it was certified (RFC 9580, 5.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum CertifyLevel {
    /// Not said (type 0x10): what most programs make.
    NotSaid,
    /// Casually (type 0x12).
    Casual,
    /// Carefully (type 0x13).
    Careful,
}

tagged! {
    "kind"
    /// One change. Each is stored completely or not at all. Times are counted from now.
    #[derive(Clone, Debug, Serialize)]
    #[cfg_attr(feature = "typescript", derive(Tsify))]
    pub enum KeyChange {
        /// Adds a user ID.
        AddUserId {
            /// May be empty.
            name: String,
            /// An address such as `a@example.org`.
            email: String,
            /// It becomes the primary one.
            primary: bool,
        },
        /// Withdraws a user ID.
        RevokeUserId {
            /// `UserIdInfo::id`
            user_id: Bytes,
        },
        /// Makes a user ID the primary one.
        PrimaryUserId {
            /// `UserIdInfo::id`
            user_id: Bytes,
        },
        /// Sets when the key ends.
        Expiry {
            /// One component key; `None` means the key and its subkeys together.
            component: Option<Fingerprint>,
            /// Days from now; `None` means never.
            days: Option<u32>,
        },
        /// Gives the key another passphrase.
        Passphrase {
            /// At least `limits::MIN_PASSPHRASE` characters.
            new: Secret,
        },
        /// Adds a subkey for encryption.
        AddSubkey {
            /// Its algorithm.
            subkey_kind: SubkeyKind,
            /// Days from now until it ends; `None` means that it ends with the key.
            days: Option<u32>,
        },
        /// Withdraws a subkey.
        RevokeSubkey {
            /// Which.
            component: Fingerprint,
            /// Why.
            reason: RevocationReason,
        },
        /// New subkeys for encryption in the place of those in use.
        RotateEncryption {},
        /// Withdraws the whole key.
        Revoke {
            /// Why.
            reason: RevocationReason,
            /// In the owner's words, for people; may be empty. Published with the key.
            text: String,
        },
        /// Certifies a user ID of another key, or does so again: the newest certification counts.
        Certify {
            /// Whose.
            certificate: Fingerprint,
            /// `UserIdInfo::id`
            user_id: Bytes,
            /// How well it was checked.
            level: CertifyLevel,
            /// Given out with the other key; otherwise it stays here.
            exportable: bool,
        },
        /// Takes back the certification of a user ID of another key.
        RevokeCertification {
            /// Whose.
            certificate: Fingerprint,
            /// `UserIdInfo::id`
            user_id: Bytes,
        },
    }
}
