// One look at a part of the page: the blocks that a person can see there.

import type { Form } from 'waxseal-wasm';
import {
  bodyOf,
  createRange,
  designMode,
  docOf,
  firstChild,
  isElement,
  isText,
  nextSibling,
  parentElement,
  parentNode,
  tagName,
  textContent,
} from '../dom.js';
import { findBlocks, roughly } from './find.js';
import { isSeen } from './seen.js';
import { isTextless, type Point, pointAt, readText } from './text.js';

/** A block in the page. */
export interface Found {
  readonly form: Form;
  /** As drawn, line by line, with quote marks. */
  readonly armored: string;
  /** The first and the place behind the last character. */
  readonly start: Point;
  readonly end: Point;
}

export interface Sight {
  readonly found: Found[];
  /** Parts with markers that are not drawn now and may be drawn later. */
  readonly hidden: Node[];
}

/**
 * Looks for blocks in what belongs to `changed`. A change may have brought only one end of a block: the look widens
 * until both ends are in it, or the whole document is.
 */
export function look(changed: Node, skip: (el: Element) => boolean): Sight {
  const sight: Sight = { found: [], hidden: [] };
  const doc = docOf(changed);
  if (!doc || designMode(doc) === 'on' || !hasMarker(changed)) return sight;
  for (const part of narrow(widen(changed, bodyOf(doc)))) read(part, skip, sight);
  return sight;
}

/** Cheap: whether a marker stands anywhere in the text, drawn or not. */
export function hasMarker(node: Node): boolean {
  return roughly(textContent(node) ?? '').markers > 0;
}

function widen(changed: Node, body: Node | null): Node {
  let node = changed;
  while (isText(node) || (node !== body && !roughly(textContent(node) ?? '').whole)) {
    const up = parentNode(node);
    // The top of a shadow tree is a part of its own.
    if (!up || docOf(up) === null) break;
    node = up;
  }
  return node;
}

// A quote mark before an inline element belongs to the first line of the block in it: it is not looked at alone.
const INLINE = new Set(
  'a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strong strike sub sup tt u var'.split(
    ' ',
  ),
);

/** The smallest parts that hold whole blocks: reading a part costs a computed style for each of its elements. */
function narrow(root: Node): Node[] {
  const parts: Node[] = [];
  const queue: Node[] = [root];
  for (let node = queue.pop(); node; node = queue.pop()) {
    const children: Node[] = [];
    for (let child = firstChild(node); child; child = nextSibling(child)) children.push(child);
    const inner = holders(children, roughly(textContent(node) ?? '').markers);
    if (inner) queue.push(...inner.reverse());
    else parts.push(node);
  }
  return parts;
}

/**
 * The elements among these siblings that hold all their markers, whole blocks in each; nothing when the siblings have
 * to be read together. Goes by halves: a list of thousands costs little more than its text.
 */
function holders(siblings: readonly Node[], markers: number): Node[] | undefined {
  const [first] = siblings;
  if (!first) return undefined;
  if (siblings.length === 1) {
    const whole = isElement(first) && !INLINE.has(tagName(first)) && roughly(textContent(first) ?? '').whole;
    return whole ? [first] : undefined;
  }
  const middle = siblings.length >> 1;
  const all: Node[] = [];
  let others = markers;
  for (const half of [siblings.slice(0, middle), siblings.slice(middle)]) {
    const here = roughly(textOf(half)).markers;
    others -= here;
    const inner = here > 0 ? holders(half, here) : [];
    if (!inner) return undefined;
    all.push(...inner);
  }
  // A marker that was cut in two by the halving.
  return others === 0 ? all : undefined;
}

function textOf(siblings: readonly Node[]): string {
  const [first] = siblings;
  const last = siblings.at(-1);
  const doc = first && docOf(first);
  if (!doc || !last) return '';
  const range = createRange(doc);
  range.setStartBefore(first);
  range.setEndAfter(last);
  return range.toString();
}

function read(part: Node, skip: (el: Element) => boolean, sight: Sight): void {
  const top = isElement(part) ? part : parentElement(part);
  if (!top || inSkipped(top, skip)) return;
  const seen = readText(part, { editable: false, skip });
  const blocks = findBlocks(seen.text);
  let unseen = blocks.length === 0;
  for (const { form, start, end } of blocks) {
    const from = pointAt(seen, start);
    const to = pointAt(seen, end - 1, true);
    if (!from || !to) continue;
    if (isSeen(from.node, from.offset) && isSeen(to.node, to.offset - 1)) {
      sight.found.push({ form, armored: seen.text.slice(start, end), start: from, end: to });
    } else {
      unseen = true;
    }
  }
  if (unseen) sight.hidden.push(part);
}

function inSkipped(el: Element, skip: (el: Element) => boolean): boolean {
  for (let up: Element | null = el; up; up = parentElement(up)) {
    if (skip(up) || isTextless(up)) return true;
  }
  return false;
}
