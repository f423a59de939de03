//! Certifying another's user ID, "I checked that this address belongs to this key", and taking that back.

use pgp::packet::{
    CERTIFICATION_SIGNATURE_TYPES, PacketHeader, RevocationCode, Signature, SignatureType,
    Subpacket, SubpacketData, UserId,
};
use pgp::ser::Serialize;
use pgp::types::{Password, Tag};
use rand::{CryptoRng, Rng};

use super::Edit;
use crate::agent::AgentError;
use crate::agent::signer::{critical, regular};
use crate::cert::packets::{self, tag};
use crate::cert::{Certificate, is_local};
use crate::limits;
use crate::policy::{self, PrimaryStatus, UserStatus, uses};
use crate::wire::{KeyUse, Time};

/// What is said by a certification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certification {
    /// How well it was checked: 0 not said, 1 not at all, 2 casually, 3 carefully (types 0x10 to 0x13, RFC 9580, 5.2.1).
    pub level: u8,
    /// Others may see it; otherwise it is for the own keyring only (RFC 9580, 5.2.3.19).
    pub exportable: bool,
}

impl Edit<'_> {
    /// Certifies a user ID of `other`; returns `other` with the certification.
    ///
    /// # Errors
    /// [`AgentError::NotThere`] when it has no such user ID that is valid; [`AgentError::Unusable`] when either key
    /// cannot be used for this.
    pub fn certify<R: Rng + CryptoRng>(
        &self,
        other: &Certificate,
        id: &[u8],
        says: Certification,
        rng: &mut R,
    ) -> Result<Certificate, AgentError> {
        let user = other.users.iter().find(|u| u.id.id() == id);
        let user = user.ok_or(AgentError::NotThere)?;
        if !UserStatus::at(other, user, self.made, self.made).is_valid() {
            return Err(AgentError::NotThere);
        }
        self.certify_as(other, &user.id, says, rng)
    }

    /// Certifies a name of the own choice for `other`, whether or not its owner claims it; returns `other` with it.
    ///
    /// # Errors
    /// [`AgentError::Malformed`] for what is no user ID; else as [`Self::certify`].
    pub fn certify_name<R: Rng + CryptoRng>(
        &self,
        other: &Certificate,
        id: &str,
        says: Certification,
        rng: &mut R,
    ) -> Result<Certificate, AgentError> {
        let length = u32::try_from(id.len()).map_err(|_| AgentError::Malformed)?;
        let header = PacketHeader::new_fixed(Tag::UserId, length);
        let id = UserId::try_from_reader(header, id.as_bytes());
        self.certify_as(other, &id.map_err(|_| AgentError::Malformed)?, says, rng)
    }

    /// Takes back what the own key certified about a user ID of `other` (type 0x30, RFC 9580, 5.2.1.8); returns `other`
    /// with that. What nobody else could see is taken back for the own keyring only.
    ///
    /// # Errors
    /// [`AgentError::NotThere`] when there is nothing to take back; [`AgentError::Unusable`] when the own key cannot be
    /// used for this.
    pub fn revoke_certification<R: Rng + CryptoRng>(
        &self,
        other: &Certificate,
        id: &[u8],
        rng: &mut R,
    ) -> Result<Certificate, AgentError> {
        let user = other.users.iter().find(|u| u.id.id() == id);
        let user = user.ok_or(AgentError::NotThere)?;
        let said = || policy::certifications_by(other, user, self.certificate);
        let newest = |types: &[SignatureType]| {
            said()
                .filter(|s| s.typ().is_some_and(|typ| types.contains(&typ)))
                .filter_map(created)
                .max()
        };
        let made = newest(CERTIFICATION_SIGNATURE_TYPES).ok_or(AgentError::NotThere)?;
        if newest(&[SignatureType::CertRevocation]).is_some_and(|revoked| revoked >= made) {
            return Err(AgentError::NotThere);
        }
        self.may_certify()?;
        let reason = SubpacketData::RevocationReason(RevocationCode::NoReason, Default::default());
        let mut about = vec![regular(reason)?];
        if said().all(is_local) {
            about.push(local()?);
        }
        let typ = SignatureType::CertRevocation;
        self.say(other, &user.id, typ, self.now.max(made), about, rng)
    }

    fn certify_as<R: Rng + CryptoRng>(
        &self,
        other: &Certificate,
        id: &UserId,
        says: Certification,
        rng: &mut R,
    ) -> Result<Certificate, AgentError> {
        self.may_certify()?;
        let theirs = PrimaryStatus::at(other, self.made, self.made);
        if !theirs.reasons.is_empty() {
            return Err(AgentError::Unusable);
        }
        let typ = match says.level {
            0 => SignatureType::CertGeneric,
            1 => SignatureType::CertPersona,
            2 => SignatureType::CertCasual,
            3 => SignatureType::CertPositive,
            _ => return Err(AgentError::Malformed),
        };
        let mut about = Vec::new();
        if !says.exportable {
            about.push(local()?);
        }
        // Its date needs not be later than the own self-signatures, and must not lie ahead; but what was said about this
        // user ID before shall count no more.
        let user = other.users.iter().find(|user| user.id.id() == id.id());
        let before = user
            .into_iter()
            .flat_map(|user| policy::certifications_by(other, user, self.certificate))
            .filter_map(created);
        let made = before.fold(self.now, |made, before| made.max(before.saturating_add(1)));
        self.say(other, id, typ, made, about, rng)
    }

    fn may_certify(&self) -> Result<(), AgentError> {
        let own = PrimaryStatus::at(self.certificate, self.made, self.made);
        let may = uses(own.flags().as_ref()).contains(&KeyUse::Certify) || own.flags().is_none();
        match own.reasons.is_empty() && may {
            true => Ok(()),
            false => Err(AgentError::Unusable),
        }
    }

    /// `other` with a signature of the own key on a user ID.
    fn say<R: Rng + CryptoRng>(
        &self,
        other: &Certificate,
        id: &UserId,
        typ: SignatureType,
        made: Time,
        about: Vec<Subpacket>,
        rng: &mut R,
    ) -> Result<Certificate, AgentError> {
        if made > self.now.saturating_add(limits::CLOCK_SKEW) {
            return Err(AgentError::Unusable);
        }
        let signer = self.signer(rng)?;
        let signature = signer
            .config(typ, made, about)?
            .sign_certification_third_party(
                &signer,
                &Password::empty(),
                &other.primary.key,
                Tag::UserId,
                id,
            )
            .and_then(|signature| signature.to_bytes())
            .map_err(|_| AgentError::Failed)?;
        let mut bytes = Vec::new();
        packets::write(&mut bytes, tag::PUBLIC_KEY, &other.primary.body);
        packets::write(&mut bytes, tag::USER_ID, id.id());
        packets::write(&mut bytes, tag::SIGNATURE, &signature);
        let update = Certificate::from_bytes(&bytes).map_err(|_| AgentError::Failed)?;
        let limit = AgentError::Limit(limits::MAX_CERTIFICATE as u32);
        let merged = other.merge_beside(&update, &self.own);
        let merged = merged.map_err(|_| limit)?;
        // What was said and not kept would be believed to be said.
        let mut users = merged.users.iter().filter(|user| user.id.id() == id.id());
        let said = users.any(|user| user.signatures.iter().any(|s| s.body() == signature));
        said.then_some(merged).ok_or(limit)
    }
}

fn created(signature: &Signature) -> Option<Time> {
    signature.created().map(|made| made.as_secs())
}

/// For the own keyring only (RFC 9580, 5.2.3.19).
fn local() -> Result<Subpacket, AgentError> {
    critical(SubpacketData::ExportableCertification(false))
}
