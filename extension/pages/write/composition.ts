// A mail that is being written, and how it is kept as a draft: read back strictly, for what is wrong in it could be anything.

import { Node } from 'prosemirror-model';
import type { AnswerMode } from '../../desk/write-channel.js';
import { MAX_WRITTEN_FILES, MAX_WRITTEN_SIZE, MAX_WRITTEN_TEXT } from '../../ui/limits.js';
import type { Written } from './editor/editor.js';
import { withPictures } from './editor/pictures.js';
import { schema } from './editor/schema.js';
import { docOf } from './editor/text.js';
import type { Attachment } from './files.js';

/** How it is protected. */
export type Mode = 'encrypted' | 'signed';
/** How it travels in the webmail's own mail. */
export type Travel = 'auto' | 'text' | 'file';

/** The version of {@link Kept}. */
const VERSION = 1;
/**
 * Addresses of one field. A mail goes to no more than 100 people, but the answer to all of a longer list must be kept until it
 * is shortened: the core reads a thousand from each of To and Cc.
 */
const MAX_ADDRESSES = 2_000;
const MAX_LINE = 10_000;

/** What the user has written and chosen, but for the text, which is in the editor. */
export interface Composition {
  /** The address to send from; nothing until it is known. */
  readonly from: string | undefined;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  /** It stood in an encrypted message, and was not begun anew since. */
  readonly secretSubject: boolean;
  /** The user's choice to hide the subject or not; without one it goes by what is made. */
  readonly hidden: boolean | undefined;
  readonly mode: Mode;
  readonly travel: Travel;
  /** The user's choice to sign or not; without one the setting counts. */
  readonly sign: boolean | undefined;
  /** The fingerprint of the own key that the user chose to sign with; without one it goes by the sender. */
  readonly signer: string | undefined;
  readonly files: readonly Attachment[];
  /** It answers a message. `secret`: one that came encrypted. */
  readonly answer: { readonly mode: AnswerMode; readonly secret: boolean } | undefined;
}

/** Nothing yet. */
export const EMPTY: Composition = {
  from: undefined,
  to: [],
  cc: [],
  bcc: [],
  subject: '',
  secretSubject: false,
  hidden: undefined,
  mode: 'encrypted',
  travel: 'auto',
  sign: undefined,
  signer: undefined,
  files: [],
  answer: undefined,
};

/** A file of a draft; its octets are kept beside it. */
export type KeptFile = Omit<Attachment, 'data'> & { readonly size: number };

/** A draft without the octets of its files. */
export interface Kept {
  readonly composition: Omit<Composition, 'files'>;
  readonly written: Written;
  /** Text of an encrypted message may be in it without a mark, whether it answers one or not. */
  readonly secret: boolean;
  readonly files: readonly KeptFile[];
}

/** A draft as octets of JSON; `secret` as in {@link Kept}. */
export function draftOctets(composition: Composition, written: Written, secret = false): Uint8Array<ArrayBuffer> {
  const { files, ...rest } = composition;
  const text = written.kind === 'plain' ? written : { kind: 'rich', doc: written.doc.toJSON() };
  const kept = files.map(({ data, ...file }) => ({ ...file, size: data.length }));
  return new TextEncoder().encode(JSON.stringify({ version: VERSION, ...rest, text, secret, files: kept }));
}

/** Reads what {@link draftOctets} wrote; throws at whatever it cannot have written. */
export function readDraft(octets: Uint8Array): Kept {
  const value = object(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets)));
  if (value.version !== VERSION) wrong();
  const files = list(value.files, MAX_WRITTEN_FILES).map(fileOf);
  const hidden = optional(value.hidden, bool);
  const answer = optional(value.answer, (answer) => {
    const { mode, secret } = object(answer);
    return { mode: oneOf(mode, ['reply', 'reply_all', 'forward']), secret: bool(secret) };
  });
  if (files.reduce((sum, { size }) => sum + size, 0) > MAX_WRITTEN_SIZE) wrong();
  return {
    composition: {
      from: optional(value.from, line),
      to: addresses(value.to),
      cc: addresses(value.cc),
      bcc: addresses(value.bcc),
      subject: line(value.subject),
      // Older drafts say nothing of it: that of an answer was hidden then.
      secretSubject: optional(value.secretSubject, bool) ?? (answer?.secret === true && hidden === true),
      hidden,
      mode: oneOf(value.mode, ['encrypted', 'signed']),
      travel: oneOf(value.travel, ['auto', 'text', 'file']),
      sign: optional(value.sign, bool),
      // Older drafts say nothing of it.
      signer: optional(value.signer, line),
      answer,
    },
    written: writtenOf(object(value.text), new Set(files.map(({ id }) => id))),
    // Older drafts say nothing of it.
    secret: optional(value.secret, bool) ?? false,
    files,
  };
}

function writtenOf({ kind, text, doc }: Record<string, unknown>, files: ReadonlySet<string>): Written {
  if (kind === 'plain')
    return { kind, text: typeof text === 'string' && text.length <= MAX_WRITTEN_TEXT ? text : wrong() };
  if (kind !== 'rich') wrong();
  const node = Node.fromJSON(schema, object(doc));
  if (node.type !== schema.topNodeType) wrong();
  // Structure and attributes as the schema wants them: the addresses of links among them.
  node.check();
  return { kind, doc: withPictures(node, files) };
}

function fileOf(value: unknown): KeptFile {
  const { id, name, mediaType, secret, quoted, size } = object(value);
  if (!Number.isSafeInteger(size) || Number(size) < 0) wrong();
  return {
    id: line(id),
    name: line(name),
    mediaType: line(mediaType),
    secret: bool(secret),
    // Older drafts say nothing of it.
    quoted: optional(quoted, bool) ?? false,
    size: Number(size),
  };
}

function wrong(): never {
  throw new RangeError('not a draft');
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) wrong();
  return value as Record<string, unknown>;
}

function list(value: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) wrong();
  return value;
}

function addresses(value: unknown): string[] {
  return list(value, MAX_ADDRESSES).map(line);
}

function line(value: unknown): string {
  return typeof value === 'string' && value.length <= MAX_LINE ? value : wrong();
}

function bool(value: unknown): boolean {
  return typeof value === 'boolean' ? value : wrong();
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}

function oneOf<T extends string>(value: unknown, choices: readonly T[]): T {
  return choices.find((one) => one === value) ?? wrong();
}

/** A text without anything in it. */
export const NOTHING: Written = { kind: 'rich', doc: docOf('') };
