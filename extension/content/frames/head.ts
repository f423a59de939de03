// The head of a mail as it is stored: read for what the page does not say of the mail.

import { HEAD_TIME, MAX_HEADS } from '../limits.js';
import { fieldsIn, senderIn } from './header.js';
import { fetchHead } from './source.js';

const SIGNED = /^\s*multipart\/signed\s*;(?:.*[\s;])?protocol\s*=\s*"?application\/pgp-signature\b/i;

/** Whether a mail's head says that it is signed with OpenPGP as a whole (RFC 3156). Never rejects: what cannot be had is no. */
export async function isSigned(url: string, gone: AbortSignal): Promise<boolean> {
  const [type, another] = fieldsIn(await fetchHead(url, gone), 'content-type');
  return type !== undefined && another === undefined && SIGNED.test(type);
}

/**
 * Whether the mail names this address as its sender, and nobody else. `urls` are where it may be: the first that answers
 * with a mail counts. Never rejects: what cannot be had, or not soon, is no.
 */
export async function isOnlySender(address: string, urls: readonly string[], gone: AbortSignal): Promise<boolean> {
  if (urls.length === 0 || gone.aborted) return false;
  const key = urls.join(' ');
  const mail = mails.get(key) ?? ask(key, urls);
  mail.readers++;
  const leave = () => {
    mail.readers--;
    if (mail.readers > 0 || mail.known) return;
    mail.stop.abort();
    if (mails.get(key) === mail) mails.delete(key);
  };
  gone.addEventListener('abort', leave, { once: true });
  const sender = await mail.sender;
  return typeof sender === 'string' && lower(sender) === lower(address);
}

/** A mail whose head was asked for: once, however many blocks are in it and however often the page draws them anew. */
interface Mail {
  /** As {@link senderIn} says; `undefined` when there was no head. */
  readonly sender: Promise<string | null | undefined>;
  readonly stop: AbortController;
  /** Those that show something of it. */
  readers: number;
  /** Its head has come, and stays as it is: mails that are stored do not change. */
  known: boolean;
}

const mails = new Map<string, Mail>();

function ask(key: string, urls: readonly string[]): Mail {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), HEAD_TIME);
  const find = async (): Promise<string | null | undefined> => {
    for (const url of urls) {
      const sender = stop.signal.aborted ? undefined : senderIn(await fetchHead(url, stop.signal));
      if (sender !== undefined) return sender;
    }
    return undefined;
  };
  const sender = find().then((found) => {
    clearTimeout(timer);
    mail.known = found !== undefined;
    return found;
  });
  const mail: Mail = { sender, stop, readers: 0, known: false };
  const [oldest] = mails.keys();
  if (mails.size >= MAX_HEADS && oldest !== undefined) mails.delete(oldest);
  mails.set(key, mail);
  return mail;
}

/** Only ASCII: other letters that have the same small one are other addresses. */
function lower(address: string): string {
  return address.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
