// The database of drafts, when the browser or somebody else takes it away: it is opened anew, and what cannot be known is said.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import { storeDrafts, storedDrafts } from './support/drafts.js';
import { extension, say, start } from './support/session.js';
import { editorText, typeText, write } from './support/write.js';
import { startWriter, type Writer } from './support/writer.js';

const PICTURE = path.join(extension, 'icons/48.png');
let writer: Writer;
let driver: Driver;

before(async () => {
  writer = await startWriter();
  ({ driver } = writer);
});
after(() => writer?.close());

/** A window to write in, from an empty form. */
async function writeNew(): Promise<View> {
  const { tab, web } = writer;
  await tab.goto(web.url('/contenteditable'));
  return write(driver, tab);
}

/** Another page deletes the database; then there is one of this version, if any is given. */
async function replaceDatabase(version = 0): Promise<void> {
  const page = await driver.page('settings.html');
  await page.evaluate(async (wanted) => {
    const done = (request: IDBOpenDBRequest) =>
      new Promise<void>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result?.close());
        request.onerror = () => reject(request.error);
      });
    await done(indexedDB.deleteDatabase('waxseal-drafts'));
    if (wanted > 0) await done(indexedDB.open('waxseal-drafts', wanted));
  }, version);
  await page.close();
}

async function goOn(window: View, text: string): Promise<void> {
  await button(window, say('draft_continue')).click();
  await until(`"${text}" is back`, async () => (await editorText(window)).includes(text));
  await until('it can be changed', () => button(window, say('encrypt')).enabled());
}

test('when the database is taken away, a window that writes has a new one, with all of its draft in it', async () => {
  const window = await writeNew();
  await typeText(window, 'Before the storm.');
  const chart = writer.onDisk('chart.txt', 'shoals');
  await window.upload("document.querySelector('.choose-files')", [chart, PICTURE]);
  await until('all of it is kept', async () => {
    const { files } = await storedDrafts(driver);
    return files.length === 2 && (await window.text('.draft-line')).startsWith(start('draft_kept'));
  });
  await replaceDatabase();
  assert.deepEqual(await storedDrafts(driver), { drafts: [], files: [] });
  await window.front();
  await typeText(window, ' And after it.');
  await until('all of it is kept again', async () => (await storedDrafts(driver)).files.length === 2);
  await window.close();

  const next = await writeNew();
  await goOn(next, 'Before the storm. And after it.');
  assert.equal(await next.count('.write-files .file-list li'), 2);
  assert.ok(!(await next.text()).includes(start('draft_files_lost')));
  await button(next, say('close')).click();
  await button(next, say('draft_delete')).click();
  await until('the window has closed', () => next.gone());
});

test('when the database cannot be opened it is said that there may be drafts, and it is tried again', async () => {
  const window = await writeNew();
  await typeText(window, 'Left behind.');
  await button(window, say('close')).click();
  await button(window, say('close_keep')).click();
  await until('the window has closed', () => window.gone());
  const records = await storedDrafts(driver);
  // As a newer version would leave it.
  await replaceDatabase(2);
  const next = await writeNew();
  await shows(next, say('drafts_unknown'));
  await button(next, say('try_again')).click();
  await until('it was tried', () => button(next, say('encrypt')).enabled());
  await shows(next, say('drafts_unknown'));
  await typeText(next, 'Written meanwhile.');
  await shows(next, say('draft_failed'));
  await replaceDatabase();
  await storeDrafts(driver, records);
  await next.front();
  await button(next, say('try_again')).click();
  await shows(next, say('drafts_one'));
  assert.ok(!(await next.text()).includes(say('drafts_unknown')));
  await typeText(next, ' And kept.');
  await shows(next, start('draft_kept'));
  assert.equal((await storedDrafts(driver)).drafts.length, 2);
  await button(next, say('draft_continue')).click();
  await shows(next, say('draft_replace_title'));
  await goOn(next, 'Left behind.');
  await next.close();
});
