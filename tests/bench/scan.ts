import type { Page, Protocol } from 'puppeteer-core';
import puppeteer from 'puppeteer-core';
import { type PageName, startPages } from '../pages/server.js';
import { median } from './stats.js';

const ROUNDS = 11;
/** Microseconds between two samples of the profiler. */
const INTERVAL = 50;

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

/** Loads pages of a site that is switched on, and profiles what the content script does in them. */
export async function scan(): Promise<Cost[]> {
  const block = '-----BEGIN PGP MESSAGE-----\n\nwV4D\n-----END PGP MESSAGE-----';
  const pages = await startPages({ message: block, signed: block, key: block });
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    pipe: true,
    enableExtensions: true,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-component-update',
      '--disable-sync',
      '--disable-gpu',
      '--disable-background-networking',
    ],
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
  // The same site first: the profiler belongs to a process, and the next page stays in it.
  await page.goto(new URL('/swap', url).href);
  const session = await page.createCDPSession();
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: INTERVAL });
  await session.send('Profiler.start');
  await page.goto(url, { waitUntil: 'networkidle0' });
  // The scan runs when the page is idle: wait until idle time comes twice, with a frame drawn between.
  await page.evaluate(
    `new Promise((done) => requestIdleCallback(() => requestAnimationFrame(() => requestIdleCallback(done))))`,
  );
  const { profile } = await session.send('Profiler.stop');
  await page.close();
  return inContentScript(profile);
}

/** Time in functions of the content script and in whatever they call. */
function inContentScript(profile: Protocol.Profiler.Profile): { total: number; longest: number } {
  const ours = new Set<number>();
  const mark = (id: number, inside: boolean): void => {
    const node = nodes.get(id);
    if (!node) return;
    const here = inside || node.callFrame.url.endsWith('/content.js');
    if (here) ours.add(id);
    for (const child of node.children ?? []) mark(child, here);
  };
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const root = profile.nodes[0];
  if (root) mark(root.id, false);
  if (ours.size === 0) throw new Error('the content script did not run');

  let [total, longest, piece] = [0, 0, 0];
  (profile.samples ?? []).forEach((id, index) => {
    const delta = (profile.timeDeltas?.[index + 1] ?? 0) / 1000;
    piece = ours.has(id) ? piece + delta : 0;
    if (ours.has(id)) total += delta;
    longest = Math.max(longest, piece);
  });
  return { total, longest };
}
