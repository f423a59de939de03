// The webmail is behind the window in which a mail is written, or in a tab behind another, and the browser holds back its
// timers: a mail goes in there all the same, and no limit is over after a single late look.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Driver, field, until, type View } from '../harness/index.js';
import { EDITORS, type EditorName, type Pages, startPages } from '../pages/server.js';
import { composer, encrypt, shows } from './support/desk.js';
import { given } from './support/given.js';
import { say } from './support/session.js';
import { page as html, type Site } from './support/site.js';
import { CHECKING, hide, TICKS, ticks } from './support/unseen.js';
import { typeText, write } from './support/write.js';
import { WritePort } from './support/write-port.js';
import { startWriter, type Writer } from './support/writer.js';

const SECRET = 'The lamp in the north window means come.';
const ARMOR = '-----BEGIN PGP MESSAGE-----\n\naGVsbG8=\n-----END PGP MESSAGE-----';
let writer: Writer;
let driver: Driver;
let web: Site;
let pages: Pages;
let tab: View;
/** What comes before the webmail's tab. */
let front: View;
let port: WritePort;

before(async () => {
  writer = await startWriter([], { heldBack: true });
  ({ driver, web, tab } = writer);
  pages = await startPages({ message: '', signed: '', key: '' });
  web.put('/', html('Something else'));
  front = await driver.tab(web.url('/'));
  await tab.front();
  await tab.goto(pages.url('textarea'));
  await given(driver, { sites: [tab] });
  port = await WritePort.open(driver);
});
after(async () => {
  await writer?.close();
  pages?.close();
});

/** Lets the site's server answer what the page asks it for now. */
async function answer(path: string, release: () => void): Promise<void> {
  await until(`${path} is asked for`, () => web.asked.includes(path));
  release();
}

/** What a window gives beats for from now on: how often it began with that, and for how much it still goes on. */
async function countBeats(window: View): Promise<() => Promise<{ given: number; going: number }>> {
  await window.evaluate(() => {
    const begin = globalThis.setInterval;
    const end = globalThis.clearInterval;
    const going = new Set<unknown>();
    const world = globalThis as unknown as { beats: { given: number; going: Set<unknown> } };
    world.beats = { given: 0, going };
    globalThis.setInterval = ((job: () => void, ms: number) => {
      const id = begin(job, ms);
      if (ms === 50) {
        world.beats.given += 1;
        going.add(id);
      }
      return id;
    }) as never;
    globalThis.clearInterval = ((id: never) => {
      going.delete(id);
      end(id);
    }) as never;
  });
  return () =>
    window.evaluate(() => {
      const { given, going } = (globalThis as unknown as { beats: { given: number; going: Set<unknown> } }).beats;
      return { given, going: going.size };
    });
}

test('a mail goes from the window into a page whose timers are held back: text, recipients, subject and file', async () => {
  web.put('/site', CHECKING);
  await tab.front();
  await tab.goto(web.url('/site'));
  await tab.typeInto('#subject', 'The lighthouse');
  const window = await write(driver, tab);
  await field(window, say('header_to')).click();
  await window.type('bob@example.test');
  await window.press('Enter');
  await shows(window, say('rcpt_ready'));
  await typeText(window, SECRET);
  await field(window, say('travel')).choose(say('travel_file'));
  await shows(window, say('travel_why_chosen_file'));
  await hide(tab, front);
  const [check, upload] = [web.hold('/check'), web.hold('/upload')];
  const begun = await ticks(tab);
  const beats = await countBeats(window);
  await window.front();
  await window.click('.editing');
  await window.press('Control+Enter');
  await answer('/check', check);
  await answer('/upload', upload);
  await shows(window, say('there'));
  const had = (await ticks(tab)) - begun;
  assert.ok(had < 5, `the page’s own timers had ${had} turns`);
  const { given, going } = await beats();
  assert.ok(given > 0, 'the window gave beats');
  assert.equal(going, 0, 'and gives none when nothing is waited for');
  const form = await tab.evaluate(() => ({
    text: (document.querySelector('#body') as HTMLTextAreaElement).value,
    subject: (document.querySelector('#subject') as HTMLInputElement).value,
    chips: [...document.querySelectorAll<HTMLElement>('#chips b')].map((chip) => chip.title),
    files: [...document.querySelectorAll('#list li')].map((item) => item.textContent),
  }));
  assert.equal(form.text.trim(), say('put_note', 'encrypted.asc'));
  assert.equal(form.subject, '[...]');
  assert.equal(form.chips.length, 1);
  assert.match(form.chips[0] ?? '', /bob@example\.test/);
  assert.deepEqual(form.files, ['encrypted.asc']);
  await window.close();
});

test('a selection is encrypted in such a page', async () => {
  web.put(
    '/selection',
    html(`<div id="body" contenteditable="true" style="min-height: 9em">${SECRET}</div><script>${TICKS}</script>`),
  );
  await tab.front();
  await tab.goto(web.url('/selection'));
  await tab.click('#body');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { recipients: 'bob@example.test' });
  await shows(window, say('rcpt_ready'));
  await hide(tab, front);
  await window.front();
  await encrypt(window);
  assert.equal(writer.gpg.decrypt(await tab.text('#body')).text, SECRET);
});

for (const [name, about] of Object.entries(EDITORS) as [EditorName, string][]) {
  test(`${name} (${about}) takes a text while nobody sees it`, async () => {
    await tab.front();
    await tab.goto(pages.url(`editors/${name}`));
    if (name === 'shadow') await tab.click('#host');
    assert.equal((await port.connect(tab)).found, true);
    await port.beat();
    await front.front();
    await until('the page is behind', () => tab.evaluate(() => document.hidden));
    await port.page.front();
    assert.deepEqual(await port.put({ text: ARMOR }), { t: 'put_done', ok: true });
    assert.equal(await tab.evaluate(() => document.hidden), true, 'it has not come to the front');
    const model = await tab.evaluate(() => (window as unknown as { model(): string }).model());
    assert.deepEqual(lines(model), lines(ARMOR));
  });
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replaceAll('\u00a0', ' ').trim())
    .filter((line) => line !== '');
