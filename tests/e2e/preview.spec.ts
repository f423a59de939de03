// PDF files in a mail: drawn in the reader, and what hostile ones come to.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { LitElement } from 'lit';
import { button, type Driver, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import { given } from './support/given.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { pressAtFile, savedFile } from './support/mail-files.js';
import { encrypted, file, mail, multipart, text } from './support/mime.js';
import { bomb, embeddedFont, jbig2, jpeg2000, pdf } from './support/pdf.js';
import { half, hostilePdfs, type Outcome, SHADING } from './support/pdf-hostile.js';
import { pageColour, pageDrawn, pageInk } from './support/pdf-page.js';
import { browser, say } from './support/session.js';

const BOB = 'Bob <bob@example.test>';
const RED = '1 0 0';
const BLUE = '0 0 1';
const FAILURES = ['pdf_broken', 'pdf_costly', 'pdf_password'] as const;

let driver: Driver;
let gpg: Gpg;
let page: View;
let folder: string;
let bob: GpgKey;

before(async () => {
  gpg = new Gpg();
  bob = gpg.key(BOB);
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wxp-'));
  driver = await browser();
  await given(driver, { own: [bob], unlocked: true });
  page = await driver.page('files.html');
});
after(async () => {
  await driver?.close();
  gpg?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Opens an encrypted mail with these files. */
async function open(files: Record<string, Buffer>): Promise<void> {
  if ((await page.count('#opened-title')) > 0) await button(page, say('files_another')).click();
  await page.visible('#choose');
  const parts = Object.entries(files).map(([name, octets]) => file(name, 'application/pdf', octets));
  const content = multipart('mixed', [text('See the files.'), ...parts]);
  const place = path.join(folder, 'letter.eml');
  fs.writeFileSync(place, mail({ from: BOB, to: BOB, subject: 'files' }, encrypted(gpg, content, [bob.fingerprint])));
  await page.upload("document.querySelector('#file')", [place]);
  await shows(page, 'See the files.');
}

const preview = (name: string): Promise<void> => pressAtFile(page, name, say('preview'));

const drawn = (number: number, of: number) => pageDrawn(page, number, of);
const colour = (x: number, y: number) => pageColour(page, x, y);
const ink = (top: number, bottom: number) => pageInk(page, top, bottom);

test('a PDF is drawn page by page, larger and smaller, by keyboard, and its text can be read', async () => {
  const honest = pdf([half(RED, 'Hello from page one'), half(BLUE, 'The second page'), '']);
  await open({ 'report.pdf': honest });
  await preview('report.pdf');
  const first = await drawn(1, 3);
  assert.deepEqual(await colour(0.5, 0.25), [255, 0, 0, 255]);
  assert.deepEqual(await colour(0.5, 0.9), [255, 255, 255, 255]);
  assert.ok((await ink(0.6, 0.7)) > 200, 'the line is written');

  await button(page, say('pdf_next')).click();
  await drawn(2, 3);
  assert.deepEqual(await colour(0.5, 0.25), [0, 0, 255, 255]);
  await button(page, say('pdf_text')).click();
  await until('its text is shown', async () => (await page.text('.pdf-text')).includes('The second page'));
  await page.press('Shift+Tab');

  await button(page, say('pdf_larger')).click();
  await until('it is larger', async () => (await drawn(2, 3)).width > first.width * 1.2);
  await button(page, say('pdf_smaller')).click();
  await button(page, say('pdf_smaller')).click();
  await until('it is smaller', async () => (await drawn(2, 3)).width < first.width * 0.8);

  await page.click('.pdf-sheet');
  await page.press('PageDown');
  await drawn(3, 3);
  await until('a page without text says so', async () => (await page.text('.pdf-text')).includes(say('pdf_no_text')));
  const typed = await page.evaluate(async () => {
    const input = document.querySelector<HTMLInputElement>('.pdf-tools input');
    if (!input) return undefined;
    input.value = '99';
    input.dispatchEvent(new Event('change'));
    await document.querySelector<LitElement>('wx-pdf')?.updateComplete;
    return input.value;
  });
  assert.equal(typed, '3', 'what is no page goes from the field');
  await page.press('PageUp');
  await drawn(2, 3);
  await page.press('Escape');
  await until('it is closed', async () => (await page.count('wx-pdf')) === 0);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), say('preview'));
  assert.deepEqual(await savedFile(driver, page, 'report.pdf'), honest);
});

test('fonts of the file, signs, and the two picture formats of scanners are drawn', async () => {
  const serif = fs.readFileSync('node_modules/pdfjs-dist/standard_fonts/FoxitSerifBold.pfb');
  const drawnWith = pdf(
    [
      'BT /F2 90 Tf 40 480 Td (WAX) Tj ET',
      'BT /F4 90 Tf 40 480 Td (4nn) Tj ET',
      'q 400 0 0 250 10 310 cm /X1 Do Q q 400 0 0 250 10 20 cm /X2 Do Q',
    ],
    {
      objects: (file) => {
        const picture = (width: number, filter: string, data: Buffer): string =>
          file.stream(
            data,
            `/Type /XObject /Subtype /Image /Width ${width} /Height ${width} /ColorSpace /DeviceGray /BitsPerComponent ${filter}`,
          );
        const scans = [picture(16, '1 /Filter /JBIG2Decode', jbig2()), picture(32, '8 /Filter /JPXDecode', jpeg2000())];
        const signs = '<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>';
        return {
          resources: `/Font << /F2 ${embeddedFont(file, serif)} /F4 ${signs} >> /XObject << /X1 ${scans[0]} /X2 ${scans[1]} >>`,
        };
      },
    },
  );
  await open({ 'scan.pdf': drawnWith });
  await preview('scan.pdf');
  await drawn(1, 3);
  assert.ok((await ink(0.05, 0.25)) > 2_000, 'the letters are drawn');
  assert.equal(await ink(0.3, 1), 0);
  await button(page, say('pdf_next')).click();
  await drawn(2, 3);
  assert.ok((await ink(0.05, 0.25)) > 2_000, 'the signs are drawn');
  await button(page, say('pdf_next')).click();
  await drawn(3, 3);
  assert.deepEqual(await colour(0.5, 0.25), [0, 0, 0, 255]);
  const [grey = 0] = await colour(0.5, 0.75);
  assert.ok(Math.abs(grey - 128) < 3, `grey is ${grey}`);
  assert.equal((await page.text('.pdf')).includes(say('pdf_not_whole')), false);
});

test('a page that takes too long takes no other with it', async () => {
  await open({ 'endless.pdf': pdf([bomb('/S1 sh ', 4_000_000_000), half(BLUE, 'The second page')], SHADING) });
  await preview('endless.pdf');
  await shows(page, say('pdf_costly'));
  await button(page, say('pdf_next')).click();
  await drawn(2, 2);
  assert.deepEqual(await colour(0.5, 0.25), [0, 0, 255, 255]);
});

for (const [at, { what, octets, outcomes, pages = 1 }] of hostilePdfs('http://calls.example.test').entries()) {
  test(`${what}: ${outcomes.join(' or ')}`, async () => {
    // Each is saved under a name of its own.
    const name = `case-${at}.pdf`;
    const whole = octets();
    await open({ [name]: whole });
    const asked = driver.requests.length;
    await preview(name);
    let outcome: Outcome | undefined;
    await until('it comes to an end', async () => {
      const shown = await page.text('.pdf');
      outcome = FAILURES.find((one) => shown.includes(say(one)));
      if (outcome === undefined && shown.includes(say('pdf_page_of', 1, pages)))
        outcome = shown.includes(say('pdf_not_whole')) ? 'parts' : 'whole';
      return outcome !== undefined;
    });
    assert.ok(outcome && outcomes.includes(outcome), outcome);
    await page.click('.pdf-close');
    assert.deepEqual(await savedFile(driver, page, name), whole);
    const calls = driver.requests.slice(asked).filter(({ url }) => url.includes('calls.example.test'));
    assert.deepEqual(calls, []);
  });
}
