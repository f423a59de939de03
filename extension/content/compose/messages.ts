// What a window in which a mail is written sends, checked.

import { MAX_RECIPIENTS, MAX_SHORT } from '../../desk/channel.js';
import type { Put } from '../../desk/write-channel.js';
import { fields } from '../fields.js';
import { MAX_INSERT } from '../limits.js';
import { MAX_FILES_SIZE } from './pieces.js';

/** Files of one mail: more is no mail that a person writes. */
const MAX_FILES = 200;

/** Reads a `put`; `limit` when it is too large, nothing when it is none. */
export function asPut(message: unknown): Put | 'limit' | undefined {
  const { t, text, subject, to, cc, bcc, files } = fields(message);
  if (t !== 'put') return undefined;
  if (isLong(text, MAX_INSERT) || isLong(subject, MAX_SHORT) || isLong(files, MAX_FILES)) return 'limit';
  if ([to, cc, bcc].some((list) => isLong(list, MAX_RECIPIENTS))) return 'limit';
  if (!isText(text, MAX_INSERT) || text.trim() === '') return undefined;
  if (subject !== null && !isText(subject, MAX_SHORT)) return undefined;
  if (!isList(to) || !isList(cc) || !isList(bcc) || !Array.isArray(files)) return undefined;
  const listed = files.map(asFile);
  const known = listed.filter((file) => file !== undefined);
  if (known.length !== files.length) return undefined;
  const size = known.reduce((sum, file) => sum + file.size, 0);
  return size > MAX_FILES_SIZE ? 'limit' : { t, text, subject, to, cc, bcc, files: known };
}

function isLong(value: unknown, max: number): boolean {
  return (typeof value === 'string' || Array.isArray(value)) && value.length > max;
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
