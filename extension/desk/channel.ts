// The ways between a content script and the desk. Only ciphertext and what the page already shows pass here, and all
// that comes from the page side is checked: its script runs beside code that we do not trust.

import type { Form } from 'waxseal-wasm';

/**
 * Characters of one block or selection. Base64 of a 10 MB mail is under 14 million; larger blocks would take seconds
 * to copy and are refused by the engine anyhow.
 */
export const MAX_TEXT = 16 * 1024 * 1024;
/** Characters of an address or origin. RFC 5321 allows 254 for an address; origins of real hosts are shorter. */
export const MAX_SHORT = 1_000;
/** Recipients taken from a page. */
export const MAX_RECIPIENTS = 100;

/** Content script to reader frame. */
export interface BlockMessage {
  readonly t: 'block';
  readonly armored: string;
  readonly form: Form;
  /** Address that the site shows as the sender's. */
  readonly sender: string | null;
  /** Origin or name of the site, for display. */
  readonly site: string;
}

/** Reader frame to content script. */
export type ReaderMessage =
  | { readonly t: 'ready' }
  | { readonly t: 'size'; readonly height: number }
  | { readonly t: 'original'; readonly show: boolean };

/** Content script to composer window. */
export interface SelectionMessage {
  readonly t: 'selection';
  readonly text: string;
  readonly recipients: readonly string[];
  /** The user's own address, when the site tells it. */
  readonly sender: string | null;
  readonly site: string;
}

/** Composer window to content script. */
export interface InsertMessage {
  readonly t: 'insert';
  readonly armored: string;
}

/** Content script to composer window: what became of the insertion. */
export interface InsertedMessage {
  readonly t: 'inserted';
  readonly ok: boolean;
  readonly reason?: string;
}

/** Reads a block message; nothing when it is not one or too large. */
export function asBlock(value: unknown): BlockMessage | undefined {
  const { t, armored, form, sender, site } = fields(value);
  if (t !== 'block' || !isText(armored, MAX_TEXT) || !isForm(form)) return undefined;
  if (!isOptional(sender) || !isText(site, MAX_SHORT)) return undefined;
  return { t, armored, form, sender: sender ?? null, site };
}

/** Reads a selection message. */
export function asSelection(value: unknown): SelectionMessage | undefined {
  const { t, text, recipients, sender, site } = fields(value);
  if (t !== 'selection' || !isText(text, MAX_TEXT) || !Array.isArray(recipients)) return undefined;
  if (!isOptional(sender) || !isText(site, MAX_SHORT)) return undefined;
  // Guesses from a page: what is no text is left out, and the user sees and edits the rest.
  const guessed = recipients.slice(0, MAX_RECIPIENTS).filter((address) => isText(address, MAX_SHORT));
  return { t, text, recipients: guessed, sender: sender ?? null, site };
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

function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max;
}

function isOptional(value: unknown): value is string | null | undefined {
  return value === null || value === undefined || isText(value, MAX_SHORT);
}

function isForm(value: unknown): value is Form {
  return value === 'message' || value === 'signed' || value === 'key';
}
