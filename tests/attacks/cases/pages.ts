// Pages that mean no good (X), and armor as webmails mangle it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { glance, readers, shows } from '../../e2e/support/desk.js';
import { framable } from '../../e2e/support/emblem.js';
import { clickInVain, hold, pressInVain, release } from '../../e2e/support/moment.js';
import { extension, say } from '../../e2e/support/session.js';
import { escaped, page } from '../../e2e/support/site.js';
import { lockNow, unlockKey } from '../../e2e/support/steps.js';
import { composeForm, formOf, write } from '../../e2e/support/write.js';
import { button, until } from '../../harness/index.js';
import type { Case, Cases } from '../case.js';
import { SECRET, type World } from '../world.js';

const block = ({ gpg, bob }: World): string => gpg.encrypt(SECRET, [bob.fingerprint]);

/** What pages may frame; see the manifest of the extension. */
const FRAMED = ['reader.html', 'mail-body.html', 'mail-body-remote.html'];
const shipped = (): string[] =>
  fs
    .readdirSync(extension, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(extension, path.join(entry.parentPath, entry.name)));

/** A site on which Waxseal is switched off frames what it can: a reader with a ticket of another page, and our windows. */
const framedElsewhere: Case = async (world) => {
  await world.show(`<pre>${escaped(block(world))}</pre>`);
  const [frame] = await readers(world.driver, world.tab, 1);
  assert.ok(frame);
  await shows(frame, SECRET);
  const address = await frame.url();
  world.pages.put('/thief', page('<p>Hello</p>'));
  // The same server under another name, where nothing is allowed.
  const url = `${world.pages.other}/thief`;
  const thief = await world.driver.tab(url);
  world.allow(url);
  const known = await framable(world.driver, world.tab);
  const addresses = [
    address,
    address.replace(/#.*/, ''),
    known + new URL(address).hash,
    known,
    ...['reader.html', 'unlock.html', 'keys.html'].map((name) => world.driver.base + name),
  ];
  const loaded = await thief.evaluate(async (all) => {
    const settled = all.map(
      (src) =>
        new Promise((done) => {
          const iframe = document.createElement('iframe');
          iframe.addEventListener('load', done, { once: true });
          iframe.addEventListener('error', done, { once: true });
          iframe.src = src;
          document.body.append(iframe);
        }),
    );
    await Promise.all(settled);
    return document.querySelectorAll('iframe').length;
  }, addresses);
  assert.equal(loaded, addresses.length);
  const texts = async (name: string): Promise<string[]> =>
    Promise.all((await world.driver.frames(thief, name)).map(glance));
  // All that it can frame are readers, by the address that it does not know (in Firefox there is one alone), and each says so.
  const framed = addresses.filter((one) => one.startsWith(known)).length;
  const refused = (text: string) => [say('err_bad_ticket'), say('err_not_allowed')].some((one) => text.includes(one));
  await until('each has refused', async () => (await texts('reader.html')).filter(refused).length === framed);
  for (const name of ['reader.html', 'unlock.html', 'keys.html']) {
    for (const text of await texts(name)) assert.ok(text === '' || (name === 'reader.html' && refused(text)), text);
  }
  await thief.close();
  return 'left alone';
};

/** A page draws the frame so that nobody sees it, and gets a click on "Unlock": a window asks, and nothing is unlocked. */
const clickjacked: Case = async (world) => {
  await lockNow(world.driver);
  try {
    await world.show(`<div id="all"><pre>${escaped(block(world))}</pre></div>`);
    const [frame] = await readers(world.driver, world.tab, 1);
    assert.ok(frame);
    await shows(frame, say('reader_locked'));
    await world.tab.evaluate(() => {
      document.documentElement.style.opacity = '0.01';
      const cover = document.createElement('div');
      cover.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:#fff;pointer-events:none';
      cover.textContent = 'Press here to win';
      document.body.append(cover);
    });
    await button(frame, say('unlock')).click();
    const asking = await world.driver.window('unlock.html');
    await asking.visible('input[type="password"]');
    assert.equal(await asking.evaluate(() => window.top === window), true);
    const state = await world.driver.background(() => chrome.storage.session.get(null));
    assert.ok(!('host:remembered' in state), 'nothing is unlocked');
    await asking.close();
    await shows(frame, say('reader_locked'));
    assert.ok(!(await frame.evaluate(() => document.documentElement.outerHTML)).includes(SECRET));
    return 'left alone';
  } finally {
    await world.driver.closeWindows();
    await unlockKey(world.driver, 'Bob');
    await world.tab.front();
  }
};

/**
 * A page with a mail of its own in its form gets the user to click again and again where the button of our window will be: the
 * first click opens it, the next would sign the text in the user's name and give it to the page.
 */
const series: Case = async (world) => {
  const forged = 'Pay 500 to the new account.';
  const { driver, tab } = world;
  world.pages.put('/form', composeForm('textarea', 'alice@example.test'));
  await world.goto(world.pages.url('/form'));
  await tab.evaluate((text) => {
    (document.querySelector('#subject') as HTMLInputElement).value = 'The account';
    (document.querySelector('#body') as HTMLTextAreaElement).value = text;
  }, forged);
  const window = await write(driver, tab);
  await shows(window, forged);
  await hold(window);
  for (let turn = 0; turn < 3; turn++) await clickInVain(window, 'button[type=submit]');
  await pressInVain(window, 'Control+Enter');
  assert.equal((await formOf(tab)).text, forged, 'nothing was made of it');
  assert.equal(await window.count('form[aria-busy=false]'), 1);
  // The same press counts when it can have been meant.
  await release(window);
  await window.click('button[type=submit]');
  await shows(window, say('there'));
  await window.close();
  return 'nothing is made or signed';
};

/** A page draws a button of its own over "Copy text", through which the click falls. */
const copiedUnderCover: Case = async (world) => {
  const cover = (inner: string) =>
    `<div id="cover" style="position:fixed;inset:0;z-index:9;background:#fff;pointer-events:none">${inner}</div>`;
  await world.show(`<pre>${escaped(block(world))}</pre>${cover('Press here to copy the code')}`);
  const [frame] = await readers(world.driver, world.tab, 1);
  assert.ok(frame);
  await shows(frame, SECRET);
  const copy = button(frame, say('copy_text'));
  if (world.driver.kind === 'chromium') {
    await copy.click();
    await shows(frame, say('copy_covered'));
    assert.ok(!(await frame.text()).includes(say('copied')));
    await world.tab.evaluate(() => document.querySelector('#cover')?.remove());
    await until('it copies what nothing lies over', async () => {
      await copy.click();
      return (await frame.text()).includes(say('copied'));
    });
  } else assert.equal(await copy.exists(), false, 'a browser that cannot see the cover has no such button');
  return 'nothing is copied';
};

/** Names of a page that stand in the way of those of the DOM, and prototypes that it has changed. */
const NAMES =
  'body head documentElement attributes parentNode parentElement textContent childNodes firstChild nextSibling nodeType isConnected tagName localName children style';
const FUNCTIONS =
  'createElement createRange createTreeWalker querySelector querySelectorAll getElementById addEventListener getRootNode contains';

const clobbered: Case = async (world) => {
  const inputs = `${NAMES} ${FUNCTIONS}`.split(' ').map((name) => `<input name="${name}" id="${name}" type="hidden">`);
  const forms = `${NAMES} ${FUNCTIONS}`
    .split(' ')
    .map((name) => `<img name="${name}" alt=""><form name="${name}"></form>`);
  const script = `<script>
    for (const [proto, names] of [[Object.prototype, ['form', 'armored', 'kind', 'get', 'value', 't']], [Array.prototype, ['map', 'filter', 'push']],
      [Node.prototype, ['appendChild', 'contains', 'getRootNode']], [Element.prototype, ['attachShadow', 'closest', 'getBoundingClientRect']],
      [String.prototype, ['slice', 'trim', 'matchAll']], [Promise.prototype, ['then']], [MessagePort.prototype, ['postMessage']]]) {
      for (const name of names) Object.defineProperty(proto, name, { configurable: true, writable: true, value: () => 'clobbered' });
    }
  </script>`;
  return world.blocks(`${forms.join('')}<form>${inputs.join('')}<pre>${escaped(block(world))}</pre></form>${script}`, [
    SECRET,
  ]);
};

/** Changes the lines of a block as a webmail may draw them. */
const drawn =
  (draw: (lines: string[]) => string): Case =>
  async (world) =>
    world.blocks(draw(block(world).trimEnd().split('\n').map(escaped)), [SECRET]);

const every = (text: string, size: number, mark: (piece: string) => string): string =>
  (text.match(new RegExp(`.{1,${size}}`, 'g')) ?? ['']).map(mark).join('');

/** Nothing that the extension ships can be had by a page that knows its address, but what may be framed. */
const resources: Case = async (world) => {
  await world.show('<p>Hello</p>');
  const names = shipped().filter((name) => !FRAMED.includes(name));
  assert.ok(names.length > 20);
  const framed = await framable(world.driver, world.tab);
  // By the address that pages do not know in Chromium; that of the reader can be had, so that it is the right one.
  const bases = [world.driver.base, framed.replace(/reader\.html$/, '')];
  const addresses = [framed, ...bases.flatMap((base) => names.map((name) => base + name))];
  const had = await world.tab.evaluate(async (all) => {
    const answers = await Promise.all(
      all.map(async (name) => {
        const fetched = await fetch(name, { mode: 'no-cors' }).then(
          () => true,
          () => false,
        );
        const drawn = await new Promise((done) => {
          const image = new Image();
          image.onload = () => done(true);
          image.onerror = () => done(false);
          image.src = name;
        });
        return fetched || drawn ? [name] : [];
      }),
    );
    return answers.flat();
  }, addresses);
  assert.deepEqual(had, [framed]);
  return 'left alone';
};

export const PAGES: Cases = {
  'X1.elsewhere': framedElsewhere,
  'X5.unlock': clickjacked,
  'X5.series': series,
  'X5.copy': copiedUnderCover,
  'X8.clobbered': clobbered,
  'X9.spans': drawn(
    (lines) => `<pre>${lines.map((line) => every(line, 9, (one) => `<span>${one}</span>`)).join('\n')}</pre>`,
  ),
  'X9.marks': drawn(
    (lines) => `<pre>${lines.map((line) => every(line, 21, (one) => `<mark><b>${one}</b></mark>`)).join('\n')}</pre>`,
  ),
  'X9.soft-hyphens': drawn((lines) =>
    lines.map((line) => `<div>${every(line, 20, (one) => `${one}&shy;`)}</div>`).join(''),
  ),
  'X9.no-break-spaces': drawn((lines) =>
    lines.map((line) => `<div>&nbsp;${line.replaceAll(' ', '&nbsp;') || '<br>'}&nbsp;</div>`).join(''),
  ),
  'X9.zero-width': drawn((lines) =>
    lines.map((line) => `<div>${every(line, 16, (one) => `${one}&#8203;<wbr>`)}</div>`).join(''),
  ),
  'X9.line-breaks': drawn((lines) => `<p>${lines.join('<br>')}</p>`),
  'X9.links': drawn(
    (lines) =>
      `<pre>${lines.map((line, at) => (at === 4 ? `<a href="http://attacker.test/">${line}</a>` : line)).join('\n')}</pre>`,
  ),
  'X9.quoted': drawn(
    (lines) => `<blockquote><pre>${lines.map((line) => `&gt; ${line}`).join('\n')}</pre></blockquote>`,
  ),
  'X9.printable': drawn((lines) => `<pre>${lines.map((line) => line.replaceAll('=', '=3D')).join('\n')}</pre>`),
  'X10.resources': resources,
};
