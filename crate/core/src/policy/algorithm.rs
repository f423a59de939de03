//! Which public-key algorithms and parameters are accepted, and what they are called.

use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::ser::Serialize;
use pgp::types::{
    EcdhPublicParams, EcdsaPublicParams, Ed25519PublicParams, EddsaLegacyPublicParams, KeyDetails,
    PublicParams,
};

use crate::limits;
use crate::wire::Reason;

/// Judges a key by its algorithm and parameters alone.
pub(crate) fn accept(key: &impl KeyDetails) -> Result<(), Reason> {
    match key.public_params() {
        PublicParams::RSA(params) => {
            accept_rsa(&params.to_bytes().map_err(|_| Reason::Unsupported)?)
        }
        PublicParams::DSA(_) | PublicParams::Elgamal(_) => Err(Reason::WeakAlgorithm),
        PublicParams::ECDSA(EcdsaPublicParams::Unsupported { .. })
        | PublicParams::EdDSALegacy(EddsaLegacyPublicParams::Unsupported { .. })
        | PublicParams::ECDH(
            EcdhPublicParams::Unsupported { .. }
            | EcdhPublicParams::Brainpool256 { .. }
            | EcdhPublicParams::Brainpool384 { .. }
            | EcdhPublicParams::Brainpool512 { .. },
        )
        | PublicParams::Unknown { .. } => Err(Reason::Unsupported),
        // RFC 9580, 11.5.1: the session key is wrapped with AES.
        PublicParams::ECDH(
            EcdhPublicParams::Curve25519Legacy { alg_sym, .. }
            | EcdhPublicParams::P256 { alg_sym, .. }
            | EcdhPublicParams::P384 { alg_sym, .. }
            | EcdhPublicParams::P521 { alg_sym, .. },
        ) if !is_aes(*alg_sym) => Err(Reason::WeakAlgorithm),
        PublicParams::ECDH(EcdhPublicParams::Curve25519Legacy { p, .. }) => {
            accept_x25519(p.as_bytes())
        }
        PublicParams::X25519(params) => accept_x25519(params.key.as_bytes()),
        // Points of low order: whoever likes can make "signatures" of theirs that verify.
        PublicParams::EdDSALegacy(EddsaLegacyPublicParams::Ed25519 { key })
        | PublicParams::Ed25519(Ed25519PublicParams { key })
            if key.is_weak() =>
        {
            Err(Reason::WeakKey)
        }
        PublicParams::ECDH(_)
        | PublicParams::ECDSA(_)
        | PublicParams::EdDSALegacy(_)
        | PublicParams::Ed25519(_)
        | PublicParams::Ed448(_) => Ok(()),
        PublicParams::X448(params) => accept_x448(params.key.as_bytes()),
        PublicParams::MlKem768X25519(params) => accept_x25519(params.x25519_key.as_bytes()),
        PublicParams::MlKem1024X448(params) => accept_x448(params.x448_key.as_bytes()),
        // With version 6 keys only; the engine reads no others.
        PublicParams::MlDsa65Ed25519(_)
        | PublicParams::MlDsa87Ed448(_)
        | PublicParams::SlhDsaShake128s(_)
        | PublicParams::SlhDsaShake128f(_)
        | PublicParams::SlhDsaShake256s(_) => Ok(()),
    }
}

pub(crate) fn is_aes(cipher: SymmetricKeyAlgorithm) -> bool {
    matches!(
        cipher,
        SymmetricKeyAlgorithm::AES128
            | SymmetricKeyAlgorithm::AES192
            | SymmetricKeyAlgorithm::AES256
    )
}

/// Whether the algorithm can do this at all (RFC 9580, 9.1).
pub(crate) fn can_sign(algorithm: PublicKeyAlgorithm) -> bool {
    matches!(
        algorithm,
        PublicKeyAlgorithm::RSA
            | PublicKeyAlgorithm::RSASign
            | PublicKeyAlgorithm::ECDSA
            | PublicKeyAlgorithm::EdDSALegacy
            | PublicKeyAlgorithm::Ed25519
            | PublicKeyAlgorithm::Ed448
            | PublicKeyAlgorithm::MlDsa65Ed25519
            | PublicKeyAlgorithm::MlDsa87Ed448
            | PublicKeyAlgorithm::SlhDsaShake128s
            | PublicKeyAlgorithm::SlhDsaShake128f
            | PublicKeyAlgorithm::SlhDsaShake256s
    )
}

/// Whether the algorithm can do this at all (RFC 9580, 9.1).
pub(crate) fn can_encrypt(algorithm: PublicKeyAlgorithm) -> bool {
    matches!(
        algorithm,
        PublicKeyAlgorithm::RSA
            | PublicKeyAlgorithm::RSAEncrypt
            | PublicKeyAlgorithm::ECDH
            | PublicKeyAlgorithm::X25519
            | PublicKeyAlgorithm::X448
            | PublicKeyAlgorithm::MlKem768X25519
            | PublicKeyAlgorithm::MlKem1024X448
    )
}

/// Whether it withstands quantum computers too (RFC 9980).
pub(crate) fn is_post_quantum(algorithm: PublicKeyAlgorithm) -> bool {
    matches!(
        algorithm,
        PublicKeyAlgorithm::MlKem768X25519
            | PublicKeyAlgorithm::MlKem1024X448
            | PublicKeyAlgorithm::MlDsa65Ed25519
            | PublicKeyAlgorithm::MlDsa87Ed448
            | PublicKeyAlgorithm::SlhDsaShake128s
            | PublicKeyAlgorithm::SlhDsaShake128f
            | PublicKeyAlgorithm::SlhDsaShake256s
    )
}

/// A short name such as `RSA 3072`.
pub(crate) fn name(key: &impl KeyDetails) -> String {
    let fixed = match key.public_params() {
        PublicParams::RSA(params) => {
            return format!(
                "RSA {}",
                params.to_bytes().map_or(0, |bytes| mpi_bits(&bytes))
            );
        }
        PublicParams::DSA(params) => {
            return format!(
                "DSA {}",
                params.to_bytes().map_or(0, |bytes| mpi_bits(&bytes))
            );
        }
        PublicParams::Elgamal(_) => "ElGamal",
        PublicParams::ECDSA(params) => match params {
            EcdsaPublicParams::P256 { .. } => "ECDSA P-256",
            EcdsaPublicParams::P384 { .. } => "ECDSA P-384",
            EcdsaPublicParams::P521 { .. } => "ECDSA P-521",
            EcdsaPublicParams::Secp256k1 { .. } => "ECDSA secp256k1",
            EcdsaPublicParams::Unsupported { .. } => "ECDSA (unknown curve)",
        },
        PublicParams::ECDH(params) => match params {
            EcdhPublicParams::Curve25519Legacy { .. } => "X25519",
            EcdhPublicParams::P256 { .. } => "ECDH P-256",
            EcdhPublicParams::P384 { .. } => "ECDH P-384",
            EcdhPublicParams::P521 { .. } => "ECDH P-521",
            EcdhPublicParams::Brainpool256 { .. } => "ECDH Brainpool P-256",
            EcdhPublicParams::Brainpool384 { .. } => "ECDH Brainpool P-384",
            EcdhPublicParams::Brainpool512 { .. } => "ECDH Brainpool P-512",
            EcdhPublicParams::Unsupported { .. } => "ECDH (unknown curve)",
        },
        PublicParams::EdDSALegacy(EddsaLegacyPublicParams::Unsupported { .. }) => {
            "EdDSA (unknown curve)"
        }
        PublicParams::EdDSALegacy(_) | PublicParams::Ed25519(_) => "Ed25519",
        PublicParams::X25519(_) => "X25519",
        PublicParams::Ed448(_) => "Ed448",
        PublicParams::X448(_) => "X448",
        PublicParams::MlKem768X25519(_) => "ML-KEM-768+X25519",
        PublicParams::MlKem1024X448(_) => "ML-KEM-1024+X448",
        PublicParams::MlDsa65Ed25519(_) => "ML-DSA-65+Ed25519",
        PublicParams::MlDsa87Ed448(_) => "ML-DSA-87+Ed448",
        PublicParams::SlhDsaShake128s(_) => "SLH-DSA-SHAKE-128s",
        PublicParams::SlhDsaShake128f(_) => "SLH-DSA-SHAKE-128f",
        PublicParams::SlhDsaShake256s(_) => "SLH-DSA-SHAKE-256s",
        PublicParams::Unknown { .. } => {
            return format!("algorithm {}", u8::from(key.algorithm()));
        }
    };
    fixed.to_owned()
}

/// Bits of the first MPI: for RSA the modulus.
pub(crate) fn mpi_bits(params: &[u8]) -> usize {
    params
        .first_chunk()
        .map_or(0, |length| u16::from_be_bytes(*length).into())
}

/// `params` is the modulus and the exponent as MPIs (RFC 9580, 5.5.5.1).
fn accept_rsa(params: &[u8]) -> Result<(), Reason> {
    let bits = mpi_bits(params);
    let modulus = params
        .get(2..2 + bits.div_ceil(8))
        .ok_or(Reason::Unsupported)?;
    let exponent = params.get(2 + modulus.len()..).unwrap_or_default();
    let odd = params.last().is_some_and(|last| last % 2 == 1);
    let small_exponent = mpi_bits(exponent) < limits::MIN_RSA_EXPONENT_BITS;
    if bits < limits::MIN_RSA_BITS || has_small_factor(modulus) || small_exponent || !odd {
        return Err(Reason::WeakKey);
    }
    Ok(())
}

/// Whether any prime below 1000 divides the number. Every look at an RSA key asks this, so whole words are divided by
/// products of primes, and only what remains by each of them.
fn has_small_factor(number: &[u8]) -> bool {
    let mut primes = PRIMES.as_slice();
    while !primes.is_empty() {
        let (mut product, mut count) = (1u64, 0);
        for prime in primes {
            let next = product * u64::from(*prime);
            if next > u64::from(u32::MAX) {
                break;
            }
            (product, count) = (next, count + 1);
        }
        let rest = number.chunks(4).fold(0u64, |rest, word| {
            word.iter().fold(rest, |rest, b| rest << 8 | u64::from(*b)) % product
        });
        let (group, others) = primes.split_at(count);
        if group.iter().any(|prime| rest % u64::from(*prime) == 0) {
            return true;
        }
        primes = others;
    }
    false
}

/// All primes below 1000.
#[expect(
    clippy::indexing_slicing,
    reason = "computed by the compiler, which would refuse it"
)]
const PRIMES: [u16; 168] = {
    let mut primes = [0; 168];
    let (mut found, mut number) = (0, 2);
    while found < primes.len() {
        let mut factor = 2;
        while number % factor != 0 {
            factor += 1;
        }
        if factor == number {
            primes[found] = number;
            found += 1;
        }
        number += 1;
    }
    primes
};

/// Points whose order divides the cofactor: a secret shared with them is known to everybody. The engine does not
/// refuse them.
fn accept_x25519(point: &[u8; 32]) -> Result<(), Reason> {
    /// Canonical coordinates of the points of order 1, 2, 4 and 8, and what else reduces to them (RFC 7748, 5 ignores
    /// the highest bit and allows values above the prime).
    const LOW_ORDER: [&str; 7] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];
    let mut point = *point;
    point[31] &= 0x7f;
    let hex: String = point.iter().map(|b| format!("{b:02x}")).collect();
    if LOW_ORDER.contains(&hex.as_str()) {
        Err(Reason::WeakKey)
    } else {
        Ok(())
    }
}

/// The same for X448. The engine refuses 0, 1 and p - 1, but not what else reduces to them (RFC 7748, 5 allows values
/// above the prime).
fn accept_x448(point: &[u8; 56]) -> Result<(), Reason> {
    // p = 2^448 - 2^224 - 1, the lowest octet first.
    let (low, high) = point.split_at(28);
    let (Some((first, low)), Some((middle, high))) = (low.split_first(), high.split_first()) else {
        return Err(Reason::Unsupported);
    };
    let all = |octets: &[u8], value: u8| octets.iter().all(|octet| *octet == value);
    let zero_or_one = *first <= 1 && all(low, 0) && *middle == 0 && all(high, 0);
    let p_or_before = *first >= 0xfe && all(low, 0xff) && *middle == 0xfe && all(high, 0xff);
    let after_p = *first == 0 && all(low, 0) && *middle == 0xff && all(high, 0xff);
    match zero_or_one || p_or_before || after_p {
        true => Err(Reason::WeakKey),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{PRIMES, accept_x448, has_small_factor};
    use crate::wire::Reason;

    #[test]
    fn points_of_low_order_are_refused_in_every_encoding() {
        let mut p = [0xff; 56];
        p[28] = 0xfe;
        let changed = |mut point: [u8; 56], at: usize, value| {
            point[at] = value;
            point
        };
        let mut after = [0; 56];
        after[28..].fill(0xff);
        for weak in [
            [0; 56],
            changed([0; 56], 0, 1),
            changed(p, 0, 0xfe),
            p,
            after,
        ] {
            assert_eq!(accept_x448(&weak), Err(Reason::WeakKey), "{weak:?}");
        }
        for good in [
            changed([0; 56], 0, 2),
            changed([0; 56], 0, 5),
            changed([0; 56], 55, 1),
            changed(p, 0, 0xfd),
            changed(after, 0, 1),
            changed(p, 27, 0),
        ] {
            assert_eq!(accept_x448(&good), Ok(()), "{good:?}");
        }
    }

    #[test]
    fn every_small_factor_is_found() {
        // 2^521 - 1 is prime; times anything below 1000 it is not, whatever the length of the number in words.
        let prime: Vec<u8> = std::iter::once(1).chain([255; 65]).collect();
        assert!(!has_small_factor(&prime));
        for factor in 2..1000u32 {
            let mut carry = 0;
            let mut product: Vec<u8> = Vec::new();
            for byte in prime.iter().rev() {
                let sum = u32::from(*byte) * factor + carry;
                product.push(sum as u8);
                carry = sum >> 8;
            }
            product.extend([carry as u8, (carry >> 8) as u8]);
            product.reverse();
            assert!(has_small_factor(&product), "{factor}");
        }
        assert_eq!(PRIMES.last(), Some(&997));
    }
}
