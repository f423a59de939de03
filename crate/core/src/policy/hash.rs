//! Which hash algorithms are believed, for what, and until when.

use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;

use super::algorithm::is_post_quantum;
use crate::wire::{Reason, Time};

/// Forging a document signature needs a collision, and an attacker may write the document: no weak hash, ever,
/// whatever date the signature claims.
pub(super) fn accept_for_data(hash: HashAlgorithm) -> Result<(), Reason> {
    match hash {
        HashAlgorithm::Sha224
        | HashAlgorithm::Sha256
        | HashAlgorithm::Sha384
        | HashAlgorithm::Sha512
        | HashAlgorithm::Sha3_256
        | HashAlgorithm::Sha3_512 => Ok(()),
        HashAlgorithm::Md5 | HashAlgorithm::Sha1 | HashAlgorithm::Ripemd160 => {
            Err(Reason::WeakHash)
        }
        _ => Err(Reason::Unsupported),
    }
}

/// RFC 9980, 5.3.2 and 6.1.2: post-quantum signatures are made over hashes of at least 256 bits.
pub(crate) fn fits(algorithm: PublicKeyAlgorithm, hash: HashAlgorithm) -> bool {
    !is_post_quantum(algorithm) || hash.digest_size().is_some_and(|size| size >= 32)
}

/// How long a weak hash is believed in self-signatures.
struct Row {
    hash: HashAlgorithm,
    /// Signatures dated at or after this are refused: no program had a reason to make them any more.
    made_before: Time,
    /// From this day on none is believed, whatever its date: the date is the attacker's word.
    believed_until: Time,
}

/// A forged self-signature needs a second preimage (its content is the owner's), which nobody can find for SHA-1 or
/// RIPEMD-160 today. Many keys in use are bound by such signatures only, so that refusing them would leave their
/// owners with no encryption at all. MD5 has no row: it is never believed.
const SELF_SIGNATURES: [Row; 2] = [
    // 2023-02-01 and 2030-01-01: the dates after which the last large programs stopped making, will stop reading them.
    Row {
        hash: HashAlgorithm::Sha1,
        made_before: 1_675_209_600,
        believed_until: 1_893_456_000,
    },
    // 2013-02-01: no program has used it by default since; 2030-01-01.
    Row {
        hash: HashAlgorithm::Ripemd160,
        made_before: 1_359_676_800,
        believed_until: 1_893_456_000,
    },
];

/// Judges the hash of a self-signature made at `made`, seen at `now`.
pub(super) fn accept_for_self(hash: HashAlgorithm, made: Time, now: Time) -> Result<(), Reason> {
    match SELF_SIGNATURES.iter().find(|row| row.hash == hash) {
        Some(row) if made < row.made_before && now < row.believed_until => Ok(()),
        Some(_) => Err(Reason::WeakHash),
        None => accept_for_data(hash),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_need_a_strong_hash() {
        for hash in [
            HashAlgorithm::Md5,
            HashAlgorithm::Sha1,
            HashAlgorithm::Ripemd160,
        ] {
            assert_eq!(accept_for_data(hash), Err(Reason::WeakHash));
        }
        for hash in [
            HashAlgorithm::None,
            HashAlgorithm::Private10,
            HashAlgorithm::Other(200),
        ] {
            assert_eq!(accept_for_data(hash), Err(Reason::Unsupported));
        }
        assert_eq!(accept_for_data(HashAlgorithm::Sha512), Ok(()));
    }

    #[test]
    fn self_signatures_follow_the_dates() {
        let (sha1, now) = (HashAlgorithm::Sha1, 1_800_000_000);
        assert_eq!(accept_for_self(sha1, 1_675_209_599, now), Ok(()));
        assert_eq!(
            accept_for_self(sha1, 1_675_209_600, now),
            Err(Reason::WeakHash)
        );
        assert_eq!(
            accept_for_self(sha1, 1_300_000_000, 1_893_456_000),
            Err(Reason::WeakHash)
        );
        assert_eq!(
            accept_for_self(HashAlgorithm::Ripemd160, 1_300_000_000, now),
            Ok(())
        );
        assert_eq!(
            accept_for_self(HashAlgorithm::Ripemd160, 1_400_000_000, now),
            Err(Reason::WeakHash)
        );
        assert_eq!(
            accept_for_self(HashAlgorithm::Md5, 0, now),
            Err(Reason::WeakHash)
        );
        assert_eq!(accept_for_self(HashAlgorithm::Sha256, now, now), Ok(()));
    }
}
