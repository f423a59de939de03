//! New keys.

use pgp::composed::KeyType;
use pgp::crypto::aead::AeadAlgorithm;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{
    Features, KeyFlags, PacketHeader, PubKeyInner, PublicKey, PublicSubkey, SecretKey,
    SecretSubkey, Signature, SignatureConfig, SignatureType, Subpacket, SubpacketData, UserId,
};
use pgp::ser::Serialize;
use pgp::types::{
    CompressionAlgorithm, Duration, KeyDetails, KeyVersion, Password, PlainSecretParams,
    PublicParams, RsaPublicParams, SecretParams, Tag, Timestamp,
};
use rand::{CryptoRng, Rng};

use super::component::SecretComponent;
use super::{AgentError, Protection, SecretPackets, rsa_key, unlock};
use crate::cert::Certificate;
use crate::cert::packets::{self, tag};
use crate::wire::{KeyKind, Secret, Time};

/// What a new key shall be.
pub struct NewKey {
    /// `Name <address>`, already checked.
    pub user_id: String,
    /// The algorithms.
    pub kind: KeyKind,
    /// Seconds until it expires; `None` means never.
    pub lasts: Option<u32>,
    /// When it is made.
    pub made: Time,
}

/// The public and secret parameters of a component.
type Params = (PublicKeyAlgorithm, PublicParams, SecretParams);

/// Makes a key on a curve: the certificate, its protected secret packets, and the same open.
///
/// # Errors
/// [`AgentError::Unsupported`] for RSA kinds, whose numbers the host makes ([`generate_rsa`]).
pub fn generate<R: Rng + CryptoRng>(
    new: &NewKey,
    password: &Secret,
    protection: Protection,
    rng: &mut R,
) -> Result<(Certificate, SecretPackets, unlock::Unlocked), AgentError> {
    let (sign, encrypt) = match new.kind {
        KeyKind::Curve25519V4 => (
            KeyType::Ed25519Legacy,
            KeyType::ECDH(pgp::crypto::ecc_curve::ECCCurve::Curve25519Legacy),
        ),
        KeyKind::Curve25519V6 => (KeyType::Ed25519, KeyType::X25519),
        KeyKind::Rsa3072 | KeyKind::Rsa4096 => return Err(AgentError::Unsupported),
    };
    let mut make = |typ: KeyType| -> Result<Params, AgentError> {
        let (public, secret) = typ.generate(&mut *rng).map_err(|_| AgentError::Failed)?;
        Ok((typ.to_alg(), public, secret))
    };
    let (primary, subkey) = (make(sign)?, make(encrypt)?);
    assemble(new, primary, subkey, password, protection, rng)
}

/// Makes an RSA key from two keys that the browser generated (JSON Web Keys).
///
/// # Errors
/// [`AgentError::Malformed`], [`AgentError::Mismatched`] when they are not what was asked for.
pub fn generate_rsa<R: Rng + CryptoRng>(
    new: &NewKey,
    keys: &[Secret],
    password: &Secret,
    protection: Protection,
    rng: &mut R,
) -> Result<(Certificate, SecretPackets, unlock::Unlocked), AgentError> {
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
    assemble(new, primary, subkey, password, protection, rng)
}

/// Modulus length of an RSA kind.
pub(crate) fn rsa_bits(kind: KeyKind) -> Option<u32> {
    match kind {
        KeyKind::Rsa3072 => Some(3072),
        KeyKind::Rsa4096 => Some(4096),
        KeyKind::Curve25519V4 | KeyKind::Curve25519V6 => None,
    }
}

fn assemble<R: Rng + CryptoRng>(
    new: &NewKey,
    primary: Params,
    subkey: Params,
    password: &Secret,
    protection: Protection,
    rng: &mut R,
) -> Result<(Certificate, SecretPackets, unlock::Unlocked), AgentError> {
    let engine = |_| AgentError::Failed;
    let version = match new.kind {
        KeyKind::Curve25519V6 => KeyVersion::V6,
        KeyKind::Curve25519V4 | KeyKind::Rsa3072 | KeyKind::Rsa4096 => KeyVersion::V4,
    };
    let made = Timestamp::from_secs(new.made);
    let inner = |algorithm, params| {
        PubKeyInner::new(version, algorithm, made, None, params).map_err(engine)
    };
    let primary_public = PublicKey::from_inner(inner(primary.0, primary.1)?).map_err(engine)?;
    let subkey_public = PublicSubkey::from_inner(inner(subkey.0, subkey.1)?).map_err(engine)?;
    let primary_key = SecretKey::new(primary_public.clone(), primary.2).map_err(engine)?;
    let subkey_key = SecretSubkey::new(subkey_public.clone(), subkey.2).map_err(engine)?;
    let id = new.user_id.as_bytes();
    let id = UserId::try_from_reader(PacketHeader::new_fixed(Tag::UserId, id.len() as u32), id)
        .map_err(engine)?;

    let maker = Maker {
        key: &primary_key,
        new,
        version,
    };
    let none = Password::empty();
    let mut bytes = Vec::new();
    let body = |part: &dyn Fn() -> pgp::errors::Result<Vec<u8>>| part().map_err(engine);
    packets::write(
        &mut bytes,
        tag::PUBLIC_KEY,
        &body(&|| primary_public.to_bytes())?,
    );
    if version == KeyVersion::V6 {
        // RFC 9580, 10.1.1: in version 6 what concerns the key as a whole stands in a direct-key signature.
        let config = maker.config(SignatureType::Key, maker.about_key()?, rng)?;
        let signature = config
            .sign_key(&primary_key, &none, &primary_public)
            .map_err(engine)?;
        packets::write(&mut bytes, tag::SIGNATURE, &body(&|| signature.to_bytes())?);
    }
    let mut about = vec![SubpacketData::IsPrimary(true)];
    if version == KeyVersion::V4 {
        about.extend(maker.about_key()?);
    }
    let config = maker.config(SignatureType::CertPositive, about, rng)?;
    let signature: Signature = config
        .sign_certification(&primary_key, &primary_public, &none, Tag::UserId, &id)
        .map_err(engine)?;
    packets::write(&mut bytes, tag::USER_ID, id.id());
    packets::write(&mut bytes, tag::SIGNATURE, &body(&|| signature.to_bytes())?);

    let mut flags = KeyFlags::default();
    flags.set_encrypt_comms(true);
    flags.set_encrypt_storage(true);
    let mut about = vec![SubpacketData::KeyFlags(flags)];
    about.extend(maker.expiry());
    let config = maker.config(SignatureType::SubkeyBinding, about, rng)?;
    let signature = config
        .sign_subkey_binding(&primary_key, &primary_public, &none, &subkey_public)
        .map_err(engine)?;
    packets::write(
        &mut bytes,
        tag::PUBLIC_SUBKEY,
        &body(&|| subkey_public.to_bytes())?,
    );
    packets::write(&mut bytes, tag::SIGNATURE, &body(&|| signature.to_bytes())?);

    // Read back what was written: what we make must be what we accept.
    let certificate = Certificate::from_bytes(&bytes).map_err(|_| AgentError::Failed)?;
    let mut plain = SecretPackets::default();
    plain.replace(SecretComponent::Primary(primary_key).packet()?);
    plain.replace(SecretComponent::Subkey(subkey_key).packet()?);
    let unlocked = unlock::Unlocked::from_packets(&certificate, &plain)?;
    let protected = unlock::protect_new(&certificate, &plain, password, protection, rng)?;
    Ok((certificate, protected, unlocked))
}

/// Makes the self-signatures.
struct Maker<'a> {
    key: &'a SecretKey,
    new: &'a NewKey,
    version: KeyVersion,
}

impl Maker<'_> {
    /// A signature of `typ` with what every one has, and `about`.
    fn config<R: Rng + CryptoRng>(
        &self,
        typ: SignatureType,
        about: Vec<SubpacketData>,
        rng: &mut R,
    ) -> Result<SignatureConfig, AgentError> {
        let (algorithm, hash) = (self.key.algorithm(), HashAlgorithm::Sha512);
        let mut config = if self.version == KeyVersion::V6 {
            SignatureConfig::v6(rng, typ, algorithm, hash).map_err(|_| AgentError::Failed)?
        } else {
            SignatureConfig::v4(typ, algorithm, hash)
        };
        let subpacket = |data| Subpacket::regular(data).map_err(|_| AgentError::Failed);
        let made = Timestamp::from_secs(self.new.made);
        let created = Subpacket::critical(SubpacketData::SignatureCreationTime(made));
        config.hashed_subpackets = vec![
            created.map_err(|_| AgentError::Failed)?,
            subpacket(SubpacketData::IssuerFingerprint(self.key.fingerprint()))?,
        ];
        for data in about {
            config.hashed_subpackets.push(subpacket(data)?);
        }
        if self.version == KeyVersion::V4 {
            let id = SubpacketData::IssuerKeyId(self.key.legacy_key_id());
            config.unhashed_subpackets = vec![subpacket(id)?];
        }
        Ok(config)
    }

    fn expiry(&self) -> Option<SubpacketData> {
        self.new
            .lasts
            .map(|s| SubpacketData::KeyExpirationTime(Duration::from_secs(s)))
    }

    /// Flags, expiry, preferences and features of the key as a whole.
    fn about_key(&self) -> Result<Vec<SubpacketData>, AgentError> {
        let mut flags = KeyFlags::default();
        flags.set_certify(true);
        flags.set_sign(true);
        let (aes256, aes192, aes128) = (
            SymmetricKeyAlgorithm::AES256,
            SymmetricKeyAlgorithm::AES192,
            SymmetricKeyAlgorithm::AES128,
        );
        // Version 4 keys are made for reach: their owner may use them in GnuPG or Thunderbird too, which cannot read
        // SEIPDv2, so that they do not ask for it. Version 6 keys are for programs that can.
        let mut features = Features::default();
        features.set_seipd_v1(true);
        features.set_seipd_v2(self.version == KeyVersion::V6);
        let hashes = [
            HashAlgorithm::Sha512,
            HashAlgorithm::Sha384,
            HashAlgorithm::Sha256,
        ];
        let mut about = vec![
            SubpacketData::KeyFlags(flags),
            SubpacketData::Features(features),
            SubpacketData::PreferredSymmetricAlgorithms(
                [aes256, aes192, aes128].into_iter().collect(),
            ),
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
        if self.version == KeyVersion::V6 {
            let suites = [(aes256, AeadAlgorithm::Ocb), (aes128, AeadAlgorithm::Ocb)];
            about.push(SubpacketData::PreferredAeadAlgorithms(
                suites.into_iter().collect(),
            ));
        }
        about.extend(self.expiry());
        Ok(about)
    }
}
