import { html, nothing, type TemplateResult } from 'lit';
import { MAX_MAIL } from '../../desk/channel.js';
import { failure, tabHead, working } from '../../ui/components/parts.js';
import { speak, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { toast } from '../../ui/toast.js';
import { Refused } from '../../ui/vault.js';
import { View } from '../../ui/view.js';
import type { Subject } from '../reader/opening.js';
import '../reader/stack.js';

interface Opened {
  /** Of the file; empty for pasted text. */
  readonly name: string;
  readonly subject: Subject;
}

/**
 * Opens a mail or an encrypted message from a file or from pasted text: the way that works whatever the webmail does.
 * Nothing of it is stored.
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
    if (files.length > 1) toast(t('files_one_at_once', files[0]?.name ?? ''));
    void this.attempt(() => (files[0] ? this.#openFile(files[0]) : this.#openText(text)));
  }

  async #openFile(file: File): Promise<void> {
    if (file.size > MAX_MAIL) throw new Refused('limit');
    if (file.size === 0) throw new Refused('empty');
    // A folder can be dropped as well, and a file can be gone by now.
    const octets = await file.arrayBuffer().catch(() => Promise.reject(new Refused('not_a_mail')));
    this.#show({ name: file.name, subject: { kind: 'mail', source: new Uint8Array(octets), sender: null } });
  }

  async #openText(text: string): Promise<void> {
    if (text.length > MAX_MAIL) throw new Refused('limit');
    if (!text.trim()) throw new Refused('empty');
    const source = new TextEncoder().encode(withoutWordsBefore(text));
    this.#show({ name: '', subject: { kind: 'mail', source, sender: null } });
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

  #message({ name, subject }: Opened): TemplateResult {
    return html`<div class="title-row no-print">
        <h2 id="opened-title" tabindex="-1"><bdi>${name || t('files_pasted')}</bdi></h2>
        <button type="button" @click=${() => this.#show(undefined)}>${icon('open')}<span>${t('files_another')}</span></button>
      </div>
      ${failure(this.failure)}
      <div class="sheet-reader ${this.#over ? 'over' : ''}"><wx-opening-stack .subject=${subject}></wx-opening-stack></div>`;
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
          aria-label=${t('files_choose')}
          accept=".eml,.asc,.pgp,.gpg,.txt,message/rfc822,application/pgp-encrypted,text/plain"
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            const [file] = input.files ?? [];
            if (!file) return;
            void this.attempt(() => this.#openFile(file)).then(() => {
              input.value = '';
            });
          }}
        />
        <p class="dim small">${t('files_kinds')}</p>
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
