import { toBase64 } from '../files.js';
import { MAX_IMPORT } from '../limits.js';

/**
 * Files of an import, those that may hold keys as one: a key may be in one of them, and what withdraws it in another. A binary
 * one is put into armor, so that they can stand behind each other. Where all of them are too much they stay apart.
 */
export function together(files: readonly Uint8Array[]): readonly Uint8Array[] {
  const keys = files.filter((file) => isArmored(file) || isBinary(file));
  if (keys.length < 2) return files;
  const parts = keys.flatMap((file) => [isArmored(file) ? file : armored(file), new TextEncoder().encode('\n')]);
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (size > MAX_IMPORT) return files;
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return [all, ...files.filter((file) => !keys.includes(file))];
}

/** Whether there is a block in it, in whatever text. */
function isArmored(file: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(file).includes('-----BEGIN PGP ');
}

/** Packets begin with the highest bit set (RFC 9580, 4.2). */
function isBinary(file: Uint8Array): boolean {
  return (file[0] ?? 0) >= 0x80;
}

function armored(file: Uint8Array): Uint8Array {
  const line = (word: string) => `-----${word} PGP PUBLIC KEY BLOCK-----`;
  return new TextEncoder().encode(`${line('BEGIN')}\n\n${toBase64(file)}\n${line('END')}`);
}
