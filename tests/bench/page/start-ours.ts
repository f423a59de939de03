// What a fresh Worker needs before our first operation can run.
import init, { versions } from 'waxseal-wasm';

await init({ module_or_path: new URL('waxseal_bg.wasm', location.href) });
postMessage(versions().rpgp);
