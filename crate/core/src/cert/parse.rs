//! From packets to a canonical certificate.

mod components;
mod sort;

use std::collections::BTreeMap;

use pgp::packet::{
    CERTIFICATION_SIGNATURE_TYPES, PacketHeader, PublicKey, PublicSubkey, SignatureType, UserId,
};
use pgp::ser::Serialize;
use pgp::types::{KeyDetails, KeyVersion, Tag};

use self::components::Components;
use super::packets::{RawPacket, tag};
use super::signature::Sig;
use super::work::{self, Work};
use super::{CertError, Certificate, Opaque, Primary, Subkey, User};
use crate::limits;
use crate::policy::algorithm::mpi_bits;

pub(super) use self::sort::Forged;

/// Reads one certificate of our own from its packets: the primary key first.
pub(super) fn certificate(
    packets: &[RawPacket<'_>],
    forged: Forged,
    work: &mut Work,
) -> Result<Certificate, CertError> {
    let mut packets = packets
        .iter()
        .skip_while(|p| matches!(p.tag, tag::MARKER | tag::PADDING | tag::TRUST));
    let first = packets.next().ok_or(CertError::NotAKey)?;
    if first.tag != tag::PUBLIC_KEY {
        return Err(CertError::NotAKey);
    }
    let key = primary_key(first.body, work)?;
    let mut parts = Parts::new(Primary::new(key, first.body));
    for packet in packets {
        check_kind(packet)?;
        parts.push(packet, work)?;
    }
    parts.finish(forged, work)
}

/// RFC 9580, 4.3: an unknown packet of the types 0 to 39 is critical, and what it is in must be refused as a whole; the others
/// are skipped. Whoever can put one into a copy of a certificate can as well leave a revocation out of it; other copies stay
/// good.
pub(super) fn check_kind(packet: &RawPacket<'_>) -> Result<(), CertError> {
    match packet.tag {
        tag::SIGNATURE
        | tag::USER_ID
        | tag::PUBLIC_SUBKEY
        | tag::USER_ATTRIBUTE
        | tag::MARKER
        | tag::PADDING
        | tag::TRUST
        | 40.. => Ok(()),
        _ => Err(CertError::Malformed),
    }
}

/// Parses a primary key packet.
pub(super) fn primary_key(body: &[u8], work: &mut Work) -> Result<PublicKey, CertError> {
    check_version(body)?;
    work.spend(work::reading(body))?;
    let header = PacketHeader::new_fixed(Tag::PublicKey, body.len() as u32);
    let key = PublicKey::try_from_reader(header, body).map_err(|_| CertError::Malformed)?;
    // Signatures and fingerprints are computed from what the engine writes: it must be what was read.
    if key.to_bytes().ok().as_deref() != Some(body) {
        return Err(CertError::Malformed);
    }
    Ok(key)
}

/// Parses a subkey packet; `None` when the engine cannot.
fn subkey(
    body: &[u8],
    version: KeyVersion,
    work: &mut Work,
) -> Result<Option<PublicSubkey>, CertError> {
    if check_version(body).is_err() {
        return Ok(None);
    }
    work.spend(work::reading(body))?;
    let header = PacketHeader::new_fixed(Tag::PublicSubkey, body.len() as u32);
    let key = PublicSubkey::try_from_reader(header, body).ok();
    // RFC 9580, 10.1: subkeys have the version of their primary key.
    let fits = |key: &PublicSubkey| {
        key.version() == version && key.to_bytes().ok().as_deref() == Some(body)
    };
    Ok(key.filter(fits))
}

/// What can be said of a key packet before it is parsed.
pub(super) fn check_version(body: &[u8]) -> Result<(), CertError> {
    if body.len() > limits::MAX_KEY_PACKET {
        return Err(CertError::Limit(limits::MAX_KEY_PACKET as u32));
    }
    match body.first() {
        Some(4 | 6) => {}
        Some(other) => return Err(CertError::version(*other)),
        None => return Err(CertError::Malformed),
    }
    let parameters = body.get(work::parameters(body)..).unwrap_or_default();
    let modulus = mpi_bits(parameters);
    match body.get(5) {
        // RSA: said here, because the engine takes it for damaged.
        Some(1..=3) if modulus > limits::MAX_RSA_BITS => {
            Err(CertError::Limit(limits::MAX_RSA_BITS as u32))
        }
        // DSA modulo an even number, which is no prime, takes many times as long.
        Some(17)
            if parameters
                .get(1 + modulus.div_ceil(8))
                .is_none_or(|last| last % 2 == 0) =>
        {
            Err(CertError::Malformed)
        }
        _ => Ok(()),
    }
}

/// Where the next signature belongs: the component's number among those of its kind. A component may be large, and a signature
/// tiny: nothing of the one is held, copied or compared for each of the other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Primary,
    User(usize),
    Subkey(usize),
    Opaque(usize),
    /// Behind a packet that is dropped.
    Nowhere,
}

/// Signatures of the owner, as they say, whose place must be looked for; by where they stood, and each once. Copies that
/// differ in their unhashed area only stand beside each other.
type Unsure = BTreeMap<(Place, Vec<u8>, Vec<u8>), Sig>;

/// Components by content, so that duplicates fall together and the order of arrival is forgotten.
pub(super) struct Parts {
    primary: Primary,
    users: Components<User>,
    subkeys: Components<Subkey>,
    /// By their type and their content.
    opaque: Components<Opaque>,
    place: Place,
    unsure: Unsure,
}

impl Parts {
    pub(super) fn new(primary: Primary) -> Self {
        Self {
            primary,
            users: Components::new(),
            subkeys: Components::new(),
            opaque: Components::new(),
            place: Place::Primary,
            unsure: Unsure::new(),
        }
    }

    /// Packets that come next are another copy of the same certificate.
    pub(super) fn at_primary(&mut self) {
        self.place = Place::Primary;
    }

    /// Takes in all of another copy, with what is known of its signatures. The time that reading it took counts: it will be
    /// taken again whenever the result is read.
    pub(super) fn absorb(
        &mut self,
        certificate: Certificate,
        work: &mut Work,
    ) -> Result<(), CertError> {
        self.at_primary();
        self.signatures(certificate.primary.signatures);
        for user in certificate.users {
            self.user(user.id);
            self.signatures(user.signatures);
        }
        for subkey in certificate.subkeys {
            work.spend(work::reading(&subkey.body))?;
            self.subkey(subkey.key, &subkey.body);
            self.signatures(subkey.signatures);
        }
        for other in certificate.opaque {
            work.spend(other.reading())?;
            self.carry(other.tag, &other.body);
            self.signatures(other.signatures);
        }
        Ok(())
    }

    /// Takes in one packet, of a kind that [`check_kind`] allows.
    pub(super) fn push(
        &mut self,
        packet: &RawPacket<'_>,
        work: &mut Work,
    ) -> Result<(), CertError> {
        let RawPacket { tag, body } = *packet;
        match tag {
            tag::SIGNATURE => self.signature(Sig::new(body, &self.primary)),
            // Nobody's name is that long; what follows has no place either.
            tag::USER_ID if body.len() > limits::MAX_USER_ID => self.place = Place::Nowhere,
            tag::USER_ID => {
                let header = PacketHeader::new_fixed(Tag::UserId, body.len() as u32);
                self.user(UserId::try_from_reader(header, body).map_err(|_| CertError::Malformed)?);
            }
            tag::PUBLIC_SUBKEY => match subkey(body, self.primary.key.version(), work)? {
                Some(key) => self.subkey(key, body),
                None => self.carry(tag, body),
            },
            tag::USER_ATTRIBUTE => self.carry(tag, body),
            tag::MARKER | tag::PADDING | tag::TRUST => {}
            _ => self.place = Place::Nowhere,
        }
        Ok(())
    }

    fn user(&mut self, id: UserId) {
        let signatures = Vec::new();
        let body = id.id().to_vec();
        self.place = Place::User(self.users.number(body, || User { id, signatures }));
    }

    fn subkey(&mut self, key: PublicSubkey, body: &[u8]) {
        let new = || Subkey {
            key,
            body: body.to_vec(),
            signatures: Vec::new(),
        };
        self.place = Place::Subkey(self.subkeys.number(body.to_vec(), new));
    }

    fn signatures(&mut self, all: Vec<Sig>) {
        for sig in all {
            self.signature(sig);
        }
    }

    fn carry(&mut self, tag: u8, body: &[u8]) {
        let new = || Opaque {
            tag,
            body: body.to_vec(),
            signatures: Vec::new(),
        };
        self.place = Place::Opaque(self.opaque.number([&[tag], body].concat(), new));
    }

    /// Puts a signature where its type belongs: an attacker, or a careless program, may have put a revocation where
    /// it would be overlooked.
    fn signature(&mut self, sig: Sig) {
        let unsure = match (sig.typ(), self.place) {
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
            let body = sig.body().to_vec();
            let essence = sig.essence().unwrap_or_else(|| body.clone());
            let key = (self.place, essence, body);
            match self.unsure.get_mut(&key) {
                Some(copy) => copy.learn(&sig),
                None => {
                    self.unsure.insert(key, sig);
                }
            }
        } else {
            self.put(self.place, sig);
        }
    }

    fn put(&mut self, place: Place, sig: Sig) {
        let list = match place {
            Place::Primary => Some(&mut self.primary.signatures),
            Place::User(at) => self.users.get_mut(at).map(|u| &mut u.signatures),
            Place::Subkey(at) => self.subkeys.get_mut(at).map(|s| &mut s.signatures),
            Place::Opaque(at) => self.opaque.get_mut(at).map(|o| &mut o.signatures),
            Place::Nowhere => None,
        };
        if let Some(list) = list {
            list.push(sig);
        }
    }
}
