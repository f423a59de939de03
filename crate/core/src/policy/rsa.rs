//! RSA signatures (RFC 9580, 5.2.2), verified by the crate that also makes ours: three times as fast in wasm as the one
//! under rpgp.

use pgp::crypto::hash::HashAlgorithm;
use pgp::types::{RsaPublicParams, SignatureBytes};
use rsa::traits::PublicKeyParts as _;
use rsa_fixed::traits::PublicKeyParts as _;
use rsa_fixed::{BoxedUint, Pkcs1v15Sign, PublicKey};

/// Bits of a modulus: rpgp reads no longer ones, and old signatures by short ones are verified (and not believed).
const BITS: std::ops::RangeInclusive<usize> = 1..=crate::limits::MAX_RSA_BITS;

/// Whether the signature verifies; `None` for a hash that only rpgp knows.
pub(super) fn verifies(
    params: &RsaPublicParams,
    hash: HashAlgorithm,
    digest: &[u8],
    signature: &SignatureBytes,
) -> Option<bool> {
    let padding = padding(hash)?;
    let SignatureBytes::Mpis(numbers) = signature else {
        return Some(false);
    };
    let [number] = numbers.as_slice() else {
        return Some(false);
    };
    let [n, e] = [params.key.n(), params.key.e()].map(|number| number.to_bytes_be());
    let number_of = BoxedUint::from_be_slice_vartime;
    let Ok(key) = PublicKey::new_with_size_limits(number_of(&n), number_of(&e), BITS) else {
        return Some(false);
    };
    let whole = whole(number.as_ref(), key.size());
    Some(whole.is_some_and(|signature| key.verify(padding, digest, &signature).is_ok()))
}

/// As a number of OpenPGP it has no zeros in front; a signature or ciphertext is as long as the modulus, which has `size`
/// bytes (RFC 8017, 7.2.2 and 8.2.2). `None` when it is longer.
pub(crate) fn whole(number: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut whole = vec![0; size.checked_sub(number.len())?];
    whole.extend_from_slice(number);
    Some(whole)
}

/// PKCS #1 padding of a signature over a digest; `None` for a hash that we make no signatures with, and that is not
/// verified here.
pub(crate) fn padding(hash: HashAlgorithm) -> Option<Pkcs1v15Sign> {
    Some(Pkcs1v15Sign {
        hash_len: Some(hash.digest_size()?),
        prefix: digest_info(hash)?.into(),
    })
}

/// The DER prefix that names the hash in a PKCS #1 signature (RFC 8017, 9.2, note 1; RFC 9580, 5.2.2).
fn digest_info(hash: HashAlgorithm) -> Option<[u8; 19]> {
    // SEQUENCE { SEQUENCE { OID 2.16.840.1.101.3.4.2.x, NULL }, OCTET STRING of the digest's length }
    let (last, length) = match hash {
        HashAlgorithm::Sha224 => (4, 28),
        HashAlgorithm::Sha256 => (1, 32),
        HashAlgorithm::Sha384 => (2, 48),
        HashAlgorithm::Sha512 => (3, 64),
        HashAlgorithm::Sha3_256 => (8, 32),
        HashAlgorithm::Sha3_512 => (10, 64),
        _ => return None,
    };
    Some([
        0x30,
        17 + length,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x60,
        0x86,
        0x48,
        0x01,
        0x65,
        0x03,
        0x04,
        0x02,
        last,
        0x05,
        0x00,
        0x04,
        length,
    ])
}
