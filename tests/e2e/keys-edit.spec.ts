// Changing one's own keys, as a person does it; gpg says what came of it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, field, link, toggle, until, type View } from '../harness/index.js';
import { Gpg } from './support/gpg.js';
import { browser, say, start } from './support/session.js';
import {
  cards,
  fillGenerate,
  generate,
  hold,
  importKeys,
  listed,
  lockNow,
  openCard,
  PASSPHRASE,
  unlockKey,
} from './support/steps.js';
import { nextSecond } from './support/time.js';

let driver: Driver;
let gpg: Gpg;

before(async () => {
  driver = await browser();
  gpg = new Gpg();
  await generate(driver, { name: 'Ada', email: 'ada@example.test' });
});
after(async () => {
  await driver?.close();
  gpg?.close();
});

/** The details of the key whose card has this text. */
async function details(text: string): Promise<View> {
  const page = await driver.page('keys.html');
  await openCard(page, text);
  await button(page, say('key_details')).click();
  await page.visible('wx-key-page .details');
  return page;
}

/** Types the passphrase into the open dialog, confirms it, and waits until it has closed. */
async function confirm(page: View, title: string, passphrase = PASSPHRASE, name = 'Passphrase'): Promise<void> {
  await field(page, name).fill(passphrase);
  await page.click('wx-edit dialog button[type=submit]');
  const bad = await until(`the change "${title}" is made, or refused`, async () => {
    if (await page.count('wx-edit .notice.bad[role=alert]')) return { said: await page.text('wx-edit dialog') };
    return (await page.count('wx-edit dialog')) === 0 && { said: '' };
  });
  assert.equal(bad.said, '');
}

/** Presses the dialog's button; what is wrong is said at these fields only, of which the first has the focus then. */
async function refused(page: View, wrong: Record<string, string>): Promise<void> {
  await page.click('wx-edit dialog button[type=submit]');
  const said = (): [string, string, boolean][] =>
    [...document.querySelectorAll<HTMLElement>('wx-edit [aria-invalid=true]')].map((one) => [
      one.id,
      document.getElementById(one.getAttribute('aria-describedby') ?? '')?.innerText ?? '',
      one.contains(document.activeElement),
    ]);
  await until(`it says ${JSON.stringify(wrong)} at the fields`, async () => {
    const found = await page.evaluate(said);
    const same = Object.entries(wrong).every(([id, text], index) => {
      const [at, words, focused] = found[index] ?? [];
      return at === id && words?.includes(text) && focused === (index === 0);
    });
    if (!same || found.length !== Object.keys(wrong).length) throw new Error(JSON.stringify(found));
    return true;
  });
}

const wrongPassphrase = (): string => `${say('err_wrong_passphrase')} ${say('fix_wrong_passphrase')}`;

const shows = (page: View, text: string) =>
  until(`the page says "${text}"`, async () => (await page.text()).includes(text));

const said = (page: View, text: string) =>
  until(`it is said: "${text}"`, async () => (await page.text('.toast')) === text);

/** What gpg lists of the public key that the page of keys gives out. */
async function gpgLists(text: string): Promise<string> {
  const page = await driver.page('keys.html');
  await openCard(page, text);
  await button(page, say('save_public_key')).click();
  const file = await driver.download(/_public.*\.asc$/);
  const [fingerprint = ''] = gpg.import(fs.readFileSync(file, 'utf8'));
  fs.rmSync(file);
  await page.close();
  return gpg
    .run(['--list-options', 'show-unusable-uids,show-unusable-subkeys', '--with-colons', '--list-keys', fingerprint])
    .toString();
}

test('a user ID is added and made the main one, then withdrawn, and gpg sees the same', async () => {
  const page = await details('ada@example.test');
  await button(page, say('edit_add_user_id')).click();
  const missing = say('passphrase_missing');
  await refused(page, { 'edit-email': say('email_missing'), 'edit-passphrase': missing });
  await field(page, 'Name').fill('Ada at work');
  await field(page, 'Email').fill('at work');
  await field(page, 'Passphrase').fill(PASSPHRASE);
  await refused(page, { 'edit-email': say('err_not_an_address') });
  await field(page, 'Email').fill('ada@work.test');
  await toggle(page, say('edit_primary')).click();
  await confirm(page, 'add');
  await shows(page, 'Ada at work <ada@work.test>');
  assert.match(await gpgLists('ada@work.test'), /^uid:[^er]?:.*Ada at work <ada@work\.test>/m);
  await button(page, `${say('edit_primary')}: Ada <ada@example.test>`).click();
  await confirm(page, 'primary');
  await button(page, `${say('edit_revoke_user_id')}: Ada at work <ada@work.test>`).click();
  await shows(page, say('edit_revoke_user_id_text'));
  await confirm(page, 'revoke user ID');
  await shows(page, say('uid_revoked'));
  // Of the same second as the change before it, it is dated a second later; gpg forgives no clock.
  await nextSecond();
  assert.match(await gpgLists('ada@example.test'), /^uid:r:.*Ada at work/m);
  await page.close();
});

test('between the list of keys and its other places one goes on where one was', async () => {
  const page = await details('ada@example.test');
  await page.focused("document.querySelector('.key-title')", 'the key');
  const print = await page.text('section[aria-labelledby=details-print]');
  assert.ok(print.includes(say('details_text_own')), 'one does not compare it with oneself');
  await link(page, say('back_to_keys')).click();
  const line = "[...document.querySelectorAll('.key-line')].find((one) => one.innerText.includes('ada@example.test'))";
  await page.focused(line, 'its line');
  await button(page, 'Import').click();
  await page.focused("document.querySelector('wx-import textarea')", 'its field');
  await link(page, say('back_to_keys')).click();
  await page.focused("document.querySelector('.go-import')", 'the button');
  await page.close();
});

test('a wrong passphrase changes nothing and can be typed again', async () => {
  const page = await details('ada@example.test');
  await button(page, say('edit_expiry')).click();
  await field(page, say('expires')).choose(say('on_a_date'));
  await field(page, 'Passphrase').fill('not the passphrase');
  await refused(page, { 'edit-date': say('date_past') });
  const [first, last] = await page.evaluate(() => {
    const { min, max } = document.querySelector('#edit-date') as HTMLInputElement;
    return [min, max];
  });
  const tomorrow = new Date();
  tomorrow.setDate(tomorrow.getDate() + 1);
  assert.equal(first, tomorrow.toLocaleDateString('sv-SE'));
  await field(page, say('expiry_date')).set(`${Number(last?.slice(0, 4)) + 1}-01-01`);
  await refused(page, { 'edit-date': say('date_far') });
  await field(page, say('expires')).choose(say('never'));
  await refused(page, { 'edit-passphrase': wrongPassphrase() });
  await field(page, 'Passphrase').fill(PASSPHRASE);
  await page.click('wx-edit dialog button[type=submit]');
  await until('the dialog has closed', async () => (await page.count('wx-edit dialog')) === 0);
  await shows(page, say('state_valid_forever'));
  for (const line of (await gpgLists('ada@example.test')).split('\n')) {
    const [kind, , , , , , ends] = line.split(':');
    if (kind === 'pub' || kind === 'sub') assert.equal(ends, '', line);
  }
  await page.close();
});

test('a change that is being made cannot be given up: the dialog stays until it is known what came of it', async () => {
  const page = await details('ada@example.test');
  const release = await hold(page, 'edit');
  await button(page, say('edit_expiry')).click();
  await field(page, say('expires')).choose(say('never'));
  await field(page, 'Passphrase').fill(PASSPHRASE);
  await page.click('wx-edit dialog button[type=submit]');
  await shows(page, say('edit_working'));
  assert.equal(await button(page, say('cancel')).enabled(), false);
  // Not at the second time either, at which a browser closes a dialog by itself.
  for (let times = 0; times < 3; times++) {
    await page.press('Escape');
    await until('the dialog is there', async () => (await page.count('wx-edit dialog[open]')) === 1);
  }
  await shows(page, say('edit_working'));
  await release();
  await until('the dialog has closed', async () => (await page.count('wx-edit dialog')) === 0);
  await page.close();
});

test('the encryption key is replaced: gpg encrypts to the new one, and the old one is withdrawn', async () => {
  const page = await details('ada@example.test');
  await button(page, say('edit_rotate')).click();
  await confirm(page, 'rotate');
  await until(
    'there are two subkeys',
    async () => (await page.count('wx-key-page section:nth-of-type(3) .rows > li')) === 3,
  );
  await page.close();
  const subkeys = (await gpgLists('ada@example.test')).split('\n').filter((line) => line.startsWith('sub:'));
  assert.deepEqual(subkeys.map((line) => line.split(':')[1] === 'r').sort(), [false, true]);
});

test('one subkey ends earlier than the key, and is then withdrawn', async () => {
  const page = await details('ada@example.test');
  const subkey = async (): Promise<string[]> => {
    const lines = (await gpgLists('ada@example.test')).split('\n').map((line) => line.split(':'));
    const used = lines.filter(([kind, validity]) => kind === 'sub' && validity !== 'r');
    await page.front();
    return used[0] ?? [];
  };
  const [, , , , , created] = await subkey();
  const named = (text: 'edit_subkey_expiry' | 'edit_revoke_subkey') =>
    `wx-key-page .rows button[aria-label^="${say(text)}:"]`;
  await page.click(named('edit_subkey_expiry'));
  await field(page, say('expires')).choose(say('years_1'));
  await confirm(page, 'expiry of a subkey');
  const [, , , , , same, ends] = await subkey();
  assert.equal(same, created);
  assert.equal(Math.round((Number(ends) - Date.now() / 1000) / 86_400), 365);
  await page.click(named('edit_revoke_subkey'));
  await shows(page, say('edit_revoke_subkey_text'));
  await field(page, say('revoke_reason')).choose(say('revoke_superseded'));
  await confirm(page, 'revoke a subkey');
  assert.deepEqual(await subkey(), []);
  await page.front();
  // The tests that follow need one.
  await button(page, say('edit_rotate')).click();
  await confirm(page, 'rotate');
  assert.equal((await subkey())[0], 'sub');
  await page.close();
});

test('the passphrase is changed', async () => {
  const fresh = 'granite-plover 88 Windmill';
  const page = await details('ada@example.test');
  await button(page, say('edit_passphrase')).click();
  const current = say('current_passphrase');
  const fields = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLInputElement>('wx-edit input')].map(({ autocomplete }) => autocomplete),
    );
  assert.deepEqual(await fields(), ['current-password', 'new-password', 'new-password']);
  const shown = (label: string): string => say('pair', label, say('show_typed'));
  for (const label of [current, say('new_passphrase'), 'Repeat passphrase']) {
    await button(page, shown(label)).visible();
  }
  await refused(page, { 'edit-passphrase': say('passphrase_missing'), 'edit-new': start('passphrase_short') });
  await field(page, current).fill('not the passphrase');
  await field(page, say('new_passphrase')).fill(fresh);
  await field(page, 'Repeat passphrase').fill('something else');
  await refused(page, { 'edit-repeat': say('passphrases_differ') });
  await field(page, 'Repeat passphrase').fill(fresh);
  await refused(page, { 'edit-passphrase': wrongPassphrase() });
  assert.equal(await field(page, say('new_passphrase')).value(), fresh, 'what was typed is still there');
  assert.equal(await field(page, 'Repeat passphrase').value(), fresh);
  await confirm(page, 'passphrase', PASSPHRASE, current);
  await page.close();
  await lockNow(driver);
  await unlockKey(driver, 'ada@example.test', fresh);
  // Back, for the tests that follow.
  const again = await details('ada@example.test');
  await button(again, say('edit_passphrase')).click();
  await field(again, say('new_passphrase')).fill(PASSPHRASE);
  await field(again, 'Repeat passphrase').fill(PASSPHRASE);
  await confirm(again, 'passphrase', fresh, current);
  await again.close();
});

test('a post-quantum key is offered with a warning; gpg takes its classic form', async () => {
  const page = await driver.page('keys.html#generate');
  await page.click('wx-generate summary');
  await field(page, say('key_kind')).choose(say('kind_post_quantum'));
  await shows(page, say('kind_post_quantum_hint'));
  await fillGenerate(page, { name: 'Quanta', email: 'quanta@example.test' });
  await listed(page, 'quanta@example.test');
  await page.close();
  const view = await details('quanta@example.test');
  await shows(view, 'ML-KEM-768+X25519');
  const copied = async (name: string): Promise<string> => {
    // The line that said the same of another copy.
    await view.evaluate(() => document.querySelector('.toast')?.replaceChildren());
    await button(view, name).click();
    await shows(view, start('public_key_copied'));
    const tab = await driver.tab();
    await tab.goto('about:blank');
    await tab.evaluate(() => {
      document.body.append(Object.assign(document.createElement('textarea'), { id: 't' }));
    });
    await tab.click('#t');
    await tab.focused("document.querySelector('#t')", 'the field');
    await tab.press('Control+v');
    const text = await until('the block is pasted', () =>
      tab.evaluate(() => (document.querySelector('#t') as HTMLTextAreaElement).value),
    );
    await tab.close();
    await view.front();
    return text;
  };
  const whole = await copied(say('copy_public_key'));
  const classic = await copied(say('copy_classic_key'));
  assert.ok(classic.length < whole.length / 2, `${classic.length} of ${whole.length}`);
  assert.equal(gpg.import(classic).length, 1);
  for (const [name, form, file] of [
    [say('save_public_key'), whole, /_public\.asc$/],
    [say('save_classic_key'), classic, /_public_classic\.asc$/],
  ] as const) {
    await button(view, name).click();
    const saved = await driver.download(file);
    assert.equal(fs.readFileSync(saved, 'utf8').trim(), form.replaceAll('\r\n', '\n').trim());
    fs.rmSync(saved);
  }
  await view.close();
});

test("another person's user ID is confirmed with the key that was chosen, for oneself, for all, and no more", async () => {
  const id = 'Bea <bea@example.test>';
  const bea = gpg.key(id);
  // Who signs is seen by those who have the signer's key; gpg has that of the other own key already.
  const [, ada = ''] = /^fpr:+(\w+):/m.exec(await gpgLists('ada@example.test')) ?? [];
  const signatures = async (): Promise<string[]> => {
    await gpgLists('bea@example.test');
    const lines = gpg.run(['--with-colons', '--check-signatures', bea.fingerprint]).toString().split('\n');
    const others = lines
      .map((line) => line.split(':'))
      .filter(([kind, good]) => /sig|rev/.test(kind ?? '') && good === '!');
    const byBea = bea.fingerprint.slice(-16).toUpperCase();
    return others.filter(([, , , , by]) => by !== byBea).map(([kind, , , , by]) => `${kind} ${by}`);
  };
  const byAda = ada.slice(-16).toUpperCase();
  await importKeys(driver, bea.public);
  let page = await details('bea@example.test');
  /** The own keys that are offered, the chosen one first. */
  const offered = () =>
    page.evaluate(() => {
      const [...options] = document.querySelector<HTMLSelectElement>('#edit-by')?.options ?? [];
      return options.sort((a, b) => Number(b.selected) - Number(a.selected)).map((option) => option.text.trim());
    });
  const [adas, quantas] = ['Ada <ada@example.test>', 'Quanta <quanta@example.test>'];
  await button(page, `${say('edit_certify')}: ${id}`).click();
  await field(page, say('certify_with')).visible();
  // The newest is the usual one as long as none is set.
  assert.deepEqual(await offered(), [quantas, adas]);
  await button(page, say('cancel')).click();
  const settings = await driver.page('settings.html');
  const usual = field(settings, say('set_default_key'));
  await usual.visible();
  assert.notEqual((await usual.value()).toUpperCase(), ada);
  await usual.choose(adas);
  await shows(settings, say('saved'));
  await settings.close();
  await page.close();
  page = await details('bea@example.test');
  assert.ok((await page.text('section[aria-labelledby=details-print]')).includes(say('details_text')));
  const again = `${say('edit_certify_again')}: ${id}`;
  await button(page, `${say('edit_certify')}: ${id}`).click();
  assert.deepEqual(await offered(), [adas, quantas]);
  // What is to be compared is before one's eyes; how well that was done is said by nobody else.
  const print = bea.fingerprint.toUpperCase().match(/.{4}/g)?.join(' ') ?? '?';
  assert.ok((await page.text('wx-edit dialog')).includes(print));
  assert.ok((await page.text('wx-edit dialog')).includes(say('edit_certify_text')));
  await field(page, say('certify_with')).choose(quantas);
  await field(page, 'Passphrase').fill(PASSPHRASE);
  await refused(page, { 'edit-level': say('level_missing') });
  assert.equal(await toggle(page, say('level_careful')).checked(), false);
  await page.press('ArrowDown');
  await until('the next one is chosen', () => toggle(page, say('level_casual')).checked());
  await confirm(page, 'certify');
  await said(page, say('certified', id));
  await shows(page, say('uid_certified'));
  assert.deepEqual(await signatures(), []);
  await page.front();
  await button(page, again).click();
  await field(page, say('certify_with')).choose(adas);
  await toggle(page, say('level_careful')).click();
  await toggle(page, say('certify_exportable')).click();
  await confirm(page, 'certify again');
  await shows(page, say('uid_certified_for_all'));
  assert.deepEqual(await signatures(), [`sig ${byAda}`]);
  await page.front();
  await button(page, `${say('edit_uncertify')}: ${id}`).click();
  await shows(page, say('edit_uncertify_text'));
  assert.deepEqual(await offered(), [adas, quantas]);
  await confirm(page, 'uncertify');
  await said(page, say('uncertified', id));
  await until(
    'one confirmation is left, that nobody else sees',
    async () =>
      (await page.count('wx-key-page .badge.good')) > 0 && !(await page.text()).includes(say('uid_certified_for_all')),
  );
  await button(page, `${say('edit_uncertify')}: ${id}`).click();
  assert.deepEqual(await offered(), [quantas]);
  await confirm(page, 'uncertify');
  await button(page, `${say('edit_uncertify')}: ${id}`).absent();
  await button(page, `${say('edit_certify')}: ${id}`).visible();
  assert.ok((await signatures()).includes(`rev ${byAda}`));
  await page.close();
});

test('the revocation certificate is saved; gpg revokes the key with it', async () => {
  const page = await details('ada@example.test');
  await button(page, say('save_revocation')).click();
  const saved = await driver.download(/_REVOCATION.*\.asc$/);
  await shows(page, say('given_question', path.basename(saved)));
  await button(page, say('file_there')).click();
  await button(page, say('file_there')).absent();
  const block = fs.readFileSync(saved, 'utf8');
  await page.close();
  await gpgLists('ada@example.test');
  gpg.import(block);
  assert.match(await gpgLists('ada@example.test'), /^pub:r:/m);
});

test('a revocation certificate that is not there yet is made, and nothing is said to be changed', async () => {
  const ruth = gpg.key('Ruth <ruth@example.test>', { passphrase: PASSPHRASE });
  await importKeys(driver, ruth.secret);
  const page = await details('ruth@example.test');
  await page.evaluate(() => {
    const toasts: string[] = [];
    Object.assign(window, { toasts });
    const note = () => toasts.push(document.querySelector('.toast')?.textContent ?? '');
    new MutationObserver(note).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  const toasts = (): Promise<string[]> => page.evaluate(() => (window as unknown as { toasts: string[] }).toasts);
  await button(page, say('save_revocation')).click();
  await confirm(page, 'revocation');
  const block = fs.readFileSync(await driver.download(/ruth.*_REVOCATION.*\.asc$/i), 'utf8');
  // What is asked for later is answered later.
  await button(page, say('copy_public_key')).click();
  await until('it is copied', async () => (await toasts()).some((one) => one.includes(start('public_key_copied'))));
  await shows(page, '_REVOCATION');
  assert.deepEqual(
    (await toasts()).filter((one) => one.includes(say('edit_done', 'Ruth'))),
    [],
  );
  await page.close();
  gpg.import(block);
  assert.match(await gpgLists('ruth@example.test'), /^pub:r:/m);
});

test('a whole key is revoked after a tick, an export being offered first', async () => {
  const page = await details('ada@example.test');
  await button(page, say('edit_revoke')).click();
  await shows(page, say('edit_revoke_text'));
  await button(page, say('export_first')).visible();
  await field(page, say('revoke_reason')).choose(say('revoke_superseded'));
  await field(page, say('revoke_words')).fill('I have a new one');
  assert.equal(await page.count('wx-edit dialog button[type=submit]:disabled'), 1);
  await toggle(page, say('edit_revoke_confirm')).click();
  await confirm(page, 'revoke');
  await shows(page, say('state_revoked'));
  assert.equal(await page.count('wx-edit dialog'), 0);
  await button(page, say('edit_revoke')).absent();
  await page.close();
});

test('what was given out of a key before it got a new part takes nothing of the warning away', async () => {
  await generate(driver, { name: 'Nell', email: 'nell@example.test' });
  const page = await driver.page('keys.html');
  await openCard(page, 'nell@example.test');
  await button(page, 'Export').click();
  await field(page, 'Passphrase').fill(PASSPHRASE);
  await button(page, 'Export').click();
  await button(page, say('file_there')).visible();
  const other = await details('nell@example.test');
  await button(other, say('edit_rotate')).click();
  await confirm(other, 'replace');
  await other.close();
  await page.front();
  await button(page, say('file_there')).click();
  await listed(page, 'Nell');
  await until('there is still no copy of it', async () => {
    const card = (await cards(page)).find((one) => one.includes('Nell'));
    return card?.includes(say('no_copy'));
  });
  await page.close();
});

test('a page of one key that becomes that of another shows nothing of the first', async () => {
  await generate(driver, { name: 'Otto', email: 'otto@example.test' });
  const page = await driver.page('keys.html');
  const open = async (name: string, place: string) => {
    const keys = await page.evaluate((ui) => chrome.runtime.sendMessage({ to: 'vault', ui }), { kind: 'list_keys' });
    const { own } = keys as { own: { fingerprint: string; user_ids: { text: string }[] }[] };
    const key = own.find(({ user_ids: ids }) => ids.some((id) => id.text.startsWith(name)));
    await page.evaluate((to) => (location.hash = to), `${place}=${key?.fingerprint}`);
  };
  for (const place of ['details', 'export']) {
    await open('Nell', place);
    await shows(page, 'nell@example.test');
    await open('Otto', place);
    await shows(page, 'otto@example.test');
    assert.ok(!(await page.text()).includes('nell@example.test'), place);
  }
  await field(page, 'Passphrase').fill(PASSPHRASE);
  await button(page, 'Export').click();
  fs.rmSync(await driver.download(/^otto.*SECRET\.asc$/));
  await button(page, say('file_there')).visible();
  await open('Nell', 'export');
  await shows(page, 'nell@example.test');
  await button(page, say('file_there')).absent();
  await page.close();
});
