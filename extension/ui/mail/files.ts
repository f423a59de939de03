import { html, nothing, type TemplateResult } from 'lit';
import type { MailFile } from 'waxseal-wasm';
import { failure, notice } from '../components/parts.js';
import { type SignedFile, saveBytes } from '../files.js';
import { type TextKey, t, tn } from '../i18n.js';
import { type IconName, icon } from '../icons.js';
import { Refused } from '../vault.js';
import { View } from '../view.js';
import { zip } from '../zip.js';
import { fileSize, fileType } from './file-type.js';
import type { GetFile } from './html-body.js';
import { pictureBlob } from './pictures.js';
import { place } from './place.js';

/** A part of the mail that is to be read by itself. */
export interface Part {
  /** Which one it is in that mail. */
  readonly id: number;
  readonly source: Uint8Array<ArrayBuffer>;
  readonly name: string;
}

/** A part of the mail that is a signature, and the file that it is on. */
export interface SignedPart extends SignedFile {
  /** Which one the signature is in that mail. */
  readonly id: number;
}

/** What the user is asked about before it is saved. */
type Question = { readonly about: 'all' } | { readonly about: number } | undefined;

let made = 0;

/** The files of a mail. Fires `part` when one of them is to be read by itself, `check` when one is a signature to be checked. */
export class MailFiles extends View {
  static override properties = { files: { attribute: false }, archive: { attribute: false } };
  declare files: readonly MailFile[];
  /** What an archive of all files is called, without its ending. */
  declare archive: string;
  getFile: GetFile = async () => undefined;

  /** Several mails can be in one page, those behind the one that is seen. */
  readonly #id = `files-${++made}`;
  #question: Question;
  /** Files that are shown: pictures with their addresses, and PDFs, which have none. */
  #previews = new Map<number, string | undefined>();
  #said = '';

  constructor() {
    super();
    this.files = [];
    this.archive = '';
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('files')) return;
    const there = new Set(this.files.map((file) => file.id));
    for (const id of this.#previews.keys()) if (!there.has(id)) this.#hide(id);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const id of [...this.#previews.keys()]) this.#hide(id);
  }

  async #octets(file: MailFile, use?: 'open'): Promise<Uint8Array<ArrayBuffer>> {
    const octets = await this.getFile(file.id, use);
    if (!octets) throw new Refused('crashed');
    return octets;
  }

  #save(file: MailFile): void {
    if (file.kind === 'dangerous') this.#ask({ about: file.id });
    else void this.#saveNow(file);
  }

  async #saveNow(file: MailFile): Promise<void> {
    const asked = this.#question !== undefined;
    this.#question = undefined;
    await this.attempt(async () => {
      saveBytes(file.name, [await this.#octets(file)]);
      this.#said = t('given_to_save', file.name);
    });
    if (asked) this.focusOn(`[data-file="${file.id}"] .save`);
  }

  #saveAll(): void {
    if (this.files.some((file) => file.kind === 'dangerous')) this.#ask({ about: 'all' });
    else void this.#saveAllNow();
  }

  async #saveAllNow(): Promise<void> {
    const asked = this.#question !== undefined;
    this.#question = undefined;
    await this.attempt(async () => {
      const entries = [];
      for (const file of this.files) entries.push({ name: file.name, octets: await this.#octets(file) });
      const name = `${this.archive || t('files_archive')}.zip`;
      saveBytes(name, await zip(entries));
      this.#said = t('given_to_save', name);
    });
    if (asked) this.focusOn('.save-all');
  }

  #ask(question: Question): void {
    this.change(() => (this.#question = question));
    this.focusOn('.question button');
  }

  #keep(): void {
    const about = this.#question?.about;
    this.change(() => (this.#question = undefined));
    this.focusOn(about === 'all' ? '.save-all' : `[data-file="${about}"] .save`);
  }

  #preview(file: MailFile): void {
    void this.attempt(async () => {
      if (file.kind === 'pdf') {
        await place.loadPdf?.();
        this.#previews.set(file.id, undefined);
        return;
      }
      const blob = pictureBlob(file, await this.#octets(file));
      if (!blob) throw new Refused('limit');
      this.#previews.set(file.id, URL.createObjectURL(blob));
    });
  }

  #close(id: number): void {
    this.change(() => this.#hide(id));
    this.focusOn(`[data-file="${id}"] .preview`);
  }

  #hide(id: number): void {
    const url = this.#previews.get(id);
    if (url !== undefined) URL.revokeObjectURL(url);
    this.#previews.delete(id);
  }

  #open(file: MailFile): void {
    void this.attempt(async () => {
      const detail: Part = { id: file.id, source: await this.#octets(file, 'open'), name: file.name };
      this.dispatchEvent(new CustomEvent('part', { detail, bubbles: true }));
    });
  }

  #check(signature: MailFile, file: MailFile): void {
    void this.attempt(async () => {
      const named = async (one: MailFile) => ({ name: one.name, data: new Blob([await this.#octets(one)]) });
      const detail: SignedPart = { id: signature.id, file: await named(file), signature: await named(signature) };
      this.dispatchEvent(new CustomEvent('check', { detail, bubbles: true }));
    });
  }

  #import(file: MailFile): void {
    void this.attempt(async () => place.importKey?.(await this.#octets(file)));
  }

  override render(): TemplateResult | typeof nothing {
    const { files } = this;
    if (files.length === 0) return nothing;
    return html`<section class="mail-files" aria-labelledby=${this.#id}>
      <div class="title-row">
        <h3 id=${this.#id}>${tn(files.length, 'files_one', 'files_other')}</h3>
        ${
          files.length > 1
            ? html`<button type="button" class="save-all no-print" ?disabled=${this.busy} @click=${this.#saveAll}>
                ${icon('save')}<span>${t('save_all')}</span>
              </button>`
            : nothing
        }
      </div>
      ${this.#question?.about === 'all' ? this.#danger(t('dangerous_all'), () => void this.#saveAllNow()) : nothing}
      ${failure(this.failure)}
      <p class="visually-hidden" role="status">${this.#said}</p>
      <ul class="plain-list file-list">
        ${files.map((file) => this.#entry(file))}
      </ul>
    </section>`;
  }

  #entry(file: MailFile): TemplateResult {
    const type = fileType(file);
    return html`<li data-file=${file.id}>
      <div class="file">
        <span class="avatar ${file.kind === 'dangerous' ? 'danger' : ''}">${icon(type.icon)}</span>
        <div class="grow">
          <p class="file-name"><bdi>${file.name}</bdi></p>
          <p class="dim small">${type.text} · ${fileSize(file.size)}</p>
        </div>
        <div class="actions no-print" role="group" aria-label=${t('file_actions', file.name)}>${this.#actions(file)}</div>
      </div>
      ${this.#question?.about === file.id ? this.#danger(t('dangerous_one', file.name), () => void this.#saveNow(file)) : nothing}
      ${this.#previews.has(file.id) ? this.#shown(file, this.#previews.get(file.id)) : nothing}
    </li>`;
  }

  #shown(file: MailFile, url: string | undefined): TemplateResult {
    if (url !== undefined) return html`<img class="preview-picture" src=${url} alt=${file.name} />`;
    return html`<wx-pdf
      .name=${file.name}
      .getOctets=${() => this.#octets(file)}
      @close=${() => this.#close(file.id)}
    ></wx-pdf>`;
  }

  #actions(file: MailFile): TemplateResult {
    const button = (name: IconName, text: TextKey, run: () => void, kind = '') => html`<button
      type="button"
      class="small-button ${kind}"
      ?disabled=${this.busy}
      @click=${run}
    >
      ${icon(name)}<span>${t(text)}</span>
    </button>`;
    const shown = this.#previews.has(file.id);
    const preview = html`<button
      type="button"
      class="small-button preview"
      aria-expanded=${shown ? 'true' : 'false'}
      ?disabled=${this.busy && !shown}
      @click=${() => (shown ? this.change(() => this.#hide(file.id)) : this.#preview(file))}
    >
      ${icon('eye')}<span>${t(shown ? 'hide_preview' : 'preview')}</span>
    </button>`;
    const opens = place.opensParts && (file.kind === 'mail' || file.kind === 'encrypted' || file.kind === 'signed');
    const signed = place.opensParts ? this.files.find(({ id }) => id === file.signs) : undefined;
    const canPreview = file.kind === 'image' || (file.kind === 'pdf' && place.loadPdf);
    return html`${canPreview ? preview : nothing}
      ${signed ? button('pen', 'check_signature', () => this.#check(file, signed), 'check-signature') : nothing}
      ${opens ? button('mail', 'open_part', () => this.#open(file), 'open-part') : nothing}
      ${file.kind === 'keys' && place.importKey ? button('key', 'import', () => this.#import(file)) : nothing}
      ${button('save', 'save', () => this.#save(file), 'save')}`;
  }

  #danger(text: string, save: () => void): TemplateResult {
    return html`<div class="question" role="group" aria-label=${t('dangerous_title')}>
      ${notice(
        'bad',
        html`<p class="strong">${t('dangerous_title')}</p>
          <p>${text}</p>
          <div class="actions">
            <button type="button" @click=${this.#keep}>${t('dangerous_keep')}</button>
            <button type="button" class="danger" @click=${save}>${icon('save')}<span>${t('dangerous_save')}</span></button>
          </div>`,
        'alert',
      )}
    </div>`;
  }
}

customElements.define('wx-mail-files', MailFiles);
