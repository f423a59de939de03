import { html, nothing, type TemplateResult } from 'lit';
import type { BroughtKey } from 'waxseal-wasm';
import { failure } from '../../ui/components/parts.js';
import { fromBase64, joined, toBase64 } from '../../ui/files.js';
import { t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { expect } from '../../ui/vault.js';
import { View } from '../../ui/view.js';

/** The offer of keys of other recipients that the sender of a mail sent along; nothing when all of that is here already. */
export class Gossip extends View {
  static override properties = { keys: { attribute: false }, signer: { attribute: false } };
  declare keys: readonly BroughtKey[];
  /** Who vouches for them. */
  declare signer: string;
  #offered: readonly BroughtKey[] = [];

  constructor() {
    super();
    this.keys = [];
    this.signer = '';
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('keys')) return;
    // Of another mail nothing may stay; of the same one, judged again, the button that has the focus.
    this.#offered = this.keys.filter(({ data }) => this.#offered.some((one) => one.data === data));
    void this.attempt(() => this.refresh(), { quiet: true });
  }

  /** A key may come or go while the mail is shown. */
  protected override async refresh(): Promise<void> {
    const { keys } = this;
    const all = keys.map(({ data }) => data);
    const worth = all.length > 0 ? (await expect('offered', { kind: 'offers', keys: all })).keys : [];
    const offered = keys.filter(({ fingerprint }) => worth.includes(fingerprint));
    if (keys === this.keys) this.change(() => (this.#offered = offered));
  }

  #look(): void {
    const all = this.#offered.map(({ data }) => fromBase64(data)).filter((data) => data !== undefined);
    const data = toBase64(joined(all));
    this.press(() => expect('done', { kind: 'stage_import', data }));
  }

  /** The place for it is always there: what comes into it is read out. */
  override render(): TemplateResult {
    return html`<div role="status">${this.#offer()}</div>
      ${failure(this.failure)}`;
  }

  #offer(): TemplateResult | typeof nothing {
    const [first] = this.#offered;
    if (!first) return nothing;
    const { length } = this.#offered;
    const text = length === 1 ? t('gossip_one', this.signer, first.address) : t('gossip_other', this.signer, length);
    return html`<p class="lookup-line gossip dim small no-print">
      <span class="gossip-said">${icon('key')}<span>${text}</span></span>
      <button type="button" class="small-button" @click=${this.#look}>${t('gossip_look')}</button>
    </p>`;
  }
}

customElements.define('wx-gossip', Gossip);
