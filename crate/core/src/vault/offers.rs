//! Keys that a mail brings: which of them the user is asked to look at.

use super::caller::Caller;
use super::{Answered, Denied, Vault};
use crate::cert::{Certificate, ReadKey, Work};
use crate::keyring::StoredKey;
use crate::limits;
use crate::wire::{Bytes, ComponentInfo, KeyState, Time, UiReply};

impl Vault {
    /// Those that are not here, and those that make more of what is here: somebody who has renewed a key, or has a new subkey
    /// or address, brings that along. What is here stays; a key that was withdrawn is not brought back by any.
    pub(super) fn offers(&self, caller: &Caller, keys: &[Bytes], now: Time) -> Answered {
        self.needs_view(caller, now)?;
        if keys.iter().map(|key| key.0.len()).sum::<usize>() > limits::MAX_STAGED {
            return Err(Denied::limit(limits::MAX_STAGED as u32));
        }
        let mut work = Work::new(limits::MAX_IMPORT_WORK);
        let mut offered = Vec::new();
        for key in keys {
            let Ok(certificate) = Certificate::from_bytes_within(&key.0, &mut work) else {
                continue;
            };
            let fingerprint = certificate.fingerprint();
            let stored = self.keyring.get(&fingerprint);
            if stored.is_none_or(|stored| self.grows(stored, certificate, now, &mut work)) {
                offered.push(fingerprint);
            }
        }
        Ok(UiReply::Offered { keys: offered })
    }

    /// Whether a stored key can do more, or for longer, or has another name, with what `new` has.
    fn grows(&self, stored: &StoredKey, new: Certificate, now: Time, work: &mut Work) -> bool {
        let own = self.keyring.own_certificates();
        let new = ReadKey {
            certificate: new,
            secret: None,
            lost: None,
        };
        let Ok((merged, _)) = self.combine(stored, &new, &own, work) else {
            return false;
        };
        // Nearly always.
        if merged.to_bytes() == stored.certificate.to_bytes() {
            return false;
        }
        let (before, after) = (stored.certificate.info(now), merged.info(now));
        let reaches = |have: &ComponentInfo, one: &ComponentInfo| {
            let end = |component: &ComponentInfo| component.expires.unwrap_or(Time::MAX);
            have.fingerprint == one.fingerprint && have.reasons.is_empty() && end(have) >= end(one)
        };
        let mut components = after.components.iter().filter(|one| one.reasons.is_empty());
        let mut names = after.user_ids.iter().filter(|id| id.valid);
        after.state == KeyState::Valid
            && (components.any(|one| !before.components.iter().any(|have| reaches(have, one)))
                || names.any(|id| {
                    !before
                        .user_ids
                        .iter()
                        .any(|have| have.valid && have.id == id.id)
                }))
    }
}
