//! Encrypted messages: their session key packets (RFC 9580, 5.1 and 5.3) and what becomes of a session key.

use zeroize::Zeroizing;

use super::container::Container;
use super::packet::{Packet, tag};
use super::structure::parse_decrypted;
use super::{Document, MessageError, limits};

/// The session key packets in front of an encrypted packet.
#[derive(Default)]
pub(super) struct SessionKeys {
    /// Version, recipient's key ID and the whole packet.
    public: Vec<(u8, String, Vec<u8>)>,
    /// How many were seen, those of unknown versions included.
    seen: usize,
    passwords: usize,
}

impl SessionKeys {
    pub fn is_empty(&self) -> bool {
        self.seen == 0 && self.passwords == 0
    }

    pub fn add(&mut self, packet: &Packet<'_>) -> Result<(), MessageError> {
        if packet.raw.len() > limits::MAX_ESK_BYTES {
            return Err(MessageError::Limit(limits::MAX_ESK_BYTES));
        }
        if packet.tag == tag::SKESK {
            self.passwords += 1;
            return match self.passwords > limits::MAX_SKESKS {
                true => Err(MessageError::Limit(limits::MAX_SKESKS)),
                false => Ok(()),
            };
        }
        self.seen += 1;
        if self.seen > limits::MAX_PKESKS {
            return Err(MessageError::Limit(limits::MAX_PKESKS));
        }
        // One that cannot be understood is for somebody else.
        if let Some((version, key_id)) = recipient(&packet.body) {
            self.public.push((version, key_id, packet.raw.to_vec()));
        }
        Ok(())
    }
}

/// Version and recipient's key ID of a PKESK; `None` for unknown versions.
fn recipient(body: &[u8]) -> Option<(u8, String)> {
    let id = match *body.first()? {
        3 => body.get(1..9)?,
        6 => match *body.get(1)? {
            0 => &[0; 8],
            length => {
                let named = body.get(2..)?.get(..usize::from(length))?;
                match named.split_first()? {
                    (6, fingerprint) => fingerprint.get(..8)?,
                    (4, fingerprint) => fingerprint.get(12..20)?,
                    _ => return None,
                }
            }
        },
        _ => return None,
    };
    let id = id.iter().map(|byte| format!("{byte:02x}")).collect();
    Some((*body.first()?, id))
}

/// An encrypted message that waits for its session key.
pub struct Encrypted {
    container: Container,
    pkesks: Vec<Vec<u8>>,
    key_ids: Vec<String>,
    password: bool,
    budget: usize,
}

impl Encrypted {
    pub(super) fn new(
        container: Container,
        keys: SessionKeys,
        budget: usize,
    ) -> Result<Self, MessageError> {
        // RFC 9580, 10.3.2.1: the versions must fit, otherwise an attacker could take the session key of a message
        // with AEAD for a container without.
        let (pkesks, key_ids) = keys
            .public
            .into_iter()
            .filter(|(version, ..)| *version == container.session_key_version())
            .map(|(_, id, raw)| (raw, id))
            .unzip();
        Ok(Self {
            container,
            pkesks,
            key_ids,
            password: keys.passwords > 0,
            budget,
        })
    }

    /// The PKESK packets whose version fits, each whole, in their order.
    pub fn pkesks(&self) -> &[Vec<u8>] {
        &self.pkesks
    }

    /// Key IDs of the recipients, in the same order; zeros when hidden.
    pub fn key_ids(&self) -> &[String] {
        &self.key_ids
    }

    /// There is a packet for a password.
    pub fn password(&self) -> bool {
        self.password
    }

    /// Decrypts, checks the integrity of the whole, and reads it to its end.
    ///
    /// `algorithm` is the cipher that a version 3 PKESK named (RFC 9580, 9.3), `None` for version 6.
    ///
    /// # Errors
    /// See [`MessageError`]. Nothing of the content is released with an error.
    pub fn decrypt(&self, algorithm: Option<u8>, key: &[u8]) -> Result<Document, MessageError> {
        let plain = Zeroizing::new(self.container.decrypt(algorithm, key)?);
        let protection = self.container.protection(algorithm);
        parse_decrypted(&plain, self.budget, protection)
    }
}
