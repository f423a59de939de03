// Horde IMP, the real one, in its dynamic view: alice writes, bob reads, gpg agrees with both. A list with a preview, and
// windows for a message and for a form. HTML of a mail is in a frame that scripts fill, and the HTML editor is CKEditor 3.
//
// `Horde.start()` (tests/webmail/horde.ts) starts Debian's package with a mail server of its own in a temporary folder;
// `HordeMailbox` uses it as a person does.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, until, type View } from '../harness/index.js';
import { Horde } from '../webmail/horde.js';
import { HordeMailbox } from '../webmail/horde-mailbox.js';
import {
  ALICE,
  block,
  type Correspondence,
  correspondence,
  EVE,
  NOTES,
  TEXT,
  wholeLetter,
} from './support/correspondence.js';
import { readers, readerWith, shows } from './support/desk.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { savedFile } from './support/mail-files.js';
import { encrypted, type Fields, file, multipart, plain, signed, text } from './support/mime.js';
import { scripted } from './support/selection.js';
import { say } from './support/session.js';
import { finish, typeText } from './support/write.js';
import { answer, forwards, isAnswer, putsInto, readsWhole, sendsAsFile, sendsWhole, signs } from './support/written.js';

let post: Correspondence<HordeMailbox>;
let gpg: Gpg;
let alice: GpgKey;
let bob: GpgKey;
let his: Driver;
let writing: HordeMailbox;
let reading: HordeMailbox;

before(async () => {
  const show = (mailbox: HordeMailbox, subject: string) => mailbox.preview(subject);
  post = await correspondence({ webmail: Horde, mailbox: HordeMailbox, show });
  ({ gpg, his, writing, reading } = post);
  ({ alice, bob } = post.keys);
});
after(() => post?.close());

/** Whole mails that the page was asked for. */
const sources = (driver: Driver): string[] =>
  driver.requests.map(({ url }) => url).filter((url) => url.includes('actionID=view_source'));

test('inline: one message after the other, read in place, and who signed', async () => {
  post.put('a greeting', plain(gpg.encrypt(`${TEXT}\n\nsecond line`, [bob.fingerprint], alice.fingerprint)));
  post.put('from another', plain(gpg.encrypt('send money', [bob.fingerprint], alice.fingerprint)), { from: EVE });
  post.put('two senders', plain(gpg.encrypt('send more', [bob.fingerprint], alice.fingerprint)), {
    from: `${ALICE}, ${EVE}`,
  });
  const first = await post.read('a greeting', TEXT);
  await shows(first, say('summary_signed_by_sender', ALICE));
  await shows(first, say('encrypted_yes'));
  await shows(await post.read('from another', 'send money'), say('summary_signed_by_other', ALICE));
  const third = await post.read('two senders', 'send more');
  assert.ok(!(await third.text('.verdict')).includes(say('summary_signed_by_sender', ALICE)));
});

test('a block in the HTML of a mail, which is in a frame of its own', async () => {
  const armored = gpg.encrypt('under the oak', [bob.fingerprint], alice.fingerprint);
  post.put('as HTML', text(`<p>See here:</p><pre>${armored}</pre>`, 'text/html'));
  await shows(await post.read('as HTML', 'under the oak'), say('summary_signed_by_sender', ALICE));
});

test('PGP/MIME, where Horde shows nothing; its picture is drawn, its file is the one that was sent', async () => {
  const content = wholeLetter();
  post.put('all of it', encrypted(gpg, content, [bob.fingerprint], alice.fingerprint));
  const frame = await post.read('all of it', say('encrypted_yes'));
  await readsWhole(frame, post);
  // Resent by another, in the same wrapping: not by its sender.
  post.put('handed on', encrypted(gpg, content, [bob.fingerprint], alice.fingerprint), { from: EVE });
  await shows(await post.read('handed on', 'notes.bin'), say('summary_signed_by_other', ALICE));
});

test('a signed text with a quotation, which Horde shows without its marks, is read from the source', async () => {
  const words = 'Yes.\n\n> Will you come?\n> > When?\n>> Why?\n>unspaced\nAlice\n';
  post.put('signed answer', plain(gpg.clearsign(words, alice.fingerprint)));
  const frame = await post.read('signed answer', 'Yes.');
  await shows(frame, say('summary_signed_by_sender', ALICE));
  post.put('altered answer', plain(gpg.clearsign(words, alice.fingerprint).replace('come', 'pay')));
  await shows(await post.read('altered answer', 'Yes.'), say('summary_bad_signature'));
});

test('signed as a whole, of which Horde shows no sign: who signed, also of the octets that a view would lose', async () => {
  // Blanks at line ends and a tab.
  const lines = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n';
  const content = multipart('mixed', [
    `${lines}Grüße  \r\n\t\r\nup to the lock \r\n`,
    text(TEXT),
    file('notes.bin', 'application/octet-stream', NOTES),
  ]);
  post.put('signed for all', signed(gpg, content, alice.fingerprint));
  const frame = await post.read('signed for all', TEXT);
  await shows(frame, say('summary_signed_by_sender', ALICE));
  await shows(frame, say('encrypted_no'));
  assert.deepEqual(await savedFile(his, frame, 'notes.bin'), NOTES);
  post.put('signed words', signed(gpg, plain('Pay 100 euro.'), alice.fingerprint), { from: EVE });
  await shows(await post.read('signed words', 'Pay 100 euro.'), say('summary_signed_by_other', ALICE));
  post.put('signed and altered', signed(gpg, plain('Pay 100 euro.'), alice.fingerprint).replace('100', '900'));
  const altered = await post.read('signed and altered', 'Pay 900 euro.');
  await shows(altered, say('summary_bad_signature'));
  assert.ok(!(await altered.text('.verdict')).includes(say('summary_signed_by_sender', ALICE)));
});

test('text that may be signed, and is not: its head is asked for once, and the mail is left to Horde', async () => {
  const asked = sources(his).length;
  const from = () => sources(his).slice(asked);
  const type = 'multipart/signed; protocol="application/pgp-signature"';
  const left: [string, Fields][] = [
    ['mere words', []],
    ['words about another mail', [['X-Content-Type', type]]],
  ];
  const seen = new Set<string>();
  for (const [subject, more] of left) {
    post.put(subject, plain(`Content-Type: ${type}\n\nNo wax on this one.`), { more });
    const view = await reading.preview(subject);
    const url = await until('its head is asked for', () => from().find((one) => !seen.has(one)));
    seen.add(url);
    // Horde answers one request of a session after the other.
    await view.evaluate(async (source) => void (await (await fetch(source)).text()), url);
    assert.match(await view.text('#messageBody'), /No wax/);
    await readers(his, view, 0);
  }
  post.put('signed words again', signed(gpg, plain('Wax on this one.'), alice.fingerprint));
  await shows(await post.read('signed words again', 'Wax on this one.'), say('summary_signed_by_sender', ALICE));
  // By us here and for the head; a reader would have asked for the whole.
  const times = [...seen].map((url) => from().filter((one) => one === url).length);
  assert.deepEqual(times, [2, 2]);
});

test('by keyboard through the list: the address is ahead of the preview, the verdict is not', async () => {
  const made = (words: string) => encrypted(gpg, text(words), [bob.fingerprint], alice.fingerprint);
  post.put('step one', made('the first step'));
  post.put('step two', made('the second step'), { from: EVE });
  const view = reading.view;
  await shows(await post.read('step two', 'the second step'), say('summary_signed_by_other', ALICE));
  await reading.listed('step one');
  const below = await view.evaluate(
    (one, other) => {
      const subjects = [...document.querySelectorAll('.vpRow .msgSubject')].map((subject) =>
        subject.textContent?.trim(),
      );
      return subjects.indexOf(one) > subjects.indexOf(other);
    },
    'step one',
    'step two',
  );
  const [there, back] = below ? ['Down', 'Up'] : ['Up', 'Down'];
  await view.press(`Arrow${there}`);
  const first = await readerWith(his, view, 'the first step');
  assert.ok(!(await first.text('.verdict')).includes(say('summary_signed_by_other', ALICE)));
  await view.press(`Arrow${back}`);
  const second = await readerWith(his, view, 'the second step');
  assert.ok(!(await second.text('.verdict')).includes(say('summary_signed_by_sender', ALICE)));
});

test('a mail without OpenPGP is left to Horde: its source is not asked for', async () => {
  const asked = sources(his).length;
  post.put(
    'nothing secret',
    multipart('mixed', [plain('Just words.'), file('a.bin', 'application/octet-stream', NOTES)]),
  );
  const view = await reading.preview('nothing secret');
  assert.match(await view.text('#messageBody'), /Just words/);
  await readers(his, view, 0);
  // The next one is asked for, so that a request for this one would have been seen by now.
  post.put('after it', multipart('mixed', [plain('Here it is.'), file('a.pgp', 'application/octet-stream', NOTES)]));
  await reading.preview('after it');
  await until('its source is asked for', () => sources(his).length > asked);
  assert.equal(sources(his).length, asked + 1);
});

test('a whole mail, written in our window with picture and file: Horde sends it, bob reads it, and so does gpg', async () => {
  await sendsWhole(post);
});

test('signed only, with a file: Horde sends what was signed', async () => {
  await signs(post, true);
});

test('as an attached file, with Cc; a second version takes the place of the first', async () => {
  await sendsAsFile(post);
});

test('HTML: the whole mail goes into CKEditor', async () => {
  await writing.compose();
  await putsInto(await writing.html(), 'Into the rich one', post);
  const raw = await post.sent(writing, 'bob');
  assert.match(gpg.decrypt(block(raw)).text, /The barge goes up/);
  await shows(await post.read('Into the rich one', TEXT), say('summary_signed_by_sender', ALICE));
});

/** Opens a mail in a window of its own, as Horde has it, and answers from its reader. */
async function answered(subject: string, how: 'reply' | 'reply_all' | 'forward'): Promise<View> {
  await reading.inbox();
  const view = await reading.open(subject);
  const frame = await readerWith(his, view, say('summary_signed_by_sender', ALICE));
  return answer(his, frame, how);
}

test('signed as a whole, in the window of the mail: text in two ways, of which Horde shows one', async () => {
  const both = multipart('alternative', [text(TEXT), text(`<p>${TEXT}</p>`, 'text/html')]);
  post.put('signed in two ways', signed(gpg, both, alice.fingerprint));
  const view = await reading.open('signed in two ways');
  const frame = await readerWith(his, view, say('summary_signed_by_sender', ALICE));
  await shows(frame, say('encrypted_no'));
  await readers(his, view, 1);
});

test('bob replies from the reader: to alice alone, though Horde would answer to all', async () => {
  const more: [string, string][] = [['Cc', EVE]];
  post.put('shall we', encrypted(gpg, text(TEXT), [bob.fingerprint], alice.fingerprint), { more });
  const window = await answered('shall we', 'reply');
  await window.type('We shall.');
  await finish(window);
  const { to, cc } = await reading.form();
  assert.match(to, /^[^,]*alice@example\.test[^,]*$/);
  assert.equal(cc, '');
  isAnswer(await post.sent(reading, 'alice'), /We shall\./, post);
});

test('bob replies to all: recipients come from the form that Horde opens', async () => {
  const more: [string, string][] = [['Cc', EVE]];
  post.put('for all of us', encrypted(gpg, text(TEXT), [bob.fingerprint], alice.fingerprint), { more });
  const window = await answered('for all of us', 'reply_all');
  await shows(window, 'alice@example.test');
  await shows(window, 'eve@example.test');
  await window.type('Let us go.');
  await finish(window);
  const { to, cc, text: body } = await reading.form();
  assert.match(`${to},${cc}`, /alice@example\.test[^,]*,[^,]*eve@example\.test/i);
  // There is no eve on this server.
  assert.match(gpg.decrypt(body).text, /Let us go\./);
});

test('bob forwards with picture and file of the original', async () => {
  post.put('for eve too', encrypted(gpg, wholeLetter(), [bob.fingerprint], alice.fingerprint));
  await forwards(await answered('for eve too', 'forward'), post);
});

test('bob replies from the list: the form is in another window of Horde, which ours offers and fills in', async () => {
  await reading.inbox();
  post.put('by the window', encrypted(gpg, text(TEXT), [bob.fingerprint], alice.fingerprint));
  const frame = await post.read('by the window', TEXT);
  const window = await answer(his, frame, 'reply');
  await typeText(window, 'From the window.');
  await window.press('Control+Enter');
  await shows(window, say('put_no_form'));
  const opened = await reading.replyIn(await his.tab());
  await scripted(opened.view, '#composeMessage');
  const name = await opened.view.evaluate(() => document.title);
  const { subject } = await opened.form();
  await button(window, say('try_again')).click();
  await button(window, say('put_into', `\u2068${name} – ${subject}\u2069`)).click();
  await shows(window, say('there'));
  await button(window, say('go_to_webmail')).click();
  await until('the window has closed', () => window.gone());
  const { to } = await opened.form();
  assert.match(to, /^[^,]*alice@example\.test[^,]*$/);
  isAnswer(await post.sent(opened, 'alice'), /From the window\./, post);
  await opened.view.close();
});

test('the next mail is drawn by Horde as ever, also HTML, which it measures where the one before was read', async () => {
  const signature = gpg.run(['--local-user', alice.fingerprint, '--armor', '--detach-sign'], NOTES);
  const files = [
    file('notes.bin', 'application/octet-stream', NOTES),
    file('notes.bin.asc', 'application/pgp-signature', signature),
  ];
  post.put('of several parts', multipart('mixed', [text(TEXT), ...files]));
  await post.read('of several parts', TEXT);
  post.put('newsletter', text('<p>One</p><p>Two</p><p>Three</p>', 'text/html'));
  const view = await reading.preview('newsletter');
  await until('it is as high as it is', () =>
    view.evaluate(() => (document.querySelector('#messageBody iframe.htmlMsgData')?.clientHeight ?? 0) > 30),
  );
});
