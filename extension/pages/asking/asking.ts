// The inside of the frame that asks: it gets a request from the page around it and gives the answer back.

import type { KeyRequest } from 'waxseal-wasm';
import { fetchKey } from './fetch-key.js';

addEventListener('message', ({ data, origin, ports: [port], source }) => {
  // The document's address has the extension's origin, though the document has none.
  if (source !== parent || origin !== new URL(document.URL).origin || !port) return;
  void fetchKey(data as KeyRequest).then((answer) => port.postMessage(answer));
});
