// Keys of other recipients that a mail brings under its encryption: offered when its sender signed it, looked at, and stored only
// by hand.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { button, type Driver, toggle, until, type View } from '../harness/index.js';
import { readerWith, shows } from './support/desk.js';
import { given as putThere } from './support/given.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inboxOn } from './support/inbox.js';
import { pressAtFile } from './support/mail-files.js';
import { type MessagePage, messagePage } from './support/message-page.js';
import {
  enclosed,
  encrypted,
  entity,
  type Fields,
  mail,
  multipart,
  protectedHeaders,
  signed,
  text,
} from './support/mime.js';
import { serve } from './support/responses.js';
import { say } from './support/session.js';
import { importKeys, stored } from './support/steps.js';
import { writeWindow } from './support/write.js';

const ALICE = 'Alice <alice@example.test>';
const TO = 'Bob <bob@example.test>, Carol <carol@example.test>';
const TEXT = 'The ferry leaves at dawn.';
/** How Roundcube's list of attachments classes the data of an encrypted mail. */
const ENCRYPTED = 'application octet-stream asc';
let home: Inbox<MessagePage>;
let driver: Driver;
let gpg: Gpg;
let mails: MessagePage;
let alice: GpgKey;
let bob: GpgKey;
let carol: GpgKey;
/** Another key with carol's address, of somebody who has made it up. */
let other: GpgKey;
let tab: View;

before(async () => {
  home = await inboxOn(messagePage, (page) => page.put({}), { unlocked: true });
  ({ driver, gpg, web: mails, bob, tab } = home);
  alice = gpg.key(ALICE);
  carol = gpg.key('Carol <carol@example.test>');
  other = gpg.key('Carol Anew <carol@example.test>');
  await importKeys(driver, alice.public);
});
after(() => home?.close());

const gossip = (address: string, { fingerprint }: GpgKey): Fields[number] => {
  const key = gpg.run(['--export', '--export-options', 'export-minimal', fingerprint]).toString('base64');
  return ['Autocrypt-Gossip', `addr=${address}; keydata=${key.replace(/.{70}/g, '\r\n $&')}`];
};

/** What alice writes to bob and carol, with these fields in its header. */
const payload = (fields: Fields): string =>
  protectedHeaders(text(TEXT), [['From', ALICE], ['To', TO], ['Subject', 'Ferry'], ...fields], 'cipher');

const sealed = (fields: Fields, signer?: string): string =>
  encrypted(gpg, payload(fields), [bob.fingerprint, carol.fingerprint], signer);

/** Opens a mail of alice's; its reader shows this. */
async function open(content: string, shown = TEXT): Promise<View> {
  const source = mail({ from: ALICE, to: TO, subject: 'Ferry' }, content);
  await tab.front();
  await tab.goto(mails.put({ body: '<p>Encrypted</p>', files: [ENCRYPTED], source: serve(source) }));
  return readerWith(driver, tab, shown);
}

/** How many keys the reader was given to offer: known when the mail is drawn, whatever the keyring answers later. */
const given = (frame: View): Promise<number> =>
  frame.evaluate(() => document.querySelector<Element & { keys: unknown[] }>('wx-gossip')?.keys.length ?? -1);

const grouped = (fingerprint: string): string => (fingerprint.toUpperCase().match(/.{4}/g) ?? []).join(' ');
const keyring = async (): Promise<string[]> =>
  Object.keys((await stored(driver)).local).filter((name) => name.startsWith('key/'));
const offer = (): string => say('gossip_one', ALICE, 'carol@example.test');

test('nothing is offered of a mail that its sender did not sign, or that was not encrypted', async () => {
  const fields = [gossip('carol@example.test', carol)];
  const unsigned = await open(sealed(fields));
  await shows(unsigned, say('summary_not_signed'));
  assert.equal(await given(unsigned), 0);
  const byOther = await open(sealed(fields, other.fingerprint));
  await shows(byOther, say('summary_unknown_signer'));
  assert.equal(await given(byOther), 0);
  const clear = await open(signed(gpg, payload(fields), alice.fingerprint));
  await shows(clear, say('summary_signed_by_sender', ALICE));
  assert.equal(await given(clear), 0);
});

test('nor about somebody whom the mail did not go to, nor out of a part or a mail that was sent on', async () => {
  const stranger = await open(
    sealed([gossip('dora@example.test', carol), gossip('bob@example.test', carol)], alice.fingerprint),
  );
  await shows(stranger, say('summary_signed_by_sender', ALICE));
  assert.equal(await given(stranger), 0);
  const inner = payload([gossip('carol@example.test', carol)]);
  const forwarded = protectedHeaders(
    entity([['Content-Type', 'message/rfc822']], inner),
    [
      ['From', ALICE],
      ['To', TO],
      ['Subject', 'Sent on'],
    ],
    'cipher',
  );
  const sentOn = await open(encrypted(gpg, forwarded, [bob.fingerprint], alice.fingerprint), 'Sent on');
  await shows(sentOn, say('summary_signed_by_sender', ALICE));
  assert.equal(await given(sentOn), 0);
});

test('nor out of a mail that was sent on and is opened by itself', async () => {
  const fields = [gossip('carol@example.test', carol)];
  const within = enclosed(mail({ from: ALICE, to: TO, subject: 'Ferry' }, sealed(fields, alice.fingerprint)));
  const around = multipart('mixed', [text('See below.'), within]);
  const frame = await open(encrypted(gpg, around, [bob.fingerprint], alice.fingerprint), 'See below.');
  assert.equal(await given(frame), 0);
  await pressAtFile(frame, 'forwarded.eml', say('open_part'));
  await shows(frame, TEXT);
  await frame.visible('wx-opening:not([hidden]) .message');
  assert.equal(await frame.count('wx-opening:not([hidden]) wx-gossip'), 0);
});

test('a flood of them, and one of 5 MB, are refused with the mail, as any header of that size', async () => {
  const many = Array.from({ length: 10_000 }, (): Fields[number] => [
    'Autocrypt-Gossip',
    'addr=carol@example.test; keydata=AAAA',
  ]);
  const large: Fields = [['Autocrypt-Gossip', `addr=carol@example.test; keydata=${'A'.repeat(5 << 20)}`]];
  for (const fields of [many, large]) {
    const frame = await open(sealed(fields, alice.fingerprint), say('err_limit'));
    await shows(frame, say('fix_limit'));
    assert.equal(await given(frame), -1, 'no mail is shown');
  }
});

test('a key that the sender sent along is shown, imported by hand, and used for the answer to all', async () => {
  const kept = await keyring();
  const fields = [gossip('carol@example.test', carol), gossip('bob@example.test', bob)];
  const frame = await open(sealed(fields, alice.fingerprint));
  await shows(frame, offer());
  assert.equal(
    await frame.evaluate(() => document.querySelector('.gossip')?.closest('.message, .verdict') === null),
    true,
  );
  // With the keyboard: it is read out where it appears, and its button can be reached.
  assert.equal(
    await frame.evaluate(() => document.querySelector('.gossip')?.closest('[role="status"]') !== null),
    true,
  );
  await frame.click('wx-mail .letter');
  const focused = () =>
    frame.evaluate(() => {
      const { activeElement: one } = document;
      return { text: one?.textContent?.trim(), place: one ? [...document.querySelectorAll('*')].indexOf(one) : -1 };
    });
  let now = await focused();
  for (let steps = 0; steps < 10 && now.text !== say('gossip_look'); steps++) {
    const { place } = now;
    await frame.press('Tab');
    now = await until('the focus moves', async () => {
      const next = await focused();
      return next.place !== place && next;
    });
  }
  assert.equal(now.text, say('gossip_look'));
  await frame.press('Enter');
  const page = await driver.window('keys.html');
  await shows(page, grouped(carol.fingerprint));
  assert.equal(await page.count('.preview'), 1, 'what is here already is not in it');
  assert.deepEqual(await keyring(), kept);
  await button(page, say('import')).click();
  await until('the offer has gone', async () => (await frame.count('.gossip')) === 0);
  assert.equal((await keyring()).length, kept.length + 1);
  await page.close();

  await tab.front();
  await button(frame, say('reply_all')).click();
  const window = await writeWindow(driver);
  await until('it is quoted', async () => (await window.text('.editing')).includes('ferry'));
  await window.press('Control+Enter');
  await shows(window, say('put_no_form'));
  await button(window, say('save_as_file')).click();
  const file = await driver.download(/^encrypted.*\.asc$/);
  const listed = gpg.run(['--list-packets'], fs.readFileSync(file)).toString();
  fs.rmSync(file);
  const subkeys = gpg.run(['--with-colons', '--list-keys', carol.fingerprint]).toString();
  const id = /^sub:(?:[^:]*:){3}([0-9A-F]{16}):/m.exec(subkeys)?.[1];
  assert.ok(id && listed.includes(`keyid ${id}`), `${id} in ${listed}`);
  await window.close();
});

test('another key of a known address is shown beside it, and imported only if it is chosen', async () => {
  const kept = await keyring();
  const frame = await open(sealed([gossip('carol@example.test', other)], alice.fingerprint));
  await shows(frame, offer());
  assert.deepEqual(await keyring(), kept);
  await button(frame, say('gossip_look')).click();
  const page = await driver.window('keys.html');
  await shows(page, say('same_address'));
  await shows(page, grouped(carol.fingerprint));
  await shows(page, grouped(other.fingerprint));
  assert.equal(await toggle(page, 'Carol Anew').checked(), false);
  assert.equal(await button(page, say('import')).enabled(), false);
  await toggle(page, 'Carol Anew').click();
  await until('it can be imported then', () => button(page, say('import')).enabled());
  await page.close();
  assert.deepEqual(await keyring(), kept);
});

test('a renewed key is offered where the one that is here has expired', async () => {
  const late = gpg.key('Carol Late <carol@example.test>', { at: '20260101T000000', expires: '1d' });
  await putThere(driver, { contacts: [late] });
  for (const which of [[], ['*']])
    gpg.run(['--passphrase', '', '--quick-set-expire', late.fingerprint, '2y', ...which]);
  const frame = await open(sealed([gossip('carol@example.test', late)], alice.fingerprint));
  await shows(frame, offer());
  await putThere(driver, { contacts: [gpg.exported(late.fingerprint)] });
  await tab.front();
  await until('the offer has gone', async () => (await frame.count('.gossip')) === 0);
});
