//! Secret parts that came to a key which was stored already, and that no passphrase has opened yet.
//!
//! Anybody can make one: the public part is known, and what stands behind it is noise until it is opened. A stored secret is
//! never replaced, so that noise would keep the genuine part out for good. Therefore a stub stands behind such a part until it
//! was opened; while it does, another import may bring another part, and nothing depends on this one.

use zeroize::Zeroizing;

use super::packets::SecretPacket;
use super::{SecretPackets, Unlocked};
use crate::limits::Capacity;
use crate::wire::Fingerprint;

/// What our own stub has in the place of a secret part: usage 254, no cipher, an S2K of a type for private use.
const PLACEHOLDER: [u8; 3] = [254, 0, 110];

impl SecretPacket {
    /// Our own stub for the same key.
    fn placeholder(&self) -> Self {
        let public = self.body.get(..self.public).unwrap_or_default();
        Self {
            body: Zeroizing::new([public, &PLACEHOLDER].concat()),
            ..self.clone()
        }
    }

    /// Made by [`Self::placeholder`].
    pub(super) fn is_placeholder(&self) -> bool {
        self.body.get(self.public..) == Some(&PLACEHOLDER)
    }
}

impl SecretPackets {
    /// These, as they come to a key that is `stored` already, with its secret parts. Where it had none, all of them are still to
    /// be opened; stubs say where the others are.
    pub fn behind(&self, stored: Option<&Self>) -> Self {
        let mut all = stored.cloned().unwrap_or_else(|| {
            let mut stubs = self.clone();
            stubs.retain(&SecretPacket::is_stub);
            stubs
        });
        all.absorb(self);
        all
    }

    /// Whether any secret part here was opened, or came together with its key.
    pub fn is_any_proven(&self) -> bool {
        self.iter().any(|p| self.is_proven(&p.fingerprint))
    }

    /// Adds those packets of `other` that are not there, or only as stubs, or that no passphrase has opened yet.
    pub fn absorb(&mut self, other: &Self) {
        let new: Vec<_> = other.iter().filter(|p| self.lacks(p)).cloned().collect();
        for packet in new {
            let same = |p: &SecretPacket| p.fingerprint == packet.fingerprint;
            // What stands in clear is checked when it gets its passphrase.
            let proves_itself = packet.usage() == Some(0);
            let stub = self.iter().find(|p| same(p) && p.is_stub()).cloned();
            let stub = stub.unwrap_or_else(|| packet.placeholder());
            self.retain(&|p| !same(p));
            self.push_packet(packet);
            if !proves_itself {
                self.push_packet(stub);
            }
        }
    }

    /// Whether `absorb` would add anything.
    pub(crate) fn adds_to(&self, stored: Option<&Self>) -> bool {
        stored.is_none_or(|stored| self.iter().any(|p| stored.lacks(p)))
    }

    /// Whether any part here is stored in another form, maybe under another passphrase.
    pub(crate) fn differs_from(&self, stored: &Self) -> bool {
        let kept = |p: &SecretPacket| stored.is_proven(&p.fingerprint) && !stored.has_same(p);
        self.iter().any(|p| !p.is_stub() && kept(p))
    }

    /// Whether a secret part that is `stored` is not here at all.
    pub(crate) fn lacks_parts_of(&self, stored: &Self) -> bool {
        let here = |packet: &SecretPacket| {
            let same = |p: &SecretPacket| p.fingerprint == packet.fingerprint && !p.is_stub();
            self.iter().any(same)
        };
        let kept = |p: &SecretPacket| stored.is_proven(&p.fingerprint) && !here(p);
        stored.iter().any(kept)
    }

    /// Whether any part of these that was opened before is among the `open` ones.
    pub(crate) fn is_any_opened(&self, open: &Unlocked) -> bool {
        let mut keys = self.iter().map(|p| &p.fingerprint);
        keys.any(|key| self.is_proven(key) && open.is_open(key))
    }

    /// Whether any part here is not among the `stored` ones, nor among the `open` ones.
    pub(crate) fn adds_closed(&self, stored: &Self, open: &Unlocked) -> bool {
        let openable = |p: &SecretPacket| p.kind(Capacity::BROWSER).is_ok();
        self.iter()
            .any(|p| stored.lacks(p) && openable(p) && !open.is_open(&p.fingerprint))
    }

    fn has_same(&self, packet: &SecretPacket) -> bool {
        self.iter().any(|p| p.body == packet.body)
    }

    fn lacks(&self, packet: &SecretPacket) -> bool {
        !packet.is_stub() && !self.is_proven(&packet.fingerprint) && !self.has_same(packet)
    }

    /// Whether the secret part of this key is here and was opened, or came together with the key.
    pub(super) fn is_proven(&self, key: &Fingerprint) -> bool {
        let mut parts = self.iter().filter(|p| p.fingerprint == *key).peekable();
        parts.peek().is_some() && parts.all(|p| !p.is_stub())
    }

    /// Without the parts that no passphrase has opened yet.
    pub(super) fn proven(&self) -> Self {
        let mut proven = self.clone();
        proven.retain(&|p| p.is_stub() || self.is_proven(&p.fingerprint));
        proven
    }

    /// With those in `opened` proven; `None` when they were before.
    pub(super) fn prove(&self, opened: impl Fn(&Fingerprint) -> bool) -> Option<Self> {
        let over = |p: &SecretPacket| p.is_stub() && opened(&p.fingerprint);
        self.iter().any(over).then(|| {
            let mut proven = self.clone();
            proven.retain(&|p| !over(p));
            proven
        })
    }
}
