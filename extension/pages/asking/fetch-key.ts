// Asking a server for a key. But for pictures that a reader asked for, the only requests of Waxseal to servers that are not the webmail's own.

import type { KeyAnswer, KeyRequest } from 'waxseal-wasm';
import { joined, toBase64 } from '../../ui/files.js';

/**
 * Carries one request out: as nobody, from nowhere, to no other host. Nothing is kept of a body beyond what may be read
 * of it. Never rejects.
 */
export async function fetchKey({ url, most, seconds }: KeyRequest): Promise<KeyAnswer> {
  const stop = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop.abort();
  }, seconds * 1000);
  let answered = false;
  try {
    const response = await fetch(url, {
      signal: stop.signal,
      credentials: 'omit',
      cache: 'no-store',
      // Who is asked was shown to the user; nobody else is told.
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    });
    answered = true;
    const { status } = response;
    if (status !== 200) return { kind: 'body', status, data: '' };
    const body = await readUpTo(response, most);
    return body ? { kind: 'body', status, data: toBase64(body) } : { kind: 'too_large' };
  } catch {
    if (late) return { kind: 'timed_out' };
    return { kind: answered ? 'broken' : 'silent' };
  } finally {
    clearTimeout(timer);
    // Whatever still comes is not wanted.
    stop.abort();
  }
}

/** The whole body; nothing when it is longer. */
async function readUpTo(response: Response, most: number): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const piece = await reader?.read();
    if (!piece?.value) break;
    size += piece.value.length;
    if (size > most) return undefined;
    pieces.push(piece.value);
  }
  return joined(pieces);
}
