//! Runs a case natively, as the desk and the vault would.

use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use waxseal_core::engine::{NoCharsets, Read, Reader, Writer, preview_keys};
use waxseal_core::vault::Vault;
use waxseal_core::wire::engine::Opened;
use waxseal_core::wire::host::{Snapshot, Step};
use waxseal_core::wire::{Fingerprint, Opener, Secret, Sender, UiCall, UiReply};

use crate::{Input, NOW, outcome};

/// What becomes of an input, in words.
pub fn run(input: &Input) -> String {
    match input {
        Input::Read { text, .. } => outcome::of(&read(input), text.as_deref()),
        Input::Preview { data } => {
            let (keys, skipped) = preview_keys(&data.0, NOW);
            outcome::of(&json!({ "keys": keys, "skipped": skipped }), None)
        }
        Input::Encrypt { job } => {
            let (_, step) = Writer::begin(job.clone(), &mut rng());
            outcome::of(&value(&step), None)
        }
        Input::Vault { calls, .. } => {
            let mut vault = vault();
            let replies = calls.iter().map(|call| ask(&mut vault, call));
            let last = replies.last().expect("a call");
            outcome::of(&value(&last), None)
        }
    }
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

fn value(answer: &impl serde::Serialize) -> Value {
    serde_json::to_value(answer).expect("wire types are JSON")
}

fn read(input: &Input) -> Value {
    let Input::Read {
        form,
        armored,
        session_key,
        password,
        own,
        certificates,
        ..
    } = input
    else {
        panic!("something to read");
    };
    let (mut reader, mut opened) = Reader::open(armored.0.as_slice(), *form);
    if let (Opened::Encrypted { .. }, Some((algorithm, key))) = (&opened, session_key) {
        // Who opened it matters only for signatures that name their readers.
        let reader_is = Opener {
            certificate: Fingerprint::from_bytes(&[0; 20]),
            weak: false,
            packet: 0,
            name: String::new(),
        };
        opened = reader.decrypt(*algorithm, &key.0, reader_is);
    }
    if let (Opened::Encrypted { pkesks, .. }, Some(own)) = (&opened, own) {
        let mut vault = vault();
        for call in &own.calls {
            let reply = ask(&mut vault, call);
            if let UiReply::Refused { .. } = reply {
                return value(&reply);
            }
        }
        let pkesks = pkesks.clone();
        opened = match ask(&mut vault, &UiCall::Decipher { pkesks }) {
            UiReply::SessionKey {
                algorithm,
                key,
                opened_by,
            } => {
                let key = key.expose_bytes().expect("base64");
                reader.decrypt(algorithm, &key, opened_by)
            }
            reply => return value(&reply),
        };
    }
    if let (Opened::Encrypted { .. }, Some(password)) = (&opened, password) {
        opened = reader.decrypt_with_passwords(&[Secret::new(password.clone())]);
    }
    if !matches!(opened, Opened::Readable { .. }) {
        return value(&opened);
    }
    match reader.read(certificates, &[], None, NOW, &NoCharsets) {
        Ok(Read::Message(message)) => json!({ "kind": "read", "message": message }),
        Ok(Read::Mail(mail)) => json!({ "kind": "mail", "mail": mail.view() }),
        Err((error, detail)) => json!({ "kind": "failed", "error": error, "detail": detail }),
    }
}

/// The vault of a fresh installation.
pub fn vault() -> Vault {
    let snapshot = Snapshot {
        extension_origin: "chrome-extension://abc".to_owned(),
        ..Snapshot::default()
    };
    Vault::boot(snapshot, NOW).0
}

/// A call from the page of keys.
pub fn ask(vault: &mut Vault, call: &UiCall) -> UiReply {
    let sender = Sender {
        url: "chrome-extension://abc/keys.html".to_owned(),
        origin: Some("chrome-extension://abc".to_owned()),
        tab: Some(1),
        frame: Some(0),
        document: Some("d".to_owned()),
    };
    match vault.ui(&sender, call.clone(), NOW, &mut rng()) {
        Step::Reply { reply, .. } => reply,
        Step::Ask { .. } => panic!("no case makes RSA keys"),
    }
}
