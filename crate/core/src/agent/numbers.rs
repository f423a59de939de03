//! Secret numbers in their shortest form.

use pgp::crypto::public_key::PublicKeyAlgorithm;
use zeroize::Zeroizing;

use super::packets::SecretPacket;

/// The numbers (RFC 9580, 3.2) of a secret key without leading zeros. GnuPG 2.1 wrote some, and the engine, which leaves
/// them out when it writes, would miss them in the checksum. What is no row of numbers stays as it is.
pub(super) fn shortest(algorithm: PublicKeyAlgorithm, secret: &[u8]) -> Zeroizing<Vec<u8>> {
    let count = match algorithm {
        PublicKeyAlgorithm::RSA | PublicKeyAlgorithm::RSAEncrypt | PublicKeyAlgorithm::RSASign => 4,
        PublicKeyAlgorithm::ECDH | PublicKeyAlgorithm::ECDSA | PublicKeyAlgorithm::EdDSALegacy => 1,
        _ => 0,
    };
    match rewritten(count, secret) {
        Some(numbers) => numbers,
        None => Zeroizing::new(secret.to_vec()),
    }
}

fn rewritten(count: usize, mut rest: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(rest.len()));
    for _ in 0..count {
        let (head, after) = rest.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*head)).div_ceil(8);
        let (number, after) = after.split_at_checked(length)?;
        let zeros = number.iter().take_while(|octet| **octet == 0).count();
        let number = number.get(zeros..)?;
        let unused = number.first().map_or(0, |first| first.leading_zeros());
        let bits = (number.len() * 8).checked_sub(unused as usize)?;
        out.extend_from_slice(&u16::try_from(bits).ok()?.to_be_bytes());
        out.extend_from_slice(number);
        rest = after;
    }
    (count > 0 && rest.is_empty()).then_some(out)
}

/// The body of a packet in clear with its numbers in that form; `None` when they are, or when the checksum is wrong.
pub(super) fn shortened(packet: &SecretPacket) -> Option<Zeroizing<Vec<u8>>> {
    let (version, algorithm) = (packet.body.first()?, *packet.body.get(5)?);
    let behind = packet.body.get(packet.public + 1..)?;
    let (secret, told) = behind.split_last_chunk::<2>()?;
    if packet.usage() != Some(0) || *version == 6 || u16::from_be_bytes(*told) != sum(secret) {
        return None;
    }
    let shorter = shortest(PublicKeyAlgorithm::from(algorithm), secret);
    match shorter.as_slice() == secret {
        true => None,
        false => in_clear(packet, &shorter),
    }
}

/// The body of a packet of this key in clear (RFC 9580, 5.5.3) around these numbers.
pub(super) fn in_clear(packet: &SecretPacket, secret: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let public = packet.body.get(..packet.public)?;
    let mut body = Zeroizing::new(Vec::with_capacity(public.len() + secret.len() + 3));
    body.extend_from_slice(public);
    body.push(0);
    body.extend_from_slice(secret);
    if public.first() != Some(&6) {
        body.extend(sum(secret).to_be_bytes());
    }
    Some(body)
}

/// Of all octets (RFC 9580, 5.5.3).
fn sum(secret: &[u8]) -> u16 {
    let add = |sum: u16, octet: &u8| sum.wrapping_add(u16::from(*octet));
    secret.iter().fold(0, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_go_and_nothing_else_does() {
        let ecdh = PublicKeyAlgorithm::ECDH;
        for (given, shortest) in [
            (&[0, 16, 0, 0x7f][..], &[0, 7, 0x7f][..]),
            (&[0, 9, 1, 2], &[0, 9, 1, 2]),
            (&[0, 12, 1, 2], &[0, 9, 1, 2]),
            (&[0, 8, 0], &[0, 0]),
            // No row of numbers.
            (&[0, 16, 0], &[0, 16, 0]),
            (&[0, 8, 0, 1], &[0, 8, 0, 1]),
            (&[], &[]),
        ] {
            assert_eq!(*super::shortest(ecdh, given), shortest);
        }
        let four = [0, 8, 0, 0, 1, 1, 0, 16, 0, 2, 0, 3, 7];
        let shortest = [0, 0, 0, 1, 1, 0, 2, 2, 0, 3, 7];
        assert_eq!(*super::shortest(PublicKeyAlgorithm::RSA, &four), shortest);
        // Ed25519 has octets.
        let octets = [0; 32];
        assert_eq!(
            *super::shortest(PublicKeyAlgorithm::Ed25519, &octets),
            octets
        );
    }
}
