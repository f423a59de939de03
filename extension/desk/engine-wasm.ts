// Where the engine, in its Worker, has its wasm from: the page sends it, compiled.

/** Comes with a message of its own, which is no request: it goes no further. */
export const wasm: Promise<WebAssembly.Module> = new Promise((come) => {
  addEventListener('message', function hear(event: MessageEvent<unknown>) {
    if (!(event.data instanceof WebAssembly.Module)) return;
    event.stopImmediatePropagation();
    removeEventListener('message', hear);
    come(event.data);
  });
});
