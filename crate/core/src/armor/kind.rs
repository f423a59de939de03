//! What a block is: from its first line, or from the first packet when it is to be written.

use super::{Checksum, Kind};
use crate::message::packet::{Packets, tag};

const KINDS: [Kind; 4] = [
    Kind::Message,
    Kind::Signature,
    Kind::PublicKey,
    Kind::PrivateKey,
];

/// Packet type IDs of primary keys (RFC 9580, 5.5.1).
const SECRET_KEY: u8 = 5;
const PUBLIC_KEY: u8 = 6;

impl Kind {
    /// The kind of the first block in `text`; `None` when none begins there.
    pub fn of_text(text: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(text);
        let begins = |kind: &Self| text.find(&format!("-----BEGIN {}-----", kind.label()));
        let found = KINDS
            .into_iter()
            .filter_map(|kind| Some((begins(&kind)?, kind)));
        found.min_by_key(|(at, _)| *at).map(|(_, kind)| kind)
    }

    /// How binary packets are armored (RFC 9580, 6.2): the kind that the first packet asks for, and a checksum unless it
    /// is of a version that must not have one (6.1). `None` when they are nothing that begins a block.
    pub fn of_packets(data: &[u8]) -> Option<(Self, Checksum)> {
        // Marker and padding packets say nothing.
        let mut packets = Packets::new(data, 8);
        let first = loop {
            let packet = packets.next().ok()??;
            if !matches!(packet.tag, tag::MARKER | tag::PADDING) {
                break packet;
            }
        };
        let (kind, new) = match first.tag {
            tag::PKESK | tag::SKESK | tag::ONE_PASS => (Self::Message, 6),
            tag::PROTECTED => (Self::Message, 2),
            tag::COMPRESSED | tag::LITERAL | tag::ENCRYPTED | tag::GNUPG_OCB => (Self::Message, 0),
            // In front of anything else it is an inline-signed message.
            tag::SIGNATURE => match only_signatures(&mut packets) {
                true => (Self::Signature, 6),
                false => (Self::Message, 6),
            },
            PUBLIC_KEY => (Self::PublicKey, 6),
            SECRET_KEY => (Self::PrivateKey, 6),
            _ => return None,
        };
        let checksum = match new != 0 && first.body.first() == Some(&new) {
            true => Checksum::None,
            false => Checksum::Crc24,
        };
        Some((kind, checksum))
    }
}

impl Kind {
    /// The same of data that goes on behind what there is of it: the body of its first packet may be cut off.
    pub fn of_start(data: &[u8]) -> Option<Self> {
        if let Some((kind, _)) = Self::of_packets(data) {
            return Some(kind);
        }
        let mut packets = Packets::new(data, 8);
        loop {
            match packets.tag()? {
                tag::MARKER | tag::PADDING => packets.next().ok()??,
                tag::COMPRESSED
                | tag::LITERAL
                | tag::ENCRYPTED
                | tag::PROTECTED
                | tag::GNUPG_OCB => return Some(Self::Message),
                _ => return None,
            };
        }
    }
}

fn only_signatures(packets: &mut Packets<'_>) -> bool {
    loop {
        match packets.next() {
            Ok(Some(packet)) if packet.tag == tag::SIGNATURE => {}
            Ok(None) => return true,
            Ok(Some(_)) | Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_tell_their_block() {
        for (data, kind) in [
            (&[0xc6, 1, 4][..], Some((Kind::PublicKey, Checksum::Crc24))),
            (&[0xc5, 1, 6], Some((Kind::PrivateKey, Checksum::None))),
            (&[0xc2, 1, 4], Some((Kind::Signature, Checksum::Crc24))),
            (
                &[0xc2, 1, 6, 0xc2, 1, 6],
                Some((Kind::Signature, Checksum::None)),
            ),
            (
                &[0xc2, 1, 4, 0xcb, 1, b'b'],
                Some((Kind::Message, Checksum::Crc24)),
            ),
            (&[0xd2, 1, 2], Some((Kind::Message, Checksum::None))),
            (
                &[0xd5, 1, 0, 0xd2, 1, 1],
                Some((Kind::Message, Checksum::Crc24)),
            ),
            (&[0xcd, 1, b'x'], None),
            (b"text", None),
            (&[], None),
        ] {
            assert_eq!(Kind::of_packets(data), kind, "{data:?}");
        }
    }

    #[test]
    fn a_start_tells_what_the_whole_would() {
        let literal = [0xca, 3, b'P', b'G', b'P', 0xcb, 255, 0, 1, 0, 0, b'b'];
        assert_eq!(Kind::of_packets(&literal), None);
        assert_eq!(Kind::of_start(&literal), Some(Kind::Message));
        assert_eq!(Kind::of_start(&[0xc2, 1, 4]), Some(Kind::Signature));
        for other in [&[0xc2, 9, 4][..], &[0xcd, 9], &[0xca, 9], b"text", &[]] {
            assert_eq!(Kind::of_start(other), None, "{other:?}");
        }
    }

    #[test]
    fn text_tells_its_first_block() {
        let text = b"x\n-----BEGIN PGP SIGNATURE-----\n\n-----BEGIN PGP MESSAGE-----\n";
        assert_eq!(Kind::of_text(text), Some(Kind::Signature));
        assert_eq!(Kind::of_text(b"-----BEGIN RSA PRIVATE KEY-----"), None);
    }
}
