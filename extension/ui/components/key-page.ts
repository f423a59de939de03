import { html, nothing, type TemplateResult } from 'lit';
import type { ComponentInfo, KeyInfo, UserIdInfo } from 'waxseal-wasm';
import { copyText } from '../clipboard.js';
import { saveFile } from '../files.js';
import { day, keyLine, keyName, keyState } from '../format.js';
import { type TextKey, t } from '../i18n.js';
import { type IconName, icon } from '../icons.js';
import { toast } from '../toast.js';
import { expect, Refused, type Reply } from '../vault.js';
import { View } from '../view.js';
import type { EditDialog, Task } from './edit-dialog.js';
import './edit-dialog.js';
import { givenFile } from './given-file.js';
import { componentFacts, fingerprint } from './key-card.js';
import { badge, failure, notice, reasonList } from './parts.js';

/** Everything about one key, and everything that can be done to it. Fires `go` for what has a place of its own. */
export class KeyPage extends View {
  static override properties = { fingerprint: { attribute: false } };
  declare fingerprint: string;

  #key: KeyInfo | undefined;
  /** Own keys that can be used, the usual one first. */
  #own: KeyInfo[] = [];
  /** The file with a revocation certificate that was given out, until the user says that it is there. */
  #given = '';

  constructor() {
    super();
    this.fingerprint = '';
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('fingerprint') || !this.#key) return;
    // Nothing that stands here is about the other one.
    this.#key = undefined;
    this.#given = '';
    void this.attempt(() => this.refresh(), { quiet: true });
  }

  protected override async refresh(): Promise<void> {
    const { fingerprint } = this;
    const [{ own, contacts }, { own: usual }] = await Promise.all([
      expect('keys', { kind: 'list_keys' }),
      expect('recipients', { kind: 'recipients', addresses: [] }),
    ]);
    if (fingerprint !== this.fingerprint) return;
    const key = [...own, ...contacts].find((one) => one.fingerprint === fingerprint);
    if (!key) throw new Refused('unknown_key');
    this.failure = undefined;
    const first = !this.#key;
    this.change(() => {
      this.#key = key;
      const isUsual = (one: KeyInfo): number => Number(one.fingerprint === usual?.fingerprint);
      const valid = own.filter((one) => one.state === 'valid');
      this.#own = valid.sort((one, other) => isUsual(other) - isUsual(one));
    });
    // The list that it was opened from was scrolled; a screen reader goes on here.
    if (first) this.focusOn('.key-title');
  }

  async #edit(task: Task): Promise<void> {
    const key = this.#key;
    if (!key) return;
    const answer = await this.querySelector<EditDialog>('wx-edit')?.ask(key, task, this.#own);
    if (answer === 'export') {
      this.dispatchEvent(new CustomEvent('go', { detail: `export=${key.fingerprint}`, bubbles: true }));
    }
    if (answer !== 'done') return;
    await this.attempt(() => this.refresh());
    // While the dialog was there nothing else could have the focus.
    if (task.is === 'revocation') this.focusOn('.given');
    const said = madeText(task, key);
    if (said) toast(said);
  }

  #copy(key: KeyInfo, form: 'shared' | 'classic'): void {
    void this.attempt(async () => {
      const { armored } = await expect('armored', { kind: 'public_key', key: key.fingerprint, form });
      toast((await copyText(armored)) ? t('public_key_copied', keyName(key)) : t('copy_failed'));
    });
  }

  #save(key: KeyInfo, form: 'shared' | 'classic'): void {
    void this.attempt(async () => {
      const { armored, file_name } = await expect('armored', { kind: 'public_key', key: key.fingerprint, form });
      saveFile(file_name, armored);
      toast(t('given_to_save', file_name));
    });
  }

  #revocation(key: KeyInfo): void {
    if (!key.has_revocation) return void this.#edit({ is: 'revocation' });
    void this.attempt(async () => {
      const call = { kind: 'revocation_certificate', key: key.fingerprint, passphrase: undefined } as const;
      this.#giveOut(await expect('armored', call));
    });
  }

  #giveOut({ armored, file_name }: Reply<'armored'>): void {
    saveFile(file_name, armored);
    this.change(() => (this.#given = file_name));
    this.focusOn('.given');
  }

  #isThere(): void {
    this.change(() => (this.#given = ''));
    // The button that was pressed goes.
    this.focusOn('[aria-labelledby="details-own"] button');
  }

  #button(name: IconName, text: TextKey, run: () => void, about = '', extra = ''): TemplateResult {
    const label = about ? t('pair', t(text), about) : nothing;
    return html`<button type="button" class=${extra} aria-label=${label} @click=${run}>
      ${icon(name)}<span>${t(text)}</span>
    </button>`;
  }

  override render(): TemplateResult {
    const key = this.#key;
    if (!key) return html`${failure(this.failure)}`;
    const state = keyState(key);
    return html`<div class="details">
        <p class="key-title" tabindex="-1"><strong><bdi>${keyLine(key)}</bdi></strong> ${badge(state.tone, state.text)}</p>
        ${key.reasons.length ? notice('warn', html`${reasonList(key.reasons)}`) : nothing} ${failure(this.failure)}
        <section aria-labelledby="details-print">
          <h3 id="details-print">${t('fingerprint')}</h3>
          <p>${fingerprint(key.fingerprint)}</p>
          <p class="hints dim">${t(key.secret ? 'details_text_own' : 'details_text')}</p>
        </section>
        <section aria-labelledby="details-users">
          <h3 id="details-users">${t('user_ids_term')}</h3>
          <ul class="plain-list rows">
            ${key.user_ids.map((id, index) => this.#userId(key, id, index === 0))}
          </ul>
          ${this.#editable(key) ? html`<div class="actions">${this.#button('plus', 'edit_add_user_id', () => void this.#edit({ is: 'add_user_id' }))}</div>` : nothing}
          ${key.secret || this.#own.length > 0 ? nothing : html`<p class="hints dim">${t('certify_needs_own')}</p>`}
        </section>
        <section aria-labelledby="details-components">
          <h3 id="details-components">${t('component_keys')}</h3>
          <ul class="plain-list rows">
            ${key.components.map((component, index) => this.#component(key, component, index))}
          </ul>
          ${this.#editable(key) ? this.#keyButtons(key) : nothing}
        </section>
        <section aria-labelledby="details-give">
          <h3 id="details-give">${t('give_out')}</h3>
          <div class="actions">
            ${this.#button('copy', 'copy_public_key', () => this.#copy(key, 'shared'))}
            ${this.#button('save', 'save_public_key', () => this.#save(key, 'shared'))}
            ${key.classic_form ? this.#button('copy', 'copy_classic_key', () => this.#copy(key, 'classic')) : nothing}
            ${key.classic_form ? this.#button('save', 'save_classic_key', () => this.#save(key, 'classic')) : nothing}
          </div>
          ${key.classic_form ? html`<p class="hints dim">${t('classic_hint')}</p>` : nothing}
        </section>
        ${key.secret ? this.#ownSection(key) : nothing}
      </div>
      <wx-edit @certificate=${(event: CustomEvent<Reply<'armored'>>) => this.#giveOut(event.detail)}></wx-edit>`;
  }

  #editable(key: KeyInfo): boolean {
    return key.secret && key.state !== 'revoked';
  }

  #userId(key: KeyInfo, id: UserIdInfo, first: boolean): TemplateResult {
    const primary = first && id.valid;
    const several = key.user_ids.filter((one) => one.valid).length > 1;
    const edit = this.#editable(key) && id.valid && several;
    const seen = id.certified.some((one) => one.exportable);
    return html`<li>
      <p>
        <bdi>${id.text}</bdi>
        ${primary && several ? badge('plain', t('uid_primary')) : nothing}
        ${id.revoked ? badge('bad', t('uid_revoked')) : id.valid ? nothing : badge('warn', t('uid_unproven'))}
        ${id.certified.length > 0 ? badge('good', t(seen ? 'uid_certified_for_all' : 'uid_certified')) : nothing}
      </p>
      ${
        edit
          ? html`<div class="actions">
              ${primary ? nothing : this.#button('check', 'edit_primary', () => void this.#edit({ is: 'primary', id }), id.text)}
              ${this.#button('trash', 'edit_revoke_user_id', () => void this.#edit({ is: 'revoke_user_id', id }), id.text)}
            </div>`
          : nothing
      }
      ${this.#certifying(key, id)}
    </li>`;
  }

  /** Confirming somebody else's user ID, doing so in another way, and taking it back. */
  #certifying(key: KeyInfo, id: UserIdInfo): TemplateResult | typeof nothing {
    const done = id.certified.length > 0;
    const can = key.state === 'valid' && id.valid && this.#own.length > 0;
    const back = this.#own.some((one) => id.certified.some(({ key }) => key === one.fingerprint));
    if (key.secret || !(can || back)) return nothing;
    const again = done ? 'edit_certify_again' : 'edit_certify';
    return html`<div class="actions">
      ${can ? this.#button('check', again, () => void this.#edit({ is: 'certify', id }), id.text) : nothing}
      ${back ? this.#button('trash', 'edit_uncertify', () => void this.#edit({ is: 'uncertify', id }), id.text) : nothing}
    </div>`;
  }

  #component(key: KeyInfo, component: ComponentInfo, index: number): TemplateResult {
    const gone = component.reasons.some((reason) => reason.startsWith('revoked'));
    const about = `${component.algorithm}, ${day(component.created)}`;
    return html`<li>
      ${componentFacts(component, index)}
      <p>
        ${component.reasons.length === 0 ? badge('good', t('component_usable')) : nothing}
        ${component.post_quantum ? badge('plain', t('post_quantum')) : nothing}
      </p>
      ${
        this.#editable(key) && index > 0 && !gone
          ? html`<div class="actions">
              ${this.#button('pen', 'edit_subkey_expiry', () => void this.#edit({ is: 'expiry', component }), about)}
              ${this.#button('trash', 'edit_revoke_subkey', () => void this.#edit({ is: 'revoke_subkey', component }), about)}
            </div>`
          : nothing
      }
    </li>`;
  }

  #keyButtons(key: KeyInfo): TemplateResult {
    const quantum = key.components.some((one) => one.post_quantum && one.reasons.length === 0);
    return html`<div class="actions">
      ${this.#button('pen', 'edit_expiry', () => void this.#edit({ is: 'expiry' }))}
      ${this.#button('key', 'edit_rotate', () => void this.#edit({ is: 'rotate' }))}
      ${quantum ? nothing : this.#button('plus', 'edit_add_quantum', () => void this.#edit({ is: 'add_subkey' }))}
    </div>`;
  }

  #ownSection(key: KeyInfo): TemplateResult {
    const revoked = key.state === 'revoked';
    return html`<section aria-labelledby="details-own">
      <h3 id="details-own">${t('secret_key')}</h3>
      <div class="actions">
        ${this.#button('lock', 'edit_passphrase', () => void this.#edit({ is: 'passphrase' }))}
        ${this.#button('save', 'save_revocation', () => this.#revocation(key))}
        ${revoked ? nothing : this.#button('stop', 'edit_revoke', () => void this.#edit({ is: 'revoke' }), '', 'danger')}
      </div>
      ${this.#given ? givenFile(this.#given, () => this.#isThere()) : nothing}
      <p class="hints dim">${t('save_revocation_hint')}</p>
    </section>`;
  }
}

/** What there is to say of a change that was made. */
function madeText(task: Task, key: KeyInfo): string | undefined {
  switch (task.is) {
    case 'certify':
      return t('certified', task.id.text);
    case 'uncertify':
      return t('uncertified', task.id.text);
    // The page says so already, and it has changed nothing of the key that others see.
    case 'revocation':
      return undefined;
    default:
      return t('edit_done', keyName(key));
  }
}

customElements.define('wx-key-page', KeyPage);
