// The user's own sign: it is wherever Waxseal itself speaks, it is the user's alone, and no page can learn it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { roomFor } from '../../extension/pages/reader/room.js';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { composer, readers, shows } from './support/desk.js';
import { chooseWords, framable, sign, signed, signNow } from './support/emblem.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inbox } from './support/inbox.js';
import { browser, say } from './support/session.js';
import { escaped, page as html, type Site } from './support/site.js';
import { lockNow, PASSPHRASE } from './support/steps.js';
import { composeForm, writeWindow } from './support/write.js';

const TEXT = 'Nine herons stand on the towpath.';
const WORDS = 'Juniper kettledrum';
const PAGES = ['welcome', 'keys', 'files', 'settings'] as const;
let home: Inbox;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let bob: GpgKey;
let tab: View;

before(async () => {
  home = await inbox({ unlocked: true });
  ({ driver, gpg, web, bob, tab } = home);
  const armored = gpg.encrypt(TEXT, [bob.fingerprint]);
  web.put('/', html(`<p>Inbox</p><pre>${escaped(armored)}</pre><p id="below">below</p>`));
  web.put('/write', composeForm('textarea', 'bob@example.test'));
  const symmetric = gpg.run(['--armor', '--passphrase', 'quince', '--symmetric'], TEXT).toString();
  web.put('/password', html(`<pre>${escaped(symmetric)}</pre>`));
});
after(() => home?.close());

/** The one reader frame of a page. */
async function opened(path = '/'): Promise<View> {
  await tab.front();
  await tab.goto(web.url(path));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  return frame;
}

/** The page of settings, with the choices open. */
async function choosing(): Promise<View> {
  const page = await driver.page('settings.html');
  await sign(page);
  await page.click('wx-emblem-form summary');
  return page;
}

test('each user has another sign, and keeps it when the background stops', async () => {
  const [page, other] = await Promise.all([driver.page('welcome.html'), browser()]);
  const mine = await sign(page);
  const welcome = await other.page('welcome.html');
  assert.notEqual((await sign(welcome)).name, mine.name);
  await shows(welcome, say('emblem_text'));
  await other.close();
  await page.close();
  await driver.stopBackground();
  const again = await driver.page('keys.html');
  assert.deepEqual(await sign(again), mine);
  await again.close();
});

test('it is on every page and in every window, and in the frame in the page', async () => {
  await lockNow(driver);
  const first = await driver.page('settings.html');
  const { name } = await sign(first);
  await first.close();
  for (const one of PAGES) {
    const page = await driver.page(`${one}.html`);
    await signed(page, name);
    await page.close();
  }
  const popup = await driver.popup(tab);
  await signed(popup, name);
  await popup.close();

  const frame = await opened();
  await signed(frame, name);
  await button(frame, 'Unlock').click();
  const unlocking = await driver.window('unlock.html');
  await signed(unlocking, name);
  await shows(unlocking, say('emblem_check'));
  await field(unlocking, 'Passphrase').fill(PASSPHRASE);
  await button(unlocking, 'Unlock').click();
  await until('the unlock window has closed', () => unlocking.gone());
  await shows(frame, TEXT);
  await signed(frame, name);

  const second = await opened('/password');
  await signed(second, name);
  await button(second, say('enter_password')).click();
  const password = await driver.window('password.html');
  await signed(password, name);
  await shows(password, say('emblem_check'));
  await password.close();

  await tab.front();
  await tab.goto(web.url('/write'));
  await tab.typeInto('#body', 'a few words');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const compose = await composer(driver);
  await signed(compose, name);
  await compose.close();
  await tab.front();
  await tab.click('#body');
  await driver.command(tab, 'write-mail');
  const writing = await writeWindow(driver);
  await signed(writing, name);
  await writing.close();
});

test('another one is made at random, or picture, colour and words are chosen by keyboard; all that is open follows', async () => {
  const frame = await opened();
  const keys = await driver.page('keys.html');
  const before = await sign(keys);
  const page = await choosing();
  const another = () =>
    until('there is another one', async () => {
      const now = await sign(page);
      return now.picture === before.picture ? null : now;
    });
  await button(page, say('emblem_another')).click();
  let random = await another();
  for (const view of [keys, frame]) await signed(view, random.name);
  // The one before would never come again by itself.
  await button(page, say('undo')).click();
  for (const view of [page, keys, frame]) await signed(view, before.name);
  await page.focused("document.querySelector('wx-emblem-form .actions button')", 'the button for another one');
  await button(page, say('emblem_another')).click();
  random = await another();
  for (const view of [keys, frame]) await signed(view, random.name);

  const umbrella = toggle(page, say('emblem_shape_umbrella'));
  if (await umbrella.checked()) await toggle(page, say('emblem_shape_tree')).click();
  await umbrella.click();
  // From the last shape on, the arrow keys go around; Tab leads to the colours.
  await page.press('ArrowLeft');
  await until('the arrow key has chosen', () => toggle(page, say('emblem_shape_tree')).checked());
  await toggle(page, say('emblem_colour_teal')).click();
  await field(page, say('emblem_words')).fill(WORDS);
  await page.press('Tab');
  const name = say('emblem_label', say('emblem_shape_tree'), say('emblem_colour_teal'), WORDS);
  for (const view of [page, keys, frame]) await signed(view, name);

  // Left empty, the words come back that were made at random.
  await field(page, say('emblem_words')).fill('');
  await page.press('Tab');
  const listed = say('emblem_label', say('emblem_shape_tree'), say('emblem_colour_teal'), random.words);
  for (const view of [page, keys, frame]) await signed(view, listed);
  await page.close();
  await keys.close();
});

test('a choice that is made while another one is being stored undoes nothing of it', async () => {
  await chooseWords(driver, 'Quiet mill');
  const page = await choosing();
  const { name } = await sign(page);
  const has = (part: Parameters<typeof say>[0]) => name.includes(say(part));
  const shape = has('emblem_shape_tree') ? 'emblem_shape_umbrella' : 'emblem_shape_tree';
  const colour = has('emblem_colour_teal') ? 'emblem_colour_red' : 'emblem_colour_teal';
  // The vault's answer to the first comes only when the second has been made.
  await page.evaluate(() => {
    const world = globalThis as { release?: () => void };
    const send = chrome.runtime.sendMessage.bind(chrome.runtime) as (message: unknown) => Promise<unknown>;
    const held = new Promise<void>((done) => {
      world.release = done;
    });
    let first = true;
    chrome.runtime.sendMessage = (async (message: { ui?: { kind: string } }) => {
      const answer = send(message);
      if (message.ui?.kind !== 'set_emblem' || !first) return answer;
      first = false;
      await held;
      return answer;
    }) as never;
  });
  await toggle(page, say(shape)).click();
  await toggle(page, say(colour)).click();
  await page.evaluate(() => (globalThis as { release?: () => void }).release?.());
  await signed(page, say('emblem_label', say(shape), say(colour), 'Quiet mill'));
  await page.close();
});

test('words that are too long are refused with advice, and what misleads is left out', async () => {
  const page = await choosing();
  const before = await sign(page);
  await field(page, say('emblem_words')).fill('more than twenty letters');
  await page.press('Tab');
  await shows(page, say('err_bad_emblem'));
  await shows(page, say('fix_bad_emblem'));
  assert.deepEqual(await sign(page), before);
  await field(page, say('emblem_words')).set('  An\u202ena\u200b  <b>');
  await until('it is clean', async () => (await sign(page)).words === 'Anna <b>');
  assert.ok(!(await page.text()).includes(say('err_bad_emblem')));
  await page.close();
});

/** How high the page around it finds the frame: all that is below it moves with it. */
const below = (): Promise<number> =>
  tab.evaluate(() => document.querySelector('#below')?.getBoundingClientRect().top ?? 0);

/** Waits until a frame has in the page the height that it has asked for. */
const settled = (frame: View): Promise<unknown> =>
  until('the frame is as high as it wants to be', async () => {
    const [room, high] = await frame.evaluate(
      () => [innerHeight, document.body.getBoundingClientRect().height] as const,
    );
    return room === roomFor(high);
  });

test('a page sees no difference between one sign and another, nor whether it is there yet', async () => {
  for (const width of [360, 1000]) {
    await tab.resize(width, 800);
    const heights: number[] = [];
    for (const words of ['i', '畫畫畫畫畫畫畫畫畫畫畫畫畫畫畫畫畫畫畫畫', 'मैं 👩‍🚀 שלום Ǻ']) {
      const { name } = await chooseWords(driver, words);
      const frame = await opened();
      await shows(frame, TEXT);
      await signed(frame, name);
      await settled(frame);
      heights.push(await below());
      // The same frame before the sign has come.
      await frame.evaluate(() => {
        for (const one of document.querySelectorAll('.emblem')) one.className = 'emblem none';
      });
      await frame.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await settled(frame);
      heights.push(await below());
    }
    assert.deepEqual([...new Set(heights)].length, 1, heights.join(' '));
  }
  await tab.resize(1100, 800);
});

test('a page finds it nowhere', async () => {
  await chooseWords(driver, WORDS);
  // All that is said to this page, from its beginning.
  web.put(
    '/listening',
    html(
      `<pre>${escaped(gpg.encrypt(TEXT, [bob.fingerprint]))}</pre>`,
      `<script>var heard = []; addEventListener('message', (e) => heard.push(JSON.stringify(e.data)), true);
        new MutationObserver((all) => { for (const one of all) for (const node of one.addedNodes) heard.push(node.outerHTML || node.data); })
          .observe(document, { childList: true, subtree: true, attributes: true, characterData: true });</script>`,
    ),
  );
  const frame = await opened('/listening');
  await shows(frame, TEXT);
  assert.equal((await sign(frame)).words, WORDS);
  const seen = await tab.evaluate(() => {
    const own = window as unknown as { heard: string[] };
    const entries = performance.getEntries().map((entry) => JSON.stringify(entry));
    const stored = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, document.title];
    return [new XMLSerializer().serializeToString(document), ...own.heard, ...entries, ...stored].join('\n');
  });
  assert.ok(seen.includes('Test page'), 'the search finds what is there');
  // Nor does what we run in the page, whatever it asks.
  const told = await driver.background(
    async (url) => {
      const [open] = (await chrome.tabs.query({})).filter((one) => one.url === url);
      const [run] = await chrome.scripting.executeScript({
        target: { tabId: open?.id ?? -1 },
        func: async () => {
          const calls = [
            { page: { kind: 'hello' } },
            { page: { kind: 'open_view', form: 'message' } },
            { page: { kind: 'emblem' } },
            { ui: { kind: 'emblem' } },
            { ui: { kind: 'new_emblem' } },
            { ui: { kind: 'status' } },
          ];
          const answers = calls.map((call) => chrome.runtime.sendMessage({ to: 'vault', ...call }));
          return JSON.stringify(await Promise.all(answers));
        },
      });
      return String(run?.result);
    },
    await tab.url(),
  );
  assert.equal(told.split('"not_allowed"').length - 1, 3, told);
  for (const text of [seen, told]) {
    assert.ok(!text.includes(WORDS) && !text.includes('kettledrum') && !text.includes('emblem'), text);
  }
});

test('what is marked and copied in a frame does not have it', async () => {
  const frame = await opened();
  await shows(frame, TEXT);
  await sign(frame);
  const copied = await frame.evaluate(() => {
    getSelection()?.selectAllChildren(document.body);
    const text = String(getSelection());
    getSelection()?.removeAllRanges();
    return text;
  });
  assert.ok(copied.includes(TEXT));
  assert.ok(!copied.includes(WORDS), copied);
});

test('a page that frames the reader by itself gets none', async () => {
  const frame = await opened();
  await shows(frame, TEXT);
  const mine = await sign(frame);
  const address = await framable(driver, tab);
  const used = new URL(await frame.url()).hash;
  const tickets = [used, '#0123456789abcdef0123456789abcdef', ''];
  await tab.evaluate(
    (src, all) => {
      for (const hash of all) {
        const iframe = document.createElement('iframe');
        iframe.src = src + hash;
        iframe.height = '200';
        document.body.append(iframe);
      }
    },
    address,
    tickets,
  );
  const strangers = await until('each says that its ticket is none', async () => {
    const all = await driver.frames(tab, 'reader.html');
    const texts = await Promise.all(all.map((one) => one.text()));
    const refused = all.filter((_, at) => texts[at]?.includes(say('err_bad_ticket')));
    return refused.length === tickets.length ? refused : null;
  });
  for (const one of strangers) {
    assert.equal(await signNow(one), null);
    // Also when it asks: the vault knows of each frame whether its ticket was good.
    const asked = await one.evaluate(() => chrome.runtime.sendMessage({ to: 'vault', ui: { kind: 'emblem' } }));
    assert.deepEqual([asked.kind, asked.error], ['refused', 'not_allowed']);
    const status = await one.evaluate(() => chrome.runtime.sendMessage({ to: 'vault', ui: { kind: 'status' } }));
    assert.ok(!JSON.stringify(status).includes(mine.words));
  }
  // And after it has changed: nobody tells them.
  const { name } = await chooseWords(driver, 'Brass teapot');
  await signed(frame, name);
  for (const one of strangers) assert.equal(await signNow(one), null);
});
