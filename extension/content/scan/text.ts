// The text of a part of the page as a person sees it, with the way back to its nodes.
//
// `innerText` would give the same lines but no way back, and it would give text in editable fields too. Lines that are
// ended only by `<br>` or by the next `<div>` are lines; white space is kept or joined as the page draws it.

import {
  computed,
  firstChild,
  isEditable,
  isElement,
  isText,
  nextSibling,
  parentElement,
  parentNode,
  styleOf,
  tagName,
} from '../dom.js';
import { MAX_NODES, MAX_TEXT } from '../limits.js';

/** A stretch of the text that stands in one text node, character by character. */
export interface Piece {
  readonly at: number;
  readonly node: Text;
  readonly offset: number;
  readonly length: number;
}

export interface Seen {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** That were visited. */
  readonly nodes: number;
}

export interface Options {
  /** Editable parts are left out (reading) or are what is wanted (a selection in an editor). */
  readonly editable: boolean;
  /** Parts that are left out whole. */
  readonly skip?: (el: Element) => boolean;
  /** Only what is inside. */
  readonly range?: Range;
  /** Whether it is drawn or not; lines do not matter. */
  readonly undrawn?: boolean;
}

/** Elements whose content is not text of the page, or is not drawn as such. */
const NOT_TEXT = new Set(
  'script style noscript template textarea select title iframe frame object embed audio video canvas svg math plaintext xmp input button'.split(
    ' ',
  ),
);

interface Look {
  readonly shown: boolean;
  readonly keep: 'none' | 'lines' | 'all';
}

/** Whether text in it is no text of the page, whatever it looks like. */
export function isTextless(el: Element): boolean {
  return NOT_TEXT.has(tagName(el));
}

/** The text of an editor, line by line as drawn. */
export function textIn(host: Element): string {
  return readText(host, { editable: true }).text;
}

/** Reads a subtree. Stops quietly at the caps: what is cut off has no end marker and is no block. */
export function readText(root: Node, options: Options): Seen {
  const reader = new Reader(options);
  reader.read(root);
  return { text: reader.parts.join(''), pieces: reader.pieces, nodes: reader.nodes };
}

class Reader {
  readonly parts: string[] = [];
  readonly pieces: Piece[] = [];
  nodes = 0;
  #length = 0;
  #last = '\n';

  constructor(readonly options: Options) {}

  read(root: Node): void {
    const top = isElement(root) ? root : parentElement(root);
    const outer = top && this.#look(top);
    if (outer) this.#children(root, outer.look);
  }

  /** Iterative: a page may nest deeper than the stack allows. */
  #children(root: Node, outer: Look): void {
    const stack: { look: Look; block: boolean }[] = [{ look: outer, block: false }];
    let node = firstChild(root);
    while (node && this.nodes++ < MAX_NODES && this.#length < MAX_TEXT) {
      const look = (stack.at(-1) ?? { look: outer }).look;
      const entered = this.#visit(node, look);
      if (entered) {
        stack.push(entered);
        if (entered.block) this.#lineEnd();
        const inner = firstChild(node);
        if (inner) {
          node = inner;
          continue;
        }
        this.#leave(stack);
      }
      let next: Node | null = nextSibling(node);
      while (!next) {
        const up: Node | null = parentNode(node);
        if (!up || up === root) return;
        this.#leave(stack);
        node = up;
        next = nextSibling(node);
      }
      node = next;
    }
  }

  #leave(stack: { look: Look; block: boolean }[]): void {
    if (stack.pop()?.block) this.#lineEnd();
  }

  /** Handles one node; an answer means that its children follow. */
  #visit(node: Node, look: Look): { look: Look; block: boolean } | undefined {
    if (isText(node)) {
      if (look.shown) this.#text(node, look);
      return undefined;
    }
    if (!isElement(node)) return undefined;
    if (tagName(node) === 'br') {
      if (look.shown && this.#inRange(node)) this.#add('\n');
      return undefined;
    }
    if (isTextless(node) || this.options.skip?.(node)) return undefined;
    if (!this.options.editable && isEditable(node)) return undefined;
    if (this.options.range && !this.options.range.intersectsNode(node)) return undefined;
    return this.#look(node);
  }

  #look(el: Element): { look: Look; block: boolean } | undefined {
    if (this.options.undrawn) return { look: { shown: true, keep: 'all' }, block: false };
    const css = computed(el);
    if (!css) return undefined;
    const display = css.display;
    if (display === 'none' || css.opacity === '0' || css.getPropertyValue('content-visibility') === 'hidden') {
      return undefined;
    }
    const spaces = css.getPropertyValue('white-space-collapse');
    const keep = spaces === 'preserve-breaks' ? 'lines' : spaces === 'collapse' || spaces === '' ? 'none' : 'all';
    const shown = css.visibility === 'visible' && css.fontSize !== '0px' && !isClear(css.color);
    const inline = /^(?:inline|ruby|contents$)/.test(display);
    // Cells of a row are drawn on one line.
    return { look: { shown, keep }, block: !inline && display !== 'table-cell' && styleOf(el) !== undefined };
  }

  #inRange(node: Node): boolean {
    return this.options.range?.intersectsNode(node) ?? true;
  }

  #text(node: Text, look: Look): void {
    let from = 0;
    let to = node.length;
    const range = this.options.range;
    if (range) {
      if (!range.intersectsNode(node)) return;
      if (range.startContainer === node) from = range.startOffset;
      if (range.endContainer === node) to = range.endOffset;
    }
    const data = node.data.slice(from, Math.min(to, from + MAX_TEXT - this.#length));
    if (look.keep === 'all') {
      this.#piece(data, node, from);
      return;
    }
    const gaps = look.keep === 'lines' ? /[ \t\r]*\n[ \t\r]*|[ \t\r]+/g : /[ \t\r\n\f]+/g;
    let at = 0;
    for (const gap of data.matchAll(gaps)) {
      if (gap.index > at) this.#piece(data.slice(at, gap.index), node, from + at);
      const line = look.keep === 'lines' && gap[0].includes('\n');
      // White space at the start of a line and next to white space is not drawn.
      if (line) this.#add('\n');
      else if (this.#last !== '\n' && this.#last !== ' ') this.#piece(' ', node, from + gap.index);
      at = gap.index + gap[0].length;
    }
    if (at < data.length) this.#piece(data.slice(at), node, from + at);
  }

  #piece(text: string, node: Text, offset: number): void {
    if (text === '') return;
    this.pieces.push({ at: this.#length, node, offset, length: text.length });
    this.#add(text);
  }

  #lineEnd(): void {
    if (this.#last !== '\n') this.#add('\n');
  }

  #add(text: string): void {
    this.parts.push(text);
    this.#length += text.length;
    this.#last = text.at(-1) ?? this.#last;
  }
}

function isClear(color: string): boolean {
  return color === 'transparent' || /^rgba\(.*, 0\)$/.test(color) || /\/ 0\)$/.test(color);
}

/** A place in a text node. */
export interface Point {
  readonly node: Text;
  readonly offset: number;
}

/** The place of the character at `index`; `after`: right behind it. */
export function pointAt(seen: Seen, index: number, after = false): Point | undefined {
  let low = 0;
  let high = seen.pieces.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const piece = seen.pieces[middle];
    if (!piece) return undefined;
    if (index < piece.at) high = middle - 1;
    else if (index >= piece.at + piece.length) low = middle + 1;
    else return { node: piece.node, offset: piece.offset + index - piece.at + (after ? 1 : 0) };
  }
  return undefined;
}
