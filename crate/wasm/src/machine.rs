//! The browser's own AES and hashes (WebCrypto), lent to the engine. Keys are imported into the same Worker and cannot be exported.

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use waxseal_core::engine::{BLOCK, Hash, Machine, Mode};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    fn import_key(
        format: &str,
        key: &[u8],
        algorithm: &str,
        extractable: bool,
        usages: &Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    fn encrypt(algorithm: &Object, key: &JsValue, data: &[u8]) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    fn decrypt(algorithm: &Object, key: &JsValue, data: &[u8]) -> Result<Promise, JsValue>;

    type Movable;

    #[wasm_bindgen(method, catch)]
    fn transfer(this: &Movable, size: u32) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    fn digest(algorithm: &str, data: &[u8]) -> Result<Promise, JsValue>;
}

/// WebCrypto of this Worker. It copies what it is given before it returns, so that memory may move meanwhile.
pub struct WebCrypto;

impl Machine for WebCrypto {
    const HASHES: bool = true;
    type Key = JsValue;

    /// Chromium has no AES-192.
    async fn key(&self, mode: Mode, key: &[u8]) -> Option<JsValue> {
        let (name, usage) = match mode {
            Mode::Cbc => ("AES-CBC", "encrypt"),
            Mode::Gcm => ("AES-GCM", "decrypt"),
        };
        let usages = Array::of1(&usage.into());
        let imported = import_key("raw", key, name, false, &usages).ok()?;
        JsFuture::from(imported).await.ok()
    }

    async fn cbc_encrypt(&self, key: &JsValue, iv: &[u8; BLOCK], data: &[u8]) -> Option<Vec<u8>> {
        let algorithm = algorithm("AES-CBC", iv, None)?;
        let mut made = bytes(encrypt(&algorithm, key, data)).await?;
        // It adds a block of padding, always.
        made.truncate(data.len());
        Some(made)
    }

    async fn gcm_decrypt(
        &self,
        key: &JsValue,
        nonce: &[u8],
        associated: &[u8],
        data: &[u8],
    ) -> Option<Vec<u8>> {
        let algorithm = algorithm("AES-GCM", nonce, Some(associated))?;
        bytes(decrypt(&algorithm, key, data)).await
    }

    async fn digest(&self, hash: Hash, data: &[u8]) -> Option<Vec<u8>> {
        let name = match hash {
            Hash::Sha1 => "SHA-1",
            Hash::Sha256 => "SHA-256",
            Hash::Sha384 => "SHA-384",
            Hash::Sha512 => "SHA-512",
        };
        bytes(digest(name, data)).await
    }
}

/// `{ name, iv, additionalData }`; tags of 128 bits are what is meant when nothing is said.
fn algorithm(name: &str, iv: &[u8], associated: Option<&[u8]>) -> Option<Object> {
    let algorithm = Object::new();
    let set = |key: &str, value: &JsValue| Reflect::set(&algorithm, &key.into(), value).ok();
    set("name", &name.into())?;
    set("iv", &Uint8Array::from(iv))?;
    if let Some(associated) = associated {
        set("additionalData", &Uint8Array::from(associated))?;
    }
    Some(algorithm)
}

/// What comes of an operation; `None` when it fails, whyever: WebCrypto does not say.
async fn bytes(started: Result<Promise, JsValue>) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(started.ok()?).await.ok()?;
    let made = Uint8Array::new(&buffer).to_vec();
    release(&buffer);
    Some(made)
}

/// Frees the memory of a buffer: a large message would leave one for each of its slices until somebody tidies up. Only in
/// SpiderMonkey, which alone has `InternalError`: V8 keeps what moves away, and counts it no more, so that it tidies up later.
fn release(buffer: &JsValue) {
    if Reflect::has(&js_sys::global(), &"InternalError".into()) == Ok(true) {
        // Where there is no such method, it will be tidied up.
        let _ = buffer.unchecked_ref::<Movable>().transfer(0);
    }
}
