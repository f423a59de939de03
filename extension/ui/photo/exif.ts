// Exif: a list of notes in the form of TIFF (6.0, section 2). One of them is needed to draw the picture: which way is up.

import { numbers, stands } from './pieces.js';

/** What an Exif block says. */
export interface Exif {
  /** 1 is as it is stored; 2 to 8 are turned or mirrored. */
  readonly orientation: number;
  /** There is more in it than what is needed to draw the picture. */
  readonly telling: boolean;
}

/** Damaged notes can still be read by those who want to. */
const DAMAGED: Exif = { orientation: 1, telling: true };

const ORIENTATION = 0x0112;
/** Width, height, bits, orientation, resolution and its unit, place of colour samples: what any program writes. */
const HARMLESS = new Set([0x0100, 0x0101, 0x0102, ORIENTATION, 0x011a, 0x011b, 0x0128, 0x0213]);
const SHORT = 3;
/** Octets of an entry: tag, type, count, value. */
const ENTRY = 12;

/** Reads the first list of notes; others are reached through tags that are not harmless, or behind its end. */
export function readExif(tiff: Uint8Array): Exif {
  const little = stands(tiff, 0, 'II*\0');
  if (!little && !stands(tiff, 0, 'MM\0*')) return DAMAGED;
  const view = numbers(tiff);
  if (tiff.length < 8) return DAMAGED;
  const list = view.getUint32(4, little);
  if (list < 8 || list + 2 > tiff.length) return DAMAGED;
  const count = view.getUint16(list, little);
  const end = list + 2 + count * ENTRY;
  if (end > tiff.length) return DAMAGED;
  let orientation = 1;
  // Where the next list is, if there is one.
  let telling = end + 4 <= tiff.length && view.getUint32(end, little) !== 0;
  for (let at = list + 2; at < end; at += ENTRY) {
    const tag = view.getUint16(at, little);
    telling ||= !HARMLESS.has(tag);
    if (tag !== ORIENTATION || view.getUint16(at + 2, little) !== SHORT) continue;
    const value = view.getUint16(at + 8, little);
    if (value >= 1 && value <= 8) orientation = value;
  }
  return { orientation, telling };
}

/** Notes that say which way is up, and nothing else. */
export function uprightExif(orientation: number): Uint8Array<ArrayBuffer> {
  const tiff = new Uint8Array(26);
  const view = numbers(tiff);
  tiff.set([0x49, 0x49, 0x2a, 0]);
  view.setUint32(4, 8, true);
  view.setUint16(8, 1, true);
  view.setUint16(10, ORIENTATION, true);
  view.setUint16(12, SHORT, true);
  view.setUint32(14, 1, true);
  view.setUint16(18, orientation, true);
  return tiff;
}
