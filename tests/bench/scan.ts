import type { Page } from 'puppeteer-core';
import puppeteer from 'puppeteer-core';
import { PROGRAMS } from '../harness/programs.js';
import { type PageName, startPages } from '../pages/server.js';
import { CHROMIUM_ARGUMENTS } from './browser.js';
import { median } from './stats.js';

const ROUNDS = 11;

/** What the content script costs the main thread of a page from its navigation until it is idle, in milliseconds. */
export interface Cost {
  page: string;
  /** Medians of all time inside the content script, and of its longest piece without a pause. */
  total: number;
  longest: number;
}

const NAMES = {
  textarea: 'a compose form without PGP',
  big: '20,000 nodes without PGP',
  'big-with': '20,000 nodes and a message',
} as const satisfies Partial<Record<PageName, string>>;

/** Loads pages of a site that is switched on, and traces what the content script does in them. */
export async function scan(): Promise<Cost[]> {
  const block = '-----BEGIN PGP MESSAGE-----\n\nwV4D\n-----END PGP MESSAGE-----';
  const pages = await startPages({ message: block, signed: block, key: block });
  const browser = await puppeteer.launch({
    executablePath: PROGRAMS.chromium,
    headless: true,
    pipe: true,
    enableExtensions: true,
    args: CHROMIUM_ARGUMENTS,
  });
  try {
    const id = await browser.installExtension('dist/chromium');
    const tab = await browser.newPage();
    await tab.goto('chrome://extensions/');
    await tab.evaluate(
      `new Promise((done) => chrome.developerPrivate.addHostPermission('${id}', 'http://localhost/*', done))`,
    );
    await tab.goto(`chrome-extension://${id}/settings.html`);
    await switchOn(tab, new URL(pages.url('big')).origin);
    const costs: Cost[] = [];
    for (const [name, page] of Object.entries(NAMES)) {
      const totals: number[] = [];
      const pieces: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const { total, longest } = await load(await browser.newPage(), pages.url(name as keyof typeof NAMES));
        totals.push(total);
        pieces.push(longest);
      }
      costs.push({ page, total: median(totals), longest: median(pieces) });
    }
    return costs;
  } finally {
    await browser.close();
    pages.close();
  }
}

async function switchOn(settings: Page, origin: string): Promise<void> {
  // The permission was granted beforehand; the extension still has to ask for it, as if on a click.
  const session = await settings.createCDPSession();
  const { result } = await session.send('Runtime.evaluate', {
    expression: `chrome.permissions.request({ origins: ['http://localhost/*'] })`,
    userGesture: true,
    awaitPromise: true,
  });
  if (result.value !== true) throw new Error('no permission for localhost');
  const call = JSON.stringify({ to: 'vault', ui: { kind: 'set_site', origin, enabled: true } });
  const reply = await settings.evaluate(`chrome.runtime.sendMessage(${call})`);
  if ((reply as { kind: string }).kind !== 'done') throw new Error(JSON.stringify(reply));
}

async function load(page: Page, url: string): Promise<{ total: number; longest: number }> {
  // The same site first: the next page stays in its process, with the script's code in the cache.
  await page.goto(new URL('/swap', url).href);
  await page.tracing.start({ categories: ['devtools.timeline'] });
  await page.goto(url, { waitUntil: 'networkidle0' });
  // The scan runs when the page is idle: wait until idle time comes twice, with a frame drawn between.
  await page.evaluate(
    `new Promise((done) => requestIdleCallback(() => requestAnimationFrame(() => requestIdleCallback(done))))`,
  );
  const trace = await page.tracing.stop();
  await page.close();
  return inContentScript(JSON.parse(Buffer.from(trace ?? []).toString()).traceEvents);
}

/** What is of use here of an event of Chromium's tracing. Times in microseconds; `tdur` is the thread's own. */
interface Traced {
  name: string;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { data?: { url?: string } };
}

/** Time of the main thread in the content script with its parts, and in what it calls; what others do is left out. */
function inContentScript(events: Traced[]): { total: number; longest: number } {
  const pieces = events
    .filter(({ name }) => /EvaluateScript|FunctionCall/.test(name))
    .filter(({ args }) => /\/content(-\w+)?\.js$/.test(args?.data?.url ?? ''))
    .sort((one, other) => one.ts - other.ts);
  if (pieces.length === 0) throw new Error('the content script did not run');
  let [total, longest, end] = [0, 0, 0];
  for (const { ts, dur = 0, tdur = 0 } of pieces) {
    if (ts < end) continue; // inside of the piece before
    end = ts + dur;
    total += tdur / 1000;
    longest = Math.max(longest, tdur / 1000);
  }
  return { total, longest };
}
