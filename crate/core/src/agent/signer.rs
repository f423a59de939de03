//! An open component key as the engine's signer, and the frame of the signatures that it makes on keys.

use std::cell::RefCell;

use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::errors::{Error, Result as EngineResult};
use pgp::packet::{SignatureConfig, SignatureType, Subpacket, SubpacketData};
use pgp::types::{
    Fingerprint as RawFingerprint, KeyDetails, KeyId, KeyVersion, Password, PublicParams,
    SignatureBytes, SigningKey, Timestamp, VerifyingKey,
};
use rand::{CryptoRng, Rng};

use super::AgentError;
use super::unlock::OpenComponent;
use crate::policy::ComponentKey;
use crate::wire::Time;

/// Signs with our own path (RSA blinded) and lets nothing out that does not verify: a fault in the computation can
/// give the key away.
pub(super) struct Signer<'a, R> {
    secret: &'a OpenComponent,
    public: ComponentKey<'a>,
    rng: RefCell<&'a mut R>,
}

impl<'a, R: Rng + CryptoRng> Signer<'a, R> {
    pub(super) fn new(secret: &'a OpenComponent, public: ComponentKey<'a>, rng: &'a mut R) -> Self {
        Self {
            secret,
            public,
            rng: RefCell::new(rng),
        }
    }

    /// A signature of `typ` made at `made` that says who made it, and `about`.
    pub(super) fn config(
        &self,
        typ: SignatureType,
        made: Time,
        about: Vec<Subpacket>,
    ) -> Result<SignatureConfig, AgentError> {
        let (algorithm, hash) = (self.algorithm(), HashAlgorithm::Sha512);
        let mut config = if self.version() == KeyVersion::V6 {
            SignatureConfig::v6(&mut **self.rng.borrow_mut(), typ, algorithm, hash)
                .map_err(|_| AgentError::Failed)?
        } else {
            SignatureConfig::v4(typ, algorithm, hash)
        };
        let created = SubpacketData::SignatureCreationTime(Timestamp::from_secs(made));
        config.hashed_subpackets = vec![
            critical(created)?,
            regular(SubpacketData::IssuerFingerprint(self.fingerprint()))?,
        ];
        config.hashed_subpackets.extend(about);
        if self.version() == KeyVersion::V4 {
            let id = SubpacketData::IssuerKeyId(self.legacy_key_id());
            config.unhashed_subpackets = vec![regular(id)?];
        }
        Ok(config)
    }
}

/// A subpacket that may be overlooked by those who do not know it.
pub(super) fn regular(data: SubpacketData) -> Result<Subpacket, AgentError> {
    Subpacket::regular(data).map_err(|_| AgentError::Failed)
}

/// A subpacket without which the signature must not be believed (RFC 9580, 5.2.3.7).
pub(super) fn critical(data: SubpacketData) -> Result<Subpacket, AgentError> {
    Subpacket::critical(data).map_err(|_| AgentError::Failed)
}

impl<R> std::fmt::Debug for Signer<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The engine's traits ask for it; nothing of the key is shown.
        f.write_str("Signer(..)")
    }
}

impl<R> KeyDetails for Signer<'_, R> {
    fn version(&self) -> KeyVersion {
        self.public.version()
    }
    fn legacy_key_id(&self) -> KeyId {
        self.public.legacy_key_id()
    }
    fn fingerprint(&self) -> RawFingerprint {
        self.public.fingerprint()
    }
    fn algorithm(&self) -> PublicKeyAlgorithm {
        self.public.algorithm()
    }
    fn created_at(&self) -> Timestamp {
        self.public.created_at()
    }
    fn legacy_v3_expiration_days(&self) -> Option<u16> {
        self.public.legacy_v3_expiration_days()
    }
    fn public_params(&self) -> &PublicParams {
        self.public.public_params()
    }
}

impl<R: Rng + CryptoRng> SigningKey for Signer<'_, R> {
    fn sign(
        &self,
        _: &Password,
        hash: HashAlgorithm,
        digest: &[u8],
    ) -> EngineResult<SignatureBytes> {
        let failed = |_| Error::from("signing failed".to_owned());
        let signature = self
            .secret
            .sign_digest(hash, digest, &mut **self.rng.borrow_mut())
            .map_err(failed)?;
        self.public.verify(hash, digest, &signature)?;
        Ok(signature)
    }

    fn hash_alg(&self) -> HashAlgorithm {
        HashAlgorithm::Sha512
    }
}
