// Waiting for a signature, for which the user may have to unlock a key: who has stopped is asked for nothing more. Needs no
// browser: a stub stands for the vault.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { SignRequest, UiCall, UiReply } from 'waxseal-wasm';
import { type Patience, signature } from '../../extension/ui/signing.js';

const REQUEST = { certificate: 'aa' } as SignRequest;
const LOCKED: UiReply = { kind: 'locked', keys: [] };
const SIGNED: UiReply = { kind: 'signature', signature: 'AA' };
const STOPPED = { error: 'signing_failed' };

type Pulse = (changes: Record<string, unknown>, area: string) => void;

const pulses = new Set<Pulse>();
let asked: string[] = [];
let vault: (call: UiCall) => UiReply | Promise<UiReply>;
const page = new EventTarget();
Object.assign(globalThis, {
  // A page that is never put aside.
  addEventListener: page.addEventListener.bind(page),
  removeEventListener: page.removeEventListener.bind(page),
  chrome: {
    runtime: {
      sendMessage: async ({ ui }: { ui: UiCall }) => {
        asked.push(ui.kind);
        return ui.kind === 'request_unlock' ? { kind: 'done' } : vault(ui);
      },
    },
    storage: {
      onChanged: {
        addListener: (one: Pulse) => pulses.add(one),
        removeListener: (one: Pulse) => pulses.delete(one),
      },
    },
  },
});

beforeEach(() => {
  asked = [];
  pulses.clear();
  vault = () => LOCKED;
});

/** A window that waits, and what it was told. */
function waiting(): { patience: Patience; job: AbortController; told: boolean[] } {
  const job = new AbortController();
  const told: boolean[] = [];
  return { patience: { onWaiting: (waits) => told.push(waits), signal: job.signal }, job, told };
}

test('stopped before it came to the signature: the vault is not asked', async () => {
  const { patience, job, told } = waiting();
  job.abort();
  assert.deepEqual(await signature(REQUEST, patience), STOPPED);
  assert.deepEqual([asked, told, pulses.size], [[], [], 0]);
});

test('stopped while the vault is asked: no window opens to unlock the key', async () => {
  const { patience, job, told } = waiting();
  vault = () => {
    job.abort();
    return LOCKED;
  };
  assert.deepEqual(await signature(REQUEST, patience), STOPPED);
  assert.deepEqual([asked, told, pulses.size], [['sign'], [], 0]);
});

test('a locked key: it goes on when it is unlocked, and ends when it is stopped', async () => {
  const { patience, told } = waiting();
  const signed = signature(REQUEST, patience);
  await new Promise(setImmediate);
  assert.deepEqual([asked, told], [['sign', 'request_unlock'], [true]]);
  vault = () => SIGNED;
  for (const heard of pulses) heard({ pulse: {} }, 'local');
  assert.deepEqual(await signed, { signature: 'AA' });
  assert.deepEqual(told, [true, false]);

  vault = () => LOCKED;
  const other = waiting();
  const stopped = signature(REQUEST, other.patience);
  await new Promise(setImmediate);
  other.job.abort();
  assert.deepEqual(await stopped, STOPPED);
  assert.deepEqual(asked.slice(3), ['sign', 'request_unlock']);
});
