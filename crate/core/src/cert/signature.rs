//! One signature packet of a certificate, kept byte for byte and verified at most once.

use std::cmp::Reverse;
use std::sync::OnceLock;

use pgp::packet::{Signature, SignatureType, SignatureVersionSpecific};
use pgp::types::{Fingerprint as RawFingerprint, SignatureBytes, Tag};

use super::lenient::{read_signature, signed_part};
use super::{Primary, User};
use crate::policy::{self, ComponentKey};
use crate::wire::Fingerprint;

/// A signature as it was received.
///
/// Whatever cannot be parsed or verified has no influence, but stays in the bytes.
#[derive(Clone, Debug)]
pub(crate) struct Sig {
    body: Vec<u8>,
    parsed: Option<Box<Signature>>,
    claimed: bool,
    own: OnceLock<bool>,
    /// For somebody else whose it may be: whether it is.
    by: OnceLock<(RawFingerprint, bool)>,
    /// Which of the signatures in its subpackets verify as back-signatures.
    backs: OnceLock<Vec<bool>>,
    authorized: bool,
    ours: bool,
}

impl Sig {
    /// A signature in the certificate of `primary`.
    pub(crate) fn new(body: &[u8], primary: &Primary) -> Self {
        let fits = |s: &Signature| {
            s.config()
                .is_some_and(|c| policy::hash_fits(c.pub_alg, c.hash_alg))
        };
        let parsed = read_signature(body).filter(fits).map(Box::new);
        let claimed = parsed.as_ref().is_some_and(|s| names(s, primary));
        Self {
            body: body.to_vec(),
            parsed,
            claimed,
            own: OnceLock::new(),
            by: OnceLock::new(),
            backs: OnceLock::new(),
            authorized: false,
            ours: false,
        }
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    pub(crate) fn parsed(&self) -> Option<&Signature> {
        self.parsed.as_deref()
    }

    pub(crate) fn typ(&self) -> Option<SignatureType> {
        self.parsed().and_then(Signature::typ)
    }

    /// Whether it names the certificate's primary key as its maker, or nobody. Only these are worth verifying as the
    /// owner's.
    pub(crate) fn is_claimed(&self) -> bool {
        self.claimed
    }

    /// Whether it names this primary key as its maker, or nobody.
    pub(crate) fn may_be_by(&self, primary: &Primary) -> bool {
        self.parsed().is_some_and(|s| names(s, primary))
    }

    /// Whether it names any of these primary keys as its maker.
    pub(super) fn is_by_any(&self, keys: &[Fingerprint]) -> bool {
        self.parsed().is_some_and(|signature| {
            let (ids, fingerprints) = (signature.issuer_key_id(), signature.issuer_fingerprint());
            let by = |key: &Fingerprint| {
                ids.iter().any(|id| key.has_id(id.as_ref()))
                    || fingerprints
                        .iter()
                        .any(|f| *key == Fingerprint::from_bytes(f.as_bytes()))
            };
            keys.iter().any(by)
        })
    }

    /// Whether it is a revocation of the key by somebody else, as it says.
    pub(super) fn is_by_another(&self) -> bool {
        !self.claimed && self.typ() == Some(SignatureType::KeyRevocation)
    }

    /// Whether it takes something back.
    pub(crate) fn is_revocation(&self) -> bool {
        matches!(
            self.typ(),
            Some(
                SignatureType::KeyRevocation
                    | SignatureType::SubkeyRevocation
                    | SignatureType::CertRevocation,
            )
        )
    }

    /// The answer of `check`, asked once and remembered. `None` for a signature that cannot be parsed.
    pub(crate) fn verified(&self, check: impl FnOnce(&Signature) -> bool) -> Option<&Signature> {
        let signature = self.parsed()?;
        self.own
            .get_or_init(|| check(signature))
            .then_some(signature)
    }

    /// The answer of `check` about somebody else who may have made it; remembered for the first who is asked about.
    pub(crate) fn verified_by(
        &self,
        maker: &Primary,
        check: impl Fn(&Signature) -> bool,
    ) -> Option<&Signature> {
        let signature = self.parsed()?;
        let first = self
            .by
            .get_or_init(|| (maker.fingerprint.clone(), check(signature)));
        let good = match first {
            (asked, answer) if *asked == maker.fingerprint => *answer,
            _ => check(signature),
        };
        good.then_some(signature)
    }

    /// Whether the answer about this one is remembered.
    pub(super) fn asked_of(&self, maker: &Primary) -> bool {
        let first = self.by.get();
        first.is_some_and(|(asked, _)| *asked == maker.fingerprint)
    }

    /// The signature if `by` made it about `user` of the certificate of `of`.
    pub(crate) fn on_user_by(&self, of: &Primary, user: &User, by: &Primary) -> Option<&Signature> {
        self.verified_by(by, |s| {
            let [of, by] = [of, by].map(|primary| ComponentKey::Primary(&primary.key));
            s.verify_third_party_certification(&of, &by, Tag::UserId, &user.id)
                .is_ok()
        })
    }

    /// What [`Self::verified`] found, if it was asked.
    pub(super) fn known(&self) -> Option<bool> {
        self.own.get().copied()
    }

    /// Keeps an answer that was found by other means, for the place where the signature is put now.
    pub(super) fn remember(&mut self, own: bool) {
        self.own = OnceLock::from(own);
    }

    /// The answer of `check` about the signatures in its subpackets, asked once and remembered.
    pub(super) fn backs(&self, check: impl FnOnce() -> Vec<bool>) -> &[bool] {
        self.backs.get_or_init(check)
    }

    /// Whether [`Self::backs`] was asked.
    pub(super) fn asked_backs(&self) -> bool {
        self.backs.get().is_some()
    }

    /// Takes over what is known of another copy in the same place.
    pub(super) fn learn(&mut self, copy: &Self) {
        if let (None, Some(own)) = (self.known(), copy.known()) {
            self.remember(own);
        }
        if let (None, Some(by)) = (self.by.get(), copy.by.get()) {
            self.by = OnceLock::from(by.clone());
        }
        if let (None, Some(backs)) = (self.backs.get(), copy.backs.get()) {
            self.backs = OnceLock::from(backs.clone());
        }
        self.authorized |= copy.authorized;
        self.ours |= copy.ours;
    }

    /// Takes over what is known of another copy in the same place that has other things in its unhashed area.
    pub(super) fn learn_of_twin(&mut self, twin: &Self) {
        if let (None, Some(own)) = (self.known(), twin.known()) {
            self.remember(own);
        }
        self.authorized |= twin.authorized;
        self.ours |= twin.ours;
    }

    /// All but the unhashed area: the same in all copies of a signature, whatever somebody wrote beside it. Either all of
    /// them verify in one place, or none.
    pub(super) fn essence(&self) -> Option<Vec<u8>> {
        let signature = self.parsed()?;
        let mut out = signed_part(&self.body)?.to_vec();
        if let SignatureVersionSpecific::V6 { salt } = &signature.config()?.version_specific {
            out.extend(salt);
        }
        out.extend(signature.signed_hash_value()?);
        match signature.signature()? {
            // Zeros in front of a number are no part of it.
            SignatureBytes::Mpis(numbers) => {
                for number in numbers {
                    out.extend(number.as_ref().len().to_be_bytes());
                    out.extend(number.as_ref());
                }
            }
            SignatureBytes::Native(octets) => out.extend(octets),
        }
        Some(out)
    }

    /// Of such copies the least is the best: one that names nobody else as its maker and says most of who made it, so that
    /// every program finds the key; then the shortest.
    pub(super) fn burden(&self, primary: &Primary) -> (bool, Reverse<usize>, usize, &[u8]) {
        let (mut right, mut wrong) = (0, false);
        if let Some(signature) = self.parsed() {
            let ids = signature.issuer_key_id();
            let fingerprints = signature.issuer_fingerprint();
            wrong = ids.iter().any(|id| **id != primary.id)
                || fingerprints.iter().any(|f| **f != primary.fingerprint);
            right = usize::from(!ids.is_empty()) + usize::from(!fingerprints.is_empty());
        }
        (wrong, Reverse(right), self.body.len(), &self.body)
    }

    /// One of the own keys made it, and it verifies.
    pub(super) fn keep_as_ours(&mut self) {
        self.ours = true;
    }

    /// Whether one of the own keys made it, as far as was asked.
    pub(super) fn is_ours(&self) -> bool {
        self.ours
    }

    /// Somebody made it whom the owner lets do this, and it verifies.
    pub(super) fn authorize(&mut self) {
        self.authorized = true;
    }

    /// Whether somebody made it whom the owner lets do this, as far as is known.
    pub(super) fn is_authorized(&self) -> bool {
        self.authorized
    }

    /// Order in the canonical form: revocations first, then by age, then by bytes.
    pub(crate) fn order(&self) -> (u8, u32, &[u8]) {
        let rank = match self.typ() {
            Some(_) if self.is_revocation() => 0,
            Some(_) => 1,
            None => 2,
        };
        let made = self.parsed().and_then(policy::claimed_time);
        (rank, made.unwrap_or(0), &self.body)
    }
}

fn names(signature: &Signature, primary: &Primary) -> bool {
    let (ids, fingerprints) = (signature.issuer_key_id(), signature.issuer_fingerprint());
    (ids.is_empty() && fingerprints.is_empty())
        || ids.iter().any(|id| **id == primary.id)
        || fingerprints.iter().any(|f| **f == primary.fingerprint)
}
