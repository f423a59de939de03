import { html, nothing, type TemplateResult } from 'lit';
import type { KeyInfo, MailView } from 'waxseal-wasm';
import { octets } from '../desk/pieces.js';
import type { NewFile } from '../desk/writing.js';
import { copyText } from '../ui/clipboard.js';
import { givenFile } from '../ui/components/given-file.js';
import { failure, notice, working } from '../ui/components/parts.js';
import { saveBytes } from '../ui/files.js';
import { keyLine } from '../ui/format.js';
import { t } from '../ui/i18n.js';
import { icon } from '../ui/icons.js';
import { MAX_WRITTEN_FILES, MAX_WRITTEN_SIZE } from '../ui/limits.js';
import { fileSize } from '../ui/mail/file-type.js';
import { unreadable } from '../ui/unreadable.js';
import { Refused } from '../ui/vault.js';
import { View } from '../ui/view.js';
import { about } from './blocks.js';
import { mailto, makeReply, senderKey } from './reply-job.js';

/** What the reply is called as a file. */
const NAME = 'reply.asc';
/** Octets of armor that can be copied and pasted into a mail; what is longer, mail programs cut or choke on. */
const MAX_COPIED = 200_000;

/** A reply that is encrypted here and sent by hand. */
export class LetterReply extends View {
  static override properties = { mail: { attribute: false }, password: { attribute: false }, other: { type: Boolean } };
  /** What is answered. */
  declare mail: MailView | undefined;
  /** The password that opened it. */
  declare password: string;
  /** It is a message from another file: the key and the address in this one have nothing to do with it. */
  declare other: boolean;

  #open = false;
  /** The sender's key that came with the letter, if it can be used. */
  #key: KeyInfo | undefined;
  #both = false;
  #text = '';
  #files: NewFile[] = [];
  /** Names of chosen files that could not be read. */
  #lost: string[] = [];
  #armored: Uint8Array<ArrayBuffer> | undefined;
  /** What was written is in no file yet, as far as the user has said. */
  #unsaved = false;
  /** It was given out as a file. */
  #given = false;
  #said = '';

  constructor() {
    super();
    this.mail = undefined;
    this.password = '';
    this.other = false;
  }

  /** What is asked before it goes: something was written that is in no file yet, as far as the user has said. */
  get unsaved(): string {
    if (!this.#unsaved) return '';
    return this.#given ? t('given_question', NAME) : t('discard_text');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('beforeunload', this.#leave);
    void this.attempt(async () => (this.#key = this.other ? undefined : await senderKey()), { quiet: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('beforeunload', this.#leave);
  }

  #leave = (event: BeforeUnloadEvent): void => {
    if (!this.#unsaved) return;
    event.preventDefault();
    // Chrome before 119 hears nothing else.
    event.returnValue = true;
  };

  #begin(): void {
    this.change(() => (this.#open = true));
    this.focusOn('textarea');
  }

  #typed(event: Event): void {
    this.#text = (event.target as HTMLTextAreaElement).value;
    this.#touched();
  }

  #touched(): void {
    this.#unsaved = this.#text !== '' || this.#files.length > 0;
  }

  #add(event: Event): void {
    const input = event.target as HTMLInputElement;
    const chosen = [...(input.files ?? [])];
    input.value = '';
    this.#lost = [];
    void this.attempt(async () => {
      const all = [...this.#files.map(({ data }) => data.length), ...chosen.map((file) => file.size)];
      const limit = all.length > MAX_WRITTEN_FILES ? MAX_WRITTEN_FILES : MAX_WRITTEN_SIZE;
      const met = all.length > MAX_WRITTEN_FILES || all.reduce((sum, size) => sum + size, 0) > MAX_WRITTEN_SIZE;
      // Before anything is read: the engine would refuse it later.
      if (met) throw new Refused('limit', { limit });
      const added: string[] = [];
      for (const file of chosen) {
        const data = await octets(file).catch(() => undefined);
        (data ? added : this.#lost).push(file.name);
        if (!data) continue;
        this.#files.push({ name: file.name, mediaType: file.type || 'application/octet-stream', data });
        this.#unsaved = true;
      }
      if (added.length > 0) this.#said = t('letter_reply_added', added.join(', '));
    });
  }

  #remove(file: NewFile): void {
    this.#said = '';
    this.change(() => (this.#files = this.#files.filter((one) => one !== file)));
    this.#touched();
    this.focusOn('#reply-files');
  }

  #encrypt(event: Event): void {
    event.preventDefault();
    const { mail } = this;
    if (this.busy || !mail) return;
    this.#said = '';
    this.#lost = [];
    void this.attempt(async () => {
      const key = this.#key && about().certificate;
      const password = !key || this.#both ? this.password : undefined;
      const to = this.other ? '' : about().address;
      const made = await makeReply({ text: this.#text, files: this.#files, key, password, to }, mail);
      if ('state' in made) throw new Refused(made.error, made.detail);
      this.#armored = made.armored;
      this.focusOn('#reply-done');
    });
  }

  #save(armored: Uint8Array<ArrayBuffer>): void {
    saveBytes(NAME, [armored]);
    this.#said = '';
    this.change(() => (this.#given = true));
  }

  #isThere(): void {
    this.#unsaved = false;
    this.change(() => (this.#given = false));
    // The button that was pressed goes.
    this.focusOn('#reply-done');
  }

  async #copy(armored: Uint8Array<ArrayBuffer>): Promise<void> {
    const copied = await copyText(new TextDecoder().decode(armored));
    if (copied) this.#unsaved = this.#given = false;
    this.change(() => (this.#said = t(copied ? 'letter_reply_copied' : 'letter_reply_not_copied')));
  }

  #again(): void {
    this.#armored = undefined;
    this.#unsaved = true;
    this.#given = false;
    this.#begin();
  }

  override render(): TemplateResult {
    return html`${this.#part()}
      <p class="visually-hidden" role="status">${this.#said}</p>`;
  }

  #part(): TemplateResult {
    if (this.#armored) return this.#done(this.#armored);
    if (this.#open) return this.#form();
    return html`<button type="button" @click=${this.#begin}>${icon('pen')}<span>${t('letter_reply')}</span></button>`;
  }

  #form(): TemplateResult {
    const key = this.#key;
    return html`<form class="sheet" novalidate @submit=${this.#encrypt} aria-busy=${this.busy ? 'true' : 'false'}>
      <h2>${t('letter_reply')}</h2>
      <div class="field">
        <label for="reply-text">${t('letter_reply_text')}</label>
        <textarea
          id="reply-text"
          rows="8"
          autocomplete="off"
          spellcheck="false"
          writingsuggestions="false"
          dir="auto"
          ?readonly=${this.busy}
          .value=${this.#text}
          @input=${this.#typed}
        ></textarea>
      </div>
      <div class="field">
        <label for="reply-files">${t('letter_reply_files')}</label>
        <input id="reply-files" type="file" multiple ?disabled=${this.busy} @change=${this.#add} />
        ${this.#files.length > 0 ? html`<ul class="plain-list file-list">${this.#files.map((file) => this.#file(file))}</ul>` : nothing}
      </div>
      <p>${key ? html`${t('letter_reply_for_key')} <bdi class="strong">${keyLine(key)}</bdi>` : t('letter_reply_for_password')}</p>
      ${
        key
          ? html`<label class="check">
              <input
                id="reply-both"
                type="checkbox"
                .checked=${this.#both}
                ?disabled=${this.busy}
                @change=${(event: Event) => (this.#both = (event.target as HTMLInputElement).checked)}
              />
              <span>${t('letter_reply_both')}</span>
            </label>`
          : nothing
      }
      ${this.busy ? working(t('letter_reply_working')) : failure(this.failure)}
      ${this.#lost.length > 0 && !this.busy ? notice('bad', unreadable(this.#lost), 'alert') : nothing}
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${this.busy}>${icon('lock')}<span>${t('letter_reply_encrypt')}</span></button>
      </div>
    </form>`;
  }

  #file(file: NewFile): TemplateResult {
    return html`<li>
      <div class="file">
        <div class="grow">
          <p class="file-name"><bdi>${file.name}</bdi></p>
          <p class="dim small">${fileSize(file.data.length)}</p>
        </div>
        <button
          type="button"
          class="small-button"
          aria-label=${t('letter_reply_remove_file', file.name)}
          ?disabled=${this.busy}
          @click=${() => this.#remove(file)}
        >
          ${icon('trash')}<span>${t('letter_reply_remove')}</span>
        </button>
      </div>
    </li>`;
  }

  #done(armored: Uint8Array<ArrayBuffer>): TemplateResult {
    const { address } = about();
    return html`<section class="sheet" aria-labelledby="reply-done">
      <h2 id="reply-done" tabindex="-1">${t('letter_reply_done')}</h2>
      <ol class="letter-steps">
        <li>
          <p>${t('letter_reply_step_save')}</p>
          <div class="actions">
            <button type="button" class="primary" @click=${() => this.#save(armored)}>
              ${icon('save')}<span>${t('letter_reply_save', NAME)}</span>
            </button>
            ${
              armored.length <= MAX_COPIED
                ? html`<button type="button" @click=${() => void this.#copy(armored)}>
                    ${icon('copy')}<span>${t('letter_reply_copy')}</span>
                  </button>`
                : nothing
            }
          </div>
        </li>
        <li>
          <p>${t('letter_reply_step_send')}</p>
          ${address && !this.other ? html`<p><a href=${mailto()}>${t('letter_reply_mail', address)}</a></p>` : nothing}
        </li>
      </ol>
      ${this.#given ? givenFile(NAME, () => this.#isThere()) : nothing}
      ${this.#said ? notice('plain', this.#said) : nothing}
      <div class="actions">
        <button type="button" @click=${this.#again}>${icon('back')}<span>${t('letter_reply_again')}</span></button>
      </div>
    </section>`;
  }
}

customElements.define('wx-letter-reply', LetterReply);
