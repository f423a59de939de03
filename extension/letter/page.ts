import { html, nothing, type TemplateResult } from 'lit';
import type { MailView, UiCall, UiReply } from 'waxseal-wasm';
import { type Reading, type ReadState, readMessage } from '../desk/reading.js';
import type { DiscardDialog } from '../ui/components/discard-dialog.js';
import '../ui/components/discard-dialog.js';
import type { PassphraseField } from '../ui/components/passphrase.js';
import '../ui/components/passphrase.js';
import { failure, notice, working } from '../ui/components/parts.js';
import { type TextKey, t } from '../ui/i18n.js';
import { icon } from '../ui/icons.js';
import '../ui/mail/mail-view.js';
import { Refused } from '../ui/vault.js';
import { View } from '../ui/view.js';
import { advice, chooser, dead, sender } from './advice.js';
import { Damaged, engine, message, messageIn } from './blocks.js';
import './reply.js';
import type { LetterReply } from './reply.js';

type State =
  | { at: 'preparing' }
  /** It will never be opened here. */
  | { at: 'dead'; why: 'damaged' | 'old' | 'website' }
  | { at: 'asking'; wrong: boolean }
  | { at: 'opening' }
  | { at: 'shown'; mail: MailView };

/** There is no keyring here: no key opens it, and whoever signed is unknown. */
async function nobody(call: UiCall): Promise<UiReply> {
  if (call.kind === 'certificates') return { kind: 'certificates', certificates: [], vouched: [] };
  return { kind: 'refused', error: 'no_key', detail: undefined };
}

/** The whole page. */
class Letter extends View {
  #state: State = { at: 'preparing' };
  /** For a reply with the same password; with the message it goes. */
  #password = '';
  #reading: Reading | undefined;
  #source: Uint8Array<ArrayBuffer> = new Uint8Array();
  /** The file that the message is from, when it is not this one. */
  #other = '';
  /** A file that was chosen and holds no message. */
  #notThere = '';
  /** Counts what was begun: a file that is still being read when something else was begun comes too late. */
  #begun = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#prepare();
  }

  async #prepare(): Promise<void> {
    // A real one comes as a file. On a website it would run with the rights of that site, and a false one looks like this.
    // (blob: and about: are documents of the site that made them.)
    const website = !/^(file|content):$/.test(location.protocol) || window.top !== window;
    const old = !('WebAssembly' in window && 'DecompressionStream' in window);
    if (website || old) {
      this.#show({ at: 'dead', why: website ? 'website' : 'old' });
      return;
    }
    try {
      await engine();
      this.#source = message();
      this.#reading = this.#fresh();
      this.#came(await this.#reading.read(), false);
    } catch (error) {
      this.#show({ at: 'dead', why: error instanceof Damaged ? 'damaged' : 'old' });
    }
  }

  #fresh(): Reading {
    return readMessage({ kind: 'mail', source: this.#source, sender: null }, nobody);
  }

  #choose(file: File): void {
    this.#notThere = '';
    const begun = ++this.#begun;
    void this.attempt(async () => {
      const source = await messageIn(file);
      const reading = source && readMessage({ kind: 'mail', source, sender: null }, nobody);
      const state = await reading?.read();
      if (begun !== this.#begun) return reading?.close();
      if (source && state?.state === 'locked' && state.password) {
        this.#reading?.close();
        [this.#reading, this.#source, this.#other] = [reading, source, file.name];
        return this.#ask(false);
      }
      // What is here stays.
      reading?.close();
      this.#notThere = file.name;
    });
  }

  #show(state: State): void {
    this.change(() => (this.#state = state));
  }

  /** What reading has come to; `tried` says whether a password was. */
  #came(state: ReadState, tried: boolean): void {
    if (state.state === 'readable' && state.content.kind === 'mail') {
      this.#show({ at: 'shown', mail: state.content.mail });
      this.focusOn('#shown');
    } else if (state.state === 'locked' && state.password) this.#ask(state.wrong);
    else if (state.state === 'failed' && tried) {
      this.failure = new Refused(state.error, state.detail);
      this.#ask(false);
    } else {
      // Not even the start of a message that a password opens; or no engine to look at it.
      const stopped = state.state === 'failed' && (state.error === 'crashed' || state.error === 'timed_out');
      this.#show({ at: 'dead', why: stopped ? 'old' : 'damaged' });
    }
  }

  #ask(wrong: boolean): void {
    this.#show({ at: 'asking', wrong });
    void this.updateComplete.then(async () => {
      // Its field comes with a drawing of its own.
      await this.#field?.updateComplete;
      this.#field?.select();
    });
  }

  get #field(): PassphraseField | null {
    return this.querySelector<PassphraseField>('wx-passphrase');
  }

  async #open(event: Event): Promise<void> {
    event.preventDefault();
    const field = this.#field;
    if (this.#state.at !== 'asking' || !field) return;
    const password = field.value;
    if (!password) return field.focus();
    this.failure = undefined;
    this.#begun++;
    this.#show({ at: 'opening' });
    const state = await this.#reading?.tryPassword(password);
    if (!state) return;
    if (state.state === 'readable') this.#password = password;
    this.#came(state, true);
  }

  /** Takes the text away, and what was kept of it. */
  async #close(): Promise<void> {
    const unsaved = this.querySelector<LetterReply>('wx-letter-reply')?.unsaved;
    if (unsaved && !(await this.querySelector<DiscardDialog>('wx-discard')?.ask(unsaved))) return;
    this.#reading?.close();
    this.#password = '';
    this.#reading = this.#fresh();
    this.#ask(false);
  }

  override render(): TemplateResult {
    const state = this.#state;
    return html`<main>
      <header class="letter-head">
        <h1>${icon('lock')}<span>${t('letter_title')}</span></h1>
        ${this.#from(state)}
      </header>
      ${this.#body(state)}
      <wx-discard></wx-discard>
    </main>`;
  }

  /** Until it is open: then the message says itself from whom it is. */
  #from(state: State): TemplateResult | typeof nothing {
    if (this.#other) return html`<p>${t('letter_other')} <bdi>${this.#other}</bdi></p>`;
    return state.at === 'shown' && state.mail.headers.from.length > 0 ? nothing : sender();
  }

  #body(state: State): TemplateResult {
    switch (state.at) {
      case 'preparing':
        return working(t('letter_preparing'));
      case 'dead':
        return dead(state.why);
      case 'asking':
      case 'opening':
        return html`${this.#form(state)} ${advice()}
          ${state.at === 'asking' ? chooser(this.#notThere, (file) => this.#choose(file)) : nothing}`;
      case 'shown':
        return html`<section class="sheet" id="shown" tabindex="-1" aria-label=${t('letter_opened')}>
            <wx-mail .mail=${state.mail} .getFile=${(id: number) => this.#file(id)} .getSource=${async () => this.#reading?.source()}></wx-mail>
          </section>
          <div class="actions no-print">
            ${this.#button('print', 'letter_print', () => print())} ${this.#button('lock', 'letter_close', () => void this.#close())}
          </div>
          <wx-letter-reply .mail=${state.mail} .password=${this.#password} ?other=${this.#other !== ''}></wx-letter-reply>
          ${advice()}`;
    }
  }

  async #file(id: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#reading?.file(id);
  }

  #button(name: 'print' | 'lock', text: TextKey, run: () => void): TemplateResult {
    return html`<button type="button" @click=${run}>${icon(name)}<span>${t(text)}</span></button>`;
  }

  #form(state: { at: 'asking'; wrong: boolean } | { at: 'opening' }): TemplateResult {
    const opening = state.at === 'opening';
    const wrong = state.at === 'asking' && state.wrong;
    // The field stays while it is tried: what was typed can be corrected.
    return html`<form class="sheet" novalidate @submit=${this.#open} aria-busy=${opening ? 'true' : 'false'}>
      ${notice('warn', html`<p class="strong">${t('letter_expected')}</p><p>${t('letter_expected_text')}</p>`)}
      <wx-passphrase field-id="password" .label=${t('message_password')} .problem=${wrong ? t('letter_wrong') : ''}></wx-passphrase>
      <p class="hints dim">${t('letter_password_hint')}</p>
      ${wrong ? notice('bad', t('letter_wrong_fix'), 'alert') : nothing}
      ${failure(this.failure)} ${opening ? working(t('letter_opening')) : nothing}
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${opening}>${icon('unlock')}<span>${t('open_message')}</span></button>
      </div>
    </form>`;
  }
}

customElements.define('wx-letter', Letter);
