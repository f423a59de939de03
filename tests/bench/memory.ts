// Chromium only: its process of a page can be found, and Linux tells the most that a process ever held.
import fs from 'node:fs';
import type { Page } from 'puppeteer-core';
import { type Kind, launch } from './browser.js';

/** Most memory that one side needed on top of what it held before, in bytes, and the time, in milliseconds. */
export interface Peak {
  name: string;
  side: 'ours' | 'OpenPGP.js';
  bytes: number;
  ms: number;
}

/** Each side encrypts and decrypts a large text once, in a browser of its own. */
export async function memory(url: string): Promise<Peak[]> {
  return [...(await peaks(url, 'ours', 'memory-ours')), ...(await peaks(url, 'OpenPGP.js', 'memory-theirs'))];
}

async function peaks(url: string, side: Peak['side'], script: string): Promise<Peak[]> {
  const browser = await launch('chromium' satisfies Kind);
  try {
    const page = await browser.newPage();
    await page.goto(url);
    const process = await processOf(page);
    await begin(page, script);
    const peaks: Peak[] = [];
    for (const step of ['encrypt', 'decrypt']) {
      const before = forget(process);
      const ms = await ask(page, step);
      peaks.push({ name: `50 MB: ${step}, CFB`, side, bytes: status(process, 'VmHWM') - before, ms });
    }
    return peaks;
  } finally {
    await browser.close();
  }
}

/** Starts the Worker; it has its text and its key when this returns. */
async function begin(page: Page, script: string): Promise<void> {
  await page.evaluate(
    (name) =>
      new Promise<void>((resolve, reject) => {
        const worker = new Worker(`${name}.js`, { type: 'module' });
        Object.assign(globalThis, { worker });
        worker.onerror = (event) => reject(new Error(event.message));
        worker.onmessage = () => resolve();
      }),
    script,
  );
}

/** One step of the Worker, which says how long it took. */
function ask(page: Page, step: string): Promise<number> {
  return page.evaluate(
    (step) =>
      new Promise<number>((resolve, reject) => {
        const { worker } = globalThis as unknown as { worker: Worker };
        worker.onerror = (event) => reject(new Error(event.message));
        worker.onmessage = ({ data }) => resolve(data);
        worker.postMessage(step);
      }),
    step,
  );
}

/** The only page's process: that of all which holds most. */
async function processOf(page: Page): Promise<number> {
  const session = await page.browser().target().createCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const [largest] = renderers.sort((one, other) => status(other, 'VmRSS') - status(one, 'VmRSS'));
  if (largest === undefined) throw new Error('no process');
  return largest;
}

/** Makes what is held now the most that was ever held, and tells it. */
function forget(process: number): number {
  fs.writeFileSync(`/proc/${process}/clear_refs`, '5');
  return status(process, 'VmRSS');
}

function status(process: number, field: string): number {
  const text = fs.readFileSync(`/proc/${process}/status`, 'utf8');
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  if (!kilobytes) throw new Error(`no ${field}`);
  return Number(kilobytes) * 1024;
}
