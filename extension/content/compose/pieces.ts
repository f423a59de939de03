// Octets in pieces of base64, as the messages of the write channel carry them.

import { MAX_MAIL } from '../../desk/channel.js';
import { PIECE, type Put } from '../../desk/write-channel.js';

/** Octets that become characters in one call, where the browser has nothing better: more would not fit on its stack. */
const CHUNK = 0x2000;

/** The pieces of octets, one at a time. */
export function* piecesOf(octets: Uint8Array): Generator<string> {
  for (let at = 0; at < octets.length; at += PIECE) yield encode(octets.subarray(at, at + PIECE));
}

function encode(octets: Uint8Array & { readonly toBase64?: () => string }): string {
  if (octets.toBase64) return octets.toBase64();
  let text = '';
  for (let at = 0; at < octets.length; at += CHUNK) {
    text += String.fromCharCode(...octets.subarray(at, at + CHUNK));
  }
  return btoa(text);
}

/** Longest base64 of a piece. */
const MAX_DATA = Math.ceil(PIECE / 3) * 4;

/**
 * The files of a `put` as they come in, piece by piece. Each piece is given to the browser at once: a file is made of them
 * without being copied as a whole.
 */
export class Arriving {
  readonly #files: { readonly name: string; readonly type: string; readonly size: number; readonly pieces: Blob[] }[];
  readonly #filled: number[];

  /** For files whose sizes were checked. */
  constructor(files: Put['files']) {
    this.#files = files.map(({ name, media_type, size }) => ({ name, type: media_type, size, pieces: [] }));
    this.#filled = files.map(() => 0);
  }

  /** Octets that have come. */
  get received(): number {
    return this.#filled.reduce((sum, filled) => sum + filled, 0);
  }

  /** Takes a piece; false when it is none, or more than was announced. */
  take(file: unknown, data: unknown): boolean {
    if (typeof file !== 'number' || typeof data !== 'string' || data.length > MAX_DATA) return false;
    const into = this.#files[file];
    const at = this.#filled[file];
    const octets = decode(data);
    if (!into || at === undefined || !octets || at + octets.length > into.size) return false;
    // A sender who sends nothing, again and again, gets no list for it.
    if (octets.length > 0) into.pieces.push(new Blob([octets]));
    this.#filled[file] = at + octets.length;
    return true;
  }

  /** The files, when all octets of all of them have come. */
  files(): File[] | undefined {
    if (this.#files.some(({ size }, at) => this.#filled[at] !== size)) return undefined;
    return this.#files.map(({ name, type, pieces }) => new File(pieces, name, { type }));
  }
}

function decode(data: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const text = atob(data);
    const octets = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) octets[at] = text.charCodeAt(at);
    return octets;
  } catch {
    return undefined;
  }
}

/** Octets of all files of one `put`: what a whole mail may have. */
export const MAX_FILES_SIZE = MAX_MAIL;
