// Web sites and the browser's permission for them.

/** A site that Waxseal could be switched on for. */
export interface Site {
  /** Such as `https://mail.example.org` (with the port, if any). */
  readonly origin: string;
  /** What is asked of the browser: this host alone. Match patterns have no port in Firefox. */
  readonly pattern: string;
}

/** Why a page cannot be a site. */
export type NoSite = 'internal' | 'insecure' | 'unsupported';

/** Sites served from this machine are allowed without TLS: tests, and bridges to local mail. */
const LOCAL = new Set(['localhost', '127.0.0.1']);

/** Hosts as the vault takes them (`is_site` in crate/core/src/vault/settings.rs): no `_`, no dot at the end, no IPv6. */
const HOST = /^(?=.{1,253}$)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/;

/** The site of an address, or why it is none. The same rule is in the manifest's `optional_host_permissions`. */
export function siteOf(address: string | undefined): Site | NoSite {
  if (!address || !URL.canParse(address)) return 'internal';
  const url = new URL(address);
  const plain = url.protocol === 'http:';
  if (!plain && url.protocol !== 'https:') return 'internal';
  if (plain && !LOCAL.has(url.hostname)) return 'insecure';
  if (!HOST.test(url.hostname) || url.port === '0') return 'unsupported';
  return { origin: url.origin, pattern: `${url.protocol}//${url.hostname}/*` };
}

/** What is asked of the browser for these sites. */
export function patternsOf(origins: readonly string[]): string[] {
  return origins.flatMap((origin) => {
    const site = siteOf(origin);
    return typeof site === 'object' ? [site.pattern] : [];
  });
}

/**
 * The site whose permission is being asked for, in `storage.session`. The browser's question can close the popup that
 * asked (Firefox), and a page that is gone cannot go on: the background then switches the site on, and only this one.
 */
const WISH = 'host:site-wish';
// A question that nobody answered for so long was not meant seriously; the permission may come from elsewhere then.
const WISH_TIME_MS = 5 * 60_000;

/**
 * Asks the browser, which asks the user, and switches the site on if the answer is yes. Must be the first thing that a
 * click does, or the browser refuses. False when the user said no. Rejects with what `switchOn` rejects with.
 */
export async function withPermission(site: Site, switchOn: () => Promise<unknown>): Promise<boolean> {
  // Asked before the browser has an answer, as the question must come first.
  const held = hasPermission(site).catch(() => true);
  const wished = chrome.storage.session.set({ [WISH]: { origin: site.origin, until: Date.now() + WISH_TIME_MS } });
  try {
    if (!(await chrome.permissions.request({ origins: [site.pattern] }))) return false;
    await switchOn().catch(async (error: unknown) => {
      if (!(await held)) await giveBack(site);
      throw error;
    });
    return true;
  } finally {
    // We lived to see the answer. A wish that stayed behind would switch the site on when a permission comes later.
    await wished.then(() => chrome.storage.session.remove(WISH));
  }
}

/** The origin that the user wished to switch on and now has the permission for, once; for the background. */
export async function takeWish(): Promise<string | undefined> {
  const { [WISH]: wish } = await chrome.storage.session.get<{ [WISH]?: { origin: string; until: number } }>(WISH);
  await chrome.storage.session.remove(WISH);
  if (!wish || wish.until < Date.now()) return undefined;
  const site = siteOf(wish.origin);
  return typeof site === 'object' && (await hasPermission(site)) ? site.origin : undefined;
}

/** Gives back a permission that no site needs. A browser that keeps it does not keep a site on. */
export async function giveBack(site: Site): Promise<void> {
  await chrome.permissions.remove({ origins: [site.pattern] }).catch(() => false);
}

/** Whether the browser has given the permission. */
export function hasPermission(site: Site): Promise<boolean> {
  return chrome.permissions.contains({ origins: [site.pattern] });
}
