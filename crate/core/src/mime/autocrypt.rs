//! Keys that a mail brings in its headers (Autocrypt 1.1): of its sender, and of those whom it went to besides. They are for
//! nobody to believe before they have seen them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::envelope::{Envelope, Form};
use super::fields::Fields;
use super::limits::{MAX_AUTOCRYPT, MAX_GOSSIP, MAX_GOSSIP_WORK};
use crate::cert::{Certificate, Work};
use crate::limits::MAX_CERTIFICATE_WORK;
use crate::policy;
use crate::wire::mail::{BroughtKey, HeaderProtection, MailHeaders};
use crate::wire::{Bytes, Time};

/// The key of `sender` (an address in lower case) in the outside of a mail (2.1), if there is exactly one and somebody could
/// encrypt to it.
pub(crate) fn brought(envelope: &Envelope, sender: &str, now: Time) -> Option<BroughtKey> {
    let outer = Fields::cut(envelope.outside()).ok()?.fields;
    let mut all = outer
        .all("autocrypt")
        .filter_map(|field| well_formed(&field))
        .filter(|(address, _)| address == sender);
    // Two that are well-formed contradict each other.
    let one = all.next().filter(|_| all.next().is_none())?;
    usable(one, &mut Work::new(MAX_CERTIFICATE_WORK), now)
}

/// The keys of recipients in the header of the payload (Key Gossip), each that somebody could encrypt to. Only for a mail
/// that was encrypted, and signed by its sender: nobody else's word is behind them. `headers` are those that are shown: under
/// the same protection, or it cannot be told whom the mail went to, and about others it says nothing.
pub(crate) fn gossip(envelope: &Envelope, headers: &MailHeaders, now: Time) -> Vec<BroughtKey> {
    let (content, Form::Entity) = envelope.payload() else {
        return Vec::new();
    };
    let Ok(cut) = Fields::cut(content) else {
        return Vec::new();
    };
    if headers.protection != HeaderProtection::Encrypted {
        return Vec::new();
    }
    let lists = [&headers.to, &headers.cc, &headers.reply_to];
    let mut found: Vec<(String, Option<Vec<u8>>)> = Vec::new();
    for field in cut.fields.all("autocrypt-gossip") {
        let Some((address, data)) = well_formed(&field) else {
            continue;
        };
        if let Some((_, known)) = found.iter_mut().find(|(other, _)| *other == address) {
            // Two for one address contradict each other as well.
            *known = None;
        } else if found.len() < MAX_GOSSIP
            && lists
                .into_iter()
                .flatten()
                .any(|one| one.address.eq_ignore_ascii_case(&address))
        {
            found.push((address, Some(data)));
        }
    }
    let mut work = Work::new(MAX_GOSSIP_WORK);
    let all = found.into_iter();
    all.filter_map(|(address, data)| usable((address, data?), &mut work, now))
        .collect()
}

/// Somebody could encrypt to it at this address.
fn usable((address, data): (String, Vec<u8>), work: &mut Work, now: Time) -> Option<BroughtKey> {
    if work.is_over() {
        return None;
    }
    let certificate = Certificate::from_bytes_within(&data, work)
        .ok()?
        .only_address(&address);
    let before = certificate.work_done();
    let good = certificate.has_address(&address, now)
        && policy::encryption_components(&certificate, now).is_ok();
    // Nothing is left when it took longer: it is the last one.
    let _ = work.spend(certificate.work_done().saturating_sub(before));
    good.then(|| BroughtKey {
        fingerprint: certificate.fingerprint(),
        data: Bytes(certificate.to_bytes()),
        address,
    })
}

/// The address, in lower case, and the key of a well-formed field.
fn well_formed(field: &[u8]) -> Option<(String, Vec<u8>)> {
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
    let coded: String = key?.split_whitespace().collect();
    Some((address?, STANDARD.decode(coded).ok()?))
}
