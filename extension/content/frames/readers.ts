// All readers of one document: what gets one, when, and when it goes away.

import type { AnswerMode } from '../../desk/write-channel.js';
import { askAgain } from '../again.js';
import type { Answered } from '../compose/writing.js';
import { contains, insertBefore, isConnected, listen, parentNode, rectOf, unlisten } from '../dom.js';
import { MAX_BLOCKS, MAX_EVICTIONS, MAX_FRAMES, MAX_MOUNTS, MOUNT_WINDOW, NEAR, SCROLLED } from '../limits.js';
import type { Found } from '../scan/look.js';
import type { MailSource } from '../sites/index.js';
import { askVault, isAlive, isLost } from '../vault.js';
import type { Cover } from './cover.js';
import { isBlank, placeFor } from './place.js';
import { Reader } from './reader.js';
import { blockSubject, mailSubject, type Subject } from './subject.js';
import { Veil } from './veil.js';

/** The page, as far as readers need it. */
export interface Page {
  /** Runs a change of ours without its being scanned. */
  quietly(change: () => void): void;
  lookAt(part: Node): void;
  /** Opens a window for an answer. */
  answer(answered: Answered): void;
}

/** A block or a mail and what became of it. */
interface View {
  readonly subject: Subject;
  /** Nobody waits any more for what is still on its way. */
  readonly gone: AbortController;
  /** Of what is `unsure` the head is asked for once; if that says no, it stays `checking`. */
  state: 'unsure' | 'checking' | 'waiting' | 'asking' | 'mounted';
  cover?: Cover;
  reader?: Reader;
  /** It came near, and has not gone since. */
  near?: boolean;
  /** The user looks at the page's own text. */
  original?: boolean;
  /** A frame whose mail was nothing but the block would be an empty box. */
  frame?: Veil;
}

export class Readers {
  readonly #views = new Set<View>();
  readonly #near: IntersectionObserver;
  readonly #evictions = new WeakMap<Element, { readonly mail: string | number | null; readonly times: number }>();
  #mounts: number[] = [];
  /** Until those that found no room are tried again. */
  #resting: ReturnType<typeof setTimeout> | undefined;
  /** Of a page whose messages stand in one element nothing else tells that one comes near. */
  readonly #scrolled = () => this.#comeIn(SCROLLED);
  /** One after the other: covering a block may cut the text nodes of the next. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    readonly document: Document,
    readonly page: Page,
  ) {
    this.#near = new IntersectionObserver((entries) => this.#moved(entries), { rootMargin: `${NEAR}px` });
    listen(document, 'scroll', this.#scrolled, { capture: true, passive: true });
  }

  /** Whether an element is ours, covered by us, or will be as a whole. */
  owns(element: Element): boolean {
    for (const { subject, cover, reader, original } of this.#views) {
      if (reader?.host === element) return true;
      if (subject.opens ? subject.anchor === element && !original : cover?.has(element)) return true;
    }
    return false;
  }

  offer(blocks: readonly Found[]): void {
    for (const found of blocks) {
      if (this.#views.size >= MAX_BLOCKS) return;
      const subject = blockSubject(found);
      if (subject) this.#add(subject);
    }
  }

  /** The whole mails that the page shows now; mostly the same as before. Blocks may be in another mail by now. */
  show(mails: readonly MailSource[]): void {
    for (const view of this.#views) {
      const { form, anchor, mark, isOther } = view.subject;
      const shown = form !== 'mail' || mails.some(({ cover, key }) => cover === anchor && key === mark);
      if (!shown || (isConnected(anchor) && isOther?.())) this.#drop(view);
    }
    for (const mail of mails) this.#add(mailSubject(mail));
  }

  #add(subject: Subject): void {
    const { anchor } = subject;
    if (this.#views.size >= MAX_BLOCKS || this.#isKnown(subject)) return;
    if (this.#evicted(subject) >= MAX_EVICTIONS) return;
    const gone = new AbortController();
    // As long as it is not known to be for us, blocks in it are read where they are.
    if (subject.sure) this.#views.add({ subject, gone, state: 'unsure', original: true });
    else this.#views.add({ subject, gone, state: 'waiting' });
    // Observed already for another one, it would not be told of again.
    this.#near.unobserve(anchor);
    this.#near.observe(anchor);
  }

  /** After a change of the page: lets go of what is no longer there. */
  check(records: readonly MutationRecord[]): void {
    for (const view of this.#views) {
      const { cover, reader, subject } = view;
      if (!cover || !reader) {
        if (!subject.nodes.every(isConnected)) this.#drop(view);
        continue;
      }
      if (!isConnected(reader.host)) this.#evict(view);
      else if (!cover.isIntact(records)) this.#drop(view);
    }
  }

  /** Takes all readers away and leaves the page as it was. */
  clear(): void {
    for (const view of this.#views) this.#drop(view);
    this.#near.disconnect();
    unlisten(this.document, 'scroll', this.#scrolled, true);
    clearTimeout(this.#resting);
  }

  #isKnown({ nodes, mark, armored }: Subject): boolean {
    for (const view of this.#views) {
      const { subject } = view;
      if (subject.nodes[0] !== nodes[0] || subject.mark !== mark) continue;
      // The page may write the next message into the same place before the first one has come into view.
      if (subject.armored === armored) return true;
      this.#drop(view);
    }
    return false;
  }

  #moved(entries: IntersectionObserverEntry[]): void {
    let left = false;
    for (const { target, isIntersecting } of entries) {
      left ||= !isIntersecting;
      for (const view of this.#views) {
        if (view.subject.anchor !== target) continue;
        view.near = isIntersecting;
        if (isIntersecting) void this.#come(view);
      }
    }
    if (left) this.#comeNow();
  }

  /** There may be room for those that found none when they came: nothing tells of them again. */
  #comeNow(): void {
    for (const view of this.#waiting) void this.#come(view);
  }

  #comeIn(ms: number): void {
    if (this.#waiting.length === 0) return;
    this.#resting ??= setTimeout(() => {
      this.#resting = undefined;
      this.#comeNow();
    }, ms);
  }

  get #waiting(): View[] {
    return [...this.#views].filter(({ near, state }) => near && state === 'waiting');
  }

  async #come(view: View): Promise<void> {
    const { sure } = view.subject;
    if (view.state === 'checking') return;
    if (view.state === 'unsure' && sure) {
      view.state = 'checking';
      if (!(await sure(view.gone.signal))) return;
      view.state = 'waiting';
    }
    await askAgain(
      () => this.#takeTurn(view),
      (lost) => lost,
      () => this.#views.has(view) && isAlive(),
    );
  }

  /** Whether the vault's answer was lost. What is in view already does not come into view again: it is tried once more. */
  #takeTurn(view: View): Promise<boolean> {
    const turn = this.#turn
      .then(() => this.#mount(view))
      .catch(() => {
        this.#giveUp(view);
        return false;
      });
    this.#turn = turn;
    return turn;
  }

  async #mount(view: View): Promise<boolean> {
    if (view.state !== 'waiting' || !this.#views.has(view) || !this.#hasRoom(view)) return false;
    view.state = 'asking';
    const { form } = view.subject;
    const reply = await askVault({ kind: 'open_view', form });
    if (!this.#views.has(view)) return false;
    if (reply.kind !== 'ticket') {
      // Left as it is; tried again when it next comes into view.
      view.state = 'waiting';
      return isLost(reply);
    }
    view.state = 'mounted';
    this.page.quietly(() => {
      const cover = view.subject.cover();
      const place = cover && placeFor(cover, this.document);
      if (!cover || !place) {
        cover?.restore();
        this.#evict(view);
        // Something else may stand there now.
        this.page.lookAt(view.subject.anchor);
        return;
      }
      view.cover = cover;
      this.#forgetNeighbours(view);
      if (place.frame) view.frame = new Veil(place.frame);
      view.reader = new Reader(this.document, form, reply, view.subject.tell(view.gone.signal), {
        ready: () => this.#show(view, false),
        // A browser with much to do, or a computer that slept: the next frame may have more luck.
        failed: () => this.#evict(view),
        expired: () => this.#drop(view),
        original: (show) => this.#show(view, show),
        answer: (mode) => void this.#answer(view, mode),
      });
      insertBefore(place.parent, view.reader.host, place.before);
      view.reader.name();
    });
    return false;
  }

  /** Blocks in the same text nodes stand elsewhere now: they are looked for again. */
  #forgetNeighbours({ subject }: View): void {
    for (const other of this.#views) {
      if (other.cover || !other.subject.nodes.some((node) => subject.nodes.includes(node))) continue;
      this.#views.delete(other);
      this.page.lookAt(subject.anchor);
    }
  }

  /** The page's own text beside the reader, or not. */
  #show(view: View, original: boolean): void {
    const { anchor, opens } = view.subject;
    view.original = original;
    // Blocks in a mail have readers of their own as long as the mail itself has none over it.
    if (opens && original) this.page.lookAt(anchor);
    else if (opens) this.#dropIn(anchor);
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

  async #answer({ cover, reader }: View, mode: AnswerMode): Promise<void> {
    const told = await reader?.told;
    const element = cover?.parts.find(isConnected);
    if (element && told) this.page.answer({ mode, element, told });
  }

  /** How often an element was let go of; a site may show one mail after the other in it. */
  #evicted({ anchor, opens, mark }: Subject): number {
    const known = this.#evictions.get(anchor);
    return known && known.mail === (opens ? mark : null) ? known.times : 0;
  }

  #count({ subject: { anchor, opens, mark } }: View, times: number): void {
    this.#evictions.set(anchor, { mail: opens ? mark : null, times });
  }

  /** Lets go, but not of the same element for ever. */
  #evict(view: View): void {
    const { anchor } = view.subject;
    if (isConnected(anchor)) this.#count(view, this.#evicted(view.subject) + 1);
    this.#drop(view);
  }

  #giveUp(view: View): void {
    this.#count(view, MAX_EVICTIONS);
    this.#drop(view);
  }

  /** Lets go of all that stands inside of an element. */
  #dropIn(element: Element): void {
    for (const view of this.#views) {
      const { anchor, opens } = view.subject;
      if (!opens && contains(element, anchor)) this.#drop(view);
    }
  }

  #drop(view: View): void {
    this.#views.delete(view);
    view.gone.abort();
    // What was in a frame that has gone may be dead (see `isConnected`); what is around it is not.
    for (const undo of [() => view.reader?.remove(), () => view.frame?.show(), () => this.#uncover(view)]) {
      try {
        this.page.quietly(undo);
      } catch {
        // Nothing is left to be put back.
      }
    }
    if (view.reader) this.#comeNow();
  }

  #uncover({ subject: { anchor }, cover }: View): void {
    if (![...this.#views].some(({ subject }) => subject.anchor === anchor)) this.#near.unobserve(anchor);
    const first = cover?.parts[0];
    const scope = first && parentNode(first);
    cover?.restore();
    if (scope && isConnected(scope)) this.page.lookAt(scope);
  }

  /** Makes room by taking away the reader that is farthest from what the user sees. */
  #hasRoom(view: View): boolean {
    const now = performance.now();
    this.#mounts = this.#mounts.filter((at) => now - at < MOUNT_WINDOW);
    if (this.#mounts.length >= MAX_MOUNTS) {
      this.#comeIn(MOUNT_WINDOW);
      return false;
    }
    const others = [...this.#views].filter(
      (other) => other !== view && (other.state === 'asking' || other.state === 'mounted'),
    );
    if (others.length >= MAX_FRAMES) {
      const far = others.filter((other) => distance(other) > NEAR).sort((a, b) => distance(b) - distance(a))[0];
      // Two of which each is in the other's place would take turns for ever.
      if (!far || distanceOf(view.subject.place()) >= distance(far)) return false;
      this.#drop(far);
    }
    this.#mounts.push(now);
    return true;
  }
}

/** CSS pixels between a reader and the visible part of the page. */
function distance({ reader }: View): number {
  return reader ? distanceOf(rectOf(reader.host)) : 0;
}

function distanceOf({ top, bottom }: DOMRect): number {
  return Math.max(-bottom, top - innerHeight, 0);
}
