// Time in specs: a second that has to pass, and waits that are over at once.

import { type Driver, until, type View } from '../../harness/index.js';

/** Waits for the next second: dates of OpenPGP have whole ones. */
export async function nextSecond(): Promise<void> {
  const second = () => Math.floor(Date.now() / 1000);
  const before = second();
  await until('a second later', () => second() > before);
}

/** In the world of a tab's content script: so many waits of `from` to `to` milliseconds are over at once. */
export const hurries = async (driver: Driver, tab: View, from: number, to: number, times: number): Promise<void> =>
  driver.background(
    async (url, ...args) => {
      const [found] = (await chrome.tabs.query({})).filter((one) => one.url === url);
      await chrome.scripting.executeScript({
        target: { tabId: found?.id ?? -1 },
        args,
        func: (least, most, count) => {
          const { setTimeout: wait } = globalThis;
          let left = count;
          globalThis.setTimeout = ((job: () => void, ms = 0) => {
            const short = ms >= least && ms <= most && left > 0;
            if (short) left -= 1;
            return wait(job, short ? 0 : ms);
          }) as never;
        },
      });
    },
    await tab.url(),
    from,
    to,
    times,
  );
