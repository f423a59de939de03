// A frame that shows one message, as a reader with OpenPGP.js would: a Worker decrypts and verifies it.
import type { Given } from './worker-theirs.js';

const worker = new Worker('worker-theirs.js', { type: 'module' });
worker.onmessage = ({ data }: MessageEvent<string>) => {
  const text = document.createElement('div');
  text.className = 'text';
  text.textContent = data;
  document.body.append(text);
  parent.postMessage(document.documentElement.scrollHeight, '*');
};
addEventListener('message', ({ data }: MessageEvent<Given>) => worker.postMessage(data));
parent.postMessage('ready', '*');
