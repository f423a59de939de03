import { html, nothing, type TemplateResult } from 'lit';
import type { KeyInfo, KeyKind } from 'waxseal-wasm';
import { day } from '../format.js';
import { type TextKey, t } from '../i18n.js';
import { icon } from '../icons.js';
import { MAX_NAME, MIN_PASSPHRASE } from '../limits.js';
import { expect } from '../vault.js';
import { View } from '../view.js';
import type { PassphraseField } from './passphrase.js';
import './passphrase.js';
import { failure, working } from './parts.js';

const KINDS: readonly (readonly [KeyKind, TextKey])[] = [
  ['curve25519_v4', 'kind_curve_v4'],
  ['rsa3072', 'kind_rsa3072'],
  ['rsa4096', 'kind_rsa4096'],
  ['curve25519_v6', 'kind_curve_v6'],
  ['post_quantum_v4', 'kind_post_quantum'],
];

const YEAR = 365;
const DAY_MS = 86_400_000;
const SPANS: readonly (readonly [string, TextKey])[] = [
  [String(YEAR), 'years_1'],
  [String(2 * YEAR), 'years_2'],
  [String(5 * YEAR), 'years_5'],
  ['never', 'never'],
  ['date', 'on_a_date'],
];

type Problem = 'email' | 'passphrase' | 'repeat' | 'date';

/** The form "Generate key". Fires `made` with the new key's `KeyInfo`. */
export class GenerateForm extends View {
  #kind: KeyKind = 'curve25519_v4';
  #span = String(2 * YEAR);
  #problems = new Map<Problem, string>();
  #slow = false;

  #field(id: string): HTMLInputElement {
    return this.querySelector<HTMLInputElement>(`#${id}`) as HTMLInputElement;
  }

  #passphrase(id: string): PassphraseField {
    return this.querySelector<PassphraseField>(`wx-passphrase[field-id="${id}"]`) as PassphraseField;
  }

  #days(): number | undefined {
    if (this.#span === 'never') return undefined;
    if (this.#span !== 'date') return Number(this.#span);
    return Math.ceil(((this.#field('expiry-date').valueAsDate?.getTime() ?? 0) - Date.now()) / DAY_MS);
  }

  #check(): boolean {
    const problems = new Map<Problem, string>();
    const passphrase = this.#passphrase('passphrase').value;
    if (!this.#field('email').value.trim()) problems.set('email', t('email_missing'));
    if ([...passphrase].length < MIN_PASSPHRASE) problems.set('passphrase', t('passphrase_short', MIN_PASSPHRASE));
    else if (passphrase !== this.#passphrase('repeat').value) problems.set('repeat', t('passphrases_differ'));
    const days = this.#days();
    if (days !== undefined && days < 1) problems.set('date', t('date_past'));
    this.change(() => (this.#problems = problems));
    return problems.size === 0;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    if (!this.#check()) return this.focusOn('[aria-invalid=true]');
    const slow = setTimeout(() => this.change(() => (this.#slow = true)), 500);
    let made: KeyInfo | undefined;
    const done = await this.attempt(async () => {
      const reply = await expect('generated', {
        kind: 'generate',
        name: this.#field('name').value.trim(),
        email: this.#field('email').value.trim(),
        passphrase: this.#passphrase('passphrase').value,
        key_kind: this.#kind,
        expires_days: this.#days(),
      });
      made = reply.key;
    });
    clearTimeout(slow);
    this.change(() => (this.#slow = false));
    if (!done || !made) {
      if (this.failure?.code === 'not_an_address') this.focusOn('#email');
      return;
    }
    this.#passphrase('passphrase').clear();
    this.#passphrase('repeat').clear();
    this.dispatchEvent(new CustomEvent<KeyInfo>('made', { detail: made, bubbles: true }));
  }

  #about(): void {
    const words = `${this.#field('name').value} ${this.#field('email').value}`.split(/[\s@.]+/);
    this.#passphrase('passphrase').about = words;
  }

  override firstUpdated(): void {
    this.#field('name').focus();
  }

  #text(id: 'name' | 'email', label: TextKey, hint: TextKey, type: string, complete: string): TemplateResult {
    const problem = id === 'email' ? this.#problems.get('email') : undefined;
    return html`<div class="field">
      <label for=${id}>${t(label)}</label>
      <input
        id=${id}
        type=${type}
        autocomplete=${complete}
        maxlength=${id === 'name' ? MAX_NAME : 254}
        aria-describedby="${id}-hint"
        aria-invalid=${problem ? 'true' : nothing}
        @input=${this.#about}
      />
      <p id="${id}-hint" class="hints ${problem ? 'bad-text' : 'dim'}">${problem ?? t(hint)}</p>
    </div>`;
  }

  override render(): TemplateResult {
    return html`<form novalidate @submit=${this.#submit} aria-busy=${this.busy ? 'true' : 'false'}>
      ${this.#text('name', 'name', 'name_hint', 'text', 'name')}
      ${this.#text('email', 'email', 'email_hint', 'text', 'email')}
      <wx-passphrase
        field-id="passphrase"
        measured
        fresh
        .label=${t('passphrase')}
        .problem=${this.#problems.get('passphrase') ?? ''}
      ></wx-passphrase>
      <wx-passphrase
        field-id="repeat"
        fresh
        .label=${t('repeat_passphrase')}
        .problem=${this.#problems.get('repeat') ?? ''}
      ></wx-passphrase>
      <p class="dim">${t('passphrase_advice')}</p>
      <details>
        <summary>${t('advanced')}</summary>
        ${this.#advanced()}
      </details>
      ${failure(this.failure)} ${this.#slow ? working(t(this.#kind.startsWith('rsa') ? 'generating_rsa' : 'generating')) : nothing}
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${this.busy}>${icon('key')}<span>${t('generate_key')}</span></button>
      </div>
    </form>`;
  }

  #advanced(): TemplateResult {
    const problem = this.#problems.get('date');
    return html`<div class="field">
        <label for="kind">${t('key_kind')}</label>
        <select
          id="kind"
          aria-describedby="kind-hint"
          @change=${(event: Event) => this.change(() => (this.#kind = (event.target as HTMLSelectElement).value as KeyKind))}
        >
          ${KINDS.map(([kind, text]) => html`<option value=${kind} ?selected=${kind === this.#kind}>${t(text)}</option>`)}
        </select>
        <p id="kind-hint" class="hints dim">${t(this.#kind === 'post_quantum_v4' ? 'kind_post_quantum_hint' : 'kind_hint')}</p>
      </div>
      <div class="field">
        <label for="expiry">${t('expires')}</label>
        <select
          id="expiry"
          @change=${(event: Event) => this.change(() => (this.#span = (event.target as HTMLSelectElement).value))}
        >
          ${SPANS.map(([span, text]) => html`<option value=${span} ?selected=${span === this.#span}>${t(text)}</option>`)}
        </select>
        <p class="hints dim">${Number(this.#span) ? t('expiry_hint_date', day(Date.now() / 1000 + Number(this.#span) * 86_400)) : t('expiry_hint')}</p>
      </div>
      ${
        this.#span === 'date'
          ? html`<div class="field">
              <label for="expiry-date">${t('expiry_date')}</label>
              <input
                id="expiry-date"
                type="date"
                min=${new Date(Date.now() + DAY_MS).toISOString().slice(0, 10)}
                aria-describedby="date-hint"
                aria-invalid=${problem ? 'true' : nothing}
              />
              <p id="date-hint" class="hints bad-text">${problem ?? ''}</p>
            </div>`
          : nothing
      }`;
  }
}

customElements.define('wx-generate', GenerateForm);
