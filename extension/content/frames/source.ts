// The mail as it is stored, from the site itself: with the user's own session, as a click on "show source" asks for it.

import { type LostError, MAX_MAIL } from '../../desk/channel.js';
import { turn } from '../../desk/turn.js';
import { inertDocument } from '../../ui/inert.js';
import { queryIn, textContent } from '../dom.js';
import { MAX_SOURCE_PAGE, SOURCE_SILENCE } from '../limits.js';

/** Octets that are copied without a pause: some milliseconds. */
const SLICE_SIZE = 4 * 1024 * 1024;

/**
 * Fetches a mail from the page's own origin; a text says why there is none. Where the site has it only in a page, `within`
 * is the element whose text it is. Never rejects.
 */
export async function fetchMail(
  url: string,
  gone: AbortSignal,
  within?: string,
): Promise<Uint8Array<ArrayBuffer> | LostError> {
  const limit = within === undefined ? MAX_MAIL : MAX_SOURCE_PAGE;
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
    if (Number(response.headers.get('content-length')) > limit) return 'limit';
    const answer = await readAll(response.body.getReader(), limit, heard);
    return within === undefined || typeof answer === 'string' ? answer : mailIn(answer, within);
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
  limit: number,
  heard: () => void,
): Promise<Uint8Array<ArrayBuffer> | LostError> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let next = await body.read(); !next.done; next = await body.read()) {
    heard();
    size += next.value.length;
    if (size > limit) return 'limit';
    pieces.push(next.value);
  }
  const source = new Uint8Array(size);
  let at = 0;
  let rest = SLICE_SIZE;
  for (const piece of pieces) {
    source.set(piece, at);
    at += piece.length;
    rest -= piece.length;
    if (rest > 0) continue;
    rest = SLICE_SIZE;
    await turn();
  }
  return source;
}

/** The text of the one element of a page that holds the mail. The page is only parsed: it loads and runs nothing. */
function mailIn(answer: Uint8Array, within: string): Uint8Array<ArrayBuffer> | LostError {
  const page = inertDocument(new TextDecoder().decode(answer));
  const [element, another] = queryIn(page, within);
  const text = element && !another ? textContent(element) : null;
  return text ? new TextEncoder().encode(text) : 'not_a_mail';
}
