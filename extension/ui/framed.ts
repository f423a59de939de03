// Sites in frames of the page that the popup belongs to. Some webmails are made of frames of several, and the browser lets
// nobody in there who was only let in to the site of the page.

import { type Site, siteOf } from './sites.js';

/** Sites that are named at most: a webmail has fewer, and a page must not fill the popup. */
export const MAX_FRAMED = 5;
/** Addresses that are looked at, of what a page's frames say. */
const MAX_ADDRESSES = 50;

/**
 * The sites in large frames of a tab, its own left out, the largest first. Of frames in frames, those that the browser lets us
 * see: in frames of the page's own, and of sites that it has the permission for. None where we were not let in (`activeTab`).
 */
export async function framedIn(tabId: number, own: Site): Promise<Site[]> {
  const looks = await chrome.scripting
    .executeScript({ target: { tabId, allFrames: true }, func: largeFrames, injectImmediately: true })
    .catch(() => []);
  const found = new Map<string, Site>();
  // What comes from there is the page's word.
  const said: unknown[] = looks.flatMap(({ result }) => (Array.isArray(result) ? result : []));
  for (const address of said.slice(0, MAX_ADDRESSES)) {
    const site = siteOf(typeof address === 'string' ? address : undefined);
    if (typeof site === 'object' && site.origin !== own.origin) found.set(site.origin, site);
  }
  return [...found.values()].slice(0, MAX_FRAMED);
}

/** Runs in the page; must not refer to anything outside itself. Origins of frames that fill an eighth of it or more, the largest first. */
function largeFrames(): string[] {
  let left = 50_000;
  const found: [string, number][] = [];
  const roots: (Document | ShadowRoot)[] = [document];
  for (const root of roots) {
    // An element with the name of a method takes its place in a document.
    const all = (root === document ? Document.prototype : ShadowRoot.prototype).querySelectorAll.call(root, '*');
    for (let at = 0; at < all.length && left > 0; at++, left--) {
      const el = all[at];
      if (el?.shadowRoot instanceof ShadowRoot) roots.push(el.shadowRoot);
      if (!(el instanceof HTMLIFrameElement || el instanceof HTMLFrameElement)) continue;
      // Of no origin, whatever its address is.
      const sandbox = el.getAttribute('sandbox');
      if (sandbox !== null && !/(?:^|\s)allow-same-origin(?:\s|$)/i.test(sandbox)) continue;
      const { width, height, right, left: start } = el.getBoundingClientRect();
      const isInView = width >= 200 && height >= 100 && right > 0 && start < innerWidth;
      const isLarge = width * height >= (innerWidth * innerHeight) / 8;
      if (!isInView || !isLarge || !el.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      if (URL.canParse(el.src)) found.push([new URL(el.src).origin, width * height]);
    }
  }
  return found
    .sort(([, one], [, other]) => other - one)
    .slice(0, 20)
    .map(([origin]) => origin);
}
