// A file on its way into the engine. Nobody holds a large one whole but who needs it.

/** Octets that are handed over at once: a fraction of a second to hash, and few enough requests. */
const PIECE = 4 * 1024 * 1024;

/** Octets that come in pieces. */
export interface Supply {
  /** How many there are; 0 when nobody knows. */
  readonly size: number;
  /**
   * Gives all of them to `take`, in pieces of at most {@link MAX_PIECE}, one after the other, unless it wants no more. A piece is
   * in memory that is used again for the next. May be called again.
   */
  readonly each: (take: Take) => Promise<void>;
}

/** Takes a piece; `false` when it wants no more. */
export type Take = (piece: Uint8Array<ArrayBuffer>) => Promise<unknown> | unknown;

/** Octets of one piece of a {@link Supply}. Many small ones leave more behind than few large ones. */
export const MAX_PIECE = 512 * 1024;

/** What is there as a whole. `each` throws `FileGone`, of a file. */
export function supplyOf(data: Uint8Array<ArrayBuffer> | Blob): Supply {
  if (data instanceof Blob) return { size: data.size, each: (take) => eachOctets(data, take) };
  const each: Supply['each'] = async (take) => {
    for (let at = 0; at < data.length; at += MAX_PIECE) {
      if ((await take(data.subarray(at, at + MAX_PIECE))) === false) return;
    }
  };
  return { size: data.length, each };
}

/** All octets of a supply. */
export async function wholeOf({ size, each }: Supply): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(size);
  let at = 0;
  await each((piece) => {
    whole.set(piece, at);
    at += piece.length;
  });
  return whole;
}

/** A file could not be read: it was moved, changed or taken away, or it is a folder. */
export class FileGone extends Error {
  constructor() {
    super('file gone');
    this.name = 'FileGone';
  }
}

/** Gives each piece to `take`, one after the other, together with what was given before it. Throws `FileGone`. */
export async function eachPiece(
  file: Blob,
  take: (piece: Uint8Array<ArrayBuffer>, before: number) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < file.size; at += PIECE) await take(await octets(file.slice(at, at + PIECE)), at);
}

/**
 * Gives all octets to `take`, one piece after the other, in memory that is used again for the next: nothing is left for the
 * browser to tidy up, which it does long after a large file has gone by. Throws `FileGone`.
 */
export async function eachOctets(file: Blob, take: Take): Promise<void> {
  const { read, cancel } = readerOf(file.stream());
  const next = (into: ArrayBuffer) =>
    read(new Uint8Array(into)).catch(() => {
      throw new FileGone();
    });
  let all = 0;
  for (let piece = await next(new ArrayBuffer(MAX_PIECE)); !piece.done; piece = await next(piece.value.buffer)) {
    all += piece.value.length;
    if ((await take(piece.value)) === false) return cancel();
  }
  if (all !== file.size) throw new FileGone();
}

/** Reads into the memory that it is given, or (a letter in an older browser) into memory of its own. */
export function readerOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  try {
    const body = stream.getReader({ mode: 'byob' });
    return { read: (into: Uint8Array<ArrayBuffer>) => body.read(into), cancel: () => body.cancel() };
  } catch {
    const body = stream.getReader();
    return { read: () => body.read(), cancel: () => body.cancel() };
  }
}

/** All octets of a small file. Throws `FileGone`. */
export async function octets(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = await file.arrayBuffer().catch(() => undefined);
  if (!buffer || buffer.byteLength !== file.size) throw new FileGone();
  return new Uint8Array(buffer);
}
