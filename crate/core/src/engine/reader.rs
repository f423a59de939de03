//! Reading one block, one file or one mail: locked, then opened, then judged.

mod read;

pub(super) use self::read::signers;

use zeroize::Zeroizing;

use crate::armor::{self, ArmorError, Kind};
use crate::message::bulk::{Machine, Portable, ready};
use crate::message::limits::Capacity;
use crate::message::{
    CleartextError, Document, Encrypted, MessageError, OpenedBy, Parsed, SessionKey, parse_with,
    read_cleartext,
};
use crate::mime::limits::MAX_SHOWN_TEXT;
use crate::mime::{Envelope, Locked, MailError, Opening};
use crate::verdict::{ReadMail, ReadMessage};
use crate::wire::engine::Opened;
use crate::wire::{Bytes, ErrorCode, Form, Opener, Refusal, Secret};

/// Without a machine nothing has to be waited for.
const UNABLE: Opened = Opened::Failed {
    error: ErrorCode::Unsupported,
    detail: None,
};

const OUT_OF_ORDER: Failure = (ErrorCode::BadCall, None);

/// An error as it crosses the wall.
pub(super) type Failure = (ErrorCode, Option<Refusal>);

/// Something on its way from its source to what is shown. It holds the octets of a mail's files until it is dropped.
pub struct Reader {
    state: State,
    key: Option<SessionKey>,
}

enum State {
    /// A session key is needed.
    Locked(Box<Lock>),
    /// Read to its end, integrity checked: everything but the verdict.
    Open(Box<Open>),
    /// A mail, judged.
    Read(Box<ReadMail>),
    /// There is nothing more to be had.
    Failed(Failure),
}

/// What is encrypted.
enum Lock {
    /// In a block.
    Block(Encrypted),
    /// In a file: it is never looked at as a mail.
    File(Encrypted),
    /// In a mail.
    Mail(Locked),
}

/// What was in it.
enum Open {
    Message(Document),
    Mail(Envelope),
}

/// What was read, judged.
pub enum Read<'a> {
    /// A text.
    Message(Box<ReadMessage>),
    /// A mail, or a message that holds a whole one.
    Mail(&'a ReadMail),
}

impl Reader {
    /// Decodes and parses a block, with whatever text is around it. Key blocks are for
    /// [`preview_keys`](super::preview_keys), mails for [`Reader::open_mail`].
    pub fn open(armored: impl Into<Vec<u8>>, form: Form) -> (Self, Opened) {
        let armored = armored.into();
        Self::begin(match form {
            Form::Message => armor::decode_owned(armored, Kind::Message)
                .map_err(armor_failure)
                .and_then(|data| packets(data, Capacity::BROWSER, true)),
            Form::Signed => signed(&armored),
            Form::Key | Form::Mail => Err(OUT_OF_ORDER),
        })
    }

    /// Reads a file: packets, an armored message, or cleartext signed text. What it is, its first bytes tell.
    pub fn open_file(data: &[u8], capacity: Capacity) -> (Self, Opened) {
        const SIGNED: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----";
        let data = armor::without_mark(data);
        Self::begin(match data.first() {
            // Packets begin with a byte that is no ASCII (RFC 9580, 4.2).
            Some(0x80..) => packets(data.to_vec(), capacity, false),
            _ if data.trim_ascii_start().starts_with(SIGNED) => signed(data),
            _ => armor::decode(data, Kind::Message)
                .map_err(armor_failure)
                .and_then(|data| packets(data, capacity, false)),
        })
    }

    /// Parses a mail as the site serves it, or OpenPGP data as it stands in a file, and takes off what needs no key.
    pub fn open_mail(source: Vec<u8>) -> (Self, Opened) {
        Self::open_named(source, None)
    }

    /// The same of a file of this name: without what encryption adds to it, it is that of the content.
    pub fn open_named(source: Vec<u8>, name: Option<String>) -> (Self, Opened) {
        Self::begin(match Envelope::open_named(source, name) {
            Ok(Opening::Locked(locked)) => Ok(State::Locked(Box::new(Lock::Mail(locked)))),
            Ok(Opening::Open(envelope)) => Ok(State::Open(Box::new(Open::Mail(envelope)))),
            Err(error) => Err(mail_failure(error)),
        })
    }

    fn begin(state: Result<State, Failure>) -> (Self, Opened) {
        let reader = Self {
            state: state.unwrap_or_else(State::Failed),
            key: None,
        };
        let opened = reader.opened();
        (reader, opened)
    }

    /// Decrypts with a session key that the agent gave: `Readable`, or `Failed` with nothing of the content.
    ///
    /// `algorithm` is the cipher that a version 3 PKESK named (RFC 9580, 9.3), `None` for version 6. `opened_by` is
    /// the key that opened it: signatures that are meant for others are told by it.
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
        let Some(encrypted) = self.encrypted_mut() else {
            return self.out_of_order();
        };
        let key = SessionKey {
            algorithm,
            key: Zeroizing::new(key.to_vec()),
        };
        let by = OpenedBy::Key(opened_by);
        let read = encrypted.decrypt_on(machine, &key, by).await;
        let algorithm = encrypted.algorithm(&key);
        self.settle(read.map(|document| (document, algorithm, key)))
    }

    /// Decrypts with a session key that somebody kept, whose cipher is always told (RFC 9580, 9.3).
    pub fn decrypt_given(&mut self, algorithm: u8, key: &[u8]) -> Opened {
        let Some(encrypted) = self.encrypted_mut() else {
            return self.out_of_order();
        };
        let read = encrypted.decrypt_given(algorithm, key);
        let key = SessionKey {
            algorithm: Some(algorithm),
            key: Zeroizing::new(key.to_vec()),
        };
        self.settle(read.map(|document| (document, Some(algorithm), key)))
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
        let Some(encrypted) = self.encrypted_mut() else {
            return self.out_of_order();
        };
        let passwords: Vec<_> = passwords.iter().map(|p| p.expose().as_bytes()).collect();
        let opened = encrypted
            .decrypt_with_passwords_on(machine, &passwords)
            .await;
        let read = opened.map(|(document, key)| (document, encrypted.algorithm(&key), key));
        self.settle(read)
    }

    fn encrypted_mut(&mut self) -> Option<&mut Encrypted> {
        match &mut self.state {
            State::Locked(lock) => Some(lock.encrypted_mut()),
            State::Open(_) | State::Read(_) | State::Failed(_) => None,
        }
    }

    /// What became of an attempt. After a password that does not fit another may be tried.
    fn settle(&mut self, read: Result<(Document, Option<u8>, SessionKey), MessageError>) -> Opened {
        let (document, algorithm, mut key) = match read {
            Ok(read) => read,
            Err(error @ MessageError::WrongPassword) => {
                let (error, detail) = message_failure(error);
                return Opened::Failed { error, detail };
            }
            Err(error) => {
                self.state = State::Failed(message_failure(error));
                return self.opened();
            }
        };
        let State::Locked(lock) = self.take() else {
            return self.out_of_order();
        };
        key.algorithm = algorithm;
        self.key = Some(key);
        let open = match *lock {
            Lock::Block(_) => whole(document),
            Lock::File(_) => Ok(Open::Message(document)),
            Lock::Mail(locked) => locked
                .unlocked(document)
                .map(Open::Mail)
                .map_err(mail_failure),
        };
        self.state = open.map_or_else(State::Failed, |open| State::Open(Box::new(open)));
        self.opened()
    }

    fn take(&mut self) -> State {
        std::mem::replace(&mut self.state, State::Failed(OUT_OF_ORDER))
    }

    fn out_of_order(&mut self) -> Opened {
        self.state = State::Failed(OUT_OF_ORDER);
        self.opened()
    }

    fn opened(&self) -> Opened {
        let issuers = match &self.state {
            State::Locked(lock) => return locked(lock.encrypted()),
            State::Failed((error, detail)) => {
                return Opened::Failed {
                    error: *error,
                    detail: detail.clone(),
                };
            }
            State::Open(open) => match &**open {
                Open::Message(document) => document.issuers(),
                Open::Mail(envelope) => envelope.issuers(),
            },
            State::Read(_) => Vec::new(),
        };
        Opened::Readable { issuers }
    }
}

impl Lock {
    fn encrypted(&self) -> &Encrypted {
        match self {
            Self::Block(encrypted) | Self::File(encrypted) => encrypted,
            Self::Mail(locked) => locked.encrypted(),
        }
    }

    fn encrypted_mut(&mut self) -> &mut Encrypted {
        match self {
            Self::Block(encrypted) | Self::File(encrypted) => encrypted,
            Self::Mail(locked) => locked.encrypted_mut(),
        }
    }
}

/// The content of a block: a text, or a whole mail. A text that is too long to be shown is read as a mail with a file.
fn whole(document: Document) -> Result<Open, Failure> {
    let text = document.bytes();
    match text.len() > MAX_SHOWN_TEXT || Envelope::is_mail(text) {
        true => Envelope::of_message(document)
            .map(Open::Mail)
            .map_err(mail_failure),
        false => Ok(Open::Message(document)),
    }
}

/// An encrypted message, as the vault needs it.
fn locked(encrypted: &Encrypted) -> Opened {
    Opened::Encrypted {
        pkesks: encrypted.pkesks().iter().cloned().map(Bytes).collect(),
        key_ids: encrypted.key_ids().to_vec(),
        password: encrypted.password(),
    }
}

fn packets(data: Vec<u8>, capacity: Capacity, is_block: bool) -> Result<State, Failure> {
    Ok(match parse_with(data, capacity).map_err(message_failure)? {
        Parsed::Encrypted(encrypted) => State::Locked(Box::new(match is_block {
            true => Lock::Block(encrypted),
            false => Lock::File(encrypted),
        })),
        Parsed::Plain(document) => State::Open(Box::new(match is_block {
            true => whole(document)?,
            false => Open::Message(document),
        })),
    })
}

fn signed(text: &[u8]) -> Result<State, Failure> {
    match read_cleartext(text) {
        Ok(document) => Ok(State::Open(Box::new(Open::Message(document)))),
        Err(CleartextError::Armor(error)) => Err(armor_failure(error)),
        Err(CleartextError::Message(error)) => Err(message_failure(error)),
    }
}

fn armor_failure(error: ArmorError) -> Failure {
    (error.code(), error.detail())
}

fn message_failure(error: MessageError) -> Failure {
    (error.code(), error.detail())
}

fn mail_failure(error: MailError) -> Failure {
    (error.code(), error.detail())
}
