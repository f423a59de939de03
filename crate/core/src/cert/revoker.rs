//! Designated revokers (RFC 9580, 5.2.3.23): keys that the owner of a certificate lets revoke it.
//!
//! Nobody makes them any more, but old certificates have them. Their revocation can be verified only with the revoker's
//! certificate; until that is known, the signature decides nothing, because anybody can claim to be the revoker.

use pgp::packet::{PublicKey, Signature, SignatureType, SubpacketData};

use super::signature::Sig;
use super::work::{self, Work};
use super::{CertError, Certificate};
use crate::limits;
use crate::policy::ComponentKey;
use crate::wire::Fingerprint;

/// Revocations of a key in the name of those whom its owner lets revoke it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Designated {
    /// There were more than are kept.
    pub(super) cut: bool,
    /// To verify them takes too long.
    pub(super) late: bool,
    /// Microseconds that it took so far.
    spent: u32,
}

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
                    .verified(|s| {
                        s.verify_key(&ComponentKey::Primary(&self.primary.key))
                            .is_ok()
                    })
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
            let primary = &mut self.primary;
            for sig in &mut primary.signatures {
                if sig.typ() != Some(SignatureType::KeyRevocation) || !sig.may_be_by(&other.primary)
                {
                    continue;
                }
                let all = &mut primary.designated;
                let spent = all.spent.saturating_add(cost(sig, &primary.body, other));
                if spent > limits::MAX_DESIGNATED_WORK {
                    // Whatever is not looked at may be genuine. A key that is faster has its turn even so.
                    all.late |= sig.is_by_another();
                    continue;
                }
                all.spent = spent;
                if is_by(sig, &primary.key, other) {
                    sig.authorize();
                }
            }
        }
    }

    /// Verifies what is here in the name of `revokers`, as far as their certificates are `known`: what is genuine is known as
    /// such then, what none of them made is gone. Where there are so many that not all may have been kept nothing goes, because
    /// it would look as if there had never been more.
    ///
    /// # Errors
    /// [`CertError::Limit`] when there is no time for the rest, which stays as it is.
    pub(super) fn settle(
        &mut self,
        revokers: &[Fingerprint],
        known: &[&Self],
        work: &mut Work,
    ) -> Result<(), CertError> {
        let named = |sig: &&Sig| sig.is_by_another() && sig.is_by_any(revokers);
        let count = self.primary.signatures.iter().filter(named).count();
        let whole = count <= limits::MAX_DESIGNATED;
        let mut over = Ok(());
        let mut kept = Vec::with_capacity(self.primary.signatures.len());
        for mut sig in std::mem::take(&mut self.primary.signatures) {
            if over.is_ok() && sig.is_by_another() && !sig.is_authorized() {
                match self.ask_revokers(&sig, revokers, known, work) {
                    Ok(Some(true)) => sig.authorize(),
                    Ok(Some(false)) if whole => continue,
                    Ok(_) => {}
                    Err(error) => over = Err(error),
                }
            }
            kept.push(sig);
        }
        self.primary.signatures = kept;
        over
    }

    /// Whether any of `revokers` made it; `None` when it names none of them, or one that is not `known`.
    fn ask_revokers(
        &self,
        sig: &Sig,
        revokers: &[Fingerprint],
        known: &[&Self],
        work: &mut Work,
    ) -> Result<Option<bool>, CertError> {
        let mut answer = None;
        let mut unknown = false;
        for revoker in revokers {
            if !sig.is_by_any(std::slice::from_ref(revoker)) {
                continue;
            }
            let Some(maker) = known.iter().find(|c| c.fingerprint() == *revoker) else {
                unknown = true;
                continue;
            };
            work.spend(cost(sig, &self.primary.body, maker))?;
            if is_by(sig, &self.primary.key, maker) {
                return Ok(Some(true));
            }
            answer = Some(false);
        }
        Ok(answer.filter(|_| !unknown))
    }

    /// Drops those for which there is no room, what is known to be genuine last. One more than the limit stays then: whenever
    /// this is read again, it shows that there were others.
    pub(super) fn cut_designated(&mut self, designated: impl Fn(&Sig) -> bool) {
        let most = limits::MAX_DESIGNATED + 1;
        let primary = &mut self.primary;
        let all = || primary.signatures.iter().filter(|sig| designated(sig));
        let count = all().count();
        let mut genuine = all().filter(|sig| sig.is_authorized()).count().min(most);
        primary.designated.cut = count >= most;
        let mut others = most - genuine;
        primary.signatures.retain(|sig| {
            let room = match sig.is_authorized() {
                true => &mut genuine,
                false => &mut others,
            };
            !designated(sig) || room.checked_sub(1).map(|left| *room = left).is_some()
        });
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

/// Microseconds until it is known whether `maker` made a revocation of the key in a packet with this body.
fn cost(sig: &Sig, body: &[u8], maker: &Certificate) -> u32 {
    match sig.asked_of(&maker.primary) {
        true => 0,
        false => work::verifying(&maker.primary.key, body.len() + sig.body().len()),
    }
}

/// Whether `maker` made this revocation of `key`.
fn is_by(sig: &Sig, key: &PublicKey, maker: &Certificate) -> bool {
    let [key, by] = [key, &maker.primary.key].map(ComponentKey::Primary);
    let check = |s: &Signature| s.verify_key_third_party(&key, &by).is_ok();
    sig.verified_by(&maker.primary, check).is_some()
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
