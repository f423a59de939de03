//! What becomes of an example, in words.

use std::path::{Path, PathBuf};

use rand::SeedableRng;
use rand::rngs::StdRng;
use waxseal_core::agent;
use waxseal_core::cert::{Certificate, ReadKey};
use waxseal_core::engine::{Capacity, DetachedSignatures, Reader, judge_detached};
use waxseal_core::wire::engine::{Opened, Verdict};
use waxseal_core::wire::{Bytes, ErrorCode, Secret, Time};

use crate::{Given, Vector};

/// 2026-11-22: after the last example was made.
const NOW: Time = 1_795_305_600;

/// Where it is read.
#[derive(Clone, Copy)]
pub(crate) enum Machine {
    /// The command line.
    Native,
    /// The extension.
    Browser,
}

impl Machine {
    fn capacity(self) -> Capacity {
        match self {
            Self::Native => Capacity::NATIVE,
            Self::Browser => Capacity::BROWSER,
        }
    }
}

/// A file or folder of the test data.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(data(name)).unwrap()
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

/// A name as it crosses the wall.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap();
    value.as_str().unwrap().to_owned()
}

fn words(values: &[impl serde::Serialize]) -> String {
    values.iter().map(word).collect::<Vec<_>>().join(", ")
}

fn refused(error: ErrorCode) -> String {
    word(&error)
}

pub(crate) fn outcome(vector: &Vector) -> String {
    let file = bytes(vector.file);
    match vector.given {
        Given::Certificate => described(&key(vector.file).certificate),
        Given::Secret { password, machine } => {
            let key = key(vector.file);
            let passwords: Vec<_> = password.map(secret).into_iter().collect();
            let capacity = machine.capacity();
            let packets = key.secret.unwrap();
            match agent::open(&key.certificate, &packets, &passwords, capacity, &mut rng()) {
                Ok(_) => format!("opens: {}", described(&key.certificate)),
                Err(error) => refused(error.code()),
            }
        }
        Given::ToKey { key: name } => {
            let (mut reader, opened) = Reader::open_file(&file, Capacity::BROWSER);
            let Opened::Encrypted { pkesks, .. } = opened else {
                return format!("not encrypted: {opened:?}");
            };
            let pkesks: Vec<&[u8]> = pkesks.iter().map(|packet| packet.0.as_slice()).collect();
            let key = key(name);
            let capacity = Capacity::BROWSER;
            let packets = key.secret.unwrap();
            let open = agent::open(&key.certificate, &packets, &[], capacity, &mut rng()).unwrap();
            match agent::decipher(&pkesks, std::iter::once(&open), &mut rng()) {
                Ok(found) => {
                    reader.decrypt(found.algorithm, &found.key, found.opened_by);
                }
                Err(error) => return refused(error.code()),
            }
            read(reader, &[key.certificate])
        }
        Given::Password { password, machine } => {
            let (mut reader, _) = Reader::open_file(&file, machine.capacity());
            reader.decrypt_with_passwords(&[secret(password)]);
            read(reader, &[])
        }
        Given::Signed { signer } => {
            let (reader, _) = Reader::open_file(&file, Capacity::BROWSER);
            read(reader, &[key(signer).certificate])
        }
        Given::Detached { signer, text } => {
            let mut signatures = DetachedSignatures::read(&file).unwrap();
            signatures.update(text.as_bytes());
            let certificates = [key(signer).certificate];
            told(&judge_detached(signatures, &certificates, None, NOW))
        }
    }
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn key(name: &str) -> ReadKey {
    let mut read = Certificate::read_many(&bytes(name));
    assert_eq!((read.keys.len(), read.skipped.len()), (1, 0), "{name}");
    read.keys.remove(0)
}

/// State, version, and each component key with its use.
fn described(cert: &Certificate) -> String {
    let info = cert.info(NOW);
    let components = info.components.iter().map(|one| {
        let (name, algorithm) = (one.fingerprint.as_str(), &one.algorithm);
        let uses = match one.uses.is_empty() {
            true => "nothing".to_owned(),
            false => words(&one.uses),
        };
        format!("{name} {algorithm} for {uses}")
    });
    let components: Vec<_> = components.collect();
    let reasons = match info.reasons.is_empty() {
        true => String::new(),
        false => format!(" ({})", words(&info.reasons)),
    };
    let (state, version) = (word(&info.state), info.version);
    format!("{state}{reasons}, v{version}: {}", components.join("; "))
}

/// The session key, the text and the verdict.
fn read(reader: Reader, certificates: &[Certificate]) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let key = reader.session_key().map(|key| hex(&key.key));
    let key = key.map_or(String::new(), |key| format!("with {key}: "));
    let certificates: Vec<_> = certificates.iter().map(|c| Bytes(c.to_bytes())).collect();
    match reader.finish(&certificates, None, NOW) {
        Ok(message) => format!("{key}{:?}, {}", message.text(), told(message.verdict())),
        Err((error, _)) => refused(error),
    }
}

/// The summary, and for each signature the key that made it and what is said against it.
fn told(verdict: &Verdict) -> String {
    let mut out = word(&verdict.summary);
    for one in &verdict.signatures {
        if let Some(component) = &one.component {
            out.push_str(&format!(" by {}", component.as_str()));
        }
        if !one.reasons.is_empty() {
            out.push_str(&format!(" ({})", words(&one.reasons)));
        }
    }
    out
}
