// How the HTML of a mail is drawn: where its links lead, its lines and directions, its pictures, and its text when it is copied.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import { Gpg } from './support/gpg.js';
import { type Entity, file, mail, multipart, signed, text } from './support/mime.js';
import { browser, say } from './support/session.js';
import { importKeys } from './support/steps.js';

const ALICE = 'Alice <alice@example.test>';
const END = 'Here it ends.';
const REAL = 'https://real.example/path';

let driver: Driver;
let gpg: Gpg;
let page: View;
let folder: string;
let alice: string;

before(async () => {
  gpg = new Gpg();
  alice = gpg.key(ALICE).fingerprint;
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wxh-'));
  driver = await browser();
  await importKeys(driver, gpg.exported(alice).public);
  page = await driver.page('files.html');
});
after(async () => {
  await driver?.close();
  gpg?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Looks at the document in which the HTML is drawn. */
const inMail = <T>(look: (inner: Document) => T): Promise<Awaited<T>> =>
  page.run(
    `(${String(look)})(document.querySelector('iframe.mail-body')?.contentDocument ?? document.implementation.createHTMLDocument())`,
  ) as Promise<Awaited<T>>;

const letter = (): Promise<string> => inMail((inner) => inner.body.innerText);

/** Opens a mail, and waits until its HTML is drawn. */
async function open(content: Entity): Promise<void> {
  if ((await page.count('#opened-title')) > 0) await button(page, say('files_another')).click();
  await page.visible('#choose');
  const place = path.join(folder, 'letter.eml');
  fs.writeFileSync(place, mail({ from: ALICE, to: ALICE, subject: 'HTML' }, signed(gpg, content, alice)));
  await page.upload("document.querySelector('#file')", [place]);
  await until('the HTML is drawn', async () => (await letter()).includes(END));
}

const html = (markup: string): Entity => text(`${markup}<p>${END}</p>`, 'text/html');

test('a link whose text names another host says where it leads, in whatever way the text is written', async () => {
  const named = [
    'https://bank.example',
    'see bank.example',
    `${' '.repeat(600)}https://bank.example`,
    'https://ba&shy;nk.example',
    'ba&#8203;nk.example',
    'bank&#8288;.example',
    '“bank.example”',
    "'bank.example'",
    '»bank.example«',
    '<b>bank</b>.example',
    '<img alt="https://bank.example">',
    '<img src="cid:none@x" alt="bank.example">',
    '<span title="https://bank.example">https://bank.example/</span>',
  ];
  const others = [
    'Read on',
    'https://real.example',
    'www.real.example/elsewhere',
    '“real.example”',
    'e.g. this',
    '<img alt="">',
  ];
  const links = [...named, ...others].map((words) => `<p><a href="${REAL}">${words}</a></p>`);
  await open(html(links.join('')));
  const found = await inMail((inner) =>
    [...inner.querySelectorAll('a')].map((link) => ({
      marked: link.dataset.really ?? '',
      described: link.getAttribute('aria-description') ?? '',
      titles: [link, ...link.querySelectorAll<HTMLElement>('[title]:not(.picture)')].map((one) => one.title),
    })),
  );
  const mark = say('link_really', 'real.example');
  assert.deepEqual(
    found.map(({ marked }) => marked),
    [...named.map(() => mark), ...others.map(() => '')],
  );
  for (const { marked, described, titles } of found) {
    assert.equal(described, marked);
    assert.deepEqual(titles, [REAL], 'nothing within covers the real address under the pointer');
  }
});

test('lines and spaces that a style keeps are drawn and copied, and words stand as high as they should', async () => {
  const markup =
    '<div style="white-space: pre-wrap">one\n  two<span style="white-space: normal"> three\n  four</span></div>' +
    '<p>five\nsix<span style="vertical-align: super">7</span></p>';
  await open(html(markup));
  const words = 'one\n  two three four\n\nfive six7';
  assert.ok((await letter()).startsWith(words), await letter());
  assert.equal(
    await inMail((inner) => {
      const raised = inner.querySelector('p > span');
      return raised && inner.defaultView?.getComputedStyle(raised).verticalAlign;
    }),
    'super',
  );
  await copies(`${words}\n\n${END}`);
});

test('what is copied is what is shown, not what the mail says beside it', async () => {
  await open(multipart('alternative', [text('Account 666'), html('<p>Account 111</p>')]));
  await copies(`Account 111\n\n${END}`);
  await button(page, say('show_as_text')).click();
  await shows(page, 'Account 666');
  await copies('Account 666');
});

/** "Copy text" gives this. */
async function copies(expected: string): Promise<void> {
  await page.evaluate(() => {
    const world = window as unknown as { copied?: string };
    delete world.copied;
    // A headless browser need not have a clipboard that others can read.
    Object.defineProperty(navigator.clipboard, 'writeText', {
      configurable: true,
      value: async (text: string) => {
        world.copied = text;
      },
    });
  });
  await button(page, say('copy_text')).click();
  const copied = () => page.evaluate(() => (window as unknown as { copied?: string }).copied ?? null);
  await until('it is copied', async () => (await copied()) !== null);
  assert.equal((await copied())?.trim(), expected);
}

const wide = '<table style="min-width: 1800px"><tr><td>اول</td><td style="text-align: left">آخر</td></tr></table>';
for (const [what, markup] of [
  ['all of it', `<div dir="rtl">${wide}<p>${END}</p></div>`],
  ['a part of it', `<p>${END}</p><div dir="rtl">${wide}</div>`],
  ['a style of it', `<p>${END}</p><div style="direction: rtl">${wide}</div>`],
] as const) {
  test(`text from right to left that is wider than the page can be scrolled to: ${what}`, async () => {
    await open(text(markup, 'text/html'));
    const place = await inMail((inner) => {
      const root = inner.documentElement;
      const all = inner.createRange();
      all.selectNodeContents(inner.body);
      const { left, right } = all.getBoundingClientRect();
      const x = inner.defaultView?.scrollX ?? 0;
      const fromRight = root.dir === 'rtl';
      return {
        fromRight,
        wide: root.scrollWidth > root.clientWidth,
        within: fromRight
          ? left + x >= root.clientWidth - root.scrollWidth - 1 && right + x <= root.clientWidth + 1
          : left + x >= -1 && right + x <= root.scrollWidth + 1,
      };
    });
    assert.deepEqual(place, { fromRight: what === 'all of it', wide: true, within: true });
  });
}

test('a JPEG with the name that old programs give it is drawn', async () => {
  const data = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [16, 8];
    canvas.getContext('2d')?.fillRect(0, 0, 16, 8);
    return canvas.toDataURL('image/jpeg').split(',')[1] ?? '';
  });
  const picture = file('old.jpg', 'image/pjpeg', Buffer.from(data, 'base64'), { id: 'p@x' });
  await open(multipart('related', [html('<img src="cid:p@x" alt="old">'), picture]));
  await until('it is drawn', () => inMail((inner) => inner.images[0]?.naturalWidth === 16));
});
