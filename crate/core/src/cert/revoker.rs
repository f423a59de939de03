//! Designated revokers (RFC 9580, 5.2.3.23): keys that the owner of a certificate lets revoke it.
//!
//! Nobody makes them any more, but old certificates have them. Their revocation can be verified only with the revoker's
//! certificate; until that is known, the signature decides nothing, because anybody can claim to be the revoker.

use pgp::packet::{SignatureType, SubpacketData};

use super::Certificate;
use super::signature::Sig;
use crate::limits;
use crate::wire::Fingerprint;

impl Certificate {
    /// Whom the owner lets revoke this certificate. Being named once is enough: a later signature without the name
    /// does not take it back, as little as a revocation can be taken back.
    pub fn revokers(&self) -> Vec<Fingerprint> {
        let mut all = Vec::new();
        for sig in self.primary.signatures.iter().filter(|s| s.is_claimed()) {
            let in_it = named(sig);
            let genuine = !in_it.is_empty()
                && sig.typ() == Some(SignatureType::Key)
                && sig
                    .verified(|s| s.verify_key(&self.primary.key).is_ok())
                    .is_some();
            if genuine {
                all.extend(in_it);
            }
        }
        all.truncate(limits::MAX_REVOKERS);
        all
    }

    /// Takes note of revocations by those of `others` whom the owner named. Asked again whenever another certificate
    /// becomes known.
    pub fn learn<'a>(&mut self, others: impl IntoIterator<Item = &'a Self>) {
        let named = self.revokers();
        if named.is_empty() {
            return;
        }
        let others = others
            .into_iter()
            .filter(|o| named.contains(&o.fingerprint()));
        for other in others {
            let key = &self.primary.key;
            for sig in &mut self.primary.signatures {
                let genuine = sig.typ() == Some(SignatureType::KeyRevocation)
                    && sig.may_be_by(&other.primary)
                    && sig
                        .verified_by(&other.primary, |s| {
                            s.verify_key_third_party(key, &other.primary.key).is_ok()
                        })
                        .is_some();
                if genuine {
                    sig.authorize();
                }
            }
        }
    }

    /// Lets each of `all` learn from the others.
    pub fn learn_all(all: &mut [Self]) {
        for at in 0..all.len() {
            let (before, rest) = all.split_at_mut(at);
            if let Some((one, after)) = rest.split_first_mut() {
                one.learn(before.iter().chain(after.iter()));
            }
        }
    }
}

/// Whom a signature lets revoke what it is on, whether it is genuine or not.
pub(super) fn named(sig: &Sig) -> Vec<Fingerprint> {
    let hashed = sig.parsed().and_then(|s| s.config()).into_iter();
    let hashed = hashed.flat_map(|c| c.hashed_subpackets());
    let names = hashed.filter_map(|s| match &s.data {
        SubpacketData::RevocationKey(key) => Some(Fingerprint::from_bytes(&key.fingerprint)),
        _ => None,
    });
    names.collect()
}
