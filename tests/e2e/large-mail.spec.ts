// Mails that are too large to be there twice. Chromium keeps them outside of the page's process. In Firefox they pass by, and
// the site is asked for them each time that they are read: that must be the same mail each time.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { button, type Driver, until, type View } from '../harness/index.js';
import { readers, shows } from './support/desk.js';
import type { Gpg } from './support/gpg.js';
import { type Inbox, inboxOn } from './support/inbox.js';
import { savedFile } from './support/mail-files.js';
import { type MessagePage, messagePage } from './support/message-page.js';
import { encrypted, file, mail, multipart, text } from './support/mime.js';
import { type Answer, serve } from './support/responses.js';
import { kind, say } from './support/session.js';
import { lockNow, unlock, unlockKey } from './support/steps.js';
import { editorText, writeWindow } from './support/write.js';

const TEXT = 'The ferry leaves at dawn.';
/** As a mail it has more than is kept (`MAX_KEPT`). */
const TABLES = crypto.randomBytes(14 * 1024 * 1024);
const PASSES = kind === 'firefox';

let home: Inbox<MessagePage>;
let driver: Driver;
let gpg: Gpg;
let web: MessagePage;
let tab: View;
let large: string;
/** What the site has in the mail's place. */
let stored: Answer;

before(async () => {
  home = await inboxOn(messagePage, (page) => page.put({}), { unlocked: true });
  ({ driver, gpg, web, tab } = home);
  large = letter(multipart('mixed', [text(TEXT), file('tide-tables.bin', 'application/octet-stream', TABLES)]));
  assert.ok(large.length > 17 * 1024 * 1024);
});
after(async () => {
  await home?.close();
});

function letter(content: string): string {
  const header = { from: 'Alice <alice@example.test>', to: 'Bob <bob@example.test>', subject: '...' };
  return mail(header, encrypted(gpg, content, [home.bob.fingerprint]));
}

/** Opens the mail in the webmail; the reader that stands in its place. */
async function open(): Promise<View> {
  const source: Answer = (request, response) => stored(request, response);
  await tab.goto(web.put({ files: ['application octet-stream asc'], source }));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  return frame;
}

const WAYS: [string, () => Answer][] = [
  ['whose size the site tells', () => serve(large)],
  [
    'whose size nobody knows',
    () => (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write(large.slice(0, 5_000_000));
      response.end(large.slice(5_000_000));
    },
  ],
  [
    'that comes compressed',
    () => {
      const packed = gzipSync(large, { level: 1 });
      return (_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length });
        response.end(packed);
      };
    },
  ],
];
for (const [what, source] of WAYS) {
  test(`a mail ${what}: read, read again when the key was locked, and answered`, async () => {
    stored = source();
    const asked = web.sources.length;
    const frame = await open();
    await shows(frame, TEXT);
    assert.ok(TABLES.equals(await savedFile(driver, frame, 'tide-tables.bin')));
    await lockNow(driver);
    await tab.front();
    await shows(frame, say('unlock'));
    await button(frame, say('unlock')).click();
    await unlock(driver);
    await tab.front();
    await shows(frame, TEXT);
    await button(frame, say('forward')).click();
    const window = await writeWindow(driver);
    await until('it is quoted', async () => (await editorText(window)).includes(TEXT), 60_000);
    await shows(window, 'tide-tables.bin');
    assert.equal(web.sources.length - asked, PASSES ? 3 : 1);
    await window.close();
    await tab.front();
  });
}

const changed = (text: string, at: number): string =>
  `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;

/** What a site may have in the place of a mail that was read. */
const OTHERS: [string, () => Answer][] = [
  ['the same but for one character', () => serve(changed(large, 9 * 1024 * 1024))],
  ['another mail', () => serve(letter(text('A letter from long ago.')))],
  ['the same with something after it', () => serve(`${large}\r\n-- `)],
  ['only its beginning', () => serve(large.slice(0, 17 * 1024 * 1024))],
  ['nothing', () => (_, response) => void response.writeHead(404).end()],
];
// What Chromium keeps does not care what the site has.
for (const [what, other] of PASSES ? OTHERS : OTHERS.slice(0, 1)) {
  test(`the site has ${what} there by now: it is neither read nor answered for the mail that was read`, async () => {
    stored = serve(large);
    const frame = await open();
    await shows(frame, TEXT);
    stored = other();
    await button(frame, say('forward')).click();
    const window = await writeWindow(driver);
    if (PASSES) await shows(window, say('err_mail_gone'));
    else await until('it is quoted', async () => (await editorText(window)).includes(TEXT));
    assert.ok(!(await window.text()).includes('long ago'));
    await window.close();
    await tab.front();
    await lockNow(driver);
    await tab.front();
    await shows(frame, PASSES ? say('err_mail_gone') : say('unlock'));
    await unlockKey(driver, 'Bob');
    await tab.front();
    if (!PASSES) await shows(frame, TEXT);
    // It is there again, as it was.
    stored = serve(large);
    await shows(await open(), TEXT);
  });
}

/** The mail, whose second half comes when the function is called that this returns. */
function inHalves(): () => void {
  let rest: (() => void) | undefined;
  stored = (_, response) => {
    response.writeHead(200, { 'content-length': large.length });
    response.write(large.slice(0, large.length / 2));
    rest = () => response.end(large.slice(large.length / 2));
  };
  return () => rest?.();
}

if (PASSES)
  test('while the site sends it once more, the window for the answer says that it is coming, until the page is left', async () => {
    stored = serve(large);
    const frame = await open();
    await shows(frame, TEXT);
    const release = inHalves();
    await button(frame, say('forward')).click();
    const first = await writeWindow(driver);
    await shows(first, say('original_forwarded'));
    await shows(first, say('reader_opening'));
    release();
    await until('it is quoted', async () => (await editorText(first)).includes(TEXT));
    await first.close();
    await tab.front();

    inHalves();
    await button(frame, say('forward')).click();
    const second = await writeWindow(driver);
    await shows(second, say('reader_opening'));
    await tab.goto(web.put({}));
    // The page that goes may still say that the mail does not come, or not.
    await until('nothing is coming', async () => !(await second.text()).includes(say('reader_opening')));
    await second.close();
    await tab.front();
  });

test('a mail that breaks off far behind its beginning: the reader says so', async () => {
  stored = (_, response) => {
    response.writeHead(200, { 'content-length': large.length });
    response.write(large.slice(0, 17 * 1024 * 1024), () => response.destroy());
  };
  await shows(await open(), say('err_not_a_mail'));
});

test('the user leaves while a large mail comes: the site need not send the rest', async () => {
  let closed = false;
  stored = (request, response) => {
    request.socket.on('close', () => {
      closed = true;
    });
    response.writeHead(200, { 'content-length': large.length });
    response.write(large.slice(0, 17 * 1024 * 1024));
  };
  await shows(await open(), say('reader_opening'));
  stored = serve(letter(text('The next one.')));
  await shows(await open(), 'The next one.');
  await until('the connection has ended', () => closed);
});
