// A press counts only on what has stood still for as long as it takes to see it. A page can ask for a series of clicks and, with
// the first, make a window of ours open under the pointer, or lay a frame of ours there: the next would press a button that
// nobody has read. (docs/decisions/0023-presses.md)

/** Milliseconds for which something has to stand before it can be pressed. People see and understand a change in half of that. */
export const STANDING = 700;
/** Milliseconds by which the document says so later: browsers make their clocks coarse. */
const MARGIN = 50;
/** Milliseconds in which what changes is taken for the consequence of a press. */
const CONSEQUENCE = 1_000;

/** On the document's element as long as presses do nothing. For the tests, which press as fast as they can. */
export const MARK = 'data-early';

/** An event by which an element says which document its frame shows. */
const FRAMED = 'framed';

const EVENTS = [
  ...['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'dblclick', 'auxclick'],
  ...['keydown', 'keyup', 'submit'],
];

/** What text goes into: clicking there and typing do nothing but that. */
const LINE = ['text', 'password', 'email', 'search', 'url', 'tel', 'number', 'date'].map(
  (type) => `input[type=${type}]`,
);
const FIELD = [...LINE, 'input:not([type])', 'textarea', '[contenteditable]:not([contenteditable=false])'].join();
const LINES = 'textarea, [contenteditable]:not([contenteditable=false])';

/** What is asked to stand. */
export interface Stand {
  /** Whether a press on this has to wait; where text is typed none has. */
  readonly guarded: (target: Element) => boolean;
  /** Only until the first press that counts: from then on the user knows what is there. */
  readonly once: boolean;
}

/** Keeps presses away from a document that has not stood for {@link STANDING}. Typing goes on: who begins at once loses no letter. */
export class Standing {
  readonly #stand: Stand;
  readonly #stop = new AbortController();
  #seen = true;
  /** When it was drawn as it is now. */
  #since = Number.POSITIVE_INFINITY;
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the user last did something that counts. */
  #taken = Number.NEGATIVE_INFINITY;
  #typed = false;
  /** A press of the pointer that began too early: what belongs to it comes too early as well. */
  #early = false;
  /** Milliseconds by which the clock of the document that a press is told in began later. */
  #later = 0;
  /** Keys that were pressed down here; one that was held down already repeats itself. */
  readonly #down = new Set<string>();

  constructor(stand: Stand) {
    this.#stand = stand;
    const { signal } = this.#stop;
    for (const type of EVENTS) addEventListener(type, (event) => this.#hear(event), { capture: true, signal });
    addEventListener(FRAMED, (event) => this.#guard((event as CustomEvent<Document>).detail), { signal });
    // What has begun to be written to is known.
    addEventListener('input', ({ isTrusted }) => (this.#typed ||= isTrusted), { capture: true, signal });
    document.addEventListener('visibilitychange', () => this.stir(), { signal });
    const changes = new MutationObserver((all) => {
      if (all.some(isOfElements)) this.#changed();
    });
    changes.observe(document.documentElement, {
      childList: true,
      subtree: true,
      attributeFilter: ['hidden', 'disabled', 'inert'],
    });
    signal.addEventListener('abort', () => changes.disconnect());
    this.stir();
  }

  /** What is pressed in a frame is told in its document alone. */
  #guard(inner: Document): void {
    const { signal } = this.#stop;
    const later = (inner.defaultView?.performance.timeOrigin ?? performance.timeOrigin) - performance.timeOrigin;
    for (const type of EVENTS)
      inner.addEventListener(type, (event) => this.#hear(event, later), { capture: true, signal });
  }

  /** Whether it is seen at all, as far as that is known. */
  set seen(seen: boolean) {
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.stir();
  }

  /** It is another one than a moment ago, or elsewhere: from now on it has to stand again. */
  stir(): void {
    if (this.#stop.signal.aborted) return;
    document.documentElement.setAttribute(MARK, '');
    this.#since = Number.POSITIVE_INFINITY;
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    if (!this.#seen || document.visibilityState !== 'visible') return;
    requestAnimationFrame(() => {
      if (turn !== this.#turn) return;
      this.#since = performance.now();
      this.#timer = setTimeout(() => document.documentElement.removeAttribute(MARK), STANDING + MARGIN);
    });
  }

  /** What is drawn has changed: by itself, unless the user has just pressed something, or is writing. */
  #changed(): void {
    if (this.#stand.once ? !this.#typed : !this.#goesOn()) this.stir();
  }

  /** Whether this was done before it could have been meant. */
  #isEarly({ timeStamp }: Event): boolean {
    const now = performance.now();
    const told = timeStamp + this.#later;
    // A press may have waited for a document that was busy. What a program presses for somebody may have no time.
    const at = timeStamp > 0 && told < now ? told : now;
    return at < this.#since + STANDING;
  }

  #hear(event: Event, later = 0): void {
    const { isTrusted } = event;
    const target = event.target as Element;
    // Only our own scripts run here. What is of a frame is of other classes than ours.
    if (!isTrusted || target.nodeType !== Node.ELEMENT_NODE || !this.#stand.guarded(target)) return;
    this.#later = later;
    const counts = 'key' in event ? this.#heardKey(event as KeyboardEvent, target) : this.#heardPress(event);
    if (counts || ('button' in event && target.closest(FIELD))) return;
    event.preventDefault();
    // Whoever listens beside this (a test) may hear that it was a press; nothing in the document does.
    event.stopPropagation();
  }

  #heardPress(event: Event): boolean {
    switch (event.type) {
      case 'pointerdown':
        this.#early = this.#isEarly(event);
        return !this.#early;
      case 'mousedown':
        this.#early ||= this.#isEarly(event);
        return !this.#early;
      case 'submit':
        return !this.#isEarly(event) || this.#goesOn();
      case 'click':
      case 'auxclick':
        return this.#heardClick(event as MouseEvent);
    }
    return !this.#early;
  }

  /** A click by hand is as early as it began: what comes under the pointer after that gets none. */
  #heardClick(event: MouseEvent): boolean {
    const early = event.detail > 0 ? this.#early : this.#isEarly(event) && !this.#goesOn();
    this.#early = false;
    if (!early) this.#takes();
    return !early;
  }

  /** What a key presses or sends off comes just after the key. */
  #goesOn(): boolean {
    return performance.now() - this.#taken < CONSEQUENCE;
  }

  #heardKey(event: KeyboardEvent, target: Element): boolean {
    const { key, type, repeat } = event;
    if ((key !== 'Enter' && key !== ' ') || event.isComposing) return true;
    const plain = !event.ctrlKey && !event.metaKey;
    if (plain && target.closest(key === ' ' ? FIELD : LINES)) return true;
    if (type === 'keyup') return this.#down.delete(key);
    if (repeat ? !this.#down.has(key) : this.#isEarly(event)) return false;
    this.#down.add(key);
    this.#takes();
    return true;
  }

  /** A press counts. */
  #takes(): void {
    this.#taken = performance.now();
    if (!this.#stand.once) return;
    this.#stop.abort();
    clearTimeout(this.#timer);
    document.documentElement.removeAttribute(MARK);
  }
}

function isOfElements({ type, addedNodes, removedNodes }: MutationRecord): boolean {
  return type === 'attributes' || [...addedNodes, ...removedNodes].some((node) => node instanceof Element);
}

/**
 * For the windows that a page can make open, which it does under the pointer if it likes: they take no press before they have
 * been drawn and visible for a moment. Bringing such a window to the front later is no reason to wait again.
 */
export function standFirst(): void {
  new Standing({ guarded: () => true, once: true });
}
