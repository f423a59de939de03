// One look at a part of the page: the blocks that a person can see there.

import type { BlockForm } from '../../desk/channel.js';
import {
  bodyOf,
  createRange,
  designMode,
  docOf,
  firstChild,
  isConnected,
  isElement,
  isText,
  nextSibling,
  parentElement,
  parentNode,
  tagName,
  textContent,
} from '../dom.js';
import { MAX_AGAIN, MAX_BLOCKS } from '../limits.js';
import { findBlocks, roughly } from './find.js';
import type { Steps } from './idle.js';
import { isSeen } from './seen.js';
import { isTextless, type Point, pointAt, readText } from './text.js';

/** A block in the page. */
export interface Found {
  readonly form: BlockForm;
  /** As drawn, line by line, with quote marks. */
  readonly armored: string;
  /** The first and the place behind the last character. */
  readonly start: Point;
  readonly end: Point;
}

export interface Sight {
  readonly found: Found[];
  /** A part with markers that are not drawn now and may be a block when they are. */
  readonly hidden?: Node | false | '';
}

/** Siblings that are counted, or whose text is read, in one step. */
const SOME = 256;

/** UTF-16 units of the longest marker, with what webmails put into it. */
const LONGEST = 400;

/**
 * Looks for blocks in what belongs to `changed`, in steps: the page may change between two of them. A change may have
 * brought only one end of a block: the look widens until both ends are in it, or the whole document is. What one part
 * shows is told in the step that reads it. `version` is another number when nodes have come, gone or moved. All text that it comes by goes
 * to `reads`, drawn or not.
 */
export function* look(
  changed: Node,
  version: () => number,
  skip: (el: Element) => boolean,
  tell: (sight: Sight) => void,
  reads: (text: string) => void,
): Steps<void> {
  const doc = docOf(changed);
  if (!doc || designMode(doc) === 'on' || !(yield* hasMarker(changed, version, reads))) return;
  // It was read up to its first marker only.
  reads(textContent(changed) ?? '');
  yield;
  for (const part of yield* narrow(yield* widen(changed, bodyOf(doc)))) {
    yield;
    if (isConnected(part)) tell(read(part, skip));
  }
}

/** Whether a marker stands anywhere in the text, drawn or not. */
function* hasMarker(part: Node, version: () => number, reads: (text: string) => void): Steps<boolean> {
  const begun = version();
  let children = yield* childrenOf(part);
  // In most pages some elements lie one in the other around all the rest.
  while (children.length === 1) children = yield* childrenOf(children[0] as Node);
  let end = '';
  for (let at = 0; at < children.length; at += SOME) {
    const text = end + textOf(children.slice(at, at + SOME));
    if (roughly(text).markers > 0) return true;
    reads(text);
    // A marker may be spread over several nodes: the end is read again with what follows.
    end = text.slice(-LONGEST);
    yield;
  }
  // Text alone, or a page that has changed meanwhile: all at once.
  if (children.length > 0 && begun === version()) return false;
  const text = textContent(part) ?? '';
  reads(text);
  return roughly(text).markers > 0;
}

function* childrenOf(node: Node): Steps<Node[]> {
  const children: Node[] = [];
  for (let child = firstChild(node); child; child = nextSibling(child)) {
    children.push(child);
    if (children.length % SOME === 0) yield;
  }
  return children;
}

function* widen(changed: Node, body: Node | null): Steps<Node> {
  let node = changed;
  while (isText(node) || (node !== body && !roughly(textContent(node) ?? '').whole)) {
    const up = parentNode(node);
    // The top of a shadow tree is a part of its own.
    if (!up || docOf(up) === null) break;
    node = up;
    yield;
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
function* narrow(root: Node): Steps<Node[]> {
  const parts: Node[] = [];
  const queue: Node[] = [root];
  for (let node = queue.pop(); node; node = queue.pop()) {
    const inner = yield* holders(yield* childrenOf(node), roughly(textContent(node) ?? '').markers);
    if (inner) queue.push(...inner.reverse());
    else parts.push(node);
  }
  return parts;
}

/**
 * The elements among these siblings that hold all their markers, whole blocks in each; nothing when the siblings have
 * to be read together. Goes by parts: a list of thousands costs little more than its text.
 */
function* holders(siblings: readonly Node[], markers: number): Steps<Node[] | undefined> {
  const [first] = siblings;
  if (!first) return undefined;
  if (siblings.length === 1) {
    const whole = isElement(first) && !INLINE.has(tagName(first)) && roughly(textContent(first) ?? '').whole;
    return whole ? [first] : undefined;
  }
  const size = Math.min(SOME, (siblings.length + 1) >> 1);
  const all: Node[] = [];
  let others = markers;
  for (let at = 0; at < siblings.length; at += size) {
    const some = siblings.slice(at, at + size);
    const here = roughly(textOf(some)).markers;
    yield;
    others -= here;
    const inner = here > 0 ? yield* holders(some, here) : [];
    if (!inner) return undefined;
    all.push(...inner);
  }
  // A marker that was cut in two, or a page that changed meanwhile.
  return others === 0 ? all : undefined;
}

/** The text of siblings that follow each other; nothing when the page has taken them apart. */
function textOf(siblings: readonly Node[]): string {
  const [first] = siblings;
  const last = siblings.at(-1);
  const doc = first && docOf(first);
  if (!doc || !last || !parentNode(first) || !parentNode(last)) return '';
  const range = createRange(doc);
  range.setStartBefore(first);
  range.setEndAfter(last);
  return range.toString();
}

function read(part: Node, skip: (el: Element) => boolean): Sight {
  const found: Found[] = [];
  const top = isElement(part) ? part : parentElement(part);
  if (!top || inSkipped(top, skip)) return { found };
  const options = { editable: false, skip };
  const seen = readText(part, options);
  // Of thousands none but these could ever get a reader, and to look whether a place is seen costs the page time.
  const blocks = findBlocks(seen.text).slice(0, MAX_BLOCKS);
  let unseen = blocks.length === 0;
  for (const { form, start, end } of blocks) {
    const from = pointAt(seen, start);
    const to = pointAt(seen, end - 1, true);
    if (!from || !to) continue;
    if (isSeen(from.node, from.offset) && isSeen(to.node, to.offset - 1)) {
      found.push({ form, armored: seen.text.slice(start, end), start: from, end: to });
    } else {
      unseen = true;
    }
  }
  const all = unseen && seen.nodes < MAX_AGAIN && readText(part, { ...options, undrawn: true }).text;
  return { found, hidden: all && roughly(all).possible && part };
}

function inSkipped(el: Element, skip: (el: Element) => boolean): boolean {
  for (let up: Element | null = el; up; up = parentElement(up)) {
    if (skip(up) || isTextless(up)) return true;
  }
  return false;
}
