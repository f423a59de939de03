// E6 and what of E7 is reading: each way to call home in a mail of its own, encrypted and signed.

import assert from 'node:assert/strict';
import { type Channel, channels, documentWith, FIRST_LINE, LAST_LINE } from '../../e2e/support/back-channels.js';
import { copyText, shows } from '../../e2e/support/desk.js';
import { pressAtFile } from '../../e2e/support/mail-files.js';
import { type Entity, encrypted, file, multipart, text } from '../../e2e/support/mime.js';
import { hostilePdfs } from '../../e2e/support/pdf-hostile.js';
import { pageDrawn, pageInk } from '../../e2e/support/pdf-page.js';
import { say } from '../../e2e/support/session.js';
import { button, until, type View } from '../../harness/index.js';
import type { Case, Cases } from '../case.js';
import { mail } from '../forms.js';
import { look } from '../look.js';
import { CONTROL, type World } from '../world.js';

/** Nothing that could act, or fetch by itself, is left of it. */
const ACTIVE =
  'script, iframe, object, embed, form, input, meta[http-equiv=refresh], base, style, svg, math, video, audio';

const inBody = (frame: View, selector: string): Promise<number> =>
  frame.evaluate((wanted) => {
    const inner = document.querySelector<HTMLIFrameElement>('wx-opening:not([hidden]) iframe.mail-body');
    return inner?.contentDocument?.querySelectorAll(wanted).length ?? -1;
  }, selector);

const sealedHtml = ({ gpg, alice, bob }: World, content: Entity): string =>
  mail(encrypted(gpg, content, [bob.fingerprint], alice.fingerprint));

const firstLine = (bodies: readonly string[]): boolean => bodies[0]?.includes(FIRST_LINE) === true;

async function played(world: World, channel: Channel): Promise<string> {
  const markup = documentWith([channel]);
  if (channel.bites) await bites(world, channel.name);
  const { frame, outcome } = await world.mail(sealedHtml(world, text(markup, 'text/html')), { seen: firstLine });
  assert.equal(await inBody(frame, ACTIVE), 0);
  assert.equal(await inBody(frame, 'link:not([rel="stylesheet"][href="mail-body.css"])'), 0);
  const bait = new URL(world.bait.origin).host;
  // A link may name its target; nothing else may.
  assert.equal(await inBody(frame, `:not(a)[href*="${bait}"], [src*="${bait}"], [style*="${bait}"], [ping]`), 0);
  return outcome;
}

/** The same in a page of its own calls home: it is a bait. */
async function bites(world: World, name: string): Promise<void> {
  // It asks for addresses of its own: some of it may come later than what it is found by.
  const page = channels(world.bait.url(CONTROL)).filter((one) => one.name === name);
  world.pages.put('/control', documentWith(page));
  // In a tab of its own: it may be on its way elsewhere.
  const control = await world.driver.tab();
  try {
    await control.goto(world.pages.url('/control')).catch(() => undefined);
    const called = () => world.bait.asked.some((path) => path.startsWith(`${CONTROL}/${name}`));
    await until(`a page with ${name} calls home`, called);
  } finally {
    await control.close();
  }
  await world.tab.goto(world.pages.url('/'));
  world.begin();
}

/** A document with all of them at once, in a mail that also brings a picture. */
export const everything = (world: World): string => {
  const document = documentWith(channels(world.bait.origin).filter(({ name }) => name !== 'frameset'));
  return sealedHtml(world, text(document, 'text/html'));
};

export const lastLine = (bodies: readonly string[]): boolean =>
  firstLine(bodies) && bodies[0]?.includes(LAST_LINE) === true;

const asText: Case = async (world) => {
  const { frame, outcome } = await world.mail(everything(world), { seen: firstLine });
  await button(frame, say('show_as_text')).click();
  await shows(frame, LAST_LINE);
  await button(frame, say('show_as_html')).click();
  await until('it is HTML again', () => inBody(frame, 'p'));
  return outcome;
};

const copied: Case = async (world) => {
  const { frame, outcome } = await world.mail(everything(world), { seen: firstLine });
  await copyText(frame);
  return outcome;
};

const printed: Case = async (world) => {
  const { frame, outcome } = await world.mail(everything(world), { seen: lastLine });
  const before = await frame.evaluate(() => document.querySelectorAll('*').length);
  // The browser's own dialog cannot be driven; what it prints is the document that is there.
  await frame.evaluate(() => {
    window.print = () => {
      document.documentElement.dataset.printed = 'yes';
      window.dispatchEvent(new Event('beforeprint'));
      window.dispatchEvent(new Event('afterprint'));
    };
  });
  await button(frame, say('print')).click();
  await until('it prints', () => frame.evaluate(() => document.documentElement.dataset.printed));
  assert.equal(await frame.evaluate(() => document.querySelectorAll('*').length), before);
  return outcome;
};

/** `cid:` of a part that is no picture, and of one that only says so. */
const foreignParts: Case = async (world) => {
  const bait = world.bait.url('/cid');
  const svg = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg"><image href="${bait}"/><script>fetch("${bait}")</script></svg>`,
  );
  const page = Buffer.from(`<img src="${bait}">`);
  const markup = `<p>${FIRST_LINE}</p><img src="cid:s@x"><img src="cid:h@x"><img src="cid:f@x"><iframe src="cid:h@x"></iframe>`;
  const content = multipart('related', [
    text(markup, 'text/html'),
    file('s.svg', 'image/svg+xml', svg, { id: 's@x' }),
    file('h.html', 'text/html', page, { id: 'h@x' }),
    file('f.png', 'image/png', svg, { id: 'f@x' }),
  ]);
  const { frame, outcome } = await world.mail(sealedHtml(world, content), { seen: firstLine });
  await until('the pictures are settled', async () => (await inBody(frame, 'img')) === 0);
  assert.equal(await inBody(frame, ACTIVE), 0);
  return outcome;
};

/**
 * A PDF of the mail is looked at and clicked in many places. Nothing opens but the preview, and the verdict on the mail stays.
 * @param what the words for it among the hostile ones
 */
const pdfThatCalls =
  (what: string): Case =>
  async (world) => {
    const found = hostilePdfs(world.bait.url('/pdf')).find((one) => one.what === what);
    assert.ok(found);
    const content = multipart('mixed', [text(FIRST_LINE), file('bill.pdf', 'application/pdf', found.octets())]);
    const { frame, outcome } = await world.mail(sealedHtml(world, content), { seen: [FIRST_LINE] });
    await pressAtFile(frame, 'bill.pdf', say('preview'));
    await pageDrawn(frame, 1, 1);
    assert.ok((await pageInk(frame, 0, 1)) > 0, 'it is drawn');
    const before = await world.tab.url();
    for (const place of ['canvas', '.pdf-sheet', 'canvas']) await frame.click(place);
    await button(frame, say('pdf_text')).click();
    await frame.visible('.pdf-text');
    const inside = 'iframe, object, embed, form, a[href], input:not([type=number]), [onclick]';
    assert.equal(await frame.evaluate((one) => document.querySelectorAll(`wx-pdf :is(${one})`).length, inside), 0);
    assert.equal(await world.tab.url(), before);
    const after = await look(frame, [FIRST_LINE], world.people);
    assert.equal(after.outcome, outcome);
    return outcome;
  };

export const BACK_CHANNELS: Cases = {
  ...Object.fromEntries(
    channels('http://127.0.0.1').map(({ name }): [string, Case] => [
      `E6.${name}`,
      async (world) => {
        const channel = channels(world.bait.origin).find((one) => one.name === name);
        assert.ok(channel);
        return played(world, channel);
      },
    ]),
  ),
  'E6.cid': foreignParts,
  'E6.pdf': pdfThatCalls('actions, forms, XFA and pictures of elsewhere'),
  'E6.pdf-font': pdfThatCalls('code in the matrix of a font'),
  'E7.text': asText,
  'E7.copy': copied,
  'E7.print': printed,
};
