// Addresses in texts of a page: guesses that the user sees and can change. What is an address is decided in Rust.

import { isHtml, queryAll, textContent } from '../dom.js';
import { MAX_ADDRESS, MAX_ADDRESSES } from '../limits.js';
import type { People, RecipientField } from './index.js';

const ADDRESS = /[^\s<>()[\]",;:@\\]+@[^\s<>()[\]",;:@\\]+[^\s<>()[\]",;:@\\.]/g;
/** A text that is an address and nothing else; in angle brackets or not. */
const WHOLE = new RegExp(`^\\s*(?:<(${ADDRESS.source})>|(${ADDRESS.source}))\\s*$`);

/** What was typed into a field, or stands in an element that is edited like one. */
export function fieldText(field: Element): string {
  if (isHtml(field, 'input') || isHtml(field, 'textarea')) return (field as HTMLInputElement).value;
  return textContent(field) ?? '';
}

/** Longest text that is searched for addresses, in UTF-16 units. */
const MAX_FIELD = 20_000;

/** All addresses in a text, in their order, each once (letter case aside). */
export function addressesIn(...texts: readonly (string | null | undefined)[]): string[] {
  const found = new Map<string, string>();
  for (const text of texts) {
    for (const [address] of (text ?? '').slice(0, MAX_FIELD).matchAll(ADDRESS)) {
      if (found.size >= MAX_ADDRESSES) return [...found.values()];
      const key = address.toLowerCase();
      if (address.length <= MAX_ADDRESS && !found.has(key)) found.set(key, address);
    }
  }
  return [...found.values()];
}

/** The address in them, if there is exactly one. For what the user sees and can change. */
export function onlyAddress(...texts: readonly (string | null | undefined)[]): string | null {
  const found = addressesIn(...texts);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/**
 * The sender: the one address that all of these texts are, from the first character to the last. Nothing is searched for in
 * them: `"alice@example.org"@example.net` is an address of `example.net`, and two senders are no sender.
 */
export function soleAddress(...texts: readonly (string | null | undefined)[]): string | null {
  const [sender, another] = new Set(
    texts.map((text) => {
      const [, bracketed, bare] = (text ?? '').length > MAX_FIELD ? [] : (WHOLE.exec(text ?? '') ?? []);
      const address = bracketed ?? bare ?? '';
      return address.length > MAX_ADDRESS ? '' : address;
    }),
  );
  return another === undefined ? sender || null : null;
}

/** All addresses in the fields of a form, or what a profile makes of their entries. */
export function peopleIn(
  field: (name: 'to' | 'cc' | 'bcc') => RecipientField | null,
  addresses: (entries: string[]) => string[] = (entries) => addressesIn(...entries),
): People {
  const read = (name: 'to' | 'cc' | 'bcc') => field(name)?.read() ?? [];
  return { named: addresses([...read('to'), ...read('cc')]), hidden: addresses(read('bcc')) };
}

/** Nobody, as far as the page says. */
export const NOBODY: People = { named: [], hidden: [] };

/** The address of the entry that is chosen in a `<select>`. */
export function addressChosen(select: Element): string | null {
  const chosen = [...queryAll(select, 'option')].find((option) => (option as HTMLOptionElement).selected);
  return onlyAddress(chosen && textContent(chosen));
}
