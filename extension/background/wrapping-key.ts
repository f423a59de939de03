// Non-extractable keys in IndexedDB, the only storage of an extension that takes a `CryptoKey`.

import { withLimit } from './limit.js';

const DATABASE = 'waxseal';
const STORE = 'wrapping-keys';

/**
 * Milliseconds for one use. In a damaged profile a database may neither open nor fail: after this it counts as broken. All other calls
 * to the vault wait meanwhile, and are to be done long before the host gives them up.
 */
const LIMIT = 5_000;

/** Keeps a key under a name. */
export async function putWrappingKey(id: string, key: CryptoKey): Promise<void> {
  const put = inStore('readwrite', (store) => store.put(key, id));
  await inTime(put).catch((error: unknown) => {
    // It may yet be there, when nobody wants it any more.
    void put.then(() => dropWrappingKey(id)).catch(() => undefined);
    throw error;
  });
}

/** The key of that name. */
export async function wrappingKey(id: string): Promise<CryptoKey | undefined> {
  const key = await inTime(inStore('readonly', (store) => store.get(id)));
  return key instanceof CryptoKey ? key : undefined;
}

/** Drops one key. */
export async function dropWrappingKey(id: string): Promise<void> {
  await inTime(inStore('readwrite', (store) => store.delete(id)));
}

/** Drops all keys but one. */
export async function dropOtherWrappingKeys(id: string): Promise<void> {
  const ids = await inTime(inStore('readonly', (store) => store.getAllKeys()));
  for (const other of ids) {
    if (other !== id) await dropWrappingKey(String(other));
  }
}

function inTime<T>(use: Promise<T>): Promise<T> {
  return withLimit(use, LIMIT, () => new Error('late'));
}

/** Runs one request and waits until its transaction is complete. */
async function inStore<T>(mode: IDBTransactionMode, run: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = run(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}
