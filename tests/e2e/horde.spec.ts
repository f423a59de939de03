// Horde IMP, the real one, in its dynamic view: alice writes, bob reads, gpg agrees with both. A list with a preview, and
// windows for a message and for a form. HTML of a mail is in a frame that scripts fill, and the HTML editor is CKEditor 3.
//
// `Horde.start()` (tests/webmail/horde.ts) starts Debian's package with a mail server of its own in a temporary folder;
// `HordeMailbox` uses it as a person does.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, field, until, type View } from '../harness/index.js';
import { Horde } from '../webmail/horde.js';
import { HordeMailbox } from '../webmail/horde-mailbox.js';
import { readerWith, shows } from './support/desk.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { savedFile } from './support/mail-files.js';
import {
  type Entity,
  encrypted,
  type Fields,
  file,
  mail,
  multipart,
  type Outer,
  plain,
  signed,
  text,
} from './support/mime.js';
import { pressWriteEncrypted } from './support/selection.js';
import { browser, hasFailed, say } from './support/session.js';
import { importKeys, PASSPHRASE, switchSite, unlockKey } from './support/steps.js';
import { addRecipient, editorText, finish, partsOf, readEntity, typeText, writeWindow } from './support/write.js';

const ALICE = 'Alice <alice@example.test>';
const BOB = 'Bob <bob@example.test>';
const EVE = 'Eve <eve@example.test>';
const TEXT = 'The barge goes up the canal on Thursday.';
const NOTES = Buffer.concat([crypto.randomBytes(5_000), Buffer.from('\r\n\n\r\0 ends here')]);
let horde: Horde;
let gpg: Gpg;
let alice: GpgKey;
let bob: GpgKey;
let eve: GpgKey;
// Two people, two computers.
let hers: Driver;
let his: Driver;
let writing: HordeMailbox;
let reading: HordeMailbox;
let prepared = false;

before(async () => {
  gpg = new Gpg();
  alice = gpg.key(ALICE);
  bob = gpg.key(BOB);
  eve = gpg.key(EVE);
  [horde, hers, his] = await Promise.all([Horde.start(), browser(), browser()]);
  const prepare = async (driver: Driver, account: 'alice' | 'bob', own: GpgKey, contacts: GpgKey[]) => {
    await importKeys(driver, own.secret, PASSPHRASE);
    await importKeys(driver, contacts.map((key) => key.public).join('\n'));
    await unlockKey(driver, account);
    const mailbox = await HordeMailbox.login(await driver.tab(), horde, account);
    await switchSite(driver, mailbox.view);
    await mailbox.view.front();
    return mailbox;
  };
  [writing, reading] = await Promise.all([
    prepare(hers, 'alice', alice, [bob]),
    prepare(his, 'bob', bob, [alice, eve]),
  ]);
  prepared = true;
});
after(async () => {
  if (!prepared || hasFailed()) console.log(horde?.logs());
  await Promise.all([hers?.close(), his?.close()]);
  await horde?.stop();
  gpg?.close();
});

/** Puts a mail into bob's inbox, from alice if nothing else is said. */
function put(subject: string, content: Entity, outer: Partial<Outer> = {}): void {
  horde.maildir('bob').put(mail({ from: ALICE, to: BOB, subject, ...outer }, content));
}

/** Opens a mail that has come below the list, and returns its one reader frame once it shows this text. */
async function read(subject: string, shown: string): Promise<View> {
  const view = await reading.preview(subject);
  const frame = await readerWith(his, view, shown);
  assert.equal((await his.frames(view, 'reader.html')).length, 1);
  return frame;
}

/** The armored block of a raw message: in a text of it or in a file. */
function block(raw: string): string {
  const all = partsOf(readEntity(raw), '').map(({ body }) => body.toString());
  const found = /-----BEGIN PGP MESSAGE-----[\s\S]*?-----END PGP MESSAGE-----/.exec(all.join('\n'))?.[0];
  assert.ok(found, raw);
  return found;
}

/** Whole mails that the page was asked for. */
const sources = (driver: Driver): string[] =>
  driver.requests.map(({ url }) => url).filter((url) => url.includes('actionID=view_source'));

test('inline: one message after the other, read in place, and who signed', async () => {
  put('a greeting', plain(gpg.encrypt(`${TEXT}\n\nsecond line`, [bob.fingerprint], alice.fingerprint)));
  put('from another', plain(gpg.encrypt('send money', [bob.fingerprint], alice.fingerprint)), { from: EVE });
  put('two senders', plain(gpg.encrypt('send more', [bob.fingerprint], alice.fingerprint)), {
    from: `${ALICE}, ${EVE}`,
  });
  const first = await read('a greeting', TEXT);
  await shows(first, say('summary_signed_by_sender', ALICE));
  await shows(first, say('encrypted_yes'));
  await shows(await read('from another', 'send money'), say('summary_signed_by_other', ALICE));
  const third = await read('two senders', 'send more');
  assert.ok(!(await third.text('.verdict')).includes(say('summary_signed_by_sender', ALICE)));
});

test('a block in the HTML of a mail, which is in a frame of its own', async () => {
  const armored = gpg.encrypt('under the oak', [bob.fingerprint], alice.fingerprint);
  put('as HTML', text(`<p>See here:</p><pre>${armored}</pre>`, 'text/html'));
  await shows(await read('as HTML', 'under the oak'), say('summary_signed_by_sender', ALICE));
});

test('PGP/MIME, where Horde shows nothing; its file is the one that was sent', async () => {
  const content = multipart('mixed', [text(TEXT), file('notes.bin', 'application/octet-stream', NOTES)]);
  put('all of it', encrypted(gpg, content, [bob.fingerprint], alice.fingerprint));
  const frame = await read('all of it', TEXT);
  await shows(frame, say('summary_signed_by_sender', ALICE));
  await shows(frame, say('encrypted_yes'));
  assert.deepEqual(await savedFile(his, frame, 'notes.bin'), NOTES);
  // Resent by another, in the same wrapping: not by its sender.
  put('handed on', encrypted(gpg, content, [bob.fingerprint], alice.fingerprint), { from: EVE });
  await shows(await read('handed on', TEXT), say('summary_signed_by_other', ALICE));
});

test('signed as a whole, of which Horde shows no sign: who signed, also of the octets that a view would lose', async () => {
  // Blanks at line ends and a tab.
  const lines = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n';
  const content = multipart('mixed', [
    `${lines}Grüße  \r\n\t\r\nup to the lock \r\n`,
    text(TEXT),
    file('notes.bin', 'application/octet-stream', NOTES),
  ]);
  put('signed for all', signed(gpg, content, alice.fingerprint));
  const frame = await read('signed for all', TEXT);
  await shows(frame, say('summary_signed_by_sender', ALICE));
  await shows(frame, say('encrypted_no'));
  assert.deepEqual(await savedFile(his, frame, 'notes.bin'), NOTES);
  put('signed words', signed(gpg, plain('Pay 100 euro.'), alice.fingerprint), { from: EVE });
  await shows(await read('signed words', 'Pay 100 euro.'), say('summary_signed_by_other', ALICE));
  put('signed and altered', signed(gpg, plain('Pay 100 euro.'), alice.fingerprint).replace('100', '900'));
  const altered = await read('signed and altered', 'Pay 900 euro.');
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
    put(subject, plain(`Content-Type: ${type}\n\nNo wax on this one.`), { more });
    const view = await reading.preview(subject);
    const url = await until('its head is asked for', () => from().find((one) => !seen.has(one)));
    seen.add(url);
    // Horde answers one request of a session after the other.
    await view.evaluate(async (source) => void (await (await fetch(source)).text()), url);
    assert.match(await view.text('#messageBody'), /No wax/);
    assert.deepEqual(await his.frames(view, 'reader.html'), []);
  }
  put('signed words again', signed(gpg, plain('Wax on this one.'), alice.fingerprint));
  await shows(await read('signed words again', 'Wax on this one.'), say('summary_signed_by_sender', ALICE));
  // By us here and for the head; a reader would have asked for the whole.
  const times = [...seen].map((url) => from().filter((one) => one === url).length);
  assert.deepEqual(times, [2, 2]);
});

test('by keyboard through the list: the address is ahead of the preview, the verdict is not', async () => {
  const made = (words: string) => encrypted(gpg, text(words), [bob.fingerprint], alice.fingerprint);
  put('step one', made('the first step'));
  put('step two', made('the second step'), { from: EVE });
  const view = reading.view;
  await shows(await read('step two', 'the second step'), say('summary_signed_by_other', ALICE));
  const place = async (subject: string) => (await view.rect(await reading.listed(subject)))?.y ?? 0;
  const [there, back] = (await place('step one')) > (await place('step two')) ? ['Down', 'Up'] : ['Up', 'Down'];
  await view.press(`Arrow${there}`);
  const first = await readerWith(his, view, 'the first step');
  assert.ok(!(await first.text('.verdict')).includes(say('summary_signed_by_other', ALICE)));
  await view.press(`Arrow${back}`);
  const second = await readerWith(his, view, 'the second step');
  assert.ok(!(await second.text('.verdict')).includes(say('summary_signed_by_sender', ALICE)));
});

test('a mail without OpenPGP is left to Horde: its source is not asked for', async () => {
  const asked = sources(his).length;
  put('nothing secret', multipart('mixed', [plain('Just words.'), file('a.bin', 'application/octet-stream', NOTES)]));
  const view = await reading.preview('nothing secret');
  assert.match(await view.text('#messageBody'), /Just words/);
  assert.deepEqual(await his.frames(view, 'reader.html'), []);
  // The next one is asked for, so that a request for this one would have been seen by now.
  put('after it', multipart('mixed', [plain('Here it is.'), file('a.pgp', 'application/octet-stream', NOTES)]));
  await reading.preview('after it');
  await until('its source is asked for', () => sources(his).length > asked);
  assert.equal(sources(his).length, asked + 1);
});

/** Sends what is in the form, and returns it raw as it came. */
async function sent(mailbox: HordeMailbox, to: 'alice' | 'bob'): Promise<string> {
  const before = horde.maildir(to).names();
  await mailbox.view.front();
  await mailbox.send();
  return until(`${to} receives it`, () => horde.maildir(to).messages('', before).at(-1));
}

/** What Horde's form holds. */
const form = (view: View) =>
  view.evaluate(() => {
    const value = (name: string) => document.querySelector<HTMLInputElement>(`#compose #${name}`)?.value;
    const files = [...document.querySelectorAll('#attach_list > li > span:first-of-type')];
    return {
      to: value('to'),
      cc: value('cc'),
      subject: value('subject'),
      text: value('composeMessage'),
      files: files.map((name) => name.textContent),
    };
  });

test('a whole mail, written in our window with a file: Horde sends it, bob reads it, and so does gpg', async () => {
  await writing.compose();
  await writing.view.click('#composeMessage');
  await pressWriteEncrypted(writing.view);
  const window = await writeWindow(hers);
  await addRecipient(window, say('header_to'), BOB);
  await field(window, say('header_subject')).fill('The ledger');
  await typeText(window, TEXT);
  const disk = path.join(fs.mkdtempSync(path.join(gpg.home, 'files-')), 'notes.bin');
  fs.writeFileSync(disk, NOTES);
  await window.upload("document.querySelector('.choose-files')", [disk]);
  await until('the file is there', async () => (await window.count('.write-files .file-list li')) === 1);
  await until('it has been read', async () => (await window.count('.write-files .file-list progress')) === 0);
  await finish(window);
  const { to, subject = '' } = await form(writing.view);
  assert.match(to ?? '', /bob@example\.test/);
  const raw = await sent(writing, 'bob');
  assert.ok(!raw.includes('barge'));
  const { text: source, signers } = gpg.decrypt(block(raw));
  assert.deepEqual(signers, [alice.fingerprint]);
  const made = readEntity(source);
  assert.match(partsOf(made, 'text/plain')[0]?.body.toString() ?? '', /The barge goes up/);
  assert.deepEqual(partsOf(made, 'application/octet-stream')[0]?.body, NOTES);
  const frame = await read(subject, TEXT);
  await shows(frame, say('summary_signed_by_sender', ALICE));
  assert.deepEqual(await savedFile(his, frame, 'notes.bin'), NOTES);
});

test('as an attached file, with Cc; a second version takes the place of the first', async () => {
  await writing.compose();
  await writing.write({ to: 'bob@example.test', subject: 'in a file', body: 'the bell rings twice' });
  const open = async (): Promise<View> => {
    await writing.view.click('#composeMessage');
    await pressWriteEncrypted(writing.view);
    const window = await writeWindow(hers);
    await shows(window, 'bob@example.test');
    await field(window, say('travel')).choose(say('travel_file'));
    return window;
  };
  const window = await open();
  await button(window, say('add_cc')).click();
  await addRecipient(window, say('header_cc'), ALICE);
  await window.click('.editing');
  await finish(window);
  const first = await form(writing.view);
  assert.deepEqual([first.files, first.subject], [['encrypted.asc'], '[...]']);
  assert.match(first.cc ?? '', /^[^,]*alice@example\.test[^,]*$/);
  assert.ok(((await writing.view.rect('#cc'))?.height ?? 0) > 0);
  const again = await open();
  await again.click('.editing');
  await again.press('Control+a');
  await again.type('the bell rings once');
  await button(again, say('remove_recipient', ALICE)).click();
  await again.click('.editing');
  await finish(again);
  const second = await form(writing.view);
  assert.deepEqual([second.files, second.cc], [['encrypted.asc'], '']);
  const raw = await sent(writing, 'bob');
  assert.doesNotMatch(raw, /^Cc:/m);
  const made = readEntity(gpg.decrypt(block(raw)).text);
  assert.match(partsOf(made, 'text/plain')[0]?.body.toString() ?? '', /the bell rings once/);
});

test('HTML: the whole mail goes into CKEditor', async () => {
  await writing.compose();
  const editor = await writing.html();
  await editor.click('body');
  await hers.command(writing.view, 'write-mail');
  const window = await writeWindow(hers);
  await addRecipient(window, say('header_to'), BOB);
  await field(window, say('header_subject')).fill('Into the rich one');
  await typeText(window, TEXT);
  await finish(window);
  await until('the armor is there', async () => (await editor.text()).includes('END PGP MESSAGE'));
  const raw = await sent(writing, 'bob');
  assert.match(gpg.decrypt(block(raw)).text, /The barge goes up/);
  await shows(await read('Into the rich one', TEXT), say('summary_signed_by_sender', ALICE));
});

/** Opens a mail in a window of its own, as Horde has it, and answers from its reader. */
async function answer(subject: string, how: 'reply' | 'reply_all' | 'forward'): Promise<View> {
  await reading.inbox();
  const view = await reading.open(subject);
  const frame = await readerWith(his, view, TEXT);
  await shows(frame, say('summary_signed_by_sender', ALICE));
  await button(frame, say(how)).click();
  const window = await writeWindow(his);
  await until('it is quoted', async () => (await editorText(window)).includes('The barge'));
  return window;
}

test('signed as a whole, in the window of the mail: text in two ways, of which Horde shows one', async () => {
  const both = multipart('alternative', [text(TEXT), text(`<p>${TEXT}</p>`, 'text/html')]);
  put('signed in two ways', signed(gpg, both, alice.fingerprint));
  const view = await reading.open('signed in two ways');
  const frame = await readerWith(his, view, say('summary_signed_by_sender', ALICE));
  await shows(frame, say('encrypted_no'));
  assert.equal((await his.frames(view, 'reader.html')).length, 1);
});

test('bob replies from the reader: to alice alone, though Horde would answer to all', async () => {
  const more: [string, string][] = [['Cc', EVE]];
  put('shall we', encrypted(gpg, text(TEXT), [bob.fingerprint], alice.fingerprint), { more });
  const window = await answer('shall we', 'reply');
  await window.type('We shall.');
  await finish(window);
  const { to, cc } = await form(reading.view);
  assert.match(to ?? '', /^[^,]*alice@example\.test[^,]*$/);
  assert.equal(cc, '');
  const { text: source, signers } = gpg.decrypt(block(await sent(reading, 'alice')));
  assert.match(source, /We shall\./);
  assert.match(source, /> The barge goes up/);
  assert.deepEqual(signers, [bob.fingerprint]);
});

test('bob replies to all: recipients come from the form that Horde opens', async () => {
  const more: [string, string][] = [['Cc', EVE]];
  put('for all of us', encrypted(gpg, text(TEXT), [bob.fingerprint], alice.fingerprint), { more });
  const window = await answer('for all of us', 'reply_all');
  await shows(window, 'alice@example.test');
  await shows(window, 'eve@example.test');
  await window.type('Let us go.');
  await finish(window);
  const { to, cc, text: body } = await form(reading.view);
  assert.match(`${to},${cc}`, /alice@example\.test[^,]*,[^,]*eve@example\.test/i);
  // There is no eve on this server.
  assert.match(gpg.decrypt(body ?? '').text, /Let us go\./);
});

test('bob forwards with the file of the original', async () => {
  const content = multipart('mixed', [text(TEXT), file('notes.bin', 'application/octet-stream', NOTES)]);
  put('for eve too', encrypted(gpg, content, [bob.fingerprint], alice.fingerprint));
  const window = await answer('for eve too', 'forward');
  await addRecipient(window, say('header_to'), ALICE);
  await finish(window);
  const made = readEntity(gpg.decrypt(block(await sent(reading, 'alice'))).text);
  assert.deepEqual(partsOf(made, 'application/octet-stream')[0]?.body, NOTES);
});

test('bob replies from the list: the form is in another window of Horde, which ours offers and fills in', async () => {
  await reading.inbox();
  put('by the window', encrypted(gpg, text(TEXT), [bob.fingerprint], alice.fingerprint));
  const frame = await read('by the window', TEXT);
  await button(frame, say('reply')).click();
  const window = await writeWindow(his);
  await until('it is quoted', async () => (await editorText(window)).includes('The barge'));
  await typeText(window, 'From the window.');
  await window.press('Control+Enter');
  await shows(window, say('put_no_form'), 60_000);
  const opened = await reading.replyIn(await his.tab());
  const name = await opened.view.evaluate(() => document.title);
  const { subject = '' } = await form(opened.view);
  await button(window, say('try_again')).click();
  await button(window, say('put_into', `\u2068${name} – ${subject}\u2069`)).click();
  await shows(window, say('there'), 60_000);
  await button(window, say('go_to_webmail')).click();
  await until('the window has closed', () => window.gone());
  const { to } = await form(opened.view);
  assert.match(to ?? '', /^[^,]*alice@example\.test[^,]*$/);
  const { text: source, signers } = gpg.decrypt(block(await sent(opened, 'alice')));
  assert.match(source, /From the window\./);
  assert.match(source, /> The barge goes up/);
  assert.deepEqual(signers, [bob.fingerprint]);
  await opened.view.close();
});
