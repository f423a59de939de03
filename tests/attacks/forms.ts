// Shapes of mails that many cases share. MIME and OpenPGP are made by tests/e2e/support.

import {
  type Entity,
  encrypted,
  entity,
  multipart,
  type Outer,
  plain,
  signed,
  text,
  mail as wholeMail,
} from '../e2e/support/mime.js';
import { ALICE, BOB, SECRET, type World } from './world.js';

/** A mail from alice to bob. */
export const mail = (content: Entity, outer: Partial<Outer> = {}): string =>
  wholeMail({ from: ALICE, to: BOB, subject: 'Hello', ...outer }, content);

/** The secret for bob, as a multipart/encrypted. */
export const sealed = ({ gpg, bob }: World, signer?: string): Entity =>
  encrypted(gpg, text(SECRET), [bob.fingerprint], signer);

/** Words that alice signed, as a multipart/signed. */
export const byAlice = ({ gpg, alice }: World, words = SIGNED): Entity => signed(gpg, plain(words), alice.fingerprint);
/** What alice signs. */
export const SIGNED = 'I like the blue one.';

/** HTML as it is: a person who looks at the source can read it. */
export const html = (markup: string): Entity => entity([['Content-Type', 'text/html; charset=utf-8']], `${markup}\r\n`);

/** More header fields for an entity, in front of its own. */
export const withFields = (what: Entity, ...fields: string[]): Entity =>
  fields.map((one) => `${one}\r\n`).join('') + what;

/** Lines as they travel. */
export const crlf = (what: string): string => what.replace(/\r?\n/g, '\r\n');

/** Changes the armored block in a mail or in a text. */
export function rearmored(what: string, change: (armored: string) => string): string {
  const found = /-----BEGIN PGP MESSAGE-----[\s\S]*?-----END PGP MESSAGE-----\r?\n?/.exec(what)?.[0];
  if (!found) throw new Error('no armored message in it');
  const changed = change(found.replaceAll('\r\n', '\n')).replace(/\r?\n/g, '\r\n');
  if (changed === found) throw new Error('nothing was changed');
  return what.replace(found, () => changed);
}

export { entity, multipart, plain, text };
