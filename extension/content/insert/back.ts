// Takes back what an editor did not keep as it is, and nothing that the user has typed before. An editor may write into its
// text by itself (a time, a counter): that a text is never exactly the old one again does not say that ours is still there.

import { command, docOf, isConnected } from '../dom.js';
import { textIn } from '../scan/text.js';
import { settled } from './insert.js';

/** Undo steps that one insertion may need. */
const MAX_UNDO = 400;

/** Undo steps one after the other that take nothing of ours away: empty lines and such. After more, the next are the user's. */
const MAX_IDLE = 10;

/** How much of a text is enough to know it by. */
const ENOUGH = 0.5;

/** An editor before a text is put into it. */
export class Before {
  readonly #element: Element;
  readonly #text: string;
  /** Lines of what is put in that did not stand there. */
  readonly #ours: readonly string[];
  /** Lines of what it takes the place of. */
  readonly #replaced: readonly string[];

  /** `text` is put in the place of `replaced`; all there is, when that is not given. */
  constructor(element: Element, text: string, replaced?: string) {
    this.#element = element;
    this.#text = textIn(element);
    const there = bare(this.#text);
    this.#ours = linesOf(text).filter((line) => !there.includes(line));
    this.#replaced = linesOf(replaced ?? this.#text);
  }

  /** The text is again what it was, to the letter. */
  get isSame(): boolean {
    return textIn(this.#element) === this.#text;
  }

  /** Undoes, by the browser's own history. */
  async undo(): Promise<void> {
    const doc = docOf(this.#element);
    if (!doc) return;
    let left = this.#left();
    let idle = 0;
    for (let step = 0; step < MAX_UNDO && idle < MAX_IDLE && !this.isBack(left); step++) {
      if (!command(doc, 'undo')) break;
      const now = this.#left(left);
      idle = now < left ? 0 : idle + 1;
      left = now;
    }
    // Those were not ours; in Chromium one history goes through all fields of a page.
    if (!this.isBack(left)) for (; idle > 0; idle--) command(doc, 'redo');
    await settled();
  }

  /** Nothing of ours is there any more, and what it took the place of is. */
  isBack(left = this.#left()): boolean {
    if (this.isSame) return true;
    if (left > 0 || !isConnected(this.#element)) return false;
    const there = bare(textIn(this.#element));
    const size = (lines: readonly string[]) => lines.reduce((sum, line) => sum + line.length, 0);
    return size(this.#replaced.filter((line) => there.includes(line))) >= ENOUGH * size(this.#replaced);
  }

  /** Up to which of our lines some is there; it was not behind `most` before. */
  #left(most = this.#ours.length): number {
    const there = bare(textIn(this.#element));
    let left = most;
    while (left > 0 && !there.includes(this.#ours[left - 1] as string)) left--;
    return left;
  }
}

/** Letters and digits: editors join lines, wrap and indent them, and make other signs of hyphens and quotes. */
function bare(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

function linesOf(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map(bare)
    .filter((line) => line !== '');
}
