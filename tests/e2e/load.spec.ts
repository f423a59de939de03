// What the content script costs a page in which it has nothing to do, or nothing any more. It measures: nothing else runs meanwhile.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '../harness/index.js';
import { startPages } from '../pages/server.js';
import { inbox } from './support/inbox.js';
import { load } from './support/load.js';
import { browser, extension } from './support/session.js';
import { page as html } from './support/site.js';

/** Milliseconds that the content script may keep the page's main thread busy without a pause, and in all. */
const PIECE_LIMIT = 2;
const LOAD_LIMIT = 8;
/** Something else may run in any one round; it does not in most of them: the round in the middle counts. */
const ROUNDS = 15;

test('on a page with nothing to do, no piece of the content script takes 2 ms, and then it rests', async () => {
  const source = fs.readFileSync(path.join(extension, 'content.js'), 'utf8');
  const pages = await startPages({ message: '', signed: '', key: '' });
  // Firefox rounds its clock to a millisecond, against pages that measure others.
  const driver = await browser({ prefs: { 'privacy.reduceTimerPrecision': false } });
  try {
    const tab = await driver.tab();
    const rounds: { longest: number; together: number; told: string }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await tab.goto(pages.url('textarea'));
      const { pieces, asked, frames } = await tab.evaluate(load, source);
      assert.deepEqual(asked, ['hello']);
      assert.equal(frames, 0);
      for (const wanted of ['start', 'answer', 'idle']) {
        assert.ok(
          pieces.some(({ what }) => what === wanted),
          `there was a piece "${wanted}"`,
        );
      }
      // The browsers compile an extension's script beside the page, or have it compiled from the last time: what that takes
      // is held down by the limit of its size (`cargo xtask test --only product`).
      const own = pieces.filter(({ what }) => what !== 'compile');
      const longest = Math.max(...own.map(({ ms }) => ms));
      const together = own.reduce((sum, { ms }) => sum + ms, 0);
      const told = pieces.map(({ what, ms }) => `${what}: ${ms.toFixed(2)} ms`).join(', ');
      rounds.push({ longest, together, told });
    }
    const middle = (by: 'longest' | 'together') =>
      rounds.toSorted((one, other) => one[by] - other[by])[Math.floor(ROUNDS / 2)] ?? assert.fail();
    const [longest, together] = [middle('longest'), middle('together')];
    console.log(`content script at load: ${longest.told}`);
    assert.ok(longest.longest < PIECE_LIMIT, longest.told);
    assert.ok(together.together < LOAD_LIMIT, together.told);
  } finally {
    await driver.close();
    pages.close();
  }
});

/** Milliseconds that a page takes to draw a list anew, ten times, with all that listens. */
async function redraws(): Promise<number> {
  const list = document.querySelector('ul') as HTMLElement;
  const rows = Array.from({ length: 100 }, () => document.createElement('li'));
  const start = performance.now();
  for (let round = 0; round < 10; round++) {
    list.replaceChildren(...rows);
    for (const row of rows) row.textContent = `row ${round}`;
    // Who listens has heard of it then.
    const { port1, port2 } = new MessageChannel();
    await new Promise((done) => {
      port1.onmessage = done;
      port2.postMessage(null);
    });
  }
  return performance.now() - start;
}

test('a message of 19,000 elements costs the page no more than another one, when something else is drawn anew', async () => {
  const { driver, web, tab, close } = await inbox();
  try {
    const line = `<div>${'abcd'.repeat(12)}</div>`;
    const took: number[] = [];
    for (const lines of [1, 19_000]) {
      const block = `<div>-----BEGIN PGP MESSAGE-----</div><div><br></div>${line.repeat(lines)}<div>-----END PGP MESSAGE-----</div>`;
      web.put('/lines', html(`<ul></ul><section>${block}</section>`));
      await tab.goto(web.url('/lines'));
      await until('it is covered', async () => {
        const height = await tab.evaluate(() => document.querySelector('section')?.clientHeight ?? 0);
        return height < 2_000 && (await driver.frames(tab, 'reader.html')).length === 1;
      });
      took.push(Math.min(await tab.evaluate(redraws), await tab.evaluate(redraws), await tab.evaluate(redraws)));
    }
    const [few = 0, many = 0] = took;
    console.log(
      `a list drawn anew ten times: ${few.toFixed(0)} ms, beside a message of 19,000 elements ${many.toFixed(0)} ms`,
    );
    assert.ok(many < 200 + 4 * few, took.join(', '));
  } finally {
    await close();
  }
});
