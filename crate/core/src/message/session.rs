//! Encrypted messages: their session key packets (RFC 9580, 5.1 and 5.3) and what becomes of a session key.

use pgp::crypto::sym::SymmetricKeyAlgorithm;
use zeroize::Zeroizing;

use super::bulk::{Machine, Portable, ready};
use super::container::Container;
use super::limits::{self, Capacity};
use super::packet::{Packet, tag};
use super::password::{self, Budget, PasswordPacket};
use super::structure::parse_decrypted;
use super::told::octets;
use super::{Document, MessageError, OpenedBy};
use crate::wire::Fingerprint;
use crate::wire::packet::{PacketInfo, PacketLevel};

/// A session key as the packets carry it. Wiped when dropped.
#[derive(Clone)]
pub struct SessionKey {
    /// The cipher (RFC 9580, 9.3), where the packet names it: versions 3 of PKESK and 4 of SKESK. `None` where the
    /// encrypted packet names it itself (SEIPD version 2).
    pub algorithm: Option<u8>,
    /// The key itself.
    pub key: Zeroizing<Vec<u8>>,
}

/// One for a public key.
struct Public {
    version: u8,
    /// The recipient's; zeros when it is hidden.
    key_id: String,
    /// The whole packet.
    raw: Vec<u8>,
    /// Where it stands in what is told.
    place: usize,
}

/// The session key packets in front of an encrypted packet.
#[derive(Default)]
pub(super) struct SessionKeys {
    public: Vec<Public>,
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

    /// How many public keys and how many passwords the message is for.
    pub fn seen(&self) -> (u32, u32) {
        (octets(self.seen), octets(self.passwords_seen))
    }

    /// Keeps it, and tells what it is, which will stand at this place.
    pub fn add(&mut self, packet: &Packet<'_>, place: usize) -> Result<PacketInfo, MessageError> {
        if packet.raw.len() > limits::MAX_ESK_BYTES {
            return Err(MessageError::Limit(limits::MAX_ESK_BYTES));
        }
        if packet.tag == tag::SKESK {
            self.passwords_seen += 1;
            if self.passwords_seen > limits::MAX_SKESKS {
                return Err(MessageError::Limit(limits::MAX_SKESKS));
            }
            let parsed = PasswordPacket::parse(packet.body);
            let told = password::told(parsed.as_ref(), packet.body);
            self.passwords.extend(parsed);
            return Ok(told);
        }
        self.seen += 1;
        if self.seen > limits::MAX_PKESKS {
            return Err(MessageError::Limit(limits::MAX_PKESKS));
        }
        // One that cannot be understood is for somebody else.
        let mut told = PacketInfo::SessionKey {
            version: packet.body.first().copied().unwrap_or_default(),
            algorithm: 0,
            key: String::new(),
            opened: None,
        };
        if let Some(Recipient {
            version,
            key_id,
            named,
            algorithm,
        }) = recipient(packet.body)
        {
            told = PacketInfo::SessionKey {
                version,
                algorithm,
                key: named,
                opened: None,
            };
            self.public.push(Public {
                version,
                key_id,
                raw: packet.raw.to_vec(),
                place,
            });
        }
        Ok(told)
    }
}

/// Whom a PKESK is for.
struct Recipient {
    version: u8,
    /// Zeros when it is hidden.
    key_id: String,
    /// Key ID or fingerprint, as it stands there; empty when it is hidden.
    named: String,
    algorithm: u8,
}

/// `None` for unknown versions.
fn recipient(body: &[u8]) -> Option<Recipient> {
    let version = *body.first()?;
    let (id, named, rest): (&[u8], &[u8], _) = match version {
        3 => {
            let id = body.get(1..9)?;
            let named = id.iter().any(|&byte| byte != 0).then_some(id);
            (id, named.unwrap_or_default(), 9)
        }
        6 => match *body.get(1)? {
            0 => (&[0; 8], &[], 2),
            length => {
                let rest = 2 + usize::from(length);
                let named = body.get(2..rest)?;
                match named.split_first()? {
                    (6, fingerprint) => (fingerprint.get(..8)?, fingerprint, rest),
                    (4, fingerprint) => (fingerprint.get(12..20)?, fingerprint, rest),
                    _ => return None,
                }
            }
        },
        _ => return None,
    };
    let hex = |octets| Fingerprint::from_bytes(octets).to_string();
    Some(Recipient {
        version,
        key_id: hex(id),
        named: hex(named),
        algorithm: body.get(rest).copied().unwrap_or_default(),
    })
}

/// An encrypted message that waits for its session key.
pub struct Encrypted {
    container: Container,
    pkesks: Vec<Vec<u8>>,
    key_ids: Vec<String>,
    /// Where these stand in `told`.
    places: Vec<usize>,
    passwords: Vec<PasswordPacket>,
    /// There is a packet for a password, though it may be of an unknown kind.
    password: bool,
    /// What it is made of on the outside.
    told: PacketLevel,
    budget: usize,
    capacity: Capacity,
}

impl Encrypted {
    pub(super) fn new(
        container: Container,
        keys: SessionKeys,
        told: PacketLevel,
        budget: usize,
        capacity: Capacity,
    ) -> Self {
        // RFC 9580, 10.3.2.1: the versions must fit, otherwise an attacker could take the session key of a message
        // with AEAD for a container without.
        let (mut pkesks, mut key_ids, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for public in keys.public {
            if public.version == container.session_key_version() {
                pkesks.push(public.raw);
                key_ids.push(public.key_id);
                places.push(public.place);
            }
        }
        let mut passwords = keys.passwords;
        passwords.retain(|packet| container.takes_skesk(packet.version()));
        Self {
            container,
            pkesks,
            key_ids,
            places,
            passwords,
            password: keys.passwords_seen > 0,
            told,
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
        let told = self.told(key, &by);
        let plain = std::mem::take(&mut *plain);
        parse_decrypted(plain, self.budget, (protection, by), told)
    }

    /// With the cipher, which only the session key may tell, and with what opened it.
    fn told(&self, key: &SessionKey, by: &OpenedBy) -> PacketLevel {
        let mut told = self.told.clone();
        let used = match by {
            OpenedBy::Key(opener) => {
                let place = self.places.get(opener.packet as usize);
                place.map(|place| (*place, &opener.name))
            }
            OpenedBy::Password | OpenedBy::SessionKey => None,
        };
        for (at, packet) in told.packets.iter_mut().enumerate() {
            match packet {
                PacketInfo::Encrypted { cipher, .. } => *cipher = self.algorithm(key),
                PacketInfo::SessionKey { opened, .. } => {
                    let used = used.filter(|(place, _)| *place == at);
                    *opened = used.map(|(_, name)| name.clone());
                }
                _ => {}
            }
        }
        told
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
