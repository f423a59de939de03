// A window in which a mail is written, and the content script of the page that the mail goes into. Only ciphertext, signed
// text that is for everybody, and what the page already shows pass here. Both ends check what comes.

import type { MailAddress } from 'waxseal-wasm';
import { isLostError, type LostError, MAX_MAIL, MAX_RECIPIENTS, MAX_SHORT, MAX_TEXT } from './channel.js';
import { MAX_PIECE } from './pieces.js';

/**
 * Octets of one piece of a file. Extension messages are JSON in Chromium before 148: to write and to read one of this size keeps a
 * page busy for some milliseconds.
 */
export const PIECE = MAX_PIECE;

/** What kind of answer is written. */
export type AnswerMode = 'reply' | 'reply_all' | 'forward';

/** A mail or block that is answered, as the page has it: ciphertext, or what the page shows. Its octets follow in pieces. */
export interface OriginalStart {
  readonly t: 'original';
  readonly mode: AnswerMode;
  /** A whole mail, or an armored block (octets are its UTF-8). */
  readonly form: 'mail' | 'message' | 'signed';
  /** Octets that follow. */
  readonly size: number;
  /** Address that the site shows as the sender's. */
  readonly sender: string | null;
}

/** The site is asked for the mail that is answered once more, which may take its time. */
export interface OriginalComes {
  readonly t: 'original_comes';
  readonly mode: AnswerMode;
}

/** The mail that is answered is not to be had any more: nothing follows. */
export interface OriginalLost {
  readonly t: 'original_lost';
  readonly mode: AnswerMode;
  readonly error: LostError;
}

/** A piece of the original, in base64 of at most {@link PIECE} octets. */
export interface Piece {
  readonly t: 'piece';
  readonly data: string;
}

/** A piece of a file of `put`: at most {@link PIECE} octets, as they are where messages carry them ({@link Probe}), otherwise in base64. */
export interface FilePiece {
  readonly t: 'piece';
  /** Which file. */
  readonly file: number;
  readonly data: string | Uint8Array;
  /** Of it lines of armor are to be made. */
  readonly lines?: true;
}

/** What the page's compose form holds now: the site has seen it. Sent at the start, and again after `look`. */
export interface FormState {
  readonly t: 'form';
  /** There is a form that can be filled in. */
  readonly found: boolean;
  /**
   * It is the one that the window was opened from, or that the site has opened for this answer, and the user has written
   * nothing there since the window was told of it: nobody's text is in it that this mail is not made of.
   */
  readonly own: boolean;
  /** The user has changed its recipients there since the window was told of them; left out when not. */
  readonly readdressed?: true;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  /** `null` when there is no field for one, or nobody knows which it is. */
  readonly subject: string | null;
  /** The text that stands in it, as plain text; may hold armored blocks. */
  readonly text: string;
  /** Pictures that stand in that text: they are not told, and go when it is replaced. */
  readonly pictures: number;
  /** The user's own address in it, when the site tells. */
  readonly self: string | null;
  /** Files can be attached. */
  readonly attach: boolean;
  /** Octets that the site takes as one file, when it says so. */
  readonly max_file: number | null;
  /** Names of files that the user has attached in the page already: they go out as they are. */
  readonly files: readonly string[];
  /** Name of the site's family (`roundcube`), or `generic`. */
  readonly site: string;
}

/** Window to content: the form's state is wanted. */
export interface Look {
  readonly t: 'look';
}

/** Window to content: an original has been taken, the site's own answer form may be opened. */
export interface Taken {
  readonly t: 'taken';
}

/** Window to content: fill in the form. Its files follow in pieces, file by file; then `put_end`. */
export interface Put {
  readonly t: 'put';
  /** The new text: armor, a signed text, or a note that stands before an encrypted file. Replaces all that stands there. */
  readonly text: string;
  /** `null` leaves the field as it is. */
  readonly subject: string | null;
  readonly to: readonly string[] | null;
  readonly cc: readonly string[] | null;
  readonly bcc: readonly string[] | null;
  readonly files: readonly { readonly name: string; readonly media_type: string; readonly size: number }[];
}

/** Goes along with a {@link Put}, to find out how its files can come. */
export interface Probe {
  /** Arrives as what it is where messages carry octets: Firefox, and Chromium from 148 on; before, they are JSON. */
  readonly octets: Uint8Array;
}

/** Window to content: all pieces were sent. */
export interface PutEnd {
  readonly t: 'put_end';
}

/** Window to content: the mail that is being put there is to be taken back, whatever of it is there. The port closes then. */
export interface Stop {
  readonly t: 'stop';
}

/** Content to window: how far attaching has come, then how it ended. */
export type PutAnswer =
  /** With a word when messages carry octets. */
  | { readonly t: 'putting'; readonly done: number; readonly of: number; readonly octets?: true }
  | ({ readonly t: 'put_done'; readonly ok: true } & Besides)
  | ({
      readonly t: 'put_done';
      readonly ok: false;
      readonly reason: PutProblem;
      /** What is in the page now, all the same: each was read back. */
      readonly there: { readonly text: boolean; readonly fields: boolean; readonly files: boolean };
    } & Besides);

/** What goes along with a mail that Waxseal has not put there. */
interface Besides {
  /** Names of files that the user has attached in the page, as in {@link FormState.files}; left out when there are none. */
  readonly files?: readonly string[];
}

/** Why a form was not filled in. */
export type PutProblem =
  /** There is no compose form (any more), or something stands there that the window does not know. */
  | 'no_form'
  /** The editor did not keep the text as it is. */
  | 'mangled'
  /** An address or the subject did not stay as written. */
  | 'fields'
  /** The site did not take a file. */
  | 'attach'
  /** The site says that the file is too large. */
  | 'too_large'
  /** It is more than Waxseal puts into a page. */
  | 'limit'
  /** The page went away. */
  | 'page_gone';

/** An address as a compose form holds it: `Name <address>`, or the address alone. */
export function written({ name, address }: MailAddress): string {
  if (!name) return address;
  return /^[\p{L}\p{N} .'-]+$/u.test(name)
    ? `${name} <${address}>`
    : `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`;
}

/** What a window hears from a page, once it is checked. */
export type FromPage = FormState | OriginalComes | OriginalStart | OriginalLost | Piece | PutAnswer;

const MODES: readonly unknown[] = ['reply', 'reply_all', 'forward'] satisfies AnswerMode[];
const FORMS: readonly unknown[] = ['mail', 'message', 'signed'] satisfies OriginalStart['form'][];
const PROBLEMS: readonly unknown[] = [
  'no_form',
  'mangled',
  'fields',
  'attach',
  'too_large',
  'limit',
  'page_gone',
] satisfies PutProblem[];

/** Characters of a subject; RFC 5322 has lines of 998, and long ones are folded. */
const MAX_SUBJECT = 10_000;
/** Addresses of one field. One more than a mail may have: a list that was cut must not look like a whole one. */
const MAX_LISTED = MAX_RECIPIENTS + 1;
/** Files that a page says are attached; more are of no use to a person. */
const MAX_NAMES = 50;

/** Reads what a content script sent; nothing when it is none of this or too large. */
export function fromPage(value: unknown): FromPage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const message = value as Record<string, unknown>;
  switch (message.t) {
    case 'form':
      return asForm(message);
    case 'original':
      return asOriginal(message);
    case 'original_comes':
      return MODES.includes(message.mode) ? { t: 'original_comes', mode: message.mode as AnswerMode } : undefined;
    case 'original_lost':
      return asLost(message);
    case 'piece':
      return asPiece(message);
    case 'putting':
    case 'put_done':
      return asPutAnswer(message);
    default:
      return undefined;
  }
}

function asForm(message: Record<string, unknown>): FormState {
  const { subject, text, pictures, self, max_file, site } = message;
  // What a page says of its form is a guess that the user sees and changes: what does not fit is left out.
  return {
    t: 'form',
    found: message.found === true,
    own: message.own === true,
    ...(message.readdressed === true && { readdressed: true }),
    to: texts(message.to, MAX_LISTED),
    cc: texts(message.cc, MAX_LISTED),
    bcc: texts(message.bcc, MAX_LISTED),
    subject: typeof subject === 'string' ? subject.slice(0, MAX_SUBJECT) : null,
    text: typeof text === 'string' && text.length <= MAX_TEXT ? text : '',
    pictures: isCount(pictures) ? pictures : 0,
    self: typeof self === 'string' && self.length <= MAX_SHORT ? self : null,
    attach: message.attach === true,
    max_file: isCount(max_file) ? max_file : null,
    files: texts(message.files, MAX_NAMES),
    site: typeof site === 'string' ? site.slice(0, MAX_SHORT) : '',
  };
}

function texts(value: unknown, most: number): string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one) => typeof one === 'string' && one.length <= MAX_SHORT).slice(0, most);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function asOriginal({ mode, form, size, sender }: Record<string, unknown>): OriginalStart | undefined {
  if (!MODES.includes(mode) || !FORMS.includes(form) || !isCount(size) || size > MAX_MAIL) return undefined;
  const known = typeof sender === 'string' && sender.length <= MAX_SHORT ? sender : null;
  return { t: 'original', mode: mode as AnswerMode, form: form as OriginalStart['form'], size, sender: known };
}

function asLost({ mode, error }: Record<string, unknown>): OriginalLost | undefined {
  if (!MODES.includes(mode) || !isLostError(error)) return undefined;
  return { t: 'original_lost', mode: mode as AnswerMode, error };
}

function asPiece({ data }: Record<string, unknown>): Piece | undefined {
  // Base64 has four characters for three octets.
  return typeof data === 'string' && data.length <= Math.ceil(PIECE / 3) * 4 ? { t: 'piece', data } : undefined;
}

function asPutAnswer(message: Record<string, unknown>): PutAnswer | undefined {
  const { t, done, of, octets, ok, reason } = message;
  if (t === 'putting')
    return isCount(done) && isCount(of) ? { t, done, of, ...(octets === true && { octets }) } : undefined;
  const named = texts(message.files, MAX_NAMES);
  const besides: Besides = named.length > 0 ? { files: named } : {};
  if (ok === true) return { t: 'put_done', ok, ...besides };
  if (ok !== false) return undefined;
  const there = (typeof message.there === 'object' && message.there) || {};
  const { text, fields, files } = there as Record<string, unknown>;
  return {
    t: 'put_done',
    ok,
    reason: PROBLEMS.includes(reason) ? (reason as PutProblem) : 'page_gone',
    there: { text: text === true, fields: fields === true, files: files === true },
    ...besides,
  };
}
