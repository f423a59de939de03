import { html, type TemplateResult } from 'lit';
import { askForEmblem, currentEmblem, onEmblem } from '../emblem/current.js';
import { nameOf, picture, wordsOf } from '../emblem/draw.js';
import { View } from '../view.js';

/**
 * The user's own sign, wherever Waxseal itself speaks. Its place has one size, whether the sign is there or not and
 * whatever it is: a page learns nothing from the height of a frame.
 */
export class EmblemSign extends View {
  static override properties = { ask: { type: Boolean } };
  /** Asks for it. In a frame the frame itself does, when it knows that it is not a page that opened it. */
  declare ask: boolean;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.ask = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = onEmblem(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  override firstUpdated(): void {
    if (this.ask) askForEmblem();
  }

  override render(): TemplateResult {
    const emblem = currentEmblem();
    // Neither printed nor copied with what is around it: who else has it could draw it.
    if (!emblem) return html`<span class="emblem none no-print"></span>`;
    const name = nameOf(emblem);
    return html`<span class="emblem no-print" role="img" aria-label=${name} title=${name}>
      ${picture(emblem.colour, emblem.shape)}
      <span class="emblem-words"><bdi>${wordsOf(emblem)}</bdi></span>
    </span>`;
  }
}

customElements.define('wx-emblem', EmblemSign);
