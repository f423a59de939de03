import * as openpgp from 'openpgp';
import type { Page } from 'puppeteer-core';
import type { FirstUse } from './page/first.js';
import type { Times } from './stats.js';

/** How often a Worker is started. */
const STARTS = 15;

/** Our engine and OpenPGP.js in the Workers of one page, in turn. */
export async function crypto(page: Page): Promise<Times[]> {
  return [
    { name: 'start a Worker until ready', goal: 1, ...(await starts(page, 'start')) },
    {
      name: 'start, import and unlock a key, encrypt and sign 2 KB',
      goal: 1,
      ...(await starts(page, 'first', await firstUse())),
    },
    ...(await operations(page)),
  ];
}

/** A key under Argon2 at no cost to speak of: how long Argon2 takes is another row. */
async function firstUse(): Promise<FirstUse> {
  const passphrase = 'correct horse battery staple';
  const { privateKey } = await openpgp.generateKey({
    userIDs: [{ email: 'a@example.test' }],
    passphrase,
    format: 'object',
    config: {
      aeadProtect: true,
      s2kType: openpgp.enums.s2k.argon2,
      s2kArgon2Params: { passes: 1, parallelism: 1, memoryExponent: 3 },
    },
  });
  const text = 'a letter\n'.repeat(222);
  return { armored: privateKey.armor(), fingerprint: privateKey.getFingerprint(), passphrase, text };
}

/** From `new Worker` to its first message, by turns. */
function starts(page: Page, name: string, work?: FirstUse): Promise<{ ours: number[]; theirs: number[] }> {
  return page.evaluate(
    async (name, work, rounds) => {
      const start = (side: string): Promise<number> =>
        new Promise((resolve, reject) => {
          const begin = performance.now();
          const worker = new Worker(`${name}-${side}.js`, { type: 'module' });
          if (work) worker.postMessage(work);
          worker.onerror = () => reject(new Error(`${name}-${side} fails`));
          worker.onmessage = () => {
            resolve(performance.now() - begin);
            worker.terminate();
          };
        });
      await start('ours');
      await start('theirs');
      const times = { ours: [] as number[], theirs: [] as number[] };
      for (let round = 0; round < rounds; round++) {
        times.ours.push(await start('ours'));
        times.theirs.push(await start('theirs'));
      }
      return times;
    },
    name,
    work,
    STARTS,
  );
}

async function operations(page: Page): Promise<Times[]> {
  const results = await page.evaluate(
    () =>
      new Promise<unknown[]>((resolve) => {
        const results: unknown[] = [];
        const worker = new Worker('crypto.js', { type: 'module' });
        worker.onerror = (event) => resolve([{ error: event.message }]);
        worker.onmessage = ({ data }) => {
          results.push(data);
          if (data === 'done' || data.error) resolve(results);
        };
      }),
  );
  const last = results.pop();
  if (last !== 'done') throw new Error(`the bench failed: ${JSON.stringify(last)}`);
  return results as Times[];
}
