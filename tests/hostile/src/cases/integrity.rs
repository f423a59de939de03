//! Ciphertext that somebody changed, cut, put in another order or renamed.

use crate::message::{
    Reading, SCHEMES, SESSION_KEY, Scheme, TEXT, compressed, literal, packet, tag,
};
use crate::{Case, Input};

/// Long enough for some chunks of 64 octets.
fn plain() -> Vec<u8> {
    literal(&TEXT.as_bytes().repeat(20))
}

/// Octets of the AEAD body in front of the chunks: version, cipher, mode, chunk size, salt.
const HEAD: usize = 36;
/// A chunk with its tag.
const CHUNK: usize = 64 + 16;

/// The chunks, the last one perhaps shorter, and the final tag.
fn taken_apart(body: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>, Vec<u8>) {
    let (rest, last) = body.split_at(body.len() - 16);
    let (head, chunks) = rest.split_at(HEAD);
    (
        head.to_vec(),
        chunks.chunks(CHUNK).map(<[u8]>::to_vec).collect(),
        last.to_vec(),
    )
}

fn rejoined(parts: (Vec<u8>, Vec<Vec<u8>>, Vec<u8>)) -> Vec<u8> {
    [parts.0, parts.1.concat(), parts.2].concat()
}

fn changed(scheme: Scheme, change: impl Fn(&mut Vec<u8>)) -> Input {
    let mut body = scheme.body(&plain());
    change(&mut body);
    scheme.with_body(&body)
}

fn for_all(scheme: Scheme, name: &str, make: impl Fn(Scheme) -> Vec<Input> + 'static) -> Case {
    Case::many(format!("integrity/{}-{name}", scheme.name()), move || {
        make(scheme)
    })
}

fn bits(scheme: Scheme, first: usize) -> Vec<Input> {
    let length = scheme.body(&plain()).len();
    let places = (first..length).filter(|at| at % 7 == 0 || at + 24 > length || *at < first + 24);
    places
        .map(|at| changed(scheme, |body| body[at] ^= 1 << (at % 8)))
        .collect()
}

/// What is the same for the old and the new way.
fn both(scheme: Scheme) -> Vec<Case> {
    let first = if scheme == Scheme::Mdc { 1 } else { HEAD };
    vec![
        for_all(scheme, "one-bit", move |scheme| bits(scheme, first)),
        for_all(scheme, "tail-added", |scheme| {
            let tails = [1, 16, 22, 80];
            tails
                .map(|size| changed(scheme, |body| body.extend(vec![0x5a; size])))
                .to_vec()
        }),
        for_all(scheme, "empty", move |scheme| {
            vec![changed(scheme, |body| body.truncate(first))]
        }),
        for_all(scheme, "another-session-key", |scheme| {
            let algorithm = (scheme == Scheme::Mdc).then_some(7);
            let reading = Reading::message(&scheme.seal(&plain()));
            vec![reading.key(algorithm, &[0x62; 16]).input()]
        }),
        for_all(scheme, "session-key-of-another-size", |scheme| {
            let algorithm = (scheme == Scheme::Mdc).then_some(7);
            let reading = |size: usize| {
                let reading = Reading::message(&scheme.seal(&plain()));
                reading.key(algorithm, &vec![0x61; size]).input()
            };
            [0, 15, 17, 32].map(reading).to_vec()
        }),
        for_all(scheme, "renamed-to-unprotected", move |scheme| {
            let body = scheme.body(&plain());
            let old = packet(tag::ENCRYPTED, &body[1..]);
            vec![scheme.open([scheme.pkesk(), old].concat())]
        }),
        for_all(scheme, "renamed-to-gnupg", |scheme| {
            let old = packet(tag::GNUPG_OCB, &scheme.body(&plain()));
            vec![scheme.open([scheme.pkesk(), old].concat())]
        }),
        for_all(scheme, "two-in-a-row", |scheme| {
            let one = packet(tag::PROTECTED, &scheme.body(&plain()));
            vec![scheme.open([scheme.pkesk(), one.clone(), one].concat())]
        }),
        for_all(scheme, "text-behind", |scheme| {
            let message = [scheme.seal(&plain()), literal(b"pay Eve")].concat();
            vec![scheme.open(message)]
        }),
        for_all(scheme, "text-in-front", |scheme| {
            let message = [literal(b"pay Eve"), scheme.seal(&plain())].concat();
            vec![scheme.open(message)]
        }),
        for_all(scheme, "packet-cut-short", |scheme| {
            let message = scheme.seal(&plain());
            let cuts = [
                message.len() - 1,
                message.len() / 2,
                scheme.pkesk().len() + 8,
            ];
            cuts.map(|cut| scheme.open(message[..cut].to_vec()))
                .to_vec()
        }),
    ]
}

fn mdc() -> Vec<Case> {
    let scheme = Scheme::Mdc;
    vec![
        for_all(scheme, "cut", |scheme| {
            let cuts = [1, 2, 19, 20, 21, 22, 23, 38, 100];
            let cut = |size| changed(scheme, |body| body.truncate(body.len() - size));
            cuts.map(cut).to_vec()
        }),
        // EFAIL: with the known beginning of a block any text can be put in.
        for_all(scheme, "cfb-gadget", |_| {
            [gadget(&plain()), gadget(&compressed(2, &plain()))].concat()
        }),
        for_all(scheme, "blocks-in-another-order", |scheme| {
            let swap = |a: usize, b: usize| {
                changed(scheme, move |body| {
                    for i in 0..16 {
                        body.swap(1 + a * 16 + i, 1 + b * 16 + i);
                    }
                })
            };
            vec![swap(2, 3), swap(1, 5), swap(0, 1)]
        }),
        Case::new("integrity/mdc-with-a-session-key-of-version-6", || {
            let body = packet(tag::PROTECTED, &Scheme::Mdc.body(&plain()));
            let message = [
                Scheme::Aead(pgp::crypto::aead::AeadAlgorithm::Ocb).pkesk(),
                body,
            ]
            .concat();
            Reading::message(&message).key(None, &SESSION_KEY).input()
        }),
    ]
}

/// The first block of plaintext is known (the literal's header): `C[i] ^= known ^ wanted` chooses what block `i` says.
fn gadget(plain: &[u8]) -> Vec<Input> {
    let body = Scheme::Mdc.body(plain);
    let known: Vec<u8> = plain.iter().copied().take(14).collect();
    let wanted = b"<img src=e.vi/";
    let made = |at: usize| {
        let mut blocks: Vec<Vec<u8>> = body[1..].chunks(16).map(<[u8]>::to_vec).collect();
        // Two blocks of the beginning, the second changed, in the middle of the text.
        let mut pair = [blocks[0].clone(), blocks[1].clone()];
        for (octet, (known, wanted)) in pair[1][2..].iter_mut().zip(known.iter().zip(wanted)) {
            *octet ^= known ^ wanted;
        }
        blocks.splice(at..at, pair);
        Scheme::Mdc.with_body(&[vec![1], blocks.concat()].concat())
    };
    vec![made(2), made(3)]
}

fn aead(scheme: Scheme) -> Vec<Case> {
    let reordered = |scheme: Scheme, change: fn(&mut Vec<Vec<u8>>)| {
        let mut parts = taken_apart(&scheme.body(&plain()));
        change(&mut parts.1);
        scheme.with_body(&rejoined(parts))
    };
    vec![
        for_all(scheme, "cut-at-each-chunk", |scheme| {
            let body = scheme.body(&plain());
            let edges = (HEAD..body.len()).step_by(CHUNK);
            let near = edges.flat_map(|edge| [edge.saturating_sub(1), edge, edge + 1, edge + 16]);
            let inside = near.filter(|cut| (HEAD..body.len()).contains(cut));
            inside.map(|cut| scheme.with_body(&body[..cut])).collect()
        }),
        for_all(scheme, "chunks-moved", move |scheme| {
            let changes: [fn(&mut Vec<Vec<u8>>); 6] = [
                |chunks| chunks.swap(0, 1),
                |chunks| chunks.swap(1, 3),
                |chunks| drop(chunks.remove(0)),
                |chunks| drop(chunks.remove(2)),
                |chunks| drop(chunks.pop()),
                |chunks| chunks.insert(1, chunks[1].clone()),
            ];
            changes.map(|change| reordered(scheme, change)).to_vec()
        }),
        for_all(scheme, "final-tag-gone", |scheme| {
            let without = changed(scheme, |body| body.truncate(body.len() - 16));
            let replaced = changed(scheme, |body| {
                // The tag of the last chunk in the place of the final one.
                let end = body.len();
                body.copy_within(end - 32..end - 16, end - 16);
            });
            vec![without, replaced]
        }),
        for_all(scheme, "header-changed", |scheme| {
            let salt = [4, 20, 35].map(|at| changed(scheme, |body| body[at] ^= 1));
            // The next larger and the next smaller chunk; another mode that exists.
            let chunk = [1, 7].map(|size| changed(scheme, |body| body[3] = size));
            let mode = changed(scheme, |body| body[2] = body[2] % 3 + 1);
            [salt.as_slice(), &chunk, &[mode]].concat()
        }),
        for_all(scheme, "chunk-size-over-the-standard", |scheme| {
            [17, 30, 56, 255]
                .map(|size| changed(scheme, |body| body[3] = size))
                .to_vec()
        }),
        for_all(scheme, "cipher-or-mode-unknown", |scheme| {
            let cipher = [0, 2, 10, 99].map(|n| changed(scheme, |body| body[1] = n));
            let mode = [0, 4, 99].map(|n| changed(scheme, |body| body[2] = n));
            [cipher.as_slice(), &mode].concat()
        }),
        for_all(scheme, "with-a-session-key-of-version-3", |scheme| {
            let body = packet(tag::PROTECTED, &scheme.body(&plain()));
            let message = [Scheme::Mdc.pkesk(), body].concat();
            vec![
                Reading::message(&message)
                    .key(Some(7), &SESSION_KEY)
                    .input(),
            ]
        }),
    ]
}

pub fn cases() -> Vec<Case> {
    let mut all = mdc();
    for scheme in SCHEMES {
        all.extend(both(scheme));
        if scheme != Scheme::Mdc {
            all.extend(aead(scheme));
        }
    }
    all
}
