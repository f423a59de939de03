//! Who signed, and whether the user knows that it is so.

use super::Judge;
use crate::cert::Certificate;
use crate::policy::UserStatus;
use crate::wire::{Confirmation, Time, UserIdInfo, Vouched};

/// Those who may have signed. Made of certificates alone, nobody vouches for any of them.
#[derive(Clone, Copy)]
pub struct Signers<'a> {
    pub(super) certificates: &'a [Certificate],
    vouched: &'a [Vouched],
}

impl<'a> Signers<'a> {
    /// With what the user says of them.
    pub fn new(certificates: &'a [Certificate], vouched: &'a [Vouched]) -> Self {
        Self {
            certificates,
            vouched,
        }
    }
}

impl<'a> From<&'a [Certificate]> for Signers<'a> {
    fn from(certificates: &'a [Certificate]) -> Self {
        Self::new(certificates, &[])
    }
}

impl<'a> From<&'a Vec<Certificate>> for Signers<'a> {
    fn from(certificates: &'a Vec<Certificate>) -> Self {
        Self::new(certificates, &[])
    }
}

impl<'a, const N: usize> From<&'a [Certificate; N]> for Signers<'a> {
    fn from(certificates: &'a [Certificate; N]) -> Self {
        Self::new(certificates, &[])
    }
}

impl Judge<'_> {
    /// The user ID with the sender's address, otherwise the primary one; and whether the user has confirmed that very one.
    ///
    /// One that was valid at `at` counts, too: who gives up an address has still signed what was sent from it before. Of
    /// several with that address one that is confirmed is named: the owner of a key can add any name to it.
    pub(super) fn signer(
        &self,
        cert: &Certificate,
        at: Time,
    ) -> (Option<UserIdInfo>, Confirmation) {
        let fingerprint = cert.fingerprint();
        let mut vouched = self.signers.vouched.iter();
        let vouched = vouched.find(|vouched| vouched.certificate == fingerprint);
        let confirmed = |id: &UserIdInfo| vouched.is_some_and(|v| v.user_ids.contains(&id.id));
        let was_valid = |id: &UserIdInfo| {
            let mut users = cert.users.iter();
            let user = users.find(|user| user.id.id() == id.id.0);
            user.is_some_and(|user| UserStatus::was_valid(cert, user, at, self.now))
        };
        let ids = cert.info(self.now).user_ids.into_iter();
        let stood = ids.filter(|id| id.valid || was_valid(id));
        // Valid ones come first: of those that are as good as each other the first.
        let signer = stood.rev().max_by_key(|id| {
            let is_sender = self.sender.is_some() && id.email == self.sender;
            (is_sender, is_sender && confirmed(id))
        });
        let confirmation = match vouched {
            Some(vouched) if vouched.own => Confirmation::Own,
            _ if signer.as_ref().is_some_and(confirmed) => Confirmation::Confirmed,
            _ => Confirmation::Unconfirmed,
        };
        (signer, confirmation)
    }
}
