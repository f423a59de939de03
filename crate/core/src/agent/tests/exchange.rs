//! Whatever is given out, public or secret, comes in again as it was.

use proptest::prelude::*;

use super::*;
use crate::cert::{ReadKey, ReadKeys};

/// Each kind of key that is made here.
fn kinds() -> impl Strategy<Value = KeyKind> {
    prop::sample::select(vec![
        KeyKind::Curve25519V4,
        KeyKind::Curve25519V6,
        KeyKind::PostQuantumV4,
        KeyKind::Rsa3072,
        KeyKind::Rsa4096,
    ])
}

fn make(kind: KeyKind, name: &str, password: &Secret) -> MadeKey {
    let new = NewKey {
        user_ids: vec![format!("{name} <ann@example.org>")],
        kind,
        encrypts: true,
        lasts: Some(730 * DAY),
        made: NOW,
    };
    let (password, rng) = (Some(password), &mut rng());
    let numbers = |names: [&str; 2]| names.map(|name| secret(rsa_jwk(name)));
    let made = match kind {
        KeyKind::Rsa3072 => generate_rsa(
            &new,
            &numbers(["3072a", "3072b"]),
            password,
            Protection::FAST,
            rng,
        ),
        KeyKind::Rsa4096 => generate_rsa(
            &new,
            &numbers(["4096a", "4096b"]),
            password,
            Protection::FAST,
            rng,
        ),
        _ => generate(&new, password, Protection::FAST, rng),
    };
    made.unwrap()
}

fn read(block: &str) -> ReadKey {
    let ReadKeys {
        mut keys, skipped, ..
    } = Certificate::read_many(block.as_bytes());
    assert_eq!((keys.len(), skipped.len()), (1, 0));
    keys.remove(0)
}

/// The secret numbers of each component key.
fn numbers(open: &Unlocked) -> Vec<(Fingerprint, &pgp::types::PlainSecretParams)> {
    let each = open.components.iter().map(|one| &one.key);
    each.map(|key| (key.component_fingerprint(), key.plain().unwrap()))
        .collect()
}

proptest! {
    // RSA of 4096 bits takes a second.
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn export_then_import_is_the_identity(
        kind in kinds(),
        form in prop::sample::select(vec![ExportForm::Compatible, ExportForm::Argon2]),
        name in "[A-Za-z\u{e4}-\u{fc}\u{4e00}-\u{4eff} .]{1,40}",
        words in "\\PC{8,30}",
    ) {
        let password = secret(&words);
        let made = make(kind, &name, &password);
        let certificate = made.certificate.to_bytes();
        let protection = Protection::FAST;

        let armored = export(&made.certificate, &made.secret, &password, form, protection, &mut rng());
        let came = read(armored.unwrap().expose());
        prop_assert_eq!(came.certificate.to_bytes(), certificate.clone());
        let stored = came.secret.unwrap();
        let opened = unlock(&came.certificate, &stored, &password, protection, &mut rng()).unwrap();
        prop_assert!(numbers(&opened.unlocked) == numbers(&made.unlocked), "other secret numbers");
        let wrong = secret(&format!("{words}x"));
        let wrong = unlock(&came.certificate, &stored, &wrong, protection, &mut rng());
        prop_assert_eq!(wrong.err(), Some(AgentError::WrongPassphrase));

        let came = read(&made.certificate.armored());
        prop_assert_eq!(came.certificate.to_bytes(), certificate.clone());
        prop_assert!(came.secret.is_none());
        // Where it is already, it changes nothing.
        prop_assert_eq!(made.certificate.merge(&came.certificate).unwrap().to_bytes(), certificate);
    }
}
