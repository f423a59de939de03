// "Read with Waxseal": the button beside a link. All of the address that it loads stands on it.

import { createElement, style } from '../dom.js';
import { accent, LOOK } from '../select/button.js';
import { say } from '../text.js';
import type { Target } from './find.js';

/** What a click on the page's own row would do must not happen besides. */
const EVENTS = ['click', 'dblclick', 'mousedown', 'mouseup', 'pointerdown', 'pointerup', 'keydown', 'keyup'] as const;

export class LinkButton {
  /** What stands in the page; its shadow tree is closed to the page. */
  readonly host: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #label: HTMLElement;
  readonly #address: HTMLElement;
  readonly #hint: HTMLElement;
  #over = false;
  #open = false;

  constructor(
    document: Document,
    readonly target: Target,
    press: () => void,
  ) {
    this.host = createElement(document, 'span');
    style(this.host, { all: 'initial', display: 'inline-block', margin: '2px 6px', 'vertical-align': 'middle' });
    const make = (tag: 'span' | 'div', text = '') => {
      const el = createElement(document, tag);
      el.textContent = text;
      return el;
    };
    this.#button = createElement(document, 'button');
    this.#button.type = 'button';
    this.#label = make('span');
    this.#address = make('span', target.address);
    this.#address.id = 'address';
    // Whatever the page is written in.
    this.#address.dir = 'ltr';
    this.#button.append(this.#label, this.#address);
    this.#hint = make('div');
    this.#hint.setAttribute('role', 'alert');
    this.host.attachShadow({ mode: 'closed' }).append(this.#button, this.#hint);
    this.#listen(press);
    this.open = false;
  }

  /** Whether what it is for is open below: then it closes that. */
  set open(open: boolean) {
    this.#open = open;
    this.#label.textContent = say(open ? 'close' : 'link_read');
    this.#button.setAttribute('aria-expanded', String(open));
    this.#button.setAttribute('aria-label', say(open ? 'link_close_of' : 'link_read_of', this.target.name));
    // What has been loaded is below.
    if (open) this.#button.removeAttribute('aria-describedby');
    else this.#button.setAttribute('aria-describedby', this.#address.id);
    if (open) this.#hint.textContent = '';
    this.#paint();
  }

  /** Why it could not be opened. */
  tell(text: string): void {
    this.#hint.textContent = text;
    this.#paint();
  }

  #listen(press: () => void): void {
    const button = this.#button;
    button.addEventListener('click', (event) => {
      // A click that the page made up is none.
      if (event.isTrusted) press();
    });
    for (const name of EVENTS) this.host.addEventListener(name, (event) => event.stopPropagation());
    for (const name of ['pointerenter', 'pointerleave'] as const) {
      button.addEventListener(name, () => {
        this.#over = name === 'pointerenter';
        this.#paint();
      });
    }
    for (const name of ['focus', 'blur'] as const) button.addEventListener(name, () => this.#paint());
  }

  #paint(): void {
    style(this.#button, { ...LOOK, cursor: 'pointer', display: 'block', ...accent(this.#button, this.#over) });
    // It breaks anywhere: nothing of it is cut off.
    style(this.#address, {
      display: this.#open ? 'none' : 'block',
      font: '400 11px/1.3 system-ui, sans-serif',
      opacity: '0.85',
      'overflow-wrap': 'anywhere',
      'text-align': 'start',
    });
    const hinting = this.#hint.textContent !== '';
    style(this.#hint, { ...LOOK, display: hinting ? 'block' : 'none', 'margin-top': '4px' });
  }
}
