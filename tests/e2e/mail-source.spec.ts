// Where whole mails come from: what makes the content script fetch one, what exactly it asks for, and what becomes of
// answers that are no mail. The site has the structure of Roundcube; mail.spec.ts has the real one.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { button, type Driver, until, type View } from '../harness/index.js';
import { readers, readerWith, shows } from './support/desk.js';
import { given } from './support/given.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inboxOn } from './support/inbox.js';
import { savedFile } from './support/mail-files.js';
import { type Message, type MessagePage, messagePage } from './support/message-page.js';
import { encrypted, file, mail, multipart, text } from './support/mime.js';
import { type Answer, endless, login, redirect, refuse, serve, stalling, tooLarge } from './support/responses.js';
import { say } from './support/session.js';
import { escaped, page as html, type Site, site } from './support/site.js';
import { switchSite } from './support/steps.js';
import { editorText, writeWindow } from './support/write.js';

const TEXT = 'The ferry leaves at dawn.';
/** How Roundcube's list of attachments classes the data of an encrypted mail. */
const ENCRYPTED = 'application octet-stream asc';
const NOTICE = '<span class="part-notice">This is an encrypted message and can not be displayed. Sorry!</span>';
let home: Inbox<MessagePage>;
let driver: Driver;
let gpg: Gpg;
let web: MessagePage;
let elsewhere: Site;
let bob: GpgKey;
let tab: View;

before(async () => {
  [home, elsewhere] = await Promise.all([inboxOn(messagePage, (page) => page.put({}), { unlocked: true }), site()]);
  ({ driver, gpg, web, bob, tab } = home);
});
after(async () => {
  await home?.close();
  elsewhere?.close();
});

const letter = (content = text(TEXT)): string =>
  mail(
    { from: 'Alice <alice@example.test>', to: 'Bob <bob@example.test>', subject: '...' },
    encrypted(gpg, content, [bob.fingerprint]),
  );

/** Shows a message in the tab, and returns its one reader frame. */
async function open(message: Message, on = web): Promise<View> {
  await tab.goto(on.put(message));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  return frame;
}

/** Waits until the content script has looked at all that is in the page: it has covered one more block, put there last. */
async function lookedAt(): Promise<void> {
  const block = gpg.encrypt('sentinel', [bob.fingerprint]);
  await tab.evaluate((armor) => {
    const last = document.createElement('pre');
    last.textContent = armor;
    document.body.prepend(last);
  }, block);
  await readerWith(driver, tab, 'sentinel');
}

test('an encrypted mail: its octets are asked for once, with what the page knows, and shown', async () => {
  const asked = web.sources.length;
  const frame = await open({ body: NOTICE, files: [ENCRYPTED], source: serve(letter()) });
  await shows(frame, TEXT);
  await shows(frame, say('encrypted_yes'));
  const [source, ...others] = web.sources.slice(asked);
  assert.deepEqual(others, []);
  const url = new URL(source ?? '', web.origin);
  assert.equal(url.pathname, '/webmail/');
  const uid = new URL(await tab.url()).searchParams.get('_uid');
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    _task: 'mail',
    _action: 'viewsource',
    _uid: uid,
    _mbox: 'INBOX',
    _save: '1',
    _token: 'a1B2c3D4e5',
  });
});

const SIGNS: [string, Message][] = [
  ['the data has another name', { body: NOTICE, files: ['application octet-stream bin'] }],
  [
    'the notice as the skin elastic redraws it',
    { body: NOTICE.replace('part-notice', 'boxwarning'), files: [ENCRYPTED] },
  ],
  ['a signature', { body: '<div class="message-part">Hello</div>', files: ['application pgp-signature'] }],
  ['a key', { body: '<div class="message-part">Hello</div>', files: ['application pgp-keys asc'] }],
  [
    'an encrypted file',
    { body: '<div class="message-part">Hello</div>', files: ['application pdf', 'application pgp-encrypted gpg'] },
  ],
];
for (const [what, message] of SIGNS) {
  test(`fetched: ${what}`, async () => {
    const frame = await open({ ...message, source: serve(letter()) });
    await shows(frame, TEXT);
    assert.equal(await tab.evaluate(() => document.querySelector('#messagebody')?.checkVisibility()), false);
  });
}

test('empty texts around files and other texts are not drawn, and nothing is said to be missing', async () => {
  const source = (parts: string[]) =>
    mail(
      { from: 'Alice <alice@example.test>', to: 'Bob <bob@example.test>', subject: '...' },
      encrypted(gpg, multipart('mixed', parts), [bob.fingerprint]),
    );
  const ledger = file('ledger.bin', 'application/octet-stream', Buffer.from('twelve crates'));
  const blank = text('\r\n \r\n');
  const frame = await open({ body: NOTICE, files: [ENCRYPTED], source: serve(source([text(TEXT), ledger, blank])) });
  await shows(frame, TEXT);
  await shows(frame, 'ledger.bin');
  assert.equal(await frame.count('.mail-part'), 1);
  assert.ok(!(await frame.text()).includes(say('empty_message')));
  const files = await open({ body: NOTICE, files: [ENCRYPTED], source: serve(source([blank, ledger, blank])) });
  await shows(files, say('only_files'));
  assert.equal(await files.count('.mail-part'), 1);
});

const LIST = `<ul id="attachment-list"><li class="${ENCRYPTED}"><a class="filename" href="./?_token=x">a</a></li></ul>`;
const NOTHING: [string, Message][] = [
  ['a mail without files', { body: '<div class="message-part">Hello</div>' }],
  [
    'other files',
    { body: '<div class="message-part">Hello</div>', files: ['application pdf', 'application octet-stream bin'] },
  ],
  ['a mail whose text draws a list of files', { body: `<div class="message-htmlpart">${NOTICE}${LIST}</div>` }],
  [
    'a text that is too large to be shown',
    {
      body: '<span class="part-notice">Too big <a href="?x">Download</a></span>',
      files: ['application octet-stream bin'],
    },
  ],
];
for (const [what, message] of NOTHING) {
  test(`not fetched: ${what}`, async () => {
    const asked = web.sources.length;
    await tab.goto(web.put({ ...message, source: serve(letter()) }));
    await lookedAt();
    assert.deepEqual(web.sources.slice(asked), []);
    assert.equal((await driver.frames(tab, 'reader.html')).length, 1);
  });
}

test('who answers a mail answers what was read, whatever the site has in its place by then', async () => {
  // So large that the browser gives it in pieces.
  const large = crypto.randomBytes(6 * 1024 * 1024);
  let stored = letter(multipart('mixed', [text(TEXT), file('tide-tables.bin', 'application/octet-stream', large)]));
  const frame = await open({
    body: NOTICE,
    files: [ENCRYPTED],
    source: (request, response) => serve(stored)(request, response),
  });
  await shows(frame, TEXT);
  assert.ok(large.equals(await savedFile(driver, frame, 'tide-tables.bin')));
  stored = letter(text('Another letter, from long ago.'));
  const asked = web.sources.length;
  await button(frame, say('forward')).click();
  const window = await writeWindow(driver);
  await until('it is quoted', async () => (await editorText(window)).includes(TEXT));
  await shows(window, 'tide-tables.bin');
  assert.equal(web.sources.length, asked, 'the site is not asked for it again');
  await window.close();
  await tab.front();
});

test('a webmail with its secret in the path, and one that tells no token', async () => {
  for (const setup of [
    { path: '/a1B2c3D4e5F6g7H8/', token: null },
    { path: '/', token: null },
  ]) {
    const other = await messagePage(setup);
    try {
      await tab.goto(other.put({}));
      await given(driver, { sites: [tab] });
      await shows(await open({ body: NOTICE, files: [ENCRYPTED], source: serve(letter()) }, other), TEXT);
      const url = new URL(other.sources[0] ?? '', other.origin);
      assert.equal(url.pathname, setup.path);
      assert.equal(url.searchParams.get('_save'), null);
    } finally {
      other.close();
    }
  }
});

const ANSWERS: [string, Answer, 'err_not_a_mail' | 'err_limit'][] = [
  ['a page for logging in', login, 'err_not_a_mail'],
  ['nothing', serve(''), 'err_not_a_mail'],
  ['an error', refuse(letter), 'err_not_a_mail'],
  ['a connection that breaks', (_, response) => void response.destroy(), 'err_not_a_mail'],
  [
    'a mail that ends in the middle of a piece',
    (_, response) => {
      response.writeHead(200, { 'content-length': 1_000_000 });
      response.write(letter(), () => response.destroy());
    },
    'err_not_a_mail',
  ],
  ['a mail that says it is too large', tooLarge('Subject: x\r\n'), 'err_limit'],
  ['a mail without end', endless, 'err_limit'],
];
for (const [what, source, error] of ANSWERS) {
  test(`in place of a mail comes ${what}: the reader says so, and the original is a click away`, async () => {
    const frame = await open({ body: NOTICE, files: [ENCRYPTED], source });
    await shows(frame, say(error));
    await button(frame, say('show_original')).click();
    await until('the original is drawn', async () => ((await tab.rect('#messagebody'))?.height ?? 0) > 0);
  });
}

test('a redirect is not followed, not even to a mail', async () => {
  elsewhere.put('/mail', letter());
  const frame = await open({ body: NOTICE, files: [ENCRYPTED], source: redirect(elsewhere.url('/mail')) });
  await shows(frame, say('err_not_a_mail'));
  assert.deepEqual(elsewhere.asked, []);
});

test('the page leaves while its mail is under way: the site need not send the rest', async () => {
  let closed = false;
  const source = stalling('Subject: x\r\n', () => {
    closed = true;
  });
  const frame = await open({ body: NOTICE, files: [ENCRYPTED], source });
  await shows(frame, say('reader_opening'));
  const next = await open({ body: NOTICE, files: [ENCRYPTED], source: serve(letter(text('The next one.'))) });
  await shows(next, 'The next one.');
  await until('the connection has ended', () => closed);
});

test('a page that goes from mail to mail without a reload: each is read, one at a time', async () => {
  const first = { body: NOTICE, files: [ENCRYPTED], source: serve(letter(text('The first one.'))) };
  await shows(await open(first), 'The first one.');
  for (const words of ['The second one.', 'The third one.']) {
    const address = web.put({ ...first, source: serve(letter(words)) });
    await tab.evaluate(async (url) => {
      const answer = await fetch(url);
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      history.pushState(null, '', url);
      document.body.replaceWith(next.body);
    }, address);
    await readerWith(driver, tab, words);
    assert.equal((await driver.frames(tab, 'reader.html')).length, 1);
  }
  const nothing = web.put({});
  await tab.evaluate((url) => {
    history.pushState(null, '', url);
    document.querySelector('#attachment-list')?.remove();
  }, nothing);
  await readers(driver, tab, 0);
  assert.ok(((await tab.rect('#messagebody'))?.height ?? 0) > 0, 'the page is as it was');
});

test('behind a mail that is read as a whole, its blocks are not read as well; in the original they are', async () => {
  const block = gpg.encrypt('the block inside', [bob.fingerprint]);
  const body = `<div class="message-part">Look:<pre>${escaped(block)}</pre></div>`;
  const frame = await open({ body, files: ['application pgp-keys asc'], source: serve(letter()) });
  await shows(frame, TEXT);
  await lookedAt();
  assert.equal((await driver.frames(tab, 'reader.html')).length, 2, 'the mail, and the sentinel');
  await button(frame, say('show_original')).click();
  await readerWith(driver, tab, 'the block inside');
  await button(frame, say('show_opened')).click();
  await readers(driver, tab, 2);
  await shows(frame, TEXT);
});

test('with the background stopped, and on a page that was switched off and on again', async () => {
  const address = web.put({ body: NOTICE, files: [ENCRYPTED], source: serve(letter()) });
  await driver.stopBackground();
  await tab.goto(address);
  await readerWith(driver, tab, TEXT);
  await switchSite(driver, tab, false);
  await readers(driver, tab, 0);
  assert.ok(((await tab.rect('#messagebody'))?.height ?? 0) > 0, 'the page is as it was');
  await switchSite(driver, tab);
  await readerWith(driver, tab, TEXT);
});

test('a page that is none of a webmail is not asked for anything, whatever its address says', async () => {
  elsewhere.put(
    '/',
    html(`<ul id="attachment-list"><li class="${ENCRYPTED}">x</li></ul><div id="messagebody">x</div>`),
  );
  await tab.goto(elsewhere.url('/?_task=mail&_uid=1&_mbox=INBOX&_action=show'));
  await switchSite(driver, tab);
  await lookedAt();
  assert.deepEqual(
    elsewhere.asked.filter((path) => path.includes('viewsource')),
    [],
  );
});

const attached = (disposition: string, body: string, type = 'application/octet-stream'): string =>
  [`Content-Type: ${type}`, `Content-Disposition: attachment; ${disposition}`, '', body].join('\r\n');
const levels = (count: number): string => {
  let entity = text('the innermost');
  for (let level = 0; level < count; level++) {
    const boundary = `b${level}`;
    entity = `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n${entity}\r\n--${boundary}--\r\n`;
  }
  return entity;
};

/** What is encrypted in mails that nobody's program makes, and what is said of each. */
const ODD: readonly [what: string, content: () => string, said: readonly string[]][] = [
  [
    '10,000 parts',
    () => multipart('mixed', Array(10_000).fill(text('a swan'))),
    ['a swan', say('note_too_many_parts')],
  ],
  ['1,000 levels', () => levels(1_000), [say('note_too_many_parts'), 'file.eml']],
  ['50,000 fields', () => `${'X: y\r\n'.repeat(50_000)}${text('x')}`, [say('err_limit')]],
  ['no last boundary', () => multipart('mixed', [text(TEXT)]).replace(/--\s*$/, ''), [TEXT]],
  ['no boundary at all', () => `Content-Type: multipart/mixed\r\n\r\n${TEXT}`, [say('note_broken_mail')]],
  ['no such charset', () => `Content-Type: text/plain; charset=x-none\r\n\r\n${TEXT}`, [TEXT]],
  ['octets that are no UTF-8', () => `Content-Type: text/plain; charset=utf-8\r\n\r\n${TEXT}\xff\xfe`, [TEXT]],
];

for (const [what, content, said] of ODD) {
  test(`an encrypted mail with ${what}: what can be shown is, or it is said why not`, async () => {
    const source = mail(
      { from: 'Alice <alice@example.test>', to: 'Bob <bob@example.test>', subject: '...' },
      encrypted(gpg, content(), [bob.fingerprint]),
    );
    const frame = await open({ body: NOTICE, files: [ENCRYPTED], source: serve(source) });
    for (const one of said) await shows(frame, one);
  });
}

test('names of files in an encrypted mail: shown and saved as names and nothing else', async () => {
  const long = `${'plan-'.repeat(200)}.txt`;
  const names = [
    attached('filename="../../up.txt"', 'up'),
    attached("filename*=utf-8''a%E2%80%AEfdp.exe", 'x'),
    attached("filename*=utf-8''line%0D%0Aend.txt", 'lines'),
    attached(`filename="${long}"`, 'long'),
  ];
  const source = mail(
    { from: 'Alice <alice@example.test>', to: 'Bob <bob@example.test>', subject: '...' },
    encrypted(gpg, multipart('mixed', [text(TEXT), ...names]), [bob.fingerprint]),
  );
  const frame = await open({ body: NOTICE, files: [ENCRYPTED], source: serve(source) });
  await shows(frame, TEXT);
  const shown = await frame.evaluate(() =>
    [...document.querySelectorAll('.mail-files .file-name')].map((name) => (name as HTMLElement).textContent?.trim()),
  );
  assert.equal(shown.length, 4);
  assert.deepEqual(shown.slice(0, 2), ['up.txt', 'afdp.exe']);
  for (const name of shown) assert.match(name ?? '', /^[^\p{Cc}\p{Cf}/\\]{1,255}$/u);
  assert.equal((await savedFile(driver, frame, 'up.txt')).toString(), 'up');
  assert.equal((await savedFile(driver, frame, shown[3] ?? '')).toString(), 'long');
});
