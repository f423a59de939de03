// A profile for each Firefox that is started. In an empty one Firefox compiles all of its own script first, which takes more of
// the processor than the rest of its start. So one is started with no extension, and ended; each of the others begins with
// a copy of what that one has left.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { newFolder, removeFolder } from './folders.js';
import { PROGRAMS } from './programs.js';

/** Starts Firefox with the profile in that folder, and ends it. */
type Use = (folder: string) => Promise<void>;

/** Fills a folder with a profile that was never used with an extension. */
export async function fillProfile(folder: string, use: Use): Promise<void> {
  fs.cpSync(await used(use), folder, { recursive: true });
}

/** What is copied; made once for each Firefox, beside what else is built. */
async function used(use: Use): Promise<string> {
  // With the number of its build.
  const version = execFileSync(PROGRAMS.firefox, ['--full-version']);
  const build = createHash('sha256').update(version).digest('hex').slice(0, 16);
  const kept = path.resolve('target', `firefox-${build}`);
  if (fs.existsSync(kept)) return kept;
  fs.mkdirSync(path.dirname(kept), { recursive: true });
  const folder = newFolder(`${kept}-`);
  await use(folder);
  try {
    // Complete or not there at all: another process may be doing the same.
    fs.renameSync(folder, kept);
  } catch (error) {
    if (!fs.existsSync(kept)) throw error;
    await removeFolder(folder);
  }
  return kept;
}
