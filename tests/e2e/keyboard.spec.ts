// Where one is after something was done, for who uses the keyboard or a screen reader: at what comes next, and never at the top
// of the page without a word.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, field, link, until, type View } from '../harness/index.js';
import { given } from './support/given.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { browser, say } from './support/session.js';
import { type Site, site } from './support/site.js';
import { cards, fillGenerate, generate, hold, listed, openCard, PASSPHRASE } from './support/steps.js';

let driver: Driver;
let gpg: Gpg;
let web: Site;
let bea: GpgKey;
let rita: GpgKey;

before(async () => {
  [driver, web] = await Promise.all([browser(), site()]);
  gpg = new Gpg();
  bea = gpg.key('Bea <bea@example.test>');
  rita = gpg.key('Rita <rita@example.test>');
  await generate(driver, { name: 'Ada', email: 'ada@example.test' });
  await given(driver, { own: [rita], contacts: [bea] });
});
after(async () => {
  await driver?.close();
  gpg?.close();
  web?.close();
});

const focused = (page: View, selector: string, what: string): Promise<void> =>
  page.focused(`document.querySelector(${JSON.stringify(selector)})`, what);

test('in the popup the question before a key is deleted begins with its title, and says what is lost', async () => {
  web.put('/', 'A page');
  const tab = await driver.tab(web.url('/'));
  const popup = await driver.popup(tab);
  await openCard(popup, 'ada@example.test');
  await button(popup, 'Delete').click();
  await focused(popup, '#delete-title', 'the title');
  const { top, bottom, height, described } = await popup.evaluate(() => {
    const title = document.querySelector('#delete-title')?.getBoundingClientRect();
    const ids = document.querySelector('dialog[open]')?.getAttribute('aria-describedby')?.split(' ') ?? [];
    const texts = ids.map((id) => document.getElementById(id)?.innerText ?? '');
    return { top: title?.top ?? -1, bottom: title?.bottom ?? -1, height: innerHeight, described: texts.join(' ') };
  });
  assert.ok(top >= 0 && bottom <= height, `the title is at ${top} to ${bottom} of ${height}`);
  for (const text of [say('delete_own_text'), say('delete_no_copy'), say('delete_revocation'), 'ada@example.test']) {
    assert.ok(described.includes(text), `${text}\nis not in:\n${described}`);
  }
  await popup.close();
  await tab.close();
});

test('a contact that was deleted can be brought back with the next key that is pressed', async () => {
  const page = await driver.page('keys.html');
  await openCard(page, 'bea@example.test');
  await button(page, 'Delete').click();
  await page.click('wx-delete .danger');
  await focused(page, '.toast button', 'what takes it back');
  assert.equal(
    (await cards(page)).some((card) => card.includes('bea@example.test')),
    false,
  );
  await page.press('Enter');
  await listed(page, 'bea@example.test');
  await focused(page, `[aria-controls="key-${bea.fingerprint}"]`, 'its line');
  await page.close();
});

test('a revocation certificate that was given out asks where one is whether its file is there', async () => {
  const page = await driver.page('keys.html');
  await openCard(page, 'ada@example.test');
  await button(page, 'Delete').click();
  await button(page, say('save_revocation')).click();
  await driver.download(/ada.*_REVOCATION.*\.asc$/i);
  await focused(page, 'wx-delete .given', 'the question');
  await button(page, say('cancel')).click();

  await button(page, say('key_details')).click();
  await button(page, say('save_revocation')).click();
  await driver.download(/ada.*_REVOCATION.*\.asc$/i);
  await focused(page, 'wx-key-page .given', 'the question');

  // Of a key that was not made here it is made first, in a dialog that has the focus until then.
  await page.close();
  const other = await driver.page(`keys.html#details=${rita.fingerprint}`);
  await button(other, say('save_revocation')).click();
  await field(other, 'Passphrase').fill(PASSPHRASE);
  await other.press('Enter');
  await driver.download(/rita.*_REVOCATION.*\.asc$/i);
  await focused(other, 'wx-key-page .given', 'the question');
  await other.close();
});

/** Begins to make a key, goes back to the list, and gives a function that lets the vault's answer come. */
async function making(page: View, name: string): Promise<() => Promise<void>> {
  const release = await hold(page, 'generate');
  await fillGenerate(page, { name, email: `${name.toLowerCase()}@example.test` });
  await page.visible('wx-generate form[aria-busy=true]');
  await link(page, say('back_to_keys')).click();
  return async () => {
    await release();
    await until('it is said', async () => (await page.text('.toast')) === say('key_made', name));
  };
}

test('who leaves the form while a key is being made is not taken away from where they are when it comes', async () => {
  const page = await driver.page('keys.html#generate');
  const comes = await making(page, 'Kit');
  await button(page, 'Import').click();
  await field(page, say('import_paste')).fill('half of a key');
  await comes();
  assert.equal(await page.evaluate(() => location.hash), '#import');
  assert.equal(await field(page, say('import_paste')).value(), 'half of a key');
  await page.close();
});

test('when something else is said instead of what could take a deletion back, one goes on in the list', async () => {
  const page = await driver.page('keys.html#generate');
  const comes = await making(page, 'Lea');
  await openCard(page, 'bea@example.test');
  await button(page, 'Delete').click();
  await page.click('wx-delete .danger');
  await focused(page, '.toast button', 'what takes it back');
  await comes();
  await focused(page, '#key-search', 'the search');
  await page.close();
});
