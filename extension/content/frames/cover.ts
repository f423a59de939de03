// Takes a part of the page out of sight without taking it out of the document, and puts it back exactly.
//
// The nodes of the page stay where they are as far as possible: webmails keep references to them. Only loose text is put
// into a wrapper, and split where the block begins or ends in the middle of a text node.

import {
  contains,
  createElement,
  createRange,
  docOf,
  firstChild,
  insertBefore,
  isConnected,
  isElement,
  isText,
  lastChild,
  nextSibling,
  parentNode,
  previousSibling,
  tagName,
  textContent,
} from '../dom.js';
import type { Found } from '../scan/look.js';
import type { Point } from '../scan/text.js';
import { Veil } from './veil.js';

export class Cover {
  /** In document order. */
  readonly #veils: Veil[] = [];
  readonly #wrappers: HTMLElement[] = [];
  /** Text nodes that are ours: the rest of one of the page's after the place where it was cut. */
  readonly #tails: Text[] = [];
  /** What a block's reader stands for; a whole element may change as it likes. */
  #text: string | undefined;

  /** Covers a block at once; `undefined` when its nodes are no longer in one document. */
  static over({ start, end }: Found): Cover | undefined {
    if (!isConnected(start.node) || !isConnected(end.node)) return undefined;
    if (start.offset > start.node.length || end.offset > end.node.length) return undefined;
    const cover = new Cover();
    cover.#block(start, end);
    return cover.parts.length > 0 ? cover : undefined;
  }

  /** Covers an element with all that is in it. */
  static whole(element: Element): Cover {
    const cover = new Cover();
    cover.#veils.push(new Veil(element));
    return cover;
  }

  private constructor() {}

  #block(start: Point, end: Point): void {
    const last = this.#cut(end.node, end.offset).head;
    const { head, tail } = this.#cut(start.node, start.offset);
    const first = tail ?? head;
    // Both ends may stand in one text node: cutting off the beginning leaves the end in the second part.
    this.#between(first, last === head && tail ? tail : last);
    this.#text = this.#now();
  }

  /** The elements that are covered, wrappers included, in document order. */
  get parts(): Element[] {
    return this.#veils.map(({ el }) => el);
  }

  /** Whether the page still shows what was covered. */
  get intact(): boolean {
    const same = this.#text === undefined || this.#now() === this.#text;
    return same && this.parts.every((part) => isConnected(part));
  }

  holds(node: Node): boolean {
    return this.parts.some((part) => contains(part, node));
  }

  hide(): void {
    for (const veil of this.#veils) veil.hide();
  }

  show(): void {
    for (const veil of this.#veils) veil.show();
  }

  /** Undoes everything, in parts that the page has not taken away. */
  restore(): void {
    this.show();
    for (const wrapper of this.#wrappers) {
      const parent = parentNode(wrapper);
      if (!parent) continue;
      for (let node = firstChild(wrapper); node; node = firstChild(wrapper)) insertBefore(parent, node, wrapper);
      wrapper.remove();
    }
    for (const tail of this.#tails) {
      const head = previousSibling(tail);
      if (!isText(head)) continue;
      head.appendData(tail.data);
      tail.remove();
    }
  }

  #now(): string {
    return this.parts.map((part) => textContent(part)).join('\n');
  }

  #cut(node: Text, offset: number): { head: Text; tail?: Text } {
    if (node.data.slice(0, offset).trim() === '' || node.data.slice(offset).trim() === '') return { head: node };
    const tail = node.splitText(offset);
    this.#tails.unshift(tail);
    return { head: node, tail };
  }

  #between(first: Text, last: Text): void {
    const doc = docOf(first);
    if (!doc) return;
    const range = createRange(doc);
    range.setStart(first, 0);
    range.setEnd(last, last.length);
    const common = range.commonAncestorContainer;
    if (common === first) this.#run([first]);
    else this.#children(common, first, last);
  }

  /** Covers the children of `parent` from the one with `first` to the one with `last`. */
  #children(parent: Node, first: Node | null, last: Node | null): void {
    let run: Node[] = [];
    let node = first ? childWith(parent, first) : firstChild(parent);
    const end = last ? childWith(parent, last) : lastChild(parent);
    while (node) {
      const next = node === end ? null : nextSibling(node);
      const opens = first && node !== first && contains(node, first) && !isEdge(node, first, 'start');
      const closes = last && node !== last && contains(node, last) && !isEdge(node, last, 'end');
      if (opens || closes) {
        this.#run(run);
        run = [];
        this.#children(node, opens ? first : null, closes ? last : null);
      } else {
        run.push(node);
      }
      node = next;
    }
    this.#run(run);
  }

  /** Elements are hidden as they are; text and line breaks between them get a wrapper. */
  #run(nodes: Node[]): void {
    let loose: Node[] = [];
    for (const node of nodes) {
      if (isElement(node) && tagName(node) !== 'br') {
        this.#wrap(loose);
        loose = [];
        this.#veils.push(new Veil(node));
      } else if (isElement(node) || isText(node)) {
        loose.push(node);
      }
    }
    this.#wrap(loose);
  }

  #wrap(nodes: Node[]): void {
    const first = nodes[0];
    const parent = first && parentNode(first);
    const doc = first && docOf(first);
    if (!parent || !doc) return;
    const text = nodes.some((node) => isElement(node) || (isText(node) && node.data.trim() !== ''));
    if (!text) return;
    const wrapper = createElement(doc, 'span');
    insertBefore(parent, wrapper, first);
    for (const node of nodes) insertBefore(wrapper, node, null);
    this.#wrappers.push(wrapper);
    this.#veils.push(new Veil(wrapper));
  }
}

function childWith(parent: Node, node: Node): Node | null {
  let child: Node | null = node;
  while (child && parentNode(child) !== parent) child = parentNode(child);
  return child;
}

/** Whether nothing but white space stands in `node` before (after) `inner`. */
function isEdge(node: Node, inner: Node, side: 'start' | 'end'): boolean {
  const doc = docOf(node);
  if (!doc) return false;
  const range = createRange(doc);
  range.selectNodeContents(node);
  if (side === 'start') range.setEndBefore(inner);
  else range.setStartAfter(inner);
  return range.toString().trim() === '';
}
