// Writing in Zimbra's classic web client, on a page with its structure and ways (`tests/pages/sites/zimbra.html`): its own
// buttons open its form for an answer, and files go through its own field into the draft on its server.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { button, type Driver, field, type View as Tab, until } from '../harness/index.js';
import { readerWith, shows } from './support/desk.js';
import { given } from './support/given.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { encrypted, mail, text } from './support/mime.js';
import { browser, say } from './support/session.js';
import { escaped } from './support/site.js';
import { addRecipient, editorText, finish, partsOf, readEntity, typeText, writeWindow } from './support/write.js';
import { type PutFile, WritePort } from './support/write-port.js';
import { type ShownMail, type View, type ZimbraSite, zimbraSite } from './support/zimbra-site.js';

const ALICE = 'Alice <alice@example.test>';
const BOB = 'Bob <bob@example.test>';
const CAROL = 'Carol <carol@example.test>';
type Mode = 'reply' | 'reply_all' | 'forward';
let driver: Driver;
let gpg: Gpg;
let alice: GpgKey;
let bob: GpgKey;
let web: ZimbraSite;
let tab: Tab;
let port: WritePort;

before(async () => {
  [driver, web] = await Promise.all([browser(), zimbraSite()]);
  gpg = new Gpg();
  alice = gpg.key(ALICE);
  bob = gpg.key(BOB);
  tab = await driver.tab(web.show('zimbra', []));
  await given(driver, { own: [bob], contacts: [alice, gpg.key(CAROL)], unlocked: true, sites: [tab] });
  port = await WritePort.open(driver);
});
beforeEach(() => {
  web.uploads = Promise.resolve(200);
});
after(async () => {
  await driver?.close();
  gpg?.close();
  web?.close();
});

/** A mail of alice's to bob and carol, encrypted as a whole. */
function secret(words: string): ShownMail {
  const content = encrypted(gpg, text(words), [bob.fingerprint], alice.fingerprint);
  return {
    from: ALICE,
    others: [['Carol', 'carol@example.test']],
    files: ['Unknown <application/pgp-encrypted>', 'encrypted.asc'],
    source: mail({ from: ALICE, to: `${BOB}, ${CAROL}`, subject: 'x' }, content),
  };
}

/** Shows mails anew. */
async function show(view: View, ...mails: ShownMail[]): Promise<void> {
  const url = web.show(view, mails);
  await tab.front();
  await tab.goto('about:blank');
  await tab.goto(url);
}

/** Answers the mail with these words from its reader. */
async function answer(words: string, mode: Mode): Promise<Tab> {
  await button(await readerWith(driver, tab, words), say(mode)).click();
  const window = await writeWindow(driver);
  await until('it is quoted', async () => (await editorText(window)).includes(words));
  return window;
}

/** What the page has opened: for which answer to which mail, its text, and the addresses in its fields. */
const opened = (): Promise<{ answers: string; text: string; to: string[] }[]> =>
  tab.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.ZmComposeView')].map((form) => ({
      answers: form.dataset.answers ?? '',
      text: form.querySelector<HTMLTextAreaElement>('.ZmHtmlEditorTextArea')?.value ?? '',
      to: [...form.querySelectorAll<HTMLElement>('.addrBubble')].map(
        (one) => `${/[^_]+(?=_row)/.exec(one.closest('tr')?.id ?? '')} ${one.dataset.address}`,
      ),
    })),
  );

for (const view of ['zimbra', 'zimbra-alone'] as const) {
  for (const [mode, people] of [
    ['reply', ['to alice@example.test']],
    ['reply_all', ['to alice@example.test', 'cc carol@example.test']],
    ['forward', ['to carol@example.test']],
  ] as const) {
    test(`${view}: ${mode} opens the form of the site for the mail of that reader, and the answer goes there`, async () => {
      const mails = [secret('the herons are back'), secret('the barge is late')];
      await show(view, ...(view === 'zimbra' ? mails : mails.slice(0, 1)));
      const window = await answer('the herons are back', mode);
      if (mode === 'forward') await addRecipient(window, say('header_to'), CAROL);
      await typeText(window, 'So it is.');
      await finish(window);
      const forms = await opened();
      assert.deepEqual(
        forms.map(({ answers, to }) => [answers, to]),
        [[`${mode} 257`, people]],
      );
      assert.match(gpg.decrypt(forms[0]?.text ?? '').text, /So it is\./);
    });
  }
}

test('a block in a text, in its frame and in a conversation, is answered as well', async () => {
  const armored = gpg.encrypt('words in a block', [bob.fingerprint], alice.fingerprint);
  for (const view of ['zimbra', 'zimbra-alone'] as const) {
    await show(view, { from: ALICE, body: `<pre>${escaped(armored)}</pre>` });
    await button(await readerWith(driver, tab, 'words in a block'), say('reply')).click();
    const window = await writeWindow(driver);
    await until('the form is there', async () => (await opened()).length > 0);
    assert.deepEqual(
      (await opened()).map(({ answers }) => answers),
      ['reply 257'],
    );
    await window.close();
  }
});

/** Answers, and puts that into the page, which has no form for it. */
async function hasNoForm(mode: Mode): Promise<void> {
  const window = await answer('the herons are back', mode);
  if (mode === 'forward') await addRecipient(window, say('header_to'), CAROL);
  await typeText(window, 'So it is.');
  await window.press('Control+Enter');
  await shows(window, say('put_no_form'));
  assert.deepEqual(await opened(), []);
  await window.close();
}

for (const [what, mode, spoil] of [
  [
    'another mail is chosen in the list than the one that is shown',
    'reply',
    () => {
      const row = document.querySelector('[id^="zli__"]');
      if (row) row.id = 'zli__TV-0__999';
    },
  ],
  [
    'several are chosen, which would all be forwarded',
    'forward',
    () => {
      for (const name of ['REPLY', 'REPLY_ALL'])
        document.querySelector(`[id="zb__TV-0__${name}"]`)?.classList.add('ZDisabled');
    },
  ],
] as const) {
  test(`zimbra-alone: ${what}: no button is pressed`, async () => {
    await show('zimbra-alone', secret('the herons are back'));
    await tab.evaluate(spoil);
    await hasNoForm(mode);
  });
}

test('zimbra: a quick answer that the user has begun stays as it is, and is no form', async () => {
  await show('zimbra', secret('the herons are back'));
  await readerWith(driver, tab, 'the herons are back');
  await tab.click('[id$="__footer_replyAll"]');
  await tab.typeInto('[aria-label="Quick answer"]', 'begun in clear');
  await hasNoForm('reply');
  const left = () => document.querySelector<HTMLTextAreaElement>('[aria-label="Quick answer"]')?.value;
  assert.equal(await tab.evaluate(left), 'begun in clear');
  assert.equal(
    await tab.evaluate(() => document.querySelector('[role="alertdialog"] div')?.textContent),
    'Leave what you have written?',
  );
});

test('a mail as a file: the form of the answer gets it, and the draft on the server has it', async () => {
  await show('zimbra-alone', secret('the herons are back'));
  const window = await answer('the herons are back', 'reply');
  await field(window, say('travel')).choose(say('travel_file'));
  await typeText(window, 'So it is.');
  await finish(window);
  assert.equal((await opened())[0]?.text.trim(), say('put_note', 'encrypted.asc'));
  const [file, another] = web.drafts.get('zv__COMPOSE-1') ?? [];
  assert.deepEqual([file?.name, another], ['encrypted.asc', undefined]);
  const made = readEntity(gpg.decrypt(file?.data.toString() ?? '').text);
  assert.match(partsOf(made, 'text/plain')[0]?.body.toString() ?? '', /So it is\./);
});

const ARMOR = '-----BEGIN PGP MESSAGE-----\n\naGVsbG8=\n-----END PGP MESSAGE-----';
const FILE: PutFile = { name: 'encrypted.asc', type: 'application/octet-stream', data: Buffer.from(ARMOR) };
const PUT = { text: ARMOR, files: [FILE] };

/** Opens the form of a mail that is forwarded. */
async function form(): Promise<void> {
  await show('zimbra', { from: ALICE, body: 'Just words.' });
  await tab.click('[id$="__footer_forward"]');
  const { found, site, attach, max_file } = await port.connect(tab);
  assert.deepEqual([found, site, attach, max_file], [true, 'zimbra', true, null]);
}

/** The files of the draft on the server. */
const draft = (): [string, string][] =>
  (web.drafts.get('zv__COMPOSE-1') ?? []).map(({ name, data }) => [name, data.toString()]);

test('files: several, then a second version; the window for choosing files stays shut', async () => {
  await form();
  await tab.evaluate(() => {
    document.addEventListener('click', (event) => {
      if ((event.target as HTMLInputElement).type === 'file') {
        document.body.dataset.choosing = `${document.body.dataset.choosing ?? ''} ${event.defaultPrevented}`;
      }
    });
  });
  const long = { ...FILE, name: `${'a long name '.repeat(6)}.pdf.asc`, data: Buffer.alloc(30_000, 'x') };
  assert.deepEqual(await port.put({ text: ARMOR, files: [FILE, long] }), { t: 'put_done', ok: true });
  assert.deepEqual(draft(), [
    ['encrypted.asc', ARMOR],
    [long.name, long.data.toString()],
  ]);
  assert.deepEqual((await port.look()).files, [], 'what Waxseal has put there is nothing to warn of');
  const second = { ...FILE, data: Buffer.from(`${ARMOR}\n`) };
  assert.deepEqual(await port.put({ text: ARMOR, files: [second] }), { t: 'put_done', ok: true });
  assert.deepEqual(draft(), [['encrypted.asc', `${ARMOR}\n`]]);
  assert.match((await tab.evaluate(() => document.body.dataset.choosing)) ?? '', /^(?: true){3}$/);
});

test('files: nothing is said before the draft has it', async () => {
  await form();
  let answered = (_status: number): void => undefined;
  web.uploads = new Promise((done) => {
    answered = done;
  });
  await port.begin(PUT);
  await until('it is uploaded', () => tab.evaluate(() => document.querySelector('.ZDisabled') !== null));
  // Its name is in the list already.
  assert.match(await tab.text('.attached'), /encrypted\.asc/);
  await port.beat();
  await port.send({ t: 'look' });
  await port.next('form');
  assert.ok(!(await port.heard()).some(({ t }) => t === 'put_done'));
  answered(200);
  assert.deepEqual(await port.next('put_done'), { t: 'put_done', ok: true });
  assert.deepEqual(draft(), [['encrypted.asc', ARMOR]]);
});

test('files: an upload that the server refuses is told, and the site takes the next one', async () => {
  await form();
  web.uploads = Promise.resolve(500);
  const refused = await port.put(PUT);
  const there = { text: true, fields: true, files: false };
  assert.deepEqual(refused, { t: 'put_done', ok: false, reason: 'attach', there });
  assert.deepEqual(draft(), []);
  await tab.click('[role="alertdialog"] button');
  web.uploads = Promise.resolve(200);
  assert.deepEqual(await port.put(PUT), { t: 'put_done', ok: true });
  assert.deepEqual(draft(), [['encrypted.asc', ARMOR]]);
});

test('files: those of the user are told, and one with the name of ours is not taken for ours', async () => {
  await form();
  // The first press makes the field; without a file the next mail takes ours away again.
  assert.equal((await port.put(PUT)).ok, true);
  assert.equal((await port.put({ text: ARMOR })).ok, true);
  const disk = fs.mkdtempSync(path.join(gpg.home, 'files-'));
  const paths = ['encrypted.asc', 'plan.pdf'].map((name) => path.join(disk, name));
  for (const one of paths) fs.writeFileSync(one, 'mine');
  await tab.upload(`document.querySelector('input[type="file"]')`, paths);
  const mine = paths.map((one): [string, string] => [path.basename(one), 'mine']);
  await until('the draft has both', () => draft().length === 2);
  await until('the list shows both', async () => (await tab.count('.attached input')) === 2);
  assert.deepEqual((await port.look()).files, ['plan.pdf', 'encrypted.asc']);
  web.uploads = Promise.resolve(413);
  const refused = await port.put(PUT);
  assert.deepEqual([refused.ok, refused.reason], [false, 'attach']);
  assert.deepEqual(draft(), mine);
});

test('files: one that is larger than the site takes is told', async () => {
  await form();
  const large = { ...FILE, data: Buffer.alloc(200_000, 'x') };
  const done = await port.put({ text: ARMOR, files: [large] });
  assert.deepEqual([done.ok, done.reason], [false, 'too_large']);
  assert.deepEqual(draft(), []);
});
