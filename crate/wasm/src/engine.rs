//! The engine, for the Worker of a desk page.

use js_sys::{Object, Reflect, Uint8Array};
use rand::rngs::OsRng;
use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;
use waxseal_core::{
    engine as core,
    verdict::ReadMessage,
    wire::{
        Bytes, ErrorCode, KeyInfo, Opener, Refusal, Secret, SkippedKey, Time,
        engine::{EncryptJob, EncryptStep, Opened},
    },
};

use crate::machine::WebCrypto;
use crate::value::{read, write};

/// How reading a message ended.
#[derive(Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReadOutcome {
    /// It can be shown.
    Read {
        /// Text and verdict, from one parse.
        message: ReadMessage,
    },
    /// It cannot.
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

/// One message being read. Lives as long as its Worker.
#[wasm_bindgen]
pub struct Reader {
    inner: core::Reader,
    opened: Opened,
}

#[wasm_bindgen]
impl Reader {
    /// Parses a block as far as is possible without a key.
    pub fn open(
        armored: &[u8],
        #[wasm_bindgen(unchecked_param_type = "Form")] form: JsValue,
    ) -> Result<Reader, JsError> {
        let form = read(form).ok_or_else(|| JsError::new("not a form"))?;
        let (inner, opened) = core::Reader::open(armored, form);
        Ok(Self { inner, opened })
    }

    /// What `open` found.
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

    /// The text with its verdict. `certificates` are the signers' as the vault knows them; `sender` is the address
    /// that the site tells.
    #[wasm_bindgen(unchecked_return_type = "ReadOutcome")]
    pub fn finish(
        self,
        #[wasm_bindgen(unchecked_param_type = "Bytes[]")] certificates: JsValue,
        sender: Option<String>,
        now: Time,
    ) -> JsValue {
        let Some(certificates) = read::<Vec<Bytes>>(certificates) else {
            return write(&ReadOutcome::Failed {
                error: ErrorCode::BadCall,
                detail: None,
            });
        };
        write(
            &match self.inner.finish(&certificates, sender.as_deref(), now) {
                Ok(message) => ReadOutcome::Read { message },
                Err((error, detail)) => ReadOutcome::Failed { error, detail },
            },
        )
    }
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
        let (inner, step) = match read_job(job) {
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

#[wasm_bindgen]
extern "C" {
    type TextEncoder;

    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;

    #[wasm_bindgen(method)]
    fn encode(this: &TextEncoder, text: &JsValue) -> Uint8Array;
}

/// As [`read`]; the text, which can be long, is encoded by the browser: the bindings take it letter by letter.
fn read_job(job: JsValue) -> Option<EncryptJob> {
    let text = Reflect::get(&job, &"text".into()).ok();
    let text = text.filter(JsValue::is_string)?;
    let rest = Object::assign(&Object::new(), job.dyn_ref()?);
    Reflect::set(&rest, &"text".into(), &"".into()).ok()?;
    let mut job: EncryptJob = read(rest.into())?;
    job.text = String::from_utf8(TextEncoder::new().encode(&text).to_vec()).ok()?;
    Some(job)
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
