// A real trap in a real Worker of the engine: what an error in it that nobody knows of would come to.

import type { View } from '../../harness/index.js';

/**
 * From now on each Worker that a document of ours starts stops with a trap where this function of the engine is called. What it
 * does before is the engine's own.
 */
export async function traps(view: View, exported: string): Promise<void> {
  await view.evaluate(async (wanted) => {
    const fetched = await fetch(chrome.runtime.getURL('waxseal_bg.wasm'));
    const wasm = new Uint8Array(await fetched.arrayBuffer());
    let at = 8;
    const number = (): number => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const octet = wasm[at++] ?? 0;
        value += (octet & 127) * 2 ** shift;
        if (octet < 128) return value;
      }
    };
    const name = (): string => {
      const length = number();
      at += length;
      return new TextDecoder().decode(wasm.subarray(at - length, at));
    };
    let [imported, found] = [0, -1];
    while (at < wasm.length) {
      const section = wasm[at++];
      const size = number();
      const end = at + size;
      if (section === 2) {
        // Imports: functions of these count before its own. (There are no others in this module.)
        imported = number();
      } else if (section === 7) {
        for (let left = number(); left > 0; left--) {
          const called = name();
          const isFunction = wasm[at++] === 0;
          const index = number();
          if (isFunction && called === wanted) found = index - imported;
        }
      } else if (section === 10) {
        const bodies = number();
        for (let body = 0; body < bodies; body++) {
          const length = number();
          // No locals, unreachable, nothing for as long as it was, end.
          if (body === found) wasm.fill(1, at, at + length).set([0, 0], at);
          at += length;
          if (body === found) wasm[at - 1] = 0x0b;
        }
      }
      at = end;
    }
    if (found < 0) throw new Error(`the engine has no ${wanted}`);
    const broken = await WebAssembly.compile(wasm);
    const functions = WebAssembly.Module.imports(broken).every(({ kind }) => kind === 'function');
    if (!functions) throw new Error('it imports something else than functions');
    const send = Worker.prototype.postMessage as (this: Worker, ...args: unknown[]) => void;
    Object.assign(Worker.prototype, {
      postMessage(this: Worker, message: unknown, ...more: unknown[]) {
        send.call(this, message instanceof WebAssembly.Module ? broken : message, ...more);
      },
    });
  }, exported);
}
