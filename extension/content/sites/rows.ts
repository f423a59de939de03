// Fields for addresses in rows of their own, as webmails with chips have them.

import { chipField } from '../compose/fields.js';
import { closest, contains, docOf, parentElement, queryAll, textContent, treeWalker } from '../dom.js';
import type { RecipientField } from './index.js';

/** What makes another row: chips and buttons do not. */
const FIELD = 'input:not([type="hidden"]), textarea, select, [contenteditable="true"]';

/** The widest element around a field with no other field in it. */
function rowOf(field: Element): Element {
  let row = field;
  for (let up = parentElement(field); up && queryAll(up, FIELD).length === 1; up = parentElement(up)) row = up;
  return row;
}

/** A site's field for addresses in which the Enter key makes a chip. How one is taken away is not known. */
export interface Row {
  /** The field, looked for anew each time: the site may draw it again. */
  readonly input: () => Element | undefined;
  /** The site's own element for the row. Where there is none, the row is what is around the field. */
  readonly row: string;
  /** The chips in it. */
  readonly chip: string;
  /** `Name <address>`, the address, or a name where the chip tells no more. */
  readonly text: (chip: Element) => string;
}

/** Nothing when the form does not show such a field. */
export function chipRow({ input, row, chip, text }: Row): RecipientField | null {
  if (!input()) return null;
  const chips = () => {
    const field = input();
    return field ? [...queryAll(closest(field, row) ?? rowOf(field), chip)] : [];
  };
  return chipField({ input, chips, text, key: 'Enter' });
}

/** What a chip says, without the words of the buttons in it. */
export function wordsOf(chip: Element): string {
  const words: string[] = [];
  const walker = treeWalker(docOf(chip) ?? document, chip, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const around = parentElement(node);
    const button = around && closest(around, 'button, [role="button"], a');
    if (!button || !contains(chip, button)) words.push((textContent(node) ?? '').trim());
  }
  return words.filter((word) => word !== '').join(' ');
}
