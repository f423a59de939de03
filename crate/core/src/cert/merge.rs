//! Two versions of one certificate into one that has all of both.

use super::parse::{Forged, Parts};
use super::work::Work;
use super::{CertError, Certificate, Primary};

/// The union. Idempotent and commutative, because the canonical form depends on the set of packets only. Nothing is
/// lost but what the limits leave no room for: signatures of strangers and forged ones in floods. What is known of
/// signatures stays known.
pub(super) fn merge(
    a: &Certificate,
    b: &Certificate,
    work: &mut Work,
) -> Result<Certificate, CertError> {
    if a.primary.body != b.primary.body {
        return Err(CertError::Different);
    }
    let mut parts = Parts::new(Primary::new(a.primary.key.clone(), &a.primary.body));
    parts.absorb(a.clone());
    parts.absorb(b.clone());
    parts.finish(Forged::Go, work)
}
