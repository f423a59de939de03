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

/** What is noted of a key: something else when it has got a further part. */
export async function wishFor(fingerprint: string): Promise<unknown> {
  const name = UNCOPIED + fingerprint;
  const noted = await chrome.storage.local
    .get<Record<string, unknown>>(name)
    .catch(() => ({}) as Record<string, unknown>);
  return noted[name];
}

/**
 * It was exported, when this was noted of it, or its owner wants to hear no more of it; what comes of this takes that back. A
 * part that came since is in no file.
 */
export async function dropWish(fingerprint: string, noted: unknown): Promise<() => Promise<void>> {
  const name = UNCOPIED + fingerprint;
  const now = await wishFor(fingerprint);
  if (now === undefined || now !== noted) return async () => undefined;
  await chrome.storage.local.remove(name).catch(() => undefined);
  return () => chrome.storage.local.set({ [name]: now }).catch(() => undefined);
}
