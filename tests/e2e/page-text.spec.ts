// Words that stand in the page's own form when the window for mails opens: the user's, and what the page has put among them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import type { Gpg } from './support/gpg.js';
import { say } from './support/session.js';
import { page, type Site } from './support/site.js';
import { addRecipient, finish, formOf, typeText, write, writeWindow } from './support/write.js';
import { startWriter, type Writer } from './support/writer.js';

const SECRET = 'Under the third willow.';
let writer: Writer;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let tab: View;

before(async () => {
  writer = await startWriter();
  ({ driver, gpg, web, tab } = writer);
});
after(() => writer?.close());

/** The next window opens when the function that is given back is called. */
async function slowWindow(): Promise<() => Promise<void>> {
  await driver.background(() => {
    const world = Object(self);
    const { windows } = chrome;
    const create = windows.create.bind(windows);
    const free = new Promise<void>((done) => {
      world.goesOn = done;
    });
    windows.create = (async (...args: Parameters<typeof create>) => {
      windows.create = create as never;
      world.asked = true;
      await free;
      return create(...args);
    }) as never;
  });
  return () => driver.background(() => Object(self).goesOn());
}

test('what stands in the page when its form is found late is overwritten only if the user says so', async () => {
  await tab.goto(web.url('/contenteditable'));
  await tab.click('#body');
  await tab.type('Dear mayor');
  const goesOn = await slowWindow();
  await tab.front();
  await tab.click('#body');
  await driver.command(tab, 'write-mail');
  await until('a window is to open', () => driver.background(() => Object(self).asked === true));
  await tab.evaluate(() => {
    const form = document.querySelector('form');
    form?.remove();
    Object.assign(globalThis, { again: () => document.body.append(form ?? '') });
  });
  await goesOn();
  const window = await writeWindow(driver);
  await addRecipient(window, say('header_to'), 'bob@example.test');
  await typeText(window, SECRET);
  await tab.evaluate(() => Object(globalThis).again());
  for (const press of [() => window.press('Control+Enter'), () => button(window, say('try_again')).click()]) {
    await window.evaluate(() => document.querySelector('#put-there')?.setAttribute('data-old', ''));
    await press();
    await until('it asks', async () => (await window.count('#put-there:not([data-old])')) === 1);
    await shows(window, say('put_taken'));
    assert.equal((await formOf(tab)).text.trim(), 'Dear mayor');
  }
  await window.click('#put-there');
  await shows(window, say('there'));
  await button(window, say('go_to_webmail')).click();
  await until('the window has closed', () => window.gone());
  assert.equal(gpg.decrypt((await formOf(tab)).text).text, SECRET);
});

test('what the page has put far below the words of the user is seen before it goes out', async () => {
  const wish = 'And I agree to pay all of it.';
  web.put(
    '/far',
    page(`<form><label>To <input id="to" value="bob@example.test"></label>
    <textarea id="body" rows="4" cols="40">Dear Bob${'\n'.repeat(120)}${wish}</textarea></form>`),
  );
  const written = () => tab.evaluate(() => (document.querySelector('#body') as HTMLTextAreaElement).value);
  // In a small window its foot is not always in sight.
  for (const [width, height] of [
    [1000, 800],
    [400, 700],
  ] as const) {
    await tab.front();
    await tab.goto(web.url('/far'));
    const window = await write(driver, tab);
    await window.resize(width, height);
    await until('the text is taken over', async () => (await window.text('.editing')).includes(wish));
    const inView = () =>
      window.evaluate(() => {
        const end = document.querySelector('.editing')?.lastElementChild?.getBoundingClientRect();
        const foot = document.querySelector('.write-foot')?.getBoundingClientRect();
        const box = document.querySelector('.editing')?.getBoundingClientRect();
        return end && foot && box && end.bottom <= Math.min(foot.top, box.bottom, innerHeight) + 1;
      });
    assert.equal(await inView(), false);
    await window.press('Control+Enter');
    await shows(window, say('page_text_unread'));
    await until('the end is in view', inView);
    await finish(window);
    assert.ok(gpg.decrypt(await written()).text.endsWith(wish));
  }
  // What is seen at once is not asked about.
  await tab.goto(web.url('/far'));
  await tab.evaluate(() => {
    (document.querySelector('#body') as HTMLTextAreaElement).value = 'Dear Bob';
  });
  const second = await write(driver, tab);
  await until('the text is taken over', async () => (await second.text('.editing')).includes('Dear Bob'));
  await finish(second);
  // Too much of it stays where it is, and is not overwritten unasked.
  await tab.goto(web.url('/far'));
  await tab.evaluate(() => {
    (document.querySelector('#body') as HTMLTextAreaElement).value = 'line\n'.repeat(30_000);
  });
  const third = await write(driver, tab);
  await shows(third, say('page_text_long'));
  await typeText(third, 'Yes.');
  await third.press('Control+Enter');
  await shows(third, say('put_taken'));
  assert.ok((await written()).startsWith('line'));
  await third.close();
});
