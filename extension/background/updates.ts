// When a new version takes the place of this one: never while something is open in which something could be lost.

import { withLimit } from './limit.js';

/** Rings as long as a new version waits: what the background knows itself goes when it is stopped. */
export const UPDATE_ALARM = 'update';

/** How long until it is looked again, in minutes. */
const AGAIN = 5;

/** Milliseconds for pages to be left. It is a moment's work; a page that hangs keeps no new version out. */
const LEAVING_LIMIT = 2_000;

/**
 * Firefox ends the extension and closes all of its windows the moment it has a new version, unless somebody listens here;
 * then the version waits for `runtime.reload` or for the browser's next start. Chromium waits by itself until not even
 * a frame of the extension is left, which is better than what could be done here.
 */
export function listenForUpdates(): void {
  if (location.protocol !== 'moz-extension:') return;
  chrome.runtime.onUpdateAvailable.addListener(() => void update());
}

/** Lets the new version in, or looks again later. Should that fail, it comes in when the browser starts next. */
export async function update(): Promise<void> {
  if (await isOpen()) return chrome.alarms.create(UPDATE_ALARM, { delayInMinutes: AGAIN });
  await chrome.alarms.clear(UPDATE_ALARM);
  await withLimit(leavePages(), LEAVING_LIMIT, () => new Error('late')).catch(() => undefined);
  chrome.runtime.reload();
}

/**
 * Has the content scripts leave every page as if they had not been there: Firefox ends them with the extension, but leaves in the page what they
 * have put there, so that frames with decrypted text would stay that no locking reaches any more, over a text that stayed hidden from the next version.
 */
async function leavePages(): Promise<void> {
  const tabs = await chrome.tabs.query({});
  // Nobody answers: it is over when all frames of the tab have heard it. Tabs without a content script refuse.
  await Promise.allSettled(tabs.map(({ id }) => chrome.tabs.sendMessage(id ?? -1, { to: 'content', act: 'leave' })));
}

/** Whether a tab, a window or the popup shows a page of the extension. Frames in webmails hold nothing that they could not show again. */
async function isOpen(): Promise<boolean> {
  if (chrome.extension.getViews({ type: 'popup' }).length > 0) return true;
  const base = chrome.runtime.getURL('');
  const tabs = await chrome.tabs.query({});
  // What the browser has put away has nothing in it.
  return tabs.some(({ url, discarded }) => !discarded && url?.startsWith(base));
}
