//! One signature of a document.

use pgp::crypto::ecc_curve::ECCCurve;
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{
    OnePassSignature, Signature, SignatureConfig, SignatureType, SignatureVersionSpecific,
    Subpacket, SubpacketData,
};
use pgp::ser::Serialize;
use pgp::types::{
    EcdsaPublicParams, Fingerprint as RawFingerprint, KeyDetails, KeyVersion, PublicParams,
    SignatureBytes,
};
use rand::{CryptoRng, RngCore};

use super::WriteError;
use crate::cert::{Certificate, Issuer};
use crate::message::digest::Hashing;
use crate::message::signature::FoundSignature;
use crate::policy::{self, ComponentKey};
use crate::wire::engine::SignatureMode;
use crate::wire::{Bytes, Fingerprint, Reason, SignRequest, Time};

/// A signature whose document is on its way.
pub(super) struct Pending {
    signer: Certificate,
    component: Fingerprint,
    config: SignatureConfig,
    hashing: Hashing,
}

/// A signature without its cryptographic part.
pub(super) struct Hashed {
    signer: Certificate,
    component: Fingerprint,
    config: SignatureConfig,
    digest: Vec<u8>,
}

/// A finished signature.
pub(super) struct Signed {
    /// Body of the packet in front of the text.
    pub one_pass: Vec<u8>,
    /// Body of the packet behind the text.
    pub signature: Vec<u8>,
    /// Such as `SHA512` (RFC 9580, 9.5).
    pub hash_name: String,
    /// Of version 6.
    pub six: bool,
}

impl Pending {
    pub fn new<R: RngCore + CryptoRng>(
        signer: &Certificate,
        mode: SignatureMode,
        intended: &[Fingerprint],
        now: Time,
        rng: &mut R,
    ) -> Result<Self, WriteError> {
        let component = policy::signing_component(signer, now).map_err(WriteError::Unusable)?;
        let key = component.key();
        let config = config(&key, mode, intended, now, rng).ok_or_else(unsupported)?;
        Ok(Self {
            signer: signer.clone(),
            component: component.fingerprint(),
            hashing: Hashing::new(&config).ok_or_else(unsupported)?,
            config,
        })
    }

    pub fn update(&mut self, data: &[u8]) {
        self.hashing.update(data);
    }

    /// What the agent must sign.
    pub fn finish(self) -> Result<(Hashed, SignRequest), WriteError> {
        let digest = self.hashing.finish().ok_or(WriteError::Signing)?;
        let request = SignRequest {
            certificate: self.signer.fingerprint(),
            component: self.component.clone(),
            hash: self.config.hash_alg.into(),
            digest: Bytes(digest.clone()),
        };
        let hashed = Hashed {
            signer: self.signer,
            component: self.component,
            config: self.config,
            digest,
        };
        Ok((hashed, request))
    }
}

impl Hashed {
    /// Puts the agent's signature in its place and verifies the result as a reader would.
    pub fn complete(self, fields: &[u8]) -> Result<Signed, WriteError> {
        let issuer = Issuer::Fingerprint(self.component.clone());
        let component = policy::find_component(&self.signer, &issuer).ok_or(WriteError::Signing)?;
        let key = component.key();
        let one_pass = self.one_pass(&key).ok_or(WriteError::Signing)?;
        let prefix = self.digest.first_chunk::<2>().ok_or(WriteError::Signing)?;
        let hash_name = self.config.hash_alg.to_string();
        let fields = SignatureBytes::Native(fields.to_vec().into());
        let body = Signature::from_config(self.config, *prefix, fields)
            .and_then(|signature| signature.to_bytes())
            .map_err(|_| WriteError::Signing)?;
        let found = FoundSignature::new(&body, Some(&one_pass));
        match found.fits() && found.verifies(&key, &self.digest) {
            true => Ok(Signed {
                one_pass,
                signature: body,
                hash_name,
                six: key.version() == KeyVersion::V6,
            }),
            false => Err(WriteError::Signing),
        }
    }

    /// RFC 9580, 5.4.
    fn one_pass(&self, key: &ComponentKey<'_>) -> Option<Vec<u8>> {
        let (typ, hash, algorithm) = (self.config.typ, self.config.hash_alg, self.config.pub_alg);
        let packet = match (&self.config.version_specific, key.fingerprint()) {
            (SignatureVersionSpecific::V6 { salt }, RawFingerprint::V6(fingerprint)) => {
                OnePassSignature::v6(typ, hash, algorithm, salt.clone(), fingerprint)
            }
            (SignatureVersionSpecific::V4, _) => {
                OnePassSignature::v3(typ, hash, algorithm, key.legacy_key_id())
            }
            _ => return None,
        };
        packet.to_bytes().ok()
    }
}

fn unsupported() -> WriteError {
    WriteError::Unusable(vec![Reason::Unsupported])
}

/// Type, algorithms and subpackets of the signature.
fn config<R: RngCore + CryptoRng>(
    key: &ComponentKey<'_>,
    mode: SignatureMode,
    intended: &[Fingerprint],
    now: Time,
    rng: &mut R,
) -> Option<SignatureConfig> {
    let typ = match mode {
        SignatureMode::Binary => SignatureType::Binary,
        SignatureMode::Text => SignatureType::Text,
    };
    let (algorithm, hash) = (key.algorithm(), hash_for(key));
    let v4 = key.version() == KeyVersion::V4;
    let mut config = match key.version() {
        KeyVersion::V4 => SignatureConfig::v4(typ, algorithm, hash),
        KeyVersion::V6 => SignatureConfig::v6(rng, typ, algorithm, hash).ok()?,
        _ => return None,
    };
    let now = pgp::types::Timestamp::from_secs(now);
    let mut hashed = vec![
        SubpacketData::SignatureCreationTime(now),
        SubpacketData::IssuerFingerprint(key.fingerprint()),
    ];
    for fingerprint in intended {
        let raw = raw_fingerprint(fingerprint)?;
        hashed.push(SubpacketData::IntendedRecipientFingerprint(raw));
    }
    config.hashed_subpackets = hashed
        .into_iter()
        .map(Subpacket::regular)
        .collect::<Result<_, _>>()
        .ok()?;
    if v4 {
        // Programs from before fingerprints in signatures look here.
        let id = SubpacketData::IssuerKeyId(key.legacy_key_id());
        config.unhashed_subpackets = vec![Subpacket::regular(id).ok()?];
    }
    Some(config)
}

fn raw_fingerprint(fingerprint: &Fingerprint) -> Option<RawFingerprint> {
    let bytes: Option<Vec<u8>> = fingerprint
        .as_str()
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let bytes = bytes?;
    let version = match bytes.len() {
        20 => KeyVersion::V4,
        _ => KeyVersion::V6,
    };
    RawFingerprint::new(version, &bytes).ok()
}

/// SHA-512 (as fast as SHA-256 on 64-bit machines, and enough for every key), or what fits the curve.
fn hash_for(key: &ComponentKey<'_>) -> HashAlgorithm {
    match key.public_params() {
        PublicParams::ECDSA(EcdsaPublicParams::P256 { .. }) => HashAlgorithm::Sha256,
        PublicParams::ECDSA(EcdsaPublicParams::P384 { .. }) => HashAlgorithm::Sha384,
        PublicParams::ECDSA(params) if params.curve() == ECCCurve::Secp256k1 => {
            HashAlgorithm::Sha256
        }
        _ => HashAlgorithm::Sha512,
    }
}
