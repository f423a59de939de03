// Who is calling, as the browser says.

import type { Sender } from 'waxseal-wasm';

/** A caller, and the side of the wall that it is on. */
export interface Caller {
  /** `desk`: a page or frame of the extension. `content`: a script in a web page. */
  readonly room: 'desk' | 'content';
  /** For the vault. */
  readonly sender: Sender;
}

/** The extension's own origin. */
export const OWN_ORIGIN = new URL(chrome.runtime.getURL('')).origin;

/** Identifies a caller; nothing when the browser does not say enough, and that is a refusal. */
export function identify(from: chrome.runtime.MessageSender): Caller | undefined {
  if (from.id !== chrome.runtime.id || !from.url) return undefined;
  const sender: Sender = {
    url: from.url,
    origin: from.origin,
    tab: from.tab?.id,
    frame: from.frameId,
    document: from.documentId,
  };
  return { room: isOwn(sender) ? 'desk' : 'content', sender };
}

/** The background itself, for what the browser tells it (a permission taken back, an update). */
export function self(): Sender {
  return { url: chrome.runtime.getURL('background.js'), origin: OWN_ORIGIN };
}

/**
 * A content script's sender has a tab and a frame like that of an extension frame in the same page: only address and
 * origin tell them apart, and both must be ours.
 */
function isOwn({ url, origin }: Sender): boolean {
  if (origin !== undefined && origin !== OWN_ORIGIN) return false;
  return URL.canParse(url) && new URL(url).origin === OWN_ORIGIN;
}
