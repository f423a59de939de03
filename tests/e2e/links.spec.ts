// Links to OpenPGP files on a webmail that is not known: which get a button, that nothing is fetched before it is pressed, and
// what comes of what is fetched then.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, until, type View } from '../harness/index.js';
import { readers, readerWith, shows } from './support/desk.js';
import { buttonsAtLinks, type FileSite, fileSite, linkButtons, pressAtLink } from './support/file-site.js';
import { given } from './support/given.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inboxOn } from './support/inbox.js';
import { pressAtFile } from './support/mail-files.js';
import { type MessagePage, messagePage } from './support/message-page.js';
import { multipart, protectedHeaders, text } from './support/mime.js';
import { dearmor } from './support/packets.js';
import { endless, login, redirect, refuse, stalling, tooLarge } from './support/responses.js';
import { say } from './support/session.js';
import { escaped } from './support/site.js';
import { switchSite } from './support/steps.js';
import { editorText, writeWindow } from './support/write.js';

const ALICE = 'Alice <alice@example.test>';
const TEXT = 'The heron is back at the weir.';
const NAME = 'encrypted.asc';
const BEGIN = '-----BEGIN PGP MESSAGE-----\n';
let home: Inbox<FileSite>;
let driver: Driver;
let gpg: Gpg;
let web: FileSite;
let known: MessagePage;
let alice: GpgKey;
let bob: GpgKey;
let tab: View;

before(async () => {
  const first = (page: FileSite) => page.show('<p>Nothing</p>');
  [home, known] = await Promise.all([inboxOn(fileSite, first, { unlocked: true }), messagePage()]);
  ({ driver, gpg, web, bob, tab } = home);
  alice = gpg.key(ALICE);
  await given(driver, { contacts: [alice] });
});
after(async () => {
  await home?.close();
  known?.close();
});

const message = (what: string = TEXT): string => gpg.encrypt(what, [bob.fingerprint], alice.fingerprint);

/** What was asked for since a moment. */
const since = (before: number): string[] => web.asked.slice(before).map(({ path }) => path);

/** Nothing has been asked for since a moment: what comes first is what is asked for now, by the same way. */
async function silent(before: number): Promise<void> {
  await tab.evaluate(() => fetch('/settled').catch(() => undefined));
  assert.deepEqual(since(before), ['/settled']);
}

/** Shows a mail with one link to this file, and presses its button. */
async function open(path: string): Promise<View> {
  await tab.goto(web.show(`<p>See the file.</p><ul><li><a href="${escaped(path)}">${NAME}</a></li></ul>`));
  await pressAtLink(driver, tab, NAME);
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  return frame;
}

test('a link gets a button that says what it loads; nothing is asked for until it is pressed, then once', async () => {
  web.put('/files/7/encrypted.asc', message());
  const asked = web.asked.length;
  await tab.goto(
    web.show(`<p>See the file.</p><ul><li><a href="/files/7/encrypted.asc?part=2#x">${NAME}</a></li></ul>`),
  );
  const [found] = await buttonsAtLinks(driver, tab, 1);
  const address = `${web.origin.replace('http://', '')}/files/7/encrypted.asc?part=2`;
  assert.deepEqual(found?.drawn, [say('link_read'), address]);
  assert.equal(found.name, say('link_read_of', NAME));
  assert.ok(found.name.includes(say('link_read')), 'what is read aloud begins with what is drawn');
  assert.equal(found.described, address);
  assert.equal(found.expanded, 'false');
  assert.deepEqual(since(asked), []);

  await pressAtLink(driver, tab, NAME);
  const frame = await readerWith(driver, tab, TEXT);
  await shows(frame, say('encrypted_yes'));
  await shows(frame, say('summary_signed_sender_unknown', ALICE));
  assert.equal(await button(frame, say('show_original')).exists(), false, 'the page shows nothing of it');
  const [request, ...others] = web.asked.slice(asked);
  assert.deepEqual(others, []);
  assert.equal(request?.method, 'GET');
  assert.equal(request.path, '/files/7/encrypted.asc?part=2');
  assert.equal(request.headers.cookie, 'session=open');
  assert.equal(request.headers.referer, undefined);
  assert.equal(request.headers.origin, undefined);

  const [shown] = await buttonsAtLinks(driver, tab, 1);
  assert.equal(shown?.name, say('link_close_of', NAME));
  assert.equal(shown.expanded, 'true');
  await pressAtLink(driver, tab, NAME);
  await readers(driver, tab, 0);
  assert.equal(since(asked).length, 1);
});

test('a mail that brings links of every kind along causes no request', async () => {
  const asked = web.asked.length;
  const links = ['/logout?x=.asc', '/delete/5/encrypted.asc', '/api?action=purge&file=a.gpg'];
  await tab.goto(
    web.show(
      `<article>${links.map((href) => `<p><a href="${escaped(href)}">${NAME}</a> <a href="${escaped(href)}" download="a.asc"><img alt=""></a></p>`).join('')}</article>`,
    ),
  );
  const found = await buttonsAtLinks(driver, tab, links.length);
  const host = web.origin.replace('http://', '');
  assert.deepEqual(
    found.map(({ drawn }) => drawn.at(-1)),
    links.map((href) => host + href),
    'the address stands on each, from its beginning to its end',
  );
  await tab.press('Tab');
  await tab.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await silent(asked);
});

const OFFERED: [string, string][] = [
  ['the name is the text', '<a href="/service/home/~/?auth=co&id=257&part=2">encrypted.asc</a>'],
  ['the name and a size', '<a href="/d?id=1"><b>letter.txt.PGP</b> <i>(2.1 KB)</i></a>'],
  ['a size that follows at once', '<a href="/d?id=5"><span>encrypted.asc</span><span>2 KB</span></a>'],
  ['a name in pieces', '<a href="/d?id=6">encryp<wbr>ted<b>.asc</b></a>'],
  ['the name it is saved under', '<a href="/d?id=2" download="encrypted.asc">Download</a>'],
  ['the end of the address', '<a href="/files/secret%2Egpg">Download</a>'],
  ['a parameter', '<a href="/d?filename=secret.gpg&id=3">Download</a>'],
  ['a form without an editor', '<form action="/x"><input><a href="/d?id=4">key.asc</a></form>'],
];
const LEFT_ALONE: [string, string][] = [
  ['a detached signature', '<a href="/d/data.bin.sig">data.bin.sig</a> <a href="/d?id=5">data.asc.sig</a>'],
  ['another origin', '<a href="http://localhost:9/encrypted.asc">encrypted.asc</a>'],
  ['another scheme', '<a href="https://127.0.0.1/encrypted.asc">encrypted.asc</a>'],
  ['data', '<a href="data:text/plain,x.asc">x.asc</a>'],
  ['script', `<a href="javascript:'x.asc'">x.asc</a>`],
  ['a user in the address', '<a href="http://me@127.0.0.1:PORT/encrypted.asc">encrypted.asc</a>'],
  ['the page itself', '<a href="#encrypted.asc">encrypted.asc</a>'],
  ['any parameter', '<a href="/logout?x=.asc">Good bye</a> <a href="/logout?x=a.asc">Good bye</a>'],
  ['a word in a sentence', '<a href="/help">The domain example.ascot is ours, as is .asc</a>'],
  ['a list of mails', '<div role="grid"><div role="row"><a href="/d?id=6">encrypted.asc</a></div></div>'],
  ['navigation', '<nav><a href="/d?id=7">encrypted.asc</a></nav>'],
  ['a mail that is written', '<form><textarea></textarea><a href="/d?id=8">encrypted.asc</a></form>'],
  ['an editor', '<div contenteditable="true"><a href="/d?id=9">encrypted.asc</a></div>'],
  ['not drawn', '<p style="display:none"><a href="/d?id=10">encrypted.asc</a></p>'],
  ['not to be seen', '<p style="opacity:0"><a href="/d?id=11">encrypted.asc</a></p>'],
  ['a frame that a mail is drawn in', `<iframe srcdoc="<base href='/'><a href='/d?id=12'>encrypted.asc</a>"></iframe>`],
  ['no link of HTML', '<svg width="90" height="20"><a href="/d?id=13"><text y="15">encrypted.asc</text></a></svg>'],
];

test('which links are offered, and which are left alone', async () => {
  const asked = web.asked.length;
  const port = new URL(web.origin).port;
  const all = [...LEFT_ALONE, ...OFFERED].map(([, link]) => `<div>${link.replace('PORT', port)}</div>`);
  const long = `<div><a href="/d?${'x'.repeat(600)}">encrypted.asc</a></div>`;
  const blob = `<div id="blob"></div><script>const a = document.createElement('a');
    a.href = URL.createObjectURL(new Blob(['x'])); a.textContent = 'encrypted.asc'; document.querySelector('#blob').append(a)</script>`;
  await tab.goto(web.show(long + blob + all.join('')));
  const found = await buttonsAtLinks(driver, tab, OFFERED.length);
  assert.deepEqual(
    found.map(({ drawn }) => drawn.at(-1)?.replace(/^[^/]*/, '')),
    [
      '/service/home/~/?auth=co&id=257&part=2',
      '/d?id=1',
      '/d?id=5',
      '/d?id=6',
      '/d?id=2',
      '/files/secret%2Egpg',
      '/d?filename=secret.gpg&id=3',
      '/d?id=4',
    ],
  );
  assert.deepEqual(
    found.map(({ name }) => name),
    [
      'encrypted.asc',
      'letter.txt.PGP',
      'encrypted.asc',
      'encrypted.asc',
      'encrypted.asc',
      'secret.gpg',
      'secret.gpg',
      'key.asc',
    ].map((name) => say('link_read_of', name)),
  );
  await silent(asked);
});

test('a page full of links gets a button at the first twenty', async () => {
  const links = Array.from({ length: 30 }, (_, at) => `<a href="/d?id=${at}">file-${at}.asc</a> `);
  await tab.resize(1200, 900);
  await tab.goto(web.show(`<div style="font-size:10px">${links.join('')}</div>`));
  const found = await buttonsAtLinks(driver, tab, 20);
  assert.deepEqual(
    found.map(({ link }) => link),
    Array.from({ length: 20 }, (_, at) => `file-${at}.asc`),
  );
  // One goes, another gets its place.
  await tab.evaluate(() => document.querySelector('main a')?.remove());
  await until('the last one is the next', async () => {
    const now = await linkButtons(driver, tab);
    return now.length === 20 && now.at(-1)?.link === 'file-20.asc';
  });
});

test('a click that the page makes up does nothing, and one on the button does nothing to the page', async () => {
  web.put('/d', message());
  const asked = web.asked.length;
  await tab.goto(web.show(`<div id="row"><a href="/d?id=1">${NAME}</a></div>`));
  await buttonsAtLinks(driver, tab, 1);
  const answer = await tab.evaluate(() => {
    const host = document.querySelector<HTMLElement>('#row > span');
    if (!host) return 'no button';
    const row = document.querySelector('#row');
    for (const name of ['click', 'pointerdown', 'mousedown', 'keydown']) {
      row?.addEventListener(name, () => {
        document.title += ` ${name}`;
      });
    }
    host.focus();
    host.click();
    for (const name of ['pointerdown', 'pointerup', 'mousedown', 'mouseup', 'click']) {
      host.dispatchEvent(new MouseEvent(name, { bubbles: true, composed: true, cancelable: true, view: window }));
    }
    for (const key of ['Enter', ' '])
      host.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }));
    const { x, y, width, height } = host.getBoundingClientRect();
    const hit = document.elementFromPoint(x + width / 2, y + height / 2);
    hit?.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
    return host.shadowRoot === null && hit === host ? 'closed' : 'open';
  });
  assert.equal(answer, 'closed');
  assert.equal(await tab.evaluate(() => document.title), 'Test page');
  assert.equal((await linkButtons(driver, tab))[0]?.expanded, 'false');
  await silent(asked);
  await pressAtLink(driver, tab, NAME);
  await readerWith(driver, tab, TEXT);
  assert.equal(await tab.evaluate(() => document.title), 'Test page');
  assert.deepEqual(since(asked), ['/settled', '/d?id=1']);
});

test('by keyboard: it comes after its link, opens, keeps the focus, and closes', async () => {
  web.put('/d', message());
  await tab.goto(web.show(`<p><a id="link" href="/d?id=1">${NAME}</a></p>`));
  await buttonsAtLinks(driver, tab, 1);
  await tab.evaluate(() => document.querySelector<HTMLElement>('#link')?.focus());
  await tab.press('Tab');
  const onButton = () => tab.evaluate(() => document.activeElement === document.querySelector('#link + span'));
  assert.equal(await onButton(), true);
  await tab.press('Enter');
  await readerWith(driver, tab, TEXT);
  assert.equal(await onButton(), true);
  await tab.press('Enter');
  await readers(driver, tab, 0);
  assert.equal(await onButton(), true);
});

const READ: [string, () => string | Buffer, string][] = [
  ['binary', () => dearmor(message()), 'summary_signed_sender_unknown'],
  [
    'a whole mail inside, as Waxseal attaches it',
    () => {
      const entity = protectedHeaders(
        multipart('mixed', [text(TEXT)]),
        [
          ['From', ALICE],
          ['Subject', 'The heron'],
        ],
        'cipher',
      );
      return message(entity);
    },
    'summary_signed_by_sender',
  ],
];
for (const [what, make, verdict] of READ) {
  test(`what is behind a link: ${what}`, async () => {
    web.put('/d', make());
    const frame = await open('/d?id=1');
    await shows(frame, TEXT);
    await shows(frame, say(verdict as 'summary_signed_by_sender', ALICE));
  });
}

for (const [what, form] of [
  ['armored', (key: string) => key],
  ['binary', dearmor],
] as const) {
  test(`a key behind a link is looked at before it is imported: ${what}`, async () => {
    const carol = gpg.key('Carol <carol@example.test>');
    web.put('/d', form(carol.public));
    const frame = await open('/d?id=1');
    await pressAtFile(frame, 'keys.asc', say('import'));
    const page = await driver.window('keys.html');
    await until('the preview shows it', async () => (await page.text('.preview')).includes('carol@example.test'));
    await page.close();
    await tab.front();
  });
}

const TROUBLE: [string, () => void, 'err_not_a_mail' | 'err_limit'][] = [
  ['a page for logging in', () => web.put('/d', login), 'err_not_a_mail'],
  [
    'a way to the page for logging in',
    () => {
      web.put('/login', login);
      web.put('/d', redirect('/login?next=d'));
    },
    'err_not_a_mail',
  ],
  ['an error', () => web.put('/d', refuse(message)), 'err_not_a_mail'],
  ['nothing', () => web.put('/d', ''), 'err_not_a_mail'],
  ['a picture', () => web.put('/d', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')), 'err_not_a_mail'],
  ['a text', () => web.put('/d', 'Dear Bob,\n\nnothing here is OpenPGP.\n'), 'err_not_a_mail'],
  ['a file that says it is too large', () => web.put('/d', tooLarge(BEGIN)), 'err_limit'],
  ['a file without end', () => web.put('/d', endless), 'err_limit'],
];
for (const [what, prepare, error] of TROUBLE) {
  test(`behind a link is ${what}: the reader says so, and it can be tried again`, async () => {
    prepare();
    const frame = await open('/d?id=1');
    await shows(frame, say(error));
    await pressAtLink(driver, tab, NAME);
    await readers(driver, tab, 0);
    web.put('/d', message('The next try.'));
    await pressAtLink(driver, tab, NAME);
    await readerWith(driver, tab, 'The next try.');
  });
}

test('the site may send one on to another place of its own, but to no other site', async () => {
  web.put('/stored/1', message('At another place.'));
  web.put('/d', redirect('/stored/1'));
  await shows(await open('/d?id=1'), 'At another place.');
  const asked = web.asked.length;
  web.put('/d', redirect(`${web.other}/stored/1`));
  await shows(await open('/d?id=2'), say('err_not_a_mail'));
  assert.deepEqual(since(asked), ['/d?id=2']);
});

test('the page goes on: the button and the reader go with the link, and what is under way is given up', async () => {
  let closed = false;
  web.put(
    '/d',
    stalling(BEGIN, () => {
      closed = true;
    }),
  );
  const frame = await open('/d?id=1');
  await shows(frame, say('reader_opening'));
  await tab.evaluate(() => document.querySelector('main')?.replaceChildren('Another mail.'));
  await buttonsAtLinks(driver, tab, 0);
  await readers(driver, tab, 0);
  await until('the connection has ended', () => closed);
});

test('a page that redraws itself: the button follows its link, and says where it leads now', async () => {
  web.put('/d', message());
  const asked = web.asked.length;
  await tab.goto(web.show(`<p id="one"><a href="/d?id=1">${NAME}</a></p><p id="two">Here</p>`));
  await buttonsAtLinks(driver, tab, 1);
  const at = (path: string) => async () => {
    const [only, ...others] = await linkButtons(driver, tab);
    return others.length === 0 && only?.link === NAME && only.drawn.at(-1)?.endsWith(path);
  };
  // Moved, with another link in between.
  await tab.evaluate(() => {
    const link = document.querySelector('a');
    if (link) document.querySelector('#two')?.append(link);
  });
  await until('it has followed', async () => (await at('/d?id=1')()) && (await tab.count('#two > a + span')) === 1);
  // Another file in the same element, as frameworks do.
  await tab.evaluate(() => document.querySelector('a')?.setAttribute('href', '/d?id=2'));
  await until('it says the new address', at('/d?id=2'));
  // Drawn anew.
  await tab.evaluate(() => {
    const two = document.querySelector('#two');
    const link = document.createElement('a');
    link.href = '/d?id=3';
    link.textContent = 'encrypted.asc';
    two?.replaceChildren(link);
  });
  await until('the new link has one', at('/d?id=3'));
  // Thrown out.
  await tab.evaluate(() => document.querySelector('#two > span')?.remove());
  await until('it is there again', async () => (await tab.count('#two > a + span')) === 1);
  await silent(asked);
  await pressAtLink(driver, tab, NAME);
  await readerWith(driver, tab, TEXT);
  assert.deepEqual(since(asked), ['/settled', '/d?id=3']);
  // The reader thrown out: the button can be pressed again.
  await tab.evaluate(() => document.querySelector('#two > div')?.remove());
  await until('it is closed', async () => (await linkButtons(driver, tab))[0]?.expanded === 'false');
});

test('a page that throws the button out again and again is left alone', async () => {
  await tab.goto(web.show(`<p id="one"><a href="/d?id=1">${NAME}</a></p>`));
  await buttonsAtLinks(driver, tab, 1);
  await tab.evaluate(() => {
    const out = () => {
      for (const one of document.querySelectorAll('#one > span')) {
        one.remove();
        const { documentElement } = document;
        documentElement.dataset.thrown = String(Number(documentElement.dataset.thrown ?? 0) + 1);
      }
    };
    new MutationObserver(out).observe(document.querySelector('#one') ?? document, { childList: true });
    out();
  });
  await until(
    'it has given up',
    async () => (await tab.evaluate(() => document.documentElement.dataset.thrown)) === '20',
  );
  await tab.evaluate(() => document.querySelector('main')?.append('A change.'));
  // By then it has looked again: the link that came last has its button.
  await tab.evaluate(() =>
    document.querySelector('main')?.insertAdjacentHTML('beforeend', '<p><a href="/d?id=2">b.asc</a></p>'),
  );
  const [only] = await buttonsAtLinks(driver, tab, 1);
  assert.equal(only?.link, 'b.asc');
  assert.equal(await tab.evaluate(() => document.documentElement.dataset.thrown), '20');
});

test('an answer to what was behind a link quotes it, and asks the site for nothing', async () => {
  web.put('/d', message());
  const frame = await open('/d?id=1');
  await shows(frame, TEXT);
  const asked = web.asked.length;
  await button(frame, say('reply')).click();
  const window = await writeWindow(driver);
  // Nobody says who sent the mail that the link is in.
  await shows(window, say('doubt_title'));
  await button(window, say('doubt_quote')).click();
  await until('it is quoted', async () => (await editorText(window)).includes(TEXT));
  await silent(asked);
  await window.close();
  await tab.front();
});

test('switched off, the buttons go and the page is as before; switched on, they come back', async () => {
  web.put('/d', message());
  const frame = await open('/d?id=1');
  await shows(frame, TEXT);
  const asked = web.asked.length;
  await switchSite(driver, tab, false);
  await readers(driver, tab, 0);
  await until('the page is as before', async () => (await tab.count('main span, main div')) === 0);
  await switchSite(driver, tab);
  const [found] = await buttonsAtLinks(driver, tab, 1);
  assert.equal(found?.expanded, 'false');
  await silent(asked);
});

test('where whole mails are read, links are left alone', async () => {
  await tab.goto(known.put({}));
  await switchSite(driver, tab);
  const block = gpg.encrypt('sentinel', [bob.fingerprint]);
  const body = `<div class="message-part"><a href="/webmail/x.asc">x.asc</a><pre>${escaped(block)}</pre></div>`;
  await tab.goto(known.put({ body }));
  await readerWith(driver, tab, 'sentinel');
  assert.deepEqual(await linkButtons(driver, tab), []);
});
