import { html, nothing, type TemplateResult } from 'lit';
import type { KeyInfo } from 'waxseal-wasm';
import { dropWish, uncopied, wishFor } from '../backups.js';
import { copyText } from '../clipboard.js';
import { saveFile, textToBase64 } from '../files.js';
import { keyName } from '../format.js';
import { type TextKey, t, tn } from '../i18n.js';
import { icon } from '../icons.js';
import { isTemporary, temporaryNotice } from '../temporary.js';
import { toast } from '../toast.js';
import { expect, type Reply } from '../vault.js';
import { View } from '../view.js';
import type { DeleteDialog } from './delete-dialog.js';
import './delete-dialog.js';
import { type KeyActions, keyCard } from './key-card.js';
import './lock-status.js';
import { lookFor } from './lookup-button.js';
import { failure, notice } from './parts.js';

/** What the manager asks its page to show instead. */
export type Destination = 'generate' | 'import' | `export=${string}` | `details=${string}`;

/** Of a key that comes back: as it was. */
const AS_IT_WAS = { passphrase: undefined, replace: false, stored: undefined, apart: false } as const;

/** The line of a key in the list. */
const entry = (fingerprint: string): string => `[aria-controls="key-${CSS.escape(fingerprint)}"]`;

/** This own key, and no other, says that it is the contact's. */
function isKnownBy({ user_ids: ids }: KeyInfo, own: string): boolean {
  const by = ids.flatMap(({ certified }) => certified);
  return by.length > 0 && by.every(({ key }) => key === own);
}

/**
 * All keys, and whether they are locked: search, details, copy, save, delete. Making, importing and exporting need room and file dialogs (which
 * close a toolbar popup in Firefox), so they are the page's: it hears a `go` event with a `Destination`.
 */
export class KeyManager extends View {
  static override properties = { guides: { attribute: false } };
  /** Tells a newcomer what comes next. (In the popup the switch that it speaks of stands above.) */
  declare guides: boolean;
  #own: KeyInfo[] | undefined;
  #contacts: KeyInfo[] = [];
  #status: Reply<'status'> | undefined;
  #uncopied: ReadonlySet<string> = new Set();
  #temporary = false;
  #query = '';
  #open = new Set<string>();
  /** What is to be brought into view and have the focus, as soon as it is there. */
  #wanted: string | undefined;

  constructor() {
    super();
    this.guides = false;
  }

  protected override async refresh(): Promise<void> {
    const [keys, status, temporary] = await Promise.all([
      expect('keys', { kind: 'list_keys' }),
      expect('status', { kind: 'status' }),
      isTemporary(),
    ]);
    const prints = await uncopied(keys.own);
    this.failure = undefined;
    this.#own = keys.own;
    this.#contacts = keys.contacts;
    this.#status = status;
    this.#uncopied = prints;
    this.#temporary = temporary;
    this.requestUpdate();
  }

  /** Opens the details of a key and brings it into view. */
  reveal(fingerprint: string): void {
    this.#query = '';
    this.#open.add(fingerprint);
    this.want(entry(fingerprint));
  }

  /** Gives the focus to what this selector is for, as soon as it is there. */
  want(selector: string): void {
    this.change(() => (this.#wanted = selector));
  }

  override updated(): void {
    const wanted = this.#wanted;
    const found = wanted && this.querySelector<HTMLElement>(wanted);
    if (!found) return;
    this.#wanted = undefined;
    (found.closest('.key') ?? found).scrollIntoView({ block: 'nearest' });
    found.focus();
  }

  #go(to: Destination): void {
    this.dispatchEvent(new CustomEvent<Destination>('go', { detail: to, bubbles: true }));
  }

  readonly #actions: KeyActions = {
    toggle: (key) => this.change(() => this.#open.delete(key.fingerprint) || this.#open.add(key.fingerprint)),
    copy: (key) =>
      void this.attempt(async () => {
        const { armored } = await expect('armored', { kind: 'public_key', key: key.fingerprint, form: 'shared' });
        toast((await copyText(armored)) ? t('public_key_copied', keyName(key)) : t('copy_failed'));
      }),
    save: (key) =>
      void this.attempt(async () => {
        const { armored, file_name } = await expect('armored', {
          kind: 'public_key',
          key: key.fingerprint,
          form: 'shared',
        });
        saveFile(file_name, armored);
        toast(t('given_to_save', file_name));
      }),
    export: (key) => this.#go(`export=${key.fingerprint}`),
    dismiss: (key) =>
      void this.attempt(async () => {
        const back = await dropWish(key.fingerprint, await wishFor(key.fingerprint));
        await this.refresh();
        this.focusOn(entry(key.fingerprint));
        // It keeps silent before the key is deleted as well.
        toast(t('no_copy_hidden'), { label: t('undo'), run: () => void this.#remindAgain(key, back) });
      }),
    details: (key) => this.#go(`details=${key.fingerprint}`),
    unlock: (key) => void this.attempt(() => expect('done', { kind: 'request_unlock', keys: [key.fingerprint] })),
    remove: (key) => void this.#remove(key),
  };

  async #remindAgain(key: KeyInfo, back: () => Promise<void>): Promise<void> {
    await this.attempt(async () => {
      await back();
      await this.refresh();
      this.want(entry(key.fingerprint));
    });
  }

  async #remove(key: KeyInfo): Promise<void> {
    const { fingerprint } = key;
    const known = this.#contacts.filter((contact) => isKnownBy(contact, fingerprint)).length;
    const answer = await this.querySelector<DeleteDialog>('wx-delete')?.ask(
      key,
      this.#uncopied.has(fingerprint),
      known,
    );
    if (answer === 'export' || answer === 'details') return this.#go(`${answer}=${fingerprint}`);
    if (answer !== 'delete') return;
    await this.attempt(async () => {
      // A contact can be brought back with one click; a secret key cannot, and the dialog has said so.
      const undo = key.secret
        ? undefined
        : await expect('armored', { kind: 'public_key', key: key.fingerprint, form: 'whole' });
      await expect('done', { kind: 'delete', key: key.fingerprint, secret: key.secret });
      await this.refresh();
      const search = () => this.focusOn('#key-search');
      const said = t('key_deleted', keyName(key));
      // The button is the last of the page and goes after a while: who uses the keyboard would not get there.
      if (undo) toast(said, { label: t('undo'), run: () => void this.#restore(key, undo.armored), after: search });
      else {
        toast(said);
        search();
      }
    });
  }

  async #restore(key: KeyInfo, armored: string): Promise<void> {
    const done = await this.attempt(async () => {
      const data = textToBase64(armored);
      const accept = [key.fingerprint];
      // As it was: also with user IDs of which none is valid any more.
      const { added } = key;
      await expect('imported', { kind: 'import', data, accept, ...AS_IT_WAS, added });
      await this.refresh();
      // The button for it has gone with its line.
      this.want(entry(key.fingerprint));
      toast(t('key_restored', keyName(key)));
    });
    if (!done) this.focusOn('#key-search');
  }

  #found(keys: KeyInfo[]): KeyInfo[] {
    const words = this.#query.toLowerCase().split(/\s+/).filter(Boolean);
    return keys.filter((key) => {
      const ids = key.user_ids.map((id) => id.text.toLowerCase()).join('\n');
      const prints = key.components.map((component) => component.fingerprint).join(' ');
      // A fingerprint may be typed in groups, as it is printed.
      const digits = words.join('');
      return (
        words.every((word) => ids.includes(word)) ||
        (/^(0x)?[0-9a-f]{6,}$/.test(digits) && prints.includes(digits.replace(/^0x/, '')))
      );
    });
  }

  override render(): TemplateResult {
    const status = this.#status;
    if (!this.#own || !status) return html`${failure(this.failure)}`;
    const next = this.guides && this.#own.length > 0 && status.sites.length === 0;
    return html`<wx-lock-status .status=${status}></wx-lock-status>
      ${this.#temporary ? temporaryNotice() : nothing} ${next ? notice('plain', t('next_site')) : nothing}
      <div class="bar">
        <button type="button" class="primary go-generate" @click=${() => this.#go('generate')}>
          ${icon('plus')}<span>${t('generate_key')}</span>
        </button>
        <button type="button" class="go-import" @click=${() => this.#go('import')}>${icon('save')}<span>${t('import')}</span></button>
        <a class="button" href="lookup.html" target="_blank">${icon('search')}<span>${t('lookup_key')}</span></a>
      </div>
      ${failure(this.failure)}
      ${status.damaged > 0 ? notice('warn', tn(status.damaged, 'damaged_one', 'damaged_other'), 'status') : nothing}
      ${this.#own.length + this.#contacts.length > 0 ? html`${this.#search()} ${this.#elsewhere()}` : nothing}
      ${this.#section('own_keys', this.#own, 'own_keys_empty')}
      ${this.#section('contacts', this.#contacts, 'contacts_empty')}
      <wx-delete></wx-delete>`;
  }

  /** What was typed is an address whose key may be elsewhere. */
  #elsewhere(): TemplateResult | typeof nothing {
    const address = this.#query.trim();
    if (!/^[^\s@]+@[^\s@]+$/.test(address)) return nothing;
    const look = () => this.press(() => lookFor({ address, issuer: undefined }));
    return html`<div class="actions">
      <button type="button" class="look-for-key" @click=${look}>${icon('search')}<span>${t('lookup_this_address')}</span></button>
    </div>`;
  }

  #search(): TemplateResult {
    const count = this.#found(this.#own ?? []).length + this.#found(this.#contacts).length;
    return html`<div class="search">
      ${icon('search')}
      <input
        id="key-search"
        type="search"
        aria-label=${t('search_keys')}
        placeholder=${t('search_keys')}
        autocomplete="off"
        spellcheck="false"
        maxlength="200"
        .value=${this.#query}
        @input=${(event: Event) => this.change(() => (this.#query = (event.target as HTMLInputElement).value))}
      />
      <span class="visually-hidden" role="status">${this.#query ? tn(count, 'found_one', 'found_other') : ''}</span>
    </div>`;
  }

  #section(title: TextKey, keys: KeyInfo[], empty: TextKey): TemplateResult | typeof nothing {
    const found = this.#found(keys);
    if (this.#query && keys.length === 0) return nothing;
    const id = `title-${title}`;
    return html`<section aria-labelledby=${id}>
      <h2 id=${id}>${t(title)} <span class="count">${keys.length || ''}</span></h2>
      ${
        found.length > 0
          ? html`<ul class="cards">
              ${found.map((key) => {
                const { fingerprint } = key;
                return keyCard(key, this.#open.has(fingerprint), this.#uncopied.has(fingerprint), this.#actions);
              })}
            </ul>`
          : html`<p class="empty">${t(this.#query ? 'nothing_found' : empty)}</p>`
      }
    </section>`;
  }
}

customElements.define('wx-key-manager', KeyManager);
