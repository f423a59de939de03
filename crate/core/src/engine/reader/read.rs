//! The end of reading: what is shown, with the verdict on it.

use std::borrow::Cow;

use super::{Failure, OUT_OF_ORDER, Open, Read, Reader, State, mail_failure};
use crate::cert::Certificate;
use crate::limits::MAX_ISSUERS;
use crate::message::{Detached, Document, SessionKey};
use crate::mime::Charsets;
use crate::verdict::{self, ReadMail, ReadMessage, Signers, judge_mail};
use crate::wire::{Bytes, Time, Vouched};

impl Reader {
    /// What decrypted it, with its cipher: for who wants to keep it.
    pub fn session_key(&self) -> Option<&SessionKey> {
        self.key.as_ref()
    }

    /// What is shown and the verdict on it, once. `certificates` are what the vault has for the issuers; those that cannot
    /// be read count as missing. `vouched` is what the user says of them. `sender` is the From that the site shows.
    ///
    /// # Errors
    /// The error that was told before; `BadCall` out of order.
    pub fn read(
        &mut self,
        certificates: &[Bytes],
        vouched: &[Vouched],
        sender: Option<&str>,
        now: Time,
        charsets: &dyn Charsets,
    ) -> Result<Read<'_>, Failure> {
        if let State::Read(_) = self.state {
            return Err(OUT_OF_ORDER);
        }
        let certificates = signers(certificates);
        let signers = Signers::new(&certificates, vouched);
        // Nobody asks for it any more.
        self.key = None;
        self.state = match self.take() {
            State::Open(open) => match *open {
                Open::Message(document) => {
                    let message = verdict::judge(document, signers, sender, now);
                    return Ok(Read::Message(Box::new(message)));
                }
                Open::Mail(envelope) => {
                    match judge_mail(envelope, signers, sender, now, charsets) {
                        Ok(mail) => State::Read(Box::new(mail)),
                        Err(error) => State::Failed(mail_failure(error)),
                    }
                }
            },
            State::Failed(failure) => State::Failed(failure),
            State::Locked(_) | State::Read(_) => State::Failed(OUT_OF_ORDER),
        };
        match &self.state {
            State::Read(mail) => Ok(Read::Mail(mail)),
            State::Failed(failure) => Err(failure.clone()),
            State::Locked(_) | State::Open(_) => Err(OUT_OF_ORDER),
        }
    }

    /// The same for what is a mail, where nobody vouches for anybody.
    ///
    /// # Errors
    /// As for [`Reader::read`]; `BadCall` for a text.
    pub fn read_mail(
        &mut self,
        certificates: &[Bytes],
        sender: Option<&str>,
        now: Time,
        charsets: &dyn Charsets,
    ) -> Result<&ReadMail, Failure> {
        match self.read(certificates, &[], sender, now, charsets)? {
            Read::Mail(mail) => Ok(mail),
            Read::Message(_) => Err(OUT_OF_ORDER),
        }
    }

    /// The text and the verdict on it, where nobody vouches for anybody.
    ///
    /// # Errors
    /// As for [`Reader::read`]; `BadCall` for a mail.
    pub fn finish(
        self,
        certificates: &[Bytes],
        sender: Option<&str>,
        now: Time,
    ) -> Result<ReadMessage, Failure> {
        self.judge(&signers(certificates), sender, now)
    }

    /// The same with certificates that are read already.
    ///
    /// # Errors
    /// As for [`Reader::finish`].
    pub fn judge(
        self,
        certificates: &[Certificate],
        sender: Option<&str>,
        now: Time,
    ) -> Result<ReadMessage, Failure> {
        let document = self.document()?;
        Ok(verdict::judge(document, certificates, sender, now))
    }

    /// Text and signatures apart, for the command line's `inline-detach`. Nothing is verified.
    ///
    /// # Errors
    /// As for [`Reader::finish`].
    pub fn detach(self) -> Result<Detached, Failure> {
        self.document().map(Document::detach)
    }

    fn document(self) -> Result<Document, Failure> {
        match self.state {
            State::Open(open) => match *open {
                Open::Message(document) => Ok(document),
                Open::Mail(_) => Err(OUT_OF_ORDER),
            },
            State::Locked(_) | State::Read(_) => Err(OUT_OF_ORDER),
            State::Failed(failure) => Err(failure),
        }
    }

    /// The octets of a file of the mail that was read (see [`Files::octets`](crate::mime::Files::octets)).
    pub fn file(&self, id: u32) -> Option<Cow<'_, [u8]>> {
        self.mail()?.files().octets(id)
    }

    /// The same in pieces (see [`Files::each`](crate::mime::Files::each)).
    pub fn file_each(&self, id: u32, take: &mut dyn FnMut(&[u8])) -> Option<()> {
        self.mail()?.files().each(id, take)
    }

    /// An encrypted file as it is opened (see [`Files::part`](crate::mime::Files::part)).
    pub fn part(&self, id: u32) -> Option<&[u8]> {
        self.mail()?.files().part(id)
    }

    /// How many octets a file has.
    pub fn file_size(&self, id: u32) -> Option<u32> {
        let files = &self.mail()?.view().files;
        files
            .iter()
            .find(|file| file.id == id)
            .map(|file| file.size)
    }

    /// The source of the mail that was read (see [`Files::source`](crate::mime::Files::source)).
    pub fn source(&self) -> Option<&[u8]> {
        Some(self.mail()?.files().source())
    }

    fn mail(&self) -> Option<&ReadMail> {
        match &self.state {
            State::Read(mail) => Some(mail),
            State::Locked(_) | State::Open(_) | State::Failed(_) => None,
        }
    }
}

/// Certificates of signers; those that cannot be read count as missing.
pub(in crate::engine) fn signers(certificates: &[Bytes]) -> Vec<Certificate> {
    let mut signers: Vec<_> = certificates
        .iter()
        .take(MAX_ISSUERS)
        .filter_map(|bytes| Certificate::from_bytes(&bytes.0).ok())
        .collect();
    Certificate::learn_all(&mut signers);
    signers
}
