//! Making one message: sign, then encrypt.
//!
//! - Text from a page goes as UTF-8 with CRLF line ends in a literal packet that says so, with neither name nor date.
//!   Nothing is compressed: the length of compressed secrets tells about them, and readers have one attack surface less.
//! - The signature names the recipients (RFC 9580, 5.2.3.36), so that nobody can pass a letter on as if it had been
//!   written to somebody else. Who reads with a password, or hidden, has no name: then it names nobody.
//! - One component key per recipient is used: the newest that is usable. Owners who keep several rotate them.
//! - Nothing leaves before the finished signature was verified with the signer's certificate.

mod encrypt;
mod password;

use rand::{CryptoRng, RngCore};

use self::encrypt::Recipients;
pub use self::password::PasswordCost;
use super::error::WriteError;
use super::signer::{Format, Signer, Waiting, begin_literal};
use crate::armor::{self, Checksum, Kind};
use crate::cert::Certificate;
use crate::limits::{MAX_HIDDEN, MAX_RECIPIENTS, MIN_PASSPHRASE};
use crate::message::SessionKey;
use crate::message::bulk::{Machine, Portable, ready};
use crate::message::content::{Content, Pieces};
use crate::message::limits::MAX_PLAINTEXT;
use crate::message::text::network_lines;
use crate::policy::{self, Purpose};
use crate::wire::engine::{EncryptJob, EncryptStep, SignatureMode};
use crate::wire::{Bytes, Reason, Secret, SignRequest, Time};

/// What form the message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// What every recipient's certificate says it reads; with a password what every program reads.
    Recipients,
    /// Who reads with a password has Waxseal, and so has the writer: SEIPD version 2 with OCB and Argon2, unless the certificate
    /// of another recipient does not say that it reads that.
    Waxseal,
    /// SEIPD version 1 for all.
    Rfc4880,
    /// SEIPD version 2 with OCB and Argon2, unless a recipient's certificate does not say that it reads that.
    Rfc9580,
}

/// What is to be made.
pub struct Order {
    /// The document, taken as it is.
    pub data: Content,
    /// How it is marked.
    pub format: Format,
    /// To whom. Empty is allowed when there are passwords.
    pub recipients: Vec<Certificate>,
    /// To whom else, without anybody seeing that.
    pub hidden: Vec<Certificate>,
    /// Who writes, to read it again.
    pub own: Option<Certificate>,
    /// Each opens the message by itself.
    pub passwords: Vec<Secret>,
    /// What a guess at a password costs.
    pub cost: PasswordCost,
    /// Who signs; may be nobody.
    pub signers: Vec<Certificate>,
    /// What is signed.
    pub mode: SignatureMode,
    /// The form.
    pub profile: Profile,
    /// Which of the recipients' keys are taken.
    pub purpose: Purpose,
    /// Now.
    pub now: Time,
}

/// A finished message.
pub struct Sealed {
    /// Its packets.
    pub data: Pieces,
    /// Authenticated encryption (SEIPD version 2) was used.
    pub aead: bool,
    /// Its session key, with the cipher.
    pub session_key: SessionKey,
}

impl Sealed {
    /// As a `PGP MESSAGE` block.
    pub fn armored(&self) -> String {
        let mut armored = String::with_capacity(armored_size(&self.data, self.aead));
        (0..)
            .map_while(|number| armored_part(&self.data, self.aead, number))
            .for_each(|part| armored.push_str(&part.text()));
        armored
    }
}

/// What the armor of a message ends with.
fn checksum(aead: bool) -> Checksum {
    match aead {
        true => Checksum::None,
        false => Checksum::Crc24,
    }
}

/// How many octets the `PGP MESSAGE` block of these packets has.
pub(super) fn armored_size(data: &Pieces, aead: bool) -> usize {
    armor::size(Kind::Message, data.size(), checksum(aead))
}

/// A part of that block, of less than 128 KiB. They are counted from 0; `None` after the last.
pub(super) fn armored_part(data: &Pieces, aead: bool, number: usize) -> Option<armor::Part<'_>> {
    let Some(number) = number.checked_sub(1) else {
        return Some(armor::Part::Text(armor::begin(Kind::Message).into()));
    };
    match data.part(number) {
        Some(part) => Some(armor::Part::Lines(part)),
        None if number == data.parts() => {
            let end = armor::end(Kind::Message, checksum(aead), data.pieces());
            Some(armor::Part::Text(end.into()))
        }
        None => None,
    }
}

/// A message that waits for its signatures.
pub struct Writer {
    recipients: Recipients,
    waiting: Option<Waiting>,
    data: Content,
    format: Format,
}

impl Order {
    /// Whether there is somebody to encrypt to, and everybody can be; whether all signers can sign.
    ///
    /// # Errors
    /// As for [`Writer::new`].
    pub(super) fn check(&self) -> Result<(), WriteError> {
        for signer in &self.signers {
            policy::signing_component(signer, self.now).map_err(WriteError::Unusable)?;
        }
        self.readers().map(drop)
    }

    fn readers(&self) -> Result<Recipients, WriteError> {
        Recipients::new(
            (
                self.recipients.clone(),
                self.own.clone(),
                self.hidden.clone(),
            ),
            self.passwords.clone(),
            self.cost,
            (self.profile, self.purpose),
            self.now,
        )
    }
}

impl Writer {
    /// Starts: what the agent must sign (nothing when nobody signs). [`Writer::seal`] goes on.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn new<R: RngCore + CryptoRng>(
        order: Order,
        rng: &mut R,
    ) -> Result<(Self, Vec<SignRequest>), WriteError> {
        if order.data.size() > MAX_PLAINTEXT {
            return Err(WriteError::Limit(MAX_PLAINTEXT));
        }
        let recipients = order.readers()?;
        let (waiting, requests) = match order.signers.as_slice() {
            [] => (None, Vec::new()),
            signers => {
                let intended = recipients.intended();
                let mut signer = Signer::new(signers, order.mode, &intended, order.now, rng)?;
                order.data.each(|octets| signer.update(octets));
                let (waiting, requests) = signer.requests()?;
                (Some(waiting), requests)
            }
        };
        let writer = Self {
            recipients,
            waiting,
            data: order.data,
            format: order.format,
        };
        Ok((writer, requests))
    }

    /// Takes the agent's signatures (algorithm-specific fields exactly as they stand in a packet, RFC 9580, 5.2.3, in
    /// the order of the requests) and encrypts.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn seal<R: RngCore + CryptoRng>(
        self,
        signatures: &[Vec<u8>],
        rng: &mut R,
    ) -> Result<Sealed, WriteError> {
        ready(self.seal_on(&Portable, signatures, rng)).unwrap_or_else(|| Err(unable()))
    }

    /// The same with the help of a machine.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub async fn seal_on<R: RngCore + CryptoRng>(
        self,
        machine: &impl Machine,
        signatures: &[Vec<u8>],
        rng: &mut R,
    ) -> Result<Sealed, WriteError> {
        let mut plain = self.data;
        match self.waiting {
            Some(waiting) => {
                let signatures = waiting.complete(signatures)?;
                let (before, after) = signatures.around(self.format, plain.size());
                plain.push_front(before);
                plain.push(after);
            }
            None if signatures.is_empty() => {
                let mut before = Vec::new();
                begin_literal(&mut before, self.format, plain.size());
                plain.push_front(before);
            }
            None => return Err(WriteError::Signing),
        }
        self.recipients.encrypt(machine, plain, rng).await
    }

    /// Starts a job of the composer. An unsigned message is done at once; a signed one needs the signature of a digest
    /// first.
    pub fn begin<R: RngCore + CryptoRng>(
        job: EncryptJob,
        rng: &mut R,
    ) -> (Option<Self>, EncryptStep) {
        ready(Self::begin_on(&Portable, job, rng)).unwrap_or_else(|| (None, unable().step()))
    }

    /// The same with the help of a machine.
    pub async fn begin_on<R: RngCore + CryptoRng>(
        machine: &impl Machine,
        job: EncryptJob,
        rng: &mut R,
    ) -> (Option<Self>, EncryptStep) {
        let started = order(job).and_then(|order| Self::new(order, rng));
        match started {
            Ok((writer, mut requests)) => match requests.pop() {
                Some(request) => (Some(writer), EncryptStep::Sign { request }),
                None => (None, done(writer.seal_on(machine, &[], rng).await)),
            },
            Err(error) => (None, error.step()),
        }
    }

    /// Goes on with the signature's algorithm-specific fields: `Done` or `Failed`.
    pub fn finish<R: RngCore + CryptoRng>(self, signature: &[u8], rng: &mut R) -> EncryptStep {
        done(self.seal(&[signature.to_vec()], rng))
    }

    /// The same with the help of a machine.
    pub async fn finish_on<R: RngCore + CryptoRng>(
        self,
        machine: &impl Machine,
        signature: &[u8],
        rng: &mut R,
    ) -> EncryptStep {
        done(self.seal_on(machine, &[signature.to_vec()], rng).await)
    }
}

/// Without a machine nothing has to be waited for.
fn unable() -> WriteError {
    WriteError::Unusable(vec![Reason::Unsupported])
}

fn done(sealed: Result<Sealed, WriteError>) -> EncryptStep {
    match sealed {
        Ok(sealed) => EncryptStep::Done {
            armored: sealed.armored(),
            aead: sealed.aead,
        },
        Err(error) => error.step(),
    }
}

fn order(job: EncryptJob) -> Result<Order, WriteError> {
    if job.text.trim().is_empty() {
        return Err(WriteError::Empty);
    }
    if job.text.len() > MAX_PLAINTEXT {
        return Err(WriteError::Limit(MAX_PLAINTEXT));
    }
    if job.recipients.len() > MAX_RECIPIENTS + 1 {
        return Err(WriteError::Limit(MAX_RECIPIENTS));
    }
    if job.hidden.len() > MAX_HIDDEN {
        return Err(WriteError::Limit(MAX_HIDDEN));
    }
    check_passwords(&job.passwords)?;
    let recipients = job.recipients.iter().map(certificate);
    let hidden = job.hidden.iter().map(certificate);
    let signers = job.signer.iter().map(certificate);
    Ok(Order {
        data: network_lines(&job.text).into_bytes().into(),
        format: Format::Text,
        recipients: recipients.collect::<Result<_, _>>()?,
        hidden: hidden.collect::<Result<_, _>>()?,
        own: None,
        passwords: job.passwords,
        cost: PasswordCost::STANDARD,
        signers: signers.collect::<Result<_, _>>()?,
        mode: SignatureMode::Binary,
        profile: Profile::Recipients,
        purpose: Purpose::Any,
        now: job.now,
    })
}

/// Passwords that a person chose.
pub(super) fn check_passwords(passwords: &[Secret]) -> Result<(), WriteError> {
    let short = |password: &Secret| password.expose().chars().count() < MIN_PASSPHRASE;
    match passwords.iter().any(short) {
        true => Err(WriteError::WeakPassword),
        false => Ok(()),
    }
}

pub(super) fn certificate(bytes: &Bytes) -> Result<Certificate, WriteError> {
    Certificate::from_bytes(&bytes.0).map_err(|error| WriteError::Certificate(error.code()))
}
