//! A layer of protection that was taken off a mail, with the digests that its signatures are checked against: computed
//! over the very bytes that are handed on, when they are handed on.

use super::detached::{DetachedSignatures, Digested};
use super::digest::Digests;
use super::{Document, OpenedBy, Protection, issuers};
use crate::wire::packet::{PacketInfo, PacketLevel};

/// What one layer says of what was in it.
pub(crate) struct Layer {
    signatures: Vec<Digested>,
    /// There are signatures beyond what is checked.
    more: bool,
    /// There is something that should be signatures and cannot be read.
    unreadable: bool,
    encryption: Option<(Protection, OpenedBy)>,
    /// What it is made of.
    packets: Vec<PacketLevel>,
}

impl Layer {
    /// Of a message that was read to its end; and its content.
    pub fn of_document(mut document: Document) -> (Self, Vec<u8>) {
        let packets = document.packets();
        let mut digests = Digests::new(&document.bytes);
        let digested = document.signatures.into_iter().map(|found| {
            let digest = digests.of(&found);
            (found, digest)
        });
        let layer = Self {
            signatures: digested.collect(),
            more: document.more_signatures,
            unreadable: false,
            encryption: document.encryption,
            packets,
        };
        (layer, document.bytes)
    }

    /// Of a signature beside what it signs.
    pub fn of_detached(signatures: &[u8], data: &[u8]) -> Self {
        let Ok(mut found) = DetachedSignatures::read(signatures) else {
            return Self {
                signatures: Vec::new(),
                more: false,
                unreadable: true,
                encryption: None,
                packets: Vec::new(),
            };
        };
        found.afford(data.len());
        found.update(data);
        let packets = found.told();
        let (signatures, more) = found.finish();
        Self {
            signatures,
            more,
            unreadable: false,
            encryption: None,
            packets,
        }
    }

    /// Each signature with its digest, where one can be computed.
    pub fn signatures(&self) -> &[Digested] {
        &self.signatures
    }

    /// There are signatures that are not checked.
    pub fn more_signatures(&self) -> bool {
        self.more
    }

    /// There is something that should be signatures and cannot be read.
    pub fn is_unreadable(&self) -> bool {
        self.unreadable
    }

    /// There is a signature, whatever it is worth.
    pub fn is_signed(&self) -> bool {
        self.unreadable || self.more || !self.signatures.is_empty()
    }

    /// How it was encrypted and what opened it, if it was.
    pub fn encryption(&self) -> Option<&(Protection, OpenedBy)> {
        self.encryption.as_ref()
    }

    /// How many places its signatures have in the verdict.
    pub fn places(&self) -> usize {
        usize::from(self.unreadable) + self.signatures.len()
    }

    /// What it is made of, with its first signature at this place of the verdict; without one the verdict does not speak of it.
    pub fn packets(&self, first: Option<usize>) -> Vec<PacketLevel> {
        let mut levels = self.packets.clone();
        for packet in levels.iter_mut().flat_map(|level| &mut level.packets) {
            if let PacketInfo::Signature { judged, .. } = packet {
                let place = first.zip(*judged);
                *judged =
                    place.and_then(|(first, place)| place.checked_add(u32::try_from(first).ok()?));
            }
        }
        levels
    }

    /// Who signed, as the signatures of these layers say, without duplicates.
    pub fn issuers<'a>(layers: impl Iterator<Item = &'a Self>) -> Vec<String> {
        issuers(layers.flat_map(|layer| layer.signatures.iter().map(|(found, _)| found)))
    }
}
