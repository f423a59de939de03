//! RSA keys as the browser makes them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BigUint, RsaPrivateKey};

use super::*;
use crate::policy;
use crate::testkit::*;
use crate::wire::{KeyKind, Secret};

fn keys() -> [RsaPrivateKey; 2] {
    ["3072a", "3072b"].map(|name| rsa_key(rsa_jwk(name)))
}

fn jwk(key: &RsaPrivateKey, change: impl Fn(&str, BigUint) -> BigUint) -> Secret {
    let number =
        |name: &str, n: &BigUint| URL_SAFE_NO_PAD.encode(change(name, n.clone()).to_bytes_be());
    let [p, q] = key.primes() else {
        panic!("two primes")
    };
    let text = format!(
        r#"{{"kty":"RSA","alg":"RS256","n":"{}","e":"{}","d":"{}","p":"{}","q":"{}"}}"#,
        number("n", key.n()),
        number("e", key.e()),
        number("d", key.d()),
        number("p", p),
        number("q", q),
    );
    secret(&text)
}

fn make(kind: KeyKind, keys: &[Secret]) -> Result<(), AgentError> {
    let new = NewKey {
        user_ids: vec!["Ann <ann@example.org>".into()],
        encrypts: true,
        kind,
        lasts: None,
        made: NOW,
    };
    let MadeKey {
        certificate: cert,
        secret: stored,
        unlocked,
        ..
    } = generate_rsa(
        &new,
        keys,
        Some(&passphrase()),
        Protection::FAST,
        &mut rng(),
    )?;
    let info = cert.info(NOW);
    assert!(info.can_encrypt && info.can_sign);
    assert_eq!(info.components[0].algorithm, "RSA 3072");
    let key = policy::encryption_components(&cert, NOW).unwrap()[0].key();
    let (packet, session_key) = pkesk(&key, 3);
    let found = decipher(&[packet], std::iter::once(&unlocked), &mut rng()).unwrap();
    assert_eq!(*found.key, session_key);
    assert!(unlock(&cert, &stored, &passphrase(), Protection::FAST, &mut rng()).is_ok());
    Ok(())
}

#[test]
fn the_browsers_keys_become_a_certificate() {
    let same = |_: &str, n| n;
    let [a, b] = &keys();
    assert_eq!(
        make(KeyKind::Rsa3072, &[jwk(a, same), jwk(b, same)]),
        Ok(())
    );
}

/// The crate that computes refuses them unless it is told so.
#[test]
fn primes_of_unequal_length_sign_and_decipher() {
    let same = |_: &str, n| n;
    let [even, _] = &keys();
    let unequal = &rsa_key(rsa_jwk("3072unequal"));
    let number = |n: &BigUint| rsa_fixed::BoxedUint::from_be_slice_vartime(&n.to_bytes_be());
    let primes = unequal.primes().iter().map(number).collect();
    let (n, e, d) = (unequal.n(), unequal.e(), unequal.d());
    let refused = rsa_fixed::PrivateKey::from_components(number(n), number(e), number(d), primes);
    assert_eq!(refused.err(), Some(rsa_fixed::Error::InvalidPrime));
    // The first signs for itself and for the second, with which a session key is deciphered.
    for (signs, deciphers) in [(unequal, even), (even, unequal)] {
        let keys = [jwk(signs, same), jwk(deciphers, same)];
        assert_eq!(make(KeyKind::Rsa3072, &keys), Ok(()));
    }
}

#[test]
fn keys_that_are_not_what_was_asked_for_are_refused() {
    let [a, b] = &keys();
    let same = |_: &str, n| n;
    let good = jwk(b, same);
    let one = BigUint::from(1u32);
    let wrong = |name: &'static str| {
        let one = one.clone();
        jwk(a, move |n, value| {
            if n == name {
                value + &one * BigUint::from(2u32)
            } else {
                value
            }
        })
    };
    for (jwk, error) in [
        (wrong("n"), AgentError::Mismatched),
        (wrong("d"), AgentError::Mismatched),
        (wrong("p"), AgentError::Mismatched),
        (wrong("e"), AgentError::Malformed),
        (secret("{}"), AgentError::Malformed),
        (
            secret(&jwk(a, same).expose().replace("RSA", "EC")),
            AgentError::Malformed,
        ),
    ] {
        assert_eq!(make(KeyKind::Rsa3072, &[jwk, good.clone()]), Err(error));
    }
    let p = a.primes()[0].clone();
    let equal = jwk(a, |name, value| if name == "q" { p.clone() } else { value });
    assert_eq!(
        make(KeyKind::Rsa3072, &[equal, good.clone()]),
        Err(AgentError::Malformed)
    );
    assert_eq!(
        make(KeyKind::Rsa3072, &[good.clone(), good.clone()]),
        Err(AgentError::Malformed)
    );
    assert_eq!(
        make(KeyKind::Rsa3072, std::slice::from_ref(&good)),
        Err(AgentError::Malformed)
    );
    assert_eq!(
        make(KeyKind::Rsa4096, &[jwk(a, same), good.clone()]),
        Err(AgentError::Malformed)
    );
    assert_eq!(
        make(KeyKind::Curve25519V4, &[jwk(a, same), good]),
        Err(AgentError::Unsupported)
    );
}
