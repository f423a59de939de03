// Messages with a password: it is typed in a window of the extension and nowhere else.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { composer, encrypt, readers, shows, typePassword } from './support/desk.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { type Inbox, inbox } from './support/inbox.js';
import { say } from './support/session.js';
import { escaped, page as html, type Site } from './support/site.js';
import { lockNow, PASSPHRASE } from './support/steps.js';

const TEXT = 'Seven swans sleep on the weir.';
const WORD = 'Grüße vom Wehr';
let home: Inbox;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let tab: View;
let bob: GpgKey;

before(async () => {
  home = await inbox();
  ({ driver, gpg, web, bob, tab } = home);
});
after(() => home?.close());

const symmetric = (extra: string[] = []): string =>
  gpg.run(['--armor', '--passphrase', WORD, ...extra, '--symmetric'], TEXT).toString();

async function open(armored: string): Promise<View> {
  web.put('/message', html(`<pre>${escaped(armored)}</pre>`));
  await tab.goto(web.url('/message'));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  return frame;
}

/** Presses the button with nothing in the field; the field says what is missing, and has the focus. */
async function presses(window: View, name: string, id: string, missing: string): Promise<void> {
  await button(window, name).click();
  await until('it is said', async () => (await window.text(`#${id}-hints`)).includes(missing));
  await window.focused(`document.querySelector('#${id}[aria-invalid=true]')`, 'the field');
}

const type = (frame: View, password: string): Promise<void> => typePassword(driver, frame, password);

test('a password opens a message, after a wrong one was refused', async () => {
  const frame = await open(symmetric());
  await shows(frame, say('reader_password'));
  assert.equal(await frame.count('input'), 0, 'nothing can be typed in the page');
  await button(frame, say('enter_password')).click();
  const window = await driver.window('password.html');
  await presses(window, say('open_message'), 'password', say('password_missing'));
  await window.close();
  await type(frame, 'surely not this');
  await shows(frame, say('err_wrong_password'));
  assert.ok(!(await frame.text()).includes(TEXT));
  await tab.front();
  await type(frame, WORD);
  await shows(frame, TEXT);
  await shows(frame, say('encrypted_yes'));
  await shows(frame, say('summary_not_signed'));
});

test('a message for a key and a password is opened by either', async () => {
  const armored = symmetric(['--recipient', bob.fingerprint, '--encrypt']);
  const first = await open(armored);
  await shows(first, say('reader_locked'));
  await type(first, WORD);
  await shows(first, TEXT);
  const second = await open(armored);
  await button(second, 'Unlock').click();
  const window = await driver.window('unlock.html');
  await presses(window, 'Unlock', 'passphrase', say('passphrase_missing'));
  await field(window, 'Passphrase').fill(PASSPHRASE);
  await button(window, 'Unlock').click();
  await shows(second, TEXT);
});

test('a password that is typed after the key was asked for as well opens the message', async () => {
  await lockNow(driver);
  const frame = await open(symmetric(['--recipient', bob.fingerprint, '--encrypt']));
  await shows(frame, say('reader_locked'));
  await button(frame, say('enter_password')).click();
  const typing = await driver.window('password.html');
  await shows(typing, say('password_not_key'));
  await tab.front();
  await button(frame, say('unlock')).click();
  const unlocking = await driver.window('unlock.html');
  await shows(frame, say('waiting_for_unlock'));
  await typing.front();
  await field(typing, say('message_password')).fill(WORD);
  await button(typing, say('open_message')).click();
  await shows(frame, TEXT);
  await unlocking.close();
});

test('a selection is encrypted with a password alone', async () => {
  web.put('/write', html(`<textarea id="t" rows="4" cols="60">${TEXT}</textarea>`));
  await tab.goto(web.url('/write'));
  await tab.click('#t');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { sign: false });
  await toggle(window, say('use_password')).click();
  await field(window, say('message_password')).fill('short');
  await button(window, 'Encrypt').click();
  await shows(window, say('err_weak_passphrase'));
  await field(window, say('message_password')).fill(WORD);
  await encrypt(window);
  const armored = await tab.evaluate(() => (document.querySelector('#t') as HTMLTextAreaElement).value);
  // Another program, without the key.
  const stranger = new Gpg();
  assert.equal(stranger.decrypt(armored, WORD).text, TEXT);
  stranger.close();
});

test('who has no key reads a selection by the password, and keeps nobody from it', async () => {
  const form = `<input id="to" value="mum@example.test"><textarea id="t" rows="4" cols="60">${TEXT}</textarea>`;
  web.put('/mum', html(form));
  await tab.goto(web.url('/mum'));
  await tab.click('#t');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { recipients: 'mum@example.test', sign: false });
  await shows(window, say('why_not_ready', 'mum@example.test'));
  await toggle(window, say('use_password')).click();
  await field(window, say('message_password')).fill(WORD);
  await encrypt(window);
  const armored = await tab.evaluate(() => (document.querySelector('#t') as HTMLTextAreaElement).value);
  const stranger = new Gpg();
  assert.equal(stranger.decrypt(armored, WORD).text, TEXT);
  stranger.close();
});

test('a window for a password that nobody waits for says so, and can be closed', async () => {
  const window = await driver.page('password.html#none');
  await shows(window, say('err_bad_ticket'));
  assert.equal(await window.count('input'), 0);
  await button(window, say('close')).visible();
  await window.close();
});
