import { html, nothing, type TemplateResult } from 'lit';
import type {
  BroughtKey,
  ErrorCode,
  KeyInfo,
  MailView,
  Reason,
  SignatureVerdict,
  SkippedKey,
  Verdict,
} from 'waxseal-wasm';
import {
  type Content,
  dropPrepared,
  previewKeys,
  type Readable,
  type Reading,
  type ReadState,
  readMessage,
} from '../../desk/engine.js';
import type { AnswerMode } from '../../desk/write-channel.js';
import { copyText } from '../../ui/clipboard.js';
import { importLink } from '../../ui/components/import-link.js';
import { keyButton, showKey } from '../../ui/components/key-button.js';
import { linkedText } from '../../ui/components/linked-text.js';
import { lookFor, lookupButton } from '../../ui/components/lookup-button.js';
import { failure } from '../../ui/components/parts.js';
import type { PassphraseField } from '../../ui/components/passphrase.js';
import '../../ui/components/passphrase.js';
import { signatureDetails, signerOf, signersKey, verdictText, verdictTone } from '../../ui/components/verdict.js';
import { textToBase64 } from '../../ui/files.js';
import { grouped, keyName, type Tone } from '../../ui/format.js';
import { language, t, tn } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import type { GetFile } from '../../ui/mail/html-body.js';
import type { WholeMail } from '../../ui/mail/mail-view.js';
import { messageStructure } from '../../ui/mail/structure.js';
import { asRefused, asTimePasses, expect, Refused } from '../../ui/vault.js';
import { ask } from '../../ui/vault-client.js';
import { answerButtons, band } from './band.js';
import './brought.js';
import './gossip.js';
import { isCovered, seesCovers } from './in-place.js';
import { keyList, MAX_SHOWN_KEYS } from './key-block.js';
import { OpenKeys, verdictOf } from './open-keys.js';
import { Showing } from './showing.js';

/** What is opened: a message, a mail, a block of keys, or what could not be had. */
export type Subject =
  | Readable
  | { readonly kind: 'keys'; readonly armored: string }
  | { readonly kind: 'lost'; readonly error: ErrorCode };

/** What was opened: fired as `opened` each time that it is shown. */
export interface OpenedContent {
  readonly content: Content;
  readonly getFile: GetFile;
}

/** The window that was opened last. */
type Asked = 'nothing' | 'key' | 'password';

type State =
  | { at: 'working' }
  | { at: 'locked'; keys: KeyInfo[]; password: boolean; wrong: boolean; asked: Asked }
  | { at: 'shown'; content: Content; byPassword: boolean }
  | { at: 'keys'; keys: KeyInfo[]; skipped: SkippedKey[] }
  | { at: 'failed'; refused: Refused };

type Piece = TemplateResult | typeof nothing;

/** What is in the band beside that which is read out: in its order, and what is below the band. */
interface Pieces {
  readonly beside?: Piece;
  readonly ways?: Piece;
  readonly tools?: Piece;
  readonly details?: Piece;
  readonly below?: Piece;
}

/**
 * Milliseconds after which a bar tells that something goes on. It moves: in a thread of many messages the bars would take
 * from the processor what opens the messages.
 */
const PATIENCE = 400;

/** What is against a key until its owner has renewed it, or its newer parts are here. */
const MENDED: ReadonlySet<Reason> = new Set(['expired', 'bound_later', 'no_such_component', 'not_bound']);

/** Refusals that may be others after a change in the keyring, or when it is asked again. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['no_key', 'busy', 'crashed']);

let made = 0;

/**
 * Opens one thing and shows it, under a band with what Waxseal says of it. Asks for a key to be unlocked or for a
 * password, and takes the text away when the keys lock, firing `withdrawn`. From a mail comes `part` when one of its parts
 * is to be read.
 */
export class Opening extends Showing {
  protected override readonly resumesAt = '.verdict';
  /** Several can be in one page, those behind the one that is seen. */
  readonly #field = `message-password-${++made}`;
  readonly #told = `told-${made}`;
  #state: State = { at: 'working' };
  #reading: Reading | undefined;
  /** What came of reading, as long as it is shown. */
  #result: ReadState | undefined;
  /** Changes of keyring and lock state that were heard of. */
  #pulses = 0;
  readonly #openKeys = new OpenKeys();
  #stopLooking: (() => void) | undefined;
  #drawing: Promise<unknown> | undefined;
  #said = '';
  /** A window was opened for the password, which may come whatever is asked for after it. */
  #passwordAsked = false;
  /** It takes longer than a moment. */
  #slow = false;
  #patience: ReturnType<typeof setTimeout> | undefined;

  override willUpdate(changed: Map<string, unknown>): void {
    const { subject } = this;
    if (!changed.has('subject') || !subject) return;
    this.#open(subject).catch((error: unknown) => this.#show({ at: 'failed', refused: asRefused(error) }));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopLooking = asTimePasses(() => void this.attempt(() => this.#look(), { quiet: true }));
    // A mail that the site has to send first takes longer than a moment, too.
    if (this.#state.at === 'working') this.#show(this.#state);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#patience);
    this.#stopLooking?.();
    this.#reading?.close();
  }

  #show(state: State): void {
    clearTimeout(this.#patience);
    this.#slow = false;
    if (state.at === 'working') this.#patience = setTimeout(() => this.change(() => (this.#slow = true)), PATIENCE);
    this.change(() => (this.#state = state));
  }

  async #open(subject: Subject): Promise<void> {
    this.#reading?.close();
    this.#reading = undefined;
    this.#result = undefined;
    this.#said = '';
    this.#passwordAsked = false;
    this.#show({ at: 'working' });
    if (subject.kind === 'lost') {
      dropPrepared();
      return this.#show({ at: 'failed', refused: new Refused(subject.error) });
    }
    if (subject.kind === 'keys') return this.#preview(subject);
    // Most messages are no mails; what draws those is loaded while the engine works.
    this.#drawing = subject.kind === 'mail' ? import('../../ui/mail/mail-view.js') : undefined;
    this.#reading = readMessage(subject, ask);
    await this.#read();
  }

  async #preview(subject: Extract<Subject, { kind: 'keys' }>): Promise<void> {
    const found = await previewKeys(new TextEncoder().encode(subject.armored));
    if (subject !== this.subject) return;
    if (found.state === 'failed') this.#show({ at: 'failed', refused: new Refused(found.error, found.detail) });
    else if (found.keys.length > 0) this.#show({ at: 'keys', keys: found.keys, skipped: found.skipped });
    else this.#show({ at: 'failed', refused: new Refused(found.skipped[0]?.error ?? 'not_a_key') });
  }

  async #read(password?: string): Promise<void> {
    const reading = this.#reading;
    // One that is under way sees by the pulses itself that something has changed.
    if (!reading || (reading.busy && password === undefined)) return;
    let pulses = this.#pulses;
    let result = await this.#drawable(password === undefined ? reading.read() : reading.tryPassword(password));
    while (pulses !== this.#pulses && reading === this.#reading) {
      pulses = this.#pulses;
      // A key that has locked since it gave what it gave shows nothing any more.
      const again = waits(result) || (await this.#openKeys.areLocked(result)) || (await isOutdated(result, reading));
      if (again) result = await this.#drawable(reading.read());
    }
    if (reading !== this.#reading) return;
    const before = this.#state;
    // What was read goes when the keys lock, or for a better verdict; not because something failed meanwhile.
    if (before.at === 'shown' && result.state === 'failed') return;
    this.#result = result;
    this.#openKeys.forget();
    if (result.state === 'readable') {
      const { content, byPassword } = result;
      this.#show({ at: 'shown', content, byPassword });
      const detail: OpenedContent = { content, getFile: this.#getFile };
      this.dispatchEvent(new CustomEvent('opened', { detail }));
    } else if (result.state === 'locked') {
      const { keys, password, wrong } = result;
      const asked = before.at === 'locked' && !wrong ? before.asked : 'nothing';
      this.#show({ at: 'locked', keys, password, wrong, asked });
    } else {
      // The engine of what was shown before may still be there, with its text.
      if (!reading.busy) reading.close();
      this.#show({ at: 'failed', refused: new Refused(result.error, result.detail) });
    }
  }

  /** With what draws it: a block can hold a whole mail, and that is seen only when it is read. */
  async #drawable(reading: Promise<ReadState>): Promise<ReadState> {
    const result = await reading;
    if (result.state === 'readable' && result.content.kind === 'mail')
      this.#drawing ??= import('../../ui/mail/mail-view.js');
    await this.#drawing;
    return result;
  }

  async #look(): Promise<void> {
    if (this.#result && (await this.#openKeys.areOverdue(this.#result))) await this.refresh();
  }

  /** A key was unlocked, imported, confirmed or deleted: what could not be read or judged before may be now. */
  protected override async refresh(): Promise<void> {
    this.#pulses++;
    const state = this.#state;
    if (state.at === 'locked' && this.#passwordAsked) {
      const { password } = await expect('password', { kind: 'take_password' });
      if (password !== undefined) {
        this.#passwordAsked = false;
        return this.#tryPassword(password);
      }
    }
    const result = this.#result;
    if (!result) return;
    // Read anew only then: each deciphering counts as a use of the key and puts off its locking.
    if (await this.#openKeys.areLocked(result)) {
      if (result !== this.#result) return;
      // It is not seen any more, whatever comes of reading it again, and whenever.
      this.#result = undefined;
      this.#show({ at: 'working' });
      this.dispatchEvent(new Event('withdrawn'));
      return this.#read();
    }
    const reading = this.#reading;
    if (waits(result) || (reading && (await isOutdated(result, reading)))) await this.#read();
  }

  async #tryPassword(password: string): Promise<void> {
    this.#result = undefined;
    this.#show({ at: 'working' });
    await this.#read(password);
  }

  #unlock(keys: KeyInfo[]): void {
    void this.attempt(async () => {
      await expect('done', { kind: 'request_unlock', keys: keys.map((key) => key.fingerprint) });
      this.#asked('key');
    });
  }

  #openPassword(): void {
    void this.attempt(async () => {
      await expect('done', { kind: 'request_password' });
      this.#passwordAsked = true;
      this.#asked('password');
    });
  }

  #typed(event: Event): void {
    event.preventDefault();
    const field = this.querySelector<PassphraseField>('wx-passphrase');
    if (field?.value) this.press(() => this.#tryPassword(field.value));
    else field?.focus();
  }

  #asked(asked: Asked): void {
    const state = this.#state;
    if (state.at === 'locked') this.#show({ ...state, asked });
  }

  #import(armored: string): void {
    void this.attempt(() => expect('done', { kind: 'stage_import', data: textToBase64(armored) }));
  }

  #answer(mode: AnswerMode): void {
    this.dispatchEvent(new CustomEvent<AnswerMode>('answer', { detail: mode, bubbles: true }));
  }

  /** In a page only where the browser sees whether the page lays something over it: the page could get at the clipboard. */
  #copyButton(content: Content): TemplateResult {
    return html`<button type="button" class="quiet" @click=${() => void this.#copy(content)}>
      ${icon('copy')}<span>${t('copy_text')}</span>
    </button>`;
  }

  async #copy(content: Content): Promise<void> {
    if (this.inPage && isCovered()) return this.change(() => (this.#said = t('copy_covered')));
    const mail = this.querySelector<WholeMail>('wx-mail');
    const copied = await copyText(content.kind === 'message' ? content.message.text : (mail?.text ?? ''));
    this.change(() => (this.#said = t(copied ? 'copied' : 'copy_failed')));
  }

  override render(): TemplateResult {
    const state = this.#state;
    switch (state.at) {
      case 'working':
        return this.#band('plain', this.#working());
      case 'locked':
        return this.#locked(state);
      case 'shown':
        return this.#shown(state.content);
      case 'keys':
        return this.#keys(state.keys);
      case 'failed': {
        const { refused } = state;
        const beside = html`${failure(refused)} ${keyIds(refused)} ${importLink(refused.code)}`;
        return this.#band('bad', nothing, { beside, tools: this.#tools() });
      }
    }
  }

  /**
   * One band for all states: what is read out is changed within a place that was there before, and who is at a button of the
   * tools stays there.
   */
  #band(tone: Tone, said: Piece, { beside, ways, tools, details, below }: Pieces = {}): TemplateResult {
    return html`${band(
      tone,
      html`<div class="grow"><div id=${this.#told} role="status">${said}</div> ${beside}</div>
        ${ways} ${tools} ${details}`,
      this.#told,
    )}
    ${below}`;
  }

  #working(): TemplateResult {
    const text = t('reader_opening');
    return html`<div class="working">${this.#slow ? html`<progress aria-label=${text}></progress>` : nothing}<span>${text}</span></div>`;
  }

  #tools(own?: TemplateResult): TemplateResult {
    return html`<div class="tools no-print">
      <span class="dim small" role="status">${this.#said}</span>
      ${own ?? nothing} ${this.tools ?? nothing}
    </div>`;
  }

  #locked({ keys, password, wrong, asked }: Extract<State, { at: 'locked' }>): TemplateResult {
    const key = keys.length > 0;
    const text = {
      nothing: key ? t('reader_locked_text', keys.map(keyName).join(', ')) : t('reader_password_text'),
      key: t('waiting_for_unlock'),
      password: t('waiting_for_password'),
    }[asked];
    const said = html`<p class="verdict-line strong">${icon('lock')}<span>${t(key ? 'reader_locked' : 'reader_password')}</span></p>
      <p>${text}</p>`;
    const unlock = html`<button type="button" class="primary" @click=${() => this.#unlock(keys)}>
      ${icon('unlock')}<span>${t('unlock')}</span>
    </button>`;
    return this.#band('plain', said, {
      beside: failure(this.failure ?? (wrong ? new Refused('wrong_password') : undefined)),
      ways: html`${key ? unlock : nothing} ${password ? this.#passwordWay(key) : nothing}`,
      tools: this.#tools(),
    });
  }

  /** In a page there is only the way to Waxseal's own window. */
  #passwordWay(key: boolean): TemplateResult {
    const kind = key ? '' : 'primary';
    if (this.inPage) {
      return html`<button type="button" class=${kind} @click=${this.#openPassword}>
        ${icon('pen')}<span>${t('enter_password')}</span>
      </button>`;
    }
    return html`<form novalidate class="password-here" @submit=${this.#typed}>
      <wx-passphrase field-id=${this.#field} .label=${t('message_password')}></wx-passphrase>
      <div class="actions"><button type="submit" class=${kind}>${icon('unlock')}<span>${t('open_message')}</span></button></div>
      <p class="dim small">${t('password_not_key')}</p>
    </form>`;
  }

  #shown(content: Content): TemplateResult {
    const verdict = verdictOf(content);
    const own = html`${this.answers ? answerButtons((mode) => this.#answer(mode)) : nothing}
      ${this.inPage && !seesCovers ? nothing : this.#copyButton(content)}
      ${
        content.kind === 'mail'
          ? html`<button type="button" class="quiet" @click=${() => window.print()}>${icon('print')}<span>${t('print')}</span></button>`
          : nothing
      }`;
    const beside = html`${importLink(missing(verdict) ? 'unknown_signer' : verdict.summary)} ${this.#lookUp(content)} ${this.#keyButton(verdict)}
      ${content.kind === 'mail' ? html`<wx-brought .key=${broughtBy(content.mail)}></wx-brought>` : nothing}`;
    // Keys of those who get an answer: of no mail within another, nor of a file.
    const gossip = this.answers && content.kind === 'mail' ? content.mail.gossip : undefined;
    return this.#band(verdictTone(verdict), verdictText(verdict), {
      beside,
      tools: this.#tools(own),
      details: signatureDetails(verdict),
      below: html`<section class="message" aria-label=${t('message_label')}>${this.#content(content)}</section>
        ${gossip ? html`<wx-gossip .keys=${gossip} .signer=${signerOf(verdict)}></wx-gossip>` : nothing}`,
    });
  }

  /** The way to the signer's key, by what the signature says, and by the sender that the site or the mail names. */
  #lookUp(content: Content): TemplateResult | typeof nothing {
    const issuer = missing(verdictOf(content));
    if (!issuer) return nothing;
    const { subject } = this;
    const [from, ...others] = content.kind === 'mail' ? content.mail.headers.from : [];
    const named = from && others.length === 0 ? from.address : undefined;
    const address = (subject && 'sender' in subject ? subject.sender : null) ?? named;
    const look = () => this.press(() => lookFor({ address, issuer }));
    return html`${lookupButton(look)} ${failure(this.failure)}`;
  }

  /** The way to the page on which the signer's key is compared and confirmed. */
  #keyButton(verdict: Verdict): TemplateResult | typeof nothing {
    const { confirmation } = verdict;
    const key = signersKey(verdict);
    if (!key || !confirmation) return nothing;
    return html`${keyButton(confirmation, () => void this.attempt(() => showKey(key)))} ${failure(this.failure)}`;
  }

  #content(content: Content): TemplateResult {
    if (content.kind === 'mail') {
      return html`<wx-mail .mail=${content.mail} .getFile=${this.#getFile} .getSource=${this.#getSource}></wx-mail>`;
    }
    const { text } = content.message;
    return html`${
      text === ''
        ? html`<p class="dim">${t('empty_message')}</p>`
        : html`<div class="text" dir="auto" lang="">${linkedText(text)}</div>`
    }
    ${messageStructure(content.message)}`;
  }

  /** One function for as long as this is there: what is shown is not drawn anew for it. */
  readonly #getFile: GetFile = async (id, use) => this.#reading?.file(id, use);
  readonly #getSource = async () => this.#reading?.source();

  #keys(keys: KeyInfo[]): TemplateResult {
    const armored = this.subject?.kind === 'keys' ? this.subject.armored : '';
    const said = html`<p class="verdict-line strong">${icon('key')}<span>${tn(keys.length, 'block_title_one', 'block_title_other')}</span></p>
      <p class="dim">${t('block_text')}</p>`;
    return this.#band('plain', said, {
      beside: failure(this.failure),
      ways: html`<button type="button" class="primary" ?disabled=${this.busy} @click=${() => this.#import(armored)}>
        ${icon('save')}<span>${t('import')}</span>
      </button>`,
      tools: this.#tools(),
      details: keyList(keys),
    });
  }
}

/** Something else may come of it after a change of keyring or lock state. */
function waits(result: ReadState): boolean {
  switch (result.state) {
    case 'locked':
      return true;
    case 'readable':
      return verdictOf(result.content).summary === 'unknown_signer';
    case 'failed':
      return PASSING.has(result.error);
  }
}

/** The verdict would say something else of the signer's key. What a password opened is not taken away for it: nobody has it now. */
async function isOutdated(result: ReadState, reading: Reading): Promise<boolean> {
  return result.state === 'readable' && !result.byPassword && reading.outdated();
}

/** Whose key is not here as it should be: it is unknown, or nothing is wrong with it but what its owner may have mended. */
function missing({ signatures }: Verdict): string | undefined {
  const mended = ({ state, reasons }: SignatureVerdict) =>
    state === 'unusable' && reasons.length > 0 && reasons.every((reason) => MENDED.has(reason));
  return signatures.find((one) => one.state === 'unknown_key' || mended(one))?.issuer;
}

/**
 * The key in the mail's own header, which no signature ever covers. Where one is false somebody had the mail in hands: from them
 * nothing is offered.
 */
function broughtBy({ brings, verdict }: MailView): BroughtKey | undefined {
  return verdict.signatures.some(({ state }) => state === 'bad') ? undefined : brings;
}

function keyIds({ code, detail }: Refused): TemplateResult | typeof nothing {
  if (code !== 'no_key' || !detail?.key_ids?.length) return nothing;
  const ids = detail.key_ids
    .slice(0, MAX_SHOWN_KEYS)
    .map((id) => (/^0+$/.test(id) ? t('reader_hidden_key') : grouped(id)));
  return html`<p class="small">${t('reader_no_key_for')} ${new Intl.ListFormat(language()).format(ids)}</p>`;
}

customElements.define('wx-opening', Opening);
