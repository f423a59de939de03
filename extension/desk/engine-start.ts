// How the engine's Worker is started: its script and its wasm are the extension's own files. A letter has both within
// itself; its build takes a file of extension/letter/instead for this one.

/** Compiled once in a document, for all of its Workers; each makes an instance of its own from it. */
let compiled: Promise<WebAssembly.Module> | undefined;

/** Starts a Worker with the engine in it. The wasm is compiled beside the Worker's own start. */
export function startEngine(): Worker {
  const worker = new Worker(chrome.runtime.getURL('engine-worker.js'), { type: 'module', name: 'waxseal engine' });
  compiled ??= WebAssembly.compileStreaming(fetch(chrome.runtime.getURL('waxseal_bg.wasm')));
  compiled.then(
    (module) => worker.postMessage(module),
    () => {
      // Not kept: there may be memory for it the next time.
      compiled = undefined;
      worker.dispatchEvent(new ErrorEvent('error', { cancelable: true }));
    },
  );
  return worker;
}
