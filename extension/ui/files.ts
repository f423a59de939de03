// Bytes in and out of a page.

/** Base64 without touching the call stack's limit. */
export function toBase64(bytes: Uint8Array): string {
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
