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
        self.components
            .iter()
            .find(|c| c.key.component_fingerprint() == *fingerprint)
    }

    /// Whether this component is among them.
    pub fn has(&self, fingerprint: &Fingerprint) -> bool {
        self.component(fingerprint).is_some()
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
            components.push(OpenComponent::new(
                SecretComponent::parse(packet)?,
                &component,
            )?);
        }
        if components.is_empty() {
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
        Ok(Self { key, rsa, encrypts })
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
        let open = match OpenComponent::new(key, &public) {
            // Nothing can be done with it; the others can be used.
            Err(error @ AgentError::Unsupported) => {
                refused.get_or_insert(error);
                continue;
            }
            open => open?,
        };
        check::works(&open, public.key(), rng)?;
        if renewable && !matches!(kind, Kind::Argon2(_)) {
            let protected = protection.apply(&open.key, &password, rng)?;
            renewed
                .get_or_insert_with(|| stored.clone())
                .replace(protected.packet()?);
        }
        components.push(open);
    }
    if components.is_empty() {
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
        let open = |packet: &SecretPacket| unlocked.has(&packet.fingerprint);
        // Opening the others does not depend on what was never opened.
        stored.proven().check_protecting(protection.kind(), &open)?;
    }
    let mut out = stored.clone();
    for component in &unlocked.components {
        out.replace(match &password {
            Some(password) => protection.apply(&component.key, password, rng)?.packet()?,
            None => component.key.packet()?,
        });
    }
    Ok(out)
}

/// Gives the stored secret keys another passphrase.
///
/// # Errors
/// [`AgentError::WrongPassphrase`] when `old` does not open every one of them that was ever open; else as [`unlock`].
pub fn change_passphrase<R: Rng + CryptoRng>(
    certificate: &Certificate,
    stored: &SecretPackets,
    old: &Secret,
    new: &Secret,
    protection: Protection,
    rng: &mut R,
) -> Result<SecretPackets, AgentError> {
    let Opened { unlocked, renewed } = unlock(certificate, stored, old, protection, rng)?;
    let stored = renewed.as_ref().unwrap_or(stored);
    // What is nobody's, or was never opened, may be noise: no passphrase opens it.
    let bound = policy::bound_keys(certificate);
    let closed = |p: &SecretPacket| {
        !unlocked.has(&p.fingerprint)
            && stored.is_proven(&p.fingerprint)
            && bound.contains(&p.fingerprint)
    };
    if stored.iter().any(closed) {
        return Err(AgentError::WrongPassphrase);
    }
    protect(stored, &unlocked, Some(new), protection, rng)
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
