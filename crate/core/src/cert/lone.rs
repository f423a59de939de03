//! Revocation certificates: in version 4 a signature that stands alone, without the key that it withdraws.

use pgp::packet::{Signature, SignatureType};

use super::packets::{RawPacket, tag};
use super::work::{self, Work};
use super::{CertError, Issuer, Primary, read_signature};
use crate::policy::ComponentKey;

/// A signature that withdraws a key, and is not behind one (RFC 9580, 5.2.1.11).
pub(super) struct Lone<'a> {
    body: &'a [u8],
    signature: Signature,
    issuer: Issuer,
    /// The key that it withdraws was found.
    placed: bool,
}

impl<'a> Lone<'a> {
    /// `None` for all other packets.
    pub(super) fn read(packet: &RawPacket<'a>) -> Option<Self> {
        let signature = (packet.tag == tag::SIGNATURE)
            .then(|| read_signature(packet.body))
            .flatten()
            .filter(|s| s.typ() == Some(SignatureType::KeyRevocation))?;
        Some(Self {
            body: packet.body,
            issuer: Issuer::of(&signature)?,
            signature,
            placed: false,
        })
    }

    /// Who says to have made it.
    pub(super) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    pub(super) fn is_placed(&self) -> bool {
        self.placed
    }

    /// Itself as a packet, when it withdraws this key. The error is a limit.
    pub(super) fn place(
        &mut self,
        primary: &Primary,
        work: &mut Work,
    ) -> Result<Option<RawPacket<'a>>, CertError> {
        if !self.issuer.matches(&primary.key) {
            return Ok(None);
        }
        let octets = primary.body.len() + self.body.len();
        work.spend(work::verifying(&primary.key, octets))?;
        let genuine = self
            .signature
            .verify_key(&ComponentKey::Primary(&primary.key))
            .is_ok();
        self.placed |= genuine;
        Ok(genuine.then_some(RawPacket {
            tag: tag::SIGNATURE,
            body: self.body,
        }))
    }
}
