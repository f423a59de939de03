// Pieces of a file, in the order in which they stand in it.

/** Segments or chunks of one picture. Programs write some thousand into 25 MB; each costs us an entry of a list. */
export const MAX_PIECES = 100_000;

/** Octets behind the end of a picture that are padding; what is longer is a film, another picture or notes. */
const MAX_PADDING = 64;

/** A picture without what it tells. */
export interface Bare {
  /** Something was left out that may tell of place, time, device or author. */
  readonly telling: boolean;
  /** What stays, as one file. */
  join(): Uint8Array<ArrayBuffer>;
}

/** What stays of a file. */
export class Pieces implements Bare {
  telling = false;
  readonly #data: Uint8Array<ArrayBuffer>;
  readonly #kept: Uint8Array<ArrayBuffer>[] = [];
  #seen = 0;

  constructor(data: Uint8Array<ArrayBuffer>) {
    this.#data = data;
  }

  /** One more piece has been seen; false when it is one too many. */
  count(): boolean {
    return ++this.#seen <= MAX_PIECES;
  }

  /** This stays as it is. */
  keep(from: number, to: number): void {
    this.#kept.push(this.#data.subarray(from, to));
  }

  /** This comes in the place of something. */
  put(octets: Uint8Array<ArrayBuffer>): void {
    this.#kept.push(octets);
  }

  /** This is left out. */
  drop(telling: boolean): void {
    this.telling ||= telling;
  }

  /** The picture ends here; what stands behind it is left out. */
  end(at: number): void {
    this.drop(this.#data.length - at > MAX_PADDING);
  }

  get size(): number {
    return this.#kept.reduce((sum, { length }) => sum + length, 0);
  }

  join(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.size);
    let at = 0;
    for (const piece of this.#kept) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}

/** Whether these characters, each an octet, stand there. */
export function stands(data: Uint8Array, at: number, characters: string): boolean {
  for (let index = 0; index < characters.length; index++) {
    if (data[at + index] !== characters.charCodeAt(index)) return false;
  }
  return true;
}

/** An octet for each character. */
export function octets(characters: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}

/** Reads numbers. */
export function numbers({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
