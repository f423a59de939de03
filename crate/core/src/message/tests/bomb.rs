//! Nesting and expansion. The streams are written by hand (stored and repeated deflate blocks), so that no
//! compressor is needed.

use pgp::composed::MessageBuilder;
use pgp::types::CompressionAlgorithm;

use super::structure::plain;
use crate::engine::tests::kit::{literal, rng, wrap};
use crate::message::inflate::Allowance;
use crate::message::packet::{Packets, tag};
use crate::message::{MessageError, limits};

/// One bit after the other, lowest first (RFC 1951, 3.1.1).
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for bit in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= (((value >> bit) & 1) as u8) << (self.used % 8);
            self.used += 1;
        }
    }

    /// Huffman codes go highest bit first.
    fn code(&mut self, value: u32, count: u32) {
        self.put(value.reverse_bits() >> (32 - count), count);
    }
}

/// Deflate of `head`, then that many times 258 bytes copied from `distance` (1 or 13 to 16) bytes before.
fn deflate(head: &[u8], distance: u32, copies: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    // last block, fixed codes
    bits.put(1, 1);
    bits.put(1, 2);
    for &byte in head {
        match u32::from(byte) {
            byte @ 0..144 => bits.code(0x30 + byte, 8),
            byte => bits.code(0x190 + byte - 144, 9),
        }
    }
    for _ in 0..copies {
        bits.code(0xc0 + 285 - 280, 8);
        match distance {
            1 => bits.code(0, 5),
            _ => {
                bits.code(7, 5);
                bits.put(distance - 13, 2);
            }
        }
    }
    bits.code(0, 7);
    bits.bytes
}

/// A compressed packet (1: deflate), of the old format without a length.
fn compressed(stream: &[u8]) -> Vec<u8> {
    [&[0xa3, 1], stream].concat()
}

/// A literal packet without a length that begins with a zero.
const LITERAL: &[u8] = &[0xaf, b'b', 0, 0, 0, 0, 0, 0];

/// 4 GiB of zeros in under 4 kB: the stream for many zeros repeats itself every 13 bytes (8 codes of 13 bits), the
/// stream for that every 15 bytes.
fn bomb() -> Vec<u8> {
    let mut inner = compressed(&deflate(LITERAL, 1, 64));
    inner.truncate(inner.len() - 2);
    let mut middle = compressed(&deflate(&inner, 13, 64));
    middle.truncate(middle.len() - 2);
    compressed(&deflate(&middle, 15, 800))
}

/// zlib (RFC 1950) in stored blocks.
fn zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![2, 0x78, 0x01];
    for block in data.chunks(65_535) {
        let length = block.len() as u16;
        out.push(0);
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    out.extend([1, 0, 0, 0xff, 0xff]);
    let (mut a, mut b) = (1_u32, 0_u32);
    for &byte in data {
        a = (a + u32::from(byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend(((b << 16) | a).to_be_bytes());
    wrap(tag::COMPRESSED, &out)
}

#[test]
fn honest_compression_is_read() {
    let (text, _) = plain(&compressed(&deflate(LITERAL, 1, 4_000))).unwrap();
    assert_eq!(text.len(), 4_000 * 258 + 1);
    assert!(text.iter().all(|&byte| byte == 0));
    let (text, _) = plain(&zlib(&literal(b"zlib"))).unwrap();
    assert_eq!(text, b"zlib");
}

#[test]
fn a_bomb_ends_in_a_limit() {
    let bomb = bomb();
    assert!(bomb.len() < 4096, "{}", bomb.len());
    let allowed = limits::FREE_EXPANSION + bomb.len() * limits::MAX_EXPANSION;
    assert_eq!(plain(&bomb), Err(MessageError::Limit(allowed)));
    // one layer: within the ratio, and over the size
    let flat = compressed(&deflate(LITERAL, 1, 60_000));
    let allowed = limits::FREE_EXPANSION + flat.len() * limits::MAX_EXPANSION;
    assert!(allowed < limits::MAX_PLAINTEXT && 60_000 * 258 < allowed);
    assert!(plain(&flat).is_ok(), "15 MB out of 97 kB is within");
    let large = compressed(&deflate(LITERAL, 1, limits::MAX_PLAINTEXT / 258 + 1));
    assert_eq!(
        plain(&large),
        Err(MessageError::Limit(limits::MAX_PLAINTEXT))
    );
}

#[test]
fn nesting_ends_in_a_limit() {
    let mut message = literal(b"deep");
    for depth in 1..=limits::MAX_DEPTH + 2 {
        let read = plain(&message);
        match depth < limits::MAX_DEPTH {
            true => assert_eq!(read, Ok((b"deep".to_vec(), 0)), "{depth}"),
            false => assert_eq!(read, Err(MessageError::Limit(limits::MAX_DEPTH)), "{depth}"),
        }
        message = wrap(tag::COMPRESSED, &[&[0], message.as_slice()].concat());
    }
}

#[test]
fn a_hundred_thousand_layers_end_in_a_limit() {
    // Old-format packets without a length: two bytes a layer.
    let mut message = [0xa3, 0].repeat(100_000);
    message.extend(literal(b"deep"));
    assert_eq!(plain(&message), Err(MessageError::Limit(limits::MAX_DEPTH)));
}

#[test]
fn broken_streams() {
    let good = zlib(&literal(b"some text"));
    for at in 3..good.len() {
        // Cut inside of the stream, with a packet length that fits.
        let cut = wrap(tag::COMPRESSED, &good[2..at]);
        assert!(plain(&cut).is_err(), "{at}");
    }
    // What is behind the stream is padding (Sequoia makes it): it is dropped, however much it is.
    for size in [1, 1000, 1_000_000] {
        let behind = wrap(tag::COMPRESSED, &[&good[2..], &vec![7; size]].concat());
        assert_eq!(plain(&behind).unwrap().0, b"some text");
    }
    assert_eq!(
        plain(&wrap(tag::COMPRESSED, &[3, 1, 2])),
        Err(MessageError::Malformed)
    );
    assert_eq!(
        plain(&wrap(tag::COMPRESSED, &[99, 1, 2])),
        Err(MessageError::Unsupported)
    );
    assert_eq!(
        plain(&wrap(tag::COMPRESSED, &[])),
        Err(MessageError::Truncated)
    );
    assert_eq!(
        plain(&wrap(tag::COMPRESSED, &[2, 0xff, 0xff])),
        Err(MessageError::Malformed)
    );
}

/// A literal packet in a bzip2 packet, by rpgp.
fn bzip2(text: &[u8]) -> Vec<u8> {
    let mut builder = MessageBuilder::from_bytes("", text.to_vec());
    builder.compression(CompressionAlgorithm::BZip2);
    builder.to_vec(rng(1)).unwrap()
}

#[test]
fn bzip2_has_a_limit_of_its_own() {
    let honest = bzip2(b"bzip2");
    assert_eq!(plain(&honest).unwrap().0, b"bzip2");
    // 17 MB out of a few hundred bytes: over the ratio.
    let bomb = bzip2(&vec![0; limits::MAX_BZIP2 + 1]);
    assert!(bomb.len() < 4096, "{}", bomb.len());
    let allowed = limits::FREE_EXPANSION + bomb.len() * limits::MAX_EXPANSION;
    assert_eq!(plain(&bomb), Err(MessageError::Limit(allowed)));
    // With enough ballast the ratio would allow it.
    let padded = [wrap(tag::PADDING, &vec![7; 100_000]), bomb].concat();
    let limit = MessageError::Limit(limits::MAX_BZIP2);
    assert_eq!(plain(&padded), Err(limit));
    // All layers of a message share it.
    let half = bzip2(&vec![0; limits::MAX_BZIP2 / 2]);
    let half = Packets::new(&half, 1).next().unwrap().unwrap().body;
    let mut allowance = Allowance::new(1 << 20);
    assert!(allowance.inflate(half.to_vec()).is_ok());
    assert_eq!(allowance.inflate(half.to_vec()).err(), Some(limit));
    let body = Packets::new(&honest, 1).next().unwrap().unwrap().body;
    for at in 1..body.len() {
        assert!(plain(&wrap(tag::COMPRESSED, &body[..at])).is_err(), "{at}");
    }
    let behind = wrap(tag::COMPRESSED, &[body, b"padding"].concat());
    assert_eq!(plain(&behind).unwrap().0, b"bzip2");
    // Nor is it read when it is a stream itself: bzip2's own program would go on.
    let again = wrap(tag::COMPRESSED, &[body, &body[1..]].concat());
    assert_eq!(plain(&again).unwrap().0, b"bzip2");
}
