// Addresses in a text as links. Every link shows where it really goes.

/** A piece of text, or a link in it. */
export type Piece =
  | { readonly text: string }
  | {
      readonly text: string;
      readonly href: string;
      /** The host that the browser will ask for, when the text does not show just that. */
      readonly really: string | undefined;
    };

// A person reads a few links; a message with thousands is made to slow the page down, and stays plain text.
const MAX_LINKS = 500;
const MAX_LINKED_TEXT = 1_000_000;
const MAX_ADDRESS = 2_000;
const PUNCTUATION = ".,;:!?'’)]}*_";

/** Cuts a text into plain pieces and links. The pieces together are the text, unchanged. */
export function linked(text: string): Piece[] {
  if (text.length > MAX_LINKED_TEXT) return [{ text }];
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"„“”«»]+/giu)) {
    if (pieces.length > 2 * MAX_LINKS) break;
    const address = withoutPunctuation(match[0]);
    const link = address.length <= MAX_ADDRESS ? target(address) : undefined;
    if (!link) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push({ text: address, ...link });
    from = match.index + address.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** Punctuation after an address belongs to the sentence. A pattern would look at all of it again from each sign. */
function withoutPunctuation(address: string): string {
  let end = address.length;
  while (end > 0 && PUNCTUATION.includes(address.charAt(end - 1))) end--;
  return address.slice(0, end);
}

/** An address, if it is one. Letters run in browsers that know no `URL.canParse`. */
export function parsedAddress(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}

function target(address: string): { href: string; really: string | undefined } | undefined {
  const url = parsedAddress(address);
  if (!url) return undefined;
  const shown = /^https?:\/\/([^/?#\\]*)/iu.exec(address)?.[1]?.toLowerCase();
  return { href: url.href, really: shown === url.host ? undefined : url.host };
}
