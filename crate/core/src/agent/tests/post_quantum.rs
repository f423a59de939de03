//! RFC 9980: its test vectors through our own path, and what it forbids.

use pgp::composed::{Deserializable, DetachedSignature};

use super::*;

/// After the creation of all keys in the vectors.
const THEN: crate::wire::Time = NOW;

macro_rules! vector {
    ($name:literal) => {
        include_str!(concat!("../../../testdata/rfc9980/", $name, ".asc"))
    };
}

/// A secret key that stands in clear, and its own certificate.
fn owner(armored: &str) -> (Certificate, Unlocked) {
    let (cert, stored) = read_secret(armored.as_bytes());
    let open = open_given(&cert, &stored, &[]).unwrap();
    (cert, open)
}

#[test]
fn the_sample_signatures_verify_and_ours_do_too() {
    for (secret, signature) in [
        (vector!("v6-mldsa-65-sk"), vector!("v6-mldsa-65-signature")),
        (vector!("v6-mldsa-87-sk"), vector!("v6-mldsa-87-signature")),
    ] {
        let (cert, open) = owner(secret);
        let signer = policy::signing_component(&cert, THEN).unwrap();
        let (theirs, _) = DetachedSignature::from_armor_single(signature.as_bytes()).unwrap();
        theirs.verify(&signer.key(), &b"Testing\n"[..]).unwrap();
        assert!(theirs.verify(&signer.key(), &b"testing\n"[..]).is_err());
        let asked = request(&cert, &signer.fingerprint(), HashAlgorithm::Sha3_256, 32);
        let fields = sign(&cert, &open, &asked, THEN, &mut rng()).unwrap();
        let bytes = pgp::types::SignatureBytes::Native(fields.into());
        signer
            .key()
            .verify(HashAlgorithm::Sha3_256, &asked.digest.0, &bytes)
            .unwrap();
        // RFC 9980, 5.3.2: with a shorter hash neither made nor believed.
        let short = request(&cert, &signer.fingerprint(), HashAlgorithm::Sha224, 28);
        assert_eq!(
            sign(&cert, &open, &short, THEN, &mut rng()).err(),
            Some(AgentError::Unusable)
        );
        let asked = &asked.digest.0[..28];
        let raw = open.component(&signer.fingerprint()).unwrap();
        let made = pgp::types::SigningKey::sign(
            &raw.key,
            &Password::empty(),
            HashAlgorithm::Sha224,
            asked,
        );
        assert!(
            signer
                .key()
                .verify(HashAlgorithm::Sha224, asked, &made.unwrap())
                .is_err()
        );
    }
}

/// A version 4 key with a post-quantum subkey bound over `hash`.
fn bound(hash: HashAlgorithm, made: crate::wire::Time) -> Certificate {
    Maker::new(&KeyType::Ed25519Legacy, KeyVersion::V4, made)
        .user(ID, says(made).flags(CERTIFY | SIGN))
        .subkey(
            &KeyType::MlKem768X25519,
            made,
            says(made).flags(ENCRYPT).over(hash),
        )
        .cert()
}

#[test]
fn a_binding_over_sha1_does_not_bind_a_post_quantum_subkey() {
    // 2015: for classic subkeys such a binding is still believed.
    let made = 1_420_070_400;
    let classic = Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, made)
        .user(ID, says(made).flags(CERTIFY | SIGN))
        .subkey(
            &KeyType::ECDH(pgp::crypto::ecc_curve::ECCCurve::Curve25519Legacy),
            made,
            says(made).flags(ENCRYPT).over(HashAlgorithm::Sha1),
        );
    assert!(policy::encryption_components(&classic.cert(), THEN).is_ok());
    let rsa = Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, made)
        .user(ID, says(made).flags(CERTIFY | SIGN))
        .subkey(
            &KeyType::MlKem768X25519,
            made,
            says(made).flags(ENCRYPT).over(HashAlgorithm::Sha1),
        );
    let reasons = policy::encryption_components(&rsa.cert(), THEN).unwrap_err();
    assert_eq!(reasons, [crate::wire::Reason::NotBound]);
    assert!(policy::encryption_components(&bound(HashAlgorithm::Sha256, made), THEN).is_ok());
}

/// RFC 9980, 4.3.2, 5.3.3: the engine refuses them, so that such a subkey is carried along and never used.
#[test]
fn version_4_has_no_other_post_quantum_algorithm() {
    for typ in [
        KeyType::MlKem1024X448,
        KeyType::MlDsa65Ed25519,
        KeyType::MlDsa87Ed448,
    ] {
        let (public, _) = params(&typ);
        let made = pgp::types::Timestamp::from_secs(MADE);
        let inner = |version, params| {
            pgp::packet::PubKeyInner::new(version, typ.to_alg(), made, None, params)
        };
        assert!(inner(KeyVersion::V4, public.clone()).is_err(), "{typ:?}");
        assert!(inner(KeyVersion::V6, public).is_ok(), "{typ:?}");
    }
}

/// Which of the algorithms that the engine knows are usable, and for what.
#[test]
fn every_curve_that_the_engine_has_works_through_the_agent() {
    use pgp::crypto::ecc_curve::ECCCurve::{Curve25519Legacy, P256, P384, P521};
    let v4 = |sign, encrypt| (KeyVersion::V4, sign, encrypt);
    for (version, sign_type, encrypt_type) in [
        v4(KeyType::ECDSA(P256), KeyType::ECDH(P256)),
        v4(KeyType::ECDSA(P384), KeyType::ECDH(P384)),
        v4(KeyType::ECDSA(P521), KeyType::ECDH(P521)),
        v4(KeyType::Ed25519Legacy, KeyType::ECDH(Curve25519Legacy)),
        v4(KeyType::Ed25519, KeyType::X25519),
        v4(KeyType::Ed448, KeyType::X448),
        v4(KeyType::Ed25519, KeyType::MlKem768X25519),
        (KeyVersion::V6, KeyType::Ed448, KeyType::X448),
        (KeyVersion::V6, KeyType::ECDSA(P256), KeyType::ECDH(P256)),
        (
            KeyVersion::V6,
            KeyType::MlDsa65Ed25519,
            KeyType::MlKem768X25519,
        ),
        (
            KeyVersion::V6,
            KeyType::MlDsa87Ed448,
            KeyType::MlKem1024X448,
        ),
    ] {
        let mut maker = Maker::new(&sign_type, version, MADE);
        let about = says(MADE).flags(CERTIFY | SIGN);
        if version == KeyVersion::V6 {
            maker = maker.direct(pgp::packet::SignatureType::Key, about.clone());
        }
        let maker = maker
            .user(ID, about)
            .subkey(&encrypt_type, MADE, says(MADE).flags(ENCRYPT));
        let (cert, stored) = protected(&maker, cfb);
        let open = super::open(&cert, &stored, &passphrase()).unwrap().unlocked;
        let to = policy::encryption_components(&cert, NOW).unwrap();
        let pkesk_version = if version == KeyVersion::V6 { 6 } else { 3 };
        let (mail, key) = pkesk(&to[0].key(), pkesk_version);
        let found = decipher(&[mail], std::iter::once(&open), &mut rng()).unwrap();
        assert_eq!(*found.key, key, "{encrypt_type:?}");
        let signer = policy::signing_component(&cert, NOW).unwrap();
        let asked = request(&cert, &signer.fingerprint(), HashAlgorithm::Sha512, 64);
        sign(&cert, &open, &asked, NOW, &mut rng()).unwrap();
    }
}
