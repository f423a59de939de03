import { html, nothing, type TemplateResult } from 'lit';
import type { Form, KeyInfo, ReadMessage, SkippedKey } from 'waxseal-wasm';
import type { BlockMessage } from '../../desk/channel.js';
import { previewKeys, type Reading, readMessage } from '../../desk/engine.js';
import { type ReaderChannel, ReaderDoor } from '../../desk/reader-channel.js';
import { copyText } from '../../ui/clipboard.js';
import { importLink } from '../../ui/components/import-link.js';
import { fingerprint, userIds } from '../../ui/components/key-card.js';
import { badge, failure, working } from '../../ui/components/parts.js';
import { signatureDetails, verdictText, verdictTone } from '../../ui/components/verdict.js';
import { textToBase64 } from '../../ui/files.js';
import { grouped, keyName, keyState, type Tone } from '../../ui/format.js';
import { language, speak, type TextKey, t, tn } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { linked } from '../../ui/links.js';
import { asRefused, expect, Refused } from '../../ui/vault.js';
import { ask } from '../../ui/vault-client.js';
import { View } from '../../ui/view.js';

/** The window that was opened last. */
type Asked = 'nothing' | 'key' | 'password';

type State =
  | { at: 'working' }
  | { at: 'locked'; keys: KeyInfo[]; password: boolean; wrong: boolean; asked: Asked }
  | { at: 'message'; message: ReadMessage; byPassword: boolean }
  | { at: 'keys'; keys: KeyInfo[]; skipped: SkippedKey[] }
  | { at: 'failed'; refused: Refused };

// The content script hands its port over in the frame's load event, which may come before the vault has answered.
const door = new ReaderDoor();

/** One block of a page, opened. Lives in a frame that covers the block. */
class ReaderPage extends View {
  #state: State = { at: 'working' };
  #channel: ReaderChannel | undefined;
  #block: BlockMessage | undefined;
  #reading: Reading | undefined;
  #original = false;
  #said = '';

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#connect();
  }

  async #connect(): Promise<void> {
    try {
      const view = await expect('view', { kind: 'claim_view', ticket: location.hash.slice(1) });
      const channel = await door.accept(view.proof, view.target);
      this.#channel = channel;
      channel.listen((block) => void this.#open(block));
      // The frame takes the height of what is in it, whatever changes it: text, details, the page's width.
      new ResizeObserver(() => this.#measure()).observe(document.body);
    } catch (error) {
      this.#show({ at: 'failed', refused: asRefused(error) });
    }
  }

  #measure(): void {
    this.#channel?.send({ t: 'size', height: Math.ceil(document.body.getBoundingClientRect().height) });
  }

  #show(state: State): void {
    this.change(() => (this.#state = state));
  }

  async #open(block: BlockMessage): Promise<void> {
    this.#reading?.close();
    this.#reading = undefined;
    this.#block = block;
    this.#said = '';
    speak(TITLE[block.form]);
    this.#show({ at: 'working' });
    const { armored, form, sender } = block;
    if (form !== 'key') {
      this.#reading = readMessage({ armored, form, sender }, ask);
      return this.#read();
    }
    const found = await previewKeys(new TextEncoder().encode(armored));
    if (block !== this.#block) return;
    if (found.state === 'failed') this.#show({ at: 'failed', refused: new Refused(found.error, found.detail) });
    else if (found.keys.length > 0) this.#show({ at: 'keys', keys: found.keys, skipped: found.skipped });
    else this.#show({ at: 'failed', refused: new Refused(found.skipped[0]?.error ?? 'not_a_key') });
  }

  async #read(password?: string): Promise<void> {
    const reading = this.#reading;
    if (!reading) return;
    const result = await (password === undefined ? reading.read() : reading.tryPassword(password));
    if (reading !== this.#reading) return;
    const before = this.#state;
    // What was read goes when the keys lock, or for a better verdict; not because something failed meanwhile.
    if (before.at === 'message' && result.state === 'failed') return;
    if (result.state === 'readable')
      this.#show({ at: 'message', message: result.message, byPassword: result.byPassword });
    else if (result.state === 'locked') {
      const { keys, password, wrong } = result;
      const asked = before.at === 'locked' && !wrong ? before.asked : 'nothing';
      this.#show({ at: 'locked', keys, password, wrong, asked });
    } else this.#show({ at: 'failed', refused: new Refused(result.error, result.detail) });
  }

  /** A key was unlocked, imported or deleted: what could not be read or judged before may be now. */
  protected override async refresh(): Promise<void> {
    const state = this.#state;
    if (state.at === 'locked' && state.asked === 'password') {
      const { password } = await expect('password', { kind: 'take_password' });
      if (password !== undefined) {
        this.#show({ at: 'working' });
        return this.#read(password);
      }
    }
    // What a password opened is open without any key.
    if (state.at === 'message' && state.message.verdict.encrypted && !state.byPassword) {
      const { unlocked } = await expect('status', { kind: 'status' });
      // Asked anew only then: each deciphering counts as a use of the key and puts off its locking.
      if (unlocked.length === 0) return this.#read();
    }
    const waits =
      state.at === 'locked' ||
      (state.at === 'failed' && state.refused.code === 'no_key') ||
      (state.at === 'message' && state.message.verdict.summary === 'unknown_signer');
    if (waits) await this.#read();
  }

  #unlock(keys: KeyInfo[]): void {
    void this.attempt(async () => {
      await expect('done', { kind: 'request_unlock', keys: keys.map((key) => key.fingerprint) });
      this.#asked('key');
    });
  }

  #typePassword(): void {
    void this.attempt(async () => {
      await expect('done', { kind: 'request_password' });
      this.#asked('password');
    });
  }

  #asked(asked: Asked): void {
    const state = this.#state;
    if (state.at === 'locked') this.#show({ ...state, asked });
  }

  #import(): void {
    const data = textToBase64(this.#block?.armored ?? '');
    void this.attempt(() => expect('done', { kind: 'stage_import', data }));
  }

  #toggle(): void {
    this.change(() => (this.#original = !this.#original));
    this.#channel?.send({ t: 'original', show: this.#original });
    this.focusOn('.tools button:last-child');
  }

  async #copy(text: string): Promise<void> {
    const copied = await copyText(text);
    this.change(() => (this.#said = t(copied ? 'copied' : 'copy_failed')));
  }

  override render(): TemplateResult {
    return html`<main>
      <h1 class="visually-hidden">${t(this.#block ? TITLE[this.#block.form] : 'app_name')}</h1>
      ${this.#body()}
    </main>`;
  }

  #body(): TemplateResult {
    if (this.#original) return band('plain', html`<p class="grow">${t('original_shown')}</p>${this.#tools()}`);
    const state = this.#state;
    switch (state.at) {
      case 'working':
        return band('plain', working(t('reader_opening')));
      case 'locked':
        return this.#locked(state);
      case 'message':
        return this.#message(state.message);
      case 'keys':
        return this.#keys(state.keys);
      case 'failed':
        return band(
          'bad',
          html`<div class="grow">${failure(state.refused)} ${this.#keyIds(state.refused)} ${importLink(state.refused.code)}</div>
            ${this.#tools()}`,
        );
    }
  }

  #tools(before?: TemplateResult): TemplateResult {
    return html`<div class="tools">
      <span class="dim small" role="status">${this.#said}</span>
      ${before ?? nothing}
      ${
        this.#block
          ? html`<button type="button" class="quiet" @click=${this.#toggle}>
              ${t(this.#original ? 'show_opened' : 'show_original')}
            </button>`
          : nothing
      }
    </div>`;
  }

  #locked({ keys, password, wrong, asked }: Extract<State, { at: 'locked' }>): TemplateResult {
    const key = keys.length > 0;
    const text = {
      nothing: key ? t('reader_locked_text', keys.map(keyName).join(', ')) : t('reader_password_text'),
      key: t('waiting_for_unlock'),
      password: t('waiting_for_password'),
    }[asked];
    return band(
      'plain',
      html`<div class="grow">
        <p class="verdict-line strong">${icon('lock')}<span>${t(key ? 'reader_locked' : 'reader_password')}</span></p>
        <p role="status">${text}</p>
        ${failure(this.failure ?? (wrong ? new Refused('wrong_password') : undefined))}
      </div>
      ${
        key
          ? html`<button type="button" class="primary" @click=${() => this.#unlock(keys)}>
              ${icon('unlock')}<span>${t('unlock')}</span>
            </button>`
          : nothing
      }
      ${
        password
          ? html`<button type="button" class=${key ? '' : 'primary'} @click=${this.#typePassword}>
              ${icon('pen')}<span>${t('enter_password')}</span>
            </button>`
          : nothing
      }
      ${this.#tools()}`,
    );
  }

  #message({ text, verdict }: ReadMessage): TemplateResult {
    const copy = html`<button type="button" class="quiet" @click=${() => void this.#copy(text)}>
      ${icon('copy')}<span>${t('copy_text')}</span>
    </button>`;
    const said = html`<div class="grow" role="status">${verdictText(verdict)} ${importLink(verdict.summary)}</div>
      ${this.#tools(copy)} ${signatureDetails(verdict)}`;
    return html`${band(verdictTone(verdict), said)}
      <section class="message" aria-label=${t('message_label')}>
        ${text === '' ? html`<p class="dim">${t('empty_message')}</p>` : html`<div class="text" dir="auto" lang="">${linked(text).map(piece)}</div>`}
      </section>`;
  }

  #keys(keys: KeyInfo[]): TemplateResult {
    const entry = (key: KeyInfo) => {
      const state = keyState(key);
      return html`<li>
        ${userIds(key)}
        <p>${fingerprint(key.fingerprint)}</p>
        <p>${badge(state.tone, state.text)}</p>
      </li>`;
    };
    return band(
      'plain',
      html`<div class="grow">
        <p class="verdict-line strong">${icon('key')}<span>${tn(keys.length, 'block_title_one', 'block_title_other')}</span></p>
        <p class="dim">${t('block_text')}</p>
        ${failure(this.failure)}
      </div>
      <button type="button" class="primary" ?disabled=${this.busy} @click=${this.#import}>
        ${icon('save')}<span>${t('import')}</span>
      </button>
      ${this.#tools()}
      <ul class="plain-list key-list">
        ${keys.slice(0, MAX_SHOWN_KEYS).map(entry)}
      </ul>`,
    );
  }

  #keyIds({ code, detail }: Refused): TemplateResult | typeof nothing {
    if (code !== 'no_key' || !detail?.key_ids?.length) return nothing;
    const ids = detail.key_ids
      .slice(0, MAX_SHOWN_KEYS)
      .map((id) => (/^0+$/.test(id) ? t('reader_hidden_key') : grouped(id)));
    return html`<p class="small">${t('reader_no_key_for')} ${new Intl.ListFormat(language()).format(ids)}</p>`;
  }
}

const TITLE = {
  message: 'reader_title',
  signed: 'reader_title_signed',
  key: 'reader_title_key',
} as const satisfies Record<Form, TextKey>;

/** The band in which Waxseal speaks, under its seal. Nothing from a message but a signer's name is ever in it. */
function band(tone: Tone, content: TemplateResult): TemplateResult {
  return html`<section class="verdict ${tone}" aria-label=${t('verdict_label')}>
    <img class="seal" src="icons/48.png" alt="" width="24" height="24" />
    ${content}
  </section>`;
}

/** Keys of a block or key IDs that are listed; the key manager shows them all. */
const MAX_SHOWN_KEYS = 20;

function piece(part: ReturnType<typeof linked>[number]): TemplateResult | string {
  if (!('href' in part)) return part.text;
  const really = part.really ? t('link_really', part.really) : undefined;
  // The host is drawn by the style sheet: it is not part of the message and is not copied with it.
  return html`<a
    href=${part.href}
    target="_blank"
    rel="noopener noreferrer"
    title=${part.href}
    aria-description=${really ?? nothing}
    data-really=${really ?? nothing}
    >${part.text}</a
  >`;
}

customElements.define('wx-reader-page', ReaderPage);
speak('app_name');
