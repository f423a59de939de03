//! The engine, for the Worker of a desk page.

use js_sys::Uint8Array;
use rand::rngs::OsRng;
use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;
use waxseal_core::{
    engine as core,
    mime::limits::MAX_MAIL,
    verdict::ReadMessage,
    wire::{
        Bytes, ErrorCode, KeyInfo, Opener, Refusal, Secret, SkippedKey, Time, Vouched,
        engine::{EncryptJob, EncryptStep, OfferedFile, OfferedRole, Opened, Verdict},
        mail::MailView,
    },
};

use crate::charsets::WebCharsets;
use crate::machine::WebCrypto;
use crate::value::{read, write};

/// How reading ended.
#[derive(Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReadOutcome {
    /// A text can be shown.
    Read {
        /// Text and verdict, from one parse.
        message: Box<ReadMessage>,
    },
    /// A mail can be shown.
    Mail {
        /// What is shown, and the verdict on it.
        mail: Box<MailView>,
    },
    /// Nothing can.
    Failed {
        /// Why.
        error: ErrorCode,
        /// More.
        detail: Option<Refusal>,
    },
}

/// The keys of a public key block, before anything is stored.
#[derive(Serialize, Tsify)]
pub struct KeyPreview {
    /// What can be imported.
    pub keys: Vec<KeyInfo>,
    /// What cannot, and why.
    pub skipped: Vec<SkippedKey>,
}

/// One message or mail being read. It holds the octets of a mail's files as long as its Worker lives.
#[wasm_bindgen]
pub struct Reader {
    inner: core::Reader,
    opened: Opened,
}

#[wasm_bindgen]
impl Reader {
    /// Parses a block as far as is possible without a key.
    pub fn open(
        armored: Vec<u8>,
        #[wasm_bindgen(unchecked_param_type = "Form")] form: JsValue,
    ) -> Result<Reader, JsError> {
        let form = read(form).ok_or_else(|| JsError::new("not a form"))?;
        let (inner, opened) = core::Reader::open(armored, form);
        Ok(Self { inner, opened })
    }

    /// Parses a mail as the site serves it, or OpenPGP data as it stands in a file, as far as is possible without a key.
    #[wasm_bindgen(js_name = openMail)]
    pub fn open_mail(source: Source, name: Option<String>) -> Reader {
        let (inner, opened) = core::Reader::open_named(source.octets, name);
        Self { inner, opened }
    }

    /// What opening found.
    #[wasm_bindgen(unchecked_return_type = "Opened")]
    pub fn opened(&self) -> JsValue {
        write(&self.opened)
    }

    /// Decrypts with the session key that the vault gave (base64): `readable` or `failed`. `opened_by` is the own key
    /// that the vault used.
    #[wasm_bindgen(unchecked_return_type = "Opened")]
    pub async fn decrypt(
        &mut self,
        algorithm: Option<u8>,
        #[wasm_bindgen(unchecked_param_type = "Secret")] key: String,
        #[wasm_bindgen(unchecked_param_type = "Opener")] opened_by: JsValue,
    ) -> JsValue {
        match (Secret::new(key).expose_bytes(), read::<Opener>(opened_by)) {
            (Some(key), Some(opened_by)) => {
                let opened = self
                    .inner
                    .decrypt_on(&WebCrypto, algorithm, &key, opened_by);
                write(&opened.await)
            }
            _ => write(&Opened::Failed {
                error: ErrorCode::BadCall,
                detail: None,
            }),
        }
    }

    /// Decrypts with a password: `readable` or `failed`. After `wrong_password` another may be tried.
    #[wasm_bindgen(js_name = decryptWithPassword, unchecked_return_type = "Opened")]
    pub async fn decrypt_with_password(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Secret")] password: String,
    ) -> JsValue {
        let passwords = [Secret::new(password)];
        write(
            &self
                .inner
                .decrypt_with_passwords_on(&WebCrypto, &passwords)
                .await,
        )
    }

    /// What is shown with its verdict, once. `certificates` are the signers' as the vault knows them, `vouched` is what the
    /// user says of them; `sender` is the From that the site shows.
    #[wasm_bindgen(unchecked_return_type = "ReadOutcome")]
    pub fn finish(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Bytes[]")] certificates: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Vouched[]")] vouched: JsValue,
        sender: Option<String>,
        now: Time,
    ) -> JsValue {
        let Some((certificates, vouched)) = signers(certificates, vouched) else {
            return write(&ReadOutcome::Failed {
                error: ErrorCode::BadCall,
                detail: None,
            });
        };
        let sender = sender.as_deref();
        let read = self
            .inner
            .read(&certificates, &vouched, sender, now, &WebCharsets);
        write(&match read {
            Ok(core::Read::Message(message)) => ReadOutcome::Read { message },
            Ok(core::Read::Mail(mail)) => ReadOutcome::Mail {
                mail: Box::new(mail.view().clone()),
            },
            Err((error, detail)) => ReadOutcome::Failed { error, detail },
        })
    }

    /// The octets of a file of the mail, after `finish`: decoded; where a part is protected by its structure, the whole of it
    /// with its header. `undefined` when there is no such file. They are put together outside of this memory.
    pub fn file(&self, id: u32) -> Option<Uint8Array> {
        let size = self.inner.file_size(id)?;
        let made = Uint8Array::new_with_length(size);
        let mut at = 0;
        self.inner.file_each(id, &mut |piece| {
            let end = size.min(at + piece.len() as u32);
            made.subarray(at, end).copy_from(piece);
            at = end;
        })?;
        Some(made)
    }

    /// An encrypted file as it is opened by itself: as a mail, with its header. `undefined` for all others, which their octets
    /// open.
    pub fn part(&self, id: u32) -> Option<Uint8Array> {
        self.inner.part(id).map(Uint8Array::from)
    }

    /// What is shown of the mail as it was decrypted, with its header, after `finish`. `undefined` when it is no mail.
    pub fn source(&self) -> Option<Uint8Array> {
        self.inner.source().map(Uint8Array::from)
    }
}

/// What the vault knows of those who may have signed.
fn signers(certificates: JsValue, vouched: JsValue) -> Option<(Vec<Bytes>, Vec<Vouched>)> {
    Some((read(certificates)?, read(vouched)?))
}

/// The source of a mail on its way in: the page's side never holds it whole.
#[wasm_bindgen]
pub struct Source {
    octets: Vec<u8>,
}

#[wasm_bindgen]
impl Source {
    /// For so many octets; 0 when nobody knows, which gets room for all that a mail may have: what is not used of it stays untouched.
    #[wasm_bindgen(constructor)]
    pub fn new(size: u32) -> Source {
        let room = if size == 0 {
            MAX_MAIL
        } else {
            MAX_MAIL.min(size as usize)
        };
        let octets = Vec::with_capacity(room);
        Self { octets }
    }

    /// The next octets. What is over the limit for a mail by more than one piece is dropped: that it is over, opening tells.
    pub fn add(&mut self, piece: &Uint8Array) {
        let start = self.octets.len();
        if start > MAX_MAIL {
            return;
        }
        self.octets.resize(start + piece.length() as usize, 0);
        if let Some(place) = self.octets.get_mut(start..) {
            piece.copy_to(place);
        }
    }
}

/// How checking a signature ended.
#[derive(Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CheckOutcome {
    /// It was checked.
    Checked {
        /// Whose it is, and whether it is on this file.
        verdict: Box<Verdict>,
    },
    /// It could not be.
    Failed {
        /// Why.
        error: ErrorCode,
        /// More.
        detail: Option<Refusal>,
    },
}

/// A file and its detached signature, being checked. The file passes by in pieces.
#[wasm_bindgen]
pub struct SignatureCheck {
    inner: core::SignatureCheck,
    opened: Opened,
}

#[wasm_bindgen]
impl SignatureCheck {
    /// Reads the signatures, armored or binary. `size` is how many octets the file has.
    pub fn open(signatures: &[u8], size: f64) -> SignatureCheck {
        // Browsers count octets in whole numbers of 53 bits; anything else becomes one that is over every limit, or none.
        let (inner, opened) = core::SignatureCheck::open(signatures, size as u64);
        Self { inner, opened }
    }

    /// What opening found: `readable` or `failed`.
    #[wasm_bindgen(unchecked_return_type = "Opened")]
    pub fn opened(&self) -> JsValue {
        write(&self.opened)
    }

    /// The next octets of the file.
    pub fn update(&mut self, piece: &[u8]) {
        self.inner.update(piece);
    }

    /// The verdict, when all of the file was there.
    #[wasm_bindgen(unchecked_return_type = "CheckOutcome")]
    pub fn finish(
        self,
        #[wasm_bindgen(unchecked_param_type = "Bytes[]")] certificates: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Vouched[]")] vouched: JsValue,
        now: Time,
    ) -> JsValue {
        let checked = match signers(certificates, vouched) {
            Some((certificates, vouched)) => self.inner.finish(&certificates, &vouched, now),
            None => Err((ErrorCode::BadCall, None)),
        };
        write(&match checked {
            Ok(verdict) => CheckOutcome::Checked {
                verdict: Box::new(verdict),
            },
            Err((error, detail)) => CheckOutcome::Failed { error, detail },
        })
    }
}

/// What files are that are opened together.
#[derive(Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Sorted {
    /// Each, in their order.
    Sorted {
        /// What it is.
        roles: Vec<OfferedRole>,
    },
    /// They are too many.
    Failed {
        /// Why.
        error: ErrorCode,
        /// More.
        detail: Option<Refusal>,
    },
}

/// Finds signatures among files that are opened together, and what they are on.
#[wasm_bindgen(js_name = sortFiles, unchecked_return_type = "Sorted")]
pub fn sort_files(
    #[wasm_bindgen(unchecked_param_type = "OfferedFile[]")] files: JsValue,
) -> JsValue {
    let roles = match read::<Vec<OfferedFile>>(files) {
        Some(files) => core::sort_files(&files),
        None => Err((ErrorCode::BadCall, None)),
    };
    write(&match roles {
        Ok(roles) => Sorted::Sorted { roles },
        Err((error, detail)) => Sorted::Failed { error, detail },
    })
}

/// One message being made.
#[wasm_bindgen]
pub struct Writer {
    inner: Option<core::Writer>,
    step: EncryptStep,
}

#[wasm_bindgen]
impl Writer {
    /// Starts a job; `step` says how it goes on.
    pub async fn begin(
        #[wasm_bindgen(unchecked_param_type = "EncryptJob")] job: JsValue,
    ) -> Writer {
        let (inner, step) = match read::<EncryptJob>(job) {
            Some(job) => core::Writer::begin_on(&WebCrypto, job, &mut OsRng).await,
            None => (None, failed(ErrorCode::BadCall)),
        };
        Self { inner, step }
    }

    /// What `begin` came to: `sign`, `done` or `failed`.
    #[wasm_bindgen(unchecked_return_type = "EncryptStep")]
    pub fn step(&self) -> JsValue {
        write(&self.step)
    }

    /// Goes on with the vault's signature (base64): `done` or `failed`.
    #[wasm_bindgen(unchecked_return_type = "EncryptStep")]
    pub async fn finish(
        self,
        #[wasm_bindgen(unchecked_param_type = "Bytes")] signature: JsValue,
    ) -> JsValue {
        let (Some(inner), Some(signature)) = (self.inner, read::<Bytes>(signature)) else {
            return write(&failed(ErrorCode::BadCall));
        };
        write(&inner.finish_on(&WebCrypto, &signature.0, &mut OsRng).await)
    }
}

fn failed(error: ErrorCode) -> EncryptStep {
    EncryptStep::Failed {
        error,
        detail: None,
    }
}

/// Describes the keys of a block (armored or binary).
#[wasm_bindgen(js_name = previewKeys, unchecked_return_type = "KeyPreview")]
pub fn preview_keys(data: &[u8], now: Time) -> JsValue {
    let (keys, skipped) = core::preview_keys(data, now);
    write(&KeyPreview { keys, skipped })
}
