// A file on its way into the engine. Nobody holds a large one whole but who needs it.

/** Octets that are handed over at once: a fraction of a second to hash, and few enough requests. */
const PIECE = 4 * 1024 * 1024;

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

/** All octets of a small file. Throws `FileGone`. */
export async function octets(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = await file.arrayBuffer().catch(() => undefined);
  if (!buffer || buffer.byteLength !== file.size) throw new FileGone();
  return new Uint8Array(buffer);
}
