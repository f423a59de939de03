//! One secret component key in the engine's form.

use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::packet::{PacketHeader, SecretKey, SecretSubkey};
use pgp::ser::Serialize;
use pgp::types::{
    Fingerprint as RawFingerprint, KeyDetails, KeyId, KeyVersion, Password, PlainSecretParams,
    PublicParams, S2kParams, SecretParams, SignatureBytes, SigningKey, Tag, Timestamp,
};
use zeroize::Zeroizing;

use super::AgentError;
use super::packets::SecretPacket;
use crate::cert::packets::tag;
use crate::wire::Fingerprint;

/// A secret primary key or subkey. The engine's types wipe themselves.
pub(super) enum SecretComponent {
    Primary(SecretKey),
    Subkey(SecretSubkey),
}

macro_rules! delegate {
    ($self:expr, $key:ident => $body:expr) => {
        match $self {
            SecretComponent::Primary($key) => $body,
            SecretComponent::Subkey($key) => $body,
        }
    };
}

impl SecretComponent {
    pub(super) fn parse(packet: &SecretPacket) -> Result<Self, AgentError> {
        if packet.usage() == Some(0) {
            super::rsa_key::check_plain(packet)?;
        }
        let shorter = super::numbers::shortened(packet);
        let body = shorter.as_ref().unwrap_or(&packet.body).as_slice();
        let length = u32::try_from(body.len()).map_err(|_| AgentError::Malformed)?;
        let parsed = if packet.tag == tag::SECRET_KEY {
            SecretKey::try_from_reader(PacketHeader::new_fixed(Tag::SecretKey, length), body)
                .map(Self::Primary)
        } else {
            SecretSubkey::try_from_reader(PacketHeader::new_fixed(Tag::SecretSubkey, length), body)
                .map(Self::Subkey)
        };
        parsed.map_err(|_| AgentError::Malformed)
    }

    /// The packet as it is stored.
    pub(super) fn packet(&self) -> Result<SecretPacket, AgentError> {
        let (tag, body, public) = match self {
            Self::Primary(key) => (
                tag::SECRET_KEY,
                key.to_bytes(),
                key.public_key().write_len(),
            ),
            Self::Subkey(key) => (
                tag::SECRET_SUBKEY,
                key.to_bytes(),
                key.public_key().write_len(),
            ),
        };
        let body = Zeroizing::new(body.map_err(|_| AgentError::Malformed)?);
        Ok(SecretPacket {
            tag,
            body,
            fingerprint: self.component_fingerprint(),
            public,
        })
    }

    pub(super) fn component_fingerprint(&self) -> Fingerprint {
        Fingerprint::from_bytes(self.fingerprint().as_bytes())
    }

    pub(super) fn params(&self) -> &SecretParams {
        delegate!(self, key => key.secret_params())
    }

    /// The secret parameters when they stand in clear.
    pub(super) fn plain(&self) -> Option<&PlainSecretParams> {
        match self.params() {
            SecretParams::Plain(plain) => Some(plain),
            SecretParams::Encrypted(_) => None,
        }
    }

    pub(super) fn set_password(
        &mut self,
        password: &Password,
        s2k: S2kParams,
    ) -> Result<(), AgentError> {
        delegate!(self, key => key.set_password_with_s2k(password, s2k))
            .map_err(|_| AgentError::Failed)
    }

    /// An independent copy, for protecting it anew.
    pub(super) fn duplicate(&self) -> Self {
        match self {
            Self::Primary(key) => Self::Primary(key.clone()),
            Self::Subkey(key) => Self::Subkey(key.clone()),
        }
    }
}

impl std::fmt::Debug for SecretComponent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The engine's traits ask for it; nothing of the key is shown.
        f.write_str("SecretComponent(..)")
    }
}

impl KeyDetails for SecretComponent {
    fn version(&self) -> KeyVersion {
        delegate!(self, key => key.version())
    }
    fn legacy_key_id(&self) -> KeyId {
        delegate!(self, key => key.legacy_key_id())
    }
    fn fingerprint(&self) -> RawFingerprint {
        delegate!(self, key => key.fingerprint())
    }
    fn algorithm(&self) -> PublicKeyAlgorithm {
        delegate!(self, key => key.algorithm())
    }
    fn created_at(&self) -> Timestamp {
        delegate!(self, key => key.created_at())
    }
    fn legacy_v3_expiration_days(&self) -> Option<u16> {
        delegate!(self, key => key.legacy_v3_expiration_days())
    }
    fn public_params(&self) -> &PublicParams {
        delegate!(self, key => key.public_params())
    }
}

impl SigningKey for SecretComponent {
    fn sign(
        &self,
        pw: &Password,
        hash: HashAlgorithm,
        data: &[u8],
    ) -> pgp::errors::Result<SignatureBytes> {
        delegate!(self, key => SigningKey::sign(key, pw, hash, data))
    }
    fn hash_alg(&self) -> HashAlgorithm {
        delegate!(self, key => key.hash_alg())
    }
}
