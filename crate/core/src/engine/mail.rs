//! Reading a whole mail.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::reader::{Failure, UNABLE, locked, message_failure, signers};
use crate::message::bulk::{Machine, Portable, ready};
use crate::message::{Document, MessageError, OpenedBy, SessionKey};
use crate::mime::{Charsets, Envelope, Locked, MailError, Opening};
use crate::verdict::{ReadMail, judge_mail};
use crate::wire::engine::Opened;
use crate::wire::{Bytes, ErrorCode, Opener, Secret, Time};

/// A mail on its way from its source to what is shown. It holds the octets of its files until it is dropped.
pub struct MailReader {
    state: State,
}

enum State {
    /// A session key is needed.
    Locked(Box<Locked>),
    /// Everything but the verdict.
    Open(Box<Envelope>),
    /// Shown.
    Read(Box<ReadMail>),
    /// There is nothing more to be had.
    Failed(Failure),
}

impl MailReader {
    /// Parses a mail as the site serves it, and takes off what needs no key.
    pub fn open(source: Vec<u8>) -> (Self, Opened) {
        let state = match Envelope::open(source) {
            Ok(Opening::Locked(locked)) => State::Locked(Box::new(locked)),
            Ok(Opening::Open(envelope)) => State::Open(Box::new(envelope)),
            Err(error) => State::Failed(failure(error)),
        };
        let reader = Self { state };
        let opened = reader.opened();
        (reader, opened)
    }

    /// Decrypts with a session key that the agent gave: `Readable`, or `Failed` with nothing of the content. The
    /// arguments are those of [`Reader::decrypt`](super::Reader::decrypt).
    pub fn decrypt(&mut self, algorithm: Option<u8>, key: &[u8], opened_by: Opener) -> Opened {
        ready(self.decrypt_on(&Portable, algorithm, key, opened_by)).unwrap_or(UNABLE)
    }

    /// The same with the help of a machine.
    pub async fn decrypt_on(
        &mut self,
        machine: &impl Machine,
        algorithm: Option<u8>,
        key: &[u8],
        opened_by: Opener,
    ) -> Opened {
        let State::Locked(locked) = &self.state else {
            return self.out_of_order();
        };
        let key = SessionKey {
            algorithm,
            key: Zeroizing::new(key.to_vec()),
        };
        let by = OpenedBy::Key(opened_by);
        let read = locked.encrypted().decrypt_on(machine, &key, by).await;
        self.settle(read)
    }

    /// Decrypts with one of these passwords. After `Failed` with [`ErrorCode::WrongPassword`] it may be tried again.
    pub fn decrypt_with_passwords(&mut self, passwords: &[Secret]) -> Opened {
        ready(self.decrypt_with_passwords_on(&Portable, passwords)).unwrap_or(UNABLE)
    }

    /// The same with the help of a machine.
    pub async fn decrypt_with_passwords_on(
        &mut self,
        machine: &impl Machine,
        passwords: &[Secret],
    ) -> Opened {
        let State::Locked(locked) = &self.state else {
            return self.out_of_order();
        };
        let passwords: Vec<_> = passwords.iter().map(|p| p.expose().as_bytes()).collect();
        let encrypted = locked.encrypted();
        let opened = encrypted
            .decrypt_with_passwords_on(machine, &passwords)
            .await;
        self.settle(opened.map(|(document, _)| document))
    }

    /// What became of an attempt. After a password that does not fit another may be tried.
    fn settle(&mut self, read: Result<Document, MessageError>) -> Opened {
        let document = match read {
            Ok(document) => document,
            Err(error @ MessageError::WrongPassword) => {
                let (error, detail) = message_failure(error);
                return Opened::Failed { error, detail };
            }
            Err(error) => return self.fail(message_failure(error)),
        };
        let State::Locked(locked) = self.take() else {
            return self.out_of_order();
        };
        self.state = match locked.unlocked(document) {
            Ok(envelope) => State::Open(Box::new(envelope)),
            Err(error) => State::Failed(failure(error)),
        };
        self.opened()
    }

    /// The mail and the verdict on it, once. `certificates` are what the vault has for the issuers; `sender` is the From
    /// that the site shows.
    ///
    /// # Errors
    /// The error that was told before; `BadCall` out of order.
    pub fn finish(
        &mut self,
        certificates: &[Bytes],
        sender: Option<&str>,
        now: Time,
        charsets: &dyn Charsets,
    ) -> Result<&ReadMail, Failure> {
        if let State::Read(_) = self.state {
            return Err(OUT_OF_ORDER);
        }
        self.state = match self.take() {
            State::Open(envelope) => {
                match judge_mail(*envelope, &signers(certificates), sender, now, charsets) {
                    Ok(mail) => State::Read(Box::new(mail)),
                    Err(error) => State::Failed(failure(error)),
                }
            }
            State::Failed(failure) => State::Failed(failure),
            State::Locked(_) | State::Read(_) => State::Failed(OUT_OF_ORDER),
        };
        match &self.state {
            State::Read(mail) => Ok(mail),
            State::Failed(failure) => Err(failure.clone()),
            State::Locked(_) | State::Open(_) => Err(OUT_OF_ORDER),
        }
    }

    /// The octets of a file of the mail that was shown (see [`Files::octets`](crate::mime::Files::octets)).
    pub fn file(&self, id: u32) -> Option<Cow<'_, [u8]>> {
        match &self.state {
            State::Read(mail) => mail.files().octets(id),
            State::Locked(_) | State::Open(_) | State::Failed(_) => None,
        }
    }

    fn take(&mut self) -> State {
        std::mem::replace(&mut self.state, State::Failed(OUT_OF_ORDER))
    }

    fn fail(&mut self, failure: Failure) -> Opened {
        self.state = State::Failed(failure);
        self.opened()
    }

    fn out_of_order(&mut self) -> Opened {
        self.fail(OUT_OF_ORDER)
    }

    fn opened(&self) -> Opened {
        match &self.state {
            State::Locked(mail) => locked(mail.encrypted()),
            State::Open(envelope) => Opened::Readable {
                issuers: envelope.issuers(),
            },
            State::Read(_) => Opened::Readable {
                issuers: Vec::new(),
            },
            State::Failed((error, detail)) => Opened::Failed {
                error: *error,
                detail: detail.clone(),
            },
        }
    }
}

const OUT_OF_ORDER: Failure = (ErrorCode::BadCall, None);

fn failure(error: MailError) -> Failure {
    (error.code(), error.detail())
}
