// Fields in the head of a mail (RFC 5322). A whole mail is read in Rust; this much is read here of mails that only the page
// reads. It is strict: all that it can do is take from the page's word.

import { MAX_ADDRESS } from '../limits.js';

/** What fields of this name (in small letters) hold, each in one line. */
export function fieldsIn(head: string, name: string): string[] {
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return lines.flatMap((line) => {
    const colon = line.indexOf(':');
    // A space before the colon is obsolete, and makes no other field of it.
    return colon > 0 && line.slice(0, colon).trimEnd().toLowerCase() === name ? [line.slice(colon + 1)] : [];
  });
}

/** How the head of a mail begins, and neither a page nor data. */
const BEGIN = /^[a-z][\w.-]*[ \t]*:/i;

/**
 * The address of the sender. `null` when the head names more than one, or is not so plain that all programs must read the
 * same; `undefined` when it is no head of a mail that somebody has sent.
 */
export function senderIn(head: string): string | null | undefined {
  const [from, another] = fieldsIn(head, 'from');
  if (from === undefined || !BEGIN.test(head)) return undefined;
  // What stands alone here ends a line for some.
  return another === undefined && !/\r(?!\n)|\0/.test(head) ? mailboxIn(from) : null;
}

/** Comments may hold comments; nobody's From does. */
const MAX_DEPTH = 8;

const ADDRESS = /^[^\s<>()[\]",;:@\\]+@[^\s<>()[\]",;:@\\]+$/;

/** The one address of a field (RFC 5322, 3.4), alone or behind a name; `null` for a list, a group, or anything doubtful. */
function mailboxIn(field: string): string | null {
  const plain = withoutWords(field);
  // What is left of a name may hold no other address, and nothing that begins, ends or names a list.
  const named = plain && /^[^<>@,:;()\\]*<([^<>]*)>$/.exec(plain.trim())?.[1];
  const address = (named ?? plain)?.trim() ?? '';
  return address.length <= MAX_ADDRESS && ADDRESS.test(address) ? address : null;
}

/**
 * A field with a `"` for each quoted string in it and a space for each comment (RFC 5322, 3.2.2 and 3.2.4); `null` where one of
 * them does not end, or with signs that no line of text has.
 */
function withoutWords(field: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(field)) return null;
  let plain = '';
  let quoted = false;
  let depth = 0;
  for (let at = 0; at < field.length; at++) {
    const char = field.charAt(at);
    if ((quoted || depth > 0) && char === '\\') {
      at++;
    } else if (quoted) {
      quoted = char !== '"';
    } else if (char === '(') {
      if (depth === 0) plain += ' ';
      if (++depth > MAX_DEPTH) return null;
    } else if (depth > 0) {
      if (char === ')') depth--;
    } else {
      quoted = char === '"';
      plain += char;
    }
  }
  return quoted || depth > 0 ? null : plain;
}
