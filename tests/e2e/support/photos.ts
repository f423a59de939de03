// Pictures with notes in them, as cameras and programs write them: made of plain ones by hand, from the formats' standards.

import { crc32 } from 'node:zlib';

/** What no picture may tell after it was told not to. */
export const WORDS = ['51.4779N', 'Pocket Camera 3', 'GREENWICH', 'taken by Erin', 'a film of it'] as const;
const [PLACE, DEVICE, CITY, AUTHOR, FILM] = WORDS;

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number): Buffer =>
  Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
const little32 = (value: number): Buffer => u32(value).reverse();

/** Exif in the form of TIFF, big-endian: device, orientation, and a list of places. */
export function exif(orientation: number): Buffer {
  const text = (value: string) => Buffer.from(`${value}\0`);
  const device = text(DEVICE);
  const place = text(PLACE);
  const list = 8;
  const gps = list + 2 + 3 * 12 + 4;
  const data = gps + 2 + 12 + 4;
  const entry = (tag: number, type: number, count: number, value: Buffer) =>
    Buffer.concat([u16(tag), u16(type), u32(count), value]);
  return Buffer.concat([
    Buffer.from('MM\0*'),
    u32(list),
    u16(3),
    entry(0x010f, 2, device.length, u32(data)),
    entry(0x0112, 3, 1, Buffer.concat([u16(orientation), u16(0)])),
    entry(0x8825, 4, 1, u32(gps)),
    u32(0),
    u16(1),
    entry(0x0002, 2, place.length, u32(data + device.length)),
    u32(0),
    device,
    place,
  ]);
}

/** Exif that says which way is up, and nothing else. */
export function upright(orientation: number): Buffer {
  const entry = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
  return Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 1, 0, ...entry, 0, 0, 0, 0]);
}

const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><city>${CITY}</city></x:xmpmeta>`;

/** Exif whose first list says which way is up, and behind whose end there is another list, as for a small picture. */
export function twoLists(): Buffer {
  const end = [26, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  return Buffer.concat([upright(1).subarray(0, 22), Buffer.from(end)]);
}

/** One kind of picture. */
export interface Format {
  readonly type: string;
  /** Notes of all kinds in it, and something behind its end. */
  readonly noted: (plain: Buffer, orientation: number) => Buffer;
  /** What should be left. */
  readonly silent: (plain: Buffer, orientation: number) => Buffer;
}

/** A segment of a JPEG. */
export function segment(marker: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xff, marker]), u16(body.length + 2), body]);
}

export const exifSegment = (tiff: Buffer) => segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff]));

/** Behind the first segment of a JPEG, which says that it is one. */
export function into(plain: Buffer, ...segments: Buffer[]): Buffer {
  const at = 2 + 2 + plain.readUInt16BE(4);
  return Buffer.concat([plain.subarray(0, at), ...segments, plain.subarray(at)]);
}

export const JPEG: Format = {
  type: 'image/jpeg',
  noted: (plain, orientation) =>
    Buffer.concat([
      into(
        plain,
        exifSegment(exif(orientation)),
        segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${XMP}`)),
        segment(0xe2, Buffer.from('MPF\0II*\0')),
        segment(0xed, Buffer.from(`Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0e\x1c\x02\x5a\0\x09${CITY}`)),
        segment(0xfe, Buffer.from(AUTHOR)),
      ),
      Buffer.from(`${FILM} ${'.'.repeat(100)}`),
    ]),
  silent: (plain, orientation) => (orientation === 1 ? plain : into(plain, exifSegment(upright(orientation)))),
};

function chunk(type: string, body: Buffer): Buffer {
  const inner = Buffer.concat([Buffer.from(type), body]);
  return Buffer.concat([u32(body.length), inner, u32(crc32(inner))]);
}

/** Behind the header of a PNG. */
const PNG_HEAD = 8 + 12 + 13;

/** A PNG with a chunk behind its header. */
export const withChunk = (plain: Buffer, type: string, body: Buffer): Buffer =>
  Buffer.concat([plain.subarray(0, PNG_HEAD), chunk(type, body), plain.subarray(PNG_HEAD)]);

export const PNG: Format = {
  type: 'image/png',
  noted: (plain, orientation) =>
    Buffer.concat([
      plain.subarray(0, PNG_HEAD),
      chunk('eXIf', exif(orientation)),
      chunk('iTXt', Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${XMP}`)),
      chunk('tEXt', Buffer.from(`Author\0${AUTHOR}`)),
      chunk('tIME', Buffer.from([7, 234, 11, 28, 12, 0, 0])),
      plain.subarray(PNG_HEAD),
      Buffer.from(`${FILM} ${'.'.repeat(100)}`),
    ]),
  silent: (plain, orientation) => {
    const notes = orientation === 1 ? Buffer.alloc(0) : chunk('eXIf', upright(orientation));
    return Buffer.concat([plain.subarray(0, PNG_HEAD), notes, plain.subarray(PNG_HEAD)]);
  },
};

function riffChunk(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), little32(body.length), body, Buffer.alloc(body.length % 2)]);
}

const riff = (chunks: readonly Buffer[]): Buffer => {
  const body = Buffer.concat([Buffer.from('WEBP'), ...chunks]);
  return Buffer.concat([Buffer.from('RIFF'), little32(body.length), body]);
};

/** The chunks of a plain WebP, with the chunk that says what else there is (bits: 0x20 colours, 0x10 transparency). */
function webpWith(plain: Buffer, notes: number, ...more: Buffer[]): Buffer {
  let at = 12;
  let about: Buffer = Buffer.alloc(0);
  const rest: Buffer[] = [];
  while (at < plain.length) {
    const size = plain.readUInt32LE(at + 4);
    const whole = plain.subarray(at, at + 8 + size + (size % 2));
    if (whole.toString('latin1', 0, 4) === 'VP8X') about = Buffer.from(whole);
    else rest.push(whole);
    at += whole.length;
  }
  // 16 x 8 pixels, one less of each.
  if (about.length === 0) about = riffChunk('VP8X', Buffer.from([0, 0, 0, 0, 15, 0, 0, 7, 0, 0]));
  about[8] = ((about[8] ?? 0) & 0xf0) | notes;
  return riff([about, ...rest, ...more]);
}

export const WEBP: Format = {
  type: 'image/webp',
  noted: (plain, orientation) =>
    Buffer.concat([
      webpWith(
        plain,
        0x0c,
        riffChunk('EXIF', exif(orientation)),
        riffChunk('XMP ', Buffer.from(XMP)),
        riffChunk('note', Buffer.from(AUTHOR)),
      ),
      Buffer.from(`${FILM} ${'.'.repeat(100)}`),
    ]),
  silent: (plain, orientation) =>
    orientation === 1 ? webpWith(plain, 0) : webpWith(plain, 0x08, riffChunk('EXIF', upright(orientation))),
};
