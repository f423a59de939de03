//! ECDSA signatures by keys on the curve secp256k1 (no RFC gives it to OpenPGP; GnuPG and RNP make such keys).
//!
//! If (r, s) is a signature, so is (r, n - s). The crate under rpgp verifies only the one with the smaller second number, a rule of
//! Bitcoin's against signatures in two forms. OpenPGP has no such rule, and other programs make either form.

use pgp::crypto::ecc_curve::ECCCurve;
use pgp::types::{Mpi, PublicParams, SignatureBytes};

/// The order of the curve's base point (SEC 2, 2.4.1).
const N: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
    0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
];

/// The other form of a signature by such a key whose `s` is the larger of the two; `None` for every other signature.
pub(super) fn with_low_s(params: &PublicParams, sig: &SignatureBytes) -> Option<SignatureBytes> {
    match params {
        PublicParams::ECDSA(params) if params.curve() == ECCCurve::Secp256k1 => {}
        _ => return None,
    }
    let SignatureBytes::Mpis(numbers) = sig else {
        return None;
    };
    let [r, s] = numbers.as_slice() else {
        return None;
    };
    let other = Mpi::from_slice(&from_n(s.as_ref())?);
    // Without zeros in front the longer number is the larger one.
    let size = |number: &Mpi| (number.as_ref().len(), number.as_ref().to_vec());
    (size(&other) < size(s)).then(|| SignatureBytes::Mpis(vec![r.clone(), other]))
}

/// n - s; `None` for what is not smaller than n.
fn from_n(s: &[u8]) -> Option<[u8; 32]> {
    let mut difference = N;
    let mut borrowed = false;
    let digits = s.iter().rev().chain(std::iter::repeat(&0));
    for (digit, s) in difference.iter_mut().rev().zip(digits) {
        let (once, first) = digit.overflowing_sub(*s);
        let (twice, second) = once.overflowing_sub(u8::from(borrowed));
        (*digit, borrowed) = (twice, first || second);
    }
    (s.len() <= N.len() && !borrowed).then_some(difference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::Certificate;
    use crate::cert::packets::{self, tag};
    use crate::testkit::*;
    use crate::wire::KeyState;
    use pgp::composed::KeyType;
    use pgp::crypto::hash::HashAlgorithm;
    use pgp::packet::{SignatureType, SubpacketData};
    use pgp::ser::Serialize as _;
    use pgp::types::{KeyDetails, KeyVersion, Password, SigningKey, VerifyingKey};

    #[test]
    fn a_signature_counts_in_either_form() {
        let typ = KeyType::ECDSA(ECCCurve::Secp256k1);
        let maker = Maker::new(&typ, KeyVersion::V4, MADE);
        let key = maker.primary.public_key();
        let params = key.public_params();
        let hash = HashAlgorithm::Sha256;
        let verifies = |sig: &SignatureBytes, digest: &[u8]| {
            let key = crate::policy::ComponentKey::Primary(key);
            key.verify(hash, digest, sig).is_ok()
        };
        for digest in [[1; 32], [2; 32]] {
            let low = maker
                .primary
                .sign(&Password::empty(), hash, &digest)
                .unwrap();
            assert!(with_low_s(params, &low).is_none());
            let SignatureBytes::Mpis(numbers) = &low else {
                panic!("two numbers")
            };
            let [r, s] = numbers.as_slice() else {
                panic!("two numbers")
            };
            let other = from_n(s.as_ref()).unwrap();
            let high = SignatureBytes::Mpis(vec![r.clone(), Mpi::from_slice(&other)]);
            assert!(
                key.verify(hash, &digest, &high).is_err(),
                "the library takes it by itself"
            );
            assert_eq!(with_low_s(params, &high), Some(low.clone()));
            for sig in [&low, &high] {
                assert!(verifies(sig, &digest));
                assert!(!verifies(sig, &[3; 32]));
            }
        }
    }

    /// The same signature with the other s.
    fn high(signature: &pgp::packet::Signature) -> pgp::packet::Signature {
        let mut body = signature.to_bytes().unwrap();
        let Some(SignatureBytes::Mpis(numbers)) = signature.signature() else {
            panic!("two numbers")
        };
        let low = numbers[1].to_bytes().unwrap();
        let other = Mpi::from_slice(&from_n(numbers[1].as_ref()).unwrap());
        body.truncate(body.len() - low.len());
        body.extend(other.to_bytes().unwrap());
        crate::cert::read_signature(&body).unwrap()
    }

    #[test]
    fn what_binds_or_withdraws_a_key_counts_in_either_form() {
        let typ = KeyType::ECDSA(ECCCurve::Secp256k1);
        let id = "Ann <ann@example.org>";
        for change in [Clone::clone, high] {
            let maker = usual(id).bare_subkey(&typ, MADE);
            let SubpacketData::EmbeddedSignature(back) = maker.back_signature(1, &says(MADE))
            else {
                panic!("a signature")
            };
            let back = SubpacketData::EmbeddedSignature(Box::new(change(&back)));
            let binding = says(MADE).flags(SIGN).and(back);
            let binding = maker.on_subkey(1, SignatureType::SubkeyBinding, &binding);
            let cert = maker.signature(&binding).cert();
            let signer = crate::policy::signing_component(&cert, NOW).unwrap();
            assert!(!signer.is_primary());
            // A revocation certificate, alone before the key.
            let maker = Maker::new(&typ, KeyVersion::V4, MADE).user(id, says(MADE).flags(CERTIFY));
            let revocation = says(NOW).config(SignatureType::KeyRevocation, &maker.primary);
            let key = maker.primary.public_key();
            let revocation = revocation.sign_key(&maker.primary, &Password::empty(), key);
            let mut data = Vec::new();
            let body = change(&revocation.unwrap()).to_bytes().unwrap();
            packets::write(&mut data, tag::SIGNATURE, &body);
            data.extend(maker.bytes());
            let read = Certificate::read_many(&data);
            assert!(read.skipped.is_empty());
            assert_eq!(read.keys[0].certificate.info(NOW).state, KeyState::Revoked);
        }
    }

    #[test]
    fn numbers_that_are_none_of_the_curve_stay() {
        let mut before = N;
        before[31] -= 1;
        let mut one = [0; 32];
        one[31] = 1;
        assert_eq!(from_n(&before), Some(one));
        assert_eq!(from_n(&[1]), Some(before));
        assert_eq!(from_n(&N), Some([0; 32]));
        assert_eq!(from_n(&[0xff; 32]), None);
        assert_eq!(from_n(&[1; 33]), None);
        // Other keys are not asked about.
        let sig = SignatureBytes::Mpis(vec![Mpi::from_slice(&[1]), Mpi::from_slice(&before)]);
        let maker = Maker::new(&KeyType::ECDSA(ECCCurve::P256), KeyVersion::V4, MADE);
        assert!(with_low_s(maker.primary.public_key().public_params(), &sig).is_none());
    }
}
