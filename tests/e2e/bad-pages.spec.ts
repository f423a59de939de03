// Pages that mean no good, blocks that are very long, and an engine that stops.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MAX_DOCUMENTS, MAX_FRAMES } from '../../extension/content/limits.js';
import { columnFor, roomFor } from '../../extension/pages/reader/room.js';
import { button, type Driver, until, type View } from '../harness/index.js';
import { composer, glance, lookedAt, readers, readerWith, shows } from './support/desk.js';
import { framable } from './support/emblem.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inbox } from './support/inbox.js';
import { offersEncryption } from './support/selection.js';
import { say } from './support/session.js';
import { escaped, page as html, type Site } from './support/site.js';
import { lockNow, unlock } from './support/steps.js';
import { traps } from './support/trap.js';

const TEXT = 'Eleven herons stand in the estuary.';
let home: Inbox;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let bob: GpgKey;
let message = '';
let tab: View;

before(async () => {
  home = await inbox({ unlocked: true });
  ({ driver, gpg, web, bob, tab } = home);
  message = gpg.encrypt(TEXT, [bob.fingerprint]);
  web.put('/', html(`<pre>${escaped(message)}</pre>`));
});
after(() => home?.close());

const HOSTILE_TEXTS = {
  'in an attribute, a comment and a style (E2)': (armor: string) =>
    `<p title="${armor}">x</p><!-- ${armor} --><style>/* ${armor} */</style><img alt="${armor}">`,
  'without opacity': (armor: string) => `<pre style="opacity:0">${armor}</pre>`,
  'outside of the page': (armor: string) => `<pre style="position:absolute;left:-9999px;top:0">${armor}</pre>`,
  'in a font of no size': (armor: string) => `<pre style="font-size:0">${armor}</pre>`,
  'in a closed details': (armor: string) => `<details><summary>More</summary><pre>${armor}</pre></details>`,
};

for (const [where, make] of Object.entries(HOSTILE_TEXTS)) {
  test(`armor that nobody can see is not opened: ${where}`, async () => {
    web.put('/hidden', html(make(escaped(message)), ''));
    await tab.goto(web.url('/hidden'));
    await lookedAt(tab, message);
    await readerWith(driver, tab, TEXT);
    await readers(driver, tab, 1);
  });
}

test('frames that went all at once count no more: what comes in the next one is read', async () => {
  const other = gpg.encrypt('In the frame that came last.', [bob.fingerprint]);
  const frame = (body: string) => `<iframe srcdoc="${escaped(body)}" width="600" height="300"></iframe>`;
  web.put(
    '/frames',
    html(`<div>${'<iframe srcdoc="one of many" width="20" height="20"></iframe>'.repeat(MAX_DOCUMENTS + 6)}</div>
      <template>${frame(`<pre>${escaped(other)}</pre>`)}</template>
      <button onclick="document.querySelector('div').replaceChildren(
        document.querySelector('template').content.cloneNode(true))">next</button><pre>${escaped(message)}</pre>`),
  );
  await tab.goto(web.url('/frames'));
  await readerWith(driver, tab, TEXT);
  await tab.click('button');
  await readerWith(driver, tab, 'In the frame that came last.');
});

test('elements that are called as what the script asks for are not asked', async () => {
  const names = ['addEventListener', 'removeEventListener', 'createRange', 'body'];
  const planted = names.map((name) => `<img name="${name}"><i id="${name}"></i>`).join('');
  web.put('/called', html(`${planted}<pre>${escaped(message)}</pre>`));
  await tab.goto(web.url('/called'));
  await readerWith(driver, tab, TEXT);
});

test('two subjects in a list without rows hide nothing between them; lines in elements of their own are a block', async () => {
  const row = (subject: string) => `<div><div>eve</div><div>${subject}</div></div>`;
  const list = ['-----BEGIN PGP MESSAGE-----', 'Comment: x', 'Alice: meeting at ten', '-----END PGP MESSAGE-----'];
  const lines = message.trim().split('\n');
  const lined = lines.map((line) => `<div>${escaped(line) || '<br>'}</div>`).join('');
  // A header, no empty line, quote marks, and what webmails put into long words.
  const [begin = '', ...rest] = lines.map(escaped).filter(Boolean);
  const quoted = ['Comment: made, by hand', ...rest].map(
    (line) => `<p>&gt; ${line.replace(/^(.{20})/, '$1\u200b')}</p>`,
  );
  for (const body of [lined, `<p>&gt; ${begin}</p>${quoted.join('')}`]) {
    web.put('/list', html(`<section>${list.map(row).join('')}</section><hr><article>${body}</article>`));
    await tab.goto(web.url('/list'));
    await readerWith(driver, tab, TEXT);
    await readers(driver, tab, 1);
    assert.match(await tab.text('section'), /BEGIN.*\n(?:.*\n)*.*meeting at ten/);
  }
});

/** How high the page sees the reader of a text, for widths that it tries. */
async function heights(text: string, widths: readonly number[]): Promise<number[]> {
  web.put('/measured', html(`<div><pre>${escaped(gpg.encrypt(text, [bob.fingerprint]))}</pre></div>`));
  await tab.goto(web.url('/measured'));
  const frame = await readerWith(driver, tab, text);
  const seen: number[] = [];
  for (const width of widths) {
    await tab.evaluate((width) => document.querySelector('div')?.style.setProperty('width', `${width}px`), width);
    // The frame has followed when it is as wide as the page lets it be, and has the height that its content asks for.
    let last = '';
    await until(`the frame is ${width} wide, and as high as it wants to be`, async () => {
      const { inner, wide, high, room } = await frame.evaluate(() => {
        const body = document.body.getBoundingClientRect();
        return { inner: innerWidth, wide: body.width, high: body.height, room: innerHeight };
      });
      last = JSON.stringify({ inner, wide, high, room });
      return inner === width && wide === columnFor(width) && room === roomFor(high);
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${last}`);
    });
    seen.push((await tab.rect('div'))?.height ?? 0);
  }
  return seen;
}

test('a page cannot read letters from the height of a frame whose width it sets (X14)', async () => {
  const widths = Array.from({ length: 30 }, (_, step) => 120 + 43 * step);
  // An answer, and the same letters in other words.
  for (const [one, other] of [
    ['It is yes', 'It is no'],
    ['milk will', 'ill kwilm'],
  ] as const) {
    assert.deepEqual(await heights(one, widths), await heights(other, widths));
  }
});

test('a page cannot frame the reader by itself, nor use a ticket again', async () => {
  await tab.goto(web.url('/'));
  const frame = await readerWith(driver, tab, TEXT);
  // The page finds no frame and no way into what holds it.
  const reached = await tab.evaluate(() => {
    const all = [...document.querySelectorAll('*')];
    return window.length + all.filter((one) => one.shadowRoot || one.localName === 'iframe').length;
  });
  assert.equal(reached, 0);
  // What the page would need to know: in Chromium the address is another one in each session.
  const address = await framable(driver, tab);
  const tickets = [new URL(await frame.url()).hash, '#0123456789abcdef0123456789abcdef', ''];
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
  const texts = await until('each says that its ticket is none', async () => {
    const all = await Promise.all((await driver.frames(tab, 'reader.html')).map(glance));
    return all.filter((text) => text.includes(say('err_bad_ticket'))).length === tickets.length ? all : null;
  });
  assert.equal(texts.filter((text) => text.includes(TEXT)).length, 1);
  for (const text of texts) if (!text.includes(TEXT)) assert.ok(!text.includes(say('unlock')), text);
});

test('a page that has a reader frame in its hands cannot make it take a port of its own', async () => {
  await tab.goto(web.url('/'));
  await readerWith(driver, tab, TEXT);
  // A ticket as the content script gets it, for a frame of the page: the page then holds what it can never reach else.
  const given = await driver.background(
    async (url) => {
      const [open] = (await chrome.tabs.query({})).filter((one) => one.url === url);
      const [run] = await chrome.scripting.executeScript({
        target: { tabId: open?.id ?? -1 },
        func: async () => {
          const reply = await chrome.runtime.sendMessage({ to: 'vault', page: { kind: 'open_view', form: 'message' } });
          return { ticket: reply.ticket, proof: reply.proof, address: chrome.runtime.getURL('reader.html') };
        },
      });
      return run?.result as { ticket: string; proof: string; address: string };
    },
    await tab.url(),
  );
  assert.match(given.proof, /^[0-9a-f]{32}$/);
  await tab.evaluate(
    async ({ ticket, proof, address }, planted, real) => {
      const frame = document.createElement('iframe');
      frame.src = `${address}#${ticket}`;
      frame.height = '300';
      document.body.prepend(frame);
      await new Promise((done) => frame.addEventListener('load', done));
      const hand = (shown: unknown, armored: string) => {
        const { port1, port2 } = new MessageChannel();
        port1.postMessage({ t: 'block', armored, form: 'message', sender: null, site: 'x' });
        frame.contentWindow?.postMessage({ waxseal: 'port', proof: shown }, '*', [port2]);
      };
      for (const guess of ['0'.repeat(32), proof.slice(1), `${proof} `, '', null, undefined]) hand(guess, planted);
      frame.contentWindow?.postMessage({ t: 'block', armored: planted, form: 'message', sender: null, site: 'x' }, '*');
      hand(proof, real);
    },
    given,
    gpg.encrypt('planted', [bob.fingerprint]),
    gpg.encrypt('handed over', [bob.fingerprint]),
  );
  await readerWith(driver, tab, 'handed over');
  const shown = await Promise.all((await driver.frames(tab, 'reader.html')).map(glance));
  assert.ok(!shown.some((text) => text.includes('planted')), shown.join('\n--\n'));
});

test('events that a page makes up open nothing', async () => {
  web.put(
    '/events',
    html(`<textarea id="t">words</textarea><pre>${escaped(message)}</pre><script>
      function make() {
        const field = document.querySelector('#t');
        for (const type of ['mousedown', 'mouseup', 'click', 'pointerdown', 'pointerup', 'select', 'selectionchange']) {
          for (const target of [field, document, document.documentElement, ...document.documentElement.children]) {
            target.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, cancelable: true }));
          }
        }
        for (const key of ['Enter', ' ', 'E']) {
          document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, altKey: true, shiftKey: true, bubbles: true }));
        }
        for (const one of document.documentElement.querySelectorAll('*')) if (!one.matches('script')) one.click();
      }
    </script>`),
  );
  await tab.goto(web.url('/events'));
  await readerWith(driver, tab, TEXT); // it is looked after
  await tab.click('#t');
  await tab.press('Control+a');
  await until('the button is there', () => offersEncryption(tab));
  const reached = await tab.evaluate(() => [...document.querySelectorAll('*')].filter((one) => one.shadowRoot).length);
  assert.equal(reached, 0, 'what is in it is closed to the page');
  await tab.evaluate(() => (globalThis as unknown as { make(): void }).make());
  await lookedAt(tab, message);
  await readers(driver, tab, 2);
  // The vault answers in turn: this comes after all that the page has asked for.
  const settings = await driver.page('settings.html');
  await settings.evaluate(() => chrome.runtime.sendMessage({ to: 'vault', ui: { kind: 'status' } }));
  await settings.close();
  const open = await driver.background(
    async () => (await chrome.tabs.query({})).filter(({ url }) => /(compose|write)\.html/.test(url ?? '')).length,
  );
  assert.equal(open, 0);
});

test('a page that redraws a message without end costs a bounded number of frames', async () => {
  web.put(
    '/storm',
    html(`<div id="d"></div><script>
      const armor = ${JSON.stringify(message).replaceAll('<', '\\u003c')};
      let turns = 0;
      const turn = () => {
        const pre = document.createElement('pre');
        pre.textContent = armor;
        document.querySelector('#d').replaceChildren(pre);
        if (++turns < 300) requestAnimationFrame(turn);
        else document.title = 'done';
      };
      turn();
    </script>`),
  );
  await tab.goto(web.url('/storm'));
  await until('the storm is over', () => tab.evaluate(() => document.title === 'done'));
  assert.ok((await driver.frames(tab, 'reader.html')).length <= MAX_FRAMES);
  assert.equal(await driver.backgroundRuns(), true);
});

test('a page that stands still while a text comes, until its window has gone: what nobody waits for is taken back', async () => {
  web.put(
    '/still',
    html(`<textarea id="body" rows="9" cols="70">a draft</textarea><script>
      const body = document.getElementById('body');
      body.addEventListener('input', () => {
        const wait = new XMLHttpRequest();
        wait.open('GET', '/slow', false);
        wait.send();
        document.title = 'over';
      }, { once: true });</script>`),
  );
  web.put('/slow', 'at last');
  const release = web.hold('/slow');
  await tab.goto(web.url('/still'));
  await tab.click('#body');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { recipients: 'bob@example.test', sign: false });
  await button(window, say('encrypt')).click();
  await until('the page stands still', () => web.asked.includes('/slow'));
  await window.close();
  release();
  const shown = () =>
    tab.evaluate(() => [document.title, (document.querySelector('#body') as HTMLTextAreaElement).value]);
  await until('the draft is back', async () => (await shown()).join() === 'over,a draft');
});

test('an engine that stops with a trap, the text in its hands, takes nothing of another message with it', async () => {
  const texts = ['The first of two.', 'The second of two.'] as const;
  const blocks = texts.map((one) => `<pre>${escaped(gpg.encrypt(one, [bob.fingerprint]))}</pre>`);
  web.put('/two', html(blocks.join('<hr>')));
  await tab.goto(web.url('/two'));
  const first = await readerWith(driver, tab, texts[0]);
  const second = await readerWith(driver, tab, texts[1]);
  await traps(first, 'reader_finish');
  await lockNow(driver);
  await tab.front();
  await shows(first, say('reader_locked'));
  await button(second, 'Unlock').click();
  await unlock(driver);
  await tab.front();
  await shows(second, texts[1]);
  await shows(first, say('err_crashed'));
  assert.ok(!(await first.evaluate(() => document.documentElement.outerHTML)).includes(texts[0]));
});

test('a block of 300,000 characters is read whole, in one element and in one for each line', async () => {
  const last = 'And this is the last line of the log.';
  const log = Array.from({ length: 3_900 }, (_, at) => `${at}: ${'the tide came and went'.repeat(2)} ${at * 7919}`);
  const message = gpg.encrypt([...log, last].join('\n'), [bob.fingerprint], undefined, ['-z', '0']);
  assert.ok(message.length > 300_000, String(message.length));
  const lines = message.trimEnd().split('\n');
  for (const body of [
    `<pre>${escaped(message)}</pre>`,
    lines.map((line) => `<div>${escaped(line) || '<br>'}</div>`).join(''),
  ]) {
    web.put('/long', html(body));
    await tab.goto(web.url('/long'));
    const frame = await readerWith(driver, tab, last);
    const read = await frame.text();
    assert.ok(log.every((line) => read.includes(line)));
    await readers(driver, tab, 1);
  }
});
