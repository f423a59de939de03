// What becomes of a text that is shown, or is about to be, when its key is locked or goes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, toggle, until, type View } from '../harness/index.js';
import { everything, openArmor, readers, shows } from './support/desk.js';
import { given } from './support/given.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inbox } from './support/inbox.js';
import { armor, dearmor, join, type Packet, packets, Tag } from './support/packets.js';
import { say, start } from './support/session.js';
import { escaped, page as html, type Site } from './support/site.js';
import { cards, importKeys, lockNow, openCard, PASSPHRASE, unlock } from './support/steps.js';

const TEXT = 'The lighthouse keeper counts nine ships.';
const ALICE = 'Alice Ålund';
let home: Inbox;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let tab: View;
let bob: GpgKey;
let alice: GpgKey;
let eve: GpgKey;

before(async () => {
  home = await inbox();
  ({ driver, gpg, web, bob, tab } = home);
  alice = gpg.key(`${ALICE} <alice@example.test>`);
  eve = gpg.key('Eve <eve@example.test>');
  await given(driver, { contacts: [alice] });
});
after(() => home?.close());

const open = (armored: string): Promise<View> => openArmor(home, armored);

test('lock now takes the text away even where the vault refuses to be asked any more', async () => {
  // As many trials of a key as one message may cause in a minute: what is for eve comes first, and the key does not fit.
  const hidden = (key: GpgKey) => packets(dearmor(gpg.encrypt(TEXT, [key.fingerprint], undefined, ['--throw-keyids'])));
  const [forEve] = hidden(eve);
  // Open before: asking in vain counts as well.
  await lockNow(driver);
  const first = await open(gpg.encrypt(TEXT, [bob.fingerprint]));
  await button(first, 'Unlock').click();
  await unlock(driver);
  await shows(first, TEXT);
  assert.equal(forEve?.tag, Tag.pkesk);
  const frame = await open(armor(join([...new Array<Packet>(19).fill(forEve), ...hidden(bob)])));
  await shows(frame, TEXT);
  await lockNow(driver);
  await shows(frame, say('err_busy'));
  assert.ok(!(await everything(frame)).includes(TEXT));
});

test('what one’s own key has opened goes when the key is deleted', async () => {
  const zoe = gpg.key('Zoe <zoe@example.test>');
  await importKeys(driver, zoe.secret, PASSPHRASE);
  await lockNow(driver);
  // Another one stays open.
  const other = await open(gpg.encrypt(TEXT, [bob.fingerprint]));
  await button(other, 'Unlock').click();
  await unlock(driver);
  const frame = await open(gpg.encrypt(TEXT, [zoe.fingerprint]));
  await button(frame, 'Unlock').click();
  await unlock(driver);
  await shows(frame, TEXT);
  const page = await driver.page('keys.html');
  await openCard(page, 'Zoe');
  await button(page, 'Delete').click();
  await toggle(page, say('delete_own_confirm')).click();
  await button(page, 'Delete').click();
  await until('Zoe is gone', async () => !(await cards(page)).some((card) => card.includes('Zoe')));
  await page.close();
  await shows(frame, say('err_no_key'));
  assert.ok(!(await everything(frame)).includes(TEXT));
});

/** What a reader asks of the vault, and the answers that wait until they are let through. */
interface Watched {
  asked: string[];
  release(): void;
}

test('a message that is being opened while the keys lock is not shown', async () => {
  await lockNow(driver);
  const frame = await open(gpg.encrypt(TEXT, [bob.fingerprint], alice.fingerprint));
  await shows(frame, say('reader_locked'));
  // Between the session key and the verdict there is one more question.
  await frame.evaluate(() => {
    const world = window as unknown as Watched;
    const send = chrome.runtime.sendMessage.bind(chrome.runtime) as (message: unknown) => Promise<unknown>;
    const held = new Promise<void>((done) => {
      world.release = done;
    });
    world.asked = [];
    chrome.runtime.sendMessage = (async (message: { ui?: { kind: string } }) => {
      const kind = message.ui?.kind ?? '';
      const answer = await send(message);
      world.asked.push(kind);
      if (kind === 'certificates') await held;
      return answer;
    }) as never;
  });
  const asked = (kind: string): Promise<number> =>
    frame.evaluate((wanted) => (window as unknown as Watched).asked.filter((one) => one === wanted).length, kind);
  await button(frame, 'Unlock').click();
  await unlock(driver);
  await until('it is decrypted, and waits', async () => (await asked('certificates')) === 1);
  assert.equal(await asked('decipher'), 1);
  await lockNow(driver);
  await frame.evaluate(() => (window as unknown as Watched).release());
  await until('the vault is asked again', async () => (await asked('decipher')) >= 2);
  await shows(frame, say('reader_locked'));
  assert.ok(!(await everything(frame)).includes(TEXT));
  await tab.front();
  await button(frame, 'Unlock').click();
  await unlock(driver);
  await shows(frame, TEXT);
});

test('lock now takes the text away in every open frame; the focus stays, and what became of the message is read out', async () => {
  const armored = gpg.encrypt(TEXT, [bob.fingerprint], alice.fingerprint);
  web.put('/message', html(`<input id="answer"><pre>${escaped(armored)}</pre>`));
  await tab.goto(web.url('/message'));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await shows(frame, TEXT);
  // One was in the reader, and went on in the page: that is where one stays.
  await frame.click('.signatures > summary');
  await tab.click('#answer');
  await lockNow(driver);
  await shows(frame, start('reader_locked').slice(0, 20));
  assert.ok(!(await everything(frame)).includes(TEXT));
  await tab.front();
  await tab.focused("document.querySelector('#answer')", 'the field of the page');
  const told = '.verdict .grow > [role=status]';
  await frame.evaluate((selector) => document.querySelector(selector)?.setAttribute('data-before', ''), told);
  await button(frame, 'Unlock').click();
  await unlock(driver);
  await shows(frame, TEXT);
  const text = await frame.text(`${told}[data-before]`);
  const signed = say('summary_signed_sender_unknown', ALICE).split(',')[0] ?? '';
  assert.ok(text.includes(say('encrypted_yes')) && text.includes(signed), text);
  await tab.front();
  await frame.focused("document.querySelector('.verdict')", 'the verdict');
  assert.equal(await frame.count('.verdict[aria-describedby]:focus [data-before][id]'), 1, 'it is read out once more');
});
