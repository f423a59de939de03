// Editors of several lines, found by what they are.

import {
  attribute,
  bodyOf,
  contains,
  designMode,
  docOf,
  documentIn,
  frameAround,
  htmlOf,
  isDrawn,
  isEditable,
  isHtml,
  queryAround,
  rectOf,
} from '../dom.js';
import { belongsToParent } from '../scan/territory.js';
import { editingHost } from '../select/selection.js';

/** Least height and width of an editor for the text of a mail, in CSS pixels: a field for a chat line is lower. */
const MIN_HEIGHT = 60;
const MIN_WIDTH = 200;
/** Editors of a page that are looked at. */
const MAX_EDITORS = 100;

/** The editor that `el` is or is in; nothing when it is none for several lines. */
export function editorOf(el: Element): Element | undefined {
  if (isHtml(el, 'iframe')) return inFrame(el);
  if (isHtml(el, 'textarea')) return el;
  if (isHtml(el, 'input')) return undefined;
  const host = editingHost(el);
  const doc = host && docOf(host);
  // Of a document that is editable as a whole, the text is in its body.
  return doc && host === htmlOf(doc) ? (bodyOf(doc) ?? host) : host;
}

/** The editor in a frame without an address of its own. */
export function inFrame(frame: Element): Element | undefined {
  const doc = documentIn(frame);
  const body = doc && belongsToParent(doc) ? bodyOf(doc) : null;
  return doc && body && (designMode(doc) === 'on' || isEditable(body)) ? body : undefined;
}

/** All editors of a page that are drawn and large enough for a mail, the largest first. */
export function editorsIn(doc: Document, near?: Element): Element[] {
  const found = queryAround(doc, near, 'textarea, [contenteditable], iframe')
    .slice(0, MAX_EDITORS)
    .map((el) => editorOf(el))
    .filter((editor) => editor !== undefined)
    .filter((editor) => area(editor) > 0);
  return [...new Set(found)].sort((a, b) => area(b) - area(a));
}

/** CSS pixels that an editor takes in the page; 0 when it is not drawn or too small for a mail. */
export function area(editor: Element): number {
  const shown = frameOf(editor) ?? editor;
  if (attribute(editor, 'aria-hidden') === 'true' || !isDrawn(shown)) return 0;
  const { width, height } = rectOf(shown);
  return width < MIN_WIDTH || height < MIN_HEIGHT ? 0 : width * height;
}

/** The frame in the page that an editor is in. */
export function frameOf(editor: Element): Element | null {
  let frame: Element | null = null;
  for (let doc = docOf(editor); doc && belongsToParent(doc); ) {
    frame = frameAround(doc);
    doc = frame && docOf(frame);
  }
  return frame;
}

/** Whether `el` is an editor, in one, or the frame of one. */
export function isWithin(el: Element, editor: Element): boolean {
  return contains(editor, el) || el === frameOf(editor);
}
