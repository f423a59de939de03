// The mail as it is stored, from the site itself: with the user's own session, as a click on "show source" asks for it.

import { Lost, type LostError, MAX_MAIL, type Shown } from '../../desk/channel.js';
import { inertDocument } from '../../ui/inert.js';
import { queryIn, textContent } from '../dom.js';
import { MAX_HEAD, MAX_KEPT, MAX_SOURCE_PAGE } from '../limits.js';
import { LargeMail } from './large-mail.js';
import type { Told } from './reader.js';
import { SiteAnswer, whyLost } from './site-answer.js';

/** Octets that are given to the browser at once. */
const PIECE = 4 * 1024 * 1024;

/** What is asked for, when it is not simply the mail. */
interface Kind {
  /** The site has it only in a page: the element whose text it is. */
  readonly within?: string | undefined;
  /** A link leads to it, as a click on it would: wherever the site sends one from there, as long as it stays its own. */
  readonly link?: boolean;
}

/**
 * Fetches a mail, or a file of one, from the page's own origin; a text says why there is none. A small one is kept by the
 * browser; of a large one only its beginning has come. Never rejects.
 */
export async function fetchMail(
  url: string,
  gone: AbortSignal,
  { within, link = false }: Kind = {},
): Promise<Blob | LargeMail | LostError> {
  const limit = within === undefined ? MAX_MAIL : MAX_SOURCE_PAGE;
  const passes = within === undefined && LargeMail.possible;
  try {
    const answer = await SiteAnswer.to(url, gone, link);
    const mail = await gather(answer, limit, passes).catch((error: unknown) => {
      answer.close();
      throw error;
    });
    if (!(mail instanceof Blob)) return new LargeMail(url, link, mail, answer);
    answer.close();
    return within === undefined ? mail : mailIn(await mail.text(), within);
  } catch (error) {
    return whyLost(error);
  }
}

/** What a reader is told of a mail that was fetched. */
export function toldOf(mail: Blob | LargeMail | LostError, shown: Shown, file?: { readonly file: true }): Told {
  if (typeof mail === 'string') return { message: { t: 'lost', error: mail, ...file } };
  if (mail instanceof Blob) return { message: { t: 'mail', source: mail, ...file, ...shown } };
  return { message: { t: 'large', size: mail.size, ...file, ...shown }, large: mail };
}

/** The head of a mail, without the empty line after it; nothing of the rest is waited for. Empty when there is none. Never rejects. */
export async function fetchHead(url: string, gone: AbortSignal): Promise<string> {
  try {
    const answer = await SiteAnswer.to(url, gone, false);
    try {
      return await readHead(answer);
    } finally {
      answer.close();
    }
  } catch {
    return '';
  }
}

/** What stands before the first empty line; nothing if there is none within the limit. */
async function readHead(answer: SiteAnswer): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let rest = MAX_HEAD;
  for (let next = await answer.next(); next; next = await answer.next()) {
    // The empty line may come in two pieces.
    const from = Math.max(0, text.length - 3);
    text += decoder.decode(next.subarray(0, rest), { stream: true });
    const end = text.slice(from).search(/\r?\n\r?\n/);
    if (end >= 0) return text.slice(0, from + end);
    rest -= next.length;
    // Of a piece that was cut nothing may follow: the head would have a hole.
    if (rest <= 0) break;
  }
  return '';
}

/**
 * All that comes, up to the limit. As soon as it is more than is kept, and may pass by in pieces: what has come until then.
 * Throws `Lost`.
 */
async function gather(answer: SiteAnswer, limit: number, passes: boolean): Promise<Blob | Uint8Array<ArrayBuffer>[]> {
  if (answer.size > limit) throw new Lost('limit');
  if (passes && answer.size > MAX_KEPT) return [];
  // Whether it will be kept is not known then: what comes waits here.
  const unsure = passes && answer.size === 0;
  const pieces: (Blob | Uint8Array<ArrayBuffer>)[] = [];
  let room = new Uint8Array(PIECE);
  let [size, filled] = [0, 0];
  for (let next = await answer.next(); next; next = await answer.next()) {
    size += next.length;
    if (size > limit) throw new Lost('limit');
    if (filled + next.length > PIECE) {
      const full = room.subarray(0, filled);
      pieces.push(unsure ? full : new Blob([full]));
      if (unsure) room = new Uint8Array(PIECE);
      filled = 0;
    }
    room.set(next, filled);
    filled += next.length;
    if (unsure && size > MAX_KEPT) return [...(pieces as Uint8Array<ArrayBuffer>[]), room.subarray(0, filled)];
  }
  return new Blob([...pieces, room.subarray(0, filled)]);
}

/** The text of the one element of a page that holds the mail. The page is only parsed: it loads and runs nothing. */
function mailIn(answer: string, within: string): Blob | LostError {
  const page = inertDocument(answer);
  const [element, another] = queryIn(page, within);
  const text = element && !another ? textContent(element) : null;
  return text ? new Blob([text]) : 'not_a_mail';
}
