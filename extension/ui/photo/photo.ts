// What a picture tells besides what is seen in it: where, when and with what it was taken. It is taken out without touching
// the picture itself: pieces of the file are left out, none is written anew but the way up.

import { jpeg } from './jpeg.js';
import { type Bare, stands } from './pieces.js';
import { png } from './png.js';
import { webp } from './webp.js';

/** What is known of a picture. */
export type Told =
  /** Nothing that somebody would mind. */
  | 'nothing'
  /** It has notes of the kind that cameras and programs write: place, time, device, author. */
  | 'something'
  /** It is damaged, or of a kind that is not known here. */
  | 'unknown';

/** Files never change: what was found in one is good for as long as it is there. It is asked for whenever the window is drawn. */
const known = new WeakMap<Uint8Array, { readonly bare: Bare | undefined }>();

function examined(data: Uint8Array<ArrayBuffer>): Bare | undefined {
  let found = known.get(data);
  if (!found) {
    found = { bare: jpeg(data) ?? png(data) ?? webp(data) };
    known.set(data, found);
  }
  return found.bare;
}

/** What a picture tells besides what is seen in it. */
export function told(data: Uint8Array<ArrayBuffer>): Told {
  const bare = examined(data);
  if (!bare) return 'unknown';
  return bare.telling ? 'something' : 'nothing';
}

/** The same picture without anything beside it, not turned; nothing when that cannot be said of what is left. */
export function silent(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  return examined(data)?.join();
}

/** The kinds of HEIF that cameras write, and AVIF (ISO 23008-12 and the standards on it): what its first box says. */
const HEIF = ['heic', 'heix', 'heim', 'heis', 'mif1', 'avif'];

/** Whether it begins as a photo of a kind that nothing is found in here, also a raw one: systems have no name for some. */
export function isOtherPhoto(data: Uint8Array): boolean {
  return stands(data, 0, 'II*\0') || stands(data, 0, 'MM\0*') || HEIF.some((kind) => stands(data, 4, `ftyp${kind}`));
}
