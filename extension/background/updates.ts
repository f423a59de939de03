// When a new version takes the place of this one: never while something is open in which something could be lost.

/** Rings as long as a new version waits: what the background knows itself goes when it is stopped. */
export const UPDATE_ALARM = 'update';

/** How long until it is looked again, in minutes. */
const AGAIN = 5;

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
  chrome.runtime.reload();
}

/** Whether a tab or a window shows a page of the extension. Frames in webmails hold nothing that they could not show again. */
async function isOpen(): Promise<boolean> {
  const base = chrome.runtime.getURL('');
  const tabs = await chrome.tabs.query({});
  // What the browser has put away has nothing in it.
  return tabs.some(({ url, discarded }) => !discarded && url?.startsWith(base));
}
