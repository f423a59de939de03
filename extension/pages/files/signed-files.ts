import { html, nothing, type TemplateResult } from 'lit';
import type { OfferedRole } from 'waxseal-wasm';
import type { Named, SignedFile } from '../../ui/files.js';
import { language, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { View } from '../../ui/view.js';
import '../reader/signature-check.js';

/** Signatures that were opened, each with the file that it is on, or the question which one that is. */
export class SignedFiles extends View {
  static override properties = { files: { attribute: false }, roles: { attribute: false } };
  declare files: readonly Named[];
  /** What each of the files is. */
  declare roles: readonly OfferedRole[];

  /** What is checked, by the place of the signature: the same object for as long as it is the same pair. */
  #pairs = new Map<number, SignedFile>();

  constructor() {
    super();
    this.files = [];
    this.roles = [];
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('files') && !changed.has('roles')) return;
    this.#pairs.clear();
    this.roles.forEach((role, at) => {
      const file = role.kind === 'signature' && role.of !== undefined ? this.files[role.of] : undefined;
      if (file) this.#pair(at, file);
    });
  }

  /** Signatures of which it is not known what they are on. */
  get waiting(): Named[] {
    return this.files.filter((_, at) => this.roles[at]?.kind === 'signature' && !this.#pairs.has(at));
  }

  #pair(at: number, file: Named): void {
    const signature = this.files[at];
    if (signature) this.#pairs.set(at, { file, signature });
  }

  #choose(at: number, file: Named | undefined): void {
    if (!file) return;
    this.change(() => this.#pair(at, file));
    this.focusOn(`#signature-${at}`);
  }

  override render(): TemplateResult {
    const left = this.#left();
    return html`${this.files.map((file, at) => (this.roles[at]?.kind === 'signature' ? this.#entry(file, at) : nothing))}
      ${
        left.length > 0
          ? html`<p class="dim small">${t('files_left')} <bdi>${new Intl.ListFormat(language()).format(left)}</bdi></p>`
          : nothing
      }`;
  }

  #entry({ name }: Named, at: number): TemplateResult {
    const pair = this.#pairs.get(at);
    return html`<section class="signature" aria-labelledby="signature-${at}">
      <h3 id="signature-${at}" tabindex="-1"><bdi>${name}</bdi></h3>
      ${
        pair
          ? html`<div class="sheet-reader"><wx-signature-check .what=${pair}></wx-signature-check></div>`
          : this.#question(at, name)
      }
    </section>`;
  }

  #question(at: number, name: string): TemplateResult {
    const others = this.files.filter((_, other) => this.roles[other]?.kind === 'other');
    const title = t('signature_of_what');
    return html`<div class="drop-zone" role="group" aria-label=${title}>
      <p class="strong">${title}</p>
      <p>${t('signature_of_what_text')} <bdi class="named">${name.replace(/\.[^.]*$/, '')}</bdi></p>
      <div class="actions">
        ${others.map(
          (file) =>
            html`<button type="button" class="signed-one" @click=${() => this.#choose(at, file)}>
              ${icon('file')}<span><bdi>${file.name}</bdi></span>
            </button>`,
        )}
        <button type="button" class="primary" @click=${() => this.querySelector<HTMLInputElement>(`#signed-${at}`)?.click()}>
          ${icon('open')}<span>${t(others.length > 0 ? 'files_another_one' : 'files_choose')}</span>
        </button>
        <input
          id="signed-${at}"
          class="signed-file"
          type="file"
          hidden
          aria-label=${t('files_choose')}
          @change=${({ target }: Event) => {
            const [file] = (target as HTMLInputElement).files ?? [];
            this.#choose(at, file && { name: file.name, data: file });
          }}
        />
      </div>
    </div>`;
  }

  /** Files that no signature is on. */
  #left(): string[] {
    const used = new Set([...this.#pairs.values()].map(({ file }) => file));
    const open = this.waiting.length > 0;
    return this.files
      .filter((file, at) => this.roles[at]?.kind === 'other' && !used.has(file) && !open)
      .map(({ name }) => name);
  }
}

customElements.define('wx-signed-files', SignedFiles);
