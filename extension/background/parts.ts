// The parts of the content script that are loaded when a page needs them.

import type { Parts } from '../content/parts.js';
import { record } from '../ui/record.js';
import { identify } from './sender.js';

const FILES: Readonly<Record<keyof Parts, string>> = {
  read: 'content-read.js',
  links: 'content-links.js',
  write: 'content-write.js',
};

/** Registers the listener; must run at the top of the background script. */
export function listenForParts(): void {
  chrome.runtime.onMessage.addListener((message: unknown, from, sendResponse) => {
    const file = fileOf(message);
    if (file === undefined) return false;
    // Whether it went well is seen by the content script: the part is there or it is not.
    void load(file, from).then(() => sendResponse());
    return true;
  });
}

/**
 * Runs a part in the very document that asked, beside the content script that runs there already. The browser lets it
 * in where it let that one in: on sites that are switched on, and for a request of the user's own (`activeTab`).
 */
async function load(file: string, from: chrome.runtime.MessageSender): Promise<void> {
  const caller = identify(from);
  if (caller?.room !== 'content') return;
  record('page-vault', caller.sender.url, 'background', { part: file });
  const { tab, frame, document } = caller.sender;
  if (tab === undefined || frame === undefined) return;
  const place = document === undefined ? { frameIds: [frame] } : { documentIds: [document] };
  const script = { target: { tabId: tab, ...place }, files: [file], injectImmediately: true };
  // The page has left, or the permission was taken back.
  await chrome.scripting.executeScript(script).catch(() => undefined);
}

function fileOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { to, part } = message as Record<string, unknown>;
  return to === 'parts' && isPart(part) ? FILES[part] : undefined;
}

function isPart(part: unknown): part is keyof Parts {
  return part === 'read' || part === 'links' || part === 'write';
}
