// Looking for keys in directories and at the key server: nobody is asked before the user says so, nobody but those that
// were named, nothing is stored before it was shown, and nothing takes the place of a known key. The hosts are played.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { readers, shows } from './support/desk.js';
import { given } from './support/given.js';
import type { Gpg } from './support/gpg.js';
import type { KeyPlaces } from './support/key-places.js';
import {
  ADVANCED,
  answerOf,
  ask,
  DIRECT,
  ELSEWHERE,
  grouped,
  type Looking,
  looking,
  SERVER,
} from './support/looking.js';
import { mail, plain, signed } from './support/mime.js';
import { armor, packet, packets } from './support/packets.js';
import { say } from './support/session.js';
import { escaped, page as html, type Site } from './support/site.js';
import { cards, importKeys, listed, stored } from './support/steps.js';

const TEXT = 'The ferry leaves at six.';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'waxseal-discover-'));

let look: Looking;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let places: KeyPlaces;
let tab: View;

before(async () => {
  look = await looking();
  ({ driver, gpg, web, tab, places } = look);
});
after(async () => {
  await look?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const keyring = async (): Promise<Record<string, unknown>> =>
  Object.fromEntries(Object.entries((await stored(driver)).local).filter(([name]) => name.startsWith('key/')));

const byEmail = (address: string): string => `/vks/v1/by-email/${encodeURIComponent(address)}`;

/** What the browser asked since; only hosts that are played, or could be. */
const requests = (since: number): string[] =>
  driver.requests
    .slice(since)
    .map(({ url }) => url)
    .filter((url) => /\.example\b|openpgp\.org/.test(url));
const since = (): number => driver.requests.length;
const asked = (): string[] => places.asked.map((one) => one.host + one.path);

/** Imports what is previewed, and closes the window. */
async function take(page: View): Promise<void> {
  await button(page, say('import')).click();
  await shows(page, say('imported_one'));
  await page.close();
}

/** The vault refuses the next call of this kind to the page. */
const refuseOnce = (page: View, call: string): Promise<void> =>
  page.evaluate((refused) => {
    const send = chrome.runtime.sendMessage.bind(chrome.runtime) as (message: unknown) => Promise<unknown>;
    let done = false;
    chrome.runtime.sendMessage = (async (message: { ui?: { kind: string } }) => {
      if (done || message.ui?.kind !== refused) return send(message);
      done = true;
      return { kind: 'refused', error: 'busy' };
    }) as never;
  }, call);

test('nobody is asked before the click, and then only who was named, as nobody', async () => {
  places.clear();
  const key = gpg.key(`Ann <Ann+x@${ADVANCED}>`);
  places.put(`openpgpkey.${ADVANCED}`, look.advanced(`ann+x@${ADVANCED}`), {
    body: look.binary(key),
    headers: { 'set-cookie': 'who=you; Secure; SameSite=None' },
  });
  const before = since();
  const kept = await keyring();
  const page = await look.window(`Ann <Ann+x@${ADVANCED}>`);
  const named = `${ADVANCED} and openpgpkey.${ADVANCED}`;
  await shows(page, say('lookup_learns_directory', named, `Ann+x@${ADVANCED}`));
  await shows(page, say('lookup_learns_server', `Ann+x@${ADVANCED}`));
  assert.deepEqual(requests(before), [], 'no request before the click');

  await ask(page);
  assert.deepEqual([...requests(before)].sort(), [`${SERVER}:443`, `openpgpkey.${ADVANCED}:443`].sort());
  assert.deepEqual(asked().sort(), [
    `${SERVER}${byEmail(`ann+x@${ADVANCED}`)}`,
    `openpgpkey.${ADVANCED}${look.advanced(`ann+x@${ADVANCED}`)}?l=Ann%2Bx`,
  ]);
  await shows(page, grouped(key.fingerprint));
  await shows(page, `Ann+x@${ADVANCED}`);
  assert.ok((await answerOf(page, 'key_server')).includes(say('err_not_found')));
  assert.ok((await answerOf(page, 'directory')).includes(say('lookup_found')));
  assert.deepEqual(await keyring(), kept, 'nothing is stored by looking');

  await ask(page);
  for (const { headers } of places.asked) {
    assert.equal(headers.cookie, undefined, 'no cookie, though one was set');
    assert.equal(headers.referer, undefined);
    // Chromium's origin of an extension names the program, Firefox's the very installation.
    assert.ok(!JSON.stringify(headers).includes(new URL(driver.base).host), 'not told who asks');
  }
  await take(page);
  assert.ok(`key/${key.fingerprint}` in (await keyring()));
});

test('a domain without a host for it is asked itself', async () => {
  places.clear();
  const key = gpg.key(`Dora <dora@${DIRECT}>`);
  places.put(DIRECT, look.direct(`dora@${DIRECT}`), { body: look.binary(key) });
  const before = since();
  const page = await look.window(`dora@${DIRECT}`);
  await page.click('#place-key_server');
  await ask(page);
  assert.deepEqual(asked(), [`${DIRECT}${look.direct(`dora@${DIRECT}`)}?l=dora`]);
  assert.ok(!requests(before).some((url) => url.startsWith(SERVER)), 'a place that was left out is not asked');
  await shows(page, grouped(key.fingerprint));
  assert.equal(await page.count('.lookup-answers li'), 1);
  await page.close();
});

test('who presses before the window has named whom it asks is shown that first', async () => {
  places.clear();
  const before = since();
  const page = await look.window();
  // At once: nothing comes between the address and the press, neither the vault's answer nor a drawing.
  const hurry = async (address: string) => {
    await page.takesPresses();
    await page.evaluate((text) => {
      const input = document.querySelector<HTMLInputElement>('#address');
      if (!input?.form) throw new Error('no field');
      input.value = text;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.form.requestSubmit();
    }, address);
  };
  for (const address of [`ann@${ADVANCED}`, `ann@${DIRECT}`]) {
    await hurry(address);
    await shows(page, say('lookup_learns_server', address));
    await until('it waits for another press', async () => (await page.count('button[type=submit]:focus')) === 1);
    assert.equal(await page.count('.lookup-answers li'), 0);
    assert.deepEqual(requests(before), [], 'neither whom the new address leads to, nor whom the former did');
  }
  await ask(page);
  assert.ok((await answerOf(page, 'key_server')).includes(say('err_not_found')));
  assert.ok(requests(before).every((url) => !url.includes(ADVANCED)));
  await page.close();
});

test('a signature by an unknown key leads to it, and is judged again at once', async () => {
  places.clear();
  const key = gpg.key(`Carl <carl@${ADVANCED}>`);
  const where = `/vks/v1/by-fingerprint/${key.fingerprint.toUpperCase()}`;
  places.put(SERVER, where, { body: key.public });
  // Somebody put a copy of it into a key that is here: that makes it nobody's who is known.
  const [copy] = packets(look.binary(key));
  assert.ok(copy);
  const eve = Buffer.concat([look.binary(gpg.key(`Eve <eve@${ADVANCED}>`)), packet(14, copy.body)]);
  await importKeys(driver, armor(eve, 'PUBLIC KEY BLOCK'));
  const before = since();
  web.put('/signed', html(`<pre>${escaped(gpg.clearsign(TEXT, key.fingerprint))}</pre>`));
  await tab.goto(web.url('/signed'));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await shows(frame, say('summary_unknown_signer'));
  await button(frame, say('lookup_key')).click();
  const page = await driver.window('lookup.html');
  await shows(page, say('lookup_learns_server_key', grouped(key.fingerprint)));
  assert.deepEqual(requests(before), []);
  await ask(page);
  assert.deepEqual(asked(), [SERVER + where]);
  await shows(page, `carl@${ADVANCED}`);
  await take(page);
  await shows(frame, say('summary_signed_sender_unknown', `Carl <carl@${ADVANCED}>`));
});

test('another key of the address than the one that signed is said to be another', async () => {
  places.clear();
  const address = `carla@${ADVANCED}`;
  const signer = gpg.key(`Carla <${address}>`);
  const other = gpg.key(`Carla <${address}>`);
  places.put(`openpgpkey.${ADVANCED}`, look.advanced(address), { body: look.binary(other) });
  places.put(SERVER, `/vks/v1/by-fingerprint/${signer.fingerprint.toUpperCase()}`, { body: signer.public });
  const file = path.join(folder, 'carla.eml');
  const fields = { from: `Carla <${address}>`, to: 'bob@example.test', subject: 'Ferry' };
  fs.writeFileSync(file, mail(fields, signed(gpg, plain(TEXT), signer.fingerprint)));
  const files = await driver.page('files.html');
  await field(files, say('files_choose')).upload([file]);
  await button(files, say('lookup_key')).click();
  const page = await driver.window('lookup.html');
  await shows(page, say('lookup_learns_server_key', grouped(signer.fingerprint)));
  await ask(page);
  assert.ok((await answerOf(page, 'directory')).includes(say('lookup_found_other')));
  assert.ok((await answerOf(page, 'directory')).includes(grouped(other.fingerprint)));
  assert.ok((await answerOf(page, 'key_server')).includes(say('lookup_found')));
  await page.close();
  await files.close();
});

test('a key in the header of a mail is offered, and stored only by hand', async () => {
  places.clear();
  const requested = since();
  const address = `otto@${DIRECT}`;
  const key = gpg.key(`Otto <${address}>`);
  const bare = gpg.run(['--export', '--export-options', 'export-minimal', key.fingerprint]).toString('base64');
  const raw = mail(
    {
      from: `Otto <${address}>`,
      to: 'bob@example.test',
      subject: 'Ferry',
      more: [['Autocrypt', `addr=${address}; keydata=${bare}`]],
    },
    signed(gpg, plain(TEXT), key.fingerprint),
  );
  const kept = await keyring();
  const files = await driver.page('files.html');
  fs.writeFileSync(path.join(folder, 'otto.eml'), raw);
  await field(files, say('files_choose')).upload([path.join(folder, 'otto.eml')]);
  await shows(files, say('summary_unknown_signer'));
  await refuseOnce(files, 'stage_import');
  await button(files, say('brought_look')).click();
  await shows(files, say('err_busy'));
  await button(files, say('brought_look')).click();
  const page = await driver.window('keys.html');
  assert.ok(!(await files.text()).includes(say('err_busy')), 'what has worked meanwhile');
  await shows(page, grouped(key.fingerprint));
  assert.deepEqual(await keyring(), kept);
  await button(page, say('import')).click();
  await shows(files, say('summary_signed_by_sender', `Otto <${address}>`));
  await button(files, say('brought_look')).absent();
  assert.deepEqual(requests(requested), [], 'nobody was asked');
  await page.close();
  await files.close();
});

test('of a key that has expired here the mail brings the renewed one, which is offered', async () => {
  const address = `olga@${DIRECT}`;
  const id = `Olga <${address}>`;
  const key = gpg.key(id, { at: '20260101T000000', expires: '1d' });
  await given(driver, { contacts: [key] });
  for (const which of [[], ['*']]) gpg.run(['--passphrase', '', '--quick-set-expire', key.fingerprint, '2y', ...which]);
  const bare = gpg.run(['--export', '--export-options', 'export-minimal', key.fingerprint]).toString('base64');
  const written = (more: [string, string][]): string =>
    mail({ from: id, to: 'bob@example.test', subject: 'Ferry', more }, signed(gpg, plain(TEXT), key.fingerprint));
  const opened = async (name: string, raw: string): Promise<View> => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, raw);
    const files = await driver.page('files.html');
    await field(files, say('files_choose')).upload([file]);
    await shows(files, say('summary_expired_signature'));
    // It may be found where others are, too.
    await button(files, say('lookup_key')).visible();
    await shows(files, say('import_key'));
    return files;
  };
  await (await opened('olga-alone.eml', written([]))).close();
  const files = await opened('olga.eml', written([['Autocrypt', `addr=${address}; keydata=${bare}`]]));
  await button(files, say('brought_look')).click();
  const page = await driver.window('keys.html');
  await shows(page, grouped(key.fingerprint));
  await button(page, say('import')).click();
  await shows(files, say('summary_signed_by_sender', id));
  await button(files, say('brought_look')).absent();
  await button(files, say('lookup_key')).absent();
  await page.close();
  await files.close();
});

test('that nobody signed the key in a header is said, and under a false signature there is no offer', async () => {
  const address = `otis@${DIRECT}`;
  const known = gpg.key(`Otis <${address}>`);
  await importKeys(driver, known.public);
  const other = gpg.key(`Otis <${address}>`);
  const bare = gpg.run(['--export', '--export-options', 'export-minimal', other.fingerprint]).toString('base64');
  const brings = (content: string): string =>
    mail(
      {
        from: `Otis <${address}>`,
        to: 'bob@example.test',
        subject: 'Ferry',
        more: [['Autocrypt', `addr=${address}; keydata=${bare}`]],
      },
      content,
    );
  const content = signed(gpg, plain(TEXT), known.fingerprint);
  const signer = `Otis <${address}>`;
  // Known when the mail is drawn, whatever the keyring answers later.
  const hasBrought = (files: View) =>
    files.evaluate(() => {
      const [one] = document.querySelectorAll<Element & { key: unknown }>('wx-brought');
      return one && one.key !== undefined;
    });
  for (const [name, raw, summary, offered] of [
    ['unsigned', brings(plain(TEXT)), say('summary_not_signed'), true],
    ['signed', brings(content), say('summary_signed_by_sender', signer), true],
    ['false', brings(content.replace(TEXT, 'The ferry leaves at nine.')), say('summary_bad_signature'), false],
  ] as const) {
    const file = path.join(folder, `${name}.eml`);
    fs.writeFileSync(file, raw);
    const files = await driver.page('files.html');
    await field(files, say('files_choose')).upload([file]);
    await shows(files, summary);
    if (offered) await shows(files, say('brought_key'));
    else assert.equal(await hasBrought(files), false);
    await files.close();
  }
});

/** What the window was opened for comes from the vault, a moment after its field is there. */
const asksFor = (page: View, address: string): Promise<unknown> =>
  until(`the window asks for ${address}`, async () => (await field(page, say('lookup_address')).value()) === address);

test('a recipient without a key gets one', async () => {
  places.clear();
  const address = `dora@${DIRECT}`;
  places.put(SERVER, byEmail(address), { body: gpg.run(['--armor', '--export', address]) });
  web.put('/write', html('<textarea id="t" rows="6" cols="60">Dear Dora</textarea>'));
  await tab.goto(web.url('/write'));
  await tab.click('#t');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await driver.window('compose.html');
  await field(window, 'Recipients').fill(address);
  await window.press('Enter');
  await refuseOnce(window, 'stage_lookup');
  await button(window, say('lookup_key_for', address)).click();
  await shows(window, say('err_busy'));
  await button(window, say('lookup_key_for', address)).click();
  const page = await driver.window('lookup.html');
  await asksFor(page, address);
  assert.ok(!(await window.text()).includes(say('err_busy')), 'what has worked meanwhile');
  await ask(page);
  assert.ok(asked().includes(SERVER + byEmail(address)));
  await take(page);
  await shows(window, say('rcpt_ready'));
  await until('it can be encrypted', () => button(window, 'Encrypt').enabled());
  await window.close();
});

test('what is typed into the search of the list can be looked for elsewhere', async () => {
  places.clear();
  const before = since();
  const keys = await driver.page('keys.html');
  await field(keys, say('search_keys')).fill(`nobody@${ADVANCED}`);
  await button(keys, say('lookup_this_address')).click();
  const page = await driver.window('lookup.html');
  await asksFor(page, `nobody@${ADVANCED}`);
  assert.deepEqual(requests(before), []);
  await ask(page);
  assert.ok((await answerOf(page, 'directory')).includes(say('err_not_found')));
  assert.ok((await answerOf(page, 'key_server')).includes(say('err_not_found')));
  assert.equal(await page.count('wx-import'), 0);
  await page.close();
  await keys.close();
});

test('what is no address is said to be none, and nobody is asked', async () => {
  const before = since();
  const page = await look.window('nobody at all');
  await button(page, say('lookup_ask')).click();
  await shows(page, say('err_not_an_address'));
  assert.deepEqual(requests(before), []);
  await page.close();
});

test('T2: a newer key from a server stands beside the known one, and both are shown', async () => {
  places.clear();
  const address = `tina@${ADVANCED}`;
  const known = gpg.key(`Tina <${address}>`);
  await importKeys(driver, known.public);
  const before = await keyring();
  gpg.forget(known.fingerprint);
  const newer = gpg.key(`Tina <${address}>`);
  places.put(SERVER, byEmail(address), { body: newer.public });
  const page = await look.window(address);
  await ask(page);
  await shows(page, say('same_address'));
  const shown = await page.text('wx-import');
  assert.ok(shown.includes(grouped(known.fingerprint)) && shown.includes(grouped(newer.fingerprint)), shown);
  assert.deepEqual(await keyring(), before);
  assert.equal(await toggle(page, 'Tina').checked(), false);
  assert.equal(await button(page, say('import')).enabled(), false);
  await toggle(page, 'Tina').click();
  await take(page);
  const later = await keyring();
  for (const [name, record] of Object.entries(before))
    assert.deepEqual(later[name], record, 'what was known is as it was');
  const keys = await driver.page('keys.html');
  await listed(keys, address);
  assert.equal((await cards(keys)).filter((card) => card.includes(address)).length, 2);
  await keys.close();
});

test('X12: what a directory may not answer is refused', async () => {
  const address = `xena@${ADVANCED}`;
  const key = gpg.key(`Xena <${address}>`);
  const other = gpg.key(`Xena <xena@${DIRECT}>`);
  const signs = gpg.key(`Xena <xena.signs@${ADVANCED}>`, { algorithm: 'ed25519' });
  const where = `openpgpkey.${ADVANCED}`;
  const big = Buffer.concat([look.binary(key), Buffer.alloc(10 << 20)]);
  const before = await keyring();
  const refused = async (to: string, says: Parameters<KeyPlaces['put']>[2], ...texts: string[]) => {
    places.clear();
    places.put(where, look.advanced(to), says);
    places.put(ELSEWHERE, '/key', { body: look.binary(key) });
    const page = await look.window(to);
    await page.click('#place-key_server');
    await ask(page);
    const answer = await answerOf(page, 'directory');
    for (const text of texts) assert.ok(answer.includes(text), `${text}: ${answer}`);
    assert.equal(await page.count('wx-import'), 0, 'nothing can be imported');
    assert.ok(!asked().some((one) => one.startsWith(ELSEWHERE)));
    await page.close();
  };
  await refused(address, { body: look.binary(other) }, say('err_other_key'));
  await refused(address, { body: key.public }, say('err_bad_answer'));
  await refused(address, { body: big }, say('err_limit'));
  await refused(`xena.signs@${ADVANCED}`, { body: look.binary(signs) }, say('err_unusable_key'));
  // Nobody follows a redirection: to the browser the host keeps silent, and the domain itself, which is asked then, has none.
  // That the owner should publish the key is not said: it may be where the redirection leads.
  const start = since();
  for (const location of [`https://${ELSEWHERE}/key`, `http://${where}/key`]) {
    const redirected = { status: 302, headers: { location } };
    await refused(address, redirected, say('err_not_found'), say('lookup_kept_silent', where));
    assert.deepEqual(new Set(asked().map((one) => one.replace(/\/.*/, ''))), new Set([where, ADVANCED]));
  }
  assert.ok(!requests(start).some((url) => url.startsWith('http:')), 'nothing without TLS');
  await refused(address, { body: '<!doctype html><title>Log in</title>' }, say('err_bad_answer'));
  await refused(address, { status: 500, body: look.binary(key) }, say('lookup_status', 500));
  assert.deepEqual(await keyring(), before);
});

test('no other page of the extension can reach a server', async () => {
  places.clear();
  const before = since();
  for (const file of [
    'popup.html',
    'keys.html',
    'settings.html',
    'unlock.html',
    'reader.html',
    'write.html',
    'files.html',
  ]) {
    const page = await driver.page(file);
    const reached = await page.evaluate(
      (url) =>
        fetch(url).then(
          () => true,
          () => false,
        ),
      `https://${SERVER}/vks/v1/by-email/nobody`,
    );
    assert.equal(reached, false, file);
    await page.close();
  }
  const page = await driver.page('lookup.html');
  const paths = await page.evaluate(
    (urls) =>
      Promise.all(
        urls.map((url) =>
          fetch(url).then(
            () => true,
            () => false,
          ),
        ),
      ),
    [`https://${ELSEWHERE}/`, `https://${SERVER}/pks/add`, `http://${ELSEWHERE}/.well-known/openpgpkey/hu/x`],
  );
  assert.deepEqual(paths, [false, false, false], 'and that one nothing but directories and the key server');
  assert.deepEqual(requests(before), []);
  await page.close();
});
