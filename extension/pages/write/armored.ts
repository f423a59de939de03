// Messages in armor that a site has quoted in its form, told from the user's own words.

import type { FormState } from '../../desk/write-channel.js';

const BEGIN = '-----BEGIN PGP MESSAGE-----';
const END = '-----END PGP MESSAGE-----';
/** Blocks that are taken out; a form with more is no answer. */
const MAX_BLOCKS = 20;

/** A text that may hold messages in armor, their lines quoted or not. */
export interface Parted {
  /** The first of them; nothing when there is none. */
  readonly armored: string | undefined;
  /** The text without them. */
  readonly rest: string;
}

/** Forms are never changed, and their text is asked for at each key. */
const known = new WeakMap<FormState, Parted>();

/** What stands in the form. */
export function partedOf(form: FormState): Parted {
  const found = known.get(form) ?? split(form.text);
  known.set(form, found);
  return found;
}

/** Looks at each letter once: who wrote the text that a site has quoted may want the window to stand still. */
export function split(text: string): Parted {
  let armored: string | undefined;
  let rest = '';
  let from = 0;
  for (let count = 0; count < MAX_BLOCKS; count++) {
    const start = startOf(text, from);
    const end = start === undefined ? undefined : endOf(text, start);
    if (start === undefined || end === undefined) break;
    armored ??= text.slice(start, end);
    rest += text.slice(from, start);
    from = end;
  }
  return { armored, rest: rest + text.slice(from) };
}

/** Where the line begins that the next message begins in, behind marks of a quotation only. */
function startOf(text: string, from: number): number | undefined {
  for (let at = text.indexOf(BEGIN, from); at >= 0; at = text.indexOf(BEGIN, at + BEGIN.length)) {
    let start = at;
    while (start > from && '> '.includes(text.charAt(start - 1))) start--;
    if (start === 0 || isLineEnd(text.charAt(start - 1))) return start;
  }
  return undefined;
}

/** Where the message ends that begins there: at the end of a line. */
function endOf(text: string, start: number): number | undefined {
  for (let at = text.indexOf(END, start); at >= 0; at = text.indexOf(END, at + END.length)) {
    let end = at + END.length;
    while (end < text.length && ' \t'.includes(text.charAt(end))) end++;
    if (end === text.length || isLineEnd(text.charAt(end))) return end;
  }
  return undefined;
}

function isLineEnd(letter: string): boolean {
  return letter === '\n' || letter === '\r';
}
