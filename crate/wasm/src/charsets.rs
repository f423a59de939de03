//! The browser's own decoders of charsets (WHATWG Encoding), lent to the engine.

use wasm_bindgen::prelude::*;
use waxseal_core::engine::Charsets;

#[wasm_bindgen]
extern "C" {
    type TextDecoder;

    #[wasm_bindgen(constructor, catch)]
    fn new(label: &str) -> Result<TextDecoder, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn decode(this: &TextDecoder, octets: &[u8]) -> Result<String, JsValue>;
}

/// `TextDecoder` of this Worker. It refuses the encodings that hide scripts (UTF-7, HZ, ISO-2022-KR).
pub struct WebCharsets;

impl Charsets for WebCharsets {
    fn decode(&self, label: &str, octets: &[u8]) -> Option<String> {
        TextDecoder::new(label).ok()?.decode(octets).ok()
    }
}
