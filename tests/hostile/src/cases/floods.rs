//! Too many of something.

use pgp::packet::SignatureType;
use pgp::types::KeyDetails;

use crate::keys::{good, says, sign, usual};
use crate::message::{Reading, SCHEMES, Scheme, TEXT, literal, packet, tag};
use crate::{Case, Input, NOW};

fn encrypted(in_front: &[u8]) -> Input {
    let message = [in_front, &Scheme::Mdc.seal(&literal(TEXT.as_bytes()))].concat();
    Reading::message(&message)
        .key(Some(7), &crate::message::SESSION_KEY)
        .input()
}

/// A PKESK for nobody in particular.
fn anonymous() -> Vec<u8> {
    let point = [&[0x01, 0x07, 0x40][..], &[0x55; 32], &[48], &[0x33; 48]].concat();
    packet(
        tag::PKESK,
        &[&[3, 0, 0, 0, 0, 0, 0, 0, 0, 18], point.as_slice()].concat(),
    )
}

/// An Argon2 SKESK of version 4 with these costs.
fn argon2(passes: u8, lanes: u8, memory: u8) -> Vec<u8> {
    packet(
        tag::SKESK,
        &[
            &[4, 7, 4],
            &[0x42; 16][..],
            &[passes, lanes, memory],
            &[0x77; 17],
        ]
        .concat(),
    )
}

/// `count` times one-pass packet, text, and as many signatures.
fn signatures(count: usize, text: &[u8]) -> Input {
    let alice = usual(1);
    let id = alice.primary.legacy_key_id();
    let start = packet(
        tag::ONE_PASS,
        &[&[3, 0, 10, 22], id.as_ref(), &[1]].concat(),
    );
    let end = packet(tag::SIGNATURE, &good(&alice.primary, text));
    let message = [start.repeat(count), literal(text), end.repeat(count)].concat();
    let shown = String::from_utf8(text.to_vec()).expect("text");
    Reading::message(&message)
        .knows(alice.bytes())
        .text(shown)
        .input()
}

fn vault(packets: Vec<Vec<u8>>) -> Input {
    super::secrets::with_alice(vec![waxseal_core::wire::UiCall::Decipher {
        pkesks: packets.into_iter().map(waxseal_core::wire::Bytes).collect(),
    }])
}

pub fn cases() -> Vec<Case> {
    vec![
        Case::new("floods/100000-markers", || {
            let message = [
                packet(tag::MARKER, b"PGP").repeat(100_000),
                literal(TEXT.as_bytes()),
            ]
            .concat();
            Reading::message(&message).input()
        }),
        Case::new("floods/100000-markers-encrypted", || {
            let message = [
                packet(tag::MARKER, b"PGP").repeat(100_000),
                literal(TEXT.as_bytes()),
            ]
            .concat();
            SCHEMES[2].open(SCHEMES[2].seal(&message))
        }),
        Case::new("floods/100000-ignorable-packets-of-nothing", || {
            let message = [[0xc0 | 60, 0].repeat(100_000), literal(TEXT.as_bytes())].concat();
            Reading::message(&message).input()
        }),
        Case::new("floods/5000-session-keys", || {
            encrypted(&anonymous().repeat(5000))
        }),
        Case::new("floods/200-session-keys-before-the-limit", || {
            encrypted(&anonymous().repeat(199))
        }),
        Case::new("floods/session-key-of-1-mb", || {
            encrypted(&packet(tag::PKESK, &vec![3; 1 << 20]))
        }),
        Case::new("floods/5000-anonymous-session-keys-in-the-vault", || {
            vault(vec![anonymous(); 5000])
        }),
        Case::new("floods/200-anonymous-session-keys-in-the-vault", || {
            vault(vec![anonymous(); 200])
        }),
        Case::new("floods/session-key-of-1-mb-in-the-vault", || {
            vault(vec![packet(tag::PKESK, &vec![3; 1 << 20])])
        }),
        Case::new("floods/50-passwords", || {
            encrypted(&argon2(1, 1, 16).repeat(50))
        }),
        Case::new("floods/500-signatures-on-1-mb", || {
            signatures(500, &[b'a'; 1 << 20])
        }),
        Case::new("floods/16-signatures-on-1-mb", || {
            signatures(16, &[b'a'; 1 << 20])
        }),
        Case::new("floods/4000-signatures", || {
            signatures(4000, TEXT.as_bytes())
        }),
        Case::new("floods/20000-signatures-in-front", || {
            let alice = usual(1);
            let signature = packet(tag::SIGNATURE, &good(&alice.primary, TEXT.as_bytes()));
            let message = [signature.repeat(20_000), literal(TEXT.as_bytes())].concat();
            Reading::message(&message).knows(alice.bytes()).input()
        }),
        Case::new("floods/signature-of-1-mb", || {
            let message = [
                packet(tag::SIGNATURE, &vec![4; 1 << 20]),
                literal(TEXT.as_bytes()),
            ]
            .concat();
            Reading::message(&message).input()
        }),
        Case::new("floods/5000-subpackets", || {
            let alice = usual(1);
            let policy = pgp::packet::SubpacketData::PolicyURI("x".into());
            let says = (0..5000).fold(says(NOW), |says, _| says.and(policy.clone()));
            let signature = sign(
                &alice.primary,
                SignatureType::Binary,
                &says,
                TEXT.as_bytes(),
            );
            let message = [packet(tag::SIGNATURE, &signature), literal(TEXT.as_bytes())].concat();
            Reading::message(&message).knows(alice.bytes()).input()
        }),
        Case::new("floods/signatures-inside-of-each-other", || {
            let alice = usual(1);
            let mut inner = good(&alice.primary, TEXT.as_bytes());
            // As deep as 64 kB of subpackets allow, by hand: the engine would not write it.
            while inner.len() < 60_000 {
                inner = embedding(&inner);
            }
            let message = [packet(tag::SIGNATURE, &inner), literal(TEXT.as_bytes())].concat();
            Reading::message(&message).knows(alice.bytes()).input()
        }),
    ]
}

/// The body of a signature with another one in its unhashed area.
fn embedding(inner: &[u8]) -> Vec<u8> {
    let length = u32::try_from(inner.len() + 1).expect("short");
    let subpacket = [&[255][..], &length.to_be_bytes(), &[32], inner].concat();
    let area = u16::try_from(subpacket.len()).expect("under 64 kB");
    let head = [4, 0, 22, 10, 0, 0];
    [
        &head[..],
        &area.to_be_bytes(),
        &subpacket,
        &[0, 0, 0, 1, 1, 0, 1, 1],
    ]
    .concat()
}
