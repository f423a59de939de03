import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { button, type Driver, field, link, toggle, until, type View } from '../harness/index.js';
import { PEOPLE } from './mail.js';
import type { TourWebmail } from './tour-webmail.js';

const PASSPHRASE = 'seventeen quiet lanterns';
const SUBJECT = 'Lunch on Friday';
const TEXT = 'Dear Bob,\nthe cake is a surprise: not a word to Carol!\nAlice';

/** Numbered pictures in one folder. */
class Album {
  #count = 0;

  constructor(readonly folder: string) {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
  }

  async take(view: View, title: string): Promise<void> {
    const name = `${String(++this.#count).padStart(2, '0')}-${title}.png`;
    await view.screenshot(path.join(this.folder, name));
    console.log(`  ${name}`);
  }
}

/** Waits until a view shows a text; says what it shows instead. */
async function shows(view: View, text: string): Promise<void> {
  let last = '';
  await until(`"${text}" is shown`, async () => {
    last = await view.text();
    return last.includes(text);
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\nshown instead:\n${last}`);
  });
}

/** The reader that shows a text, once one does: the one of the mail before may still be there. */
async function readerWith(driver: Driver, view: View, text: string): Promise<View> {
  return until(`a reader shows "${text}"`, async () => {
    const frames = await driver.frames(view, 'reader.html');
    const shown = await Promise.all(frames.map((frame) => frame.text().catch(() => '')));
    return frames[shown.findIndex((one) => one.includes(text))];
  });
}

/** Types the passphrase into the unlock window and waits until it has closed. */
async function unlock(driver: Driver, passphrase: string, album: Album): Promise<void> {
  const window = await driver.window('unlock.html');
  await window.resize(440, 520);
  await field(window, 'Passphrase').fill(passphrase);
  await album.take(window, 'unlock');
  await button(window, 'Unlock').click();
  await until('the key is unlocked', () => window.gone());
}

/**
 * A newcomer's first minutes, from the welcome page to a message that the other side has read. Every step is checked:
 * the tour fails where Waxseal does.
 */
export async function tour(driver: Driver, webmail: TourWebmail, folder: string): Promise<void> {
  const album = new Album(folder);
  await makeKey(driver, album);
  const mail = await driver.tab();
  await webmail.open(mail, 'alice');
  await switchOn(driver, mail, album);
  await importKey(driver, webmail, mail, album);
  await readSigned(driver, webmail, mail, album);
  await write(driver, webmail, mail, album);
  await readAsBob(driver, webmail, mail, album);
  await readWithDemoKey(driver, webmail, mail, album);
}

async function makeKey(driver: Driver, album: Album): Promise<void> {
  const welcome = await driver.window('welcome.html');
  await link(welcome, 'Generate key').visible();
  await album.take(welcome, 'welcome');
  await link(welcome, 'Generate key').click();
  await field(welcome, 'Name').fill(PEOPLE.alice.name);
  await field(welcome, 'Email').fill(PEOPLE.alice.address);
  await field(welcome, 'Passphrase').fill(PASSPHRASE);
  await field(welcome, 'Repeat passphrase').fill(PASSPHRASE);
  await album.take(welcome, 'generate');
  await button(welcome, 'Generate key').click();
  await button(welcome, 'Copy public key').visible(60_000);
  await album.take(welcome, 'key');
  await welcome.close();
}

async function switchOn(driver: Driver, mail: View, album: Album): Promise<void> {
  await driver.grant(['http://localhost/*']);
  const popup = await driver.popup(mail);
  const site = toggle(popup, 'Use Waxseal on this site');
  await site.visible();
  if (!(await site.checked())) await site.click();
  await until('Waxseal is on here', () => site.checked());
  await album.take(popup, 'popup');
  await popup.close();
}

async function importKey(driver: Driver, webmail: TourWebmail, mail: View, album: Album): Promise<void> {
  const message = await webmail.read(mail, 'My public key');
  const reader = await driver.frame(message, 'reader.html');
  await button(reader, 'Import').visible();
  await album.take(mail, 'public-key');
  await button(reader, 'Import').click();
  const keys = await driver.window('keys.html');
  await shows(keys, PEOPLE.bob.address);
  await album.take(keys, 'import');
  await button(keys, 'Import').click();
  await shows(keys, PEOPLE.bob.name);
  await until('the preview has gone', async () => !(await keys.text()).includes('Compare the fingerprint'));
  await keys.close();
  await mail.front();
}

/** Signed, but with a key that anybody could have made; then it is compared and confirmed. */
async function readSigned(driver: Driver, webmail: TourWebmail, mail: View, album: Album): Promise<void> {
  const message = await webmail.read(mail, 'Welcome, with my signature');
  const reader = await readerWith(driver, message, 'with a key that you have not confirmed');
  await album.take(mail, 'signed-note');
  await button(reader, 'Compare and confirm the key').click();
  const keys = await driver.window('keys.html');
  const { name, address } = PEOPLE.bob;
  await button(keys, `Confirm user ID: ${name} <${address}>`).click();
  await toggle(keys, 'Carefully').click();
  await field(keys, 'Passphrase').fill(PASSPHRASE);
  await album.take(keys, 'confirm');
  await keys.click('wx-edit dialog button[type=submit]');
  await shows(keys, 'Confirmed by you');
  await keys.close();
  await mail.front();
  // The reader has noticed by itself.
  await shows(reader, 'whose key you have confirmed');
  await album.take(mail, 'confirmed');
}

async function write(driver: Driver, webmail: TourWebmail, mail: View, album: Album): Promise<void> {
  await webmail.write(mail, 'bob', SUBJECT, TEXT);
  // The button beside the selection is in a closed shadow root at the end of the document: clicked where it is drawn.
  const beside = 'html > :not(head, body)';
  await mail.visible(beside);
  await album.take(mail, 'selection');
  await mail.click(beside);
  const composer = await driver.window('compose.html');
  await composer.resize(620, 760);
  await until('the recipient has a key', () => button(composer, 'Encrypt').enabled());
  await album.take(composer, 'composer');
  await button(composer, 'Encrypt').click();
  await until('the composer has closed', () => composer.gone());
  await mail.front();
  const written = await webmail.written(mail);
  assert.match(written, /^-----BEGIN PGP MESSAGE-----/);
  assert.ok(!written.includes('cake'), 'the page has no plaintext any more');
  await album.take(mail, 'encrypted');
  const source = await webmail.send(mail, 'bob', SUBJECT);
  assert.match(source, /-----BEGIN PGP MESSAGE-----/);
  assert.ok(!source.includes('cake'), 'the server has not seen the text');
}

async function readAsBob(driver: Driver, webmail: TourWebmail, mail: View, album: Album): Promise<void> {
  // The key has been open since it was made; from now on its passphrase is needed.
  const popup = await driver.popup(mail);
  await button(popup, 'Lock now').click();
  await button(popup, 'Lock now').absent();
  await popup.close();
  await webmail.open(mail, 'bob');
  const message = await webmail.read(mail, SUBJECT);
  const reader = await driver.frame(message, 'reader.html');
  await button(reader, 'Unlock').visible();
  await album.take(mail, 'locked');
  await button(reader, 'Unlock').click();
  await unlock(driver, PASSPHRASE, album);
  await mail.front();
  await shows(reader, 'the cake is a surprise');
  await shows(reader, 'Signed by you');
  await album.take(mail, 'read');
}

async function readWithDemoKey(driver: Driver, webmail: TourWebmail, mail: View, album: Album): Promise<void> {
  await webmail.open(mail, 'alice');
  const message = await webmail.read(mail, 'Something secret (for the demo key)');
  const reader = await readerWith(driver, message, 'You have no key for this message');
  const keys = await driver.page('keys.html#import');
  await field(keys, 'Choose files').upload([await webmail.demoKey(driver, mail)]);
  await shows(keys, PEOPLE.alice.address);
  await keys.front();
  await button(keys, 'Import').click();
  await until('the preview has gone', async () => !(await keys.text()).includes('Compare the fingerprint'));
  await keys.close();
  await mail.front();
  // The reader has noticed by itself that there is a key now.
  await button(reader, 'Unlock').click();
  await unlock(driver, 'demo', album);
  await mail.front();
  await shows(reader, 'under the third flower pot');
  await shows(reader, 'whose key you have confirmed');
  await driver.dark(mail, true);
  await album.take(mail, 'secret-dark');
}
