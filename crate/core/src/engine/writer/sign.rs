//! The signature on a message: everything but the private key operation, which the vault does on a digest.

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

use super::encrypt::Recipients;
use super::{WriteError, timestamp, unusable};
use crate::cert::{Certificate, Issuer};
use crate::message::signature::parse;
use crate::policy::{self, ComponentKey};
use crate::wire::{Bytes, Fingerprint, Reason, SignRequest, Time};

/// A signature without its cryptographic part.
pub(super) struct Pending {
    signer: Certificate,
    component: Fingerprint,
    config: SignatureConfig,
    digest: Vec<u8>,
}

/// Bodies of the two packets around the text.
pub(super) struct Signed {
    pub one_pass: Vec<u8>,
    pub signature: Vec<u8>,
}

impl Pending {
    /// Hashes `text` and says what the vault must sign.
    pub fn new<R: RngCore + CryptoRng>(
        signer: Certificate,
        recipients: &Recipients,
        text: &[u8],
        now: Time,
        rng: &mut R,
    ) -> Result<(Self, SignRequest), WriteError> {
        let component = policy::signing_component(&signer, now).map_err(unusable)?;
        let key = component.key();
        let config = config(&key, recipients, now, rng).ok_or_else(unsupported)?;
        let digest = digest(&config, text).ok_or_else(unsupported)?;
        let request = SignRequest {
            certificate: signer.fingerprint(),
            component: component.fingerprint(),
            hash: config.hash_alg.into(),
            digest: Bytes(digest.clone()),
        };
        let pending = Self {
            component: component.fingerprint(),
            signer,
            config,
            digest,
        };
        Ok((pending, request))
    }

    /// Puts the vault's signature in its place and verifies the result as a reader would.
    pub fn complete(self, signature: &[u8], text: &[u8]) -> Result<Signed, WriteError> {
        let issuer = Issuer::Fingerprint(self.component.clone());
        let component = policy::find_component(&self.signer, &issuer).ok_or(WriteError::Signing)?;
        let one_pass = self.one_pass(&component.key()).ok_or(WriteError::Signing)?;
        let prefix = self.digest.first_chunk::<2>().ok_or(WriteError::Signing)?;
        let fields = SignatureBytes::Native(signature.to_vec().into());
        let packet = Signature::from_config(self.config, *prefix, fields)
            .and_then(|signature| signature.to_bytes())
            .map_err(|_| WriteError::Signing)?;
        let parsed = parse(&packet).ok_or(WriteError::Signing)?;
        match parsed.verify(&component.key(), text) {
            Ok(()) => Ok(Signed {
                one_pass,
                signature: packet,
            }),
            Err(_) => Err(WriteError::Signing),
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
    unusable(vec![Reason::Unsupported])
}

/// Type, algorithms and subpackets of the signature.
fn config<R: RngCore + CryptoRng>(
    key: &ComponentKey<'_>,
    recipients: &Recipients,
    now: Time,
    rng: &mut R,
) -> Option<SignatureConfig> {
    let (typ, algorithm, hash) = (SignatureType::Binary, key.algorithm(), hash_for(key));
    let v4 = key.version() == KeyVersion::V4;
    let mut config = match key.version() {
        KeyVersion::V4 => SignatureConfig::v4(typ, algorithm, hash),
        KeyVersion::V6 => SignatureConfig::v6(rng, typ, algorithm, hash).ok()?,
        _ => return None,
    };
    let mut hashed = vec![
        SubpacketData::SignatureCreationTime(timestamp(now)),
        SubpacketData::IssuerFingerprint(key.fingerprint()),
    ];
    hashed.extend(
        recipients
            .fingerprints()
            .map(SubpacketData::IntendedRecipientFingerprint),
    );
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

/// The digest of a signature over `text` (RFC 9580, 5.2.4).
fn digest(config: &SignatureConfig, text: &[u8]) -> Option<Vec<u8>> {
    let mut hasher = config.hash_alg.new_hasher().ok()?;
    if let SignatureVersionSpecific::V6 { salt } = &config.version_specific {
        hasher.update(salt);
    }
    config.hash_data_to_sign(&mut hasher, text).ok()?;
    let length = config.hash_signature_data(&mut hasher).ok()?;
    hasher.update(&config.trailer(length).ok()?);
    Some(hasher.finalize().to_vec())
}
