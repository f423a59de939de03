// Whole mails from the server of Zimbra and Carbonio, on a site with the structure of their pages: which mails are asked for,
// by which number, and what becomes of answers that are none.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Driver, type View as Tab, until } from '../harness/index.js';
import { glance, lookedAt, readers, readerWith, shows } from './support/desk.js';
import { buttonsAtLinks } from './support/file-site.js';
import { given } from './support/given.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { encrypted, file, mail, multipart, plain, signed, text } from './support/mime.js';
import { browser, say } from './support/session.js';
import { escaped, page as html, type Site, site } from './support/site.js';
import { type ShownMail, type View, type ZimbraSite, zimbraSite } from './support/zimbra-site.js';

const ALICE = 'Alice <alice@example.test>';
const BOB = 'Bob <bob@example.test>';
const EVE = 'Eve <eve@example.test>';
const FILES = ['Unknown <application/pgp-encrypted>', 'encrypted.asc'];
let driver: Driver;
let gpg: Gpg;
let alice: GpgKey;
let bob: GpgKey;
let web: ZimbraSite;
let elsewhere: Site;
let tab: Tab;

before(async () => {
  [driver, web, elsewhere] = await Promise.all([browser(), zimbraSite(), site()]);
  gpg = new Gpg();
  alice = gpg.key(ALICE);
  bob = gpg.key(BOB);
  tab = await driver.tab(web.show('zimbra', []));
  await given(driver, { own: [bob], contacts: [alice], unlocked: true, sites: [tab] });
});
after(async () => {
  await driver?.close();
  gpg?.close();
  web?.close();
  elsewhere?.close();
});

/** A mail of alice's to bob, encrypted as a whole. */
function secret(words: string, from = ALICE): ShownMail {
  const content = encrypted(gpg, text(words), [bob.fingerprint], alice.fingerprint);
  return { from, files: FILES, source: mail({ from, to: BOB, subject: 'x' }, content) };
}

/** Shows mails anew. Returns what was asked for since. */
async function show(view: View, ...mails: ShownMail[]): Promise<() => string[]> {
  const before = web.asked.length;
  const url = web.show(view, mails);
  await tab.goto('about:blank');
  await tab.goto(url);
  return () => web.asked.slice(before);
}

const source = (id: string): string => `/service/home/~/?auth=co&id=${id}`;

for (const view of ['zimbra', 'carbonio'] as const) {
  test(`${view}: each encrypted mail of a conversation is asked for once and read in its own place, others are not`, async () => {
    const asked = await show(
      view,
      { from: 'carol@example.test', body: 'Just words.', files: ['picture.png', 'asc', 'notes.asc.txt'], source: 'x' },
      secret('the first secret'),
      { from: 'carol@example.test', body: 'Words again.', source: 'x' },
      secret('the second secret', 'eve@example.test'),
    );
    await shows(await readerWith(driver, tab, 'the first secret'), say('summary_signed_by_sender', ALICE));
    await shows(await readerWith(driver, tab, 'the second secret'), say('summary_signed_by_other', ALICE));
    await readers(driver, tab, 2);
    assert.deepEqual(asked().sort(), [source('258'), source('260')]);
    // Looked at again with the readers in it, the page is the same.
    await lookedAt(tab, gpg.encrypt('the block', [bob.fingerprint]));
    await readerWith(driver, tab, 'the block');
    await readerWith(driver, tab, 'the first secret');
    await readers(driver, tab, 3);
    assert.deepEqual(asked().sort(), [source('258'), source('260')]);
  });

  test(`${view}: a mail in a folder that somebody shares`, async () => {
    const id = '4f7ecd1e-2a3b-4c5d-8e9f-0123456789ab:1042';
    const asked = await show(view, { ...secret('shared words'), id });
    await readerWith(driver, tab, 'shared words');
    assert.deepEqual(asked(), [source(encodeURIComponent(id))]);
  });

  test(`${view}: numbers that are none, and parts of other mails, are not asked for`, async () => {
    const own = secret('never asked for');
    const odd = ['-257', '0', '12345678901', '25 7', '257&fmt=zip', '../257', 'me:257', '257:2', '<b>'];
    const asked = await show(
      view,
      ...odd.map((id) => ({ ...own, id })),
      // The links of another mail.
      { ...own, files: FILES.map((name) => ({ name, of: '999' })) },
      // A mail that is a file of this one, in a view of its own.
      { ...own, files: FILES.map((name, at) => ({ name, part: `2.${at + 1}` })) },
      secret('the last one'),
    );
    await readerAtEnd();
    await readerWith(driver, tab, 'the last one');
    await readers(driver, tab, 1);
    assert.deepEqual(asked(), [source(String(257 + odd.length + 2))]);
  });
}

/** Scrolls to the end, where the last mail is. */
async function readerAtEnd(): Promise<void> {
  await until('a reader', async () => {
    await tab.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    return (await driver.frames(tab, 'reader.html')).length > 0;
  });
}

for (const view of ['zimbra', 'zimbra-alone', 'carbonio'] as const) {
  test(`${view}: signed as a whole; the reader stands for the text, and the list of files stays`, async () => {
    const content = signed(
      gpg,
      multipart('mixed', [text('the herons are back'), file('a.bin', 'x/y', Buffer.from('abc'))]),
      alice.fingerprint,
    );
    const asked = await show(view, {
      from: ALICE,
      body: '<p>the herons, as the site shows them</p>',
      files: ['a.bin', 'signature.asc'],
      source: mail({ from: ALICE, to: BOB, subject: 'x' }, content),
    });
    const frame = await readerWith(driver, tab, 'the herons are back');
    await shows(frame, say('summary_signed_by_sender', ALICE));
    const drawn = (): Promise<unknown> =>
      tab.evaluate(() =>
        document.querySelector('.MsgBody, [data-testid="MessageBody"] > :nth-last-child(1)')?.checkVisibility(),
      );
    await until('the text of the site is covered', async () => (await drawn()) === false);
    assert.deepEqual(asked(), [source('257')]);
    // Its list of files stays.
    assert.equal(
      await tab.evaluate(() => {
        const list = document.querySelector('[id$="_attLinks"], [data-testid^="attachment-container-"]');
        return list?.checkVisibility();
      }),
      true,
    );
  });
}

test('zimbra-alone: of an encrypted mail only the list of files is shown; the reader stands for that', async () => {
  const asked = await show('zimbra-alone', secret('words by themselves'));
  const frame = await readerWith(driver, tab, 'words by themselves');
  await shows(frame, say('summary_signed_by_sender', ALICE));
  assert.deepEqual(asked(), [source('257')]);
  await until('the list is covered', () =>
    tab.evaluate(() => document.querySelector('[id$="_attLinks"]')?.checkVisibility() === false),
  );
});

test('zimbra: a text that draws lists of files chooses no mail', async () => {
  const list = 'zv__CLV__main_MSGC666_attLinks';
  const link = (end: string, title: string) =>
    `<a class="AttLink" id="${list}_2_${end}" href="/service/home/~/?auth=co&amp;id=666&amp;part=2" title="${title}">x</a>`;
  const files = `<div id="${list}" class="attachments">${link('main', 'x.asc')}${link('download', 'x')}</div>`;
  const asked = await show(
    'zimbra',
    // Zimbra takes ids and classes out of texts; were it not so:
    { body: `<div class="ZmMailMsgCapsuleView" id="main_MSGC666">${files}</div>${files}`, id: '666' },
    secret('the last one'),
  );
  await readerWith(driver, tab, 'the last one');
  await readers(driver, tab, 1);
  assert.deepEqual(asked(), [source('258')]);
});

test('zimbra-alone: where the name of a file leads is what the sender says, and chooses no mail', async () => {
  const stolen = { ...secret('the stolen words'), id: '666', files: [] };
  for (const [part, others] of [
    ['1', []],
    ['2', []],
    ['1', ['picture.png']],
  ] as const) {
    const location = `${web.origin}${source('666')}&part=${part}`;
    const asked = await show(
      'zimbra-alone',
      { body: 'words', files: [{ name: 'x.asc', location }, ...others] },
      stolen,
    );
    await lookedAt(tab, gpg.encrypt('the block', [bob.fingerprint]));
    await readerWith(driver, tab, 'the block');
    await readers(driver, tab, 1);
    assert.deepEqual(asked(), []);
  }
});

test('zimbra without its own scripts, and carbonio at another path, are any page', async () => {
  const whole = secret('never asked for');
  const last = gpg.encrypt('the block', [bob.fingerprint]);
  for (const [view, buttons] of [
    ['zimbra', 1],
    // Its links have no text, and lead to a number.
    ['carbonio', 0],
  ] as const) {
    const drawn = await (await fetch(web.show(view, [whole]))).text();
    const url = web.put('/another', drawn.replaceAll(/<script[^>]*>/g, '<script>'));
    const before = web.asked.length;
    await tab.goto(url);
    await lookedAt(tab, last);
    await readerWith(driver, tab, 'the block');
    await readers(driver, tab, 1);
    await buttonsAtLinks(driver, tab, buttons);
    assert.deepEqual(web.asked.slice(before), []);
  }
});

test('zimbra: where the page does not tell the number of a mail, its links have buttons; where it does, they have none', async () => {
  const part = { ...secret('words'), files: [{ name: 'encrypted.asc', part: '2.2' }] };
  await show('zimbra-alone', part);
  const [found] = await buttonsAtLinks(driver, tab, 1);
  assert.equal(found?.link, 'encrypted.asc');
  await show('zimbra-alone', secret('words'));
  await readerWith(driver, tab, 'words');
  assert.deepEqual(await buttonsAtLinks(driver, tab, 0), []);
});

/** HTML of a text with a block that alice has signed. */
const block = (words: string): string =>
  `<pre>${escaped(gpg.encrypt(words, [bob.fingerprint], alice.fingerprint))}</pre>`;
/** The source of a mail whose text is not looked at. */
const stored = (from: string, more: [string, string][] = []): string =>
  mail({ from, to: BOB, subject: 'x', more }, plain('words'));

test('of a block in a text: carbonio says the address of the sender, zimbra only a name', async () => {
  const body = block('words in a block');
  const named = `${ALICE.replace('<', '[').replace('>', ']')} <eve@example.test>`;
  const cases: [View, ShownMail, string, string[]][] = [
    ['carbonio', { from: ALICE, source: stored(ALICE) }, say('summary_signed_by_sender', ALICE), [source('257')]],
    ['carbonio', { from: named, source: stored(EVE) }, say('summary_signed_by_other', ALICE), [source('257')]],
    ['carbonio', { from: ALICE, unfolded: true }, say('summary_signed_sender_unknown', ALICE), []],
    ['zimbra', { from: ALICE }, say('summary_signed_sender_unknown', ALICE), []],
    ['zimbra-alone', { from: ALICE }, say('summary_signed_sender_unknown', ALICE), []],
  ];
  for (const [view, shown, verdict, requests] of cases) {
    const asked = await show(view, { ...shown, body });
    await shows(await readerWith(driver, tab, 'words in a block'), verdict);
    assert.deepEqual(asked(), requests);
  }
});

/** The text of the first mail is drawn anew, as sites do when something in a mail has changed. */
async function drawAnew(): Promise<void> {
  await tab.evaluate(() => {
    const inside = document.querySelector('[data-testid="shadow-dom-wrapper"]')?.shadowRoot?.firstElementChild;
    const texts = [...(inside?.querySelectorAll('pre') ?? [])].map((one) => one.textContent);
    inside?.replaceChildren(
      ...texts.map((text) => Object.assign(document.createElement('pre'), { textContent: text })),
    );
  });
}

test('carbonio: the head of a mail is asked for once, and only where a block of it may have a sender', async () => {
  const asked = await show(
    'carbonio',
    { from: ALICE, body: block('the first of two') + block('the second of two'), source: stored(ALICE) },
    { from: ALICE, body: '<p>Just words.</p>', source: stored(ALICE) },
    { from: ALICE, body: `<pre>${alice.public}</pre>`, source: stored(ALICE) },
    { from: ALICE, body: block('the last'), source: stored(`${ALICE}, ${EVE}`) },
  );
  const verdict = async (words: string, summary: 'summary_signed_by_sender' | 'summary_signed_sender_unknown') =>
    shows(await readerWith(driver, tab, words), say(summary, ALICE));
  await verdict('the first of two', 'summary_signed_by_sender');
  await verdict('the second of two', 'summary_signed_by_sender');
  await readerWith(driver, tab, say('block_title_one'));
  await tab.evaluate(() => document.querySelector('[data-testid="MailPreview-260"]')?.scrollIntoView());
  await verdict('the last', 'summary_signed_sender_unknown');
  assert.deepEqual(asked(), [source('257'), source('260')]);
  await drawAnew();
  await tab.evaluate(() => scrollTo(0, 0));
  await verdict('the first of two', 'summary_signed_by_sender');
  await verdict('the second of two', 'summary_signed_by_sender');
  await lookedAt(tab, gpg.encrypt('the sentinel', [bob.fingerprint]));
  await readerWith(driver, tab, 'the sentinel');
  assert.deepEqual(asked(), [source('257'), source('260')]);
});

const HEADS: [string, () => NonNullable<ShownMail['source']>, 'by_sender' | 'sender_unknown'][] = [
  ['her name with a comma', () => stored('"Bee, Alice @ work" <ALICE@example.test>'), 'by_sender'],
  [
    'her name in words that are encoded',
    () => stored('=?utf-8?Q?Alice_=C3=84?=\r\n <alice@example.test>'),
    'by_sender',
  ],
  ['two addresses', () => stored(`${ALICE}, ${EVE}`), 'sender_unknown'],
  ['two addresses, in two lines', () => stored(`${ALICE},\r\n ${EVE}`), 'sender_unknown'],
  ['two fields', () => stored(ALICE, [['From', EVE]]), 'sender_unknown'],
  ['a group', () => stored('Team: alice@example.test;'), 'sender_unknown'],
  ['another address', () => stored(EVE), 'sender_unknown'],
  ['no address', () => stored('Alice'), 'sender_unknown'],
  ['no sender', () => stored(ALICE).replace(/^From/, 'X-From'), 'sender_unknown'],
  ['a long head', () => `X-Long: ${'x'.repeat(100_000)}\r\n${stored(ALICE)}`, 'by_sender'],
  ['more of a head than is read', () => `X-Long: ${'x'.repeat(140_000)}\r\n${stored(ALICE)}`, 'sender_unknown'],
  ['no end of the head', () => `From: ${ALICE}\r\n`, 'sender_unknown'],
  ['a page for logging in', () => ({ html: `${LOGIN}\nFrom: ${ALICE}\n\n` }), 'sender_unknown'],
  ['a refusal', () => ({ status: 401 }), 'sender_unknown'],
  ['a way to another origin', () => ({ redirect: elsewhere.url('/mail') }), 'sender_unknown'],
  ['nothing', () => '', 'sender_unknown'],
  ['no answer', () => ({ later: new Promise<string>(() => undefined) }), 'sender_unknown'],
];
for (const [what, answer, summary] of HEADS) {
  test(`carbonio shows alice as the sender of a block, the head of its mail has ${what}: ${summary}`, async () => {
    elsewhere.put('/mail', stored(ALICE));
    const asked = await show('carbonio', { from: ALICE, body: block('words in a block'), source: answer() });
    await shows(await readerWith(driver, tab, 'words in a block'), say(`summary_signed_${summary}`, ALICE));
    assert.deepEqual(asked(), [source('257')]);
    assert.deepEqual(elsewhere.asked, []);
  });
}

test('carbonio: a text that is drawn anew while the head of its mail is awaited has its sender as well', async () => {
  const answers: ((text: string) => void)[] = [];
  const later = { later: new Promise<string>((answer) => answers.push(answer)) };
  const asked = await show('carbonio', { from: ALICE, body: block('words in a block'), source: later });
  await until('the head is asked for', () => asked().length > 0);
  await drawAnew();
  await until('nobody waits for that answer any more, and it is asked for anew', () => asked().length > 1);
  for (const answer of answers) answer(stored(ALICE));
  await shows(await readerWith(driver, tab, 'words in a block'), say('summary_signed_by_sender', ALICE));
});

test('carbonio: a text that stays when the next mail is drawn into its place is of that mail', async () => {
  const shared = block('words in a block');
  const next = { from: EVE, body: '<p>The same will be here.</p>', source: stored(EVE) };
  await show('carbonio', { from: ALICE, body: shared, source: stored(ALICE) }, next);
  const frame = await readerWith(driver, tab, 'words in a block');
  await shows(frame, say('summary_signed_by_sender', ALICE));
  // The same mail, with its recipients unfolded.
  await tab.evaluate(() => {
    const address = document.querySelector('[data-testid="SenderText"] + *');
    if (address) address.innerHTML = `<div class="chip"><span>a</span><span>${address.textContent}</span></div>`;
  });
  await lookedAt(tab, gpg.encrypt('the sentinel', [bob.fingerprint]));
  await readerWith(driver, tab, 'the sentinel');
  await shows(frame, say('summary_signed_by_sender', ALICE));
  await tab.evaluate(() => {
    const [mail, other] = document.querySelectorAll('[data-testid^="MailPreview-"]');
    const head = other?.querySelector('[data-testid^="open-message-"]');
    mail?.querySelector('[data-testid^="open-message-"]')?.replaceChildren(...(head?.childNodes ?? []));
    mail?.setAttribute('data-testid', other?.getAttribute('data-testid') ?? '');
    other?.remove();
  });
  await until('Eve has not signed it', async () => {
    const frames = await driver.frames(tab, 'reader.html');
    const texts = await Promise.all(frames.map(glance));
    return texts.some((text) => text.includes(say('summary_signed_by_other', ALICE)));
  });
});

const LOGIN = html('<form action="/login"><input name="user"><pre>Subject: x\n\nSign in</pre></form>');
const ANSWERS: [string, () => NonNullable<ShownMail['source']>][] = [
  ['a page for logging in', () => ({ html: LOGIN })],
  ['a refusal', () => ({ status: 401 })],
  ['a way to another origin', () => ({ redirect: elsewhere.url('/mail') })],
  ['nothing', () => ''],
];
for (const [what, answer] of ANSWERS) {
  test(`in place of a mail comes ${what}: the reader says so`, async () => {
    elsewhere.put('/mail', 'Subject: x\r\n\r\nx');
    await show('carbonio', { from: ALICE, files: FILES, source: answer() });
    const [frame] = await readers(driver, tab, 1);
    assert.ok(frame);
    await shows(frame, say('err_not_a_mail'));
    assert.deepEqual(elsewhere.asked, []);
  });
}
