// Content scripts run on the sites that the user switched on, and nowhere else.

import { siteOf } from '../ui/sites.js';

/** The content script's file. */
export const CONTENT_SCRIPT = 'content.js';

/** What is sent to the content scripts of a site that was switched on or off; they ask the vault again. */
const SITE_CHANGED = { to: 'content', act: 'site_changed' };

/**
 * Runs content scripts exactly on these origins from now on, and in tabs that show them already. The permission for a
 * host that no longer has a site is given back: here, as the popup may be closed before it could.
 */
export async function runOn(origins: readonly string[]): Promise<void> {
  const wanted = new Set(origins.map(patternOf).filter((pattern) => pattern !== undefined));
  const known = await chrome.scripting.getRegisteredContentScripts();
  const gone = known.filter(({ id }) => !wanted.has(id));
  const fresh = [...wanted].filter((pattern) => !known.some(({ id }) => id === pattern));
  if (gone.length > 0) await chrome.scripting.unregisterContentScripts({ ids: gone.map(({ id }) => id) });
  if (fresh.length > 0) await chrome.scripting.registerContentScripts(fresh.map(registration));
  await Promise.all(
    [...wanted, ...gone.map(({ id }) => id)].map((pattern) => tellOpenTabs(pattern, wanted.has(pattern))),
  );
  // The tabs were told, whether they listen or not. A browser that keeps it does not keep the site on.
  if (gone.length > 0) await chrome.permissions.remove({ origins: gone.map(({ id }) => id) }).catch(() => false);
}

/**
 * A match pattern names hosts, not ports (Firefox knows none in them), so that a script may run on another port of the
 * same host; it asks the vault about its exact origin and does nothing where it is not wanted.
 */
function patternOf(origin: string): string | undefined {
  const site = siteOf(origin);
  return typeof site === 'object' ? site.pattern : undefined;
}

function registration(pattern: string): chrome.scripting.RegisteredContentScript {
  return {
    id: pattern,
    matches: [pattern],
    js: [CONTENT_SCRIPT],
    allFrames: true,
    // Editors of webmails live in frames without an address of their own.
    matchOriginAsFallback: true,
    runAt: 'document_idle',
    persistAcrossSessions: true,
  };
}

/**
 * Starts the script in tabs where it does not run yet, and tells all the others that something changed. No page is waited
 * for: one that stands still (a loop, an open dialog, a tab put to sleep) answers when it goes on, and that may be never.
 */
async function tellOpenTabs(pattern: string, on: boolean): Promise<void> {
  // Where it goes, all are told, and each page of ours asks for itself: when the user has taken the permission back the browser
  // no longer says which tabs show the site, and it never says so of a frame in another site's page.
  const tabs = await chrome.tabs.query(on ? { url: pattern } : {}).catch(() => []);
  for (const { id } of tabs) if (id !== undefined) void tell(id, on);
  if (!on) return;
  // In another site's page it has been switched on from the popup, over the tab that one sees.
  const seen = await chrome.tabs.query({ active: true }).catch(() => []);
  const others = seen.filter(({ id }) => tabs.every((one) => one.id !== id));
  for (const { id } of others) if (id !== undefined) void tellFrames(id, pattern);
}

async function tell(tab: number, on: boolean): Promise<void> {
  if (on) await inject({ tabId: tab, allFrames: true });
  await chrome.tabs.sendMessage(tab, SITE_CHANGED).catch(() => undefined);
}

/** Does so in the frames of a site in another one's page, as far as the browser lets us in there. */
async function tellFrames(tabId: number, pattern: string): Promise<void> {
  const looks = await chrome.scripting
    .executeScript({ target: { tabId, allFrames: true }, func: () => origin, injectImmediately: true })
    .catch(() => []);
  const frameIds = looks.filter(({ result }) => result && patternOf(result) === pattern).map(({ frameId }) => frameId);
  if (frameIds.length === 0) return;
  await inject({ tabId, frameIds });
  await Promise.all(
    frameIds.map((frameId) => chrome.tabs.sendMessage(tabId, SITE_CHANGED, { frameId }).catch(() => undefined)),
  );
}

/**
 * Runs the content script; it does nothing where it runs already. False when the browser does not allow it there
 * (its own pages, the add-on store, an error page, a tab that was closed or put to sleep). No frame is waited for: an
 * editor that writes its document by hand (CKEditor 3) leaves it loading for ever.
 */
export async function inject(target: chrome.scripting.InjectionTarget): Promise<boolean> {
  return chrome.scripting.executeScript({ target, files: [CONTENT_SCRIPT], injectImmediately: true }).then(
    () => true,
    () => false,
  );
}
