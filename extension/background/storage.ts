// Records in `storage.local` and `storage.session`: JSON texts that only the vault reads.

import type { Area, Snapshot } from 'waxseal-wasm';
import { record } from '../ui/record.js';
import { storageError } from './errors.js';
import { recall } from './remember.js';

/** The counter that tells every view that something changed; it carries nothing. */
const PULSE = 'pulse';

/**
 * Counted up in its place, in the session, where the disk takes nothing more: that keys have locked is heard all the same
 * (ui/vault.ts). Firefox does not tell frames in pages of the session: they hear that the other one has gone.
 */
const SPARE_PULSE = 'host:pulse';

/** What the host and the pages keep in storage for themselves starts with this; the vault never sees it. */
export const HOST_PREFIX = 'host:';

/** One `set`: all of them or none. */
export async function store(area: Area, entries: readonly (readonly [string, string])[]): Promise<void> {
  record('vault-storage', 'vault', `storage.${area}`, entries);
  await chrome.storage[area].set(Object.fromEntries(entries)).catch(fail);
}

/** One `remove`. */
export async function remove(area: Area, keys: readonly string[]): Promise<void> {
  record('vault-storage', 'vault', `storage.${area}`, { remove: keys });
  await chrome.storage[area].remove([...keys]).catch(fail);
}

/** Counts the pulse up. Never rejects: it carries nothing, and what was done is not undone because nobody heard of it at once. */
export async function pulse(): Promise<void> {
  const { local, session } = chrome.storage;
  await countUp(local, PULSE).catch(() => Promise.allSettled([local.remove(PULSE), countUp(session, SPARE_PULSE)]));
}

async function countUp(area: chrome.storage.StorageArea, name: string): Promise<void> {
  const { [name]: last } = await area.get(name);
  const next = typeof last === 'number' ? (last + 1) % Number.MAX_SAFE_INTEGER : 1;
  await area.set({ [name]: next });
}

/** All that a vault is made from. */
export async function readSnapshot(late: AbortSignal): Promise<Snapshot> {
  await close();
  const [local, session, remembered] = await Promise.all([
    chrome.storage.local.get(null).catch(fail),
    chrome.storage.session.get(null).catch(fail),
    recall(late).catch(fail),
  ]);
  if (remembered.dropped) await pulse();
  return {
    extension_origin: new URL(chrome.runtime.getURL('')).origin,
    local: texts(local, (key) => key !== PULSE && !key.startsWith(HOST_PREFIX)),
    session: texts(session, (key) => !key.startsWith(HOST_PREFIX)),
    remembered: remembered.blob,
  };
}

/** Closes both areas to content scripts. Only Chromium can; Firefox has `storage.session` closed by itself. */
async function close(): Promise<void> {
  for (const area of [chrome.storage.local, chrome.storage.session]) {
    if (typeof area.setAccessLevel !== 'function') continue;
    await area.setAccessLevel({ accessLevel: 'TRUSTED_CONTEXTS' }).catch(fail);
  }
}

/** Values that are no texts were not written by us; they pass as JSON, and the vault finds that it can't read them. */
function texts(items: Record<string, unknown>, wanted: (key: string) => boolean): [string, string][] {
  return Object.entries(items)
    .filter(([key]) => wanted(key))
    .map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]);
}

function fail(error: unknown): never {
  throw storageError(error);
}
