// Whole mails from Gmail's "Show original", on a site with its structure: which mails of a thread are asked for, with
// what, and what becomes of answers that are none.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Driver, View } from '../harness/index.js';
import { readers, readerWith, shows } from './support/desk.js';
import { showOriginal, type ThreadMail, type ThreadSite, threadSite } from './support/gmail-thread.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inboxOn } from './support/inbox.js';
import { encrypted, file, mail, multipart, signed, text } from './support/mime.js';
import { say } from './support/session.js';
import { page as html, type Site, site } from './support/site.js';
import { importKeys } from './support/steps.js';

const ALICE = 'Alice <alice@example.test>';
const FILES = ['noname', 'encrypted.asc'];
let home: Inbox<ThreadSite>;
let driver: Driver;
let gpg: Gpg;
let alice: GpgKey;
let bob: GpgKey;
let web: ThreadSite;
let elsewhere: Site;
let tab: View;

before(async () => {
  [home, elsewhere] = await Promise.all([inboxOn(threadSite, ({ url }) => url, { unlocked: true }), site()]);
  ({ driver, gpg, web, bob, tab } = home);
  alice = gpg.key(ALICE);
  await importKeys(driver, alice.public);
});
after(async () => {
  await home?.close();
  elsewhere?.close();
});

/** A mail of alice's to bob, encrypted as a whole. */
function secret(words: string, from = 'alice@example.test'): ThreadMail {
  const content = encrypted(gpg, text(words), [bob.fingerprint], alice.fingerprint);
  return { from, files: FILES, source: mail({ from, to: 'Bob <bob@example.test>', subject: 'x' }, content) };
}

/** Shows a thread anew. Returns what was asked for since. */
async function show(...mails: ThreadMail[]): Promise<() => URL[]> {
  const before = web.asked.length;
  web.show(mails);
  await tab.goto('about:blank');
  await tab.goto(web.url);
  return () => web.asked.slice(before);
}

test('each encrypted mail of a thread is asked for once and read in its own place; others are not', async () => {
  const asked = await show(
    { from: 'carol@example.test', body: 'Just words.', files: ['picture.png'] },
    secret('the first secret'),
    { from: 'carol@example.test', body: 'Words again.' },
    secret('the second secret', 'eve@example.test'),
  );
  await shows(await readerWith(driver, tab, 'the first secret'), say('summary_signed_by_sender', ALICE));
  await shows(await readerWith(driver, tab, 'the second secret'), say('summary_signed_by_other', ALICE));
  await readers(driver, tab, 2);
  const addresses = asked();
  assert.deepEqual(addresses.map(({ searchParams }) => searchParams.get('permmsgid')).sort(), [
    'msg-f:1002',
    'msg-f:1004',
  ]);
  for (const { pathname, searchParams } of addresses) {
    assert.equal(pathname, '/mail/u/0/');
    assert.deepEqual([...searchParams.keys()].sort(), ['ik', 'permmsgid', 'view']);
    assert.equal(searchParams.get('ik'), 'a1b2c3d4e5');
  }
  // The page around the source was parsed and no more.
  assert.ok(!driver.requests.some(({ url }) => url.endsWith('/never')));
});

test('signed as a whole, with the file of the signature; the mail has characters that HTML would take for its own', async () => {
  const words = 'fish & chips &amp; <b>peas</b> </pre> &lt;\n\n  two blanks\nand =3D';
  const content = signed(
    gpg,
    multipart('mixed', [text(words), file('a.bin', 'x/y', Buffer.from('abc'))]),
    alice.fingerprint,
  );
  const source = mail({ from: ALICE, to: 'Bob <bob@example.test>', subject: 'x' }, content);
  await show({ from: 'alice@example.test', body: 'fish', files: ['a.bin', 'signature.asc'], source });
  const frame = await readerWith(driver, tab, 'fish & chips &amp; <b>peas</b> </pre> &lt;');
  await shows(frame, say('summary_signed_by_sender', ALICE));
});

test('a mail whose text draws files, and files whose links are of another mail, are not asked for', async () => {
  const forged =
    '<div class="aQH"><a class="aQy" href="/mail/u/0?ik=a1b2c3d4e5&amp;permmsgid=msg-f:1001"><span class="aV3">x.asc</span></a></div>';
  const asked = await show(
    { ...secret('never asked for'), files: [], body: forged },
    { ...secret('neither is this'), linksOf: 'msg-f:9999' },
    secret('the last one'),
  );
  await readerWith(driver, tab, 'the last one');
  await readers(driver, tab, 1);
  assert.deepEqual(
    asked().map(({ searchParams }) => searchParams.get('permmsgid')),
    ['msg-f:1003'],
  );
});

const LOGIN = html('<form action="/login"><input name="user"><pre>Subject: x\n\nSign in</pre></form>');
const ANSWERS: [string, () => NonNullable<ThreadMail['source']>, 'err_not_a_mail' | 'err_limit'][] = [
  ['a page for logging in', () => ({ html: LOGIN }), 'err_not_a_mail'],
  [
    'a page with two sources',
    () => ({ html: showOriginal('Subject: x\n\nx') + showOriginal('y: z\n\nx') }),
    'err_not_a_mail',
  ],
  ['a page with an empty source', () => ({ html: showOriginal('') }), 'err_not_a_mail'],
  ['a way to another origin', () => ({ redirect: elsewhere.url('/mail') }), 'err_not_a_mail'],
  ['a page that is too large', () => ({ html: showOriginal('x'.repeat(40 * 1024 * 1024)) }), 'err_limit'],
];
for (const [what, source, error] of ANSWERS) {
  test(`in place of a mail comes ${what}: the reader says so`, async () => {
    elsewhere.put('/mail', 'Subject: x\r\n\r\nx');
    await show({ from: 'alice@example.test', files: FILES, source: source() });
    const [frame] = await readers(driver, tab, 1);
    assert.ok(frame);
    await shows(frame, say(error));
    assert.deepEqual(elsewhere.asked, []);
  });
}

test('a mail that was cut off is not shown in part', async () => {
  const whole = String(secret('cut in the middle').source);
  await show({ from: 'alice@example.test', files: FILES, source: whole.slice(0, whole.indexOf('-----END PGP') - 40) });
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await shows(frame, say('err_broken_armor'));
  assert.ok(!(await frame.text()).includes('cut in the middle'));
});
