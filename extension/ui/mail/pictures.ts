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

/** The file that `cid:` with this id means in a body; several of its name are told apart by where they are. */
export function pictureOf(files: readonly MailFile[], id: string, body: number): MailFile | undefined {
  const named = files.filter(({ kind, content_id }) => kind === 'image' && isCalled(content_id, id));
  return named.find(({ shown_in }) => shown_in === body) ?? named[0];
}

/** Some programs write an id with its signs in per cent, and refer to it by the same letters (RFC 2392 has them only there). */
function isCalled(own: string | undefined, id: string): boolean {
  const sign = (_: string, code: string) => String.fromCharCode(Number.parseInt(code, 16));
  return own === id || own?.replace(/%([\da-f]{2})/gi, sign) === id;
}
