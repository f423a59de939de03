// Non-extractable keys in IndexedDB, the only storage of an extension that takes a `CryptoKey`.

const DATABASE = 'waxseal';
const STORE = 'wrapping-keys';

/** Keeps a key under a name. */
export async function putWrappingKey(id: string, key: CryptoKey): Promise<void> {
  await inStore('readwrite', (store) => store.put(key, id));
}

/** The key of that name. */
export async function wrappingKey(id: string): Promise<CryptoKey | undefined> {
  const key = await inStore('readonly', (store) => store.get(id));
  return key instanceof CryptoKey ? key : undefined;
}

/** Drops one key. */
export async function dropWrappingKey(id: string): Promise<void> {
  await inStore('readwrite', (store) => store.delete(id));
}

/** Drops all keys but one. */
export async function dropOtherWrappingKeys(id: string): Promise<void> {
  const ids = await inStore('readonly', (store) => store.getAllKeys());
  for (const other of ids) {
    if (other !== id) await dropWrappingKey(String(other));
  }
}

/** Drops all keys. */
export async function dropWrappingKeys(): Promise<void> {
  await inStore('readwrite', (store) => store.clear());
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
