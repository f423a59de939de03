// The vault's host with the real wasm and the real effects, in a browser that the test plays: what comes too late, and what is
// asked for too often. Needs no browser: all of it runs in Node.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { initSync, type PageReply, type Sender, type UiCall } from 'waxseal-wasm';
import { perform } from '../../extension/background/effects.js';
import { Host } from '../../extension/background/host.js';
import { readSnapshot } from '../../extension/background/storage.js';
import { renewWasm } from '../../extension/background/wasm.js';

// Node knows no origin of the browsers' own schemes.
const OWN = 'https://extension.test';
const MAIL = 'https://mail.example.test';
const PASSPHRASE = 'drift-otter 41 Lampshade';

initSync({ module: new WebAssembly.Module(readFileSync('target/wasm-pkg/waxseal_bg.wasm')) });

const from = (url: string, tab: number): Sender => ({ url, origin: new URL(url).origin, tab, frame: 0, document: 'd' });
const WINDOW = from(`${OWN}/keys.html`, 1);

/** A moment that is waited for. */
interface Moment {
  readonly come: Promise<void>;
  comes(): void;
}

/** A job that stands still from `reached` on, until it is `over`. */
interface Stall {
  readonly reached: Moment;
  readonly over: Moment;
}

function moment(): Moment {
  let comes = (): void => undefined;
  const come = new Promise<void>((done) => {
    comes = done;
  });
  return { come, comes: () => comes() };
}

/** What the background uses of a browser. */
class FakeBrowser {
  readonly local = new Map<string, unknown>();
  readonly session = new Map<string, unknown>();
  /** Wrapping keys by name. */
  readonly keys = new Map<string, unknown>();
  /** Open windows, each with one tab. */
  tabs: { id: number; windowId: number; url: string }[] = [];
  /** All that was to be done, until it is. */
  readonly done: Promise<void>[] = [];
  /** Entries of `storage.local` with this name can't be written. */
  fails = '';
  /** No database can be opened. */
  broken = false;
  /** No database opens from now on, and none says so; each use lets the moment come. */
  hangs: Moment | undefined;
  /** Wrapping keys that were put there. */
  puts = 0;
  #opened = 0;
  #stall: Stall | undefined;

  constructor() {
    const chrome = {
      runtime: { getURL: (path: string) => `${OWN}/${path}` },
      storage: { local: area(this.local, () => this.fails), session: area(this.session) },
      alarms: { create: async () => undefined, clear: async () => true },
      scripting: { getRegisteredContentScripts: async () => [] },
      tabs: { query: async () => this.tabs, update: async () => undefined },
      windows: {
        update: async () => undefined,
        create: async ({ url }: { url: string }) => {
          const id = ++this.#opened;
          this.tabs.push({ id, windowId: id, url });
        },
      },
    };
    const indexedDB = { open: () => asked(async () => this.#database()) };
    Object.assign(globalThis, { chrome, indexedDB, __RECORD__: '' });
  }

  /** A background that has just started. */
  start(): Host {
    const now = () => Math.floor(Date.now() / 1000);
    const answer = async () => ({ kind: 'failed' }) as const;
    return new Host({
      load: async () => undefined,
      renew: renewWasm,
      snapshot: (late) => this.#noted(readSnapshot(late)),
      perform: (effects, late) => this.#noted(perform(effects, late)),
      answer,
      now,
    });
  }

  #noted<T>(job: Promise<T>): Promise<T> {
    this.done.push(
      job.then(
        () => undefined,
        () => undefined,
      ),
    );
    return job;
  }

  /** The next use of the database takes until `over` comes. */
  stall(): Stall {
    const stall = { reached: moment(), over: moment() };
    this.#stall = stall;
    return stall;
  }

  async #database(): Promise<unknown> {
    const stall = this.#stall;
    this.#stall = undefined;
    this.hangs?.comes();
    if (this.hangs) return new Promise(() => undefined);
    if (this.broken) throw new Error('broken');
    stall?.reached.comes();
    await stall?.over.come;
    const { keys } = this;
    const put = (key: unknown, id: string) => {
      this.puts++;
      return keys.set(id, key);
    };
    const store = {
      put: (key: unknown, id: string) => asked(async () => put(key, id)),
      get: (id: string) => asked(async () => keys.get(id)),
      getAllKeys: () => asked(async () => [...keys.keys()]),
      delete: (id: string) => asked(async () => keys.delete(id)),
    };
    const transaction = () => {
      const running: { objectStore(): typeof store; oncomplete?(): void } = { objectStore: () => store };
      // After its requests.
      setImmediate(() => running.oncomplete?.());
      return running;
    };
    return { transaction, close: () => undefined };
  }
}

/** A request to a database. */
function asked(job: () => Promise<unknown>): unknown {
  const request: { result?: unknown; onsuccess?(): void; onerror?(): void } = {};
  void job().then(
    (result) => {
      request.result = result;
      request.onsuccess?.();
    },
    () => request.onerror?.(),
  );
  return request;
}

/** An area of storage. */
function area(items: Map<string, unknown>, fails = () => ''): unknown {
  return {
    get: async (key: string | null) => Object.fromEntries(key === null ? items : [[key, items.get(key)]]),
    set: async (entries: Record<string, unknown>) => {
      if (fails() in entries) throw new Error('QUOTA_BYTES quota exceeded');
      for (const [key, value] of Object.entries(entries)) items.set(key, value);
    },
    remove: async (keys: string | string[]) => {
      for (const key of [keys].flat()) items.delete(key);
    },
  };
}

/** Makes alice's key. */
async function generated(host: Host) {
  const made = await host.ui(WINDOW, {
    kind: 'generate',
    name: 'Alice',
    email: 'alice@example.test',
    passphrase: PASSPHRASE,
    key_kind: 'curve25519_v4',
    expires_days: 365,
  });
  assert.equal(made.kind, 'generated', JSON.stringify(made));
  return made;
}

/** What needs no browser has come after a few turns. */
async function comes(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !condition(); turn++) await new Promise((done) => setImmediate(done));
  assert.ok(condition());
}

async function unlocked(host: Host): Promise<number> {
  const status = await host.ui(WINDOW, { kind: 'status' });
  assert.equal(status.kind, 'status');
  return status.unlocked.length;
}

test('keys that were locked stay locked when what was given up as too slow comes to its end', async (t) => {
  const browser = new FakeBrowser();
  const host = browser.start();
  const made = await generated(host);
  assert.equal(await unlocked(browser.start()), 1, 'remembered');
  assert.equal((await host.ui(WINDOW, { kind: 'lock' })).kind, 'done');
  await comes(() => browser.keys.size === 0);

  t.mock.timers.enable({ apis: ['setTimeout'] });
  const unlock: UiCall = { kind: 'unlock', key: made.key.fingerprint, passphrase: PASSPHRASE };
  const tooSlow = async () => {
    const { reached, over } = browser.stall();
    const unlocking = host.ui(WINDOW, unlock);
    await reached.come;
    t.mock.timers.tick(5_000);
    // It is open, and not remembered.
    assert.equal((await unlocking).kind, 'done');
    assert.equal(await unlocked(host), 1);
    return over;
  };
  let over = await tooSlow();
  assert.equal((await host.ui(WINDOW, { kind: 'lock' })).kind, 'done');
  over.comes();
  await comes(() => browser.puts === 2 && browser.keys.size === 0);
  assert.equal(await unlocked(browser.start()), 0);

  // Nor does it take anything away from what came after it.
  over = await tooSlow();
  assert.equal((await host.ui(WINDOW, unlock)).kind, 'done');
  over.comes();
  await comes(() => browser.puts === 4 && browser.keys.size === 1);
  assert.equal(await unlocked(browser.start()), 1);
});

test('keys that were unlocked anew stay so when a start that gave up what was remembered comes to its end', async (t) => {
  const browser = new FakeBrowser();
  const made = await generated(browser.start());

  t.mock.timers.enable({ apis: ['setTimeout'] });
  const host = browser.start();
  const { reached, over } = browser.stall();
  const first = unlocked(host);
  await reached.come;
  t.mock.timers.tick(5_000);
  assert.equal(await first, 0);
  const unlock: UiCall = { kind: 'unlock', key: made.key.fingerprint, passphrase: PASSPHRASE };
  assert.equal((await host.ui(WINDOW, unlock)).kind, 'done');
  over.comes();
  await comes(() => browser.keys.size === 1);
  assert.equal(await unlocked(browser.start()), 1);
});

test('a database that neither opens nor fails is as none: keys can be used, and locking waits for nothing', async (t) => {
  const browser = new FakeBrowser();
  const made = await generated(browser.start());
  const host = browser.start();
  assert.equal(await unlocked(host), 1);
  const pulses = () => Number(browser.local.get('pulse'));
  let before = pulses();
  browser.hangs = moment();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const lock = async () => assert.equal((await host.ui(WINDOW, { kind: 'lock' })).kind, 'done');
  await lock();
  assert.ok(pulses() > before);
  assert.equal(await unlocked(host), 0);
  browser.hangs = moment();
  const unlocking = host.ui(WINDOW, { kind: 'unlock', key: made.key.fingerprint, passphrase: PASSPHRASE });
  await browser.hangs.come;
  t.mock.timers.tick(5_000);
  assert.equal((await unlocking).kind, 'done');
  assert.equal(await unlocked(host), 1);
  before = pulses();
  await lock();
  assert.ok(pulses() > before);
  assert.equal(await unlocked(browser.start()), 0);
});

test('keys that could not be remembered lock with the background, and all that show something hear of it', async () => {
  const browser = new FakeBrowser();
  const pulses = () => Number(browser.local.get('pulse') ?? 0);
  const made = await generated(browser.start());
  browser.broken = true;
  let host = browser.start();
  const open = async () => {
    assert.equal((await host.ui(WINDOW, { kind: 'lock' })).kind, 'done');
    const unlock: UiCall = { kind: 'unlock', key: made.key.fingerprint, passphrase: PASSPHRASE };
    assert.equal((await host.ui(WINDOW, unlock)).kind, 'done');
    assert.equal(await unlocked(host), 1);
    return pulses();
  };
  // It is stopped, and starts for whatever comes next; once is enough.
  let before = await open();
  host = browser.start();
  assert.equal(await unlocked(host), 0);
  assert.ok(pulses() > before);
  before = pulses();
  assert.equal(await unlocked(browser.start()), 0);
  assert.equal(pulses(), before);
  // It is given up because something could not be done, and nothing comes next.
  before = await open();
  browser.fails = 'settings';
  const settings: UiCall = { kind: 'set_settings', change: { sign_by_default: false } };
  assert.equal((await host.ui(WINDOW, settings)).kind, 'refused');
  await comes(() => pulses() > before);
});

test('a page that asks for windows without end gets a few', async () => {
  const browser = new FakeBrowser();
  const host = browser.start();
  const page = from(`${MAIL}/inbox`, 5);
  const ask = (what: 'selection' | 'mail'): Promise<PageReply> => host.page(page, { kind: 'open_composer', what });
  const errors = new Set<string>();
  for (let asked = 0; asked < 50; asked++) {
    const reply = await ask('selection');
    if (reply.kind === 'refused') errors.add(reply.error);
    if (reply.kind !== 'ticket') continue;
    const claim: UiCall = { kind: 'claim_view', ticket: reply.ticket };
    const opened = await host.ui(from(`${OWN}/compose.html`, 100 + asked), claim);
    assert.equal(opened.kind, 'view');
  }
  assert.equal(browser.tabs.length, 20);
  assert.deepEqual([...errors], ['too_many_windows']);
  // Who closes one can open another; windows of another kind are not in the way.
  browser.tabs.pop();
  assert.equal((await ask('selection')).kind, 'ticket');
  assert.equal((await ask('mail')).kind, 'ticket');
  assert.equal(browser.tabs.length, 21);
});

test('what was stored is said to be done, also when nobody could be told to look again', async () => {
  const browser = new FakeBrowser();
  const host = browser.start();
  browser.fails = 'pulse';
  const { key } = await generated(host);
  const name = `key/${key.fingerprint}`;
  assert.ok(browser.local.has(name));
  const change = { kind: 'passphrase', new: 'gravel marmot 77 staircase' } as const;
  const edit: UiCall = { kind: 'edit', key: key.fingerprint, passphrase: PASSPHRASE, change };
  assert.equal((await host.ui(WINDOW, edit)).kind, 'edited');
  const remove: UiCall = { kind: 'delete', key: key.fingerprint, secret: true };
  assert.equal((await host.ui(WINDOW, remove)).kind, 'done');
  assert.ok(!browser.local.has(name));
  // They are told in another way, as long as memory takes something.
  assert.ok(!browser.local.has('pulse'));
  const told = () => Number(browser.session.get('host:pulse') ?? 0);
  const before = told();
  assert.equal((await host.ui(WINDOW, { kind: 'lock' })).kind, 'done');
  assert.equal(told(), before + 1);
  // Also at a start that finds keys whose time is over, or that are of no use.
  browser.session.set('host:remembered', 'unreadable');
  assert.equal(await unlocked(browser.start()), 0);
  assert.equal(told(), before + 2);
  // What could not be stored is not.
  browser.fails = 'settings';
  const settings: UiCall = { kind: 'set_settings', change: { sign_by_default: false } };
  const refused = await host.ui(WINDOW, settings);
  assert.equal(refused.kind === 'refused' && refused.error, 'storage_full');
});
