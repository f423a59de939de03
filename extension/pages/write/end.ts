// Words that stood in the page's form come into this window below what is seen of its text, and the page may have put some there
// itself. Their end has been in view before they go out, mostly signed.

/** The end of the text that is written. */
export class End {
  readonly #text: () => HTMLElement | null;
  #seen = true;

  /** `text` is the box in which it scrolls. */
  constructor(text: () => HTMLElement | null) {
    this.#text = text;
    // Of the box, too: such events do not rise.
    for (const moved of ['scroll', 'resize']) addEventListener(moved, () => this.#look(), { capture: true });
  }

  /** A text has come that the user did not write here. */
  come(): void {
    this.#seen = false;
    requestAnimationFrame(() => this.#look());
  }

  /** Something else has taken its place. */
  go(): void {
    this.#seen = true;
  }

  /** Nothing has come, or its end has been in view since. */
  get seen(): boolean {
    this.#look();
    return this.#seen;
  }

  /** Brings it into view. */
  show(): void {
    const box = this.#text();
    if (!box) return;
    box.scrollTop = box.scrollHeight;
    // Half-way up, so that what is said below it is in sight as well.
    const under = box.getBoundingClientRect().bottom - innerHeight / 2;
    if (under > 0) scrollBy(0, under);
    this.#look();
  }

  #look(): void {
    const box = this.#text();
    if (this.#seen || !box) return;
    const { top, bottom } = box.getBoundingClientRect();
    const end =
      top + box.clientTop + box.scrollHeight - box.scrollTop - Number.parseFloat(getComputedStyle(box).paddingBottom);
    this.#seen = end <= Math.min(bottom, lowest()) + 1;
  }
}

/** Up to where text is in sight. The foot of the window covers what is behind it; in a small one it comes only at the end. */
function lowest(): number {
  return Math.min(innerHeight, document.querySelector('.write-foot')?.getBoundingClientRect().top ?? innerHeight);
}
