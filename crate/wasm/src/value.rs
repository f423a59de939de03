//! Values in and out.

use js_sys::{Array, JsString, Object, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;
use waxseal_core::tree::Tree;

/// Objects and arrays within each other; wire types have five at most. Reading goes as deep as the value does. How much there
/// is in all is not limited here: what a page sends is small by then, and the rest is our own.
const MAX_DEPTH: u8 = 16;

/// Letters above which the browser encodes a text: the bindings take texts letter by letter.
const LONG: u32 = 1000;

#[wasm_bindgen]
extern "C" {
    type TextEncoder;

    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;

    #[wasm_bindgen(method)]
    fn encode(this: &TextEncoder, text: &JsString) -> Uint8Array;
}

/// Reads a wire value; `None` when it does not fit its type.
pub fn read<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    tree(&value, MAX_DEPTH)?.read().ok()
}

/// What a value holds; `None` when it has something that no wire value has (functions, too deep).
fn tree(value: &JsValue, depth: u8) -> Option<Tree> {
    if value.is_null() || value.is_undefined() {
        return Some(Tree::Null);
    }
    if let Some(yes) = value.as_bool() {
        return Some(Tree::Bool(yes));
    }
    if let Some(number) = value.as_f64() {
        // What is no whole number, or one too large for JavaScript to tell from the next, comes back as another.
        let whole = number as i64;
        let exact = whole as f64 == number && whole.unsigned_abs() < 1 << f64::MANTISSA_DIGITS;
        return Some(if exact { Tree::Int(whole) } else { Tree::Odd });
    }
    if let Some(letters) = value.dyn_ref::<JsString>() {
        return text(letters).map(|text| Tree::Text(text.into()));
    }
    let depth = depth.checked_sub(1)?;
    if let Some(array) = value.dyn_ref::<Array>() {
        let items = array.iter().map(|item| tree(&item, depth));
        return items.collect::<Option<_>>().map(Tree::List);
    }
    if !value.is_object() {
        return None;
    }
    let mut fields = Vec::new();
    for pair in Object::entries(value.unchecked_ref()).iter() {
        let pair: Array = pair.unchecked_into();
        let value = pair.get(1);
        // As good as missing.
        if !value.is_undefined() {
            fields.push((pair.get(0).as_string()?, tree(&value, depth)?));
        }
    }
    Some(Tree::Fields(fields))
}

/// Halves of surrogate pairs become U+FFFD, either way.
fn text(letters: &JsString) -> Option<String> {
    match letters.length() {
        0..LONG => letters.as_string(),
        _ => String::from_utf8(TextEncoder::new().encode(letters).to_vec()).ok(),
    }
}

/// Writes a wire value. None of the wire types can fail here (they hold no maps with odd keys and no foreign
/// serialisers); should one ever, the caller gets `undefined`, which is no valid answer anywhere.
pub fn write<T: Serialize>(value: &T) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or(JsValue::UNDEFINED)
}
