// Nothing is lost by a slip of the hand: a key without a copy, a text that was changed, a file beside its place, a window
// that was closed too soon.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { composer, encrypt, shows } from './support/desk.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inbox } from './support/inbox.js';
import { dearmor, packets, Tag } from './support/packets.js';
import { say } from './support/session.js';
import { page as html, type Site } from './support/site.js';
import { cards, generate, importKeys, listed, lockNow, openCard, PASSPHRASE } from './support/steps.js';

const TEXT = 'Five swans sleep behind the old weir.';
let home: Inbox;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let bob: GpgKey;
let tab: View;

before(async () => {
  home = await inbox();
  ({ driver, gpg, web, bob, tab } = home);
  await generate(driver, { name: 'Alice', email: 'alice@example.test' });
  await generate(driver, { name: 'Ada', email: 'ada@example.test' });
  web.put('/write', html('<textarea id="t" rows="8" cols="60"></textarea>'));
});
after(() => home?.close());

const written = (): Promise<string> => tab.evaluate(() => (document.querySelector('#t') as HTMLTextAreaElement).value);

/** The composer over a text in the page. */
async function composing(text: string): Promise<View> {
  await tab.front();
  await tab.goto(web.url('/write'));
  await tab.typeInto('#t', text);
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { recipients: 'bob@example.test', sign: true });
  await shows(window, say('rcpt_own'));
  return window;
}

test('that there is no copy of a key is said until the user says that its file is there, or nobody wants to hear it any more', async () => {
  const page = await driver.page('keys.html');
  await listed(page, 'Bob');
  assert.ok(!(await page.text()).includes(say('next_site')), 'a site is on');
  const uncopied = async () => (await cards(page)).filter((card) => card.includes(say('no_copy'))).length;
  assert.equal(await uncopied(), 2, 'those that were made here; of the imported one there is a file');
  await button(page, say('no_copy_dismiss')).click();
  await until('one is silent', async () => (await uncopied()) === 1);
  // Before a deletion it would be silent as well, so that this can be taken back.
  await shows(page, say('no_copy_hidden'));
  await button(page, say('undo')).click();
  await until('both are said again', async () => (await uncopied()) === 2);
  await button(page, say('no_copy_dismiss')).click();
  await until('one is silent', async () => (await uncopied()) === 1);
  const exporting = async () => {
    await button(page, say('export_now')).click();
    await field(page, 'Passphrase').fill(PASSPHRASE);
    await button(page, 'Export').click();
    await button(page, say('file_there')).visible();
  };
  // What the browser made of the file, the page cannot see: that it was given out is no copy.
  await exporting();
  await page.click('.back');
  await listed(page, 'Bob');
  assert.equal(await uncopied(), 1);
  await exporting();
  await button(page, say('file_there')).click();
  await listed(page, 'Bob');
  assert.equal(await uncopied(), 0);
  await page.close();
});

test('what the browser did not copy is not said to be copied', async () => {
  const page = await driver.page('keys.html');
  await openCard(page, 'bob@example.test');
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    document.execCommand = () => false;
  });
  await button(page, 'Copy public key').click();
  await shows(page, say('copy_failed'));
  await page.close();
});

/** Drops a key file there; whether the page takes care of it, or the browser would leave the page and show the file. */
const drop = (view: View, selector: string, key: string): Promise<boolean> =>
  view.evaluate(
    (at, content) => {
      const data = new DataTransfer();
      data.items.add(new File([content], 'key.asc'));
      const event = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
      return document.querySelector(at)?.dispatchEvent(event) === false;
    },
    selector,
    key,
  );

test('a file that is dropped beside its place is taken to the import', async () => {
  const page = await driver.page('keys.html');
  await listed(page, 'Bob');
  const gil = gpg.key('Gil <gil@example.test>');
  assert.equal(await drop(page, 'h1', gil.public), true);
  await shows(page, 'Gil <gil@example.test>');
  await button(page, 'Import').click();
  await listed(page, 'Gil');
  await button(page, 'Generate key').click();
  await field(page, 'Repeat passphrase').visible();
  assert.equal(await drop(page, '#name', gil.public), true);
  await shows(page, say('import_known'));
  await page.close();
});

test('of what cannot be read among files for the import that is said, and no more', async () => {
  const page = await driver.page('keys.html#import');
  await page.visible('form.drop');
  // As a folder behaves: it is among the files, and nothing can be read of it.
  await page.evaluate(() => {
    Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('no file', 'NotFoundError'));
  });
  assert.equal(await drop(page, 'form.drop', 'a folder'), true);
  await shows(page, say('err_file_unreadable'));
  await page.close();
});

for (const path of ['popup', 'settings', 'welcome', 'unlock', 'password', 'compose']) {
  test(`a file that is dropped on a page does not take its place: ${path}`, async () => {
    const page = await driver.page(`${path}.html`);
    await page.visible('h1');
    assert.equal(await drop(page, 'h1', bob.public), true);
    await page.close();
  });
}

test('from an unlock window that was closed there is a way on, and a way back to the text', async () => {
  await lockNow(driver);
  const window = await composing(TEXT);
  await button(window, 'Encrypt').click();
  await (await driver.window('unlock.html')).close();
  await button(window, 'Unlock').click();
  await (await driver.window('unlock.html')).close();
  await button(window, say('back')).click();
  await button(window, say('edit_text')).click();
  await field(window, say('text')).fill(`${TEXT} All five.`);
  await encrypt(window, driver);
  assert.equal(gpg.decrypt(await written()).text, `${TEXT} All five.`);
});

test('a text that was changed in the composer does not go without a question', async () => {
  const window = await composing('a draft');
  // What the browser asks when somebody closes the window by its frame.
  const asks = () => window.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
  assert.equal(await asks(), false, 'the page has it all');
  await button(window, say('edit_text')).click();
  await field(window, say('text')).fill('the last word');
  assert.equal(await asks(), true);
  await button(window, say('cancel')).click();
  await button(window, say('keep_text')).click();
  assert.equal(await field(window, say('text')).value(), 'the last word');
  await button(window, say('cancel')).click();
  await button(window, say('discard')).click();
  await until('the composer has closed', () => window.gone());
});

test('nor does one whose page has gone, until it is copied', async () => {
  const window = await composing('written before the page went away');
  await tab.goto(web.url('/'));
  await shows(window, say('page_gone'));
  const asks = () => window.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
  assert.equal(await asks(), true);
  await button(window, 'Encrypt').click();
  await button(window, say('copy')).click();
  await shows(window, say('copied'));
  assert.equal(await asks(), false);
  await button(window, say('close')).click();
  await until('the composer has closed', () => window.gone());
});

test('nor does what the page did not take', async () => {
  const window = await composing('the page writes here too');
  await tab.evaluate(() => {
    (document.querySelector('#t') as HTMLTextAreaElement).value = 'and has written';
  });
  await button(window, 'Encrypt').click();
  await shows(window, say('not_inserted'));
  assert.equal(await window.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))), true);
  await button(window, say('close')).click();
  await button(window, say('keep_text')).click();
  await button(window, say('copy')).click();
  await shows(window, say('copied'));
  await button(window, say('close')).click();
  await until('the composer has closed', () => window.gone());
});

const OUT_OF_REACH = {
  inert: 'field.inert = true',
  disabled: 'field.parentElement.disabled = true',
  'behind a dialog': "document.querySelector('dialog').showModal()",
  'not drawn': "field.parentElement.style.display = 'none'",
};
for (const [state, how] of Object.entries(OUT_OF_REACH)) {
  test(`a field that is ${state} is not written to, nor is what has the focus instead`, async () => {
    web.put(
      '/write',
      html(`<fieldset><textarea id="t" rows="8" cols="60"></textarea></fieldset><textarea id="other"></textarea>
        <dialog><textarea id="inside"></textarea></dialog>`),
    );
    const window = await composing('words for bob');
    await tab.evaluate((change) => {
      new Function('field', change)(document.querySelector('#t'));
      for (const id of ['other', 'inside']) document.getElementById(id)?.focus();
    }, how);
    await button(window, 'Encrypt').click();
    await shows(window, say('not_inserted'));
    const left = await tab.evaluate(() => [...document.querySelectorAll('textarea')].map(({ value }) => value));
    assert.deepEqual(left, ['words for bob', '', '']);
    await window.close();
  });
}

test('a key that can only sign: the message is made all the same, and that oneself cannot read it is said before', async () => {
  // With an algorithm named, gpg makes no subkey to encrypt to.
  const sid = gpg.key('Sid <sid@example.test>', { algorithm: 'ed25519' });
  await importKeys(driver, sid.secret, PASSPHRASE);
  const window = await composing(TEXT);
  await shows(window, say('to_self_on'));
  await field(window, say('sign_as')).choose('Sid <sid@example.test>');
  await shows(window, say('to_self_cannot'));
  await encrypt(window, driver);
  const armored = await written();
  const { text, signers } = gpg.decrypt(armored);
  assert.deepEqual([text, signers], [TEXT, [sid.fingerprint]]);
  assert.equal(packets(dearmor(armored)).filter(({ tag }) => tag === Tag.pkesk).length, 1, 'for bob');
});

test('an unlock window whose key was deleted meanwhile says so, and who waits for it goes back to the text', async () => {
  await lockNow(driver);
  const window = await composing(TEXT);
  await field(window, say('sign_as')).choose('Ada <ada@example.test>');
  await button(window, 'Encrypt').click();
  const unlocking = await driver.window('unlock.html');
  await field(unlocking, 'Passphrase').visible();
  const page = await driver.page('keys.html');
  await openCard(page, 'Ada');
  await button(page, 'Delete').click();
  await toggle(page, say('delete_own_confirm')).click();
  await button(page, 'Delete').click();
  await shows(unlocking, say('unlock_gone'));
  await field(unlocking, 'Passphrase').absent();
  await unlocking.front();
  await button(unlocking, say('close')).click();
  await until('the unlock window has closed', () => unlocking.gone());
  await page.close();
  await window.front();
  await until('it is back at the text', () => button(window, 'Encrypt').enabled());
  assert.ok(!(await window.text()).includes(say('waiting_for_unlock')));
  await window.close();
});
