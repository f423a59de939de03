//! Whole mails that are written, for the Worker of a desk page.

use js_sys::Uint8Array;
use rand::rngs::OsRng;
use wasm_bindgen::prelude::*;
use waxseal_core::{
    engine::{FileData, MailWriter as Core},
    wire::{Bytes, ErrorCode, compose::MailOrder, compose::WriteStep},
};

use crate::machine::WebCrypto;
use crate::value::{read, write};

/// One mail being made.
#[wasm_bindgen]
pub struct MailWriter {
    inner: Option<Core>,
    step: WriteStep,
}

#[wasm_bindgen]
impl MailWriter {
    /// Starts a mail; `step` says how it goes on.
    pub fn begin(#[wasm_bindgen(unchecked_param_type = "MailOrder")] order: JsValue) -> MailWriter {
        match read::<MailOrder>(order) {
            Some(order) => {
                let (inner, step) = Core::begin(order);
                Self {
                    inner: Some(inner),
                    step,
                }
            }
            None => Self {
                inner: None,
                step: bad_call(),
            },
        }
    }

    /// What `begin` came to: `ready` or `failed`.
    #[wasm_bindgen(unchecked_return_type = "WriteStep")]
    pub fn step(&self) -> JsValue {
        write(&self.step)
    }

    /// Takes a file: `ready` or `failed`. The octets are copied piece by piece.
    #[wasm_bindgen(js_name = addFile, unchecked_return_type = "WriteStep")]
    pub fn add_file(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "WrittenFile")] file: JsValue,
        data: &Uint8Array,
    ) -> JsValue {
        let (Some(inner), Some(file)) = (&mut self.inner, read(file)) else {
            return write(&bad_call());
        };
        let size = data.length() as usize;
        let data = FileData::read(size, |range| {
            // A Uint8Array has no more octets than 32 bits can count.
            data.subarray(range.start as u32, range.end as u32).to_vec()
        });
        write(&inner.add_file(file, data, &mut OsRng))
    }

    /// All files are there: `sign`, `done` or `failed`.
    #[wasm_bindgen(unchecked_return_type = "WriteStep")]
    pub async fn make(&mut self) -> JsValue {
        match &mut self.inner {
            Some(inner) => write(&inner.make_on(&WebCrypto, &mut OsRng).await),
            None => write(&bad_call()),
        }
    }

    /// Goes on with the vault's signatures (base64), in the order of the requests: `done` or `failed`.
    #[wasm_bindgen(unchecked_return_type = "WriteStep")]
    pub async fn finish(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Bytes[]")] signatures: JsValue,
    ) -> JsValue {
        let (Some(inner), Some(signatures)) = (&mut self.inner, read::<Vec<Bytes>>(signatures))
        else {
            return write(&bad_call());
        };
        let signatures: Vec<_> = signatures.into_iter().map(|bytes| bytes.0).collect();
        write(&inner.finish_on(&WebCrypto, &signatures, &mut OsRng).await)
    }

    /// The octets of an output, by its place in `done`; `undefined` when there is no such one. They are put together outside of
    /// this memory: it never holds a whole armor.
    pub fn output(&self, place: u32) -> Option<Uint8Array> {
        let output = self.inner.as_ref()?.output(place)?;
        let size = u32::try_from(output.size()).ok()?;
        let made = Uint8Array::new_with_length(size);
        let mut at = 0;
        output.each(|piece| {
            made.subarray(at, size.min(at + piece.len() as u32))
                .copy_from(piece);
            at += piece.len() as u32;
        });
        Some(made)
    }
}

fn bad_call() -> WriteStep {
    WriteStep::Failed {
        error: ErrorCode::BadCall,
        detail: None,
    }
}
