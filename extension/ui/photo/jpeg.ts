// JPEG (ITU-T T.81, annex B): segments with a marker each, and coded data behind each SOS.

import { readExif, uprightExif } from './exif.js';
import { type Bare, numbers, octets, Pieces, stands } from './pieces.js';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const COM = 0xfe;
const APP0 = 0xe0;
const APP15 = 0xef;

/** Applications' segments that are needed to draw the picture: density, colours, how they are coded. */
const NEEDED: readonly (readonly [marker: number, name: string])[] = [
  [APP0, 'JFIF\0'],
  [0xe2, 'ICC_PROFILE\0'],
  [0xee, 'Adobe'],
];
/** Those that tell nothing by themselves: small pictures, an index of further pictures, how well Photoshop has saved it. */
const MUTE: readonly (readonly [marker: number, name: string])[] = [
  [APP0, 'JFXX\0'],
  [0xe2, 'MPF\0'],
  [0xec, 'Ducky'],
];
/** Comments of programs that say how they have coded it, and nothing else. */
const CODED =
  /^(?:Created with (?:The )?GIMP|AppleMark|(?:CREATOR: gd-jpeg|Lavc\d|LEAD Technologies|File written by Adobe Photoshop|Optimized by JPEGmini|Compressed by jpeg-recompress|Intel\(R\) JPEG Library)[^\n]{0,60})[\n\0]{0,2}$/;
const EXIF = 'Exif\0\0';
const PHOTOSHOP = 'Photoshop 3.0\0';
/** In a segment of Photoshop: what news agencies write of a picture, its place among them (IPTC). */
const IPTC = '8BIM\x04\x04';

/** A JPEG without what it tells; nothing when it is none, or damaged. */
export function jpeg(data: Uint8Array<ArrayBuffer>): Bare | undefined {
  if (data[0] !== 0xff || data[1] !== SOI) return undefined;
  const pieces = new Pieces(data);
  pieces.keep(0, 2);
  const view = numbers(data);
  let drawn = false;
  let turned = false;
  for (let at = 2; pieces.count(); ) {
    if (data[at] !== 0xff) return undefined;
    let mark = at + 1;
    // Any number of them may stand before a marker.
    while (data[mark] === 0xff) mark++;
    const marker = data[mark] ?? 0;
    if (marker === EOI) {
      if (!drawn) return undefined;
      pieces.keep(at, mark + 1);
      pieces.end(mark + 1);
      return pieces;
    }
    const end = segmentEnd(view, mark, marker);
    if (end === undefined) return undefined;
    const body = data.subarray(mark + 3, end);
    if (marker < APP0 || (marker > APP15 && marker !== COM)) {
      const next = marker === SOS ? afterScan(data, end) : end;
      drawn ||= marker === SOS;
      pieces.keep(at, next);
      at = next;
      continue;
    }
    if (is(NEEDED, marker, body)) pieces.keep(at, end);
    else if (marker === 0xe1 && stands(body, 0, EXIF)) {
      const { orientation, telling } = readExif(body.subarray(EXIF.length));
      pieces.drop(telling);
      // The first counts.
      if (orientation !== 1 && !turned) pieces.put(exifSegment(orientation));
      turned = true;
    } else pieces.drop(isTelling(marker, body));
    at = end;
  }
  return undefined;
}

/** Where a segment ends; nothing for markers that have none or that no picture has outside of its coded data. */
function segmentEnd(view: DataView, mark: number, marker: number): number | undefined {
  const known = marker >= 0xc0 && (marker < 0xd0 || marker >= SOS) && (marker <= APP15 || marker === COM);
  if (!known || mark + 3 > view.byteLength) return undefined;
  const length = view.getUint16(mark + 1);
  const end = mark + 1 + length;
  return length >= 2 && end <= view.byteLength ? end : undefined;
}

/** Where coded data ends: at a marker that is no restart. */
function afterScan(data: Uint8Array, from: number): number {
  for (let at = data.indexOf(0xff, from); at >= 0; at = data.indexOf(0xff, at + 1)) {
    const next = data[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return data.length;
}

function is(list: typeof NEEDED, marker: number, body: Uint8Array): boolean {
  return list.some(([one, name]) => one === marker && stands(body, 0, name));
}

function isTelling(marker: number, body: Uint8Array): boolean {
  if (marker === COM) return body.length > 0 && !CODED.test(String.fromCharCode(...body.subarray(0, 200)));
  if (is(MUTE, marker, body)) return false;
  return marker !== 0xed || !stands(body, 0, PHOTOSHOP) || holds(body, IPTC);
}

function holds(body: Uint8Array, characters: string): boolean {
  const first = characters.charCodeAt(0);
  for (let at = body.indexOf(first); at >= 0; at = body.indexOf(first, at + 1)) {
    if (stands(body, at, characters)) return true;
  }
  return false;
}

function exifSegment(orientation: number): Uint8Array<ArrayBuffer> {
  const tiff = uprightExif(orientation);
  const head = octets(`\xff\xe1\0\0${EXIF}`);
  const segment = new Uint8Array(head.length + tiff.length);
  segment.set(head);
  segment.set(tiff, head.length);
  numbers(segment).setUint16(2, segment.length - 2);
  return segment;
}
