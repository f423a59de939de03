//! Session keys out of PKESK packets (RFC 9580, 5.1).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use pgp::composed::PlainSessionKey;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{PacketHeader, PublicKeyEncryptedSessionKey};
use pgp::types::{DecryptionKey, EskType, KeyDetails, Password, PkeskBytes, Tag};
use rand::{CryptoRng, Rng};
use rsa_fixed::Pkcs1v15Encrypt;
use rsa_fixed::traits::PublicKeyParts as _;
use zeroize::Zeroizing;

use super::component::SecretComponent;
use super::unlock::{OpenComponent, Unlocked};
use super::{AgentError, rsa_key};
use crate::cert::{Certificate, packets};
use crate::limits;
use crate::policy::algorithm::{accept, can_encrypt};
use crate::policy::{self, Component};
use crate::wire::{Fingerprint, Opener, Reason};

/// The session key of one message.
pub struct SessionKey {
    /// Symmetric algorithm, when the packet named one (version 3).
    pub algorithm: Option<u8>,
    /// The key itself.
    pub key: Zeroizing<Vec<u8>>,
    /// Whose key opened it.
    pub opened_by: Opener,
}

/// Tries the packets with a named recipient before the anonymous ones, and the keys that others most likely encrypt to before
/// older ones: where there are several, there is no time to try each anonymous packet with each.
///
/// # Errors
/// [`AgentError::NoKey`] when no unlocked key fits; [`AgentError::Undecipherable`] when one fits and it does not work,
/// whatever the cause: what goes wrong inside must not be told to the sender of a made-up packet. [`AgentError::Limit`]
/// for more packets than are tried.
pub fn decipher<'a, R: Rng + CryptoRng>(
    packets: &[impl AsRef<[u8]>],
    unlocked: impl Iterator<Item = &'a Unlocked> + Clone,
    rng: &mut R,
) -> Result<SessionKey, AgentError> {
    decipher_within(packets, unlocked, u32::MAX, rng).0
}

/// The same with `most` operations of private keys at most. Also returns how many there were: the maker of the packets
/// learns something from each, if only its time.
///
/// # Errors
/// As [`decipher`]; [`AgentError::Busy`] when `most` were not enough.
pub fn decipher_within<'a, R: Rng + CryptoRng>(
    packets: &[impl AsRef<[u8]>],
    unlocked: impl Iterator<Item = &'a Unlocked> + Clone,
    most: u32,
    rng: &mut R,
) -> (Result<SessionKey, AgentError>, u32) {
    let mut trials = Trials {
        left: most,
        named: BTreeMap::new(),
        anonymous: 0,
    };
    let result = try_all(packets, unlocked, &mut trials, rng);
    (result, most - trials.left)
}

/// Operations of private keys for one message.
struct Trials {
    left: u32,
    /// For each component key, of packets that name it.
    named: BTreeMap<Fingerprint, usize>,
    anonymous: usize,
}

impl Trials {
    /// Counts one before it is made.
    fn count(&mut self, component: &OpenComponent, anonymous: bool) -> Result<(), AgentError> {
        let (count, most) = match anonymous {
            true => (&mut self.anonymous, limits::MAX_ANONYMOUS_TRIALS),
            false => {
                let count = self.named.entry(component.key.component_fingerprint());
                (count.or_default(), limits::MAX_NAMED_TRIALS)
            }
        };
        *count += 1;
        if *count > most {
            return Err(AgentError::Limit(most as u32));
        }
        self.left = self.left.checked_sub(1).ok_or(AgentError::Busy)?;
        Ok(())
    }
}

fn try_all<'a, R: Rng + CryptoRng>(
    packets: &[impl AsRef<[u8]>],
    unlocked: impl Iterator<Item = &'a Unlocked> + Clone,
    trials: &mut Trials,
    rng: &mut R,
) -> Result<SessionKey, AgentError> {
    let parsed = parse_all(packets)?;
    let mut keys: Vec<(&Unlocked, &OpenComponent)> = Vec::new();
    for owner in unlocked {
        for component in owner.components.iter().filter(|c| c.usable) {
            let mine = rank(owner, component);
            let before = |(of, other): &&(&Unlocked, &OpenComponent)| rank(of, other) <= mine;
            let at = keys.iter().take_while(before).count();
            keys.insert(at, (owner, component));
        }
    }
    let (mut fitted, mut over) = (false, None);
    for anonymous in [false, true] {
        for (owner, component) in &keys {
            let fits = |p: &PublicKeyEncryptedSessionKey| {
                is_anonymous(p) == anonymous && fits(p, &component.key)
            };
            for (place, packet) in parsed.iter().filter(|(_, packet)| fits(packet)) {
                match trials.count(component, anonymous) {
                    Ok(()) => {}
                    // Another key may be meant as well.
                    Err(AgentError::Limit(limit)) if !anonymous => {
                        over = Some(AgentError::Limit(limit));
                        break;
                    }
                    Err(error) => return Err(error),
                }
                fitted |= !anonymous;
                if let Ok((algorithm, key)) = component.decrypt(packet, rng) {
                    let opened_by = Opener {
                        certificate: owner.certificate().clone(),
                        weak: accept(&component.key).is_err_and(|why| why != Reason::Unsupported),
                        packet: *place,
                        // Whoever has certificates has the names.
                        name: String::new(),
                    };
                    return Ok(SessionKey {
                        algorithm,
                        key,
                        opened_by,
                    });
                }
            }
        }
    }
    Err(over.unwrap_or(match fitted {
        true => AgentError::Undecipherable,
        false => AgentError::NoKey,
    }))
}

/// What comes first is least: the best key of its kind that each owner has before all second ones, the newest of them first.
fn rank(owner: &Unlocked, component: &OpenComponent) -> (usize, Reverse<(bool, u32)>) {
    let likely = |c: &OpenComponent| (c.encrypts, c.key.created_at().as_secs());
    let usable = owner.components.iter().filter(|c| c.usable);
    let better = usable.filter(|other| {
        other.key.algorithm() == component.key.algorithm() && likely(other) > likely(component)
    });
    (better.count(), Reverse(likely(component)))
}

/// Which of these certificates' keys the packets are meant for; with an anonymous packet, all that can decrypt. Where parts are
/// named beside a certificate, only these are looked at.
///
/// # Errors
/// As for parsing in [`decipher`].
pub fn wanted_keys<'a>(
    packets: &[impl AsRef<[u8]>],
    certificates: impl Iterator<Item = (&'a Certificate, Option<Vec<Fingerprint>>)>,
) -> Result<Vec<Fingerprint>, AgentError> {
    let parsed = parse_all(packets)?;
    Ok(certificates
        .filter(|(cert, parts)| {
            let named = |c: &Component<'_>| {
                let parts = parts.as_ref();
                parts.is_none_or(|parts| parts.contains(&c.fingerprint()))
            };
            let fit =
                |c: Component<'_>| parsed.iter().any(|(_, p)| fits(p, &c.key())) && c.is_bound();
            Component::all(cert).filter(named).any(fit)
        })
        .map(|(cert, _)| cert.fingerprint())
        .collect())
}

fn parse_all(
    packets: &[impl AsRef<[u8]>],
) -> Result<Vec<(u32, PublicKeyEncryptedSessionKey)>, AgentError> {
    if packets.len() > limits::MAX_PKESKS {
        return Err(AgentError::Limit(limits::MAX_PKESKS as u32));
    }
    let mut parsed = Vec::new();
    for (place, packet) in (0..).zip(packets) {
        let packet = packet.as_ref();
        if packet.len() > limits::MAX_PKESK {
            return Err(AgentError::Limit(limits::MAX_PKESK as u32));
        }
        let (raw, rest) = packets::next(packet).map_err(|_| AgentError::Malformed)?;
        if raw.tag != 1 || !rest.is_empty() {
            return Err(AgentError::Malformed);
        }
        let header =
            PacketHeader::new_fixed(Tag::PublicKeyEncryptedSessionKey, raw.body.len() as u32);
        // One that cannot be read does not hide the others.
        let read = PublicKeyEncryptedSessionKey::try_from_reader(header, raw.body);
        parsed.extend(read.ok().map(|read| (place, read)));
    }
    Ok(parsed)
}

fn is_anonymous(packet: &PublicKeyEncryptedSessionKey) -> bool {
    match packet {
        PublicKeyEncryptedSessionKey::V3 { id, .. } => id.is_wildcard(),
        PublicKeyEncryptedSessionKey::V6 { fingerprint, .. } => fingerprint.is_none(),
        PublicKeyEncryptedSessionKey::Other { .. } => false,
    }
}

fn fits(packet: &PublicKeyEncryptedSessionKey, key: &impl KeyDetails) -> bool {
    packet
        .algorithm()
        .is_ok_and(|a| a == key.algorithm() && can_encrypt(a))
        && (is_anonymous(packet) || packet.match_identity(key))
}

impl OpenComponent {
    /// The algorithm, if the packet names one, and the session key.
    pub(super) fn decrypt<R: Rng + CryptoRng>(
        &self,
        packet: &PublicKeyEncryptedSessionKey,
        rng: &mut R,
    ) -> Result<(Option<u8>, Zeroizing<Vec<u8>>), AgentError> {
        let typ = match packet {
            PublicKeyEncryptedSessionKey::V3 { .. } => EskType::V3_4,
            PublicKeyEncryptedSessionKey::V6 { .. } => EskType::V6,
            PublicKeyEncryptedSessionKey::Other { .. } => return Err(AgentError::Undecipherable),
        };
        let values = packet.values().map_err(|_| AgentError::Undecipherable)?;
        let (algorithm, key) = match (&self.rsa, values) {
            (Some(rsa), PkeskBytes::Rsa { mpi }) => {
                let whole = policy::rsa_whole(mpi.as_ref(), rsa.size());
                let whole = whole.ok_or(AgentError::Undecipherable)?;
                // What is padded wrongly comes out as a text of chance, which then does not fit.
                let plain = rsa
                    .decrypt_blinded(&mut rsa_key::Random(rng), Pkcs1v15Encrypt, &whole)
                    .map_err(|_| AgentError::Undecipherable)?;
                unpack(&Zeroizing::new(plain), matches!(typ, EskType::V3_4))?
            }
            (Some(_), _) | (_, PkeskBytes::Rsa { .. }) => return Err(AgentError::Undecipherable),
            (None, values) => match &self.engine_decrypt(values, typ)? {
                PlainSessionKey::V3_4 { sym_alg, key } => (
                    Some(u8::from(*sym_alg)),
                    Zeroizing::new(key.as_ref().to_vec()),
                ),
                PlainSessionKey::V6 { key } => (None, Zeroizing::new(key.as_ref().to_vec())),
                PlainSessionKey::V5 { .. } => return Err(AgentError::Undecipherable),
            },
        };
        let plausible = match algorithm {
            Some(algorithm) => {
                let size = SymmetricKeyAlgorithm::from(algorithm).key_size();
                size != 0 && size == key.len()
            }
            None => matches!(key.len(), 16 | 24 | 32),
        };
        if plausible {
            Ok((algorithm, key))
        } else {
            Err(AgentError::Undecipherable)
        }
    }

    fn engine_decrypt(
        &self,
        values: &PkeskBytes,
        typ: EskType,
    ) -> Result<PlainSessionKey, AgentError> {
        let none = Password::empty();
        match &self.key {
            SecretComponent::Primary(key) => key.decrypt(&none, values, typ),
            SecretComponent::Subkey(key) => key.decrypt(&none, values, typ),
        }
        .and_then(|inner| inner)
        .map_err(|_| AgentError::Undecipherable)
    }
}

/// Algorithm (version 3 only), key, checksum (RFC 9580, 5.1.3). The engine's own code for this stops on an empty text.
fn unpack(
    plain: &[u8],
    names_algorithm: bool,
) -> Result<(Option<u8>, Zeroizing<Vec<u8>>), AgentError> {
    let (algorithm, rest) = match plain.split_first() {
        Some((algorithm, rest)) if names_algorithm => (Some(*algorithm), rest),
        _ => (None, plain),
    };
    let (key, check) = rest
        .split_last_chunk::<2>()
        .ok_or(AgentError::Undecipherable)?;
    let sum = key
        .iter()
        .fold(0u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
    if sum != u16::from_be_bytes(*check) {
        return Err(AgentError::Undecipherable);
    }
    Ok((algorithm, Zeroizing::new(key.to_vec())))
}
