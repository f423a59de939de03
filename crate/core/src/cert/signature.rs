//! One signature packet of a certificate, kept byte for byte and verified at most once.

use std::sync::OnceLock;

use pgp::packet::{Signature, SignatureType};

use super::Primary;
use super::lenient::read_signature;
use crate::policy;

/// A signature as it was received.
///
/// Whatever cannot be parsed or verified has no influence, but stays in the bytes.
#[derive(Clone, Debug)]
pub(crate) struct Sig {
    body: Vec<u8>,
    parsed: Option<Box<Signature>>,
    claimed: bool,
    own: OnceLock<bool>,
    authorized: bool,
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
            authorized: false,
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

    /// Keeps an answer that was found by other means.
    pub(super) fn remember(&self, own: bool) {
        let _ = self.own.set(own);
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
        let created = self.parsed().and_then(Signature::created);
        (rank, created.map_or(0, |t| t.as_secs()), &self.body)
    }
}

fn names(signature: &Signature, primary: &Primary) -> bool {
    let (ids, fingerprints) = (signature.issuer_key_id(), signature.issuer_fingerprint());
    (ids.is_empty() && fingerprints.is_empty())
        || ids.iter().any(|id| **id == primary.id)
        || fingerprints.iter().any(|f| **f == primary.fingerprint)
}
