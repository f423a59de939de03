// Pictures of a mail that are shown.

import type { MailFile } from 'waxseal-wasm';
import { isHuge } from './pixels.js';

/** Kinds that browsers draw and that hold no script; SVG is not one of them. */
const TYPES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
/** What old programs call JPEG. */
const JPEG = new Set(['image/jpg', 'image/pjpeg']);

/**
 * A picture to be drawn; nothing when it is none, or too large for that. The engine has compared its first octets with its type, and the type
 * of the blob keeps the browser from reading anything else into it.
 */
export function pictureBlob(file: MailFile, octets: Uint8Array<ArrayBuffer>): Blob | undefined {
  const type = JPEG.has(file.media_type) ? 'image/jpeg' : file.media_type;
  return file.kind === 'image' && TYPES.has(type) && !isHuge(octets) ? new Blob([octets], { type }) : undefined;
}
