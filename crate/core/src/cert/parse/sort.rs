//! Putting what was read in order: every signature in its place, floods cut down, nothing of the owner's lost.
//!
//! Anybody can append packets to a certificate on its way. What the owner did not sign may be dropped when there is too
//! much of it; what claims to be the owner's is verified first, so that no flood hides a genuine revocation.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use pgp::packet::SignatureType;

use super::{Parts, Place};
use crate::cert::check::Check;
use crate::cert::flood::{Room, retain};
use crate::cert::signature::Sig;
use crate::cert::work::Work;
use crate::cert::{CertError, Certificate, Opaque, Primary};
use crate::limits;

/// What becomes of signatures that claim to be the owner's and do not verify, when verifying them all takes longer than
/// [`limits::MAX_UNCHECKED_WORK`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cert) enum Forged {
    /// They stay, and are verified when it matters: for what is stored here, from which they are gone already.
    Stay,
    /// They go: else they would cost that time whenever the certificate is read again.
    Go,
}

impl Parts {
    /// The certificate in canonical form.
    pub(in crate::cert) fn finish(
        mut self,
        forged: Forged,
        work: &mut Work,
    ) -> Result<Certificate, CertError> {
        let misplaced = self.place_unsure(work)?;
        let mut certificate = Certificate {
            primary: self.primary,
            users: self.users.into_vec(),
            subkeys: self.subkeys.into_vec(),
            opaque: self.opaque.into_vec(),
        };
        certificate.each_list(|check, list| tidy(check, list, work))?;
        let Certificate {
            primary,
            users,
            subkeys,
            opaque,
        } = &mut certificate;
        keep_confirmed(users, limits::MAX_USER_IDS, |user| {
            Check::user(primary, user).any(&user.signatures, work)
        })?;
        keep_confirmed(subkeys, limits::MAX_SUBKEYS, |subkey| {
            Check::subkey(primary, subkey).any(&subkey.signatures, work)
        })?;
        keep_opaque(opaque, primary, work)?;
        let unchecked = certificate.cost_of_claims().saturating_add(misplaced);
        if forged == Forged::Go && unchecked > limits::MAX_UNCHECKED_WORK {
            certificate.drop_forged(work)?;
        }
        if forged == Forged::Go {
            certificate.drop_costly(work)?;
        }
        let mut room = Room::USUAL;
        certificate.drop_strangers(room, work)?;
        let too_large = |c: &Certificate| c.to_bytes().len() > limits::MAX_CERTIFICATE;
        if forged == Forged::Go && too_large(&certificate) {
            // Nothing that others put here may keep out what the owner says next.
            certificate.drop_forged(work)?;
            certificate.drop_unsigned(work);
            while too_large(&certificate) && !room.is_empty() {
                room = room.half();
                certificate.drop_strangers(room, work)?;
            }
        }
        if too_large(&certificate) {
            return Err(CertError::Limit(limits::MAX_CERTIFICATE as u32));
        }
        Ok(certificate)
    }

    /// Finds the component of each signature whose place is in doubt. What fits nowhere stays where it was; returns how
    /// long it takes to find that out.
    fn place_unsure(&mut self, work: &mut Work) -> Result<u32, CertError> {
        let mut in_vain = 0u32;
        let mut last: Option<(Place, Vec<u8>, Option<Place>)> = None;
        for ((place, essence, _), mut sig) in std::mem::take(&mut self.unsure) {
            // What holds for one copy holds for all.
            let twin = last.take().filter(|(p, e, _)| *p == place && *e == essence);
            let home = match twin {
                Some((_, _, home)) => home,
                None => {
                    let (home, cost) = self.home(place, &sig, work)?;
                    if home.is_none() {
                        in_vain = in_vain.saturating_add(cost);
                    }
                    home
                }
            };
            sig.remember(home.is_some());
            self.put(home.unwrap_or(place), sig);
            last = Some((place, essence, home));
        }
        Ok(in_vain)
    }

    /// The component that a signature verifies on: the one that it stood behind, or any other. With the time that it
    /// takes to ask them all.
    fn home(
        &self,
        place: Place,
        sig: &Sig,
        work: &mut Work,
    ) -> Result<(Option<Place>, u32), CertError> {
        let primary = &self.primary;
        let here = match place {
            Place::User(at) => self.users.get(at).map(|u| Check::user(primary, u)),
            Place::Subkey(at) => self.subkeys.get(at).map(|s| Check::subkey(primary, s)),
            _ => None,
        };
        let mut cost = 0u32;
        if let Some(here) = here {
            cost = here.cost(sig);
            if here.ask(sig, work)? {
                return Ok((Some(place), cost));
            }
        }
        let on_subkey = matches!(
            sig.typ(),
            Some(SignatureType::SubkeyBinding | SignatureType::SubkeyRevocation)
        );
        let (mut subkeys, mut users) = (self.subkeys.iter(), self.users.iter());
        let elsewhere = std::iter::from_fn(|| match on_subkey {
            true => {
                let (at, subkey) = subkeys.next()?;
                Some((Place::Subkey(at), Check::subkey(primary, subkey)))
            }
            false => {
                let (at, user) = users.next()?;
                Some((Place::User(at), Check::user(primary, user)))
            }
        });
        for (other, check) in elsewhere.filter(|(other, _)| *other != place) {
            cost = cost.saturating_add(check.cost(sig));
            if check.ask_elsewhere(sig, work)? {
                return Ok((Some(other), cost));
            }
        }
        Ok((None, cost))
    }
}

/// In canonical order, each once.
fn order(list: &mut Vec<Sig>) {
    list.sort_by(|a, b| a.order().cmp(&b.order()));
    list.dedup_by(|copy, kept| {
        let same = copy.body() == kept.body();
        if same {
            kept.learn(copy);
        }
        same
    });
}

/// Of copies of one signature that differ in their unhashed areas one stays: anybody can make as many as there is room for,
/// and all of them verify. Of a binding it is one with a back-signature, which may stand there.
fn single(check: Check<'_>, list: &mut Vec<Sig>, work: &mut Work) -> Result<(), CertError> {
    let mut seen: BTreeMap<(bool, Vec<u8>), Sig> = BTreeMap::new();
    let mut rest = Vec::with_capacity(list.len());
    for mut sig in list.drain(..) {
        let counts = sig.is_claimed() || sig.is_ours() || sig.is_authorized();
        let Some(essence) = counts.then(|| sig.essence()).flatten() else {
            rest.push(sig);
            continue;
        };
        match seen.entry((sig.is_claimed(), essence)) {
            Entry::Vacant(place) => {
                place.insert(sig);
            }
            Entry::Occupied(mut place) => {
                let kept = place.get_mut();
                if kept.body() == sig.body() {
                    kept.learn(&sig);
                    continue;
                }
                let primary = check.primary();
                let new = (Reverse(check.count_backs(&sig, work)?), sig.burden(primary));
                let old = (
                    Reverse(check.count_backs(kept, work)?),
                    kept.burden(primary),
                );
                if new < old {
                    std::mem::swap(kept, &mut sig);
                }
                kept.learn_of_twin(&sig);
            }
        }
    }
    rest.extend(seen.into_values());
    *list = rest;
    Ok(())
}

/// Orders a list. If more than is usual claims to be the owner's, only what is stays.
fn tidy(check: Check<'_>, list: &mut Vec<Sig>, work: &mut Work) -> Result<(), CertError> {
    single(check, list, work)?;
    order(list);
    let claims = |list: &[Sig]| list.iter().filter(|sig| sig.is_claimed()).count();
    if claims(list) <= limits::MAX_SELF_SIGNATURES {
        return Ok(());
    }
    retain(list, |sig| check.ask(sig, work))?;
    match claims(list) <= limits::MAX_SELF_SIGNATURES {
        true => Ok(()),
        false => Err(CertError::Limit(limits::MAX_SELF_SIGNATURES as u32)),
    }
}

/// Drops the components that the owner did not sign if there are too many; too many that are left are a refusal.
fn keep_confirmed<C>(
    components: &mut Vec<C>,
    most: usize,
    mut confirmed: impl FnMut(&C) -> Result<bool, CertError>,
) -> Result<(), CertError> {
    if components.len() <= most {
        return Ok(());
    }
    let mut kept = Vec::new();
    for component in components.drain(..) {
        if confirmed(&component)? {
            kept.push(component);
        }
    }
    *components = kept;
    match components.len() <= most {
        true => Ok(()),
        false => Err(CertError::Limit(most as u32)),
    }
}

/// Of too many components that are only carried along, those that the owner signed stay before others.
fn keep_opaque(all: &mut Vec<Opaque>, primary: &Primary, work: &mut Work) -> Result<(), CertError> {
    for other in &mut *all {
        let mut list = std::mem::take(&mut other.signatures);
        single(Check::opaque(primary, other), &mut list, work)?;
        order(&mut list);
        other.signatures = list;
    }
    if all.len() > limits::MAX_OPAQUE {
        let (mut confirmed, mut others) = (Vec::new(), Vec::new());
        work.within(limits::MAX_UNCHECKED_WORK, |work| {
            for other in all.drain(..) {
                let check = Check::opaque(primary, &other);
                // Those that are only carried along are no reason to refuse the rest.
                match check.any(&other.signatures, work).unwrap_or(false) {
                    true => confirmed.push(other),
                    false => others.push(other),
                }
            }
            Ok(())
        })?;
        confirmed.truncate(limits::MAX_OPAQUE);
        others.truncate(limits::MAX_OPAQUE - confirmed.len());
        confirmed.extend(others);
        confirmed.sort_by(|a, b| (a.tag, &a.body).cmp(&(b.tag, &b.body)));
        *all = confirmed;
    }
    for other in all {
        other.signatures.truncate(limits::MAX_SELF_SIGNATURES);
    }
    Ok(())
}
