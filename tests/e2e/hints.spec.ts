// What is said at the toolbar button and beside the selection when nothing can be encrypted.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Driver, until, type View } from '../harness/index.js';
import { type Pages, startPages } from '../pages/server.js';
import { given } from './support/given.js';
import { offersEncryption, pressBesideSelection } from './support/selection.js';
import { browser, say } from './support/session.js';
import { page as html, type Site, site } from './support/site.js';

let driver: Driver;
let pages: Pages;
let web: Site;
let tab: View;

before(async () => {
  const armor = { message: '', signed: '', key: '' };
  [driver, pages, web] = await Promise.all([browser(), startPages(armor), site()]);
  tab = await driver.tab(pages.url('textarea'));
  await given(driver, { sites: [tab] });
  // A hint stays until the test is over, however long a look takes: it does not come again.
  await driver.background(() => {
    const world = (typeof window === 'undefined' ? globalThis : window) as unknown as typeof globalThis;
    const { setTimeout: wait } = world;
    world.setTimeout = ((job: () => void, ms?: number) => (ms === 8_000 ? 0 : wait(job, ms))) as never;
  });
});
after(async () => {
  await driver?.close();
  pages?.close();
  web?.close();
});

/** Waits for the mark at the toolbar button, which says why nothing happened; and nothing has been opened. */
async function toldAtButton(why: string): Promise<void> {
  let said: string[] = [];
  await until('the toolbar button says why', async () => {
    said = await driver.background(async () => {
      const tabs = await chrome.tabs.query({});
      if (tabs.some(({ url }) => url?.startsWith(chrome.runtime.getURL('compose.html')))) return ['a composer is open'];
      const marked = await Promise.all(
        tabs.map(async ({ id: tabId = -1 }) =>
          (await chrome.action.getBadgeText({ tabId })) === '!' ? chrome.action.getTitle({ tabId }) : '',
        ),
      );
      return marked.filter((title) => title !== '');
    });
    return said.length === 1 && said[0] === why;
  }).catch((error: unknown) => assert.fail(`${String(error)}: ${said.join(', ')} instead of ${why}`));
}

test('with nothing selected no composer opens, and the toolbar button says why, as does the popup', async () => {
  await tab.goto(pages.url('textarea'));
  await tab.typeInto('#body', 'not selected');
  await driver.command(tab, 'encrypt-selection');
  await toldAtButton(say('hint_no_selection'));
  await until('the popup opens by itself', () =>
    driver.background(async () => (await chrome.runtime.getContexts({ contextTypes: ['POPUP'] })).length > 0),
  );
  const popup = await driver.popup(tab);
  await until('it is said there', async () => (await popup.text('[role=alert]')) === say('hint_no_selection'));
  await popup.close();
});

test('a hint at the toolbar button has its time, also when an older one ends meanwhile', async () => {
  await driver.background(() => {
    const world = (typeof window === 'undefined' ? globalThis : window) as unknown as typeof globalThis & Hints;
    const { setTimeout: wait } = world;
    world.ends = [];
    world.setTimeout = ((job: () => void, ms?: number) =>
      ms === 8_000 ? world.ends.push(job) : wait(job, ms)) as never;
    world.mends = () => {
      world.setTimeout = wait;
    };
  });
  await tab.goto(pages.url('textarea'));
  await tab.typeInto('#body', 'not selected');
  const told = async (times: number): Promise<void> => {
    await driver.command(tab, 'encrypt-selection');
    await until('a hint stands there', () =>
      driver.background(
        (wanted) => ((typeof window === 'undefined' ? globalThis : window) as unknown as Hints).ends.length === wanted,
        times,
      ),
    );
  };
  await told(1);
  await told(2);
  const ends = (which: number): Promise<string[]> =>
    driver.background(async (at) => {
      ((typeof window === 'undefined' ? globalThis : window) as unknown as Hints).ends[at]?.();
      // What follows in the background comes before this is answered.
      const tabs = await chrome.tabs.query({});
      const badges = await Promise.all(tabs.map(({ id: tabId = -1 }) => chrome.action.getBadgeText({ tabId })));
      return badges.filter((text) => text === '!');
    }, which);
  assert.deepEqual(await ends(0), ['!'], 'the second one stays');
  assert.deepEqual(await ends(1), []);
  await driver.background(() => ((typeof window === 'undefined' ? globalThis : window) as unknown as Hints).mends());
});

/** A background whose hints end when they are told to. */
interface Hints {
  ends: (() => void)[];
  mends(): void;
}

test('with more selected than is taken nothing opens, and it is said beside the selection and at the button', async () => {
  await tab.goto(pages.url('textarea'));
  await tab.click('#body');
  await tab.evaluate((length) => {
    const field = document.querySelector('#body') as HTMLTextAreaElement;
    field.value = 'a word '.repeat(length / 7 + 1);
    field.select();
  }, 1_000_000);
  await until('it is said beside the selection', () => offersEncryption(tab));
  // What is said there is closed to us as to the page; the button itself would open a composer.
  await pressBesideSelection(tab);
  await driver.command(tab, 'encrypt-selection');
  await toldAtButton(say('err_limit'));
});

test('text that is not in a field is not offered for encryption in place', async () => {
  web.put('/text', html('<p id="p">Just some words on a page.</p>'));
  await tab.goto(web.url('/text'));
  await given(driver, { sites: [tab] });
  await tab.evaluate(() => getSelection()?.selectAllChildren(document.querySelector('#p') as Element));
  await driver.command(tab, 'encrypt-selection');
  await toldAtButton(say('hint_no_selection'));
});
