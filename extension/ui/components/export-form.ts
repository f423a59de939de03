import { html, nothing, type TemplateResult } from 'lit';
import type { ExportForm as Form, KeyInfo } from 'waxseal-wasm';
import { dropWish, wishFor } from '../backups.js';
import { saveFile } from '../files.js';
import { FormView } from '../form-view.js';
import { keyLine } from '../format.js';
import { type TextKey, t } from '../i18n.js';
import { icon } from '../icons.js';
import { expect, Refused, type Reply } from '../vault.js';
import { givenFile } from './given-file.js';
import { fingerprint } from './key-card.js';
import { failure, notice, working } from './parts.js';
import type { PassphraseField } from './passphrase.js';
import './passphrase.js';

const FORMS: readonly (readonly [Form, TextKey, TextKey])[] = [
  ['compatible', 'export_compatible', 'export_compatible_hint'],
  ['argon2', 'export_argon2', 'export_argon2_hint'],
];

const FIELD = 'export-passphrase';

/** Gives out a secret key as a file, protected by its passphrase. Fires `exported` when the user has said that the file is there. */
export class ExportForm extends FormView {
  static override properties = { fingerprint: { attribute: false } };
  declare fingerprint: string;

  #key: KeyInfo | undefined;
  #form: Form = 'compatible';
  /** What was given out; the user has not said yet what became of it. */
  #given: Reply<'armored'> | undefined;
  /** What was noted of the key before. */
  #noted: unknown;

  constructor() {
    super();
    this.fingerprint = '';
  }

  protected override async refresh(): Promise<void> {
    const { fingerprint } = this;
    const { own } = await expect('keys', { kind: 'list_keys' });
    if (fingerprint !== this.fingerprint) return;
    const key = own.find((one) => one.fingerprint === fingerprint);
    if (!key) throw new Refused('unknown_key');
    const first = !this.#key;
    this.change(() => (this.#key = key));
    if (first) this.focusOn(`#${FIELD}`);
  }

  async #export(event: Event): Promise<void> {
    event.preventDefault();
    const field = this.querySelector<PassphraseField>('wx-passphrase');
    if (this.busy || !field) return;
    if (!this.tell(new Map(field.value ? [] : [[FIELD, t('passphrase_missing')]]))) return;
    const give = async (): Promise<void> => {
      const passphrase = field.value;
      const call = { kind: 'export_secret', key: this.fingerprint, passphrase, form: this.#form } as const;
      this.#noted = await wishFor(this.fingerprint);
      const given = await expect('armored', call);
      this.#give(given);
      this.#given = given;
    };
    if (!(await this.send(give, { wrong_passphrase: FIELD }))) return;
    field.clear();
    this.focusOn('.given');
  }

  #give({ armored, file_name }: Reply<'armored'>): void {
    saveFile(file_name, armored);
  }

  async #there(): Promise<void> {
    await dropWish(this.fingerprint, this.#noted);
    this.dispatchEvent(new CustomEvent('exported', { bubbles: true }));
  }

  /** What went wrong; a key can have too many parts for the costlier protection only. */
  #refusal(): TemplateResult | typeof nothing {
    if (this.failure?.code !== 'limit' || this.#form !== 'argon2') return failure(this.failure);
    return notice('bad', t('export_argon2_limit', t('export_compatible')), 'alert');
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('fingerprint') || !this.#key) return;
    // The answer is about the key that was given out, and the passphrase about the one that is named.
    this.#given = undefined;
    this.#key = undefined;
    void this.attempt(() => this.refresh(), { quiet: true });
  }

  override render(): TemplateResult {
    const key = this.#key;
    if (!key) return html`${failure(this.failure)}`;
    return html`<form novalidate @submit=${this.#export}>
      <p class="strong"><bdi>${keyLine(key)}</bdi></p>
      <p>${fingerprint(key.fingerprint)}</p>
      ${this.#given ? this.#question(this.#given) : this.#asking()}
    </form>`;
  }

  #question(given: Reply<'armored'>): TemplateResult {
    const there = () => void this.attempt(() => this.#there());
    return html`${givenFile(given.file_name, there, () => this.#give(given))} ${failure(this.failure)}`;
  }

  #asking(): TemplateResult {
    return html`${notice('warn', html`<p class="strong">${t('export_warning')}</p><p>${t('export_warning_more')}</p>`)}
      <fieldset>
        <legend>${t('export_form')}</legend>
        ${FORMS.map(
          ([form, text, hint]) => html`<div>
            <label class="check">
              <input
                type="radio"
                name="form"
                value=${form}
                aria-describedby="hint-${form}"
                .checked=${form === this.#form}
                @change=${() => (this.#form = form)}
              />
              <span>${t(text)}</span>
            </label>
            <p id="hint-${form}" class="hints dim indent">${t(hint)}</p>
          </div>`,
        )}
      </fieldset>
      <wx-passphrase field-id=${FIELD} .label=${t('passphrase')} .problem=${this.problemOf(FIELD)}></wx-passphrase>
      ${this.#refusal()} ${this.busy ? working(t('exporting')) : nothing}
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${this.busy}>${icon('save')}<span>${t('export')}</span></button>
      </div>`;
  }
}

customElements.define('wx-export', ExportForm);
