//! Data that grows: compression, nesting, lengths that promise more than there is.

use crate::message::{Reading, SCHEMES, TEXT, compressed, literal, open_packet, packet, tag};
use crate::{Case, Input};

/// 128 MiB of zeros as a literal: twice what may be read.
fn zeros() -> Vec<u8> {
    let mut message = literal(&[]);
    message.truncate(0);
    message.extend(open_packet(tag::LITERAL, &[b'b', 0, 0, 0, 0, 0]));
    message.resize(128 << 20, 0);
    message
}

/// The beginning of a literal and 100 MB of zeros, as bzip2 makes them.
const BZIP2: &str = "425a68393141592653598b7e1e72057e38c110c000100000008008200050669a09aa9e93dc45404b52490555db5\
0a8097cc50564994d6438278b7c057e390003000000208000c20135190a8096a42a025cc50564994d67cfad5ccc00fb47000b0000010000208000c330\
26a9a62a441b55291078bb9229c2848610075a38";

fn bzip2() -> Vec<u8> {
    let hex = BZIP2.as_bytes().chunks(2);
    let octets = hex.map(|pair| {
        let pair = std::str::from_utf8(pair).expect("ASCII");
        u8::from_str_radix(pair, 16).expect("hexadecimal")
    });
    open_packet(tag::COMPRESSED, &[vec![3], octets.collect()].concat())
}

type Made = fn() -> Vec<u8>;

/// Whole messages, each inside and outside of the encryption.
const ALL: &[(&str, Made)] = &[
    ("zip", || compressed(1, &zeros())),
    ("zlib", || compressed(2, &zeros())),
    ("bzip2", bzip2),
    ("zip-in-zlib-in-zip", || {
        compressed(1, &compressed(2, &compressed(1, &zeros())))
    }),
    ("zlib-32-deep", || {
        (0..32).fold(literal(TEXT.as_bytes()), |inner, _| compressed(2, &inner))
    }),
    ("nested-100000-deep", || {
        let layers = [0x83 | (tag::COMPRESSED << 2), 0].repeat(100_000);
        [layers, literal(TEXT.as_bytes())].concat()
    }),
    ("seven-layers", || {
        (0..6).fold(literal(TEXT.as_bytes()), |inner, n| {
            compressed(n % 3, &inner)
        })
    }),
    ("zip-with-a-tail", || {
        let body = miniz_oxide::deflate::compress_to_vec(&literal(TEXT.as_bytes()), 9);
        packet(tag::COMPRESSED, &[&[1], body.as_slice(), b"tail"].concat())
    }),
    ("zip-with-a-second-stream", || second(1)),
    ("zlib-with-a-second-stream", || second(2)),
    ("zip-cut-short", || {
        let body = miniz_oxide::deflate::compress_to_vec(&literal(TEXT.as_bytes()), 9);
        packet(tag::COMPRESSED, &[&[1], &body[..body.len() - 3]].concat())
    }),
    ("zip-of-noise", || {
        packet(tag::COMPRESSED, &[&[1], &[0xff; 60][..]].concat())
    }),
    ("declared-4-gib", || {
        [&[0xcb, 255, 255, 255, 255, 255, b'b'][..], &[0; 40]].concat()
    }),
    ("partial-1-gib", || {
        [&[0xcb, 0xfe, b'b'][..], &[0; 40]].concat()
    }),
    ("partial-of-1-octet-first", || partial(0)),
    ("partial-of-1-octet-200000-times", || partial(200_000)),
    ("partial-compressed-of-1-octet", || {
        let inner = literal(TEXT.as_bytes());
        let mut out = vec![0xc8, 0xe9, 0];
        // 512 octets: a marker would be a packet of its own, padding with a private packet is not.
        out.extend(packet(60, &[0; 505]));
        for octet in inner {
            out.extend([0xe0, octet]);
        }
        out.push(0);
        out
    }),
    ("partial-without-an-end", || {
        [&[0xcb, 0xe9][..], &[b'b'; 512]].concat()
    }),
];

/// A literal whose body comes in parts of one octet, after a first part of 512 (or of 1, when there are none).
fn partial(parts: usize) -> Vec<u8> {
    let head = [b'b', 0, 0, 0, 0, 0];
    if parts == 0 {
        let octets = head.iter().chain(TEXT.as_bytes());
        let parts = octets.flat_map(|octet| [0xe0, *octet]);
        return std::iter::once(0xcb).chain(parts).chain([0]).collect();
    }
    let mut out = vec![0xcb, 0xe9];
    out.extend(head);
    out.extend([b'a'; 506]);
    out.extend([0xe0, b'a'].repeat(parts));
    out.push(0);
    out
}

/// Another text in a stream of its own behind the first one: who went on reading would show more, or something else.
fn second(algorithm: u8) -> Vec<u8> {
    let [one, other] = [TEXT, "pay 100 to Eve"].map(|text| {
        let stream = compressed(algorithm, &literal(text.as_bytes()));
        stream[1..].to_vec()
    });
    packet(tag::COMPRESSED, &[&one, &other[1..]].concat())
}

fn shown(name: &str) -> String {
    match name {
        "partial-of-1-octet-200000-times" => "a".repeat(200_506),
        _ => TEXT.to_owned(),
    }
}

pub fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for &(name, make) in ALL {
        let plain = move || Reading::message(&make()).text(shown(name)).input();
        all.push(Case::new(format!("bombs/{name}"), plain));
        let sealed = move || {
            let message = make();
            let seal = SCHEMES.iter().take(3).map(|scheme| {
                let input = scheme.open(scheme.seal(&message));
                with_text(input, shown(name))
            });
            seal.collect()
        };
        all.push(Case::many(format!("bombs/{name}-encrypted"), sealed));
    }
    all
}

fn with_text(input: Input, shown: String) -> Input {
    match input {
        Input::Read {
            form,
            armored,
            session_key,
            password,
            own,
            certificates,
            ..
        } => Input::Read {
            form,
            armored,
            session_key,
            password,
            own,
            certificates,
            text: Some(shown),
        },
        other => other,
    }
}
