//! One signature of a message (RFC 9580, 5.2), judged by itself. One that cannot be parsed is an unusable signature,
//! not a broken message: whoever can append a packet must not be able to make the message unreadable.

use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::packet::{
    OnePassSignature, OpsVersionSpecific, PacketHeader, Signature, SignatureConfig, SignatureType,
    SignatureVersion, SignatureVersionSpecific, SubpacketData,
};
use pgp::types::{Fingerprint as RawFingerprint, KeyId, KeyVersion, Tag, VerifyingKey};

use super::limits;
use crate::cert::Issuer;
use crate::policy;
use crate::wire::engine::SignatureMode;
use crate::wire::packet::PacketInfo;
use crate::wire::{Fingerprint, Reason, Time};

/// Names of one signer that are looked up; more are of no use to an honest signature.
const MAX_ISSUERS_PER_SIGNATURE: usize = 4;

/// A signature packet of a message.
pub(crate) struct FoundSignature {
    /// The packet's body as it came.
    body: Vec<u8>,
    /// Of a version and in a form that can be checked.
    parsed: Option<Signature>,
    /// It stands where such a signature may stand, and its one-pass packet says the same.
    fits: bool,
}

impl FoundSignature {
    /// `one_pass` is the body of the packet in front of the text, when there is one.
    pub fn new(body: &[u8], one_pass: Option<&[u8]>) -> Self {
        let Some(parsed) = parse(body) else {
            return Self {
                body: body.to_vec(),
                parsed: None,
                fits: true,
            };
        };
        let fits = one_pass.is_none_or(|body| announces(body, &parsed));
        Self {
            body: body.to_vec(),
            parsed: Some(parsed),
            fits,
        }
    }

    /// For cleartext signed text: only signatures on text (0x01) have a meaning there.
    pub fn on_cleartext(body: &[u8]) -> Self {
        let mut found = Self::new(body, None);
        let typ = found.parsed.as_ref().and_then(Signature::typ);
        found.fits = typ != Some(SignatureType::Binary);
        found
    }

    /// By itself, with the document elsewhere.
    pub fn detached(body: &[u8]) -> Self {
        Self::new(body, None)
    }

    /// Whether it stands where it may stand.
    pub fn fits(&self) -> bool {
        self.fits
    }

    /// The packet's body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// What it says of itself, if it can be read.
    pub fn config(&self) -> Option<&SignatureConfig> {
        self.parsed.as_ref().and_then(Signature::config)
    }

    /// Who made it, as it says; the most trustworthy statement first.
    pub fn issuers(&self) -> Vec<Issuer> {
        let Some(config) = self.config() else {
            return Vec::new();
        };
        let mut issuers = Vec::new();
        let areas = [&config.hashed_subpackets, &config.unhashed_subpackets];
        for (area, signed) in areas.into_iter().zip([true, false]) {
            issuers.extend(area.iter().filter_map(|packet| match &packet.data {
                SubpacketData::IssuerFingerprint(fingerprint) => by_fingerprint(fingerprint),
                _ => None,
            }));
            // A key ID can be forged: who signs a whole fingerprint means that key and no other.
            if signed && !issuers.is_empty() {
                break;
            }
            issuers.extend(area.iter().filter_map(|packet| match &packet.data {
                SubpacketData::IssuerKeyId(id) => by_key_id(id),
                _ => None,
            }));
        }
        if let SignatureVersionSpecific::V3 { issuer_key_id, .. } = &config.version_specific {
            issuers.extend(by_key_id(issuer_key_id));
        }
        issuers.truncate(MAX_ISSUERS_PER_SIGNATURE);
        issuers
    }

    /// What is told of it, beside the verdict, in which it has this place.
    pub fn told(&self, place: usize) -> PacketInfo {
        let config = self.config();
        PacketInfo::Signature {
            version: self.body.first().copied().unwrap_or_default(),
            typ: config.map_or(0, |config| config.typ.into()),
            hash: config.map_or(0, |config| config.hash_alg.into()),
            algorithm: config.map_or(0, |config| config.pub_alg.into()),
            issuer: self
                .issuers()
                .first()
                .map(Issuer::to_string)
                .unwrap_or_default(),
            made: self.made(),
            judged: u32::try_from(place).ok(),
        }
    }

    /// When it was made, as it says.
    pub fn made(&self) -> Option<Time> {
        policy::claimed_time(self.parsed.as_ref()?)
    }

    /// What makes it unusable whoever signed and whatever was signed; `Err` when it cannot even be computed.
    pub fn faults(&self, now: Time) -> Result<Vec<Reason>, Reason> {
        let (Some(parsed), Some(config)) = (&self.parsed, self.config()) else {
            return Err(Reason::Unsupported);
        };
        // A certification, a binding, a notary's confirmation or a timestamp says nothing about a text and must never
        // count as if it did (RFC 9580, 5.2.1).
        if self.mode().is_none() {
            return Err(Reason::WrongType);
        }
        if policy::has_unknown_critical(parsed) {
            return Err(Reason::UnknownCritical);
        }
        // Whether it is correct, nobody here can say.
        if config.hash_alg.digest_size().is_none()
            || matches!(config.pub_alg, PublicKeyAlgorithm::Unknown(_))
        {
            return Err(Reason::Unsupported);
        }
        let mut reasons = Vec::new();
        if let Err(reason) = policy::accept_data_hash(config.hash_alg) {
            reasons.push(reason);
        }
        match policy::claimed_time(parsed) {
            // RFC 9580, 5.2.3.11: it must be there.
            None => reasons.push(Reason::Unsupported),
            Some(made) if made > now.saturating_add(limits::CLOCK_SKEW) => {
                reasons.push(Reason::NotYetValid);
            }
            Some(made) if policy::ends(parsed, made).is_some_and(|end| end <= now) => {
                reasons.push(Reason::Expired);
            }
            Some(_) => {}
        }
        Ok(reasons)
    }

    /// Whether it is over bytes or over lines of text (RFC 9580, 5.2.1.1 and 5.2.1.2).
    pub fn mode(&self) -> Option<SignatureMode> {
        match self.config()?.typ {
            SignatureType::Binary => Some(SignatureMode::Binary),
            SignatureType::Text => Some(SignatureMode::Text),
            _ => None,
        }
    }

    /// For whom it was made: fingerprints of certificates (RFC 9580, 5.2.3.36), from the signed area only. Empty when
    /// it does not say.
    pub fn intended(&self) -> Vec<Fingerprint> {
        let hashed = self.config().map(|config| &config.hashed_subpackets);
        let all = hashed.into_iter().flatten();
        all.filter_map(|packet| match &packet.data {
            SubpacketData::IntendedRecipientFingerprint(named) => {
                Some(Fingerprint::from_bytes(named.as_bytes()))
            }
            _ => None,
        })
        .collect()
    }

    /// Whether `key` made this signature on what has this digest. Cryptography only; nothing is said about the key.
    pub fn verifies(&self, key: &impl VerifyingKey, digest: &[u8]) -> bool {
        let Some(parsed) = &self.parsed else {
            return false;
        };
        let (Some(config), Some(signature)) = (parsed.config(), parsed.signature()) else {
            return false;
        };
        // RFC 9580, 5.2.3: version 6 keys make version 6 signatures, and nobody else does.
        let six = (
            parsed.version() == SignatureVersion::V6,
            key.version() == KeyVersion::V6,
        );
        // RFC 9580, 5.2.4: the first two octets must be those that the signature tells.
        let begins = parsed
            .signed_hash_value()
            .is_some_and(|told| digest.starts_with(&told));
        // RFC 9980, 5.2: post-quantum signatures are over at least 256 bits.
        let long = !config.pub_alg.is_pqc() || digest.len() >= 32;
        six.0 == six.1 && begins && long && key.verify(config.hash_alg, digest, signature).is_ok()
    }
}

/// Reads a signature packet of version 3, 4 or 6.
pub(crate) fn parse(body: &[u8]) -> Option<Signature> {
    crate::cert::read_signature(body)
}

/// Whether a one-pass packet announces this signature (RFC 9580, 5.4). Version 4 signatures have version 3 packets.
fn announces(body: &[u8], signature: &Signature) -> bool {
    let header = PacketHeader::new_fixed(
        Tag::OnePassSignature,
        u32::try_from(body.len()).unwrap_or(u32::MAX),
    );
    let (Ok(packet), Some(config)) = (
        OnePassSignature::try_from_reader(header, body),
        signature.config(),
    ) else {
        return false;
    };
    let version = match (packet.version_specific(), &config.version_specific) {
        (
            OpsVersionSpecific::V3 { .. },
            SignatureVersionSpecific::V3 { .. } | SignatureVersionSpecific::V4,
        ) => true,
        (OpsVersionSpecific::V6 { salt, .. }, SignatureVersionSpecific::V6 { salt: signed }) => {
            salt.as_ref() == signed.as_slice()
        }
        _ => false,
    };
    version
        && packet.typ() == config.typ
        && packet.hash_algorithm() == config.hash_alg
        && packet.public_key_algorithm() == config.pub_alg
}

fn by_fingerprint(fingerprint: &RawFingerprint) -> Option<Issuer> {
    let text = Fingerprint::from_bytes(fingerprint.as_bytes()).to_string();
    Fingerprint::try_from(text).ok().map(Issuer::Fingerprint)
}

fn by_key_id(id: &KeyId) -> Option<Issuer> {
    id.as_ref().try_into().ok().map(Issuer::KeyId)
}
