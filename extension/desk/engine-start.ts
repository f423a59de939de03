// How the engine's Worker is started: from the extension's own files. A letter has its engine within itself; its build
// takes a file of extension/letter/instead for this one.

/** Starts a Worker with the engine in it. */
export function startEngine(): Worker {
  return new Worker(chrome.runtime.getURL('engine-worker.js'), { type: 'module', name: 'waxseal engine' });
}
