//! Keys out of whatever a person pastes or drops: armored blocks in other text, or binary; public or secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::packets::{self, RawPacket, tag};
use super::{CertError, Certificate, parse};
use crate::agent::SecretPackets;
use crate::limits;
use crate::wire::{Fingerprint, SkippedKey};

/// One key that was read.
pub struct ReadKey {
    /// The public part, complete.
    pub certificate: Certificate,
    /// The secret part, as protected as it came.
    pub secret: Option<SecretPackets>,
}

/// All that was found in some data.
#[derive(Default)]
pub struct ReadKeys {
    /// The good ones, each certificate once.
    pub keys: Vec<ReadKey>,
    /// The others.
    pub skipped: Vec<SkippedKey>,
}

impl ReadKeys {
    fn skip(&mut self, fingerprint: Option<Fingerprint>, error: CertError) {
        self.skipped.push(SkippedKey {
            fingerprint,
            error: error.code(),
        });
    }

    fn add(&mut self, key: ReadKey) {
        let fingerprint = key.certificate.primary.fingerprint.clone();
        let known = self
            .keys
            .iter_mut()
            .find(|k| k.certificate.primary.fingerprint == fingerprint);
        let Some(known) = known else {
            self.keys.push(key);
            return;
        };
        match known.certificate.merge(&key.certificate) {
            Ok(merged) => {
                known.certificate = merged;
                match (&mut known.secret, key.secret) {
                    (Some(have), Some(more)) => have.add_missing(more),
                    (have @ None, more) => *have = more,
                    (Some(_), None) => {}
                }
            }
            Err(error) => self.skip(Some(key.certificate.fingerprint()), error),
        }
    }
}

pub(super) fn read_many(data: &[u8]) -> ReadKeys {
    let mut found = ReadKeys::default();
    if data.len() > limits::MAX_IMPORT {
        found.skip(None, CertError::Limit(limits::MAX_IMPORT as u32));
        return found;
    }
    // Packets start with the highest bit set, armor is ASCII.
    if data.first().is_some_and(|b| b & 0x80 != 0) && packets::next(data).is_ok() {
        read_binary(data, &mut found);
    } else {
        let text = String::from_utf8_lossy(data);
        for block in blocks(&text) {
            match block {
                Ok(bytes) => read_binary(&bytes, &mut found),
                Err(error) => found.skip(None, error),
            }
        }
    }
    if found.keys.is_empty() && found.skipped.is_empty() {
        found.skip(None, CertError::NotAKey);
    }
    found
}

fn read_binary(data: &[u8], found: &mut ReadKeys) {
    let (packets, error) = packets::split(data);
    let is_start = |p: &RawPacket<'_>| matches!(p.tag, tag::PUBLIC_KEY | tag::SECRET_KEY);
    let first = packets.iter().position(is_start).unwrap_or(packets.len());
    let before = packets.get(..first).unwrap_or_default();
    if before
        .iter()
        .any(|p| !matches!(p.tag, tag::MARKER | tag::PADDING | tag::TRUST))
    {
        found.skip(None, CertError::NotAKey);
    }
    let mut rest = packets.get(first..).unwrap_or_default();
    while let Some((start, after)) = rest.split_first() {
        let length = 1 + after.iter().position(is_start).unwrap_or(after.len());
        let (one, others) = rest.split_at(length);
        rest = others;
        if found.keys.len() >= limits::MAX_CERTIFICATES {
            found.skip(None, CertError::Limit(limits::MAX_CERTIFICATES as u32));
            return;
        }
        // The last one before an error is incomplete: nothing of it is used.
        if let (true, Some(error)) = (rest.is_empty(), error) {
            found.skip(None, error);
            return;
        }
        match read_one(one) {
            Ok(key) => found.add(key),
            Err(error) => found.skip(fingerprint_of(start), error),
        }
    }
    if let (true, Some(error)) = (first == packets.len(), error) {
        found.skip(None, error);
    }
}

fn read_one(packets: &[RawPacket<'_>]) -> Result<ReadKey, CertError> {
    let mut secret = SecretPackets::default();
    let mut public = Vec::with_capacity(packets.len());
    for packet in packets {
        public.push(match packet.tag {
            tag::SECRET_KEY | tag::SECRET_SUBKEY => match secret.push(packet) {
                Ok((tag, length)) => RawPacket {
                    tag,
                    body: packet.body.get(..length).ok_or(CertError::Malformed)?,
                },
                // A subkey that cannot be read does not spoil the others; the primary key does.
                Err(_) if packet.tag == tag::SECRET_SUBKEY => RawPacket { tag: 60, body: &[] },
                Err(error) => return Err(error),
            },
            _ => *packet,
        });
    }
    let certificate = parse::certificate(&public)?;
    Ok(ReadKey {
        certificate,
        secret: (!secret.is_empty()).then_some(secret),
    })
}

fn fingerprint_of(packet: &RawPacket<'_>) -> Option<Fingerprint> {
    use pgp::types::KeyDetails;
    let key = (packet.tag == tag::PUBLIC_KEY)
        .then(|| parse::primary_key(packet.body))?
        .ok()?;
    Some(Fingerprint::from_bytes(key.fingerprint().as_bytes()))
}

/// The decoded contents of all key blocks in `text`.
fn blocks(text: &str) -> Vec<Result<Vec<u8>, CertError>> {
    let mut found = Vec::new();
    let mut lines = text.lines().map(clean);
    while let Some(line) = lines.next() {
        let Some(label) = framed(line, "-----BEGIN PGP ") else {
            continue;
        };
        if !matches!(label, "PUBLIC KEY BLOCK" | "PRIVATE KEY BLOCK") {
            continue;
        }
        let mut coded = String::new();
        let mut in_headers = true;
        let mut ended = false;
        for line in lines.by_ref() {
            if framed(line, "-----END PGP ").is_some() {
                ended = true;
                break;
            }
            if in_headers {
                // Some programs leave out the empty line when there are no headers.
                // Base64 has no colon; a header may have no value.
                in_headers = line.contains(':');
                if in_headers || line.is_empty() {
                    continue;
                }
            }
            coded.push_str(line);
            coded.push('\n');
        }
        found.push(if ended {
            decode(&coded)
        } else {
            Err(CertError::BrokenArmor)
        });
    }
    found
}

/// Webmail adds no-break spaces and indentation.
fn clean(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}')
}

fn framed<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    line.strip_prefix(start)?.strip_suffix("-----")
}

fn decode(coded: &str) -> Result<Vec<u8>, CertError> {
    let mut data = String::with_capacity(coded.len());
    for line in coded.lines() {
        // RFC 9580, 6.1: the checksum is optional and must not be relied on.
        if line.len() == 5 && line.starts_with('=') {
            break;
        }
        data.extend(line.chars().filter(|c| !c.is_whitespace()));
    }
    STANDARD.decode(data).map_err(|_| CertError::BrokenArmor)
}
