//! Certificates (transferable public keys, RFC 9580, 10.1): reading, one canonical form, merging, describing.
//!
//! A certificate is kept as the packets that it came with. Nothing that somebody added can remove anything: each
//! signature is judged by itself, those that do not verify have no influence and stay in the bytes, so that a merge
//! loses nothing. Only a copy with a packet that must be known and is not (RFC 9580, 4.3) is refused as a whole. Whether a key may be *used* is [`crate::policy`]'s matter.

mod check;
mod domain;
mod flood;
mod info;
mod issuer;
mod lenient;
mod lone;
mod merge;
pub(crate) mod packets;
mod parse;
mod read;
mod revoker;
mod share;
pub(crate) mod signature;
mod text;
mod user_id;
mod work;

use std::borrow::Cow;

use pgp::packet::{PublicKey, PublicSubkey, Signature, SignatureType, SubpacketData, UserId};
use pgp::types::KeyDetails;

use self::check::Check;
pub(crate) use self::domain::ascii_domain;
pub use self::issuer::Issuer;
pub(crate) use self::lenient::read_signature;
use self::packets::tag;
use self::parse::Forged;
pub use self::read::{ReadKey, ReadKeys};
use self::revoker::Designated;
pub(crate) use self::share::is_local;
use self::signature::Sig;
#[cfg(test)]
pub(crate) use self::text::is_misleading;
pub(crate) use self::text::safe_line;
pub use self::text::safe_text;
pub(crate) use self::text::{clean_text, misleads};
pub use self::user_id::{ParsedUserId, parse_address, parse_user_id};
pub(crate) use self::work::{Work, verifying};
use crate::armor::{self, Checksum, Kind};
use crate::limits;
use crate::policy::ComponentKey;
use crate::wire::{ErrorCode, Fingerprint, KeyInfo, Time};

/// Why something is not a certificate that we can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertError {
    /// No key at all.
    #[error("no key in the data")]
    NotAKey,
    /// A revocation certificate alone.
    #[error("a revocation certificate without its key")]
    LoneRevocation,
    /// Armor that cannot be decoded.
    #[error("broken armor")]
    BrokenArmor,
    /// Packets that make no sense.
    #[error("malformed packets")]
    Malformed,
    /// The data ends inside a packet.
    #[error("truncated data")]
    Truncated,
    /// A named limit was met.
    #[error("over the limit of {0}")]
    Limit(u32),
    /// A key of version 2 or 3: its fingerprint can be forged (RFC 9580, 5.5.2.1).
    #[error("key of an old version")]
    OldVersion,
    /// A key of version 5, which only LibrePGP has.
    #[error("key of LibrePGP")]
    LibrePgp,
    /// A key of a version that nobody knows yet.
    #[error("unsupported key version")]
    Unsupported,
    /// Two different certificates where one was expected.
    #[error("certificates of different keys")]
    Different,
}

impl CertError {
    /// What to say of a key of a version other than 4 and 6.
    pub(crate) fn version(version: u8) -> Self {
        match version {
            2 | 3 => Self::OldVersion,
            5 => Self::LibrePgp,
            _ => Self::Unsupported,
        }
    }

    /// The code that crosses the wall.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::NotAKey => ErrorCode::NotAKey,
            Self::LoneRevocation => ErrorCode::LoneRevocation,
            Self::BrokenArmor => ErrorCode::BrokenArmor,
            Self::Malformed | Self::Different => ErrorCode::Malformed,
            Self::Truncated => ErrorCode::Truncated,
            Self::Limit(_) => ErrorCode::Limit,
            Self::OldVersion => ErrorCode::OldKey,
            Self::LibrePgp => ErrorCode::LibrepgpKey,
            Self::Unsupported => ErrorCode::Unsupported,
        }
    }
}

/// The primary key and the signatures directly on it.
#[derive(Clone, Debug)]
pub(crate) struct Primary {
    pub(crate) key: PublicKey,
    /// Computed once: a large keyring asks for it often.
    pub(crate) fingerprint: pgp::types::Fingerprint,
    pub(crate) id: pgp::types::KeyId,
    pub(crate) body: Vec<u8>,
    pub(crate) signatures: Vec<Sig>,
    /// What others may have said of it.
    pub(crate) designated: Designated,
}

/// A user ID with its certifications.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) signatures: Vec<Sig>,
}

/// A subkey with its bindings.
#[derive(Clone, Debug)]
pub(crate) struct Subkey {
    pub(crate) key: PublicSubkey,
    pub(crate) body: Vec<u8>,
    pub(crate) signatures: Vec<Sig>,
}

/// Something that is carried along: a user attribute, or a subkey that the engine cannot read.
#[derive(Clone, Debug)]
pub(crate) struct Opaque {
    pub(crate) tag: u8,
    pub(crate) body: Vec<u8>,
    pub(crate) signatures: Vec<Sig>,
}

impl Opaque {
    /// Microseconds that it takes to find out that it cannot be read.
    fn reading(&self) -> u32 {
        match self.tag {
            tag::PUBLIC_SUBKEY => work::reading(&self.body),
            _ => 0,
        }
    }
}

/// One transferable public key in canonical form: components without duplicates, each followed by its signatures.
#[derive(Clone, Debug)]
pub struct Certificate {
    pub(crate) primary: Primary,
    pub(crate) users: Vec<User>,
    pub(crate) subkeys: Vec<Subkey>,
    pub(crate) opaque: Vec<Opaque>,
}

impl Certificate {
    /// Reads exactly one binary certificate.
    ///
    /// # Errors
    /// [`CertError::NotAKey`] when the data is something else or holds secret keys or several certificates.
    pub fn from_bytes(data: &[u8]) -> Result<Self, CertError> {
        Self::from_bytes_within(data, &mut Work::new(limits::MAX_CERTIFICATE_WORK))
    }

    /// Reads what this program stored. Another version of it may have counted differently what that costs; then what the owner
    /// did not sign goes, so that nothing of a stored key is lost.
    pub(crate) fn from_stored(data: &[u8]) -> Result<Self, CertError> {
        match Self::from_bytes(data) {
            Err(CertError::Limit(_)) => {
                let mut work = Work::new(limits::MAX_STORED_WORK);
                Self::read_within(data, Forged::Go, &mut work)
            }
            read => read,
        }
    }

    /// The same as [`Self::from_bytes`] as a part of something larger.
    pub(crate) fn from_bytes_within(data: &[u8], work: &mut Work) -> Result<Self, CertError> {
        work.within(limits::MAX_CERTIFICATE_WORK, |work| {
            Self::read_within(data, Forged::Stay, work)
        })
    }

    fn read_within(data: &[u8], forged: Forged, work: &mut Work) -> Result<Self, CertError> {
        if data.len() > limits::MAX_IMPORT {
            return Err(CertError::Limit(limits::MAX_IMPORT as u32));
        }
        let (packets, error) = packets::split(data);
        if let Some(error) = error {
            return Err(error);
        }
        if packets
            .iter()
            .any(|p| matches!(p.tag, tag::SECRET_KEY | tag::SECRET_SUBKEY))
        {
            return Err(CertError::NotAKey);
        }
        parse::certificate(&packets, forged, work)
    }

    /// Reads all keys in `data`: armored blocks in any other text, or binary; public or secret.
    ///
    /// Never fails as a whole: what cannot be used is in [`ReadKeys::skipped`].
    pub fn read_many(data: &[u8]) -> ReadKeys {
        read::read_many(data, &|_| Vec::new())
    }

    /// The same, with the keys of which only a revocation certificate is in `data`: `stored` gives the bodies of the packets
    /// of stored primary keys that an issuer may be.
    pub(crate) fn read_update(data: &[u8], stored: impl Fn(&Issuer) -> Vec<Vec<u8>>) -> ReadKeys {
        read::read_many(data, &stored)
    }

    /// Fingerprint of the primary key.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::from_bytes(self.primary.fingerprint.as_bytes())
    }

    /// 4 or 6.
    pub fn version(&self) -> u8 {
        self.primary.key.version().into()
    }

    /// When the primary key was made, as it says.
    pub fn created(&self) -> Time {
        self.primary.key.created_at().as_secs()
    }

    /// The canonical bytes: equal for equal content, whatever the order in which it arrived.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut put = |tag: u8, body: &[u8], signatures: &[Sig]| {
            packets::write(&mut out, tag, body);
            for signature in signatures {
                packets::write(&mut out, tag::SIGNATURE, signature.body());
            }
        };
        put(
            tag::PUBLIC_KEY,
            &self.primary.body,
            &self.primary.signatures,
        );
        for user in &self.users {
            put(tag::USER_ID, user.id.id(), &user.signatures);
        }
        let attributes = |o: &&Opaque| o.tag == tag::USER_ATTRIBUTE;
        for other in self.opaque.iter().filter(attributes) {
            put(other.tag, &other.body, &other.signatures);
        }
        for subkey in &self.subkeys {
            put(tag::PUBLIC_SUBKEY, &subkey.body, &subkey.signatures);
        }
        for other in self.opaque.iter().filter(|o| !attributes(o)) {
            put(other.tag, &other.body, &other.signatures);
        }
        out
    }

    /// The canonical bytes as an armored block without headers.
    pub fn armored(&self) -> String {
        armor::write(Kind::PublicKey, &self.to_bytes(), self.checksum())
    }

    /// What the armor of this key ends with. GnuPG 2.2 needs the checksum; version 6 must not have it.
    pub(crate) fn checksum(&self) -> Checksum {
        match self.version() {
            6 => Checksum::None,
            _ => Checksum::Crc24,
        }
    }

    /// What to call it, safe to show: the primary user ID, or the first.
    pub(crate) fn name(&self, now: Time) -> Option<String> {
        info::name(self, now)
    }

    /// A description that is safe to show.
    pub fn info(&self, now: Time) -> KeyInfo {
        info::info(self, now)
    }

    /// Whether a user ID with this address has a valid self-signature at `now` and is not revoked.
    /// Addresses are compared without regard to case.
    pub fn has_address(&self, address: &str, now: Time) -> bool {
        parse_address(address)
            .is_some_and(|wanted| crate::policy::addresses(self, now).any(|have| have == wanted))
    }

    /// Everything of `self` and `other`, which must have the same primary key.
    ///
    /// # Errors
    /// [`CertError::Different`]; [`CertError::Limit`] when the result would be too large or takes too long to bring in
    /// order.
    pub fn merge(&self, other: &Self) -> Result<Self, CertError> {
        self.merge_beside(other, &[])
    }

    /// The same in a keyring that holds the own keys `own`: what they certified is never dropped for want of room.
    ///
    /// # Errors
    /// As [`Self::merge`].
    pub fn merge_beside(&self, other: &Self, own: &[&Self]) -> Result<Self, CertError> {
        let mut work = Work::new(limits::MAX_CERTIFICATE_WORK);
        self.merge_within(other, own, &[], &mut work)
    }

    /// The same as a part of something larger, where certificates of designated revokers are `known`: what they say comes in
    /// before all that is only said in their name, which goes.
    pub(crate) fn merge_within(
        &self,
        other: &Self,
        own: &[&Self],
        known: &[&Self],
        work: &mut Work,
    ) -> Result<Self, CertError> {
        work.within(limits::MAX_CERTIFICATE_WORK, |work| {
            merge::merge(self, other, own, known, work)
        })
    }
}

impl Primary {
    /// A primary key without signatures.
    fn new(key: PublicKey, body: &[u8]) -> Self {
        Self {
            fingerprint: key.fingerprint(),
            id: key.legacy_key_id(),
            key,
            body: body.to_vec(),
            signatures: Vec::new(),
            designated: Designated::default(),
        }
    }

    /// Signatures of the key on itself that verify: direct-key signatures and revocations.
    pub(crate) fn own(&self) -> impl Iterator<Item = &Signature> {
        let check = Check::direct(self);
        claimed(&self.signatures).filter_map(move |sig| sig.verified(|s| check.genuine(s)))
    }
}

impl Primary {
    /// Revocations of the key by itself and by those whom its owner lets do it.
    pub(crate) fn revocations(&self) -> impl Iterator<Item = &Signature> {
        let authorized = self.signatures.iter().filter(|s| s.is_authorized());
        self.own()
            .filter(|s| s.typ() == Some(SignatureType::KeyRevocation))
            .chain(authorized.filter_map(Sig::parsed))
    }

    /// Whether there may be a revocation that nobody could look at.
    pub(crate) fn may_be_revoked(&self) -> bool {
        self.designated.cut || self.designated.late
    }
}

impl User {
    /// The text, with whatever is not UTF-8 replaced.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.id.id())
    }

    /// Certifications and their revocations by the certificate's own primary key that verify.
    pub(crate) fn own<'a>(&'a self, primary: &'a Primary) -> impl Iterator<Item = &'a Signature> {
        let check = Check::user(primary, self);
        claimed(&self.signatures).filter_map(move |sig| sig.verified(|s| check.genuine(s)))
    }
}

impl Subkey {
    /// Bindings and revocations by the certificate's own primary key that verify.
    pub(crate) fn own<'a>(&'a self, primary: &'a Primary) -> impl Iterator<Item = &'a Signature> {
        let check = Check::subkey(primary, self);
        claimed(&self.signatures).filter_map(move |sig| sig.verified(|s| check.genuine(s)))
    }

    /// Back-signatures (type 0x19) in `binding` by this subkey over the primary key that verify. They prove
    /// themselves, so that either area will do; there may be others that do not fit.
    pub(crate) fn back_signatures<'a>(
        &'a self,
        binding: &'a Signature,
        primary: &'a Primary,
    ) -> impl Iterator<Item = &'a Signature> {
        let verify = || self.check_backs(binding, primary);
        let holds = |sig: &&Sig| sig.parsed().is_some_and(|s| std::ptr::eq(s, binding));
        let good = match self.signatures.iter().find(holds) {
            Some(sig) => sig.backs(verify).to_vec(),
            None => verify(),
        };
        let all = embedded(binding).zip(good);
        all.filter_map(|(back, good)| good.then_some(back))
    }

    /// Which of the signatures in `binding` verify as back-signatures.
    fn check_backs(&self, binding: &Signature, primary: &Primary) -> Vec<bool> {
        let all = embedded(binding).take(limits::MAX_EMBEDDED);
        all.map(|back| {
            back.typ() == Some(SignatureType::KeyBinding)
                && back
                    .verify_primary_key_binding(&ComponentKey::Subkey(&self.key), &primary.key)
                    .is_ok()
        })
        .collect()
    }
}

/// The signatures in the subpackets of another, in either area.
fn embedded(signature: &Signature) -> impl Iterator<Item = &Signature> {
    let areas = signature
        .config()
        .map(|c| [&c.hashed_subpackets, &c.unhashed_subpackets]);
    let subpackets = areas.into_iter().flatten().flatten();
    subpackets.filter_map(|s| match &s.data {
        SubpacketData::EmbeddedSignature(back) => Some(&**back),
        _ => None,
    })
}

/// Signatures worth verifying. Their number is limited when a certificate is read.
fn claimed(all: &[Sig]) -> impl Iterator<Item = &Sig> {
    all.iter().filter(|sig| sig.is_claimed())
}

#[cfg(test)]
mod tests;
