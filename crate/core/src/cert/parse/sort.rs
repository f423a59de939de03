//! Putting what was read in order: every signature in its place, floods cut down, nothing of the owner's lost.
//!
//! Anybody can append packets to a certificate on its way. What the owner did not sign may be dropped when there is too
//! much of it; what claims to be the owner's is verified first, so that no flood hides a genuine revocation.

use pgp::packet::{Signature, SignatureType};
use pgp::types::Tag;

use super::{Parts, Place};
use crate::cert::signature::Sig;
use crate::cert::{CertError, Certificate, Primary, Subkey, User};
use crate::limits;

/// Checks of signatures that may still be spent on one certificate.
struct Trials(usize);

impl Trials {
    fn spend(&mut self) -> Result<(), CertError> {
        self.0 = self
            .0
            .checked_sub(1)
            .ok_or(CertError::Limit(limits::MAX_TRIALS as u32))?;
        Ok(())
    }
}

/// Third-party signatures that may still be kept, by size.
struct Room {
    small: usize,
    large: usize,
}

impl Room {
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

impl Parts {
    /// The certificate in canonical form.
    pub(in crate::cert) fn finish(mut self) -> Result<Certificate, CertError> {
        let mut trials = Trials(limits::MAX_TRIALS);
        self.place_unsure(&mut trials)?;
        let Self {
            mut primary,
            users,
            subkeys,
            opaque,
            ..
        } = self;
        let mut users: Vec<_> = users.into_values().collect();
        let mut subkeys: Vec<_> = subkeys.into_values().collect();
        let mut opaque: Vec<_> = opaque.into_values().take(limits::MAX_OPAQUE).collect();

        let mut list = std::mem::take(&mut primary.signatures);
        tidy(&mut list, &mut trials, |s| is_direct(s, &primary))?;
        primary.signatures = list;
        for user in &mut users {
            let mut list = std::mem::take(&mut user.signatures);
            tidy(&mut list, &mut trials, |s| is_on_user(s, &primary, user))?;
            user.signatures = list;
        }
        for subkey in &mut subkeys {
            let mut list = std::mem::take(&mut subkey.signatures);
            tidy(&mut list, &mut trials, |s| {
                is_on_subkey(s, &primary, subkey)
            })?;
            subkey.signatures = list;
        }
        for other in &mut opaque {
            order(&mut other.signatures);
            other.signatures.truncate(limits::MAX_SELF_SIGNATURES);
        }
        if users.len() > limits::MAX_USER_IDS {
            keep_confirmed(
                &mut users,
                limits::MAX_USER_IDS,
                &mut trials,
                |u| &u.signatures,
                |s, u| is_on_user(s, &primary, u),
            )?;
        }
        if subkeys.len() > limits::MAX_SUBKEYS {
            keep_confirmed(
                &mut subkeys,
                limits::MAX_SUBKEYS,
                &mut trials,
                |k| &k.signatures,
                |s, k| is_on_subkey(s, &primary, k),
            )?;
        }
        let mut room = Room {
            small: limits::MAX_SMALL_THIRD_PARTY,
            large: limits::MAX_LARGE_THIRD_PARTY,
        };
        let lists = std::iter::once(&mut primary.signatures)
            .chain(users.iter_mut().map(|u| &mut u.signatures))
            .chain(subkeys.iter_mut().map(|s| &mut s.signatures))
            .chain(opaque.iter_mut().map(|o| &mut o.signatures));
        for list in lists {
            list.retain(|sig| sig.is_claimed() || room.take(sig.body().len()));
        }
        let certificate = Certificate {
            primary,
            users,
            subkeys,
            opaque,
        };
        if certificate.to_bytes().len() > limits::MAX_CERTIFICATE {
            return Err(CertError::Limit(limits::MAX_CERTIFICATE as u32));
        }
        Ok(certificate)
    }

    /// Finds the component of each signature whose place is in doubt. What fits nowhere stays where it was.
    fn place_unsure(&mut self, trials: &mut Trials) -> Result<(), CertError> {
        for (place, sig) in std::mem::take(&mut self.unsure) {
            let home = self.home(&place, &sig, trials)?;
            sig.remember(home.is_some());
            self.put(&home.unwrap_or(place), sig);
        }
        Ok(())
    }

    /// The component that a signature verifies on: the one that it stood behind, or any other.
    fn home(
        &self,
        place: &Place,
        sig: &Sig,
        trials: &mut Trials,
    ) -> Result<Option<Place>, CertError> {
        let Some(signature) = sig.parsed() else {
            return Ok(None);
        };
        trials.spend()?;
        let here = match place {
            Place::User(key) => {
                let user = self.users.get(key);
                user.is_some_and(|u| is_on_user(signature, &self.primary, u))
            }
            Place::Subkey(key) => {
                let subkey = self.subkeys.get(key);
                subkey.is_some_and(|k| is_on_subkey(signature, &self.primary, k))
            }
            _ => false,
        };
        if here {
            return Ok(Some(place.clone()));
        }
        let on_subkey = matches!(
            signature.typ(),
            Some(SignatureType::SubkeyBinding | SignatureType::SubkeyRevocation)
        );
        if on_subkey {
            for (key, subkey) in &self.subkeys {
                trials.spend()?;
                if is_on_subkey(signature, &self.primary, subkey) {
                    return Ok(Some(Place::Subkey(key.clone())));
                }
            }
        } else {
            for (key, user) in &self.users {
                trials.spend()?;
                if is_on_user(signature, &self.primary, user) {
                    return Ok(Some(Place::User(key.clone())));
                }
            }
        }
        Ok(None)
    }
}

fn is_direct(signature: &Signature, primary: &Primary) -> bool {
    signature.verify_key(&primary.key).is_ok()
}

fn is_on_user(signature: &Signature, primary: &Primary, user: &User) -> bool {
    signature
        .verify_certification(&primary.key, Tag::UserId, &user.id)
        .is_ok()
}

fn is_on_subkey(signature: &Signature, primary: &Primary, subkey: &Subkey) -> bool {
    signature
        .verify_subkey_binding(&primary.key, &subkey.key)
        .is_ok()
}

/// In canonical order, each once.
fn order(list: &mut Vec<Sig>) {
    list.sort_by(|a, b| a.order().cmp(&b.order()));
    list.dedup_by(|a, b| a.body() == b.body());
}

/// Orders a list. If more than is usual claims to be the owner's, only what is stays.
fn tidy(
    list: &mut Vec<Sig>,
    trials: &mut Trials,
    genuine: impl Fn(&Signature) -> bool,
) -> Result<(), CertError> {
    order(list);
    let claims = |list: &[Sig]| list.iter().filter(|sig| sig.is_claimed()).count();
    if claims(list) <= limits::MAX_SELF_SIGNATURES {
        return Ok(());
    }
    let mut kept = Vec::new();
    for sig in list.drain(..) {
        if !sig.is_claimed() {
            kept.push(sig);
        } else {
            trials.spend()?;
            if sig.verified(&genuine).is_some() {
                kept.push(sig);
            }
        }
    }
    *list = kept;
    match claims(list) <= limits::MAX_SELF_SIGNATURES {
        true => Ok(()),
        false => Err(CertError::Limit(limits::MAX_SELF_SIGNATURES as u32)),
    }
}

/// Drops the components that the owner did not sign; too many that are left are a refusal.
fn keep_confirmed<C>(
    components: &mut Vec<C>,
    most: usize,
    trials: &mut Trials,
    signatures: impl Fn(&C) -> &[Sig],
    genuine: impl Fn(&Signature, &C) -> bool,
) -> Result<(), CertError> {
    let mut kept = Vec::new();
    for component in components.drain(..) {
        let mut confirmed = false;
        for sig in signatures(&component).iter().filter(|s| s.is_claimed()) {
            trials.spend()?;
            confirmed |= sig.verified(|s| genuine(s, &component)).is_some();
        }
        if confirmed {
            kept.push(component);
        }
    }
    *components = kept;
    match components.len() <= most {
        true => Ok(()),
        false => Err(CertError::Limit(most as u32)),
    }
}
