// What pictures tell besides what is seen in them: found, said, and taken out without touching the picture.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { silent, told } from '../../extension/ui/photo/photo.js';
import { button, type Driver, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import type { Gpg } from './support/gpg.js';
import {
  exifSegment,
  type Format,
  into,
  JPEG,
  PNG,
  segment,
  twoLists,
  upright,
  WEBP,
  WORDS,
  withChunk,
} from './support/photos.js';
import { say, start } from './support/session.js';
import type { Site } from './support/site.js';
import { finish, formOf, type Part, partsOf, readEntity, write } from './support/write.js';
import { startWriter, type Writer } from './support/writer.js';

const FORMATS: readonly Format[] = [JPEG, PNG, WEBP];
let writer: Writer;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let tab: View;
/** A page of the extension, in which pictures are drawn. */
let drawing: View;
const plain = new Map<Format, Buffer>();

before(async () => {
  writer = await startWriter();
  ({ driver, gpg, web, tab } = writer);
  drawing = await driver.page('settings.html');
  for (const format of FORMATS) plain.set(format, await made(format.type));
});
after(() => writer?.close());

/** A picture of 16 by 8 pixels as the browser writes it, no two corners of it alike. */
async function made(type: string): Promise<Buffer> {
  const url = await drawing.evaluate((kind) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [16, 8];
    const context = canvas.getContext('2d');
    for (const [at, colour] of ['#c00', '#0c0', '#00c', '#cc0'].entries()) {
      if (context) context.fillStyle = colour;
      context?.fillRect(at * 4, 0, 4, 8);
    }
    return canvas.toDataURL(kind, 0.9);
  }, type);
  assert.ok(url.startsWith(`data:${type};`), url.slice(0, 40));
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}

/** Size and pixels of a picture as the browser draws it. */
const drawn = (data: Uint8Array, type: string): Promise<string> =>
  drawing.evaluate(
    async (base64, kind) => {
      const octets = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([octets], { type: kind }));
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
      const context = canvas.getContext('2d');
      context?.drawImage(bitmap, 0, 0);
      const pixels = context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? [];
      return `${bitmap.width}x${bitmap.height} ${[...pixels].join(',')}`;
    },
    Buffer.from(data).toString('base64'),
    type,
  );

const bytes = (data: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(data);

const tellsNothing = (data: Uint8Array): void => {
  const text = Buffer.from(data).toString('latin1');
  for (const word of WORDS) assert.ok(!text.includes(word), word);
};

for (const format of FORMATS) {
  test(`${format.type}: notes go, every octet of the picture stays, and it is not turned`, async () => {
    const picture = plain.get(format);
    assert.ok(picture);
    assert.equal(told(bytes(picture)), 'nothing');
    for (const orientation of [1, 6]) {
      const noted = bytes(format.noted(picture, orientation));
      assert.equal(told(noted), 'something');
      const bare = silent(noted);
      assert.ok(bare);
      tellsNothing(bare);
      assert.deepEqual(Buffer.from(bare), format.silent(picture, orientation));
      assert.equal(told(bare), 'nothing');
      assert.deepEqual(silent(bare), bare);
      assert.equal(await drawn(bare, format.type), await drawn(noted, format.type));
    }
  });

  test(`${format.type}: a damaged one is left alone`, () => {
    const picture = plain.get(format);
    assert.ok(picture);
    const whole = bytes(format.noted(picture, 6));
    const end = whole.length - (whole.length - Buffer.from(whole).indexOf(WORDS[4]));
    for (let length = 0; length < end; length++) {
      const cut = whole.slice(0, length);
      assert.equal(told(cut), 'unknown', `${length} octets`);
      assert.equal(silent(cut), undefined);
    }
    // With any octet changed: it is a picture without notes, or none that is touched.
    for (let at = 0; at < end; at++) {
      for (const value of [0, 0xff, (whole[at] ?? 0) ^ 1]) {
        const changed = whole.slice();
        changed[at] = value;
        const bare = silent(changed);
        if (bare) assert.ok(bare.length <= changed.length && told(bare) !== 'unknown', `${value} at ${at}`);
      }
    }
  });
}

test('each kind of note alone is found, and what programs say of how they have coded it tells nothing', () => {
  const [photo, drawing] = [plain.get(JPEG), plain.get(PNG)];
  assert.ok(photo && drawing);
  const comment = (words: string): Buffer => into(photo, segment(0xfe, Buffer.from(words, 'latin1')));
  const changed = Buffer.from([7, 234, 11, 28, 12, 0, 0]);
  for (const telling of [
    into(photo, exifSegment(twoLists())),
    comment('taken by Erin'),
    comment('Created with GIMP\nby Erin'),
    withChunk(drawing, 'tIME', changed),
    withChunk(drawing, 'tEXt', Buffer.from('date:create\x002026-11-28T12:00:00+00:00')),
  ]) {
    assert.equal(told(bytes(telling)), 'something');
    assert.equal(told(silent(bytes(telling)) ?? new Uint8Array()), 'nothing');
  }
  for (const mute of [
    into(photo, exifSegment(upright(1))),
    comment(''),
    comment('CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90\n'),
    comment('File written by Adobe Photoshop\xa8 5.0'),
    comment('Created with GIMP'),
    withChunk(drawing, 'tEXt', Buffer.from('Software\0gnome-screenshot')),
  ]) {
    assert.equal(told(bytes(mute)), 'nothing');
  }
});

test('a picture in more pieces than any program writes is left alone', () => {
  const picture = plain.get(JPEG);
  assert.ok(picture);
  const comment = Buffer.from([0xff, 0xfe, 0, 2]);
  const many = Buffer.concat([picture.subarray(0, 2), ...Array(100_001).fill(comment), picture.subarray(2)]);
  assert.equal(told(bytes(many)), 'unknown');
});

test('other files are none of its business', () => {
  for (const text of ['', 'GIF89a', '\0\0\0\x18ftypheic', '%PDF-1.7', '\xff\xd8', 'RIFF\0\0\0\0WEBP']) {
    assert.equal(told(bytes(Buffer.from(text, 'latin1'))), 'unknown');
  }
});

/** A picture with notes on disk. */
function onDisk(name: string, data: Buffer): string {
  const file = path.join(gpg.home, name);
  fs.writeFileSync(file, data);
  return file;
}

const attach = (window: View, files: string[]): Promise<void> =>
  window.upload("document.querySelector('.choose-files')", files);

async function begin(): Promise<View> {
  await tab.front();
  await tab.goto(web.url('/textarea'));
  return write(driver, tab);
}

async function sent(window: View): Promise<Part> {
  await window.click('.editing');
  await finish(window);
  return readEntity(gpg.decrypt((await formOf(tab)).text).text);
}

test('a photo that is attached: it is said what it may tell; it goes without that when the user wants it', async () => {
  const picture = plain.get(JPEG);
  const other = plain.get(PNG);
  assert.ok(picture && other);
  const window = await begin();
  await attach(window, [onDisk('harbour.jpg', JPEG.noted(picture, 6)), onDisk('plan.png', other)]);
  await until('both are listed', async () => (await window.count('.write-files .file-list li')) === 2);
  await shows(window, say('photo_tells'));
  await button(window, say('photo_remove_of', 'harbour.jpg')).click();
  await shows(window, say('photo_removed'));
  await button(window, say('photo_remove_of', 'harbour.jpg')).absent();
  assert.equal(await window.count('.write-files .warn-text'), 0);
  await until('the focus stays in the list', () =>
    window.evaluate(() => document.activeElement?.closest('li')?.textContent?.includes('harbour.jpg') ?? false),
  );
  const mail = await sent(window);
  assert.deepEqual(partsOf(mail, 'image/jpeg')[0]?.body, JPEG.silent(picture, 6));
  assert.deepEqual(partsOf(mail, 'image/png')[0]?.body, other);
});

test('several at once, one of them in the text; a draft keeps them without, and nothing of what they told', async () => {
  const [first, second] = [plain.get(JPEG), plain.get(WEBP)];
  assert.ok(first && second);
  const window = await begin();
  await window.upload("document.querySelector('.choose-picture')", [onDisk('quay.jpg', JPEG.noted(first, 1))]);
  await attach(window, [onDisk('boat.webp', WEBP.noted(second, 6))]);
  await until('the picture is in the text', async () => (await window.count('.editing img[src^="blob:"]')) === 1);
  // Kept as they are first.
  await shows(window, start('draft_kept'));
  await button(window, say('photo_remove_all')).click();
  await shows(window, say('photo_removed'));
  await button(window, say('close')).click();
  await button(window, say('close_keep')).click();
  await until('the window has closed', () => window.gone());
  const next = await begin();
  await button(next, say('draft_continue')).click();
  await until('the picture is back', async () => (await next.count('.editing img[src^="blob:"]')) === 1);
  await shows(next, 'boat.webp');
  assert.equal(await next.count('.write-files .warn-text'), 0);
  const mail = await sent(next);
  const [image] = partsOf(mail, 'image/jpeg');
  assert.deepEqual(image?.body, JPEG.silent(first, 1));
  assert.ok(image?.headers.get('content-id'), 'it stands in the text');
  assert.deepEqual(partsOf(mail, 'image/webp')[0]?.body, WEBP.silent(second, 6));
});

test('what the user leaves is sent as it is, and what nobody here can read is said to be so', async () => {
  const picture = plain.get(PNG);
  assert.ok(picture);
  const noted = PNG.noted(picture, 1);
  const cut = noted.subarray(0, noted.length - 150);
  const window = await begin();
  await attach(window, [onDisk('tower.png', noted)]);
  await shows(window, say('photo_tells'));
  assert.ok(!(await window.text('.write-files')).includes(say('photo_hint')));
  await attach(window, [onDisk('broken.png', cut)]);
  await shows(window, say('photo_hint'));
  await button(window, say('remove_file', 'broken.png')).click();
  await until('nothing is said', async () => !(await window.text('.write-files')).includes(say('photo_hint')));
  // A system may have no name for its kind.
  await attach(window, [onDisk('from a phone', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'))]);
  await shows(window, say('photo_hint'));
  await button(window, say('remove_file', 'from a phone')).click();
  await attach(window, [onDisk('broken.png', cut)]);
  await shows(window, say('photo_hint'));
  const mail = await sent(window);
  assert.deepEqual(
    partsOf(mail, 'image/png').map(({ body }) => body),
    [noted, cut],
  );
});
