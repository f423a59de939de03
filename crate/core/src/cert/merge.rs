//! Two versions of one certificate into one that has all of both.

use super::{CertError, Certificate, Primary, packets, parse};
use crate::limits;

/// The union. Idempotent and commutative, because the canonical form depends on the set of packets only.
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
    let merged = parts.finish()?;
    if merged.to_bytes().len() > limits::MAX_CERTIFICATE {
        return Err(CertError::Limit(limits::MAX_CERTIFICATE as u32));
    }
    Ok(merged)
}
