// How the engine's Worker is started in a letter, in place of desk/engine-start.ts: its script is a text within ours, which
// the policy of the page covers, and its wasm comes out of the file.

import { engine } from '../blocks.js';

/** Written into the script by the build: the bundle of desk/engine-worker.ts. */
declare const __ENGINE__: string;

let address: string | undefined;

/** Starts a Worker with the engine in it. */
export function startEngine(): Worker {
  // Kept as long as the page: browsers differ in when a Worker's script is read.
  address ??= URL.createObjectURL(new Blob([__ENGINE__], { type: 'text/javascript' }));
  const worker = new Worker(address, { name: 'engine' });
  // A file that is damaged has been told of before anything is asked of an engine.
  engine().then(
    (module) => worker.postMessage(module),
    () => worker.terminate(),
  );
  return worker;
}
