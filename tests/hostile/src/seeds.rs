//! What fuzzing starts from: the small inputs of the cases, the vectors of the core's tests, and what others made.

use std::path::Path;

use pgp::composed::KeyType;
use pgp::types::KeyVersion;
use waxseal_core::armor::{Kind, decode};
use waxseal_core::wire::{Form, UiCall};

use crate::keys::{CERTIFY, ID, Maker, SIGN, says};
use crate::{Input, MADE, cases, mails, vectors};

/// Larger ones are slow to mutate and teach nothing.
const LARGEST: usize = 16 * 1024;

/// A seed: the target that it is for, a name, and the bytes.
pub type Seed = (&'static str, String, Vec<u8>);

/// All seeds. `vectors` is the folder of armored test data of the core.
///
/// # Errors
/// When the folder cannot be read.
pub fn all(vectors: &Path) -> std::io::Result<Vec<Seed>> {
    let mut seeds = Vec::new();
    // Large by their nature.
    let large = |name: &str| {
        name.starts_with("bombs") || name.starts_with("floods") || name.contains("flooded")
    };
    for case in cases::all().into_iter().filter(|case| !large(&case.name)) {
        for (number, input) in case.inputs().iter().take(3).enumerate() {
            let name = format!("{}-{number}", case.name.replace('/', "-"));
            add(&mut seeds, &name, input);
        }
    }
    let mails = mails::all().into_iter();
    seeds.extend(mails.map(|(name, mail)| ("mime", name.to_owned(), mail)));
    for folder in std::fs::read_dir(vectors)? {
        let folder = folder?.path();
        if !folder.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(folder)? {
            let path = file?.path();
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let data = std::fs::read(&path)?;
            if path.extension().is_some_and(|end| end == "asc") {
                block(&mut seeds, &name, &data);
            }
        }
    }
    for vector in vectors::all() {
        add(&mut seeds, &vector.name.replace('/', "-"), &vector.input());
    }
    // In clear: opening it again costs what RSA of this size costs.
    let rsa = Maker::new(&KeyType::Rsa(4096), KeyVersion::V4, MADE, 1);
    let rsa = rsa.user(ID, says(MADE).flags(CERTIFY | SIGN));
    seeds.push(("secret", "rsa-4096".to_owned(), rsa.secret_bytes()));
    for (how, name) in (0_u8..80).zip(0..) {
        let octets: Vec<u8> = (0..how).map(|n| n.wrapping_mul(151)).collect();
        seeds.push(("dearmor", format!("{name}"), [&[how], &octets[..]].concat()));
        seeds.push(("bulk", format!("{name}"), octets));
    }
    seeds.retain(|(_, _, data)| data.len() <= LARGEST);
    Ok(seeds)
}

/// For every target that could make something of it.
fn block(seeds: &mut Vec<Seed>, name: &str, text: &[u8]) {
    seeds.push(("armor", name.to_owned(), text.to_vec()));
    seeds.push(("cleartext", name.to_owned(), text.to_vec()));
    if let Ok(packets) = decode(text, Kind::Message) {
        seeds.push(("message", name.to_owned(), packets));
    }
    for (kind, target) in [
        (Kind::PublicKey, "certificate"),
        (Kind::PrivateKey, "secret"),
    ] {
        if let Ok(packets) = decode(text, kind) {
            seeds.push((target, name.to_owned(), packets));
        }
    }
}

fn add(seeds: &mut Vec<Seed>, name: &str, input: &Input) {
    match input {
        Input::Read { form, armored, .. } => match form {
            Form::Signed => seeds.push(("cleartext", name.to_owned(), armored.0.clone())),
            _ if name.starts_with("armor") => {
                seeds.push(("armor", name.to_owned(), armored.0.clone()));
            }
            _ => {
                if let Ok(packets) = decode(&armored.0, Kind::Message) {
                    seeds.push(("message", name.to_owned(), packets));
                }
            }
        },
        Input::Preview { data } => {
            seeds.push(("certificate", name.to_owned(), data.0.clone()));
        }
        Input::Encrypt { job } => {
            let line = serde_json::to_vec(job).expect("JSON");
            seeds.push(("wire", name.to_owned(), line));
            for data in &job.recipients {
                seeds.push(("certificate", name.to_owned(), data.0.clone()));
            }
        }
        Input::Vault { calls, .. } => {
            let lines = calls
                .iter()
                .map(|call| serde_json::to_string(call).expect("JSON"));
            let lines: Vec<_> = lines.collect();
            // Some: each of them computes Argon2.
            if name.contains("good") || name.contains("stub") {
                seeds.push(("wire", name.to_owned(), lines.join("\n").into_bytes()));
            }
            for call in calls {
                if let UiCall::Import { data, .. } | UiCall::PreviewImport { data } = call {
                    seeds.push(("secret", name.to_owned(), data.0.clone()));
                }
            }
        }
    }
}
