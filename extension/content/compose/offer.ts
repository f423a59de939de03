// "Write encrypted": a small button at the editor of a mail. It never stands on text, and goes when it is not wanted.

import type { PageReply } from 'waxseal-wasm';
import { deepActive, isConnected, rectOf, windowOf } from '../dom.js';
import { Button } from '../select/button.js';
import { formFor } from '../sites/writing.js';
import { say } from '../text.js';
import { documentsOf, spotAt } from './spot.js';
import type { WritingPage } from './writing.js';

/** How long the editor must rest until the button comes back after typing or scrolling, in ms. */
const REST = 400;
/** How long a field that belongs to no form is not asked again, in ms. */
const AGAIN = 3_000;
/** Events after which it may stand on text, or somewhere else than the editor. */
const MOVES = ['input', 'scroll', 'keyup', 'pointerup'] as const;

export class Offer {
  #button: Button | undefined;
  #editor: Element | undefined;
  /** Where it listens: the editor's document and those around. */
  #heard: Document[] = [];
  /** What was looked at last, and for how long the answer holds when there was nothing to offer. */
  #asked: { readonly el: Element; readonly until: number } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** A window is on its way: who presses again while the background starts wants no second one. */
  #opening = false;
  /** Editors where the user did not want it. */
  readonly #dismissed = new WeakSet<Element>();

  constructor(
    readonly document: Document,
    readonly page: WritingPage,
    readonly open: (editor: Element) => Promise<PageReply>,
  ) {}

  owns(element: Element): boolean {
    return element === this.#button?.host;
  }

  /** The focus is in this element, or in none in which a mail could be written. */
  at(el: Element | undefined): void {
    // By keyboard the focus goes from the editor to the button itself.
    if (this.#hasFocus() || (el && this.#isKnown(el))) return;
    this.#asked = el && { el, until: performance.now() + AGAIN };
    const form = el && formFor(el);
    // On an unknown page an editor is one for mails when there is a field for recipients.
    const editor = form?.to && !this.#dismissed.has(form.body) ? form.body : undefined;
    if (editor === this.#editor) return;
    this.#leave();
    if (!editor) return;
    this.#editor = editor;
    this.#heard = documentsOf(editor);
    this.#listen('addEventListener');
    this.#show();
  }

  /** Whether the same was asked just now: it is asked whenever the user rests, and looking for a form takes a while. */
  #isKnown(el: Element): boolean {
    if (el !== this.#asked?.el) return false;
    return this.#editor ? isConnected(this.#editor) : performance.now() < this.#asked.until;
  }

  #hasFocus(): boolean {
    return this.#button?.shown === true && deepActive(this.document) === this.#button.host;
  }

  /** Takes it away for good. */
  stop(): void {
    this.#asked = undefined;
    this.#leave();
  }

  #leave(): void {
    this.#listen('removeEventListener');
    this.#heard = [];
    this.#editor = undefined;
    clearTimeout(this.#timer);
    this.#hide();
  }

  #listen(how: 'addEventListener' | 'removeEventListener'): void {
    // The frame of the editor may have gone: Firefox throws when its document is asked anything.
    for (const doc of this.#heard.filter(isConnected)) {
      for (const name of MOVES) doc[how](name, this.#moved, true);
      doc[how]('keydown', this.#key, true);
    }
    windowOf(this.document)?.[how]('resize', this.#moved);
  }

  readonly #moved = (event: Event): void => {
    if (this.#hasFocus() || (this.#button && event.composedPath().includes(this.#button.host))) return;
    this.#hide();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(), REST);
  };

  readonly #key = (event: Event): void => {
    if (event.isTrusted && (event as KeyboardEvent).key === 'Escape' && this.#button?.shown) this.#dismiss();
  };

  #show(): void {
    const editor = this.#editor;
    if (!editor || !this.page.alive()) return;
    if (!isConnected(editor)) {
      this.#leave();
      return;
    }
    this.#button ??= new Button(this.document, {
      tag: 'aside',
      label: 'write_encrypted',
      // By keyboard it is hard to reach: the next control after the editor is the page's own.
      keys: { text: 'write_keys', aria: 'Alt+Shift+M' },
      close: 'write_hide',
      press: () => void this.#press(),
      dismiss: () => this.#dismiss(),
    });
    const button = this.#button;
    this.page.quietly(() => button.showAt((size) => spotAt(editor, button.root, size)));
  }

  #hide(): void {
    const button = this.#button;
    if (button?.shown) this.page.quietly(() => button.hide());
  }

  #dismiss(): void {
    if (this.#editor) this.#dismissed.add(this.#editor);
    this.#leave();
  }

  async #press(): Promise<void> {
    const editor = this.#editor;
    if (!editor || this.#opening) return;
    this.#opening = true;
    const reply = await this.open(editor).finally(() => (this.#opening = false));
    if (editor !== this.#editor) return;
    if (reply.kind !== 'refused') {
      // Until the user comes back to the form.
      this.#leave();
      if (this.#asked) this.#asked = { el: this.#asked.el, until: performance.now() + REST };
      return;
    }
    const button = this.#button;
    if (button) this.page.quietly(() => button.show(rectOf(button.host), say(`err_${reply.error}`)));
  }
}
