//! Opening a certificate's secret keys with its passphrase, and keeping them open.

use pgp::types::{KeyDetails, Password};
use rand::{CryptoRng, Rng};
use zeroize::Zeroizing;

use super::component::SecretComponent;
use super::packets::SecretPacket;
use super::protect::Kind;
use super::unprotect::unprotect;
use super::{AgentError, Protection, SecretPackets, check, rsa_key};
use crate::cert::Certificate;
use crate::limits::{self, Capacity};
use crate::policy::{self, Component};
use crate::wire::{Fingerprint, KeyUse, Reason, Secret, Time};

/// A secret component in clear, checked.
pub(super) struct OpenComponent {
    pub(super) key: SecretComponent,
    /// The same in the form that can be blinded; only for RSA.
    pub(super) rsa: Option<rsa_fixed::PrivateKey>,
    /// Nothing but its end speaks against encrypting to it.
    pub(super) encrypts: bool,
    /// Nothing can be done with it here when it is not. It gets each passphrase that the others get: else none could be changed.
    pub(super) usable: bool,
}

/// The secret keys of one certificate, in clear.
pub struct Unlocked {
    certificate: Fingerprint,
    pub(super) components: Vec<OpenComponent>,
}

/// What unlocking gave.
pub struct Opened {
    /// The open keys.
    pub unlocked: Unlocked,
    /// The stored form with our protection, when the old one was another: store it.
    pub renewed: Option<SecretPackets>,
}

impl Unlocked {
    /// Whose they are.
    pub fn certificate(&self) -> &Fingerprint {
        &self.certificate
    }

    pub(super) fn component(&self, fingerprint: &Fingerprint) -> Option<&OpenComponent> {
        let open = self.opened(fingerprint);
        open.filter(|component| component.usable)
    }

    /// Whether this component is among them.
    pub fn has(&self, fingerprint: &Fingerprint) -> bool {
        self.component(fingerprint).is_some()
    }

    /// The same, whether it can be used or not.
    fn opened(&self, fingerprint: &Fingerprint) -> Option<&OpenComponent> {
        self.components
            .iter()
            .find(|c| c.key.component_fingerprint() == *fingerprint)
    }

    /// Whether the passphrase opened this one, whether it can be used or not.
    pub(super) fn is_open(&self, fingerprint: &Fingerprint) -> bool {
        self.opened(fingerprint).is_some()
    }

    /// Takes in what else of the same certificate is open, under another passphrase.
    pub fn join(&mut self, other: Self) {
        let mut components = other.components;
        components.retain(|c| !self.is_open(&c.key.component_fingerprint()));
        self.components.extend(components);
    }

    /// The parts of `stored` that another passphrase opens, if any does. What was never opened, or is not bound to the key, may be
    /// noise; what is refused before a passphrase is tried stays closed with each.
    pub fn closed(&self, certificate: &Certificate, stored: &SecretPackets) -> Vec<Fingerprint> {
        let openable = |p: &&SecretPacket| p.kind(Capacity::BROWSER).is_ok();
        let left = self.left(certificate, stored).filter(openable);
        left.map(|packet| packet.fingerprint.clone()).collect()
    }

    /// The parts of `stored` that are not open, and were once, or came with the key.
    fn left<'a>(
        &self,
        certificate: &Certificate,
        stored: &'a SecretPackets,
    ) -> impl Iterator<Item = &'a SecretPacket> {
        let bound = policy::bound_keys(certificate);
        stored.iter().filter(move |packet| {
            let key = &packet.fingerprint;
            !self.is_open(key) && stored.is_proven(key) && bound.contains(key)
        })
    }

    /// Takes in the secrets of new subkeys of the same certificate, which stand in clear.
    ///
    /// # Errors
    /// [`AgentError::Mismatched`]
    pub fn extend(
        &mut self,
        certificate: &Certificate,
        new: &SecretPackets,
    ) -> Result<(), AgentError> {
        let new = Self::from_packets(certificate, new)?;
        if new.certificate != self.certificate {
            return Err(AgentError::Mismatched);
        }
        self.components.extend(new.components);
        Ok(())
    }

    /// The open packets for the host to wrap and keep. The one place where secrets in clear leave this type.
    ///
    /// # Errors
    /// [`AgentError::Malformed`] when the engine cannot write them.
    pub fn to_blob(&self) -> Result<Secret, AgentError> {
        let mut packets = SecretPackets::default();
        for component in &self.components {
            packets.replace(component.key.packet()?);
        }
        Ok(Secret::from_bytes(&packets.to_bytes()))
    }

    /// Reads what [`Self::to_blob`] wrote; checks that the secret parts still belong to the certificate's keys.
    ///
    /// # Errors
    /// [`AgentError::Malformed`], [`AgentError::Mismatched`].
    pub fn from_blob(certificate: &Certificate, blob: &Secret) -> Result<Self, AgentError> {
        let bytes = blob.expose_bytes().ok_or(AgentError::Malformed)?;
        let packets = SecretPackets::from_bytes(&bytes).map_err(|_| AgentError::Malformed)?;
        Self::from_packets(certificate, &packets)
    }

    /// From packets that stand in clear.
    pub(super) fn from_packets(
        certificate: &Certificate,
        packets: &SecretPackets,
    ) -> Result<Self, AgentError> {
        let mut components = Vec::new();
        for packet in packets.iter() {
            let component =
                Component::all(certificate).find(|c| c.fingerprint() == packet.fingerprint);
            let component = component.ok_or(AgentError::Mismatched)?;
            let key = SecretComponent::parse(packet)?;
            components.push(OpenComponent::or_sealed(key, &component)?);
        }
        if !components.iter().any(|c| c.usable) {
            return Err(AgentError::NoSecret);
        }
        Ok(Self {
            certificate: certificate.fingerprint(),
            components,
        })
    }
}

impl OpenComponent {
    fn new(key: SecretComponent, public: &Component<'_>) -> Result<Self, AgentError> {
        let plain = key.plain().ok_or(AgentError::Malformed)?;
        check::belongs(public.key().public_params(), plain)?;
        let rsa = rsa_key::blindable(plain, key.public_params())?;
        // Asked of the end of all time, when what ends has ended; no hash is too old for it.
        let against = public.reasons(KeyUse::Encrypt, Time::MAX, 0);
        let encrypts = against.iter().all(|why| *why == Reason::Expired);
        Ok(Self {
            key,
            rsa,
            encrypts,
            usable: true,
        })
    }

    /// The same of one with which nothing can be done, too.
    fn or_sealed(key: SecretComponent, public: &Component<'_>) -> Result<Self, AgentError> {
        match Self::new(key.duplicate(), public) {
            Err(AgentError::Unsupported) => Ok(Self {
                key,
                rsa: None,
                encrypts: false,
                usable: false,
            }),
            open => open,
        }
    }
}

/// Opens all secret keys of `certificate` that `password` opens.
///
/// # Errors
/// [`AgentError::WrongPassphrase`] when it opens none; [`AgentError::NoSecret`] when there are only stubs;
/// [`AgentError::Mismatched`] when any that it opens does not belong to its public part: then none is used.
pub fn unlock<R: Rng + CryptoRng>(
    certificate: &Certificate,
    stored: &SecretPackets,
    password: &Secret,
    protection: Protection,
    rng: &mut R,
) -> Result<Opened, AgentError> {
    let password = engine_password(password)?;
    let capacity = Capacity::BROWSER;
    // What was never opened is tried as long as that keeps nothing else closed.
    let proven = stored.proven();
    let tried = match stored.check_cost(capacity) {
        Ok(()) => stored,
        Err(_) => &proven,
    };
    tried.check_cost(capacity)?;
    let old = |packet: &SecretPacket| matches!(packet.kind(capacity), Ok(Kind::Older(_)));
    let renewable = tried.check_protecting(protection.kind(), &old).is_ok();
    let mut components = Vec::new();
    let mut renewed: Option<SecretPackets> = None;
    let mut refused: Option<AgentError> = None;
    for packet in tried.iter() {
        let Some(public) =
            Component::all(certificate).find(|c| c.fingerprint() == packet.fingerprint)
        else {
            // The certificate has no such key: no reason to keep the others closed.
            refused.get_or_insert(AgentError::Mismatched);
            continue;
        };
        let kind = match packet.kind(capacity) {
            Ok(Kind::Stub) => continue,
            Ok(Kind::Plain) => return Err(AgentError::Unprotected),
            Ok(kind) => kind,
            Err(error) => {
                refused.get_or_insert(error);
                continue;
            }
        };
        let key = match unprotect(packet, &password) {
            Ok(key) => key,
            Err(error @ AgentError::Malformed) => {
                refused.get_or_insert(error);
                continue;
            }
            Err(AgentError::Mismatched) => return Err(AgentError::Mismatched),
            Err(error) => {
                refused = Some(error);
                continue;
            }
        };
        let open = OpenComponent::or_sealed(key, &public)?;
        match open.usable {
            true => check::works(&open, public.key(), rng)?,
            // Nothing can be done with it; the others can be used.
            false => {
                refused.get_or_insert(AgentError::Unsupported);
            }
        }
        if renewable && !matches!(kind, Kind::Argon2(_)) {
            let protected = protection.apply(&open.key, &password, rng)?;
            renewed
                .get_or_insert_with(|| stored.clone())
                .replace(protected.packet()?);
        }
        components.push(open);
    }
    if !components.iter().any(|c| c.usable) {
        return Err(refused.unwrap_or(AgentError::NoSecret));
    }
    let unlocked = Unlocked {
        certificate: certificate.fingerprint(),
        components,
    };
    let known = renewed.as_ref().unwrap_or(stored);
    let renewed = known.prove(|key| unlocked.has(key)).or(renewed);
    Ok(Opened { unlocked, renewed })
}

/// Opens all secret keys of `certificate` that stand in clear or that one of `passwords` opens: for a program that is
/// given keys by its caller and keeps none. The vault keeps keys, and uses [`unlock`]. `capacity` is that of the machine.
///
/// # Errors
/// [`AgentError::WrongPassphrase`] when any stays closed; else as [`unlock`].
pub fn open<R: Rng + CryptoRng>(
    certificate: &Certificate,
    received: &SecretPackets,
    passwords: &[Secret],
    capacity: Capacity,
    rng: &mut R,
) -> Result<Unlocked, AgentError> {
    received.check_cost(capacity)?;
    let mut components = Vec::new();
    for packet in received.iter() {
        let public = Component::all(certificate).find(|c| c.fingerprint() == packet.fingerprint);
        let public = public.ok_or(AgentError::Mismatched)?;
        let open = match packet.kind(capacity)? {
            Kind::Stub => continue,
            Kind::Plain => OpenComponent::new(SecretComponent::parse(packet)?, &public)?,
            Kind::Argon2(_) | Kind::Older(_) => open_one(packet, &public, passwords)?,
        };
        check::works(&open, public.key(), rng)?;
        components.push(open);
    }
    if components.is_empty() {
        return Err(AgentError::NoSecret);
    }
    Ok(Unlocked {
        certificate: certificate.fingerprint(),
        components,
    })
}

fn open_one(
    packet: &SecretPacket,
    public: &Component<'_>,
    passwords: &[Secret],
) -> Result<OpenComponent, AgentError> {
    for password in passwords {
        match unprotect(packet, &engine_password(password)?) {
            Err(AgentError::WrongPassphrase) => {}
            other => return OpenComponent::new(other?, public),
        }
    }
    Err(AgentError::WrongPassphrase)
}

/// The packets with every open part under the passphrase `new`, or in clear; parts that are not open stay as they are.
///
/// # Errors
/// [`AgentError::Limit`] for a passphrase that is too long, and for more parts than could be opened together again.
pub fn protect<R: Rng + CryptoRng>(
    stored: &SecretPackets,
    unlocked: &Unlocked,
    new: Option<&Secret>,
    protection: Protection,
    rng: &mut R,
) -> Result<SecretPackets, AgentError> {
    let password = new.map(engine_password).transpose()?;
    if password.is_some() {
        let open = |packet: &SecretPacket| unlocked.is_open(&packet.fingerprint);
        // Opening the others does not depend on what was never opened.
        stored.proven().check_protecting(protection.kind(), &open)?;
    }
    let mut out = stored.clone();
    for OpenComponent { key, .. } in &unlocked.components {
        out.replace(match &password {
            Some(password) => protection.apply(key, password, rng)?.packet()?,
            None => key.packet()?,
        });
    }
    Ok(out)
}

/// Gives the stored secret keys another passphrase. Those that `old` does not open must be among the `open` ones.
///
/// # Errors
/// [`AgentError::OtherPassphrase`] when one that was ever open stays closed, or why it is refused whatever the passphrase; else
/// as [`unlock`].
pub fn change_passphrase<R: Rng + CryptoRng>(
    certificate: &Certificate,
    stored: &SecretPackets,
    old: &Secret,
    new: &Secret,
    open: Option<&Unlocked>,
    protection: Protection,
    rng: &mut R,
) -> Result<SecretPackets, AgentError> {
    let Opened { unlocked, renewed } = unlock(certificate, stored, old, protection, rng)?;
    let stored = renewed.as_ref().unwrap_or(stored);
    let mut others = None;
    for packet in unlocked.left(certificate, stored) {
        packet.kind(Capacity::BROWSER)?;
        others = open.filter(|open| open.is_open(&packet.fingerprint));
        others.ok_or(AgentError::OtherPassphrase)?;
    }
    let changed = match others {
        Some(open) => &protect(stored, open, Some(new), protection, rng)?,
        None => stored,
    };
    protect(changed, &unlocked, Some(new), protection, rng)
}

/// Gives keys that came in clear a passphrase, after checking them.
///
/// # Errors
/// [`AgentError::Mismatched`], [`AgentError::Malformed`]; [`AgentError::Limit`] for more parts than could be opened
/// together again.
pub fn protect_new<R: Rng + CryptoRng>(
    certificate: &Certificate,
    received: &SecretPackets,
    password: &Secret,
    protection: Protection,
    rng: &mut R,
) -> Result<SecretPackets, AgentError> {
    let password = engine_password(password)?;
    let plain = |packet: &SecretPacket| packet.usage() == Some(0);
    received
        .proven()
        .check_protecting(protection.kind(), &plain)?;
    let mut out = received.clone();
    for packet in received.iter().filter(|p| plain(p)) {
        let Some(public) =
            Component::all(certificate).find(|c| c.fingerprint() == packet.fingerprint)
        else {
            return Err(AgentError::Mismatched);
        };
        let key = SecretComponent::parse(packet)?;
        match OpenComponent::new(key.duplicate(), &public) {
            // It gets the passphrase as well, and is never used.
            Err(AgentError::Unsupported) => {}
            open => check::works(&open?, public.key(), rng)?,
        }
        out.replace(protection.apply(&key, &password, rng)?.packet()?);
    }
    Ok(out)
}

/// The engine's form of a passphrase. Its copy lives as long as the operation and is wiped by the engine.
pub(super) fn engine_password(password: &Secret) -> Result<Password, AgentError> {
    if password.expose().len() > limits::MAX_PASSPHRASE {
        return Err(AgentError::Limit(limits::MAX_PASSPHRASE as u32));
    }
    let text = Zeroizing::new(password.expose().as_bytes().to_vec());
    Ok(Password::from(move || text.clone()))
}
