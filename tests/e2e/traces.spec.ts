// What the browser writes to the disk by itself, to open its windows again after a crash: nothing that is typed into ours.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, field, toggle, until, type View } from '../harness/index.js';
import { composer } from './support/desk.js';
import { kind, say } from './support/session.js';
import { write } from './support/write.js';
import { startWriter, type Writer } from './support/writer.js';

let writer: Writer;

/** Chromium opens no windows like ours again, and keeps nothing of them: there it is pages in tabs that matter. */
const keepsWindows = kind === 'firefox';

before(async () => {
  writer = await startWriter();
});
after(() => writer?.close());

/** Waits until the browser keeps a field of the page's document that does not say otherwise, and looks for these texts then. */
async function keepsNothing(view: View, ...texts: string[]): Promise<void> {
  const control = `a field like any other ${Math.random()}`;
  await view.evaluate((value) => {
    const area = document.createElement('textarea');
    area.id = 'control';
    document.body.append(area);
    area.focus();
    document.execCommand('insertText', false, value);
  }, control);
  await until('the browser keeps what is typed', () => writer.driver.remembers(control));
  for (const text of texts) assert.equal(await writer.driver.remembers(text), false, text);
}

test('a passphrase that is shown, on the page of keys', async () => {
  const page = await writer.driver.page('keys.html#generate');
  await field(page, 'Passphrase').fill('Passphrase of the lamp');
  await page.click('wx-passphrase button');
  assert.equal(await page.evaluate(() => document.querySelector<HTMLInputElement>('#passphrase')?.type), 'text');
  await keepsNothing(page, 'Passphrase of the lamp');
  await page.close();
});

if (keepsWindows) {
  test('the window for mails: subject, recipients that are half typed, plain text, and a password that is shown', async () => {
    const { driver, tab, web } = writer;
    await tab.goto(web.url('/contenteditable'));
    const window = await write(driver, tab);
    await field(window, say('header_subject')).fill('Subject of the lamp');
    await field(window, say('header_to')).click();
    await window.type('half.typed.of.the.lamp');
    await button(window, say('edit_plain')).click();
    await field(window, say('text')).fill('Text of the lamp');
    await toggle(window, say('use_password')).click();
    await field(window, say('message_password')).fill('Password of the lamp');
    await button(window, say('pair', say('message_password'), say('show_typed'))).click();
    await keepsNothing(
      window,
      'Subject of the lamp',
      'half.typed.of.the.lamp',
      'Text of the lamp',
      'Password of the lamp',
    );
    await window.close();
  });

  test('the window for a selection: its text, and what is changed in it', async () => {
    const { driver, tab, web } = writer;
    await tab.goto(web.url('/contenteditable'));
    await tab.typeInto('#body', 'Selection of the lamp');
    await tab.press('Control+a');
    await driver.command(tab, 'encrypt-selection');
    const window = await composer(driver);
    await keepsNothing(window, 'Selection of the lamp');
    await button(window, say('edit_text')).click();
    await field(window, say('text')).fill('Edition of the lamp');
    await window.evaluate(() => document.querySelector('#control')?.remove());
    await keepsNothing(window, 'Selection of the lamp', 'Edition of the lamp');
    await window.close();
  });
}
