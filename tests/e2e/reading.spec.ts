// What is shown for messages, good and bad: each in a page, as a webmail would show it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, field, link, until, type View } from '../harness/index.js';
import { BY_SIX, isBuilt, words } from './support/built.js';
import { composer, copyText, encrypt, everything, glance, openArmor, readerWith, shows } from './support/desk.js';
import { given } from './support/given.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import * as hostile from './support/hostile.js';
import { type Inbox, inbox } from './support/inbox.js';
import { file, multipart, text } from './support/mime.js';
import { armor, dearmor, packets, Tag } from './support/packets.js';
import { kind, say } from './support/session.js';
import { escaped, page as html, type Site } from './support/site.js';
import { generate, importKeys, listed, lockNow, PASSPHRASE, unlock } from './support/steps.js';

const TEXT = 'The lighthouse keeper counts nine ships.';
const ALICE = 'Alice Ålund';
let home: Inbox;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let tab: View;
let bob: GpgKey;
let rsa: GpgKey;
let alice: GpgKey;
let eve: GpgKey;
let rita: GpgKey;

before(async () => {
  home = await inbox();
  ({ driver, gpg, web, bob, tab } = home);
  const { fingerprint } = gpg.key('Bob with RSA <rsa@example.test>', { algorithm: 'rsa2048' });
  gpg.run(['--passphrase', '', '--quick-add-key', fingerprint, 'rsa2048', 'encrypt', '2y']);
  rsa = gpg.exported(fingerprint);
  alice = gpg.key(`${ALICE} <alice@example.test>`);
  eve = gpg.key('Eve <eve@example.test>');
  rita = gpg.key('Rita <rita@example.test>');
  await given(driver, { own: [rsa], contacts: [alice] });
});
after(() => home?.close());

const open = (armored: string): Promise<View> => openArmor(home, armored);

test('a locked key is unlocked once, after a wrong passphrase was refused', async () => {
  await lockNow(driver);
  const frame = await open(gpg.encrypt(TEXT, [bob.fingerprint], alice.fingerprint));
  await shows(frame, say('reader_locked'));
  await button(frame, 'Unlock').click();
  const window = await driver.window('unlock.html');
  await field(window, 'Passphrase').fill('surely not this');
  await button(window, 'Unlock').click();
  await shows(window, say('err_wrong_passphrase'));
  assert.ok(!(await everything(frame)).includes(TEXT));
  await field(window, 'Passphrase').fill(PASSPHRASE);
  await button(window, 'Unlock').click();
  await until('the unlock window has closed', () => window.gone());
  await shows(frame, TEXT);
});

test('a block that holds a whole mail is shown as a mail', async () => {
  const notes = Buffer.from('nine ships, two of them white');
  const parts = [text(TEXT), text(`<p>${TEXT}</p>`, 'text/html')];
  const mail = multipart('mixed', [multipart('alternative', parts), file('notes.txt', 'text/plain', notes)]);
  const frame = await open(gpg.encrypt(mail, [bob.fingerprint], alice.fingerprint));
  await shows(frame, 'notes.txt');
  await shows(frame, signedBy(ALICE));
  assert.ok(!(await everything(frame)).includes('Content-Type'), 'nothing of how it is built');
});

interface Case {
  name: string;
  make: () => string;
  /** All of these are shown. */
  shown: () => string[];
  /** The text must be nowhere in the frame. */
  hidden?: boolean;
  /** This is shown in the details of the signature. */
  details?: () => string;
}

const signedBy = (name: string): string => say('summary_signed_sender_unknown', name).split(',')[0] ?? '';
const cases: Case[] = [
  {
    name: 'encrypted and signed by a known key',
    make: () => gpg.encrypt(TEXT, [bob.fingerprint], alice.fingerprint),
    shown: () => [TEXT, say('encrypted_yes'), signedBy(ALICE)],
  },
  {
    name: 'encrypted, not signed',
    make: () => gpg.encrypt(TEXT, [bob.fingerprint]),
    shown: () => [TEXT, say('encrypted_yes'), say('summary_not_signed')],
  },
  {
    name: 'signed by a key that is not here',
    make: () => gpg.encrypt(TEXT, [bob.fingerprint], eve.fingerprint),
    shown: () => [TEXT, say('summary_unknown_signer')],
  },
  {
    name: 'signed with SHA-1',
    make: () => gpg.encrypt(TEXT, [bob.fingerprint], rsa.fingerprint, ['--digest-algo', 'SHA1']),
    shown: () => [TEXT, say('summary_unusable_signature')],
    details: () => say('reason_weak_hash'),
  },
  {
    name: 'a hidden recipient',
    make: () => gpg.encrypt(TEXT, [bob.fingerprint], undefined, ['--throw-keyids']),
    shown: () => [TEXT],
  },
  {
    name: 'what GnuPG 2.4 writes (OCB)',
    make: () => hostile.gnupgOcb(gpg, TEXT, bob.fingerprint),
    shown: () => [TEXT, say('encrypted_yes')],
  },
  {
    name: 'umlauts, emoji and many lines',
    make: () => gpg.encrypt(`Grüße 🐚\n\n${'eine Zeile\n'.repeat(300)}Ende`, [bob.fingerprint]),
    shown: () => ['Grüße 🐚', 'Ende'],
  },
  {
    name: 'an empty message',
    make: () => gpg.encrypt('', [bob.fingerprint]),
    shown: () => [say('empty_message')],
  },
  {
    name: 'characters that turn the text around',
    make: () => gpg.encrypt('pay \u202e000,1\u202c euro', [bob.fingerprint]),
    shown: () => [say('note_misleading_characters')],
  },
  {
    name: 'cleartext signed',
    make: () => gpg.clearsign(`${TEXT}\n- a list\nFrom here on\n`, alice.fingerprint),
    shown: () => [TEXT, '- a list', say('encrypted_no'), signedBy(ALICE)],
  },
  {
    name: 'cleartext signed, then altered',
    make: () => gpg.clearsign(`${TEXT}\n`, alice.fingerprint).replace('nine', 'six'),
    shown: () => [say('summary_bad_signature')],
  },
  {
    name: 'for somebody else',
    make: () => gpg.encrypt(TEXT, [eve.fingerprint]),
    shown: () => [say('err_no_key')],
    hidden: true,
  },
  {
    name: 'one bit flipped under the MDC',
    make: () => hostile.flipped(gpg.encrypt(TEXT, [bob.fingerprint], undefined, ['-z', '0'])),
    shown: () => [say('err_tampered'), say('fix_tampered')],
    hidden: true,
  },
  {
    name: 'MDC removed',
    make: () => hostile.cut(gpg.encrypt(TEXT, [bob.fingerprint], undefined, ['-z', '0']), 22),
    shown: () => [say('err_tampered')],
    hidden: true,
  },
  {
    name: 'one bit flipped under OCB',
    make: () => hostile.flipped(hostile.gnupgOcb(gpg, TEXT, bob.fingerprint), 40),
    shown: () => [say('err_tampered')],
    hidden: true,
  },
  {
    name: 'the last chunk of OCB removed',
    make: () => hostile.cut(hostile.gnupgOcb(gpg, TEXT, bob.fingerprint), 16),
    shown: () => [say('err_tampered')],
    hidden: true,
  },
  {
    name: 'renamed to the packet without protection',
    make: () => hostile.unprotected(gpg.encrypt(TEXT, [bob.fingerprint], undefined, ['-z', '0'])),
    shown: () => [say('err_unprotected')],
    hidden: true,
  },
  {
    name: 'truncated',
    make: () => hostile.truncated(gpg.encrypt(TEXT.repeat(30), [bob.fingerprint], undefined, ['-z', '0'])),
    shown: () => [say('err_truncated')],
    hidden: true,
  },
  {
    name: 'broken armor',
    make: () => hostile.brokenArmor(gpg.encrypt(TEXT.repeat(30), [bob.fingerprint])),
    shown: () => [say('err_broken_armor')],
    hidden: true,
  },
  {
    name: 'nested 100,000 deep',
    make: () => armor(hostile.nested(100_000)),
    shown: () => [say('err_limit')],
  },
  {
    name: 'nested 100,000 deep inside the encryption',
    make: () => armor(gpg.encryptPackets(hostile.nested(100_000), bob.fingerprint)),
    shown: () => [say('err_limit')],
  },
  {
    name: 'a bomb of 4 GiB in less than 4 kB',
    make: () => armor(hostile.bomb()),
    shown: () => [say('err_limit')],
  },
  {
    name: 'a bomb of 4 GiB inside the encryption',
    make: () => armor(gpg.encryptPackets(hostile.bomb(), bob.fingerprint)),
    shown: () => [say('err_limit')],
  },
  {
    name: 'random bytes',
    make: () => armor(Buffer.from('no packet begins like this, and none ends')),
    shown: () => [say('err_malformed')],
  },
];

for (const { name, make, shown, hidden, details } of cases) {
  test(`message: ${name}`, async () => {
    const armored = make();
    const frame = await open(armored);
    for (const text of shown()) await shows(frame, text);
    if (details) {
      await button(frame, say('signature_details')).click();
      await shows(frame, details());
    }
    await isBuilt(frame, ...words(name, armored, alice.fingerprint, TEXT.length));
    if (hidden) assert.ok(!(await everything(frame)).includes(TEXT.slice(0, 20)), 'no part of the text is reachable');
    assert.equal(await driver.backgroundRuns(), true);
  });
}

test('an RSA recipient', async () => {
  const frame = await open(gpg.encrypt(TEXT, [rsa.fingerprint]));
  await button(frame, 'Unlock').click();
  await unlock(driver);
  await shows(frame, TEXT);
});

test('a key that its owner revoked after signing is said to be revoked', async () => {
  const message = gpg.encrypt(TEXT, [bob.fingerprint], rita.fingerprint);
  gpg.revoke(rita.fingerprint);
  await importKeys(driver, gpg.exported(rita.fingerprint).public);
  const frame = await open(message);
  await shows(frame, say('summary_unusable_signature'));
  await button(frame, say('signature_details')).click();
  await shows(frame, say('reason_revoked_hard'));
});

test('when a text was signed stands beside who signed it, and one that had expired is said to have', async () => {
  const olga = gpg.key('Olga <olga@example.test>', { at: '20240105T120000', expires: '10y' });
  await given(driver, { contacts: [olga] });
  const then = ['--faked-system-time', '20240301T120000'];
  const frame = await open(gpg.clearsign(TEXT, olga.fingerprint, then));
  await until('its year is in the band', async () => (await frame.text('.verdict .made-on')).includes('2024'));
  const ended = await open(gpg.clearsign(TEXT, olga.fingerprint, [...then, '--default-sig-expire', '1d']));
  await shows(ended, say('summary_expired_signature'));
});

test('a hostile message harms no other message on its page', async () => {
  const good = gpg.encrypt(TEXT, [bob.fingerprint]);
  const blocks = [armor(hostile.nested(100_000)), good, armor(hostile.bomb())];
  web.put(
    '/three',
    html(blocks.map((one) => `<pre style="height: 90px; overflow: hidden">${escaped(one)}</pre>`).join('<hr>')),
  );
  await tab.goto(web.url('/three'));
  await readerWith(driver, tab, TEXT);
  await until('both hostile ones are refused', async () => {
    const frames = await driver.frames(tab, 'reader.html');
    const texts = await Promise.all(frames.map(glance));
    return texts.filter((text) => text.includes(say('err_limit'))).length === 2;
  });
  const again = await open(good);
  await shows(again, TEXT);
});

test("a message's content causes no request, and none of it becomes HTML", async () => {
  const bait = `${web.origin}/bait`;
  const text = [
    `<img src="${bait}/img"><script src="${bait}/script"></script>`,
    `<style>@import "${bait}/css"; body { background: url(${bait}/background) }</style>`,
    `<link rel="prefetch" href="${bait}/prefetch"><iframe src="${bait}/frame"></iframe>`,
    `<meta http-equiv="refresh" content="0; url=${bait}/refresh"><form action="${bait}/form"><input name=q autofocus>`,
    `${bait}/link and <a href="${bait}/anchor" ping="${bait}/ping">a link</a>`,
  ].join('\n');
  const before = driver.requests.length;
  for (const message of [
    gpg.encrypt(text, [bob.fingerprint], alice.fingerprint),
    gpg.clearsign(text, alice.fingerprint),
  ]) {
    const frame = await open(message);
    await shows(frame, `<img src="${bait}/img">`);
    assert.equal(
      await frame.count(
        'img[src*=bait], script[src*=bait], iframe, form[action*=bait], link[href*=bait], meta[http-equiv=refresh]',
      ),
      0,
    );
  }
  // Whatever was begun comes before this.
  web.put('/after', html(''));
  await tab.evaluate((url) => fetch(url, { cache: 'no-store' }).then((one) => one.text()), web.url('/after'));
  // The browser's own requests (updates of its lists) are none of ours.
  const asked = driver.requests.slice(before).filter(({ url }) => url.includes(new URL(web.origin).port));
  assert.deepEqual(new Set(asked.map(({ url }) => url)), new Set(['/message', '/after'].map(web.url)));
});

test('where a key is missing, the import is one click away', async () => {
  const stranger = gpg.key('Stranger <stranger@example.test>');
  for (const [armored, says] of [
    [gpg.encrypt(TEXT, [stranger.fingerprint]), say('err_no_key')],
    [gpg.clearsign(`${TEXT}\n`, stranger.fingerprint), say('summary_unknown_signer')],
  ] as const) {
    const frame = await open(armored);
    await shows(frame, says);
    await link(frame, say('import_key')).click();
    const page = await driver.window('keys.html');
    await field(page, say('import_paste')).visible();
    await page.close();
  }
});

test('a public key block is offered for import, with a preview first', async () => {
  const frame = await open(eve.public);
  await shows(frame, say('block_title_one'));
  await shows(frame, 'Eve <eve@example.test>');
  await button(frame, 'Import').click();
  const page = await driver.window('keys.html');
  await until('the preview shows it', async () => (await page.text('.preview')).includes('Eve <eve@example.test>'));
  await button(page, 'Import').click();
  await listed(page, 'Eve');
  await page.close();
  const signed = await open(gpg.encrypt(TEXT, [bob.fingerprint], eve.fingerprint));
  await shows(signed, signedBy('Eve'));
});

test('the original can be shown, and covered again', async () => {
  const armored = gpg.encrypt(TEXT, [bob.fingerprint]);
  const frame = await open(armored);
  await shows(frame, TEXT);
  const drawn = () =>
    tab.evaluate(() =>
      document.querySelector('pre')?.checkVisibility({ visibilityProperty: true, opacityProperty: true }),
    );
  await button(frame, say('show_original')).click();
  await until('the armor is drawn', async () => ((await tab.rect('pre'))?.height ?? 0) > 50 && (await drawn()));
  await button(frame, say('show_opened')).click();
  await shows(frame, TEXT);
});

test('the text is copied from the frame', async () => {
  const frame = await open(gpg.encrypt(TEXT, [bob.fingerprint]));
  await shows(frame, TEXT);
  await copyText(frame);
  web.put('/paste', html('<textarea id="t"></textarea>'));
  await tab.goto(web.url('/paste'));
  await tab.click('#t');
  await tab.press('Control+v');
  const pasted = await until('it is pasted', () =>
    tab.evaluate(() => (document.querySelector('#t') as HTMLTextAreaElement).value),
  );
  // The button copies the text alone, the keyboard what is selected.
  if (kind === 'chromium') assert.equal(pasted, TEXT);
  else assert.ok(pasted.includes(TEXT), pasted);
});

test('authenticated encryption (SEIPDv2, for a version 6 key): read, and refused when one bit is changed', async () => {
  await generate(driver, { name: 'Six', email: 'six@example.test', kind: say('kind_curve_v6') });
  web.put('/write', html(`<textarea id="t" rows="4" cols="60">${TEXT}</textarea>`));
  await tab.goto(web.url('/write'));
  await tab.click('#t');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { recipients: 'six@example.test', sign: true });
  await field(window, say('sign_as')).choose('Six <six@example.test>');
  await encrypt(window);
  const armored = await tab.evaluate(() => (document.querySelector('#t') as HTMLTextAreaElement).value);
  const encrypted = packets(dearmor(armored)).at(-1);
  assert.equal(encrypted?.tag, Tag.seipd);
  assert.equal(encrypted?.body[0], 2);
  const frame = await open(armored);
  await shows(frame, TEXT);
  await shows(frame, say('summary_signed_sender_unknown_own', 'Six <six@example.test>'));
  await isBuilt(frame, ...BY_SIX);
  for (const damaged of [hostile.flipped(armored, 60), hostile.cut(armored, 16)]) {
    const refused = await open(damaged);
    await shows(refused, say('err_tampered'));
    assert.ok(!(await everything(refused)).includes(TEXT.slice(0, 20)));
  }
});
