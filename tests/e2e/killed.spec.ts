// The browser dies at once, as when the machine loses its power or kills it: what was stored is there when it is started again.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { newFolder, removeFolder } from '../harness/folders.js';
import { button, type Driver, field, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import { allKept } from './support/drafts.js';
import { given } from './support/given.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { archive, browser, kind, say } from './support/session.js';
import { type Site, site } from './support/site.js';
import { listed, unlock } from './support/steps.js';
import {
  addRecipient,
  composeForm,
  editorText,
  finish,
  formOf,
  partsOf,
  readEntity,
  typeText,
  write,
} from './support/write.js';

const SECRET = 'Under the third willow, behind the weir.';
const SUBJECT = 'Willows and water';
const NAME = 'riverbank-survey.bin';
/** What the browser itself writes down of the extension, or the name of a field of a draft. */
const PUBLIC = ['waxseal', 'armored'];
const FILE = crypto.randomBytes(2 * 1024 * 1024);
let profile: string;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let alice: GpgKey;
let bob: GpgKey;

before(async () => {
  gpg = new Gpg();
  alice = gpg.key('Alice <alice@example.test>');
  bob = gpg.key('Bob <bob@example.test>');
  profile = newFolder(path.join(os.tmpdir(), 'waxseal-killed-'));
  // It ends well once: that there is an extension the browser may write down only some seconds after it has come.
  await (await begin()).close();
  [driver, web] = await Promise.all([begin(), site()]);
  web.put('/form', composeForm('textarea'));
});
after(async () => {
  await driver?.close();
  gpg?.close();
  web?.close();
  await removeFolder(profile);
});

/** Starts the browser with the one profile. */
function begin(): Promise<Driver> {
  return browser({ profile, ...(kind === 'firefox' && { archive: archive() }) });
}

/** A tab with a form to write in. The browser may not have had the time to keep that the site is switched on. */
async function form(): Promise<View> {
  const tab = await driver.tab(web.url('/form'));
  await given(driver, { sites: [tab] });
  return tab;
}

/** Writes a mail, and waits until it is kept. */
async function writes(tab: View, data: Buffer): Promise<View> {
  const window = await write(driver, tab);
  await addRecipient(window, say('header_to'), 'bob@example.test');
  await field(window, say('header_subject')).fill(SUBJECT);
  await typeText(window, SECRET);
  const file = path.join(gpg.home, NAME);
  fs.writeFileSync(file, data);
  await window.upload("document.querySelector('.choose-files')", [file]);
  await allKept(window);
  return window;
}

/** Takes the draft up that is left from before, in a browser whose keys are locked. */
async function takesUp(tab: View): Promise<View> {
  const window = await write(driver, tab);
  await shows(window, say('drafts_one'));
  await button(window, say('draft_continue')).click();
  await shows(window, say('waiting_for_unlock'));
  await unlock(driver);
  await until('the text is back', async () => (await editorText(window)).includes(SECRET));
  assert.equal(await field(window, say('header_subject')).value(), SUBJECT);
  await shows(window, NAME);
  return window;
}

/** All files below a folder. */
function* filesIn(folder: string): Generator<string> {
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) yield path.join(entry.parentPath, entry.name);
  }
}

test('while a mail is written: what was kept is taken up again, and nothing on the disk tells of it', async () => {
  const tab = await form();
  await given(driver, { own: [alice], contacts: [bob], unlocked: true });
  const window = await writes(tab, FILE);
  // This may be kept or not.
  await typeText(window, ' Not before dusk.');
  await driver.kill();
  const forms = [SECRET, SUBJECT, NAME].flatMap((word) => [Buffer.from(word), Buffer.from(word, 'utf16le')]);
  let known = 0;
  for (const file of filesIn(profile)) {
    const data = fs.readFileSync(file);
    for (const word of [...forms, FILE.subarray(0, 64)]) assert.ok(!data.includes(word), `${word} in ${file}`);
    if (PUBLIC.some((word) => data.includes(word))) known++;
  }
  assert.ok(known > 0, 'what is no secret is found like that');

  driver = await begin();
  const next = await form();
  const again = await takesUp(next);
  await again.click('.editing');
  await finish(again);
  const { text, signers } = gpg.decrypt((await formOf(next)).files[0]?.text ?? '');
  assert.deepEqual(signers, [alice.fingerprint]);
  const [attached] = partsOf(readEntity(text), 'application/octet-stream');
  assert.ok(attached?.body.equals(FILE), 'the file is what it was');
});

test('while a mail is put into the page: it is there as a draft, and no key is lost', async () => {
  const tab = await form();
  const window = await writes(tab, Buffer.concat(Array.from({ length: 10 }, () => FILE)));
  await window.press('Control+Enter');
  await shows(window, say('putting'));
  await driver.kill();

  driver = await begin();
  const page = await driver.page('keys.html');
  for (const name of ['Alice', 'Bob']) await listed(page, name);
  await page.close();
  await takesUp(await form());
});
