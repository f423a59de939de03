// What stands in the file beside the script. A file can be cut off or changed on its way: each block is checked where it
// is used, and what is missing or not in order is "damaged".

import { type About, BLOCKS, LANGUAGES } from './about.js';

/** A block is missing, or is not what it should be. */
export class Damaged extends Error {
  override name = 'Damaged';
}

function block(id: keyof typeof BLOCKS): string {
  const text = document.getElementById(BLOCKS[id])?.textContent?.trim();
  if (!text) throw new Damaged(id);
  return text;
}

let known: About | undefined;

/** Who the letter says it is from; of what is not in order, nothing. */
export function about(): About {
  known ??= readAbout();
  return known;
}

function readAbout(): About {
  let found: Partial<Record<keyof About, unknown>> = {};
  try {
    found = JSON.parse(block('about')) ?? {};
  } catch {
    // Without it the message can be read all the same.
  }
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    name: text(found.name),
    address: text(found.address),
    subject: text(found.subject),
    certificate: text(found.certificate),
    compatible: found.compatible === true,
    language: LANGUAGES.find((one) => one === found.language) ?? 'en',
  };
}

/** The armored message. */
export function message(): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(block('message'));
}

/** Characters of a file that may hold another message: twice what a whole mail of ours comes to. */
const MAX_OTHER = 128 * 1024 * 1024;

/** What is to be read of a file that the reader has chosen: the armor in another letter, or the file itself. */
export async function messageIn(file: Blob): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (file.size > MAX_OTHER) return undefined;
  const text = await file.text();
  const start = text.indexOf('-----BEGIN PGP MESSAGE-----');
  const last = '-----END PGP MESSAGE-----';
  const end = start < 0 ? -1 : text.indexOf(last, start);
  return end < 0
    ? new Uint8Array(await file.arrayBuffer())
    : new TextEncoder().encode(text.slice(start, end + last.length));
}

/** The licences of what is in this file. */
export async function licences(): Promise<string> {
  return new TextDecoder().decode(await unpacked('licences'));
}

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * The engine, compiled once for all Workers. Rejects with {@link Damaged}, or with what the browser says of a whole one that
 * it cannot compile.
 */
export function engine(): Promise<WebAssembly.Module> {
  compiled ??= unpacked('engine').then((octets) => WebAssembly.compile(octets));
  return compiled;
}

/** gzip has a checksum: what comes out is what was put in. */
async function unpacked(id: 'engine' | 'licences'): Promise<ArrayBuffer> {
  const text = block(id);
  try {
    const packed = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    return await new Response(stream).arrayBuffer();
  } catch {
    throw new Damaged(id);
  }
}
