// Waxseal works on a site only when the user says so, for that origin alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { composer, encrypt, readers, shows } from './support/desk.js';
import { Gpg } from './support/gpg.js';
import { browser, kind, say } from './support/session.js';
import { escaped, page as html, type Site, site } from './support/site.js';
import { importKeys, PASSPHRASE, stored, switchSite } from './support/steps.js';

let driver: Driver;
let gpg: Gpg;
let web: Site;
let neighbour: Site;
let block = '';

before(async () => {
  [driver, web, neighbour] = await Promise.all([browser(), site(), site()]);
  gpg = new Gpg();
  const bob = gpg.key('Bob <bob@example.test>');
  block = html(`<pre id="m">${escaped(gpg.encrypt('hello', [bob.fingerprint]))}</pre>`);
  for (const one of [web, neighbour]) one.put('/', block);
  await importKeys(driver, bob.secret, PASSPHRASE);
});
after(async () => {
  await driver?.close();
  gpg?.close();
  web?.close();
  neighbour?.close();
});

const origins = (): Promise<string[]> =>
  driver.background(async () => (await chrome.permissions.getAll()).origins ?? []);
/** The scripts that browsers would run in pages that come. */
const registered = (): Promise<string[]> =>
  driver.background(async () => (await chrome.scripting.getRegisteredContentScripts()).map(({ id }) => id));
// What the page itself could see of an extension.
const traces = (view: View): Promise<number> =>
  view.evaluate(() => document.querySelectorAll('*').length + document.documentElement.attributes.length);

test('before it is switched on, Waxseal has no permission and leaves a page alone', async () => {
  assert.deepEqual(await origins(), []);
  const tab = await driver.tab(web.url('/'));
  const plain = await traces(tab);
  await driver.popup(tab).then((popup) => popup.close());
  assert.equal(await traces(tab), plain);
  assert.deepEqual(await registered(), [], 'nor would anything come later');
  assert.deepEqual(await driver.frames(tab, 'reader.html'), []);
  await tab.close();
});

test('the switch asks for this host alone, and the open page is read without a reload', async () => {
  const tab = await driver.tab(web.url('/'));
  const asked = web.asked.length;
  await switchSite(driver, tab);
  assert.deepEqual(await origins(), ['http://127.0.0.1/*']);
  await readers(driver, tab, 1);
  assert.equal(web.asked.length, asked, 'not reloaded');
  await tab.close();
});

test('another name of the host, and another port, stay as they were', async () => {
  const other = await driver.tab(`${web.other}/`);
  const port = await driver.tab(neighbour.url('/'));
  const own = await driver.tab(web.url('/'));
  await readers(driver, own, 1); // by now the scripts of all three have run
  assert.deepEqual(await driver.frames(other, 'reader.html'), []);
  assert.deepEqual(await driver.frames(port, 'reader.html'), []);
  for (const tab of [other, port, own]) await tab.close();
});

test('switched off: the frames go, the page is as before, the permission is given back', async () => {
  const tab = await driver.tab(web.url('/'));
  await readers(driver, tab, 1);
  await switchSite(driver, tab, false);
  await readers(driver, tab, 0);
  assert.ok(((await tab.rect('#m'))?.height ?? 0) > 0, 'the original is drawn again');
  assert.match(await tab.text('#m'), /BEGIN PGP MESSAGE/);
  await until('the permission is given back', async () => (await origins()).length === 0);
  await until('no script is left that would run', async () => (await registered()).length === 0);
  await tab.goto(web.url('/'));
  assert.deepEqual(await driver.frames(tab, 'reader.html'), []);
  await tab.close();
});

test('switched on and off in turn, an open page is read each time', async () => {
  const tab = await driver.tab(web.url('/'));
  for (let round = 0; round < 3; round++) {
    await switchSite(driver, tab);
    await readers(driver, tab, 1);
    await switchSite(driver, tab, false);
    await readers(driver, tab, 0);
    await until('the permission is given back', async () => (await origins()).length === 0);
  }
  await tab.close();
});

test('a permission that comes by another way switches nothing on', async () => {
  const tab = await driver.tab(web.url('/'));
  // An old wish would be taken up now.
  const { session } = await stored(driver);
  assert.deepEqual(
    Object.keys(session).filter((name) => name.includes('wish')),
    [],
    'no wish is left',
  );
  // Chromium gives it to the extension only when it asks; Firefox at once.
  await driver.grant(['http://127.0.0.1/*']);
  const popup = await driver.popup(tab);
  await toggle(popup, 'Use Waxseal on this site').visible();
  assert.equal(await toggle(popup, 'Use Waxseal on this site').checked(), false);
  await popup.close();
  assert.deepEqual(await registered(), []);
  assert.deepEqual(await driver.frames(tab, 'reader.html'), []);
  await driver.background(() => chrome.permissions.remove({ origins: ['http://127.0.0.1/*'] }));
  await tab.close();
});

test("a permission taken back in the browser's own settings switches the site off", async () => {
  const tab = await driver.tab(web.url('/'));
  await switchSite(driver, tab);
  await readers(driver, tab, 1);
  await driver.background(() => chrome.permissions.remove({ origins: ['http://127.0.0.1/*'] }));
  await until('the vault has forgotten the site', async () => {
    const all = await driver.background(() => chrome.storage.local.get(null));
    return !JSON.stringify(all).includes(new URL(web.origin).host);
  });
  await readers(driver, tab, 0);
  await until('the original is drawn again', async () => ((await tab.rect('#m'))?.height ?? 0) > 0);
  const popup = await driver.popup(tab);
  await toggle(popup, 'Use Waxseal on this site').visible();
  assert.equal(await toggle(popup, 'Use Waxseal on this site').checked(), false);
  await popup.close();
  await tab.close();
});

test("switched off, a site that is in a frame of another site's page hears of it too", async () => {
  const tab = await driver.tab(web.url('/'));
  await switchSite(driver, tab);
  web.put('/around', html(`<iframe src="${web.url('/')}" width="700" height="500"></iframe>`));
  const around = await driver.tab(`${web.other}/around`);
  await readers(driver, around, 1);
  await tab.front();
  await switchSite(driver, tab, false);
  await readers(driver, tab, 0);
  await readers(driver, around, 0);
  await until('the permission is given back', async () => (await origins()).length === 0);
  await around.close();
  await tab.close();
});

test('a page that is made of frames of other sites: each has a switch of its own, and works without a reload', async () => {
  web.put(
    '/part',
    block.replace('</body>', `<iframe src="${neighbour.url('/')}" width="600" height="300"></iframe></body>`),
  );
  // What is small, hidden, without an origin of its own, or no site that Waxseal could be used on, is not named.
  const decoys = [
    `<iframe src="https://small.example.test/" width="90" height="90"></iframe>`,
    `<iframe src="https://hidden.example.test/" width="900" height="400" hidden></iframe>`,
    `<iframe src="https://clear.example.test/" width="900" height="400" style="opacity: 0"></iframe>`,
    `<iframe src="https://boxed.example.test/" width="900" height="400" sandbox="allow-scripts"></iframe>`,
    `<iframe src="http://insecure.example.test/" width="900" height="400"></iframe>`,
    `<iframe src="${web.url('/nothing')}" width="900" height="400"></iframe>`,
    `<iframe srcdoc="<p>Nothing" width="900" height="400"></iframe>`,
    `<form name="querySelectorAll"><input name="shadowRoot"></form>`,
  ];
  const part = `<div><template shadowrootmode="open"><iframe src="${web.other}/part" width="1000" height="500"></iframe></template></div>`;
  web.put('/made', html(part + decoys.join('')));
  await driver.grant(['http://localhost/*', 'http://127.0.0.1/*']);
  const tab = await driver.tab(web.url('/made'));
  const asked = web.asked.length;
  const [own, outer, inner] = [
    say('use_on_this_site'),
    say('use_on_framed', web.other),
    say('use_on_framed', neighbour.origin),
  ];
  const press = async (name: string, on: boolean, key?: string): Promise<void> => {
    const popup = await driver.popup(tab);
    await toggle(popup, name).visible();
    assert.equal(await toggle(popup, name).checked(), !on);
    assert.equal(await toggle(popup, own).checked(), false);
    if (key) {
      await popup.evaluate((label) => document.querySelector<HTMLElement>(`[aria-label="${label}"]`)?.focus(), name);
      await popup.press(key);
    } else await toggle(popup, name).click();
    await until(`it is ${on ? 'on' : 'off'}`, async () => (await toggle(popup, name).checked()) === on);
    await popup.focused(`document.querySelector('[aria-label="${name}"]')`, 'the same switch');
    await popup.close();
  };
  const popup = await driver.popup(tab);
  await toggle(popup, outer).visible();
  const switches = await popup.evaluate(() =>
    [...document.querySelectorAll('[role=switch]')].map((one) => one.getAttribute('aria-label')),
  );
  // In Firefox the permission is there already, and with it what is in that frame.
  assert.deepEqual(switches, kind === 'firefox' ? [own, outer, inner] : [own, outer]);
  await popup.close();
  assert.deepEqual(await driver.frames(tab, 'reader.html'), []);
  await press(outer, true);
  await readers(driver, tab, 1);
  // What is in that frame comes to light now that one may look there.
  await press(inner, true);
  await readers(driver, tab, 2);
  assert.equal(web.asked.length, asked, 'not reloaded');
  await press(inner, false, 'Enter');
  await readers(driver, tab, 1);
  await press(outer, false);
  await readers(driver, tab, 0);
  await until('both permissions are given back', async () => (await origins()).length === 0);
  await tab.close();
});

test('a page that is full of frames names a few sites of them, as the browser writes their addresses', async () => {
  const frames = ['https://mail.example.org\u202egro.liame/', `https://${'a'.repeat(60)}.example.test/?q=<b>`];
  for (let at = 0; at < 9; at++) frames.push(`https://m${at}.example.test:8443/x`);
  web.put('/many', html(frames.map((src) => `<iframe src="${src}" width="1000" height="300"></iframe>`).join('')));
  const tab = await driver.tab(web.url('/many'));
  const popup = await driver.popup(tab);
  await toggle(popup, say('use_on_framed', `https://${'a'.repeat(60)}.example.test`)).visible();
  const { named, wide } = await popup.evaluate(() => ({
    named: [...document.querySelectorAll('.framed li .site-text')].map((one) => one.textContent ?? ''),
    wide: document.documentElement.scrollWidth > innerWidth,
  }));
  assert.equal(named.length, 5);
  for (const name of named) assert.match(name, /^https:\/\/[a-z0-9.-]+(?::8443)?$/);
  assert.equal(wide, false);
  assert.deepEqual(await origins(), []);
  await popup.close();
  await tab.close();
});

test('a site that could not be switched on leaves no permission behind, and what can be none is not asked for', async () => {
  if (kind === 'chromium') await driver.grant(['http://localhost/*']);
  const settings = await driver.page('settings.html');
  const add = async (address: string): Promise<void> => {
    await field(settings, say('site_address')).fill(address);
    await button(settings, say('add_site')).click();
  };
  for (const [address, wrong] of [
    ['https://my_mail.example.test', 'site_unsupported'],
    ['http://mail.example.test', 'site_insecure_address'],
    ['https://mail.example.test.', 'site_unsupported'],
    ['', 'site_not_address'],
  ] as const) {
    await add(address);
    await shows(settings, say(wrong));
  }
  await driver.stopBackground();
  await driver.background(() => {
    const world = typeof window === 'undefined' ? globalThis : (window as unknown as typeof globalThis);
    world.chrome.storage.local.set = (() => Promise.reject(new Error('IO error: read-only file system'))) as never;
  });
  await add(web.other);
  if (kind === 'firefox') await driver.answerPermission(true);
  await shows(settings, say('err_storage_failed'));
  await until('the permission is given back', async () => (await origins()).length === 0);
  await driver.stopBackground();
  await settings.close();
});

/** Makes the content scripts of the site keep every message waiting, as one could that a page has taken over. */
const fallsSilent = (): Promise<void> =>
  driver.background(async () => {
    const tabs = await chrome.tabs.query({ url: 'http://127.0.0.1/*' });
    const func = () => {
      const waiting: unknown[] = [];
      chrome.runtime.onMessage.addListener((_message, _sender, respond) => waiting.push(respond) > 0);
    };
    for (const { id } of tabs) await chrome.scripting.executeScript({ target: { tabId: id ?? -1 }, func });
  });

test('a page that never answers neither keeps its permission nor keeps others waiting', async () => {
  const tab = await driver.tab(web.url('/'));
  await switchSite(driver, tab);
  await readers(driver, tab, 1);
  await fallsSilent();
  await switchSite(driver, tab, false);
  await until('the permission is given back', async () => (await origins()).length === 0);
  await readers(driver, tab, 0);

  await switchSite(driver, tab);
  await readers(driver, tab, 1);
  await fallsSilent();
  // As after an update of the extension, with tabs open: the vault names the sites before it answers the first call.
  await driver.background(() => chrome.storage.session.clear());
  await driver.stopBackground();
  const settings = await driver.page('settings.html');
  await button(settings, say('remove_site', web.origin)).click();
  await until('the permission is given back', async () => (await origins()).length === 0);
  await settings.close();
  await tab.close();
});

// The browser's own question. Chromium asks in a native dialog that no protocol reaches: there `grant` lets it say yes by
// itself, as in all tests above, and a no cannot be said.
if (kind === 'firefox') {
  test("the browser's question, answered with yes from the popup, switches the site on", async () => {
    const tab = await driver.tab(web.url('/'));
    const popup = await driver.popup(tab);
    const site = toggle(popup, 'Use Waxseal on this site');
    await site.visible();
    await site.click();
    assert.deepEqual(await origins(), [], 'nothing is given before the answer');
    await driver.answerPermission(true);
    await readers(driver, tab, 1);
    assert.deepEqual(await origins(), ['http://127.0.0.1/*']);
    // The question may have closed the popup; another one shows what became of it.
    if (!(await popup.gone())) await popup.close();
    await switchSite(driver, tab, false);
    await until('the permission is given back', async () => (await origins()).length === 0);
    await tab.close();
  });

  test("the browser's question, answered with no, changes nothing, and the settings say so", async () => {
    const settings = await driver.page('settings.html');
    await field(settings, say('site_address')).fill(web.origin);
    await button(settings, say('add_site')).click();
    await driver.answerPermission(false);
    await shows(settings, say('site_denied'));
    assert.deepEqual(await origins(), []);
    await shows(settings, say('sites_empty'));
    // Asked again, with another answer.
    await button(settings, say('add_site')).click();
    await driver.answerPermission(true);
    await button(settings, say('remove_site', web.origin)).click();
    await until('the permission is given back', async () => (await origins()).length === 0);
    await settings.close();
  });
}

test('a page of the browser itself cannot be switched on, and the popup says so', async () => {
  const tab = await driver.tab('about:blank');
  const popup = await driver.popup(tab);
  await until('it says why', async () => (await popup.text()).includes(say('site_internal')));
  assert.equal(await toggle(popup, 'Use Waxseal on this site').enabled(), false);
  await popup.close();
  await tab.close();
});

for (const way of ['the context menu', 'the keyboard'] as const) {
  test(`without permission a selection is encrypted by ${way}`, async () => {
    assert.deepEqual(await origins(), []);
    web.put('/write', html('<textarea id="t" rows="8" cols="60">nobody else may read this</textarea>'));
    const tab = await driver.tab(web.url('/write'));
    await tab.click('#t');
    await tab.press('Control+a');
    // In Chromium only a click on the toolbar button can be made to give `activeTab` here.
    await driver.popup(tab).then((popup) => popup.close());
    if (way === 'the keyboard') await driver.command(tab, 'encrypt-selection');
    else await driver.contextMenu(tab, '#t', { id: 'encrypt-selection', label: say('encrypt_selection') });
    await encrypt(await composer(driver, { recipients: 'bob@example.test', sign: false }));
    const armored = await until('the text is replaced', async () => {
      const value = await tab.evaluate(() => (document.querySelector('#t') as HTMLTextAreaElement).value);
      return value.includes('END PGP MESSAGE') ? value : null;
    });
    assert.ok(!armored.includes('nobody else'));
    assert.equal(gpg.decrypt(armored).text, 'nobody else may read this');
    assert.deepEqual(await origins(), [], 'still no permission');
    await tab.close();
  });
}
