// Making a reply, and where it goes.

import type { KeyInfo, MailAddress, MailView } from 'waxseal-wasm';
import { previewKeys } from '../desk/engine.js';
import { wholeOf } from '../desk/pieces.js';
import { type Failed, failure, seconds } from '../desk/states.js';
import { type NewFile, writeMail } from '../desk/writing.js';
import { about } from './blocks.js';

/** What somebody has written. */
export interface Reply {
  readonly text: string;
  readonly files: readonly NewFile[];
  /** The certificate it is for, in base64. */
  readonly key: string | undefined;
  /** A password that opens it. */
  readonly password: string | undefined;
  /** Whom the letter is from, for a message that does not say so; may be empty. */
  readonly to: string;
}

/** The key that came with the letter, if it is one and can be encrypted to. */
export async function senderKey(): Promise<KeyInfo | undefined> {
  const { certificate } = about();
  if (!certificate) return undefined;
  const octets = octetsOf(certificate);
  const found = octets && (await previewKeys(octets));
  if (found?.state !== 'previewed') return undefined;
  const [key, ...more] = found.keys;
  return more.length === 0 && key?.can_encrypt ? key : undefined;
}

function octetsOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Encrypts a reply: as text when it is that alone, which every OpenPGP program shows; else as a whole mail. */
export async function makeReply(
  { text, files, key, password, to }: Reply,
  answers: MailView,
): Promise<{ readonly armored: Uint8Array<ArrayBuffer> } | Failed> {
  const { headers } = answers;
  // Whoever got it alone is who answers.
  const [from, ...others] = headers.to;
  const written = await writeMail(
    {
      form: files.length > 0 ? 'entity' : 'text',
      headers: {
        from: others.length === 0 ? from : undefined,
        to: addresses(headers.reply_to, headers.from, [{ name: '', address: to }]),
        cc: [],
        subject: answered(headers.subject ?? ''),
        // What the mail says that will carry it, nobody knows: whoever answers it must take the subject for hidden.
        outer_subject: '[...]',
      },
      text,
      html: undefined,
      recipients: key ? [key] : [],
      hidden: [],
      own: undefined,
      signer: undefined,
      passwords: password ? [password] : [],
      // Who wrote the letter has Waxseal, and who answers has the letter. What their key asks for counts all the same.
      for_waxseal: true,
      gossip: false,
      enclosed_key: undefined,
      now: seconds(),
      utc_offset: -new Date().getTimezoneOffset(),
    },
    files,
    async () => ({ error: 'signing_failed' }),
  );
  if (written.state !== 'done') return written;
  const [output] = written.outputs;
  try {
    return output ? { armored: await wholeOf(output) } : { state: 'failed', error: 'crashed', detail: undefined };
  } catch (error) {
    return failure(error);
  } finally {
    written.close();
  }
}

/** The first list that has an address. */
function addresses(...lists: readonly MailAddress[][]): MailAddress[] {
  return lists.map((list) => list.filter((one) => one.address)).find((list) => list.length > 0) ?? [];
}

/** Characters of a subject: others may have written a longer one than a mail of ours may have. */
const MAX_SUBJECT = 998;

function answered(subject: string): string {
  const whole = /^re:/i.test(subject) ? subject : `Re: ${subject}`.trim();
  // Half a character is none.
  return whole.slice(0, MAX_SUBJECT).replace(/[\ud800-\udbff]$/, '');
}

/** A new mail in the reader's own program: address and outer subject, and never anything that was encrypted. */
export function mailto(): string {
  const { address, subject } = about();
  const query = subject ? `?subject=${encodeURIComponent(answered(subject))}` : '';
  return `mailto:${encodeURIComponent(address).replace(/%40/g, '@')}${query}`;
}
