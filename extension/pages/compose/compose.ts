import { html, nothing, type TemplateResult } from 'lit';
import type { KeyInfo, RecipientInfo } from 'waxseal-wasm';
import type { SelectionMessage } from '../../desk/channel.js';
import { ComposerChannel } from '../../desk/composer-channel.js';
import { copyText } from '../../ui/clipboard.js';
import { failure, head, notice, working } from '../../ui/components/parts.js';
import type { PassphraseField } from '../../ui/components/passphrase.js';
import '../../ui/components/passphrase.js';
import type { Recipients } from '../../ui/components/recipients.js';
import '../../ui/components/recipients.js';
import { keyLine } from '../../ui/format.js';
import { language, speak, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { toast } from '../../ui/toast.js';
import { asRefused, expect, Refused } from '../../ui/vault.js';
import { View } from '../../ui/view.js';
import { make } from './job.js';

/** Where the page that the text came from stands. */
type Page = 'connecting' | 'there' | 'gone';

/** The window in which a selection is encrypted. */
class ComposePage extends View {
  #channel: ComposerChannel | undefined;
  #page: Page = 'connecting';
  #host = '';
  #sender: string | null = null;
  #text: string | undefined;
  #known = false;
  #editing = false;
  #addresses: string[] = [];
  #infos = new Map<string, RecipientInfo>();
  #own: KeyInfo[] = [];
  #signer = '';
  #sign: boolean | undefined;
  #toSelf = true;
  #password = false;
  #waiting = false;
  #result = '';
  #refused = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#connect();
  }

  async #connect(): Promise<void> {
    try {
      const ticket = location.hash.slice(1);
      const { target } = await expect('view', { kind: 'claim_view', ticket });
      this.#host = hostOf(target.origin);
      this.#channel = new ComposerChannel(
        target,
        ticket,
        (selection) => this.#take(selection),
        () => this.change(() => (this.#page = 'gone')),
      );
      this.requestUpdate();
    } catch (error) {
      this.change(() => {
        this.failure = asRefused(error);
        this.#page = 'gone';
      });
    }
  }

  #take(selection: SelectionMessage): void {
    // Only the first: what the user has begun to edit here is not replaced by the page.
    if (this.#text !== undefined) return;
    this.#page = 'there';
    this.#text = selection.text;
    this.#addresses = [...new Set(selection.recipients)];
    this.#sender = selection.sender;
    // Drawn when keys and settings are known: nothing then moves under the pointer, and no warning flashes up.
    void this.attempt(() => this.refresh(), { quiet: true }).then(async () => {
      this.change(() => (this.#known = true));
      await this.updateComplete;
      this.querySelector<Recipients>('wx-recipients')?.focus();
    });
  }

  /** Keys and settings: at the start, and whenever something changes (a key was imported in the tab beside). */
  protected override async refresh(): Promise<void> {
    const asked = this.#addresses;
    const addresses = this.#sender ? [...asked, this.#sender] : asked;
    const [status, keys, found] = await Promise.all([
      expect('status', { kind: 'status' }),
      expect('keys', { kind: 'list_keys' }),
      expect('recipients', { kind: 'recipients', addresses }),
    ]);
    if (asked !== this.#addresses) return;
    this.change(() => {
      this.#infos = new Map(asked.map((address, index) => [address, found.recipients[index] as RecipientInfo]));
      this.#own = keys.own;
      this.#toSelf = status.settings.encrypt_to_self;
      this.#sign ??= status.settings.sign_by_default;
      // The key with the address that the page writes from; else the usual one. Kept once the user has seen it.
      const fitting = this.#sender ? found.recipients[asked.length]?.key : undefined;
      const usual = fitting?.secret ? fitting : (found.own ?? keys.own[0]);
      if (!keys.own.some((key) => key.fingerprint === this.#signer)) this.#signer = usual?.fingerprint ?? '';
    });
  }

  #changed(addresses: string[]): void {
    this.change(() => (this.#addresses = addresses));
    void this.attempt(() => this.refresh(), { quiet: true });
  }

  get #ownKey(): KeyInfo | undefined {
    return this.#own.find((key) => key.fingerprint === this.#signer);
  }

  get #signs(): boolean {
    return (this.#sign ?? false) && (this.#ownKey?.can_sign ?? false);
  }

  /** Why it cannot be encrypted yet, in words; nothing when it can. */
  #why(): string {
    if (!this.#text) return t('why_empty');
    if (this.#addresses.length === 0) return this.#password ? '' : t('why_no_recipient');
    const unknown = this.#addresses.filter((address) => this.#infos.get(address)?.state !== 'ready');
    if (unknown.length === 0) return '';
    if (unknown.some((address) => !this.#infos.has(address))) return t('rcpt_checking');
    return t('why_not_ready', new Intl.ListFormat(language()).format(unknown));
  }

  async #encrypt(event: Event): Promise<void> {
    event.preventDefault();
    this.querySelector<Recipients>('wx-recipients')?.commit();
    if (this.busy || this.#why()) return;
    const password = this.#password ? this.#passwordField?.value : undefined;
    await this.attempt(async () => {
      const armored = await make({
        text: this.#text ?? '',
        recipients: this.#addresses.map((address) => this.#infos.get(address)).filter((info) => info !== undefined),
        own: this.#ownKey,
        sign: this.#signs,
        toSelf: this.#toSelf && this.#ownKey !== undefined,
        password,
        onWaiting: (waiting) => this.change(() => (this.#waiting = waiting)),
      });
      this.#waiting = false;
      const answer = this.#page === 'there' ? await this.#channel?.insert(armored) : undefined;
      if (answer?.ok) {
        this.#channel?.close();
        window.close();
        return;
      }
      this.change(() => {
        this.#result = armored;
        this.#refused = answer !== undefined && answer.reason !== 'page_gone';
      });
      this.focusOn('#copy-result');
    });
    if (this.#waiting) this.change(() => (this.#waiting = false));
  }

  override render(): TemplateResult {
    return html`${head('compose_title')}
      <main>${this.#body()}</main>`;
  }

  #body(): TemplateResult {
    if (this.#result) return this.#finished();
    if (this.#text === undefined || !this.#known) {
      return this.#page !== 'gone'
        ? html`${working(t('compose_connecting'))}`
        : html`${failure(this.failure ?? new Refused('page_gone'))}`;
    }
    const why = this.#why();
    return html`<form novalidate @submit=${this.#encrypt} @keydown=${this.#shortcut} aria-busy=${this.busy ? 'true' : 'false'}>
      ${this.#page === 'gone' ? notice('warn', t('page_gone'), 'alert') : nothing}
      <wx-recipients
        .addresses=${this.#addresses}
        .infos=${this.#infos}
        @changed=${(event: CustomEvent<string[]>) => this.#changed(event.detail)}
      ></wx-recipients>
      ${this.#textField()} ${notice('warn', t('seen_warning', this.#host))} ${this.#passwordPart()} ${this.#ownPart()}
      ${this.#waiting ? notice('plain', t('waiting_for_unlock'), 'status') : this.busy ? working(t('encrypting')) : failure(this.failure)}
      <div class="actions">
        <button type="submit" class="primary" aria-describedby="why" ?disabled=${this.busy || why !== ''}>
          ${icon('lock')}<span>${t('encrypt')}</span>
        </button>
        <button type="button" @click=${() => window.close()}>${t('cancel')}</button>
        <p id="why" class="small dim" role="status">${why} ${this.#importLink()}</p>
      </div>
    </form>`;
  }

  #shortcut(event: KeyboardEvent): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.querySelector('form')?.requestSubmit();
  }

  #importLink(): TemplateResult | typeof nothing {
    const missing = [...this.#infos.values()].some((info) => info.state === 'no_key' || info.state === 'unusable');
    return missing ? html`<a href="keys.html#import" target="_blank">${t('import_key')}</a>` : nothing;
  }

  #textField(): TemplateResult {
    return html`<div class="field">
      <div class="title-row">
        <label class="strong" for="text">${t('text')}</label>
        ${this.#editing ? nothing : html`<button type="button" class="quiet" @click=${this.#edit}>${icon('pen')}<span>${t('edit_text')}</span></button>`}
      </div>
      <textarea
        id="text"
        rows="8"
        dir="auto"
        ?readonly=${!this.#editing}
        .value=${this.#text ?? ''}
        @input=${(event: Event) => this.change(() => (this.#text = (event.target as HTMLTextAreaElement).value))}
      ></textarea>
      ${this.#editing ? html`<p class="hints dim">${t('edit_text_hint')}</p>` : nothing}
    </div>`;
  }

  #edit(): void {
    this.change(() => (this.#editing = true));
    this.focusOn('#text');
  }

  get #passwordField(): PassphraseField | null {
    return this.querySelector<PassphraseField>('wx-passphrase');
  }

  /** For people without a key. */
  #passwordPart(): TemplateResult {
    return html`<fieldset>
      <label class="check">
        <input
          id="use-password"
          type="checkbox"
          .checked=${this.#password}
          @change=${(event: Event) => this.change(() => (this.#password = (event.target as HTMLInputElement).checked))}
        />
        <span>${t('use_password')}</span>
      </label>
      ${
        this.#password
          ? html`<div class="indent">
              <wx-passphrase field-id="password" .label=${t('message_password')} measured fresh></wx-passphrase>
              <p class="hints dim">${t('use_password_hint')}</p>
            </div>`
          : nothing
      }
    </fieldset>`;
  }

  #ownPart(): TemplateResult {
    const own = this.#ownKey;
    if (!own)
      return notice(
        'warn',
        html`${t('no_own_key')} <a href="keys.html#generate" target="_blank">${t('generate_key')}</a>`,
      );
    return html`<fieldset>
      <label class="check">
        <input
          id="sign"
          type="checkbox"
          .checked=${this.#signs}
          ?disabled=${!own.can_sign}
          @change=${(event: Event) => this.change(() => (this.#sign = (event.target as HTMLInputElement).checked))}
        />
        <span>${t('sign')}</span>
      </label>
      ${this.#own.length > 1 ? this.#signAs() : html`<p class="indent dim small">${own.can_sign ? t('sign_as_one', keyLine(own)) : t('cannot_sign')}</p>`}
      <p class="indent dim small">${t(this.#toSelf ? 'to_self_on' : 'to_self_off')}</p>
    </fieldset>`;
  }

  #signAs(): TemplateResult {
    return html`<div class="field indent">
      <label for="signer">${t('sign_as')}</label>
      <select id="signer" @change=${(event: Event) => this.change(() => (this.#signer = (event.target as HTMLSelectElement).value))}>
        ${this.#own.map((key) => html`<option value=${key.fingerprint} .selected=${key.fingerprint === this.#signer}>${keyLine(key)}</option>`)}
      </select>
    </div>`;
  }

  #finished(): TemplateResult {
    return html`${notice('warn', t(this.#refused ? 'not_inserted' : 'page_gone_result'), 'alert')}
      <div class="field">
        <label for="result">${t('encrypted_message')}</label>
        <textarea id="result" class="mono" rows="10" readonly .value=${this.#result}></textarea>
      </div>
      <div class="actions">
        <button id="copy-result" type="button" class="primary" @click=${() => void copyText(this.#result).then(() => toast(t('copied')))}>
          ${icon('copy')}<span>${t('copy')}</span>
        </button>
        <button type="button" @click=${() => window.close()}>${t('close')}</button>
      </div>`;
  }
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : origin;
}

customElements.define('wx-compose-page', ComposePage);
speak('compose_title');
