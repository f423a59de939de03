// Where in our own document the reader of a block stands.

import { bodyOf, closest, computed, docOf, frameAround, parentElement, parentNode } from '../dom.js';
import { readText } from '../scan/text.js';
import type { Cover } from './cover.js';

/** The reader goes before this node. */
export interface Place {
  readonly parent: Node;
  readonly before: Node;
  /** The frame element in our document when the block is in a document inside of it. */
  readonly frame?: Element;
}

/**
 * A reader is always mounted in the script's own document: frames inside of a sandboxed frame are sandboxed too and
 * would run no script, and an inner frame that was fitted to its mail has no room.
 */
export function placeFor(cover: Cover, own: Document): Place | undefined {
  let node: Element | undefined = cover.parts[0];
  let frame: Element | undefined;
  while (node && docOf(node) !== own) {
    const doc: Document | null = docOf(node);
    const around: Element | null = doc && frameAround(doc);
    if (!around) return undefined;
    frame = around;
    node = around;
  }
  if (!node) return undefined;
  // A table shows only cells.
  const table = isTablePart(parentElement(node)) ? closest(node, 'table') : null;
  const before = table ?? node;
  const parent = parentNode(before);
  return parent ? { parent, before, ...(frame && { frame }) } : undefined;
}

function isTablePart(el: Element | null): boolean {
  const display = el && computed(el)?.display;
  return display?.startsWith('table') === true && display !== 'table-cell' && display !== 'table-caption';
}

/** Whether a person sees no text in the document that the part belongs to. */
export function isBlank(part: Element): boolean {
  const doc = docOf(part);
  const body = doc && bodyOf(doc);
  return body !== null && readText(body, { editable: false }).text.trim() === '';
}
