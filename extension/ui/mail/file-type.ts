// What a file is, in words.

import type { FileKind, MailFile } from 'waxseal-wasm';
import { language, type TextKey, t } from '../i18n.js';
import type { IconName } from '../icons.js';

/** A word for a file, and a picture for the word. */
export interface FileType {
  readonly text: string;
  readonly icon: IconName;
}

const KINDS: Partial<Record<FileKind, readonly [TextKey, IconName]>> = {
  dangerous: ['file_dangerous', 'warn'],
  image: ['file_picture', 'picture'],
  pdf: ['file_pdf', 'file'],
  mail: ['file_mail', 'mail'],
  encrypted: ['file_encrypted', 'lock'],
  signed: ['file_signed', 'pen'],
  keys: ['file_keys', 'key'],
  signature: ['file_signature', 'pen'],
};

/** The rest, by what the mail says of them. The first that fits. */
const TYPES: readonly (readonly [RegExp, TextKey, IconName])[] = [
  [/^image\//, 'file_picture', 'picture'],
  [/^audio\//, 'file_audio', 'file'],
  [/^video\//, 'file_video', 'file'],
  [/^text\/calendar$/, 'file_calendar', 'file'],
  [/^text\/(?:x-)?vcard$/, 'file_contact', 'person'],
  [/^text\/csv$|spreadsheet|ms-excel/, 'file_table', 'file'],
  [/^text\//, 'file_text', 'file'],
  [/presentation|powerpoint/, 'file_slides', 'file'],
  [/wordprocessing|msword|opendocument\.text|rtf$/, 'file_document', 'file'],
  [/zip|x-tar|gzip|compressed|x-bzip|x-xz|zstd/, 'file_archive', 'file'],
];

/** The type of a file. Its media type is named where we have no word for it. */
export function fileType({ kind, media_type }: Pick<MailFile, 'kind' | 'media_type'>): FileType {
  const known = KINDS[kind];
  if (known) return { text: t(known[0]), icon: known[1] };
  const type = TYPES.find(([pattern]) => pattern.test(media_type));
  if (type) return { text: t(type[1]), icon: type[2] };
  return { text: t('file_other', media_type), icon: 'file' };
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** A size as people write it: "3.2 MB". */
export function fileSize(octets: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(octets, 1)) / 3), UNITS.length - 1);
  const format = new Intl.NumberFormat(language(), {
    style: 'unit',
    unit: UNITS[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power > 1 ? 1 : 0,
  });
  return format.format(octets / 1000 ** power);
}
