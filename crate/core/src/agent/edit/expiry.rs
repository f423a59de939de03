//! When a key ends.

use pgp::packet::{SignatureType, Subpacket, SubpacketData};
use pgp::types::{KeyDetails, KeyVersion};
use rand::{CryptoRng, Rng};

use super::{Added, Edit, kept, lasting};
use crate::agent::signer::regular;
use crate::agent::{AgentError, capabilities};
use crate::cert::packets::tag;
use crate::cert::{Certificate, Subkey};
use crate::policy::{PrimaryStatus, SubkeyStatus, is_primary, key_lasts, uses};
use crate::wire::{Fingerprint, KeyUse, Reason, Time};

/// Whose end is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expiring {
    /// The key and all its subkeys that are in use, together.
    All,
    /// One component key alone.
    Component(Fingerprint),
}

impl Edit<'_> {
    /// Sets the end of the key, or of one component key; `None` means that it does not end.
    ///
    /// With [`Expiring::All`] follow those subkeys that have not ended or that ended with the key, and for each use that
    /// none of these has, the newest of the others; withdrawn ones never.
    ///
    /// # Errors
    /// [`AgentError::Unusable`] for a time that has passed or a withdrawn component; [`AgentError::NotThere`].
    pub fn set_expiry<R: Rng + CryptoRng>(
        &self,
        which: &Expiring,
        until: Option<Time>,
        rng: &mut R,
    ) -> Result<Certificate, AgentError> {
        self.check_end(until)?;
        let mut added = self.add();
        match which {
            Expiring::Component(f) if *f != self.certificate.fingerprint() => {
                let subkey = self.subkey(f)?;
                self.status()?;
                self.extend_subkey(subkey, until, &mut added, rng)?;
            }
            Expiring::Component(_) => self.extend_primary(until, false, &mut added, rng)?,
            Expiring::All => self.extend_all(until, false, &mut added, rng)?,
        }
        self.with(added)
    }

    /// Signs all anew as [`Edit::set_expiry`] does with [`Expiring::All`], and lets the key say that its owner's programs
    /// can do what a key of the same version says that is made today.
    ///
    /// # Errors
    /// As [`Edit::set_expiry`].
    pub fn modernise<R: Rng + CryptoRng>(
        &self,
        until: Option<Time>,
        rng: &mut R,
    ) -> Result<Certificate, AgentError> {
        self.check_end(until)?;
        let mut added = self.add();
        self.extend_all(until, true, &mut added, rng)?;
        self.with(added)
    }

    fn check_end(&self, until: Option<Time>) -> Result<(), AgentError> {
        match until.is_some_and(|until| until <= self.now) {
            true => Err(AgentError::Unusable),
            false => Ok(()),
        }
    }

    fn extend_all<R: Rng + CryptoRng>(
        &self,
        until: Option<Time>,
        modern: bool,
        added: &mut Added,
        rng: &mut R,
    ) -> Result<(), AgentError> {
        self.extend_primary(until, modern, added, rng)?;
        for subkey in self.following() {
            self.extend_subkey(subkey, until, added, rng)?;
        }
        Ok(())
    }

    /// Renews the direct-key signature and, in version 4, the certification of every valid user ID: programs differ in
    /// which of them they believe.
    fn extend_primary<R: Rng + CryptoRng>(
        &self,
        until: Option<Time>,
        modern: bool,
        added: &mut Added,
        rng: &mut R,
    ) -> Result<(), AgentError> {
        let status = self.status()?;
        let end = lasting(self.certificate.created(), until)?;
        let version = self.certificate.primary.key.version();
        let v6 = version == KeyVersion::V6;
        let users: Vec<_> = self.valid_users().collect();
        let direct = status.direct_key();
        if v6 || direct.is_some() || users.is_empty() {
            let template = direct.or(status.about_key());
            let mut about = template.map(kept).unwrap_or_default();
            if modern {
                capabilities::complete(&mut about, version)?;
            }
            about.extend(end.clone());
            let signature = self.on_key(SignatureType::Key, about, rng)?;
            // Signatures on the key itself come before those on its user IDs.
            added.signature(&signature)?;
        }
        let several = users.len() > 1;
        let unmarked = several.then(|| self.unmarked_primary()).flatten();
        let says_end = |binding| key_lasts(binding).is_some();
        let any_says_end = users.iter().any(|(_, binding)| says_end(binding));
        for (user, binding) in users {
            // It would be outdone by those that are signed anew.
            let rules = unmarked == Some(user.id.id());
            if v6 && !says_end(binding) && !(rules && any_says_end) {
                continue;
            }
            let mut about = kept(binding);
            if modern && !v6 {
                capabilities::complete(&mut about, version)?;
            }
            about.extend(end.clone());
            if rules || is_primary(binding) {
                about.push(regular(SubpacketData::IsPrimary(true))?);
            }
            let signature = self.on_user(user, SignatureType::CertPositive, about, rng)?;
            added
                .packet(tag::USER_ID, user.id.id())
                .signature(&signature)?;
        }
        Ok(())
    }

    fn extend_subkey<R: Rng + CryptoRng>(
        &self,
        subkey: &Subkey,
        until: Option<Time>,
        added: &mut Added,
        rng: &mut R,
    ) -> Result<(), AgentError> {
        let status = SubkeyStatus::at(self.certificate, subkey, self.made, self.made);
        if !status.bound || is_withdrawn(&status) {
            return Err(AgentError::Unusable);
        }
        let binding = status.binding.ok_or(AgentError::Unusable)?;
        let mut about: Vec<Subpacket> = kept(binding);
        about.extend(lasting(subkey.key.created_at().as_secs(), until)?);
        // Also where the flags stand in the direct-key signature.
        if status.back.is_some() || uses(status.flags.as_ref()).contains(&KeyUse::Sign) {
            about.push(self.back_signature(subkey, status.back, rng)?);
        }
        let signature = self.on_subkey(&subkey.key, SignatureType::SubkeyBinding, about, rng)?;
        added
            .packet(tag::PUBLIC_SUBKEY, &subkey.body)
            .signature(&signature)?;
        Ok(())
    }

    /// The subkeys that go with the key.
    pub(super) fn following(&self) -> Vec<&Subkey> {
        let at = |s| SubkeyStatus::at(self.certificate, s, self.made, self.made);
        let mut all: Vec<_> = (self.certificate.subkeys.iter())
            .map(|s| (s, at(s)))
            .filter(|(_, status)| status.bound && !is_withdrawn(status))
            .collect();
        all.sort_by_key(|(s, _)| std::cmp::Reverse(s.key.created_at().as_secs()));
        let key_ends = PrimaryStatus::at(self.certificate, self.made, self.made).expires;
        // What ended with the key itself has not been replaced by anything.
        let (live, ended): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, status)| {
            !status.reasons.contains(&Reason::Expired)
                || (key_ends.is_some() && status.expires >= key_ends)
        });
        let mut served: Vec<KeyUse> = Vec::new();
        let mut out = Vec::new();
        for (subkey, status) in live {
            served.extend(uses(status.flags.as_ref()));
            out.push(subkey);
        }
        for (subkey, status) in ended {
            let mut new = uses(status.flags.as_ref());
            new.retain(|u| !served.contains(u));
            if !new.is_empty() {
                served.extend(new);
                out.push(subkey);
            }
        }
        out
    }
}

fn is_withdrawn(status: &SubkeyStatus<'_>) -> bool {
    let revoked = |r: &Reason| matches!(r, Reason::RevokedHard | Reason::RevokedSoft);
    status.reasons.iter().any(revoked)
}
