// Whole mails written in Waxseal's window, on a real webmail: alice writes into Roundcube's form, with its plain text
// field and with TinyMCE, in the text and as an attached file; bob reads, replies and forwards; gpg agrees with both.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, field, until, type View } from '../harness/index.js';
import { arrived, Mailbox } from '../webmail/mailbox.js';
import { Roundcube } from '../webmail/roundcube.js';
import type { Webmail } from '../webmail/webmail.js';
import { block, type Correspondence, correspondence, wholeLetter } from './support/correspondence.js';
import { readerWith, shows } from './support/desk.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { encrypted } from './support/mime.js';
import { offerPlace, pressWriteEncrypted } from './support/selection.js';
import { say } from './support/session.js';
import { addRecipient, editorText, finish, partsOf, readEntity, typeText, writeWindow } from './support/write.js';
import { answer, forwards, isAnswer, sendsWhole, signs } from './support/written.js';

const ALICE = 'alice@example.test';
const BOB = 'bob@example.test';
const LEDGER = Buffer.from(Array.from({ length: 30_000 }, (_, at) => (at * 7) % 256));
let post: Correspondence<Mailbox>;
let roundcube: Webmail;
let gpg: Gpg;
let alice: GpgKey;
let bob: GpgKey;
let hers: Driver;
let his: Driver;
let writing: Mailbox;
let reading: Mailbox;
let ledger: string;

before(async () => {
  const show = async (mailbox: Mailbox, subject: string) => {
    await mailbox.inbox();
    return mailbox.preview(subject);
  };
  post = await correspondence({ webmail: Roundcube, mailbox: Mailbox, show });
  ({ webmail: roundcube, gpg, hers, his, writing, reading } = post);
  ({ alice, bob } = post.keys);
  ledger = path.join(gpg.home, 'ledger.bin');
  fs.writeFileSync(ledger, LEDGER);
});
after(() => post?.close());

/** A raw mail as text, quoted-printable taken off. */
const plain = (raw: string): string =>
  raw
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** What gpg makes of a mail that arrived: the entity inside, signed by whom it should be. */
function opened(raw: string, signer: GpgKey) {
  const { text, signers } = gpg.decrypt(block(raw));
  assert.deepEqual(signers, [signer.fingerprint]);
  return { text, entity: () => readEntity(text) };
}

/** "Write encrypted" in the compose page, and the window that it opens. */
async function open(driver: Driver, mailbox: Mailbox, editor?: View): Promise<View> {
  if (editor) await editor.click('body');
  else await mailbox.toText();
  await pressWriteEncrypted(mailbox.view);
  return writeWindow(driver);
}

const files = (window: View, names: string[]): Promise<void> =>
  window.upload("document.querySelector('.choose-files')", names);

test('plain text field: the button, recipients and subject from the page, a file; bob reads it, and gpg', async () => {
  await writing.compose();
  await until('the button comes with the form', () => offerPlace(writing.view));
  await writing.write({ to: BOB, subject: 'with a file', body: 'a first thought' });
  const window = await open(hers, writing);
  await shows(window, BOB);
  await shows(window, say('rcpt_ready'));
  await typeText(window, ' and the third door on the left.');
  await files(window, [ledger]);
  await until('the file is listed', async () => (await window.count('.write-files .file-list li')) === 1);
  await finish(window);
  const body = await writing.body();
  assert.match(body, /^-----BEGIN PGP MESSAGE-----\n[\s\S]*\n-----END PGP MESSAGE-----\s*$/);
  assert.equal(await writing.view.count('#compose_to li.recipient'), 1);
  assert.equal((await writing.form()).subject, '[...]');
  assert.ok(
    !(await writing.saveDraft('alice')).includes('first thought'),
    'the draft on the server is the encrypted one',
  );
  await writing.view.front();
  await writing.send();
  const { entity } = opened(await arrived(roundcube, 'bob', '[...]'), alice);
  const [text] = partsOf(entity(), 'text/plain');
  assert.match(text?.body.toString() ?? '', /a first thought and the third door on the left\./);
  assert.deepEqual(partsOf(entity(), 'application/octet-stream')[0]?.body, LEDGER);
  await reading.inbox();
  const frame = await readerWith(his, await reading.preview('[...]'), 'the third door on the left');
  await shows(frame, 'with a file');
  await shows(frame, 'ledger.bin');
  await shows(frame, say('summary_signed_by_sender', `Alice <${ALICE}>`));
});

test('TinyMCE: bold words and Cc; the form shows all recipients', async () => {
  await writing.compose();
  const editor = await writing.html();
  const window = await open(hers, writing, editor);
  await addRecipient(window, say('header_to'), BOB);
  await button(window, say('add_cc')).click();
  await addRecipient(window, say('header_cc'), ALICE);
  await field(window, say('header_subject')).fill('rich words');
  await window.click('.editing');
  await window.press('Control+b');
  await window.type('The anchor');
  await window.press('Control+b');
  await window.type(' lies under the oak.');
  await finish(window);
  assert.match(await editor.text(), /BEGIN PGP MESSAGE/);
  assert.ok(await writing.unfolded('cc'));
  const raw = await post.sent(writing, 'bob');
  assert.match(raw, /^Cc: alice@example\.test/m);
  const { entity } = opened(raw, alice);
  assert.match(partsOf(entity(), 'text/html')[0]?.body.toString() ?? '', /<b>The anchor<\/b> lies under the oak\./);
});

test('as an attached file: Roundcube uploads encrypted.asc; a second version takes the place of the first', async () => {
  await writing.compose();
  await writing.write({ to: BOB, subject: 'in a file', body: 'the bell rings twice' });
  const window = await open(hers, writing);
  await field(window, say('travel')).choose(say('travel_file'));
  await window.click('.editing');
  await window.press('Control+Enter');
  await shows(window, say('there'));
  assert.deepEqual((await writing.form()).files, ['encrypted.asc']);
  assert.equal((await writing.body()).trim(), say('put_note', 'encrypted.asc'));
  await button(window, say('go_to_webmail')).click();
  await until('the window has closed', () => window.gone());
  const again = await open(hers, writing);
  await shows(again, BOB);
  await again.click('.editing');
  await again.press('Control+a');
  await again.type('the bell rings once');
  await field(again, say('travel')).choose(say('travel_file'));
  await again.click('.editing');
  await finish(again);
  assert.deepEqual((await writing.form()).files, ['encrypted.asc']);
  const raw = await post.sent(writing, 'bob');
  const { entity } = opened(raw, alice);
  assert.match(partsOf(entity(), 'text/plain')[0]?.body.toString() ?? '', /the bell rings once/);
});

test('a whole mail with picture and file, put into TinyMCE: Roundcube sends it, bob reads it, and so does gpg', async () => {
  await sendsWhole(post, async () => {
    await writing.compose();
    return open(hers, writing, await writing.html());
  });
});

test('signed only: Roundcube, which breaks long lines and puts spaces into others, sends what was signed', async () => {
  assert.match(await signs(post, false), /format=flowed/);
  assert.match(await signs(post, true), /format=flowed/);
});

for (const [mode, label, word] of [
  ['reply', 'reply', 'Re: '],
  ['forward', 'forward', 'Fwd: '],
] as const) {
  test(`${mode} from bob's reader: the window quotes what he read, Roundcube's own form takes the answer`, async () => {
    const about = `the tide, ${mode}`;
    const headers = `From: Alice <${ALICE}>\nTo: Bob <${BOB}>\nSubject: ${about}\nDate: ${new Date().toUTCString()}`;
    const armored = gpg.encrypt('The tide turns at six.', [bob.fingerprint], alice.fingerprint);
    roundcube
      .maildir('bob')
      .put(
        `${headers}\nMessage-ID: <${mode}@example.test>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n${armored}\n`,
      );
    await reading.inbox();
    const frame = await readerWith(his, await reading.preview(about), 'The tide turns at six.');
    await button(frame, say(label)).click();
    const window = await writeWindow(his);
    await until('it quotes', async () => (await editorText(window)).includes('The tide turns at six.'));
    await until('Roundcube shows its form', async () => (await reading.view.url()).includes('_action=compose'));
    // An armored block has no headers of its own: they come from Roundcube's form, to which the window connects anew.
    const subject = () => field(window, say('header_subject')).value();
    await until('the subject has come', async () => (await subject()) === word + about);
    if (mode === 'forward') await addRecipient(window, say('header_to'), ALICE);
    else await shows(window, ALICE);
    await window.click('.editing');
    await window.press('Control+Home');
    await window.type('Understood. ');
    await finish(window);
    assert.match(await reading.body(), /^-----BEGIN PGP MESSAGE-----/);
    const raw = await post.sent(reading, 'alice');
    assert.ok(raw.includes(`\nSubject: ${word}${about}\n`), raw);
    if (mode === 'reply') assert.match(raw, /^In-Reply-To: /m);
    const { text } = opened(raw, bob);
    assert.match(text, /Understood\./);
    assert.match(text, /The tide turns at six\./);
    assert.ok(!plain(raw).includes('The tide turns at six.'), 'nothing of it travels in clear');
  });
}

test('bob replies to a mail that is encrypted as a whole: quoted, without its file', async () => {
  post.put('shall we', encrypted(gpg, wholeLetter(), [bob.fingerprint], alice.fingerprint));
  const window = await answer(his, await post.read('shall we', 'notes.bin'), 'reply');
  await window.type('We shall.');
  await finish(window);
  assert.match((await reading.form()).to, /^[^,]*alice@example\.test[^,]*$/);
  isAnswer(await post.sent(reading, 'alice'), /We shall\./, post);
});

test('bob forwards such a mail, with picture and file of the original', async () => {
  post.put('for eve too', encrypted(gpg, wholeLetter(), [bob.fingerprint], alice.fingerprint));
  await forwards(await answer(his, await post.read('for eve too', 'notes.bin'), 'forward'), post);
});
