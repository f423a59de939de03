// Octets in pieces, as the messages of the write channel carry them: base64, or what they are.

import { MAX_MAIL } from '../../desk/channel.js';
import { linesRoom, writeLines } from '../../desk/lines.js';
import { release } from '../../desk/release.js';
import { PIECE, type Put } from '../../desk/write-channel.js';

/** Octets that become characters in one call, where the browser has nothing better: more would not fit on its stack. */
const CHUNK = 0x2000;

/** The pieces of a mail that is answered, one at a time. Throws when the browser does not give it (any more). */
export async function* piecesOf(mail: Blob): AsyncGenerator<string> {
  // Firefox gives octets in the page's memory, which no message can carry: they are copied.
  const room = new Uint8Array(PIECE);
  const body = mail.stream().getReader();
  let filled = 0;
  for (let next = await body.read(); !next.done; next = await body.read()) {
    for (let rest = next.value; rest.length > 0; ) {
      const now = rest.subarray(0, PIECE - filled);
      room.set(now, filled);
      rest = rest.subarray(now.length);
      filled += now.length;
      if (filled < PIECE) break;
      yield encode(room);
      filled = 0;
    }
    release(next.value);
  }
  if (filled > 0) yield encode(room.subarray(0, filled));
}

function encode(octets: Uint8Array & { readonly toBase64?: () => string }): string {
  if (octets.toBase64) return octets.toBase64();
  let text = '';
  for (let at = 0; at < octets.length; at += CHUNK) {
    text += String.fromCharCode(...octets.subarray(at, at + CHUNK));
  }
  return btoa(text);
}

/** What newer browsers have. */
interface Native {
  readonly setFromBase64?: (text: string) => { readonly written: number };
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
  readonly #room: Uint8Array<ArrayBuffer> & Native = new Uint8Array(PIECE);
  readonly #lines = linesRoom(PIECE);

  /** For files whose sizes were checked. */
  constructor(files: Put['files']) {
    this.#files = files.map(({ name, media_type, size }) => ({ name, type: media_type, size, pieces: [] }));
    this.#filled = files.map(() => 0);
  }

  /** Octets that have come. */
  get received(): number {
    return this.#filled.reduce((sum, filled) => sum + filled, 0);
  }

  /** Takes a piece, or what `lines` of armor are made of; false when it is none, or more than was announced. */
  take(file: unknown, data: unknown, lines: boolean): boolean {
    if (typeof file !== 'number') return false;
    const into = this.#files[file];
    const at = this.#filled[file];
    const came = this.#octets(data);
    const octets = came && lines ? writeLines(came, this.#lines) : came;
    if (!into || at === undefined || !octets || at + octets.length > into.size) return false;
    // A sender who sends nothing, again and again, gets no list for it.
    if (octets.length > 0) into.pieces.push(new Blob([octets]));
    this.#filled[file] = at + octets.length;
    return true;
  }

  /** In memory that is used again for the next piece: a Blob has its own. */
  #octets(data: unknown): Uint8Array<ArrayBuffer> | undefined {
    const room = this.#room;
    if (data instanceof Uint8Array && data.length <= PIECE) {
      const { length } = data;
      room.set(data);
      release(data);
      return room.subarray(0, length);
    }
    if (typeof data !== 'string' || data.length > MAX_DATA) return undefined;
    try {
      if (room.setFromBase64) return room.subarray(0, room.setFromBase64(data).written);
      const text = atob(data);
      for (let at = 0; at < text.length; at++) room[at] = text.charCodeAt(at);
      return room.subarray(0, text.length);
    } catch {
      return undefined;
    }
  }

  /** The files, when all octets of all of them have come. */
  files(): File[] | undefined {
    if (this.#files.some(({ size }, at) => this.#filled[at] !== size)) return undefined;
    return this.#files.map(({ name, type, pieces }) => new File(pieces, name, { type }));
  }
}

/** Octets of all files of one `put`: what a whole mail may have. */
export const MAX_FILES_SIZE = MAX_MAIL;
