import { html, nothing, type TemplateResult } from 'lit';
import type { KeyInfo, KeyKind } from 'waxseal-wasm';
import { daysProblem, daysUntil } from '../days.js';
import { FormView } from '../form-view.js';
import { day } from '../format.js';
import { type TextKey, t } from '../i18n.js';
import { icon } from '../icons.js';
import { MAX_NAME } from '../limits.js';
import { expect } from '../vault.js';
import { checkFresh, freshPassphrase } from './fresh-passphrase.js';
import { failure, lineField, working } from './parts.js';
import type { PassphraseField } from './passphrase.js';

const KINDS: readonly (readonly [KeyKind, TextKey])[] = [
  ['curve25519_v4', 'kind_curve_v4'],
  ['rsa3072', 'kind_rsa3072'],
  ['rsa4096', 'kind_rsa4096'],
  ['curve25519_v6', 'kind_curve_v6'],
  ['post_quantum_v4', 'kind_post_quantum'],
];

const YEAR = 365;
const SPANS: readonly (readonly [string, TextKey])[] = [
  [String(YEAR), 'years_1'],
  [String(2 * YEAR), 'years_2'],
  [String(5 * YEAR), 'years_5'],
  ['never', 'never'],
  ['date', 'on_a_date'],
];

/** The form "Generate key". Fires `made` with the new key's `KeyInfo`. */
export class GenerateForm extends FormView {
  #kind: KeyKind = 'curve25519_v4';
  #span = String(2 * YEAR);
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
    return daysUntil(this.#field('expiry-date').valueAsDate);
  }

  #check(): boolean {
    const problems = new Map<string, string>();
    if (!this.#field('email').value.trim()) problems.set('email', t('email_missing'));
    checkFresh(problems, this.#passphrase('passphrase'), this.#passphrase('repeat'));
    const wrong = daysProblem(this.#days());
    if (wrong) problems.set('expiry-date', t(wrong));
    return this.tell(problems);
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy || !this.#check()) return;
    const slow = setTimeout(() => this.change(() => (this.#slow = true)), 500);
    let made: KeyInfo | undefined;
    const generate = async (): Promise<void> => {
      const reply = await expect('generated', {
        kind: 'generate',
        name: this.#field('name').value.trim(),
        email: this.#field('email').value.trim(),
        passphrase: this.#passphrase('passphrase').value,
        key_kind: this.#kind,
        expires_days: this.#days(),
      });
      made = reply.key;
    };
    const done = await this.send(generate, { not_an_address: 'email', weak_passphrase: 'passphrase' });
    clearTimeout(slow);
    this.change(() => (this.#slow = false));
    if (!done || !made) return;
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

  #line(id: 'name' | 'email', hint: TextKey): TemplateResult {
    const max = id === 'name' ? MAX_NAME : undefined;
    const type = id === 'email' ? 'email' : 'text';
    const typed = () => this.#about();
    return lineField({ id, label: id, type, complete: id, max, hint: t(hint), problem: this.problemOf(id), typed });
  }

  override render(): TemplateResult {
    return html`<form novalidate @submit=${this.#submit} aria-busy=${this.busy ? 'true' : 'false'}>
      ${this.#line('name', 'name_hint')} ${this.#line('email', 'email_hint')}
      ${freshPassphrase({ label: t('passphrase'), ids: ['passphrase', 'repeat'], problemOf: (id) => this.problemOf(id) })}
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
          ? lineField({ id: 'expiry-date', label: 'expiry_date', type: 'date', problem: this.problemOf('expiry-date') })
          : nothing
      }`;
  }
}

customElements.define('wx-generate', GenerateForm);
