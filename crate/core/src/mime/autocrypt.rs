//! The key that a mail brings in its header (Autocrypt 1.1, 2.1): of its sender, and for nobody to believe before they have
//! seen it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::envelope::Envelope;
use super::fields::Fields;
use super::limits::MAX_AUTOCRYPT;
use crate::cert::Certificate;
use crate::policy;
use crate::wire::mail::BroughtKey;
use crate::wire::{Bytes, Time};

/// The key of `sender` (an address in lower case) in the outside of a mail, if there is exactly one and somebody could
/// encrypt to it.
pub(crate) fn brought(envelope: &Envelope, sender: &str, now: Time) -> Option<BroughtKey> {
    let outer = Fields::cut(envelope.outside()).ok()?.fields;
    let mut all = outer
        .all("autocrypt")
        .filter_map(|field| key_data(&field, sender));
    // Two that are well-formed contradict each other.
    let data = all.next().filter(|_| all.next().is_none())?;
    let certificate = Certificate::from_bytes(&data).ok()?.only_address(sender);
    let good = certificate.has_address(sender, now)
        && policy::encryption_components(&certificate, now).is_ok();
    good.then(|| BroughtKey {
        fingerprint: certificate.fingerprint(),
        data: Bytes(certificate.to_bytes()),
    })
}

/// The key of a well-formed field about `sender`.
fn key_data(field: &[u8], sender: &str) -> Option<Vec<u8>> {
    if field.len() > MAX_AUTOCRYPT {
        return None;
    }
    let text = std::str::from_utf8(field).ok()?;
    let (mut address, mut key) = (None, None);
    for attribute in text.split(';').filter(|one| !one.trim().is_empty()) {
        let (name, value) = attribute.split_once('=')?;
        match name.trim() {
            "addr" if address.is_none() => address = Some(value.trim().to_ascii_lowercase()),
            "keydata" if key.is_none() => key = Some(value),
            "prefer-encrypt" => {}
            // Others may come if they say so; what else is unknown could mean anything.
            name if name.starts_with('_') => {}
            _ => return None,
        }
    }
    if address? != sender {
        return None;
    }
    let coded: String = key?.split_whitespace().collect();
    STANDARD.decode(coded).ok()
}
