//! Reading one block.

use crate::armor::{self, ArmorError, Kind};
use crate::cert::Certificate;
use crate::limits::MAX_ISSUERS;
use crate::message::{
    CleartextError, Document, Encrypted, MessageError, Parsed, parse, read_cleartext,
};
use crate::verdict;
use crate::wire::engine::{Opened, ReadMessage};
use crate::wire::{Bytes, ErrorCode, Form, Refusal, Time};

/// An error as it crosses the wall.
type Failure = (ErrorCode, Option<Refusal>);

/// A block on its way from armor to text.
pub struct Reader {
    state: State,
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
    /// [`preview_keys`](super::preview_keys).
    pub fn open(armored: &[u8], form: Form) -> (Self, Opened) {
        let state = match form {
            Form::Message => message(armored),
            Form::Signed => read_cleartext(armored)
                .map(State::Open)
                .map_err(|error| match error {
                    CleartextError::Armor(error) => armor_failure(error),
                    CleartextError::Message(error) => message_failure(error),
                }),
            Form::Key => Err((ErrorCode::BadCall, None)),
        };
        let reader = Self {
            state: state.unwrap_or_else(State::Failed),
        };
        let opened = reader.opened();
        (reader, opened)
    }

    /// Decrypts with a session key: `Readable`, or `Failed` with nothing of the content.
    ///
    /// `algorithm` is the cipher that a version 3 PKESK named (RFC 9580, 9.3), `None` for version 6.
    pub fn decrypt(&mut self, algorithm: Option<u8>, key: &[u8]) -> Opened {
        self.state = match &self.state {
            State::Locked(encrypted) => match encrypted.decrypt(algorithm, key) {
                Ok(document) => State::Open(document),
                Err(error) => State::Failed(message_failure(error)),
            },
            State::Open(_) | State::Failed(_) => State::Failed((ErrorCode::BadCall, None)),
        };
        self.opened()
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
        match self.state {
            State::Open(document) => {
                let certificates: Vec<_> = certificates
                    .iter()
                    .take(MAX_ISSUERS)
                    .filter_map(|bytes| Certificate::from_bytes(&bytes.0).ok())
                    .collect();
                Ok(verdict::judge(document, &certificates, sender, now))
            }
            State::Locked(_) => Err((ErrorCode::BadCall, None)),
            State::Failed(failure) => Err(failure),
        }
    }

    fn opened(&self) -> Opened {
        match &self.state {
            State::Locked(encrypted) => Opened::Encrypted {
                pkesks: encrypted.pkesks().iter().cloned().map(Bytes).collect(),
                key_ids: encrypted.key_ids().to_vec(),
                password: encrypted.password(),
            },
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

fn message(armored: &[u8]) -> Result<State, Failure> {
    let data = armor::decode(armored, Kind::Message).map_err(armor_failure)?;
    match parse(&data).map_err(message_failure)? {
        Parsed::Encrypted(encrypted) => Ok(State::Locked(encrypted)),
        Parsed::Plain(document) => Ok(State::Open(document)),
    }
}

fn armor_failure(error: ArmorError) -> Failure {
    (error.code(), error.detail())
}

fn message_failure(error: MessageError) -> Failure {
    (error.code(), error.detail())
}
