// The trees that one script looks after: its own document, the documents of frames in which no script of ours works by
// itself, and open shadow trees in all of them.

import {
  addressOf,
  docOf,
  documentIn,
  frameAround,
  isConnected,
  isElement,
  isHtml,
  shadowRoot,
  treeWalker,
} from '../dom.js';
import { MAX_DOCUMENTS } from '../limits.js';
import type { Steps } from './idle.js';

/**
 * Whether the script of the parent frame looks after this document: a frame without an address of its own
 * (`about:blank`, `about:srcdoc`, `javascript:`) that the parent may read. Browsers run content scripts in some of
 * these and not in others; the parent reaches all, and so nothing is done twice.
 */
export function belongsToParent(doc: Document): boolean {
  return !hasAddress(doc) && frameAround(doc) !== null;
}

function hasAddress(doc: Document): boolean {
  const address = withoutHash(doc);
  if (!/^(?:https?|file):/.test(address)) return false;
  // `document.open()` gives an empty document the address of the one whose script wrote it.
  for (let frame = frameAround(doc); frame; ) {
    const outer = docOf(frame);
    if (!outer) break;
    if (withoutHash(outer) === address) return false;
    frame = frameAround(outer);
  }
  return true;
}

function withoutHash(doc: Document): string {
  return addressOf(doc).replace(/#.*$/, '');
}

/** Calls back once for each new tree. */
export class Territory {
  readonly #known = new WeakSet<Node>();
  readonly #documents = new Set<Document>();

  constructor(readonly onTree: (root: Document | ShadowRoot) => void) {}

  /** The documents, gone ones left out. */
  get documents(): Iterable<Document> {
    for (const doc of this.#documents) {
      if (!isConnected(doc)) this.#documents.delete(doc);
    }
    return this.#documents;
  }

  claim(doc: Document): void {
    if (this.#known.has(doc) || [...this.documents].length >= MAX_DOCUMENTS) return;
    this.#known.add(doc);
    this.#documents.add(doc);
    this.onTree(doc);
  }

  /** The tree is not looked after any more: one that comes back into the page is new. */
  forget(tree: Node): void {
    this.#known.delete(tree);
  }

  /** The frame shows a document now, perhaps another one than before. */
  claimFrame(frame: Element): void {
    const doc = documentIn(frame);
    if (doc && !hasAddress(doc)) this.claim(doc);
  }

  /**
   * Looks for frames and open shadow trees in a part of the page, in steps. `version` is another number when nodes have
   * come, gone or moved between two of them: then it begins anew, and goes through in one step at last.
   */
  *explore(part: Node, version: () => number): Steps<void> {
    if (isElement(part)) this.enter(part);
    for (let tries = 3, moved = true; moved; tries--) {
      moved = false;
      const begun = version();
      const walker = treeWalker(docOf(part) ?? (part as Document), part, NodeFilter.SHOW_ELEMENT);
      for (let count = 1, node = walker.nextNode(); node && !moved; node = walker.nextNode(), count++) {
        this.enter(node as Element);
        if (count % 256 > 0 || tries <= 0) continue;
        yield;
        moved = begun !== version();
      }
    }
  }

  /** Takes the trees that begin in this very element. */
  enter(el: Element): void {
    const shadow = shadowRoot(el);
    if (shadow && !this.#known.has(shadow)) {
      this.#known.add(shadow);
      this.onTree(shadow);
    }
    if (isHtml(el, 'iframe')) this.claimFrame(el);
  }
}
