//! Writing armor.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::Kind;

/// Characters per line, as every program writes it.
const LINE: usize = 64;

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
    let encoded = STANDARD.encode(data);
    let mut out = String::with_capacity(encoded.len() + encoded.len() / LINE + 100);
    out.push_str("-----BEGIN ");
    out.push_str(kind.label());
    out.push_str("-----\n\n");
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
        out.push_str(line);
        out.push('\n');
        rest = more;
    }
    if checksum == Checksum::Crc24 {
        out.push('=');
        // The low three of four bytes.
        let sum = crc24(data).to_be_bytes();
        out.push_str(&STANDARD.encode(sum.get(1..).unwrap_or_default()));
        out.push('\n');
    }
    out.push_str("-----END ");
    out.push_str(kind.label());
    out.push_str("-----\n");
    out
}

/// The checksum of RFC 9580, 6.1.1.
fn crc24(data: &[u8]) -> u32 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_of_rfc9580() {
        // The check value of CRC-24/OPENPGP.
        assert_eq!(crc24(b""), 0x00b7_04ce);
        assert_eq!(crc24(b"123456789"), 0x0021_cf02);
        let block = write(Kind::Message, b"123456789", Checksum::Crc24);
        assert!(block.contains("\n=Ic8C\n-----END"), "{block}");
    }
}
