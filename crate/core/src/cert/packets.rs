//! Packet framing of keys (RFC 9580, 4.2): splitting without interpreting, and writing in one canonical form.

use super::CertError;
use crate::limits;

/// Packet type IDs that matter in keys (RFC 9580, 5).
pub(crate) mod tag {
    pub(crate) const SIGNATURE: u8 = 2;
    pub(crate) const SECRET_KEY: u8 = 5;
    pub(crate) const PUBLIC_KEY: u8 = 6;
    pub(crate) const SECRET_SUBKEY: u8 = 7;
    pub(crate) const MARKER: u8 = 10;
    pub(crate) const TRUST: u8 = 12;
    pub(crate) const USER_ID: u8 = 13;
    pub(crate) const PUBLIC_SUBKEY: u8 = 14;
    pub(crate) const USER_ATTRIBUTE: u8 = 17;
    pub(crate) const PADDING: u8 = 21;
}

/// One packet without its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawPacket<'a> {
    pub(crate) tag: u8,
    pub(crate) body: &'a [u8],
}

/// Reads the packet at the start of `data`; returns it and what follows.
///
/// Partial and indeterminate lengths are refused: RFC 9580, 4.2.1.4 allows them for message data only.
pub(crate) fn next(data: &[u8]) -> Result<(RawPacket<'_>, &[u8]), CertError> {
    let (&first, rest) = data.split_first().ok_or(CertError::Truncated)?;
    let (tag, length, rest) = match first >> 6 {
        0b11 => {
            let (length, rest) = new_length(rest)?;
            (first & 0x3f, length, rest)
        }
        0b10 => {
            let octets = match first & 0b11 {
                0 => 1,
                1 => 2,
                2 => 4,
                _ => return Err(CertError::Malformed),
            };
            let (length, rest) = big_endian(rest, octets)?;
            ((first >> 2) & 0x0f, length, rest)
        }
        _ => return Err(CertError::Malformed),
    };
    let (body, rest) = rest.split_at_checked(length).ok_or(CertError::Truncated)?;
    Ok((RawPacket { tag, body }, rest))
}

/// Splits `data` into packets. What was good before an error is returned with the error.
pub(crate) fn split(data: &[u8]) -> (Vec<RawPacket<'_>>, Option<CertError>) {
    split_up_to(data, limits::MAX_PACKETS)
}

/// The same where only so many are left of all that may come.
pub(super) fn split_up_to(data: &[u8], most: usize) -> (Vec<RawPacket<'_>>, Option<CertError>) {
    let (mut packets, mut rest) = (Vec::new(), data);
    while !rest.is_empty() {
        if packets.len() >= most {
            return (packets, Some(CertError::Limit(limits::MAX_PACKETS as u32)));
        }
        match next(rest) {
            Ok((packet, after)) => {
                packets.push(packet);
                rest = after;
            }
            Err(error) => return (packets, Some(error)),
        }
    }
    (packets, None)
}

/// Appends a packet with a header of the current format and the shortest length.
pub(crate) fn write(out: &mut Vec<u8>, tag: u8, body: &[u8]) {
    out.push(0b1100_0000 | tag);
    let length = body.len();
    if length < 192 {
        out.push(length as u8);
    } else if length < 8384 {
        let coded = length - 192;
        out.push((coded >> 8) as u8 + 192);
        out.push(coded as u8);
    } else {
        out.push(255);
        out.extend_from_slice(&(length as u32).to_be_bytes());
    }
    out.extend_from_slice(body);
}

fn new_length(data: &[u8]) -> Result<(usize, &[u8]), CertError> {
    let (&first, rest) = data.split_first().ok_or(CertError::Truncated)?;
    match first {
        0..=191 => Ok((first.into(), rest)),
        192..=223 => {
            let (&second, rest) = rest.split_first().ok_or(CertError::Truncated)?;
            let length = (usize::from(first - 192) << 8) + 192 + usize::from(second);
            Ok((length, rest))
        }
        255 => big_endian(rest, 4),
        224..=254 => Err(CertError::Malformed),
    }
}

fn big_endian(data: &[u8], octets: usize) -> Result<(usize, &[u8]), CertError> {
    let (number, rest) = data.split_at_checked(octets).ok_or(CertError::Truncated)?;
    let value = number.iter().fold(0u64, |n, b| (n << 8) | u64::from(*b));
    let value = usize::try_from(value).map_err(|_| CertError::Malformed)?;
    Ok((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn partial_and_indeterminate_lengths_are_refused() {
        assert_eq!(next(&[0xc6, 0xe1, 0, 0]), Err(CertError::Malformed));
        assert_eq!(next(&[0x9b, 1, 2]), Err(CertError::Malformed));
        assert_eq!(next(&[0x06, 1, 2]), Err(CertError::Malformed));
    }

    #[test]
    fn a_declared_length_beyond_the_data_is_truncated() {
        let huge = [0xc6, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        assert_eq!(next(&huge), Err(CertError::Truncated));
        assert_eq!(next(&[]), Err(CertError::Truncated));
    }

    #[test]
    fn too_many_packets_stop_with_a_limit() {
        let tiny = [0xca, 0x00].repeat(limits::MAX_PACKETS + 1);
        let (packets, error) = split(&tiny);
        assert_eq!(packets.len(), limits::MAX_PACKETS);
        assert_eq!(error, Some(CertError::Limit(limits::MAX_PACKETS as u32)));
    }

    proptest! {
        #[test]
        fn written_packets_are_read_again(tag in 1u8..63, length in prop_oneof![0usize..300, 8000usize..9000, Just(70_000)]) {
            let body = vec![7u8; length];
            let mut out = Vec::new();
            write(&mut out, tag, &body);
            let (packet, rest) = next(&out).expect("own output");
            prop_assert_eq!(packet, RawPacket { tag, body: &body });
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn any_bytes_are_split_without_panic(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = split(&data);
        }
    }
}
