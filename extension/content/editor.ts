// The field that has the focus.

import { deepActive, documentIn, isEditable, isHtml, queryIn } from './dom.js';

/**
 * The element with the focus when it may belong to a form in which a mail is written: an editor of several lines, or a
 * field for a line in a page that has such editors. In this document, or in a frame inside of it that belongs to it.
 * Said quickly: it is asked whenever the user rests.
 */
export function activeField(doc: Document): Element | undefined {
  const active = deepActive(doc);
  const inner = active && documentIn(active);
  if (inner) return activeField(inner);
  if (!active) return undefined;
  if (isHtml(active, 'textarea') || isEditable(active)) return active;
  const line = isHtml(active, 'input') && queryIn(doc, 'textarea, [contenteditable], iframe').length > 0;
  return line ? active : undefined;
}
