// Settings: what they say, and that all of them are kept.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type Driver, field, toggle, until } from '../harness/index.js';
import { shows } from './support/desk.js';
import { browser, extension, say } from './support/session.js';
import { stored } from './support/steps.js';

let driver: Driver;

before(async () => {
  driver = await browser();
});
after(() => driver?.close());

test('settings say which version runs, and which commit it is of', async () => {
  const { version } = JSON.parse(fs.readFileSync(path.join(extension, 'manifest.json'), 'utf8'));
  const built = fs.readFileSync(path.join(extension, 'settings.html'), 'utf8');
  const [, commit = ''] = /<meta name="commit" content="([^"]*)"/.exec(built) ?? [];
  // Source that came without git does not know, and source that was changed says so.
  const [, digits = '', changed = ''] = /^(?:([0-9a-f]{12})(-changed)?|unknown)$/.exec(commit) ?? assert.fail(commit);
  const page = await driver.page('settings.html');
  await page.visible('.facts');
  assert.deepEqual(
    await page.evaluate(() => [...document.querySelectorAll('.facts dd')].map((one) => one.textContent)),
    [version, commit],
  );
  const exact = digits !== '' && changed === '';
  await shows(page, say(exact ? 'about_build_hint' : 'about_build_unknown'));
  assert.ok(!(await page.text()).includes(say(exact ? 'about_build_unknown' : 'about_build_hint')));
  await page.close();
});

test('settings that are changed at once are all changed', async () => {
  const page = await driver.page('settings.html');
  await toggle(page, say('set_sign')).visible();
  const choose = (minutes: string, sign: boolean): Promise<void> =>
    page.evaluate(
      (value, checked) => {
        const time = document.querySelector('#lock-time') as HTMLSelectElement;
        const box = document.querySelector('#sign_by_default') as HTMLInputElement;
        time.value = value;
        box.checked = checked;
        for (const one of [time, box]) one.dispatchEvent(new Event('change', { bubbles: true }));
      },
      minutes,
      sign,
    );
  const kept = async (minutes: number, sign: boolean): Promise<boolean> => {
    const settings = JSON.parse(String((await stored(driver)).local.settings)).settings;
    return settings.auto_lock_minutes === minutes && settings.sign_by_default === sign;
  };
  await choose('15', false);
  await until('both are stored', () => kept(15, false));
  await choose('30', true);
  await until('both are stored', () => kept(30, true));
  await page.close();
});

test('a choice that could not be stored is not shown as set', async () => {
  const page = await driver.page('settings.html');
  await toggle(page, say('set_sign')).visible();
  const signs = await toggle(page, say('set_sign')).checked();
  const time = await field(page, say('set_lock_time')).value();
  await page.click('wx-emblem-form summary');
  const picked = () =>
    page.evaluate(() => [...document.querySelectorAll<HTMLInputElement>('.pick input')].map((one) => one.checked));
  await page.visible('.pick');
  const sign = await picked();
  await driver.background(() => {
    const world = typeof window === 'undefined' ? globalThis : (window as unknown as typeof globalThis);
    world.chrome.storage.local.set = (() => Promise.reject(new Error('IO error: read-only file system'))) as never;
  });
  const refused = async (of: string): Promise<void> => {
    await shows(page, say('err_storage_failed'));
    await until('it is not under way any more', async () => (await page.count(`${of} [role=alert]`)) === 1);
  };
  // The page is longer than the window, and begins with what went wrong.
  await page.resize(700, 400);
  await toggle(page, say('set_sign')).click();
  await refused('wx-settings-page');
  const inSight = () => {
    const place = document.querySelector('[role=alert]')?.getBoundingClientRect();
    return place !== undefined && place.top >= 0 && place.bottom <= innerHeight;
  };
  await until('it is in sight', () => page.evaluate(inSight));
  assert.equal(await toggle(page, say('set_sign')).checked(), signs);
  await field(page, say('set_lock_time')).choose(say('lock_4_hours'));
  await until('the stored time is shown again', async () => (await field(page, say('set_lock_time')).value()) === time);
  await page.click('.pick:has(input:not(:checked))');
  await refused('wx-emblem-form');
  assert.deepEqual(await picked(), sign);
  await driver.stopBackground();
  await page.close();
});

test('settings are kept when the background stops', async () => {
  const page = await driver.page('settings.html');
  await toggle(page, say('set_sign')).visible();
  const before = await toggle(page, say('set_sign')).checked();
  await toggle(page, say('set_sign')).click();
  await shows(page, say('saved'));
  await field(page, say('set_lock_time')).choose(say('lock_5_minutes'));
  await until(
    'it is stored',
    async () =>
      JSON.stringify((await stored(driver)).local).includes('auto_lock_minutes\\":5') ||
      JSON.stringify((await stored(driver)).local).includes('"auto_lock_minutes":5'),
  );
  await driver.stopBackground();
  await page.close();
  const again = await driver.page('settings.html');
  await toggle(again, say('set_sign')).visible();
  await until('it is shown', async () => (await toggle(again, say('set_sign')).checked()) === !before);
  await until('the time is shown', async () => (await field(again, say('set_lock_time')).value()) === '5');
  await toggle(again, say('set_sign')).click();
  // The time that new users have can be chosen again.
  await field(again, say('set_lock_time')).choose(say('lock_30_minutes'));
  await until('it is stored', async () =>
    JSON.stringify((await stored(driver)).local).includes('auto_lock_minutes\\":30'),
  );
  await again.close();
});
