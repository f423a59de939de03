// Insertion into `<textarea>`.

import { command, deepActive, docOf, focusOn, isConnected, isHtml } from '../dom.js';
import { type FieldSelection, isWritable } from '../select/selection.js';
import { announce, onOwnLines, type Reason, settled } from './insert.js';
import { holds } from './verify.js';

/**
 * UTF-16 units that are typed. The time for it grows with the square: 200,000 in lines of armor take Chromium 20 seconds,
 * in which the page stands still. Longer texts are put there at once; the browser cannot undo that.
 */
const MAX_TYPED = 50_000;

export async function insertInField(
  picked: FieldSelection,
  text: string,
  waits: () => boolean = () => true,
): Promise<Reason | undefined> {
  const { element, start, end } = picked;
  if (!isWritable(element)) return 'not_editable';
  if (isHtml(element, 'input') && text.includes('\n')) return 'single_line';
  const before = element.value;
  const lines = onOwnLines(before.slice(0, start), text, before.slice(end));
  if (!takesFocus(element)) return isConnected(element) ? 'not_editable' : 'gone';
  const typed = lines.length <= MAX_TYPED && type(picked, lines);
  if (!typed) assign(picked, lines);
  await settled();
  if (holds(element.value, text) && waits()) return undefined;
  // A limit of length, or a page that has its own opinion: everything back.
  if (element.value !== before) {
    const doc = docOf(element);
    // What was not typed is not in the history: the step that would be undone is the user's.
    if (doc && typed) command(doc, 'undo');
    if (element.value !== before) {
      element.value = before;
      announce(element);
    }
    element.setSelectionRange(start, end);
  }
  return 'mangled';
}

/**
 * A field that is not drawn, inert, or behind a dialog does not take the focus: nobody sees what becomes of it, and what is
 * typed would go to whatever has the focus instead.
 */
function takesFocus(element: FieldSelection['element']): boolean {
  const doc = docOf(element);
  focusOn(element, { preventScroll: true });
  return doc !== null && deepActive(doc) === element;
}

/** As typed: the browser keeps it in the field's history, so that Ctrl+Z works. Whether the field has another text now. */
function type({ element, start, end }: FieldSelection, text: string): boolean {
  const doc = docOf(element);
  const { value } = element;
  element.setSelectionRange(start, end);
  if (doc) command(doc, 'insertText', text);
  return element.value !== value;
}

/** Where the browser refuses: without history, but the page hears of it. */
function assign({ element, start, end }: FieldSelection, text: string): void {
  element.setRangeText(text, start, end, 'end');
  announce(element, text);
}
