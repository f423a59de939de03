// Where the engine, in its Worker, has its wasm from. In a letter it comes otherwise (extension/letter/instead).

/** The address of the wasm, or the wasm itself. */
export const wasm: URL | Promise<WebAssembly.Module> = new URL('waxseal_bg.wasm', location.href);
