//! Whole mails that are written, for the Worker of a desk page.

use std::borrow::Cow;

use js_sys::Uint8Array;
use rand::rngs::OsRng;
use wasm_bindgen::prelude::*;
use waxseal_core::{
    armor::Part,
    engine::{MailWriter as Core, Pieces},
    limits::MAX_WRITTEN_SIZE,
    wire::{Bytes, ErrorCode, compose::MailOrder, compose::WriteStep},
};

use crate::machine::WebCrypto;
use crate::value::{read, write};

/// One mail being made.
#[wasm_bindgen]
pub struct MailWriter {
    inner: Option<Core>,
    step: WriteStep,
    /// Of the file that comes next.
    coming: Pieces,
}

#[wasm_bindgen]
impl MailWriter {
    /// Starts a mail; `step` says how it goes on.
    pub fn begin(#[wasm_bindgen(unchecked_param_type = "MailOrder")] order: JsValue) -> MailWriter {
        let (inner, step) = match read::<MailOrder>(order) {
            Some(order) => {
                let (inner, step) = Core::begin(order);
                (Some(inner), step)
            }
            None => (None, bad_call()),
        };
        let coming = Pieces::default();
        Self {
            inner,
            step,
            coming,
        }
    }

    /// What `begin` came to: `ready` or `failed`.
    #[wasm_bindgen(unchecked_return_type = "WriteStep")]
    pub fn step(&self) -> JsValue {
        write(&self.step)
    }

    /// The next octets of the file that [`add_file`](Self::add_file) takes. What is over the limit for a mail by more than one
    /// piece is dropped: that it is over, `add_file` tells.
    #[wasm_bindgen(js_name = filePiece)]
    pub fn file_piece(&mut self, piece: &[u8]) {
        if self.coming.size() <= MAX_WRITTEN_SIZE {
            self.coming.push(piece);
        }
    }

    /// Takes a file whose octets have come: `ready` or `failed`.
    #[wasm_bindgen(js_name = addFile, unchecked_return_type = "WriteStep")]
    pub fn add_file(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "WrittenFile")] file: JsValue,
    ) -> JsValue {
        let data = std::mem::take(&mut self.coming);
        match (&mut self.inner, read(file)) {
            (Some(inner), Some(file)) => write(&inner.add_file(file, data, &mut OsRng)),
            _ => write(&bad_call()),
        }
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

    /// Puts a part of an output into `into`, which must have room for it (128 KiB are enough), and tells how many octets it has;
    /// `undefined` after the last, and where there is no such output. Both are counted from 0, outputs as in `done`.
    #[wasm_bindgen(js_name = outputPart)]
    pub fn output_part(&self, place: u32, number: u32, into: &Uint8Array) -> Option<u32> {
        let octets = match self.part(place, number)? {
            Part::Text(text) => &Cow::into_owned(text).into_bytes(),
            Part::Lines(data) => data,
        };
        let size = u32::try_from(octets.len()).ok()?;
        into.subarray(0, size).copy_from(octets);
        Some(size)
    }

    /// Whether that part stands in the output as lines of armor, 64 characters of base64 and a line feed each: of 48 octets but
    /// for the last of them.
    #[wasm_bindgen(js_name = isLines)]
    pub fn is_lines(&self, place: u32, number: u32) -> bool {
        matches!(self.part(place, number), Some(Part::Lines(_)))
    }
}

impl MailWriter {
    fn part(&self, place: u32, number: u32) -> Option<Part<'_>> {
        let output = self.inner.as_ref()?.output(place)?;
        output.part(usize::try_from(number).ok()?)
    }
}

fn bad_call() -> WriteStep {
    WriteStep::Failed {
        error: ErrorCode::BadCall,
        detail: None,
    }
}
