//! Component keys: the primary key and the subkeys, as the engine uses them.

use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::packet::{PublicKey, PublicSubkey};
use pgp::ser::Serialize;
use pgp::types::{
    EncryptionKey, EskType, Fingerprint as RawFingerprint, KeyDetails, KeyId, KeyVersion,
    PkeskBytes, PublicParams, SignatureBytes, Timestamp, VerifyingKey,
};
use rand::{CryptoRng, Rng};

use super::status::{PrimaryStatus, SubkeyStatus, uses};
use super::{Purpose, algorithm, distinct, hash};
use crate::cert::{Certificate, Subkey};
use crate::wire::{Fingerprint, KeyUse, Reason, Time};

/// A component key of a certificate.
#[derive(Clone, Copy, Debug)]
pub struct Component<'a> {
    cert: &'a Certificate,
    subkey: Option<&'a Subkey>,
}

impl<'a> Component<'a> {
    /// All component keys, the primary key first.
    pub(crate) fn all(cert: &'a Certificate) -> impl Iterator<Item = Self> {
        std::iter::once(Self { cert, subkey: None }).chain(cert.subkeys.iter().map(move |s| Self {
            cert,
            subkey: Some(s),
        }))
    }

    /// Its own fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::from_bytes(self.key().fingerprint().as_bytes())
    }

    /// The key for the engine.
    pub fn key(&self) -> ComponentKey<'a> {
        match self.subkey {
            None => ComponentKey::Primary(&self.cert.primary.key),
            Some(subkey) => ComponentKey::Subkey(&subkey.key),
        }
    }

    /// Whether it is this subkey.
    pub(crate) fn is_of(&self, subkey: &Subkey) -> bool {
        self.subkey.is_some_and(|own| std::ptr::eq(own, subkey))
    }

    /// Whether it is the primary key.
    pub fn is_primary(&self) -> bool {
        self.subkey.is_none()
    }

    /// Whether the owner ever bound it; the primary key is bound to itself.
    pub(crate) fn is_bound(&self) -> bool {
        self.subkey
            .is_none_or(|s| s.own(&self.cert.primary).next().is_some())
    }

    /// Whether what it signed is its owner's: always so of the primary key, and of a subkey that ever signed back (RFC 9580,
    /// 10.1.5). Everybody can add somebody else's key to an own certificate, and bind it; only who holds that key can answer.
    pub(crate) fn is_proven(&self) -> bool {
        let primary = &self.cert.primary;
        let answers = |subkey: &Subkey| {
            let mut own = subkey.own(primary);
            own.any(|s| subkey.back_signatures(s, primary).next().is_some())
        };
        self.subkey.is_none_or(answers)
    }

    /// When it was made, as it says.
    pub fn created(&self) -> Time {
        self.key().created_at().as_secs()
    }

    /// Why it cannot be used for `wanted` at `at`; empty when it can.
    pub fn reasons(&self, wanted: KeyUse, at: Time, now: Time) -> Vec<Reason> {
        self.reasons_under(&PrimaryStatus::at(self.cert, at, now), wanted, at, now)
    }

    /// Whether its flags at `now` name the purpose (RFC 9580, 5.2.3.29).
    pub(super) fn serves(&self, purpose: Purpose, now: Time) -> bool {
        let primary = PrimaryStatus::at(self.cert, now, now);
        let flags = match self.subkey {
            None => primary.flags(),
            Some(subkey) => {
                let status = SubkeyStatus::at(self.cert, subkey, now, now);
                status.flags.or_else(|| primary.flags_of_subkeys())
            }
        };
        flags.is_some_and(|flags| match purpose {
            Purpose::Any => flags.encrypt_comms() || flags.encrypt_storage(),
            Purpose::Communications => flags.encrypt_comms(),
            Purpose::Storage => flags.encrypt_storage(),
        })
    }

    /// The same with the state of the primary key, which all components share and which takes longest to find.
    pub(super) fn reasons_under(
        &self,
        primary: &PrimaryStatus<'_>,
        wanted: KeyUse,
        at: Time,
        now: Time,
    ) -> Vec<Reason> {
        let mut reasons = primary.reasons.clone();
        let (flags, bound, signs_back) = match self.subkey {
            None => (primary.flags(), primary.is_bound(), true),
            Some(subkey) => {
                let status = SubkeyStatus::at(self.cert, subkey, at, now);
                reasons.extend(status.reasons);
                let flags = status.flags.or_else(|| primary.flags_of_subkeys());
                (flags, status.bound, status.back.is_some())
            }
        };
        let algorithm = self.key().algorithm();
        let able = match wanted {
            KeyUse::Encrypt => algorithm::can_encrypt(algorithm),
            KeyUse::Sign | KeyUse::Certify | KeyUse::Authenticate => algorithm::can_sign(algorithm),
        };
        // What no flags say may be done by a primary key is to certify, and nothing else.
        let plain = flags.is_none() && self.subkey.is_none() && wanted == KeyUse::Certify;
        // Without a binding there are no flags to speak of: the missing binding is the reason.
        if !able || (bound && !plain && !uses(flags.as_ref()).contains(&wanted)) {
            reasons.push(Reason::WrongFlags);
        } else if wanted == KeyUse::Sign && bound && !signs_back {
            reasons.push(Reason::NoBackSignature);
        }
        distinct(reasons)
    }
}

/// The component keys that the owner ever bound, the primary key among them.
pub(crate) fn bound_keys(cert: &Certificate) -> Vec<Fingerprint> {
    let bound = Component::all(cert).filter(Component::is_bound);
    bound.map(|component| component.fingerprint()).collect()
}

/// A primary key or a subkey, borrowed, for the engine's traits.
#[derive(Clone, Copy, Debug)]
pub enum ComponentKey<'a> {
    /// The primary key.
    Primary(&'a PublicKey),
    /// A subkey.
    Subkey(&'a PublicSubkey),
}

macro_rules! delegate {
    ($self:ident, $key:ident => $body:expr) => {
        match $self {
            ComponentKey::Primary($key) => $body,
            ComponentKey::Subkey($key) => $body,
        }
    };
}

impl KeyDetails for ComponentKey<'_> {
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

impl VerifyingKey for ComponentKey<'_> {
    fn verify(
        &self,
        hash: HashAlgorithm,
        data: &[u8],
        sig: &SignatureBytes,
    ) -> pgp::errors::Result<()> {
        if !hash::fits(self.algorithm(), hash) {
            return Err("hash too short for the algorithm".to_owned().into());
        }
        if let PublicParams::RSA(params) = self.public_params()
            && let Some(verifies) = super::rsa::verifies(params, hash, data, sig)
        {
            return match verifies {
                true => Ok(()),
                false => Err("wrong signature".to_owned().into()),
            };
        }
        let low = super::secp256k1::with_low_s(self.public_params(), sig);
        let sig = low.as_ref().unwrap_or(sig);
        delegate!(self, key => key.verify(hash, data, sig))
    }
}

/// As it is hashed when it is signed.
impl Serialize for ComponentKey<'_> {
    fn to_writer<W: std::io::Write>(&self, writer: &mut W) -> pgp::errors::Result<()> {
        delegate!(self, key => key.to_writer(writer))
    }

    fn write_len(&self) -> usize {
        delegate!(self, key => key.write_len())
    }
}

impl EncryptionKey for ComponentKey<'_> {
    fn encrypt<R: CryptoRng + Rng>(
        &self,
        rng: R,
        plain: &[u8],
        typ: EskType,
    ) -> pgp::errors::Result<PkeskBytes> {
        delegate!(self, key => key.encrypt(rng, plain, typ))
    }
}
