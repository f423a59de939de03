//! RSA keys: as WebCrypto makes them, and in a form that can be blinded.

use std::convert::Infallible;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pgp::ser::Serialize;
use pgp::types::{Mpi, PlainSecretParams, PublicParams};
use rand::{CryptoRng, RngCore};
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, RsaPrivateKey};
use rsa_fixed::rand_core::{TryCryptoRng, TryRng};
use rsa_fixed::{BoxedUint, PrivateKey};
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use super::AgentError;
use super::packets::SecretPacket;
use crate::policy::algorithm::mpi_bits;
use crate::tree::Tree;
use crate::wire::Secret;

/// The parts of an RSA JSON Web Key (RFC 7518, 6.3) that we need; whatever else is there is ignored.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    n: String,
    e: String,
    d: String,
    p: String,
    q: String,
}

impl Drop for Jwk {
    fn drop(&mut self) {
        self.d.zeroize();
        self.p.zeroize();
        self.q.zeroize();
    }
}

/// Takes a key that the browser generated, after checking that it is what was asked for.
pub(super) fn from_jwk(text: &Secret, bits: u32) -> Result<RsaPrivateKey, AgentError> {
    let jwk: Jwk = Tree::parse(text.expose())
        .and_then(Tree::read)
        .map_err(|_| AgentError::Malformed)?;
    let number = |text: &str| {
        URL_SAFE_NO_PAD
            .decode(text)
            .map(Zeroizing::new)
            .map(|bytes| BigUint::from_bytes_be(&bytes))
            .map_err(|_| AgentError::Malformed)
    };
    let (p, q) = (number(&jwk.p)?, number(&jwk.q)?);
    if jwk.kty != "RSA" || p == q || number(&jwk.e)? != BigUint::from(65_537u32) {
        return Err(AgentError::Malformed);
    }
    // The engine wants p < q (RFC 9580, 5.5.5.1); from_components checks n = pq and de = 1.
    let primes = if p < q { vec![p, q] } else { vec![q, p] };
    let key =
        RsaPrivateKey::from_components(number(&jwk.n)?, number(&jwk.e)?, number(&jwk.d)?, primes)
            .map_err(|_| AgentError::Mismatched)?;
    if key.n().bits() != bits as usize {
        return Err(AgentError::Malformed);
    }
    Ok(key)
}

/// The form for private operations: those of the crate under the engine take a time that depends on secrets
/// (RUSTSEC-2023-0071), these do not, and are blinded besides.
pub(super) fn blindable(
    plain: &PlainSecretParams,
    public: &PublicParams,
) -> Result<Option<PrivateKey>, AgentError> {
    let (PlainSecretParams::RSA(secret), PublicParams::RSA(public)) = (plain, public) else {
        return Ok(None);
    };
    let (d, p, q, _) = secret.to_bytes();
    let (d, p, q) = (Zeroizing::new(d), Zeroizing::new(p), Zeroizing::new(q));
    let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
    let (n, e) = (public.key.n(), public.key.e());
    let numbers = || {
        (
            number(&n.to_bytes_be()),
            number(&e.to_bytes_be()),
            number(&d),
            vec![number(&p), number(&q)],
        )
    };
    let (n, e, d, primes) = numbers();
    PrivateKey::from_components(n, e, d, primes)
        .or_else(|_| {
            // Primes of unequal length, which some old program may have made.
            let (n, e, d, primes) = numbers();
            PrivateKey::from_components_with_wide_primes(n, e, d, primes)
        })
        .map(Some)
        .map_err(|_| AgentError::Mismatched)
}

/// Our source of randomness under the name by which the crate knows one.
pub(super) struct Random<'a, R>(pub &'a mut R);

impl<R: RngCore> TryRng for Random<'_, R> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl<R: RngCore + CryptoRng> TryCryptoRng for Random<'_, R> {}

/// Checks a secret RSA packet that stands in clear before the engine sees it: the engine stops on primes that have a
/// common factor. `u` must be the inverse of p modulo q (RFC 9580, 5.5.5.1), which exists only for coprime ones, and
/// p and q must make up the public modulus.
pub(super) fn check_plain(packet: &SecretPacket) -> Result<(), AgentError> {
    /// Where the algorithm number stands in a key packet of version 4 and 6.
    const ALGORITHM: usize = 5;
    if !matches!(packet.body.get(ALGORITHM), Some(1..=3)) {
        return Ok(());
    }
    // Version 6 has the length of the public numbers in front of them (RFC 9580, 5.5.2.3).
    let modulus = match packet.body.first() {
        Some(6) => ALGORITHM + 5,
        _ => ALGORITHM + 1,
    };
    let n = number(&mut packet.body.get(modulus..).unwrap_or_default())?;
    let mut rest = packet
        .body
        .get(packet.public + 1..)
        .ok_or(AgentError::Malformed)?;
    let mut next = || number(&mut rest);
    let (_d, p, q, u) = (next()?, next()?, next()?, next()?);
    let one = BigUint::from(1u32);
    if q <= one || p <= one || &p * &q != n || (p * u) % q != one {
        return Err(AgentError::Mismatched);
    }
    Ok(())
}

/// Takes the next multiprecision integer.
fn number(rest: &mut &[u8]) -> Result<BigUint, AgentError> {
    let bytes = mpi_bits(rest).div_ceil(8);
    let number = rest.get(2..2 + bytes).ok_or(AgentError::Malformed)?;
    *rest = rest.get(2 + bytes..).unwrap_or_default();
    Ok(BigUint::from_bytes_be(number))
}

/// Signature bytes and ciphertexts as numbers of the engine.
pub(super) fn mpi_bytes(mpi: &Mpi) -> Result<Vec<u8>, AgentError> {
    mpi.to_bytes().map_err(|_| AgentError::Malformed)
}
