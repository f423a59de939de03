//! Which keys the user knows to be those of whom they name.

use super::{Keyring, StoredKey};
use crate::cert::Certificate;
use crate::policy;
use crate::wire::{Bytes, Confirmation, Time, Vouched};

impl Keyring {
    /// The own keys that vouch at `now` for a user ID of somebody else's certificate, or did until it came to its end. One whose
    /// secret part may be noise has no say: anybody could have made it pass for an own one.
    pub fn certifiers(&self, cert: &Certificate, id: &[u8], now: Time) -> Vec<&Certificate> {
        self.authorities()
            .filter(|own| policy::once_certified(cert, id, own, now))
            .collect()
    }

    /// What the user says of a key; `None` of one that is no own one, and that nobody confirmed. The verdict asks whether key
    /// and user ID were in force when something was signed: the word counts for that also when they have ended since.
    pub fn vouched(&self, key: &StoredKey, now: Time) -> Option<Vouched> {
        let cert = &key.certificate;
        let mut vouched = Vouched {
            certificate: cert.fingerprint(),
            own: key.is_proven(),
            user_ids: Vec::new(),
        };
        if !vouched.own {
            let own: Vec<_> = self.authorities().collect();
            let ids = cert.users.iter().map(|user| user.id.id());
            let confirmed = ids.filter(|id| {
                own.iter()
                    .any(|own| policy::once_certified(cert, id, own, now))
            });
            vouched.user_ids = confirmed.map(|id| Bytes(id.to_vec())).collect();
        }
        (vouched.own || !vouched.user_ids.is_empty()).then_some(vouched)
    }

    /// Whether the user knows that a key belongs to who has this address.
    pub(super) fn confirmation(&self, key: &StoredKey, address: &str, now: Time) -> Confirmation {
        let confirms =
            |own: &Certificate| policy::certified_address(&key.certificate, address, own, now);
        match key.is_proven() {
            true => Confirmation::Own,
            false if self.authorities().any(confirms) => Confirmation::Confirmed,
            false => Confirmation::Unconfirmed,
        }
    }

    /// Whether the user knew that of a key before it came to its end, or before the own key did with which it was confirmed.
    pub(super) fn was_known(&self, key: &StoredKey, address: &str, now: Time) -> bool {
        let confirms =
            |own: &Certificate| policy::once_certified_address(&key.certificate, address, own, now);
        key.is_proven() || self.authorities().any(confirms)
    }

    fn authorities(&self) -> impl Iterator<Item = &Certificate> {
        let proven = self.own().filter(|own| own.is_proven());
        proven.map(|own| &own.certificate)
    }
}
