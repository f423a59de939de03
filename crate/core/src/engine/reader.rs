//! Reading one block.

use zeroize::Zeroizing;

use crate::armor::{self, ArmorError, Kind};
use crate::cert::Certificate;
use crate::limits::MAX_ISSUERS;
use crate::message::bulk::{Machine, Portable, ready};
use crate::message::limits::Capacity;
use crate::message::{
    CleartextError, Detached, Document, Encrypted, MessageError, OpenedBy, Parsed, SessionKey,
    parse_with, read_cleartext,
};
use crate::verdict::{self, ReadMessage};
use crate::wire::engine::Opened;
use crate::wire::{Bytes, ErrorCode, Form, Opener, Refusal, Secret, Time};

/// Without a machine nothing has to be waited for.
pub(super) const UNABLE: Opened = Opened::Failed {
    error: ErrorCode::Unsupported,
    detail: None,
};

/// An error as it crosses the wall.
pub(super) type Failure = (ErrorCode, Option<Refusal>);

/// A block on its way from armor to text.
pub struct Reader {
    state: State,
    key: Option<SessionKey>,
}

enum State {
    /// A session key is needed.
    Locked(Encrypted),
    /// Read to its end, integrity checked.
    Open(Document),
    /// There is nothing more to be had.
    Failed(Failure),
}

impl Reader {
    /// Decodes and parses a block, with whatever text is around it. Key blocks are for
    /// [`preview_keys`](super::preview_keys), mails for [`MailReader`](super::MailReader).
    pub fn open(armored: &[u8], form: Form) -> (Self, Opened) {
        Self::begin(match form {
            Form::Message => message(armored, Capacity::BROWSER),
            Form::Signed => signed(armored),
            Form::Key | Form::Mail => Err((ErrorCode::BadCall, None)),
        })
    }

    /// Reads a file: packets, an armored message, or cleartext signed text. What it is, its first bytes tell.
    pub fn open_file(data: &[u8], capacity: Capacity) -> (Self, Opened) {
        const SIGNED: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----";
        Self::begin(match data.first() {
            // Packets begin with a byte that is no ASCII (RFC 9580, 4.2).
            Some(0x80..) => packets(data, capacity),
            _ if data.trim_ascii_start().starts_with(SIGNED) => signed(data),
            _ => message(data, capacity),
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
        let State::Locked(encrypted) = &self.state else {
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
        let State::Locked(encrypted) = &self.state else {
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
        let State::Locked(encrypted) = &self.state else {
            return self.out_of_order();
        };
        let passwords: Vec<_> = passwords.iter().map(|p| p.expose().as_bytes()).collect();
        let opened = encrypted
            .decrypt_with_passwords_on(machine, &passwords)
            .await;
        let read = opened.map(|(document, key)| (document, encrypted.algorithm(&key), key));
        self.settle(read)
    }

    /// What became of an attempt. After a password that does not fit another may be tried.
    fn settle(&mut self, read: Result<(Document, Option<u8>, SessionKey), MessageError>) -> Opened {
        self.state = match read {
            Ok((document, algorithm, mut key)) => {
                key.algorithm = algorithm;
                self.key = Some(key);
                State::Open(document)
            }
            Err(error @ MessageError::WrongPassword) => {
                let (error, detail) = message_failure(error);
                return Opened::Failed { error, detail };
            }
            Err(error) => State::Failed(message_failure(error)),
        };
        self.opened()
    }

    fn out_of_order(&mut self) -> Opened {
        self.state = State::Failed((ErrorCode::BadCall, None));
        self.opened()
    }

    /// What decrypted it, with its cipher: for who wants to keep it.
    pub fn session_key(&self) -> Option<&SessionKey> {
        self.key.as_ref()
    }

    /// The text and the verdict on it. `certificates` are what the vault has for the issuers; those that cannot be
    /// read count as missing.
    ///
    /// # Errors
    /// The error that [`Reader::open`] or [`Reader::decrypt`] told; `BadCall` while a session key is needed.
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
            State::Open(document) => Ok(document),
            State::Locked(_) => Err((ErrorCode::BadCall, None)),
            State::Failed(failure) => Err(failure),
        }
    }

    fn opened(&self) -> Opened {
        match &self.state {
            State::Locked(encrypted) => locked(encrypted),
            State::Open(document) => Opened::Readable {
                issuers: document.issuers(),
            },
            State::Failed((error, detail)) => Opened::Failed {
                error: *error,
                detail: detail.clone(),
            },
        }
    }
}

/// Certificates of signers; those that cannot be read count as missing.
pub(super) fn signers(certificates: &[Bytes]) -> Vec<Certificate> {
    let mut signers: Vec<_> = certificates
        .iter()
        .take(MAX_ISSUERS)
        .filter_map(|bytes| Certificate::from_bytes(&bytes.0).ok())
        .collect();
    Certificate::learn_all(&mut signers);
    signers
}

/// An encrypted message, as the vault needs it.
pub(super) fn locked(encrypted: &Encrypted) -> Opened {
    Opened::Encrypted {
        pkesks: encrypted.pkesks().iter().cloned().map(Bytes).collect(),
        key_ids: encrypted.key_ids().to_vec(),
        password: encrypted.password(),
    }
}

fn message(armored: &[u8], capacity: Capacity) -> Result<State, Failure> {
    let data = armor::decode(armored, Kind::Message).map_err(armor_failure)?;
    packets(&data, capacity)
}

fn packets(data: &[u8], capacity: Capacity) -> Result<State, Failure> {
    match parse_with(data, capacity).map_err(message_failure)? {
        Parsed::Encrypted(encrypted) => Ok(State::Locked(encrypted)),
        Parsed::Plain(document) => Ok(State::Open(document)),
    }
}

fn signed(text: &[u8]) -> Result<State, Failure> {
    read_cleartext(text)
        .map(State::Open)
        .map_err(cleartext_failure)
}

pub(super) fn cleartext_failure(error: CleartextError) -> Failure {
    match error {
        CleartextError::Armor(error) => armor_failure(error),
        CleartextError::Message(error) => message_failure(error),
    }
}

fn armor_failure(error: ArmorError) -> Failure {
    (error.code(), error.detail())
}

pub(super) fn message_failure(error: MessageError) -> Failure {
    (error.code(), error.detail())
}
