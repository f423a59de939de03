// The mail as it is stored, from the site itself: with the user's own session, as a click on "show source" asks for it.

import { type LostError, MAX_MAIL } from '../../desk/channel.js';
import { release } from '../../desk/release.js';
import { inertDocument } from '../../ui/inert.js';
import { queryIn, textContent } from '../dom.js';
import { MAX_HEAD, MAX_SOURCE_PAGE, SOURCE_SILENCE } from '../limits.js';

/** Octets that are given to the browser at once. */
const PIECE = 4 * 1024 * 1024;

/** What is asked for, when it is not simply the mail. */
interface Kind {
  /** The site has it only in a page: the element whose text it is. */
  readonly within?: string | undefined;
  /**
   * A link leads to it, as a click on it would: wherever the site sends one from there, as long as it stays its own. But
   * without a word of where one comes from: who wrote the link must not gain by it.
   */
  readonly link?: boolean;
}

/**
 * Fetches a mail, or a file of one, from the page's own origin; a text says why there is none. The browser keeps its octets,
 * outside of the page's memory: no large one is copied from process to process in one go. Never rejects.
 */
export async function fetchMail(
  url: string,
  gone: AbortSignal,
  { within, link = false }: Kind = {},
): Promise<Blob | LostError> {
  const limit = within === undefined ? MAX_MAIL : MAX_SOURCE_PAGE;
  return ask(url, gone, link, async (body, size, heard) => {
    if (size > limit) return 'limit';
    const answer = await gather(body, limit, heard);
    return within === undefined || typeof answer === 'string' ? answer : mailIn(await answer.text(), within);
  });
}

/** The head of a mail, without the empty line after it; nothing of the rest is waited for. Empty when there is none. Never rejects. */
export async function fetchHead(url: string, gone: AbortSignal): Promise<string> {
  const head = await ask(url, gone, false, async (body, _size, heard) => ({ text: await readHead(body, heard) }));
  return typeof head === 'string' ? '' : head.text;
}

type Body = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/** Asks the page's own origin, as a click on a `link` would or not; `read` gets the answer, the size that it is said to have (or 0), and tells what it hears. */
async function ask<T>(
  url: string,
  gone: AbortSignal,
  link: boolean,
  read: (body: Body, size: number, heard: () => void) => Promise<T>,
): Promise<T | LostError> {
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
      redirect: link ? 'follow' : 'error',
      ...(link && { referrerPolicy: 'no-referrer' }),
      credentials: 'same-origin',
      mode: 'same-origin',
      cache: 'no-store',
      signal: stop.signal,
    });
    if (!response.ok || !response.body || new URL(response.url).origin !== location.origin) return 'not_a_mail';
    return await read(response.body.getReader(), Number(response.headers.get('content-length')), heard);
  } catch {
    return late ? 'timed_out' : 'not_a_mail';
  } finally {
    clearTimeout(silent);
    gone.removeEventListener('abort', leave);
    // Also when more was coming than is taken.
    stop.abort();
  }
}

/** What stands before the first empty line; nothing if there is none within the limit. */
async function readHead(body: Body, heard: () => void): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let rest = MAX_HEAD;
  for (let next = await body.read(); !next.done; next = await body.read()) {
    heard();
    // The empty line may come in two pieces.
    const from = Math.max(0, text.length - 3);
    text += decoder.decode(next.value.subarray(0, rest), { stream: true });
    const end = text.slice(from).search(/\r?\n\r?\n/);
    if (end >= 0) return text.slice(0, from + end);
    rest -= next.value.length;
    // Of a piece that was cut nothing may follow: the head would have a hole.
    if (rest <= 0) break;
  }
  return '';
}

/** All that comes, up to the limit; `heard` is called with each part of it. */
async function gather(body: Body, limit: number, heard: () => void): Promise<Blob | LostError> {
  const pieces: Blob[] = [];
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let [size, waiting] = [0, 0];
  const give = () => {
    pieces.push(new Blob(parts));
    for (const part of parts) release(part);
    parts = [];
    waiting = 0;
  };
  for (let next = await body.read(); !next.done; next = await body.read()) {
    heard();
    size += next.value.length;
    if (size > limit) return 'limit';
    parts.push(next.value);
    waiting += next.value.length;
    if (waiting >= PIECE) give();
  }
  give();
  return new Blob(pieces);
}

/** The text of the one element of a page that holds the mail. The page is only parsed: it loads and runs nothing. */
function mailIn(answer: string, within: string): Blob | LostError {
  const page = inertDocument(answer);
  const [element, another] = queryIn(page, within);
  const text = element && !another ? textContent(element) : null;
  return text ? new Blob([text]) : 'not_a_mail';
}
