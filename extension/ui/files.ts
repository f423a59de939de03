// Bytes in and out of a page.

/** A file with its name. */
export interface Named {
  readonly name: string;
  readonly data: Blob;
}

/** A file and the signature beside it. */
export interface SignedFile {
  readonly file: Named;
  readonly signature: Named;
}

/** What newer browsers have. */
interface Native {
  readonly toBase64?: () => string;
}

/** Base64 without touching the call stack's limit. */
export function toBase64(bytes: Uint8Array & Native): string {
  if (bytes.toBase64) return bytes.toBase64();
  let binary = '';
  const step = 0x8000;
  for (let at = 0; at < bytes.length; at += step) {
    binary += String.fromCharCode(...bytes.subarray(at, at + step));
  }
  return btoa(binary);
}

/** The octets of base64; nothing when it is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Pieces one after the other. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Base64 of a text in UTF-8. */
export function textToBase64(text: string): string {
  return toBase64(new TextEncoder().encode(text));
}

/** Offers a key as a file. */
export function saveFile(name: string, text: string): void {
  save(name, new Blob([text], { type: 'application/pgp-keys' }));
}

/** Offers octets as a file. Their type is told to nobody: the browser must save them and never open them. */
export function saveBytes(name: string, parts: BlobPart[]): void {
  save(name, new Blob(parts, { type: 'application/octet-stream' }));
}

function save(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
