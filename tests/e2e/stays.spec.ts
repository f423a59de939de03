// How long a reader stays in a page, and whom it is for: what the page, the vault and the browser do meanwhile.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, until, type View } from '../harness/index.js';
import { readers, readerWith, shows } from './support/desk.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inbox } from './support/inbox.js';
import { say } from './support/session.js';
import { escaped, page as html, type Site } from './support/site.js';
import { lockNow, unlock, unlockKey } from './support/steps.js';

const TEXT = 'Four cranes wait on the sandbank.';
let home: Inbox;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let bob: GpgKey;
let tab: View;

before(async () => {
  home = await inbox({ unlocked: true });
  ({ driver, gpg, web, bob, tab } = home);
  web.put('/other', html('<p>Another page</p>'));
});
after(() => home?.close());

/** Goes away from the page and comes back to it as the browser has kept it, or (as Chromium does here) loads it anew. */
async function wayBack(meanwhile: () => Promise<unknown>): Promise<void> {
  const here = await tab.url();
  await tab.goto(web.url('/other'));
  await meanwhile();
  await tab.front();
  await tab.evaluate(() => history.back());
  await until('the page is there again', async () => (await tab.url()) === here);
}

test('a page that the browser keeps for the way back: lock now takes its text away, too', async () => {
  // What the site forbids to store is not kept.
  const kept = { 'cache-control': 'max-age=60' };
  web.put('/kept', html(`<pre>${escaped(gpg.encrypt(TEXT, [bob.fingerprint]))}</pre>`), kept);
  await tab.goto(web.url('/kept'));
  await readerWith(driver, tab, TEXT);
  await wayBack(async () => undefined);
  await readerWith(driver, tab, TEXT);
  await readers(driver, tab, 1);
  await wayBack(() => lockNow(driver));
  const frame = await readerWith(driver, tab, say('reader_locked'));
  assert.ok(!(await frame.evaluate(() => document.documentElement.outerHTML)).includes(TEXT));
  await button(frame, 'Unlock').click();
  await unlock(driver);
  await readerWith(driver, tab, TEXT);
});

/** The vault knows no reader any more, as after a long time or after many others in the same tab. */
async function forgetViews(): Promise<void> {
  const gone = await driver.background(async () => {
    const views = Object.keys(await chrome.storage.session.get(null)).filter((name) => name.startsWith('vault/view/'));
    await chrome.storage.session.remove(views);
    return views.length;
  });
  assert.ok(gone > 0);
  await driver.stopBackground();
}

test('a reader that the vault does not know any more is followed by another one', async () => {
  web.put('/old', html(`<pre>${escaped(gpg.encrypt(TEXT, [bob.fingerprint]))}</pre>`));
  await lockNow(driver);
  await tab.goto(web.url('/old'));
  const frame = await readerWith(driver, tab, say('reader_locked'));
  const before = await frame.url();
  await forgetViews();
  await button(frame, 'Unlock').click();
  const next = await until('another frame', async () => {
    const [one] = await readers(driver, tab, 1);
    return one && (await one.url().catch(() => before)) !== before ? one : null;
  });
  await shows(next, say('reader_locked'));
  // Unlocked elsewhere, it is read by itself.
  await forgetViews();
  await unlockKey(driver, 'Bob');
  await tab.front();
  await readerWith(driver, tab, TEXT);
  await readers(driver, tab, 1);
});
