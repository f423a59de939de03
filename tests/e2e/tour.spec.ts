// What `cargo xtask run` shows where there is no display: a newcomer's first minute, on the demo webmail.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { tour } from '../demo/tour.js';
import { DemoTour } from '../demo/tour-webmail.js';
import type { Driver } from '../harness/index.js';
import { browser, kind } from './support/session.js';

let driver: Driver;
let webmail: DemoTour;

before(async () => {
  [driver, webmail] = await Promise.all([browser(), DemoTour.start()]);
});
after(async () => {
  await driver?.close();
  await webmail?.close();
});

test('from the welcome page to a message that the other side has read', async () => {
  const folder = path.resolve('target/tour', kind);
  await tour(driver, webmail, folder);
  assert.ok(fs.readdirSync(folder).length >= 12, 'a picture of each step');
});

test('no server of this machine but the webmail was asked, and none of the domain in the addresses', () => {
  const own = new URL(webmail.invitation().url).host;
  const others = driver.requests.filter(({ url }) => {
    const host = /^(?:https?:\/\/)?([^/]+)/.exec(url)?.[1] ?? '';
    return host !== own && /^(localhost|127\.0\.0\.1)(:|$)|example\.test/.test(host);
  });
  assert.deepEqual(others, []);
});
