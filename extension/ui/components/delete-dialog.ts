import { html, nothing, type TemplateResult } from 'lit';
import type { KeyInfo } from 'waxseal-wasm';
import { saveFile } from '../files.js';
import { keyLine, keyName } from '../format.js';
import { t, tn } from '../i18n.js';
import { icon } from '../icons.js';
import { expect } from '../vault.js';
import { View } from '../view.js';
import { givenFile } from './given-file.js';
import { fingerprint } from './key-card.js';
import { failure, notice } from './parts.js';

/** What the user wants done. */
export type DeleteAnswer = 'delete' | 'export' | 'details' | 'keep';

/** Asks before a key is deleted; for a secret key the consequence has to be ticked. */
export class DeleteDialog extends View {
  #key: KeyInfo | undefined;
  #understood = false;
  /** No copy of it is known of. */
  #uncopied = false;
  /** How many contacts are confirmed with it alone. */
  #known = 0;
  /** The file with its revocation certificate, once it was given out. */
  #given = '';
  /** The user has said that this file is there. */
  #there = false;
  #answer: ((answer: DeleteAnswer) => void) | undefined;

  /** Shows the dialog; ends with the user's answer. Of the key no copy is known of when `uncopied`; so many contacts are `known` by it. */
  async ask(key: KeyInfo, uncopied: boolean, known: number): Promise<DeleteAnswer> {
    this.change(() => {
      this.#key = key;
      this.#understood = false;
      this.#uncopied = uncopied;
      this.#known = known;
      this.#given = '';
      this.#there = false;
      this.failure = undefined;
    });
    await this.updateComplete;
    const dialog = this.querySelector('dialog');
    if (!dialog) return 'keep';
    dialog.showModal();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  #end(answer: DeleteAnswer): void {
    this.#answer?.(answer);
    this.#answer = undefined;
    this.querySelector('dialog')?.close();
    this.change(() => (this.#key = undefined));
  }

  /** Without the key nobody can make another one; for this one no passphrase is needed, which may be why the key shall go. */
  #revocation(key: KeyInfo): void {
    void this.attempt(async () => {
      const call = { kind: 'revocation_certificate', key: key.fingerprint, passphrase: undefined } as const;
      const { armored, file_name } = await expect('armored', call);
      saveFile(file_name, armored);
      this.#given = file_name;
      this.change(() => (this.#there = false));
      this.focusOn('.given');
    });
  }

  #isThere(): void {
    this.change(() => (this.#there = true));
    // The button that was pressed goes.
    this.focusOn('.actions.end button');
  }

  /** What there is to say of the revocation certificate, until its file is there. */
  #certificate(): TemplateResult | typeof nothing {
    if (this.#there) return nothing;
    return html`${notice('warn', html`<span id="delete-revocation">${t('delete_revocation')}</span>`)}
      ${this.#given ? givenFile(this.#given, () => this.#isThere()) : nothing}`;
  }

  override render(): TemplateResult | typeof nothing {
    const key = this.#key;
    if (!key) return nothing;
    const revocable = key.secret && key.state !== 'revoked';
    const revocation = revocable && key.has_revocation;
    return html`<dialog
      aria-labelledby="delete-title"
      aria-describedby="delete-key delete-revocation delete-copy delete-known delete-text"
      @close=${() => this.#end('keep')}
    >
      <h2 id="delete-title" tabindex="-1" autofocus>${t(key.secret ? 'delete_own_title' : 'delete_contact_title', keyName(key))}</h2>
      <p id="delete-key" class="strong"><bdi>${keyLine(key)}</bdi></p>
      <p>${fingerprint(key.fingerprint)}</p>
      ${revocation ? this.#certificate() : revocable ? noCertificate() : nothing}
      ${failure(this.failure)} ${key.secret ? this.#own() : html`<p id="delete-text">${t('delete_contact_text')}</p>`}
      <div class="actions end">
        <button type="button" @click=${() => this.#end('keep')}>${t('cancel')}</button>
        ${revocation ? html`<button type="button" @click=${() => this.#revocation(key)}>${icon('save')}<span>${t('save_revocation')}</span></button>` : nothing}
        ${revocable && !revocation ? html`<button type="button" @click=${() => this.#end('details')}>${icon('pen')}<span>${t('key_details')}</span></button>` : nothing}
        ${key.secret ? html`<button type="button" @click=${() => this.#end('export')}>${icon('open')}<span>${t('export_first')}</span></button>` : nothing}
        <button type="button" class="danger solid" ?disabled=${key.secret && !this.#understood} @click=${() => this.#end('delete')}>
          ${icon('trash')}<span>${t('delete')}</span>
        </button>
      </div>
    </dialog>`;
  }

  #own(): TemplateResult {
    const copy = html`<span id="delete-copy">${t('delete_no_copy')}</span>`;
    const known = tn(this.#known, 'delete_known_one', 'delete_known_other');
    return html`${this.#uncopied ? notice('warn', copy) : nothing}
      ${this.#known > 0 ? notice('warn', html`<span id="delete-known">${known}</span>`) : nothing}
      ${notice('bad', html`<span id="delete-text">${t('delete_own_text')}</span>`)}
      <label class="check">
        <input
          type="checkbox"
          .checked=${this.#understood}
          @change=${(event: Event) => this.change(() => (this.#understood = (event.target as HTMLInputElement).checked))}
        />
        <span>${t('delete_own_confirm')}</span>
      </label>`;
  }
}

/** Of a key that was imported none is here; with its passphrase one can be made. */
function noCertificate(): TemplateResult {
  return notice('warn', html`<span id="delete-revocation">${t('delete_no_revocation', t('key_details'))}</span>`);
}

customElements.define('wx-delete', DeleteDialog);
