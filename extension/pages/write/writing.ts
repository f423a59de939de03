// The state of the window: what is written, what the vault knows, what the page can take, and what follows from it.

import type { Node } from 'prosemirror-model';
import type { KeyInfo, RecipientInfo, Settings } from 'waxseal-wasm';
import { MAX_INSERT } from '../../content/limits.js';
import { MAX_MAIL, MAX_RECIPIENTS } from '../../desk/channel.js';
import type { LetterLanguage } from '../../desk/letter.js';
import type { FormState } from '../../desk/write-channel.js';
import type { Suggestion } from '../../ui/components/suggest.js';
import { language, t } from '../../ui/i18n.js';
import { MAX_HIDDEN, MAX_WRITTEN_TEXT } from '../../ui/limits.js';
import { fileSize } from '../../ui/mail/file-type.js';
import { checksSpelling } from '../../ui/spelling.js';
import { expect } from '../../ui/vault.js';
import { type Composition, EMPTY } from './composition.js';
import type { Editor } from './editor/editor.js';
import { toHtml } from './editor/html.js';
import type { Secret } from './editor/secret.js';
import { sizeOf } from './files.js';
import type { Content } from './keeper.js';
import { contentId } from './making.js';
import type { Restored } from './opened.js';
import { mailAddress, once, type Sender, sameAddress, senders, suggestions } from './people.js';
import { armoredSize, filesIn, type Plan, planOf } from './plan.js';

/** Octets of what is put into a page as a file: the text beside it needs some. */
const MAX_PUT = MAX_MAIL - 1024 * 1024;
/** Octets of the page around a message that opens with a password: its engine is most of it. */
const AROUND_LETTER = 2 * 1024 * 1024;

/** What is chosen for people without a key; it is kept in no draft. */
export interface PasswordChoice {
  readonly wanted: boolean;
  /** Our key goes along, so that they can answer. */
  readonly enclose: boolean;
  /** The mail goes as a page that opens with the password. */
  readonly letter: boolean;
  /** GnuPG and other programs open it as well. Until the user has said so, it is so where nothing to open it goes along. */
  readonly compatible: boolean | undefined;
  /** What they are told is in this language. */
  readonly language: LetterLanguage;
}

/** Whether programs that know no newer form open it with the password. */
export function isCompatible({ compatible, letter }: PasswordChoice): boolean {
  return compatible ?? !letter;
}

/** Why it cannot be made yet, in words. */
export interface Obstacle {
  readonly text: string;
  /** What to fill in, as a selector. */
  readonly field?: string;
}

/** All of it. */
export class Writing {
  mail: Composition = EMPTY;
  password: PasswordChoice = { wanted: false, enclose: true, letter: false, compatible: undefined, language: spoken() };
  infos: ReadonlyMap<string, RecipientInfo> = new Map();
  own: readonly KeyInfo[] = [];
  suggestions: readonly Suggestion[] = [];
  settings: Settings | undefined;
  form: FormState | undefined;
  /** Addresses that the user has added. */
  readonly #added = new Set<string>();
  #titled = false;
  #usual: KeyInfo | undefined;

  constructor(readonly editor: () => Editor | null) {}

  /** The user is about to change something. */
  chosen(patch: Partial<Composition>): void {
    for (const field of ['to', 'cc', 'bcc'] as const) {
      for (const one of patch[field] ?? []) if (!this.mail[field].includes(one)) this.#added.add(one);
    }
    if (patch.subject === undefined) return;
    // With a letter more or less it still tells what it told; one that begins with nothing is the user's own.
    const secretSubject = this.mail.secretSubject && patch.subject.trim() !== '';
    this.mail = { ...this.mail, secretSubject };
    this.#titled = true;
  }

  /** What a form holds that the user has not written here. */
  missing(form: FormState): Partial<Composition> {
    const { mail } = this;
    return {
      ...(this.addresses.length === 0 && { to: once(form.to), cc: once(form.cc), bcc: once(form.bcc) }),
      ...(mail.subject === '' && { subject: form.subject ?? '' }),
    };
  }

  /** Whom of a field the user has added: they stay whatever is filled in there. */
  added(field: 'to' | 'cc'): string[] {
    return this.mail[field].filter((one) => this.#added.has(one));
  }

  /** The user has given it a subject. */
  get titled(): boolean {
    return this.#titled && this.mail.subject !== '';
  }

  /** Everyone that it goes to. */
  get addresses(): string[] {
    const { to, cc, bcc } = this.mail;
    return [...new Set([...to, ...cc, ...bcc])];
  }

  /** Asks the vault: at the start, and whenever addresses, keys or settings changed. */
  async refresh(): Promise<void> {
    // Of more the vault would tell nothing at all. The rest is asked for when the list has been shortened.
    const asked = this.addresses.slice(0, MAX_RECIPIENTS);
    const [status, keys, found] = await Promise.all([
      expect('status', { kind: 'status' }),
      expect('keys', { kind: 'list_keys' }),
      expect('recipients', { kind: 'recipients', addresses: asked }),
    ]);
    this.settings = status.settings;
    this.own = keys.own;
    this.suggestions = suggestions([...keys.contacts, ...keys.own]);
    this.#usual = found.own ?? keys.own[0];
    // What was added meanwhile is asked for by its own call.
    this.infos = new Map([
      ...this.infos,
      ...asked.map((address, at): [string, RecipientInfo] => [address, found.recipients[at] as RecipientInfo]),
    ]);
  }

  /** Addresses that it can be sent from. */
  get senders(): Sender[] {
    return senders(this.own, this.form?.self ?? null);
  }

  /** The one that it is sent from. */
  get sender(): Sender | undefined {
    const { from } = this.mail;
    const all = this.senders;
    const self = this.form?.self;
    return (
      all.find(({ address }) => from !== undefined && sameAddress(address, from)) ??
      all.find(({ address }) => self != null && sameAddress(address, self)) ??
      all.find(({ key }) => key?.fingerprint === this.#usual?.fingerprint) ??
      all[0]
    );
  }

  /** The own key that signs and that can read it again. */
  get ownKey(): KeyInfo | undefined {
    return this.#signer ?? this.sender?.key ?? this.#usual;
  }

  get #signer(): KeyInfo | undefined {
    return this.own.find(({ fingerprint }) => fingerprint === this.mail.signer);
  }

  /** The key that the user chose to sign with has gone: no other one may tell, without a word, who writes. */
  get signerGone(): boolean {
    return this.mail.signer !== undefined && this.own.length > 0 && !this.#signer;
  }

  get signs(): boolean {
    if (this.mail.mode === 'signed') return true;
    return (this.mail.sign ?? this.settings?.sign_by_default ?? false) && (this.ownKey?.can_sign ?? false);
  }

  /** The browser may check what is written. */
  get spelling(): boolean {
    return this.settings !== undefined && checksSpelling(this.settings);
  }

  get toSelf(): boolean {
    return (this.settings?.encrypt_to_self ?? false) && (this.ownKey?.can_encrypt ?? false);
  }

  /** What is kept as a draft. */
  get content(): Content {
    const editor = this.editor();
    const { written = { kind: 'plain', text: '' }, unmarked = false } = editor ?? {};
    return { composition: this.mail, written, secret: unmarked };
  }

  /** Goes on with a draft, in the place of all that is here. */
  goOn({ composition, written, files, secret }: Restored): void {
    const answered = composition.answer?.secret === true;
    this.mail = { ...EMPTY, ...composition, files };
    this.password = { ...this.password, wanted: false };
    this.editor()?.restore(written, secret || answered);
  }

  /** What would go out now: pictures of a quoted text only as long as they stand in it. */
  get outgoing(): Composition {
    const { mail } = this;
    if (!mail.files.some(({ quoted }) => quoted)) return mail;
    const shown = this.editor()?.pictures;
    return { ...mail, files: mail.files.filter(({ id, quoted }) => !quoted || shown?.has(id)) };
  }

  /** What of an encrypted message is in it. */
  get secret(): Secret | undefined {
    const { files, subject, secretSubject } = this.outgoing;
    const marked = files.some(({ secret }) => secret) || (secretSubject && subject !== '');
    return marked ? 'marked' : this.editor()?.secret;
  }

  /** Text, pictures, files and subject of an encrypted message leave it: of the text and its pictures the rest stays in the editor. */
  withoutSecret(): Partial<Composition> {
    const { mail } = this;
    const editor = this.editor();
    editor?.removeSecret();
    for (const { id, secret } of mail.files) if (secret) editor?.removePicture(id);
    return { files: mail.files.filter(({ secret }) => !secret), ...(mail.secretSubject && { subject: '' }) };
  }

  get plan(): Plan {
    const { wanted, enclose, letter } = this.password;
    const editor = this.editor();
    return planOf(this.outgoing, {
      plain: editor?.isPlain ?? true,
      length: editor?.text.length ?? 0,
      enclosed: wanted && enclose && this.ownKey !== undefined,
      letter: wanted && letter,
      attach: this.form?.attach ?? true,
    });
  }

  /** Addresses that nobody can encrypt to. */
  get withoutKey(): string[] {
    return this.addresses.filter((one) => {
      const state = this.infos.get(one)?.state;
      return state !== undefined && state !== 'ready';
    });
  }

  /** The recipients get each other's keys, so that all can answer all (Autocrypt gossip). */
  get exchanged(): boolean {
    const { to, cc } = this.mail;
    const withKey = [...to, ...cc].filter((one) => this.infos.get(one)?.certificate !== undefined);
    const addresses = new Set(withKey.map((one) => mailAddress(one).address.toLowerCase()));
    return this.plan.form === 'entity' && addresses.size > 1;
  }

  /** The vault has not said yet whether there is a key for each address. */
  get checking(): boolean {
    return this.addresses.some((address) => !this.infos.has(address));
  }

  /** Why it cannot be made yet; nothing when it can. */
  get obstacle(): Obstacle | undefined {
    const mail = this.outgoing;
    const editor = this.editor();
    if (!editor || this.settings === undefined) return { text: t('rcpt_checking') };
    if (editor.text.trim() === '' && mail.files.length === 0 && editor.pictures.size === 0) {
      return { text: t('why_nothing'), field: 'wx-editor' };
    }
    if (tooLong(editor.text) || this.#markupTooLong)
      return { text: t('why_too_long', fileSize(MAX_WRITTEN_TEXT)), field: 'wx-editor' };
    if (this.signerGone) return { text: t('why_signer_gone'), field: '#signer' };
    if (this.addresses.length > MAX_RECIPIENTS) {
      return { text: t('why_too_many', MAX_RECIPIENTS), field: 'wx-recipients' };
    }
    return (mail.mode === 'signed' ? this.#signedObstacle() : this.#people()) ?? this.#site();
  }

  #signedObstacle(): Obstacle | undefined {
    if (!this.ownKey?.can_sign) return { text: t('why_no_signer') };
    // Files alone have nothing that could be put into the page's text.
    if (this.editor()?.text.trim() === '') return { text: t('why_no_signed_text'), field: 'wx-editor' };
    const { secret } = this;
    return secret && { text: t(secret === 'marked' ? 'why_secret' : 'why_unmarked') };
  }

  #people(): Obstacle | undefined {
    const { wanted } = this.password;
    const { bcc } = this.mail;
    const all = this.addresses;
    if (all.length === 0) return wanted ? undefined : { text: t('why_no_recipient'), field: 'wx-recipients' };
    if (this.checking) return { text: t('rcpt_checking') };
    const bad = this.withoutKey.filter((one) => !wanted || this.infos.get(one)?.state === 'not_an_address');
    if (bad.length === 0) return bcc.length > MAX_HIDDEN ? { text: t('why_too_many_bcc', MAX_HIDDEN) } : undefined;
    const names = new Intl.ListFormat(language()).format(bad);
    const wrong = bad.every((one) => this.infos.get(one)?.state === 'not_an_address');
    return { text: t(wrong ? 'why_not_ready' : 'why_no_key_for', names), field: 'wx-recipients' };
  }

  #site(): Obstacle | undefined {
    const { form } = this;
    const mail = this.outgoing;
    const { way } = this.plan;
    const signed = mail.mode === 'signed' && mail.files.length > 0;
    if (!form?.found) return undefined;
    const armored = signed ? 0 : armoredSize(mail, this.#length);
    const around = way === 'letter' ? AROUND_LETTER : 0;
    if (way === 'text' && !signed) {
      if (armored <= MAX_INSERT) return undefined;
      const help = form.attach ? { field: '#travel' } : {};
      return { text: t('why_text_limit', fileSize(filesIn(MAX_INSERT))), ...help };
    }
    // Said before the site is asked: it would be made, and could be put nowhere.
    if (armored + around > MAX_PUT) return { text: t('files_too_large', fileSize(filesIn(MAX_PUT - around))) };
    if (!form.attach) {
      // Each with what would help, and the focus there.
      if (signed) return { text: t('why_no_attach_signed'), field: 'input[name=mode]' };
      if (way === 'letter') return { text: t('why_no_attach_letter'), field: '#as-letter' };
      return { text: t('why_no_attach'), field: '#travel' };
    }
    if (form.max_file === null) return undefined;
    const size = signed ? Math.max(...mail.files.map(({ data }) => data.length)) : armored + around;
    return size > form.max_file ? { text: t('why_site_limit', fileSize(form.max_file)) } : undefined;
  }

  /** The same text with its formatting, which goes beside it. */
  get #markupTooLong(): boolean {
    const { written, isPlain } = this.editor() ?? {};
    if (written?.kind !== 'rich' || isPlain || this.plan.form !== 'entity') return false;
    const known = markups.get(written.doc) ?? tooLong(toHtml(written.doc, contentId));
    markups.set(written.doc, known);
    return known;
  }

  get #length(): number {
    return this.editor()?.text.length ?? 0;
  }

  /** Octets of all files. */
  get filesSize(): number {
    return sizeOf(this.mail.files);
  }
}

/** Whether the HTML of a document is too long: it is asked for at each key, and documents never change. */
const markups = new WeakMap<Node, boolean>();

/** Longer than the core takes, in UTF-8. */
function tooLong(text: string): boolean {
  // No character takes more than three octets for each of its units.
  return text.length * 3 > MAX_WRITTEN_TEXT && new TextEncoder().encode(text).length > MAX_WRITTEN_TEXT;
}

function spoken(): LetterLanguage {
  const [code] = language().split('-');
  return code === 'de' || code === 'fr' ? code : 'en';
}
