// How hard a passphrase is to guess, in place of ui/strength.ts: nobody chooses one in a letter, and the word lists are large.

import type { Strength } from '../../ui/strength.js';

/** Knows nothing of it. */
export async function strength(_passphrase: string, _about: string[]): Promise<Strength | undefined> {
  return undefined;
}
