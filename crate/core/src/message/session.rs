//! Encrypted messages: their session key packets (RFC 9580, 5.1 and 5.3) and what becomes of a session key.

use pgp::crypto::sym::SymmetricKeyAlgorithm;
use zeroize::Zeroizing;

use super::bulk::{Machine, Portable, ready};
use super::container::Container;
use super::limits::{self, Capacity};
use super::packet::{Packet, tag};
use super::password::{Budget, PasswordPacket};
use super::structure::parse_decrypted;
use super::{Document, MessageError, OpenedBy};

/// A session key as the packets carry it. Wiped when dropped.
#[derive(Clone)]
pub struct SessionKey {
    /// The cipher (RFC 9580, 9.3), where the packet names it: versions 3 of PKESK and 4 of SKESK. `None` where the
    /// encrypted packet names it itself (SEIPD version 2).
    pub algorithm: Option<u8>,
    /// The key itself.
    pub key: Zeroizing<Vec<u8>>,
}

/// The session key packets in front of an encrypted packet.
#[derive(Default)]
pub(super) struct SessionKeys {
    /// Version, recipient's key ID and the whole packet.
    public: Vec<(u8, String, Vec<u8>)>,
    /// How many were seen, those of unknown versions included.
    seen: usize,
    passwords: Vec<PasswordPacket>,
    /// How many packets for passwords were seen, those of unknown versions included.
    passwords_seen: usize,
}

impl SessionKeys {
    pub fn is_empty(&self) -> bool {
        self.seen == 0 && self.passwords_seen == 0
    }

    pub fn add(&mut self, packet: &Packet<'_>) -> Result<(), MessageError> {
        if packet.raw.len() > limits::MAX_ESK_BYTES {
            return Err(MessageError::Limit(limits::MAX_ESK_BYTES));
        }
        if packet.tag == tag::SKESK {
            self.passwords_seen += 1;
            if self.passwords_seen > limits::MAX_SKESKS {
                return Err(MessageError::Limit(limits::MAX_SKESKS));
            }
            self.passwords.extend(PasswordPacket::parse(packet.body));
            return Ok(());
        }
        self.seen += 1;
        if self.seen > limits::MAX_PKESKS {
            return Err(MessageError::Limit(limits::MAX_PKESKS));
        }
        // One that cannot be understood is for somebody else.
        if let Some((version, key_id)) = recipient(packet.body) {
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
    passwords: Vec<PasswordPacket>,
    /// There is a packet for a password, though it may be of an unknown kind.
    password: bool,
    budget: usize,
    capacity: Capacity,
}

impl Encrypted {
    pub(super) fn new(
        container: Container,
        keys: SessionKeys,
        budget: usize,
        capacity: Capacity,
    ) -> Self {
        // RFC 9580, 10.3.2.1: the versions must fit, otherwise an attacker could take the session key of a message
        // with AEAD for a container without.
        let (pkesks, key_ids) = keys
            .public
            .into_iter()
            .filter(|(version, ..)| *version == container.session_key_version())
            .map(|(_, id, raw)| (raw, id))
            .unzip();
        let mut passwords = keys.passwords;
        passwords.retain(|packet| container.takes_skesk(packet.version()));
        Self {
            container,
            pkesks,
            key_ids,
            passwords,
            password: keys.passwords_seen > 0,
            budget,
            capacity,
        }
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

    /// Decrypts, checks the integrity of the whole, and reads it to its end. The content takes the memory of what was encrypted:
    /// it can be had once. After an error another key may be tried.
    ///
    /// `key.algorithm` must be there exactly when the PKESK or SKESK carried it.
    ///
    /// # Errors
    /// See [`MessageError`]. Nothing of the content is released with an error.
    pub fn decrypt(&mut self, key: &SessionKey, by: OpenedBy) -> Result<Document, MessageError> {
        ready(self.decrypt_on(&Portable, key, by)).unwrap_or(Err(MessageError::Unsupported))
    }

    /// The same with the help of a machine.
    ///
    /// # Errors
    /// As for [`Encrypted::decrypt`].
    pub async fn decrypt_on(
        &mut self,
        machine: &impl Machine,
        key: &SessionKey,
        by: OpenedBy,
    ) -> Result<Document, MessageError> {
        let content = self.container.decrypt(machine, key.algorithm, &key.key);
        let mut plain = content.await?;
        let protection = self.container.protection(key.algorithm);
        parse_decrypted(std::mem::take(&mut *plain), self.budget, (protection, by))
    }

    /// The same with a session key from elsewhere, whose cipher is always told.
    ///
    /// # Errors
    /// See [`MessageError`]; [`MessageError::WrongSessionKey`] when the packet names another cipher.
    pub fn decrypt_given(&mut self, algorithm: u8, key: &[u8]) -> Result<Document, MessageError> {
        let told = SymmetricKeyAlgorithm::from(algorithm);
        if self.container.cipher().is_some_and(|cipher| cipher != told) {
            return Err(MessageError::WrongSessionKey);
        }
        let key = SessionKey {
            algorithm: (!self.container.is_aead()).then_some(algorithm),
            key: Zeroizing::new(key.to_vec()),
        };
        self.decrypt(&key, OpenedBy::SessionKey)
    }

    /// Tries each password with each packet that is for one.
    ///
    /// # Errors
    /// [`MessageError::WrongPassword`] when none fits (with version 4 packets a changed message looks the same);
    /// [`MessageError::Limit`] when trying costs too much; others as for [`Encrypted::decrypt`].
    pub fn decrypt_with_passwords(
        &mut self,
        passwords: &[&[u8]],
    ) -> Result<(Document, SessionKey), MessageError> {
        ready(self.decrypt_with_passwords_on(&Portable, passwords))
            .unwrap_or(Err(MessageError::Unsupported))
    }

    /// The same with the help of a machine.
    ///
    /// # Errors
    /// As for [`Encrypted::decrypt_with_passwords`].
    pub async fn decrypt_with_passwords_on(
        &mut self,
        machine: &impl Machine,
        passwords: &[&[u8]],
    ) -> Result<(Document, SessionKey), MessageError> {
        if passwords.len() > limits::MAX_PASSWORDS {
            return Err(MessageError::Limit(limits::MAX_PASSWORDS));
        }
        if passwords
            .iter()
            .any(|p| p.len() > limits::MAX_PASSWORD_BYTES)
        {
            return Err(MessageError::Limit(limits::MAX_PASSWORD_BYTES));
        }
        // Taken out: what they open is in here too.
        let packets = std::mem::take(&mut self.passwords);
        let opened = self.try_each(machine, &packets, passwords).await;
        self.passwords = packets;
        opened
    }

    async fn try_each(
        &mut self,
        machine: &impl Machine,
        packets: &[PasswordPacket],
        passwords: &[&[u8]],
    ) -> Result<(Document, SessionKey), MessageError> {
        let mut budget = Budget::new(self.capacity);
        let mut worst = match packets.is_empty() {
            true => MessageError::Unsupported,
            false => MessageError::WrongPassword,
        };
        for packet in packets {
            for password in passwords {
                let named = self.container.cipher();
                let key = match packet.open(machine, password, named, &mut budget).await {
                    Ok(Some(key)) => key,
                    Ok(None) => continue,
                    // This packet cannot be tried; another may fit.
                    Err(error) => {
                        worst = error;
                        break;
                    }
                };
                match self.decrypt_on(machine, &key, OpenedBy::Password).await {
                    Ok(document) => return Ok((document, key)),
                    Err(MessageError::Tampered | MessageError::WrongSessionKey)
                        if !packet.is_authenticated() => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Err(worst)
    }

    /// The cipher of the message: as the session key tells it, or the packet itself.
    pub fn algorithm(&self, key: &SessionKey) -> Option<u8> {
        key.algorithm.or(self.container.cipher().map(u8::from))
    }
}
