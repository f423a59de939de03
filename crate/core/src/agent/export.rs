//! A secret key for another program, protected by its passphrase.

use rand::{CryptoRng, Rng};
use zeroize::Zeroizing;

use super::component::SecretComponent;
use super::unlock::{engine_password, unlock};
use super::{AgentError, Protection, SecretPackets, protect};
use crate::armor::{self, Kind};
use crate::cert::Certificate;
use crate::wire::{ExportForm, Secret};

/// The armored transferable secret key. The passphrase must open it; the export is protected by the same.
///
/// # Errors
/// As [`unlock`].
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
    // What stays closed (stubs, parts under another passphrase) goes out as it is stored.
    let mut packets = opened.renewed.unwrap_or_else(|| stored.clone());
    for component in &opened.unlocked.components {
        let mut key: SecretComponent = component.key.duplicate();
        match form {
            ExportForm::Compatible => key.set_password(&engine, protect::compatible(rng))?,
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
