// Where the button stands at an editor: never on text that is being written.

import {
  clientLeft,
  clientTop,
  computed,
  createElement,
  createRange,
  deepActive,
  docOf,
  frameAround,
  isHtml,
  rectOf,
  style,
} from '../dom.js';
import { belongsToParent } from '../scan/territory.js';

/** Free room around the button, in CSS pixels. */
const GAP = 6;
/** The line that is written next, in CSS pixels. */
const LINE = 24;
/** UTF-16 units of a field whose text is measured; a longer one fills its field anyhow. */
const MAX_MEASURED = 20_000;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The document of an editor and those around it that belong to the same script, the innermost first. */
export function documentsOf(editor: Element): Document[] {
  const documents: Document[] = [];
  for (let doc = docOf(editor); doc; ) {
    documents.push(doc);
    const frame = belongsToParent(doc) ? frameAround(doc) : null;
    doc = frame && docOf(frame);
  }
  return documents;
}

/**
 * The upper right corner of a button of this size: in the lower right corner of the editor while no text comes so far,
 * else above the editor. Nothing when neither is in view.
 */
export function spotAt(
  editor: Element,
  root: ShadowRoot,
  size: { readonly width: number; readonly height: number },
): { readonly right: number; readonly top: number } | undefined {
  const { box, text } = placed(editor, root);
  const right = Math.min(box.right - GAP, innerWidth - GAP);
  if (right - size.width < Math.max(box.left, 0)) return undefined;
  const inside = Math.min(box.bottom, innerHeight) - size.height - GAP;
  if (inside > Math.max(box.top, 0) && inside > text + GAP) return { right, top: inside };
  const above = box.top - size.height - GAP;
  if (above <= 0 || above >= innerHeight - size.height) return undefined;
  return isWrittenAt(root, editor, right, above, size) ? undefined : { right, top: above };
}

/** Whether the button would stand on another field that is being written in. */
function isWrittenAt(
  root: ShadowRoot,
  editor: Element,
  right: number,
  top: number,
  size: { readonly width: number; readonly height: number },
): boolean {
  const doc = docOf(root);
  const active = doc && deepActive(doc);
  if (!active || active === editor || isHtml(active, 'iframe') || isHtml(active, 'body')) return false;
  const field = rectOf(active);
  return field.right > right - size.width && field.left < right && field.bottom > top && field.top < top + size.height;
}

/** What of the editor can be seen, and how far down its text comes, in the viewport of the script's document. */
function placed(editor: Element, root: ShadowRoot): { box: Box; text: number } {
  let box: Box = rectOf(editor);
  let text = textEnd(editor, root);
  for (let doc = docOf(editor); doc && belongsToParent(doc); ) {
    const frame = frameAround(doc);
    if (!frame) break;
    const outer = rectOf(frame);
    const [x, y] = [outer.left + clientLeft(frame), outer.top + clientTop(frame)];
    text += y;
    // The body of an editor is often lower than its frame, or higher and scrolled.
    box = { left: Math.max(box.left + x, outer.left), top: outer.top, right: outer.right, bottom: outer.bottom };
    doc = docOf(frame);
  }
  return { box, text };
}

/** The lower end of the text, in the viewport of the editor's own document. */
function textEnd(editor: Element, root: ShadowRoot): number {
  const doc = docOf(editor);
  if (isHtml(editor, 'textarea')) return fieldEnd(editor as HTMLTextAreaElement, root);
  if (!doc) return Number.POSITIVE_INFINITY;
  const range = createRange(doc);
  range.selectNodeContents(editor);
  const { bottom, height } = range.getBoundingClientRect();
  return (height > 0 ? bottom : rectOf(editor).top) + LINE;
}

/** Measured in our own closed tree, with the text as it wraps in the field. */
function fieldEnd(field: HTMLTextAreaElement, root: ShadowRoot): number {
  const { value } = field;
  const css = computed(field);
  const doc = docOf(root);
  const { top, width } = rectOf(field);
  if (!css || !doc || value.length > MAX_MEASURED) return Number.POSITIVE_INFINITY;
  const mirror = createElement(doc, 'div');
  style(mirror, {
    all: 'initial',
    position: 'absolute',
    visibility: 'hidden',
    'box-sizing': 'border-box',
    width: `${width}px`,
    padding: css.padding,
    border: `${css.borderTopWidth} solid`,
    font: css.font,
    'letter-spacing': css.letterSpacing,
    'line-height': css.lineHeight,
    'white-space': 'pre-wrap',
    'overflow-wrap': 'break-word',
  });
  // One line more than there is: the next one is written there.
  mirror.textContent = `${value}\n.`;
  root.append(mirror);
  const { height } = rectOf(mirror);
  mirror.remove();
  return top + height - field.scrollTop;
}
