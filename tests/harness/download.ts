import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { newFolder } from './folders.js';
import { until } from './until.js';

/** An empty folder for the downloads of one browser. */
export const downloadFolder = (): string => newFolder(path.join(os.tmpdir(), 'waxseal-downloads-'));

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
