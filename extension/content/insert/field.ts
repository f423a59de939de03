// Insertion into `<textarea>`.

import { command, docOf, focusOn, isHtml } from '../dom.js';
import { type FieldSelection, isWritable } from '../select/selection.js';
import { announce, onOwnLines, type Reason, settled } from './insert.js';
import { holds } from './verify.js';

/**
 * UTF-16 units that are typed. The time for it grows with the square: 200,000 in lines of armor take Chromium 20 seconds,
 * in which the page stands still. Longer texts are put there at once; the browser cannot undo that.
 */
const MAX_TYPED = 50_000;

export async function insertInField(picked: FieldSelection, text: string): Promise<Reason | undefined> {
  const { element, start, end } = picked;
  if (!isWritable(element)) return 'not_editable';
  if (isHtml(element, 'input') && text.includes('\n')) return 'single_line';
  const before = element.value;
  const lines = onOwnLines(before.slice(0, start), text, before.slice(end));
  if (lines.length <= MAX_TYPED) type(picked, lines);
  if (element.value === before) assign(picked, lines);
  await settled();
  if (holds(element.value, text)) return undefined;
  // A limit of length, or a page that has its own opinion: everything back.
  if (element.value !== before) {
    const doc = docOf(element);
    if (doc) command(doc, 'undo');
    if (element.value !== before) {
      element.value = before;
      announce(element);
    }
    element.setSelectionRange(start, end);
  }
  return 'mangled';
}

/** As typed: the browser keeps it in the field's history, so that Ctrl+Z works. */
function type({ element, start, end }: FieldSelection, text: string): void {
  const doc = docOf(element);
  focusOn(element, { preventScroll: true });
  element.setSelectionRange(start, end);
  if (doc) command(doc, 'insertText', text);
}

/** Where the browser refuses: without history, but the page hears of it. */
function assign({ element, start, end }: FieldSelection, text: string): void {
  element.setRangeText(text, start, end, 'end');
  announce(element, text);
}
