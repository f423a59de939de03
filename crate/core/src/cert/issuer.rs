//! Who made a signature, as it says.

use pgp::packet::Signature;
use pgp::types::KeyDetails;

use crate::wire::Fingerprint;

/// How a signature or a session key packet names a component key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Issuer {
    /// A whole fingerprint.
    Fingerprint(Fingerprint),
    /// A key ID (RFC 9580, 5.5.4.1): eight bytes, so that somebody can make another key with it.
    KeyId([u8; 8]),
}

impl Issuer {
    /// What a signature says: its fingerprint if it has one, its key ID otherwise.
    pub fn of(signature: &Signature) -> Option<Self> {
        if let Some(fingerprint) = signature.issuer_fingerprint().first() {
            let fingerprint = Fingerprint::from_bytes(fingerprint.as_bytes());
            return Fingerprint::try_from(fingerprint.to_string())
                .ok()
                .map(Self::Fingerprint);
        }
        let id = signature.issuer_key_id().first().copied()?;
        Some(Self::KeyId(id.as_ref().try_into().ok()?))
    }

    /// Whether `key` is meant.
    pub fn matches(&self, key: &impl KeyDetails) -> bool {
        match self {
            Self::Fingerprint(f) => *f == Fingerprint::from_bytes(key.fingerprint().as_bytes()),
            Self::KeyId(id) => key.legacy_key_id().as_ref() == id,
        }
    }
}

impl std::str::FromStr for Issuer {
    type Err = &'static str;

    /// 16, 40 or 64 hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 16 {
            return Fingerprint::try_from(text.to_owned()).map(Self::Fingerprint);
        }
        let number = text.bytes().all(|b| b.is_ascii_hexdigit());
        match u64::from_str_radix(text, 16) {
            Ok(id) if number => Ok(Self::KeyId(id.to_be_bytes())),
            _ => Err("not a key ID"),
        }
    }
}

impl std::fmt::Display for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fingerprint(fingerprint) => fingerprint.fmt(f),
            Self::KeyId(id) => write!(f, "{:016x}", u64::from_be_bytes(*id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_ids_and_fingerprints_survive_text() {
        for text in ["0123456789abcdef", &"ab".repeat(20), &"cd".repeat(32)] {
            let issuer: Issuer = text.parse().expect(text);
            assert_eq!(issuer.to_string(), text);
        }
        for text in [
            "",
            "0123",
            "+123456789abcdef",
            "0123456789abcdeg",
            &"ab".repeat(21),
        ] {
            assert!(text.parse::<Issuer>().is_err(), "{text}");
        }
    }
}
