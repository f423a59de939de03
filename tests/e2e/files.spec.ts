// The page that opens files: whatever OpenPGP programs and mail programs put into one, byte for byte out again.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { enclosed, encrypted, file, mail, multipart, plain, protectedHeaders, signed, text } from './support/mime.js';
import { dearmor } from './support/packets.js';
import { browser, say } from './support/session.js';
import { importKeys, PASSPHRASE, unlockKey } from './support/steps.js';

const ALICE = 'Alice <alice@example.test>';
const BOB = 'Bob <bob@example.test>';
const TEXT = 'The swans have left the lower pond.';
const DATA = Buffer.concat([crypto.randomBytes(3_000), Buffer.from('\r\n\n\r\0\x1a end')]);
let driver: Driver;
let gpg: Gpg;
let page: View;
let folder: string;
let alice: GpgKey;
let bob: GpgKey;

before(async () => {
  gpg = new Gpg();
  alice = gpg.key(ALICE);
  bob = gpg.key(BOB);
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wxf-'));
  driver = await browser();
  await importKeys(driver, bob.secret, PASSPHRASE);
  await importKeys(driver, alice.public);
  await unlockKey(driver, 'Bob');
  page = await driver.page('files.html');
});
after(async () => {
  await driver?.close();
  gpg?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Opens a file of this name. */
async function open(name: string, content: string | Buffer): Promise<void> {
  const another = button(page, say('files_another'));
  if ((await page.count('#opened-title')) > 0) await another.click();
  await page.visible('#choose');
  const place = path.join(folder, name);
  fs.writeFileSync(place, content);
  await page.upload("document.querySelector('#file')", [place]);
  await shows(page, name);
}

/** Saves the one file that is listed, and returns its octets. */
async function saved(): Promise<Buffer> {
  await page.visible('.mail-files .save');
  assert.equal(await page.count('.mail-files .save'), 1);
  const name = (await page.text('.mail-files .file-name')).trim();
  await page.click('.mail-files .save');
  const got = await driver.download(new RegExp(`^${name.replaceAll('.', '\\.')}$`));
  const octets = fs.readFileSync(got);
  fs.rmSync(got);
  return octets;
}

const message = (what: string | Buffer, extra: string[] = [], signer?: string): string =>
  gpg.encrypt(what, [bob.fingerprint], signer, extra);

for (const [name, make] of [
  ['note.asc', () => message(TEXT)],
  ['note.txt.asc', () => message(TEXT)],
  ['note.gpg', () => dearmor(message(TEXT))],
  ['note.pgp', () => dearmor(message(TEXT))],
] as [string, () => string | Buffer][]) {
  test(`an encrypted text: ${name}`, async () => {
    await open(name, make());
    await shows(page, TEXT);
    await shows(page, say('encrypted_yes'));
    await shows(page, say('summary_not_signed'));
  });
}

test('an encrypted file comes out as it was, with who signed it', async () => {
  await open('secret.bin.gpg', dearmor(message(DATA, ['--set-filename', 'secret.bin'], alice.fingerprint)));
  await shows(page, say('summary_signed_sender_unknown', ALICE));
  assert.deepEqual(await saved(), DATA);
});

test('a signed file (not encrypted)', async () => {
  const whole = gpg.run(
    ['--passphrase', '', '--local-user', alice.fingerprint, '--set-filename', 'open.bin', '--sign'],
    DATA,
  );
  await open('open.bin.gpg', whole);
  await shows(page, say('encrypted_no'));
  await shows(page, say('summary_signed_sender_unknown', ALICE));
  assert.deepEqual(await saved(), DATA);
});

test('a cleartext signed text: as it was signed, and when it was changed', async () => {
  const block = gpg.clearsign(`${TEXT}\n`, alice.fingerprint);
  await open('open.asc', block);
  await shows(page, TEXT);
  await shows(page, say('summary_signed_sender_unknown', ALICE));
  await open('changed.asc', block.replace('swans', 'crows'));
  await shows(page, say('summary_bad_signature'));
});

test('a mail inside of an encrypted file, as Waxseal and others attach it (encrypted.asc)', async () => {
  const inner = protectedHeaders(
    multipart('mixed', [text(TEXT), file('data.bin', 'application/octet-stream', DATA)]),
    [
      ['From', ALICE],
      ['Subject', 'The swans'],
    ],
    'cipher',
  );
  await open('encrypted.asc', message(inner, [], alice.fingerprint));
  await shows(page, 'The swans');
  await shows(page, TEXT);
  await shows(page, say('summary_signed_by_sender', ALICE));
  assert.deepEqual(await saved(), DATA);
});

test('a mail file: PGP/MIME, and a mail within it', async () => {
  await open(
    'letter.eml',
    mail(
      { from: ALICE, to: BOB, subject: 'a letter' },
      encrypted(gpg, text(TEXT), [bob.fingerprint], alice.fingerprint),
    ),
  );
  await shows(page, TEXT);
  await shows(page, say('summary_signed_by_sender', ALICE));

  const within = mail({ from: ALICE, to: BOB, subject: 'the inner one' }, signed(gpg, plain(TEXT), alice.fingerprint));
  await open(
    'around.eml',
    mail({ from: BOB, to: BOB, subject: 'the outer one' }, multipart('mixed', [plain('See below.'), enclosed(within)])),
  );
  await shows(page, 'See below.');
  await page.click('.open-part');
  await shows(page, 'the inner one');
  await shows(page, say('summary_signed_by_sender', ALICE));
});

test('a signature without its file is said to be that', async () => {
  for (const extra of [[], ['--armor']]) {
    const signature = gpg.run(['--passphrase', '', ...extra, '--local-user', alice.fingerprint, '--detach-sign'], DATA);
    await open('data.bin.sig', signature);
    await shows(page, say('file_signature'));
    await shows(page, say('summary_not_signed'));
  }
});

test('no OpenPGP at all: a picture, an empty file', async () => {
  await open(
    'picture.png',
    Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH', 'base64'),
  );
  await shows(page, say('err_not_a_mail'));
  await button(page, say('files_another')).click();
  const empty = path.join(folder, 'empty.asc');
  fs.writeFileSync(empty, '');
  await page.upload("document.querySelector('#file')", [empty]);
  await shows(page, say('err_empty'));
});

test('the decrypted source: shown as text, saved as it is', async () => {
  const hidden = 'a\u202eb\u200bc';
  const content = multipart('mixed', [text(`${TEXT} ${hidden}`), plain('As it is.')]).replace(
    'multipart/mixed',
    'multipart/mixed; x="‮"',
  );
  await open(
    'source.eml',
    mail({ from: ALICE, to: BOB, subject: 'the source' }, encrypted(gpg, content, [bob.fingerprint])),
  );
  await shows(page, TEXT);
  await page.click('.structure summary');
  await button(page, say('show_decrypted_source')).click();
  await until('the source is shown', async () => (await page.text('pre.source')).includes('As it is.'));
  const shown = await page.text('pre.source');
  assert.ok(shown.startsWith('Content-Type: multipart/mixed; x="‹U+202E›"'), shown.slice(0, 80));
  assert.ok(!/[\u202e\u200b]/.test(shown));
  assert.ok(shown.includes(Buffer.from(`${TEXT} ${hidden}`).toString('base64').slice(0, 40)));
  await button(page, say('save_source')).click();
  const got = await driver.download(/^the source\.eml$/);
  assert.equal(fs.readFileSync(got, 'utf8'), content);
  await button(page, say('hide_source')).click();
  assert.equal(await page.count('pre.source'), 0);
});
