// Own keys that were made here and that nobody has a copy of yet: the list of keys says so until one is exported. It is
// a reminder: where it cannot be read or stored, all else goes on, and nothing here rejects.

const UNCOPIED = 'host:uncopied';

/** Their fingerprints. */
export async function uncopied(): Promise<ReadonlySet<string>> {
  const stored = await chrome.storage.local.get<{ [UNCOPIED]?: string[] }>(UNCOPIED).catch(() => undefined);
  return new Set(stored?.[UNCOPIED]);
}

/** A key was made. */
export async function wantCopy(fingerprint: string): Promise<void> {
  await put(new Set(await uncopied()).add(fingerprint));
}

/** It was exported or deleted, or its owner wants to hear no more of it. */
export async function dropWish(fingerprint: string): Promise<void> {
  const left = new Set(await uncopied());
  if (left.delete(fingerprint)) await put(left);
}

async function put(prints: ReadonlySet<string>): Promise<void> {
  await chrome.storage.local.set({ [UNCOPIED]: [...prints] }).catch(() => undefined);
}
