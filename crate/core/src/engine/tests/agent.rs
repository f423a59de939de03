//! Desk and vault together: what the agent generates, signs and deciphers is what the engine needs.

use super::kit::{now, rng};
use crate::agent::{NewKey, Protection, Unlocked, decipher, generate, sign};
use crate::cert::Certificate;
use crate::engine::{Reader, Writer};
use crate::wire::engine::{EncryptJob, EncryptStep, Opened, Summary};
use crate::wire::{Bytes, Form, KeyKind, Secret};

fn key(kind: KeyKind, name: &str) -> (Certificate, Unlocked) {
    let new = NewKey {
        user_ids: vec![format!("{name} <{name}@example.org>")],
        encrypts: true,
        kind,
        lasts: Some(1_000_000),
        made: now() - 100,
    };
    let password = Secret::new("correct horse".into());
    let made = generate(
        &new,
        Some(&password),
        Protection::FAST,
        &mut rng(name.len() as u64),
    )
    .unwrap();
    (made.certificate, made.unlocked)
}

#[test]
fn generated_keys_write_and_read() {
    use KeyKind::{Curve25519V4, Curve25519V6, PostQuantumV4};
    for (writer_kind, reader_kind, aead) in [
        (Curve25519V4, Curve25519V4, false),
        (Curve25519V6, Curve25519V6, true),
        (Curve25519V6, Curve25519V4, false),
        (Curve25519V4, Curve25519V6, true),
        (PostQuantumV4, PostQuantumV4, false),
        (Curve25519V6, PostQuantumV4, false),
    ] {
        let (ann, ann_secret) = key(writer_kind, "ann");
        let (bob, bob_secret) = key(reader_kind, "bobby");
        let job = EncryptJob {
            text: "a\nb".into(),
            recipients: vec![Bytes(bob.to_bytes())],
            hidden: vec![],
            passwords: vec![],
            signer: Some(Bytes(ann.to_bytes())),
            now: now(),
        };
        let (writer, step) = Writer::begin(job, &mut rng(1));
        let EncryptStep::Sign { request } = step else {
            panic!("{step:?}")
        };
        let signature = sign(&ann, &ann_secret, &request, now(), &mut rng(2)).unwrap();
        let step = writer.unwrap().finish(&signature, &mut rng(3));
        let EncryptStep::Done {
            armored,
            aead: used,
        } = step
        else {
            panic!("{step:?}")
        };
        assert_eq!(used, aead);

        let (mut reader, opened) = Reader::open(armored.as_bytes(), Form::Message);
        let Opened::Encrypted { pkesks, .. } = opened else {
            panic!("{opened:?}")
        };
        let packets: Vec<_> = pkesks.iter().map(|packet| &packet.0).collect();
        let unlocked = [&ann_secret, &bob_secret];
        let key = decipher(&packets, unlocked.into_iter(), &mut rng(4)).unwrap();
        assert_eq!(key.opened_by.certificate, bob.fingerprint());
        let opened = reader.decrypt(key.algorithm, &key.key, key.opened_by.clone());
        let Opened::Readable { issuers } = opened else {
            panic!("{opened:?}")
        };
        // The vault finds the signer by what the signature says.
        let issuer: crate::cert::Issuer = issuers[0].parse().unwrap();
        assert!(crate::policy::find_component(&ann, &issuer).is_some());
        let known = [Bytes(ann.to_bytes())];
        let message = reader
            .finish(&known, Some("ann@example.org"), now())
            .unwrap();
        assert_eq!(message.text(), "a\nb");
        assert_eq!(message.verdict().summary, Summary::SignedBySender);
    }
}
