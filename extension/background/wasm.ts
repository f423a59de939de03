// The one wasm instance of the background.

import init, { renew, versions } from 'waxseal-wasm';

let loading: Promise<unknown> | undefined;

/** Compiles and instantiates once; a failure is not kept, so that the next call tries again. */
export function loadWasm(): Promise<unknown> {
  loading ??= init({ module_or_path: chrome.runtime.getURL('waxseal_bg.wasm') }).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/**
 * Makes a new instance after a trap, which leaves the old one in an unknown state. `renew` marks the old one as broken;
 * the glue replaces it at the next call, and that must be one without arguments and without a result on the wasm
 * stack: the glue prepares these in the old instance.
 */
export function renewWasm(): void {
  renew();
  versions();
}
