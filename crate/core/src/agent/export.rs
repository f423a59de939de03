//! A secret key for another program, protected by its passphrase.

use rand::{CryptoRng, Rng};
use zeroize::Zeroizing;

use super::component::SecretComponent;
use super::protect::Kind as Protected;
use super::unlock::{engine_password, unlock};
use super::{AgentError, Protection, SecretPackets, Unlocked, protect};
use crate::armor::{self, Kind};
use crate::cert::Certificate;
use crate::limits;
use crate::wire::{ExportForm, Secret};

/// What an S2K of the compatible form hashes at least, when there are many parts: 16 MiB.
const LEAST_COUNT: u8 = 224;

/// The armored transferable secret key. The passphrase must open it; the export is protected by the same, so that a browser can
/// open all of it again.
///
/// # Errors
/// As [`unlock`]; [`AgentError::Limit`] when no browser could.
pub fn export<R: Rng + CryptoRng>(
    certificate: &Certificate,
    stored: &SecretPackets,
    password: &Secret,
    form: ExportForm,
    protection: Protection,
    rng: &mut R,
) -> Result<Secret, AgentError> {
    let opened = unlock(certificate, stored, password, protection, rng)?;
    let engine = engine_password(password)?;
    // What stays closed (stubs, parts under another passphrase) goes out as it is stored; what was never open only where that
    // leaves room enough for the others.
    let stored = opened.renewed.as_ref().unwrap_or(stored);
    let of = |packets: SecretPackets| {
        fitting(&packets, &opened.unlocked, form, protection).map(|c| (packets, c))
    };
    let (mut packets, count) = of(stored.clone()).or_else(|_| of(stored.proven()))?;
    for component in &opened.unlocked.components {
        let mut key: SecretComponent = component.key.duplicate();
        match form {
            ExportForm::Compatible => key.set_password(&engine, protect::compatible(count, rng))?,
            ExportForm::Argon2 => key = protection.apply(&key, &engine, rng)?,
        }
        packets.replace(key.packet()?);
    }
    let bytes: Zeroizing<Vec<u8>> = packets.join(certificate);
    Ok(Secret::new(armor::write(
        Kind::PrivateKey,
        &bytes,
        certificate.checksum(),
    )))
}

/// The largest count of the compatible form with which a browser could open all of `packets` again, once those that are open
/// are protected as `form` says.
fn fitting(
    packets: &SecretPackets,
    open: &Unlocked,
    form: ExportForm,
    protection: Protection,
) -> Result<u8, AgentError> {
    let fits = |kind| packets.check_protecting(kind, &|packet| open.is_open(&packet.fingerprint));
    match form {
        ExportForm::Argon2 => fits(protection.kind()).map(|()| u8::MAX),
        ExportForm::Compatible => {
            let mut counts = (LEAST_COUNT..=u8::MAX).rev();
            let fits = |count: &u8| fits(Protected::Older(protect::hashed(*count))).is_ok();
            let limit = AgentError::Limit(limits::MAX_HASHED_TOTAL as u32);
            counts.find(fits).ok_or(limit)
        }
    }
}
