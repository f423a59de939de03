// How the HTML of a mail is drawn: where its links lead, its lines and directions, its pictures, and its text when it is copied.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { isHuge } from '../../extension/ui/mail/pixels.js';
import { button, type Driver, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import { Gpg } from './support/gpg.js';
import { pressAtFile } from './support/mail-files.js';
import { type Entity, file, mail, multipart, signed, text } from './support/mime.js';
import { heads } from './support/picture-heads.js';
import { sheetsOf } from './support/printed.js';
import { browser, extension, say } from './support/session.js';
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
    `${'<i> </i>'.repeat(600)}https://bank.example`,
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
    // Not the first one alone.
    '<span style="font-size: 8px; color: #aaa">real.example</span> https://bank.example/login',
    ...['•bank.example', '→bank.example', '–bank.example', '👉bank.example', 'my_bank.example'],
    ...['bank.example→', 'bank.example👈', 'bank.example）', 'bank.example–login', 'bank.example…', 'bank.example-'],
    ...['https://192.0.2.7/login', '192.0.2.7', 'https://[2001:db8::1]/', 'https://3221225991/', 'http://localhost/'],
    ...['bank.xn--p1ai', 'bank。example', 'ｂａｎｋ．example', 'https://bank.example@real.example'],
    // Pieces in another order than they are written in.
    '<span style="float: right">.example</span><span style="float: left">bank</span>',
    '<span dir="rtl"><bdi>.example</bdi><bdi>bank</bdi></span>',
    '<span style="display: inline-block">.example</span><span style="display: inline-block">bank</span>',
    // What would leave the mark behind.
    'bank.example<span style="display: block; padding-bottom: 999px"> </span>',
  ];
  const others = [
    'Read on',
    'https://real.example',
    'HTTPS://REAL.EXAMPLE/',
    'www.real.example/elsewhere',
    '“real.example”',
    'e.g. this',
    'version 1.2',
    'alice.smith@real.example',
    'https://...',
    '<span style="display: inline-block">Read on</span>',
    '<img alt="">',
  ];
  const style = 'font-family: Wingdings; font-size: 8px; text-transform: uppercase';
  const links = [...named, ...others].map((words) => `<p style="${style}"><a href="${REAL}">${words}</a></p>`);
  await open(html(links.join('')));
  const found = await inMail((inner) =>
    [...inner.querySelectorAll('a')].map((link) => {
      const marks = [...link.querySelectorAll<HTMLElement>('.really')];
      const { fontSize, fontFamily, textTransform } = (marks[0] && inner.defaultView?.getComputedStyle(marks[0])) ?? {};
      return {
        marked: marks.at(-1)?.dataset.really ?? '',
        text: link.innerText.includes('real.example)'),
        style: [fontSize, fontFamily?.includes('system-ui'), textTransform].join(),
        below: (marks[0] ?? link).getBoundingClientRect().top - link.getBoundingClientRect().top < 60,
        described: link.getAttribute('aria-description') ?? '',
        titles: [link, ...link.querySelectorAll<HTMLElement>('[title]:not(.picture)')].map((one) => one.title),
      };
    }),
  );
  const mark = say('link_really', 'real.example');
  assert.deepEqual(
    found.map(({ marked }, at) => [[...named, ...others][at], marked]),
    [...named.map((words) => [words, mark]), ...others.map((words) => [words, ''])],
  );
  for (const { marked, described, titles, text, style, below } of found) {
    assert.equal(described, marked);
    assert.deepEqual(titles, [REAL], 'nothing within covers the real address under the pointer');
    assert.ok(!text, 'the mark is not copied');
    assert.ok(below, 'it stands with the words');
    if (marked) assert.equal(style, '13px,true,none');
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

test('lines are copied as they are drawn, whatever their elements are called, entries with their numbers', async () => {
  const markup =
    '<span style="display: block">Total 10</span><span style="display: block">00 pieces</span>' +
    '<div style="display: inline">a</div><div style="display: inline">b</div><ol start="3"><li>c<li value="7">d</ol>' +
    '<table><tr><td style="display: block">e<td style="display: block">f</table>' +
    '<table><tfoot><tr><td>g</tfoot><tr><td>h</table>' +
    // Outlook sends lines as paragraphs, with empty ones between them.
    '<p class="MsoNormal">i<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="x_MsoNormal">j</p>';
  await open(html(markup));
  await copies(`Total 10\n00 pieces\nab\n\n3. c\n7. d\n\ne\nf\n\ng\nh\n\ni\n\nj\n\n${END}`);
  const tops = await inMail((inner) =>
    [...inner.querySelectorAll('table:last-of-type td, p:not(:last-child)')].map(
      (one) => one.getBoundingClientRect().top,
    ),
  );
  assert.deepEqual(
    tops,
    tops.toSorted((one, other) => one - other),
  );
  assert.ok((tops.at(-1) ?? 0) - (tops.at(-3) ?? 0) < 60, `two lines: ${tops}`);
});

test('what is copied is what is shown, not what the mail says beside it', async () => {
  await open(multipart('alternative', [text('Account 666'), html('<p>Account 111</p>')]));
  await copies(`Account 111\n\n${END}`);
  await button(page, say('show_as_text')).click();
  await shows(page, 'Account 666');
  await copies('Account 666');
});

for (const [what, broken] of [
  ['cleaned', 'DocumentFragment.prototype.querySelectorAll'],
  ['drawn', 'globalThis.ResizeObserver'],
] as const) {
  test(`HTML that cannot be ${what}, for whatever reason, is shown as text, and that is said`, async () => {
    const own = await driver.page('files.html');
    await own.visible('#choose');
    await own.run(`void (${broken} = function () { throw new Error('not here'); })`);
    const place = path.join(folder, 'fails.eml');
    const content = multipart('alternative', [text('The plain heron.'), html('<p>The <b>heron</b>.</p>')]);
    fs.writeFileSync(place, mail({ from: ALICE, to: ALICE, subject: 'HTML' }, signed(gpg, content, alice)));
    await own.upload("document.querySelector('#file')", [place]);
    await shows(own, 'The plain heron.');
    await shows(own, say('html_failed'));
    assert.equal(await own.count('iframe'), 0);
    await own.close();
  });
}

test('a picture of more than a hundred million pixels is not drawn, in the text and below it', async () => {
  for (const [type, head] of heads) {
    assert.equal(isHuge(head(10_001, 10_000)), true, type);
    assert.equal(isHuge(head(10_000, 10_000)), false, type);
    for (const length of [2, 5, 9, 13, 17, 21]) assert.equal(isHuge(head(16_383, 16_383).subarray(0, length)), false);
  }
  const pictures = heads.map(([type, head], at) => file(`p${at}`, type, head(12_000, 12_000), { id: `p${at}@x` }));
  const places = heads.map((_, at) => `<img src="cid:p${at}@x" alt="picture ${at}">`);
  await open(multipart('related', [html(places.join('')), ...pictures]));
  await until('none of them has a place', () =>
    inMail((inner) => inner.querySelectorAll('span.picture').length === 7 && inner.images.length === 0),
  );
  await pressAtFile(page, 'p0', say('preview'));
  await shows(page, say('err_limit'));
});

test('cells of a table lie beside each other, whatever they say to span, and honest ones span what they say', async () => {
  const down = 'rowspan="2"';
  const across = 'colspan="3"';
  const overlapping = [
    `<tr><td>a<td ${down}>b<tr><td ${across}>c`,
    `<tr><td>a<td rowspan="0">b<tr><td>c<tr><th ${across}>d`,
    `<tr><td>a<td ${down} ${across}>b<td>c<tr><td colspan="1000">d`,
    `<tr><td>a<td rowspan="3">b<tr style="display: block"><td ${down}>c<td>d<tr><td>e<td ${across}>f`,
    `<tr><td style="float: left">a<td style="display: block">b<td ${down}>c<tr><td ${across}>d`,
    // White space that is kept might be a cell.
    `<tr style="white-space: pre"><td>a</td> \n <td ${down}>b</td></tr> <tr><td>c</td><td ${across}>d</td></tr>`,
    `<thead><tr><td>a<td rowspan="9">b</thead><tbody><tr><td ${across}>c<td ${down}>d<tr><td colspan="9">e`,
    `<tr>${`<td ${down} colspan="1000">a`.repeat(3)}<tr><td colspan="500">b<td ${across}>c`,
  ];
  const honest = `<tr><th ${down}>Name<th colspan="2">Hours<th rowspan="0">Sum<tr><td>May<td>June<tr><td ${across}>none`;
  await open(html([...overlapping, honest].map((rows) => `<table border="1">${rows}</table>`).join('')));
  const tables = await inMail((inner) =>
    [...inner.querySelectorAll('table')].map((table) => {
      // What a style makes of a cell may float; it is none.
      const cells = [...table.querySelectorAll('td, th')]
        .filter((cell) => inner.defaultView?.getComputedStyle(cell).display === 'table-cell')
        .map((cell) => cell.getBoundingClientRect());
      const over = (one: DOMRect, other: DOMRect) =>
        Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
        Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1;
      return {
        drawn: cells.every(({ width, height }) => width > 1 && height > 1),
        over: cells.flatMap((one, at) => cells.slice(at + 1).filter((other) => over(one, other))).length,
        spans: [...table.querySelectorAll('[rowspan], [colspan]')].map(
          (cell) => `${cell.getAttribute('rowspan') ?? ''}/${cell.getAttribute('colspan') ?? ''}`,
        ),
      };
    }),
  );
  assert.deepEqual(
    tables.map(({ drawn, over }) => ({ drawn, over })),
    tables.map(() => ({ drawn: true, over: 0 })),
  );
  assert.equal(tables.length, overlapping.length + 1);
  assert.deepEqual(tables.at(-1)?.spans, ['2/', '/2', '0/', '/3']);
});

test('what stays within its edges stays beside what it stands beside', async () => {
  const words = 'Some <i>words</i> and a_name_that_is_long';
  const markup =
    `<table align="left" border="3" style="border-collapse: collapse"><tr><td style="width: 50%; padding: 9px">${words}<td>${words}</table>` +
    `<div style="float: left; width: 40%; padding: 5px; border: 1px solid red">${words}<ul><li>one<li>two</ul></div>` +
    `<div dir="rtl" style="float: right; width: 120px">${words} <b style="float: left">דָּוִד</b></div><br>` +
    `<a style="display: inline-block; width: 120px; padding: 4px 10px; border: 1px solid">${words}</a>` +
    `<table width="100%"><tr><td nowrap>${words}<td align="right"><img alt="${words}" width="300"></table>`;
  await open(html(markup));
  assert.deepEqual(
    await inMail((inner) =>
      [...inner.body.querySelectorAll('table, div, td, a, b')].map((one) => {
        const { display, float } = inner.defaultView?.getComputedStyle(one) ?? {};
        return `${one.localName} ${display} ${float}`;
      }),
    ),
    [
      'table table left',
      'td table-cell none',
      'td table-cell none',
      'div block left',
      'div block right',
      'b block left',
      'a inline-block none',
      'table table none',
      'td table-cell none',
      'td table-cell none',
    ],
  );
});

test('what turns words around is said of HTML as it is of a text, and elements for it are left out', async () => {
  const said = () => page.text('section.verdict');
  await open(html('<p>pay <bdo dir="rtl">000,1</bdo> euro to <span dir="rtl">דָּוִד</span> &amp; می&zwnj;خواهم</p>'));
  assert.ok(!(await said()).includes(say('note_misleading_characters')), await said());
  assert.equal(await inMail((inner) => inner.querySelectorAll('bdo').length), 0);
  assert.ok((await letter()).includes('pay 000,1 euro'), await letter());
  for (const sign of ['\u202e', '&#x202E;', '&#8238;', '&ZeroWidthSpace;', '&shy;']) {
    await open(html(`<p>pay ${sign}000,1 euro</p>`));
    await shows(page, say('note_misleading_characters'));
  }
});

test('what is printed has all of the mail, however wide the window was in which it was read', async () => {
  const words = 'The heron stands at the mill, and nobody knows for how long it will stay there. '.repeat(8);
  const long = Array.from({ length: 60 }, (_, at) => `<p>Line ${at}. ${words}</p>`);
  const size = () =>
    inMail(({ defaultView: view, body }) => [view?.innerWidth ?? 0, view?.innerHeight ?? 0, body.offsetHeight]);
  await open(html(long.join('')));
  // The window of a reader may be as wide as its page likes.
  await page.run("document.querySelector('main').style.maxWidth = '1150px'");
  const settled = ([width = 0, height = 0, lines = 0]: number[]) => width > 900 && height - lines < 60;
  await until('it is wide, and as high as its lines', async () => settled(await size()));
  const before = String(await size());
  const sheets = await sheetsOf(page);
  // One of them for what lines may be longer on paper.
  assert.ok(sheets.filter((words) => words === '').length <= 1, `${sheets.length} sheets`);
  const paper = sheets.join(' ');
  for (const at of long.keys()) assert.ok(paper.includes(`Line ${at}.`), `line ${at}`);
  assert.ok(paper.includes(END) && !paper.includes(say('print_cut')), paper.slice(-200));
  await until('it is as it was', async () => String(await size()) === before);
  await open(html('<table style="min-width: 4800px"><tr><td>one<td align="right">two</table>'));
  const cut = (await sheetsOf(page)).join(' ');
  assert.ok(cut.includes(say('print_cut')), cut);
  assert.ok(!(await page.text()).includes(say('print_cut')));
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

test('a JPEG with the name that old programs give it is drawn, and its words are not copied', async () => {
  const data = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [16, 8];
    canvas.getContext('2d')?.fillRect(0, 0, 16, 8);
    return canvas.toDataURL('image/jpeg').split(',')[1] ?? '';
  });
  const picture = file('old.jpg', 'image/pjpeg', Buffer.from(data, 'base64'), { id: 'p@x' });
  const unseen = 'old]\n\nI will pay 900 euro.\n\n[';
  const places = `<img src="cid:p@x" alt="${unseen}"> <img src="cid:other@x" alt="${unseen}">`;
  await open(multipart('related', [html(places), picture]));
  await until('it is drawn', () => inMail((inner) => inner.images[0]?.naturalWidth === 16));
  // Words for a picture that is drawn are not seen; those for one that is not are, in one line.
  await copies(`[${say('picture')}] [old] I will pay 900 euro. []\n\n${END}`);
});

test('two documents have each a picture of one name: each is drawn with its own', async () => {
  const small = file('a.png', 'image/png', fs.readFileSync(path.join(extension, 'icons/16.png')), { id: 'p%40x' });
  const large = file('a.png', 'image/png', fs.readFileSync(path.join(extension, 'icons/32.png')), { id: 'p%40x' });
  const shown = (picture: Entity) => multipart('related', [html('<img src="cid:p%40x" alt="p">'), picture]);
  await open(multipart('mixed', [shown(small), shown(large)]));
  const widths = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLIFrameElement>('iframe.mail-body')].map(
        (frame) => frame.contentDocument?.images[0]?.naturalWidth,
      ),
    );
  await until('both are drawn', async () => (await widths()).join() === '16,32');
});

test('one picture in a thousand places: the document is measured a few times, and not for each of them', async () => {
  await page.evaluate(() => {
    const world = globalThis as unknown as { measured: number };
    world.measured = 0;
    const set = CSSStyleDeclaration.prototype.setProperty;
    CSSStyleDeclaration.prototype.setProperty = function (name, ...more) {
      if (name === 'height') world.measured++;
      return set.call(this, name, ...more);
    };
  });
  const picture = file('dot.png', 'image/png', fs.readFileSync(path.join(extension, 'icons/16.png')), { id: 'dot@x' });
  await open(multipart('related', [html('<img src="cid:dot@x" alt="">'.repeat(1_000)), picture]));
  await until(
    'all are drawn',
    async () =>
      (await inMail(
        (inner) => [...inner.querySelectorAll('img')].filter((one) => one.complete && one.naturalWidth > 0).length,
      )) === 1_000,
  );
  const measured = await page.evaluate(() => (globalThis as unknown as { measured: number }).measured);
  assert.ok(measured > 0 && measured < 300, `${measured} times`);
});

test('many documents in one mail: as many are drawn as one can wait for, the others are texts', async () => {
  const long = (name: string): Entity => text(`<p>${name}</p>${'<br>'.repeat(25_000)}`, 'text/html');
  const named = ['one', 'two', 'three', 'four'].map((name) => long(`Document ${name}.`));
  await open(multipart('mixed', [html('<p>First.</p>'), ...named]));
  await until('the last one is there', async () => (await page.text()).includes('Document four.'));
  await until('two of the large ones are drawn', async () => (await page.count('iframe.mail-body')) === 3);
  assert.equal((await page.text()).split(say('html_too_large')).length - 1, 2);
});

test('HTML that is drawn out of sight is made legible when it comes into sight', async () => {
  const hide = (hidden: boolean) =>
    page.evaluate(
      (display) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`iframe.mail-body { display: ${display} }`);
        document.adoptedStyleSheets = [sheet];
      },
      hidden ? 'none' : 'block',
    );
  await hide(true);
  await open(html('<div dir="rtl"><p style="color: #fff; font-size: 1px">אחד</p></div>'));
  await hide(false);
  await until('it can be read', () =>
    inMail((inner) => {
      const words = inner.querySelector('p');
      const { color, fontSize } = (words && inner.defaultView?.getComputedStyle(words)) ?? {};
      return color === 'rgb(0, 0, 0)' && fontSize === '8px' && inner.documentElement.dir !== '';
    }),
  );
});

test('hundreds of sizes and colours that follow from each other are repaired in a moment', async () => {
  const levels = Array.from({ length: 300 }, (_, at) => at);
  const leaves = '<i>.</i>'.repeat(5_000);
  const small = levels.map(() => '<span style="font-size: .95em">').join('');
  const coloured = levels.map((at) => `<div style="background: ${at % 2 ? '#fff' : '#000'}">`).join('');
  for (const markup of [small, coloured]) {
    const begun = performance.now();
    await open(html(`<p>Deep.</p>${markup}${leaves}`.replace('</p>', `</p><p>${END}</p>`)));
    await until('it is repaired', () =>
      inMail((inner) => {
        const leaf = inner.querySelector('i');
        const { color, fontSize } = (leaf && inner.defaultView?.getComputedStyle(leaf)) ?? {};
        return Number.parseFloat(fontSize ?? '') >= 8 && color !== 'rgb(255, 255, 255)';
      }),
    );
    assert.ok(performance.now() - begun < 20_000, `${Math.round(performance.now() - begun)} ms`);
  }
});

test('what a mail paints beside its boxes and through its letters is thin, and letters are drawn as letters', async () => {
  const markup =
    '<table style="border-collapse: collapse"><tr><td style="border-left: 99px solid #fff; border-top: 10px solid">a</table>' +
    '<ul><li style="font-size: 99px; list-style: square outside">b</ul><s><font face="Wingdings" size="7">c</font></s>' +
    `<p style="font: 99px 'Webdings', serif; text-decoration: line-through 40px">d</p><font face="Arial">e</font>`;
  await open(html(markup));
  const drawn = await inMail((inner) => {
    const style = (selector: string) => {
      const found = inner.querySelector(selector);
      if (!found || !inner.defaultView) throw new Error(`no ${selector}`);
      return inner.defaultView.getComputedStyle(found);
    };
    return {
      edges: [style('td').borderLeftWidth, style('td').borderTopWidth],
      mark: style('li').listStylePosition,
      lines: ['s', 'p'].map((one) => `${style(one).textDecorationLine} ${style(one).textDecorationThickness}`),
      fonts: ['s > font', 'p', 'p ~ font'].map(
        (one) => /wingdings|webdings|arial/i.exec(style(one).fontFamily)?.[0] ?? '',
      ),
    };
  });
  for (const width of drawn.edges) assert.ok(Number.parseFloat(width) <= 10, width);
  const { mark, lines, fonts } = drawn;
  assert.deepEqual([mark, lines, fonts], ['inside', Array(2).fill('line-through 1px'), ['', '', 'Arial']]);
});
