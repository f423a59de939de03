//! New keys.

use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::packet::{
    KeyFlags, PacketHeader, PubKeyInner, PublicKey, PublicSubkey, SecretKey, SecretSubkey,
    Signature, SignatureType, Subpacket, SubpacketData, UserId,
};
use pgp::ser::Serialize;
use pgp::types::{
    CompressionAlgorithm, Duration, KeyVersion, Password, PlainSecretParams, PublicParams,
    RsaPublicParams, SecretParams, Tag, Timestamp,
};
use rand::{CryptoRng, Rng};

use super::component::SecretComponent;
use super::fresh::{Algorithm, Params};
use super::signer::{Signer, regular};
use super::{
    AgentError, Edit, Protection, SecretPackets, SubkeyKind, Unlocked, Why, capabilities, rsa_key,
    unlock,
};
use crate::cert::Certificate;
use crate::cert::packets::{self, tag};
use crate::policy::ComponentKey;
use crate::wire::{KeyKind, Secret, Time};

/// What a new key shall be.
pub struct NewKey {
    /// `Name <address>`, already checked, the primary one first; a key may have none.
    pub user_ids: Vec<String>,
    /// The algorithms.
    pub kind: KeyKind,
    /// Whether it gets subkeys for encryption.
    pub encrypts: bool,
    /// Seconds until it expires; `None` means never.
    pub lasts: Option<u32>,
    /// When it is made.
    pub made: Time,
}

/// A new key.
pub struct MadeKey {
    /// The public part.
    pub certificate: Certificate,
    /// The secret part, under the passphrase if there is one.
    pub secret: SecretPackets,
    /// The secret part, open.
    pub unlocked: Unlocked,
    /// The body of a signature packet that withdraws the key, for the day when it is lost (RFC 9580, 13.9).
    pub revocation: Vec<u8>,
}

/// Makes a key on a curve, its secret part under `password`, or in clear for a caller that keeps it elsewhere.
///
/// # Errors
/// [`AgentError::Unsupported`] for RSA kinds, whose numbers the host makes ([`generate_rsa`]).
pub fn generate<R: Rng + CryptoRng>(
    new: &NewKey,
    password: Option<&Secret>,
    protection: Protection,
    rng: &mut R,
) -> Result<MadeKey, AgentError> {
    let version = version(new.kind);
    let (sign, encrypt): (_, &[SubkeyKind]) = match new.kind {
        KeyKind::Curve25519V4 => (Algorithm::EdDsaLegacy, &[SubkeyKind::Curve25519]),
        KeyKind::Curve25519V6 => (Algorithm::Ed25519, &[SubkeyKind::Curve25519]),
        KeyKind::PostQuantumV4 => (
            Algorithm::EdDsaLegacy,
            &[SubkeyKind::Curve25519, SubkeyKind::PostQuantum],
        ),
        KeyKind::Rsa3072 | KeyKind::Rsa4096 => return Err(AgentError::Unsupported),
    };
    let primary = sign.generate(rng)?;
    let mut subkeys = Vec::new();
    for kind in encrypt {
        subkeys.push(kind.algorithm(version).generate(rng)?);
    }
    assemble(new, primary, subkeys, password, protection, rng)
}

/// Makes an RSA key from two keys that the browser generated (JSON Web Keys).
///
/// # Errors
/// [`AgentError::Malformed`], [`AgentError::Mismatched`] when they are not what was asked for.
pub fn generate_rsa<R: Rng + CryptoRng>(
    new: &NewKey,
    keys: &[Secret],
    password: Option<&Secret>,
    protection: Protection,
    rng: &mut R,
) -> Result<MadeKey, AgentError> {
    let bits = rsa_bits(new.kind).ok_or(AgentError::Unsupported)?;
    let [first, second] = keys else {
        return Err(AgentError::Malformed);
    };
    let make = |jwk: &Secret| -> Result<Params, AgentError> {
        let key = rsa_key::from_jwk(jwk, bits)?;
        let public = PublicParams::RSA(RsaPublicParams::from(key.to_public_key()));
        let secret = SecretParams::Plain(PlainSecretParams::RSA(key.into()));
        Ok((PublicKeyAlgorithm::RSA, public, secret))
    };
    let (primary, subkey) = (make(first)?, make(second)?);
    if primary.1 == subkey.1 {
        return Err(AgentError::Malformed);
    }
    assemble(new, primary, vec![subkey], password, protection, rng)
}

/// Modulus length of an RSA kind.
pub(crate) fn rsa_bits(kind: KeyKind) -> Option<u32> {
    match kind {
        KeyKind::Rsa3072 => Some(3072),
        KeyKind::Rsa4096 => Some(4096),
        KeyKind::Curve25519V4 | KeyKind::Curve25519V6 | KeyKind::PostQuantumV4 => None,
    }
}

fn version(kind: KeyKind) -> KeyVersion {
    match kind {
        KeyKind::Curve25519V6 => KeyVersion::V6,
        KeyKind::Curve25519V4 | KeyKind::PostQuantumV4 | KeyKind::Rsa3072 | KeyKind::Rsa4096 => {
            KeyVersion::V4
        }
    }
}

fn assemble<R: Rng + CryptoRng>(
    new: &NewKey,
    primary: Params,
    subkeys: Vec<Params>,
    password: Option<&Secret>,
    protection: Protection,
    rng: &mut R,
) -> Result<MadeKey, AgentError> {
    let engine = |_| AgentError::Failed;
    let version = version(new.kind);
    let made = Timestamp::from_secs(new.made);
    let inner = |algorithm, params| {
        PubKeyInner::new(version, algorithm, made, None, params).map_err(engine)
    };
    let public = PublicKey::from_inner(inner(primary.0, primary.1)?).map_err(engine)?;
    let key = SecretKey::new(public, primary.2).map_err(engine)?;
    let mut plain = SecretPackets::default();
    plain.replace(SecretComponent::Primary(key.clone()).packet()?);
    let mut bytes = Vec::new();
    packets::write(
        &mut bytes,
        tag::PUBLIC_KEY,
        &key.public_key().to_bytes().map_err(engine)?,
    );

    let bare = Certificate::from_bytes(&bytes).map_err(|_| AgentError::Failed)?;
    let open = Unlocked::from_packets(&bare, &plain)?;
    let open = open
        .component(&bare.fingerprint())
        .ok_or(AgentError::Failed)?;
    let signer = Signer::new(open, ComponentKey::Primary(&bare.primary.key), rng);
    let none = Password::empty();
    let mut put = |signature: pgp::errors::Result<Signature>, before: &[(u8, Vec<u8>)]| {
        for (tag, body) in before {
            packets::write(&mut bytes, *tag, body);
        }
        let body = signature.and_then(|s| s.to_bytes()).map_err(engine)?;
        packets::write(&mut bytes, tag::SIGNATURE, &body);
        Ok::<(), AgentError>(())
    };
    let public = &bare.primary.key;
    if version == KeyVersion::V6 || new.user_ids.is_empty() {
        // RFC 9580, 10.1.1: in version 6 what concerns the key as a whole stands in a direct-key signature.
        let config = signer.config(SignatureType::Key, new.made, about_key(new, version)?)?;
        put(config.sign_key(&signer, &none, public), &[])?;
    }
    for (number, text) in new.user_ids.iter().enumerate() {
        let id = text.as_bytes();
        let header = PacketHeader::new_fixed(Tag::UserId, id.len() as u32);
        let user = UserId::try_from_reader(header, id).map_err(engine)?;
        let mut about = Vec::new();
        if number == 0 {
            about.push(regular(SubpacketData::IsPrimary(true))?);
        }
        if version == KeyVersion::V4 {
            about.extend(about_key(new, version)?);
        }
        let config = signer.config(SignatureType::CertPositive, new.made, about)?;
        let signature = config.sign_certification(&signer, public, &none, Tag::UserId, &user);
        put(signature, &[(tag::USER_ID, id.to_vec())])?;
    }
    for (algorithm, params, secret) in subkeys.into_iter().filter(|_| new.encrypts) {
        let subkey = PublicSubkey::from_inner(inner(algorithm, params)?).map_err(engine)?;
        let mut flags = KeyFlags::default();
        flags.set_encrypt_comms(true);
        flags.set_encrypt_storage(true);
        let mut about = vec![regular(SubpacketData::KeyFlags(flags))?];
        about.extend(expiry(new)?);
        let config = signer.config(SignatureType::SubkeyBinding, new.made, about)?;
        let signature = config.sign_subkey_binding(&signer, public, &none, &subkey);
        let body = subkey.to_bytes().map_err(engine)?;
        put(signature, &[(tag::PUBLIC_SUBKEY, body)])?;
        let subkey = SecretSubkey::new(subkey, secret).map_err(engine)?;
        plain.replace(SecretComponent::Subkey(subkey).packet()?);
    }

    // Read back what was written: what we make must be what we accept.
    let certificate = Certificate::from_bytes(&bytes).map_err(|_| AgentError::Failed)?;
    let unlocked = Unlocked::from_packets(&certificate, &plain)?;
    let revocation =
        Edit::new(&certificate, &unlocked, new.made)?.revocation(Why::NotSaid, "", rng)?;
    let secret = match password {
        Some(password) => unlock::protect_new(&certificate, &plain, password, protection, rng)?,
        None => plain,
    };
    Ok(MadeKey {
        certificate,
        secret,
        unlocked,
        revocation,
    })
}

fn expiry(new: &NewKey) -> Result<Option<Subpacket>, AgentError> {
    let end = |s| SubpacketData::KeyExpirationTime(Duration::from_secs(s));
    new.lasts.map(|s| regular(end(s))).transpose()
}

/// Flags, expiry, preferences and features of the key as a whole.
fn about_key(new: &NewKey, version: KeyVersion) -> Result<Vec<Subpacket>, AgentError> {
    let mut flags = KeyFlags::default();
    flags.set_certify(true);
    flags.set_sign(true);
    let hashes = [
        HashAlgorithm::Sha512,
        HashAlgorithm::Sha384,
        HashAlgorithm::Sha256,
    ];
    let about = [
        SubpacketData::KeyFlags(flags),
        SubpacketData::PreferredHashAlgorithms(hashes.into_iter().collect()),
        // None first: the length of compressed text tells of its content.
        SubpacketData::PreferredCompressionAlgorithms(
            [
                CompressionAlgorithm::Uncompressed,
                CompressionAlgorithm::ZLIB,
            ]
            .into_iter()
            .collect(),
        ),
    ];
    let mut about: Vec<_> = about.into_iter().map(regular).collect::<Result<_, _>>()?;
    capabilities::complete(&mut about, version)?;
    about.extend(expiry(new)?);
    Ok(about)
}
