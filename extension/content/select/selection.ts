// A selection in something that can be edited, remembered for as long as the composer is open.

import {
  attribute,
  computed,
  contains,
  deepActive,
  designMode,
  docOf,
  documentIn,
  htmlOf,
  isEditable,
  isElement,
  isHtml,
  matches,
  parentElement,
  rectOf,
  selectionIn,
} from '../dom.js';
import { MAX_SELECTION } from '../limits.js';
import { readText } from '../scan/text.js';

/** A field with a value: `<textarea>` or `<input>`. */
export interface FieldSelection {
  readonly kind: 'field';
  readonly element: HTMLTextAreaElement | HTMLInputElement;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Editable content. */
export interface RichSelection {
  readonly kind: 'rich';
  /** The editing host: the outermost editable element. */
  readonly element: Element;
  /** Follows changes of the page by itself. */
  readonly range: Range;
  readonly text: string;
}

export type Selected = FieldSelection | RichSelection;

/** Input types that hold text and tell their selection. Never passwords. */
const TYPES = new Set(['', 'text', 'search', 'url', 'tel']);

/** The selection that the user has in this document, or in a frame inside of it that belongs to it. */
export function currentSelection(doc: Document): Selected | undefined {
  const active = deepActive(doc);
  const inner = active && documentIn(active);
  if (inner) return currentSelection(inner);
  const picked = (isField(active) && fieldSelection(active)) || richSelection(doc);
  return picked && picked.text.trim() !== '' ? picked : undefined;
}

/** Whether the text is more than what is taken. */
export function isTooLong({ text }: Selected): boolean {
  return text.length > MAX_SELECTION;
}

export function isField(element: Element | null): element is HTMLTextAreaElement | HTMLInputElement {
  if (isHtml(element, 'textarea')) return true;
  return isHtml(element, 'input') && TYPES.has((element as HTMLInputElement).type);
}

/** Whether the field may be written; what is around it may forbid that too. */
export function isWritable(field: HTMLTextAreaElement | HTMLInputElement): boolean {
  return !field.readOnly && !matches(field, ':disabled');
}

function fieldSelection(element: HTMLTextAreaElement | HTMLInputElement): FieldSelection | undefined {
  const { selectionStart: start, selectionEnd: end } = element;
  if (start === null || end === null || start === end || !isWritable(element) || isMasked(element)) return undefined;
  // One more than the limit tells that it is too long without copying all of it.
  const text = element.value.slice(start, Math.min(end, start + MAX_SELECTION + 1));
  return { kind: 'field', element, start, end, text };
}

/** Fields that hide what is typed, whatever their type. */
function isMasked(element: Element): boolean {
  const masked = computed(element)?.getPropertyValue('-webkit-text-security') ?? '';
  return (masked !== '' && masked !== 'none') || attribute(element, 'autocomplete')?.includes('password') === true;
}

function richSelection(doc: Document): RichSelection | undefined {
  const selection = selectionIn(doc);
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0).cloneRange();
  const element = editingHost(range.commonAncestorContainer);
  return element && { kind: 'rich', element, range, text: textOf(element, range) };
}

/** The outermost editable element around a node. */
export function editingHost(node: Node): Element | undefined {
  const doc = docOf(node);
  if (doc && designMode(doc) === 'on') return htmlOf(doc) ?? undefined;
  let host: Element | undefined;
  for (let up = isElement(node) ? node : parentElement(node); up; up = parentElement(up)) {
    if (isEditable(up)) host = up;
    else if (host) break;
  }
  return host;
}

/** The text of a range as drawn. Editors write no-break spaces where people typed spaces. */
export function textOf(host: Element, range: Range): string {
  const seen = readText(host, { editable: true, range });
  return (
    seen.text
      .replace(/\r\n?/g, '\n')
      // The last block ends its line, which is not selected.
      .replace(/\n$/, '')
      .replace(/\u00a0/g, ' ')
      .slice(0, MAX_SELECTION + 1)
  );
}

/** Whether what was remembered is still there, word for word. */
export function isUnchanged(picked: Selected): boolean {
  if (picked.kind === 'field') {
    return picked.element.value.slice(picked.start, picked.end) === picked.text;
  }
  const { element, range, text } = picked;
  return contains(element, range.commonAncestorContainer) && !range.collapsed && textOf(element, range) === text;
}

/** Where the selection ends, in the viewport of its own document: something can be shown beside it. */
export function edgeOf(picked: Selected): DOMRect {
  if (picked.kind === 'field') return rectOf(picked.element);
  const rects = picked.range.getClientRects();
  const last = rects[rects.length - 1];
  return last && (last.width > 0 || last.height > 0) ? last : picked.range.getBoundingClientRect();
}
