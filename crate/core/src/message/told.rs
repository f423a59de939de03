//! What a message is made of, kept while it is read, for people who ask how it is built.

use super::limits;
use super::packet::{Packet, tag};
use super::signature::FoundSignature;
use crate::wire::packet::{PacketInfo, PacketLevel};

/// The packets of one level as they were seen.
#[derive(Default)]
pub(super) struct Level {
    seen: Vec<Seen>,
    more: u32,
}

/// A packet.
enum Seen {
    /// All that there is to tell of it.
    Told(PacketInfo),
    /// A signature, by its place among those of the message: it is read when the content is there.
    Signature(usize),
    /// The one that the message goes on in: it is read when the level has come to its end.
    Content,
}

impl Level {
    /// At which place the next one will stand, if there is room for it.
    pub fn next(&self) -> usize {
        self.seen.len()
    }

    /// A session key.
    pub fn session_key(&mut self, told: PacketInfo) {
        self.add(Seen::Told(told));
    }

    /// A signature, which has this place among those of the message.
    pub fn signature(&mut self, place: usize) {
        self.add(Seen::Signature(place));
    }

    /// Anything else.
    pub fn other(&mut self, packet: &Packet<'_>) {
        self.add(match packet.tag {
            tag::LITERAL | tag::COMPRESSED | tag::PROTECTED | tag::GNUPG_OCB => Seen::Content,
            tag => Seen::Told(PacketInfo::Other {
                tag,
                size: octets(packet.body.len()),
            }),
        });
    }

    fn add(&mut self, seen: Seen) {
        let holds = matches!(seen, Seen::Content);
        match holds || self.seen.len() < limits::MAX_TOLD_PACKETS {
            true => self.seen.push(seen),
            false => self.more += 1,
        }
    }

    /// Of signatures only those are told that are looked at.
    pub fn told(self, content: &PacketInfo, signatures: &[FoundSignature]) -> PacketLevel {
        let mut more = self.more;
        let told = self.seen.into_iter().filter_map(|seen| match seen {
            Seen::Told(told) => Some(told),
            Seen::Content => Some(content.clone()),
            Seen::Signature(place) => {
                let found = signatures.get(place);
                more += u32::from(found.is_none());
                found.map(|found| found.told(place))
            }
        });
        let packets = told.collect();
        PacketLevel { packets, more }
    }
}

/// Signatures that stand by themselves, `more` of which are not looked at.
pub(super) fn signatures<'a>(
    all: impl Iterator<Item = &'a FoundSignature>,
    more: usize,
) -> Vec<PacketLevel> {
    let packets = all.enumerate().map(|(place, found)| found.told(place));
    vec![PacketLevel {
        packets: packets.collect(),
        more: octets(more),
    }]
}

/// As it crosses the wall.
pub(super) fn octets(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}
