// Two people, two computers, one webmail: alice writes, bob reads, gpg agrees with both.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Driver, until, type View } from '../../harness/index.js';
import type { Account, Webmail } from '../../webmail/webmail.js';
import { readers, readerWith } from './desk.js';
import { given } from './given.js';
import { Gpg, type GpgKey } from './gpg.js';
import { type Entity, file, mail, multipart, type Outer, text } from './mime.js';
import { browser, extension, hasFailed } from './session.js';
import { partsOf, readEntity } from './write.js';

export const ALICE = 'Alice <alice@example.test>';
export const BOB = 'Bob <bob@example.test>';
export const EVE = 'Eve <eve@example.test>';
/** What they write. */
export const TEXT = 'The barge goes up the canal on Thursday.';
/** The octets of a file. */
export const NOTES = Buffer.concat([crypto.randomBytes(5_000), Buffer.from('\r\n\n\r\0 ends here')]);

/** A picture on the disk. */
export const PICTURE = path.join(extension, 'icons/48.png');

/** {@link TEXT} as HTML as well, with {@link PICTURE} in it; and {@link NOTES} as `notes.bin`. */
export const wholeLetter = (): Entity =>
  multipart('mixed', [
    multipart('related', [
      multipart('alternative', [text(TEXT), text(`<p>${TEXT}</p><img src="cid:p@x" alt="">`, 'text/html')]),
      file('lock.png', 'image/png', fs.readFileSync(PICTURE), { id: 'p@x' }),
    ]),
    file('notes.bin', 'application/octet-stream', NOTES),
  ]);

/** A webmail as a person uses it, in one tab. */
export interface InTab {
  readonly view: View;
  /** Sends what is in the form. */
  send(): Promise<void>;
}

/** Where they write to each other. */
export interface Place<W extends Webmail, M extends InTab> {
  webmail: { start(): Promise<W> };
  mailbox: { login(view: View, webmail: W, account: Account): Promise<M> };
  /** Opens a mail as most people do: where its list is still seen. */
  show(mailbox: M, subject: string): Promise<View>;
  /** User IDs of further keys of alice's, older than the one with her address. */
  older?: readonly string[];
  /** Whether Waxseal is switched on for the webmail; it is when left out. */
  on?: boolean;
}

/** What is there at the beginning. */
export class Correspondence<M extends InTab> {
  constructor(
    readonly webmail: Webmail,
    readonly gpg: Gpg,
    /** Alice and bob have each other's keys; bob has eve's, too. */
    readonly keys: Readonly<Record<'alice' | 'bob' | 'eve', GpgKey>>,
    readonly hers: Driver,
    readonly his: Driver,
    /** Alice's mailbox, in her browser. */
    readonly writing: M,
    /** Bob's, in his. */
    readonly reading: M,
    /** Opens a mail that bob has got. */
    readonly opened: (subject: string) => Promise<View>,
  ) {}

  /** Puts a mail into bob's inbox, from alice if nothing else is said. */
  put(subject: string, content: Entity, outer: Partial<Outer> = {}): void {
    this.webmail.maildir('bob').put(mail({ from: ALICE, to: BOB, subject, ...outer }, content));
  }

  /** Opens a mail that bob has got, and returns its one reader frame once it shows this text. */
  async read(subject: string, shown: string): Promise<View> {
    const view = await this.opened(subject);
    const frame = await readerWith(this.his, view, shown);
    await readers(this.his, view, 1);
    return frame;
  }

  /** Sends what is in the form, and returns it raw as it came. */
  async sent(mailbox: InTab, to: Account): Promise<string> {
    const maildir = this.webmail.maildir(to);
    const before = maildir.names();
    await mailbox.view.front();
    await mailbox.send();
    return until(`${to} receives it`, () => maildir.messages('', before).at(-1));
  }

  async close(): Promise<void> {
    if (hasFailed()) console.log(this.webmail.logs());
    await Promise.all([this.hers.close(), this.his.close()]);
    await this.webmail.stop();
    this.gpg.close();
  }
}

/** Starts all of it: both have imported and unlocked their keys, and are logged in. */
export async function correspondence<W extends Webmail, M extends InTab>(
  place: Place<W, M>,
): Promise<Correspondence<M>> {
  const gpg = new Gpg();
  const keys = { alice: gpg.key(ALICE), bob: gpg.key(BOB), eve: gpg.key(EVE) };
  const starting = [place.webmail.start(), browser(), browser()] as const;
  try {
    const [webmail, hers, his] = await Promise.all(starting);
    const prepare = async (driver: Driver, account: Account, own: GpgKey[], contacts: GpgKey[]): Promise<M> => {
      await given(driver, { own, contacts, unlocked: true });
      const mailbox = await place.mailbox.login(await driver.tab(), webmail, account);
      if (place.on !== false) await given(driver, { sites: [mailbox.view] });
      await mailbox.view.front();
      return mailbox;
    };
    const { alice, bob, eve } = keys;
    const older = (place.older ?? []).map((id) => gpg.key(id));
    const [writing, reading]: [M, M] = await Promise.all([
      prepare(hers, 'alice', [...older, alice], [bob]),
      prepare(his, 'bob', [bob], [alice, eve]),
    ]);
    const opened = (subject: string) => place.show(reading, subject);
    return new Correspondence(webmail, gpg, keys, hers, his, writing, reading, opened);
  } catch (error) {
    // Nobody else knows of what has been started.
    const [webmail, hers, his] = await Promise.allSettled(starting);
    if (webmail.status === 'fulfilled') {
      console.log(webmail.value.logs());
      await webmail.value.stop();
    }
    for (const one of [hers, his]) if (one.status === 'fulfilled') await one.value.close();
    gpg.close();
    throw error;
  }
}

/** The armored block of a raw message: in a text of it or in a file. */
export function block(raw: string): string {
  const all = partsOf(readEntity(raw), '').map(({ body }) => body.toString());
  const found = /-----BEGIN PGP MESSAGE-----[\s\S]*?-----END PGP MESSAGE-----/.exec(all.join('\n'))?.[0];
  assert.ok(found, raw);
  return found;
}
