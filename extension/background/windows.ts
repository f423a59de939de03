// The extension's own small windows.

import { EffectError } from './errors.js';

/** What the vault wants opened. */
export interface WindowRequest {
  /** Such as `unlock.html`. */
  readonly page: string;
  /** Without `#`. */
  readonly hash: string;
  /** CSS pixels. */
  readonly width: number;
  /** CSS pixels. */
  readonly height: number;
  /** How many with this page there may be. */
  readonly most: number;
}

/** Opens a window, or brings the one to the front that shows the same page and hash. */
export async function openWindow({ page, hash, width, height, most }: WindowRequest): Promise<void> {
  const base = chrome.runtime.getURL(page);
  const url = hash ? `${base}#${hash}` : base;
  // The address of a tab is told without the `tabs` permission when it is the extension's own.
  const tabs = await chrome.tabs.query({});
  const same = tabs.find((open) => open.url === url);
  if (same) return focus(same);
  // One that has just opened has no address yet, but a pending one.
  if (tabs.filter((open) => (open.pendingUrl || open.url)?.split('#')[0] === base).length >= most) {
    throw new EffectError('too_many_windows');
  }
  try {
    await chrome.windows.create({ url, type: 'popup', width, height });
  } catch {
    // Where windows cannot be opened (kiosks), a tab is as top-level as a window.
    await chrome.tabs.create({ url });
  }
}

async function focus({ id, windowId }: chrome.tabs.Tab): Promise<void> {
  if (id !== undefined) await chrome.tabs.update(id, { active: true });
  await chrome.windows.update(windowId, { focused: true });
}
