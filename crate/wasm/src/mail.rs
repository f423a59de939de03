//! Whole mails, for the Worker of a desk page.

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;
use waxseal_core::{
    engine as core,
    wire::{Bytes, ErrorCode, Opener, Refusal, Secret, Time, engine::Opened, mail::MailView},
};

use crate::charsets::WebCharsets;
use crate::machine::WebCrypto;
use crate::value::{read, write};

/// How reading a mail ended.
#[derive(Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MailOutcome {
    /// It can be shown.
    Read {
        /// What is shown, and the verdict on it.
        mail: Box<MailView>,
    },
    /// It cannot.
    Failed {
        /// Why.
        error: ErrorCode,
        /// More.
        detail: Option<Refusal>,
    },
}

/// One mail being read. It holds the octets of its files as long as its Worker lives.
#[wasm_bindgen]
pub struct MailReader {
    inner: core::MailReader,
    opened: Opened,
}

#[wasm_bindgen]
impl MailReader {
    /// Parses a mail as the site serves it, as far as is possible without a key.
    pub fn open(source: Vec<u8>) -> MailReader {
        let (inner, opened) = core::MailReader::open(source);
        Self { inner, opened }
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
        let opened = self.inner.decrypt_with_passwords_on(&WebCrypto, &passwords);
        write(&opened.await)
    }

    /// The mail with its verdict, once. `certificates` are the signers' as the vault knows them; `sender` is the From that
    /// the site shows.
    #[wasm_bindgen(unchecked_return_type = "MailOutcome")]
    pub fn finish(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Bytes[]")] certificates: JsValue,
        sender: Option<String>,
        now: Time,
    ) -> JsValue {
        let Some(certificates) = read::<Vec<Bytes>>(certificates) else {
            return write(&MailOutcome::Failed {
                error: ErrorCode::BadCall,
                detail: None,
            });
        };
        let finished = self
            .inner
            .finish(&certificates, sender.as_deref(), now, &WebCharsets);
        write(&match finished {
            Ok(mail) => MailOutcome::Read {
                mail: Box::new(mail.view().clone()),
            },
            Err((error, detail)) => MailOutcome::Failed { error, detail },
        })
    }

    /// The octets of a file, after `finish`: decoded; for kinds `encrypted` and `signed` the whole part with its header,
    /// which can be opened as a mail of its own. `undefined` when there is no such file.
    pub fn file(&self, id: u32) -> Option<Vec<u8>> {
        self.inner.file(id).map(|octets| octets.into_owned())
    }
}
