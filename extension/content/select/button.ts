// The small button beside a selection. Everything is set by script on the elements themselves: a page's policy may
// forbid style sheets, and its own must not reach in. The page can cover or copy this button: it only opens a window
// of the browser, in which all else happens.

import { createElement, htmlOf, insertBefore, isConnected, style } from '../dom.js';
import { say } from '../text.js';

/** Free room around the button and to the edge of the window, in CSS pixels. */
const GAP = 6;

/** Where the button shall point at, in the viewport of the script's document. */
export interface Spot {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

export class Button {
  readonly host: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #hint: HTMLElement;
  #hover = false;

  constructor(
    readonly document: Document,
    readonly onPress: () => void,
    readonly onEscape: () => void,
  ) {
    this.host = createElement(document, 'div');
    style(this.host, {
      all: 'initial',
      position: 'fixed',
      'z-index': '2147483647',
      'pointer-events': 'auto',
      'user-select': 'none',
    });
    this.#button = createElement(document, 'button');
    this.#button.type = 'button';
    this.#button.textContent = say('encrypt_selection');
    this.#hint = createElement(document, 'span');
    this.#hint.setAttribute('role', 'alert');
    this.host.attachShadow({ mode: 'closed' }).append(this.#button, this.#hint);
    this.#listen();
  }

  get shown(): boolean {
    return isConnected(this.host);
  }

  /** Shows the button, or in its place the text that says why it cannot be done. */
  show(spot: Spot, text = ''): void {
    this.#hint.textContent = text;
    this.#paint();
    this.#place(spot);
  }

  hide(): void {
    this.host.remove();
  }

  #listen(): void {
    // Pressing must move neither the focus nor the selection.
    const still = (event: Event) => event.preventDefault();
    this.host.addEventListener('mousedown', still);
    this.host.addEventListener('pointerdown', still);
    this.#button.addEventListener('click', (event) => {
      // A click that the page made up is none.
      if (event.isTrusted) this.onPress();
    });
    this.host.addEventListener('keydown', (event) => {
      if (event.isTrusted && event.key === 'Escape') this.onEscape();
    });
    for (const name of ['pointerenter', 'pointerleave'] as const) {
      this.#button.addEventListener(name, () => {
        this.#hover = name === 'pointerenter';
        this.#paint();
      });
    }
    for (const name of ['focus', 'blur'] as const) {
      this.#button.addEventListener(name, () => this.#paint());
    }
  }

  #paint(): void {
    const common = {
      all: 'initial',
      font: '500 13px/1.3 system-ui, sans-serif',
      color: 'light-dark(#1d1b16, #f2eee4)',
      background: this.#hover ? 'light-dark(#f3eee1, #3a3733)' : 'light-dark(#fffdf7, #2b2926)',
      border: '1px solid light-dark(#b8b0a0, #6b655b)',
      'border-radius': '6px',
      padding: '5px 10px',
      'box-shadow': '0 1px 4px rgba(0, 0, 0, 0.3)',
      'color-scheme': 'light dark',
      'max-width': 'min(320px, 90vw)',
      'box-sizing': 'border-box',
    };
    const hinting = this.#hint.textContent !== '';
    const focus = this.#button.matches(':focus-visible')
      ? { outline: '2px solid #8c2f39', 'outline-offset': '1px' }
      : {};
    style(this.#button, { ...common, cursor: 'pointer', display: hinting ? 'none' : 'inline-block', ...focus });
    style(this.#hint, { ...common, display: hinting ? 'inline-block' : 'none' });
  }

  /** Below the spot, else above it, always inside of the window. */
  #place({ left, top, bottom }: Spot): void {
    const root = htmlOf(this.document);
    if (!root) return;
    if (!isConnected(this.host)) insertBefore(root, this.host, null);
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
