// Making, importing, showing, exporting and deleting keys, as a person does it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, field, link, toggle, until, type View } from '../harness/index.js';
import { Gpg } from './support/gpg.js';
import { withoutUserId } from './support/hostile.js';
import { armor, dearmor, secretScalars } from './support/packets.js';
import { browser, kind, say, start } from './support/session.js';
import { page as html, type Site, site } from './support/site.js';
import { cards, fillGenerate, hold, listed, openCard, PASSPHRASE, previewPaste, stored } from './support/steps.js';

let driver: Driver;
let gpg: Gpg;
let web: Site;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'waxseal-keys-'));

before(async () => {
  [driver, web] = await Promise.all([browser(), site()]);
  gpg = new Gpg();
});
after(async () => {
  await driver?.close();
  gpg?.close();
  web?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const DAY = 86_400_000;
// Without it, GnuPG 2.2 reads one block in three past its end.
const CHECKSUM = /\n=[A-Za-z0-9+/]{4}\n-----END PGP/;
const grouped = (fingerprint: string): string => (fingerprint.toUpperCase().match(/.{4}/g) ?? []).join(' ');
const shows = (page: View, text: string, ms?: number) =>
  until(`the page says "${text}"`, async () => (await page.text()).includes(text), ms);
const file = (name: string, data: string | Buffer): string => {
  const where = path.join(folder, name);
  fs.writeFileSync(where, data);
  return where;
};
const fingerprints = async (): Promise<string[]> =>
  Object.keys((await stored(driver)).local).filter((key) => key.startsWith('key/'));

test('a new user is welcomed, makes a key in one form, and finds it in the list', async () => {
  const welcome = await driver.window('welcome.html');
  const page = await welcome.text();
  const told = (['welcome_use_write', 'welcome_use_select', 'welcome_use_seen'] as const).map((key) => say(key));
  assert.deepEqual(
    told.map((text) => page.includes(text)),
    [true, true, true],
  );
  assert.ok(page.indexOf(told[0] ?? '') < page.indexOf(told[1] ?? ''), 'first the way that the site cannot read');
  assert.ok(told[0]?.includes(say('write_encrypted')), 'by the name of its button');
  await link(welcome, 'Generate key').click();
  await field(welcome, 'Name').visible();
  await fillGenerate(welcome, { name: 'Alice Ålund', email: 'alice@example.test' });
  await listed(welcome, 'alice@example.test');
  const [card = ''] = await cards(welcome);
  assert.match(card, /Alice Ålund/);
  assert.ok(card.includes(start('state_valid_until')), card);
  const end = new Date(Date.now() + 2 * 365 * DAY).getFullYear();
  assert.ok(card.includes(String(end)), 'it ends in two years unless told otherwise');
  assert.ok(card.includes('Ed25519 + X25519'), 'its kind is told');
  await shows(welcome, say('unlocked'));
  assert.deepEqual((await fingerprints()).length, 1);
  await shows(welcome, say('next_site'));
  await welcome.close();
  const again = await driver.page('welcome.html');
  await shows(again, say('welcome_has_key'));
  const named = () => [document.querySelector('h1')?.innerText, document.querySelector('[aria-current]')?.textContent];
  assert.deepEqual(await again.evaluate(named), [say('nav_welcome'), say('nav_welcome')]);
  const [print = ''] = await fingerprints();
  const leads = () => document.querySelector('.steps li:last-child a')?.getAttribute('href');
  assert.equal(await again.evaluate(leads), `keys.html#key=${print.replace('key/', '')}`);
  await again.close();
});

test('an installation that Firefox will remove says so, and what to do about it', async () => {
  const firefox = kind === 'firefox';
  const list = await driver.page('keys.html');
  await listed(list, 'alice@example.test');
  assert.equal((await list.text()).includes(say('temporary_install')), firefox);
  await list.close();
  const welcome = await driver.page('welcome.html');
  await shows(welcome, say('welcome_has_key'));
  assert.equal((await welcome.text()).includes(say('temporary_install')), firefox);
  await welcome.close();
});

test('a short passphrase, a wrong repetition and a wrong address are refused in words', async () => {
  const page = await driver.page('keys.html#generate');
  await fillGenerate(page, { name: 'Carol', email: 'carol@example.test', passphrase: 'short' });
  await shows(page, start('passphrase_short'));
  await fillGenerate(page, { name: 'Carol', email: 'carol@example.test', repeat: `${PASSPHRASE}x` });
  await shows(page, say('passphrases_differ'));
  await fillGenerate(page, { name: 'Carol', email: 'carol at example' });
  await shows(page, say('err_not_an_address'));
  assert.ok((await page.text('#email-hint')).startsWith(say('err_not_an_address')), 'at the field');
  await fillGenerate(page, { name: 'Carol', email: '' });
  await shows(page, say('email_missing'));
  assert.equal((await fingerprints()).length, 1, 'nothing was stored');
  await page.close();
});

test('the strength of a passphrase is told while it is typed', async () => {
  const page = await driver.page('keys.html#generate');
  await field(page, 'Passphrase').fill('password1');
  await shows(page, say('strength_0'));
  await field(page, 'Passphrase').fill('violet gravel 77 marmot staircase');
  await shows(page, say('strength_4'));
  await page.close();
});

const KINDS = [
  { kind: 'kind_rsa3072', algorithm: /RSA 3072/, expires: say('years_5'), days: 5 * 365 },
  {
    kind: 'kind_curve_v4',
    algorithm: /Ed25519/,
    expires: new Date(Date.now() + 40 * DAY).toISOString().slice(0, 10),
    days: 40,
  },
  // Without an end: GnuPG knows no version 6, and could not say it.
  { kind: 'kind_curve_v6', algorithm: /Ed25519/, expires: say('never'), days: undefined },
] as const;

/** When a key ends of which the page of keys gives out the public part, in ms, as gpg says it. */
async function endOf(page: View): Promise<number> {
  await button(page, say('save_public_key')).click();
  const saved = await driver.download(/_public.*\.asc$/);
  const [fingerprint = ''] = gpg.import(fs.readFileSync(saved));
  fs.rmSync(saved);
  const line = /^pub:.*$/m.exec(gpg.run(['--list-keys', '--with-colons', fingerprint]).toString())?.[0] ?? '';
  return Number(line.split(':')[6]) * 1000;
}

for (const { kind, algorithm, expires, days } of KINDS) {
  test(`a key of another kind and with another end can be made: ${kind}, ${expires}`, async () => {
    const page = await driver.page('keys.html#generate');
    const email = `${kind.replace('kind_', '').replace('_', '-')}@example.test`;
    // It is said after half a second, in which some machines have made it.
    const release = await hold(page, 'generate');
    await fillGenerate(page, { name: kind, email, kind: say(kind), expires });
    await shows(page, say(kind.startsWith('kind_rsa') ? 'generating_rsa' : 'generating'));
    await release();
    await listed(page, email, 180_000);
    await openCard(page, email);
    await until('its algorithms are shown', async () => algorithm.test(await page.text('.card.key.open')));
    const isV6 = kind === 'kind_curve_v6';
    const digits = ((await page.text('.card.key.open .fingerprint')).match(/[0-9A-F]/g) ?? []).length;
    assert.equal(digits, isV6 ? 64 : 40);
    if (days === undefined) await shows(page, say('state_valid_forever'));
    else assert.ok(Math.abs((await endOf(page)) - Date.now() - days * DAY) < 2 * DAY);
    await page.close();
  });
}

test('the public key is copied, and saved as a file; gpg takes both', async () => {
  const page = await driver.page('keys.html');
  await openCard(page, 'alice@example.test');
  await button(page, 'Copy public key').click();
  await shows(page, start('public_key_copied').slice(0, 12));
  const pasted = await driver.tab();
  web.put('/paste', html('<textarea id="t"></textarea>'));
  await pasted.goto(web.url('/paste'));
  await pasted.click('#t');
  await pasted.press('Control+v');
  const armored = await until('the key is pasted', () =>
    pasted.evaluate(() => (document.querySelector('#t') as HTMLTextAreaElement).value),
  );
  await pasted.close();
  const [first] = gpg.import(armored);
  assert.ok(first);
  await page.front();
  await button(page, say('save_public_key')).click();
  const saved = fs.readFileSync(await driver.download(/\.asc$/), 'utf8');
  assert.match(saved, CHECKSUM);
  const [second] = gpg.import(saved);
  assert.equal(second, first);
  assert.ok((await fingerprints()).includes(`key/${first}`));
  assert.match(gpg.run(['--list-keys', first]).toString(), /Alice Ålund <alice@example\.test>/);
  await page.close();
});

test('the secret key is given out under its passphrase only, and gpg decrypts with it', async () => {
  const page = await driver.page('keys.html');
  await openCard(page, 'alice@example.test');
  await button(page, 'Export').click();
  await shows(page, say('export_warning'));
  await field(page, 'Passphrase').fill('not the passphrase');
  await button(page, 'Export').click();
  await shows(page, say('err_wrong_passphrase'));
  assert.equal(await page.count('#export-passphrase[aria-invalid=true]'), 1);
  await field(page, 'Passphrase').fill(PASSPHRASE);
  await button(page, 'Export').click();
  fs.rmSync(await driver.download(/_SECRET\.asc$/));
  // What the browser made of it nobody knows: it is given out once more, without the passphrase.
  await button(page, say('save_again')).click();
  const exported = await driver.download(/_SECRET\.asc$/);
  assert.match(fs.readFileSync(exported, 'utf8'), CHECKSUM);
  const owner = new Gpg();
  try {
    const [fingerprint = ''] = owner.import(fs.readFileSync(exported), PASSPHRASE);
    const message = owner.encrypt('only for alice', [fingerprint]);
    assert.equal(owner.decrypt(message, PASSPHRASE).text, 'only for alice');
  } finally {
    owner.close();
  }
  await page.close();
});

test('pasting armored keys shows every user ID and fingerprint before anything is stored', async () => {
  const bob = gpg.key('Bob Builder <bob@example.test>');
  gpg.addUserId(bob.fingerprint, 'Robert <robert@work.example.test>');
  const before = await fingerprints();
  const page = await driver.page('keys.html#import');
  await previewPaste(page, `Dear Alice,\n\nmy key:\n${gpg.exported(bob.fingerprint).public}\nYours\n`);
  await shows(page, grouped(bob.fingerprint));
  const preview = await page.text('.preview');
  for (const id of ['Bob Builder <bob@example.test>', 'Robert <robert@work.example.test>']) {
    assert.ok(preview.includes(id), preview);
  }
  assert.deepEqual(await fingerprints(), before, 'nothing is stored before the click');
  await button(page, 'Import').click();
  await listed(page, 'Bob Builder');
  assert.deepEqual((await fingerprints()).sort(), [...before, `key/${bob.fingerprint}`].sort());
  await page.close();
});

test('files: armored, binary, several keys in one, several files at once', async () => {
  const [dora, erik, fay] = ['Dora <dora@example.test>', 'Erik <erik@example.test>', 'Fay <fay@example.test>'].map(
    (id) => gpg.key(id),
  );
  assert.ok(dora && erik && fay);
  const binary = Buffer.concat([dearmor(dora.public), dearmor(erik.public)]);
  const page = await driver.page('keys.html#import');
  await field(page, say('import_paste')).visible();
  await field(page, say('choose_files')).upload([file('two.gpg', binary), file('fay.asc', fay.public)]);
  await until('three keys are previewed', async () => (await page.count('.preview')) === 3);
  await button(page, 'Import').click();
  for (const name of ['Dora', 'Erik', 'Fay']) await listed(page, name);
  await page.close();
});

test('a key that was imported is brought into view, has the focus, and is announced in a place that was there before', async () => {
  const zoe = gpg.key('Zoe Zimmer <zoe@example.test>');
  const page = await driver.page('keys.html#import');
  assert.equal(await page.count('.toast[role=status]:empty'), 1);
  await page.resize(900, 420);
  await previewPaste(page, zoe.public);
  await button(page, 'Import').click();
  await shows(page, say('imported_one'));
  await until('it has the focus', () =>
    page.evaluate(() => document.activeElement?.closest('.key')?.textContent?.includes('zoe@example.test') ?? false),
  );
  const { top, bottom } = await page.evaluate(() => {
    const box = document.activeElement?.getBoundingClientRect();
    return { top: box?.top ?? -1, bottom: innerHeight - (box?.bottom ?? 0) };
  });
  assert.ok(top >= 0 && bottom >= 0, `${top} above, ${bottom} below`);
  await page.close();
});

test('a key file can be dropped', async () => {
  const gus = gpg.key('Gus <gus@example.test>');
  const page = await driver.page('keys.html#import');
  await field(page, say('import_paste')).visible();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'gus.asc'));
    const drop = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
    document.querySelector('form.drop')?.dispatchEvent(drop);
  }, gus.public);
  await shows(page, grouped(gus.fingerprint));
  await button(page, 'Import').click();
  await listed(page, 'Gus');
  await page.close();
});

test("gpg's protected secret key is imported as own key and unlocked with its passphrase", async () => {
  const hana = gpg.key('Hana <hana@example.test>', { passphrase: 'gpg made this one' });
  const page = await driver.page('keys.html#import');
  await previewPaste(page, hana.secret);
  await until('it is called a secret key', async () => (await page.text('.preview')).includes(say('secret_key')));
  await button(page, 'Import').click();
  await listed(page, 'Hana');
  await openCard(page, 'Hana');
  await button(page, 'Unlock').click();
  const window = await driver.window('unlock.html');
  await field(window, 'Passphrase').fill('gpg made this');
  await button(window, 'Unlock').click();
  await shows(window, say('err_wrong_passphrase'));
  await field(window, 'Passphrase').fill('gpg made this one');
  await button(window, 'Unlock').click();
  await until('the window has closed', () => window.gone());
  await until('it is shown as unlocked', async () =>
    (await cards(page)).some((card) => card.includes('Hana') && card.includes(say('unlocked'))),
  );
  await page.close();
});

test('a secret key without protection is stored under a new passphrase only', async () => {
  const ivo = gpg.key('Ivo <ivo@example.test>');
  const page = await driver.page('keys.html#import');
  await previewPaste(page, ivo.secret);
  await shows(page, say('unprotected_title'));
  await button(page, 'Import').click();
  await shows(page, start('passphrase_short'));
  await field(page, 'Passphrase').fill(PASSPHRASE);
  await field(page, 'Repeat passphrase').fill('something else 123');
  await button(page, 'Import').click();
  await shows(page, say('passphrases_differ'));
  const wrong = () =>
    page.evaluate(() => [document.activeElement?.id, document.querySelector('.bad-text')?.parentElement?.id]);
  assert.deepEqual(await wrong(), ['new-repeat', 'new-repeat-hints'], 'said at the field that has the focus');
  await field(page, 'Repeat passphrase').fill(PASSPHRASE);
  await button(page, 'Import').click();
  await listed(page, 'Ivo');
  const kept = JSON.stringify(await stored(driver));
  for (const secret of secretScalars(ivo.secret)) {
    for (const skip of [0, 1, 2]) {
      const piece = secret.subarray(skip).toString('base64').slice(0, 24);
      assert.ok(!kept.includes(piece), 'the bare secret is not in storage');
    }
  }
  await page.close();
});

test('what is no key is refused in words, and nothing is stored', async () => {
  const before = await fingerprints();
  const page = await driver.page('keys.html#import');
  const jan = gpg.key('Jan <jan@example.test>');
  for (const [data, code] of [
    ['Dear Alice, here is no key at all.', 'err_not_a_key'],
    [gpg.encrypt('text', [jan.fingerprint]), 'err_not_a_key'],
    [withoutUserId(jan.public), 'err_no_user_id'],
    [jan.public.replace(/\n=.{4}\n/, '\n').replace(/\n([A-Za-z0-9+/]{64})\n/, '\n$1!!!!\n'), 'err_broken_armor'],
  ] as const) {
    await previewPaste(page, data);
    await shows(page, say(code));
    assert.equal(await page.count('.preview'), 0);
    await field(page, say('import_paste')).fill('');
  }
  assert.deepEqual(await fingerprints(), before);
  await page.close();
});

test('a bad key among good ones is named and left out', async () => {
  const [mia, nil] = ['Mia <mia@example.test>', 'Nil <nil@example.test>'].map((id) => gpg.key(id));
  assert.ok(mia && nil);
  const page = await driver.page('keys.html#import');
  await previewPaste(page, `${withoutUserId(nil.public)}\n${mia.public}`);
  await shows(page, say('skipped_one', 1));
  await shows(page, say('err_no_user_id'));
  assert.equal(await page.count('.preview'), 1);
  await button(page, 'Import').click();
  await listed(page, 'Mia');
  assert.ok(!(await fingerprints()).includes(`key/${nil.fingerprint}`));
  await page.close();
});

test('20 MB of pasted text are refused at once, and the page stays alive', async () => {
  web.put(
    '/copy',
    html(`<p>Copy</p><script>
    addEventListener('copy', (event) => {
      event.clipboardData.setData('text/plain', 'mQENBF'.repeat(3.4e6));
      event.preventDefault();
      document.title = 'copied';
    })</script>`),
  );
  const source = await driver.tab(web.url('/copy'));
  await source.click('p');
  await source.press('Control+c');
  await until('it is in the clipboard', () => source.evaluate(() => document.title === 'copied'));
  await source.close();
  const page = await driver.page('keys.html#import');
  await field(page, say('import_paste')).click();
  await page.press('Control+v');
  await shows(page, say('import_limit', 4));
  const lena = gpg.key('Lena <lena@example.test>');
  await previewPaste(page, lena.public);
  await shows(page, grouped(lena.fingerprint));
  await page.close();
});

test('expired and revoked keys, and those that only sign, are shown as that, in words', async () => {
  const old = gpg.key('Olga Old <olga@example.test>', { at: '20200101T000000', expires: '1y' });
  const gone = gpg.key('Rita Revoked <rita@example.test>');
  gpg.revoke(gone.fingerprint);
  const signs = gpg.key('Sia Signs <sia@example.test>', { algorithm: 'rsa3072' });
  const page = await driver.page('keys.html#import');
  await previewPaste(
    page,
    armor(
      Buffer.concat([old, gpg.exported(gone.fingerprint), signs].map((key) => dearmor(key.public))),
      'PUBLIC KEY BLOCK',
    ),
  );
  await until('three keys are previewed', async () => (await page.count('.preview')) === 3);
  await button(page, 'Import').click();
  await listed(page, 'Olga Old');
  const all = await cards(page);
  assert.ok(
    all.some((card) => card.includes('Olga Old') && card.includes(start('state_expired_on'))),
    all.join('\n'),
  );
  assert.ok(
    all.some((card) => card.includes('Rita Revoked') && card.includes(say('state_revoked'))),
    all.join('\n'),
  );
  const [line = ''] = all.filter((card) => card.includes('Sia Signs'));
  for (const fact of [say('state_cannot_encrypt'), 'RSA 3072', start('expires_on')])
    assert.ok(line.includes(fact), line);
  await page.close();
});

test('importing again merges: a renewed key gets its new date, a revocation is kept', async () => {
  const old = gpg.run(['--list-keys', '--with-colons', 'olga@example.test']).toString();
  const fingerprint = /fpr:+([0-9A-F]{40})/.exec(old)?.[1] ?? '';
  gpg.run(['--passphrase', '', '--quick-set-expire', fingerprint, '5y']);
  gpg.run(['--passphrase', '', '--quick-set-expire', fingerprint, '5y', '*']);
  const page = await driver.page('keys.html#import');
  await previewPaste(page, gpg.exported(fingerprint.toLowerCase()).public);
  await until('it is known, with news', async () => (await page.text('.preview')).includes(say('import_merges')));
  await button(page, 'Import').click();
  await until('it is valid again', async () =>
    (await cards(page)).some((card) => card.includes('Olga Old') && card.includes(start('state_valid_until'))),
  );
  await page.close();
});

test('search finds by name, address and fingerprint', async () => {
  const page = await driver.page('keys.html');
  await listed(page, 'Dora');
  for (const [query, found] of [
    ['dora', 'Dora'],
    ['erik@example', 'Erik'],
    [gpg.exported('fay@example.test').public && grouped(printOf('fay@example.test')), 'Fay'],
  ] as const) {
    await field(page, say('search_keys')).fill(query);
    await until(`only ${found} is listed`, async () => {
      const all = await cards(page);
      return all.length === 1 && all[0]?.includes(found);
    });
  }
  await field(page, say('search_keys')).fill('nobody at all');
  await shows(page, say('nothing_found'));
  await page.close();
});

const printOf = (address: string): string =>
  /fpr:+([0-9A-F]{40})/.exec(gpg.run(['--list-keys', '--with-colons', address]).toString())?.[1] ?? '';

test('deleting asks first; a contact can be brought back, a secret key needs a word more', async () => {
  const page = await driver.page('keys.html');
  await openCard(page, 'Gus');
  const gus = `key/${printOf('gus@example.test').toLowerCase()}`;
  const kept = (await stored(driver)).local[gus];
  await button(page, 'Delete').click();
  await button(page, say('cancel')).click();
  await listed(page, 'Gus');
  await button(page, 'Delete').click();
  await button(page, say('cancel')).visible(); // until then the first one would be pressed again
  await button(page, 'Delete').click();
  await until('Gus is gone', async () => !(await cards(page)).some((card) => card.includes('Gus')));
  await button(page, say('undo')).click();
  await listed(page, 'Gus');
  await page.focused(`document.querySelector('[aria-controls="${gus.replace('/', '-')}"]')`, 'its line');
  assert.ok(kept);
  assert.equal((await stored(driver)).local[gus], kept, 'as it was, with its date');

  await openCard(page, 'Ivo');
  await page.evaluate(() => {
    // Only one card stays open: names of buttons are then unambiguous.
    for (const line of document.querySelectorAll<HTMLElement>('.card.key.open .key-line')) {
      if (!line.innerText.includes('Ivo')) line.click();
    }
  });
  await until('only Ivo is open', async () => (await page.count('.card.key.open')) === 1);
  const before = await fingerprints();
  await button(page, 'Delete').click();
  await button(page, say('export_first')).visible();
  assert.equal(await button(page, 'Delete').enabled(), false, 'the consequence has to be ticked');
  await toggle(page, say('delete_own_confirm')).click();
  await button(page, 'Delete').click();
  await until('Ivo is gone', async () => !(await cards(page)).some((card) => card.includes('Ivo')));
  assert.equal((await fingerprints()).length, before.length - 1);
  await page.close();
});
