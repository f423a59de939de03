// The files of a mail that is written: those beside the text, and the pictures in it.

import { FileGone } from '../../desk/pieces.js';
import { t } from '../../ui/i18n.js';
import { MAX_WRITTEN_FILES, MAX_WRITTEN_SIZE } from '../../ui/limits.js';
import { fileSize } from '../../ui/mail/file-type.js';
import { Trouble } from './trouble.js';

/** A file that goes along. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** It came out of an encrypted message. */
  readonly secret: boolean;
  /** A picture of a quoted text: it goes along only as long as it stands there. */
  readonly quoted: boolean;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A file that is being read. */
export interface Arriving {
  readonly name: string;
  readonly size: number;
  readonly done: number;
}

/** First octets of the pictures that browsers draw and that hold no script. */
const PICTURES: readonly (readonly [type: string, at: number, octets: string])[] = [
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
];

/** The type of a picture that can stand in a text, by its octets; nothing when it is none. */
export function pictureType(data: Uint8Array): string | undefined {
  const head = String.fromCharCode(...data.subarray(0, 16));
  return PICTURES.find(([, at, octets]) => head.startsWith(octets, at))?.[0];
}

/** How many octets all of them have together. */
export function sizeOf(files: readonly { readonly data: Uint8Array }[]): number {
  return files.reduce((sum, { data }) => sum + data.length, 0);
}

/** Refuses what would be too much, before it is read. */
export function checkRoom(there: readonly Attachment[], coming: readonly { readonly size: number }[]): void {
  if (there.length + coming.length > MAX_WRITTEN_FILES) throw new Trouble(t('files_too_many', MAX_WRITTEN_FILES));
  const total = coming.reduce((sum, { size }) => sum + size, sizeOf(there));
  if (total > MAX_WRITTEN_SIZE) throw new Trouble(t('files_too_large', fileSize(MAX_WRITTEN_SIZE)));
}

/** Reads a file that the user chose. `onProgress` hears how many octets are there. Throws if it cannot be read. */
export async function readFile(file: File, onProgress: (done: number) => void): Promise<Attachment> {
  const data = new Uint8Array(file.size);
  let at = 0;
  // Of a folder there is nothing to be read, nor of a file that was changed or taken away meanwhile.
  const reader = file.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    data.set(piece.value, at);
    at += piece.value.length;
    onProgress(at);
  }
  if (at !== data.length) throw new FileGone();
  const name = file.name || 'file';
  return { id: newId(), name, mediaType: mediaType(file.type, data), secret: false, quoted: false, data };
}

/** What is said of a file: a picture is what its octets are, all else what the system calls it. */
function mediaType(told: string, data: Uint8Array): string {
  return pictureType(data) ?? (/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(told) ? told : 'application/octet-stream');
}

/** A name of its own for a file or a draft. */
export function newId(): string {
  return crypto.randomUUID();
}
