// Mails that alice and bob write in our window, on webmails with a form of their own: what is alike on all of them.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { button, type Driver, field, until, type View } from '../../harness/index.js';
import type { Draft, Form } from '../../webmail/mailbox.js';
import { ALICE, BOB, block, type Correspondence, type InTab, NOTES, TEXT } from './correspondence.js';
import { shows } from './desk.js';
import { savedFile } from './mail-files.js';
import { pressWriteEncrypted } from './selection.js';
import { say } from './session.js';
import { addRecipient, editorText, finish, partsOf, readEntity, typeText, writeWindow } from './write.js';

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

/** A mail to bob with a file: it is sent, bob reads it, and so does gpg. */
export async function sendsWithFile(post: Correspondence<WithForm>): Promise<void> {
  const { gpg, keys, his, writing } = post;
  await writing.compose();
  const window = await writesEncrypted(post);
  await addRecipient(window, say('header_to'), BOB);
  await field(window, say('header_subject')).fill('The ledger');
  await typeText(window, TEXT);
  const disk = path.join(fs.mkdtempSync(path.join(gpg.home, 'files-')), 'notes.bin');
  fs.writeFileSync(disk, NOTES);
  await window.upload("document.querySelector('.choose-files')", [disk]);
  await until('the file is there', async () => (await window.count('.write-files .file-list li')) === 1);
  await until('it has been read', async () => (await window.count('.write-files .file-list progress')) === 0);
  await finish(window);
  const { to, subject } = await writing.form();
  assert.match(to, /bob@example\.test/);
  const raw = await post.sent(writing, 'bob');
  assert.ok(!raw.includes('barge'));
  const { text: source, signers } = gpg.decrypt(block(raw));
  assert.deepEqual(signers, [keys.alice.fingerprint]);
  const made = readEntity(source);
  assert.match(partsOf(made, 'text/plain')[0]?.body.toString() ?? '', /The barge goes up/);
  assert.deepEqual(partsOf(made, 'application/octet-stream')[0]?.body, NOTES);
  const frame = await post.read(subject, TEXT);
  await shows(frame, say('summary_signed_by_sender', ALICE));
  assert.deepEqual(await savedFile(his, frame, 'notes.bin'), NOTES);
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
  assert.deepEqual(signers, [keys.bob.fingerprint]);
}

/** Bob sends a mail with a file on to alice: the file goes along. */
export async function forwards(window: View, post: Correspondence<WithForm>): Promise<void> {
  await addRecipient(window, say('header_to'), ALICE);
  await finish(window);
  const made = readEntity(post.gpg.decrypt(block(await post.sent(post.reading, 'alice'))).text);
  assert.deepEqual(partsOf(made, 'application/octet-stream')[0]?.body, NOTES);
}
