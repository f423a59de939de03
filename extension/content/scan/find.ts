// Where armored blocks are in a text. Whether a block is sound is decided in Rust; this only finds its two ends.

import type { BlockForm } from '../../desk/channel.js';
import { MAX_BLOCK } from '../limits.js';

/** One block: `text.slice(start, end)`, quote marks of its first line included. */
export interface Block {
  readonly form: BlockForm;
  readonly start: number;
  readonly end: number;
}

// Webmails put soft hyphens and zero-width spaces into long words, and no-break spaces between words.
const INVISIBLE = '\\u00ad\\u200b-\\u200d\\u2060\\ufeff';
const loose = (word: string): string => [...word].join(`[${INVISIBLE}]*`);
// One class: a character in two of them (U+FEFF is white space too) would be tried in two ways each.
const SPACE = `[\\s${INVISIBLE}]+`;
const KINDS = ['SIGNED MESSAGE', 'MESSAGE', 'PUBLIC KEY BLOCK', 'SIGNATURE'];
const KIND = KINDS.map((kind) => kind.split(' ').map(loose).join(SPACE)).join('|');
const EDGE = `[${INVISIBLE}]*`;
const MARKER = new RegExp(
  `-----${EDGE}(${loose('BEGIN')}|${loose('END')})${SPACE}${loose('PGP')}${SPACE}(${KIND})${EDGE}-----`,
  'g',
);

const FORMS = new Map<string, { form: BlockForm; end: string }>([
  ['MESSAGE', { form: 'message', end: 'MESSAGE' }],
  ['SIGNED MESSAGE', { form: 'signed', end: 'SIGNATURE' }],
  ['PUBLIC KEY BLOCK', { form: 'key', end: 'PUBLIC KEY BLOCK' }],
]);

/** The markers in a text whose lines are not known: where to read more closely. */
export interface Rough {
  readonly markers: number;
  /** There is an end somewhere after a begin. */
  readonly possible: boolean;
  /** It begins with a begin and ends with an end. */
  readonly whole: boolean;
}

/** Cheap enough for the text of a whole page. */
export function roughly(text: string): Rough {
  let markers = 0;
  let first = false;
  let opened = false;
  let possible = false;
  let whole = false;
  if (text.includes('-----')) {
    for (const [, edge = '', kind = ''] of text.matchAll(MARKER)) {
      const ends = plain(edge) === 'END';
      const opens = !ends && plain(kind) !== 'SIGNATURE';
      if (markers++ === 0) first = opens;
      opened ||= opens;
      possible ||= opened && ends;
      whole = first && ends;
    }
  }
  return { markers, possible, whole };
}

/** UTF-16 units of quote marks, or of a dash and its spaces, in front of a marker. */
const MAX_QUOTE = 400;

interface Open {
  readonly form: BlockForm;
  readonly end: string;
  readonly start: number;
  readonly quote: string;
}

/** Finds the blocks of a text in their order; they do not overlap. */
export function findBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Open | undefined;
  let lineStart = 0;
  let last = 0;
  for (const match of text.matchAll(MARKER)) {
    // A line may have any number of markers: none of them is to look at all of it.
    lineStart = last + (text.slice(last, match.index).lastIndexOf('\n') + 1 || lineStart - last);
    last = match.index;
    const before = text.slice(lineStart, match.index);
    if (isDashEscaped(before)) continue;
    const quote = quoteOf(before);
    const kind = plain(match[2] ?? '');
    if (plain(match[1] ?? '') === 'BEGIN') {
      // In a signed text, lines that quote another block are text; its own signature follows in any case.
      if (open?.form === 'signed' && (kind === 'SIGNATURE' || quote !== open.quote)) continue;
      const known = FORMS.get(kind);
      if (!known) continue;
      open = { ...known, start: quote === undefined ? match.index : lineStart, quote: quote ?? '' };
    } else if (open && kind === open.end && (open.form !== 'signed' || quote === open.quote)) {
      const end = match.index + match[0].length;
      if (end - open.start <= MAX_BLOCK) blocks.push({ form: open.form, start: open.start, end });
      open = undefined;
    }
  }
  return blocks;
}

/** Lines that begin with a dash are written as `- -----…` inside a cleartext signature (RFC 9580, 7.1). */
function isDashEscaped(before: string): boolean {
  return /(?:^|[>|\s])-[^\S\n]+$/.test(before.slice(-MAX_QUOTE));
}

/** The quote marks before a marker, without spaces; `undefined` when other text stands before it. */
function quoteOf(before: string): string | undefined {
  return before.length <= MAX_QUOTE && /^[\s>|]*$/.test(before) ? before.replace(/\s/g, '') : undefined;
}

const UNSEEN = new RegExp(`[${INVISIBLE}]`, 'g');

function plain(words: string): string {
  return words.replace(UNSEEN, '').replace(/\s+/g, ' ');
}
