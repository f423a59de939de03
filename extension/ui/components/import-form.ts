import { html, nothing, type TemplateResult } from 'lit';
import type { ImportOutcome, ImportPreview, KeyInfo, SkippedKey } from 'waxseal-wasm';
import { textToBase64, toBase64 } from '../files.js';
import { type Blame, FormView, whatAndHow } from '../form-view.js';
import { keyAlgorithms, keyName, keyState } from '../format.js';
import { t, tn } from '../i18n.js';
import { icon } from '../icons.js';
import { MAX_IMPORT } from '../limits.js';
import { expect, Refused } from '../vault.js';
import { checkFresh, freshPassphrase } from './fresh-passphrase.js';
import { together } from './import-sources.js';
import { fingerprint, userIds } from './key-card.js';
import { badge, failure, notice, working } from './parts.js';
import type { PassphraseField } from './passphrase.js';

const FRESH = ['new-passphrase', 'new-repeat'] as const;
const MEBIBYTE = 1024 * 1024;

/**
 * Import of keys: paste, files, drag and drop, what a message's key block brought (`stagedId`), or what was found elsewhere
 * (`given`). Nothing is stored before every user ID and fingerprint was shown. Fires `imported` with the outcomes.
 */
export class ImportForm extends FormView {
  static override properties = { stagedId: { attribute: false }, given: { attribute: false } };
  declare stagedId: string | undefined;
  /** Keys in base64; then nothing else can be chosen. */
  declare given: string | undefined;

  /** What was read, source by source. */
  #batches: { data: string; keys: ImportPreview[] }[] = [];
  #skipped: SkippedKey[] = [];
  #chosen = new Set<string>();
  /** Of which the secret part that came takes the place of the stored one. */
  #replacing = new Set<string>();
  /** Of which the user does not know the stored passphrase any more. */
  #apart = new Set<string>();
  #stored = new Map<string, KeyInfo>();
  #over = false;

  constructor() {
    super();
    this.stagedId = undefined;
    this.given = undefined;
  }

  override firstUpdated(): void {
    const { stagedId: id, given } = this;
    if (given !== undefined) {
      void this.attempt(() => this.#preview([given]));
      return;
    }
    if (!id) {
      this.focusOn('textarea');
      return;
    }
    void this.attempt(async () => {
      const { data } = await expect('staged', { kind: 'staged', id });
      await this.#preview([data]);
    });
  }

  /** Reads files that were dropped elsewhere. */
  take(files: readonly File[]): void {
    void this.attempt(() => this.#readFiles(files));
  }

  async #preview(sources: string[]): Promise<void> {
    const stored = await expect('keys', { kind: 'list_keys' });
    const batches: { data: string; keys: ImportPreview[] }[] = [];
    const skipped: SkippedKey[] = [];
    for (const data of sources) {
      const found = await expect('preview', { kind: 'preview_import', data });
      batches.push({ data, keys: found.keys });
      skipped.push(...found.skipped);
    }
    const keys = batches.flatMap((batch) => batch.keys);
    if (keys.length === 0) throw new Refused(skipped[0]?.error ?? 'not_a_key');
    this.change(() => {
      this.#stored = new Map([...stored.own, ...stored.contacts].map((key) => [key.fingerprint, key]));
      this.#batches = batches;
      this.#skipped = skipped;
      // What a message brought, or a server gave, beside a known key of the same address waits for a choice: the newer one would
      // be written to. So does what withdraws a key: nobody could undo that.
      const foreign = this.stagedId !== undefined || this.given !== undefined;
      const beside = (key: ImportPreview) => foreign && key.same_address.length > 0;
      const suggested = keys.filter((key) => key.news && !key.revokes && !beside(key));
      this.#chosen = new Set(suggested.map((key) => key.key.fingerprint));
      this.#replacing = new Set();
      this.#apart = new Set();
    });
    this.focusOn('#preview-title');
  }

  async #readText(text: string): Promise<void> {
    if (text.length > MAX_IMPORT) throw tooLarge();
    if (!text.trim()) throw new Refused('empty');
    await this.#preview([textToBase64(text)]);
  }

  async #readFiles(list: readonly File[]): Promise<void> {
    if (list.length === 0) return;
    if (list.reduce((size, file) => size + file.size, 0) > MAX_IMPORT) throw tooLarge();
    const read = await Promise.all(list.map(octets));
    await this.#preview(together(read.filter((bytes) => bytes.length > 0)).map(toBase64));
  }

  #pasted(event: ClipboardEvent): void {
    // Looked at before it lands in the field: 20 MB in a text area stall the page.
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text.length > MAX_IMPORT) {
      event.preventDefault();
      void this.attempt(() => Promise.reject(tooLarge()));
    }
  }

  #dropped(event: DragEvent): void {
    event.preventDefault();
    this.change(() => (this.#over = false));
    const text = event.dataTransfer?.getData('text/plain');
    const files = [...(event.dataTransfer?.files ?? [])];
    void this.attempt(() => (files.length > 0 ? this.#readFiles(files) : this.#readText(text ?? '')));
  }

  #needsFresh(): boolean {
    const needs = (key: ImportPreview) => (this.#replaces(key) ? key.in_clear : key.passphrase === 'fresh');
    return this.#keys().some((key) => this.#chosen.has(key.key.fingerprint) && needs(key));
  }

  /** Whether a field in its card asks for a passphrase: the one of the file, or the one of the stored key. */
  #asks(key: ImportPreview): boolean {
    if (!this.#chosen.has(key.key.fingerprint)) return false;
    return this.#replaces(key) ? !key.in_clear : key.passphrase === 'stored';
  }

  #keys(): ImportPreview[] {
    return this.#batches.flatMap((batch) => batch.keys);
  }

  async #import(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy || this.#chosen.size === 0) return;
    const [fresh, repeat] = [...this.querySelectorAll<PassphraseField>('fieldset wx-passphrase')];
    const newOne = this.#needsFresh() ? fresh?.value : undefined;
    const problems = new Map<string, string>();
    if (newOne !== undefined) checkFresh(problems, fresh, repeat);
    const fields = [...this.querySelectorAll<PassphraseField>('.card wx-passphrase')];
    for (const { fieldId, value } of fields) if (!value) problems.set(fieldId, t('passphrase_missing'));
    if (!this.tell(problems)) return;
    const blame: Blame = { weak_passphrase: 'new-passphrase' };
    const outcomes: ImportOutcome[] = [];
    const typed = (id: string) => fields.find((one) => one.fieldId === id)?.value;
    const take = async (data: string, keys: ImportPreview[], passphrase: string | undefined, one?: ImportPreview) => {
      const accept = keys.map((key) => key.key.fingerprint);
      if (accept.length === 0) return;
      const replace = one !== undefined && this.#replaces(one);
      const stored = replace ? typed(storedFieldOf(one)) : undefined;
      const apart = replace && this.#isApart(one);
      const call = { kind: 'import', data, accept, passphrase, replace, stored, apart, added: undefined } as const;
      outcomes.push(...(await expect('imported', call)).outcomes);
    };
    const takeAll = async (): Promise<void> => {
      for (const { data, keys } of this.#batches) {
        const chosen = keys.filter((key) => this.#chosen.has(key.key.fingerprint));
        const single = (one: ImportPreview) => this.#replaces(one) || this.#asks(one);
        // First, because the passphrase may be wrong.
        for (const key of chosen.filter(single)) {
          const id = fieldOf(key);
          blame.wrong_passphrase = id;
          blame.other_passphrase = this.#replaces(key)
            ? [storedFieldOf(key), whatAndHow('wrong_passphrase')]
            : [id, t('import_other_passphrase')];
          await take(data, [key], typed(id) ?? newOne, key);
        }
        const others = chosen.filter((one) => !single(one));
        await take(data, others, newOne);
      }
    };
    if (await this.send(takeAll, blame))
      this.dispatchEvent(new CustomEvent('imported', { detail: outcomes, bubbles: true }));
  }

  #replaces(preview: ImportPreview): boolean {
    return preview.other_secret && this.#replacing.has(preview.key.fingerprint);
  }

  /** Parts of the stored key that the file lacks keep their passphrase, because nobody knows it. */
  #isApart(preview: ImportPreview): boolean {
    return preview.lacks_parts && this.#apart.has(preview.key.fingerprint);
  }

  #choose(preview: ImportPreview, chosen: boolean, replacing: boolean): void {
    const { fingerprint: print } = preview.key;
    const set = (all: Set<string>, on: boolean) => (on ? all.add(print) : all.delete(print));
    this.change(() => {
      set(this.#chosen, chosen);
      set(this.#replacing, replacing);
    });
  }

  #again(): void {
    this.change(() => {
      this.#batches = [];
      this.#skipped = [];
      this.failure = undefined;
    });
    this.tell(new Map());
    this.focusOn('textarea');
  }

  override render(): TemplateResult {
    if (this.#batches.length > 0) return this.#choice();
    return this.given === undefined ? this.#source() : html`${failure(this.failure)}`;
  }

  #source(): TemplateResult {
    return html`<form
      novalidate
      class="drop ${this.#over ? 'over' : ''}"
      @dragover=${(event: DragEvent) => {
        event.preventDefault();
        if (!this.#over) this.change(() => (this.#over = true));
      }}
      @dragleave=${() => this.change(() => (this.#over = false))}
      @drop=${this.#dropped}
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.attempt(() => this.#readText(this.querySelector('textarea')?.value ?? ''));
      }}
    >
      <div class="field">
        <label for="paste">${t('import_paste')}</label>
        <textarea
          id="paste"
          rows="7"
          class="mono"
          spellcheck="false"
          autocomplete="off"
          placeholder="-----BEGIN PGP PUBLIC KEY BLOCK-----"
          aria-describedby="paste-hint"
          @paste=${this.#pasted}
        ></textarea>
        <p id="paste-hint" class="hints dim">${t('import_hint')}</p>
      </div>
      ${this.#refusal()} ${this.busy ? working(t('reading_keys')) : nothing}
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${this.busy}>${icon('search')}<span>${t('import_look')}</span></button>
        <button type="button" ?disabled=${this.busy} @click=${() => this.querySelector<HTMLInputElement>('#files')?.click()}>
          ${icon('open')}<span>${t('choose_files')}</span>
        </button>
        <input
          id="files"
          type="file"
          multiple
          hidden
          aria-label=${t('choose_files')}
          accept=".asc,.gpg,.pgp,.key,.txt,application/pgp-keys,text/plain"
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            void this.attempt(() => this.#readFiles([...(input.files ?? [])])).then(() => {
              input.value = '';
            });
          }}
        />
      </div>
      <p class="drop-hint dim">${t('drop_hint')}</p>
    </form>`;
  }

  /** What went wrong; a size is the one limit that is met here often, and the only one with a unit that people know. */
  #refusal(): TemplateResult | typeof nothing {
    if (this.failure?.detail?.limit !== MAX_IMPORT) return failure(this.failure);
    return notice(
      'bad',
      html`<p class="strong">${t('err_limit')}</p>
        <p>${t('import_limit', MAX_IMPORT / MEBIBYTE)}</p>`,
      'alert',
    );
  }

  #choice(): TemplateResult {
    const keys = this.#keys();
    return html`<form novalidate @submit=${this.#import}>
      <h2 id="preview-title" tabindex="-1">${tn(keys.length, 'preview_title_one', 'preview_title_other')}</h2>
      <p>${t('preview_text')}</p>
      <ul class="cards">
        ${keys.map((key) => this.#entry(key))}
      </ul>
      ${this.#skippedList()} ${this.#needsFresh() ? this.#newPassphrase() : nothing} ${failure(this.failure)}
      ${this.busy ? working(t('importing')) : nothing}
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${this.busy || this.#chosen.size === 0}>
          ${icon('save')}<span>${t('import')}</span>
        </button>
        ${
          this.given === undefined
            ? html`<button type="button" ?disabled=${this.busy} @click=${this.#again}>${t('import_other')}</button>`
            : nothing
        }
        <span class="dim" role="status">${tn(this.#chosen.size, 'chosen_one', 'chosen_other')}</span>
      </div>
    </form>`;
  }

  #entry(preview: ImportPreview): TemplateResult {
    const { key } = preview;
    const id = `pick-${key.fingerprint}`;
    const state = keyState(key);
    const same = preview.same_address.map((print) => this.#stored.get(print)).filter((other) => other !== undefined);
    const known = this.#stored.get(key.fingerprint);
    const parts = this.#skipped.filter((part) => part.fingerprint === key.fingerprint);
    const chosen = this.#chosen.has(key.fingerprint);
    // A revocation certificate names nobody.
    const named = key.user_ids.length > 0 ? key : (known ?? key);
    return html`<li class="card preview">
      <label class="check" for=${id}>
        <input
          id=${id}
          type="checkbox"
          .checked=${chosen}
          ?disabled=${!preview.news}
          @change=${() => this.#choose(preview, !chosen, false)}
        />
        <span class="key-name">${keyName(named)}</span>
      </label>
      <div class="preview-facts">
        <p class="key-facts">
          ${badge('plain', t(key.secret ? 'secret_key' : 'public_key'))} ${badge(state.tone, state.text)}
          ${preview.known ? badge('plain', t(preview.news ? 'import_merges' : 'import_known')) : nothing}
        </p>
        ${userIds(key)}
        <p>${fingerprint(key.fingerprint)}</p>
        <p class="dim">${keyAlgorithms(key)}</p>
        ${preview.revokes ? this.#revokes(known?.secret === true) : nothing}
        ${parts.map((part) => notice('warn', html`<p>${t('skipped_part')}</p><p>${t(`err_${part.error}`)}</p>`))}
        ${preview.other_secret ? this.#otherSecret(preview, chosen) : nothing}
        ${preview.passphrase === 'stored' && !this.#replaces(preview) ? notice('plain', t(preview.in_clear ? 'import_further_part' : 'import_further_same')) : nothing}
        ${this.#asks(preview) ? this.#passphraseOf(preview) : nothing}
        ${this.#replaces(preview) && preview.lacks_parts ? this.#otherParts(preview) : nothing}
        ${key.secret && preview.news ? notice('warn', t('import_secret')) : nothing}
        ${same.length > 0 ? notice('warn', html`<p>${t('same_address')}</p>${same.map((other) => html`<p><bdi>${keyName(other)}</bdi> · ${fingerprint(other.fingerprint)}</p>`)}`) : nothing}
      </div>
    </li>`;
  }

  /** Said plainly: nobody can undo it. For somebody else's key it is what its owner wanted. */
  #revokes(own: boolean): TemplateResult {
    return own ? notice('bad', t('import_revokes_own')) : notice('warn', t('import_revokes'));
  }

  /** The secret part came again; which passphrase it has can be told by nobody before it is opened. */
  #otherSecret(preview: ImportPreview, chosen: boolean): TemplateResult {
    const replaces = this.#replaces(preview);
    return html`${notice('plain', t('import_other_secret'))}
      <label class="check">
        <input
          type="checkbox"
          .checked=${replaces}
          ?disabled=${preview.revokes && !chosen}
          @change=${() => this.#choose(preview, !replaces || preview.news, !replaces)}
        />
        <span>${t('import_replace')}</span>
      </label>`;
  }

  #passphraseOf(preview: ImportPreview): TemplateResult {
    const id = fieldOf(preview);
    const label = t(this.#replaces(preview) ? 'import_file_passphrase' : 'import_stored_passphrase');
    return html`<wx-passphrase field-id=${id} .label=${label} .problem=${this.problemOf(id)}></wx-passphrase>`;
  }

  /** What is not in the file would stay under its own passphrase: nobody could change that of such a key. */
  #otherParts(preview: ImportPreview): TemplateResult {
    const id = storedFieldOf(preview);
    const apart = this.#isApart(preview);
    const { fingerprint: print } = preview.key;
    return html`${notice('warn', t('import_lacks_parts'))}
      ${apart ? nothing : html`<wx-passphrase field-id=${id} .label=${t('import_stored_passphrase')} .problem=${this.problemOf(id)}></wx-passphrase>`}
      <label class="check">
        <input
          type="checkbox"
          .checked=${apart}
          @change=${() => this.change(() => (apart ? this.#apart.delete(print) : this.#apart.add(print)))}
        />
        <span>${t('import_apart')}</span>
      </label>`;
  }

  #skippedList(): TemplateResult | typeof nothing {
    const shownKeys = new Set(this.#keys().map((key) => key.key.fingerprint));
    // Parts of a key stand beside it.
    const skipped = this.#skipped.filter(({ fingerprint: print }) => print === undefined || !shownKeys.has(print));
    if (skipped.length === 0) return nothing;
    const shown = skipped.slice(0, 20);
    return notice(
      'warn',
      html`<p>${tn(skipped.length, 'skipped_one', 'skipped_other')}</p>
        <ul class="plain-list">
          ${shown.map((key) => html`<li>${key.fingerprint ? fingerprint(key.fingerprint) : nothing} ${t(`err_${key.error}`)}</li>`)}
        </ul>`,
    );
  }

  #newPassphrase(): TemplateResult {
    return html`<fieldset>
      <legend>${t('unprotected_title')}</legend>
      <p>${t('unprotected_text')}</p>
      ${freshPassphrase({ label: t('passphrase'), ids: FRESH, problemOf: (id) => this.problemOf(id) })}
    </fieldset>`;
  }
}

/** The field for a passphrase of this key alone. */
function fieldOf(preview: ImportPreview): string {
  return `passphrase-${preview.key.fingerprint}`;
}

/** The field for the passphrase of what is stored of it, beside that of the file. */
function storedFieldOf(preview: ImportPreview): string {
  return `stored-${preview.key.fingerprint}`;
}

async function octets(file: File): Promise<Uint8Array> {
  // A folder can be dropped as well, and a file can be gone by now.
  const read = await file.arrayBuffer().catch(() => Promise.reject(new Refused('file_unreadable')));
  return new Uint8Array(read);
}

function tooLarge(): Refused {
  return new Refused('limit', { reasons: [], limit: MAX_IMPORT, key_ids: [] });
}

customElements.define('wx-import', ImportForm);
