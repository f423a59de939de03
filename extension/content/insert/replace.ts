// Puts a text in the place of all that stands in an editor, as if the user had selected all and pasted it.

import { pause } from '../compose/wait.js';
import {
  closest,
  contains,
  docOf,
  focusFrame,
  focusOn,
  isConnected,
  isEditable,
  matches,
  queryAll,
  rectOf,
  selectionIn,
} from '../dom.js';
import { textIn } from '../scan/text.js';
import { isField, isWritable } from '../select/selection.js';
import { Before } from './back.js';
import { insertInField } from './field.js';
import { announce, type Reason, settled } from './insert.js';
import { insertMarkup, pasteLines, pasteParagraphs, pressUndo } from './paste.js';
import { WAYS, type Way } from './rich.js';
import { isAll } from './verify.js';

/** Gives the reason why not, or nothing: then the text stands there and nothing else does. Never rejects. */
export async function replaceAll(body: Element, text: string): Promise<Reason | undefined> {
  if (!isConnected(body)) return 'gone';
  const wanted = text.replace(/\r\n?/g, '\n').trim();
  try {
    return isField(body) ? await replaceInField(body, wanted) : await replaceInRich(body, wanted);
  } catch {
    // The page removed the editor while we were at it.
    return 'gone';
  }
}

/** The text that stands in an editor, line by line as drawn. */
export function contentOf(body: Element): string {
  return isField(body) ? body.value : textIn(body).replace(/\u00a0/g, ' ');
}

/** Pictures that stand in an editor, or what else is seen there and no text; not the single points that count who reads a mail. */
export function picturesIn(body: Element): number {
  return [...queryAll(body, 'img, svg, video, canvas, object')].filter((one) => {
    const { width, height } = rectOf(one);
    return width > POINT && height > POINT;
  }).length;
}

/** Whether the text and nothing else stands there. */
export function holdsAll(body: Element, text: string): boolean {
  return isConnected(body) && isAll(contentOf(body), text);
}

async function replaceInField(element: HTMLTextAreaElement | HTMLInputElement, text: string) {
  if (!isWritable(element)) return 'not_editable';
  const { value } = element;
  const problem = await insertInField({ kind: 'field', element, start: 0, end: value.length, text: value }, text);
  return problem ?? (isAll(element.value, text) ? undefined : 'mangled');
}

/**
 * Editors that keep the text in a model of their own and draw it from there. They follow a paste, and that with their
 * own history; typing by an editing command they take in only after the fact.
 */
const MODELLED = '.ProseMirror, .ql-editor, .ck-editor__editable, [data-lexical-editor], [data-slate-editor]';

/**
 * UTF-16 units above which text is put in at once, as markup: line by line a browser takes seconds for some thousand
 * lines, in which the page stands still.
 */
const LONG = 20_000;

/** CSS pixels of what is a picture to nobody. */
const POINT = 2;

/** How long an editor may take to follow the selection, in ms: it hears of it in an event of its own. */
const FOLLOW = 50;

async function replaceInRich(element: Element, text: string): Promise<Reason | undefined> {
  const doc = docOf(element);
  if (!doc) return 'gone';
  const before = new Before(element, text);
  const pastes: readonly Way[] = [pasteLines, pasteParagraphs];
  const modelled = matches(element, MODELLED) || closest(element, MODELLED) !== null;
  // Editors with a history of their own (TinyMCE) take a snapshot now, so that undo leads back to exactly this, and after.
  announce(element);
  const typed = text.length > LONG ? [insertMarkup, ...WAYS] : WAYS;
  for (const way of modelled ? [...pastes, ...typed] : [...typed, ...pastes]) {
    if (!(await selectAll(element, doc))) return isConnected(element) ? 'not_editable' : 'gone';
    way(doc, text);
    await settled();
    if (!isConnected(element)) return 'gone';
    if (isAll(textIn(element), text)) {
      announce(element);
      return undefined;
    }
    await takeBack(doc, before);
  }
  return 'mangled';
}

/** Undoes what was not kept as it is, by the editor's own history or the browser's: no half-done step shall stay in it. */
async function takeBack(doc: Document, before: Before): Promise<void> {
  if (before.isBack()) return;
  pressUndo(doc);
  await settled();
  await before.undo();
}

async function selectAll(element: Element, doc: Document): Promise<boolean> {
  focusFrame(doc);
  if (isEditable(element)) focusOn(element as HTMLElement, { preventScroll: true });
  const selection = selectionIn(doc);
  if (!selection) return false;
  selection.selectAllChildren(element);
  await pause(FOLLOW);
  return selection.rangeCount > 0 && contains(element, selection.getRangeAt(0).commonAncestorContainer);
}
