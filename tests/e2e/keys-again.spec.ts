// Keys that come again: a backup under another passphrase, a revocation certificate, a key of which a part cannot be kept. And
// the popup, which lists them.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { KeyChange, UiCall } from 'waxseal-wasm';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { Gpg } from './support/gpg.js';
import { armor, dearmor, join, packets, Tag } from './support/packets.js';
import { browser, say } from './support/session.js';
import { page as html, type Site, site } from './support/site.js';
import { cards, generate, importKeys, listed, openCard, PASSPHRASE, previewPaste, unlockKey } from './support/steps.js';

let driver: Driver;
let gpg: Gpg;
let web: Site;
/** The fingerprint of the key that comes in several parts. */
let own: string;
const OLDER = 'an older one 77';

before(async () => {
  [driver, web] = await Promise.all([browser(), site()]);
  gpg = new Gpg();
});
after(async () => {
  await driver?.close();
  gpg?.close();
  web?.close();
});

const shows = (page: View, text: string) =>
  until(`the page says "${text}"`, async () => (await page.text()).includes(text));

test('a backup under another passphrase is told, and takes the place of what is stored when that is wanted', async () => {
  const older = 'an older one 77';
  const hana = gpg.key('Hana <hana@example.test>', { passphrase: older });
  await importKeys(driver, hana.secret);
  const page = await driver.page('keys.html#import');
  const change = { kind: 'passphrase', new: PASSPHRASE } as const;
  const edit: UiCall = { kind: 'edit', key: hana.fingerprint, passphrase: older, change };
  const reply = await page.evaluate((ui) => chrome.runtime.sendMessage({ to: 'vault', ui }), edit);
  assert.equal((reply as { kind: string }).kind, 'edited');

  await previewPaste(page, hana.secret);
  await shows(page, say('import_other_secret'));
  assert.equal(await button(page, 'Import').enabled(), false, 'nothing is chosen beforehand');
  await toggle(page, say('import_replace')).click();
  const passphrase = field(page, say('import_file_passphrase'));
  await passphrase.fill(PASSPHRASE);
  await button(page, 'Import').click();
  await shows(page, say('err_wrong_passphrase'));
  const said = `#passphrase-${hana.fingerprint.toLowerCase()}-hints .bad-text`;
  assert.ok((await page.text(said)).startsWith(say('err_wrong_passphrase')), 'at the field');
  await passphrase.fill(older);
  await button(page, 'Import').click();
  await listed(page, 'Hana');
  await page.close();
  await unlockKey(driver, 'Hana', older);
});

test('the toolbar popup lists keys and locks them all', async () => {
  web.put('/', html('<p>Nothing</p>'));
  const tab = await driver.tab(web.url('/'));
  const popup = await driver.popup(tab);
  await listed(popup, 'Hana');
  await button(popup, 'Lock now').click();
  await button(popup, 'Lock now').absent();
  await popup.focused("document.querySelector('.lock-status')", 'what says so');
  const said = await popup.evaluate(() =>
    [...document.querySelectorAll('[role=status]')].map((one) => one.textContent?.trim()),
  );
  assert.equal(said.filter((one) => one === say('all_locked')).length, 1, 'once');
  assert.ok(!(await cards(popup)).some((card) => card.includes(say('unlocked'))));
  await popup.close();
  await tab.close();
});

test('before a key is deleted its revocation is offered; importing one is never chosen beforehand', async () => {
  await generate(driver, { name: 'Rea', email: 'rea@example.test' });
  const page = await driver.page('keys.html');
  await openCard(page, 'rea@example.test');
  await button(page, say('save_public_key')).click();
  const known = fs.readFileSync(await driver.download(/^rea.*_public.*\.asc$/), 'utf8');
  await button(page, 'Delete').click();
  await shows(page, say('delete_revocation'));
  await button(page, say('save_revocation')).click();
  const saved = await driver.download(/^rea.*_REVOCATION.*\.asc$/);
  const revocation = fs.readFileSync(saved, 'utf8');
  // No passphrase was asked for, and the question still stands.
  await button(page, say('export_first')).visible();
  await shows(page, say('delete_no_copy'));
  // It is offered until the user says that the file is there.
  await shows(page, say('given_question', path.basename(saved)));
  await shows(page, say('delete_revocation'));
  await button(page, say('file_there')).click();
  await button(page, say('file_there')).absent();
  assert.ok(!(await page.text('wx-delete')).includes(say('delete_revocation')));
  await button(page, say('cancel')).click();

  // What `text` would bring; nothing of it is chosen.
  const looked = async (text: string): Promise<View> => {
    const form = await driver.page('keys.html#import');
    await previewPaste(form, revocation);
    await shows(form, text);
    assert.equal(await button(form, 'Import').enabled(), false);
    assert.ok((await form.text('.preview')).includes('Rea'), 'it is said whose key it is');
    return form;
  };
  await (await looked(say('import_revokes_own'))).close();
  await button(page, 'Delete').click();
  await toggle(page, say('delete_own_confirm')).click();
  await button(page, 'Delete').click();
  await until('Rea is gone', async () => !(await cards(page)).some((card) => card.includes('Rea')));
  await page.close();

  // Others have the public key.
  await importKeys(driver, known);
  const form = await looked(say('import_revokes'));
  await form.click('.preview input[type=checkbox]');
  await button(form, 'Import').click();
  await until('it is revoked', async () =>
    (await cards(form)).some((card) => card.includes('Rea') && card.includes(say('state_revoked'))),
  );
  await form.close();
});

test('a secret key with a part that cannot be kept says so', async () => {
  const uma = gpg.key('Uma <uma@example.test>');
  const parts = packets(dearmor(uma.secret));
  // As GnuPG 2.5 makes them for Kyber.
  const odd = parts.map((one) =>
    one.tag === Tag.secretSubkey ? { ...one, body: Buffer.concat([Buffer.of(5), one.body.subarray(1)]) } : one,
  );
  const page = await driver.page('keys.html#import');
  await previewPaste(page, armor(join(odd), 'PRIVATE KEY BLOCK'));
  await shows(page, say('skipped_part'));
  await shows(page, say('err_librepgp_key'));
  assert.ok(!(await page.text()).includes(say('skipped_one', 1)), 'the rest can be imported');
  await page.close();
});

test('a further part in clear gets the passphrase that its key has here', async () => {
  const ivo = gpg.key('Ivo <ivo@example.test>');
  await importKeys(driver, ivo.secret, PASSPHRASE);
  gpg.run(['--passphrase', '', '--quick-add-key', ivo.fingerprint, 'cv25519', 'encrypt', '2y']);
  const grown = gpg.exported(ivo.fingerprint);
  const page = await driver.page('keys.html#import');
  await previewPaste(page, grown.secret);
  await shows(page, say('import_further_part'));
  assert.ok(!(await page.text()).includes(say('unprotected_text')), 'no new one is asked for');
  const passphrase = field(page, say('import_stored_passphrase'));
  const said = `#passphrase-${ivo.fingerprint}-hints .bad-text`;
  const refused = async (text: string): Promise<void> => {
    await button(page, 'Import').click();
    await until(`it says "${text}"`, async () => (await page.text(said)).startsWith(text));
  };
  await refused(say('passphrase_missing'));
  await passphrase.fill('not that one 12');
  await refused(say('err_wrong_passphrase'));
  await passphrase.fill(PASSPHRASE);
  await button(page, 'Import').click();
  await listed(page, 'Ivo');
  // There is one passphrase: it can be changed.
  const change = { kind: 'passphrase', new: 'another one 77' } as const;
  const edit: UiCall = { kind: 'edit', key: ivo.fingerprint, passphrase: PASSPHRASE, change };
  const reply = await page.evaluate((ui) => chrome.runtime.sendMessage({ to: 'vault', ui }), edit);
  assert.equal((reply as { kind: string }).kind, 'edited');
  await page.close();
});

test('a key and the revocation certificate of gpg are chosen together; alone that says what is missing', async () => {
  const nia = gpg.key('Nia <nia@example.test>');
  const rev = fs.readFileSync(path.join(gpg.home, 'openpgp-revocs.d', `${nia.fingerprint.toUpperCase()}.rev`), 'utf8');
  // A colon guards it against being imported by accident.
  const revocation = path.join(gpg.home, 'nia.rev');
  fs.writeFileSync(revocation, rev.replace(':-----BEGIN', '-----BEGIN'));
  const key = path.join(gpg.home, 'nia.gpg');
  fs.writeFileSync(key, dearmor(nia.public));
  const page = await driver.page('keys.html#import');
  await page.upload("document.querySelector('#files')", [revocation]);
  await shows(page, say('err_lone_revocation'));
  await shows(page, say('fix_lone_revocation'));
  await page.upload("document.querySelector('#files')", [revocation, key]);
  await shows(page, say('preview_title_one', 1));
  const card = await page.text('.preview');
  assert.ok(card.includes('Nia') && card.includes(say('state_revoked')), card);
  await button(page, 'Import').click();
  await until('it is listed as revoked', async () =>
    (await cards(page)).some((one) => one.includes('Nia') && one.includes(say('state_revoked'))),
  );
  await page.close();
});

/** Asks the vault for a change, as a page does. */
async function changed(page: View, key: string, passphrase: string, change: KeyChange): Promise<void> {
  const edit: UiCall = { kind: 'edit', key, passphrase, change };
  const reply = await page.evaluate((ui) => chrome.runtime.sendMessage({ to: 'vault', ui }), edit);
  assert.equal((reply as { kind: string }).kind, 'edited');
}

/** Presses *Import*; this is said at a field then. */
async function refusedAt(page: View, id: string, text: string): Promise<void> {
  await button(page, 'Import').click();
  await until(`it says "${text}"`, async () => (await page.text(`#${id}-hints .bad-text`)).startsWith(text));
}

test('a key gets no two passphrases unasked; one that has two says so, opens with both, and can get one again', async () => {
  const older = OLDER;
  const kim = gpg.key('Kim <kim@example.test>', { passphrase: older });
  const { fingerprint: key } = kim;
  own = key;
  await importKeys(driver, kim.secret);
  const page = await driver.page('keys.html#import');
  await changed(page, key, older, { kind: 'passphrase', new: PASSPHRASE });
  gpg.run(['--passphrase', older, '--quick-add-key', key, 'cv25519', 'encrypt', '2y']);
  const grown = gpg.exported(key, older);

  // A further part, which has another passphrase than the stored ones.
  await previewPaste(page, grown.secret);
  await shows(page, say('import_further_same'));
  const mine = field(page, say('import_stored_passphrase'));
  await refusedAt(page, `passphrase-${key}`, say('passphrase_missing'));
  await mine.fill(older);
  await refusedAt(page, `passphrase-${key}`, say('err_wrong_passphrase'));
  await mine.fill(PASSPHRASE);
  await refusedAt(page, `passphrase-${key}`, say('import_other_passphrase'));
  await changed(page, key, PASSPHRASE, { kind: 'passphrase', new: older });
  await mine.fill(older);
  await button(page, 'Import').click();
  await listed(page, 'Kim');
  await changed(page, key, older, { kind: 'passphrase', new: PASSPHRASE });

  // A backup from before.
  await page.click('.go-import');
  await previewPaste(page, kim.secret);
  await toggle(page, say('import_replace')).click();
  await shows(page, say('import_lacks_parts'));
  await field(page, say('import_file_passphrase')).fill(older);
  await refusedAt(page, `stored-${key}`, say('passphrase_missing'));
  await field(page, say('import_stored_passphrase')).fill('not that one 12');
  await refusedAt(page, `stored-${key}`, say('err_wrong_passphrase'));
  await toggle(page, say('import_apart')).click();
  await field(page, say('import_stored_passphrase')).absent();
  await button(page, 'Import').click();
  await listed(page, 'Kim');

  await openCard(page, 'Kim');
  await button(page, 'Unlock').click();
  const window = await driver.window('unlock.html');
  await field(window, 'Passphrase').fill(older);
  await button(window, 'Unlock').click();
  await shows(window, say('unlock_partly'));
  const card = async (text: string) =>
    until(`the card says "${text}"`, async () =>
      (await cards(page)).some((one) => one.includes('Kim') && one.includes(text)),
    );
  await card(say('partly_unlocked'));
  await window.front();
  await field(window, 'Passphrase').fill(PASSPHRASE);
  await button(window, 'Unlock').click();
  await until('the window has closed', () => window.gone());
  await card(say('unlocked'));
  await changed(page, key, PASSPHRASE, { kind: 'passphrase', new: older });
  await button(page, 'Lock now').click();
  await page.close();
  await unlockKey(driver, 'Kim', older);
});

test('before an own key is deleted it is said what goes with it', async () => {
  const lou = gpg.key('Lou <lou@example.test>');
  await importKeys(driver, lou.public);
  const page = await driver.page('keys.html');
  const change = {
    kind: 'certify',
    certificate: lou.fingerprint,
    user_id: Buffer.from('Lou <lou@example.test>').toString('base64'),
    level: 'careful',
    exportable: false,
  } as const;
  await changed(page, own, OLDER, change);
  await openCard(page, 'kim@example.test');
  await button(page, 'Delete').click();
  await shows(page, say('delete_known_one'));
  // Of a key that was imported there is no revocation certificate; the way to one is offered.
  await shows(page, say('delete_no_revocation', say('key_details')));
  await page.click('wx-delete .actions.end button:nth-of-type(2)');
  await shows(page, say('save_revocation_hint'));
  assert.ok((await page.text('.key-title')).includes('Kim'));
  await page.close();
  const list = await driver.page('keys.html');
  await openCard(list, 'ivo@example.test');
  await button(list, 'Delete').click();
  await shows(list, say('delete_own_text'));
  assert.ok(!(await list.text('wx-delete')).includes(say('delete_known_one')));
  await list.close();
});
