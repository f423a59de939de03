// Clicks that were meant for something else: windows and frames of ours take none before they have stood for a moment.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, field, until, type View } from '../harness/index.js';
import { composer, readers, shows } from './support/desk.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inbox } from './support/inbox.js';
import { protectedHeaders, text } from './support/mime.js';
import { clickInVain, hold, pressInVain, release } from './support/moment.js';
import { say } from './support/session.js';
import { escaped, page as html, type Site } from './support/site.js';
import { PASSPHRASE, stored } from './support/steps.js';

const TEXT = 'Five lanterns hang over the lock.';
let home: Inbox;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let bob: GpgKey;
let tab: View;

before(async () => {
  home = await inbox();
  ({ driver, gpg, web, bob, tab } = home);
  web.put('/message', html(`<div id="all"><pre>${escaped(gpg.encrypt(TEXT, [bob.fingerprint]))}</pre></div>`));
});
after(() => home?.close());

async function opened(path: string): Promise<View> {
  await tab.front();
  await tab.goto(web.url(path));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  return frame;
}

test('the window for a passphrase: no press counts in its first moment, and no letter is lost', async () => {
  const frame = await opened('/message');
  await button(frame, say('unlock')).click();
  const window = await driver.window('unlock.html');
  await window.focused("document.querySelector('wx-passphrase input')", 'the field');
  await hold(window);
  await clickInVain(window, '.actions button:not([type=submit])');
  await clickInVain(window, '.actions button[type=submit]');
  // Spaces are text here, Enter is not.
  await window.type(PASSPHRASE);
  assert.equal(await field(window, say('passphrase')).value(), PASSPHRASE);
  await pressInVain(window, 'Enter');
  await shows(frame, say('waiting_for_unlock'));
  await release(window);
  await window.press('Enter');
  await until('the window has closed', () => window.gone());
  await shows(frame, TEXT);
});

test('what a window draws later has to stand as well, until the user has begun', async () => {
  web.put('/write', html(`<textarea id="t" rows="4" cols="60">${TEXT}</textarea>`));
  await tab.front();
  await tab.goto(web.url('/write'));
  await tab.click('#t');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver);
  await window.takesPresses();
  const changed = () =>
    window.evaluate(async () => {
      document.querySelector('main')?.append(document.createElement('p'));
      await Promise.resolve();
      return document.documentElement.hasAttribute('data-early');
    });
  assert.equal(await changed(), true, 'it has to stand again');
  await window.takesPresses();
  assert.equal(await changed(), true, 'and again');
  await field(window, say('recipients')).click();
  assert.equal(await changed(), false, 'who has pressed something knows what is there');
  await window.close();
});

test('a key of a page is not stored by a click that came too early', async () => {
  const carol = gpg.key('Carol <carol@example.test>');
  web.put('/key', html(`<pre>${escaped(carol.public)}</pre>`));
  const frame = await opened('/key');
  await button(frame, say('import')).click();
  const page = await driver.window('keys.html');
  await page.visible('.card.preview');
  await hold(page);
  await clickInVain(page, '.actions button[type=submit]');
  const has = async () => `key/${carol.fingerprint.toLowerCase()}` in (await stored(driver)).local;
  assert.equal(await has(), false);
  await release(page);
  await button(page, say('import')).click();
  await until('it is stored', has);
  await page.close();
});

test('a frame in a page: no press counts before it has stood, and after the page has moved it', async () => {
  const frame = await opened('/message');
  await shows(frame, TEXT);
  await frame.takesPresses();
  await hold(frame);
  await clickInVain(frame, '.answer');
  await release(frame);
  // Another width is one that the frame hears of; what is asked of the page for a part that is opened is not.
  await frame.evaluate(() => {
    const root = document.documentElement;
    const heard = new Promise<boolean>((done) => {
      const changes = new MutationObserver(() => done(root.hasAttribute('data-early')));
      changes.observe(root, { attributeFilter: ['data-early'] });
    });
    Object.assign(globalThis, { harnessMoved: heard });
  });
  await tab.evaluate(() => document.querySelector('#all')?.setAttribute('style', 'width: 500px'));
  assert.equal(await frame.evaluate(() => (globalThis as { harnessMoved?: Promise<boolean> }).harnessMoved), true);
  await button(frame, say('reply')).click();
  const window = await driver.window('write.html');
  await shows(window, say('write_title'));
  await window.close();
});

test('a link in HTML, which is a frame of its own in the frame, takes no press before that has stood either', async () => {
  const markup = '<p style="padding: 20px"><a href="https://real.example/">The lanterns</a></p>';
  const content = protectedHeaders(text(markup, 'text/html'), [['Subject', 'Lanterns']], 'cipher');
  web.put('/html', html(`<pre>${escaped(gpg.encrypt(content, [bob.fingerprint]))}</pre>`));
  const frame = await opened('/html');
  const link = () =>
    frame.evaluate(() => {
      const body = document.querySelector<HTMLIFrameElement>('iframe.mail-body');
      const inner = body?.contentDocument?.querySelector('a')?.getBoundingClientRect();
      if (!body || !inner) return null;
      body.scrollIntoView({ block: 'center' });
      const { x, y } = body.getBoundingClientRect();
      return { x: x + inner.x + inner.width / 2, y: y + inner.y + inner.height / 2 };
    });
  await until('the link is drawn', link);
  await frame.takesPresses();
  await frame.evaluate(() => {
    const clicks = { heard: 0, acted: 0 };
    Object.assign(globalThis, { harnessClicks: clicks });
    const inner = document.querySelector<HTMLIFrameElement>('iframe.mail-body')?.contentDocument;
    inner?.defaultView?.addEventListener('click', () => void clicks.heard++, { capture: true });
    inner?.querySelector('a')?.addEventListener('click', (event) => {
      clicks.acted++;
      event.preventDefault();
    });
  });
  const clicks = () => frame.run('globalThis.harnessClicks') as Promise<{ heard: number; acted: number }>;
  const press = async () => frame.clickAt((await link()) ?? assert.fail('no link'), { blind: true });
  await hold(frame);
  await press();
  await until('it hears of the click', async () => (await clicks()).heard === 1);
  assert.equal((await clicks()).acted, 0, 'the link does not');
  await release(frame);
  await press();
  await until('the link hears of it', async () => (await clicks()).acted === 1);
});

test('a window for a secret that was left with something in it says so when it is in front again', async () => {
  const symmetric = gpg.run(['--armor', '--passphrase', 'quince', '--symmetric'], TEXT).toString();
  web.put('/password', html(`<pre>${escaped(symmetric)}</pre>`));
  const frame = await opened('/password');
  await button(frame, say('enter_password')).click();
  const window = await driver.window('password.html');
  const text = field(window, say('message_password'));
  // Headless Chromium takes all of its windows for the one in front: there these are told.
  const leave = async () => {
    if (driver.kind === 'firefox') await tab.front();
    else await window.evaluate(() => void dispatchEvent(new Event('blur')));
    if (driver.kind === 'firefox') await window.front();
    else await window.evaluate(() => void dispatchEvent(new Event('focus')));
    // What follows from it would have been drawn before this.
    await window.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    return window.text();
  };
  await text.fill('');
  assert.ok(!(await leave()).includes(say('typed_elsewhere')), 'nothing was typed yet');
  await text.fill('quin');
  await leave();
  await shows(window, say('typed_elsewhere'));
  assert.equal(await text.value(), 'quin', 'what was typed stays');
  await window.close();
});
