// The vault's host with the real wasm and a world of our own: what happens when the vault traps, a write fails or a
// caller sends nonsense. Needs no browser: the same instance runs in Node.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type Effect,
  initSync,
  Reader,
  type Sender,
  type Snapshot,
  type UiCall,
  type UiReply,
  Writer,
} from 'waxseal-wasm';
import { EffectError, storageError } from '../../extension/background/errors.js';
import { Host } from '../../extension/background/host.js';
import { renewWasm } from '../../extension/background/wasm.js';

const bytes = readFileSync('target/wasm-pkg/waxseal_bg.wasm');
const OWN = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop';
const WINDOW: Sender = { url: `${OWN}/keys.html`, origin: OWN, tab: 1, frame: 0, document: 'd' };
const STATUS: UiCall = { kind: 'status' };
const LIGHT = {
  kind: 'set_settings',
  change: { auto_lock_minutes: 5, encrypt_to_self: false, default_key: undefined },
} satisfies UiCall;

/** A world whose storage is two maps and can be told to fail. */
function world() {
  const stored = { local: new Map<string, string>(), session: new Map<string, string>() };
  const state = { boots: 0, fails: false, breaks: false, performed: [] as string[] };
  const host = new Host({
    load: async () => undefined,
    renew: renewWasm,
    snapshot: async (): Promise<Snapshot> => {
      state.boots++;
      return { extension_origin: OWN, local: [...stored.local], session: [...stored.session], remembered: undefined };
    },
    perform: async (effects: readonly Effect[]) => {
      for (const effect of effects) {
        if (effect.kind === 'store' && state.breaks) new Uint8Array(current.buffer).fill(0xff);
        if (effect.kind === 'store' && state.fails) throw new EffectError('storage_full');
        if (effect.kind === 'store') for (const [key, text] of effect.entries) stored[effect.area].set(key, text);
        state.performed.push(effect.kind);
      }
    },
    answer: async () => ({ kind: 'failed' }),
    now: () => 1_800_000_000,
  });
  return { host, state };
}

const { memory } = initSync({ module: new WebAssembly.Module(bytes) });
/** The memory of the instance that runs now, caught as the glue makes it. */
let current = memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args, self) {
    const made = Reflect.construct(target, args, self) as WebAssembly.Instance;
    current = made.exports.memory as WebAssembly.Memory;
    return made;
  },
});

test('a trap is answered, and the next call has a new instance booted from storage', async () => {
  const { host, state } = world();
  assert.equal((await host.ui(WINDOW, LIGHT)).kind, 'done');
  for (let round = 1; round <= 5; round++) {
    // Nonsense in every pointer and length: whatever the vault does next leads out of its memory.
    new Uint8Array(current.buffer).fill(0xff);
    assert.deepEqual(await host.ui(WINDOW, STATUS), { kind: 'refused', error: 'crashed', detail: undefined });
    const status = await host.ui(WINDOW, STATUS);
    assert.equal(status.kind, 'status');
    assert.equal(status.settings.auto_lock_minutes, 5);
    assert.equal(state.boots, round + 1);
  }
});

test('a failed write is answered, and the vault believes what is stored', async () => {
  const { host, state } = world();
  const before = await host.ui(WINDOW, STATUS);
  state.fails = true;
  assert.deepEqual(await host.ui(WINDOW, LIGHT), { kind: 'refused', error: 'storage_full', detail: undefined });
  assert.deepEqual(await host.ui(WINDOW, STATUS), before);
  assert.equal(state.boots, 2);
  state.fails = false;
  assert.equal((await host.ui(WINDOW, LIGHT)).kind, 'done');
  const after = await host.ui(WINDOW, STATUS);
  assert.ok(after.kind === 'status' && after.settings.auto_lock_minutes === 5);
});

test('a vault that traps while it is given up is answered for, and so are the calls that wait behind', async () => {
  const { host, state } = world();
  await host.ui(WINDOW, STATUS);
  Object.assign(state, { fails: true, breaks: true });
  const failed = host.ui(WINDOW, LIGHT);
  const behind = host.ui(WINDOW, STATUS);
  assert.deepEqual(await failed, { kind: 'refused', error: 'storage_full', detail: undefined });
  assert.equal((await behind).kind, 'status');
  Object.assign(state, { fails: false, breaks: false });
  assert.equal((await host.ui(WINDOW, LIGHT)).kind, 'done');
});

test('a browser that does not say whether a call is still wanted keeps no other one waiting', async (t) => {
  t.mock.timers.enable();
  const { host } = world();
  const before = await host.ui(WINDOW, STATUS);
  let unwanted: Promise<void> | undefined;
  let behind: Promise<UiReply> | undefined;
  await new Promise<void>((asked) => {
    const never = (): Promise<boolean> => {
      asked();
      return new Promise(() => undefined);
    };
    unwanted = host.uiIf(never, WINDOW, LIGHT);
    behind = host.ui(WINDOW, STATUS);
  });
  t.mock.timers.tick(15_000);
  await unwanted;
  assert.deepEqual(await behind, before);
});

test('calls that do not fit are refused, and nothing happens', async () => {
  const { host, state } = world();
  await host.ui(WINDOW, STATUS);
  const { length } = state.performed;
  const calls: unknown[] = [undefined, null, 1, 'status', [], {}, { kind: 'nothing' }, { kind: 'status', more: 1 }];
  calls.push({ kind: 'decipher', pkesks: ['***'] }, { kind: 'unlock', key: 'xyz', passphrase: 'p' });
  calls.push({ kind: ['status'] }, { status: {} }, { kind: 'status', more: () => 1 }, { kind: 'status', more: 1n });
  for (const minutes of [5.5, -1, NaN, Infinity, 2 ** 53, '5', [5]]) {
    calls.push({ kind: 'set_settings', change: { auto_lock_minutes: minutes } });
  }
  calls.push({ kind: 'set_settings', change: { ...LIGHT.change, more: 1 } });
  calls.push(
    { kind: 'certificates', issuers: deep(100_000) },
    { kind: 'certificates', issuers: { 0: 'a', length: 1 } },
  );
  for (const call of calls) {
    const reply = await host.ui(WINDOW, call as UiCall);
    assert.deepEqual(reply, { kind: 'refused', error: 'bad_call', detail: undefined });
  }
  for (const call of [null, {}, { kind: 'hello', more: 1 }, { kind: 'open_view', form: 'other' }, STATUS]) {
    assert.deepEqual(await host.page(WINDOW, call as never), { kind: 'refused', error: 'bad_call' });
  }
  assert.equal(state.performed.length, length);
  // None of them was a trap: the instance is the first.
  assert.equal(state.boots, 1);
});

/** A list in a list, so many times. */
function deep(times: number): unknown[] {
  let list: unknown[] = [];
  for (let time = 0; time < times; time++) list = [list];
  return list;
}

test('texts come in as they are, short and long; only half a character is replaced', async () => {
  const now = 1_800_000_000;
  // Long ones take another way than short ones.
  for (const text of ['é€😀, half \ud83d', `${'é😀\n'.repeat(5_000)}half \udc00`]) {
    const job = { text, recipients: [], hidden: [], passwords: ['pässword'], signer: undefined, now };
    const step = (await Writer.begin(job)).step();
    assert.equal(step.kind, 'done', JSON.stringify(step));
    if (step.kind !== 'done') return;
    const reader = Reader.open(new TextEncoder().encode(step.armored), 'message');
    assert.equal((await reader.decryptWithPassword('pässword')).kind, 'readable');
    const outcome = reader.finish([], [], undefined, now);
    assert.equal(
      outcome.kind === 'read' && outcome.message.text,
      new TextDecoder().decode(new TextEncoder().encode(text)),
    );
  }
});

test('a caller without an identity is refused', async () => {
  const { host } = world();
  for (const sender of [{}, { url: 3 }, { ...WINDOW, more: 1 }, { ...WINDOW, frame: 0.5 }, undefined]) {
    const reply = await host.ui(sender as Sender, STATUS);
    assert.equal(reply.kind === 'refused' && reply.error, 'bad_call');
  }
});

test('the browsers say in their own words that storage is full', () => {
  const full = [
    new Error('Resource::kQuotaBytes quota exceeded'),
    new Error('QUOTA_BYTES quota exceeded'),
    new Error('QuotaExceededError: storage.local API call exceeded its quota limitations.'),
    new DOMException('The disk is full', 'QuotaExceededError'),
    new Error('IO error: /x/000003.log: No space left on device (ChromeMethodBFE: 9::WritableFileAppend::8)'),
  ];
  for (const error of full) assert.equal(storageError(error).code, 'storage_full');
  assert.equal(storageError(new Error('An unexpected error occurred')).code, 'storage_failed');
});
