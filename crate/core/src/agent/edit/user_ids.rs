//! User IDs of an own key: adding, withdrawing, choosing the primary one.

use pgp::packet::{PacketHeader, RevocationCode, SignatureType, Subpacket, SubpacketData, UserId};
use pgp::types::{KeyDetails, KeyVersion, Tag};
use rand::{CryptoRng, Rng};

use super::{Edit, kept, lasting};
use crate::agent::AgentError;
use crate::agent::signer::regular;
use crate::cert::packets::tag;
use crate::cert::{Certificate, User};
use crate::limits;
use crate::policy::{UserStatus, is_primary};

impl Edit<'_> {
    /// Adds a user ID, or brings a withdrawn one back.
    ///
    /// # Errors
    /// [`AgentError::AlreadyThere`] for one that is valid.
    pub fn add_user_id<R: Rng + CryptoRng>(
        &self,
        id: &[u8],
        primary: bool,
        rng: &mut R,
    ) -> Result<Certificate, AgentError> {
        if self.valid_users().any(|(user, _)| user.id.id() == id) {
            return Err(AgentError::AlreadyThere);
        }
        if id.is_empty() || id.len() > limits::MAX_USER_ID {
            return Err(AgentError::Limit(limits::MAX_USER_ID as u32));
        }
        let header = PacketHeader::new_fixed(Tag::UserId, id.len() as u32);
        let user = User {
            id: UserId::try_from_reader(header, id).map_err(|_| AgentError::Malformed)?,
            signatures: Vec::new(),
        };
        let mut about = self.about_user(&user)?;
        about.extend(primary_flag(primary)?);
        let mut added = self.add();
        let signature = self.on_user(&user, SignatureType::CertPositive, about, rng)?;
        added.packet(tag::USER_ID, id).signature(&signature)?;
        if primary {
            self.demote(id, &mut added, rng)?;
        } else if let Some(first) = self.unmarked_primary() {
            let user = self.user(first)?;
            let mut about = self.about_user(user)?;
            about.extend(primary_flag(true)?);
            let signature = self.on_user(user, SignatureType::CertPositive, about, rng)?;
            added.packet(tag::USER_ID, first).signature(&signature)?;
        }
        self.with(added)
    }

    /// Withdraws a user ID: "no longer valid" (RFC 9580, 5.2.3.31).
    ///
    /// # Errors
    /// [`AgentError::LastUserId`] when no valid one would be left; [`AgentError::NotThere`].
    pub fn revoke_user_id<R: Rng + CryptoRng>(
        &self,
        id: &[u8],
        rng: &mut R,
    ) -> Result<Certificate, AgentError> {
        self.status()?;
        let user = self.user(id)?;
        if !self.valid_users().any(|(other, _)| other.id.id() != id) {
            return Err(AgentError::LastUserId);
        }
        let code = RevocationCode::CertUserIdInvalid;
        let about = vec![regular(SubpacketData::RevocationReason(
            code,
            Default::default(),
        ))?];
        let signature = self.on_user(user, SignatureType::CertRevocation, about, rng)?;
        let mut added = self.add();
        added.packet(tag::USER_ID, id).signature(&signature)?;
        self.with(added)
    }

    /// Makes a valid user ID the primary one, and no other.
    ///
    /// # Errors
    /// [`AgentError::NotThere`] when it is not valid.
    pub fn make_primary<R: Rng + CryptoRng>(
        &self,
        id: &[u8],
        rng: &mut R,
    ) -> Result<Certificate, AgentError> {
        let user = self.user(id)?;
        if !UserStatus::at(self.certificate, user, self.made, self.made).is_valid() {
            return Err(AgentError::NotThere);
        }
        let mut about = self.about_user(user)?;
        about.extend(primary_flag(true)?);
        let signature = self.on_user(user, SignatureType::CertPositive, about, rng)?;
        let mut added = self.add();
        added.packet(tag::USER_ID, id).signature(&signature)?;
        self.demote(id, &mut added, rng)?;
        self.with(added)
    }

    /// Takes the mark of the primary user ID from all but `id`.
    fn demote<R: Rng + CryptoRng>(
        &self,
        id: &[u8],
        added: &mut super::Added,
        rng: &mut R,
    ) -> Result<(), AgentError> {
        let marked: Vec<_> = self
            .valid_users()
            .filter(|(user, binding)| user.id.id() != id && is_primary(binding))
            .collect();
        for (user, _) in marked {
            let about = self.about_user(user)?;
            let signature = self.on_user(user, SignatureType::CertPositive, about, rng)?;
            added
                .packet(tag::USER_ID, user.id.id())
                .signature(&signature)?;
        }
        Ok(())
    }

    /// What a new certification of `user` says: what its last one says; for one that has none, in version 4, what the
    /// key's primary user ID says. In version 6 that stands in the direct-key signature (RFC 9580, 10.1.1).
    fn about_user(&self, user: &User) -> Result<Vec<Subpacket>, AgentError> {
        let status = self.status()?;
        let binding = UserStatus::at(self.certificate, user, self.made, self.made).binding;
        let v6 = self.certificate.primary.key.version() == KeyVersion::V6;
        let mut about = match binding.ok() {
            Some(binding) => kept(binding),
            None if v6 => Vec::new(),
            None => status.about_key().map(kept).unwrap_or_default(),
        };
        if !v6 {
            about.extend(lasting(self.certificate.created(), status.expires)?);
        }
        Ok(about)
    }
}

fn primary_flag(primary: bool) -> Result<Option<Subpacket>, AgentError> {
    primary
        .then(|| regular(SubpacketData::IsPrimary(true)))
        .transpose()
}
