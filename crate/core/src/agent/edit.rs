//! Changes to an own key. Each gives a whole new certificate and leaves the old one as it is, so that a change is one
//! complete write or none; whatever the certificate held before is still in it, revoked or superseded by date.

mod certify;
mod expiry;
mod revoke;
mod subkeys;
mod user_ids;

use pgp::packet::{Signature, SignatureType, Subpacket, SubpacketData};
use pgp::ser::Serialize;
use pgp::types::{Duration, Password, Tag};
use rand::{CryptoRng, Rng};

pub use self::certify::Certification;
pub use self::expiry::Expiring;
pub use self::revoke::{Why, revocation_block};
pub use self::subkeys::{NewSubkey, SubkeyKind};
use super::signer::{Signer, regular};
use super::{AgentError, Unlocked};
use crate::cert::packets::{self, tag};
use crate::cert::{Certificate, User};
use crate::limits;
use crate::policy::{self, ComponentKey, PrimaryStatus, UserStatus};
use crate::wire::{Reason, Time};

/// An own key whose primary key is open, about to be changed.
pub struct Edit<'a> {
    certificate: &'a Certificate,
    unlocked: &'a Unlocked,
    now: Time,
    /// The date of what is signed: later than every self-signature that is there, because the newest counts.
    made: Time,
    /// All own keys: what they certified stays.
    own: Vec<&'a Certificate>,
}

/// Packets that will be added.
struct Added(Vec<u8>);

impl<'a> Edit<'a> {
    /// Prepares a change of `certificate` at `now`.
    ///
    /// # Errors
    /// [`AgentError::NoSecret`] when the primary key's secret is not open (it may be kept offline);
    /// [`AgentError::Future`] when it or a self-signature was made later than `now`.
    pub fn new(
        certificate: &'a Certificate,
        unlocked: &'a Unlocked,
        now: Time,
    ) -> Result<Self, AgentError> {
        let mut edit = Self::withdrawing(certificate, unlocked, now)?;
        let primary = &certificate.primary;
        let own = (primary.own())
            .chain(certificate.users.iter().flat_map(|u| u.own(primary)))
            .chain(certificate.subkeys.iter().flat_map(|s| s.own(primary)));
        let newest = own.filter_map(policy::claimed_time);
        edit.made = newest.max().map_or(now, |t| now.max(t.saturating_add(1)));
        if edit.made > now.saturating_add(limits::CLOCK_SKEW) || certificate.created() > edit.made {
            return Err(AgentError::Future);
        }
        Ok(edit)
    }

    /// Prepares a revocation that is hard ([`Why::is_hard`]), and nothing else. It counts for all times, whatever its date, so
    /// that a change that was made while the clock was ahead does not stand in its way.
    ///
    /// # Errors
    /// [`AgentError::NoSecret`]
    pub fn withdrawing(
        certificate: &'a Certificate,
        unlocked: &'a Unlocked,
        now: Time,
    ) -> Result<Self, AgentError> {
        let fingerprint = certificate.fingerprint();
        if *unlocked.certificate() != fingerprint || !unlocked.has(&fingerprint) {
            return Err(AgentError::NoSecret);
        }
        Ok(Self {
            certificate,
            unlocked,
            now,
            // Other programs take no signature that is older than its key.
            made: now.max(certificate.created()),
            own: vec![certificate],
        })
    }

    /// The same in a keyring with these own keys: whatever is changed, what they certified is not dropped for want of room.
    pub fn beside(mut self, own: &[&'a Certificate]) -> Self {
        self.own.extend(own);
        self
    }

    /// The state of the key, which must not be withdrawn or beyond repair: a new self-signature would take back a
    /// revocation that the owner made.
    fn status(&self) -> Result<PrimaryStatus<'a>, AgentError> {
        let status = PrimaryStatus::at(self.certificate, self.made, self.made);
        let lasting = |reason: &Reason| {
            matches!(
                reason,
                Reason::RevokedHard
                    | Reason::RevokedSoft
                    | Reason::MaybeRevoked
                    | Reason::NotYetValid
                    | Reason::WeakKey
                    | Reason::WeakAlgorithm
                    | Reason::Unsupported
            )
        };
        match status.reasons.iter().any(lasting) {
            true => Err(AgentError::Unusable),
            false => Ok(status),
        }
    }

    fn signer<'r, R: Rng + CryptoRng>(
        &'r self,
        rng: &'r mut R,
    ) -> Result<Signer<'r, R>, AgentError> {
        let open = self.unlocked.component(&self.certificate.fingerprint());
        let public = ComponentKey::Primary(&self.certificate.primary.key);
        Ok(Signer::new(open.ok_or(AgentError::NoSecret)?, public, rng))
    }

    /// A certification of an own user ID, or its revocation.
    fn on_user<R: Rng + CryptoRng>(
        &self,
        user: &User,
        typ: SignatureType,
        about: Vec<Subpacket>,
        rng: &mut R,
    ) -> Result<Signature, AgentError> {
        let signer = self.signer(rng)?;
        signer
            .config(typ, self.made, about)?
            .sign_certification(
                &signer,
                &self.certificate.primary.key,
                &Password::empty(),
                Tag::UserId,
                &user.id,
            )
            .map_err(|_| AgentError::Failed)
    }

    /// A direct-key signature, or a revocation of the key.
    fn on_key<R: Rng + CryptoRng>(
        &self,
        typ: SignatureType,
        about: Vec<Subpacket>,
        rng: &mut R,
    ) -> Result<Signature, AgentError> {
        let signer = self.signer(rng)?;
        signer
            .config(typ, self.made, about)?
            .sign_key(&signer, &Password::empty(), &self.certificate.primary.key)
            .map_err(|_| AgentError::Failed)
    }

    /// The user IDs that are valid now.
    fn valid_users(&self) -> impl Iterator<Item = (&'a User, &'a Signature)> {
        let (certificate, made) = (self.certificate, self.made);
        certificate.users.iter().filter_map(move |user| {
            let status = UserStatus::at(certificate, user, made, made);
            let valid = status.is_valid();
            valid.then_some(user).zip(status.binding.ok())
        })
    }

    /// The user ID that counts as the primary one where none is marked: the one that was signed last (RFC 9580, 5.2.3.27).
    /// Whatever is signed anew would take its place, unless it is marked then.
    fn unmarked_primary(&self) -> Option<&'a [u8]> {
        let mut newest: Option<(Time, &'a [u8])> = None;
        for (user, binding) in self.valid_users() {
            if policy::is_primary(binding) {
                return None;
            }
            let made = policy::claimed_time(binding).unwrap_or(0);
            if newest.is_none_or(|(before, _)| before < made) {
                newest = Some((made, user.id.id()));
            }
        }
        newest.map(|(_, id)| id)
    }

    /// The user ID with these bytes.
    fn user(&self, id: &[u8]) -> Result<&'a User, AgentError> {
        let found = self.certificate.users.iter().find(|u| u.id.id() == id);
        found.ok_or(AgentError::NotThere)
    }

    /// The certificate and what was added to it. Nothing is lost: it is a merge.
    fn with(&self, added: Added) -> Result<Certificate, AgentError> {
        let update = Certificate::from_bytes(&added.0).map_err(|_| AgentError::Failed)?;
        self.certificate
            .merge_beside(&update, &self.own)
            .map_err(|_| AgentError::Limit(limits::MAX_CERTIFICATE as u32))
    }

    /// Additions to this certificate.
    fn add(&self) -> Added {
        let mut bytes = Vec::new();
        packets::write(&mut bytes, tag::PUBLIC_KEY, &self.certificate.primary.body);
        Added(bytes)
    }
}

impl Added {
    fn packet(&mut self, tag: u8, body: &[u8]) -> &mut Self {
        packets::write(&mut self.0, tag, body);
        self
    }

    fn signature(&mut self, signature: &Signature) -> Result<&mut Self, AgentError> {
        let body = signature.to_bytes().map_err(|_| AgentError::Failed)?;
        Ok(self.packet(tag::SIGNATURE, &body))
    }
}

/// What a self-signature says and its successor shall say too: everything but who made it when, what it was bound to,
/// and what the change sets anew.
fn kept(signature: &Signature) -> Vec<Subpacket> {
    let stays = |subpacket: &&Subpacket| {
        !matches!(
            subpacket.data,
            SubpacketData::SignatureCreationTime(_)
                | SubpacketData::SignatureExpirationTime(_)
                | SubpacketData::KeyExpirationTime(_)
                | SubpacketData::IssuerKeyId(_)
                | SubpacketData::IssuerFingerprint(_)
                | SubpacketData::IsPrimary(_)
                | SubpacketData::EmbeddedSignature(_)
                | SubpacketData::SignatureTarget(..)
        )
    };
    let config = signature.config().into_iter();
    config
        .flat_map(|c| c.hashed_subpackets())
        .filter(stays)
        .cloned()
        .collect()
}

/// The end of a key made at `start` (RFC 9580, 5.2.3.13); nothing for one without an end.
fn lasting(start: Time, until: Option<Time>) -> Result<Option<Subpacket>, AgentError> {
    let Some(until) = until else { return Ok(None) };
    let lasts = until.checked_sub(start).filter(|s| *s > 0);
    let lasts = Duration::from_secs(lasts.ok_or(AgentError::Unusable)?);
    regular(SubpacketData::KeyExpirationTime(lasts)).map(Some)
}
