// The user's own sign: how it is looked at and chosen.

import { type Driver, field, until, type View } from '../../harness/index.js';
import { say } from './session.js';

/** A sign as it is drawn: what a screen reader says, and what is seen of it. */
export interface Sign {
  /** Such as "Your sign: fish in blue, Lantern Harbour". */
  name: string;
  words: string;
  /** The paths of its picture. */
  picture: string;
}

/** The sign that a view shows now; `null` where there is none. Fails if what is seen is not what is said. */
export const signNow = (view: View): Promise<Sign | null> =>
  view.evaluate(() => {
    const drawn = [...document.querySelectorAll<HTMLElement>('wx-emblem .emblem')].find(
      (one) => one.getClientRects().length > 0 && getComputedStyle(one).visibility === 'visible',
    );
    if (!drawn) return null;
    const words = drawn.querySelector<HTMLElement>('.emblem-words')?.innerText.trim() ?? '';
    const picture =
      drawn
        .querySelector('svg .shape')
        ?.innerHTML.replace(/<!--.*?-->/g, '')
        .trim() ?? '';
    const name = drawn.getAttribute('aria-label') ?? '';
    if (drawn.getAttribute('role') !== 'img' || !words || !picture || !name.endsWith(words)) {
      throw new Error(`a sign that is not whole: ${drawn.outerHTML}`);
    }
    return { name, words, picture };
  });

/** The sign that a view shows, once it does. */
export const sign = (view: View): Promise<Sign> => until('the user’s sign is there', () => signNow(view));

/** Waits until a view shows this sign. */
export const signed = async (view: View, name: string): Promise<void> => {
  let last = '';
  await until(`the sign is "${name}"`, async () => {
    last = (await signNow(view))?.name ?? 'none';
    return last === name;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\nit is: ${last}`);
  });
};

/** Types words of one's own on the page of settings (or the one that is given), as a person does; gives the new sign. */
export async function chooseWords(driver: Driver, words: string): Promise<Sign> {
  const page = await driver.page('settings.html');
  await sign(page);
  await page.click('wx-emblem-form summary');
  await field(page, say('emblem_words')).fill(words);
  await page.press('Tab');
  const chosen = await until(`the words are "${words}"`, async () => {
    const now = await signNow(page);
    return now?.words === words ? now : null;
  });
  await page.close();
  return chosen;
}

/**
 * The address by which a page could frame the reader, as our own script in that page knows it. In Chromium it is another one in
 * each session, and no page learns it: the tests give it away.
 */
export const framable = async (driver: Driver, tab: View): Promise<string> =>
  driver.background(
    async (url) => {
      const [open] = (await chrome.tabs.query({})).filter((one) => one.url === url);
      const [run] = await chrome.scripting.executeScript({
        target: { tabId: open?.id ?? -1 },
        func: () => chrome.runtime.getURL('reader.html'),
      });
      return String(run?.result);
    },
    await tab.url(),
  );
