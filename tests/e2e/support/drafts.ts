// What is stored of drafts, read and changed as the browser or a broken disk would.

import { type Driver, until, type View } from '../../harness/index.js';
import { shows } from './desk.js';
import { start } from './session.js';

/** A record of the database. Octets are text here, of one character each. */
export interface DraftRecord {
  id: string;
  version: number;
  saved: number;
  host: string;
  delivered?: number;
  armored: string;
}

/** A file of a draft. */
export interface FileRecord {
  key: string;
  draft: string;
  armored: string;
}

/** All records. */
export interface DraftRecords {
  drafts: DraftRecord[];
  files: FileRecord[];
}

/** Puts these records, after all others have gone if `only`; then gives all that is stored. */
async function inDatabase(driver: Driver, put: DraftRecords, only: boolean): Promise<DraftRecords> {
  const page = await driver.page('settings.html');
  const found = await page.evaluate(
    async ({ put, only }) => {
      const done = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const open = indexedDB.open('waxseal-drafts', 1);
      // As the extension does it, for who comes first.
      open.onupgradeneeded = () => {
        open.result.createObjectStore('drafts', { keyPath: 'id' });
        open.result.createObjectStore('files', { keyPath: 'key' }).createIndex('draft', 'draft');
      };
      const db = await done(open);
      const transaction = db.transaction(['drafts', 'files'], 'readwrite');
      const octets = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0));
      const text = (value: Uint8Array) => Array.from(value, (one) => String.fromCharCode(one)).join('');
      const all = async (name: 'drafts' | 'files') => {
        const store = transaction.objectStore(name);
        if (only) await done(store.clear());
        for (const one of put[name]) await done(store.put({ ...one, armored: octets(one.armored) }));
        const records: { armored: Uint8Array }[] = await done(store.getAll());
        return records.map((one) => ({ ...one, armored: text(one.armored) }));
      };
      const both = { drafts: await all('drafts'), files: await all('files') };
      db.close();
      return both;
    },
    { put, only },
  );
  await page.close();
  return found as unknown as DraftRecords;
}

/** Everything that is stored. */
export const storedDrafts = (driver: Driver): Promise<DraftRecords> =>
  inDatabase(driver, { drafts: [], files: [] }, false);

/** Stores these in the place of everything else. */
export const storeDrafts = (driver: Driver, put: Partial<DraftRecords>): Promise<DraftRecords> =>
  inDatabase(driver, { drafts: [], files: [], ...put }, true);

/**
 * Waits until all that was written in a window is kept: it could be closed without being asked. That it says "kept" is not
 * enough, for it says so of the text before until it begins to keep the next.
 */
export async function allKept(window: View): Promise<void> {
  // After its pause, by itself.
  await shows(window, start('draft_kept'));
  await until('all of it is kept', () =>
    window.evaluate(
      (begin) =>
        dispatchEvent(new Event('beforeunload', { cancelable: true })) &&
        (document.querySelector<HTMLElement>('.draft-line')?.innerText ?? '').startsWith(begin),
      start('draft_kept'),
    ),
  );
}
