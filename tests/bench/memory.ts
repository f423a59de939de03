// Linux tells the most that a process ever held: what counts is the process that grew most.
import type { Page } from 'puppeteer-core';
import { measure } from '../e2e/support/processes.js';
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
    await begin(page, script);
    const peaks: Peak[] = [];
    for (const step of ['encrypt', 'decrypt']) {
      const used = measure();
      const ms = await ask(page, step);
      peaks.push({ name: `50 MB: ${step}, CFB`, side, bytes: used().grown * 1024 * 1024, ms });
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
