import fs from 'node:fs';
import { until } from './until.js';

const folders = new Set<string>();
// Also when a run is broken off. What cannot be removed then is left.
process.on('exit', () => {
  for (const folder of folders) {
    try {
      remove(folder);
    } catch {
      // the run has ended, and with what
    }
  }
});

const remove = (folder: string): void => fs.rmSync(folder, { recursive: true, force: true });

/** An empty folder whose name begins like that; it does not outlive this process. */
export function newFolder(begin: string): string {
  const folder = fs.mkdtempSync(begin);
  folders.add(folder);
  return folder;
}

/** Whether there is something in it. */
export const isUsed = (folder: string | undefined): boolean =>
  folder !== undefined && fs.readdirSync(folder).length > 0;

/** Removes it with all that is in it. Children of a program that has ended may still write there. */
export async function removeFolder(folder: string): Promise<void> {
  await until(`${folder} has gone`, () => {
    remove(folder);
    return !fs.existsSync(folder);
  });
  folders.delete(folder);
}
