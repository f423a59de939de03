//! Cutting down what somebody added to a certificate: what claims to be the owner's and is not, what strangers say.

use super::check::Check;
use super::signature::Sig;
use super::work::{self, Work};
use super::{CertError, Certificate, Opaque, Subkey};
use crate::limits;

/// Third-party signatures that may still be kept, by size.
#[derive(Clone, Copy)]
pub(super) struct Room {
    small: usize,
    large: usize,
}

impl Room {
    pub(super) const USUAL: Self = Self {
        small: limits::MAX_SMALL_THIRD_PARTY,
        large: limits::MAX_LARGE_THIRD_PARTY,
    };

    pub(super) fn half(self) -> Self {
        Self {
            small: self.small / 2,
            large: self.large / 2,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.small == 0 && self.large == 0
    }

    /// Whether there is room for one more; takes it.
    fn take(&mut self, size: usize) -> bool {
        let class = match size {
            _ if size <= limits::MAX_SMALL_SIGNATURE => &mut self.small,
            _ if size <= limits::MAX_LARGE_SIGNATURE => &mut self.large,
            _ => return false,
        };
        match class.checked_sub(1) {
            Some(left) => {
                *class = left;
                true
            }
            None => false,
        }
    }
}

/// What becomes of signatures in the name of an own key that there is no time to verify.
#[derive(Clone, Copy)]
pub(super) enum Rest {
    /// They may be what is believed: they stay.
    Stays,
    /// They may be nobody's: they go.
    Goes,
}

impl Certificate {
    /// All that claims to be the owner's, each with the component that it stands behind.
    fn claims(&self) -> impl Iterator<Item = (Check<'_>, &Sig)> {
        let primary = &self.primary;
        let direct = primary.signatures.iter();
        let direct = direct.map(|sig| (Check::direct(primary), sig));
        let users = self.users.iter().flat_map(move |user| {
            let all = user.signatures.iter();
            all.map(move |sig| (Check::user(primary, user), sig))
        });
        let subkeys = self.subkeys.iter().flat_map(move |subkey| {
            let all = subkey.signatures.iter();
            all.map(move |sig| (Check::subkey(primary, subkey), sig))
        });
        let all = direct.chain(users).chain(subkeys);
        all.filter(|(_, sig)| sig.is_claimed())
    }

    /// Microseconds that it takes to verify all that claims to be the owner's.
    pub(super) fn cost_of_claims(&self) -> u32 {
        let claims = self.claims().map(|(check, sig)| check.cost(sig));
        let backs = self.subkeys.iter().map(cost_of_backs);
        claims.chain(backs).fold(0, u32::saturating_add)
    }

    /// The part of it that was spent since the certificate was read.
    pub(crate) fn work_done(&self) -> u32 {
        let claims = self.claims().filter(|(_, sig)| sig.known().is_some());
        let claims = claims.map(|(check, sig)| check.cost(sig));
        let backs = self.subkeys.iter().map(|subkey| {
            let asked = subkey.signatures.iter().filter(|sig| sig.asked_backs());
            asked
                .map(|sig| cost_of_back(subkey, sig))
                .fold(0, u32::saturating_add)
        });
        claims.chain(backs).fold(0, u32::saturating_add)
    }

    /// Verifies all that claims to be the owner's; what is not goes. What its subkeys say must be within the time as well.
    pub(super) fn drop_forged(&mut self, work: &mut Work) -> Result<(), CertError> {
        self.each_list(|check, list| retain(list, |sig| check.ask(sig, work)))?;
        for subkey in &self.subkeys {
            work.spend(cost_of_backs(subkey))?;
        }
        Ok(())
    }

    /// Changes each list of signatures in which the owner's can be, with the component that it stands behind.
    pub(super) fn each_list(
        &mut self,
        mut change: impl FnMut(Check<'_>, &mut Vec<Sig>) -> Result<(), CertError>,
    ) -> Result<(), CertError> {
        let mut list = std::mem::take(&mut self.primary.signatures);
        change(Check::direct(&self.primary), &mut list)?;
        self.primary.signatures = list;
        for user in &mut self.users {
            let mut list = std::mem::take(&mut user.signatures);
            change(Check::user(&self.primary, user), &mut list)?;
            user.signatures = list;
        }
        for subkey in &mut self.subkeys {
            let mut list = std::mem::take(&mut subkey.signatures);
            change(Check::subkey(&self.primary, subkey), &mut list)?;
            subkey.signatures = list;
        }
        Ok(())
    }

    /// Drops components that the owner did not sign. [`Self::drop_forged`] was here before: what claims to be the owner's is.
    /// Components that are only carried along are asked now, as far as there is time.
    pub(super) fn drop_unsigned(&mut self, work: &mut Work) {
        let signed = |list: &[Sig]| list.iter().any(|sig| sig.is_claimed() || sig.is_ours());
        self.users.retain(|user| signed(&user.signatures));
        self.subkeys.retain(|subkey| signed(&subkey.signatures));
        let (primary, opaque) = (&self.primary, &mut self.opaque);
        let _ = work.within(limits::MAX_UNCHECKED_WORK, |work| {
            for other in &mut *opaque {
                let mut list = std::mem::take(&mut other.signatures);
                let check = Check::opaque(primary, other);
                list.retain(|sig| !sig.is_claimed() || check.ask(sig, work).unwrap_or(false));
                other.signatures = list;
            }
            Ok(())
        });
        opaque.retain(|other| signed(&other.signatures));
    }

    /// Drops subkeys that the owner did not bind if only reading them takes long: they decide nothing, and would cost that
    /// time whenever the certificate is read again.
    pub(super) fn drop_costly(&mut self, work: &mut Work) -> Result<(), CertError> {
        let most = limits::MAX_UNCHECKED_WORK;
        if self.reading_of(|_| true) <= most {
            return Ok(());
        }
        for subkey in &self.subkeys {
            Check::subkey(&self.primary, subkey).any(&subkey.signatures, work)?;
        }
        let _ = work.within(most, |work| {
            for other in self.opaque.iter().filter(|o| o.reading() > 0) {
                Check::opaque(&self.primary, other).any(&other.signatures, work)?;
            }
            Ok(())
        });
        let genuine = |sig: &Sig| sig.is_claimed() && sig.known() == Some(true);
        let unbound = |list: &[Sig]| !list.iter().any(genuine);
        if self.reading_of(unbound) > most {
            self.subkeys.retain(|s| !unbound(&s.signatures));
            let stays = |o: &Opaque| o.reading() == 0 || !unbound(&o.signatures);
            self.opaque.retain(stays);
        }
        Ok(())
    }

    /// Microseconds that it takes to read those subkeys of whose signatures `which` is true.
    fn reading_of(&self, which: impl Fn(&[Sig]) -> bool) -> u32 {
        let subkeys = self.subkeys.iter().filter(|s| which(&s.signatures));
        let others = self.opaque.iter().filter(|o| which(&o.signatures));
        let costs = subkeys.map(|s| work::reading(&s.body));
        costs
            .chain(others.map(Opaque::reading))
            .fold(0, u32::saturating_add)
    }

    /// Finds what the own keys `own` say of the user IDs, to keep it apart from what strangers say; what is only said in
    /// their name goes. When there is no time for the rest, that is as `rest` says.
    pub(super) fn find_ours(&mut self, own: &[&Self], rest: Rest, work: &mut Work) {
        let primary = &self.primary;
        let own = own.iter().map(|own| &own.primary);
        let own: Vec<_> = own.filter(|own| own.body != primary.body).collect();
        let mut over = false;
        for user in &mut self.users {
            let mut list = std::mem::take(&mut user.signatures);
            list.retain_mut(|sig| {
                if sig.is_claimed() || sig.is_ours() {
                    return true;
                }
                let mut named = false;
                for own in own.iter().filter(|own| sig.may_be_by(own)) {
                    named = true;
                    let octets = primary.body.len() + user.id.id().len() + sig.body().len();
                    over = over || work.spend(work::verifying(&own.key, octets)).is_err();
                    if over {
                        return matches!(rest, Rest::Stays);
                    }
                    if sig.on_user_by(primary, user, own).is_some() {
                        sig.keep_as_ours();
                        return true;
                    }
                }
                !named
            });
            user.signatures = list;
        }
    }

    /// Drops what strangers say beyond the limits. A revocation by somebody whom the owner lets do it is no stranger's.
    pub(super) fn drop_strangers(
        &mut self,
        mut room: Room,
        work: &mut Work,
    ) -> Result<(), CertError> {
        let mut revokers = Vec::new();
        if self.primary.signatures.iter().any(Sig::is_by_another) {
            let check = Check::direct(&self.primary);
            for sig in self.primary.signatures.iter().filter(|s| s.is_claimed()) {
                if !super::revoker::named(sig).is_empty() {
                    check.ask(sig, work)?;
                }
            }
            revokers = self.revokers();
        }
        let designated = |sig: &Sig| {
            sig.is_by_another()
                && sig.body().len() <= limits::MAX_LARGE_SIGNATURE
                && sig.is_by_any(&revokers)
        };
        self.cut_designated(designated);
        // When this is read again, nobody knows any more whose they are: all together must have room then.
        let mut usual = Room::USUAL;
        for user in &mut self.users {
            user.signatures.retain(|sig| {
                let size = sig.body().len();
                let stays = !sig.is_ours() || usual.take(size);
                if sig.is_ours() && stays {
                    room.take(size);
                }
                stays
            });
        }
        self.primary
            .signatures
            .retain(|sig| sig.is_claimed() || designated(sig) || room.take(sig.body().len()));
        let lists = (self.users.iter_mut().map(|u| &mut u.signatures))
            .chain(self.subkeys.iter_mut().map(|s| &mut s.signatures))
            .chain(self.opaque.iter_mut().map(|o| &mut o.signatures));
        for list in lists {
            list.retain(|sig| sig.is_claimed() || sig.is_ours() || room.take(sig.body().len()));
        }
        Ok(())
    }
}

/// Keeps what strangers say, and of the rest what is the owner's.
pub(super) fn retain(
    list: &mut Vec<Sig>,
    mut genuine: impl FnMut(&Sig) -> Result<bool, CertError>,
) -> Result<(), CertError> {
    let mut kept = Vec::with_capacity(list.len());
    for sig in list.drain(..) {
        if !sig.is_claimed() || genuine(&sig)? {
            kept.push(sig);
        }
    }
    *list = kept;
    Ok(())
}

/// To verify the back-signatures of a subkey: which binding counts is a matter of time, and whether it ever made one is asked
/// of all.
fn cost_of_backs(subkey: &Subkey) -> u32 {
    let claims = subkey.signatures.iter().filter(|sig| sig.is_claimed());
    claims
        .map(|sig| cost_of_back(subkey, sig))
        .fold(0, u32::saturating_add)
}

/// To verify those in one binding.
pub(super) fn cost_of_back(subkey: &Subkey, binding: &Sig) -> u32 {
    let embedded = binding.parsed().into_iter().flat_map(super::embedded);
    let count = embedded.take(limits::MAX_EMBEDDED).count();
    let octets = subkey.body.len() + binding.body().len();
    let one = work::verifying(&subkey.key, octets);
    one.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX))
}
