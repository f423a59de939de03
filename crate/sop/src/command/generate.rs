//! `generate-key`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::OsRng;
use rsa::RsaPrivateKey;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use waxseal_core::agent::{self, NewKey, Protection};
use waxseal_core::wire::{KeyKind, Secret};

use crate::args::Args;
use crate::command::secret;
use crate::failure::Failure;
use crate::keys::OpenKey;
use crate::{date, password};

/// A set of choices under one name.
pub struct Profile {
    pub name: &'static str,
    pub says: &'static str,
    pub aliases: &'static [&'static str],
    kind: KeyKind,
}

/// The first is what is taken when none is named.
pub const PROFILES: &[Profile] = &[
    Profile {
        name: "default",
        says: "version 4, Ed25519 and X25519 as every program in use reads them",
        aliases: &["compatibility", "draft-koch-eddsa-for-openpgp-00"],
        kind: KeyKind::Curve25519V4,
    },
    Profile {
        name: "rfc9580",
        says: "version 6, Ed25519 and X25519",
        aliases: &["security", "performance"],
        kind: KeyKind::Curve25519V6,
    },
    Profile {
        name: "rfc9980",
        says: "as default, with another subkey for encryption, ML-KEM-768+X25519, which older programs refuse",
        aliases: &[],
        kind: KeyKind::PostQuantumV4,
    },
    Profile {
        name: "rfc4880",
        says: "version 4, RSA 3072",
        aliases: &[],
        kind: KeyKind::Rsa3072,
    },
];

pub fn generate_key(args: &Args) -> Result<(), Failure> {
    let profile = match args.value("profile") {
        None => PROFILES.first(),
        Some(name) => {
            let named = |one: &&Profile| one.name == name || one.aliases.contains(&name);
            PROFILES.iter().find(named)
        }
    };
    let profile = profile.ok_or_else(|| {
        Failure::UnsupportedProfile(args.value("profile").unwrap_or_default().into())
    })?;
    let password = args
        .value("with-key-password")
        .map(password::to_lock)
        .transpose()?;
    let new = NewKey {
        user_ids: args.positional().to_vec(),
        kind: profile.kind,
        encrypts: !args.flag("signing-only"),
        lasts: None,
        made: date::now(),
    };
    let (cost, rng) = (Protection::DEFAULT, &mut OsRng);
    let made = match profile.kind {
        KeyKind::Rsa3072 | KeyKind::Rsa4096 => {
            agent::generate_rsa(&new, &[rsa_numbers()?, rsa_numbers()?], None, cost, rng)
        }
        KeyKind::Curve25519V4 | KeyKind::Curve25519V6 | KeyKind::PostQuantumV4 => {
            agent::generate(&new, None, cost, rng)
        }
    };
    let made = made.map_err(|error| Failure::Unspecific(error.to_string()))?;
    let key = OpenKey {
        certificate: made.certificate,
        secret: made.secret,
        unlocked: made.unlocked,
        protected: false,
    };
    secret::write(&[key], password.as_ref(), !args.flag("no-armor"))
}

/// The numbers of a new RSA key as a JSON Web Key, in which form a browser gives them to the agent.
fn rsa_numbers() -> Result<Secret, Failure> {
    let key = RsaPrivateKey::new(&mut OsRng, 3072);
    let key = key.map_err(|error| Failure::Unspecific(format!("RSA: {error}")))?;
    let coded = |number: &rsa::BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
    let [p, q] = key.primes() else {
        return Err(Failure::Unspecific("RSA: not two primes".into()));
    };
    let jwk = serde_json::json!({
        "kty": "RSA",
        "n": coded(key.n()),
        "e": coded(key.e()),
        "d": coded(key.d()),
        "p": coded(p),
        "q": coded(q),
    });
    Ok(Secret::new(jwk.to_string()))
}
