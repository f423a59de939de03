// Whether the user writes into the page's own form while a window is open: that text must not go without their word.
//
// A site changes its editor by itself as well (it inserts a signature, it tidies its lines when it saves), and nobody is
// asked for that. So both must be: the text is another one, and there was a sign of the user in the editor.

import { contentOf, picturesIn } from '../insert/replace.js';

/** How users write. No `input`: a site's own editing commands fire it too. */
const SIGNS = ['keydown', 'beforeinput', 'paste', 'drop'] as const;

/** U+FFFC stands for what is no text. */
const PICTURE = '\ufffc';

const WATCHED = new WeakSet<Element>();
const COUNTS = new WeakMap<Element, number>();

/** What stands in an editor at this moment; nobody minds if it goes. */
export class Known {
  readonly #text: string;
  readonly #count: number;

  constructor(body: Element) {
    watch(body);
    this.#text = standsIn(body);
    this.#count = countOf(body);
  }

  /** The same stands there, or what the site alone has made of it. */
  isLike(body: Element): boolean {
    return this.#count === countOf(body) || this.#text === standsIn(body);
  }
}

/** Something stands in the editor that the user has written there since it was `known`. */
export function isTyped(body: Element, known: readonly (Known | undefined)[]): boolean {
  return standsIn(body) !== '' && !known.some((one) => one?.isLike(body));
}

/** Space is no text, and editors add some that is not seen. */
export function bare(text: string): string {
  return text.replace(/[\s\u00ad\u200b-\u200d\u2060\ufeff]+/g, '');
}

/** All that is seen there: a picture is a letter. */
function standsIn(body: Element): string {
  return bare(contentOf(body)) + PICTURE.repeat(picturesIn(body));
}

function countOf(body: Element): number {
  return COUNTS.get(body) ?? 0;
}

function watch(body: Element): void {
  if (WATCHED.has(body)) return;
  WATCHED.add(body);
  const heard = ({ isTrusted }: Event) => {
    if (isTrusted) COUNTS.set(body, countOf(body) + 1);
  };
  // Before the site does, which may take the event for itself.
  for (const sign of SIGNS) body.addEventListener(sign, heard, true);
}
