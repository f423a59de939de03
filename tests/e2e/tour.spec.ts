// What `cargo xtask run` shows where there is no display: a newcomer's first minutes, on the demo webmail, with
// `--webmail roundcube` and with `--webmail sogo`. Here with what is in the zips.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { tour } from '../demo/tour.js';
import { DemoTour, RoundcubeTour, SogoTour, type TourWebmail } from '../demo/tour-webmail.js';
import { launch } from '../harness/index.js';
import { archive, extension, kind } from './support/session.js';
import { unzip } from './support/zip.js';

const unpacked = fs.mkdtempSync(path.join(os.tmpdir(), 'waxseal-unpacked-'));
const open: (() => Promise<void>)[] = [];
// Three people on three computers, at the same time.
let demo: Promise<void>;
let roundcube: Promise<void>;
let sogo: Promise<void>;

before(() => {
  // Firefox takes the zip as it is, Chromium only what is in it.
  for (const [name, bytes] of unzip(fs.readFileSync(archive()))) {
    const file = path.join(unpacked, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, bytes);
  }
  demo = made(DemoTour.start(), kind);
  roundcube = made(RoundcubeTour.start(), `${kind}-roundcube`);
  sogo = made(SogoTour.start(), `${kind}-sogo`);
  // Told by its own test.
  for (const one of [demo, roundcube, sogo]) one.catch(() => undefined);
});
after(async () => {
  await Promise.allSettled([demo, roundcube, sogo]);
  for (const close of open) await close();
  fs.rmSync(unpacked, { recursive: true, force: true });
});

/** The tour; no server of this machine but the webmail was asked, and none of the domain in the addresses. */
async function made(starting: Promise<TourWebmail>, name: string): Promise<void> {
  const webmail = await starting;
  open.push(() => webmail.close());
  const driver = await launch(kind, kind === 'firefox' ? { extension, archive: archive() } : { extension: unpacked });
  open.push(() => driver.close());
  const folder = path.resolve('target/tour', name);
  await tour(driver, webmail, folder);
  assert.ok(fs.readdirSync(folder).length >= 12, 'a picture of each step');
  const own = new URL(webmail.invitation().url).host;
  const others = driver.requests.filter(({ url }) => {
    const host = /^(?:https?:\/\/)?([^/]+)/.exec(url)?.[1] ?? '';
    return host !== own && /^(localhost|127\.0\.0\.1)(:|$)|example\.test/.test(host);
  });
  assert.deepEqual(others, []);
}

test('demo: from the welcome page to a message that the other side has read', () => demo);
test('Roundcube: from the welcome page to a message that the other side has read', () => roundcube);
test('SOGo: from the welcome page to a message that the other side has read', () => sogo);
