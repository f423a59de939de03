// "Re: What's up, Johnny?": ciphertext of others that hides in a mail (R), ciphertext moved to another context (R10), and
// words that are hidden from the one who answers or signs (S).

import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { shows } from '../../e2e/support/desk.js';
import { enclosed, encrypted, entity, type Fields, multipart, protectedHeaders } from '../../e2e/support/mime.js';
import { say } from '../../e2e/support/session.js';
import { escaped } from '../../e2e/support/site.js';
import { until } from '../../harness/index.js';
import type { Case, Cases } from '../case.js';
import { crlf, html, mail, plain, sealed, text, withFields } from '../forms.js';
import { ALICE, EVE, SECRET, type World } from '../world.js';

const QUESTION = 'What is up?';
const DOTS = `${QUESTION}${'\n.'.repeat(50)}`;
const CSS = '<style>*{color:red!important}</style>';

/** A mail that brings ciphertext beside what it shows; opened by itself the ciphertext has a verdict of its own. */
const beside =
  ({ make, seen, part }: { make: (world: World) => string; seen: readonly string[]; part: string }): Case =>
  async (world) =>
    (await world.mail(mail(make(world)), { seen, parts: { [part]: [SECRET] } })).outcome;

const asFile = ({ gpg, bob }: World, id?: string): string => {
  const block = crlf(gpg.encrypt(text(SECRET), [bob.fingerprint]));
  const file = entity([['Content-Type', 'application/octet-stream; name="a.asc"']], block);
  return id === undefined ? file : withFields(file, `Content-ID: <${id}>`);
};

const report = (world: World): string =>
  multipart('report', [plain('It failed.'), enclosed(mail(sealed(world)))], 'report-type=delivery-status');

const two: Case = async (world) => {
  const content = multipart('mixed', [plain(QUESTION), sealed(world), sealed(world)]);
  const parts = { 'encrypted.eml': [SECRET], 'encrypted (2).eml': [SECRET] };
  return (await world.mail(mail(content), { seen: [QUESTION], parts })).outcome;
};

/** Blocks in the text of a page: each is in a frame of its own, and the page never has its text. */
const inPage =
  (make: (armored: string) => string, count = 1): Case =>
  async (world) =>
    world.blocks(
      make(escaped(world.gpg.encrypt(SECRET, [world.bob.fingerprint]))),
      new Array<string>(count).fill(SECRET),
    );

const inner: Fields = [
  ['From', ALICE],
  ['To', 'Bob <bob@example.test>'],
  ['Subject', 'The barge'],
];

/** Alice's mail, sent on by eve under other headers. */
export function movedMail({ gpg, alice, bob }: World, isProtected: boolean, more: Fields = []): string {
  const content = isProtected ? protectedHeaders(text(SECRET), inner, 'cipher') : text(SECRET);
  return mail(encrypted(gpg, content, [bob.fingerprint], alice.fingerprint), { from: EVE, subject: 'Hi', more });
}

const moved =
  (isProtected: boolean, ...more: Fields): Case =>
  async (world) => {
    const raw = movedMail(world, isProtected, more);
    const { frame, outcome } = await world.mail(raw, { from: ['eve@example.test'], seen: [SECRET] });
    if (isProtected) {
      await shows(frame, say('outside_differs'));
      // What people would answer to is what the protected part says.
      const head = await frame.text('wx-opening .mail-head');
      assert.ok(head.includes('alice@example.test') && head.includes('The barge'), head);
      assert.ok(!head.includes('eve@example.test'), head);
    }
    return outcome;
  };

const HIDDEN = 'I will pay 900 euro.';

/** Text that a mail wants nobody to see: it is drawn, in the place where it stands, and can be read. */
const drawn =
  (markup: string): Case =>
  async (world) => {
    const content = text(`<p>Hello bob,</p>${markup}<p>Yours, eve</p>`, 'text/html');
    const raw = mail(encrypted(world.gpg, content, [world.bob.fingerprint], world.eve.fingerprint), { from: EVE });
    const { frame, outcome } = await world.mail(raw, {
      from: ['eve@example.test'],
      seen: ([body]) => body?.includes(HIDDEN) === true,
    });
    const look = () =>
      frame.evaluate((words) => {
        const body = document.querySelector<HTMLIFrameElement>('wx-opening:not([hidden]) iframe.mail-body')
          ?.contentDocument?.body;
        const walker = body?.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
        let node = walker?.nextNode();
        while (node && !node.nodeValue?.includes(words)) node = walker?.nextNode();
        const element = node?.parentElement;
        if (!body || !node || !element) return { why: 'it is not there' };
        const range = body.ownerDocument.createRange();
        range.selectNodeContents(node);
        const { left, top, right, bottom, width, height } = range.getBoundingClientRect();
        const style = body.ownerDocument.defaultView?.getComputedStyle(element);
        const root = body.ownerDocument.documentElement;
        const numbers = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
        const light = (colour: number[]) => {
          const [red = 0, green = 0, blue = 0] = colour.map((part) =>
            part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
          );
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        // What is really behind it is asked where it stands: not all of what it stands in is.
        // What is wider than the frame is scrolled to.
        const view = body.ownerDocument.defaultView;
        view?.scrollTo(right > root.clientWidth ? left : 0, 0);
        const line = range.getClientRects()[0];
        const under = line
          ? body.ownerDocument.elementsFromPoint((line.left + line.right) / 2, (line.top + line.bottom) / 2)
          : [];
        // The background of a line is behind what is in the line, not behind a block that cuts the line in two.
        const inline = (one: Element) => body.ownerDocument.defaultView?.getComputedStyle(one).display === 'inline';
        const behind = (one: Element) => {
          let up: Element | null = element;
          while (up && up !== one && inline(up)) up = up.parentElement;
          return up === one || !inline(one);
        };
        const ground = under
          .filter(behind)
          .map((one) => numbers(body.ownerDocument.defaultView?.getComputedStyle(one).backgroundColor ?? ''))
          .find((own) => own.length === 3 || (own[3] ?? 0) === 1) ?? [255, 255, 255];
        const [dark = 0, bright = 0] = [light(numbers(style?.color ?? '')), light(ground)].sort((a, b) => a - b);
        view?.scrollTo(0, 0);
        return {
          why: '',
          covered: under[0] !== element,
          visible: element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
          inside: left >= 0 && top >= 0 && right <= root.scrollWidth && bottom <= root.scrollHeight,
          size: Math.min(width, height) >= 8 && Number.parseFloat(style?.fontSize ?? '0') >= 8,
          contrast: (bright + 0.05) / (dark + 0.05) >= 2 && (numbers(style?.color ?? '')[3] ?? 1) > 0,
          clipped: style?.clipPath !== 'none' || style?.clip !== 'auto',
        };
      }, HIDDEN);
    const good = { why: '', covered: false, visible: true, inside: true, size: true, contrast: true, clipped: false };
    let seen = await look();
    // What is measured is repaired once more when a frame has its size.
    await until('it can be read', async () => {
      seen = await look();
      return isDeepStrictEqual(seen, good);
    }).catch(() => assert.deepEqual(seen, good));
    return outcome;
  };

/** Markup that hides these words, by how it does. */
const styled = (style: string) => (words: string) => `<p style="${style}">${words}</p>`;
const ruled = (rule: (selector: string) => string) => (words: string) =>
  `<style>${rule('.h')}</style><p class="h">${words}</p>`;
/** A white box of some size. */
const OVER = (place: string) => `<div style="${place}; width: 300px; background: #fff">.<br>.</div>`;
export const HIDES: Readonly<Record<string, (words: string) => string>> = {
  display: styled('display: none'),
  visibility: styled('visibility: hidden'),
  opacity: styled('opacity: 0'),
  clip: styled('clip-path: inset(100%); clip: rect(0 0 0 0)'),
  position: styled('position: absolute; left: -9999px; top: -9999px'),
  indent: styled('text-indent: -9999px; margin-left: -9999px'),
  transparent: styled('color: transparent'),
  'same-colour': styled('color: #fff; background-color: #fff'),
  'current-colour': styled('color: #fff; background-color: currentcolor'),
  'nearly-same-colour': styled('color: #fdfdfd'),
  'font-size': styled('font-size: 0; line-height: 0'),
  height: styled('height: 0; max-height: 0; overflow: hidden'),
  transform: styled('transform: scale(0)'),
  attribute: (words) => `<p hidden>${words}</p>`,
  'attribute-colour': (words) => `<p><font color="#ffffff" size="1">${words}</font></p>`,
  details: (words) => `<details><summary>More</summary><p>${words}</p></details>`,
  sheet: ruled((s) => `${s} { display: none }`),
  media: ruled((s) => `@media screen { ${s} { display: none } }`),
  supports: ruled((s) => `@supports (display: block) { ${s} { display: none } }`),
  document: ruled(
    (s) => `@-moz-document url-prefix() { ${s} { display: none } } @document url(http:) { ${s} { display: none } }`,
  ),
  ruby: (words) => `<ruby>a<rp>${words}</rp></ruby>`,
  column: styled('display: table-column'),
  columns: styled('display: table-column-group'),
  'ground-of-a-line': (words) => `<span style="background: #000"><div style="color: #fff">${words}</div></span>`,
  'ground-of-no-height': (words) =>
    `<div style="background: #000; color: #fff"><div style="float: left">${words}</div></div><div style="clear: both"></div>`,
  'smaller-and-smaller': (words) => `<p>${'<small>'.repeat(15)}${words}${'</small>'.repeat(15)}</p>`,
  'padding-over-it': (words) =>
    `<p>${words}</p><p><span style="padding-top: 300px; padding-right: 80%; background: #fff">.</span></p>`,
  'letters-over-it': (words) =>
    `<p style="font-size: 9px; margin: 0">${words}</p><p style="line-height: 10px; margin: 0"><span style="font-size: 99px; padding-right: 80%; background: #fff">.</span></p>`,
  'beyond-the-left': (words) =>
    `<div dir="rtl" style="width: 1px"><div style="width: 900px; text-align: left">${words}</div></div>`,
  'cell-over-it': (words) =>
    `<table><tr><td>a<td rowspan="2" valign="bottom">${words}</td></tr><tr><td colspan="2"><table style="display: inline-block; background: #fff" width="900" height="90"><tr><td></table></td></tr></table>`,
  'float-over-it': (words) =>
    `<div style="float: left; width: 0; white-space: nowrap">${words}</div>${OVER('float: left')}<div style="clear: both"></div>`,
  'piece-over-it': (words) =>
    `<p style="white-space: nowrap"><span style="display: inline-block; width: 1px">${words}</span>${OVER('display: inline-block')}</p>`,
  'cell-beside-it': (words) =>
    `<table><tr><td nowrap style="max-width: 1px">${words}<td>${OVER('display: inline-block')}</table>`,
  'pushed-out': (words) =>
    `<div style="float: left"><div style="margin-left: 60%; white-space: nowrap">${words}</div></div>${OVER('float: left')}<div style="clear: both"></div>`,
  'from-the-right': (words) =>
    `<div style="float: left">${words}</div><div dir="rtl" style="float: left; width: 1px"><div style="width: 900px; background: #fff">.</div></div><div style="clear: both"></div>`,
  'against-the-lines': (words) =>
    `<table><tr><td dir="rtl" style="max-width: 1px"><div dir="ltr" style="white-space: nowrap">${words}</div><td>${OVER('display: inline-block')}</table>`,
  print: ruled((s) => `@media not print { ${s} { visibility: hidden } }`),
};

/** Ciphertext beside what is shown: how the mail is built, what is read of it, and the name of the part. */
export const BESIDE: Readonly<
  Record<string, { make: (world: World) => string; seen: readonly string[]; part: string }>
> = {
  'R1.report': { make: report, seen: ['It failed.'], part: '.eml' },
  'R2.alternative': {
    make: (w) => multipart('alternative', [plain(QUESTION), sealed(w)]),
    seen: [QUESTION],
    part: 'encrypted.eml',
  },
  'R2.alternative-file': {
    make: (w) => multipart('alternative', [plain(QUESTION), asFile(w)]),
    seen: [QUESTION],
    part: 'a.asc',
  },
  'R3.dots': { make: (w) => multipart('mixed', [plain(DOTS), sealed(w)]), seen: [DOTS], part: 'encrypted.eml' },
  'R4.style': {
    make: (w) => multipart('mixed', [html(`${QUESTION}${CSS}<plaintext>`), sealed(w)]),
    seen: [QUESTION],
    part: 'encrypted.eml',
  },
  'R6.related': {
    make: (w) => multipart('related', [html(`${QUESTION}<iframe src="cid:p@x"></iframe>`), asFile(w, 'p@x')]),
    seen: [QUESTION],
    part: 'a.asc',
  },
  'R6.picture': {
    make: (w) =>
      multipart('related', [
        html(`${QUESTION}<object data="cid:p@x"></object>`),
        withFields(sealed(w), 'Content-ID: <p@x>'),
      ]),
    seen: [QUESTION],
    part: 'encrypted.eml',
  },
};

export const COVERT: Cases = {
  ...Object.fromEntries(Object.entries(BESIDE).map(([id, one]): [string, Case] => [id, beside(one)])),
  'R5.two': two,
  'R7.text': inPage((armored) => `<pre>${QUESTION}\n${'.\n'.repeat(50)}${armored}</pre>`),
  'R8.two': inPage((armored) => `<pre>${armored}\n\nand\n\n${armored}</pre>`, 2),
  'R9.style': inPage(
    (armored) =>
      `${CSS}<style>pre{color:#fff!important;background:#fff!important}</style><p>${QUESTION}</p><pre>${armored}</pre>`,
  ),
  'R10.from': moved(true),
  'R10.reply-to': moved(true, ['Reply-To', EVE]),
  'R10.unprotected': moved(false),
  ...Object.fromEntries(
    Object.entries(HIDES).map(([name, hide]): [string, Case] => [`S1.${name}`, drawn(hide(HIDDEN))]),
  ),
};
