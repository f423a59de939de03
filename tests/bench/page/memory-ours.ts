// One large message, encrypted and then decrypted.
import init from 'waxseal-wasm';
import { Agent } from './agent.js';
import { ADDRESS, Ours } from './ours.js';
import { PASSPHRASE, sample } from './sample.js';
import { serve } from './step.js';

await init({ module_or_path: new URL('waxseal_bg.wasm', location.href) });
const agent = new Agent();
agent.generate(ADDRESS, PASSPHRASE);
const ours = new Ours(agent);
const text = sample(50_000_000);
let message = '';
serve({
  encrypt: async () => {
    message = await ours.encrypt(text, false);
  },
  decrypt: () => ours.decrypt(message, 'not_signed', text.length),
});
