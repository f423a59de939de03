// How long a reader stays in a page, and whom it is for: what the page, the vault and the browser do meanwhile.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MAX_FRAMES } from '../../extension/content/limits.js';
import { button, type Driver, until, type View } from '../harness/index.js';
import { glance, readers, readerWith, shows } from './support/desk.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inbox } from './support/inbox.js';
import { say } from './support/session.js';
import { escaped, page as html, type Site } from './support/site.js';
import { lockNow, switchSite, unlock, unlockKey } from './support/steps.js';

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
  await tab.back();
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

test('a page that the browser keeps for the way back: on a site that was switched off meanwhile nothing is read', async () => {
  await tab.goto(web.url('/kept'));
  await readers(driver, tab, 1);
  await wayBack(() => switchSite(driver, tab, false));
  await readers(driver, tab, 0);
  await until('the armor is back', async () => (await tab.text()).includes('-----BEGIN PGP MESSAGE-----'));
  await switchSite(driver, tab);
  await readers(driver, tab, 1);
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

test('a message of a long thread that found no room when it came near is read when others have gone out of sight', async () => {
  const letters = Array.from({ length: MAX_FRAMES + 4 }, (_, n) => gpg.encrypt(`Letter ${n}.`, [bob.fingerprint]));
  const thread = (open: string, close: string) =>
    html(letters.map((letter) => `${open}${escaped(letter)}${close}`).join(''));
  web.put('/thread', thread('<pre>', '</pre>'));
  // One element with all of them is near as long as any of them is.
  web.put('/thread-in-one', thread('', '<br>').replace('<body>', '<body style="white-space: pre">'));
  for (const path of ['/thread', '/thread-in-one']) {
    await tab.goto('about:blank');
    await tab.resize(1200, 2000);
    await tab.goto(web.url(path));
    await until('all room is taken', async () => (await driver.frames(tab, 'reader.html')).length === MAX_FRAMES);
    await readerWith(driver, tab, 'Letter 0.');
    const last = `Letter ${letters.length - 1}.`;
    await until('the last one is read, going on and on and never back', async () => {
      await tab.evaluate(() => scrollBy({ top: 300, behavior: 'instant' }));
      const frames = await driver.frames(tab, 'reader.html');
      return (await Promise.all(frames.map(glance))).some((text) => text.includes(last));
    });
    await until('no armor is in sight', () => tab.evaluate(noneInSight));
  }
});

/** Whether no marker is drawn in the visible part of the page. */
function noneInSight(): boolean {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const range = document.createRange();
    range.selectNode(node);
    const { top, bottom, height } = range.getBoundingClientRect();
    if (height > 0 && bottom > 0 && top < innerHeight && node.nodeValue?.includes('-----BEGIN')) return false;
  }
  return true;
}
