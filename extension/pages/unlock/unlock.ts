import { html, nothing, type TemplateResult } from 'lit';
import type { KeyInfo } from 'waxseal-wasm';
import { fingerprint } from '../../ui/components/key-card.js';
import type { PassphraseField } from '../../ui/components/passphrase.js';
import '../../ui/components/passphrase.js';
import { failure, head, notice, working } from '../../ui/components/parts.js';
import { catchDrops } from '../../ui/drops.js';
import { FormView } from '../../ui/form-view.js';
import { keyAddress, keyName } from '../../ui/format.js';
import { speak, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { standFirst } from '../../ui/standing.js';
import { asRefused, expect } from '../../ui/vault.js';

/** The one window in which the passphrase of a stored key is typed to use it. */
class UnlockPage extends FormView {
  #keys: KeyInfo[] | undefined;
  #chosen = '';

  protected override async refresh(): Promise<void> {
    const before = this.#keys;
    const asked = expect('unlock_request', { kind: 'unlock_request', id: location.hash.slice(1) });
    const request = await asked.catch((error: unknown) => {
      if (!before || asRefused(error).code !== 'bad_ticket') throw error;
    });
    if (!request) return this.#forgotten(before ?? []);
    const { keys } = request;
    const first = !before;
    // Another window may have unlocked it meanwhile; then there is nothing left to ask.
    if (keys.some((key) => key.unlocked)) return window.close();
    // Of a deleted one the public part may have come back.
    const own = keys.filter((key) => key.secret);
    this.change(() => {
      this.#keys = own;
      if (!own.some((key) => key.fingerprint === this.#chosen)) this.#chosen = own[0]?.fingerprint ?? '';
    });
    if (own.length === 0) this.focusOn('.leave');
    else if (first || own.some((key) => key.partly_unlocked)) this.#field((field) => field.focus());
  }

  /** Nobody waits any more: one of the keys was unlocked elsewhere. Or it was long ago; then they can be unlocked here as before. */
  async #forgotten(keys: readonly KeyInfo[]): Promise<void> {
    const { unlocked } = await expect('status', { kind: 'status' });
    if (keys.some((key) => unlocked.includes(key.fingerprint))) window.close();
  }

  #field(use: (field: PassphraseField) => void): void {
    void this.updateComplete.then(async () => {
      const field = this.querySelector<PassphraseField>('wx-passphrase');
      await field?.updateComplete;
      if (field) use(field);
    });
  }

  async #unlock(event: Event): Promise<void> {
    event.preventDefault();
    const field = this.querySelector<PassphraseField>('wx-passphrase');
    if (this.busy || !field) return;
    this.failure = undefined;
    if (!this.tell(new Map(field.value ? [] : [['passphrase', t('passphrase_missing')]]))) return;
    const passphrase = field.value;
    const unlock = async (): Promise<void> => {
      await expect('done', { kind: 'unlock', key: this.#chosen, passphrase });
      field.clear();
      // Closes the window, unless a part of the key has another passphrase.
      await this.refresh();
    };
    if (!(await this.attempt(unlock))) this.#field((wrong) => wrong.select());
  }

  override render(): TemplateResult {
    const keys = this.#keys;
    return html`${head('unlock_title')}
      <main>
        ${
          keys?.length
            ? html`<form novalidate @submit=${this.#unlock} aria-busy=${this.busy ? 'true' : 'false'}>
                ${keys.length > 1 ? this.#choice(keys) : keys.map((key) => this.#which(key))}
                ${keys.find((key) => key.fingerprint === this.#chosen)?.partly_unlocked ? notice('warn', t('unlock_partly'), 'status') : nothing}
                <wx-passphrase alone .label=${t('passphrase')} .problem=${this.problemOf('passphrase')}></wx-passphrase>
                ${this.busy ? working(t('unlocking')) : failure(this.failure)}
                <div class="actions">
                  <button type="submit" class="primary" ?disabled=${this.busy}>${icon('unlock')}<span>${t('unlock')}</span></button>
                  <button type="button" @click=${() => window.close()}>${t('cancel')}</button>
                </div>
              </form>`
            : this.#nothing()
        }
        <p class="dim small">${t('unlock_own_window')} ${t('emblem_check')}</p>
      </main>`;
  }

  /** The key was deleted meanwhile, or nobody asks for it any more. Who waits for it hears so from the vault. */
  #nothing(): TemplateResult | typeof nothing {
    if (!this.#keys && !this.failure) return nothing;
    return html`${this.#keys ? notice('warn', t('unlock_gone'), 'status') : failure(this.failure)}
      <div class="actions">
        <button type="button" class="primary leave" @click=${() => window.close()}>${t('close')}</button>
      </div>`;
  }

  #which(key: KeyInfo): TemplateResult {
    const address = keyAddress(key);
    return html`<div class="card which">
      <span class="avatar own">${icon('key')}</span>
      <div>
        <p class="key-name">${keyName(key)}</p>
        ${address ? html`<p class="key-address">${address}</p>` : nothing}
        <p class="small">${fingerprint(key.fingerprint)}</p>
      </div>
    </div>`;
  }

  #choice(keys: KeyInfo[]): TemplateResult {
    return html`<fieldset>
      <legend>${t('unlock_which')}</legend>
      ${keys.map(
        (key) => html`<label class="check">
          <input
            type="radio"
            name="key"
            .checked=${key.fingerprint === this.#chosen}
            @change=${() => this.change(() => (this.#chosen = key.fingerprint))}
          />
          <span>
            <span class="strong">${keyName(key)}</span> ${keyAddress(key)}
            <span class="dim block small">${fingerprint(key.fingerprint)}</span>
          </span>
        </label>`,
      )}
    </fieldset>`;
  }
}

addEventListener('keydown', (event) => {
  if (event.key === 'Escape') window.close();
});
catchDrops();
standFirst();
customElements.define('wx-unlock-page', UnlockPage);
speak('unlock_title');
