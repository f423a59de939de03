// PNG (third edition, 2025): chunks of length, type, data and checksum.

import { readExif, uprightExif } from './exif.js';
import { type Bare, numbers, octets, Pieces, stands } from './pieces.js';

const SIGNATURE = '\x89PNG\r\n\x1a\n';
/** Octets of a chunk around its data. */
const AROUND = 12;

/** Chunks that are not critical and are needed to draw the picture: transparency, colours, size, movement. */
const NEEDED = new Set('tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD hIST sPLT pHYs acTL fcTL fdAT'.split(' '));
/** Notes that may tell of place, time, device or author, by their keyword. */
const TELLING = /^(?:XML:com\.adobe\.xmp|Raw profile type |date:|.*(?:exif|gps|location|author|creation time|camera))/i;
/** Characters of a keyword (PNG, 11.3.3). */
const MAX_KEYWORD = 79;

/** A PNG without what it tells; nothing when it is none, or damaged. */
export function png(data: Uint8Array<ArrayBuffer>): Bare | undefined {
  if (!stands(data, 0, SIGNATURE)) return undefined;
  const pieces = new Pieces(data);
  pieces.keep(0, SIGNATURE.length);
  const view = numbers(data);
  let turned = false;
  for (let at = SIGNATURE.length; at + AROUND <= data.length && pieces.count(); ) {
    const end = at + AROUND + view.getUint32(at);
    const type = String.fromCharCode(...data.subarray(at + 4, at + 8));
    if (end > data.length || !/^[A-Za-z]{4}$/.test(type)) return undefined;
    if ((at === SIGNATURE.length) !== (type === 'IHDR')) return undefined;
    const body = data.subarray(at + 8, end - 4);
    // A capital letter first: nobody can draw the picture without it.
    if (/^[A-Z]/.test(type) || NEEDED.has(type)) pieces.keep(at, end);
    else if (type === 'eXIf') {
      const { orientation, telling } = readExif(body);
      pieces.drop(telling);
      if (orientation !== 1 && !turned) pieces.put(exifChunk(orientation));
      turned = true;
    } else pieces.drop(isTelling(type, body));
    if (type === 'IEND') {
      pieces.end(end);
      return pieces;
    }
    at = end;
  }
  return undefined;
}

function isTelling(type: string, body: Uint8Array): boolean {
  // Who made it, and out of what (C2PA); and when it was changed.
  if (type === 'caBX' || type === 'tIME') return true;
  if (!/^(?:tEXt|zTXt|iTXt)$/.test(type)) return false;
  const [keyword = ''] = String.fromCharCode(...body.subarray(0, MAX_KEYWORD)).split('\0');
  return TELLING.test(keyword);
}

function exifChunk(orientation: number): Uint8Array<ArrayBuffer> {
  const tiff = uprightExif(orientation);
  const chunk = new Uint8Array(AROUND + tiff.length);
  const view = numbers(chunk);
  view.setUint32(0, tiff.length);
  chunk.set(octets('eXIf'), 4);
  chunk.set(tiff, 8);
  view.setUint32(8 + tiff.length, crc(chunk.subarray(4, 8 + tiff.length)));
  return chunk;
}

/** The checksum of a chunk (PNG, annex D), for the few octets of ours. */
function crc(data: Uint8Array): number {
  let sum = 0xffffffff;
  for (const octet of data) {
    sum ^= octet;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}
