//! What a message is made of, told for people who ask how it is built. Nothing is decided by it: algorithms are the numbers
//! of RFC 9580, 9, and who shows them has the names.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use tsify::Tsify;

use super::Time;

/// Packets that stand beside each other, in their order. What is in the one that holds others (encrypted or compressed data)
/// is the level after this.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct PacketLevel {
    /// The first of them, and the one that holds the rest of the message.
    pub packets: Vec<PacketInfo>,
    /// How many there are besides.
    pub more: u32,
}

/// One packet, as it says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum PacketInfo {
    /// A session key for a public key (RFC 9580, 5.1).
    SessionKey {
        /// Of the packet.
        version: u8,
        /// Of the public key; 0 in a packet that cannot be read.
        algorithm: u8,
        /// Key ID or fingerprint in lower case; empty when it is hidden.
        key: String,
        /// It is the one that the message was opened with: what the own key is called that opened it.
        opened: Option<String>,
    },
    /// A session key for a password (RFC 9580, 5.3).
    Password {
        /// Of the packet.
        version: u8,
        /// What the session key is encrypted with; 0 in a packet that cannot be read.
        cipher: u8,
        /// The AEAD algorithm, from version 5 on.
        mode: Option<u8>,
        /// How a key is made of the password; nothing in a packet that cannot be read.
        s2k: Option<PasswordHashing>,
    },
    /// Encrypted data with its integrity protected (RFC 9580, 5.13; LibrePGP, 5.16).
    Encrypted {
        /// Of the packet.
        version: u8,
        /// The packet that only GnuPG writes.
        gnupg: bool,
        /// The cipher; of SEIPD version 1 the session key names it.
        cipher: Option<u8>,
        /// The AEAD algorithm; none with a modification detection code.
        mode: Option<u8>,
        /// Octets of a chunk, with an AEAD algorithm.
        chunk: Option<u32>,
        /// How many public keys it is for.
        keys: u32,
        /// How many passwords.
        passwords: u32,
    },
    /// Compressed data (RFC 9580, 5.6).
    Compressed {
        /// With what.
        algorithm: u8,
    },
    /// A signature (RFC 9580, 5.2).
    Signature {
        /// Of the packet.
        version: u8,
        /// What it is on.
        typ: u8,
        /// The hash algorithm; 0 in a packet that cannot be read.
        hash: u8,
        /// Of the key; 0 in a packet that cannot be read.
        algorithm: u8,
        /// Fingerprint or key ID of who made it, as it says; empty when it does not.
        issuer: String,
        /// When it was made, as it says.
        made: Option<Time>,
        /// Its place in the verdict; nothing for one that the verdict does not speak of.
        judged: Option<u32>,
    },
    /// The content itself (RFC 9580, 5.9).
    Literal {
        /// The letter that tells what it is.
        format: u8,
        /// Octets of it.
        size: u32,
    },
    /// Anything else, such as padding.
    Other {
        /// Its type.
        tag: u8,
        /// Octets of its body.
        size: u32,
    },
}

/// How a key is made of a password (RFC 9580, 3.7.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum PasswordHashing {
    /// Argon2id.
    Argon2 {
        /// Over the memory.
        passes: u8,
        /// At the same time.
        lanes: u8,
        /// It is two to the power of this, in KiB.
        memory: u8,
    },
    /// Hashed many times.
    Iterated {
        /// With what.
        hash: u8,
        /// Octets that are hashed.
        octets: u32,
    },
    /// Hashed once: weak.
    Once {
        /// With what; 0 when it is not known.
        hash: u8,
    },
}
