// Octets in pieces of base64, as the messages of the write channel carry them.

import { MAX_MAIL } from '../../desk/channel.js';
import { PIECE, type Put } from '../../desk/write-channel.js';

/** Pieces that are sent before the page gets its turn: encoding one takes some milliseconds. */
const CHUNK = 0x2000;

/** The pieces of octets, one at a time. */
export function* piecesOf(octets: Uint8Array): Generator<string> {
  for (let at = 0; at < octets.length; at += PIECE) yield encode(octets.subarray(at, at + PIECE));
}

function encode(octets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < octets.length; at += CHUNK) {
    text += String.fromCharCode(...octets.subarray(at, at + CHUNK));
  }
  return btoa(text);
}

/** Longest base64 of a piece. */
const MAX_DATA = Math.ceil(PIECE / 3) * 4;

/** The files of a `put` as they come in, piece by piece. */
export class Arriving {
  readonly #files: { readonly name: string; readonly type: string; readonly octets: Uint8Array<ArrayBuffer> }[];
  readonly #filled: number[];

  /** Memory for files whose sizes were checked. */
  constructor(files: Put['files']) {
    this.#files = files.map(({ name, media_type, size }) => ({ name, type: media_type, octets: new Uint8Array(size) }));
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
    if (!into || at === undefined || !octets || at + octets.length > into.octets.length) return false;
    into.octets.set(octets, at);
    this.#filled[file] = at + octets.length;
    return true;
  }

  /** The files, when all octets of all of them have come. */
  files(): File[] | undefined {
    if (this.#files.some(({ octets }, at) => this.#filled[at] !== octets.length)) return undefined;
    return this.#files.map(({ name, type, octets }) => new File([octets], name, { type }));
  }
}

function decode(data: string): Uint8Array | undefined {
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
