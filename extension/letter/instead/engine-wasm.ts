// Where the engine of a letter has its wasm from, in place of desk/engine-wasm.ts: the page sends it, compiled.

/** Comes with a message of its own, which is no request: it goes no further. */
export const wasm: Promise<WebAssembly.Module> = new Promise((come) => {
  addEventListener('message', function hear(event: MessageEvent<unknown>) {
    if (!(event.data instanceof WebAssembly.Module)) return;
    event.stopImmediatePropagation();
    removeEventListener('message', hear);
    come(event.data);
  });
});
