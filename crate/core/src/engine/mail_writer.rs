//! Making a whole mail: sign, then encrypt, as one message; or sign only.
//!
//! Its files come one by one and are held once (see [`Content`]); what is made is held as packets, and armor is made of it
//! when it is handed out.

mod form;
mod letter;
mod output;
mod wrap;

use rand::{CryptoRng, RngCore};

use self::form::{Encrypted, Signed};
pub use self::output::Output;
use super::error::WriteError;
use super::writer::Writer;
use crate::limits::{MAX_WRITTEN_FILES, MAX_WRITTEN_SIZE};
use crate::message::bulk::Machine;
use crate::message::content::Pieces;
use crate::mime::write::{file_name, is_content_id};
use crate::wire::compose::{MailForm, MailOrder, WriteStep, WrittenFile};

/// What a mail that is written may have.
pub mod limits {
    /// Octets of the name of a file as it is given. File systems allow 255, and what is longer is made by no person; a name
    /// that others cannot store is cut.
    pub const MAX_FILE_NAME: usize = 1024;

    /// Characters of a subject: what is shown of it ([`MAX_SHOWN_FIELD`](crate::mime::limits::MAX_SHOWN_FIELD)).
    pub const MAX_SUBJECT: usize = crate::mime::limits::MAX_SHOWN_FIELD;

    /// Octets of one key that goes along for the other recipients: readers of Autocrypt take 10 KiB of a header.
    pub const MAX_GOSSIP_KEY: usize = 7 << 10;

    /// Octets of all such keys: in base64 a third of the header that readers like this one take
    /// ([`MAX_HEADER`](crate::mime::limits::MAX_HEADER)). The longest lists of addresses take another, and they stand there
    /// twice.
    pub const MAX_GOSSIP: usize = crate::mime::limits::MAX_HEADER / 4;
}

/// A mail on its way.
pub struct MailWriter {
    state: State,
    outputs: Vec<Output>,
}

enum State {
    /// Files may come.
    Ready(Form),
    /// The message waits for its signature.
    Sealing(Box<Writer>),
    /// Text and files wait for their signatures.
    Signing(Box<Signed>),
    /// There is nothing more to do.
    Ended,
}

/// What it becomes, with what was collected.
enum Form {
    Encrypted(Box<Encrypted>),
    Signed(Box<Signed>),
}

impl MailWriter {
    /// Starts: `Ready`, or `Failed` where it can be told already.
    pub fn begin(order: MailOrder) -> (Self, WriteStep) {
        let form = match order.form {
            MailForm::Text | MailForm::Entity => {
                Encrypted::new(order).map(|form| Form::Encrypted(Box::new(form)))
            }
            MailForm::Signed => Signed::new(order).map(|form| Form::Signed(Box::new(form))),
        };
        let mut writer = Self {
            state: State::Ended,
            outputs: Vec::new(),
        };
        let step = match form {
            Ok(form) => {
                writer.state = State::Ready(form);
                WriteStep::Ready {}
            }
            Err(error) => failed(error),
        };
        (writer, step)
    }

    /// Takes a file: `Ready` or `Failed`.
    pub fn add_file<R: RngCore + CryptoRng>(
        &mut self,
        file: WrittenFile,
        data: Pieces,
        rng: &mut R,
    ) -> WriteStep {
        let State::Ready(form) = &mut self.state else {
            return self.fail(WriteError::OutOfOrder);
        };
        let added = check_file(&file).and_then(|()| match form {
            Form::Encrypted(form) => form.add(file, data),
            Form::Signed(form) => form.add(&file, &data, rng),
        });
        match added {
            Ok(()) => WriteStep::Ready {},
            Err(error) => self.fail(error),
        }
    }

    /// All files are there: `Sign`, `Done` or `Failed`.
    pub async fn make_on<R: RngCore + CryptoRng>(
        &mut self,
        machine: &impl Machine,
        rng: &mut R,
    ) -> WriteStep {
        let State::Ready(form) = std::mem::replace(&mut self.state, State::Ended) else {
            return self.fail(WriteError::OutOfOrder);
        };
        let made = match form {
            Form::Encrypted(form) => form
                .make(rng)
                .map(|(writer, requests)| (State::Sealing(Box::new(writer)), requests)),
            Form::Signed(form) => form
                .make(rng)
                .map(|(form, requests)| (State::Signing(Box::new(form)), requests)),
        };
        match made {
            Ok((State::Sealing(writer), requests)) if requests.is_empty() => {
                self.seal(*writer, machine, &[], rng).await
            }
            Ok((state, requests)) => {
                self.state = state;
                WriteStep::Sign { requests }
            }
            Err(error) => self.fail(error),
        }
    }

    /// Goes on with the algorithm-specific fields of the signatures, in the order of the requests: `Done` or `Failed`.
    pub async fn finish_on<R: RngCore + CryptoRng>(
        &mut self,
        machine: &impl Machine,
        signatures: &[Vec<u8>],
        rng: &mut R,
    ) -> WriteStep {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Sealing(writer) => self.seal(*writer, machine, signatures, rng).await,
            State::Signing(form) => match form.complete(signatures) {
                Ok(outputs) => self.done(outputs, false),
                Err(error) => self.fail(error),
            },
            State::Ready(_) | State::Ended => self.fail(WriteError::OutOfOrder),
        }
    }

    /// What was made, by its place in `Done`.
    pub fn output(&self, place: u32) -> Option<&Output> {
        self.outputs.get(usize::try_from(place).ok()?)
    }

    async fn seal<R: RngCore + CryptoRng>(
        &mut self,
        writer: Writer,
        machine: &impl Machine,
        signatures: &[Vec<u8>],
        rng: &mut R,
    ) -> WriteStep {
        match writer.seal_on(machine, signatures, rng).await {
            Ok(sealed) => {
                let aead = sealed.aead;
                self.done(vec![Output::message(sealed)], aead)
            }
            Err(error) => self.fail(error),
        }
    }

    fn done(&mut self, outputs: Vec<Output>, aead: bool) -> WriteStep {
        self.outputs = outputs;
        WriteStep::Done {
            outputs: self.outputs.iter().map(Output::described).collect(),
            aead,
        }
    }

    fn fail(&mut self, error: WriteError) -> WriteStep {
        self.state = State::Ended;
        failed(error)
    }
}

fn failed(error: WriteError) -> WriteStep {
    WriteStep::Failed {
        error: error.code(),
        detail: error.detail(),
    }
}

fn check_file(file: &WrittenFile) -> Result<(), WriteError> {
    if file.name.len() > limits::MAX_FILE_NAME {
        return Err(WriteError::Limit(limits::MAX_FILE_NAME));
    }
    match file.content_id.as_deref().is_none_or(is_content_id) {
        true => Ok(()),
        false => Err(WriteError::OutOfOrder),
    }
}

/// Files so far, within their limits.
#[derive(Default)]
struct Count {
    files: usize,
    size: usize,
}

impl Count {
    fn add(&mut self, size: usize) -> Result<(), WriteError> {
        self.files += 1;
        self.size = self.size.saturating_add(size);
        if self.files > MAX_WRITTEN_FILES {
            return Err(WriteError::Limit(MAX_WRITTEN_FILES));
        }
        match self.size > MAX_WRITTEN_SIZE {
            true => Err(WriteError::Limit(MAX_WRITTEN_SIZE)),
            false => Ok(()),
        }
    }
}

/// The name of a signature beside a file of this name.
fn signature_name(name: &str) -> String {
    format!("{}.asc", file_name(name))
}
