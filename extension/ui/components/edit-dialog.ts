import { html, nothing, type TemplateResult } from 'lit';
import type { CertifyLevel, ComponentInfo, KeyChange, KeyInfo, RevocationReason, UserIdInfo } from 'waxseal-wasm';
import { daysProblem, daysUntil } from '../days.js';
import { type Blame, FormView } from '../form-view.js';
import { day, keyLine } from '../format.js';
import { type TextKey, t } from '../i18n.js';
import { icon } from '../icons.js';
import { expect, type Reply } from '../vault.js';
import { checkFresh, freshPassphrase } from './fresh-passphrase.js';
import { fingerprint } from './key-card.js';
import { failure, lineField, notice, working } from './parts.js';
import type { PassphraseField } from './passphrase.js';

/** One change, before its details are filled in. */
export type Task =
  | { is: 'add_user_id' | 'passphrase' | 'add_subkey' | 'rotate' | 'revoke' | 'revocation' }
  | { is: 'primary' | 'revoke_user_id' | 'certify' | 'uncertify'; id: UserIdInfo }
  | { is: 'revoke_subkey'; component: ComponentInfo }
  | { is: 'expiry'; component?: ComponentInfo };

/** How the dialog ended. */
export type EditAnswer = 'done' | 'export' | 'cancelled';

const TITLES: Record<Task['is'], TextKey> = {
  add_user_id: 'edit_add_user_id',
  primary: 'edit_primary',
  revoke_user_id: 'edit_revoke_user_id',
  certify: 'edit_certify',
  uncertify: 'edit_uncertify',
  expiry: 'edit_expiry',
  passphrase: 'edit_passphrase',
  add_subkey: 'edit_add_quantum',
  rotate: 'edit_rotate',
  revoke_subkey: 'edit_revoke_subkey',
  revoke: 'edit_revoke',
  revocation: 'save_revocation',
};

const TEXTS: Record<Task['is'], TextKey> = {
  add_user_id: 'edit_add_user_id_text',
  primary: 'edit_primary_text',
  revoke_user_id: 'edit_revoke_user_id_text',
  certify: 'edit_certify_text',
  uncertify: 'edit_uncertify_text',
  expiry: 'edit_expiry_text',
  passphrase: 'edit_passphrase_text',
  add_subkey: 'edit_add_quantum_text',
  rotate: 'edit_rotate_text',
  revoke_subkey: 'edit_revoke_subkey_text',
  revoke: 'edit_revoke_text',
  revocation: 'save_revocation_hint',
};

const FRESH = ['edit-new', 'edit-repeat'] as const;

/** Refusals that are about what stands in one field. */
const BLAME: Blame = {
  wrong_passphrase: 'edit-passphrase',
  weak_passphrase: 'edit-new',
  not_an_address: 'edit-email',
  already_there: 'edit-email',
};

/** What cannot be undone: an export is offered first. */
const FINAL: ReadonlySet<Task['is']> = new Set(['revoke_user_id', 'revoke_subkey', 'revoke']);

const SPANS: readonly (readonly [string, TextKey])[] = [
  ['365', 'years_1'],
  ['730', 'years_2'],
  ['1825', 'years_5'],
  ['never', 'never'],
  ['date', 'on_a_date'],
];
const REASONS: readonly (readonly [RevocationReason, TextKey])[] = [
  ['retired', 'revoke_retired'],
  ['superseded', 'revoke_superseded'],
  ['compromised', 'revoke_compromised'],
  ['not_said', 'revoke_not_said'],
];
const LEVELS: readonly (readonly [CertifyLevel, TextKey])[] = [
  ['careful', 'level_careful'],
  ['casual', 'level_casual'],
  ['not_said', 'level_not_said'],
];

/** Asks for the details of a change and for the passphrase, and has it made. Fires `certificate` with one that revokes the key. */
export class EditDialog extends FormView {
  #key: KeyInfo | undefined;
  #own: KeyInfo[] = [];
  #task: Task = { is: 'rotate' };
  #span = '730';
  #understood = false;
  #answer: ((answer: EditAnswer) => void) | undefined;

  /** Shows the dialog; ends when the change is made or given up. `own` can certify; the first of them is the usual one. */
  async ask(key: KeyInfo, task: Task, own: KeyInfo[]): Promise<EditAnswer> {
    this.change(() => {
      this.#key = key;
      this.#task = task;
      this.#own = own;
      this.#span = '730';
      this.#understood = false;
      this.failure = undefined;
    });
    this.tell(new Map());
    await this.updateComplete;
    const dialog = this.querySelector('dialog');
    if (!dialog) return 'cancelled';
    dialog.showModal();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  #end(answer: EditAnswer): void {
    this.#answer?.(answer);
    this.#answer = undefined;
    this.querySelector('dialog')?.close();
    // The fields are gone with it, and what was typed into them.
    this.change(() => (this.#key = undefined));
  }

  /** What the vault has been told to do cannot be taken back: the dialog stays until it says what came of it. */
  #escaped(event: Event): void {
    if (this.busy) event.preventDefault();
  }

  #closed(): void {
    // A browser closes it at the second Escape, whatever was said to the first.
    if (this.busy) this.querySelector('dialog')?.showModal();
    else this.#end('cancelled');
  }

  #value(id: string): string {
    return this.querySelector<HTMLInputElement | HTMLSelectElement>(`#${id}`)?.value ?? '';
  }

  #passphrase(id: string): PassphraseField | null {
    return this.querySelector<PassphraseField>(`wx-passphrase[field-id="${id}"]`);
  }

  #days(): number | undefined {
    if (this.#span === 'never') return undefined;
    if (this.#span !== 'date') return Number(this.#span);
    return daysUntil(this.querySelector<HTMLInputElement>('#edit-date')?.valueAsDate);
  }

  /** The change as it was filled in; what is wrong goes into `problems`. */
  #filled(problems: Map<string, string>): KeyChange | undefined {
    const task = this.#task;
    switch (task.is) {
      case 'add_user_id': {
        const email = this.#value('edit-email').trim();
        if (!email) problems.set('edit-email', t('email_missing'));
        const primary = this.querySelector<HTMLInputElement>('#edit-primary')?.checked ?? false;
        return { kind: 'add_user_id', name: this.#value('edit-name').trim(), email, primary };
      }
      case 'primary':
        return { kind: 'primary_user_id', user_id: task.id.id };
      case 'revoke_user_id':
        return { kind: 'revoke_user_id', user_id: task.id.id };
      case 'expiry': {
        const days = this.#days();
        const wrong = daysProblem(days);
        if (wrong) problems.set('edit-date', t(wrong));
        return { kind: 'expiry', component: task.component?.fingerprint, days };
      }
      case 'passphrase': {
        const [fresh, repeat] = FRESH.map((id) => this.#passphrase(id));
        checkFresh(problems, fresh, repeat);
        return { kind: 'passphrase', new: fresh?.value ?? '' };
      }
      case 'add_subkey':
        return { kind: 'add_subkey', subkey_kind: 'post_quantum', days: undefined };
      case 'revoke_subkey': {
        const reason = this.#value('edit-reason') as RevocationReason;
        return { kind: 'revoke_subkey', component: task.component.fingerprint, reason };
      }
      case 'revoke':
        return {
          kind: 'revoke',
          reason: this.#value('edit-reason') as RevocationReason,
          text: this.#value('edit-words').trim(),
        };
      case 'certify': {
        const exportable = this.querySelector<HTMLInputElement>('#edit-exportable')?.checked ?? false;
        const chosen = this.querySelector<HTMLInputElement>('#edit-level input:checked');
        if (!chosen) {
          problems.set('edit-level', t('level_missing'));
          return undefined;
        }
        const level = chosen.value as CertifyLevel;
        const certificate = this.#key?.fingerprint ?? '';
        return { kind: 'certify', certificate, user_id: task.id.id, level, exportable };
      }
      case 'uncertify':
        return { kind: 'revoke_certification', certificate: this.#key?.fingerprint ?? '', user_id: task.id.id };
      case 'rotate':
      case 'revocation':
        return { kind: 'rotate_encryption' };
    }
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const key = this.#key;
    const field = this.#passphrase('edit-passphrase');
    if (this.busy || !key || !field) return;
    const problems = new Map<string, string>();
    const change = this.#filled(problems);
    if (!field.value) problems.set('edit-passphrase', t('passphrase_missing'));
    if (!this.tell(problems) || !change) return;
    const ofOthers = this.#task.is === 'certify' || this.#task.is === 'uncertify';
    const by = ofOthers ? this.#value('edit-by') : key.fingerprint;
    const make = async (): Promise<unknown> => {
      const passphrase = field.value;
      if (this.#task.is !== 'revocation') return expect('edited', { kind: 'edit', key: by, passphrase, change });
      const detail = await expect('armored', { kind: 'revocation_certificate', key: by, passphrase });
      return this.dispatchEvent(new CustomEvent<Reply<'armored'>>('certificate', { detail }));
    };
    if (await this.send(make, BLAME)) this.#end('done');
  }

  override render(): TemplateResult | typeof nothing {
    const key = this.#key;
    if (!key) return nothing;
    const task = this.#task;
    const final = FINAL.has(task.is);
    const tick = task.is === 'revoke';
    const text = t(TEXTS[task.is]);
    return html`<dialog aria-labelledby="edit-title" aria-describedby="edit-about edit-text" @cancel=${this.#escaped} @close=${this.#closed}>
      <form novalidate @submit=${this.#submit} aria-busy=${this.busy ? 'true' : 'false'}>
        <h2 id="edit-title">${t(TITLES[task.is])}</h2>
        <p id="edit-about" class="strong"><bdi>${this.#about(key)}</bdi></p>
        ${task.is === 'certify' ? html`<p>${fingerprint(key.fingerprint)}</p>` : nothing}
        ${final ? notice('bad', html`<span id="edit-text">${text}</span>`) : html`<p id="edit-text">${text}</p>`}
        ${this.#fields()}
        ${task.is === 'passphrase' ? nothing : this.#typed('edit-passphrase', 'passphrase')}
        ${tick ? this.#tick() : nothing} ${failure(this.failure)} ${this.busy ? working(t('edit_working')) : nothing}
        <div class="actions end">
          <button type="button" ?disabled=${this.busy} @click=${() => this.#end('cancelled')}>${t('cancel')}</button>
          ${final ? html`<button type="button" ?disabled=${this.busy} @click=${() => this.#end('export')}>${icon('open')}<span>${t('export_first')}</span></button>` : nothing}
          <button
            type="submit"
            class=${final ? 'danger solid' : 'primary'}
            ?disabled=${this.busy || (tick && !this.#understood)}
          >
            <span>${t(TITLES[task.is])}</span>
          </button>
        </div>
      </form>
    </dialog>`;
  }

  #about(key: KeyInfo): string {
    const task = this.#task;
    if ('id' in task) return task.id.text;
    if ('component' in task && task.component) return `${task.component.algorithm}, ${day(task.component.created)}`;
    return keyLine(key);
  }

  #tick(): TemplateResult {
    return html`<label class="check">
      <input
        type="checkbox"
        .checked=${this.#understood}
        @change=${(event: Event) => this.change(() => (this.#understood = (event.target as HTMLInputElement).checked))}
      />
      <span>${t('edit_revoke_confirm')}</span>
    </label>`;
  }

  #fields(): TemplateResult | typeof nothing {
    switch (this.#task.is) {
      case 'add_user_id':
        return html`${this.#line('edit-name', 'name')} ${this.#line('edit-email', 'email')}
          <label class="check"><input id="edit-primary" type="checkbox" /><span>${t('edit_primary')}</span></label>`;
      case 'expiry':
        return this.#expiry();
      case 'passphrase':
        return html`${this.#typed('edit-passphrase', 'current_passphrase')}
          ${freshPassphrase({ label: t('new_passphrase'), ids: FRESH, problemOf: (id) => this.problemOf(id) })}`;
      case 'revoke':
        return html`${select('edit-reason', 'revoke_reason', REASONS)} ${this.#line('edit-words', 'revoke_words')}`;
      case 'revoke_subkey':
        return select('edit-reason', 'revoke_reason', REASONS);
      case 'certify':
        return this.#certify(this.#task.id);
      case 'uncertify':
        return this.#by(this.#task.id.certified.map((one) => one.key));
      default:
        return nothing;
    }
  }

  #certify(id: UserIdInfo): TemplateResult {
    const seen = id.certified.some((one) => one.exportable);
    return html`${this.#levels()} ${this.#by(this.#own.map((key) => key.fingerprint))}
      <label class="check">
        <input id="edit-exportable" type="checkbox" .checked=${seen} /><span>${t('certify_exportable')}</span>
      </label>
      ${seen ? html`<p class="hints dim">${t('certify_seen_hint')}</p>` : nothing}`;
  }

  /** None is chosen beforehand: nobody shall vouch for more than was done because it stood there. */
  #levels(): TemplateResult {
    const problem = this.problemOf('edit-level');
    return html`<fieldset
      id="edit-level"
      role="radiogroup"
      aria-labelledby="edit-level-label"
      aria-required="true"
      aria-describedby=${problem ? 'edit-level-hint' : nothing}
      aria-invalid=${problem ? 'true' : nothing}
    >
      <legend id="edit-level-label">${t('level')}</legend>
      ${LEVELS.map(
        ([level, name]) => html`<label class="check">
          <input type="radio" name="edit-level" value=${level} /><span>${t(name)}</span>
        </label>`,
      )}
      ${problem ? html`<p id="edit-level-hint" class="hints bad-text" role="alert">${problem}</p>` : nothing}
    </fieldset>`;
  }

  /** With which own key. */
  #by(keys: readonly string[]): TemplateResult {
    const own = this.#own.filter((key) => keys.includes(key.fingerprint));
    return html`<div class="field">
      <label for="edit-by">${t('certify_with')}</label>
      <select id="edit-by">
        ${own.map((key) => html`<option value=${key.fingerprint}>${keyLine(key)}</option>`)}
      </select>
    </div>`;
  }

  #expiry(): TemplateResult {
    return html`<div class="field">
        <label for="edit-span">${t('expires')}</label>
        <select
          id="edit-span"
          @change=${(event: Event) => this.change(() => (this.#span = (event.target as HTMLSelectElement).value))}
        >
          ${SPANS.map(([span, label]) => html`<option value=${span} ?selected=${span === this.#span}>${t(label)}</option>`)}
        </select>
      </div>
      ${
        this.#span === 'date'
          ? lineField({ id: 'edit-date', label: 'expiry_date', type: 'date', problem: this.problemOf('edit-date') })
          : nothing
      }`;
  }

  #line(id: string, label: TextKey): TemplateResult {
    return lineField({ id, label, problem: this.problemOf(id) });
  }

  /** For the passphrase that the key has. */
  #typed(id: string, label: TextKey): TemplateResult {
    return html`<wx-passphrase field-id=${id} .label=${t(label)} .problem=${this.problemOf(id)}></wx-passphrase>`;
  }
}

function select(id: string, label: TextKey, options: readonly (readonly [string, TextKey])[]): TemplateResult {
  return html`<div class="field">
    <label for=${id}>${t(label)}</label>
    <select id=${id}>
      ${options.map(([value, name]) => html`<option value=${value}>${t(name)}</option>`)}
    </select>
  </div>`;
}

customElements.define('wx-edit', EditDialog);
