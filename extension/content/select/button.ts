// A small button over the page: beside a selection, or at an editor. Everything is set by script on the elements themselves: a page's policy may
// forbid style sheets, and its own must not reach in. The page can cover or copy this button: it only opens a window
// of the browser, in which all else happens.

import type { TextKey } from '../../ui/i18n.js';
import { createElement, htmlOf, insertBefore, isConnected, rectOf, style } from '../dom.js';
import { say } from '../text.js';

/** Free room around the button and to the edge of the window, in CSS pixels. */
const GAP = 6;

/** What buttons in a page look like. */
export const LOOK: Readonly<Record<string, string>> = {
  all: 'initial',
  font: '500 13px/1.3 system-ui, sans-serif',
  color: 'light-dark(#1d1b16, #f2eee4)',
  background: 'light-dark(#fffdf7, #2b2926)',
  border: '1px solid light-dark(#8c8577, #858a91)',
  'border-radius': '6px',
  padding: '5px 10px',
  'box-shadow': '0 1px 4px rgba(0, 0, 0, 0.3)',
  'color-scheme': 'light dark',
  'max-width': 'min(320px, 90vw)',
  'box-sizing': 'border-box',
};

/** How a button of ours shows that the pointer is over it, and that it has the focus. */
export function accent(button: Element, over: boolean): Record<string, string> {
  return {
    ...(over && { background: 'light-dark(#f3eee1, #3a3733)' }),
    // Within the button: it must be seen against our own colours, not against those of whatever page is around.
    ...(button.matches(':focus-visible') && {
      outline: '2px solid light-dark(#8c2f39, #ffb4ab)',
      'outline-offset': '-3px',
    }),
  };
}

/** Where the button shall point at, in the viewport of the script's document. */
export interface Spot {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

/** What a button says and does. */
export interface Press {
  /** Its element in the page. Tests tell the buttons apart by it. */
  readonly tag: 'div' | 'aside';
  readonly label: TextKey;
  /** The keys that do the same, as a text for people and as ARIA names them. */
  readonly keys?: { readonly text: TextKey; readonly aria: string };
  /** The name of a second button that puts it away; without one it goes by itself. */
  readonly close?: TextKey;
  readonly press: () => void;
  /** Escape, or the second button. */
  readonly dismiss: () => void;
}

export class Button {
  readonly host: HTMLElement;
  /** Closed to the page. */
  readonly root: ShadowRoot;
  readonly #button: HTMLButtonElement;
  readonly #close: HTMLButtonElement | undefined;
  readonly #hint: HTMLElement;
  #hover: Element | undefined;

  constructor(
    readonly document: Document,
    { tag, label, keys, close, press, dismiss }: Press,
  ) {
    this.host = createElement(document, tag);
    style(this.host, {
      all: 'initial',
      position: 'fixed',
      'z-index': '2147483647',
      'pointer-events': 'auto',
      'user-select': 'none',
    });
    this.root = this.host.attachShadow({ mode: 'closed' });
    this.#button = this.#make(press);
    this.#button.textContent = say(label);
    if (keys) {
      this.#button.title = say(keys.text);
      this.#button.setAttribute('aria-keyshortcuts', keys.aria);
    }
    if (close) {
      this.#close = this.#make(dismiss);
      this.#close.textContent = '×';
      this.#close.setAttribute('aria-label', say(close));
      this.#close.title = say(close);
    }
    this.#hint = createElement(document, 'span');
    this.#hint.setAttribute('role', 'alert');
    this.root.append(this.#hint);
    this.#listen(dismiss);
  }

  get shown(): boolean {
    return isConnected(this.host);
  }

  /** Shows the button, or in its place the text that says why it cannot be done. */
  show(spot: Spot, text = ''): void {
    this.#hint.textContent = text;
    this.#paint();
    this.#mount();
    this.#place(spot);
  }

  /** Shows the button with its upper right corner where `find` says, knowing its size; not at all where it finds no room. */
  showAt(find: (size: DOMRect) => { readonly right: number; readonly top: number } | undefined): void {
    this.#paint();
    this.#mount();
    const size = rectOf(this.host);
    const corner = find(size);
    if (corner) style(this.host, { left: `${corner.right - size.width}px`, top: `${corner.top}px` });
    else this.hide();
  }

  hide(): void {
    this.host.remove();
  }

  #make(press: () => void): HTMLButtonElement {
    const button = createElement(this.document, 'button');
    button.type = 'button';
    button.addEventListener('click', (event) => {
      // A click that the page made up is none.
      if (event.isTrusted) press();
    });
    for (const name of ['pointerenter', 'pointerleave'] as const) {
      button.addEventListener(name, () => {
        this.#hover = name === 'pointerenter' ? button : undefined;
        this.#paint();
      });
    }
    for (const name of ['focus', 'blur'] as const) button.addEventListener(name, () => this.#paint());
    this.root.append(button);
    return button;
  }

  #listen(dismiss: () => void): void {
    // Pressing must move neither the focus nor the selection.
    const still = (event: Event) => event.preventDefault();
    this.host.addEventListener('mousedown', still);
    this.host.addEventListener('pointerdown', still);
    this.host.addEventListener('keydown', (event) => {
      if (event.isTrusted && event.key === 'Escape') dismiss();
    });
  }

  #paint(): void {
    const hinting = this.#hint.textContent !== '';
    for (const button of this.#close ? [this.#button, this.#close] : [this.#button]) {
      const shown = { cursor: 'pointer', display: hinting ? 'none' : 'inline-block' };
      style(button, { ...LOOK, ...shown, ...accent(button, button === this.#hover) });
    }
    style(this.#hint, { ...LOOK, display: hinting ? 'inline-block' : 'none' });
  }

  #mount(): void {
    const root = htmlOf(this.document);
    if (root && !isConnected(this.host)) insertBefore(root, this.host, null);
  }

  /** Below the spot, else above it, always inside of the window. */
  #place({ left, top, bottom }: Spot): void {
    const { width, height } = this.host.getBoundingClientRect();
    const below = bottom + GAP;
    const fits = below + height + GAP <= innerHeight;
    const y = fits ? below : top - height - GAP;
    const clamp = (value: number, room: number) => Math.max(GAP, Math.min(value, room - GAP));
    style(this.host, {
      left: `${clamp(left, innerWidth - width)}px`,
      top: `${clamp(y, innerHeight - height)}px`,
    });
  }
}
