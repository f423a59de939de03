//! Writing armor.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::Kind;

/// Characters per line, as every program writes it.
const LINE: usize = 64;

/// Bytes per line.
const BYTES: usize = LINE / 4 * 3;

/// Lines that are encoded at once, so that they stay in the processor's cache.
const LINES: usize = 128;

/// Whether the armor ends with a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// For what old programs are to read: GnuPG 2.2 runs into the last line when the data ends without padding.
    Crc24,
    /// For version 6 and SEIPDv2, where RFC 9580, 6.1 wants none.
    None,
}

/// Armor with LF line ends and without headers: they would only tell which program was used.
pub fn write(kind: Kind, data: &[u8], checksum: Checksum) -> String {
    let mut out = String::with_capacity(size(kind, data.len(), checksum));
    out.push_str(&begin(kind));
    write_lines(data, &mut out);
    out.push_str(&end(kind, checksum, [data]));
    out
}

/// How many characters that is.
pub(crate) fn size(kind: Kind, data: usize, checksum: Checksum) -> usize {
    let frame = "-----BEGIN -----\n\n-----END -----\n".len() + 2 * kind.label().len();
    let lines = data.div_ceil(3) * 4 + data.div_ceil(BYTES);
    let sum = match checksum {
        Checksum::Crc24 => "=AAAA\n".len(),
        Checksum::None => 0,
    };
    frame + lines + sum
}

/// What stands before the lines, for who makes armor part by part.
pub(crate) fn begin(kind: Kind) -> String {
    format!("-----BEGIN {}-----\n\n", kind.label())
}

/// A part of armor, for who makes it part by part.
#[derive(Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// What its lines are made of ([`text`](Self::text)): a quarter less to hand over. All but the last part are whole lines, of 48
    /// octets.
    Lines(&'a [u8]),
}

impl Part<'_> {
    /// The text: lines of base64 with 64 characters and a line feed each (RFC 9580, 6).
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Lines(data) => {
                let mut out = String::with_capacity(data.len().div_ceil(BYTES) * (LINE + 1));
                write_lines(data, &mut out);
                Cow::Owned(out)
            }
        }
    }
}

fn write_lines(data: &[u8], out: &mut String) {
    let mut encoded = String::with_capacity(LINE * LINES);
    for batch in data.chunks(BYTES * LINES) {
        encoded.clear();
        STANDARD.encode_string(batch, &mut encoded);
        let mut rest = encoded.as_str();
        while !rest.is_empty() {
            let (line, more) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
            out.push_str(line);
            out.push('\n');
            rest = more;
        }
    }
}

/// What stands after the lines of all parts.
pub(crate) fn end<'a>(
    kind: Kind,
    checksum: Checksum,
    parts: impl IntoIterator<Item = &'a [u8]>,
) -> String {
    let sum = match checksum {
        Checksum::Crc24 => {
            // The low three of four bytes.
            let sum = parts.into_iter().fold(START, crc24) >> 8;
            let sum = sum.to_be_bytes();
            format!("={}\n", STANDARD.encode(sum.get(1..).unwrap_or_default()))
        }
        Checksum::None => String::new(),
    };
    format!("{sum}-----END {}-----\n", kind.label())
}

/// The checksum of nothing, in the upper bits of a word.
const START: u32 = 0xb704_ce00;

/// Goes on with the checksum of RFC 9580, 6.1.1, in the upper bits of a word: eight bytes at a time by tables.
fn crc24(sum: u32, data: &[u8]) -> u32 {
    let (words, rest) = data.as_chunks::<8>();
    let sum = words.iter().fold(sum, |sum: u32, word| {
        let word = u64::from_be_bytes(*word) ^ (u64::from(sum) << 32);
        let bytes = word.to_be_bytes();
        TABLES
            .iter()
            .rev()
            .zip(bytes)
            .fold(0, |sum, (table, byte)| sum ^ look_up(table, byte))
    });
    rest.iter().fold(sum, |sum, byte| {
        let [first, ..] = sum.to_be_bytes();
        let [table, ..] = &TABLES;
        (sum << 8) ^ look_up(table, first ^ byte)
    })
}

fn look_up(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// What each byte does to the sum when 0, 1, … 7 bytes follow it.
static TABLES: [[u32; 256]; 8] = tables();

#[allow(
    clippy::indexing_slicing,
    reason = "computed by the compiler, which would stop"
)]
const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = (byte as u32) << 24;
        let mut table = 0;
        while table < 8 {
            let mut bit = 0;
            while bit < 8 {
                let carry = sum >> 31;
                sum = (sum << 1) ^ (carry * 0x864c_fb00);
                bit += 1;
            }
            tables[table][byte] = sum;
            table += 1;
        }
        byte += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn checksum_of_rfc9580() {
        // The check value of CRC-24/OPENPGP.
        assert_eq!(START >> 8, 0x00b7_04ce);
        assert_eq!(crc24(START, b"123456789") >> 8, 0x0021_cf02);
        let block = write(Kind::Message, b"123456789", Checksum::Crc24);
        assert!(block.contains("\n=Ic8C\n-----END"), "{block}");
    }

    /// Bit by bit, as RFC 9580, 6.1.1 has it.
    fn slowly(data: &[u8]) -> u32 {
        data.iter().fold(0x00b7_04ce, |sum, &byte| {
            (0..8).fold(sum ^ (u32::from(byte) << 16), |sum, _| {
                let shifted = sum << 1;
                match shifted & 0x0100_0000 {
                    0 => shifted,
                    _ => shifted ^ 0x0186_4cfb,
                }
            })
        }) & 0x00ff_ffff
    }

    proptest! {
        #[test]
        fn checksum_of_all_sizes(data in proptest::collection::vec(any::<u8>(), 0..100), cut in any::<proptest::sample::Index>()) {
            let (one, other) = data.split_at(cut.index(data.len() + 1));
            prop_assert_eq!([one, other].into_iter().fold(START, crc24) >> 8, slowly(&data));
        }
    }

    #[test]
    fn lines_are_full_but_the_last() {
        for size in [
            0,
            1,
            47,
            48,
            49,
            96,
            BYTES * LINES,
            BYTES * LINES + 1,
            20_000,
        ] {
            let data: Vec<u8> = (0..size).map(|n| n as u8).collect();
            for (kind, checksum) in [
                (Kind::Message, Checksum::None),
                (Kind::PrivateKey, Checksum::Crc24),
            ] {
                let block = write(kind, &data, checksum);
                assert_eq!(block.len(), super::size(kind, data.len(), checksum));
            }
            let block = write(Kind::Message, &data, Checksum::None);
            let encoded = STANDARD.encode(&data);
            let lines: Vec<&str> = block.lines().collect();
            assert_eq!(lines[2..lines.len() - 1].concat(), encoded);
            let full = &lines[2..lines.len() - 1];
            assert!(full.iter().rev().skip(1).all(|line| line.len() == LINE));
            assert!(full.iter().all(|line| (1..=LINE).contains(&line.len())));
        }
    }
}
