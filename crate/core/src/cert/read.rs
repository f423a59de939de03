//! Keys out of whatever a person pastes or drops: armored blocks in other text, or binary; public or secret.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use pgp::types::KeyDetails;

use super::lone::Lone;
use super::packets::{self, RawPacket, tag};
use super::parse::{self, Forged, Parts};
use super::work::{self, Work};
use super::{CertError, Certificate, Issuer, Primary};
use crate::agent::SecretPackets;
use crate::armor;
use crate::limits;
use crate::wire::{ErrorCode, Fingerprint, KeyInfo, SkippedKey, Time};

/// One key that was read.
pub struct ReadKey {
    /// The public part, complete.
    pub certificate: Certificate,
    /// The secret part, as protected as it came.
    pub secret: Option<SecretPackets>,
    /// Why a secret subkey that came with it is not in it.
    pub lost: Option<ErrorCode>,
}

/// All that was found in some data.
pub struct ReadKeys {
    /// The good ones, each certificate once.
    pub keys: Vec<ReadKey>,
    /// The others.
    pub skipped: Vec<SkippedKey>,
    /// What may still be done with them.
    pub(crate) work: Work,
}

impl ReadKeys {
    fn skip(&mut self, fingerprint: Option<Fingerprint>, error: CertError) {
        self.skipped.push(SkippedKey {
            fingerprint,
            error: error.code(),
        });
    }

    /// Describes each of `keys`. Those for which no time is left are skipped then.
    pub fn describe(&mut self, now: Time) -> Vec<KeyInfo> {
        let mut described = Vec::new();
        for key in std::mem::take(&mut self.keys) {
            if self.work.is_over() {
                let limit = CertError::Limit(limits::MAX_IMPORT_WORK);
                self.skip(Some(key.certificate.fingerprint()), limit);
                continue;
            }
            let before = key.certificate.work_done();
            described.push(key.certificate.info(now));
            let done = key.certificate.work_done().saturating_sub(before);
            // Nothing is left when it took longer: it is the last one.
            let _ = self.work.spend(done);
            self.keys.push(key);
        }
        described
    }
}

/// The bodies of the packets of stored primary keys that an issuer may be.
pub(super) type Stored<'s> = dyn Fn(&Issuer) -> Vec<Vec<u8>> + 's;

/// Revocation certificates go to the keys that they withdraw, which are in the data as well, or are `stored`.
pub(super) fn read_many(data: &[u8], stored: &Stored<'_>) -> ReadKeys {
    let mut found = ReadKeys {
        keys: Vec::new(),
        skipped: Vec::new(),
        work: Work::new(limits::MAX_IMPORT_WORK),
    };
    if data.len() > limits::MAX_IMPORT {
        found.skip(None, CertError::Limit(limits::MAX_IMPORT as u32));
        return found;
    }
    let data = armor::without_mark(data);
    let (decoded, withdrawn);
    let mut groups = Groups::default();
    // Packets start with the highest bit set, armor is ASCII.
    if data.first().is_some_and(|b| b & 0x80 != 0) && packets::next(data).is_ok() {
        groups.gather(data, &mut found);
    } else {
        decoded = blocks(&String::from_utf8_lossy(data));
        for block in &decoded {
            match block {
                Ok(bytes) => groups.gather(bytes, &mut found),
                Err(error) => found.skip(None, *error),
            }
            if groups.full {
                break;
            }
        }
    }
    let named = groups.lone.iter().flat_map(|lone| stored(lone.issuer()));
    withdrawn = named.collect::<Vec<_>>();
    for primary in &withdrawn {
        groups.add_stored(primary);
    }
    let Groups { all, mut lone, .. } = groups;
    for group in all {
        group.read(&mut lone, &mut found);
    }
    for _ in lone.iter().filter(|lone| !lone.is_placed()) {
        found.skip(None, CertError::LoneRevocation);
    }
    if found.keys.is_empty() && found.skipped.is_empty() {
        found.skip(None, CertError::NotAKey);
    }
    found
}

/// All packets of one primary key: it may come more than once.
struct Group<'a> {
    /// The body of the primary key's packet, in its public form.
    primary: &'a [u8],
    /// All others, in their public form. Before each further copy stands the primary key's again.
    packets: Vec<RawPacket<'a>>,
    secret: SecretPackets,
    lost: Option<ErrorCode>,
    /// It is not in the data, and wanted only with a revocation certificate.
    stored: bool,
}

/// What was found, by primary keys, in the order in which they came first.
#[derive(Default)]
struct Groups<'a> {
    all: Vec<Group<'a>>,
    known: BTreeMap<&'a [u8], usize>,
    /// Revocation certificates.
    lone: Vec<Lone<'a>>,
    packets: usize,
    /// No more is taken.
    full: bool,
}

impl<'a> Groups<'a> {
    fn gather(&mut self, data: &'a [u8], found: &mut ReadKeys) {
        let (packets, error) =
            packets::split_up_to(data, limits::MAX_PACKETS.saturating_sub(self.packets));
        self.packets += packets.len();
        let is_start = |p: &RawPacket<'_>| matches!(p.tag, tag::PUBLIC_KEY | tag::SECRET_KEY);
        let first = packets.iter().position(is_start).unwrap_or(packets.len());
        let before = packets.get(..first).unwrap_or_default();
        let strange = before.iter().filter(|packet| !self.is_useful(packet));
        if strange.count() > 0 {
            found.skip(None, CertError::NotAKey);
        }
        let mut rest = packets.get(first..).unwrap_or_default();
        while let Some((start, after)) = rest.split_first() {
            let length = 1 + after.iter().position(is_start).unwrap_or(after.len());
            let (one, others) = rest.split_at(length);
            rest = others;
            let many = limits::MAX_CERTIFICATES;
            if found.skipped.len() >= many || (self.all.len() >= many && !self.has(start)) {
                found.skip(None, CertError::Limit(many as u32));
                self.full = true;
                return;
            }
            // The last one before an error is incomplete: nothing of it is used.
            if let (true, Some(error)) = (rest.is_empty(), error) {
                found.skip(None, error);
                return;
            }
            if let Err(error) = self.add(one, &mut found.work) {
                let fingerprint = fingerprint_of(start, &mut found.work);
                found.skip(fingerprint, error);
            }
        }
        if let (true, Some(error)) = (first == packets.len(), error) {
            found.skip(None, error);
        }
    }

    /// Whether a packet that stands before all keys is nothing to be warned of; a revocation certificate is put aside.
    fn is_useful(&mut self, packet: &RawPacket<'a>) -> bool {
        if matches!(packet.tag, tag::MARKER | tag::PADDING | tag::TRUST) {
            return true;
        }
        let room = self.lone.len() < limits::MAX_LONE_REVOCATIONS;
        let lone = room.then(|| Lone::read(packet)).flatten();
        let is_one = lone.is_some();
        self.lone.extend(lone);
        is_one
    }

    /// A stored key that a revocation certificate may withdraw.
    fn add_stored(&mut self, primary: &'a [u8]) {
        if self.known.contains_key(primary) {
            return;
        }
        self.known.insert(primary, self.all.len());
        self.all.push(Group {
            primary,
            packets: Vec::new(),
            secret: SecretPackets::default(),
            lost: None,
            stored: true,
        });
    }

    /// Whether a public key that starts like this is here.
    fn has(&self, start: &RawPacket<'_>) -> bool {
        start.tag == tag::PUBLIC_KEY && self.known.contains_key(start.body)
    }

    /// Takes in the packets of one copy, all or none.
    fn add(&mut self, one: &[RawPacket<'a>], work: &mut Work) -> Result<(), CertError> {
        let (start, others) = one.split_first().ok_or(CertError::NotAKey)?;
        let mut secret = SecretPackets::default();
        let start = match start.tag {
            tag::SECRET_KEY => public_part(start, &mut secret, work)??,
            _ => *start,
        };
        parse::check_version(start.body)?;
        let mut packets = Vec::with_capacity(one.len());
        packets.push(start);
        let mut lost = None;
        for packet in others {
            let packet = match packet.tag {
                // A subkey that cannot be read does not spoil the others.
                tag::SECRET_SUBKEY => {
                    public_part(packet, &mut secret, work)?.unwrap_or_else(|error| {
                        lost.get_or_insert(error.code());
                        UNREADABLE
                    })
                }
                _ => *packet,
            };
            parse::check_kind(&packet)?;
            packets.push(packet);
        }
        match self
            .known
            .get(start.body)
            .and_then(|at| self.all.get_mut(*at))
        {
            Some(group) => {
                group.packets.append(&mut packets);
                group.secret.add_missing(secret);
                group.lost = group.lost.or(lost);
            }
            None => {
                self.known.insert(start.body, self.all.len());
                self.all.push(Group {
                    primary: start.body,
                    packets,
                    secret,
                    lost,
                    stored: false,
                });
            }
        }
        Ok(())
    }
}

impl Group<'_> {
    fn read(self, lone: &mut [Lone<'_>], found: &mut ReadKeys) {
        let mut fingerprint = None;
        let read = found.work.within(limits::MAX_CERTIFICATE_WORK, |work| {
            let primary = Primary::new(parse::primary_key(self.primary, work)?, self.primary);
            fingerprint = Some(Fingerprint::from_bytes(primary.fingerprint.as_bytes()));
            let mut revocations = Vec::new();
            for lone in lone {
                revocations.extend(lone.place(&primary, work)?);
            }
            if self.stored && revocations.is_empty() {
                return Ok(None);
            }
            let mut parts = Parts::new(primary);
            for packet in &revocations {
                parts.push(packet, work)?;
            }
            for packet in &self.packets {
                match packet.tag {
                    tag::PUBLIC_KEY => parts.at_primary(),
                    _ => parts.push(packet, work)?,
                }
            }
            parts.finish(Forged::Go, work).map(Some)
        });
        match read {
            Ok(None) => {}
            Ok(Some(certificate)) => found.keys.push(ReadKey {
                certificate,
                secret: (!self.secret.is_empty()).then_some(self.secret),
                lost: self.lost,
            }),
            Err(error) => found.skip(fingerprint, error),
        }
    }
}

/// In the place of a packet that cannot be read: what follows belongs to nothing.
const UNREADABLE: RawPacket<'static> = RawPacket { tag: 60, body: &[] };

/// The public part of a secret key, which goes to `secret` as a whole. The outer error is a limit.
fn public_part<'a>(
    packet: &RawPacket<'a>,
    secret: &mut SecretPackets,
    work: &mut Work,
) -> Result<Result<RawPacket<'a>, CertError>, CertError> {
    work.spend(work::reading(packet.body))?;
    let pushed = secret.push(packet);
    Ok(pushed.and_then(|(tag, length)| {
        let body = packet.body.get(..length).ok_or(CertError::Malformed)?;
        Ok(RawPacket { tag, body })
    }))
}

fn fingerprint_of(packet: &RawPacket<'_>, work: &mut Work) -> Option<Fingerprint> {
    let key = (packet.tag == tag::PUBLIC_KEY)
        .then(|| parse::primary_key(packet.body, work))?
        .ok()?;
    Some(Fingerprint::from_bytes(key.fingerprint().as_bytes()))
}

/// The decoded contents of all key blocks in `text`.
fn blocks(text: &str) -> Vec<Result<Vec<u8>, CertError>> {
    let mut found = Vec::new();
    let mut lines = text.lines().map(clean).peekable();
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
        // One that has no end takes nothing of the next with it.
        while let Some(line) = lines.next_if(|line| framed(line, "-----BEGIN PGP ").is_none()) {
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
        if ended {
            found.push(decode(&coded));
        } else if !matches!(found.last(), Some(Err(CertError::BrokenArmor))) {
            // Said once of any number that stand behind each other.
            found.push(Err(CertError::BrokenArmor));
        }
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
        // RFC 9580, 6.1: the checksum may be missing, malformed or wrong. Signs alone are padding.
        if line.starts_with('=') && !line.trim_matches('=').is_empty() {
            break;
        }
        data.extend(line.chars().filter(|c| !c.is_whitespace()));
    }
    STANDARD.decode(data).map_err(|_| CertError::BrokenArmor)
}
