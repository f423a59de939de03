import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { until } from './until.js';

const folders = new Set<string>();
// Also when a run is broken off.
process.on('exit', () => {
  for (const folder of folders) removeFolder(folder);
});

/** An empty folder for the downloads of one browser. */
export function downloadFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'waxseal-downloads-'));
  folders.add(folder);
  return folder;
}

/** Removes it with all that is in it. */
export function removeFolder(folder: string): void {
  folders.delete(folder);
  fs.rmSync(folder, { recursive: true, force: true });
}

/** Waits for a finished download: a file of that name which neither browser still marks as partial, and is not empty. */
export async function download(folder: string, name: RegExp, ms?: number): Promise<string> {
  return until(
    `a download named ${name}`,
    () => {
      const names = fs.readdirSync(folder);
      if (names.some((file) => /\.(crdownload|part|tmp)$/.test(file))) return null;
      const found = names.find((file) => name.test(file));
      return found && fs.statSync(path.join(folder, found)).size > 0 ? path.join(folder, found) : null;
    },
    ms,
  );
}
