//! From packets to a canonical certificate.

mod sort;

use std::collections::BTreeMap;

use pgp::packet::{
    CERTIFICATION_SIGNATURE_TYPES, PacketHeader, PublicKey, PublicSubkey, SignatureType, UserId,
};
use pgp::ser::Serialize;
use pgp::types::{KeyDetails, KeyVersion, Tag};

use super::packets::{RawPacket, tag};
use super::signature::Sig;
use super::{CertError, Certificate, Opaque, Primary, Subkey, User};
use crate::limits;
use crate::policy::algorithm::mpi_bits;

/// Reads one certificate from its packets: the primary key first.
pub(super) fn certificate(packets: &[RawPacket<'_>]) -> Result<Certificate, CertError> {
    let mut packets = packets
        .iter()
        .skip_while(|p| matches!(p.tag, tag::MARKER | tag::PADDING | tag::TRUST));
    let first = packets.next().ok_or(CertError::NotAKey)?;
    if first.tag != tag::PUBLIC_KEY {
        return Err(CertError::NotAKey);
    }
    let primary = Primary::new(primary_key(first.body)?, first.body);
    let mut parts = Parts::new(primary);
    for packet in packets {
        parts.push(packet)?;
    }
    parts.finish()
}

/// Parses a primary key packet.
pub(super) fn primary_key(body: &[u8]) -> Result<PublicKey, CertError> {
    check_version(body)?;
    let header = PacketHeader::new_fixed(Tag::PublicKey, body.len() as u32);
    let key = PublicKey::try_from_reader(header, body).map_err(|_| CertError::Malformed)?;
    // Signatures and fingerprints are computed from what the engine writes: it must be what was read.
    if key.to_bytes().ok().as_deref() != Some(body) {
        return Err(CertError::Malformed);
    }
    Ok(key)
}

/// Parses a subkey packet; `None` when the engine cannot.
fn subkey(body: &[u8], version: KeyVersion) -> Option<PublicSubkey> {
    check_version(body).ok()?;
    let header = PacketHeader::new_fixed(Tag::PublicSubkey, body.len() as u32);
    let key = PublicSubkey::try_from_reader(header, body).ok()?;
    // RFC 9580, 10.1: subkeys have the version of their primary key.
    (key.version() == version && key.to_bytes().ok().as_deref() == Some(body)).then_some(key)
}

fn check_version(body: &[u8]) -> Result<(), CertError> {
    if body.len() > limits::MAX_KEY_PACKET {
        return Err(CertError::Limit(limits::MAX_KEY_PACKET as u32));
    }
    let parameters = match body.first() {
        Some(4) => 6,
        Some(6) => 10,
        Some(other) => return Err(CertError::version(*other)),
        None => return Err(CertError::Malformed),
    };
    // RSA: said here, because the engine takes it for damaged.
    let modulus = mpi_bits(body.get(parameters..).unwrap_or_default());
    if matches!(body.get(5), Some(1..=3)) && modulus > limits::MAX_RSA_BITS {
        return Err(CertError::Limit(limits::MAX_RSA_BITS as u32));
    }
    Ok(())
}

/// Where the next signature belongs.
#[derive(Clone)]
enum Place {
    Primary,
    User(Vec<u8>),
    Subkey(Vec<u8>),
    Opaque(u8, Vec<u8>),
    /// Behind a packet that is dropped.
    Nowhere,
}

/// Signatures of the owner, as they say, whose place must be looked for.
type Unsure = Vec<(Place, Sig)>;

/// Components by content, so that duplicates fall together and the order of arrival is forgotten.
pub(super) struct Parts {
    primary: Primary,
    users: BTreeMap<Vec<u8>, User>,
    subkeys: BTreeMap<Vec<u8>, Subkey>,
    opaque: BTreeMap<(u8, Vec<u8>), Opaque>,
    place: Place,
    unsure: Unsure,
}

impl Parts {
    pub(super) fn new(primary: Primary) -> Self {
        Self {
            primary,
            users: BTreeMap::new(),
            subkeys: BTreeMap::new(),
            opaque: BTreeMap::new(),
            place: Place::Primary,
            unsure: Vec::new(),
        }
    }

    /// Signatures that come next belong to the primary key.
    pub(super) fn at_primary(&mut self) {
        self.place = Place::Primary;
    }

    pub(super) fn push(&mut self, packet: &RawPacket<'_>) -> Result<(), CertError> {
        let RawPacket { tag, body } = *packet;
        match tag {
            tag::SIGNATURE => self.signature(Sig::new(body, &self.primary)),
            // Nobody's name is that long; what follows has no place either.
            tag::USER_ID if body.len() > limits::MAX_USER_ID => self.place = Place::Nowhere,
            tag::USER_ID => {
                let header = PacketHeader::new_fixed(Tag::UserId, body.len() as u32);
                let id = UserId::try_from_reader(header, body).map_err(|_| CertError::Malformed)?;
                self.users.entry(body.to_vec()).or_insert_with(|| User {
                    id,
                    signatures: Vec::new(),
                });
                self.place = Place::User(body.to_vec());
            }
            tag::PUBLIC_SUBKEY => match subkey(body, self.primary.key.version()) {
                Some(key) => {
                    self.subkeys.entry(body.to_vec()).or_insert_with(|| Subkey {
                        key,
                        body: body.to_vec(),
                        signatures: Vec::new(),
                    });
                    self.place = Place::Subkey(body.to_vec());
                }
                None => self.carry(tag, body),
            },
            tag::USER_ATTRIBUTE => self.carry(tag, body),
            tag::MARKER | tag::PADDING | tag::TRUST => {}
            // RFC 9580, 4.3: unknown packets of types 0 to 39 are critical, the others are skipped.
            0..=39 => return Err(CertError::Malformed),
            _ => self.place = Place::Nowhere,
        }
        Ok(())
    }

    fn carry(&mut self, tag: u8, body: &[u8]) {
        let key = (tag, body.to_vec());
        self.opaque.entry(key).or_insert_with(|| Opaque {
            tag,
            body: body.to_vec(),
            signatures: Vec::new(),
        });
        self.place = Place::Opaque(tag, body.to_vec());
    }

    /// Puts a signature where its type belongs: an attacker, or a careless program, may have put a revocation where
    /// it would be overlooked.
    fn signature(&mut self, sig: Sig) {
        let unsure = match (sig.typ(), &self.place) {
            (Some(SignatureType::Key | SignatureType::KeyRevocation), _) => {
                self.primary.signatures.push(sig);
                return;
            }
            // They fit in several places: which is right shows only when all components are there.
            (Some(SignatureType::SubkeyRevocation | SignatureType::CertRevocation), _) => true,
            (Some(SignatureType::SubkeyBinding), place) => {
                matches!(place, Place::Primary | Place::User(_))
            }
            (Some(typ), place) if CERTIFICATION_SIGNATURE_TYPES.contains(&typ) => {
                matches!(place, Place::Primary | Place::Subkey(_))
            }
            _ => false,
        };
        if unsure && sig.is_claimed() {
            self.unsure.push((self.place.clone(), sig));
        } else {
            let place = self.place.clone();
            self.put(&place, sig);
        }
    }

    fn put(&mut self, place: &Place, sig: Sig) {
        let list = match place {
            Place::Primary => Some(&mut self.primary.signatures),
            Place::User(key) => self.users.get_mut(key).map(|u| &mut u.signatures),
            Place::Subkey(key) => self.subkeys.get_mut(key).map(|s| &mut s.signatures),
            Place::Opaque(tag, key) => self
                .opaque
                .get_mut(&(*tag, key.clone()))
                .map(|o| &mut o.signatures),
            Place::Nowhere => None,
        };
        if let Some(list) = list {
            list.push(sig);
        }
    }
}
