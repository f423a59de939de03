//! Subkeys: making, binding, withdrawing, replacing.

use pgp::packet::{
    KeyFlags, PubKeyInner, PublicSubkey, SecretSubkey, Signature, SignatureType, Subpacket,
    SubpacketData,
};
use pgp::ser::Serialize;
use pgp::types::{KeyDetails, KeyVersion, Password, SecretParams, Timestamp};
use rand::{CryptoRng, Rng};

use super::{Edit, Why, lasting};
use crate::agent::component::SecretComponent;
use crate::agent::fresh::Algorithm;
use crate::agent::signer::{Signer, regular};
use crate::agent::{AgentError, SecretPackets};
use crate::cert::packets::tag;
use crate::cert::{Certificate, Subkey};
use crate::policy::algorithm::is_post_quantum;
use crate::policy::{self, ComponentKey};
use crate::wire::{Fingerprint, KeyUse, Reason, Time};

/// The algorithm of a new subkey for encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubkeyKind {
    /// X25519; in version 4 in its older form, which every program reads.
    Curve25519,
    /// ML-KEM-768+X25519 (RFC 9980): version 4 and 6.
    PostQuantum,
}

/// A certificate with new subkeys, and their secret parts, in clear.
pub struct NewSubkey {
    /// With the subkeys.
    pub certificate: Certificate,
    /// To be protected and stored beside the others.
    pub secret: SecretPackets,
}

impl SubkeyKind {
    pub(in crate::agent) fn algorithm(self, version: KeyVersion) -> Algorithm {
        match self {
            Self::PostQuantum => Algorithm::MlKem768X25519,
            Self::Curve25519 if version == KeyVersion::V6 => Algorithm::X25519,
            Self::Curve25519 => Algorithm::EcdhLegacy,
        }
    }
}

impl Edit<'_> {
    /// Adds a subkey for encryption that ends at `until`.
    ///
    /// # Errors
    /// [`AgentError::Unusable`] for a withdrawn key or a time that has passed.
    pub fn add_subkey<R: Rng + CryptoRng>(
        &self,
        kind: SubkeyKind,
        until: Option<Time>,
        rng: &mut R,
    ) -> Result<NewSubkey, AgentError> {
        self.status()?;
        let version = self.certificate.primary.key.version();
        let (algorithm, public, secret) = kind.algorithm(version).generate(rng)?;
        let made = Timestamp::from_secs(self.made);
        let key = PubKeyInner::new(version, algorithm, made, None, public)
            .and_then(PublicSubkey::from_inner)
            .map_err(|_| AgentError::Failed)?;
        let mut flags = KeyFlags::default();
        flags.set_encrypt_comms(true);
        flags.set_encrypt_storage(true);
        let mut about = vec![regular(SubpacketData::KeyFlags(flags))?];
        about.extend(lasting(self.made, until)?);
        let binding = self.on_subkey(&key, SignatureType::SubkeyBinding, about, rng)?;
        let body = key.to_bytes().map_err(|_| AgentError::Failed)?;
        let mut added = self.add();
        added
            .packet(tag::PUBLIC_SUBKEY, &body)
            .signature(&binding)?;
        Ok(NewSubkey {
            certificate: self.with(added)?,
            secret: secret_packet(key, secret)?,
        })
    }

    /// Withdraws a subkey.
    ///
    /// # Errors
    /// [`AgentError::NotThere`]
    pub fn revoke_subkey<R: Rng + CryptoRng>(
        &self,
        component: &Fingerprint,
        why: Why,
        text: &str,
        rng: &mut R,
    ) -> Result<Certificate, AgentError> {
        let subkey = self.subkey(component)?;
        let about = vec![why.subpacket(text)?];
        let signature = self.on_subkey(&subkey.key, SignatureType::SubkeyRevocation, about, rng)?;
        let mut added = self.add();
        added
            .packet(tag::PUBLIC_SUBKEY, &subkey.body)
            .signature(&signature)?;
        self.with(added)
    }

    /// New subkeys for encryption of the kinds that are in use, in the place of those, which are withdrawn as
    /// superseded. Old messages stay readable: the old secrets are kept. Where the key has ended, those are meant that would be in use
    /// again with it: nobody who prolongs it shall find the old ones beside the new.
    ///
    /// # Errors
    /// As [`Self::add_subkey`].
    pub fn rotate_encryption<R: Rng + CryptoRng>(
        &self,
        until: Option<Time>,
        rng: &mut R,
    ) -> Result<NewSubkey, AgentError> {
        let following = self.following();
        let follows = |c: &policy::Component<'_>| following.iter().any(|s| c.is_of(s));
        let ended = |reason: &Reason| *reason == Reason::Expired;
        let encrypts = |c: &policy::Component<'_>| {
            let reasons = c.reasons(KeyUse::Encrypt, self.made, self.made);
            reasons.iter().all(ended)
        };
        let old = policy::Component::all(self.certificate).filter(|c| follows(c) && encrypts(c));
        let old: Vec<_> = old.collect();
        let quantum = |c: &policy::Component<'_>| is_post_quantum(c.key().algorithm());
        let mut kinds = Vec::new();
        if old.iter().any(|c| !quantum(c)) || old.is_empty() {
            kinds.push(SubkeyKind::Curve25519);
        }
        if old.iter().any(quantum) {
            kinds.push(SubkeyKind::PostQuantum);
        }
        let mut result: Option<NewSubkey> = None;
        for kind in kinds {
            let new = self.add_subkey(kind, until, rng)?;
            result = Some(match result {
                None => new,
                Some(mut all) => {
                    all.certificate = merge(&all.certificate, &new.certificate)?;
                    for packet in new.secret.iter() {
                        all.secret.replace(packet.clone());
                    }
                    all
                }
            });
        }
        let mut result = result.ok_or(AgentError::Failed)?;
        for component in old {
            let gone = self.revoke_subkey(&component.fingerprint(), Why::Superseded, "", rng)?;
            result.certificate = merge(&result.certificate, &gone)?;
        }
        Ok(result)
    }

    /// The subkey with this fingerprint.
    pub(super) fn subkey(&self, component: &Fingerprint) -> Result<&Subkey, AgentError> {
        let is =
            |s: &&Subkey| Fingerprint::from_bytes(s.key.fingerprint().as_bytes()) == *component;
        let found = self.certificate.subkeys.iter().find(is);
        found.ok_or(AgentError::NotThere)
    }

    /// A binding of a subkey, or its revocation.
    pub(super) fn on_subkey<R: Rng + CryptoRng>(
        &self,
        subkey: &PublicSubkey,
        typ: SignatureType,
        about: Vec<Subpacket>,
        rng: &mut R,
    ) -> Result<Signature, AgentError> {
        let signer = self.signer(rng)?;
        signer
            .config(typ, self.made, about)?
            .sign_subkey_binding(
                &signer,
                &self.certificate.primary.key,
                &Password::empty(),
                subkey,
            )
            .map_err(|_| AgentError::Failed)
    }

    /// The back-signature for a new binding (RFC 9580, 10.1.5): a new one when the subkey's secret is open, else `back`, the
    /// one that is in force.
    pub(super) fn back_signature<R: Rng + CryptoRng>(
        &self,
        subkey: &Subkey,
        back: Option<&Signature>,
        rng: &mut R,
    ) -> Result<Subpacket, AgentError> {
        let fingerprint = Fingerprint::from_bytes(subkey.key.fingerprint().as_bytes());
        let signature = match self.unlocked.component(&fingerprint) {
            Some(open) => {
                let signer = Signer::new(open, ComponentKey::Subkey(&subkey.key), rng);
                signer
                    .config(SignatureType::KeyBinding, self.made, Vec::new())?
                    .sign_primary_key_binding(
                        &signer,
                        &subkey.key,
                        &Password::empty(),
                        &self.certificate.primary.key,
                    )
                    .map_err(|_| AgentError::Failed)?
            }
            None => back.cloned().ok_or(AgentError::NoSecret)?,
        };
        regular(SubpacketData::EmbeddedSignature(Box::new(signature)))
    }
}

fn secret_packet(key: PublicSubkey, secret: SecretParams) -> Result<SecretPackets, AgentError> {
    let key = SecretSubkey::new(key, secret).map_err(|_| AgentError::Failed)?;
    let mut packets = SecretPackets::default();
    packets.replace(SecretComponent::Subkey(key).packet()?);
    Ok(packets)
}

fn merge(a: &Certificate, b: &Certificate) -> Result<Certificate, AgentError> {
    let limit = crate::limits::MAX_CERTIFICATE as u32;
    a.merge(b).map_err(|_| AgentError::Limit(limit))
}
