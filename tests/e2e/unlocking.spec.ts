// Several windows that ask for the same key.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, field, until } from '../harness/index.js';
import { readers } from './support/desk.js';
import { given } from './support/given.js';
import { type Inbox, inbox } from './support/inbox.js';
import { escaped, page as html } from './support/site.js';
import { PASSPHRASE } from './support/steps.js';

let home: Inbox;
before(async () => {
  home = await inbox();
});
after(() => home?.close());

test('a key that is unlocked in one window is asked for in no other one', async () => {
  const { driver, gpg, web, bob, tab } = home;
  const rita = gpg.key('Rita <rita@example.test>');
  await given(driver, { own: [rita] });
  const block = (...keys: string[]): string => `<pre>${escaped(gpg.encrypt('To whom it concerns.', keys))}</pre>`;
  web.put('/two', html(`${block(bob.fingerprint)}<hr>${block(bob.fingerprint, rita.fingerprint)}`));
  await tab.front();
  await tab.goto(web.url('/two'));
  const asking = [];
  for (const frame of await readers(driver, tab, 2)) {
    await tab.front();
    await button(frame, 'Unlock').click();
    const window = await driver.window('unlock.html');
    await field(window, 'Passphrase').visible();
    asking.push(window);
  }
  // One asks for bob's key, the other for bob's or rita's.
  const choices = await Promise.all(asking.map((window) => window.count('input[type=radio]')));
  assert.deepEqual([...choices].sort(), [0, 2]);
  const window = asking[choices.indexOf(0)];
  assert.ok(window);
  await window.front();
  await field(window, 'Passphrase').fill(PASSPHRASE);
  await button(window, 'Unlock').click();
  for (const one of asking) await until('the window has closed', () => one.gone());
});
