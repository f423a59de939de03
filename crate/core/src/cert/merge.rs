//! Two versions of one certificate into one that has all of both.

use super::{CertError, Certificate, Primary, packets, parse};

/// The union. Idempotent and commutative, because the canonical form depends on the set of packets only. Nothing is
/// lost but what the limits leave no room for: signatures of strangers in floods.
pub(super) fn merge(a: &Certificate, b: &Certificate) -> Result<Certificate, CertError> {
    if a.primary.body != b.primary.body {
        return Err(CertError::Different);
    }
    let primary = Primary::new(a.primary.key.clone(), &a.primary.body);
    let mut parts = parse::Parts::new(primary);
    for certificate in [a, b] {
        let bytes = certificate.to_bytes();
        let (packets, error) = packets::split(&bytes);
        if let Some(error) = error {
            return Err(error);
        }
        parts.at_primary();
        for packet in packets.iter().skip(1) {
            parts.push(packet)?;
        }
    }
    parts.finish()
}
