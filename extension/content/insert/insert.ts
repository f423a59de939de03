// Puts the armored text in the place of what was selected, as if the user had typed it: the page notices, and can undo.

import { pause } from '../compose/wait.js';
import { isConnected, isHidden } from '../dom.js';
import { isUnchanged, type Selected } from '../select/selection.js';
import { insertInField } from './field.js';
import { insertInRich } from './rich.js';

/** Why nothing was inserted; the page is then as it was. */
export type Reason =
  /** The field has gone from the page. */
  | 'gone'
  /** What was encrypted is no longer what stands there. */
  | 'changed'
  /** The field cannot be written (any more). */
  | 'not_editable'
  /** The field has one line only. */
  | 'single_line'
  /** The page's editor did not keep the lines. */
  | 'mangled'
  /** The composer has done its work already. */
  | 'done';

/** Gives the reason why not, or nothing. Never rejects. What nobody `waits` for any more is taken back. */
export async function insert(picked: Selected, armored: string, waits: () => boolean): Promise<Reason | undefined> {
  if (!isConnected(picked.element)) return 'gone';
  if (!isUnchanged(picked)) return 'changed';
  const text = armored.replace(/\r\n?/g, '\n').trim();
  try {
    return picked.kind === 'field' ? await insertInField(picked, text, waits) : await insertInRich(picked, text, waits);
  } catch {
    // The page removed the field while we were at it.
    return 'gone';
  }
}

/** The text on lines of its own: armor that begins in the middle of a line is none. */
export function onOwnLines(before: string, text: string, after: string): string {
  const lead = before === '' || before.endsWith('\n') ? '' : '\n';
  const tail = after === '' || after.startsWith('\n') ? '' : '\n';
  return lead + text + tail;
}

/** Tells the page that text was replaced, as a spell checker does. */
export function announce(element: Element, data: string | null = null): void {
  const inputType = 'insertReplacementText';
  element.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType, data }));
}

/** How long an editor may take to make up its mind about a change, in ms. */
const SETTLE = 150;
/** The same in a page that nobody sees: a timer of the editor's runs there when a second begins, and no frame at all. */
const UNSEEN = 1_200;

/** Waits until the page's own handlers have seen the change. */
export function settled(): Promise<void> {
  return pause(isHidden(document) ? UNSEEN : SETTLE);
}
