// What a window in which a mail is written sends, checked.

import { MAX_RECIPIENTS, MAX_SHORT } from '../../desk/channel.js';
import type { Put } from '../../desk/write-channel.js';
import { fields } from '../fields.js';
import { MAX_INSERT } from '../limits.js';
import { MAX_FILES_SIZE } from './pieces.js';

/** Files of one mail: more is no mail that a person writes. */
const MAX_FILES = 200;

/** Reads a `put`; nothing when it is none or too large. */
export function asPut(message: unknown): Put | undefined {
  const { t, text, subject, to, cc, bcc, files } = fields(message);
  if (t !== 'put' || !isText(text, MAX_INSERT) || text.trim() === '') return undefined;
  if (subject !== null && !isText(subject, MAX_SHORT)) return undefined;
  if (!isList(to) || !isList(cc) || !isList(bcc) || !Array.isArray(files) || files.length > MAX_FILES) return undefined;
  const listed = files.map(asFile);
  const known = listed.filter((file) => file !== undefined);
  const size = known.reduce((sum, file) => sum + file.size, 0);
  if (known.length !== files.length || size > MAX_FILES_SIZE) return undefined;
  return { t, text, subject, to, cc, bcc, files: known };
}

function asFile(value: unknown): Put['files'][number] | undefined {
  const { name, media_type, size } = fields(value);
  if (!isText(name, MAX_SHORT) || name === '' || !isText(media_type, MAX_SHORT)) return undefined;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
  return { name, media_type, size };
}

function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max;
}

function isList(value: unknown): value is readonly string[] | null {
  if (value === null) return true;
  return Array.isArray(value) && value.length <= MAX_RECIPIENTS && value.every((one) => isText(one, MAX_SHORT));
}
