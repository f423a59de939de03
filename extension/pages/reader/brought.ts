import { html, nothing, type TemplateResult } from 'lit';
import type { BroughtKey } from 'waxseal-wasm';
import { failure } from '../../ui/components/parts.js';
import { t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { expect } from '../../ui/vault.js';
import { View } from '../../ui/view.js';

/** The offer of a key that a mail brings in its header, on nobody's word; nothing when all of that key is here already. */
export class Brought extends View {
  static override properties = { key: { attribute: false } };
  declare key: BroughtKey | undefined;
  #offered = false;

  constructor() {
    super();
    this.key = undefined;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('key')) void this.attempt(() => this.refresh(), { quiet: true });
  }

  /** A key may come or go while the mail is shown. */
  protected override async refresh(): Promise<void> {
    const { key } = this;
    const offered = key && (await expect('offered', { kind: 'offers', keys: [key.data] }));
    if (key === this.key) this.change(() => (this.#offered = offered?.keys.length === 1));
  }

  #look(): void {
    const { key } = this;
    if (key) this.press(() => expect('done', { kind: 'stage_import', data: key.data }));
  }

  /** The place for it is always there: what comes into it is read out. */
  override render(): TemplateResult {
    return html`<div role="status">${this.#offered ? this.#offer() : nothing}</div>
      ${failure(this.failure)}`;
  }

  #offer(): TemplateResult {
    return html`<p class="lookup-line">
      <span>${t('brought_key')}</span>
      <button type="button" class="small-button look-at-key" @click=${this.#look}>
        ${icon('key')}<span>${t('brought_look')}</span>
      </button>
    </p>`;
  }
}

customElements.define('wx-brought', Brought);
