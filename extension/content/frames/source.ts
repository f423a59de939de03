// The mail as it is stored, from the site itself: with the user's own session, as a click on "show source" asks for it.

import { type LostError, MAX_MAIL } from '../../desk/channel.js';
import { SOURCE_SILENCE } from '../limits.js';

/** Fetches a mail from the page's own origin; a text says why there is none. Never rejects. */
export async function fetchMail(url: string, gone: AbortSignal): Promise<Uint8Array<ArrayBuffer> | LostError> {
  const stop = new AbortController();
  const leave = () => stop.abort();
  gone.addEventListener('abort', leave);
  let silent: ReturnType<typeof setTimeout> | undefined;
  let late = false;
  const heard = () => {
    clearTimeout(silent);
    silent = setTimeout(() => {
      late = true;
      stop.abort();
    }, SOURCE_SILENCE);
  };
  try {
    if (new URL(url).origin !== location.origin) return 'not_a_mail';
    heard();
    const response = await fetch(url, {
      // A session that has ended may lead to a page for logging in, also on another site: that is no mail.
      redirect: 'error',
      credentials: 'same-origin',
      mode: 'same-origin',
      cache: 'no-store',
      signal: stop.signal,
    });
    if (!response.ok || !response.body) return 'not_a_mail';
    if (Number(response.headers.get('content-length')) > MAX_MAIL) return 'limit';
    return await readAll(response.body.getReader(), heard);
  } catch {
    return late ? 'timed_out' : 'not_a_mail';
  } finally {
    clearTimeout(silent);
    gone.removeEventListener('abort', leave);
    // Also when more was coming than is taken.
    stop.abort();
  }
}

/** All octets up to the limit; `heard` is called with each piece. */
async function readAll(
  body: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  heard: () => void,
): Promise<Uint8Array<ArrayBuffer> | LostError> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let next = await body.read(); !next.done; next = await body.read()) {
    heard();
    size += next.value.length;
    if (size > MAX_MAIL) return 'limit';
    pieces.push(next.value);
  }
  const source = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    source.set(piece, at);
    at += piece.length;
  }
  return source;
}
