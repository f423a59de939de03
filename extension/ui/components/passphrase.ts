import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../i18n.js';
import { icon } from '../icons.js';
import { type Strength, strength } from '../strength.js';
import { View } from '../view.js';

const STRENGTH_TEXT = ['strength_0', 'strength_1', 'strength_2', 'strength_3', 'strength_4'] as const;

/**
 * A passphrase field: shown or hidden, with a hint when caps lock is on, and how strong it is if wanted.
 * Fires `input` and, from the field, what any input fires.
 */
export class PassphraseField extends View {
  static override properties = {
    label: {},
    fieldId: { attribute: 'field-id' },
    measured: { type: Boolean },
    fresh: { type: Boolean },
    alone: { type: Boolean },
    problem: {},
  };
  declare label: string;
  declare fieldId: string;
  /** Show the strength. */
  declare measured: boolean;
  /** A new passphrase, not one that is known already. */
  declare fresh: boolean;
  /**
   * It is what its window is there for: when that comes to the front again, with something in the field, it says that another
   * window was there meanwhile. A page can open one of its own in front of it.
   */
  declare alone: boolean;
  /** What is wrong with it, to be read out with the field. */
  declare problem: string;
  /** Words that are easily guessed here: the user's name and address. */
  about: string[] = [];

  #shown = false;
  #caps = false;
  /** The window was left while something was in the field, and is in front again. */
  #left = false;
  #back = false;
  #score: Strength | undefined;
  /** What is said of the strength of one that was put in, as long as it stands there. */
  #said = '';

  constructor() {
    super();
    this.label = t('passphrase');
    this.fieldId = 'passphrase';
    this.measured = false;
    this.fresh = false;
    this.alone = false;
    this.problem = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('blur', this.#leaves);
    addEventListener('focus', this.#returns);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('blur', this.#leaves);
    removeEventListener('focus', this.#returns);
  }

  readonly #leaves = (): void => {
    this.#left ||= this.alone && this.value !== '';
  };

  readonly #returns = (): void => {
    if (this.#left) this.change(() => (this.#back = true));
  };

  get #input(): HTMLInputElement | null {
    return this.querySelector('input');
  }

  /** What was typed. Read when it is needed and kept nowhere else. */
  get value(): string {
    return this.#input?.value ?? '';
  }

  /** Puts in one that was made at random, to be seen; `said` is what is said of its strength. */
  suggest(value: string, said: string): void {
    const input = this.#input;
    if (!input) return;
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    this.change(() => {
      this.#shown = true;
      this.#said = said;
    });
  }

  /** Empties the field. */
  clear(): void {
    if (this.#input) this.#input.value = '';
    this.change(() => {
      this.#score = undefined;
    });
  }

  override focus(): void {
    this.#input?.focus();
  }

  /** Focus with everything selected: a mistyped passphrase is replaced by typing. */
  select(): void {
    this.#input?.focus();
    this.#input?.select();
  }

  async #typed(): Promise<void> {
    this.#said = '';
    if (!this.measured) return;
    const typed = this.value;
    const score = typed ? await strength(typed, this.about) : undefined;
    // Loading takes a moment; what was typed since has its own estimate coming.
    if (typed !== this.value) return;
    this.change(() => {
      this.#score = score;
    });
  }

  #key(event: KeyboardEvent): void {
    const caps = event.getModifierState?.('CapsLock') ?? false;
    if (caps !== this.#caps) this.change(() => (this.#caps = caps));
  }

  override render(): TemplateResult {
    const id = this.fieldId;
    return html`<div class="field">
      <label for=${id}>${this.label}</label>
      <div class="with-button">
        <input
          id=${id}
          type=${this.#shown ? 'text' : 'password'}
          autocomplete=${this.#shown ? 'off' : this.fresh ? 'new-password' : 'current-password'}
          autocapitalize="off"
          spellcheck="false"
          writingsuggestions="false"
          maxlength="1024"
          aria-describedby="${id}-hints"
          aria-invalid=${this.problem ? 'true' : nothing}
          @input=${() => void this.#typed()}
          @keydown=${this.#key}
          @keyup=${this.#key}
        />
        <button
          type="button"
          class="quiet icon-only"
          aria-pressed=${this.#shown ? 'true' : 'false'}
          aria-label=${t('pair', this.label, t('show_typed'))}
          title=${t('show_typed')}
          @click=${() => this.change(() => (this.#shown = !this.#shown))}
        >
          ${icon('eye')}
        </button>
      </div>
      <div id="${id}-hints" class="hints" aria-live="polite">
        ${this.problem ? html`<p class="bad-text">${this.problem}</p>` : nothing}
        ${this.#back ? html`<p class="warn-text">${t('typed_elsewhere')}</p>` : nothing}
        ${this.#caps ? html`<p class="warn-text">${t('caps_lock')}</p>` : nothing} ${this.#meter()}
      </div>
    </div>`;
  }

  /** Words that were suggested do not all fit into a field. There from the start, though empty: what appeared later would push away the next field under the pointer. */
  #meter(): TemplateResult | typeof nothing {
    if (!this.measured) return nothing;
    return html`<div class="strength">
      <meter min="0" max="4" low="2" high="3" optimum="4" .value=${this.#score ?? 0} aria-label=${t('strength_label')}></meter>
      <span>${this.#strengthText()}</span>
    </div>
    ${this.#said && this.#shown ? html`<p class="strong">${this.value}</p>` : nothing}`;
  }

  #strengthText(): string {
    if (this.#score === undefined) return '';
    return this.#said || t(STRENGTH_TEXT[this.#score]);
  }
}

customElements.define('wx-passphrase', PassphraseField);
