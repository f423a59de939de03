//! Values in and out.

use js_sys::{Object, Reflect, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;

/// Reads a wire value; `None` when it does not fit its type. The reason is dropped: it may quote the data.
pub fn read<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    serde_wasm_bindgen::from_value(value).ok()
}

/// Writes a wire value. None of the wire types can fail here (they hold no maps with odd keys and no foreign
/// serialisers); should one ever, the caller gets `undefined`, which is no valid answer anywhere.
pub fn write<T: Serialize>(value: &T) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or(JsValue::UNDEFINED)
}

#[wasm_bindgen]
extern "C" {
    type TextEncoder;

    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;

    #[wasm_bindgen(method)]
    fn encode(this: &TextEncoder, text: &JsValue) -> Uint8Array;
}

/// As [`read`], but these fields, which can be long texts, are encoded by the browser: the bindings take them letter by letter.
/// `put` gets those that are texts.
pub fn read_with_texts<T: DeserializeOwned, const N: usize>(
    value: JsValue,
    fields: [&str; N],
    put: impl FnOnce(&mut T, [Option<String>; N]),
) -> Option<T> {
    let rest = Object::assign(&Object::new(), value.dyn_ref()?);
    let mut texts = [const { None }; N];
    for (text, field) in texts.iter_mut().zip(fields) {
        let name = field.into();
        let Some(long) = Reflect::get(&value, &name).ok().filter(JsValue::is_string) else {
            continue;
        };
        Reflect::set(&rest, &name, &"".into()).ok()?;
        *text = Some(String::from_utf8(TextEncoder::new().encode(&long).to_vec()).ok()?);
    }
    let mut read: T = read(rest.into())?;
    put(&mut read, texts);
    Some(read)
}
