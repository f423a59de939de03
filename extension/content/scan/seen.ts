// Whether a person can see a place in the page. Armor that cannot be seen is not the text of a mail: a message may carry
// foreign ciphertext in parts that are not drawn, to have it decrypted with the rest (EFAIL and its followers).

import {
  bodyOf,
  clientHeight,
  clientWidth,
  computed,
  createRange,
  docOf,
  frameAround,
  htmlOf,
  isDrawn,
  isEditable,
  parentElement,
  rectOf,
  windowOf,
} from '../dom.js';

/** The character at `index` of the text node is drawn with a size, in reach, and in frames that are drawn. */
export function isSeen(node: Text, index: number): boolean {
  const parent = parentElement(node);
  if (!parent || isEditable(parent) || !isDrawn(parent) || !hasSize(node, index) || isClipped(parent)) return false;
  const doc = docOf(node);
  const frame = doc && frameAround(doc);
  return !frame || isFrameSeen(frame);
}

function isFrameSeen(frame: Element): boolean {
  const rect = rectOf(frame);
  if (!isDrawn(frame) || rect.width < 2 || rect.height < 2 || isClipped(frame)) return false;
  const doc = docOf(frame);
  const outer = doc && frameAround(doc);
  return !outer || isFrameSeen(outer);
}

function hasSize(node: Text, index: number): boolean {
  const doc = docOf(node);
  const window = doc && windowOf(doc);
  if (!window || index >= node.length) return false;
  const range = createRange(doc);
  range.setStart(node, index);
  range.setEnd(node, index + 1);
  for (const rect of range.getClientRects()) {
    const inReach = rect.right + window.scrollX > 0 && rect.bottom + window.scrollY > 0;
    if (rect.width > 0 && rect.height >= 1 && inReach) return true;
  }
  return false;
}

/** Inside a box that shows nothing of its content: the usual ways to hide text that stays in the document. */
function isClipped(el: Element): boolean {
  const doc = docOf(el);
  const window = doc && [htmlOf(doc), bodyOf(doc)];
  for (let up: Element | null = el; up; up = parentElement(up)) {
    const css = computed(up);
    if (!css) return true;
    if (css.overflow !== 'visible' && css.display !== 'inline' && css.display !== 'contents') {
      // `overflow` of the root and the body belongs to the window.
      if (!window?.includes(up as HTMLElement) && (clientHeight(up) < 2 || clientWidth(up) < 2)) return true;
    }
    if (css.clipPath.startsWith('inset(100%') || /^rect\(0px,? 0px,? 0px,? 0px\)$/.test(css.clip)) return true;
  }
  return false;
}
