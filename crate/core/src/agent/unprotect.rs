//! Taking the protection off a secret key packet, without letting the engine read what is inside before we have.
//!
//! The engine stops (a panic) on some secrets that only somebody who knows the passphrase can have made, such as RSA primes
//! with a common factor. So it is asked to decrypt a key of an algorithm that it does not know, which gives the bytes; a
//! packet in clear is made of them, and that goes the way of every other packet in clear, checks included.

use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::errors::{Error, Result as EngineResult};
use pgp::ser::Serialize;
use pgp::types::{
    Fingerprint as RawFingerprint, KeyDetails, KeyId, KeyVersion, Password, PlainSecretParams,
    PublicParams, SecretParams, Tag, Timestamp,
};

use super::AgentError;
use super::component::SecretComponent;
use super::numbers;
use super::packets::SecretPacket;
use crate::cert::packets::tag;

/// The component of `packet` in clear.
///
/// # Errors
/// [`AgentError::WrongPassphrase`]; [`AgentError::Mismatched`] when the passphrase is right and what it opens is no
/// secret key of this public key; [`AgentError::Malformed`].
pub(super) fn unprotect(
    packet: &SecretPacket,
    password: &Password,
) -> Result<SecretComponent, AgentError> {
    let closed = SecretComponent::parse(packet)?;
    let SecretParams::Encrypted(encrypted) = closed.params() else {
        return Err(AgentError::Malformed);
    };
    let secret_tag = match packet.tag {
        tag::SECRET_KEY => Tag::SecretKey,
        _ => Tag::SecretSubkey,
    };
    let opaque = Opaque {
        key: &closed,
        params: PublicParams::Unknown {
            data: Default::default(),
        },
    };
    let plain = encrypted
        .unlock(password, &opaque, Some(secret_tag))
        .map_err(|error| match is_wrong_password(&error) {
            true => AgentError::WrongPassphrase,
            false => AgentError::Mismatched,
        })?;
    let PlainSecretParams::Unknown { data, .. } = &plain else {
        return Err(AgentError::Malformed);
    };
    let numbers = numbers::shortest(closed.algorithm(), data);
    let body = numbers::in_clear(packet, &numbers).ok_or(AgentError::Malformed)?;
    let open = SecretPacket {
        tag: packet.tag,
        body,
        fingerprint: packet.fingerprint.clone(),
        public: packet.public,
    };
    SecretComponent::parse(&open).map_err(|_| AgentError::Mismatched)
}

/// What the engine says when the check value of the protection does not come out right. Other errors come after it
/// came out right: then the passphrase was correct and the key is not.
fn is_wrong_password(error: &Error) -> bool {
    matches!(error, Error::InvalidInput { .. } | Error::Aead { .. })
}

/// A key whose secret part the engine takes for opaque bytes. What the protection is bound to stays as it is.
#[derive(Debug)]
struct Opaque<'a> {
    key: &'a SecretComponent,
    params: PublicParams,
}

impl KeyDetails for Opaque<'_> {
    fn version(&self) -> KeyVersion {
        self.key.version()
    }
    fn legacy_key_id(&self) -> KeyId {
        self.key.legacy_key_id()
    }
    fn fingerprint(&self) -> RawFingerprint {
        self.key.fingerprint()
    }
    fn algorithm(&self) -> PublicKeyAlgorithm {
        PublicKeyAlgorithm::Unknown(0)
    }
    fn created_at(&self) -> Timestamp {
        self.key.created_at()
    }
    fn legacy_v3_expiration_days(&self) -> Option<u16> {
        self.key.legacy_v3_expiration_days()
    }
    fn public_params(&self) -> &PublicParams {
        &self.params
    }
}

impl Serialize for Opaque<'_> {
    fn to_writer<W: std::io::Write>(&self, writer: &mut W) -> EngineResult<()> {
        match self.key {
            SecretComponent::Primary(key) => key.public_key().to_writer(writer),
            SecretComponent::Subkey(key) => key.public_key().to_writer(writer),
        }
    }

    fn write_len(&self) -> usize {
        match self.key {
            SecretComponent::Primary(key) => key.public_key().write_len(),
            SecretComponent::Subkey(key) => key.public_key().write_len(),
        }
    }
}
