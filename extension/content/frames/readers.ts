// All readers of one document: which blocks get one, when, and when it goes away.

import type { BlockMessage } from '../../desk/channel.js';
import { insertBefore, isConnected, parentElement, parentNode, rectOf } from '../dom.js';
import { MAX_BLOCKS, MAX_EVICTIONS, MAX_FRAMES, MAX_MOUNTS, MOUNT_WINDOW, NEAR } from '../limits.js';
import type { Found } from '../scan/look.js';
import { senderOf } from '../sites/index.js';
import { askVault } from '../vault.js';
import { Cover } from './cover.js';
import { isBlank, placeFor } from './place.js';
import { Reader } from './reader.js';
import { Veil } from './veil.js';

/** The scanner, as far as readers need it. */
export interface Page {
  /** Runs a change of ours without its being scanned. */
  quietly(change: () => void): void;
  lookAt(part: Node): void;
}

/** A block and what became of it. */
interface View {
  readonly found: Found;
  /** Watched for coming near the visible part. */
  readonly anchor: Element;
  state: 'waiting' | 'asking' | 'mounted';
  cover?: Cover;
  reader?: Reader;
  /** A frame whose mail was nothing but the block would be an empty box. */
  frame?: Veil;
}

export class Readers {
  readonly #views = new Set<View>();
  readonly #near: IntersectionObserver;
  readonly #evictions = new WeakMap<Element, number>();
  #mounts: number[] = [];
  /** One after the other: covering a block may cut the text nodes of the next. */
  #turn = Promise.resolve();

  constructor(
    readonly document: Document,
    readonly page: Page,
  ) {
    this.#near = new IntersectionObserver((entries) => this.#moved(entries), { rootMargin: `${NEAR}px` });
  }

  /** Whether an element is ours or covered by us. */
  owns(element: Element): boolean {
    for (const { cover, reader } of this.#views) {
      if (reader?.host === element || cover?.parts.includes(element)) return true;
    }
    return false;
  }

  offer(blocks: readonly Found[]): void {
    for (const found of blocks) {
      const anchor = parentElement(found.start.node);
      if (!anchor || this.#views.size >= MAX_BLOCKS || this.#isKnown(found)) continue;
      if ((this.#evictions.get(anchor) ?? 0) >= MAX_EVICTIONS) continue;
      const view: View = { found, anchor, state: 'waiting' };
      this.#views.add(view);
      // Observed already for another block, it would not be told of again.
      this.#near.unobserve(anchor);
      this.#near.observe(anchor);
    }
  }

  /** After a change of the page: lets go of what is no longer there. */
  check(records: readonly MutationRecord[]): void {
    for (const view of this.#views) {
      const { cover, reader, found } = view;
      if (!cover || !reader) {
        if (!isConnected(found.start.node) || !isConnected(found.end.node)) this.#drop(view);
        continue;
      }
      const touched = records.some(({ target }) => cover.holds(target));
      const lost = !isConnected(reader.host);
      if (lost) this.#evict(view);
      else if (!cover.parts.every(isConnected) || (touched && !cover.intact)) this.#drop(view);
    }
  }

  /** Takes all readers away and leaves the page as it was. */
  clear(): void {
    for (const view of this.#views) this.#drop(view);
    this.#near.disconnect();
  }

  #isKnown({ start }: Found): boolean {
    for (const { found } of this.#views) {
      if (found.start.node === start.node && found.start.offset === start.offset) return true;
    }
    return false;
  }

  #moved(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      for (const view of this.#views) if (view.anchor === target) this.#turn = this.#turn.then(() => this.#mount(view));
    }
  }

  async #mount(view: View): Promise<void> {
    if (view.state !== 'waiting' || !this.#views.has(view) || !this.#hasRoom(view)) return;
    view.state = 'asking';
    const { form, armored } = view.found;
    const reply = await askVault({ kind: 'open_view', form });
    if (!this.#views.has(view)) return;
    if (reply.kind !== 'ticket') {
      // Left as it is; the block is tried again when it next comes into view.
      view.state = 'waiting';
      return;
    }
    const block: BlockMessage = { t: 'block', armored, form, ...senderOf(view.anchor) };
    view.state = 'mounted';
    this.page.quietly(() => {
      const cover = Cover.over(view.found);
      const place = cover && placeFor(cover, this.document);
      if (!cover || !place) {
        cover?.restore();
        this.#evict(view);
        return;
      }
      view.cover = cover;
      this.#forgetNeighbours(view);
      if (place.frame) view.frame = new Veil(place.frame);
      view.reader = new Reader(this.document, reply, block, {
        ready: () => this.#show(view, false),
        failed: () => this.#giveUp(view),
        original: (show) => this.#show(view, show),
      });
      insertBefore(place.parent, view.reader.host, place.before);
    });
  }

  /** Blocks in the same text nodes stand elsewhere now: they are looked for again. */
  #forgetNeighbours({ found, anchor }: View): void {
    const cut = [found.start.node, found.end.node];
    for (const other of this.#views) {
      if (other.cover || !(cut.includes(other.found.start.node) || cut.includes(other.found.end.node))) continue;
      this.#views.delete(other);
      this.page.lookAt(anchor);
    }
  }

  /** The page's own text beside the reader, or not. */
  #show(view: View, original: boolean): void {
    this.page.quietly(() => {
      if (original) {
        view.frame?.show();
        view.cover?.show();
      } else {
        view.cover?.hide();
        const part = view.cover?.parts[0];
        if (view.frame && part && isBlank(part)) view.frame.hide();
      }
    });
  }

  /** Lets go, but not of the same element for ever. */
  #evict(view: View): void {
    this.#evictions.set(view.anchor, (this.#evictions.get(view.anchor) ?? 0) + 1);
    this.#drop(view);
  }

  #giveUp(view: View): void {
    this.#evictions.set(view.anchor, MAX_EVICTIONS);
    this.#drop(view);
  }

  #drop(view: View): void {
    this.#views.delete(view);
    if (![...this.#views].some(({ anchor }) => anchor === view.anchor)) this.#near.unobserve(view.anchor);
    const first = view.cover?.parts[0];
    const scope = first && parentNode(first);
    this.page.quietly(() => {
      view.reader?.remove();
      view.frame?.show();
      view.cover?.restore();
    });
    if (scope && isConnected(scope)) this.page.lookAt(scope);
  }

  /** Makes room by taking away the reader that is farthest from what the user sees. */
  #hasRoom(view: View): boolean {
    const now = performance.now();
    this.#mounts = this.#mounts.filter((at) => now - at < MOUNT_WINDOW);
    if (this.#mounts.length >= MAX_MOUNTS) return false;
    const others = [...this.#views].filter((other) => other !== view && other.state !== 'waiting');
    if (others.length >= MAX_FRAMES) {
      const far = others.filter((other) => distance(other) > NEAR).sort((a, b) => distance(b) - distance(a))[0];
      if (!far) return false;
      this.#drop(far);
    }
    this.#mounts.push(now);
    return true;
  }
}

/** CSS pixels between a reader and the visible part of the page. */
function distance({ reader }: View): number {
  if (!reader) return 0;
  const { top, bottom } = rectOf(reader.host);
  return Math.max(-bottom, top - innerHeight, 0);
}
