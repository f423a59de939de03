// A message for people who have nothing but a browser: one HTML file that holds it, encrypted, and all that opens it. Made
// of the extension's own files: a template from the build (extension/letter), and the wasm that is here anyway.

import type messages from '../_locales/en/messages.json';
import type { About, BLOCKS, LetterLanguage } from '../letter/about.js';
import { toBase64 } from '../ui/files.js';
import type { Supply } from './pieces.js';

export type { LetterLanguage } from '../letter/about.js';

/** What the file is called. */
export const LETTER_NAME = 'encrypted-message.html';
/** Its media type. */
export const LETTER_TYPE = 'text/html';

/** What goes into a letter. */
export interface LetterOptions {
  /** The armored message, which a password opens. */
  readonly armored: Supply;
  /** The certificate that replies are encrypted to: binary, in base64. Without one they have the password alone. */
  readonly senderCertificate?: string | undefined;
  /** May be empty. */
  readonly senderName: string;
  readonly senderAddress: string;
  /** The subject that stands outside of the encryption. It is in clear in the file: one that is hidden must not be given. */
  readonly subject: string | undefined;
  /** GnuPG opens `armored` with the password as well. */
  readonly compatible: boolean;
  /** For readers whose browser prefers none of ours. */
  readonly language: LetterLanguage;
}

/** Makes the file. Rejects when a file of the extension cannot be read, or for an `armored` that is none. */
export async function letter(options: LetterOptions): Promise<Blob> {
  const about: About = {
    name: options.senderName,
    address: options.senderAddress,
    subject: options.subject ?? '',
    certificate: options.senderCertificate ?? '',
    compatible: options.compatible,
    language: options.language,
  };
  const [template, engine, licences] = await Promise.all([
    file('letter.html').then((response) => response.text()),
    file('waxseal_bg.wasm').then(packed),
    file('LICENSES.txt').then(packed),
  ]);
  const parts: Record<keyof typeof BLOCKS, BlobPart> = {
    about: json(about),
    message: await armor(options.armored),
    engine,
    licences,
  };
  const pieces: BlobPart[] = [];
  let rest = template;
  for (const id of ['about', 'message', 'engine', 'licences'] as const) {
    const [before, after, ...more] = rest.split(`{{${id}}}`);
    if (before === undefined || after === undefined || more.length > 0)
      throw new Error(`the template has not one ${id}`);
    pieces.push(before, parts[id]);
    rest = after;
  }
  return new Blob([...pieces, rest]);
}

async function file(name: string): Promise<Response> {
  const response = await fetch(chrome.runtime.getURL(name));
  if (!response.ok) throw new Error(`no ${name}`);
  return response;
}

async function packed(response: Response): Promise<string> {
  if (!response.body) throw new Error('an empty file');
  const stream = response.body.pipeThrough(new CompressionStream('gzip'));
  return toBase64(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/** JSON that cannot end the element it stands in, whatever names hold. */
function json(value: About): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const LESS_THAN = 0x3c;

/** Armor is ASCII without `<`: it cannot end the element either. */
async function armor({ size, each }: Supply): Promise<Blob> {
  const pieces: Blob[] = [];
  await each((piece) => {
    if (piece.some((octet) => octet > 0x7e || octet === LESS_THAN)) throw new Error('not armor');
    pieces.push(new Blob([piece]));
  });
  if (size === 0) throw new Error('not armor');
  return new Blob(pieces);
}

/** How a message with a password travels. */
export interface Travels {
  /** The letter is attached as {@link LETTER_NAME}. */
  readonly letter: boolean;
  /** The name of an attached OpenPGP file; without one, and without a letter, the armor stands below the text. */
  readonly attached: string | undefined;
  /** Every OpenPGP program opens it; else only those that know Argon2, and no program is named but ours. */
  readonly compatible: boolean;
}

/**
 * The text of the mail around it, in the recipient's language: how to read it, and when not to type the password. Lines
 * end with LF. Rejects when a file of the extension cannot be read.
 */
export async function instructions(language: LetterLanguage, travels: Travels): Promise<string> {
  const texts: Record<string, { message: string }> = await (await file(`_locales/${language}/messages.json`)).json();
  const say = (key: keyof typeof messages, part = '') => (texts[key]?.message ?? key).replace('$1', () => part);
  const { letter, attached, compatible } = travels;
  const name = letter ? LETTER_NAME : attached;
  const programs = () => {
    if (compatible) return name ? say('letter_mail_gpg', name) : say('letter_mail_gpg_text');
    return attached ? say('letter_mail_waxseal', attached) : say('letter_mail_waxseal_text');
  };
  return [
    say('letter_mail_intro'),
    ...(letter ? [say('letter_mail_open', LETTER_NAME), say('letter_mail_doubt')] : []),
    say('letter_mail_password'),
    // Such a letter opens by itself and with nothing else that could be named here.
    ...(letter && !compatible ? [] : [programs()]),
  ].join('\n\n');
}
