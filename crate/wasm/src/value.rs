//! Values in and out.

use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

/// Reads a wire value; `None` when it does not fit its type. The reason is dropped: it may quote the data.
pub fn read<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    serde_wasm_bindgen::from_value(value).ok()
}

/// Writes a wire value. None of the wire types can fail here (they hold no maps with odd keys and no foreign
/// serialisers); should one ever, the caller gets `undefined`, which is no valid answer anywhere.
pub fn write<T: Serialize>(value: &T) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or(JsValue::UNDEFINED)
}
