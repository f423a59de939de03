// From nothing to the first signed message: start, import a key, unlock it, encrypt and sign.
import init from 'waxseal-wasm';
import { Agent } from './agent.js';
import type { FirstUse } from './first.js';
import { Ours } from './ours.js';

addEventListener('message', async ({ data }: MessageEvent<FirstUse>) => {
  await init({ module_or_path: new URL('waxseal_bg.wasm', location.href) });
  const agent = new Agent();
  agent.import(data.armored, data.fingerprint);
  agent.unlock(data.fingerprint, data.passphrase);
  postMessage((await new Ours(agent).encrypt(data.text, true)).length);
});
