//! Withdrawing a whole key.

use pgp::packet::{RevocationCode, SignatureType, Subpacket, SubpacketData};
use pgp::ser::Serialize;
use rand::{CryptoRng, Rng};

use super::Edit;
use crate::agent::AgentError;
use crate::agent::signer::regular;
use crate::armor::{self, Kind};
use crate::cert::Certificate;
use crate::cert::packets::{self, tag};
use crate::limits;

/// Why a key is withdrawn (RFC 9580, 5.2.3.31).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Not said: everything that the key ever did becomes doubtful.
    NotSaid,
    /// Somebody else may have it: everything that the key ever did becomes doubtful.
    Compromised,
    /// Another key takes its place; what it did before stays good.
    Superseded,
    /// It is no longer used; what it did before stays good.
    Retired,
}

impl Why {
    /// Whether it counts for all times, also for those before it.
    pub fn is_hard(self) -> bool {
        matches!(self, Self::NotSaid | Self::Compromised)
    }

    /// The reason with the owner's words for people.
    pub(super) fn subpacket(self, text: &str) -> Result<Subpacket, AgentError> {
        if text.len() > limits::MAX_REVOCATION_TEXT {
            return Err(AgentError::Limit(limits::MAX_REVOCATION_TEXT as u32));
        }
        let code = match self {
            Self::NotSaid => RevocationCode::NoReason,
            Self::Compromised => RevocationCode::KeyCompromised,
            Self::Superseded => RevocationCode::KeySuperseded,
            Self::Retired => RevocationCode::KeyRetired,
        };
        let text = text.as_bytes().to_vec().into();
        regular(SubpacketData::RevocationReason(code, text))
    }
}

impl Edit<'_> {
    /// Withdraws the key.
    ///
    /// # Errors
    /// [`AgentError::Limit`] for a text that is too long.
    pub fn revoke<R: Rng + CryptoRng>(
        &self,
        why: Why,
        text: &str,
        rng: &mut R,
    ) -> Result<Certificate, AgentError> {
        let mut added = self.add();
        packets::write(
            &mut added.0,
            tag::SIGNATURE,
            &self.revocation(why, text, rng)?,
        );
        self.with(added)
    }

    /// The body of the signature packet that withdraws the key, to be kept for the day when the key is lost.
    ///
    /// # Errors
    /// As [`Self::revoke`].
    pub fn revocation<R: Rng + CryptoRng>(
        &self,
        why: Why,
        text: &str,
        rng: &mut R,
    ) -> Result<Vec<u8>, AgentError> {
        let about = vec![why.subpacket(text)?];
        self.on_key(SignatureType::KeyRevocation, about, rng)?
            .to_bytes()
            .map_err(|_| AgentError::Failed)
    }
}

/// A revocation certificate as an armored block: in version 4 the signature alone, which is what other programs make
/// and take; in version 6 the key with it (RFC 9580, 10.1.2).
pub fn revocation_block(certificate: &Certificate, revocation: &[u8]) -> String {
    let mut bytes = Vec::new();
    if certificate.version() == 6 {
        packets::write(&mut bytes, tag::PUBLIC_KEY, &certificate.primary.body);
    }
    packets::write(&mut bytes, tag::SIGNATURE, revocation);
    armor::write(Kind::PublicKey, &bytes, certificate.checksum())
}
