// What keeps reading and writing quick, as counts: how many files a reader waits for, how much is done without giving the page
// a turn, how many messages of a thread are open. Times are `cargo xtask bench`'s.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Arriving, piecesOf } from '../../extension/content/compose/pieces.js';
import { MAX_FRAMES } from '../../extension/content/limits.js';
import { PIECE } from '../../extension/desk/write-channel.js';
import { WriteLink } from '../../extension/desk/write-link.js';
import { readers, shows } from './support/desk.js';
import { Gpg } from './support/gpg.js';
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
  const files = [{ name: 'large.bin', mediaType: 'application/octet-stream', data }];
  const put = { text: 'text', subject: null, to: null, cc: null, bcc: null };
  const ended = link.put(put, files, () => undefined);
  // All that happens without a turn.
  for (let step = 0; step < 1_000; step++) await Promise.resolve();
  assert.equal(page.pieces.length, 1);
  assert.deepEqual(await ended, { t: 'put_done', ok: true });
  assert.equal(page.pieces.length, 6);

  // The way of a mail that is answered, from the page to the window, cuts it the same way.
  assert.deepEqual([...piecesOf(data)], page.pieces);

  const arriving = new Arriving([{ name: 'large.bin', media_type: 'a/b', size: data.length }]);
  assert.equal(arriving.files(), undefined, 'nothing has come');
  for (const piece of page.pieces) assert.ok(arriving.take(0, piece));
  assert.equal(arriving.take(0, 'AA=='), false, 'more than was announced');
  const [file, ...more] = arriving.files() ?? [];
  assert.ok(file && more.length === 0);
  assert.equal(Buffer.compare(Buffer.from(await file.arrayBuffer()), data), 0);
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
