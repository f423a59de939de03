//! Signing a document: everything but the private key operations, which the agent does on digests.
//!
//! [`Signer`] takes the document in pieces and keeps nothing of it; [`Signer::requests`] says what the agent must sign;
//! [`Waiting::complete`] takes the answers and gives the packets. Nothing leaves that does not verify.

mod pending;

use self::pending::{Pending, Signed};
use super::error::WriteError;
use crate::armor::{self, Checksum, Kind};
use crate::cert::Certificate;
use crate::message::packet::{self, tag};
use crate::message::{limits, signed_form};
use crate::wire::engine::SignatureMode;
use crate::wire::{Fingerprint, SignRequest, Time};
use rand::{CryptoRng, RngCore};

/// How literal data is marked (RFC 9580, 5.9). It says nothing about signatures, and nobody should rely on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `b`
    Binary,
    /// `u`: UTF-8.
    Text,
}

/// A document on its way to its signatures.
pub struct Signer {
    pending: Vec<Pending>,
}

impl Signer {
    /// One signature for each certificate, by its newest component key that may sign. `intended` are the recipients'
    /// certificates (RFC 9580, 5.2.3.36); empty for a document that is for everybody.
    ///
    /// # Errors
    /// [`WriteError::Unusable`] when one cannot sign; [`WriteError::NoSigner`] when there is none;
    /// [`WriteError::Limit`] over [`limits::MAX_SIGNATURES`].
    pub fn new<R: RngCore + CryptoRng>(
        signers: &[Certificate],
        mode: SignatureMode,
        intended: &[Fingerprint],
        now: Time,
        rng: &mut R,
    ) -> Result<Self, WriteError> {
        match signers.len() {
            0 => return Err(WriteError::NoSigner),
            1..=limits::MAX_SIGNATURES => {}
            _ => return Err(WriteError::Limit(limits::MAX_SIGNATURES)),
        }
        let pending = signers
            .iter()
            .map(|signer| Pending::new(signer, mode, intended, now, rng));
        Ok(Self {
            pending: pending.collect::<Result<_, _>>()?,
        })
    }

    /// The next bytes of the document.
    pub fn update(&mut self, data: &[u8]) {
        for pending in &mut self.pending {
            pending.update(data);
        }
    }

    /// The document has ended: what the agent must sign, in the order of the signers.
    ///
    /// # Errors
    /// [`WriteError::Signing`].
    pub fn requests(self) -> Result<(Waiting, Vec<SignRequest>), WriteError> {
        let mut waiting = Vec::new();
        let mut requests = Vec::new();
        for pending in self.pending {
            let (hashed, request) = pending.finish()?;
            waiting.push(hashed);
            requests.push(request);
        }
        Ok((Waiting { all: waiting }, requests))
    }
}

/// Signatures without their cryptographic part.
pub struct Waiting {
    all: Vec<pending::Hashed>,
}

impl Waiting {
    /// Puts the agent's signatures in their places and verifies each. `fields` are the algorithm-specific fields,
    /// exactly as they stand in a packet (RFC 9580, 5.2.3), in the order of the requests.
    ///
    /// # Errors
    /// [`WriteError::Signing`] when one is missing or does not verify.
    pub fn complete(self, fields: &[Vec<u8>]) -> Result<Signatures, WriteError> {
        if fields.len() != self.all.len() {
            return Err(WriteError::Signing);
        }
        let signed = self.all.into_iter().zip(fields);
        let all = signed.map(|(hashed, fields)| hashed.complete(fields));
        Ok(Signatures {
            all: all.collect::<Result<_, _>>()?,
        })
    }
}

/// Finished signatures on one document.
pub struct Signatures {
    all: Vec<Signed>,
}

impl Signatures {
    /// The packets, for a detached signature (RFC 9580, 10.4).
    pub fn detached(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for signed in &self.all {
            packet::write(&mut out, tag::SIGNATURE, &signed.signature);
        }
        out
    }

    /// The same as a `PGP SIGNATURE` block.
    pub fn detached_armored(&self) -> String {
        armor::write(Kind::Signature, &self.detached(), self.checksum())
    }

    /// A one-pass signed message (RFC 9580, 10.3) around the document: the bytes that were given to
    /// [`Signer::update`].
    pub fn inline(&self, format: Format, data: &[u8]) -> Vec<u8> {
        let (mut out, after) = self.around(format, data.len());
        out.reserve_exact(data.len() + after.len());
        out.extend_from_slice(data);
        out.extend_from_slice(&after);
        out
    }

    /// What stands in front of a document of that size in such a message, and what behind it.
    pub(super) fn around(&self, format: Format, size: usize) -> (Vec<u8>, Vec<u8>) {
        let mut out = Vec::with_capacity(1024);
        let mut nested = self.all.len();
        for signed in &self.all {
            nested -= 1;
            let mut one_pass = signed.one_pass.clone();
            // The last octet: zero when another one-pass packet follows (RFC 9580, 5.4).
            if let Some(last) = one_pass.last_mut() {
                *last = u8::from(nested == 0);
            }
            packet::write(&mut out, tag::ONE_PASS, &one_pass);
        }
        begin_literal(&mut out, format, size);
        let mut after = Vec::new();
        for signed in self.all.iter().rev() {
            packet::write(&mut after, tag::SIGNATURE, &signed.signature);
        }
        (out, after)
    }

    /// The name of the hash for `micalg` (RFC 3156, 5); `None` when the signatures use different ones.
    pub fn micalg(&self) -> Option<String> {
        let mut names = self.all.iter().map(|s| s.hash_name.as_str());
        let first = names.next()?;
        let name = format!("pgp-{}", first.to_ascii_lowercase());
        names.all(|other| other == first).then_some(name)
    }

    fn checksum(&self) -> Checksum {
        match self.all.iter().all(|signed| signed.six) {
            true => Checksum::None,
            false => Checksum::Crc24,
        }
    }
}

/// A text that is being signed in the cleartext signature framework (RFC 9580, 7).
pub struct CleartextSigner {
    waiting: Waiting,
    text: String,
}

impl CleartextSigner {
    /// Spaces and tabs at the ends of lines are not signed and are left out.
    ///
    /// # Errors
    /// As for [`Signer::new`]; [`WriteError::NotText`] for characters that do not survive the framework (NUL, a CR
    /// without LF); [`WriteError::Limit`].
    pub fn new<R: RngCore + CryptoRng>(
        text: &str,
        signers: &[Certificate],
        now: Time,
        rng: &mut R,
    ) -> Result<(Self, Vec<SignRequest>), WriteError> {
        if text.len() > limits::MAX_CLEARTEXT {
            return Err(WriteError::Limit(limits::MAX_CLEARTEXT));
        }
        let text = text.replace("\r\n", "\n");
        if text.contains(['\0', '\r']) {
            return Err(WriteError::NotText);
        }
        let text = signed_form(&text);
        if text
            .split('\n')
            .any(|line| line.len() >= limits::MAX_CLEARTEXT_LINE)
        {
            return Err(WriteError::Limit(limits::MAX_CLEARTEXT_LINE));
        }
        let mut signer = Signer::new(signers, SignatureMode::Text, &[], now, rng)?;
        signer.update(text.as_bytes());
        let (waiting, requests) = signer.requests()?;
        Ok((Self { waiting, text }, requests))
    }

    /// The whole block; `fields` as for [`Waiting::complete`].
    ///
    /// # Errors
    /// [`WriteError::Signing`].
    pub fn complete(self, fields: &[Vec<u8>]) -> Result<String, WriteError> {
        let signatures = self.waiting.complete(fields)?;
        let mut out = String::with_capacity(self.text.len() + 2048);
        out.push_str("-----BEGIN PGP SIGNED MESSAGE-----\n");
        // For readers from before RFC 9580; the header is not signed and says nothing.
        let mut names = Vec::new();
        for signed in signatures.all.iter().filter(|signed| !signed.six) {
            if !names.contains(&signed.hash_name.as_str()) {
                names.push(signed.hash_name.as_str());
            }
        }
        for name in names {
            out.push_str("Hash: ");
            out.push_str(name);
            out.push('\n');
        }
        out.push('\n');
        for line in self.text.split('\n') {
            if is_changed(line) {
                out.push_str("- ");
            }
            out.push_str(line);
            out.push('\n');
        }
        out.push_str(&signatures.detached_armored());
        Ok(out)
    }
}

/// Whether a line needs its dash (RFC 9580, 7.2), or is one that mail programs change when they send: they put a space before
/// "From ", before an indentation, and behind the marks of a quotation (RFC 3676, 4.4).
fn is_changed(line: &str) -> bool {
    let quoted = line.trim_start_matches('>');
    let unspaced = quoted.len() < line.len() && !quoted.is_empty() && !quoted.starts_with(' ');
    unspaced || line.starts_with(['-', ' ']) || line.starts_with("From ")
}

/// A literal data packet (RFC 9580, 5.9) without name and date, up to its data of that size.
pub(super) fn begin_literal(out: &mut Vec<u8>, format: Format, size: usize) {
    let letter = match format {
        Format::Binary => b'b',
        Format::Text => b'u',
    };
    let head = [letter, 0, 0, 0, 0, 0];
    packet::begin(out, tag::LITERAL, head.len() + size);
    out.extend_from_slice(&head);
}
