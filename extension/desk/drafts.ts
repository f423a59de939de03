// Drafts of mails: ciphertext in the extension's own database, encrypted to the user's own key before it comes here. All that
// can be read without that key is when a draft was kept, for which site, how large it is, and when its mail was put into the webmail.
// One that was left behind goes by nobody's hand but the user's; where there is no room for another one, that one is not kept.

/** The only version there is; a draft of another one is left alone. */
export const DRAFT_VERSION = 1;
/** Days that the draft of a mail stays that was put into the webmail: whether the mail goes out is not known here. */
const DELIVERED_DAYS = 3;
/** Drafts of such mails that are kept; of more, the oldest go: each has its files with it. */
const MAX_DELIVERED = 50;
/** In milliseconds. */
const DAY = 86_400_000;

const DATABASE = 'waxseal-drafts';
/** Who holds the lock of this name and a draft's id has it open. */
const LOCK = 'waxseal-draft-';

/** A draft: who may read it finds the text in `armored`, and each file in a message of its own. */
export interface Draft {
  readonly id: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly saved: number;
  /** The site that it was written for. */
  readonly host: string;
  /** When the mail was put into the webmail, in milliseconds since 1970. Nothing while it is written, as in older drafts. */
  readonly delivered?: number | undefined;
  readonly armored: Uint8Array<ArrayBuffer>;
}

/** A file of a draft: it is encrypted and stored once, however often the text is. */
interface DraftFile {
  /** `draft/file` */
  readonly key: string;
  readonly draft: string;
  readonly armored: Uint8Array<ArrayBuffer>;
}

let opening: Promise<IDBDatabase> | undefined;
let asked = false;

async function database(): Promise<IDBDatabase> {
  opening ??= opened();
  try {
    return await opening;
  } catch (error) {
    // It may go well the next time.
    opening = undefined;
    throw error;
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('drafts', { keyPath: 'id' });
      request.result.createObjectStore('files', { keyPath: 'key' }).createIndex('draft', 'draft');
    };
    request.onsuccess = () => {
      const { result } = request;
      const ended = () => {
        result.close();
        opening = undefined;
      };
      // The browser has ended it (the storage was cleared, or is broken), or it is in the way of somebody who deletes it.
      result.onclose = result.onversionchange = ended;
      resolve(result);
    };
    request.onerror = () => reject(request.error);
  });
}

/** Runs one transaction; what it changes is there as a whole, or not at all. */
async function transact<T>(mode: IDBTransactionMode, job: (stores: Stores) => IDBRequest<T> | undefined): Promise<T> {
  const transaction = await begun(mode);
  return new Promise((resolve, reject) => {
    const stores = { drafts: transaction.objectStore('drafts'), files: transaction.objectStore('files') };
    const request = job(stores);
    transaction.oncomplete = () => resolve(request?.result as T);
    transaction.onabort = () => reject(transaction.error);
  });
}

async function begun(mode: IDBTransactionMode): Promise<IDBTransaction> {
  const begin = (db: IDBDatabase) => db.transaction(['drafts', 'files'], mode, { durability: 'strict' });
  const db = await database();
  try {
    return begin(db);
  } catch {
    // Nobody has heard yet that the browser has ended it.
    db.close();
    opening = undefined;
    return begin(await database());
  }
}

interface Stores {
  readonly drafts: IDBObjectStore;
  readonly files: IDBObjectStore;
}

/**
 * Keeps a draft in the place of its earlier state. Files that it names no more go; `replaced` are kept in the place of older ones.
 * Gives back which of `files` are not stored.
 * Throws what {@link isFull} knows when there is no room.
 */
export async function keepDraft(
  draft: Draft,
  files: readonly string[],
  replaced: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
): Promise<string[]> {
  const missing = new Set(files.map((file) => fileKey(draft.id, file)));
  askToStay();
  await transact('readwrite', (stores) => {
    stores.drafts.put(draft);
    for (const [file, armored] of replaced) stores.files.put(entryOf(draft.id, file, armored));
    dropFiles(stores, draft.id, (key) => !missing.delete(key));
    return undefined;
  });
  await dropStray();
  return files.filter((file) => missing.has(fileKey(draft.id, file)));
}

/** Whether that was thrown because the browser gives no more room. */
export function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

/**
 * A browser that is short of disk space may drop all drafts at once; Chromium is asked not to. Firefox would ask the user, who
 * writes a mail at the moment.
 */
function askToStay(): void {
  if (asked || !location.protocol.startsWith('chrome')) return;
  asked = true;
  void navigator.storage.persist().catch(() => undefined);
}

/** Keeps a file of a draft. */
export async function keepFile(draft: string, file: string, armored: Uint8Array<ArrayBuffer>): Promise<void> {
  await transact('readwrite', ({ files }) => files.put(entryOf(draft, file, armored)));
}

function entryOf(draft: string, file: string, armored: Uint8Array<ArrayBuffer>): DraftFile {
  return { key: fileKey(draft, file), draft, armored };
}

/** A file of a draft, encrypted. */
export async function draftFile(draft: string, file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const entry: DraftFile | undefined = await transact('readonly', ({ files }) => files.get(fileKey(draft, file)));
  return entry?.armored;
}

/** A draft as it is stored now; nothing when it has gone. */
export async function storedDraft(id: string): Promise<Draft | undefined> {
  const draft: Draft | undefined = await transact('readonly', ({ drafts }) => drafts.get(id));
  return draft?.version === DRAFT_VERSION ? draft : undefined;
}

/** A draft with its files is gone afterwards; for who holds it. */
export async function deleteDraft(id: string): Promise<void> {
  await transact('readwrite', (stores) => {
    stores.drafts.delete(id);
    dropFiles(stores, id, () => true);
    return undefined;
  });
}

/** The same for one that was left behind. False, and it stays, when a window has it open. */
export async function deleteLeft(id: string): Promise<boolean> {
  return withLeft(id, () => deleteDraft(id));
}

/** Drafts that no window has open, the newest first: those that were left behind, and those of mails that were put into a webmail. */
export async function leftDrafts(): Promise<Draft[]> {
  await dropDelivered().catch(() => undefined);
  return closedDrafts();
}

/** Drafts of mails that were put into a webmail go when their time is over. */
export async function dropDelivered(): Promise<void> {
  const before = Date.now() - DELIVERED_DAYS * DAY;
  const delivered = (await closedDrafts()).filter((draft) => draft.delivered !== undefined);
  delivered.sort((one, other) => Number(other.delivered) - Number(one.delivered));
  for (const [at, { id, delivered: then }] of delivered.entries()) {
    if (at >= MAX_DELIVERED || Number(then) < before) await deleteUnless(id, (draft) => draft.delivered !== then);
  }
}

async function closedDrafts(): Promise<Draft[]> {
  const drafts: Draft[] = await transact('readonly', (stores) => stores.drafts.getAll());
  const open = await openDrafts();
  return drafts
    .filter(({ id, version }) => version === DRAFT_VERSION && !open.has(id))
    .sort((one, other) => other.saved - one.saved);
}

/** Says that a window has the draft open, until the function that is given back is called. Nothing when another window has it. */
export function holdDraft(id: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(LOCK + id, { ifAvailable: true }, (lock) => {
        if (lock) return new Promise<void>((done) => resolve(() => done()));
        resolve(undefined);
        return undefined;
      })
      .catch(reject);
  });
}

/** Runs a job while no window can open the draft. False when one has it open. */
async function withLeft(id: string, job: () => Promise<void>): Promise<boolean> {
  const release = await holdDraft(id);
  if (!release) return false;
  try {
    await job();
    return true;
  } finally {
    release();
  }
}

async function openDrafts(): Promise<Set<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map(({ name = '' }) => name.slice(LOCK.length)));
}

/** Files whose window ended before it had kept the text. */
async function dropStray(): Promise<void> {
  const known = await transact<IDBValidKey[]>('readonly', ({ drafts }) => drafts.getAllKeys());
  const stored = await transact<IDBValidKey[]>('readonly', ({ files }) => files.getAllKeys());
  const owners = new Set(stored.map((key) => String(key).split('/')[0] ?? ''));
  for (const id of owners) if (!known.includes(id)) await deleteUnless(id, () => true);
}

/** Looks again once no window can open it: one may have gone on with it, or have kept it for the first time. */
async function deleteUnless(id: string, wanted: (draft: Draft) => boolean): Promise<void> {
  await withLeft(id, async () => {
    const draft: Draft | undefined = await transact('readonly', ({ drafts }) => drafts.get(id));
    if (!draft || !wanted(draft)) await deleteDraft(id);
  });
}

function dropFiles({ files }: Stores, draft: string, goes: (key: string) => boolean): void {
  const request = files.index('draft').openKeyCursor(IDBKeyRange.only(draft));
  request.onsuccess = () => {
    const cursor = request.result;
    if (!cursor) return;
    if (goes(String(cursor.primaryKey))) files.delete(cursor.primaryKey);
    cursor.continue();
  };
}

function fileKey(draft: string, file: string): string {
  return `${draft}/${file}`;
}
