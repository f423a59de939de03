//! One signature packet of a certificate, kept byte for byte and verified at most once.

use std::sync::OnceLock;

use pgp::packet::{PacketHeader, Signature, SignatureType};
use pgp::types::Tag;

use super::Primary;
use crate::limits;
use crate::policy;

/// A signature as it was received.
///
/// Whatever cannot be parsed or verified has no influence, but stays in the bytes.
#[derive(Clone, Debug)]
pub(crate) struct Sig {
    body: Vec<u8>,
    parsed: Option<Box<Signature>>,
    own: OnceLock<bool>,
}

impl Sig {
    pub(crate) fn new(body: &[u8]) -> Self {
        let parsed = u32::try_from(body.len())
            .ok()
            .filter(|_| body.len() <= limits::MAX_SIGNATURE)
            .and_then(|length| {
                let header = PacketHeader::new_fixed(Tag::Signature, length);
                Signature::try_from_reader(header, body).ok()
            })
            .filter(|signature| {
                signature
                    .config()
                    .is_some_and(|c| policy::hash_fits(c.pub_alg, c.hash_alg))
            })
            .map(Box::new);
        Self {
            body: body.to_vec(),
            parsed,
            own: OnceLock::new(),
        }
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    pub(crate) fn parsed(&self) -> Option<&Signature> {
        self.parsed.as_deref()
    }

    pub(crate) fn typ(&self) -> Option<SignatureType> {
        self.parsed().and_then(Signature::typ)
    }

    /// Whether the signature names the primary key as its maker, or nobody.
    pub(crate) fn may_be_by(&self, primary: &Primary) -> bool {
        self.parsed().is_some_and(|signature| {
            let (ids, fingerprints) = (signature.issuer_key_id(), signature.issuer_fingerprint());
            (ids.is_empty() && fingerprints.is_empty())
                || ids.iter().any(|id| **id == primary.id)
                || fingerprints.iter().any(|f| **f == primary.fingerprint)
        })
    }

    /// The answer of `check`, asked once and remembered. `None` for a signature that cannot be parsed.
    pub(crate) fn verified(&self, check: impl FnOnce(&Signature) -> bool) -> Option<&Signature> {
        let signature = self.parsed()?;
        self.own
            .get_or_init(|| check(signature))
            .then_some(signature)
    }

    /// Order in the canonical form: revocations first, then by age, then by bytes.
    pub(crate) fn order(&self) -> (u8, u32, &[u8]) {
        let rank = match self.typ() {
            Some(
                SignatureType::KeyRevocation
                | SignatureType::SubkeyRevocation
                | SignatureType::CertRevocation,
            ) => 0,
            Some(_) => 1,
            None => 2,
        };
        let created = self.parsed().and_then(Signature::created);
        (rank, created.map_or(0, |t| t.as_secs()), &self.body)
    }

    /// For a signature without effect: is a critical subpacket of an unknown type the reason (RFC 9580, 5.2.3.7)? The
    /// engine cannot verify those.
    pub(crate) fn has_unknown_critical(&self) -> bool {
        unparsed_critical(&self.body).unwrap_or(false)
    }
}

/// Looks through the hashed area of a version 4 or 6 signature for a critical subpacket of a type without meaning.
fn unparsed_critical(body: &[u8]) -> Option<bool> {
    let (length, area) = match body.first()? {
        4 => (
            usize::from(u16::from_be_bytes(body.get(4..6)?.try_into().ok()?)),
            body.get(6..)?,
        ),
        6 => {
            let length = u32::from_be_bytes(body.get(4..8)?.try_into().ok()?);
            (usize::try_from(length).ok()?, body.get(8..)?)
        }
        _ => return None,
    };
    let mut area = area.get(..length)?;
    while let Some((&first, rest)) = area.split_first() {
        let (length, rest) = match first {
            0..=191 => (usize::from(first), rest),
            192..=254 => {
                let (&second, rest) = rest.split_first()?;
                (
                    (usize::from(first - 192) << 8) + 192 + usize::from(second),
                    rest,
                )
            }
            255 => {
                let (number, rest) = rest.split_at_checked(4)?;
                let length = u32::from_be_bytes(number.try_into().ok()?);
                (usize::try_from(length).ok()?, rest)
            }
        };
        let (subpacket, after) = rest.split_at_checked(length)?;
        let typ = subpacket.first()?;
        if typ & 0x80 != 0 && !is_known_subpacket(typ & 0x7f) {
            return Some(true);
        }
        area = after;
    }
    Some(false)
}

/// Subpacket types of RFC 9580, 5.2.3.7 whose meaning this program knows.
pub(crate) fn is_known_subpacket(typ: u8) -> bool {
    matches!(typ, 2..=7 | 9 | 11 | 12 | 16 | 20..=35 | 39)
}
