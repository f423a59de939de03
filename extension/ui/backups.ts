// Own keys that were made here and that nobody has a copy of yet: the list of keys says so until one is exported. The vault
// notes it together with the key, pages take it away. It is a reminder: where it cannot be read or removed, all else goes on,
// and nothing here rejects.

import type { KeyInfo } from 'waxseal-wasm';

const UNCOPIED = 'uncopied/';

/** The fingerprints of those that are. */
export async function uncopied(keys: readonly KeyInfo[]): Promise<ReadonlySet<string>> {
  const names = keys.map(({ fingerprint }) => UNCOPIED + fingerprint);
  const noted = await chrome.storage.local.get(names).catch(() => ({}));
  return new Set(Object.keys(noted).map((name) => name.slice(UNCOPIED.length)));
}

/** It was exported, or its owner wants to hear no more of it; what comes of this takes that back. */
export async function dropWish(fingerprint: string): Promise<() => Promise<void>> {
  const name = UNCOPIED + fingerprint;
  const noted = await chrome.storage.local.get(name).catch(() => ({}));
  await chrome.storage.local.remove(name).catch(() => undefined);
  return () => chrome.storage.local.set(noted).catch(() => undefined);
}
