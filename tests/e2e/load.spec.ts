// What the content script costs a page in which it has nothing to do. It measures: nothing else runs meanwhile.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { startPages } from '../pages/server.js';
import { load } from './support/load.js';
import { browser, extension } from './support/session.js';

/** Milliseconds that the content script may keep the page's main thread busy without a pause, and in all. */
const PIECE_LIMIT = 2;
const LOAD_LIMIT = 8;
/** Something else may run in any one round; it does not in all of them: the round with the shortest pieces counts. */
const ROUNDS = 15;

test('on a page with nothing to do, no piece of the content script takes 2 ms, and then it rests', async () => {
  const source = fs.readFileSync(path.join(extension, 'content.js'), 'utf8');
  const pages = await startPages({ message: '', signed: '', key: '' });
  // Firefox rounds its clock to a millisecond, against pages that measure others.
  const driver = await browser({ prefs: { 'privacy.reduceTimerPrecision': false } });
  try {
    const tab = await driver.tab();
    let best = { longest: Number.POSITIVE_INFINITY, together: Number.POSITIVE_INFINITY, told: '' };
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
      if (longest < best.longest) best = { longest, together, told };
    }
    console.log(`content script at load: ${best.told}`);
    assert.ok(best.longest < PIECE_LIMIT, best.told);
    assert.ok(best.together < LOAD_LIMIT, best.told);
  } finally {
    await driver.close();
    pages.close();
  }
});
