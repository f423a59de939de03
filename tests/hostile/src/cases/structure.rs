//! Packets that are good by themselves, in an order that shows one thing and verifies another.

use pgp::packet::SignatureType;

use crate::keys::{Maker, good, says, sign, usual};
use crate::message::{Reading, SCHEMES, TEXT, compressed, literal, packet, tag};
use crate::{Case, NOW};

/// Alice signs; the engine knows her certificate.
fn alice() -> Maker {
    usual(1)
}

/// A one-pass packet for a version 4 EdDSA signature over SHA-512.
fn one_pass(maker: &Maker, typ: u8, hash: u8) -> Vec<u8> {
    use pgp::types::KeyDetails;
    let id = maker.primary.legacy_key_id();
    packet(
        tag::ONE_PASS,
        &[&[3, typ, hash, 22], id.as_ref(), &[1]].concat(),
    )
}

fn signature(maker: &Maker, text: &[u8]) -> Vec<u8> {
    packet(tag::SIGNATURE, &good(&maker.primary, text))
}

/// Text, one-pass packet and signature that belong together.
fn signed(maker: &Maker) -> [Vec<u8>; 3] {
    let text = TEXT.as_bytes();
    [
        one_pass(maker, 0, 10),
        literal(text),
        signature(maker, text),
    ]
}

type Made = fn() -> Vec<Vec<u8>>;

const ALL: &[(&str, Made)] = &[
    ("signed-well", || signed(&alice()).to_vec()),
    ("two-literals", || {
        vec![literal(TEXT.as_bytes()), literal(b"pay Eve")]
    }),
    ("literal-behind-the-signed-one", || {
        [signed(&alice()).to_vec(), vec![literal(b"pay Eve")]].concat()
    }),
    ("literal-in-front-of-the-signed-one", || {
        [vec![literal(b"pay Eve")], signed(&alice()).to_vec()].concat()
    }),
    ("two-signed-messages", || {
        [signed(&alice()), signed(&alice())].concat()
    }),
    // What was returned and what was verified were two things (CVE-2025-47934).
    ("compressed-behind-the-signed-one", || {
        [
            signed(&alice()).to_vec(),
            vec![packet(
                tag::COMPRESSED,
                &[&[0], literal(b"pay Eve").as_slice()].concat(),
            )],
        ]
        .concat()
    }),
    ("signed-one-compressed-and-another-behind", || {
        let inner = signed(&alice()).concat();
        vec![
            packet(tag::COMPRESSED, &[&[0], inner.as_slice()].concat()),
            literal(b"pay Eve"),
        ]
    }),
    ("signature-of-the-outer-over-the-inner-packets", || {
        let [start, text, end] = signed(&alice());
        let inner = compressed(0, &literal(b"pay Eve"));
        vec![start, packet(tag::COMPRESSED, &inner[1..]), text, end]
    }),
    ("signature-without-a-one-pass", || {
        let [_, text, end] = signed(&alice());
        vec![text, end]
    }),
    ("one-pass-without-a-signature", || {
        let [start, text, _] = signed(&alice());
        vec![start, text]
    }),
    ("one-pass-and-no-text", || {
        let [start, _, end] = signed(&alice());
        vec![start, end]
    }),
    ("signature-and-no-text", || {
        vec![signature(&alice(), TEXT.as_bytes())]
    }),
    ("one-pass-of-another-type", || {
        let [_, text, end] = signed(&alice());
        vec![one_pass(&alice(), 1, 10), text, end]
    }),
    ("one-pass-of-another-hash", || {
        let [_, text, end] = signed(&alice());
        vec![one_pass(&alice(), 0, 8), text, end]
    }),
    ("prefixed-signature", || {
        let [_, text, end] = signed(&alice());
        vec![end, text]
    }),
    ("signature-inside-and-outside-of-compression", || {
        let [start, text, end] = signed(&alice());
        let inner = [start.clone(), text, end.clone()].concat();
        vec![
            start,
            packet(tag::COMPRESSED, &[&[0], inner.as_slice()].concat()),
            end,
        ]
    }),
    ("empty", Vec::new),
    ("only-markers", || vec![packet(tag::MARKER, b"PGP"); 3]),
    ("marker-and-padding-around", || {
        vec![
            packet(tag::MARKER, b"PGP"),
            packet(21, &[7; 30]),
            literal(TEXT.as_bytes()),
            packet(21, &[7; 30]),
        ]
    }),
    ("unknown-critical-packet", || {
        vec![packet(30, b"?"), literal(TEXT.as_bytes())]
    }),
    ("unknown-critical-packet-behind", || {
        vec![literal(TEXT.as_bytes()), packet(30, b"?")]
    }),
    ("unknown-ignorable-packet", || {
        vec![packet(50, b"?"), literal(TEXT.as_bytes()), packet(63, b"?")]
    }),
    ("packet-of-type-0", || {
        vec![packet(0, b"?"), literal(TEXT.as_bytes())]
    }),
    ("garbage-behind", || {
        vec![literal(TEXT.as_bytes()), b"garbage".to_vec()]
    }),
    ("key-in-front", || {
        vec![alice().bytes(), literal(TEXT.as_bytes())]
    }),
    ("key-behind", || {
        vec![literal(TEXT.as_bytes()), alice().bytes()]
    }),
    ("secret-key-as-a-message", || vec![alice().secret_bytes()]),
    ("session-key-in-front-of-a-literal", || {
        vec![SCHEMES[0].pkesk(), literal(TEXT.as_bytes())]
    }),
    ("session-key-behind-the-literal", || {
        vec![literal(TEXT.as_bytes()), SCHEMES[0].pkesk()]
    }),
    ("signature-in-front-of-the-encryption", || {
        vec![
            signature(&alice(), TEXT.as_bytes()),
            SCHEMES[0].seal(&literal(TEXT.as_bytes())),
        ]
    }),
    ("literal-name-over-the-end", || {
        vec![packet(tag::LITERAL, &[b'b', 200, 0, 0, 0, 0, b'x'])]
    }),
    ("literal-too-short", || {
        vec![packet(tag::LITERAL, &[b'b', 0, 0])]
    }),
    ("literal-with-a-tempting-name", || {
        let name = "<script>\0\u{202e}Good signature by Bob\r\n";
        let head = [b't', u8::try_from(name.len()).expect("short")];
        let body = [&head[..], name.as_bytes(), &[0; 4], TEXT.as_bytes()].concat();
        vec![packet(tag::LITERAL, &body)]
    }),
    ("for-your-eyes-only", || {
        vec![packet(
            tag::LITERAL,
            &[&[b'b', 8][..], b"_CONSOLE", &[0; 4], TEXT.as_bytes()].concat(),
        )]
    }),
    ("encrypted-inside-of-encrypted", || {
        vec![SCHEMES[2].seal(&literal(TEXT.as_bytes()))]
    }),
];

pub fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for &(name, make) in ALL {
        let plain = move || {
            Reading::message(&make().concat())
                .knows(alice().bytes())
                .input()
        };
        all.push(Case::new(format!("structure/{name}"), plain));
        let sealed = move || {
            let message = make().concat();
            let seal = SCHEMES.iter().take(3).map(|scheme| {
                let algorithm = matches!(scheme, crate::message::Scheme::Mdc).then_some(7);
                let reading = Reading::message(&scheme.seal(&message));
                reading
                    .key(algorithm, &crate::message::SESSION_KEY)
                    .knows(alice().bytes())
                    .input()
            });
            seal.collect()
        };
        all.push(Case::many(format!("structure/{name}-encrypted"), sealed));
    }
    all.push(Case::new(
        "structure/binary-signature-on-other-line-ends",
        || {
            let text = format!("{TEXT}\n");
            let signature = sign(
                &alice().primary,
                SignatureType::Binary,
                &says(NOW),
                format!("{TEXT}\r\n").as_bytes(),
            );
            let message = [packet(tag::SIGNATURE, &signature), literal(text.as_bytes())].concat();
            Reading::message(&message)
                .knows(alice().bytes())
                .text(text)
                .input()
        },
    ));
    all
}
