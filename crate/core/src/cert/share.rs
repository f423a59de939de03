//! A certificate for others: without what is not theirs to have, and in a form that older programs take.

use pgp::packet::{Signature, SubpacketData};
use pgp::types::KeyDetails;

use super::packets::tag;
use super::{Certificate, Sig, parse_address, parse_user_id};
use crate::policy::algorithm::is_post_quantum;
use crate::policy::{self, UserStatus};
use crate::wire::{Fingerprint, Time};

/// The first algorithm number that RFC 9980 gives (section 2): what the engine could not read of them.
const FIRST_POST_QUANTUM: u8 = 30;
/// The last one.
const LAST_POST_QUANTUM: u8 = 36;

impl Certificate {
    /// Without local certifications (RFC 9580, 5.2.3.19), which say whom the owner of this keyring trusts.
    pub fn for_others(&self) -> Self {
        let mut shared = self.clone();
        let lists = std::iter::once(&mut shared.primary.signatures)
            .chain(shared.users.iter_mut().map(|u| &mut u.signatures))
            .chain(shared.subkeys.iter_mut().map(|s| &mut s.signatures))
            .chain(shared.opaque.iter_mut().map(|o| &mut o.signatures));
        for list in lists {
            list.retain(|sig| !sig.parsed().is_some_and(is_local));
        }
        shared
    }

    /// What others need to write to `address`, and nothing else (Autocrypt 1.1, 2.1): the primary key, the user ID with this
    /// address, one key that is encrypted to now, and the owner's signatures on them. `None` when there is not all of it.
    pub fn for_address(&self, address: &str, now: Time) -> Option<Self> {
        let address = parse_address(address)?;
        let mut small = self.for_others();
        small.opaque.clear();
        small.users.retain(|user| {
            parse_user_id(&user.text()).email.as_ref() == Some(&address)
                && UserStatus::at(self, user, now, now).is_valid()
        });
        small.users.truncate(1);
        let components = policy::encryption_components(self, now).ok()?;
        // Who gets it may have a program that knows no post-quantum keys, and would have nothing to encrypt to.
        let quantum = |c: &&policy::Component<'_>| is_post_quantum(c.key().algorithm());
        let classic = components.iter().find(|c| !quantum(c));
        let chosen = classic.or(components.first())?.fingerprint();
        small
            .subkeys
            .retain(|s| Fingerprint::from_bytes(s.key.fingerprint().as_bytes()) == chosen);
        let is_primary = self.fingerprint() == chosen;
        if small.users.is_empty() || (small.subkeys.is_empty() && !is_primary) {
            return None;
        }
        // Going through them asks each whether it is the owner's.
        let primary = small.primary.clone();
        small.primary.own().for_each(drop);
        small.primary.signatures.retain(is_own);
        for user in &mut small.users {
            user.own(&primary).for_each(drop);
            user.signatures.retain(is_own);
        }
        for subkey in &mut small.subkeys {
            subkey.own(&primary).for_each(drop);
            subkey.signatures.retain(is_own);
        }
        Some(small)
    }

    /// Without the user IDs that are not of `address` (in lower case), valid or not, and without photos: for keys from somebody
    /// who can speak for that address only.
    pub fn only_address(&self, address: &str) -> Self {
        let mut small = self.clone();
        let fits = |text: &str| parse_user_id(text).email.as_deref() == Some(address);
        small.users.retain(|user| fits(&user.text()));
        small.opaque.retain(|o| o.tag != tag::USER_ATTRIBUTE);
        small
    }

    /// Without post-quantum subkeys (RFC 9980), for programs that refuse the whole certificate because of them; `None`
    /// when there are none, or when the primary key is one.
    pub fn classic(&self) -> Option<Self> {
        if is_post_quantum(self.primary.key.algorithm()) {
            return None;
        }
        let mut classic = self.clone();
        classic
            .subkeys
            .retain(|s| !is_post_quantum(s.key.algorithm()));
        classic.opaque.retain(|o| {
            let algorithm = o.body.get(5).copied().unwrap_or_default();
            o.tag != tag::PUBLIC_SUBKEY
                || !(FIRST_POST_QUANTUM..=LAST_POST_QUANTUM).contains(&algorithm)
        });
        let count = |c: &Self| c.subkeys.len() + c.opaque.len();
        (count(&classic) < count(self)).then_some(classic)
    }
}

/// Found to be the owner's.
fn is_own(signature: &Sig) -> bool {
    signature.known() == Some(true)
}

/// Made for the maker's own keyring only.
pub(crate) fn is_local(signature: &Signature) -> bool {
    signature.config().is_some_and(|config| {
        config
            .hashed_subpackets()
            .any(|s| matches!(s.data, SubpacketData::ExportableCertification(false)))
    })
}
