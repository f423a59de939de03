// Parts of the content script that a page with nothing to do never needs. Each is a file of its own. The background runs
// it in this very document when it is wanted; it leaves what it can do at a symbol of the world that content scripts of
// this extension share and that no page can reach.

import { askAgain } from './again.js';
import type { Writing, WritingPage } from './compose/writing.js';
import type { Page, Readers } from './frames/readers.js';
import type { Links } from './links/links.js';
import { isAlive } from './vault.js';

/** What each part brings. */
export interface Parts {
  /** `content-read.js`: readers over what was found. */
  readonly read: (document: Document, page: Page) => Readers;
  /** `content-links.js`: buttons at links to OpenPGP files. */
  readonly links: (document: Document, page: Page) => Links;
  /** `content-write.js`: the way to composer windows. */
  readonly write: (document: Document, page: WritingPage) => Writing;
}

/** What the background is asked. */
export interface PartCall {
  readonly to: 'parts';
  readonly part: keyof Parts;
}

const PARTS = Symbol.for('waxseal.parts');
const world = globalThis as { [PARTS]?: { -readonly [K in keyof Parts]?: Parts[K] } };

/** Leaves a part for `part` to find. Run a second time it changes nothing. */
export function provide<K extends keyof Parts>(name: K, part: Parts[K]): void {
  world[PARTS] ??= {};
  world[PARTS][name] ??= part;
}

/**
 * A part, loaded if need be, as long as it is wanted; nothing when it could not be: the page is leaving, or the extension was
 * updated.
 */
export function part<K extends keyof Parts>(name: K, isWanted = isAlive): Promise<Parts[K] | undefined> {
  return askAgain(
    () => load(name),
    (found) => !found,
    isWanted,
  );
}

async function load<K extends keyof Parts>(name: K): Promise<Parts[K] | undefined> {
  const call: PartCall = { to: 'parts', part: name };
  try {
    if (!world[PARTS]?.[name]) await chrome.runtime.sendMessage(call);
  } catch {
    // There is no extension any more.
  }
  return world[PARTS]?.[name];
}
