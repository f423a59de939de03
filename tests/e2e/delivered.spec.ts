// A mail that was put into the webmail is not sent yet: its text stays for a while. And what else must not get lost of a draft:
// who signs it, its text when a file of it is damaged, all of it when the browser is short of room.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import { allKept, type DraftRecord, storeDrafts, storedDrafts } from './support/drafts.js';
import type { Gpg } from './support/gpg.js';
import { browser, extension, kind, say, start } from './support/session.js';
import type { Site } from './support/site.js';
import { cards, importKeys, openCard, PASSPHRASE, switchSite, unlock } from './support/steps.js';
import { addRecipient, editorText, finish, formOf, partsOf, readEntity, typeText, write } from './support/write.js';
import { startWriter, type Writer } from './support/writer.js';

const TEXT = 'The boat lies behind the mill.';
const SUBJECT = 'Reeds';
const DAY = 86_400_000;
let writer: Writer;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let tab: View;

before(async () => {
  writer = await startWriter();
  ({ driver, gpg, web, tab } = writer);
});
after(() => writer?.close());
beforeEach(async () => void (await storeDrafts(driver, {})));

/** A window to write in, from an empty form: what stood in the one before is gone. */
async function writeNew(): Promise<View> {
  await tab.goto(web.url('/contenteditable'));
  return write(driver, tab);
}

/** The same, with a mail to bob. */
async function begin(text = TEXT): Promise<View> {
  const window = await writeNew();
  await addRecipient(window, say('header_to'), 'bob@example.test');
  await field(window, say('header_subject')).fill(SUBJECT);
  await typeText(window, text);
  return window;
}

const offers = (window: View): Promise<number> => window.count('.drafts li');
const folded = (window: View): Promise<number> => window.count('.delivered-drafts');

async function backIs(window: View, text: string): Promise<void> {
  await until(`"${text}" is back`, async () => (await editorText(window)).includes(text));
  await until('it can be changed', () => button(window, say('encrypt')).enabled());
}

async function closeWith(window: View, answer: 'close_keep' | 'draft_delete' | 'discard'): Promise<void> {
  await button(window, say('close')).click();
  await button(window, say(answer)).click();
  await until('the window has closed', () => window.gone());
}

/** The only draft that is stored. */
async function only(): Promise<DraftRecord> {
  const { drafts } = await storedDrafts(driver);
  assert.equal(drafts.length, 1);
  return drafts[0] as DraftRecord;
}

/** A draft, as gpg has decrypted it. */
function draftIn(entity: string): { subject: string; files: { id: string; name: string }[] } {
  return JSON.parse(partsOf(readEntity(entity), 'application/json')[0]?.body.toString() ?? '');
}

/** Ages the only draft, as if its mail had been put into the page so much earlier, in milliseconds. */
async function age(by: number): Promise<void> {
  const { files } = await storedDrafts(driver);
  const draft = await only();
  assert.ok(draft.delivered);
  await storeDrafts(driver, { drafts: [{ ...draft, delivered: draft.delivered - by }], files });
}

test('a mail that was put into the page and never went out can be gone on with for three days', async () => {
  const window = await begin();
  const note = writer.onDisk('reeds.txt', TEXT);
  await window.upload("document.querySelector('.choose-files')", [note]);
  await shows(window, 'reeds.txt');
  await window.press('Control+Enter');
  await shows(window, say('there'));
  await shows(window, say('there_kept'));
  await button(window, say('go_to_webmail')).click();
  await until('the window has closed', () => window.gone());
  const { text, signers } = gpg.decrypt((await only()).armored);
  assert.deepEqual(signers, []);
  assert.equal(draftIn(text).subject, SUBJECT);
  const { drafts, files } = await storedDrafts(driver);
  for (const word of [TEXT, SUBJECT, 'reeds.txt']) assert.ok(!JSON.stringify([drafts, files]).includes(word), word);
  assert.equal(files.length, 1);

  // The form is gone, and nobody has pressed Send.
  const next = await writeNew();
  await shows(next, say('drafts_delivered_one'));
  assert.equal(await offers(next), 0, 'it is none that was left behind');
  const unfolded = () => next.evaluate(() => document.querySelector('.delivered-drafts li')?.checkVisibility());
  assert.equal(await unfolded(), false);
  await button(next, say('drafts_delivered_one')).click();
  await shows(next, say('draft_delivered_of', '', new URL(web.origin).host).replace(/^, /, ''));
  await button(next, say('draft_continue')).click();
  await backIs(next, TEXT);
  assert.equal(await field(next, say('header_subject')).value(), SUBJECT);
  await shows(next, 'reeds.txt');
  assert.equal(await folded(next), 0);
  // From now on it is a draft like others.
  await until('it is kept as one', async () => (await only()).delivered === undefined);
  await next.close();
  const third = await writeNew();
  assert.deepEqual([await offers(third), await folded(third)], [1, 0]);
  await button(third, say('draft_continue')).click();
  await backIs(third, TEXT);
  await third.click('.editing');
  await finish(third);
  assert.ok((await only()).delivered, 'there is one draft of it, however often it is put there');

  await age(3 * DAY - DAY / 24);
  const fourth = await writeNew();
  assert.equal(await folded(fourth), 1);
  await fourth.close();
  await age(DAY / 12);
  const fifth = await writeNew();
  assert.equal(await folded(fifth), 0);
  assert.deepEqual(await storedDrafts(driver), { drafts: [], files: [] });
  await fifth.close();
});

test('it goes when the browser starts, too, and what was left behind stays', async (context) => {
  // Nobody else can say that the browser starts.
  if (kind !== 'chromium') return context.diagnostic('only Chromium can be told so');
  const draft = { version: 1, host: 'x.test', armored: 'x', saved: Date.now() - 4 * DAY };
  await storeDrafts(driver, {
    drafts: [
      { ...draft, id: 'left' },
      { ...draft, id: 'lately', delivered: Date.now() - 2 * DAY },
      { ...draft, id: 'over', delivered: Date.now() - 4 * DAY },
    ],
    files: [{ key: 'over/map', draft: 'over', armored: 'x' }],
  });
  await driver.background(() => (chrome.runtime.onStartup as unknown as { dispatch(): void }).dispatch());
  const ids = async () => (await storedDrafts(driver)).drafts.map(({ id }) => id).sort();
  await until('it has gone', async () => !(await ids()).includes('over'));
  assert.deepEqual(await ids(), ['lately', 'left']);
  assert.deepEqual((await storedDrafts(driver)).files, []);
});

test('it can be deleted before', async () => {
  await finish(await begin());
  const window = await writeNew();
  await button(window, say('drafts_delivered_one')).click();
  await button(window, say('draft_delete')).click();
  await shows(window, say('draft_delete_title'));
  await button(window, say('draft_delete')).click();
  await until('it is offered no more', async () => (await folded(window)) === 0);
  await until('the focus is in the text', () =>
    window.evaluate(() => document.activeElement?.classList.contains('editing') ?? false),
  );
  assert.deepEqual(await storedDrafts(driver), { drafts: [], files: [] });
  await window.close();
});

test('from the mail that was put there one gets back to its text; what is put there then takes its place', async () => {
  const window = await begin();
  await window.press('Control+Enter');
  await shows(window, say('there'));
  await button(window, say('back_to_writing')).click();
  await until('the focus is in the text', () =>
    window.evaluate(() => document.activeElement?.classList.contains('editing') ?? false),
  );
  assert.ok((await only()).delivered, 'as long as nothing is changed it is the mail in the page');
  await typeText(window, ' And the oars too.');
  await until('it is a draft again', async () => (await only()).delivered === undefined);
  await finish(window);
  assert.equal(gpg.decrypt((await formOf(tab)).text).text, `${TEXT} And the oars too.`);
  assert.ok((await only()).delivered);
});

test('without a key of one’s own the text is in the window alone, which says so and stays', async () => {
  const bare = await browser();
  await importKeys(bare, writer.bob.public);
  const page = await bare.tab(web.url('/textarea'));
  await switchSite(bare, page);
  await page.goto(web.url('/textarea'));
  const window = await write(bare, page);
  await typeText(window, TEXT);
  await window.press('Control+Enter');
  await shows(window, say('there'));
  await shows(window, say('there_unkept'));
  await page.front();
  const front = await bare.tab(web.url('/textarea'));
  await until('another tab is before the webmail', () => page.evaluate(() => document.hidden));
  await window.front();
  await button(window, say('go_to_webmail')).click();
  await until('the webmail is in front', () => page.evaluate(() => !document.hidden));
  await front.close();
  await window.front();
  await button(window, say('close')).click();
  await shows(window, say('discard_title'));
  await button(window, say('close_stay')).click();
  await button(window, say('back_to_writing')).click();
  await backIs(window, TEXT);
  await closeWith(window, 'discard');
  await bare.close();
});

test('a file that is damaged takes neither the text nor the others with it', async () => {
  const window = await begin();
  const names = ['good.txt', 'gone.txt', 'broken.txt', 'other.txt'];
  await window.upload(
    "document.querySelector('.choose-files')",
    names.map((name) => writer.onDisk(name, name)),
  );
  await window.upload("document.querySelector('.choose-picture')", [path.join(extension, 'icons/48.png')]);
  await until('the picture is in the text', async () => (await window.count('.editing img[src^="blob:"]')) === 1);
  await allKept(window);
  assert.equal((await storedDrafts(driver)).files.length, 5);
  await window.close();
  const { drafts, files } = await storedDrafts(driver);
  const draft = draftIn(gpg.decrypt((await only()).armored).text);
  const keyOf = (name: string) => `${drafts[0]?.id}/${draft.files.find((one) => one.name === name)?.id}`;
  const another = files.find(({ key }) => key === keyOf('good.txt'))?.armored ?? '';
  const change = (one: (typeof files)[number]) => {
    if (one.key === keyOf('broken.txt'))
      return [{ ...one, armored: one.armored.replace(/\n[^\n]{10}/, '\nAAAAAAAAAA') }];
    // Of the same length as the one that it was, as far as anybody sees from outside, but another one.
    if (one.key === keyOf('other.txt')) return [{ ...one, armored: another }];
    return [keyOf('gone.txt'), keyOf('48.png')].includes(one.key) ? [] : [one];
  };
  await storeDrafts(driver, { drafts, files: files.flatMap(change) });
  const next = await writeNew();
  await button(next, say('draft_continue')).click();
  await backIs(next, TEXT);
  const left = await next.evaluate(() =>
    [...document.querySelectorAll('.file-name')].map((one) => one.textContent?.trim()),
  );
  assert.deepEqual(left, ['good.txt']);
  await shows(next, start('draft_files_lost'));
  for (const name of ['gone.txt', 'broken.txt', 'other.txt', '48.png']) await shows(next, name);
  assert.match(await editorText(next), /\[48\.png\]/);
  // As long as nothing is changed it is stored as it was.
  assert.equal((await storedDrafts(driver)).files.length, 3);
  await next.click('.editing');
  await finish(next);
  const mail = readEntity(gpg.decrypt((await formOf(tab)).text).text);
  assert.ok(partsOf(mail, 'text/plain').some(({ body }) => body.toString() === 'good.txt'));
});

test('Chromium is asked to leave drafts alone; in Firefox, which would ask the user, nobody is', async () => {
  const window = await writeNew();
  await window.evaluate(() => {
    const world = globalThis as unknown as { asked: number };
    world.asked = 0;
    StorageManager.prototype.persist = async () => {
      world.asked += 1;
      return false;
    };
  });
  await typeText(window, TEXT);
  await allKept(window);
  const asked = await window.evaluate(() => (globalThis as unknown as { asked: number }).asked);
  assert.equal(asked, kind === 'chromium' ? 1 : 0);
  await closeWith(window, 'draft_delete');
});

/** The key that opens a draft, by its fingerprint. */
function readerOf(armored: string): string | undefined {
  const args = ['--status-fd', '1', '--passphrase', '', '--output', '/dev/null', '--decrypt'];
  return /DECRYPTION_KEY \w+ ([0-9A-F]+)/.exec(gpg.run(args, armored).toString())?.[1]?.toLowerCase();
}

test('who signs belongs to the draft; when that key is gone nobody else signs without a word', async () => {
  const nym = gpg.key('Reed Warbler <reed@example.test>');
  await importKeys(driver, nym.secret, PASSPHRASE);
  const settings = await driver.page('settings.html');
  await field(settings, say('set_default_key')).choose('Alice Ålund <alice@example.test>');
  await shows(settings, say('saved'));
  await settings.close();
  const signer = async (window: View): Promise<string> =>
    window.evaluate(() => (document.querySelector('#signer') as HTMLSelectElement).value);
  const window = await begin();
  const usual = await signer(window);
  assert.equal(usual, writer.alice.fingerprint);
  const other = await window.evaluate(
    (found) => document.querySelector<HTMLOptionElement>(`#signer option[value="${found}"]`)?.textContent?.trim() ?? '',
    nym.fingerprint,
  );
  await field(window, say('sign_as')).choose(other);
  await until('it is encrypted to that key', async () => {
    const { drafts } = await storedDrafts(driver);
    return drafts.some(({ armored }) => readerOf(armored) === nym.fingerprint);
  });
  await window.close();

  // Chosen in the window before, it does not stay for a draft of somebody else either.
  const next = await writeNew();
  assert.equal(await signer(next), usual);
  await button(next, say('draft_continue')).click();
  await unlock(driver);
  await backIs(next, TEXT);
  assert.equal(await signer(next), nym.fingerprint);
  await next.click('.editing');
  await finish(next);
  assert.deepEqual(gpg.decrypt((await formOf(tab)).text).signers, [nym.fingerprint]);

  const last = await begin();
  await field(last, say('sign_as')).choose(other);
  await allKept(last);
  const keys = await driver.page('keys.html');
  await openCard(keys, 'Reed Warbler');
  await button(keys, 'Delete').click();
  await toggle(keys, say('delete_own_confirm')).click();
  await button(keys, 'Delete').click();
  await until('it is gone', async () => !(await cards(keys)).some((card) => card.includes('Reed Warbler')));
  await keys.close();
  await last.front();
  await shows(last, say('signer_gone'));
  await last.press('Control+Enter');
  await shows(last, say('why_signer_gone'));
  await until('it is asked for', () => last.evaluate(() => document.activeElement?.id === 'signer'));
  // The draft says so, too: it is kept for the key that is left.
  await until('it is encrypted to that key', async () => {
    const { drafts } = await storedDrafts(driver);
    return drafts.some(({ delivered, armored }) => !delivered && readerOf(armored) === usual);
  });
  await last.close();
  const again = await writeNew();
  await button(again, say('draft_continue')).click();
  await backIs(again, TEXT);
  await shows(again, say('signer_gone'));
  await field(again, say('sign_as')).choose(await again.text('#signer option:last-child'));
  await until('it is said no more', async () => !(await again.text()).includes(say('signer_gone')));
  await again.click('.editing');
  await finish(again);
  assert.deepEqual(gpg.decrypt((await formOf(tab)).text).signers, [usual]);
});
