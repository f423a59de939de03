// WebP (RFC 9649): chunks in a RIFF file.

import { readExif, uprightExif } from './exif.js';
import { type Bare, numbers, octets, Pieces, stands } from './pieces.js';

/** `RIFF`, the size of all that follows, `WEBP`. */
const HEAD = 12;
/** Type and size before the data of a chunk. */
const AROUND = 8;

/** The picture, its transparency, its movement, its colours. */
const NEEDED = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** Those that draw something. */
const DRAWN = new Set(['VP8 ', 'VP8L', 'ANMF']);
/** Bits of `VP8X` that say which chunks of notes there are. */
const HAS_EXIF = 0x08;
const HAS_XMP = 0x04;
/** Some programs put this before the notes, as it is in a JPEG. */
const EXIF = 'Exif\0\0';

/** A WebP without what it tells; nothing when it is none, or damaged. */
export function webp(data: Uint8Array<ArrayBuffer>): Bare | undefined {
  if (!stands(data, 0, 'RIFF') || !stands(data, 8, 'WEBP')) return undefined;
  const view = numbers(data);
  const end = AROUND + view.getUint32(4, true);
  if (end > data.length) return undefined;
  const pieces = new Pieces(data);
  const head = data.slice(0, HEAD);
  pieces.put(head);
  let about: Uint8Array<ArrayBuffer> | undefined;
  let drawn = false;
  let turned = false;
  let at = HEAD;
  while (at < end) {
    if (at + AROUND > end || !pieces.count()) return undefined;
    const type = String.fromCharCode(...data.subarray(at, at + 4));
    const length = view.getUint32(at + 4, true);
    // Chunks begin at even places; some programs leave the last octet out.
    const next = Math.min(at + AROUND + length + (length % 2), end);
    if (at + AROUND + length > end) return undefined;
    const body = data.subarray(at + AROUND, at + AROUND + length);
    drawn ||= DRAWN.has(type);
    if (NEEDED.has(type)) pieces.keep(at, next);
    else if (type === 'VP8X') {
      if (about || length < 10) return undefined;
      about = data.slice(at, next);
      pieces.put(about);
    } else if (type === 'EXIF') {
      const { orientation, telling } = readExif(body.subarray(stands(body, 0, EXIF) ? EXIF.length : 0));
      pieces.drop(telling);
      if (orientation !== 1 && about && !turned) {
        pieces.put(exifChunk(orientation));
        turned = true;
      }
    } else pieces.drop(true);
    at = next;
  }
  if (!drawn) return undefined;
  pieces.end(end);
  if (about) about[AROUND] = ((about[AROUND] ?? 0) & ~(HAS_EXIF | HAS_XMP)) | (turned ? HAS_EXIF : 0);
  numbers(head).setUint32(4, pieces.size - AROUND, true);
  return pieces;
}

function exifChunk(orientation: number): Uint8Array<ArrayBuffer> {
  const tiff = uprightExif(orientation);
  const chunk = new Uint8Array(AROUND + tiff.length);
  chunk.set(octets('EXIF'));
  numbers(chunk).setUint32(4, tiff.length, true);
  chunk.set(tiff, AROUND);
  return chunk;
}
