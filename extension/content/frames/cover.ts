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
  queryAll,
  tagName,
  textContent,
} from '../dom.js';
import { MAX_PARTS } from '../limits.js';
import type { Found } from '../scan/look.js';
import type { Point } from '../scan/text.js';
import { Veil } from './veil.js';

export class Cover {
  /** By what they hide, in document order. */
  readonly #veils = new Map<Element, Veil>();
  /** What is covered is all in it, and stays in the document as long as it does unless something in it is taken away. */
  #around: Node | null = null;
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
    if (cover.#veils.size > 0 && cover.#veils.size <= MAX_PARTS) return cover;
    cover.restore();
    return undefined;
  }

  /** Covers an element with all that is in it; `inside`: what is in it now, and the element itself stays drawn. */
  static whole(element: Element, inside = false): Cover {
    const cover = new Cover();
    cover.#around = element;
    const parts = inside ? [...queryAll(element, ':scope > *')] : [];
    for (const part of parts.length > 0 && parts.length <= MAX_PARTS ? parts : [element]) cover.#veil(part);
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
    return [...this.#veils.keys()];
  }

  /** Whether an element is one of them. */
  has(element: Element): boolean {
    return this.#veils.has(element);
  }

  /**
   * Whether the page still shows what was covered, after these changes. Each line of a block may be an element of its own:
   * they are gone through only for changes around them.
   */
  isIntact(records: readonly MutationRecord[]): boolean {
    const around = this.#around;
    if (!around || !isConnected(around)) return false;
    const near = records.filter(({ target }) => isConnected(target) && contains(around, target));
    if (near.some(({ removedNodes }) => removedNodes.length > 0) && !this.parts.every(isConnected)) return false;
    return this.#text === undefined || !near.some(({ target }) => this.#holds(target)) || this.#now() === this.#text;
  }

  #holds(node: Node): boolean {
    for (let up: Node | null = node; up && up !== this.#around; up = parentNode(up)) {
      if (this.#veils.has(up as Element)) return true;
    }
    return false;
  }

  hide(): void {
    for (const veil of this.#veils.values()) veil.hide();
  }

  show(): void {
    for (const veil of this.#veils.values()) veil.show();
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
    this.#around = isText(common) ? parentNode(common) : common;
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
      if (this.#veils.size > MAX_PARTS) return;
      if (isElement(node) && tagName(node) !== 'br') {
        this.#wrap(loose);
        loose = [];
        this.#veil(node);
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
    this.#veil(wrapper);
  }

  #veil(element: Element): void {
    this.#veils.set(element, new Veil(element));
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
