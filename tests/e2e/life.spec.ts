// The background may be stopped between any two messages, storage may be full, and keys lock by themselves.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, field, until, type View } from '../harness/index.js';
import { composer, readers, shows } from './support/desk.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { secretScalars } from './support/packets.js';
import { browser, say } from './support/session.js';
import { escaped, page as html, type Site, site } from './support/site.js';
import {
  cards,
  fillGenerate,
  importKeys,
  listed,
  lockNow,
  PASSPHRASE,
  stored,
  switchSite,
  unlock,
} from './support/steps.js';
import { hurries } from './support/time.js';

// Firefox gives an extension a share of the disk. Told that the disk is small, it really refuses to write (in kB).
const SMALL_DISK = { 'dom.quotaManager.temporaryStorage.fixedLimit': 12 * 1024 };
const TEXT = 'Seven geese walk over the frozen harbour.';
let driver: Driver;
let gpg: Gpg;
let web: Site;
let bob: GpgKey;
let tab: View;

before(async () => {
  [driver, web] = await Promise.all([browser({ prefs: SMALL_DISK }), site()]);
  gpg = new Gpg();
  bob = gpg.key('Bob <bob@example.test>');
  web.put('/', html('<p>Inbox</p>'));
  web.put('/write', html('<textarea id="t" rows="8" cols="60"></textarea>'));
  const armored = `<pre>${escaped(gpg.encrypt(TEXT, [bob.fingerprint]))}</pre>`;
  web.put('/read', html(armored));
  web.put('/two', html(`${armored}<div style="height: 4000px"></div><div id="far">${armored}</div>`));
});
after(async () => {
  await driver?.close();
  gpg?.close();
  web?.close();
});

const field_ = (): Promise<string> => tab.evaluate(() => (document.querySelector('#t') as HTMLTextAreaElement).value);

/** Moves the background's clock, which lives as long as the background does. */
const clock = (minutes: number): Promise<void> =>
  driver.background((by) => {
    const { Date: its } = typeof window === 'undefined' ? globalThis : (window as unknown as typeof globalThis);
    const now = its.now.bind(its);
    its.now = () => now() + by * 60_000;
  }, minutes);

/** The computer sleeps past the time of locking. Browsers' alarms do not count that time; and somebody comes back to this view. */
async function sleeps(view: View): Promise<void> {
  await clock(6);
  await view.evaluate(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + 6 * 60_000;
    dispatchEvent(new Event('focus'));
  });
}

/** The background begins anew, with the clock and all as it was, and the message is unlocked. */
async function awake(): Promise<View> {
  await driver.stopBackground();
  await tab.goto(web.url('/read'));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await button(frame, 'Unlock').click();
  await unlock(driver);
  await shows(frame, TEXT);
  return frame;
}

test('making, importing, switching on, encrypting and reading, with the background stopped before each step', async () => {
  const stop = () => driver.stopBackground();
  await stop();
  const page = await driver.page('keys.html#generate');
  await field(page, 'Repeat passphrase').visible();
  await stop();
  await fillGenerate(page, { name: 'Alice', email: 'alice@example.test' });
  await listed(page, 'alice@example.test');
  await page.close();
  await stop();
  await importKeys(driver, bob.secret, PASSPHRASE);
  await stop();
  tab = await driver.tab(web.url('/'));
  await switchSite(driver, tab);
  await lockNow(driver);
  await stop();

  await tab.goto(web.url('/write'));
  await tab.typeInto('#t', TEXT);
  await tab.press('Control+a');
  await stop();
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver);
  await stop();
  await field(window, 'Recipients').fill('bob@example.test');
  await window.press('Enter');
  await shows(window, say('rcpt_own'));
  await stop();
  await button(window, 'Encrypt').click();
  const asked = await driver.window('unlock.html');
  await stop();
  await field(asked, 'Passphrase').fill(PASSPHRASE);
  await stop();
  await button(asked, 'Unlock').click();
  const armored = await until('the text is replaced', async () => {
    const value = await field_();
    return value.includes('END PGP MESSAGE') ? value : null;
  });
  assert.equal(gpg.decrypt(armored).text, TEXT);
  await until('the composer has closed', () => window.gone());

  await lockNow(driver);
  await stop();
  await tab.goto(web.url('/read'));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await button(frame, 'Unlock').visible();
  await stop();
  await button(frame, 'Unlock').click();
  await unlock(driver);
  await shows(frame, TEXT);
});

test('unlocked stays unlocked when the background is stopped', async () => {
  await driver.stopBackground();
  await tab.goto(web.url('/read'));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await shows(frame, TEXT);
});

test('a new version of the extension waits until none of its windows is open', async () => {
  if (driver.kind === 'chromium') {
    // It waits by itself, as long as nobody says that it need not.
    assert.equal(await driver.background(() => chrome.runtime.onUpdateAvailable.hasListeners()), false);
    return;
  }
  await (await driver.window('welcome.html')).close();
  await tab.goto(web.url('/read'));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await shows(frame, TEXT);
  const window = await driver.page('keys.html#generate');
  await field(window, 'Name').fill('Half a name');
  await driver.stopBackground();
  await driver.offerUpdate();
  const waits = () => driver.background(() => chrome.alarms.get('update'));
  /** What the alarm does at its time. */
  const look = () => driver.background(() => chrome.alarms.create('update', { when: Date.now() }));
  await until('it is to be looked again', waits);
  await look();
  await until('it has been looked again', async () => ((await waits())?.scheduledTime ?? 0) > Date.now());
  assert.equal(await driver.updated(), false);
  assert.equal(await field(window, 'Name').value(), 'Half a name');
  assert.ok((await frame.text()).includes(TEXT), 'what is read stays meanwhile');
  await window.close();
  const popup = await driver.popup(tab);
  await look();
  await until('it has been looked again', async () => ((await waits())?.scheduledTime ?? 0) > Date.now());
  assert.equal(await driver.updated(), false);
  await popup.close();
  await look();
  await until('the new version is let in', () => driver.updated());
  assert.equal(await waits(), undefined);
  // Firefox ends the content script, but takes nothing out of the page that it has put there.
  const left = await tab.evaluate(() => ({
    children: [...document.body.children].map((one) => one.localName),
    armor: document.body.innerText.includes('END PGP MESSAGE'),
  }));
  assert.deepEqual(left, { children: ['pre'], armor: true });
});

test('what is kept of an unlocked key is not readable without the key that wraps it', async () => {
  const { session, local } = await stored(driver);
  assert.ok(JSON.stringify(session).length > 100, 'something is kept');
  const kept = JSON.stringify([session, local]);
  for (const secret of secretScalars(bob.secret)) {
    for (const skip of [0, 1, 2]) assert.ok(!kept.includes(secret.subarray(skip).toString('base64').slice(0, 24)));
  }
});

test('keys lock by themselves at their time, also when the background was stopped in between', async () => {
  const settings = await driver.page('settings.html');
  await field(settings, say('set_lock_time')).choose(say('lock_5_minutes'));
  await shows(settings, say('saved'));
  const due = await until('the alarm is set', () =>
    driver.background(async () => (await chrome.alarms.get('lock'))?.scheduledTime),
  );
  assert.ok(Math.abs(due - Date.now() - 5 * 60_000) < 60_000, `in ${(due - Date.now()) / 1000} s`);
  await tab.front();
  await tab.goto(web.url('/read'));
  let [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await shows(frame, TEXT);

  await sleeps(frame);
  await shows(frame, say('reader_locked'));
  assert.ok(!(await frame.text()).includes(TEXT), 'the text goes without the alarm');
  frame = await awake();

  let keys = await driver.page('keys.html');
  await button(keys, 'Lock now').visible();
  await sleeps(keys);
  await button(keys, 'Lock now').absent();
  await keys.close();
  await shows(frame, say('reader_locked'));
  frame = await awake();

  await clock(4);
  keys = await driver.page('keys.html');
  await button(keys, 'Lock now').visible();
  await driver.stopBackground();
  await clock(6);
  // The browser's own alarm, brought forward (by a clock that was not moved).
  await driver.background(() => chrome.alarms.create('lock', { when: performance.timeOrigin + performance.now() + 1 }));
  await button(keys, 'Lock now').absent();
  await shows(frame, say('reader_locked'));
  assert.ok(!(await frame.text()).includes(TEXT), 'the text has gone from the page');
  assert.ok(!(await cards(keys)).some((card) => card.includes(say('unlocked'))));
  assert.ok(!('host:remembered' in (await stored(driver)).session), 'and from memory');
  await driver.stopBackground();
  await keys.close();
  await settings.close();
});

/** What the background fails in, until it is told that it works again; how often it failed is counted. */
const fails = (what: 'calls' | 'parts' | 'storage'): Promise<void> =>
  driver.background((failing) => {
    const world = (typeof window === 'undefined' ? globalThis : window) as unknown as typeof globalThis & Failing;
    world.failed = 0;
    const fail = (): never => {
      world.failed += 1;
      throw new Error('lost');
    };
    const { now } = world.Date;
    const { executeScript } = world.chrome.scripting;
    const { local } = world.chrome.storage;
    const get = local.get.bind(local);
    if (failing === 'calls') world.Date.now = fail;
    else if (failing === 'storage') local.get = (async () => fail()) as never;
    else world.chrome.scripting.executeScript = (async () => fail()) as never;
    world.works = () => {
      world.Date.now = now;
      world.chrome.scripting.executeScript = executeScript;
      local.get = get as never;
    };
  }, what);
interface Failing {
  failed: number;
  works(): void;
}

/** Waits until it has failed so often, and has it work again. */
const failed = (times: number): Promise<unknown> =>
  until('the background has failed', () =>
    driver.background((enough) => {
      const world = (typeof window === 'undefined' ? globalThis : window) as unknown as Failing;
      if (world.failed < enough) return false;
      world.works();
      return true;
    }, times),
  );

for (const what of ['calls', 'parts', 'storage'] as const) {
  test(`a page comes to life by itself when the background has lost its first ${what}`, async () => {
    // Not while somebody else may ask.
    await tab.goto('about:blank');
    // Storage is read by a background that has just started.
    if (what === 'storage') await driver.stopBackground();
    await fails(what);
    await tab.goto(web.url('/read'));
    await failed(1);
    const [frame] = await readers(driver, tab, 1);
    assert.ok(frame);
    await shows(frame, say('reader_locked'));
  });
}

test('what is read stays when the page asks again whether it may, and hears neither yes nor no', async () => {
  await tab.goto(web.url('/read'));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await shows(frame, say('reader_locked'));
  await hurries(driver, tab, 1_000, 15_000, 3);
  await driver.stopBackground();
  await fails('storage');
  const tell = async (act: string): Promise<unknown> =>
    driver.background(
      async (url, wanted) => {
        const [found] = (await chrome.tabs.query({})).filter((one) => one.url === url);
        return chrome.tabs.sendMessage(found?.id ?? -1, { to: 'content', act: wanted }).catch(() => null);
      },
      await tab.url(),
      act,
    );
  await tell('site_changed');
  // Each time it asks.
  await failed(4);
  // It has heard the last refusal before this.
  assert.deepEqual(await tell('encrypt_selection'), { ok: false, reason: 'no_selection' });
  await shows(frame, say('reader_locked'));
  assert.equal((await readers(driver, tab, 1)).length, 1);
});

/** The page with two messages; the second comes into view when `before` is done, and is read. */
async function secondMessage(before: () => Promise<void>, then?: () => Promise<unknown>): Promise<void> {
  await tab.goto(web.url('/two'));
  const [first] = await readers(driver, tab, 1);
  assert.ok(first);
  await shows(first, say('reader_locked'));
  await before();
  await tab.evaluate(() => document.querySelector('#far')?.scrollIntoView());
  await then?.();
  const [, second] = await readers(driver, tab, 2);
  assert.ok(second);
  await shows(second, say('reader_locked'));
}

test('a message in view is read by itself when the background has lost the call for it', () =>
  secondMessage(
    () => fails('calls'),
    () => failed(1),
  ));

test('a reader that has not come to life in its time is followed by another one', () =>
  secondMessage(() => hurries(driver, tab, 20_000, 20_000, 1)));

test('the composer keeps the text when its page has gone', async () => {
  await tab.goto(web.url('/write'));
  await tab.typeInto('#t', 'written before the page went away');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { recipients: 'bob@example.test', sign: false });
  await tab.goto(web.url('/'));
  await shows(window, say('page_gone'));
  await button(window, 'Encrypt').click();
  const armored = await until('the encrypted message is there to be copied', async () => {
    const value = await field(window, say('encrypted_message')).value();
    return value.includes('END PGP MESSAGE') ? value : null;
  });
  assert.equal(gpg.decrypt(armored).text, 'written before the page went away');
  await button(window, say('copy')).visible();
  await window.close();
});

test('storage that takes no more: said in words, nothing lost, and it works again when there is room', async () => {
  await refusedAndRecovered(
    'zoe@example.test',
    () => fillStorage(true),
    () => fillStorage(false),
  );
});

test('storage that fails: said in words, nothing lost, and it works again when the background began anew', async () => {
  // Each of the browser's own functions lives as long as the background that has it.
  const fails = async (): Promise<void> => {
    await driver.stopBackground();
    await driver.background(() => {
      const world = typeof window === 'undefined' ? globalThis : (window as unknown as typeof globalThis);
      world.chrome.storage.local.set = (() => Promise.reject(new Error('IO error: read-only file system'))) as never;
    });
  };
  const said = await refusedAndRecovered('yan@example.test', fails, () => driver.stopBackground());
  assert.ok(said.includes(say('err_storage_failed')), said);
});

/** Has keys locked and one made while nothing can be stored, and made again when it can; answers what was said at first. */
async function refusedAndRecovered(
  email: string,
  breaks: () => Promise<void>,
  mends: () => Promise<void>,
): Promise<string> {
  await lockNow(driver);
  const frame = await awake();
  const before = await keyRecords();
  const page = await driver.page('keys.html#generate');
  await field(page, 'Repeat passphrase').visible();
  await breaks();
  let said = '';
  try {
    await fillGenerate(page, { name: 'Somebody', email });
    await until('it says that nothing was stored', async () => {
      said = await page.text();
      return said.includes(say('err_storage_full')) || said.includes(say('err_storage_failed'));
    });
    const keys = await driver.page('keys.html');
    await listed(keys, 'alice@example.test');
    assert.ok(!(await cards(keys)).some((card) => card.includes(email)), 'what is not stored is not shown');
    await keys.close();
    await lockNow(driver);
    await tab.front();
    await shows(frame, say('reader_locked'));
  } finally {
    await mends();
  }
  assert.deepEqual(await keyRecords(), before);
  await page.front();
  await button(page, 'Generate key').click();
  await listed(page, email);
  await page.close();
  return said;
}

/** All that is stored of keys. */
const keyRecords = async (): Promise<Record<string, unknown>> =>
  Object.fromEntries(Object.entries((await stored(driver)).local).filter(([key]) => key.startsWith('key/')));

/** Leaves no room in storage (10 MB in Chromium, what {@link SMALL_DISK} says in Firefox), or makes room again. */
async function fillStorage(full: boolean): Promise<void> {
  await driver.background(async (fill) => {
    const { local } = chrome.storage;
    if (!fill) return local.remove(Object.keys(await local.get(null)).filter((key) => key.startsWith('junk')));
    let made = 0;
    for (const size of [1 << 20, 1 << 16, 1 << 12, 1 << 8]) {
      // Random text: what compresses well leaves room on the disk.
      const piece = () =>
        Array.from({ length: size / 8 }, () => Math.random().toString(36).slice(2, 10).padEnd(8, '0')).join('');
      for (let room = true; room && made < 200; made++) {
        room = await local.set({ [`junk${made}`]: piece() }).then(
          () => true,
          () => false,
        );
      }
    }
  }, full);
  // The vault has read all of storage: it begins anew with what is there now.
  await driver.stopBackground();
}
