// What keeps reading and writing quick, as counts: how many files a reader waits for, how much is done without giving the page
// a turn, how many messages of a thread are open. Times are `cargo xtask bench`'s.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Arriving, piecesOf } from '../../extension/content/compose/pieces.js';
import { MAX_BLOCKS, MAX_FRAMES } from '../../extension/content/limits.js';
import { linesSize } from '../../extension/desk/lines.js';
import { eachOctets, FileGone, supplyOf, wholeOf } from '../../extension/desk/pieces.js';
import { PIECE } from '../../extension/desk/write-channel.js';
import { WriteLink } from '../../extension/desk/write-link.js';
import { until } from '../harness/index.js';
import { readers, shows } from './support/desk.js';
import { Gpg } from './support/gpg.js';
import { load } from './support/load.js';
import { browser, extension } from './support/session.js';
import { escaped, page as html, site } from './support/site.js';
import { importKeys, PASSPHRASE, switchSite, unlockKey } from './support/steps.js';

/** Scripts that a reader needs before it can ask for its message. */
const READER_SCRIPTS = 6;
/** Messages of a long thread. */
const THREAD = 10;

/** The files that a script imports when it starts, and those that they import. */
function needs(script: string): string[] {
  const code = fs.readFileSync(path.join(extension, script), 'utf8');
  const direct = [...code.matchAll(/^(?:import|export)\s*(?:[^"';]*?\sfrom\s*)?"(\.[^"]+)";/gm)].map(([, name = '']) =>
    path.posix.join(path.posix.dirname(script), name),
  );
  return [...new Set([...direct, ...direct.flatMap(needs)])];
}

test('a reader has few scripts, and its document names them all at once', () => {
  const document = fs.readFileSync(path.join(extension, 'reader.html'), 'utf8');
  const named = [...document.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, name = '']) => name);
  const needed = needs('reader.js');
  assert.ok(needed.length > 0, 'the pattern finds imports');
  assert.deepEqual([...named].sort(), needed.sort());
  assert.ok(needed.length + 1 <= READER_SCRIPTS, needed.join(', '));
});

type Listener = (message: unknown) => void;

/** The page's end of a window's port: it says that it is there, and acknowledges as the content script does. */
class Page {
  readonly sent: { t: string; data?: string }[] = [];
  #heard: Listener = () => undefined;
  readonly onMessage = {
    addListener: (heard: Listener): void => {
      this.#heard = heard;
    },
  };
  readonly onDisconnect = { addListener: () => undefined };

  postMessage(message: { t: string; data?: string }): void {
    this.sent.push(message);
    if (message.t === 'piece') setImmediate(() => this.says({ t: 'putting', done: this.pieces.length, of: 1 }));
    if (message.t === 'put_end') setImmediate(() => this.says({ t: 'put_done', ok: true }));
  }

  says(message: unknown): void {
    this.#heard(message);
  }

  get pieces(): string[] {
    return this.sent.flatMap(({ t, data }) => (t === 'piece' && data !== undefined ? [data] : []));
  }
}

test('a file goes to the page piece by piece, one in each turn of the window, and is whole there', async () => {
  const page = new Page();
  Object.assign(globalThis, { __RECORD__: '', chrome: { tabs: { connect: () => page } } });
  const target = { tab: 1, frame: 0, document: 'document', origin: 'https://mail.example.test' };
  const listener = { onForm: () => undefined, onOriginal: () => undefined, onGone: () => undefined };
  const link = new WriteLink(target, 'ticket', listener);
  page.says({ t: 'form', found: true });
  assert.ok(link.connected);

  const data = new Uint8Array(5 * PIECE + 7);
  for (let at = 0; at < data.length; at += 65_536) crypto.getRandomValues(data.subarray(at, at + 65_536));
  const files = [{ name: 'large.bin', mediaType: 'application/octet-stream', ...supplyOf(data) }];
  const put = { text: 'text', subject: null, to: null, cc: null, bcc: null };
  const ended = link.put(put, files, () => undefined);
  // All that happens without a turn.
  for (let step = 0; step < 1_000; step++) await Promise.resolve();
  assert.equal(page.pieces.length, 1);
  assert.deepEqual(await ended, { t: 'put_done', ok: true });
  assert.equal(page.pieces.length, 6);

  // The way of a mail that is answered, from the page to the window, cuts it the same way.
  const cut = [];
  for await (const piece of piecesOf(new Blob([data]))) cut.push(piece);
  assert.deepEqual(cut, page.pieces);

  const arriving = new Arriving([{ name: 'large.bin', media_type: 'a/b', size: data.length }]);
  assert.equal(arriving.files(), undefined, 'nothing has come');
  for (const piece of page.pieces) assert.ok(arriving.take(0, piece, false));
  assert.equal(arriving.take(0, 'AA==', false), false, 'more than was announced');
  const [file, ...more] = arriving.files() ?? [];
  assert.ok(file && more.length === 0);
  assert.equal(Buffer.compare(Buffer.from(await file.arrayBuffer()), data), 0);
});

test('of packets the page makes the lines of armor, as many as were announced', async () => {
  for (const size of [1, 2, 3, 47, 48, 49, 96, 1_000]) {
    const packets = crypto.getRandomValues(new Uint8Array(size));
    const lines = Buffer.from(packets)
      .toString('base64')
      .replace(/.{1,64}/g, '$&\n');
    assert.equal(linesSize(size), lines.length);
    for (const data of [packets, Buffer.from(packets).toString('base64')]) {
      const arriving = new Arriving([{ name: 'encrypted.asc', media_type: 'a/b', size: lines.length }]);
      assert.ok(arriving.take(0, data, true));
      const [file] = arriving.files() ?? [];
      assert.equal(await file?.text(), lines);
    }
    const small = new Arriving([{ name: 'encrypted.asc', media_type: 'a/b', size: lines.length - 1 }]);
    assert.equal(small.take(0, packets, true), false);
  }
});

test('a file is read as a whole in memory that is used again, also where the browser gives only its own', async () => {
  const data = crypto.getRandomValues(new Uint8Array(40_000));
  const bytes = (type: 'bytes' | undefined) =>
    new ReadableStream({
      ...(type && { type }),
      start: (stream: ReadableByteStreamController | ReadableStreamDefaultController) => {
        for (const [from, to] of [
          [0, 9],
          [9, 30_000],
          [30_000, 40_000],
        ])
          stream.enqueue(data.slice(from, to));
        stream.close();
      },
    } as UnderlyingByteSource);
  for (const type of ['bytes', undefined] as const) {
    const file = { size: data.length, stream: () => bytes(type) } as unknown as Blob;
    const memory = new Set<number>();
    assert.deepEqual(await wholeOf(supplyOf(Object.setPrototypeOf(file, Blob.prototype))), data);
    await eachOctets(file, ({ buffer }) => memory.add(buffer.byteLength));
    assert.deepEqual([...memory], type ? [PIECE] : [9, 29_991, 10_000]);
    // Cut, or stopped.
    await assert.rejects(
      eachOctets({ ...file, size: 7, stream: () => bytes(type) } as Blob, () => true),
      FileGone,
    );
    await eachOctets(file, () => false);
  }
});

test('ten messages of a thread are open at once', async () => {
  assert.ok(THREAD <= MAX_FRAMES);
  const gpg = new Gpg();
  const [driver, web] = await Promise.all([browser({ size: [1200, 900] }), site()]);
  try {
    const bob = gpg.key('Bob <bob@example.test>');
    await importKeys(driver, bob.secret, PASSPHRASE);
    const texts = Array.from({ length: THREAD }, (_, n) => `Letter ${n}: the kettle is on.`);
    const blocks = texts.map((text) => {
      const armored = gpg.run(['--armor', '--trust-model', 'always', '-r', bob.fingerprint, '--encrypt'], text);
      return `<pre>${escaped(armored.toString())}</pre>`;
    });
    web.put('/', html('<p>Inbox</p>'));
    web.put('/thread', html(blocks.join('')));
    const tab = await driver.tab(web.url('/'));
    await switchSite(driver, tab);
    await unlockKey(driver, 'Bob');
    await tab.front();
    // What is far outside of the view may wait: all of the thread is in it.
    await tab.resize(1200, 5000);
    await tab.goto(web.url('/thread'));
    const frames = await readers(driver, tab, THREAD);
    const shown = await Promise.all(
      frames.map(async (frame) => {
        await shows(frame, 'the kettle is on.');
        return frame.text();
      }),
    );
    // Each its own, and in the order of the page or not: frames come as they please.
    const numbers = shown.map((text) => /Letter (\d+):/.exec(text)?.[1]);
    assert.deepEqual(
      numbers.map(Number).sort((one, other) => one - other),
      [...texts.keys()],
    );
  } finally {
    await driver.close();
    gpg.close();
    web.close();
  }
});

/**
 * Counts in a page, which has the content script in it, what costs it most: styles and places of text that are asked for while its
 * classes change. What is added at last is read after all that was there.
 */
async function asked(last: string): Promise<{ styles: number }> {
  const counts = { styles: 0 };
  const { getComputedStyle: style } = window;
  window.getComputedStyle = (...of) => {
    counts.styles++;
    return style.apply(window, of);
  };
  const turn = () => new Promise((done) => requestIdleCallback(done));
  for (let change = 0; change < 20; change++) {
    document.querySelector('p')?.classList.toggle('hover');
    await turn();
    await turn();
  }
  const before = counts.styles;
  const { runtime } = chrome;
  const { sendMessage: send } = runtime;
  const looked = new Promise((done) => {
    runtime.sendMessage = ((call: { page?: unknown }) => {
      if (!call.page) done(true);
      return send(call);
    }) as never;
  });
  document.body.insertAdjacentHTML('beforeend', `<pre>${last}</pre>`);
  await looked;
  return { styles: before };
}

test('what can be no message is not looked for again, and of thousands of blocks in a text few are looked at', async () => {
  const source = fs.readFileSync(path.join(extension, 'content.js'), 'utf8');
  const [driver, web] = await Promise.all([browser(), site()]);
  const begin = '-----BEGIN PGP MESSAGE-----';
  const end = '-----END PGP MESSAGE-----';
  const rows = '<div><b>words</b></div>'.repeat(1_000);
  try {
    const tab = await driver.tab();
    for (const [body, again] of [
      [`<p>${begin}</p>`, false],
      [`<p>${end} ${begin}</p>`, false],
      // It can be a block when its end is drawn.
      [`<p>${begin}<span style="display: none">x ${end}</span></p>`, true],
    ] as const) {
      web.put('/lone', html(`${body}${rows}`));
      await tab.goto(web.url('/lone'));
      await tab.evaluate(load, source);
      const { styles } = await tab.evaluate(asked, `${begin}\n\nabcd\n${end}`);
      assert.equal(styles > 0, again, `${body}: ${styles}`);
    }
    web.put('/many', html(`<pre>${`${begin}\n${end}\n`.repeat(9_000)}</pre>`));
    await tab.goto(web.url('/many'));
    await tab.evaluate(() => {
      const { getClientRects: rects } = Range.prototype;
      const world = window as unknown as { places: number };
      world.places = 0;
      Range.prototype.getClientRects = function () {
        world.places++;
        return rects.call(this);
      };
    });
    // It does not come to rest: nobody gives it the part that draws readers. It looks in one step.
    tab.evaluate(load, source).catch(() => undefined);
    const places = await until('it has looked', () =>
      tab.evaluate(() => (window as unknown as { places: number }).places),
    );
    assert.ok(places <= 2 * MAX_BLOCKS, `${places} places`);
  } finally {
    await driver.close();
    web.close();
  }
});
