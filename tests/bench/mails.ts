// The real extension with messages and mails: how long until one is seen, and what a large file costs.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as openpgp from 'openpgp';
import type { UiCall } from 'waxseal-wasm';
import { messagePage } from '../e2e/support/message-page.js';
import { measure } from '../e2e/support/processes.js';
import { serve } from '../e2e/support/responses.js';
import { button, type Driver, launch, toggle, until, type View } from '../harness/index.js';
import type { Kind } from './browser.js';
import type { Given } from './page/worker-theirs.js';
import { openSite, type Site } from './site.js';
import type { Times } from './stats.js';

const ROUNDS = 11;
const PASSPHRASE = 'correct horse battery staple';
const ADDRESS = 'a@example.test';
/** Tall, so that all of a thread is in view: what is not, is opened when it comes into view. */
const SIZE = [1200, 5000] as const;
const MEGABYTE = 1024 * 1024;
/** Messages of a long thread, all of them open. */
const THREAD = 10;

/** What a large file costs. */
export interface Large {
  name: string;
  ms: number;
  /** Of a main thread, in milliseconds; nothing where the browser does not tell, 0 when none took 50 ms. */
  longest: number | undefined;
  /** By which the process that grew most had grown; with a file, beyond what it grows by with a small one. */
  bytes: number;
  /** Octets of the file. */
  size?: number;
}

interface Setting {
  driver: Driver;
  secret: string;
  certificate: string;
  privateKey: openpgp.PrivateKey;
  /** A site that is switched on, and one that is not. */
  ours: Site;
  theirs: Site;
}

/** All rows. */
export async function mails(kind: Kind): Promise<{ shown: Times[]; large: Large[] }> {
  const { privateKey } = await openpgp.generateKey({ userIDs: [{ email: ADDRESS }], format: 'object' });
  const [ours, theirs] = [await openSite(), await openSite()];
  const driver = await launch(kind, { extension: path.resolve('dist', kind) });
  try {
    const certificate = privateKey.toPublic().armor();
    const setting = { driver, secret: privateKey.armor(), certificate, privateKey, ours, theirs };
    await prepare(setting);
    const shown = [
      await shownIn(setting, 'a message of 2 KB, first frame cold', 1, 2_000),
      await shownIn(setting, `${THREAD} messages of 400 octets in one page`, THREAD, 400),
      await unlockedIn(setting, 'a message of 2 KB, from unlock', 1, 2_000),
      await unlockedIn(setting, `${THREAD} messages of 400 octets, from unlock`, THREAD, 400),
    ];
    return { shown, large: [await readersOpen(setting, kind), ...(await largeFiles(setting, kind))] };
  } finally {
    await driver.close();
    ours.close();
    theirs.close();
  }
}

/** A call to the vault, from a window of the extension. */
async function call(page: View, ui: UiCall, kind: string): Promise<void> {
  const reply = await page.evaluate((ui) => chrome.runtime.sendMessage({ to: 'vault', ui }), ui);
  if ((reply as { kind: string }).kind !== kind) throw new Error(`${ui.kind}: ${JSON.stringify(reply)}`);
}

/** The key is there and unlocked, and the site is switched on. */
async function prepare({ driver, secret, privateKey, ours }: Setting): Promise<void> {
  const key = privateKey.getFingerprint();
  const page = await driver.page('keys.html');
  const given = { passphrase: PASSPHRASE, replace: false, stored: undefined, apart: false, added: undefined };
  await call(page, { kind: 'import', data: btoa(secret), accept: [key], ...given }, 'imported');
  await call(page, { kind: 'unlock', key, passphrase: PASSPHRASE }, 'done');
  await page.close();
  const tab = await driver.tab(ours.url);
  await switchOn(driver, tab);
  await tab.close();
}

/** Switches Waxseal on for the site of a tab. */
async function switchOn(driver: Driver, tab: View): Promise<void> {
  await driver.grant(['http://127.0.0.1/*']);
  const popup = await driver.popup(tab);
  const site = toggle(popup, 'Use Waxseal on this site');
  await site.visible();
  await site.click();
  await until('the site is on', () => site.checked());
  await popup.close();
}

const WORD = 'heron ';

async function message({ privateKey }: Setting, text: string): Promise<string> {
  const message = await openpgp.createMessage({ text });
  return openpgp.encrypt({ message, encryptionKeys: privateKey.toPublic(), signingKeys: privateKey });
}

/** Several messages are put into a page at once: the time until the last of them is seen, each in a frame of its own. */
async function shownIn(setting: Setting, name: string, count: number, length: number): Promise<Times> {
  const times: Times = { name, ours: [], theirs: [] };
  const text = WORD.repeat(Math.ceil(length / WORD.length)).slice(0, length);
  const messages = await Promise.all(Array.from({ length: count }, () => message(setting, text)));
  // Once for nothing: what is cached on the disk is so for both.
  for (let round = -1; round < ROUNDS; round++) {
    const ours = await oursShown(setting, messages);
    const theirs = await theirsShown(setting, messages);
    if (round < 0) continue;
    times.ours.push(ours);
    times.theirs.push(theirs);
  }
  return times;
}

async function oursShown({ driver, ours }: Setting, messages: string[]): Promise<number> {
  const tab = await driver.tab(ours.url);
  await tab.resize(...SIZE);
  await putIn(tab, messages);
  const ms = await shownAfter(tab, () => driver.frames(tab, 'reader.html'), messages.length);
  await tab.close();
  return ms;
}

/** Puts messages into a page, which writes down when its height changes. */
const putIn = (tab: View, messages: string[]): Promise<void> =>
  tab.evaluate((all) => {
    const made = all.map((armored) => {
      const block = document.createElement('pre');
      block.textContent = armored;
      return block;
    });
    const sizes: number[] = [];
    Object.assign(globalThis, { begun: performance.now(), sizes });
    document.body.append(...made);
    new ResizeObserver(() => sizes.push(performance.now())).observe(document.body);
  }, messages);

/**
 * The messages are in the page, and their readers wait for the key: the time from the moment in which the passphrase was
 * found right until the last of them is seen. Of OpenPGP.js, from the moment in which its frames, all ready, get key and message.
 */
async function unlockedIn(setting: Setting, name: string, count: number, length: number): Promise<Times> {
  const times: Times = { name, ours: [], theirs: [] };
  const text = WORD.repeat(Math.ceil(length / WORD.length)).slice(0, length);
  const messages = await Promise.all(Array.from({ length: count }, () => message(setting, text)));
  for (let round = -1; round < ROUNDS; round++) {
    const ours = await oursUnlocked(setting, messages);
    const theirs = await theirsShown(setting, messages, true);
    if (round < 0) continue;
    times.ours.push(ours);
    times.theirs.push(theirs);
  }
  return times;
}

async function oursUnlocked({ driver, ours, privateKey }: Setting, messages: string[]): Promise<number> {
  // Behind the page: a tab that is not seen draws nothing.
  const own = await driver.page('keys.html');
  await call(own, { kind: 'lock' }, 'done');
  const tab = await driver.tab(ours.url);
  await tab.resize(...SIZE);
  await putIn(tab, messages);
  await until(
    'all wait for the key',
    async () => {
      await stands(tab);
      const texts = await Promise.all((await driver.frames(tab, 'reader.html')).map((frame) => frame.text()));
      return texts.length === messages.length && texts.every((text) => text.includes('Unlock'));
    },
    60_000,
  );
  const key = privateKey.getFingerprint();
  // The clocks of two pages: each says when it began.
  const unlocked = await own.evaluate(
    async (ui) => {
      const reply: { kind: string } = await chrome.runtime.sendMessage({ to: 'vault', ui });
      if (reply.kind !== 'done') throw new Error(JSON.stringify(reply));
      return performance.timeOrigin + performance.now();
    },
    { kind: 'unlock', key, passphrase: PASSPHRASE } satisfies UiCall,
  );
  await tab.evaluate((at) => {
    Object.assign(globalThis, { begun: at - performance.timeOrigin });
  }, unlocked);
  const ms = await shownAfter(tab, () => driver.frames(tab, 'reader.html'), messages.length);
  await tab.close();
  await own.close();
  return ms;
}

/** What the readers of a thread hold, as long as they are open. */
async function readersOpen(setting: Setting, kind: Kind): Promise<Large> {
  const messages = await Promise.all(Array.from({ length: THREAD }, () => message(setting, WORD.repeat(60))));
  const used = measure();
  const ms = await oursShown(setting, messages);
  return { name: `${THREAD} readers in one page (${kind})`, ms, longest: undefined, bytes: used().grown * MEGABYTE };
}

/** `late`: from the moment in which all frames are ready, instead of from when they are put into the page. */
async function theirsShown(
  { driver, theirs, secret, certificate }: Setting,
  messages: string[],
  late = false,
): Promise<number> {
  const tab = await driver.tab(theirs.url);
  await tab.resize(...SIZE);
  const given = messages.map((one): Given => ({ message: one, secret, signer: certificate }));
  await tab.evaluate(
    ({ all, late }) => {
      const sizes: number[] = [];
      const ready: (() => void)[] = [];
      const made = all.map((one) => {
        const frame = document.createElement('iframe');
        frame.style.cssText = 'display: block; width: 100%; height: 40px';
        frame.src = 'frame-theirs.html';
        addEventListener('message', ({ source, data }) => {
          if (source !== frame.contentWindow) return;
          const give = () => frame.contentWindow?.postMessage(one, '*');
          if (data !== 'ready') frame.style.height = `${data}px`;
          else if (!late) give();
          else if (ready.push(give) === all.length) {
            // What their Workers load is theirs before the key is.
            setTimeout(() => {
              Object.assign(globalThis, { begun: performance.now() });
              for (const each of ready) each();
            }, 1_000);
          }
        });
        return frame;
      });
      Object.assign(globalThis, { begun: performance.now(), sizes });
      document.body.append(...made);
      new ResizeObserver(() => sizes.push(performance.now())).observe(document.body);
    },
    { all: given, late },
  );
  const ms = await shownAfter(tab, () => tab.frames(), messages.length);
  await tab.close();
  return ms;
}

/** Milliseconds without a change of its height after which a page is taken to stand still. */
const STILL = 500;

/**
 * Milliseconds until the page made room for the last of the texts. Nothing asks the browser anything before the page stands
 * still: with many frames the questions would cost more than what is measured.
 */
async function shownAfter(tab: View, frames: () => Promise<View[]>, count: number): Promise<number> {
  let texts: string[] = [];
  await until(
    'all are read',
    async () => {
      await stands(tab);
      texts = await Promise.all((await frames()).map((frame) => frame.text()));
      return texts.length === count && texts.every((text) => text.includes(WORD.repeat(3)));
    },
    60_000,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\nshown instead:\n${texts.join('\n--\n')}`);
  });
  return stands(tab);
}

/** Milliseconds until the last change of a page's height, when there was none for a while. */
const stands = (tab: View): Promise<number> =>
  tab.evaluate(
    (still) =>
      new Promise<number>((resolve) => {
        const { begun, sizes } = globalThis as unknown as { begun: number; sizes: number[] };
        const look = () => {
          const last = sizes.at(-1) ?? begun;
          const left = Math.max(last, begun) + still - performance.now();
          if (left > 0) setTimeout(look, left);
          else resolve(last - begun);
        };
        look();
      }),
    STILL,
  );

/** Collects the tasks of a page's main thread that took 50 ms or more. */
const watch = (view: View): Promise<boolean> =>
  view.evaluate(() => {
    if (!PerformanceObserver.supportedEntryTypes.includes('longtask')) return false;
    const tasks: number[] = [];
    Object.assign(globalThis, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
    return true;
  });

const longest = (view: View): Promise<number> =>
  view.evaluate(() => Math.max(0, ...(globalThis as unknown as { tasks: number[] }).tasks));

/** Does something that pages take part in, and tells what it cost. */
async function cost(name: string, views: View[], kind: Kind, work: () => Promise<void>): Promise<Large> {
  const told = (await Promise.all(views.map(watch))).every(Boolean);
  const used = measure();
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  const { grown } = used();
  const tasks = told ? await Promise.all(views.map(longest)) : undefined;
  return { name: `${name} (${kind})`, ms, longest: tasks && Math.max(...tasks), bytes: grown * MEGABYTE };
}

async function largeFiles(setting: Setting, kind: Kind): Promise<Large[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wxb-'));
  const data = Buffer.alloc(25 * MEGABYTE);
  // Nothing that can be compressed.
  for (let at = 0; at < data.length; at += 65_536) crypto.getRandomValues(data.subarray(at, at + 65_536));
  try {
    const small = data.subarray(0, 2_000);
    const [mail, note] = [await mailWith(setting, data), await mailWith(setting, small)];
    const rows: Large[] = [];
    for (const step of [
      (mail: string) => decrypted(setting, kind, folder, mail),
      (mail: string) => decryptedInPage(setting, kind, mail),
      (_: string, file: Buffer) => encrypted(setting, kind, folder, file),
    ]) {
      // The first time, scripts are loaded and compiled.
      await step(note, small);
      const { bytes } = await step(note, small);
      const row = await step(mail, data);
      rows.push({ ...row, bytes: Math.max(0, row.bytes - bytes), size: data.length });
    }
    return rows;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** A mail of PGP/MIME with the file in it. */
async function mailWith(setting: Setting, data: Buffer): Promise<string> {
  const base64 = data.toString('base64').replace(/.{76}/g, '$&\r\n');
  const inner = `Content-Type: application/octet-stream; name="large.bin"\r\nContent-Disposition: attachment; filename="large.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}\r\n`;
  const armored = (await message(setting, inner)).replace(/\r?\n/g, '\r\n');
  return [
    `From: ${ADDRESS}\r\nTo: ${ADDRESS}\r\nSubject: large\r\nMIME-Version: 1.0`,
    'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"',
    '\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1',
    `--b\r\nContent-Type: application/octet-stream\r\n\r\n${armored}\r\n--b--\r\n`,
  ].join('\r\n');
}

/** It is opened on the page of files; until its file is listed. */
async function decrypted(setting: Setting, kind: Kind, folder: string, mail: string): Promise<Large> {
  const file = path.join(folder, 'large.eml');
  fs.writeFileSync(file, mail);
  const page = await setting.driver.page('files.html');
  await page.visible('#choose');
  const found = await cost('decrypted: a mail until its file is listed', [page], kind, async () => {
    await page.upload("document.querySelector('#file')", [file]);
    await until('the file is listed', async () => (await page.text('.mail-files')).includes('large.bin'), 120_000);
  });
  await page.close();
  return found;
}

/** It is fetched and read in a webmail: the tasks of the page, with the content script in it, and of the reader's frame. */
async function decryptedInPage({ driver }: Setting, kind: Kind, mail: string): Promise<Large> {
  const web = await messagePage();
  try {
    const tab = await driver.tab(web.put({}));
    await switchOn(driver, tab);
    const address = web.put({ files: ['application octet-stream asc'], source: serve(mail) });
    const used = measure();
    const begun = performance.now();
    await tab.goto(address);
    const frame = await until(
      'the file is listed',
      async () => {
        const [reader] = await driver.frames(tab, 'reader.html');
        const text = await reader?.text('.mail-files').catch(() => '');
        return text?.includes('large.bin') ? reader : undefined;
      },
      120_000,
    );
    const ms = performance.now() - begun;
    const { grown } = used();
    const tasks = await Promise.all([tab, frame].map(longestYet));
    const told = tasks.filter((task) => task !== undefined);
    await tab.close();
    const longest = told.length === tasks.length ? Math.max(...told) : undefined;
    return { name: `decrypted: the same in a webmail (${kind})`, ms, longest, bytes: grown * MEGABYTE };
  } finally {
    web.close();
  }
}

/** The longest task since a page has begun. */
const longestYet = (view: View): Promise<number | undefined> =>
  view.evaluate(
    () =>
      new Promise<number | undefined>((done) => {
        if (!PerformanceObserver.supportedEntryTypes.includes('longtask')) return done(undefined);
        const durations = (list: PerformanceEntryList) => Math.max(0, ...list.map(({ duration }) => duration));
        new PerformanceObserver((list) => done(durations(list.getEntries()))).observe({
          type: 'longtask',
          buffered: true,
        });
        // Of none nothing is told.
        setTimeout(done, 500, 0);
      }),
  );

const FORM = `<form><p><label>To <input id="to"></label></p><p><label>Subject <input id="subject"></label></p>
  <p><label>Attach <input id="files" type="file" multiple></label></p><textarea id="body" rows="12" cols="72" aria-label="Message"></textarea></form>`;

/** A mail with the file is written, encrypted and put into a page's form, until the window says that it is there. */
async function encrypted({ driver, ours }: Setting, kind: Kind, folder: string, data: Buffer): Promise<Large> {
  const file = path.join(folder, 'large.bin');
  fs.writeFileSync(file, data);
  const texts = JSON.parse(fs.readFileSync(path.resolve('dist', kind, '_locales/en/messages.json'), 'utf8'));
  const tab = await driver.tab(ours.url);
  await tab.evaluate((form) => {
    const parsed = new DOMParser().parseFromString(form, 'text/html');
    document.body.append(...parsed.body.childNodes);
  }, FORM);
  await tab.typeInto('#to', ADDRESS);
  await tab.click('#body');
  await driver.command(tab, 'write-mail');
  const window = await driver.window('write.html');
  await until('one can write', async () => (await window.count('.editing')) > 0);
  await window.click('.editing');
  await window.type('See the file.');
  await window.upload("document.querySelector('.choose-files')", [file]);
  await until('the file is listed', async () => (await window.text('.write-files')).includes('large.bin'), 60_000);
  // Its draft is encrypted too, by itself: that is not what is measured.
  const kept = texts.draft_kept.message.split('$1')[0];
  await until('the draft is kept', async () => (await window.text()).includes(kept), 120_000);
  const found = await cost('encrypted: a mail until it is in the page', [window, tab], kind, async () => {
    await button(window, texts.encrypt.message).click();
    await until('it is there', async () => (await window.text()).includes(texts.there.message), 180_000).catch(
      async (error: unknown) => {
        throw new Error(`${String(error)}\nshown instead:\n${await window.text()}`);
      },
    );
  });
  await window.close();
  await tab.close();
  return found;
}
