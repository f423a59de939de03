// Keys that the user has confirmed, and keys that only say whose they are: what the verdict says of them, and to which is written.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { UiCall } from 'waxseal-wasm';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { composer, encrypt, readerWith, shows } from './support/desk.js';
import { given } from './support/given.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inboxOn } from './support/inbox.js';
import { type MessagePage, messagePage } from './support/message-page.js';
import { encrypted, mail, signed, text } from './support/mime.js';
import { serve } from './support/responses.js';
import { say } from './support/session.js';
import { escaped, page as html, type Site, site } from './support/site.js';
import { importKeys, PASSPHRASE, switchSite } from './support/steps.js';
import { nextSecond } from './support/time.js';

const ALICE = 'Alice <alice@example.test>';
const AT_WORK = 'Alice <alice@work.test>';
const BOB = 'Bob <bob@example.test>';
const TEXT = 'The lock keeper wants the second key.';
/** How Roundcube's list of attachments classes the data of an encrypted mail. */
const ENCRYPTED = 'application octet-stream asc';
let home: Inbox<MessagePage>;
let driver: Driver;
let gpg: Gpg;
let tab: View;
let bob: GpgKey;
let alice: GpgKey;
/** Another key with alice's name and address, newer than hers, of whoever has made it. */
let newer: GpgKey;

before(async () => {
  home = await inboxOn(messagePage, (page) => page.put({}), { unlocked: true });
  ({ driver, gpg, bob, tab } = home);
  const { fingerprint } = gpg.key(ALICE, { at: '20260101T000000', expires: '10y' });
  gpg.addUserId(fingerprint, AT_WORK);
  alice = gpg.exported(fingerprint);
  newer = gpg.key(ALICE);
  await given(driver, { contacts: [alice] });
});
after(() => home?.close());

const grouped = (fingerprint: string): string => (fingerprint.toUpperCase().match(/.{4}/g) ?? []).join(' ');

/** Opens an encrypted mail from somebody, signed with this key. */
const open = (from: string, signer: GpgKey): Promise<View> =>
  opened(from, encrypted(gpg, text(TEXT), [bob.fingerprint], signer.fingerprint));

/** Opens a mail of this content. */
async function opened(from: string, content: string): Promise<View> {
  const source = mail({ from, to: BOB, subject: 'The lock' }, content);
  await tab.front();
  const shown = /<(.*)>/.exec(from)?.[1] ?? from;
  await tab.goto(home.web.put({ body: '<p>Encrypted</p>', files: [ENCRYPTED], source: serve(source), from: [shown] }));
  return readerWith(driver, tab, TEXT);
}

/** How the band looks: its colour, and the icon of the sentence. */
const look = (frame: View): Promise<string> =>
  frame.evaluate(() => {
    const band = document.querySelector('section.verdict');
    const icon = band?.querySelector('.verdict-line.strong > .icon')?.innerHTML ?? '';
    return `${band?.className} ${icon.replace(/<!--.*?-->/g, '')}`;
  });

/** On the page of a key: presses the button and types the passphrase of the own key. */
async function change(page: View, task: 'edit_certify' | 'edit_uncertify', id = ALICE): Promise<void> {
  await button(page, `${say(task)}: ${id}`).click();
  if (task === 'edit_certify') await toggle(page, say('level_careful')).click();
  await field(page, 'Passphrase').fill(PASSPHRASE);
  await page.click('wx-edit dialog button[type=submit]');
  const bad = await until('the change is made, or refused', async () => {
    if (await page.count('wx-edit .notice.bad[role=alert]')) return { said: await page.text('wx-edit dialog') };
    return (await page.count('wx-edit dialog')) === 0 && { said: '' };
  });
  assert.equal(bad.said, '');
}

test('a signed text beside the sender’s key is read where it stands, also under a name that its address is shown with', async () => {
  const block = gpg.clearsign(TEXT, alice.fingerprint);
  const body = `<div class="message-part"><pre>${escaped(block)}</pre></div>`;
  await tab.front();
  await tab.goto(home.web.put({ body, files: ['application pgp-keys asc'], named: true }));
  const frame = await readerWith(driver, tab, TEXT);
  await shows(frame, say('summary_signed_by_sender', ALICE));
  assert.deepEqual(home.web.sources, [], 'the mail is no layer of it');
});

test('the sender’s key is not confirmed until the user does it; an open reader hears of it, and of the withdrawal', async () => {
  const frame = await open(ALICE, alice);
  await shows(frame, say('summary_signed_by_sender', ALICE));
  const unconfirmed = await look(frame);
  await button(frame, say('signature_details')).click();
  await shows(frame, say('confirmation_unconfirmed'));
  await shows(frame, say('confirmation_how'));
  await button(frame, say('confirm_key')).click();
  const page = await driver.window('keys.html');
  await shows(page, grouped(alice.fingerprint));
  await change(page, 'edit_certify');
  await shows(page, say('uid_certified'));

  await tab.front();
  await shows(frame, say('summary_signed_by_sender_confirmed', ALICE));
  await shows(frame, TEXT);
  const confirmed = await look(frame);
  // With another colour and another icon: who sees no colours sees it, too.
  assert.match(unconfirmed, /^verdict plain /);
  assert.match(confirmed, /^verdict good /);
  assert.notEqual(unconfirmed.split(' ').slice(2).join(), confirmed.split(' ').slice(2).join());
  await shows(frame, say('confirmation_confirmed'));
  await button(frame, say('confirm_key')).absent();
  await button(frame, say('show_key')).visible();

  await page.front();
  await change(page, 'edit_uncertify');
  await tab.front();
  await shows(frame, say('summary_signed_by_sender', ALICE));
  assert.equal(await look(frame), unconfirmed);
  await page.front();
  await change(page, 'edit_certify');
  await page.close();
});

test('what was confirmed is one address of one key', async () => {
  const again = await open(ALICE, alice);
  await shows(again, say('summary_signed_by_sender_confirmed', ALICE));
  const atWork = await open(AT_WORK, alice);
  await shows(atWork, say('summary_signed_by_sender', AT_WORK));
  await importKeys(driver, newer.public);
  const byNewer = await open(ALICE, newer);
  await shows(byNewer, say('summary_signed_by_sender', ALICE));
  // Whose key is confirmed may still be somebody else than the sender.
  const byOther = await open(BOB, alice);
  await until('another signed it', async () => (await byOther.text()).includes('not the sender'));
});

test('what one’s own key signed is one’s own', async () => {
  const frame = await open(BOB, bob);
  await shows(frame, say('summary_signed_by_sender_own', BOB));
  assert.match(await look(frame), /^verdict good /);
  await button(frame, say('confirm_key')).absent();
  const pretended = await open(ALICE, bob);
  await shows(pretended, say('summary_signed_by_other_own', BOB));
});

/** Selects the text of a page of this site, and asks for it to be encrypted to somebody. */
async function write(web: Site, recipients: string): Promise<View> {
  web.put('/write', html(`<textarea id="t" rows="4" cols="60">${TEXT}</textarea>`));
  await tab.front();
  await tab.goto(web.url('/write'));
  await switchSite(driver, tab);
  await tab.click('#t');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  return composer(driver, { recipients });
}

test('of two keys the confirmed one is written to, whichever is newer, and the window says so', async () => {
  const web: Site = await site();
  try {
    const window = await write(web, 'alice@example.test');
    await shows(window, say('rcpt_confirmed'));
    // By its newest user ID.
    const taken = (key: GpgKey) => `${AT_WORK}, ${grouped(key.fingerprint.slice(-16))}`;
    await shows(window, say('rcpt_several_confirmed', taken(alice)));
    await field(window, say('recipients')).fill('alice@work.test, bob@example.test');
    await window.press('Enter');
    await shows(window, say('rcpt_ready'));
    await shows(window, say('rcpt_own'));
    await encrypt(window);
    const armored = await tab.evaluate(() => (document.querySelector('#t') as HTMLTextAreaElement).value);
    const listed = gpg.run(['--list-packets'], armored).toString();
    const id = ({ fingerprint }: GpgKey): string => {
      const keys = gpg.run(['--with-colons', '--list-keys', fingerprint]).toString();
      return /^sub:(?:[^:]*:){3}([0-9A-F]{16}):/m.exec(keys)?.[1] ?? '?';
    };
    assert.ok(listed.includes(`keyid ${id(alice)}`), listed);
    assert.ok(!listed.includes(`keyid ${id(newer)}`), listed);
  } finally {
    web.close();
  }
});

test('a signed file says it, too; its page leads to the key and hears of what is confirmed there', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wxc-'));
  try {
    const data = path.join(folder, 'plan.bin');
    fs.writeFileSync(data, 'left, left, right');
    const signatureBy = (key: GpgKey, name: string): string => {
      const file = path.join(folder, name);
      const args = ['--passphrase', '', '--local-user', key.fingerprint, '--detach-sign'];
      fs.writeFileSync(file, gpg.run(args, fs.readFileSync(data)));
      return file;
    };
    const page = await driver.page('files.html');
    await page.upload("document.querySelector('#file')", [data, signatureBy(newer, 'plan.bin.sig')]);
    await shows(page, say('detached_good', ALICE, 'plan.bin'));
    await button(page, say('confirm_key')).click();
    const key = await driver.window('keys.html');
    await shows(key, grouped(newer.fingerprint));
    await change(key, 'edit_certify');
    await page.front();
    await shows(page, say('detached_good_confirmed', ALICE, 'plan.bin'));
    await button(page, say('confirm_key')).absent();
    await key.front();
    await change(key, 'edit_uncertify');
    await key.close();
    await page.front();
    await shows(page, say('detached_good', ALICE, 'plan.bin'));
    await button(page, say('files_another')).click();
    await page.visible('#choose');
    await page.upload("document.querySelector('#file')", [data, signatureBy(bob, 'plan.bin.asc')]);
    await shows(page, say('detached_good_own', BOB, 'plan.bin'));
    await page.close();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

test('what was signed before an address was given up is from the sender, and confirmed as before', async () => {
  const id = 'Dora <dora@example.test>';
  const { fingerprint } = gpg.key(id, { at: '20260101T000000', expires: '10y' });
  const before = signed(gpg, text(TEXT), fingerprint, ['--faked-system-time', '20260601T000000']);
  gpg.addUserId(fingerprint, 'Dora <dora@work.test>');
  await given(driver, { contacts: [gpg.exported(fingerprint)] });
  const page = await driver.page(`keys.html#details=${fingerprint}`);
  await change(page, 'edit_certify', id);
  await shows(page, say('uid_certified'));
  gpg.run(['--quick-revoke-uid', fingerprint, id]);
  await given(driver, { contacts: [gpg.exported(fingerprint)] });
  await page.front();
  await shows(page, say('uid_revoked'));
  await shows(page, say('uid_certified'));

  const frame = await opened(id, before);
  await shows(frame, say('summary_signed_by_sender_confirmed', id));
  await button(frame, say('signature_details')).click();
  await shows(frame, say('uid_revoked'));
  const later = await opened(id, signed(gpg, text(TEXT), fingerprint));
  await until('it is not hers any more', async () => (await later.text()).includes('not the sender'));

  // The word can be taken back, and then it is none for what came before, either.
  await page.front();
  await change(page, 'edit_uncertify', id);
  await page.close();
  const after = await opened(id, before);
  await shows(after, say('summary_signed_by_sender', id));
});

test('when the confirmed key was revoked, nothing goes to another one that is not confirmed, until it is', async () => {
  const web: Site = await site();
  try {
    gpg.revoke(alice.fingerprint);
    await given(driver, { contacts: [gpg.exported(alice.fingerprint)] });
    const window = await write(web, 'alice@example.test');
    await shows(window, say('rcpt_unusable'));
    await shows(window, say('reason_others_unconfirmed'));
    assert.equal(await button(window, 'Encrypt').enabled(), false);
    const key = await driver.page(`keys.html#details=${newer.fingerprint.toLowerCase()}`);
    await change(key, 'edit_certify');
    await key.close();
    await window.front();
    await shows(window, say('rcpt_confirmed'));
    await encrypt(window);
  } finally {
    web.close();
  }
});

test('when the own key has ended with which it was confirmed, that key is still written to, and not a newer one', async () => {
  const web: Site = await site();
  try {
    const newest = gpg.key(ALICE);
    await given(driver, { contacts: [newest] });
    const keys = await driver.page('keys.html');
    // What was certified in the very second of the revocation would not be older than that.
    await nextSecond();
    const change = { kind: 'revoke', reason: 'superseded', text: '' } as const;
    const ui: UiCall = { kind: 'edit', key: bob.fingerprint, passphrase: PASSPHRASE, change };
    const reply = await keys.evaluate((call) => chrome.runtime.sendMessage({ to: 'vault', ui: call }), ui);
    assert.equal((reply as { kind: string }).kind, 'edited');
    await keys.close();
    const window = await write(web, 'alice@example.test');
    await shows(window, say('rcpt_ready'));
    await shows(window, say('rcpt_several_once', `${ALICE}, ${grouped(newer.fingerprint.slice(-16))}`));
    await window.close();
  } finally {
    web.close();
  }
});
