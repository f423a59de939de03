//! Making one message: sign, then encrypt.
//!
//! - The text goes as UTF-8 with CRLF line ends in a literal packet that says so, with neither name nor date. It is
//!   not compressed: the length of compressed secrets tells about them, and readers have one attack surface less.
//! - The signature is over the exact bytes (type 0x00) and names the recipients (RFC 9580, 5.2.3.36), so that nobody
//!   can pass a letter on as if it had been written to somebody else.
//! - One component key per recipient is used: the newest that is usable. Owners who keep several rotate them.
//! - Nothing leaves before the finished signature was verified with the signer's certificate.

mod encrypt;
mod sign;

use rand::{CryptoRng, RngCore};

use self::encrypt::Recipients;
use self::sign::Pending;
use crate::armor::{self, Checksum, Kind};
use crate::cert::Certificate;
use crate::limits::MAX_RECIPIENTS;
use crate::message::limits::MAX_PLAINTEXT;
use crate::message::packet::{self, tag};
use crate::wire::engine::{EncryptJob, EncryptStep};
use crate::wire::{Bytes, ErrorCode, Reason, Refusal, Time};

/// Why a message cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WriteError {
    /// There is no text.
    #[error("nothing to encrypt")]
    Empty,
    /// There is nobody to encrypt to.
    #[error("no recipient")]
    NoRecipient,
    /// More text or recipients than allowed.
    #[error("over the limit of {0}")]
    Limit(usize),
    /// A certificate cannot be read.
    #[error("a certificate cannot be read")]
    Certificate(ErrorCode),
    /// A certificate cannot be encrypted to, or cannot sign.
    #[error("a key cannot be used")]
    Unusable(Vec<Reason>),
    /// The signature that came back is not one by the signer on this text.
    #[error("the signature could not be made")]
    Signing,
}

impl WriteError {
    /// What crosses the wall.
    fn step(self) -> EncryptStep {
        let (error, detail) = match self {
            Self::Empty => (ErrorCode::Empty, None),
            Self::NoRecipient => (ErrorCode::NoRecipient, None),
            Self::Limit(limit) => {
                let detail = Refusal {
                    limit: u32::try_from(limit).ok(),
                    ..Refusal::default()
                };
                (ErrorCode::Limit, Some(detail))
            }
            Self::Certificate(error) => (error, None),
            Self::Unusable(reasons) => {
                let detail = Refusal {
                    reasons,
                    ..Refusal::default()
                };
                (ErrorCode::UnusableKey, Some(detail))
            }
            Self::Signing => (ErrorCode::SigningFailed, None),
        };
        EncryptStep::Failed { error, detail }
    }
}

/// A message that waits for its signature.
pub struct Writer {
    recipients: Recipients,
    signature: Pending,
    text: Vec<u8>,
}

impl Writer {
    /// Starts a job. An unsigned message is done at once; a signed one needs the signature of a digest first.
    pub fn begin<R: RngCore + CryptoRng>(
        job: EncryptJob,
        rng: &mut R,
    ) -> (Option<Self>, EncryptStep) {
        match Self::prepare(job, rng) {
            Ok((writer, step)) => (writer, step),
            Err(error) => (None, error.step()),
        }
    }

    fn prepare<R: RngCore + CryptoRng>(
        job: EncryptJob,
        rng: &mut R,
    ) -> Result<(Option<Self>, EncryptStep), WriteError> {
        if job.text.trim().is_empty() {
            return Err(WriteError::Empty);
        }
        let text = network_lines(&job.text).into_bytes();
        if text.len() > MAX_PLAINTEXT {
            return Err(WriteError::Limit(MAX_PLAINTEXT));
        }
        let recipients = Recipients::new(certificates(&job.recipients)?, job.now)?;
        let Some(signer) = &job.signer else {
            let mut plain = Vec::with_capacity(text.len() + 16);
            literal(&mut plain, &text);
            return recipients.encrypt(&plain, rng).map(|step| (None, step));
        };
        let signer = certificate(signer)?;
        let (signature, request) = Pending::new(signer, &recipients, &text, job.now, rng)?;
        let writer = Self {
            recipients,
            signature,
            text,
        };
        Ok((Some(writer), EncryptStep::Sign { request }))
    }

    /// Goes on with the signature's algorithm-specific fields, exactly as they stand in a packet
    /// (RFC 9580, 5.2.3): `Done` or `Failed`.
    pub fn finish<R: RngCore + CryptoRng>(self, signature: &[u8], rng: &mut R) -> EncryptStep {
        self.signature
            .complete(signature, &self.text)
            .and_then(|signed| {
                let mut plain = Vec::with_capacity(self.text.len() + 1024);
                packet::write(&mut plain, tag::ONE_PASS, &signed.one_pass);
                literal(&mut plain, &self.text);
                packet::write(&mut plain, tag::SIGNATURE, &signed.signature);
                self.recipients.encrypt(&plain, rng)
            })
            .unwrap_or_else(WriteError::step)
    }
}

/// A literal data packet (RFC 9580, 5.9) of UTF-8 text, without name and date.
fn literal(out: &mut Vec<u8>, text: &[u8]) {
    let mut body = Vec::with_capacity(text.len() + 6);
    body.extend_from_slice(&[b'u', 0, 0, 0, 0, 0]);
    body.extend_from_slice(text);
    packet::write(out, tag::LITERAL, &body);
}

/// CRLF line ends, as text in a literal packet has them (RFC 9580, 5.9).
fn network_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\n', "\r\n")
}

/// Each certificate once.
fn certificates(all: &[Bytes]) -> Result<Vec<Certificate>, WriteError> {
    let mut found: Vec<Certificate> = Vec::new();
    for bytes in all {
        let cert = certificate(bytes)?;
        if !found
            .iter()
            .any(|known| known.fingerprint() == cert.fingerprint())
        {
            found.push(cert);
        }
        // The user's own comes on top.
        if found.len() > MAX_RECIPIENTS + 1 {
            return Err(WriteError::Limit(MAX_RECIPIENTS));
        }
    }
    match found.is_empty() {
        true => Err(WriteError::NoRecipient),
        false => Ok(found),
    }
}

fn certificate(bytes: &Bytes) -> Result<Certificate, WriteError> {
    Certificate::from_bytes(&bytes.0).map_err(|error| WriteError::Certificate(error.code()))
}

/// The finished block.
fn armored(data: &[u8], aead: bool) -> EncryptStep {
    let checksum = match aead {
        true => Checksum::None,
        false => Checksum::Crc24,
    };
    EncryptStep::Done {
        armored: armor::write(Kind::Message, data, checksum),
        aead,
    }
}

/// Policy's word on a certificate.
fn unusable(reasons: Vec<Reason>) -> WriteError {
    WriteError::Unusable(reasons)
}

/// Seconds since 1970, for rpgp.
fn timestamp(time: Time) -> pgp::types::Timestamp {
    pgp::types::Timestamp::from_secs(time)
}
