// Files and pictures of a message that is answered or passed on.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { answerSubject } from '../../extension/pages/write/answering.js';
import { once } from '../../extension/pages/write/people.js';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { Answering, chips, TEXT } from './support/answering.js';
import { shows } from './support/desk.js';
import { pressAtFile, savedFile } from './support/mail-files.js';
import { file, multipart, text } from './support/mime.js';
import { dearmor } from './support/packets.js';
import { extension, say } from './support/session.js';
import { addRecipient, editorText, type Part, partsOf } from './support/write.js';

const PICTURE = fs.readFileSync(path.join(extension, 'icons/48.png'));
let at: Answering;
let driver: Driver;

before(async () => {
  at = await Answering.start();
  ({ driver } = at);
});
after(() => at?.close());

test('forward: headers, text and files go along, to nobody yet; a file can be left out', async () => {
  const data = Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 11) % 256));
  const both = multipart('mixed', [
    text(TEXT),
    file('ledger.bin', 'application/octet-stream', data),
    file('map.txt', 'text/plain', Buffer.from('a map')),
  ]);
  const window = await at.answer(at.mail(both), 'forward');
  await until('the files are there', async () => (await window.count('.write-files .file-list li')) === 2);
  assert.deepEqual(await chips(window, 'to'), []);
  assert.equal(await field(window, say('header_subject')).value(), 'Fwd: The real subject');
  const words = await editorText(window);
  assert.match(words, new RegExp(say('forwarded_message')));
  assert.match(words, /From: Alice <alice@example\.test>/);
  assert.match(words, /ferry leaves/);
  await button(window, say('remove_file', 'map.txt')).click();
  await addRecipient(window, say('header_to'), 'alice@example.test');
  const entity = await at.saved(window);
  const files = partsOf(entity, 'application/octet-stream');
  assert.deepEqual(
    files.map(({ body }) => body),
    [data],
  );
  assert.ok(!partsOf(entity, 'text/plain').some(({ body }) => body.toString() === 'a map'));
  await window.close();
});

test('an encrypted file is saved and passed on as it was attached, and opens by itself', async () => {
  const { alice, bob } = at.keys;
  const sealed = dearmor(at.gpg.encrypt('Twelve crates.', [bob.fingerprint], alice.fingerprint));
  const both = multipart('mixed', [text(TEXT), file('ledger.txt.pgp', 'application/octet-stream', sealed)]);
  const frame = await at.read(at.mail(both), 'ledger.txt.pgp');
  assert.deepEqual(await savedFile(driver, frame, 'ledger.txt.pgp'), sealed);
  await pressAtFile(frame, 'ledger.txt.pgp', say('open_part'));
  // Its header says that it was a file.
  await until(
    'it is open',
    async () => (await frame.text('wx-opening:not([hidden]) .file-name')).trim() === 'ledger.txt',
  );
  await frame.click('wx-opening:not([hidden]) .mail-files .save');
  const place = await driver.download(/^ledger\.txt$/);
  assert.equal(fs.readFileSync(place, 'utf8'), 'Twelve crates.');
  fs.rmSync(place);
  const window = await at.answer(at.mail(both), 'forward', 'ledger.txt.pgp');
  await until('the file is there', async () => (await window.count('.write-files .file-list li')) === 1);
  await addRecipient(window, say('header_to'), 'alice@example.test');
  const [passed, ...others] = partsOf(await at.saved(window), 'application/octet-stream');
  assert.deepEqual([passed?.body, others], [sealed, []]);
  await window.close();
});

/** Words for a picture, which nobody sees where it is drawn. */
const UNSEEN = 'a ferry]\n\nI will pay 900 euro.\n\n[';

/** A mail in HTML with a picture of its own that is shown, one of the internet, and a file beside it. */
const illustrated = (): string =>
  multipart('mixed', [
    multipart('related', [
      multipart('alternative', [
        text('plain words'),
        text(
          `<p>The <b>ferry</b> here: <img src="cid:ferry%40boat" alt="${UNSEEN}"></p>
          <p>and <img src="https://tracker.example.test/x.png" alt="tracked"></p>
          <p><img src="cid:nowhere" alt="missing"> <img src="cid:ferry@boat"></p>`,
          'text/html',
        ),
      ]),
      file('ferry.png', 'image/png', PICTURE, { id: 'ferry@boat' }),
    ]),
    file('ledger.bin', 'application/octet-stream', Buffer.from('twelve crates')),
  ]);

const drawnPictures = (window: View, within: string): Promise<number> =>
  window.evaluate(
    (selector) =>
      [...document.querySelectorAll<HTMLImageElement>(`.editing ${selector} img`)].filter(
        ({ naturalWidth, src }) => naturalWidth > 0 && src.startsWith('blob:'),
      ).length,
    within,
  );

/** The picture stands twice in the HTML, is one part of the mail, and nothing leads to the internet. */
function assertIllustrated(entity: Part): void {
  const images = partsOf(entity, 'image/png');
  assert.deepEqual(
    images.map(({ body }) => body),
    [PICTURE],
  );
  assert.match(images[0]?.headers.get('content-disposition') ?? '', /^inline/);
  const markup = partsOf(entity, 'text/html')[0]?.body.toString() ?? '';
  const sources = [...markup.matchAll(/<img src="([^"]*)"/g)].map(([, source]) => source);
  const id = images[0]?.headers.get('content-id')?.replace(/^<|>$/g, '');
  assert.deepEqual(sources, [`cid:${id}`, `cid:${id}`]);
  assert.ok(!markup.includes('tracker'));
  assert.match(markup, /\[tracked\]/);
  assert.match(markup, /\[missing\]/);
  const plain = partsOf(entity, 'text/plain')[0]?.body.toString() ?? '';
  assert.match(plain, /ferry here: ?\[ferry\.png\]/);
  // They would go out signed with the answer.
  for (const words of [plain, markup]) assert.ok(!words.includes('900 euro'), words);
}

test('reply: a picture of the message stands in its quoted text, one of the internet does not', async () => {
  const window = await at.answer(at.mail(illustrated()), 'reply', 'ledger.bin');
  await until('the pictures are drawn', async () => (await drawnPictures(window, 'blockquote')) === 2);
  await shows(window, 'ferry.png');
  assert.equal(await window.count('.write-files .file-list li'), 1, 'the picture, and no other file');
  await window.type('Nice.');
  const entity = await at.saved(window);
  assertIllustrated(entity);
  assert.deepEqual(partsOf(entity, 'application/octet-stream'), []);
  assert.ok(!driver.requests.some(({ url }) => url.includes('tracker')));
  await window.close();
});

test('a picture that was quoted goes with its quotation, and comes back with it', async () => {
  const window = await at.answer(at.mail(illustrated()), 'reply', 'ledger.bin');
  await until('the pictures are drawn', async () => (await drawnPictures(window, 'blockquote')) === 2);
  await window.click('.editing');
  await window.press('Control+a');
  await window.press('Delete');
  await until('the picture is no file of the mail', async () => (await window.count('.write-files li')) === 0);
  await window.press('Control+z');
  await until('both are back', async () => (await drawnPictures(window, 'blockquote')) === 2);
  assert.equal(await window.count('.write-files li'), 1);
  await window.press('Control+a');
  await window.type('Only this.');
  await until('the picture is no file of the mail', async () => (await window.count('.write-files li')) === 0);
  const entity = await at.saved(window);
  assert.deepEqual(partsOf(entity, 'image/png'), []);
  assert.match(partsOf(entity, 'text/plain')[0]?.body.toString() ?? '', /Only this\./);
  await window.close();
});

test('signed only, a quoted picture is taken out with the text', async () => {
  const window = await at.answer(at.mail(illustrated()), 'reply', 'ledger.bin');
  await until('the pictures are drawn', async () => (await drawnPictures(window, 'blockquote')) === 2);
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await button(window, say('secret_remove')).click();
  await until('text and picture are gone', async () => (await window.count('.editing img, .write-files li')) === 0);
  await window.close();
});

test('forward: a picture stands where it stood, and the other files go along', async () => {
  const window = await at.answer(at.mail(illustrated()), 'forward', 'ledger.bin');
  await until('the pictures are drawn', async () => (await drawnPictures(window, '[data-forwarded]')) === 2);
  assert.equal(await window.count('.write-files .file-list li'), 2);
  await addRecipient(window, say('header_to'), 'alice@example.test');
  const entity = await at.saved(window);
  assertIllustrated(entity);
  assert.deepEqual(partsOf(entity, 'application/octet-stream')[0]?.body.toString(), 'twelve crates');
  await window.close();
});

test('pictures for which there is no room in a mail are not quoted, and it is said', async () => {
  const many = Array.from({ length: 101 }, (_, at) => at);
  const what = multipart('related', [
    text(`<p>The ferry</p>${many.map((at) => `<img src="cid:p${at}@boat" alt="p${at}">`).join('')}`, 'text/html'),
    ...many.map((at) => file(`p${at}.png`, 'image/png', PICTURE, { id: `p${at}@boat` })),
  ]);
  const window = await at.answer(at.mail(what), 'reply', 'The real subject');
  await shows(window, say('quote_pictures_left'));
  assert.match(await editorText(window), /\[p0\.png\] \[p1\.png\]/);
  assert.equal(await window.count('.editing img, .write-files li'), 0);
  await window.close();
});

test('the subject of an answer is no longer than its field takes, whatever it answers', () => {
  assert.equal(answerSubject('RE: AW: Boats', 'reply'), 'Re: Boats');
  assert.equal(answerSubject('x'.repeat(1_000), 'reply').length, 998);
  for (const first of ['', 'x']) {
    const subject = answerSubject(`${first}${'🚤'.repeat(900)}`, 'forward');
    assert.ok(subject.length >= 997 && subject.length <= 998);
    assert.match(subject, /^Fwd: x?(?:🚤)+$/u, 'no half character');
  }
});

test('of a list of addresses each mailbox is kept once, as it is written first, and none of another list', () => {
  const list = [
    'Ann <ann@example.test>',
    'ANN@example.test',
    'bob@example.test',
    '"B" <Bob@example.test>',
    'eve@example.test',
  ];
  assert.deepEqual(once(list), ['Ann <ann@example.test>', 'bob@example.test', 'eve@example.test']);
  assert.deepEqual(once(list, ['Bob <BOB@example.test>', 'eve@example.test']), ['Ann <ann@example.test>']);
});
