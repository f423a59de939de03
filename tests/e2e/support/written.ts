// Mails that alice and bob write in our window, on webmails with a form of their own: what is alike on all of them.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { button, type Driver, field, toggle, until, type View } from '../../harness/index.js';
import type { Draft, Form } from '../../webmail/mailbox.js';
import { ALICE, BOB, block, type Correspondence, type InTab, NOTES, PICTURE, TEXT } from './correspondence.js';
import { shows } from './desk.js';
import { besidePicture, pressAtFile, savedFile } from './mail-files.js';
import { pressWriteEncrypted } from './selection.js';
import { say } from './session.js';
import { addRecipient, editorText, finish, type Part, partsOf, readEntity, typeText, writeWindow } from './write.js';

/** A webmail with a form. */
export interface WithForm extends InTab {
  /** Opens the form for a new message. */
  compose(): Promise<void>;
  /** Fills it in. */
  write(draft: Draft): Promise<void>;
  /** Puts the caret into its plain text. */
  toText(): Promise<void>;
  /** What it holds. */
  form(): Promise<Form>;
  /** Whether a field for addresses can be seen in it. */
  unfolded(name: 'cc' | 'bcc'): Promise<boolean>;
}

/** Our window, over the plain text of the form that alice has open. */
export async function writesEncrypted({ hers, writing }: Correspondence<WithForm>): Promise<View> {
  await writing.toText();
  await pressWriteEncrypted(writing.view);
  return writeWindow(hers);
}

/** Our window, over a new form. */
async function composes(post: Correspondence<WithForm>): Promise<View> {
  await post.writing.compose();
  return writesEncrypted(post);
}

/** Writes a file, and tells where it is. */
function stored(home: string, name: string, octets: Buffer): string {
  const disk = path.join(fs.mkdtempSync(path.join(home, 'files-')), name);
  fs.writeFileSync(disk, octets);
  return disk;
}

/** Attaches {@link NOTES}, and waits until the window has read them. */
async function attachesNotes(window: View, home: string): Promise<void> {
  await window.upload("document.querySelector('.choose-files')", [stored(home, 'notes.bin', NOTES)]);
  await until('the file is there', async () => (await window.count('.write-files .file-list li')) === 1);
  await until('it has been read', async () => (await window.count('.write-files .file-list progress')) === 0);
}

/** What a mail is made of: {@link TEXT}, as HTML with the picture where that names it, and the file. */
function isWhole(made: Part): void {
  assert.match(partsOf(made, 'text/plain')[0]?.body.toString() ?? '', /The barge goes up/);
  const html = partsOf(made, 'text/html')[0]?.body.toString() ?? '';
  assert.match(html, /The barge goes up/);
  const [image] = partsOf(made, 'image/png');
  assert.deepEqual(image?.body, fs.readFileSync(PICTURE));
  assert.equal(image.headers.get('content-id'), `<${/<img[^>]* src="cid:([^"]+)"/.exec(html)?.[1]}>`, html);
  assert.ok(partsOf(made, 'multipart/related').some(({ parts }) => parts.includes(image)));
  assert.deepEqual(partsOf(made, 'application/octet-stream')[0]?.body, NOTES);
}

/** Bob's reader shows all of that, from alice: her picture is drawn, the file saved as it was. */
export async function readsWhole(frame: View, { his }: Correspondence<InTab>): Promise<void> {
  await shows(frame, say('summary_signed_by_sender', ALICE));
  assert.match(await besidePicture(frame), /The barge goes up/);
  assert.deepEqual(await savedFile(his, frame, 'notes.bin'), NOTES);
}

/** A mail to bob with a picture in its text and a file: it is sent, bob reads it, and so does gpg. */
export async function sendsWhole(post: Correspondence<WithForm>, open = composes): Promise<void> {
  const { gpg, keys, writing } = post;
  const window = await open(post);
  await addRecipient(window, say('header_to'), BOB);
  await field(window, say('header_subject')).fill('The ledger');
  await attachesNotes(window, gpg.home);
  await typeText(window, TEXT);
  await window.upload("document.querySelector('.choose-picture')", [PICTURE]);
  await until('the picture is in the text', async () => (await window.count('.editing img[src^="blob:"]')) === 1);
  await finish(window);
  const { to, subject } = await writing.form();
  assert.match(to, /bob@example\.test/);
  const raw = await post.sent(writing, 'bob');
  assert.ok(!raw.includes('barge'));
  const { text: source, signers } = gpg.decrypt(block(raw));
  assert.deepEqual(signers, [keys.alice.fingerprint]);
  isWhole(readEntity(source));
  await readsWhole(await post.read(subject, 'The ledger'), post);
}

/** Lines that webmails break, stuff with spaces and quote anew when they send them. */
const LINES = [
  'The barge goes up the canal on Thursday, when the lock-keeper is away and the night is dark enough for three of us to carry it.',
  '  an indented line',
  'From here on it is quoted:',
  '> > The tide turns at six, and whoever is not aboard by then has to wait for the one after that.',
  '>unspaced',
  '-- ',
  'Alice',
];

/** A mail to bob that is only signed, with a file if so: bob's reader and gpg verify each. Returns it raw as it came. */
export async function signs(post: Correspondence<WithForm>, withFile: boolean): Promise<string> {
  const { gpg, his, writing } = post;
  const about = withFile ? 'a file for everybody' : 'for everybody';
  await writing.compose();
  await writing.write({ to: 'bob@example.test', subject: about, body: LINES.join('\n') });
  const window = await writesEncrypted(post);
  await until('the text has come', async () => (await editorText(window)).includes('unspaced'));
  if (withFile) await attachesNotes(window, gpg.home);
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await button(window, say('sign_button')).click();
  await shows(window, say('there_signed'));
  await button(window, say('go_to_webmail')).click();
  await until('the window has closed', () => window.gone());
  const names = withFile ? ['notes.bin', 'notes.bin.asc'] : [];
  await until('the site lists its files', async () => (await writing.form()).files.sort().join() === names.join());
  const raw = await post.sent(writing, 'bob');
  const made = partsOf(readEntity(raw), '');
  const body = made.find(({ headers }) => headers.get('content-type')?.startsWith('text/plain'))?.body ?? Buffer.of();
  // As it came, not put together again: that is what gpg and most programs are given.
  gpg.run(['--verify'], body);
  const text = gpg.run(['--decrypt'], body).toString();
  for (const line of ['\n  an indented line\n', '\n>> wait for', '\n> unspaced\n'])
    assert.ok(text.includes(line), text);
  const [file, signature] = names.map((name) => {
    const named = ({ headers }: Part) => /filename="?([^";]+)/.exec(headers.get('content-disposition') ?? '')?.[1];
    const part = made.find((one) => named(one) === name);
    return stored(gpg.home, name, part?.body ?? Buffer.of());
  });
  if (file && signature) {
    assert.deepEqual(fs.readFileSync(file), NOTES);
    gpg.run(['--verify', signature, file]);
  }
  if (!withFile) {
    const frame = await post.read(about, 'an indented line');
    await shows(frame, say('summary_signed_by_sender', ALICE));
    return raw;
  }
  // Each has a signature of its own, and so a verdict.
  const frame = await post.read(about, say('note_part_signed'));
  assert.deepEqual(await savedFile(his, frame, 'notes.bin'), NOTES);
  await pressAtFile(frame, 'notes.bin.asc', say('check_signature'));
  await shows(frame, say('detached_good', ALICE, 'notes.bin'));
  await button(frame, say('back_to_mail')).click();
  await pressAtFile(frame, 'signed.asc', say('open_part'));
  await shows(frame, 'an indented line');
  await shows(frame, say('summary_signed_sender_unknown', ALICE));
  return raw;
}

/** A mail as an attached file, with Cc; then a second version, without. */
export async function sendsAsFile(post: Correspondence<WithForm>): Promise<void> {
  const { gpg, writing } = post;
  await writing.compose();
  await writing.write({ to: 'bob@example.test', subject: 'in a file', body: 'the bell rings twice' });
  const open = async (): Promise<View> => {
    const window = await writesEncrypted(post);
    await shows(window, 'bob@example.test');
    await field(window, say('travel')).choose(say('travel_file'));
    return window;
  };
  const window = await open();
  await button(window, say('add_cc')).click();
  await addRecipient(window, say('header_cc'), ALICE);
  await window.click('.editing');
  await finish(window);
  const first = await writing.form();
  assert.deepEqual([first.files, first.subject], [['encrypted.asc'], '[...]']);
  assert.match(first.cc, /^[^,]*alice@example\.test[^,]*$/);
  assert.ok(await writing.unfolded('cc'));
  assert.equal(first.text.trim(), say('put_note', 'encrypted.asc'));
  const again = await open();
  await again.click('.editing');
  await again.press('Control+a');
  await again.type('the bell rings once');
  await button(again, say('remove_recipient', ALICE)).click();
  await again.click('.editing');
  await finish(again);
  const second = await writing.form();
  assert.deepEqual([second.files, second.cc], [['encrypted.asc'], '']);
  const raw = await post.sent(writing, 'bob');
  assert.doesNotMatch(raw, /^Cc:/m);
  const made = readEntity(gpg.decrypt(block(raw)).text);
  assert.match(partsOf(made, 'text/plain')[0]?.body.toString() ?? '', /the bell rings once/);
}

/** A mail to bob is written by a key, and put into an editor for HTML. */
export async function putsInto(
  editor: View,
  subject: string,
  { hers, writing }: Correspondence<WithForm>,
): Promise<void> {
  await editor.click('body');
  await hers.command(writing.view, 'write-mail');
  const window = await writeWindow(hers);
  await addRecipient(window, say('header_to'), BOB);
  await field(window, say('header_subject')).fill(subject);
  await typeText(window, TEXT);
  await finish(window);
  await writing.view.front();
  await until('the armor is there', async () => (await editor.text()).includes('END PGP MESSAGE'));
}

/** Answers from the reader of a mail with {@link TEXT}, and returns our window once that is quoted. */
export async function answer(driver: Driver, frame: View, how: 'reply' | 'reply_all' | 'forward'): Promise<View> {
  await button(frame, say(how)).click();
  const window = await writeWindow(driver);
  await until('it is quoted', async () => (await editorText(window)).includes('The barge'));
  return window;
}

/** What came to alice is bob's answer: his words, with what he answers to, signed by him. */
export function isAnswer(raw: string, words: RegExp, { gpg, keys }: Correspondence<WithForm>): void {
  const { text: source, signers } = gpg.decrypt(block(raw));
  assert.match(source, words);
  assert.match(source, /> The barge goes up/);
  assert.ok(!source.includes('notes.bin'), 'a file goes along only where a mail is sent on');
  assert.deepEqual(signers, [keys.bob.fingerprint]);
}

/** Bob sends a whole letter on to alice: picture and file go along. */
export async function forwards(window: View, post: Correspondence<WithForm>): Promise<void> {
  await addRecipient(window, say('header_to'), ALICE);
  await finish(window);
  isWhole(readEntity(post.gpg.decrypt(block(await post.sent(post.reading, 'alice'))).text));
}
