// The walls, proved: a build that reports each message as it crosses one is used as a person uses it, and all that
// was reported is searched for what must not be on that side.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, field, until, type View } from '../harness/index.js';
import { composer, encrypt, readers, shows } from './support/desk.js';
import { storedDrafts } from './support/drafts.js';
import { chooseWords, signed } from './support/emblem.js';
import { Gpg } from './support/gpg.js';
import { type MessagePage, messagePage } from './support/message-page.js';
import { encrypted, mail, multipart, plain } from './support/mime.js';
import { dearmor, secretScalars } from './support/packets.js';
import { serve } from './support/responses.js';
import { browser, kind, say } from './support/session.js';
import { escaped, page as html, type Site, site } from './support/site.js';
import { generate, importKeys, listed, lockNow, openCard, PASSPHRASE, switchSite, unlock } from './support/steps.js';
import { composeForm, editorText, finish, formOf, typeText, write, writeWindow } from './support/write.js';

interface Crossing {
  wall: string;
  from: string;
  to: string;
  message: unknown;
  /** As it came, for searching. */
  text: string;
}

const records: Crossing[] = [];
const file = path.join(os.tmpdir(), `waxseal-walls-${process.pid}.gpg`);
// A build of the same source in which every context posts there what crosses a wall (`build.mjs --record`).
const recorded = path.resolve(process.env.WAXSEAL_RECORDED ?? 'target/dist-recorded', kind);
const listen = new URL(process.env.WAXSEAL_COLLECTOR ?? `http://127.0.0.1:1899${kind === 'firefox' ? 8 : 9}/record`);
const SECRET_TEXT = 'The heron nests behind the third lock, 4 knots east.';
const WRITTEN = 'Bring the green ledger to the quay at noon.';
const PASSWORD = 'quince-harrow 52 Tidewater';
const SIGN = 'Juniper kettledrum';
const MAIL_TEXT = 'The cormorant has left the lighthouse for good.';
const MAIL_FILE = 'Nine barrels below the chapel, behind the organ.';
/** What is written in the window for mails: a mail with a file, its subject, and an answer that is left as a draft. */
const OWN = {
  text: 'The ferryman takes no coins before dawn.',
  subject: 'Osprey over the weir',
  file: 'Two lanterns, then one, then none.',
  name: 'tide-table-for-the-weir.txt',
  answer: 'Tell the organist that I have understood.',
} as const;
/** A line from the middle of the encrypted mail: octets that are in nothing else. */
let mailLine = '';
let secrets: string[] = [];
let collector: http.Server;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let webmail: MessagePage;

before(async () => {
  collector = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString();
      if (text) records.push({ ...JSON.parse(text), text });
      response.end();
    });
  });
  // The port is built into what is tried here: with another run on this machine, each would hear of the other's.
  await new Promise<void>((ready, fail) => {
    collector.once('error', (error) => fail(new Error(`what crosses the walls cannot be heard: ${error.message}`)));
    collector.listen(Number(listen.port), listen.hostname, ready);
  });
  [driver, web, webmail] = await Promise.all([browser({ extension: recorded }), site(), messagePage()]);
  gpg = new Gpg();
});
after(async () => {
  await driver?.close();
  gpg?.close();
  web?.close();
  webmail?.close();
  fs.rmSync(file, { force: true });
  collector?.closeAllConnections();
  collector?.close();
});

/** The secret numbers of a key, in each writing in which they could be found. */
const secretNumbers = (secret: string): string[] => secretScalars(secret).flatMap(forms);

/** Pieces of some bytes in each writing in which they could be found, at whatever offset base64 begins. */
function forms(bytes: Buffer): string[] {
  const hex = bytes.toString('hex').slice(8, 40);
  const base64 = [0, 1, 2].map((skip) => bytes.subarray(skip).toString('base64').slice(4, 28));
  // JSON writes bytes below 32 and quotes with escapes; a run of others is there as it is.
  const reversed = Buffer.from(bytes).reverse();
  const back = [0, 1, 2].map((skip) => reversed.subarray(skip).toString('base64').slice(4, 28));
  const list = [...bytes.subarray(4, 16)].join(',');
  return [hex, hex.toUpperCase(), ...base64, ...back, list];
}

const found = (needle: string): Crossing[] =>
  records.filter(({ text }) => text.includes(JSON.stringify(needle).slice(1, -1)));
/**
 * What a page posts as it is left may be lost, and nobody waits for a record to be taken: a test that goes on from where a
 * text was read does that once all is there that the text itself and its session key have told.
 */
const isRecorded = (text: string, times = 1): Promise<unknown> =>
  until(`${times} answers with the text are recorded`, () => {
    const atEngine = records.filter(({ wall }) => wall === 'desk-worker');
    const keys = records.flatMap(({ message }) => {
      const one = message as { kind?: string; key?: string };
      return one?.kind === 'session_key' && one.key ? [one.key] : [];
    });
    const reached = (needle: string) => atEngine.filter((one) => one.text.includes(needle)).length;
    return reached(text) >= times && keys.every((key) => reached(key) > 0);
  });
const places = (crossings: Crossing[]): string[] =>
  [...new Set(crossings.map(({ wall, message }) => `${wall}: ${(message as { kind?: string })?.kind ?? '?'}`))].sort();

test('a whole day of use crosses every wall', async () => {
  const bob = gpg.key('Bob <bob@example.test>');
  const eve = gpg.key('Eve <eve@example.test>');
  secrets = secretNumbers(bob.secret);
  // As a binary file: what travels is then the base64 of the very bytes, and the search below can find them.
  fs.writeFileSync(file, dearmor(bob.secret));
  const keys = await driver.page('keys.html#import');
  await field(keys, say('choose_files')).upload([file]);
  await field(keys, 'Passphrase').fill(PASSPHRASE);
  await field(keys, 'Repeat passphrase').fill(PASSPHRASE);
  await button(keys, 'Import').click();
  await listed(keys, 'Bob');
  await keys.close();
  await importKeys(driver, eve.public);
  await generate(driver, { name: 'Alice', email: 'alice@example.test' });
  await editAndExport();
  await lockNow(driver);
  const { name: sign } = await chooseWords(driver, SIGN);

  web.put('/read', html(`<pre>${escaped(gpg.encrypt(SECRET_TEXT, [bob.fingerprint], eve.fingerprint))}</pre>`));
  const tab = await driver.tab(web.url('/read'));
  await switchSite(driver, tab);
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await button(frame, 'Unlock').click();
  await unlock(driver);
  await shows(frame, SECRET_TEXT);
  await signed(frame, sign);
  await isRecorded(SECRET_TEXT);

  const symmetric = gpg.run(['--armor', '--passphrase', PASSWORD, '--symmetric'], SECRET_TEXT).toString();
  web.put('/password', html(`<pre>${escaped(symmetric)}</pre>`));
  await tab.goto(web.url('/password'));
  const [second] = await readers(driver, tab, 1);
  assert.ok(second);
  await button(second, say('enter_password')).click();
  const asked = await driver.window('password.html');
  await field(asked, say('message_password')).fill(PASSWORD);
  await button(asked, say('open_message')).click();
  await shows(second, SECRET_TEXT);
  await isRecorded(SECRET_TEXT, 2);
  // As plain text, so that the search below finds it in whatever octets; and long, so that it has a middle.
  const content = multipart('mixed', [
    plain(MAIL_TEXT),
    plain(MAIL_FILE),
    plain(crypto.randomBytes(3_000).toString('hex')),
  ]);
  const secret = encrypted(gpg, content, [bob.fingerprint], eve.fingerprint);
  const armor = secret.split('\r\n').filter((line) => /^[\w+/=]{64}$/.test(line));
  mailLine = armor[armor.length >> 1] ?? '';
  const outer = { from: 'Eve <eve@example.test>', to: 'Bob <bob@example.test>', subject: '...' };
  const address = webmail.put({ files: ['application octet-stream asc'], source: serve(mail(outer, secret)) });
  await tab.goto(address);
  await switchSite(driver, tab);
  const [whole] = await readers(driver, tab, 1);
  assert.ok(whole);
  await shows(whole, MAIL_TEXT);
  await shows(whole, MAIL_FILE);
  await isRecorded(MAIL_TEXT);
  await answered(whole);

  web.put('/write', html(`<textarea id="t" rows="8" cols="60">${WRITTEN}</textarea>`));
  await tab.goto(web.url('/write'));
  await tab.click('#t');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { recipients: 'eve@example.test', sign: true });
  await encrypt(window, driver);
  const armored = await tab.evaluate(() => (document.querySelector('#t') as HTMLTextAreaElement).value);
  assert.equal(gpg.decrypt(armored).text, WRITTEN);
  await sent(tab);
  await tab.close();

  const walls = new Set(records.map(({ wall }) => wall));
  for (const wall of ['page-vault', 'ui-vault', 'vault-storage', 'content-desk', 'desk-worker']) {
    assert.ok(walls.has(wall), `nothing was recorded at ${wall}`);
  }
  assert.ok(records.length > 50, `only ${records.length} messages were recorded`);
});

/** The mail is answered, with a quotation, and the answer is left as a draft. */
async function answered(frame: View): Promise<void> {
  await button(frame, say('reply')).click();
  const window = await writeWindow(driver);
  await button(window, say('doubt_quote')).click();
  await until('it is quoted', async () => (await editorText(window)).includes(MAIL_TEXT));
  await window.click('.editing');
  await window.press('Control+Home');
  await window.type(OWN.answer);
  await isRecorded(OWN.answer);
  await until('it is kept', async () => (await storedDrafts(driver)).drafts.length === 1);
  await window.close();
}

/** A mail with a file is written, and put into the form of the page. */
async function sent(tab: View): Promise<void> {
  web.put('/form', composeForm('textarea', 'eve@example.test'));
  await tab.goto(web.url('/form'));
  const window = await write(driver, tab);
  await field(window, say('header_subject')).fill(OWN.subject);
  await typeText(window, OWN.text);
  const place = path.join(gpg.home, OWN.name);
  fs.writeFileSync(place, OWN.file);
  await window.upload("document.querySelector('.choose-files')", [place]);
  await shows(window, OWN.name);
  await finish(window);
  const form = await formOf(tab);
  const armored = [form.text, ...form.files.map(({ text }) => text)].find((one) => one.includes('BEGIN PGP MESSAGE'));
  const entity = gpg.decrypt(armored ?? '').text;
  for (const one of [OWN.text, OWN.subject, OWN.name]) assert.ok(entity.includes(one), entity);
}

/** Alice gets another user ID, and the key that was imported is given out. */
async function editAndExport(): Promise<void> {
  const page = await driver.page('keys.html');
  await openCard(page, 'Alice');
  await button(page, say('key_details')).click();
  await button(page, say('edit_add_user_id')).click();
  await field(page, 'Name').fill('Alice at work');
  await field(page, 'Email').fill('alice@work.test');
  await field(page, 'Passphrase').fill(PASSPHRASE);
  await page.click('wx-edit dialog button[type=submit]');
  await shows(page, 'Alice at work <alice@work.test>');
  await page.close();
  const keys = await driver.page('keys.html');
  await openCard(keys, 'Bob');
  await button(keys, 'Export').click();
  await field(keys, 'Passphrase').fill(PASSPHRASE);
  await button(keys, 'Export').click();
  const saved = await driver.download(/\.asc$/);
  await until('the secret key is saved', () => fs.readFileSync(saved, 'utf8').includes('END PGP PRIVATE KEY BLOCK'));
  await keys.close();
}

test('the text of a message read is nowhere but in the desk', async () => {
  // Nobody waits for a record to be taken, and the last ones are of a window that has closed.
  await until('all has been recorded', () => found(WRITTEN).some(({ wall }) => wall === 'desk-worker'));
  assert.deepEqual(new Set(found(SECRET_TEXT).map(({ wall }) => wall)), new Set(['desk-worker']));
});

test('the text of a mail is nowhere but in the desk; its octets go there from the page, and no further', () => {
  for (const text of [MAIL_TEXT, MAIL_FILE]) {
    assert.deepEqual(new Set(found(text).map(({ wall }) => wall)), new Set(['desk-worker']));
  }
  const crossed = found(mailLine);
  assert.deepEqual(new Set(crossed.map(({ wall }) => wall)), new Set(['content-desk', 'desk-worker']));
  for (const { wall, from, to } of crossed) {
    if (wall === 'content-desk') assert.deepEqual([from, to], ['content', 'reader']);
    else assert.deepEqual([from, to], ['desk', 'engine']);
  }
});

test('the text of a message written goes from the page to the composer and no further', () => {
  const crossed = found(WRITTEN);
  assert.deepEqual(new Set(crossed.map(({ wall }) => wall)), new Set(['content-desk', 'desk-worker']));
  const toPage = crossed.filter(
    ({ wall, message }) => wall === 'content-desk' && (message as { t?: string }).t !== 'selection',
  );
  assert.deepEqual(toPage, []);
});

test('a mail that is written, its subject, its file, and an answer that is a draft, are nowhere but in the desk', async () => {
  await until('all has been recorded', () => found(OWN.text).length > 0 && found(OWN.subject).length > 0);
  for (const text of Object.values(OWN)) {
    assert.deepEqual(new Set(found(text).map(({ wall }) => wall)), new Set(['desk-worker']), text);
  }
  // The search finds what the page does get: the message.
  assert.ok(records.some(({ wall, text }) => wall === 'content-desk' && text.includes('BEGIN PGP MESSAGE')));
});

test('passphrases go to the vault where one is typed, and come from nowhere', () => {
  const crossed = found(PASSPHRASE);
  assert.ok(crossed.length > 0, 'the search finds what must be there');
  const calls = ['edit', 'export_secret', 'generate', 'import', 'unlock'];
  assert.deepEqual(
    places(crossed),
    calls.map((kind) => `ui-vault: ${kind}`),
  );
  for (const { to } of crossed) assert.equal(to, 'vault');
});

test('the password of a message goes from its window by the vault to its frame, and is stored nowhere', () => {
  // To the engine it is an operation, which has no kind.
  assert.deepEqual(places(found(PASSWORD)), ['desk-worker: ?', 'ui-vault: give_password', 'ui-vault: password']);
});

test('secret numbers of a key enter with its import and are never seen again', () => {
  const crossed = records.filter(({ text }) => secrets.some((number) => text.includes(number)));
  assert.ok(crossed.length > 0, 'the search finds what must be there');
  for (const { wall, to, message } of crossed) {
    assert.equal(wall, 'ui-vault');
    assert.equal(to, 'vault');
    assert.match((message as { kind: string }).kind, /^(preview_import|import)$/);
  }
});

test('no armored secret key is seen but in an import and in the export that was asked for', () => {
  const marker = Buffer.from('BEGIN PGP PRIVATE KEY BLOCK').toString('base64').slice(4, 30);
  const crossed = records.filter(({ text }) => text.includes('PRIVATE KEY BLOCK') || text.includes(marker));
  assert.ok(crossed.length > 0, 'the search finds what must be there');
  for (const { wall, message } of crossed) {
    assert.equal(wall, 'ui-vault');
    assert.match((message as { kind: string }).kind, /^(preview_import|import|armored)$/);
  }
  const exports = records.filter(({ message }) => (message as { kind?: string })?.kind === 'export_secret');
  const given = crossed.filter(({ message }) => (message as { kind: string }).kind === 'armored');
  assert.equal(given.length, exports.length);
});

test('session keys go from the vault to the desk, and only as the answer to decipher', () => {
  const answers = records.filter(({ message }) => (message as { kind?: string })?.kind === 'session_key');
  assert.ok(answers.length > 0, 'a message was deciphered');
  for (const { wall, from, message } of answers) {
    assert.equal(wall, 'ui-vault');
    assert.equal(from, 'vault');
    const { key } = message as { key: string };
    const crossed = records.filter(({ text }) => text.includes(key));
    assert.deepEqual([...new Set(crossed.map((one) => one.wall))].sort(), ['desk-worker', 'ui-vault']);
  }
});

test('a page gets the parts of the content script that it needs, and no other', () => {
  const asked = records
    .filter(({ wall, to }) => wall === 'page-vault' && to === 'background')
    .map(({ from, message }) => `${new URL(from).pathname} ${(message as { part: string }).part}`);
  const read = ['/read', '/password', '/webmail/'].map((path) => `${path} content-read.js`);
  // What is not answered in time is asked for again.
  const written = ['/webmail/', '/write', '/form'].map((path) => `${path} content-write.js`);
  assert.deepEqual([...new Set(asked)], [...read, ...written]);
});

test('the user’s own sign is in the vault, and where Waxseal itself speaks; never in what a page or its script hears', () => {
  assert.deepEqual(places(found(SIGN)), ['ui-vault: emblem', 'ui-vault: set_emblem', 'vault-storage: ?']);
  const frames = found(SIGN).filter(({ to }) => to.includes('/reader.html'));
  assert.ok(frames.length > 0, 'a frame whose ticket was accepted hears it');
});

test('what a content script hears from the vault is public', () => {
  const replies = records.filter(({ wall, from }) => wall === 'page-vault' && from === 'vault');
  assert.ok(replies.length > 0);
  const kinds = new Set(replies.map(({ message }) => (message as { kind: string }).kind));
  for (const one of kinds) assert.match(one, /^(site|ticket|refused)$/);
});
