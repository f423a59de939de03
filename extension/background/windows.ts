// The extension's own small windows.

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
}

/** Opens a window, or brings the one to the front that shows the same page and hash. */
export async function openWindow({ page, hash, width, height }: WindowRequest): Promise<void> {
  const url = chrome.runtime.getURL(hash ? `${page}#${hash}` : page);
  if (await focusExisting(url)) return;
  try {
    await chrome.windows.create({ url, type: 'popup', width, height });
  } catch {
    // Where windows cannot be opened (kiosks), a tab is as top-level as a window.
    await chrome.tabs.create({ url });
  }
}

async function focusExisting(url: string): Promise<boolean> {
  // The address of a tab is told without the `tabs` permission when it is the extension's own.
  const tab = (await chrome.tabs.query({})).find((open) => open.url === url);
  if (tab?.id === undefined) return false;
  await chrome.tabs.update(tab.id, { active: true });
  await chrome.windows.update(tab.windowId, { focused: true });
  return true;
}
