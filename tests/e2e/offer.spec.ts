// The button that offers to write a whole mail, at the editor of the page's own form.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Driver, toggle, until, type View } from '../harness/index.js';
import type { Pages } from '../pages/server.js';
import { shows } from './support/desk.js';
import { offerPlace, offersEncryption, pressWriteEncrypted } from './support/selection.js';
import { say } from './support/session.js';
import { page as html, type Site } from './support/site.js';
import { hurries } from './support/time.js';
import { type OwnForms, ownForms, type WritePort } from './support/write-port.js';

const ARMOR = '-----BEGIN PGP MESSAGE-----\n\naGVsbG8=\n-----END PGP MESSAGE-----';
let at: OwnForms;
let driver: Driver;
let pages: Pages;
let web: Site;
let tab: View;
let port: WritePort;

before(async () => {
  at = await ownForms();
  ({ driver, pages, web, tab, port } = at);
});
after(() => at?.close());

/** Goes to an address where the button comes back at once, not when the user has rested: it is there before that of a selection goes. */
async function soon(address: string): Promise<void> {
  await tab.goto(address);
  await hurries(driver, tab, 400, 400, 99);
}

test('the button comes with an editor for a mail, never on text, and stays away where it is not wanted', async () => {
  await soon(pages.url('editors/textarea'));
  await tab.click('#body');
  await until('the button is there', () => offerPlace(tab));
  // It stands in the editor's corner, and moves off when the text comes near.
  const inside = async (): Promise<boolean> => {
    const box = await offerPlace(tab);
    const editor = await tab.rect('#body');
    if (!box || !editor) throw new Error('no button');
    return box.y >= editor.y && box.y + box.height <= editor.y + editor.height;
  };
  assert.equal(await inside(), true);
  await tab.type('line\n'.repeat(14));
  await until('it has made room', async () => !(await inside()));
  // With something selected the other button has the stage.
  await tab.press('Control+a');
  await until('the selection has its button', () => offersEncryption(tab));
  await until('the other has gone', async () => (await offerPlace(tab)) === null);
  await tab.press('Control+End');
  await until('the button is there again', () => offerPlace(tab));
  await tab.press('Escape');
  await until('Escape puts it away', async () => (await offerPlace(tab)) === null);
  await tab.type('more');
  await tab.press('Control+a');
  await until('the selection has its button', () => offersEncryption(tab));
  await tab.press('Control+End');
  await until('the selection has gone', async () => !(await offersEncryption(tab)));
  assert.equal(await offerPlace(tab), null, 'not for this form again');
  // Another form, another offer; this time the small x.
  await soon(pages.url('editors/contenteditable'));
  await tab.click('#body');
  await pressWriteEncrypted(tab, 'close');
  await until('it is put away', async () => (await offerPlace(tab)) === null);
  await tab.type('and stays away');
  await tab.press('Control+a');
  await until('the selection has its button', () => offersEncryption(tab));
  await tab.press('Control+End');
  await until('the selection has gone', async () => !(await offersEncryption(tab)));
  assert.equal(await offerPlace(tab), null);
});

test('the button opens the window for this form', async () => {
  await tab.goto(pages.url('editors/textarea'));
  await tab.click('#body');
  await pressWriteEncrypted(tab);
  const window = await driver.window('write.html');
  await window.close();
  await tab.front();
});

test('the button pressed twice, while the browser takes its time, opens one window', async () => {
  await tab.goto(pages.url('editors/textarea'));
  await tab.click('#body');
  await until('the button is there', () => offerPlace(tab));
  await driver.background(() => {
    const world = (typeof window === 'undefined' ? globalThis : window) as unknown as typeof globalThis & Slow;
    const { windows } = world.chrome;
    const create = windows.create.bind(windows);
    const free = new Promise<void>((done) => {
      world.goesOn = done;
    });
    world.asked = 0;
    windows.create = (async (...args: Parameters<typeof create>) => {
      world.asked += 1;
      await free;
      return create(...args);
    }) as never;
    world.mends = () => {
      windows.create = create as never;
    };
  });
  const asked = () =>
    driver.background(() => ((typeof window === 'undefined' ? globalThis : window) as unknown as Slow).asked);
  await pressWriteEncrypted(tab);
  await until('a window is asked for', asked);
  await pressWriteEncrypted(tab);
  await driver.background(() => ((typeof window === 'undefined' ? globalThis : window) as unknown as Slow).goesOn());
  // The vault answers in turn: this comes after all that the page has asked for.
  await port.page.evaluate(() => chrome.runtime.sendMessage({ to: 'vault', ui: { kind: 'status' } }));
  assert.equal(await asked(), 1);
  await driver.background(() => ((typeof window === 'undefined' ? globalThis : window) as unknown as Slow).mends());
  const opened = await driver.window('write.html');
  await opened.close();
  await tab.front();
});

/** A background whose windows wait until it goes on; how many were asked for is counted. */
interface Slow {
  asked: number;
  goesOn(): void;
  mends(): void;
}

test('no button at an editor without a field for recipients, nor where it was switched off', async () => {
  web.put('/comment', html('<label>Comment <textarea id="body" rows="10" cols="70"></textarea></label>'));
  await soon(web.url('/comment'));
  await tab.typeInto('#body', 'words');
  await tab.press('Control+a');
  await until('a selection can be encrypted here', () => offersEncryption(tab));
  await tab.press('Control+End');
  await until('the selection has gone', async () => !(await offersEncryption(tab)));
  assert.equal(await offerPlace(tab), null);
  const settings = await driver.page('settings.html');
  const wanted = async (): Promise<void> => {
    await settings.front();
    await toggle(settings, say('set_button')).click();
    await shows(settings, say('saved'));
    await tab.front();
  };
  await wanted();
  await tab.goto(pages.url('editors/textarea'));
  await tab.click('#body');
  await port.connect(tab);
  assert.equal((await port.put({ text: ARMOR })).ok, true); // by then the button would have come
  assert.equal(await offerPlace(tab), null);
  await wanted();
  await tab.goto(pages.url('editors/textarea'));
  await tab.click('#body');
  await until('the button is there', () => offerPlace(tab));
});

test('clicks that a page makes up open nothing', async () => {
  await tab.goto(pages.url('editors/textarea'));
  await tab.click('#body');
  await until('the button is there', () => offerPlace(tab));
  await tab.evaluate(() => {
    for (const host of document.documentElement.querySelectorAll('aside')) {
      for (const type of ['pointerdown', 'mousedown', 'click']) {
        host.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, cancelable: true }));
      }
      (host as HTMLElement).click();
    }
  });
  await port.connect(tab); // by now a window would have been asked for
  const open = await driver.background(
    async () => (await chrome.tabs.query({})).filter(({ url }) => url?.includes('write.html')).length,
  );
  assert.equal(open, 0);
});
