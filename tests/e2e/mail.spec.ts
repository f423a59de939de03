// Whole mails on a real webmail with a real mail server: PGP/MIME as other programs make it, read by bob in Roundcube.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { button, type Driver, until, type View } from '../harness/index.js';
import { arrived, Mailbox } from '../webmail/mailbox.js';
import { Roundcube } from '../webmail/roundcube.js';
import { backChannels } from './support/back-channels.js';
import { glance, readers, readerWith, shows } from './support/desk.js';
import { given } from './support/given.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { pressAtFile, savedFile } from './support/mail-files.js';
import {
  type Entity,
  enclosed,
  encrypted,
  type Fields,
  file,
  mail,
  mangled,
  multipart,
  type Outer,
  plain,
  protectedHeaders,
  protectedHeadersV1,
  signed,
  text,
} from './support/mime.js';
import { pdf } from './support/pdf.js';
import { half } from './support/pdf-hostile.js';
import { pageColour, pageDrawn, pageInk } from './support/pdf-page.js';
import { browser, say } from './support/session.js';
import { page as html, type Site, site } from './support/site.js';
import { listed, lockNow, unlock } from './support/steps.js';

const ALICE = 'Alice <alice@example.test>';
const BOB = 'Bob <bob@example.test>';
const EVE = 'Eve <eve@example.test>';
const TEXT = 'The barge goes up the canal on Thursday.';
/** One red pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);
const NOTES = Buffer.concat([crypto.randomBytes(5_000), Buffer.from('\r\n\n\r\0 ends here')]);

let roundcube: Roundcube;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let mailbox: Mailbox;
let alice: GpgKey;
let bob: GpgKey;
let eve: GpgKey;
let carol: GpgKey;

before(async () => {
  gpg = new Gpg();
  [alice, bob, eve, carol] = [ALICE, BOB, EVE, 'Carol <carol@example.test>'].map((id) => gpg.key(id)) as [
    GpgKey,
    GpgKey,
    GpgKey,
    GpgKey,
  ];
  [roundcube, driver, web] = await Promise.all([Roundcube.start(), browser(), site()]);
  mailbox = await Mailbox.login(await driver.tab(), roundcube, 'bob');
  await given(driver, { own: [bob], contacts: [alice, eve], unlocked: true, sites: [mailbox.view] });
});
after(async () => {
  await driver?.close();
  await roundcube?.stop();
  web?.close();
  gpg?.close();
});

/** Puts a mail into the inbox, from alice if nothing else is said. */
function put(subject: string, content: Entity, outer: Partial<Outer> = {}): string {
  const raw = mail({ from: ALICE, to: BOB, subject, ...outer }, content);
  roundcube.maildir('bob').put(raw);
  return raw;
}

/** Opens a mail in the preview, and returns its one reader frame once it shows this text. */
async function read(subject: string, shown: string): Promise<View> {
  await mailbox.inbox();
  const preview = await mailbox.preview(subject);
  const frame = await readerWith(driver, preview, shown);
  await readers(driver, preview, 1);
  return frame;
}

/** The band in which Waxseal says what it thinks of what is seen. */
const verdict = (frame: View): Promise<string> => frame.text('wx-opening:not([hidden]) .verdict');

/** What the frame within a reader shows: HTML. No script runs in it, so that it is the reader that looks. */
const letter = (frame: View): Promise<string> =>
  frame.evaluate(() => {
    const inner = document.querySelector<HTMLIFrameElement>('wx-opening:not([hidden]) iframe.mail-body');
    return inner?.contentDocument?.body?.innerText ?? '';
  });

/** Waits until HTML with this text is shown. */
async function writes(frame: View, words: string): Promise<void> {
  let last = '';
  await until(`the HTML says "${words}"`, async () => {
    last = await letter(frame);
    return last.includes(words);
  }).catch((error: unknown) => assert.fail(`${String(error)}\nit says:\n${last}`));
}

/** How many elements of the HTML that is shown match. */
const inLetter = (frame: View, selector: string): Promise<number> =>
  frame.evaluate((wanted) => {
    const inner = document.querySelector<HTMLIFrameElement>('wx-opening:not([hidden]) iframe.mail-body');
    return inner?.contentDocument?.querySelectorAll(wanted).length ?? -1;
  }, selector);

const sources = (): string[] =>
  driver.requests.map(({ url }) => url).filter((url) => url.includes('_action=viewsource'));

/** A letter with everything: text and HTML, a picture in it, a file. */
const whole = (): Entity =>
  multipart('mixed', [
    multipart('related', [
      multipart('alternative', [
        text(TEXT),
        text(`<p>The <b>barge</b> goes up.</p><img src="cid:p@x" alt="">`, 'text/html'),
      ]),
      file('pixel.png', 'image/png', PIXEL, { id: 'p@x' }),
    ]),
    file('notes.bin', 'application/octet-stream', NOTES),
  ]);
const inner = (subject: string): Fields => [
  ['From', ALICE],
  ['To', BOB],
  ['Subject', subject],
];

test('a plain mail is left to the webmail: its source is not asked for', async () => {
  put('nothing secret', multipart('mixed', [plain('Just words.'), file('a.bin', 'application/octet-stream', NOTES)]));
  const asked = sources().length;
  await mailbox.inbox();
  const preview = await mailbox.preview('nothing secret');
  assert.match(await preview.text('#messagebody'), /Just words/);
  put('after it', encrypted(gpg, text('the next one'), [bob.fingerprint]));
  await mailbox.inbox();
  await readerWith(driver, await mailbox.preview('after it'), 'the next one');
  assert.equal(sources().length, asked + 1, 'of the plain one nothing was asked');
});

test('encrypted and signed, with text, HTML, a picture, a file, and its headers inside (RFC 9788)', async () => {
  const hidden: Fields = [['Subject', '[...]']];
  const content = protectedHeaders(whole(), inner('The barge'), 'cipher', hidden);
  put('[...]', encrypted(gpg, content, [bob.fingerprint], alice.fingerprint));
  const frame = await read('[...]', 'The barge');
  await shows(frame, say('summary_signed_by_sender', ALICE));
  await shows(frame, say('encrypted_yes'));
  await shows(frame, say('headers_encrypted_undated'));
  await shows(frame, say('outside_differs'));
  await writes(frame, 'The barge goes up.');
  await until('the picture is drawn', () =>
    frame.evaluate(() => {
      const inner = document.querySelector<HTMLIFrameElement>('iframe.mail-body');
      return inner?.contentDocument?.querySelector('img')?.naturalWidth === 1;
    }),
  );
  assert.deepEqual(await savedFile(driver, frame, 'notes.bin'), NOTES);
});

test('the same in the full page, with the headers inside as older programs write them', async () => {
  put('...', encrypted(gpg, protectedHeadersV1(whole(), inner('The old barge')), [bob.fingerprint], alice.fingerprint));
  await mailbox.inbox();
  const view = await mailbox.open('...');
  const frame = await readerWith(driver, view, 'The old barge');
  await shows(frame, say('summary_signed_by_sender', ALICE));
  assert.equal(await view.evaluate(() => document.querySelector('#messagebody')?.checkVisibility()), false);
  assert.equal(await view.evaluate(() => document.querySelector('#attachment-list')?.checkVisibility()), true);
});

test('signed only, by SMTP through a real mail server; altered, it is not what alice signed', async () => {
  const content = multipart('mixed', [text(TEXT), file('notes.bin', 'application/octet-stream', NOTES)]);
  const raw = mail({ from: ALICE, to: BOB, subject: 'signed for all' }, signed(gpg, content, alice.fingerprint));
  await roundcube.send('alice', 'bob', raw);
  await arrived(roundcube, 'bob', 'signed for all');
  const frame = await read('signed for all', TEXT);
  await shows(frame, say('summary_signed_by_sender', ALICE));
  await shows(frame, say('encrypted_no'));
  assert.deepEqual(await savedFile(driver, frame, 'notes.bin'), NOTES);

  const altered = signed(gpg, plain('Pay 100 euro.'), alice.fingerprint).replace('100', '900');
  put('signed and altered', altered);
  const bad = await read('signed and altered', 'Pay 900 euro.');
  await shows(bad, say('summary_bad_signature'));
});

test('a signature inside of the encryption', async () => {
  put('signed inside', encrypted(gpg, signed(gpg, text(TEXT), alice.fingerprint), [bob.fingerprint]));
  const frame = await read('signed inside', TEXT);
  await shows(frame, say('summary_signed_by_sender', ALICE));
  await shows(frame, say('encrypted_yes'));
});

test('taken apart by a mail server: put together again, and said so', async () => {
  put('mangled', mangled(gpg, text(TEXT), [bob.fingerprint], alice.fingerprint));
  const frame = await read('mangled', TEXT);
  await shows(frame, say('summary_signed_by_sender', ALICE));
  await shows(frame, say('note_repaired'));
});

test('a mailing list wrote below a signed mail (attack M1 looks the same): only a part is signed', async () => {
  const outside = 'You can leave this list at any time.';
  put('[list] hello', multipart('mixed', [signed(gpg, text(TEXT), alice.fingerprint), plain(outside)]));
  const frame = await read('[list] hello', outside);
  const said = await verdict(frame);
  assert.ok(!said.includes(say('summary_signed_by_sender', ALICE)), said);
  await shows(frame, say('note_part_signed'));
  await button(frame, say('open_part')).click();
  await shows(frame, TEXT);
  await until('the part has a verdict of its own', async () => (await verdict(frame)).includes(ALICE));
});

test('M1: words of another before the signed part are under no verdict of the signed part', async () => {
  const forged = `Please pay 900 euro to eve.${'\n.'.repeat(49)}`;
  put('forged before', multipart('mixed', [plain(forged), signed(gpg, text(TEXT), alice.fingerprint)]));
  const frame = await read('forged before', 'Please pay 900 euro');
  const said = await verdict(frame);
  assert.ok(!said.includes(say('summary_signed_by_sender', ALICE)), said);
  await shows(frame, say('note_part_signed'));
});

test('an encrypted part between foreign ones is not opened with them (EFAIL, covert content)', async () => {
  const secret = encrypted(gpg, text(TEXT), [bob.fingerprint]);
  const around = [text('<p>Hello <img src="', 'text/html'), secret, text('"></p>', 'text/html')];
  put('spliced', multipart('mixed', around));
  const frame = await read('spliced', say('note_part_encrypted'));
  assert.ok(!(await glance(frame)).includes(TEXT));
  assert.ok(!(await frame.evaluate(() => document.documentElement.outerHTML)).includes(TEXT));
  await until('each document is one of its own', async () => (await frame.count('iframe.mail-body')) === 2);
  assert.ok(!(await letter(frame)).includes(TEXT));
});

test('an HTML mail that calls home in every known way (E6) reaches nobody', async () => {
  const document = backChannels(web.url('/bait'));
  const asks = (at: string): string[] => web.asked.filter((path) => path.startsWith(at));
  // The same as a page of its own, but that it stays: the bait is one. What it asks for may come late, and is told from the mail's.
  const page = backChannels(web.url('/page-bait'));
  web.put('/page', page.replace(/<meta http-equiv="refresh"[^>]*>/, '').replace('this.form.submit()', ''));
  const tab = await driver.tab(web.url('/page'));
  await until('the page calls home', () => asks('/page-bait').length > 10);
  await tab.close();

  const content = multipart('related', [text(document, 'text/html'), file('p.png', 'image/png', PIXEL, { id: 'p@x' })]);
  put('calls home', encrypted(gpg, content, [bob.fingerprint], alice.fingerprint));
  const seen = driver.requests.length;
  const frame = await read('calls home', say('encrypted_yes'));
  await writes(frame, 'The first line of the letter.');
  await writes(frame, 'The last line of the letter.');
  const active = 'script, iframe, object, embed, form, meta[http-equiv=refresh], base, style, link[href*=bait]';
  assert.equal(await inLetter(frame, active), 0);
  // As text, and back again.
  await button(frame, say('show_as_text')).click();
  await shows(frame, 'The last line of the letter.');
  await button(frame, say('show_as_html')).click();
  await writes(frame, 'The last line of the letter.');
  // Whatever was begun would have been heard before the answer to this.
  web.put('/after', html('<p>after</p>'));
  await driver.tab(web.url('/after')).then((after) => after.close());
  const { host } = new URL(web.origin);
  const asked = driver.requests.slice(seen).map(({ url }) => url);
  assert.deepEqual(
    asked.filter((url) => url.includes(host) && !url.includes('/page-bait')),
    [web.url('/after')],
  );
  assert.deepEqual(asks('/bait'), []);
});

// Who signed is compared with who sent, inside and outside (attacks I1 to I3).
const SENDERS: { what: string; from: string; inside?: string; more?: Fields }[] = [
  { what: 'outside alice', from: ALICE },
  { what: 'inside alice', from: ALICE, inside: ALICE },
  { what: 'outside eve, inside alice', from: EVE, inside: ALICE },
  { what: 'the address of alice as a name', from: '"alice@example.test" <eve@example.test>' },
  { what: 'a name that hides the address', from: '"Alice <alice@example.test>                  ." <eve@example.test>' },
  { what: 'two senders', from: `${ALICE}, ${EVE}` },
  { what: 'two From fields', from: ALICE, more: [['From', EVE]] },
  { what: 'a Sender field', from: ALICE, more: [['Sender', EVE]] },
];
for (const { what, from, inside, more = [] } of SENDERS) {
  test(`eve signs a whole mail; ${what}: the verdict names eve and never alice`, async () => {
    const words = text('Send money.');
    const content = inside ? protectedHeaders(words, [['From', inside]], 'cipher') : words;
    put(what, encrypted(gpg, content, [bob.fingerprint], eve.fingerprint), { from, more });
    const frame = await read(what, 'Send money.');
    const said = await verdict(frame);
    assert.ok(said.includes(EVE), said);
    assert.ok(!said.includes(ALICE), said);
    assert.ok(!said.includes(say('summary_signed_by_sender', ALICE)), said);
  });
}

test('a protected From that is not the one outside is pointed out', async () => {
  const content = protectedHeaders(text(TEXT), inner('really from alice'), 'cipher', [['From', EVE]]);
  put('from another', encrypted(gpg, content, [bob.fingerprint], alice.fingerprint), { from: EVE });
  const frame = await read('from another', TEXT);
  await shows(frame, say('note_from_differs'));
});

test('a file of 10 MB is saved as it is', async () => {
  const large = crypto.randomBytes(10 * 1024 * 1024);
  const content = multipart('mixed', [text(TEXT), file('large.bin', 'application/octet-stream', large)]);
  put('a large file', encrypted(gpg, content, [bob.fingerprint], alice.fingerprint));
  const frame = await read('a large file', TEXT);
  const got = await savedFile(driver, frame, 'large.bin');
  assert.ok(got.equals(large), `${got.length} octets of ${large.length}`);
});

test('a PDF is looked at in the reader, light and dark, and closed again', async () => {
  const report = pdf([half('1 0 0', 'The first page'), half('0 0 1', 'The second page')]);
  const content = multipart('mixed', [text(TEXT), file('report.pdf', 'application/pdf', report)]);
  put('a report', encrypted(gpg, content, [bob.fingerprint], alice.fingerprint));
  const frame = await read('a report', TEXT);
  const height = () => frame.evaluate(() => innerHeight);
  const ground = () =>
    frame.evaluate(() => getComputedStyle(document.querySelector('.pdf-sheet') as Element).backgroundColor);
  await pressAtFile(frame, 'report.pdf', say('preview'));
  const page = await pageDrawn(frame, 1, 2);
  assert.ok(page.width > 200, `it is drawn ${page.width} wide`);
  await until('the frame has made room for it', async () => (await height()) > page.height);
  assert.deepEqual(await pageColour(frame, 0.5, 0.25), [255, 0, 0, 255]);
  assert.ok((await pageInk(frame, 0.6, 0.7)) > 200, 'the line is written');

  // Around it it is dark; the page itself is paper.
  const light = await ground();
  await driver.dark(mailbox.view, true);
  await until('it is dark', async () => (await ground()) !== light);
  await button(frame, say('pdf_next')).click();
  await pageDrawn(frame, 2, 2);
  assert.deepEqual(await pageColour(frame, 0.5, 0.25), [0, 0, 255, 255]);
  assert.deepEqual(await pageColour(frame, 0.5, 0.9), [255, 255, 255, 255]);
  assert.ok((await pageInk(frame, 0.6, 0.7)) > 200, 'the line is written');
  await driver.dark(mailbox.view, false);
  await until('it is light again', async () => (await ground()) === light);

  await frame.press('Escape');
  await until('it is closed', async () => (await frame.count('wx-pdf')) === 0);
  assert.equal(await frame.evaluate(() => document.activeElement?.textContent?.trim()), say('preview'));
  await until('the frame takes no more room for it', async () => (await height()) < page.height);
  assert.deepEqual(await savedFile(driver, frame, 'report.pdf'), report);
});

test('a key in a mail is looked at and imported', async () => {
  const key = file('carol.asc', 'application/pgp-keys', Buffer.from(carol.public));
  put('my key', multipart('mixed', [text(TEXT), key]));
  const frame = await read('my key', TEXT);
  await pressAtFile(frame, 'carol.asc', say('import'));
  const page = await driver.window('keys.html');
  await until('the preview shows it', async () => (await page.text('.preview')).includes('Carol <carol@example.test>'));
  await button(page, 'Import').click();
  await listed(page, 'Carol');
  await page.close();
  await mailbox.view.front();
});

test('a mail within a mail has a verdict of its own', async () => {
  const secret = mail(
    { from: ALICE, to: BOB, subject: 'the mail inside' },
    encrypted(gpg, text('The lock is at the third bridge.'), [bob.fingerprint], alice.fingerprint),
  );
  const other = mail({ from: EVE, to: BOB, subject: 'the other one' }, plain('Nothing.'));
  const content = multipart('mixed', [text('See below.'), enclosed(other), enclosed(secret)]);
  put('forwarded', encrypted(gpg, content, [bob.fingerprint], eve.fingerprint), { from: EVE });
  const frame = await read('forwarded', 'See below.');
  await shows(frame, say('summary_signed_by_sender', EVE));
  assert.ok(!(await glance(frame)).includes('third bridge'));
  await frame.click('.mail-files li:last-child .open-part');
  await shows(frame, 'The lock is at the third bridge.');
  await shows(frame, 'the mail inside');
  await button(frame, say('back_to_mail')).click();
  await frame.focused("document.querySelector('.mail-files li:last-child .open-part')", 'what opened it');
});

test('the original is shown and covered again; the attachments of the page stay', async () => {
  await mailbox.inbox();
  const preview = await mailbox.preview('signed inside');
  const frame = await readerWith(driver, preview, TEXT);
  const drawn = () => preview.evaluate(() => document.querySelector('#messagebody')?.checkVisibility() === true);
  assert.equal(await drawn(), false);
  await button(frame, say('show_original')).click();
  await until('the page’s own is drawn', drawn);
  await button(frame, say('show_opened')).click();
  await until('it is covered', async () => !(await drawn()));
  await shows(frame, TEXT);
});

test('from mail to mail in the preview, without a reload of the page around', async () => {
  await mailbox.inbox();
  for (const [subject, shown] of [
    ['mangled', TEXT],
    ['[...]', 'The barge'],
    ['signed for all', say('encrypted_no')],
  ] as const) {
    const preview = await mailbox.preview(subject);
    await readerWith(driver, preview, shown);
    await readers(driver, mailbox.view, 1);
  }
  await mailbox.preview('nothing secret');
  await readers(driver, mailbox.view, 0);
});

test('lock now takes the mail away; unlocked, it is there again, from the octets that the reader has', async () => {
  const frame = await read('signed inside', TEXT);
  const asked = sources().length;
  await lockNow(driver);
  await mailbox.view.front();
  await shows(frame, say('reader_locked'));
  assert.ok(!(await frame.evaluate(() => document.documentElement.outerHTML)).includes(TEXT));
  await button(frame, 'Unlock').click();
  await unlock(driver);
  await mailbox.view.front();
  await shows(frame, TEXT);
  assert.equal(sources().length, asked);
});

test('lock now takes away as well what was opened from the mail', async () => {
  const inside = mail({ from: ALICE, to: BOB, subject: 'only forwarded' }, plain('The heron is at the weir.'));
  const content = multipart('mixed', [text('See what she wrote.'), enclosed(inside)]);
  put('forwarded in secret', encrypted(gpg, content, [bob.fingerprint], alice.fingerprint));
  const frame = await read('forwarded in secret', 'See what she wrote.');
  await pressAtFile(frame, 'forwarded.eml', say('open_part'));
  await shows(frame, 'The heron is at the weir.');
  await lockNow(driver);
  await mailbox.view.front();
  await shows(frame, say('reader_locked'));
  const all = await frame.evaluate(() => document.documentElement.outerHTML);
  assert.ok(!all.includes('The heron is at the weir.') && !all.includes('See what she wrote.'));
  // The way back, which had the focus, has gone as well.
  await frame.focused("document.querySelector('.verdict')", 'the verdict');
});
