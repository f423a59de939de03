// Reply and forward from the reader: what is taken over from a message, for whom, and that it does not go out in clear.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { Answering, chips, ENCRYPTED, TEXT } from './support/answering.js';
import { readers, readerWith, shows, typePassword } from './support/desk.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import type { MessagePage } from './support/message-page.js';
import { file, multipart, protectedHeaders, text } from './support/mime.js';
import { serve } from './support/responses.js';
import { scripted } from './support/selection.js';
import { say } from './support/session.js';
import { escaped, page as html, type Site } from './support/site.js';
import {
  addRecipient,
  composeForm,
  editorText,
  formOf,
  partsOf,
  typeText,
  write,
  writeWindow,
} from './support/write.js';

let at: Answering;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let mails: MessagePage;
let bob: GpgKey;
let tab: View;

before(async () => {
  at = await Answering.start();
  ({ driver, gpg, web, mails, tab } = at);
  ({ bob } = at.keys);
});
after(() => at?.close());

test('reply: to who wrote it, with its text quoted and its subject hidden as it was', async () => {
  const window = await at.answer(at.mail(text(TEXT)), 'reply');
  await until('it is quoted', async () => (await editorText(window)).includes('Bring the ledger.'));
  assert.deepEqual(await chips(window, 'to'), ['Alice <alice@example.test>']);
  assert.equal(await field(window, say('header_subject')).value(), 'Re: The real subject');
  assert.equal(await toggle(window, say('hide_subject')).checked(), true);
  // Their date stands outside alone, as with mails of Thunderbird.
  assert.match(await editorText(window), /On .*\b20\d\d\b.*, Alice wrote:/);
  assert.equal((await window.text('.editing blockquote')).replace(/\n+/g, '\n'), TEXT);
  await window.type('I will.');
  const entity = await at.saved(window);
  const [plain] = partsOf(entity, 'text/plain');
  assert.match(
    plain?.body.toString() ?? '',
    /^I will\.\r?\n[\s\S]*Alice wrote:\r?\n> The ferry leaves at dawn\.\r?\n> Bring the ledger\./m,
  );
  assert.match(entity.headers.get('subject') ?? '', /Re: The real subject/);
  await window.close();
});

test('reply to all: everybody but oneself, once', async () => {
  const window = await at.answer(
    at.mail(text(TEXT), {
      To: 'Bob <bob@example.test>, Carol <carol@example.test>',
      Cc: 'Dave <dave@example.test>, alice@example.test',
    }),
    'reply_all',
  );
  await until('it is quoted', async () => (await editorText(window)).includes('ledger'));
  assert.deepEqual(await chips(window, 'to'), ['Alice <alice@example.test>']);
  assert.deepEqual(await chips(window, 'cc'), ['Carol <carol@example.test>', 'Dave <dave@example.test>']);
  await window.close();
});

test('a Reply-To that leads somewhere else is asked about, and not followed by itself', async () => {
  const window = await at.answer(at.mail(text(TEXT), { 'Reply-To': 'Eve <eve@example.test>' }), 'reply');
  await shows(window, say('reply_to_title'));
  assert.deepEqual(await chips(window, 'to'), ['Alice <alice@example.test>']);
  await button(window, say('reply_to_use', 'Eve <eve@example.test>')).click();
  assert.deepEqual(await chips(window, 'to'), ['Eve <eve@example.test>']);
  await window.close();
});

/** Answers a block that is a text; the site's own answer form opens with these people in it. */
async function answerBlock(how: 'reply' | 'reply_all', to: string, cc: string): Promise<View> {
  const window = await at.answerBlock(how, to, cc);
  const subject = () => field(window, say('header_subject')).value();
  await until('the form of the site has said what is in it', async () => (await subject()) === 'Re: ferry');
  return window;
}

test('a block goes to its sender: what the site makes of a Reply-To is asked about', async () => {
  const window = await answerBlock('reply', 'Eve <eve@example.test>', '');
  await shows(window, say('reply_to_title'));
  assert.deepEqual(await chips(window, 'to'), ['alice@example.test']);
  await button(window, say('reply_to_use', 'alice@example.test')).click();
  await until('it is settled', async () => !(await window.text()).includes(say('reply_to_title')));
  assert.deepEqual(await chips(window, 'to'), ['alice@example.test']);
  await window.close();
  const all = await answerBlock('reply_all', 'Eve <eve@example.test>', 'dave@example.test');
  await shows(all, say('reply_to_title'));
  assert.deepEqual(await chips(all, 'to'), ['alice@example.test']);
  assert.deepEqual(await chips(all, 'cc'), ['dave@example.test']);
  await button(all, say('reply_to_use', 'Eve <eve@example.test>')).click();
  await until('it goes there', async () => (await chips(all, 'to')).join() === 'Eve <eve@example.test>');
  await all.close();
});

test('a block to all: the others whom the site names get it in Cc', async () => {
  const window = await answerBlock('reply_all', 'alice@example.test, carol@example.test', 'dave@example.test');
  assert.deepEqual(await chips(window, 'to'), ['alice@example.test']);
  assert.deepEqual(await chips(window, 'cc'), ['carol@example.test', 'dave@example.test']);
  assert.ok(!(await window.text()).includes(say('reply_to_title')));
  await window.close();
});

const WORD = 'three grey wagtails';

/** Answers a mail that only a password opens, from its reader; in the window it is closed again. */
async function answerClosed(source: string, how: 'reply' | 'forward'): Promise<View> {
  const armored = gpg.run(['--armor', '--passphrase', WORD, '--symmetric'], source).toString();
  web.put('/message', html(`<pre id="m">${escaped(armored)}</pre>`));
  await tab.front();
  await tab.goto(web.url('/message'));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await typePassword(driver, frame, WORD);
  await shows(frame, 'ferry');
  await button(frame, say(how)).click();
  return writeWindow(driver);
}

/** The whole mail that is in such a message. */
const closedMail = (what: string): string =>
  protectedHeaders(
    what,
    [
      ['From', 'Alice <alice@example.test>'],
      ['To', 'Bob <bob@example.test>'],
      ['Reply-To', 'Eve <eve@example.test>'],
      ['Subject', 'The real subject'],
    ],
    'cipher',
  );

/** Types the password of the message that is answered. */
async function openAnswered(window: View): Promise<void> {
  await field(window, say('message_password')).fill(WORD);
  await button(window, say('open_message')).click();
}

test('what the user has written before the message opens stays: recipients, subject and an address half typed', async () => {
  const window = await answerClosed(closedMail(text(TEXT)), 'reply');
  await addRecipient(window, say('header_to'), 'carol@example.test');
  await field(window, say('header_subject')).fill('A subject of mine');
  await field(window, say('message_password')).fill(WORD);
  // They type on while it is being opened.
  await window.evaluate(() => {
    document.querySelector<HTMLInputElement>('wx-opening wx-passphrase input')?.form?.requestSubmit();
    const to = document.querySelector<HTMLInputElement>('#to');
    to?.focus();
    to?.setRangeText('dav', 0, 0, 'end');
  });
  await until('it is quoted', async () => (await editorText(window)).includes('ferry'));
  await window.type('e@example.test');
  await window.press('Enter');
  const people = ['Alice <alice@example.test>', 'carol@example.test', 'dave@example.test'];
  await until('all of them get it', async () => (await chips(window, 'to')).join() === people.join());
  assert.equal(await field(window, say('header_subject')).value(), 'A subject of mine');
  await window.close();
});

test('a draft that is continued in the window of an answer keeps its recipients, and nothing of the message comes in', async () => {
  await tab.front();
  await tab.goto(web.url('/form'));
  const before = await write(driver, tab);
  await addRecipient(before, say('header_to'), 'carol@example.test');
  await field(before, say('header_subject')).fill('For Carol alone');
  await typeText(before, 'What Alice must not know.');
  const leave = async (window: View) => {
    await button(window, say('close')).click();
    await button(window, say('close_keep')).click();
    await until('the window has closed', () => window.gone());
  };
  await leave(before);
  const asItWas = async (window: View) => {
    await until('the draft is back', async () => (await editorText(window)).includes('What Alice must not know.'));
    await until('it can be changed', () => button(window, say('encrypt')).enabled());
    assert.deepEqual(await chips(window, 'to'), ['carol@example.test']);
    assert.equal(await window.count('#cc'), 0);
    assert.equal(await field(window, say('header_subject')).value(), 'For Carol alone');
    assert.ok(!(await editorText(window)).includes('ferry'));
    assert.equal(await window.count('.original'), 0, 'the message cannot be opened any more');
    for (const key of ['reply_to_title', 'doubt_title', 'page_quotes_armor'] as const)
      assert.ok(!(await window.text()).includes(say(key)), key);
  };

  const first = await answerClosed(closedMail(text(TEXT)), 'reply');
  await shows(first, say('reader_password'));
  await button(first, say('draft_continue')).click();
  await asItWas(first);
  await leave(first);

  const second = await answerClosed(closedMail(text(TEXT)), 'reply');
  await openAnswered(second);
  await shows(second, say('reply_to_title'));
  await button(second, say('draft_continue')).click();
  await asItWas(second);
  await button(second, say('close')).click();
  await button(second, say('draft_delete')).click();
  await until('the window has closed', () => second.gone());
});

test('files of a message that is passed on must have room beside those that are there', async () => {
  const theirs = Array.from({ length: 60 }, (_, at) => file(`their-${at}.txt`, 'text/plain', Buffer.from(`${at}`)));
  const window = await answerClosed(closedMail(multipart('mixed', [text(TEXT), ...theirs])), 'forward');
  const folder = fs.mkdtempSync(path.join(gpg.home, 'own-'));
  const own = Array.from({ length: 50 }, (_, at) => path.join(folder, `own-${at}.txt`));
  for (const one of own) fs.writeFileSync(one, one);
  await window.upload("document.querySelector('.choose-files')", own);
  await until('the files are there', async () => (await window.count('.write-files .file-list li')) === 50);
  await openAnswered(window);
  await shows(window, say('files_too_many', 100));
  assert.match(await editorText(window), /ferry/);
  assert.equal(await window.count('.write-files .file-list li'), 50);
  await window.close();
});

/** Counts how often a window connects to a page from now on. */
async function countWays(window: View): Promise<() => Promise<number>> {
  await window.evaluate(() => {
    const { connect } = chrome.tabs;
    const world = globalThis as unknown as { ways: number };
    world.ways = 0;
    chrome.tabs.connect = ((...args: Parameters<typeof connect>) => {
      world.ways += 1;
      return connect(...args);
    }) as typeof connect;
  });
  return () => window.evaluate(() => (globalThis as unknown as { ways: number }).ways);
}

test('a form in another window of the site is offered when the page has none, and the mail goes into it', async () => {
  const armored = gpg.encrypt(TEXT, [bob.fingerprint]);
  web.put('/message', html(`<pre id="m">${escaped(armored)}</pre>`));
  web.put('/popup', composeForm('textarea').replace('<title>Test page</title>', '<title>Compose</title>'));
  await tab.front();
  await tab.goto(web.url('/message'));
  const frame = await readerWith(driver, tab, 'ferry');
  await button(frame, say('reply')).click();
  const window = await writeWindow(driver);
  await shows(window, say('doubt_title'));
  await typeText(window, 'In another window.');
  await addRecipient(window, say('header_to'), 'alice@example.test');
  await window.press('Control+Enter');
  await shows(window, say('put_no_form'));
  assert.equal(await window.count('.other-forms'), 0);

  // What the site opens, a page of the same site without a form, and another site that has one.
  const opened = await driver.tab(web.url('/popup'));
  await opened.typeInto('#subject', 'Re: ferry');
  await scripted(opened, '#body');
  const plain = await driver.tab(web.url('/message'));
  const foreign = await driver.tab(`${web.other}/form`);
  await button(window, say('try_again')).click();
  await shows(window, say('other_forms'));
  assert.equal(await window.count('.other-forms li'), 1);
  const ways = await countWays(window);
  // Twice in a hurry: one way is made to the form, and the mail put there once.
  await window.click('.other-forms button', { count: 2 });
  await shows(window, say('there'));
  assert.equal(await ways(), 1);
  await button(window, say('go_to_webmail')).click();
  const form = await formOf(opened);
  assert.equal(gpg.decrypt(form.text).text, 'In another window.');
  assert.match(form.to, /alice@example\.test/);
  await until('the window that has it is in front', () =>
    opened.evaluate(() => document.visibilityState === 'visible'),
  );
  for (const view of [opened, plain, foreign]) await view.close();
});

test('a form that stood beside the message before is another mail: it is overwritten only if the user says so', async () => {
  const armored = gpg.encrypt(TEXT, [bob.fingerprint]);
  web.put(
    '/beside',
    html(`<pre id="m">${escaped(armored)}</pre><p><label>To <input id="to" value="mayor@example.test"></label>
      <label>Subject <input id="subject" value="The harbour"></label></p>
      <textarea id="body" rows="10" cols="70">Dear mayor</textarea>`),
  );
  await tab.front();
  await tab.goto(web.url('/beside'));
  const frame = await readerWith(driver, tab, 'ferry');
  await button(frame, say('reply')).click();
  const window = await writeWindow(driver);
  await shows(window, say('doubt_title'));
  await addRecipient(window, say('header_to'), 'alice@example.test');
  await typeText(window, 'Not for the mayor.');
  await window.press('Control+Enter');
  await shows(window, say('put_taken'));
  const there = () =>
    tab.evaluate(() =>
      [...document.querySelectorAll<HTMLInputElement>('#to, #subject, #body')].map((one) => one.value),
    );
  assert.deepEqual(await there(), ['mayor@example.test', 'The harbour', 'Dear mayor']);
  await button(window, say('put_into', `\u2068${new URL(web.origin).host} – The harbour\u2069`)).click();
  await shows(window, say('there'));
  await button(window, say('go_to_webmail')).click();
  const [to, , body = ''] = await there();
  assert.match(to ?? '', /^Alice <alice@example\.test>$|^alice@example\.test$/);
  assert.equal(gpg.decrypt(body).text, 'Not for the mayor.');
});

test('of HTML that is quoted which was seen, not the plain text beside it', async () => {
  const what = multipart('alternative', [
    text('A secret that nobody saw.'),
    text(
      '<p>The <b>ferry</b> as shown.</p><p hidden>hidden</p><img src="https://tracker.example.test/x.png">',
      'text/html',
    ),
  ]);
  await tab.front();
  await tab.goto(mails.put({ body: '<p>Encrypted</p>', files: [ENCRYPTED], source: serve(at.mail(what)) }));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await button(frame, say('reply')).click();
  const window = await writeWindow(driver);
  await until('it is quoted', async () => (await editorText(window)).includes('ferry as shown'));
  assert.ok(!(await editorText(window)).includes('nobody saw'));
  assert.ok(!driver.requests.some(({ url }) => url.includes('tracker')));
  await window.close();
});

test('of many documents what was drawn is quoted, and of those that had no room the plain text that was seen', async () => {
  const long = (name: string) =>
    multipart('alternative', [
      text(`Plain ${name}.`),
      text(`<p>Ferry ${name}.</p>${'<wbr>'.repeat(20_010)}`, 'text/html'),
    ]);
  const all = ['one', 'two', 'three'].map(long);
  const window = await at.answer(at.mail(multipart('mixed', all)), 'reply', 'The real subject');
  await until('it is quoted', async () => (await editorText(window)).includes('three'));
  const quoted = await window.text('.editing blockquote');
  assert.deepEqual(quoted.match(/(?:Ferry|Plain) \w+\./g), ['Ferry one.', 'Ferry two.', 'Plain three.']);
  await window.close();
});

test('signed only would give the text away: it is not made before the text is out, or it is encrypted', async () => {
  const window = await at.answer(at.mail(text(TEXT)), 'reply');
  await until('it is quoted', async () => (await editorText(window)).includes('ledger'));
  await typeText(window, '');
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await shows(window, say('secret_title'));
  await button(window, say('sign_button')).click();
  await shows(window, say('why_secret'));
  await button(window, say('secret_encrypt')).click();
  await until('it is encrypted', () =>
    toggle(window, `${say('mode_encrypted')}${say('mode_encrypted_hint')}`).checked(),
  );
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await button(window, say('secret_remove')).click();
  await until('the quotation is gone', async () => !(await editorText(window)).includes('ferry'));
  assert.equal(await field(window, say('header_subject')).value(), '');
  await shows(window, say('signed_warning'));
  await window.close();
});

/** Bob answers a block in a page, and nobody says who has written it. */
async function answerUnknown(): Promise<View> {
  const armored = gpg.encrypt(TEXT, [bob.fingerprint]);
  web.put('/message', html(`<pre id="m">${escaped(armored)}</pre>`));
  await tab.front();
  await tab.goto(web.url('/message'));
  const frame = await readerWith(driver, tab, 'ferry');
  await button(frame, say('reply')).click();
  const window = await writeWindow(driver);
  await shows(window, say('doubt_title'));
  assert.ok(!(await editorText(window)).includes('ferry'));
  return window;
}

/** A form. What the site quotes in it is no mail of its own. */
const quoting = (): string => composeForm('textarea').replace('></textarea>', '>On Monday Alice wrote:</textarea>');

/** The page goes to its form. */
async function goToForm(): Promise<void> {
  web.put('/quoting', quoting());
  await tab.goto(web.url('/quoting'));
  await scripted(tab, '#body');
}

/** It is quoted, with some words to alice. */
async function quote(window: View): Promise<void> {
  await window.front();
  await button(window, say('doubt_quote')).click();
  await until('it is quoted', async () => (await editorText(window)).includes('ferry'));
  await window.type('Understood.');
  await addRecipient(window, say('header_to'), 'alice@example.test');
}

/** It is in the form that the page has come to. */
async function isPut(window: View): Promise<void> {
  await shows(window, say('there'));
  await button(window, say('go_to_webmail')).click();
  const form = await formOf(tab);
  assert.match(
    gpg.decrypt(form.text).text,
    /^Understood\.\n[\s\S]*> The ferry leaves at dawn\.\n> Bring the ledger\.$/,
  );
  assert.match(form.to, /alice@example\.test/);
}

test('a block that nobody is known to have written is quoted on demand; the page may open its form meanwhile', async () => {
  const window = await answerUnknown();
  await goToForm();
  await quote(window);
  await window.press('Control+Enter');
  await isPut(window);
});

/** From now on the looks of a window at its page are counted; the first is held until there is a second one. */
async function countLooks(window: View, holdFirst: boolean): Promise<() => Promise<number>> {
  await window.evaluate((hold) => {
    const get = chrome.tabs.get.bind(chrome.tabs) as (id: number) => Promise<chrome.tabs.Tab>;
    const state = globalThis as { looks?: number };
    let second = (_: unknown): void => undefined;
    const asked = new Promise((resolve) => {
      second = resolve;
    });
    state.looks = 0;
    chrome.tabs.get = (async (id: number) => {
      const turn = ++(state.looks as number);
      if (hold && turn === 1) await asked;
      const tab = await get(id);
      // The first one asks after that.
      if (turn === 2) second(tab);
      return tab;
    }) as typeof chrome.tabs.get;
  }, holdFirst);
  return () => window.evaluate(() => (globalThis as { looks?: number }).looks ?? 0);
}

test('the form is found as well when the user asks for it while it is being looked for', async () => {
  const window = await answerUnknown();
  const looks = await countLooks(window, true);
  await goToForm();
  await until('the form is being looked for', async () => (await looks()) >= 1);
  await quote(window);
  await window.press('Control+Enter');
  await isPut(window);
});

test('the form is waited for while its page is being loaded', async () => {
  const window = await answerUnknown();
  await quote(window);
  const release = web.hold('/late.js');
  web.put('/loading', quoting().replace('</body>', '<script src="/late.js"></script></body>'));
  await tab.evaluate(() => location.assign('/loading'));
  await until('it is being loaded', () => web.asked.includes('/late.js'));
  const looks = await countLooks(window, false);
  await window.press('Control+Enter');
  await until('nobody was there', async () => (await looks()) > 2);
  release();
  await isPut(window);
});

test('a form in which the site quotes armor: it is opened and quoted here', async () => {
  const armored = gpg.encrypt(TEXT, [bob.fingerprint]);
  await tab.front();
  await tab.goto(web.url('/form'));
  const quoted = `On Monday Alice wrote:\n${armored
    .trimEnd()
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')}\n`;
  await tab.evaluate((value) => {
    (document.querySelector('#body') as HTMLTextAreaElement).value = value;
  }, quoted);
  const window = await write(driver, tab);
  await shows(window, say('page_quotes_armor'));
  assert.match(await editorText(window), /On Monday Alice wrote:/);
  // It has it until it could be read, which may be before the next look.
  await window.evaluate(() => {
    document.addEventListener('focusin', ({ target }) => {
      if ((target as Element).matches('.original > summary')) document.body.dataset.had = 'focus';
    });
  });
  await button(window, say('page_quote_open')).click();
  await until('the message has had the focus', () => window.evaluate(() => document.body.dataset.had === 'focus'));
  await shows(window, say('doubt_title'));
  await button(window, say('doubt_quote')).click();
  await until('it is quoted', async () => (await window.text('.editing blockquote')).includes('ferry'));
  await window.close();
});
