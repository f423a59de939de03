// The ways between a content script and the desk. Only ciphertext and what the page already shows pass here, and all
// that comes from the page side is checked: its script runs beside code that we do not trust.

import type { ErrorCode, Form } from 'waxseal-wasm';
import { MAX_PIECE } from './pieces.js';
import type { AnswerMode } from './write-channel.js';

/**
 * Characters of one block or selection. Base64 of a 10 MB mail is under 14 million; larger blocks would take seconds
 * to copy and are refused by the engine anyhow.
 */
export const MAX_TEXT = 16 * 1024 * 1024;
/** Characters of an address or origin. RFC 5321 allows 254 for an address; origins of real hosts are shorter. */
export const MAX_SHORT = 1_000;
/** Recipients taken from a page. */
export const MAX_RECIPIENTS = 100;
/**
 * Octets of a whole mail. Providers take mails of 25 to 50 MB; an attachment of 25 MB is 47 MB in an armored PGP/MIME
 * mail, in base64 twice.
 */
export const MAX_MAIL = 64 * 1024 * 1024;

/** Octets of a piece of a large mail, but for the last one. */
export const MAIL_PIECE = MAX_PIECE;

/** What an armored block says it is. */
export type BlockForm = Exclude<Form, 'mail'>;

/** What the page says about a message. */
export interface Shown {
  /** Address that the site shows as the sender's. */
  readonly sender: string | null;
  /** Origin or name of the site, for display. */
  readonly site: string;
}

/** Content script to reader frame: an armored block. */
export interface BlockMessage extends Shown {
  readonly t: 'block';
  readonly armored: string;
  readonly form: BlockForm;
}

/** Content script to reader frame: a whole mail, as it is stored. Its octets stay with the browser, and nobody can change them. */
export interface MailMessage extends Shown {
  readonly t: 'mail';
  readonly source: Blob;
  /** It is a file that a link led to: the page shows nothing of it. */
  readonly file?: true;
}

/** Content script to reader frame: a whole mail that nobody keeps. Its octets come when they are asked for. */
export interface LargeMessage extends Shown {
  readonly t: 'large';
  /** How many octets the site says that it has; 0 when it does not say. */
  readonly size: number;
  /** As in {@link MailMessage}. */
  readonly file?: true;
}

/** Content script to reader frame: the site did not give the mail. */
export interface LostMessage {
  readonly t: 'lost';
  readonly error: LostError;
  /** As in {@link MailMessage}. */
  readonly file?: true;
}

/**
 * Why not: no answer or none that is a mail (`not_a_mail`), larger than {@link MAX_MAIL}, too slow; or not this one a second time
 * (`mail_gone`).
 */
export type LostError = Extract<ErrorCode, (typeof LOST)[number]>;
const LOST = ['not_a_mail', 'limit', 'timed_out', 'mail_gone'] as const;

/** A mail that comes from the site is not to be had, or not any more. */
export class Lost extends Error {
  constructor(readonly code: LostError) {
    super(code);
    this.name = 'Lost';
  }
}

/** What a reader frame is told to show. */
export type ViewMessage = BlockMessage | MailMessage | LargeMessage | LostMessage;

/** Content script to reader frame: what it has asked for with {@link More}. */
export type PassMessage =
  | { readonly t: 'octets'; readonly pass: number; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly t: 'octets_end'; readonly pass: number }
  | { readonly t: 'octets_lost'; readonly pass: number; readonly error: LostError };

/** Reader frame to content script: the next piece of a large mail, one at a time; with a new number, from its beginning. */
export interface More {
  readonly t: 'more';
  readonly pass: number;
}

/** Reader frame to content script. */
export type ReaderMessage =
  | More
  | { readonly t: 'ready' }
  | { readonly t: 'size'; readonly height: number }
  | { readonly t: 'original'; readonly show: boolean }
  /** The vault does not know it any more: another one is to take its place. */
  | { readonly t: 'expired' }
  /** The user wants to answer what is shown. */
  | { readonly t: 'answer'; readonly mode: AnswerMode };

/** Content script to composer window. */
export interface SelectionMessage {
  readonly t: 'selection';
  readonly text: string;
  /** Addresses in To and Cc. */
  readonly recipients: readonly string[];
  /** Addresses in Bcc. */
  readonly hidden: readonly string[];
  /** The user's own address, when the site tells it. */
  readonly sender: string | null;
  readonly site: string;
}

/** Composer window to content script. */
export interface InsertMessage {
  readonly t: 'insert';
  readonly armored: string;
}

/**
 * Composer window to content script, again and again while the window waits: who waits in the page has a turn. It carries
 * nothing.
 */
export interface Beat {
  readonly t: 'beat';
}

/** Content script to composer window: what became of the insertion. */
export interface InsertedMessage {
  readonly t: 'inserted';
  readonly ok: boolean;
  readonly reason?: string;
}

/** Reads what a reader frame is to show; nothing when it is none of that or too large. */
export function asView(value: unknown): ViewMessage | undefined {
  const { t, armored, form, source, size, error, sender, site, file } = fields(value);
  const linked = file === true && { file: true as const };
  if (t === 'lost') return isLostError(error) ? { t, error, ...linked } : undefined;
  if (!isOptional(sender) || !isText(site, MAX_SHORT)) return undefined;
  const shown = { sender: sender ?? null, site };
  if (t === 'block' && isText(armored, MAX_TEXT) && isBlockForm(form)) return { t, armored, form, ...shown };
  if (t === 'mail' && source instanceof Blob && source.size <= MAX_MAIL) return { t, source, ...linked, ...shown };
  if (t === 'large' && isSize(size)) return { t, size, ...linked, ...shown };
  return undefined;
}

/** Reads what comes of a large mail. */
export function asPass(value: unknown): PassMessage | undefined {
  const { t, pass, data, error } = fields(value);
  if (typeof pass !== 'number') return undefined;
  if (t === 'octets_end') return { t, pass };
  if (t === 'octets_lost' && isLostError(error)) return { t, pass, error };
  if (t === 'octets' && data instanceof Uint8Array && data.length <= MAIL_PIECE)
    return { t, pass, data: data as Uint8Array<ArrayBuffer> };
  return undefined;
}

/** Reads a selection message. */
export function asSelection(value: unknown): SelectionMessage | undefined {
  const { t, text, recipients, hidden, sender, site } = fields(value);
  if (t !== 'selection' || !isText(text, MAX_TEXT) || !Array.isArray(recipients) || !Array.isArray(hidden))
    return undefined;
  if (!isOptional(sender) || !isText(site, MAX_SHORT)) return undefined;
  // Guesses from a page: what is no text is left out, and the user sees and edits the rest.
  const guessed = (all: unknown[], most: number) => all.slice(0, most).filter((address) => isText(address, MAX_SHORT));
  const named = guessed(recipients, MAX_RECIPIENTS);
  const rest = MAX_RECIPIENTS - named.length;
  return { t, text, recipients: named, hidden: guessed(hidden, rest), sender: sender ?? null, site };
}

/** Reads the answer to an insertion. */
export function asInserted(value: unknown): InsertedMessage | undefined {
  const { t, ok, reason } = fields(value);
  if (t !== 'inserted' || typeof ok !== 'boolean') return undefined;
  return isText(reason, MAX_SHORT) ? { t, ok, reason } : { t, ok };
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_MAIL;
}

function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max;
}

function isOptional(value: unknown): value is string | null | undefined {
  return value === null || value === undefined || isText(value, MAX_SHORT);
}

function isBlockForm(value: unknown): value is BlockForm {
  return value === 'message' || value === 'signed' || value === 'key';
}

export function isLostError(value: unknown): value is LostError {
  return (LOST as readonly unknown[]).includes(value);
}
