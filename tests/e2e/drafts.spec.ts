// Drafts: kept encrypted, found again after a crash, and told apart from those of mails that were put into the webmail.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import { allKept, type DraftRecord, storeDrafts, storedDrafts } from './support/drafts.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { browser, extension, say, start } from './support/session.js';
import type { Site } from './support/site.js';
import { importKeys, lockNow, stored, switchSite, unlock } from './support/steps.js';
import { addRecipient, editorText, finish, formOf, partsOf, readEntity, typeText, write } from './support/write.js';
import { startWriter, type Writer } from './support/writer.js';

const SECRET = 'Under the third willow.';
const SUBJECT = 'Willows and water';
const NAME = 'riverbank-survey.txt';
const CONTENT = 'Forty paces from the mill.';
let writer: Writer;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let alice: GpgKey;
let bob: GpgKey;
let tab: View;

before(async () => {
  writer = await startWriter();
  ({ driver, gpg, web, alice, bob, tab } = writer);
});
after(() => writer?.close());
beforeEach(async () => void (await storeDrafts(driver, {})));

/** How many drafts are stored that were left behind, and how many of mails that were put into the page. */
async function counted(): Promise<[left: number, delivered: number]> {
  const { drafts } = await storedDrafts(driver);
  const delivered = drafts.filter((one) => one.delivered !== undefined).length;
  return [drafts.length - delivered, delivered];
}

/** Writes a mail with everything in it, and waits until it is kept. */
async function begin(): Promise<View> {
  const window = await writeNew();
  await addRecipient(window, say('header_to'), 'bob@example.test');
  await field(window, say('header_subject')).fill(SUBJECT);
  await window.click('.editing');
  await window.press('Control+b');
  await window.type(SECRET);
  const note = path.join(gpg.home, NAME);
  fs.writeFileSync(note, CONTENT);
  await window.upload("document.querySelector('.choose-files')", [note]);
  await window.upload("document.querySelector('.choose-picture')", [path.join(extension, 'icons/48.png')]);
  await until('the picture is in the text', async () => (await window.count('.editing img[src^="blob:"]')) === 1);
  await allKept(window);
  assert.equal((await storedDrafts(driver)).files.length, 2);
  assert.match(await window.text('.draft-line'), /\d:\d\d/);
  assert.equal(
    (await window.text('.draft-line [role=status]')).trim(),
    start('draft_kept'),
    'the time is not read out',
  );
  return window;
}

/** A window to write in, from an empty form. */
async function writeNew(): Promise<View> {
  await tab.goto(web.url('/contenteditable'));
  return write(driver, tab);
}

const offers = (window: View): Promise<number> => window.count('.drafts li');

test('what is kept is ciphertext to the own key alone, signed by nobody, and is offered after a crash', async () => {
  const window = await begin();
  const { drafts, files } = await storedDrafts(driver);
  assert.equal(drafts.length, 1);
  const all = [JSON.stringify(drafts), JSON.stringify(files), JSON.stringify(await stored(driver))].join('\n');
  for (const word of [SECRET, SUBJECT, NAME, CONTENT]) assert.ok(!all.includes(word), word);
  assert.ok(!JSON.stringify([drafts, files]).includes('bob@example.test'), 'the recipient');
  const { text, signers } = gpg.decrypt(drafts[0]?.armored ?? '');
  assert.deepEqual(signers, []);
  const draft = JSON.parse(partsOf(readEntity(text), 'application/json')[0]?.body.toString() ?? '');
  assert.equal(draft.subject, SUBJECT);

  // The window that has it open is the only one that shows it.
  await window.front();
  const other = await writeNew();
  assert.equal(await offers(other), 0);
  await other.close();

  await window.close();
  await lockNow(driver);
  const next = await writeNew();
  await shows(next, say('drafts_one'));
  await button(next, say('draft_continue')).click();
  await shows(next, say('waiting_for_unlock'));
  await unlock(driver);
  await until('the text is back', async () => (await editorText(next)).includes(SECRET));
  assert.equal(await next.count('.editing strong'), 1);
  assert.equal(await next.count('.editing img[src^="blob:"]'), 1);
  assert.equal(await field(next, say('header_subject')).value(), SUBJECT);
  await shows(next, NAME);
  assert.equal(await offers(next), 0);
  await next.click('.editing');
  await finish(next);
  const mail = readEntity(gpg.decrypt((await formOf(tab)).text).text);
  assert.ok(partsOf(mail, 'text/plain').some(({ body }) => body.toString() === CONTENT));
  assert.deepEqual(await counted(), [0, 1]);
});

test('the window does not close before its draft says that the mail is in the page', async () => {
  const window = await writeNew();
  await addRecipient(window, say('header_to'), 'bob@example.test');
  await typeText(window, SECRET);
  await allKept(window);
  await tab.front();
  const before = await driver.tab(web.url('/textarea'));
  await until('another tab is before the webmail', () => tab.evaluate(() => document.hidden));
  // Another one works in the database, for as long as we want.
  const other = await driver.page('settings.html');
  await other.evaluate(async () => {
    const open = indexedDB.open('waxseal-drafts', 1);
    const db = await new Promise<IDBDatabase>((resolve) => {
      open.onsuccess = () => resolve(open.result);
    });
    const world = globalThis as unknown as { free: boolean };
    world.free = false;
    const store = db.transaction(['drafts', 'files'], 'readwrite').objectStore('drafts');
    const stay = (): void => {
      if (world.free) db.close();
      else store.count().onsuccess = stay;
    };
    stay();
  });
  await window.evaluate(() => {
    const world = globalThis as unknown as { steps: string[] };
    world.steps = [];
    globalThis.close = () => void world.steps.push('closed');
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      const begun = transaction.call(this, stores, mode, options);
      if (mode !== 'readwrite') return begun;
      world.steps.push('wanted');
      begun.addEventListener('complete', () => void world.steps.push('done'));
      return begun;
    };
  });
  const steps = (): Promise<string[]> => window.evaluate(() => (globalThis as unknown as { steps: string[] }).steps);
  await window.front();
  await window.press('Control+Enter');
  await shows(window, say('there'));
  await until('the draft is to be told', async () => (await steps()).includes('wanted'));
  await button(window, say('go_to_webmail')).click();
  await until('the webmail is in front', () => tab.evaluate(() => !document.hidden));
  await other.evaluate(() => void Object.assign(globalThis, { free: true }));
  await until('it closes', async () => (await steps()).includes('closed'));
  assert.deepEqual(await steps(), ['wanted', 'done', 'closed']);
  assert.deepEqual(await counted(), [0, 1]);
  await other.close();
  await before.close();
  await window.close();
});

test('closing keeps it or deletes it, as the user says', async () => {
  const window = await writeNew();
  await typeText(window, SECRET);
  await button(window, say('close')).click();
  await shows(window, say('close_title'));
  await button(window, say('close_keep')).click();
  await until('the window has closed', () => window.gone());
  const next = await writeNew();
  await shows(next, say('drafts_one'));
  await button(next, say('draft_delete')).click();
  await shows(next, say('draft_delete_title'));
  await button(next, say('draft_delete')).click();
  await until('it is not offered', async () => (await offers(next)) === 0);
  assert.deepEqual(await counted(), [0, 0]);
  await typeText(next, 'another');
  await allKept(next);
  await button(next, say('close')).click();
  await button(next, say('draft_delete')).click();
  await until('the window has closed', () => next.gone());
  assert.deepEqual(await storedDrafts(driver), { drafts: [], files: [] });
});

/** Leaves a draft with this text behind, for bob. */
async function leave(text: string): Promise<void> {
  const window = await writeNew();
  await addRecipient(window, say('header_to'), 'bob@example.test');
  await typeText(window, text);
  await close(window);
}

/** Keeps the mail of a window as a draft, and closes it. */
async function close(window: View): Promise<void> {
  await button(window, say('close')).click();
  await button(window, say('close_keep')).click();
  await until('the window has closed', () => window.gone());
}

/** Goes on with the only draft that a window offers. */
async function goOn(window: View, text: string): Promise<void> {
  await button(window, say('draft_continue')).click();
  await until(`"${text}" is back`, async () => (await editorText(window)).includes(text));
  await until('it can be changed', () => button(window, say('encrypt')).enabled());
}

/** Goes on with the only draft that a window has of a mail that was put into the page. */
async function goOnDelivered(window: View, text: string): Promise<void> {
  await button(window, say('drafts_delivered_one')).click();
  await goOn(window, text);
}

test('a draft listed in two windows: what the other one made of it counts, and nobody takes it away meanwhile', async () => {
  await leave(SECRET);
  const first = await writeNew();
  const second = await writeNew();
  assert.deepEqual(await Promise.all([offers(first), offers(second)]), [1, 1]);
  await first.front();
  await goOn(first, SECRET);
  await typeText(first, ' And the second.');

  await second.front();
  await button(second, say('draft_continue')).click();
  await shows(second, say('draft_elsewhere'));
  await button(second, say('draft_delete')).click();
  await shows(second, say('draft_delete_title'));
  await button(second, say('draft_delete')).click();
  await until('the question is gone', async () => !(await second.text()).includes(say('draft_delete_title')));
  await shows(second, say('draft_elsewhere'));
  assert.deepEqual(await counted(), [1, 0]);
  assert.equal((await editorText(second)).trim(), '');

  await first.front();
  await close(first);
  await second.front();
  await goOn(second, 'And the second.');
  const third = await writeNew();
  assert.equal(await offers(third), 0);
  await third.close();
  await close(second);

  const [fourth, fifth] = [await writeNew(), await writeNew()];
  await fourth.front();
  await goOn(fourth, 'And the second.');
  await fourth.click('.editing');
  await finish(fourth);
  await fifth.front();
  await button(fifth, say('draft_continue')).click();
  await shows(fifth, say('draft_delivered'));
  await until('it is not offered', async () => (await offers(fifth)) === 0);
  await shows(fifth, say('drafts_delivered_one'));
  const sixth = await writeNew();
  await goOnDelivered(sixth, 'And the second.');
  await button(sixth, say('close')).click();
  await button(sixth, say('draft_delete')).click();
  await until('the window has closed', () => sixth.gone());
  await fifth.front();
  await button(fifth, say('drafts_delivered_one')).click();
  await button(fifth, say('draft_continue')).click();
  await shows(fifth, say('draft_gone'));
  await fifth.close();
  assert.deepEqual(await storedDrafts(driver), { drafts: [], files: [] });
});

/** Deletes the draft of a window that is being written in, and closes it. */
async function discard(window: View): Promise<void> {
  await button(window, say('close')).click();
  await button(window, say('draft_delete')).click();
  await until('the window has closed', () => window.gone());
}

test('what was typed in the page and taken over gives way to a draft only when the user says so, and stays as a draft', async () => {
  await leave('The draft from before.');
  await tab.goto(web.url('/contenteditable'));
  await tab.click('#body');
  await tab.type('Dear mayor');
  const window = await write(driver, tab);
  await until('the text is taken over', async () => (await editorText(window)).includes('Dear mayor'));
  await button(window, say('draft_continue')).click();
  await shows(window, say('draft_replace_title'));
  await button(window, say('cancel')).click();
  assert.match(await editorText(window), /Dear mayor/);
  assert.deepEqual(await counted(), [1, 0]);
  await button(window, say('draft_continue')).click();
  await shows(window, say('draft_replace_title'));
  await goOn(window, 'The draft from before.');
  assert.deepEqual(await counted(), [2, 0]);
  await window.click('.editing');
  await finish(window);
  assert.equal(gpg.decrypt((await formOf(tab)).text).text, 'The draft from before.');
  const next = await writeNew();
  await goOn(next, 'Dear mayor');
  await discard(next);
});

test('while a mail is being made no draft takes its place, and the draft stays', async () => {
  await leave('The draft that stays.');
  await lockNow(driver);
  const window = await writeNew();
  await addRecipient(window, say('header_to'), 'bob@example.test');
  await typeText(window, SECRET);
  await window.press('Control+Enter');
  await shows(window, say('waiting_for_unlock'));
  await window.click('.drafts button', { blind: true });
  // Whatever that has begun would have been drawn before this.
  await window.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  assert.ok(!(await window.text()).includes(say('draft_replace_title')));
  await unlock(driver);
  await shows(window, say('there'));
  await button(window, say('go_to_webmail')).click();
  await until('the window has closed', () => window.gone());
  assert.equal(gpg.decrypt((await formOf(tab)).text).text, SECRET);
  const next = await writeNew();
  await goOn(next, 'The draft that stays.');
  await button(next, say('close')).click();
  await button(next, say('draft_delete')).click();
  await until('the window has closed', () => next.gone());
  assert.deepEqual(await counted(), [0, 1]);
});

test('a picture whose file was removed does not come back; where a step back brings in its place, words stand there, in the mail and in the draft', async () => {
  const window = await writeNew();
  await addRecipient(window, say('header_to'), 'bob@example.test');
  await typeText(window, SECRET);
  const drawn = () => window.count('.editing .inline-picture');
  const insert = async () => {
    await window.upload("document.querySelector('.choose-picture')", [path.join(extension, 'icons/48.png')]);
    await until('the picture is in the text', async () => (await window.count('.editing img[src^="blob:"]')) === 1);
    await window.click('.editing');
  };
  await insert();
  // Something else in between: one step back is then that alone, however fast this goes.
  await window.press('Control+Home');
  await window.type('Before it: ');
  await button(window, say('remove_file', '48.png')).click();
  await until('it is out of the text', async () => (await drawn()) === 0);
  await window.click('.editing');
  await window.press('Control+z');
  await until('what was typed is undone', async () => !(await editorText(window)).includes('Before it'));
  assert.equal((await editorText(window)).trim(), SECRET);

  // Taken out of the text by a step back, before its file goes; and a step forward.
  await insert();
  await window.press('Control+z');
  await until('it is undone', async () => (await drawn()) === 0);
  await button(window, say('remove_file', '48.png')).click();
  await window.click('.editing');
  await window.press('Control+y');
  await until('it is done again', async () => (await editorText(window)).includes('['));
  assert.match(await editorText(window), /\[48\.png\]/);
  assert.equal(await drawn(), 0);
  await window.press('Control+Enter');
  await shows(window, say('there'));
  const mail = readEntity(gpg.decrypt((await formOf(tab)).text).text);
  const [markup] = partsOf(mail, 'text/html');
  assert.match(markup?.body.toString() ?? '', /\[48\.png\]/);
  await button(window, say('back_to_writing')).click();
  await close(window);
  const next = await writeNew();
  await goOn(next, SECRET);
  assert.match(await editorText(next), /\[48\.png\]/);
  await discard(next);
});

test('a draft that was damaged is said to be so, and stays', async () => {
  const window = await writeNew();
  await typeText(window, SECRET);
  await allKept(window);
  await window.close();
  const forged = gpg.encrypt('Content-Type: application/json; name="draft.json"\n\n{"version":1,"to":"all"}\n', [
    alice.fingerprint,
  ]);
  const { drafts } = await storedDrafts(driver);
  await storeDrafts(driver, { drafts: drafts.map((one) => ({ ...one, armored: forged })) });
  const next = await writeNew();
  await button(next, say('draft_continue')).click();
  await shows(next, say('draft_unreadable'));
  assert.equal((await editorText(next)).trim(), '');
  assert.equal(await offers(next), 1);
  await button(next, say('draft_delete')).click();
  await shows(next, say('draft_delete_title'));
  await button(next, say('draft_delete')).click();
  await until('it is not offered', async () => (await offers(next)) === 0);
  await next.close();
});

/** Drafts that were left behind so many days ago. */
function aged(days: readonly number[]): DraftRecord[] {
  const draft = { version: 1, host: 'x.test', armored: 'x' };
  return days.map((ago, at) => ({ ...draft, id: `old-${at}`, saved: Date.now() - ago * 86_400_000 }));
}

test('a draft that was left behind stays until the user deletes it, however old it is and however many there are', async () => {
  const many = aged([2, ...Array.from({ length: 24 }, (_, at) => 40 + at), 500]);
  await storeDrafts(driver, { drafts: many });
  const window = await writeNew();
  await shows(window, say('drafts_other', String(many.length)));
  const inSight = (): Promise<number> =>
    window.evaluate(() => [...document.querySelectorAll('.drafts li')].filter((one) => one.checkVisibility()).length);
  assert.equal(await inSight(), 5);
  await typeText(window, SECRET);
  await allKept(window);
  const left = async (): Promise<string[]> => {
    const { drafts } = await storedDrafts(driver);
    return drafts.map(({ id }) => id).filter((id) => id.startsWith('old-'));
  };
  assert.equal((await left()).length, many.length);
  await button(window, say('drafts_older_other', String(many.length - 5))).click();
  await until('all are in sight', async () => (await inSight()) === many.length);
  // The oldest of them.
  await window.click('.older-drafts li:last-child .danger');
  await shows(window, say('draft_delete_title'));
  await button(window, say('draft_delete')).click();
  await shows(window, say('drafts_older_other', String(many.length - 6)));
  assert.equal(await inSight(), many.length - 1);
  const ids = await left();
  assert.ok(ids.length === many.length - 1 && !ids.includes(`old-${many.length - 1}`));
  await close(window);
  assert.equal((await counted())[0], many.length);
});

test('where there is no room for a draft the window says so, and keeps it once there is', async () => {
  await storeDrafts(driver, { drafts: aged([2]) });
  const window = await writeNew();
  await window.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    const world = globalThis as unknown as { room: () => void };
    world.room = () => void Object.assign(IDBObjectStore.prototype, { put });
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('', 'QuotaExceededError');
    };
  });
  await typeText(window, SECRET);
  await shows(window, say('draft_full'));
  assert.deepEqual(await counted(), [1, 0]);
  await window.evaluate(() => (globalThis as unknown as { room: () => void }).room());
  await button(window, say('draft_delete')).click();
  await shows(window, say('draft_delete_title'));
  await button(window, say('draft_delete')).click();
  await allKept(window);
  assert.deepEqual(await counted(), [1, 0]);
  await close(window);
  const next = await writeNew();
  await goOn(next, SECRET);
  await discard(next);
});

test('without a key of one’s own nothing is kept, and the window says so and asks', async () => {
  const bare = await browser();
  await importKeys(bare, bob.public);
  const page = await bare.tab(web.url('/contenteditable'));
  await switchSite(bare, page);
  await page.goto(web.url('/contenteditable'));
  const window = await write(bare, page);
  await typeText(window, SECRET);
  await shows(window, say('draft_no_key'));
  await button(window, say('close')).click();
  await shows(window, say('discard_title'));
  await button(window, say('close_stay')).click();
  assert.match(await editorText(window), new RegExp(SECRET));
  await bare.close();
});

test('the password of the mail before does not go along with a draft that is continued', async () => {
  const left = await writeNew();
  await addRecipient(left, say('header_to'), 'bob@example.test');
  await typeText(left, SECRET);
  await allKept(left);
  await left.close();
  const window = await writeNew();
  const wanted = toggle(window, say('use_password'));
  await wanted.click();
  await field(window, say('message_password')).fill('for somebody else 41');
  await button(window, say('draft_continue')).click();
  await until('the text is back', async () => (await editorText(window)).includes(SECRET));
  assert.equal(await wanted.checked(), false);
  assert.equal(await window.count('.with-password wx-passphrase'), 0);
  await window.close();
});
