import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { newFolder } from './folders.js';
import { until } from './until.js';

/** An empty folder for the downloads of one browser. */
export const downloadFolder = (): string => newFolder(path.join(os.tmpdir(), 'waxseal-downloads-'));

/**
 * Waits for a finished download: a file of that name which neither browser still marks as partial, and is not empty. It is moved
 * out of the folder, so that nobody takes it for one that comes later.
 */
export async function download(folder: string, name: RegExp, ms?: number): Promise<string> {
  const found = await until(
    `a download named ${name}`,
    () => {
      const names = fs.readdirSync(folder);
      if (names.some((file) => /\.(crdownload|part|tmp)$/.test(file))) return null;
      const found = names.find((file) => name.test(file));
      return found && fs.statSync(path.join(folder, found)).size > 0 ? found : null;
    },
    ms,
  );
  const taken = path.join(fs.mkdtempSync(path.join(folder, 'taken-')), found);
  fs.renameSync(path.join(folder, found), taken);
  return taken;
}
