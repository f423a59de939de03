// What a person does with the extension, by the names that are written on it.

import assert from 'node:assert/strict';
import { button, type Driver, field, toggle, until, type View } from '../../harness/index.js';
import { say } from './session.js';

/** A passphrase that is long enough and in no text of the extension. */
export const PASSPHRASE = 'drift-otter 41 Lampshade';

/** What goes into the form "Generate key". */
export interface NewKey {
  name: string;
  email: string;
  passphrase?: string;
  repeat?: string;
  /** The text of the kind's option; the form's own default when left out. */
  kind?: string;
  /** The text of the option for its end, or a day as `2030-12-31`; the form's own default when left out. */
  expires?: string;
}

/** Opens the part of the form "Generate key" that most people need not see. */
async function advanced(page: View): Promise<void> {
  if (!(await field(page, say('key_kind')).exists())) await page.click('wx-generate summary');
}

/** Fills the form "Generate key" and presses its button; the form must be shown. */
export async function fillGenerate(page: View, key: NewKey): Promise<void> {
  const { name, email, passphrase = PASSPHRASE, repeat = passphrase } = key;
  await field(page, 'Name').fill(name);
  await field(page, 'Email').fill(email);
  await field(page, 'Passphrase').fill(passphrase);
  await field(page, 'Repeat passphrase').fill(repeat);
  if (key.kind) {
    await advanced(page);
    await field(page, say('key_kind')).choose(key.kind);
  }
  if (key.expires) {
    await advanced(page);
    const day = /^\d{4}-\d\d-\d\d$/.test(key.expires);
    await field(page, say('expires')).choose(day ? say('on_a_date') : key.expires);
    if (day) await field(page, say('expiry_date')).set(key.expires);
  }
  await button(page, 'Generate key').click();
}

/** Makes a key on the page of keys, and waits until it is listed. */
export async function generate(driver: Driver, key: NewKey): Promise<void> {
  const page = await driver.page('keys.html#generate');
  await fillGenerate(page, key);
  await listed(page, key.email);
  await page.close();
}

/** Waits until the key list shows a key with this text. */
export async function listed(page: View, text: string, ms?: number): Promise<void> {
  await until(
    `a key with "${text}" is listed`,
    async () => (await cards(page)).some((card) => card.includes(text)),
    ms,
  );
}

/** The texts of all cards in the key list. */
export const cards = (page: View): Promise<string[]> =>
  page.evaluate(() => [...document.querySelectorAll<HTMLElement>('.card.key')].map((card) => card.innerText));

/** Opens the details of the key whose card has this text, if they are closed. */
export async function openCard(page: View, text: string): Promise<void> {
  // Found anew at each look: a line that was drawn for one key may be another's next time.
  const line = `[...document.querySelectorAll('.card.key')].find((one) => one.innerText.includes(${JSON.stringify(text)}))?.querySelector('button') ?? null`;
  const state = await until(`the card "${text}"`, () =>
    page.run(`((element) => element?.getAttribute('aria-expanded'))(${line})`),
  );
  if (state !== 'true') await page.clickOn(line, `the card "${text}"`);
}

/** Pastes into the import form and looks at the preview. */
export async function previewPaste(page: View, keys: string): Promise<void> {
  await field(page, say('import_paste')).paste(keys);
  await button(page, say('import_look')).click();
}

/** Imports keys on the page of keys by pasting them; `passphrase` is given to secret keys that have none. */
export async function importKeys(driver: Driver, keys: string, passphrase?: string): Promise<void> {
  const page = await driver.page('keys.html#import');
  await previewPaste(page, keys);
  if (passphrase !== undefined) {
    await field(page, 'Passphrase').fill(passphrase);
    await field(page, 'Repeat passphrase').fill(passphrase);
  }
  await button(page, 'Import').click();
  const bad = await until('the import is done, or refused', async () => {
    if (await page.count('.notice.bad')) return { said: await page.text('.notice.bad') };
    return (await page.count('wx-import')) === 0 && { said: '' };
  });
  assert.equal(bad.said, '');
  await page.close();
}

/** Types the passphrase into the unlock window that has opened (or will), and waits until it has gone. */
export async function unlock(driver: Driver, passphrase = PASSPHRASE): Promise<void> {
  const window = await driver.window('unlock.html');
  await field(window, 'Passphrase').fill(passphrase);
  await button(window, 'Unlock').click();
  await until('the unlock window has closed', () => window.gone());
}

/** Unlocks one's own key from the list of keys. */
export async function unlockKey(driver: Driver, name: string, passphrase = PASSPHRASE): Promise<void> {
  const page = await driver.page('keys.html');
  await openCard(page, name);
  await button(page, 'Unlock').click();
  await unlock(driver, passphrase);
  await page.close();
}

/** Presses "Lock now" on the page of keys, if any key is unlocked. */
export async function lockNow(driver: Driver): Promise<void> {
  const page = await driver.page('keys.html');
  await page.visible('.lock-status');
  if ((await page.count('.lock-status.open')) > 0) {
    await button(page, 'Lock now').click();
    await button(page, 'Lock now').absent();
  }
  await page.close();
}

/** Switches Waxseal on or off for the site that a tab shows, in the real toolbar popup. */
export async function switchSite(driver: Driver, tab: View, on = true): Promise<void> {
  const { protocol, hostname } = new URL(await tab.url());
  if (on) await driver.grant([`${protocol}//${hostname}/*`]);
  const popup = await driver.popup(tab);
  const site = toggle(popup, 'Use Waxseal on this site');
  // It comes with the vault's answer; until then it is neither on nor off.
  await site.visible();
  if ((await site.checked()) !== on) await site.click();
  await until(`the site is ${on ? 'on' : 'off'}`, async () => (await site.checked()) === on);
  await popup.close();
}

/** Everything stored on disk and in memory by the extension. */
export const stored = (driver: Driver): Promise<{ local: Record<string, unknown>; session: Record<string, unknown> }> =>
  driver.background(async () => ({
    local: await chrome.storage.local.get(null),
    session: await chrome.storage.session.get(null),
  }));

/** Holds back the vault's answers to calls of this kind in a page; gives the function that lets them come. */
export async function hold(page: View, kind: string): Promise<() => Promise<void>> {
  await page.evaluate((wanted) => {
    const world = globalThis as { release?: () => void };
    const send = chrome.runtime.sendMessage.bind(chrome.runtime) as (message: unknown) => Promise<unknown>;
    const held = new Promise<void>((done) => {
      world.release = done;
    });
    chrome.runtime.sendMessage = (async (message: { ui?: { kind: string } }) => {
      const answer = await send(message);
      if (message.ui?.kind === wanted) await held;
      return answer;
    }) as never;
  }, kind);
  return async () => void (await page.evaluate(() => (globalThis as { release?: () => void }).release?.()));
}
