// Hosts that a key is looked for at, and that say nothing, or that something is wrong: what is made of it, and the browser's
// permission with which some of them answer. The hosts are played.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import type { Gpg } from './support/gpg.js';
import type { KeyPlaces } from './support/key-places.js';
import { ADVANCED, answerOf, ask, DIRECT, grouped, hostsOf, type Looking, looking } from './support/looking.js';
import { kind, say } from './support/session.js';

let look: Looking;
let driver: Driver;
let gpg: Gpg;
let places: KeyPlaces;

before(async () => {
  look = await looking();
  ({ driver, gpg, places } = look);
});
after(() => look?.close());

test('a server that does not answer add-ons is read with a permission that is given back', async () => {
  places.clear();
  const address = `shy@${DIRECT}`;
  const key = gpg.key(`Shy <${address}>`);
  places.put(DIRECT, look.direct(address), { body: look.binary(key), shy: true });
  const page = await look.window(address);
  await ask(page);
  assert.ok((await answerOf(page, 'directory')).includes(say('err_no_answer')));
  assert.equal(await page.count('wx-import'), 0);
  const origins = hostsOf(DIRECT);
  await look.allow(page, origins);
  await shows(page, grouped(key.fingerprint));
  await until('the permission has been given back', async () => !(await look.allowed(origins)).includes(true));
  await page.close();
});

/** Permissions that are noted as borrowed. */
const noted = (): Promise<string[]> =>
  driver.background(async () => {
    const all = Object.entries(await chrome.storage.local.get<Record<string, string[]>>(null));
    return all.flatMap(([name, patterns]) => (name.startsWith('host:lent') ? patterns : []));
  });

interface Held {
  held: boolean;
  letThrough(): void;
}

/** What the window hears is not judged before it is let through. */
const hold = (page: View): Promise<void> =>
  page.evaluate(() => {
    const world = window as unknown as Held;
    const through = new Promise<void>((done) => {
      world.letThrough = done;
    });
    const send = chrome.runtime.sendMessage.bind(chrome.runtime) as (message: unknown) => Promise<unknown>;
    chrome.runtime.sendMessage = (async (message: { ui?: { kind: string } }) => {
      if (message.ui?.kind === 'judge_answer') {
        world.held = true;
        await through;
      }
      return send(message);
    }) as never;
  });
const letThrough = (page: View): Promise<void> => page.evaluate(() => (window as unknown as Held).letThrough());

test('searches that share a permission do not take it from one another, and without it nobody is asked from here', async () => {
  places.clear();
  const origins = hostsOf(DIRECT);
  const windows: { page: View; print: string }[] = [];
  for (const name of ['first', 'second', 'third']) {
    const address = `${name}@${DIRECT}`;
    const key = gpg.key(`${name} <${address}>`);
    places.put(DIRECT, look.direct(address), { body: look.binary(key), shy: true });
    const page = await look.window(address);
    await page.click('#place-key_server');
    await ask(page);
    windows.push({ page, print: grouped(key.fingerprint) });
  }
  const [first, second, third] = windows;
  assert.ok(first && second && third);
  const started = async ({ page }: { page: View }) => {
    await hold(page);
    await page.front();
    if (page === first?.page) await look.allow(page, origins);
    else await button(page, say('lookup_permission')).click();
    await until('its first host has said nothing', () => page.evaluate(() => (window as unknown as Held).held));
  };
  await started(first);
  await started(second);
  await started(third);
  await letThrough(second.page);
  await shows(second.page, second.print);
  await until('its note has gone', async () => (await noted()).length === 4);
  await letThrough(first.page);
  await shows(first.page, first.print);
  await until('its note has gone', async () => (await noted()).length === 2);
  assert.deepEqual(await look.allowed(origins), [true, true], 'one is not done yet');
  // The user takes it back.
  await driver.background((all) => chrome.permissions.remove({ origins: all }), origins);
  const { length } = places.asked;
  await letThrough(third.page);
  await until('it has ended', async () => (await third.page.count('form[aria-busy=false]')) === 1);
  assert.ok((await answerOf(third.page, 'directory')).includes(say('err_no_answer')));
  assert.equal(places.asked.length, length);
  const headers = JSON.stringify(places.asked.map((one) => one.headers));
  if (kind === 'firefox') assert.ok(!headers.includes('moz-extension:'), 'nobody is told of this installation');
  await until('its note has gone', async () => (await noted()).length === 0);
  for (const { page } of windows) await page.close();
});

test('a permission that a window had no time to give back is given back when the browser starts', async (context) => {
  places.clear();
  const address = `dying@${DIRECT}`;
  const key = gpg.key(`Dying <${address}>`);
  places.put(DIRECT, look.direct(address), { body: look.binary(key), shy: true });
  const page = await look.window(address);
  await ask(page);
  // It dies before it gets there.
  await page.evaluate(() => {
    chrome.permissions.remove = (() => new Promise(() => {})) as never;
  });
  const origins = hostsOf(DIRECT);
  await look.allow(page, origins);
  await until('it has found the key, and has what it borrowed', async () => {
    return (await answerOf(page, 'directory')).includes(grouped(key.fingerprint));
  });
  assert.deepEqual(await noted(), origins);
  await page.close();
  assert.deepEqual(await look.allowed(origins), [true, true]);
  // Nobody else can say that the browser starts.
  if (kind !== 'chromium') {
    await driver.background((all) => chrome.permissions.remove({ origins: all }), origins);
    return context.diagnostic('only Chromium can be told so');
  }
  const [site = ''] = (await driver.background(() => chrome.permissions.getAll())).origins ?? [];
  assert.ok(site.startsWith('http:') && (await look.allowed([site]))[0], site);
  // As an older version noted it.
  await driver.background((one) => chrome.storage.local.set({ 'host:lent': [one] }), site);
  await driver.background(() => (chrome.runtime.onStartup as unknown as { dispatch(): void }).dispatch());
  await until('the notes have gone', async () => (await noted()).length === 0);
  assert.deepEqual(await look.allowed([...origins, site]), [false, false, true], 'what a site needs stays');
});

test('a directory that kept silent is not passed over because the domain itself says something', async () => {
  places.clear();
  const address = `shy@${ADVANCED}`;
  const key = gpg.key(`Shy <${address}>`);
  const where = `openpgpkey.${ADVANCED}`;
  places.put(where, look.advanced(address), { body: look.binary(key), shy: true });
  const page = await look.window(address);
  await page.click('#place-key_server');
  await ask(page);
  const answer = await answerOf(page, 'directory');
  assert.ok(answer.includes(say('err_not_found')), answer);
  assert.ok(answer.includes(say('lookup_kept_silent', where)), answer);
  assert.ok(!answer.includes(say('fix_not_found')), answer);
  await look.allow(page, hostsOf(ADVANCED));
  await shows(page, grouped(key.fingerprint));
  assert.ok((await answerOf(page, 'directory')).includes(say('lookup_found')));
  await page.close();
});

test('a host that says that something is wrong is heard: no permission would help', async () => {
  const address = `busy@${ADVANCED}`;
  gpg.key(`Busy <${address}>`);
  for (const status of [401, 429, 500]) {
    places.clear();
    places.put(`openpgpkey.${ADVANCED}`, look.advanced(address), { status });
    const page = await look.window(address);
    await page.click('#place-key_server');
    await ask(page);
    const answer = await answerOf(page, 'directory');
    assert.ok(answer.includes(say('lookup_status', status)) && answer.includes(say('lookup_status_fix')), answer);
    assert.equal(await page.count('#allow, #again'), 0);
    await page.close();
  }
});

test('where the browser allows all sites, one can ask with that, and it is not given back', async () => {
  places.clear();
  const all = ['https://*/*'];
  const address = `wide@${DIRECT}`;
  const key = gpg.key(`Wide <${address}>`);
  places.put(DIRECT, look.direct(address), { body: look.binary(key), shy: true });
  const page = await look.window(address);
  await driver.grant(all);
  if (kind === 'chromium') {
    // What was granted there is the extension's when it asks, which it does on a click only.
    await page.front();
    await page.evaluate((origins) => {
      const one = document.body.appendChild(document.createElement('button'));
      one.id = 'all-sites';
      one.textContent = 'All sites';
      one.onclick = () => void chrome.permissions.request({ origins });
    }, all);
    await page.click('#all-sites');
  }
  await until('all sites are allowed', async () => (await look.allowed(all))[0] === true);
  await ask(page);
  assert.ok((await answerOf(page, 'directory')).includes(say('err_no_answer')), 'first it is asked as nobody');
  assert.equal(await page.count('#allow'), 0);
  await button(page, say('lookup_again')).click();
  await shows(page, grouped(key.fingerprint));
  assert.deepEqual(await look.allowed(all), [true]);
  await page.close();
  await driver.background((origins) => chrome.permissions.remove({ origins }), all);
});
