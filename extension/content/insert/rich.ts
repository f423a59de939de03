// Insertion into editable content: an element of the page, or the body of an editor's frame.

import { command, contains, docOf, focusFrame, focusOn, isEditable, selectionIn } from '../dom.js';
import { type Piece, readText, textIn } from '../scan/text.js';
import { type RichSelection, textOf } from '../select/selection.js';
import { Before } from './back.js';
import { announce, onOwnLines, type Reason, settled } from './insert.js';
import { holds } from './verify.js';

export type Way = (doc: Document, text: string) => void;

/** Tried in this order; each is undone before the next. All are editing commands of the browser: it can undo them. */
export const WAYS: readonly Way[] = [
  (doc, text) => void command(doc, 'insertText', text),
  (doc, text) => lineByLine(doc, text, 'insertLineBreak'),
  (doc, text) => lineByLine(doc, text, 'insertParagraph'),
];

export async function insertInRich(
  picked: RichSelection,
  text: string,
  waits: () => boolean,
): Promise<Reason | undefined> {
  const { element } = picked;
  const doc = docOf(element);
  if (!doc) return 'gone';
  const before = new Before(element, text, picked.text);
  const [start, end] = around(picked);
  const lines = onOwnLines(start, text, end);
  // Editors with a history of their own (TinyMCE) take a snapshot now, so that undo leads back to exactly this, and after.
  announce(element);
  for (const way of WAYS) {
    const problem = select(picked, doc);
    if (problem) return problem;
    way(doc, lines);
    await settled();
    if (holds(textIn(element), text) && waits()) {
      announce(element);
      return undefined;
    }
    await before.undo();
    if (!before.isSame || !waits()) return 'mangled';
  }
  return 'mangled';
}

/** The text of the editor before and behind the selection, with the line ends that are drawn there. */
function around({ element, range }: RichSelection): [before: string, after: string] {
  const whole = readText(element, { editable: true });
  const { pieces } = readText(element, { editable: true, range });
  const index = (piece: Piece | undefined, at: number) => {
    const same = whole.pieces.find(
      ({ node, offset, length }) => node === piece?.node && at >= offset && at < offset + length,
    );
    return same ? same.at + at - same.offset : 0;
  };
  const first = pieces[0];
  const last = pieces.at(-1);
  if (!first || !last) return ['', ''];
  const end = index(last, last.offset + last.length - 1) + 1;
  return [whole.text.slice(0, index(first, first.offset)), whole.text.slice(end)];
}

/** Puts the focus and the selection back to where they were. */
function select({ element, range, text }: RichSelection, doc: Document): Reason | undefined {
  focusFrame(doc);
  if (isEditable(element)) focusOn(element as HTMLElement, { preventScroll: true });
  const selection = selectionIn(doc);
  if (!selection) return 'not_editable';
  // After an undo the browser has put the selection back by itself; the remembered range is empty then.
  const current = selection.rangeCount > 0 ? selection.getRangeAt(0) : undefined;
  const whole = [range, current].find(
    (one) => one && contains(element, one.commonAncestorContainer) && textOf(element, one) === text,
  );
  if (!whole) return 'changed';
  const kept = whole.cloneRange();
  selection.removeAllRanges();
  selection.addRange(kept);
  return undefined;
}

function lineByLine(doc: Document, text: string, end: 'insertLineBreak' | 'insertParagraph'): void {
  const [first = '', ...others] = text.split('\n');
  command(doc, 'insertText', first);
  for (const line of others) {
    command(doc, end);
    if (line !== '') command(doc, 'insertText', line);
  }
}
