//! What keys from outside may cost. Work is counted before it is done, in microseconds as a browser's wasm needs them,
//! because kinds of keys differ by a factor of a thousand.

use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::types::{EcdsaPublicParams, KeyDetails, PublicParams};
use rsa::traits::PublicKeyParts;

use super::CertError;
use crate::policy::algorithm::mpi_bits;

/// Work that may still be done.
#[derive(Debug)]
pub(crate) struct Work {
    left: u32,
    /// The limit that ends it.
    limit: u32,
}

impl Work {
    /// So many microseconds.
    pub(crate) fn new(limit: u32) -> Self {
        Self { left: limit, limit }
    }

    /// Takes some away, before the work is done.
    ///
    /// # Errors
    /// [`CertError::Limit`] when there is not so much left; then nothing is.
    pub(crate) fn spend(&mut self, cost: u32) -> Result<(), CertError> {
        let left = self.left.checked_sub(cost);
        self.left = left.unwrap_or_default();
        left.map(|_| ()).ok_or(CertError::Limit(self.limit))
    }

    /// Whether nothing is left.
    pub(crate) fn is_over(&self) -> bool {
        self.left == 0
    }

    /// Does `job`, which may take `limit` of it at most.
    pub(crate) fn within<T>(
        &mut self,
        limit: u32,
        job: impl FnOnce(&mut Self) -> Result<T, CertError>,
    ) -> Result<T, CertError> {
        let mut part = match self.left < limit {
            true => Self {
                left: self.left,
                limit: self.limit,
            },
            false => Self::new(limit),
        };
        let given = part.left;
        let result = job(&mut part);
        self.left -= given - part.left;
        result
    }
}

/// Octets that the slowest hash takes in a microsecond, with room.
const HASHED: usize = 100;

/// To verify one signature of `key` over so many octets, its own fields included.
pub(crate) fn verifying(key: &impl KeyDetails, octets: usize) -> u32 {
    let hashing = u32::try_from(octets / HASHED).unwrap_or(u32::MAX);
    hashing.saturating_add(operation(key.public_params()))
}

/// The public-key operation alone: measured in wasm optimised for speed, and rounded up to what it may take in one that is
/// optimised for size. Measured again in the module as it ships (V8, a busy machine): each takes between half and one and a half
/// times what stands here, which is near enough for limits of two and three seconds where five are allowed.
fn operation(params: &PublicParams) -> u32 {
    match params {
        PublicParams::RSA(params) => {
            // A squaring for each bit of the exponent, a multiplication for each that is set: counted as if all were.
            exponentiation(params.key.n().bits(), 2 * params.key.e().bits())
        }
        // Two exponentiations.
        PublicParams::DSA(params) => {
            2 * exponentiation(params.key.components().p().bits(), DSA_EXPONENT)
        }
        PublicParams::ECDSA(EcdsaPublicParams::P256 { .. }) => 1_500,
        PublicParams::ECDSA(EcdsaPublicParams::P384 { .. }) => 15_000,
        PublicParams::ECDSA(EcdsaPublicParams::P521 { .. }) => 12_000,
        PublicParams::ECDSA(EcdsaPublicParams::Secp256k1 { .. }) => 1_000,
        PublicParams::Ed448(_) => 25_000,
        PublicParams::MlDsa65Ed25519(_) => 1_000,
        PublicParams::MlDsa87Ed448(_) => 27_000,
        PublicParams::SlhDsaShake128s(_) => 4_000,
        PublicParams::SlhDsaShake128f(_) => 10_000,
        PublicParams::SlhDsaShake256s(_) => 7_000,
        _ => 200,
    }
}

/// Multiplications for an exponent of 256 bits, the largest that the engine takes for DSA: it goes by several bits at once,
/// and is faster than what it does for RSA.
const DSA_EXPONENT: usize = 128;

/// So many multiplications modulo a number of so many bits.
fn exponentiation(bits: usize, multiplications: usize) -> u32 {
    /// Products of two words of 64 bits in a microsecond.
    const SPEED: usize = 30;
    let words = bits.div_ceil(64);
    u32::try_from(words * words * multiplications / SPEED).unwrap_or(u32::MAX)
}

/// To read the key in a packet with this body, public or secret.
pub(crate) fn reading(body: &[u8]) -> u32 {
    let algorithm = body.get(5).copied().unwrap_or_default();
    match PublicKeyAlgorithm::from(algorithm) {
        // The engine asks whether y has the order q.
        PublicKeyAlgorithm::DSA => {
            let p = mpi_bits(body.get(parameters(body)..).unwrap_or_default());
            exponentiation(p, DSA_EXPONENT)
        }
        // Square roots.
        PublicKeyAlgorithm::EdDSALegacy | PublicKeyAlgorithm::Ed25519 => 20,
        PublicKeyAlgorithm::Ed448 => 6_000,
        PublicKeyAlgorithm::MlDsa65Ed25519 => 1_000,
        PublicKeyAlgorithm::MlDsa87Ed448 => 7_000,
        PublicKeyAlgorithm::ECDSA | PublicKeyAlgorithm::ECDH => 20,
        _ => 10,
    }
}

/// Where the numbers of a key stand in its packet's body (RFC 9580, 5.5.2).
pub(super) fn parameters(body: &[u8]) -> usize {
    match body.first() {
        Some(6) => 10,
        _ => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::*;
    use pgp::composed::{DsaKeySize, KeyType};
    use pgp::crypto::ecc_curve::ECCCurve;
    use pgp::types::KeyVersion;

    #[test]
    fn what_takes_longer_costs_more() {
        let cost = |typ: &KeyType, version| {
            let maker = Maker::new(typ, version, MADE);
            let key = maker.primary.public_key();
            let body = &maker.packets[0].1;
            (verifying(key, 0), reading(body))
        };
        let v4 = |typ| cost(&typ, KeyVersion::V4);
        let v6 = |typ| cost(&typ, KeyVersion::V6);
        let ed25519 = v4(KeyType::Ed25519Legacy);
        assert_eq!(ed25519, (200, 20));
        assert!(v4(KeyType::ECDSA(ECCCurve::P384)).0 > 20 * ed25519.0);
        let ed448 = v6(KeyType::Ed448);
        assert!(ed448.0 > 50 * ed25519.0 && ed448.1 > 100 * ed25519.1);
        let (small, large) = (
            v4(KeyType::Dsa(DsaKeySize::B1024)),
            v4(KeyType::Dsa(DsaKeySize::B2048)),
        );
        assert_eq!((small.0, large.0), (2 * small.1, 2 * large.1));
        assert!(large.1 > 3 * small.1);
        // 4.4 milliseconds for 4096 bits.
        assert_eq!(exponentiation(4096, 34), 4642);
        assert_eq!(exponentiation(8192, 34), 18_568);
        // What is hashed counts too.
        let key = Maker::v4();
        assert_eq!(verifying(key.primary.public_key(), 1_000_000), 200 + 10_000);
    }

    #[test]
    fn work_ends() {
        let mut work = Work::new(10);
        assert_eq!(work.spend(4), Ok(()));
        assert_eq!(
            work.within(5, |part| part.spend(6)),
            Err(CertError::Limit(5))
        );
        assert_eq!(work.spend(1), Ok(()));
        assert!(work.is_over());
        let mut work = Work::new(10);
        assert_eq!(work.within(5, |part| part.spend(3)), Ok(()));
        // Whoever has less to give says so.
        assert_eq!(
            work.within(8, |part| part.spend(8)),
            Err(CertError::Limit(10))
        );
        assert_eq!(work.spend(1), Err(CertError::Limit(10)));
    }
}
