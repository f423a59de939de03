// The attack scoreboard: every published attack of tests/attacks/manifest.txt, played in the browser. What came of it must
// be what the manifest says, and for each of them no request is made that its content caused. `cargo xtask attacks` runs
// it beside the other tests that the manifest names, and writes docs/ATTACKS.md.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { CASES } from '../attacks/cases/index.js';
import { manifest } from '../attacks/manifest.js';
import { World } from '../attacks/world.js';
import type { Driver, View } from '../harness/index.js';
import { casesFolder, casesPage, giveCases, makeCases, runCase } from './support/bad-input.js';
import { browser } from './support/session.js';

const LINES = manifest();

suite('mails and pages', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.close());

  for (const { id, what, outcome, way } of LINES) {
    if (way.by !== 'browser') continue;
    test(`${id}: ${what}`, async () => {
      const play = CASES[id];
      assert.ok(play, 'there is a fixture');
      world.begin();
      assert.equal(await play(world), outcome);
      await world.silent();
    });
  }
});

suite('bad input', () => {
  const folder = casesFolder('attacks');
  let driver: Driver;
  let page: View;
  before(async () => {
    makeCases(folder);
    driver = await browser();
    page = await casesPage(driver);
  });
  after(() => driver?.close());

  for (const { id, what, outcome, way } of LINES) {
    if (way.by !== 'input') continue;
    test(`${id}: ${what}`, async () => {
      const file = path.join(folder, `${way.name.replace('/', '--')}.json`);
      const requests = driver.requests.length;
      await giveCases(page, [file]);
      const { expected, ended } = await runCase(page, file);
      assert.equal(ended, outcome);
      assert.equal(expected, outcome, 'tests/hostile/manifest.txt says the same');
      assert.deepEqual(
        driver.requests
          .slice(requests)
          .filter(({ url }) => /\/\/(?:127\.|localhost|[^/]*\.(?:test|example)\b)/.test(url)),
        [],
      );
    });
  }
});

test('every fixture is in the manifest, each case once', () => {
  const ids = LINES.map(({ id }) => id);
  assert.deepEqual(
    ids.filter((id, at) => ids.indexOf(id) !== at),
    [],
  );
  const played = LINES.filter(({ way }) => way.by === 'browser').map(({ id }) => id);
  assert.deepEqual(Object.keys(CASES).sort(), played.sort());
});
