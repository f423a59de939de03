// How a request goes out.

import type { KeyAnswer, KeyRequest } from 'waxseal-wasm';
import { fetchKey } from '../asking/fetch-key.js';

/** Carries a request out. Never rejects. */
export type Way = (request: KeyRequest) => Promise<KeyAnswer>;

/** Milliseconds for the frame to load and to be heard, beside the time that the request has. */
const FRAME_LIMIT = 5_000;

/**
 * Asks from a frame without an origin. Browsers tell a server the origin of who reads its answers; a page of an extension in
 * Firefox has one of its own for each installation, by which the server could recognise the user from one search to the
 * next.
 */
export const askAsNobody: Way = async (request) => {
  const frame = document.createElement('iframe');
  // No `allow-same-origin`.
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.hidden = true;
  frame.src = 'asking.html';
  const { port1, port2 } = new MessageChannel();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<KeyAnswer>((done) => {
      timer = setTimeout(() => done({ kind: 'timed_out' }), request.seconds * 1000 + FRAME_LIMIT);
      port1.onmessage = ({ data }) => done(data as KeyAnswer);
      // To whoever it is, for it has no origin to name: the frame is ours, and nothing in it leads elsewhere.
      frame.addEventListener('load', () => frame.contentWindow?.postMessage(request, '*', [port2]), { once: true });
      document.body.append(frame);
    });
  } finally {
    clearTimeout(timer);
    port1.close();
    frame.remove();
  }
};

/**
 * Asks from the window itself. Without the permission Firefox would tell the server the origin of this installation; and it may have gone since
 * the search began: the user can take it back, and so can another window that closes.
 */
export const askWithPermission: Way = async (request) => {
  const origins = [`https://${new URL(request.url).hostname}/*`];
  const allowed = await chrome.permissions.contains({ origins }).catch(() => false);
  return allowed ? fetchKey(request) : { kind: 'silent' };
};
