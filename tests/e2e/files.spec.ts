// The page that opens files: whatever OpenPGP programs and mail programs put into one, byte for byte out again.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, field, until, type View } from '../harness/index.js';
import { isBuilt } from './support/built.js';
import { shows } from './support/desk.js';
import { given } from './support/given.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { pressAtFile } from './support/mail-files.js';
import { enclosed, encrypted, file, mail, multipart, plain, protectedHeaders, signed, text } from './support/mime.js';
import { dearmor } from './support/packets.js';
import { sheetsOf } from './support/printed.js';
import { browser, extension, say } from './support/session.js';
import { importKeys, listed, unlockKey } from './support/steps.js';
import { unzip } from './support/zip.js';

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
  await given(driver, { own: [bob], contacts: [alice], unlocked: true });
  page = await driver.page('files.html');
});
after(async () => {
  await driver?.close();
  gpg?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Writes a file, and tells where it is. */
function stored(name: string, content: string | Buffer): string {
  const place = path.join(folder, name);
  fs.writeFileSync(place, content);
  return place;
}

/** Where files are chosen, also after others were opened. */
async function another(): Promise<void> {
  if ((await page.count('#opened-title')) > 0) await button(page, say('files_another')).click();
  await page.visible('#choose');
}

/** Chooses files. */
async function choose(...places: string[]): Promise<void> {
  await another();
  await page.upload("document.querySelector('#file')", places);
}

/** Opens a file of this name. */
async function open(name: string, content: string | Buffer): Promise<void> {
  await choose(stored(name, content));
  await shows(page, name);
}

/** Drops a file on the page. */
const drop = (name: string, content: Buffer): Promise<void> =>
  page.evaluate(
    (title, octets) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(octets)], title));
      document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
    },
    name,
    [...content],
  );

/** A detached signature by gpg. */
const signatureOn = (what: Buffer, extra: string[] = [], signer = alice): Buffer =>
  gpg.run(['--passphrase', '', ...extra, '--local-user', signer.fingerprint, '--detach-sign'], what);

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

test('an encrypted text that has a name of its own is shown, and comes out as the file that it was', async () => {
  const table = Buffer.from('swans,3\r\ncrows,9\r\n');
  await open('table.csv.gpg', dearmor(message(table)));
  await shows(page, 'crows,9');
  assert.equal((await page.text('.mail-files .file-name')).trim(), 'table.csv');
  assert.deepEqual(await saved(), table);
});

test('a text that is too long to be drawn is a file', async () => {
  const line = () => `${crypto.randomBytes(4).toString('hex')} ${'the swans '.repeat(60)}\n`;
  const long = Buffer.from(Array.from({ length: 16_000 }, line).join(''));
  assert.ok(long.length > 8 << 20);
  await open('long.asc', message(long));
  await shows(page, 'message.txt');
  assert.ok(!(await page.text()).includes('the swans'));
  assert.ok((await saved()).equals(long));
});

test('a letter of our own is opened with the key', async () => {
  const letter = fs
    .readFileSync(path.join(extension, 'letter.html'), 'utf8')
    .replace('{{message}}', () => message(protectedHeaders(text(TEXT), [['Subject', 'The swans']], 'cipher')).trim())
    .replace('{{engine}}', 'A'.repeat(1_700_000));
  await open('encrypted-message.html', letter);
  await shows(page, 'The swans');
  await shows(page, TEXT);
});

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

test('a long quotation is folded away, comes at a press, and is on paper in any case; the mail was dropped on the page', async () => {
  const clauses = Array.from({ length: 6 }, (_, at) => `> Clause ${at + 1}.`).join('\n');
  const content = signed(gpg, plain(`I agree:\n${clauses}\nAlice`), alice.fingerprint);
  await another();
  await drop('folded.eml', Buffer.from(mail({ from: ALICE, to: BOB, subject: 'folded' }, content)));
  await shows(page, 'I agree:');
  await shows(page, say('summary_signed_by_sender', ALICE));
  const seen = async () => (await page.text()).includes('Clause');
  assert.equal(await seen(), false);
  const paper = (await sheetsOf(page)).join(' ');
  assert.match(paper, /I agree: .*Clause 1\. .*Clause 6\. .*Alice/);
  await button(page, say('show_quoted_other', '6')).click();
  await shows(page, 'Clause 6.');
  await button(page, say('hide_quoted')).click();
  await until('it is folded again', async () => !(await seen()));
});

test('files of a mail: a picture is previewed, and all are saved in one archive, each as it was, two of one name as well', async () => {
  const [second, large] = [crypto.randomBytes(100), crypto.randomBytes(4_500_000)];
  const picture = fs.readFileSync(path.join(extension, 'icons/48.png'));
  const octets = (name: string, data: Buffer) => file(name, 'application/octet-stream', data);
  const files = [
    octets('data.bin', DATA),
    octets('data.bin', second),
    octets('run.exe', DATA),
    octets('big.bin', large),
  ];
  const content = multipart('mixed', [plain(TEXT), file('heron.png', 'image/png', picture), ...files]);
  await open('all.eml', mail({ from: ALICE, to: BOB, subject: 'All of it' }, content));
  await shows(page, 'heron.png');
  await pressAtFile(page, 'heron.png', say('preview'));
  await until('it is drawn', () =>
    page.evaluate(() => {
      const { src, naturalWidth } = document.querySelector<HTMLImageElement>('.preview-picture') ?? {};
      return src?.startsWith('blob:') && naturalWidth === 48;
    }),
  );
  await pressAtFile(page, 'heron.png', say('hide_preview'));
  await until('it is gone', async () => (await page.count('.preview-picture')) === 0);

  await page.click('.save-all');
  await shows(page, say('dangerous_all'));
  await button(page, say('dangerous_save')).click();
  const got = await driver.download(/^All of it\.zip$/);
  const archive = unzip(fs.readFileSync(got));
  fs.rmSync(got);
  assert.deepEqual([...archive.keys()], ['heron.png', 'data.bin', 'data (2).bin', 'run.exe', 'big.bin']);
  const all = [picture, DATA, second, DATA, large];
  for (const [at, one] of [...archive.values()].entries()) assert.ok(all[at]?.equals(one), `file ${at + 1}`);
});

test('a mail that is opened here brings nobody’s secret key: of a private block the public part is previewed', async () => {
  const { secret } = gpg.key('Eve <eve@example.test>');
  const keys = (name: string, content: string) => file(name, 'application/pgp-keys', Buffer.from(content));
  // The words before it hide from a look at the file what it is.
  const files = [keys('0xPlain.asc', secret), keys('0xHidden.asc', `My key:\n${secret}`)];
  await open(
    'keys.eml',
    mail({ from: ALICE, to: BOB, subject: 'my key' }, multipart('mixed', [plain(TEXT), ...files])),
  );
  await shows(page, '0xHidden.asc');
  assert.equal(await page.count('.mail-files li'), 2);
  assert.ok(!(await page.text('.mail-files li:first-child')).includes(say('import')));
  await pressAtFile(page, '0xHidden.asc', say('import'));
  const form = await driver.window('keys.html');
  await until('the preview shows it', async () => (await form.text('.preview')).includes('Eve <eve@example.test>'));
  const preview = await form.text('.preview');
  assert.ok(preview.includes(say('public_key')) && !preview.includes(say('secret_key')), preview);
  await button(form, 'Import').click();
  await listed(form, 'Eve');
  const { own } = (await form.evaluate((ui) => chrome.runtime.sendMessage({ to: 'vault', ui }), {
    kind: 'list_keys',
  })) as { own: { user_ids: { text: string }[] }[] };
  assert.deepEqual(
    own.flatMap((key) => key.user_ids.map((id) => id.text)),
    [BOB],
  );
  await form.close();
  await page.front();
});

test('a large mail, which the engine takes in pieces: its file comes out as it was, again after locking', async () => {
  const large = crypto.randomBytes(6 * 1024 * 1024);
  const inner = multipart('mixed', [text(TEXT), file('large.bin', 'application/octet-stream', large)]);
  const whole = mail({ from: ALICE, to: BOB, subject: 'large' }, encrypted(gpg, inner, [bob.fingerprint]));
  await open('large.eml', whole);
  await shows(page, TEXT);
  assert.equal(Buffer.compare(await saved(), large), 0);
  await page.focused("document.querySelector('.mail-files .save')", 'the button, which was out of use meanwhile,');
  await page.evaluate(() => chrome.runtime.sendMessage({ to: 'vault', ui: { kind: 'lock' } }));
  await shows(page, say('reader_locked'));
  await unlockKey(driver, 'Bob');
  await page.front();
  await shows(page, TEXT);
  assert.equal(Buffer.compare(await saved(), large), 0);
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

test('how a signed mail is built, and a file for a password', async () => {
  const content = multipart('alternative', [text(TEXT), text(`<p>${TEXT}</p>`, 'text/html')]);
  await open('signed.eml', mail({ from: ALICE, to: BOB, subject: 'how' }, signed(gpg, content, alice.fingerprint)));
  await shows(page, say('summary_signed_by_sender', ALICE).split(',')[0] ?? '');
  const algorithms = 'EdDSA (Ed25519), SHA-256';
  const made = [say('packet_signature'), `${say('packet_version', 4)}, ${say('signs_octets')}, ${algorithms}`];
  const parts = ['multipart/signed', say('layer_signed'), 'multipart/alternative', 'text/plain', 'text/html', ...made];
  await isBuilt(page, say('signed_with', ALICE, algorithms), ...parts);
  assert.equal(await page.count('.tree ul ul ul li'), 2, 'the parts are within each other, the signature beside them');
  const word = 'two swans';
  await choose(stored('word.asc', gpg.run(['--passphrase', word, '--armor', '--symmetric'], TEXT)));
  await field(page, say('message_password')).fill(word);
  await button(page, say('open_message')).click();
  await shows(page, TEXT);
  await isBuilt(
    page,
    say('encrypted_for', say('for_passwords_one', 1), say('cipher_with_mdc', 'AES-256')),
    `${say('packet_password')} ${say('packet_version', 4)}, AES-256, ${say('s2k_iterated', 'SHA-1', '')}`,
    `SEIPD, ${say('packet_version', 1)}, AES-256, CFB + MDC`,
    ...[say('packet_compressed'), say('packet_literal'), 'text/plain'],
  );
});

test('the decrypted source: shown as text, saved as it is', async () => {
  const hidden = 'a\u202eb\u200bc';
  const content = multipart('mixed', [text(`${TEXT} ${hidden}`), plain('As it is.')]).replace(
    'multipart/mixed',
    'multipart/mixed; x="\u202e\u3164\u{e0041}"',
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
  assert.ok(shown.startsWith('Content-Type: multipart/mixed; x="‹U+202E›‹U+3164›‹U+E0041›"'), shown.slice(0, 80));
  assert.ok(!/[\u202e\u200b\u3164\u{e0041}]/u.test(shown));
  assert.ok(shown.includes(Buffer.from(`${TEXT} ${hidden}`).toString('base64').slice(0, 40)));
  await button(page, say('save_source')).click();
  const got = await driver.download(/^the source\.eml$/);
  assert.equal(fs.readFileSync(got, 'utf8'), content);
  await button(page, say('hide_source')).click();
  assert.equal(await page.count('pre.source'), 0);
});

for (const [name, extra] of [
  ['report.bin.sig', []],
  ['report.bin.asc', ['--armor']],
] as [string, string[]][]) {
  test(`a file with its signature: ${[name, ...extra].join(' ')}`, async () => {
    const signature = stored(name, signatureOn(DATA, extra));
    const sentence = (key: 'detached_good' | 'detached_bad', file = 'report.bin') => say(key, ALICE, file);
    await choose(stored('report.bin', DATA), signature);
    await shows(page, sentence('detached_good'));
    // One octet in the middle.
    const changed = Buffer.from(DATA);
    changed[1_000] = (changed[1_000] ?? 0) ^ 1;
    await choose(signature, stored('report.bin', changed));
    await shows(page, sentence('detached_bad'));
    assert.ok(!(await page.text()).includes(sentence('detached_good')));
    await choose(signature, stored('report.bin', ''));
    await shows(page, sentence('detached_bad'));
    // Another name is no reason not to look.
    await choose(signature, stored('renamed.bin', DATA));
    await shows(page, sentence('detached_good', 'renamed.bin'));
  });
}

test('a signature on text holds whatever ends its lines', async () => {
  const lines = 'one\ntwo\n\nfour\n';
  const signature = stored('poem.txt.sig', signatureOn(Buffer.from(lines), ['--textmode']));
  for (const text of [lines, lines.replaceAll('\n', '\r\n')]) {
    await choose(stored('poem.txt', text), signature);
    await shows(page, say('detached_good', ALICE, 'poem.txt'));
  }
  await choose(stored('poem.txt', lines.replace('two', 'too')), signature);
  await shows(page, say('detached_bad', ALICE, 'poem.txt'));
});

test('a signature alone asks for its file, and says what comes of the one that is chosen', async () => {
  const signature = stored('picture.raw.sig', signatureOn(DATA));
  await choose(signature);
  await shows(page, say('signature_of_what'));
  await shows(page, `${say('signature_of_what_text')} picture.raw`);
  await page.upload("document.querySelector('.signed-file')", [stored('picture.raw', DATA)]);
  await shows(page, say('detached_good', ALICE, 'picture.raw'));
  assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'picture.raw.sig');

  await choose(signature);
  await shows(page, say('signature_of_what'));
  await page.upload("document.querySelector('.signed-file')", [stored('other.raw', 'something else')]);
  await shows(page, say('detached_bad', ALICE, 'other.raw'));

  // Dropped on the page while a signature waits: it is the file.
  await choose(signature);
  await shows(page, say('signature_of_what'));
  await drop('dropped.raw', DATA);
  await shows(page, say('detached_good', ALICE, 'dropped.raw'));
});

test('several files: the names tell which belong together, and where they do not, the user is asked', async () => {
  const letters = Buffer.from('letters');
  await choose(
    stored('one.txt', letters),
    stored('one.txt.asc', signatureOn(letters, ['--armor'])),
    stored('two.bin', DATA),
    stored('two.bin.sig', signatureOn(DATA)),
    stored('three.txt', 'nobody signed this'),
  );
  await shows(page, say('detached_good', ALICE, 'one.txt'));
  await shows(page, say('detached_good', ALICE, 'two.bin'));
  await shows(page, `${say('files_left')} three.txt`);

  await choose(stored('sum.sig', signatureOn(DATA)), stored('first.bin', letters), stored('second.bin', DATA));
  await shows(page, say('signature_of_what'));
  await button(page, 'second.bin').click();
  await shows(page, say('detached_good', ALICE, 'second.bin'));
  await shows(page, `${say('files_left')} first.bin`);
});

test('a file that is larger than any mail is checked in pieces', async () => {
  const large = Buffer.alloc(80 * 1024 * 1024, 'a line of a very long file\n');
  const signature = stored('large.img.sig', signatureOn(large));
  const place = stored('large.img', large);
  await choose(place, signature);
  await shows(page, say('detached_good', ALICE, 'large.img'));
  large[large.length - 1] = 0;
  fs.writeFileSync(place, large);
  await choose(place, signature);
  await shows(page, say('detached_bad', ALICE, 'large.img'));
  fs.rmSync(place);
});

test('a signature by an unknown key: known when the key was imported', async () => {
  const carol = gpg.key('Carol <carol@example.test>');
  await choose(stored('notes.bin', DATA), stored('notes.bin.sig', signatureOn(DATA, [], carol)));
  await shows(page, say('detached_unknown', '', 'notes.bin'));
  await importKeys(driver, carol.public);
  await page.front();
  await shows(page, say('detached_good', 'Carol <carol@example.test>', 'notes.bin'));
});

test('a damaged signature file, and more files than one can open together, are said to be that', async () => {
  await choose(stored('report.bin', DATA), stored('cut.sig', signatureOn(DATA, ['--armor']).subarray(0, 80)));
  await shows(page, say('err_broken_armor'));
  await choose(...Array.from({ length: 51 }, (_, at) => stored(`many-${at}.bin`, 'x')));
  await shows(page, say('err_limit'));
});

test('a file of a mail with its signature beside it', async () => {
  const octets = (name: string, data: Buffer) => file(name, 'application/octet-stream', data);
  await open(
    'signed-files.eml',
    mail(
      { from: ALICE, to: BOB, subject: 'files' },
      multipart('mixed', [
        plain('See the files.'),
        octets('data.bin', DATA),
        octets('data.bin.sig', signatureOn(DATA)),
        octets('lone.sig', signatureOn(DATA)),
        octets('setup.exe', DATA),
      ]),
    ),
  );
  await shows(page, 'See the files.');
  assert.equal(await page.count('.check-signature'), 1);
  await button(page, say('check_signature')).click();
  await shows(page, say('detached_good', ALICE, 'data.bin'));
  await shows(page, `${say('part_shown')} data.bin.sig`);
  await button(page, say('back_to_mail')).click();
  await shows(page, 'See the files.');
  await until('one is back where one was', () =>
    page.evaluate(() => document.activeElement?.classList.contains('check-signature')),
  );
  await pressAtFile(page, 'setup.exe', say('save'));
  await button(page, say('dangerous_save')).click();
  await page.focused("document.querySelector('.mail-files li:last-child .save')", 'its button');
});
