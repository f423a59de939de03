//! The two things that a mail can become.

use rand::{CryptoRng, RngCore};

use super::super::signer::{CleartextSigner, Format, Signer, Waiting};
use super::super::writer::{PasswordCost, Profile, Writer, certificate, check_passwords};
use super::letter;
use super::wrap::wrapped;
use super::{Count, Output, WriteError, signature_name};
use crate::cert::Certificate;
use crate::engine::Order;
use crate::limits::{MAX_HIDDEN, MAX_RECIPIENTS, MAX_WRITTEN_TEXT};
use crate::message::content::{Content, Pieces};
use crate::message::text::network_lines;
use crate::mime::write::{Letter, entity};
use crate::policy::Purpose;
use crate::wire::compose::{MailForm, MailOrder, WrittenFile};
use crate::wire::engine::SignatureMode;
use crate::wire::{Bytes, SignRequest, Time};

/// A mail that becomes one encrypted message.
pub(super) struct Encrypted {
    /// With nothing in it yet.
    order: Order,
    what: What,
    count: Count,
}

/// What is in the message.
enum What {
    Text(String),
    Entity(Box<Letter>),
}

impl Encrypted {
    pub fn new(order: MailOrder) -> Result<Self, WriteError> {
        check_text(&order)?;
        check_passwords(&order.passwords)?;
        if order.recipients.len() + order.hidden.len() > MAX_RECIPIENTS {
            return Err(WriteError::Limit(MAX_RECIPIENTS));
        }
        if order.hidden.len() > MAX_HIDDEN {
            return Err(WriteError::Limit(MAX_HIDDEN));
        }
        let read = |all: &[Bytes]| all.iter().map(certificate).collect::<Result<Vec<_>, _>>();
        let recipients = read(&order.recipients)?;
        let hidden = read(&order.hidden)?;
        let own = order.own.as_ref().map(certificate).transpose()?;
        let signers = order.signer.iter().map(certificate);
        let signers = signers.collect::<Result<Vec<_>, _>>()?;
        let now = order.now;
        let passwords = order.passwords.clone();
        let profile = match order.for_waxseal && !passwords.is_empty() {
            true => Profile::Waxseal,
            false => Profile::Recipients,
        };
        let (what, format) = match order.form {
            MailForm::Entity => {
                let letter = letter::of(order, &recipients)?;
                (What::Entity(Box::new(letter)), Format::Binary)
            }
            _ => (What::Text(letter::text_alone(order)?), Format::Text),
        };
        let order = Order {
            data: Content::default(),
            format,
            recipients,
            hidden,
            own,
            passwords,
            cost: PasswordCost::STANDARD,
            signers,
            mode: SignatureMode::Binary,
            profile,
            purpose: Purpose::Any,
            now,
        };
        // Before large files are on their way.
        order.check()?;
        Ok(Self {
            order,
            what,
            count: Count::default(),
        })
    }

    pub fn add(&mut self, file: WrittenFile, data: Pieces) -> Result<(), WriteError> {
        self.count.add(data.size())?;
        match &mut self.what {
            What::Entity(letter) => letter.files.push((file, data)),
            What::Text(_) => return Err(WriteError::OutOfOrder),
        }
        Ok(())
    }

    pub fn make<R: RngCore + CryptoRng>(
        mut self,
        rng: &mut R,
    ) -> Result<(Writer, Vec<SignRequest>), WriteError> {
        self.order.data = match self.what {
            What::Text(text) if text.trim().is_empty() => return Err(WriteError::Empty),
            What::Text(text) => network_lines(&text).into_bytes().into(),
            What::Entity(letter) if letter.text.trim().is_empty() && letter.files.is_empty() => {
                return Err(WriteError::Empty);
            }
            What::Entity(letter) => entity(*letter, rng),
        };
        Writer::new(self.order, rng)
    }
}

/// A mail that is signed and not encrypted.
pub(super) struct Signed {
    signer: Certificate,
    now: Time,
    text: String,
    /// The text, once it was signed.
    cleartext: Option<CleartextSigner>,
    /// Names of files with what waits for its signature, and what must be signed.
    files: Vec<(String, Waiting, SignRequest)>,
    count: Count,
}

impl Signed {
    pub fn new(order: MailOrder) -> Result<Self, WriteError> {
        check_text(&order)?;
        let signer = order.signer.as_ref().ok_or(WriteError::NoSigner)?;
        let (signer, now) = (certificate(signer)?, order.now);
        Ok(Self {
            signer,
            now,
            text: letter::text_alone(order)?,
            cleartext: None,
            files: Vec::new(),
            count: Count::default(),
        })
    }

    /// Hashes the file and keeps nothing of it.
    pub fn add<R: RngCore + CryptoRng>(
        &mut self,
        file: &WrittenFile,
        data: &Pieces,
        rng: &mut R,
    ) -> Result<(), WriteError> {
        self.count.add(data.size())?;
        let signers = std::slice::from_ref(&self.signer);
        let mut signer = Signer::new(signers, SignatureMode::Binary, &[], self.now, rng)?;
        data.pieces().for_each(|piece| signer.update(piece));
        let (waiting, mut requests) = signer.requests()?;
        let request = requests.pop().ok_or(WriteError::Signing)?;
        let name = signature_name(&file.name);
        self.files.push((name, waiting, request));
        Ok(())
    }

    /// What must be signed: the text, then the files.
    pub fn make<R: RngCore + CryptoRng>(
        mut self,
        rng: &mut R,
    ) -> Result<(Self, Vec<SignRequest>), WriteError> {
        if self.text.trim().is_empty() {
            return Err(WriteError::Empty);
        }
        let signers = std::slice::from_ref(&self.signer);
        let (signer, mut requests) =
            CleartextSigner::new(&wrapped(&self.text), signers, self.now, rng)?;
        self.cleartext = Some(signer);
        requests.extend(self.files.iter().map(|(_, _, request)| request.clone()));
        Ok((self, requests))
    }

    pub fn complete(self, signatures: &[Vec<u8>]) -> Result<Vec<Output>, WriteError> {
        let (Some(cleartext), Some((first, rest))) = (self.cleartext, signatures.split_first())
        else {
            return Err(WriteError::Signing);
        };
        if rest.len() != self.files.len() {
            return Err(WriteError::Signing);
        }
        let text = cleartext.complete(std::slice::from_ref(first))?;
        let mut outputs = vec![Output::signed(text)];
        for ((name, waiting, _), signature) in self.files.into_iter().zip(rest) {
            let made = waiting.complete(std::slice::from_ref(signature))?;
            outputs.push(Output::signature(name, made.detached_armored()));
        }
        Ok(outputs)
    }
}

fn check_text(order: &MailOrder) -> Result<(), WriteError> {
    let html = order.html.as_ref().map_or(0, String::len);
    match order.text.len().max(html) > MAX_WRITTEN_TEXT {
        true => Err(WriteError::Limit(MAX_WRITTEN_TEXT)),
        false => Ok(()),
    }
}
