//! From the order to what stands in the entity.

use super::super::writer::certificate;
use super::WriteError;
use super::limits::{MAX_GOSSIP, MAX_GOSSIP_KEY, MAX_SUBJECT};
use crate::cert::{Certificate, ascii_domain};
use crate::limits::MAX_RECIPIENTS;
use crate::mime::write::{Letter, is_address};
use crate::wire::Time;
use crate::wire::compose::{MailOrder, WrittenHeaders};
use crate::wire::mail::MailAddress;

/// `recipients` are the certificates of those in To and Cc.
pub(super) fn of(mut order: MailOrder, recipients: &[Certificate]) -> Result<Letter, WriteError> {
    let headers = &mut order.headers;
    check_headers(headers)?;
    // As the outside has them: a header is ASCII.
    for one in headers
        .to
        .iter_mut()
        .chain(&mut headers.cc)
        .chain(&mut headers.from)
    {
        one.address = ascii_domain(&one.address);
    }
    let key = order.enclosed_key.as_ref().map(certificate).transpose()?;
    Ok(Letter {
        gossip: match order.gossip {
            true => gossip(&order.headers, recipients, order.now),
            false => Vec::new(),
        },
        key: key.map(|key| (key_name(&key), key.for_others().armored())),
        headers: order.headers,
        text: order.text,
        html: order.html,
        files: Vec::new(),
        now: order.now,
        utc_offset: order.utc_offset,
    })
}

/// The text of a form that takes nothing else: what cannot be in it is never left out silently.
pub(super) fn text_alone(order: MailOrder) -> Result<String, WriteError> {
    match order.html.is_none() && order.enclosed_key.is_none() {
        true => Ok(order.text),
        false => Err(WriteError::OutOfOrder),
    }
}

fn check_headers(headers: &WrittenHeaders) -> Result<(), WriteError> {
    let listed = headers.to.iter().chain(&headers.cc);
    if listed.clone().count() > MAX_RECIPIENTS {
        return Err(WriteError::Limit(MAX_RECIPIENTS));
    }
    let long = |text: &str| text.chars().count() > MAX_SUBJECT;
    let mut addresses = listed.chain(&headers.from);
    let outer = headers.outer_subject.as_deref().unwrap_or_default();
    if long(&headers.subject) || long(outer) {
        return Err(WriteError::Limit(MAX_SUBJECT));
    }
    match addresses.all(|one| is_address(&one.address)) {
        true => Ok(()),
        false => Err(WriteError::NotAnAddress),
    }
}

/// The keys of those in To and Cc, by address, when there are several of them. Who is not named there is not here either.
fn gossip(
    headers: &WrittenHeaders,
    recipients: &[Certificate],
    now: Time,
) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    let mut size = 0;
    for MailAddress { address, .. } in headers.to.iter().chain(&headers.cc) {
        let address = address.to_lowercase();
        if found.iter().any(|(known, _)| *known == address) {
            continue;
        }
        let mut keys = recipients
            .iter()
            .filter_map(|cert| cert.for_address(&address, now));
        // Anybody can name another's address in an own key. Where two do, it is not told here which of them is right.
        let (Some(key), None) = (keys.next(), keys.next()) else {
            continue;
        };
        let key = key.to_bytes();
        if key.len() <= MAX_GOSSIP_KEY && size + key.len() <= MAX_GOSSIP {
            size += key.len();
            found.push((address, key));
        }
    }
    if found.len() < 2 {
        found.clear();
    }
    found
}

/// As other programs call such a file: the key ID is the end of a fingerprint of version 4, the beginning of one of
/// version 6 (RFC 9580, 5.5.4).
fn key_name(cert: &Certificate) -> String {
    let fingerprint = cert.fingerprint();
    let digits = fingerprint.as_str();
    let id = match cert.version() {
        6 => digits.get(..16),
        _ => digits.get(digits.len().saturating_sub(16)..),
    };
    format!("OpenPGP_0x{}.asc", id.unwrap_or_default().to_uppercase())
}
