//! Two versions of one certificate into one that has all of both.

use super::flood::Rest;
use super::parse::{Forged, Parts};
use super::work::Work;
use super::{CertError, Certificate, Primary};
use crate::limits;

/// The union. Idempotent and commutative, because the canonical form depends on the set of packets only. Nothing is
/// lost but what the limits leave no room for: signatures of strangers and forged ones in floods. What is known of
/// signatures stays known.
///
/// What the own keys `own` say is no stranger's; and what is only said in their name is gone afterwards, so that it never
/// counts against them. Each has its own time for that; what comes beyond it stays of `a`, which is stored, and goes of `b`: else a
/// flood of that would take away what the user said. The same goes for what is said in the name of revokers
/// whose certificates are `known`.
pub(super) fn merge(
    a: &Certificate,
    b: &Certificate,
    own: &[&Certificate],
    known: &[&Certificate],
    work: &mut Work,
) -> Result<Certificate, CertError> {
    if a.primary.body != b.primary.body {
        return Err(CertError::Different);
    }
    let (mut a, mut b) = (a.clone(), b.clone());
    for (cert, rest) in [(&mut a, Rest::Stays), (&mut b, Rest::Goes)] {
        work.within(limits::MAX_OWN_WORK, |work| {
            cert.find_ours(own, rest, work);
            Ok(())
        })?;
    }
    if !known.is_empty() {
        let revokers = [a.revokers(), b.revokers()].concat();
        let _ = work.within(limits::MAX_DESIGNATED_WORK, |work| {
            a.settle(&revokers, known, work)?;
            b.settle(&revokers, known, work)
        });
    }
    let mut parts = Parts::new(Primary::new(a.primary.key.clone(), &a.primary.body));
    parts.absorb(a, work)?;
    parts.absorb(b, work)?;
    parts.finish(Forged::Go, work)
}
