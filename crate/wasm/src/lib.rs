//! `waxseal-core` for the browser. Decides nothing.
//!
//! - [`vault::Vault`] runs in the background script: one instance, made from storage.
//! - [`engine::Reader`], [`engine::Writer`] and [`compose::MailWriter`] run in a disposable Worker of
//!   a desk page: one message, mail or job each.
//!
//! Objects come in as plain JavaScript values and are read by serde, unknown fields refused; a value that does not
//! fit is answered (`bad_call`) and never thrown from inside, because an exception that unwinds past wasm frames
//! runs no destructors. Bulk bytes are `Uint8Array`. Randomness is the browser's `crypto.getRandomValues`.

mod charsets;
pub mod compose;
pub mod engine;
mod machine;
mod sweep;
mod value;
pub mod vault;

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// Secrets pass through buffers of the libraries and of the bindings that nobody wipes: here all are, when they are freed.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(message: &str);
}

/// Runs once per instance. A panic tells where it happened and nothing else: its message could quote the data.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map(|at| format!("{}:{}", short_path(at.file()), at.line()))
            .unwrap_or_default();
        console_error(&format!("waxseal: panic at {place}"));
    }));
}

/// The part of a source path that says which crate and file it is, without the building machine's folders.
fn short_path(path: &str) -> &str {
    let Some(src) = path.rfind("/src/") else {
        return path;
    };
    let head = path.get(..src).unwrap_or_default();
    let start = head.rfind('/').map_or(0, |slash| slash + 1);
    path.get(start..).unwrap_or(path)
}

/// Asks for a fresh instance: a trap leaves this one in an unknown state. The next call of an export starts with new
/// memory; that call must have no arguments, because they would still be written into the old memory. Objects of the
/// old instance can no longer be used.
#[wasm_bindgen(js_name = renew)]
pub fn renew() {
    wasm_bindgen::handler::schedule_reinit();
}

/// What this was built from. The commit is the bundle's to tell: a module that named it would change with every commit.
#[derive(Serialize, Tsify)]
pub struct Versions {
    /// Of this crate.
    pub waxseal: &'static str,
    /// Of the OpenPGP library.
    pub rpgp: &'static str,
}

/// What this was built from, for the settings page.
#[wasm_bindgen(unchecked_return_type = "Versions")]
pub fn versions() -> JsValue {
    value::write(&Versions {
        waxseal: env!("CARGO_PKG_VERSION"),
        rpgp: pgp::VERSION,
    })
}

#[cfg(test)]
mod tests {
    use super::short_path;

    #[test]
    fn paths_lose_the_machine() {
        assert_eq!(
            short_path("/home/me/.cargo/registry/src/index-1/pgp-0.21.0/src/packet.rs"),
            "pgp-0.21.0/src/packet.rs"
        );
        assert_eq!(short_path("crate/core/src/wire.rs"), "core/src/wire.rs");
        assert_eq!(short_path("main.rs"), "main.rs");
    }
}
