import { html, nothing, type TemplateResult } from 'lit';
import type { KeyInfo, RecipientInfo } from 'waxseal-wasm';
import type { SelectionMessage } from '../../desk/channel.js';
import { ComposerChannel } from '../../desk/composer-channel.js';
import { copyText } from '../../ui/clipboard.js';
import type { DiscardDialog } from '../../ui/components/discard-dialog.js';
import '../../ui/components/discard-dialog.js';
import { importLink } from '../../ui/components/import-link.js';
import { failure, head, notice, working } from '../../ui/components/parts.js';
import type { PassphraseField } from '../../ui/components/passphrase.js';
import type { Recipients } from '../../ui/components/recipients.js';
import '../../ui/components/recipients.js';
import { catchDrops } from '../../ui/drops.js';
import { keyLine } from '../../ui/format.js';
import { language, speak, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { MAX_HIDDEN } from '../../ui/limits.js';
import { checksSpelling } from '../../ui/spelling.js';
import { standFirst } from '../../ui/standing.js';
import { toast } from '../../ui/toast.js';
import { asRefused, expect, Refused } from '../../ui/vault.js';
import { View } from '../../ui/view.js';
import { make } from './job.js';
import { addBcc, bccPart, finished, passwordPart, signAs, toSelfText, waiting } from './parts.js';
import { Whole } from './whole.js';

/** Where the page that the text came from stands. */
type Page = 'connecting' | 'there' | 'gone';

/** The focus stays where it is until the click has come: an address that leaves its field would move the button away under it. */
function stay(event: Event): void {
  event.preventDefault();
}

/** Who shall be able to read it. */
type People = Pick<SelectionMessage, 'recipients' | 'hidden'>;

/** The window in which a selection is encrypted. */
class ComposePage extends View {
  #channel: ComposerChannel | undefined;
  #page: Page = 'connecting';
  #host = '';
  #sender: string | null = null;
  #text: string | undefined;
  /** What the window holds is nowhere else: the text was changed here, its page has gone, or did not take the result. */
  #only = false;
  #known = false;
  #editing = false;
  readonly #whole = new Whole();
  /** It was to be encrypted before its end had been in view. */
  #unread = false;
  #people: People = { recipients: [], hidden: [] };
  /** The field for Bcc is there. */
  #bcc = false;
  #infos = new Map<string, RecipientInfo>();
  #own: KeyInfo[] = [];
  #signer = '';
  #sign: boolean | undefined;
  #toSelf = true;
  #spelling = false;
  #password = false;
  #waiting = false;
  #job = new AbortController();
  #result = '';
  #refused = false;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('beforeunload', (event) => {
      if (this.#only) event.preventDefault();
    });
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
        () => this.#pageGone(),
      );
      this.requestUpdate();
    } catch (error) {
      this.change(() => {
        this.failure = asRefused(error);
        this.#page = 'gone';
      });
    }
  }

  protected override updated(): void {
    this.#whole.fit(this.querySelector('#text'), this.querySelector('#text-end'));
  }

  #pageGone(): void {
    this.change(() => {
      this.#page = 'gone';
      this.#only = this.#text !== undefined;
    });
  }

  #take(selection: SelectionMessage): void {
    // Only the first: what the user has begun to edit here is not replaced by the page.
    if (this.#text !== undefined) return;
    this.#page = 'there';
    this.#text = selection.text;
    this.#people = { recipients: [...new Set(selection.recipients)], hidden: [...new Set(selection.hidden)] };
    this.#bcc = selection.hidden.length > 0;
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
    const people = this.#people;
    const asked = this.#addresses;
    const addresses = this.#sender ? [...asked, this.#sender] : asked;
    const [status, keys, found] = await Promise.all([
      expect('status', { kind: 'status' }),
      expect('keys', { kind: 'list_keys' }),
      expect('recipients', { kind: 'recipients', addresses }),
    ]);
    if (people !== this.#people) return;
    this.change(() => {
      this.#infos = new Map(asked.map((address, index) => [address, found.recipients[index] as RecipientInfo]));
      this.#own = keys.own;
      this.#toSelf = status.settings.encrypt_to_self;
      this.#spelling = checksSpelling(status.settings);
      this.#sign ??= status.settings.sign_by_default;
      // The key with the address that the page writes from; else the usual one. Kept once the user has seen it.
      const fitting = this.#sender ? found.recipients[asked.length]?.key : undefined;
      const usual = fitting?.secret ? fitting : (found.own ?? keys.own[0]);
      const known = keys.own.some((key) => key.fingerprint === this.#signer);
      // Before the text has come nobody has seen it, and the page has not said who writes.
      if (!known && this.#text !== undefined) this.#signer = usual?.fingerprint ?? '';
    });
  }

  #changed(people: Partial<People>): void {
    this.change(() => (this.#people = { ...this.#people, ...people }));
    void this.attempt(() => this.refresh(), { quiet: true });
  }

  /** Everyone who shall be able to read it. */
  get #addresses(): string[] {
    return [...new Set([...this.#people.recipients, ...this.#people.hidden])];
  }

  get #ownKey(): KeyInfo | undefined {
    return this.#own.find((key) => key.fingerprint === this.#signer);
  }

  get #signs(): boolean {
    return (this.#sign ?? false) && (this.#ownKey?.can_sign ?? false);
  }

  /** The vault has not said yet whether there is a key for each address. */
  get #checking(): boolean {
    return this.#addresses.some((address) => !this.#infos.has(address));
  }

  /** Why it cannot be encrypted yet, in words; nothing when it can. */
  #why(): string {
    if (!this.#text) return t('why_empty');
    const addresses = this.#addresses;
    if (addresses.length === 0) return this.#password ? '' : t('why_no_recipient');
    // Who has no key that can be used reads it by the password, if there is one.
    const unknown = addresses.filter((address) => {
      const state = this.#infos.get(address)?.state;
      return state !== 'ready' && !(this.#password && (state === 'no_key' || state === 'unusable'));
    });
    if (unknown.length === 0) return this.#people.hidden.length > MAX_HIDDEN ? t('why_too_many_bcc', MAX_HIDDEN) : '';
    if (unknown.some((address) => !this.#infos.has(address))) return t('rcpt_checking');
    return t('why_not_ready', new Intl.ListFormat(language()).format(unknown));
  }

  async #encrypt(event: Event): Promise<void> {
    event.preventDefault();
    for (const field of this.querySelectorAll<Recipients>('wx-recipients')) field.commit();
    await this.updateComplete;
    // The last address may have been typed this moment.
    if (this.#checking) await this.attempt(() => this.refresh(), { quiet: true });
    if (this.busy || this.#why()) return;
    if (!this.#whole.seen) {
      this.change(() => (this.#unread = true));
      this.focusOn('button[type=submit]');
      return;
    }
    this.#unread = false;
    const password = this.#password ? this.#passwordField?.value : undefined;
    await this.attempt(async () => {
      const armored = await make({
        text: this.#text ?? '',
        recipients: this.#infosOf(this.#people.recipients),
        hidden: this.#infosOf(this.#people.hidden),
        own: this.#ownKey,
        sign: this.#signs,
        toSelf: this.#toSelf && (this.#ownKey?.can_encrypt ?? false),
        password,
        onWaiting: (waiting) => this.#wait(waiting),
        signal: this.#job.signal,
      });
      if (armored === undefined) return;
      this.#waiting = false;
      const answer = this.#page === 'there' ? await this.#channel?.insert(armored) : undefined;
      if (answer?.ok) {
        this.#only = false;
        this.#channel?.close();
        window.close();
        return;
      }
      this.change(() => {
        this.#result = armored;
        this.#only = true;
        this.#refused = answer !== undefined && answer.reason !== 'page_gone';
      });
      this.focusOn('#copy-result');
    });
    if (this.#waiting) this.change(() => (this.#waiting = false));
    // Failed or stopped: what had the focus before was out of reach meanwhile.
    if (!this.#result) this.focusOn('button[type=submit]');
  }

  #infosOf(addresses: readonly string[]): RecipientInfo[] {
    return addresses.map((address) => this.#infos.get(address)).filter((info) => info !== undefined);
  }

  #wait(waiting: boolean): void {
    this.change(() => (this.#waiting = waiting));
    if (waiting) this.focusOn('#unlock');
  }

  /** Opens the unlock window again: it may have been closed. */
  #unlock(): void {
    const keys = this.#ownKey ? [this.#ownKey.fingerprint] : [];
    this.press(() => expect('done', { kind: 'request_unlock', keys }));
  }

  /** From waiting back to the text. */
  #back(): void {
    this.#job.abort();
    this.#job = new AbortController();
  }

  async #close(): Promise<void> {
    if (this.#only && !(await this.querySelector<DiscardDialog>('wx-discard')?.ask())) return;
    this.#only = false;
    window.close();
  }

  async #copy(): Promise<void> {
    const copied = await copyText(this.#result);
    if (copied) this.#only = false;
    toast(t(copied ? 'copied' : 'copy_failed'));
  }

  override render(): TemplateResult {
    return html`${head('compose_title')}
      <main>${this.#body()}</main>
      <wx-discard></wx-discard>`;
  }

  #body(): TemplateResult {
    if (this.#result) {
      const copy = () => void this.#copy();
      return finished(this.#result, this.#refused, copy, () => void this.#close());
    }
    if (this.#text === undefined || !this.#known) {
      return this.#page !== 'gone'
        ? html`${working(t('compose_connecting'))}`
        : html`${failure(this.failure ?? new Refused('page_gone'))}`;
    }
    const why = this.#why();
    return html`<form novalidate @submit=${this.#encrypt} @keydown=${this.#shortcut} aria-busy=${this.busy ? 'true' : 'false'}>
      ${this.#page === 'gone' ? notice('warn', t('page_gone'), 'alert') : nothing}
      <div class="parts" ?inert=${this.busy}>
        <wx-recipients
          hinted
          .addresses=${[...this.#people.recipients]}
          .infos=${this.#infos}
          @changed=${(event: CustomEvent<string[]>) => this.#changed({ recipients: event.detail })}
        ></wx-recipients>
        ${
          this.#bcc
            ? bccPart(this.#people.hidden, this.#infos, (hidden) => this.#changed({ hidden }))
            : html`<div>${addBcc(() => this.#showBcc())}</div>`
        }
        ${this.#textField()} ${notice('warn', t('seen_warning', this.#host))}
        ${passwordPart(this.#password, (on) => this.change(() => (this.#password = on)))} ${this.#ownPart()}
      </div>
      ${
        this.#waiting
          ? waiting(
              () => this.#unlock(),
              () => this.#back(),
            )
          : nothing
      }
      ${this.#unread ? notice('warn', t('text_unread'), 'alert') : nothing}
      ${this.busy && !this.#waiting ? working(t('encrypting')) : failure(this.failure)}
      <div class="actions">
        <button
          type="submit"
          class="primary"
          aria-describedby="why"
          ?disabled=${this.busy || (why !== '' && !this.#checking)}
          @mousedown=${stay}
        >
          ${icon('lock')}<span>${t('encrypt')}</span>
        </button>
        <button type="button" @click=${this.#close}>${t('cancel')}</button>
        <p id="why" class="small dim" role="status">${why} ${importLink(...[...this.#infos.values()].map((info) => info.state))}</p>
      </div>
    </form>`;
  }

  #showBcc(): void {
    this.change(() => (this.#bcc = true));
    this.focusOn('#bcc');
  }

  #shortcut(event: KeyboardEvent): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.querySelector('form')?.requestSubmit();
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
        autocomplete="off"
        spellcheck=${this.#spelling ? 'true' : 'false'}
        writingsuggestions="false"
        dir="auto"
        ?readonly=${!this.#editing}
        .value=${this.#text ?? ''}
        @input=${(event: Event) => this.#typed((event.target as HTMLTextAreaElement).value)}
      ></textarea>
      <div id="text-end"></div>
      ${this.#editing ? html`<p class="hints dim">${t('edit_text_hint')}</p>` : nothing}
    </div>`;
  }

  #typed(text: string): void {
    this.change(() => {
      this.#text = text;
      this.#only = true;
    });
  }

  #edit(): void {
    this.change(() => (this.#editing = true));
    this.focusOn('#text');
  }

  get #passwordField(): PassphraseField | null {
    return this.querySelector<PassphraseField>('wx-passphrase');
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
      ${this.#own.length > 1 ? signAs(this.#own, this.#signer, (key) => this.change(() => (this.#signer = key))) : html`<p class="indent dim small">${own.can_sign ? t('sign_as_one', keyLine(own)) : t('cannot_sign')}</p>`}
      <p class="indent dim small">${t(toSelfText(this.#toSelf, own))}</p>
    </fieldset>`;
  }
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : origin;
}

catchDrops();
standFirst();
customElements.define('wx-compose-page', ComposePage);
speak('compose_title');
