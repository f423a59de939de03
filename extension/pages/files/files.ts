import { html, nothing, type TemplateResult } from 'lit';
import type { OfferedRole } from 'waxseal-wasm';
import { MAX_MAIL } from '../../desk/channel.js';
import { sortFiles, sourceOf } from '../../desk/engine.js';
import { failure, tabHead, working } from '../../ui/components/parts.js';
import type { Named } from '../../ui/files.js';
import { speak, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { toast } from '../../ui/toast.js';
import { Refused } from '../../ui/vault.js';
import { View } from '../../ui/view.js';
import type { Subject } from '../reader/opening.js';
import '../reader/stack.js';
import type { SignedFiles } from './signed-files.js';
import './signed-files.js';

type Opened =
  | {
      readonly kind: 'message';
      /** Of the file; empty for pasted text. */
      readonly name: string;
      readonly subject: Subject;
    }
  | { readonly kind: 'signatures'; readonly files: readonly Named[]; readonly roles: readonly OfferedRole[] };

/**
 * Opens a mail or an encrypted message from a file or from pasted text: the way that works whatever the webmail does. Checks
 * files against the signatures that are opened with them. Nothing of it is stored.
 */
class FilesPage extends View {
  #opened: Opened | undefined;
  #over = false;

  override connectedCallback(): void {
    super.connectedCallback();
    // All of the page takes files: one that misses would make the browser leave the page for it.
    document.addEventListener('dragover', (event) => {
      event.preventDefault();
      if (!this.#over) this.change(() => (this.#over = true));
    });
    document.addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) this.change(() => (this.#over = false));
    });
    document.addEventListener('drop', (event) => this.#dropped(event));
  }

  #dropped(event: DragEvent): void {
    event.preventDefault();
    this.change(() => (this.#over = false));
    const files = [...(event.dataTransfer?.files ?? [])];
    const text = event.dataTransfer?.getData('text/plain') ?? '';
    void this.attempt(() => (files.length > 0 ? this.#openFiles(files) : this.#openText(text)));
  }

  /** Signatures with what they are on; without any, the first file as a mail. */
  async #openFiles(chosen: readonly File[]): Promise<void> {
    // What comes now may be what a signature waits for.
    const waiting = this.querySelector<SignedFiles>('wx-signed-files')?.waiting ?? [];
    const files = [...waiting, ...chosen.map((file) => ({ name: file.name, data: file }))];
    const sorted = await sortFiles(files);
    if (sorted.state === 'failed') throw new Refused(sorted.error, sorted.detail);
    const { roles } = sorted;
    const [first] = chosen;
    if (roles.some(({ kind }) => kind === 'signature')) this.#show({ kind: 'signatures', files, roles });
    else if (first) {
      if (chosen.length > 1) toast(t('files_one_at_once', first.name));
      await this.#openFile(first);
    }
  }

  async #openFile(file: File): Promise<void> {
    if (file.size > MAX_MAIL) throw new Refused('limit');
    if (file.size === 0) throw new Refused('empty');
    // A folder can be dropped as well, and a file can be gone by now.
    const source = await sourceOf(file).catch(() => Promise.reject(new Refused('file_unreadable')));
    const { name } = file;
    this.#show({ kind: 'message', name, subject: { kind: 'mail', source, name, sender: null } });
  }

  async #openText(text: string): Promise<void> {
    if (text.length > MAX_MAIL) throw new Refused('limit');
    if (!text.trim()) throw new Refused('empty');
    const source = new TextEncoder().encode(withoutWordsBefore(text));
    this.#show({ kind: 'message', name: '', subject: { kind: 'mail', source, sender: null } });
  }

  #show(opened: Opened | undefined): void {
    this.change(() => (this.#opened = opened));
    this.focusOn(opened ? '#opened-title' : '#choose');
  }

  #pasted(event: ClipboardEvent): void {
    // Looked at before it lands in the field: 20 MB in a text area stall the page.
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text.length <= MAX_TYPED) return;
    event.preventDefault();
    void this.attempt(() => this.#openText(text));
  }

  override render(): TemplateResult {
    return html`${tabHead('files_title', 'files')}
      <main>${this.#opened ? this.#message(this.#opened) : this.#choice()}</main>`;
  }

  #message(opened: Opened): TemplateResult {
    const title = opened.kind === 'message' ? opened.name || t('files_pasted') : t('files_signatures');
    return html`<div class="title-row no-print">
        <h2 id="opened-title" tabindex="-1"><bdi>${title}</bdi></h2>
        <button type="button" @click=${() => this.#show(undefined)}>${icon('open')}<span>${t('files_another')}</span></button>
      </div>
      ${failure(this.failure)} ${
        opened.kind === 'message'
          ? html`<div class="sheet-reader ${this.#over ? 'over' : ''}">
              <wx-opening-stack .subject=${opened.subject}></wx-opening-stack>
            </div>`
          : html`<wx-signed-files .files=${opened.files} .roles=${opened.roles}></wx-signed-files>`
      }`;
  }

  #choice(): TemplateResult {
    return html`<section class="sheet" aria-labelledby="files-choose">
      <h2 id="files-choose">${t('files_choose_title')}</h2>
      <p class="dim">${t('files_choose_text')}</p>
      <div class="drop-zone ${this.#over ? 'over' : ''}">
        ${icon('mail')}
        <p>${t('files_drop')}</p>
        <button
          id="choose"
          type="button"
          class="primary"
          ?disabled=${this.busy}
          @click=${() => this.querySelector<HTMLInputElement>('#file')?.click()}
        >
          ${icon('open')}<span>${t('files_choose')}</span>
        </button>
        <input
          id="file"
          type="file"
          hidden
          multiple
          aria-label=${t('files_choose')}
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            const files = [...(input.files ?? [])];
            if (files.length === 0) return;
            void this.attempt(() => this.#openFiles(files)).then(() => {
              input.value = '';
            });
          }}
        />
        <p class="dim small">${t('files_kinds')}</p>
        <p class="dim small">${t('files_with_signature')}</p>
      </div>
      ${failure(this.failure)} ${this.busy ? working(t('reader_opening')) : nothing}
      <form
        novalidate
        @submit=${(event: Event) => {
          event.preventDefault();
          void this.attempt(() => this.#openText(this.querySelector('textarea')?.value ?? ''));
        }}
      >
        <div class="field">
          <label for="pasted">${t('files_paste')}</label>
          <textarea
            id="pasted"
            rows="5"
            class="mono"
            spellcheck="false"
            autocomplete="off"
            placeholder="-----BEGIN PGP MESSAGE-----"
            @paste=${this.#pasted}
          ></textarea>
        </div>
        <div class="actions">
          <button type="submit" ?disabled=${this.busy}>${icon('unlock')}<span>${t('open_message')}</span></button>
        </div>
      </form>
      <p class="dim small">${t('files_private')}</p>
    </section>`;
  }
}

/** A block that was copied with words in front of it. A whole mail begins with a header field and stays as it is. */
function withoutWordsBefore(text: string): string {
  const start = text.indexOf('-----BEGIN PGP ');
  return start > 0 && !/^\s*[\w-]+:/.test(text) ? text.slice(start) : text;
}

/** Characters that a text area takes without effort; longer ones are opened as they are pasted. */
const MAX_TYPED = 200_000;

customElements.define('wx-files-page', FilesPage);
speak('files_title');
