//! Small types that all messages share.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
#[cfg(feature = "typescript")]
use tsify::Tsify;
use zeroize::Zeroizing;

/// Seconds since 1970-01-01 UTC (RFC 9580, 3.5).
#[cfg_attr(feature = "typescript", tsify::declare)]
pub type Time = u32;

/// Public bytes; base64 on the wire.
#[derive(Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
#[cfg_attr(feature = "typescript", tsify(type = "string"))]
pub struct Bytes(pub Vec<u8>);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bytes({})", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD
            .decode(text)
            .map(Self)
            .map_err(|_| serde::de::Error::custom("not base64"))
    }
}

/// A passphrase or a session key: wiped when dropped, never shown by `Debug`.
///
/// On the wire it is text; what the text holds (UTF-8 or base64) is the field's own matter.
#[derive(Clone, Default)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
#[cfg_attr(feature = "typescript", tsify(type = "string"))]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over; the caller's copy is gone.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Wraps bytes as base64 text.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::new(STANDARD.encode(bytes))
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The bytes whose base64 this is; `None` when it is not base64.
    pub fn expose_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        STANDARD.decode(self.0.as_bytes()).ok().map(Zeroizing::new)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// A certificate's fingerprint as lower-case hexadecimal: 40 digits (v4) or 64 (v6) (RFC 9580, 5.5.4).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
#[cfg_attr(feature = "typescript", tsify(type = "string"))]
pub struct Fingerprint(String);

impl Fingerprint {
    /// From the raw bytes of a fingerprint.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        // Asked for often: without the formatting machinery.
        let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
        Self(
            bytes
                .iter()
                .flat_map(|b| [digit(b >> 4), digit(b & 0xf)])
                .collect(),
        )
    }

    /// The hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the key ID of such a key: the end of the fingerprint in version 4, its beginning in version 6
    /// (RFC 9580, 5.5.4.1 and 5.5.4.3).
    pub(crate) fn has_id(&self, id: &[u8]) -> bool {
        let id = Self::from_bytes(id).0;
        match self.0.len() {
            40 => self.0.ends_with(&id),
            _ => self.0.starts_with(&id),
        }
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = text.to_ascii_lowercase();
        let hex = text.bytes().all(|b| b.is_ascii_hexdigit());
        if hex && (text.len() == 40 || text.len() == 64) {
            Ok(Self(text))
        } else {
            Err("not a fingerprint")
        }
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The own key that opened a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct Opener {
    /// Its certificate.
    pub certificate: Fingerprint,
    /// Nobody should encrypt to the component key any more: it is too weak to keep others from reading.
    pub weak: bool,
    /// Which of the packets that were given it opened.
    pub packet: u32,
    /// A user ID of its certificate, made safe to show; empty when there is none.
    pub name: String,
}

/// What an armored block says it is (RFC 9580, 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum Form {
    /// `BEGIN PGP MESSAGE`
    Message,
    /// `BEGIN PGP SIGNED MESSAGE`: the cleartext signature framework (RFC 9580, 7).
    Signed,
    /// `BEGIN PGP PUBLIC KEY BLOCK`
    Key,
    /// No block: a whole mail (RFC 5322).
    Mail,
}

/// Who is calling, as the browser says (never as the message says).
///
/// The host copies it from `runtime.MessageSender`; `extension` is the host's own origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct Sender {
    /// `sender.url`
    pub url: String,
    /// `sender.origin`; missing on some internal calls.
    #[serde(default)]
    pub origin: Option<String>,
    /// `sender.tab.id`
    #[serde(default)]
    pub tab: Option<i32>,
    /// `sender.frameId`; 0 is the top frame. Firefox numbers frames beyond 32 bits.
    #[serde(default)]
    pub frame: Option<i64>,
    /// `sender.documentId`
    #[serde(default)]
    pub document: Option<String>,
}

/// A document in a tab: where an answer belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct Target {
    /// Tab number.
    pub tab: i32,
    /// Frame number in the tab; 0 is the top frame. Firefox numbers frames beyond 32 bits.
    pub frame: i64,
    /// The browser's identifier of the document; changes when the frame navigates.
    pub document: Option<String>,
    /// Origin of the page, such as `https://mail.example.org`.
    pub origin: String,
}
