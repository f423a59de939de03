// Whole mails from Gmail's "Show original", on a site with its structure in its place: which mails of a thread are asked for,
// with what, and what becomes of answers that are none. Elsewhere the same structure is nothing but a mail's HTML.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Driver, View } from '../harness/index.js';
import { readers, readerWith, shows } from './support/desk.js';
import { buttonsAtLinks } from './support/file-site.js';
import { given } from './support/given.js';
import { isSource, showOriginal, type ThreadMail, type ThreadSite, threadSite } from './support/gmail-thread.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inboxOn } from './support/inbox.js';
import { encrypted, file, mail, multipart, signed, text } from './support/mime.js';
import { say } from './support/session.js';
import { escaped, page as html } from './support/site.js';

const ALICE = 'Alice <alice@example.test>';
const FILES = ['noname', 'encrypted.asc'];
let home: Inbox<ThreadSite>;
let driver: Driver;
let gpg: Gpg;
let alice: GpgKey;
let bob: GpgKey;
let web: ThreadSite;
let tab: View;

before(async () => {
  // The browser is told of its hosts when it starts.
  web = await threadSite();
  home = await inboxOn(
    async () => web,
    ({ url }) => url,
    { unlocked: true, browser: { hosts: web.hosts } },
  );
  ({ driver, gpg, bob, tab } = home);
  alice = gpg.key(ALICE);
  await given(driver, { contacts: [alice] });
});
after(() => home?.close());

/** A mail of alice's to bob, encrypted as a whole. */
function secret(words: string, from = 'alice@example.test'): ThreadMail {
  const content = encrypted(gpg, text(words), [bob.fingerprint], alice.fingerprint);
  return { from, files: FILES, source: mail({ from, to: 'Bob <bob@example.test>', subject: 'x' }, content) };
}

/** Shows a thread anew. Returns which sources were asked for since. */
async function show(...mails: ThreadMail[]): Promise<() => URL[]> {
  const before = web.asked.length;
  web.show(mails);
  await tab.goto('about:blank');
  await tab.goto(web.url);
  return () => web.asked.slice(before).filter(isSource);
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
  for (const { origin, pathname, searchParams } of addresses) {
    assert.equal(origin + pathname, 'https://mail.google.com/mail/u/0/');
    assert.deepEqual([...searchParams.keys()].sort(), ['ik', 'permmsgid', 'view']);
    assert.equal(searchParams.get('ik'), 'a1b2c3d4e5');
  }
  // The page around the source was parsed and no more.
  assert.ok(!web.asked.some(({ pathname }) => pathname === '/never'));
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
  ['a way to another origin', () => ({ redirect: web.elsewhere }), 'err_not_a_mail'],
  ['a page that is too large', () => ({ html: showOriginal('x'.repeat(40 * 1024 * 1024)) }), 'err_limit'],
];
for (const [what, source, error] of ANSWERS) {
  test(`in place of a mail comes ${what}: the reader says so`, async () => {
    await show({ from: 'alice@example.test', files: FILES, source: source() });
    const [frame] = await readers(driver, tab, 1);
    assert.ok(frame);
    await shows(frame, say(error));
    const { host } = new URL(web.elsewhere);
    assert.deepEqual(
      web.asked.filter((one) => one.host === host),
      [],
    );
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

test('a mail that brings all of it along to another webmail does not make that Gmail: no sender, and no request', async () => {
  const words = 'Signed by alice, and sent by who knows whom.';
  const block = gpg.clearsign(`${words}\n`, alice.fingerprint);
  web.show([{ from: 'alice@example.test', body: `<pre>${escaped(block)}</pre>` }, secret('never asked for here')]);
  await tab.goto(web.elsewhere);
  const before = web.asked.length;
  await given(driver, { sites: [tab] });
  const frame = await readerWith(driver, tab, words);
  await shows(frame, say('summary_signed_sender_unknown', ALICE));
  // Its link is one like any other, which somebody has to press.
  const [file] = await buttonsAtLinks(driver, tab, 1);
  assert.equal(file?.link, 'encrypted.asc');
  await readers(driver, tab, 1);
  assert.deepEqual(web.asked.slice(before), []);
});
