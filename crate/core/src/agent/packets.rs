//! Secret key packets as they are stored: the secret halves of a certificate, mostly still encrypted.

use pgp::packet::{PacketHeader, PublicKey};
use pgp::ser::Serialize;
use pgp::types::{KeyDetails, PublicParams, Tag};
use zeroize::Zeroizing;

use super::AgentError;
use super::component::SecretComponent;
use super::protect::{self, Kind};
use crate::cert::packets::{self, RawPacket, tag};
use crate::cert::{CertError, Certificate};
use crate::limits::{self, Capacity};
use crate::wire::Fingerprint;

/// One secret key packet (RFC 9580, 5.5.3).
#[derive(Clone)]
pub(crate) struct SecretPacket {
    pub(crate) tag: u8,
    pub(crate) body: Zeroizing<Vec<u8>>,
    pub(crate) fingerprint: Fingerprint,
    /// Length of the public part at the start of the body.
    pub(crate) public: usize,
}

impl SecretPacket {
    /// The S2K usage octet (RFC 9580, 3.7.2.1): 0 means in clear.
    pub(crate) fn usage(&self) -> Option<u8> {
        self.body.get(self.public).copied()
    }

    /// What the protection is, and whether this machine can open it. The usage octet is looked at here, because the engine
    /// reads 255 as if it were 254.
    ///
    /// # Errors
    /// Why it is refused, before any time is spent on it.
    pub(super) fn kind(&self, capacity: Capacity) -> Result<Kind, AgentError> {
        let kind = || protect::judge(SecretComponent::parse(self)?.params(), capacity);
        match self.usage() {
            _ if self.is_placeholder() => Ok(Kind::Stub),
            Some(0) => Ok(Kind::Plain),
            Some(253 | 254) => kind(),
            Some(255) if kind() == Ok(Kind::Stub) => Ok(Kind::Stub),
            Some(_) => Err(AgentError::WeakProtection),
            None => Err(AgentError::Malformed),
        }
    }

    /// Whether there is no secret part: it is on a card or on another machine.
    pub(super) fn is_stub(&self) -> bool {
        self.kind(Capacity::BROWSER) == Ok(Kind::Stub)
    }
}

/// The secret key packets that belong to one certificate.
#[derive(Clone, Default)]
pub struct SecretPackets(Vec<SecretPacket>);

impl SecretPackets {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether any of them stands in clear.
    pub fn has_unprotected(&self) -> bool {
        self.0.iter().any(|p| p.usage() == Some(0))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &SecretPacket> {
        self.0.iter()
    }

    /// Takes a secret packet in; returns the type of its public counterpart and how many bytes of the body that is.
    pub(crate) fn push(&mut self, packet: &RawPacket<'_>) -> Result<(u8, usize), CertError> {
        let body = packet.body;
        if body.len() > limits::MAX_KEY_PACKET {
            return Err(CertError::Limit(limits::MAX_KEY_PACKET as u32));
        }
        let version = body.first().copied().unwrap_or_default();
        if !matches!(version, 4 | 6) {
            return Err(CertError::version(version));
        }
        let header = PacketHeader::new_fixed(Tag::PublicKey, body.len() as u32);
        let key = PublicKey::try_from_reader(header, body).map_err(|_| CertError::Malformed)?;
        // Where the public part of an unknown algorithm ends cannot be told in version 4.
        if matches!(key.public_params(), PublicParams::Unknown { .. }) {
            return Err(CertError::Unsupported);
        }
        let public = key.to_bytes().map_err(|_| CertError::Malformed)?;
        if !body.starts_with(&public) || body.len() == public.len() {
            return Err(CertError::Malformed);
        }
        self.0.push(SecretPacket {
            tag: packet.tag,
            body: Zeroizing::new(body.to_vec()),
            fingerprint: Fingerprint::from_bytes(key.fingerprint().as_bytes()),
            public: public.len(),
        });
        let public_tag = match packet.tag {
            tag::SECRET_KEY => tag::PUBLIC_KEY,
            _ => tag::PUBLIC_SUBKEY,
        };
        Ok((public_tag, public.len()))
    }

    /// Adds those packets of `other` whose key is not there yet. One more than can be opened is enough to be refused.
    pub fn add_missing(&mut self, other: Self) {
        for packet in other.0 {
            if self.0.len() > limits::MAX_SECRET_COMPONENTS {
                return;
            }
            if !self.0.iter().any(|p| p.fingerprint == packet.fingerprint) {
                self.0.push(packet);
            }
        }
    }

    /// Whether anything here could ever be opened in a browser.
    ///
    /// # Errors
    /// [`AgentError::NoSecret`] when there are only stubs; else why the first of the others is refused.
    pub(crate) fn check(&self) -> Result<(), AgentError> {
        let capacity = Capacity::BROWSER;
        self.check_cost(capacity)?;
        let mut error = AgentError::NoSecret;
        for packet in &self.0 {
            match packet.kind(capacity) {
                Ok(Kind::Stub) => {}
                Ok(_) => return Ok(()),
                Err(why) => error = why,
            }
        }
        Err(error)
    }

    /// Whether opening all of them together costs too much.
    ///
    /// # Errors
    /// [`AgentError::Limit`]
    pub(crate) fn check_cost(&self, capacity: Capacity) -> Result<(), AgentError> {
        self.check_kinds(capacity, &|packet| packet.kind(capacity))
    }

    /// Whether a browser could still open all of them together once those of which `chosen` is true are protected like
    /// this. To be asked before they are: a key must never be locked for good.
    ///
    /// # Errors
    /// [`AgentError::Limit`]
    pub(super) fn check_protecting(
        &self,
        protected: Kind,
        chosen: &dyn Fn(&SecretPacket) -> bool,
    ) -> Result<(), AgentError> {
        let capacity = Capacity::BROWSER;
        self.check_kinds(capacity, &|packet| match chosen(packet) {
            true => Ok(protected),
            false => packet.kind(capacity),
        })
    }

    // Once for all who ask: copies of it would make the module larger. So with `retain`.
    fn check_kinds(
        &self,
        capacity: Capacity,
        kind: &dyn Fn(&SecretPacket) -> Result<Kind, AgentError>,
    ) -> Result<(), AgentError> {
        let count = self.0.iter().filter(|p| !p.is_placeholder()).count();
        if count.max(self.0.len() / 2) > limits::MAX_SECRET_COMPONENTS {
            return Err(AgentError::Limit(limits::MAX_SECRET_COMPONENTS as u32));
        }
        let (mut argon2, mut hashed) = (0, 0);
        for packet in &self.0 {
            match kind(packet) {
                Ok(Kind::Argon2(cost)) => argon2 += cost,
                Ok(Kind::Older(octets)) => hashed += octets,
                _ => {}
            }
        }
        for (cost, limit) in [
            (argon2, capacity.argon2_keys),
            (hashed, limits::MAX_HASHED_TOTAL),
        ] {
            if cost > limit {
                return Err(AgentError::Limit(limit as u32));
            }
        }
        Ok(())
    }

    /// Drops those that `keep` does not take.
    pub(super) fn retain(&mut self, keep: &dyn Fn(&SecretPacket) -> bool) {
        self.0.retain(|packet| keep(packet));
    }

    pub(super) fn push_packet(&mut self, packet: SecretPacket) {
        self.0.push(packet);
    }

    /// Drops those of other keys than these; returns whether there were any. Where there were more than can be opened, some may
    /// not even be here: all stay, to be refused together.
    pub(crate) fn keep_only(&mut self, keys: &[Fingerprint]) -> bool {
        let before = self.0.len();
        if before > limits::MAX_SECRET_COMPONENTS {
            return false;
        }
        self.retain(&|packet| keys.contains(&packet.fingerprint));
        self.0.len() < before
    }

    /// Puts `packet` in the place of the one with the same key, or at the end.
    pub(crate) fn replace(&mut self, packet: SecretPacket) {
        match self
            .0
            .iter_mut()
            .find(|p| p.fingerprint == packet.fingerprint)
        {
            Some(place) => *place = packet,
            None => self.0.push(packet),
        }
    }

    /// The packets one after the other, as they are stored.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let size = self.0.iter().map(|p| p.body.len() + 8).sum();
        // Growing would leave copies behind.
        let mut out = Zeroizing::new(Vec::with_capacity(size));
        for packet in &self.0 {
            packets::write(&mut out, packet.tag, &packet.body);
        }
        out
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub(crate) fn from_bytes(data: &[u8]) -> Result<Self, CertError> {
        let (split, error) = packets::split(data);
        if let Some(error) = error {
            return Err(error);
        }
        let mut out = Self::default();
        for packet in &split {
            if !matches!(packet.tag, tag::SECRET_KEY | tag::SECRET_SUBKEY) {
                return Err(CertError::Malformed);
            }
            out.push(packet)?;
        }
        Ok(out)
    }

    /// The transferable secret key (RFC 9580, 10.2): the certificate with these packets in the place of their public
    /// counterparts.
    pub fn join(&self, certificate: &Certificate) -> Zeroizing<Vec<u8>> {
        let public = certificate.to_bytes();
        let size = public.len() + self.0.iter().map(|p| p.body.len() + 8).sum::<usize>();
        let mut out = Zeroizing::new(Vec::with_capacity(size));
        for packet in packets::split(&public).0 {
            let secret = matches!(packet.tag, tag::PUBLIC_KEY | tag::PUBLIC_SUBKEY)
                .then(|| {
                    self.0
                        .iter()
                        .find(|s| s.body.get(..s.public) == Some(packet.body))
                })
                .flatten();
            match secret {
                Some(secret) => packets::write(&mut out, secret.tag, &secret.body),
                None => packets::write(&mut out, packet.tag, packet.body),
            }
        }
        out
    }
}
