// What a reader is shown for: an armored block in the page, or the whole mail that the page shows.

import type { Form } from 'waxseal-wasm';
import type { Shown } from '../../desk/channel.js';
import { closest, computed, createRange, docOf, isConnected, parentElement, rectOf } from '../dom.js';
import type { Found } from '../scan/look.js';
import { inPage, type MailSource } from '../sites/index.js';
import { headsOf, senderOf } from '../sites/reading.js';
import { Cover } from './cover.js';
import { isOnlySender, isSigned } from './head.js';
import type { Told } from './reader.js';
import { fetchMail, toldOf } from './source.js';

export interface Subject {
  readonly form: Form;
  /** Watched for coming near the visible part. */
  readonly anchor: Element;
  /** The nodes of the page that it begins and ends in. */
  readonly nodes: readonly Node[];
  /** Where in the first of them, or which one of several that the page shows there in turn. */
  readonly mark: number | string;
  /** The block as it was found. */
  readonly armored?: string;
  /** When the user looks at the page's own text, what is in it is read as if there were no reader. */
  readonly opens: boolean;
  /** Whether it is to be read at all, where the page leaves that open. Never rejects. */
  readonly sure?: (gone: AbortSignal) => Promise<boolean>;
  /** Where it begins, in the script's own document. */
  place(): DOMRect;
  /** Covers it at once; `undefined` when it is no longer there. */
  cover(): Cover | undefined;
  /** The page says by now that it is of another mail than the reader was told. */
  isOther?(): boolean;
  /** What the reader is told. Called once it is covered; `gone` is when nobody waits for it any more. Never rejects. */
  tell(gone: AbortSignal): Promise<Told>;
}

/** A block; nothing when it has gone meanwhile. */
export function blockSubject(found: Found): Subject | undefined {
  const { form, armored, start, end } = found;
  const anchor = parentElement(start.node);
  const between = textBetween(found);
  if (!anchor || between === undefined || isTorn(found)) return undefined;
  let told: Named | undefined;
  return {
    form,
    anchor,
    nodes: [start.node, end.node],
    mark: start.offset,
    armored,
    opens: false,
    place: () => placeOf(start, anchor),
    // What the page has changed meanwhile is another message.
    cover: () => (textBetween(found) === between ? Cover.over(found) : undefined),
    isOther: () => told !== undefined && isOther(told, namedAround(anchor)),
    tell: async (gone) => {
      told = namedAround(anchor);
      return { message: { t: 'block', armored, form, ...(await shownOf(told, form, gone)) } };
    },
  };
}

/** What the page says of the mail that a block is in, with the addresses of its source where that has to confirm it. */
interface Named {
  readonly shown: Shown;
  readonly heads: readonly string[] | undefined;
}

function namedAround(el: Element): Named {
  return { shown: senderOf(el), heads: headsOf(el) };
}

/**
 * A site that draws the next mail into what is there may leave a text that is the same in both, which somebody has sent again
 * for that. The head of one and the same mail may be drawn in another way, which tells no sender.
 */
function isOther(told: Named, now: Named): boolean {
  const mail = told.heads?.join(' ');
  if (mail !== now.heads?.join(' ')) return true;
  return told.shown.sender !== now.shown.sender && !(mail && now.shown.sender === null);
}

/**
 * What a reader is told of that. Where the page may show the first of several senders only, that is one when the mail itself
 * names nobody else. It is asked for while the frame is loading.
 */
async function shownOf({ shown, heads }: Named, form: Form, gone: AbortSignal): Promise<Shown> {
  // Keys are nobody's word.
  if (!heads || form === 'key' || shown.sender === null || (await isOnlySender(shown.sender, heads, gone)))
    return shown;
  return { ...shown, sender: null };
}

/** Of a text in a frame, where the frame is. */
function placeOf({ node, offset }: Found['start'], anchor: Element): DOMRect {
  const shown = inPage(document, anchor);
  if (shown !== anchor || offset >= node.length) return rectOf(shown);
  const range = createRange(document);
  range.setStart(node, offset);
  range.setEnd(node, offset + 1);
  return range.getBoundingClientRect();
}

/** The text that the page holds from one end to the other; nothing when it is no longer there. */
function textBetween({ start, end }: Found): string | undefined {
  const doc = docOf(start.node);
  if (!doc || !isConnected(start.node) || !isConnected(end.node)) return undefined;
  if (start.offset > start.node.length || end.offset > end.node.length) return undefined;
  const range = createRange(doc);
  range.setStart(start.node, start.offset);
  range.setEnd(end.node, end.offset);
  return range.toString();
}

/** What lists and threads are made of. */
const ROW = 'tr, li, article, [role="row"], [role="listitem"], [role="option"]';

/** A line of armor, with quote marks and what webmails put into long words, and a header above its data (RFC 9580, 6.2). */
const DATA = /^[\s>|]*[\w+/=\u00ad\u200b-\u200d\u2060]+\s*$/;
const HEADER = /^[\s>|]*(?:(?:version|comment|messageid|hash|charset):.*)?$/i;

/**
 * Its ends stand in different mails of a list, of which somebody has sent two for that: what is between would be out of
 * sight. Lines of a block can be in elements of their own, but then nothing else is there. (A signed text may be anything:
 * there only what is known to be a list tells.)
 */
function isTorn({ form, armored, start, end }: Found): boolean {
  if (form === 'signed') {
    const rowOf = ({ node }: Found['start']) => closest(parentElement(node) as Element, ROW);
    return rowOf(start) !== rowOf(end);
  }
  if (paragraphOf(start.node) === paragraphOf(end.node)) return false;
  const lines = armored.split('\n').slice(1, -1);
  return !lines.some((line) => DATA.test(line)) || !lines.every((line) => DATA.test(line) || HEADER.test(line));
}

/** The element whose lines a text is in. */
function paragraphOf(node: Node): Element | null {
  let el = parentElement(node);
  while (el && computed(el)?.display.startsWith('inline')) el = parentElement(el);
  return el;
}

/** A whole mail. */
export function mailSubject({ url, within, cover, inside, key, unsure }: MailSource): Subject {
  return {
    form: 'mail',
    anchor: cover,
    nodes: [cover],
    mark: key,
    opens: true,
    ...(unsure && { sure: (gone: AbortSignal) => isSigned(url, gone) }),
    place: () => rectOf(inPage(document, cover)),
    cover: () => (isConnected(cover) ? Cover.whole(cover, inside) : undefined),
    async tell(gone) {
      // What the page says of the mail is taken before the wait: afterwards it may show another one.
      const shown = senderOf(cover);
      return toldOf(await fetchMail(url, gone, { within }), shown);
    },
  };
}
