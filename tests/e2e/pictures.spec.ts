// Pictures from the internet in mails: none before the user asks for them, and then without a word of where they are asked for
// from, for that mail alone. The host is played.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, until, type View } from '../harness/index.js';
import { readers, shows } from './support/desk.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Inbox, inboxOn } from './support/inbox.js';
import { type MessagePage, messagePage } from './support/message-page.js';
import { encrypted, mail, text } from './support/mime.js';
import { type Played, played } from './support/played.js';
import { serve } from './support/responses.js';
import { kind, say } from './support/session.js';

const HOST = 'pictures.example';
/** A red pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wxp-'));
/** What the host was asked. */
const asked: { path: string; headers: Record<string, unknown> }[] = [];
let host: Played;
let home: Inbox<MessagePage>;
let driver: Driver;
let gpg: Gpg;
let bob: GpgKey;
let page: View;
let tab: View;

before(async () => {
  host = await played([HOST], (request, response) => {
    const { url = '', headers } = request;
    // The user is known there, from a visit.
    if (url === '/visit') {
      response.writeHead(200, { 'content-type': 'text/plain', 'set-cookie': 'own=1; Secure; SameSite=None' });
      response.end('You are known.');
      return;
    }
    if (url === '/favicon.ico') return void response.writeHead(404).end();
    asked.push({ path: url, headers });
    // On to where nothing is protected.
    if (url === '/elsewhere.png') response.writeHead(302, { location: `http://${HOST}/clear.png` }).end();
    else
      response
        .writeHead(200, { 'content-type': 'image/png', 'set-cookie': 'seen=1; Secure; SameSite=None' })
        .end(PIXEL);
  });
  const first = (web: MessagePage) => web.put({});
  home = await inboxOn(messagePage, first, { unlocked: true, browser: { hosts: host.hosts } });
  ({ driver, gpg, bob, tab } = home);
  await tab.goto(`https://${HOST}/visit`);
  page = await driver.page('files.html');
});
after(async () => {
  await home?.close();
  host?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** An encrypted HTML mail with these pictures in it. */
function letter(name: string, sources: readonly string[]): string {
  const html = `<p>The letter ${name}.</p>${sources.map((src) => `<img src="${src}" alt="">`).join('')}`;
  const headers = { from: 'Alice <alice@example.test>', to: 'Bob <bob@example.test>', subject: name };
  return mail(headers, encrypted(gpg, text(html, 'text/html'), [bob.fingerprint]));
}

/** Where a mail is read: each opens one and gives what it is drawn in. */
const PLACES: Record<string, (name: string, raw: string) => Promise<View>> = {
  async 'on the page of files'(name, raw) {
    const place = path.join(folder, `${name}.eml`);
    fs.writeFileSync(place, raw);
    if ((await page.count('#opened-title')) > 0) await button(page, say('files_another')).click();
    await page.visible('#choose');
    await page.upload("document.querySelector('#file')", [place]);
    return page;
  },
  async 'in a webmail'(_, raw) {
    await tab.front();
    await tab.goto(home.web.put({ files: ['application octet-stream asc'], source: serve(raw) }));
    const [frame] = await readers(driver, tab, 1);
    assert.ok(frame);
    return frame;
  },
};

/** What is drawn of a mail, and which of its pictures have come. */
const drawn = (view: View): Promise<{ text: string; came: number; images: number }> =>
  view.evaluate(() => {
    const doc = document.querySelector<HTMLIFrameElement>('iframe.mail-body')?.contentDocument;
    const images = [...(doc?.images ?? [])];
    return {
      text: doc?.body?.innerText ?? '',
      images: images.length,
      came: images.filter(({ complete, naturalWidth }) => complete && naturalWidth > 0).length,
    };
  });

/** Addresses that the browser asked for, of hosts in mails. */
const requests = (): string[] => driver.requests.map(({ url }) => url).filter((url) => url.includes('.example/'));

for (const [where, show] of Object.entries(PLACES)) {
  test(`none is loaded before the click; then those by HTTPS alone, without a word of where from, and for that mail alone: ${where}`, async () => {
    asked.length = 0;
    const known = kind === 'firefox' && where === 'on the page of files';
    const before = requests().length;
    const open = async (name: string, sources: readonly string[]): Promise<View> => {
      const view = await show(name, letter(name, sources));
      await until(`the letter ${name} is drawn`, async () => (await drawn(view)).text.includes(`The letter ${name}.`));
      return view;
    };
    const sources = [
      `https://${HOST}/one.png?to=bob`,
      `https://${HOST}/two.png`,
      `http://${HOST}/three.png`,
      `https://${HOST}/elsewhere.png`,
    ];
    const view = await open('one', sources);
    await shows(view, say('pictures_off_why'));
    assert.equal((await view.text()).includes(say('pictures_known')), known);
    assert.equal(asked.length, 0);
    assert.equal(requests().length, before);

    await button(view, say('pictures_load')).click();
    await shows(view, say('pictures_loaded'));
    await until('both pictures have come', async () => (await drawn(view)).came === 2);
    await until('the third was asked for', async () => asked.some((one) => one.path === '/elsewhere.png'));
    for (const { path: what, headers } of asked) {
      assert.equal(headers.referer, undefined, what);
      assert.equal(headers.origin, undefined, what);
      // SECURITY.md says it: Firefox keeps no cookies from pages of an extension. (One that a picture has set may be anywhere.)
      assert.equal(String(headers.cookie).includes('own='), known, `${what}: ${headers.cookie}`);
    }
    const once = ['/elsewhere.png', '/one.png?to=bob', '/two.png'];
    assert.deepEqual(asked.map((one) => one.path).sort(), once);

    // The next mail is another one.
    await shows(await open('two', [`https://${HOST}/four.png`]), say('pictures_off_why'));
    // And the first, opened again, as well.
    const again = await open('one', sources);
    await shows(again, say('pictures_off_why'));
    assert.equal((await drawn(again)).came, 0);
    assert.deepEqual(asked.map((one) => one.path).sort(), once);
    // What the proxy saw: nothing by HTTP, to whomever.
    assert.deepEqual(
      driver.requests.map(({ url }) => url).filter((url) => url.startsWith(`http://${HOST}`)),
      [],
    );
  });
}
