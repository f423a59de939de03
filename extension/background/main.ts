// The background script: a service worker in Chromium, an event page in Firefox. The browser stops it whenever it
// likes and starts it for the next event, so that all listeners are registered at once, before anything is awaited,
// and nothing that matters is only in its memory.

import { dropDelivered } from '../desk/drafts.js';
import { giveBackLeft } from '../ui/lent.js';
import { giveBack, patternsOf, siteOf, takeWish } from '../ui/sites.js';
import { answer } from './ask.js';
import { listenForCalls } from './calls.js';
import { LOCK_ALARM, perform } from './effects.js';
import { Host } from './host.js';
import { listenForParts } from './parts.js';
import { self } from './sender.js';
import { readSnapshot } from './storage.js';
import { listenForUpdates, UPDATE_ALARM, update } from './updates.js';
import { loadWasm, renewWasm } from './wasm.js';
import { listenForWishes, makeMenu } from './wishes.js';

const host = new Host({
  load: loadWasm,
  renew: renewWasm,
  snapshot: readSnapshot,
  perform,
  answer,
  now: () => Math.floor(Date.now() / 1000),
});

listenForCalls(host);
listenForParts();
listenForWishes();
listenForUpdates();

chrome.alarms.onAlarm.addListener(({ name }) => {
  if (name === LOCK_ALARM) void host.tick();
  if (name === UPDATE_ALARM) void update();
});

chrome.runtime.onInstalled.addListener(({ reason }) => {
  void begin();
  if (reason === 'install') void chrome.tabs.create({ url: chrome.runtime.getURL('welcome.html') });
});

chrome.runtime.onStartup.addListener(() => void begin());
// Who writes no other mail has no window that would do it.
chrome.runtime.onStartup.addListener(() => void dropDelivered().catch(() => undefined));

chrome.permissions.onAdded.addListener(() => void switchOnWishedSite());
chrome.permissions.onRemoved.addListener(() => void switchOffForbiddenSites());

/**
 * After an update or a start of the browser the menu's entries may be missing, and permissions may have gone while nothing
 * ran; so may windows that had borrowed some. Content scripts are the vault's matter: it names the sites when it boots for the
 * first time in a session.
 */
async function begin(): Promise<void> {
  await makeMenu();
  await switchOffForbiddenSites();
  const status = await host.ui(self(), { kind: 'status' });
  // Nobody knows then which sites are on.
  if (status.kind !== 'status') return;
  await giveBackLeft(patternsOf(status.sites));
}

/**
 * The user can take a site's permission back in the browser's own settings. Other calls may stand before this one, and
 * the user may have switched the site on again meanwhile: what counts is the permission when its turn has come.
 */
async function switchOffForbiddenSites(): Promise<void> {
  for (const origin of await sites()) {
    const site = siteOf(origin);
    const forbidden = async (): Promise<boolean> =>
      typeof site !== 'object' || !(await chrome.permissions.contains({ origins: [site.pattern] }));
    await host.uiIf(forbidden, self(), { kind: 'set_site', origin, enabled: false });
  }
}

/** The popup that asked for the permission may have been closed by the browser's question. */
async function switchOnWishedSite(): Promise<void> {
  const origin = await takeWish();
  const site = siteOf(origin);
  if (origin === undefined || typeof site !== 'object') return;
  const reply = await host.ui(self(), { kind: 'set_site', origin, enabled: true });
  if (reply.kind !== 'refused') return;
  // It came for this site alone, unless another port of its host is on, or the popup has lived to try it as well.
  const others = (await sites()).map((one) => siteOf(one));
  if (!others.some((one) => typeof one === 'object' && one.pattern === site.pattern)) await giveBack(site);
}

async function sites(): Promise<readonly string[]> {
  const status = await host.ui(self(), { kind: 'status' });
  return status.kind === 'status' ? status.sites : [];
}
