import { attribute, removeAttribute, styleOf } from '../dom.js';

/** One element that can be taken out of sight and comes back as it was. */
export class Veil {
  readonly #had: string | null;
  readonly #value: string;
  readonly #priority: string;

  constructor(readonly el: Element) {
    const css = styleOf(el);
    this.#had = attribute(el, 'style');
    this.#value = css?.getPropertyValue('display') ?? '';
    this.#priority = css?.getPropertyPriority('display') ?? '';
  }

  hide(): void {
    styleOf(this.el)?.setProperty('display', 'none', 'important');
  }

  show(): void {
    styleOf(this.el)?.setProperty('display', this.#value, this.#priority);
    if (this.#had === null && attribute(this.el, 'style') === '') removeAttribute(this.el, 'style');
  }
}
