//! The agent, for the background script.

use rand::rngs::OsRng;
use wasm_bindgen::prelude::*;
use waxseal_core::{
    vault as core,
    wire::{
        ErrorCode, PageReply, Time, UiReply,
        host::{Effect, Step},
    },
};

use crate::sweep::swept;
use crate::value::{read, write};

/// The one vault of an extension. Its host performs the effects of each step in order before it sends the reply.
#[wasm_bindgen]
pub struct Vault {
    inner: core::Vault,
    boot_effects: Vec<Effect>,
}

#[wasm_bindgen]
impl Vault {
    /// Makes the vault from what is stored. Throws (as an ordinary result) only when `snapshot` is no `Snapshot`:
    /// that is a mistake in the host, not in the stored records.
    pub fn boot(
        #[wasm_bindgen(unchecked_param_type = "Snapshot")] snapshot: JsValue,
        now: Time,
    ) -> Result<Vault, JsError> {
        let booted = swept(|| Some(core::Vault::boot(read(snapshot)?, now)));
        let (inner, boot_effects) = booted.ok_or_else(|| JsError::new("not a snapshot"))?;
        Ok(Self {
            inner,
            boot_effects,
        })
    }

    /// The effects of booting; once.
    #[wasm_bindgen(js_name = bootEffects, unchecked_return_type = "Effect[]")]
    pub fn boot_effects(&mut self) -> JsValue {
        write(&std::mem::take(&mut self.boot_effects))
    }

    /// A call from a content script.
    #[wasm_bindgen(unchecked_return_type = "Step<PageReply>")]
    pub fn page(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Sender")] sender: JsValue,
        #[wasm_bindgen(unchecked_param_type = "PageCall")] call: JsValue,
        now: Time,
    ) -> JsValue {
        swept(|| match (read(sender), read(call)) {
            (Some(sender), Some(call)) => write(&self.inner.page(&sender, call, now, &mut OsRng)),
            _ => write(&refusal(PageReply::Refused {
                error: ErrorCode::BadCall,
            })),
        })
    }

    /// A call from an extension page or frame.
    #[wasm_bindgen(unchecked_return_type = "Step<UiReply>")]
    pub fn ui(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Sender")] sender: JsValue,
        #[wasm_bindgen(unchecked_param_type = "UiCall")] call: JsValue,
        now: Time,
    ) -> JsValue {
        swept(|| match (read(sender), read(call)) {
            (Some(sender), Some(call)) => write(&self.inner.ui(&sender, call, now, &mut OsRng)),
            _ => write(&bad_ui_call()),
        })
    }

    /// What the host computed for an `ask`.
    #[wasm_bindgen(unchecked_return_type = "Step<UiReply>")]
    pub fn resume(
        &mut self,
        token: u32,
        #[wasm_bindgen(unchecked_param_type = "Answer")] answer: JsValue,
        now: Time,
    ) -> JsValue {
        swept(|| match read(answer) {
            Some(answer) => write(&self.inner.resume(token, answer, now, &mut OsRng)),
            None => write(&bad_ui_call()),
        })
    }

    /// The alarm `lock` rang.
    #[wasm_bindgen(unchecked_return_type = "Effect[]")]
    pub fn tick(&mut self, now: Time) -> JsValue {
        swept(|| write(&self.inner.tick(now)))
    }
}

fn bad_ui_call() -> Step<UiReply> {
    refusal(UiReply::Refused {
        error: ErrorCode::BadCall,
        detail: None,
    })
}

fn refusal<R>(reply: R) -> Step<R> {
    Step::Reply {
        reply,
        effects: Vec::new(),
    }
}
