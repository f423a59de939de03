// Browsers whose extensions talk in JSON: Chromium before version 148. The one that is here is told to.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { newFolder, removeFolder } from '../harness/folders.js';
import { button, type Driver, until } from '../harness/index.js';
import { readerWith, shows } from './support/desk.js';
import { browser, extension, kind, say } from './support/session.js';
import { escaped, page } from './support/site.js';
import { editorText, finish, formOf, partsOf, readEntity, typeText, write, writeWindow } from './support/write.js';
import { startWriter, type Writer } from './support/writer.js';

const TEXT = 'See the ledger.';
/** Several pieces. */
const LEDGER = crypto.randomBytes(1_500_000);
let writer: Writer;
let folder: string;

before(async () => {
  folder = newFolder(path.join(os.tmpdir(), 'waxseal-json-'));
  fs.cpSync(extension, folder, { recursive: true });
  const file = path.join(folder, 'manifest.json');
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  assert.equal(manifest.message_serialization, 'structured_clone');
  delete manifest.message_serialization;
  fs.writeFileSync(file, JSON.stringify(manifest));
  // Firefox has only the other way.
  writer = await startWriter([], kind === 'chromium' ? { extension: folder } : {});
});
after(async () => {
  await writer?.close();
  await removeFolder(folder);
});

/** Whether octets arrive as what they are. */
async function carries(driver: Driver): Promise<boolean> {
  const [there, here] = [await driver.page('keys.html'), await driver.page('settings.html')];
  await there.evaluate(() => {
    chrome.runtime.onMessage.addListener((message: { probe?: unknown }) => {
      if (message.probe) document.title = ArrayBuffer.isView(message.probe) ? 'octets' : 'text';
    });
  });
  // Nobody answers.
  await here.evaluate(() => void chrome.runtime.sendMessage({ probe: new Uint8Array(1) }).catch(() => undefined));
  const heard = await until('it is heard', async () => {
    const title = await there.evaluate(() => document.title);
    return ['octets', 'text'].includes(title) && title;
  });
  await Promise.all([there.close(), here.close()]);
  return heard === 'octets';
}

test('messages carry octets, unless the browser knows no way for it', async () => {
  assert.equal(await carries(writer.driver), kind === 'firefox');
  const driver = await browser();
  try {
    assert.ok(await carries(driver));
  } finally {
    await driver.close();
  }
});

test('a mail with a large file gets into the page, is read there, and forwarded with its file', async () => {
  const { driver, gpg, web, tab, onDisk } = writer;
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, TEXT);
  await window.upload("document.querySelector('.choose-files')", [onDisk('ledger.bin', LEDGER)]);
  await shows(window, 'ledger.bin');
  await finish(window);
  const [file] = (await formOf(tab)).files;
  assert.equal(file?.name, 'encrypted.asc');
  const [attached] = partsOf(readEntity(gpg.decrypt(file.text).text), 'application/octet-stream');
  assert.ok(attached?.body.equals(LEDGER));

  web.put('/block', page(`<pre>${escaped(file.text)}</pre>`));
  await tab.goto(web.url('/block'));
  const frame = await readerWith(driver, tab, 'ledger.bin');
  await button(frame, say('forward')).click();
  const forwarded = await writeWindow(driver);
  await until('it is quoted', async () => (await editorText(forwarded)).includes(TEXT));
  await shows(forwarded, 'ledger.bin');
  await forwarded.close();
});
