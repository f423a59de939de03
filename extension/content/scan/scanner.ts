// Keeps an eye on the page: what appears in it is looked at once, in idle time.

import {
  bodyOf,
  contains,
  docOf,
  frameAround,
  isConnected,
  isElement,
  listen,
  nodeType,
  parentNode,
  rootNode,
  textContent,
  unlisten,
} from '../dom.js';
import { MAX_DIRTY } from '../limits.js';
import { Idle, type Steps } from './idle.js';
import { type Found, look, type Sight } from './look.js';
import { Territory } from './territory.js';

export interface ScannerHost {
  /** The extension still runs. */
  alive(): boolean;
  /** Parts that are ours or already covered. */
  skip(element: Element): boolean;
  /** Called before it looks at what has changed. */
  looks(): void;
  /** A text of the page, drawn or not, as it comes by. */
  reads(text: string): void;
  /** New blocks, in document order within one part. */
  found(blocks: Found[]): void;
  /** Something in the page changed; called before new blocks are looked for. */
  changed(records: MutationRecord[]): void;
  /** A document that this script looks after now. May be called again for the same one. */
  claimed(doc: Document): void;
}

const CONTENT: MutationObserverInit = { childList: true, characterData: true, subtree: true };
const LOOKS: MutationObserverInit = {
  attributes: true,
  attributeFilter: ['class', 'style', 'hidden', 'open'],
  subtree: true,
};

export class Scanner {
  readonly #content: MutationObserver;
  readonly #looks: MutationObserver;
  readonly #near: IntersectionObserver;
  readonly #idle: Idle;
  readonly #territory: Territory;
  readonly #trees = new Set<Document | ShadowRoot>();
  /** So many trees make it worth while to look which of them have gone. */
  #many = 0;
  /** Parts with new text. */
  #dirty = new Set<Node>();
  /** Parts that are new themselves: they may hold frames and shadow trees. */
  #added = new Set<Node>();
  #queued = false;
  #changes = 0;
  readonly #version = (): number => this.#changes;
  /** Parts that hold markers which are not drawn. */
  #hidden = new Set<Node>();
  /** Those of them that are out of view. */
  readonly #outside = new WeakSet<Element>();

  constructor(
    readonly document: Document,
    readonly host: ScannerHost,
  ) {
    this.#idle = new Idle(() => host.alive());
    this.#territory = new Territory((tree) => this.#watch(tree));
    this.#content = new MutationObserver((records) => this.#mutated(records));
    this.#looks = new MutationObserver(() => this.#lookAgain());
    this.#near = new IntersectionObserver((entries) => {
      let came = false;
      for (const { target, isIntersecting } of entries) {
        // The first entry only tells how things are.
        came ||= isIntersecting && this.#outside.delete(target);
        if (!isIntersecting) this.#outside.add(target);
      }
      if (came) this.#lookAgain();
    });
  }

  /** All documents that this script looks after. */
  get documents(): Iterable<Document> {
    return this.#territory.documents;
  }

  start(): void {
    this.#territory.claim(this.document);
  }

  stop(): void {
    this.#content.disconnect();
    this.#looks.disconnect();
    this.#near.disconnect();
    this.#idle.stop();
    for (const tree of this.#living()) this.#listen(tree, unlisten);
    this.#trees.clear();
  }

  /** Changes the page ourselves, without looking at the change as if the page had made it. */
  quietly(change: () => void): void {
    this.#mutated(this.#content.takeRecords());
    change();
    this.#changes++;
    this.#content.takeRecords();
    this.#looks.takeRecords();
  }

  /**
   * Looks at a part of the page (again). What came into it while it was somebody else's has not been seen, frames neither;
   * and what is in its frames was not drawn while the part was not.
   */
  lookAt(part: Node): void {
    this.#added.add(part);
    this.#dirty.add(part);
    for (const doc of this.#territory.documents) {
      for (let frame = frameAround(doc); frame; ) {
        if (contains(part, frame)) this.#dirty.add(doc);
        const outer = docOf(frame);
        frame = outer && frameAround(outer);
      }
    }
    this.#queue();
  }

  #watch(tree: Document | ShadowRoot): void {
    // What is kept keeps all of its nodes. A page may have thousands of shadow trees: not for each of them.
    if (nodeType(tree) === Node.DOCUMENT_NODE || this.#trees.size >= this.#many)
      this.#many = 2 * [...this.#living()].length + 64;
    this.#trees.add(tree);
    this.#content.observe(tree, CONTENT);
    this.#listen(tree, listen);
    this.lookAt(tree);
  }

  /** The trees, those of frames that have gone left out: Firefox throws when they are asked anything. */
  #living(): Iterable<Document | ShadowRoot> {
    for (const tree of this.#trees) {
      if (isConnected(tree)) continue;
      this.#trees.delete(tree);
      this.#territory.forget(tree);
    }
    return this.#trees;
  }

  #listen(tree: Document | ShadowRoot, how: typeof listen): void {
    // The load event of a frame does not bubble, but it can be caught on its way down.
    how(tree, 'load', this.#loaded, true);
    for (const end of ['transitionend', 'animationend', 'toggle']) how(tree, end, this.#lookAgain, true);
    if (how === listen && nodeType(tree) === Node.DOCUMENT_NODE) this.host.claimed(tree as Document);
  }

  readonly #loaded = (event: Event): void => {
    const frame = event.target as Node | null;
    if (!this.host.alive() || !isElement(frame)) return;
    // What it showed before may have gone, and nothing else tells.
    this.host.changed([]);
    this.#territory.claimFrame(frame);
  };

  #mutated(records: MutationRecord[]): void {
    if (records.length === 0) return;
    if (!this.host.alive()) {
      this.stop();
      return;
    }
    this.host.changed(records);
    for (const { type, target, addedNodes } of records) {
      if (type === 'characterData') {
        this.#dirty.add(target);
      } else {
        this.#changes++;
        for (const node of addedNodes) this.#note(node, target);
      }
      // It may have got a shadow tree, which nothing tells of.
      if (isElement(target)) this.#territory.enter(target);
    }
    this.#queue();
  }

  #note(node: Node, target: Node): void {
    this.#dirty.add(node);
    if (!isElement(node)) return;
    this.#added.add(node);
    // `document.open()` keeps the document and drops its listeners.
    if (nodeType(target) === Node.DOCUMENT_NODE) this.#listen(target as Document, listen);
  }

  #queue(): void {
    if (this.#queued) return;
    this.#queued = true;
    this.#idle.add(this.#work());
  }

  *#work(): Steps<void> {
    yield;
    this.#queued = false;
    const added = few(this.#added);
    const dirty = few(this.#dirty);
    this.#added = new Set();
    this.#dirty = new Set();
    this.host.looks();
    for (const part of added) {
      if (isConnected(part)) yield* this.#territory.explore(part, this.#version);
    }
    for (const part of dirty) {
      yield;
      if (isConnected(part)) yield* this.#look(part);
    }
  }

  *#look(part: Node): Steps<void> {
    const root = rootOf(part);
    if (!root) return;
    const skip = (element: Element): boolean => this.host.skip(element);
    const tell = ({ found, hidden }: Sight): void => {
      if (hidden) this.#remember(hidden);
      if (found.length > 0) this.host.found(found);
    };
    yield* look(root, this.#version, skip, tell, (text) => this.host.reads(text));
  }

  /** Armor in a part that is folded away: it is looked at again when the page changes how it draws. */
  #remember(part: Node): void {
    if (this.#hidden.size >= MAX_DIRTY) return;
    if (this.#hidden.size === 0) for (const tree of this.#living()) this.#looks.observe(tree, LOOKS);
    this.#hidden.add(part);
    if (isElement(part)) this.#near.observe(part);
  }

  readonly #lookAgain = (): void => {
    if (this.#hidden.size === 0) return;
    const parts = this.#hidden;
    this.#hidden = new Set();
    this.#looks.disconnect();
    this.#near.disconnect();
    for (const part of parts) this.lookAt(part);
  };
}

/** A marker may come in pieces (a page that marks search words does so): then what is around it is looked at. */
const PIECE = /-----|BEGIN|END|PGP/;
const PIECE_LENGTH = 200;

function rootOf(part: Node): Node | null {
  if (nodeType(part) === Node.DOCUMENT_NODE) return bodyOf(part as Document);
  const text = textContent(part) ?? '';
  return text.length < PIECE_LENGTH && PIECE.test(text) ? parentNode(part) : part;
}

/** Many small parts become the trees that they are in; parts inside of others are left out. */
function few(parts: Set<Node>): Node[] {
  const list = [...parts].filter((part) => isConnected(part));
  if (list.length > MAX_DIRTY) return [...new Set(list.map(rootNode))];
  return list.filter((part) => !list.some((other) => other !== part && contains(other, part)));
}
