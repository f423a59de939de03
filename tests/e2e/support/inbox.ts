// Where many specs begin: bob's browser with his key in it, and a site that he has switched Waxseal on for.

import type { Driver, LaunchOptions, View } from '../../harness/index.js';
import { given } from './given.js';
import { Gpg, type GpgKey } from './gpg.js';
import { browser } from './session.js';
import { page as html, type Site, site } from './site.js';

/** How a spec begins, where it begins otherwise. */
export interface Beginning {
  /** Whether bob's key is unlocked; it is locked when left out. */
  unlocked?: boolean;
  /** How the browser is started. */
  browser?: Partial<LaunchOptions>;
}

/** What is there at the beginning. */
export interface Inbox<S = Site> {
  driver: Driver;
  gpg: Gpg;
  web: S;
  bob: GpgKey;
  /** Shows the site. */
  tab: View;
  close(): Promise<void>;
}

/** Starts all of it, on a site of a test's own. */
export const inbox = (beginning?: Beginning): Promise<Inbox> =>
  inboxOn(
    site,
    (web) => {
      web.put('/', html('<p>Inbox</p>'));
      return web.url('/');
    },
    beginning,
  );

/** Starts all of it, on this site; `first` says the address of its first page. */
export async function inboxOn<S extends { close(): unknown }>(
  start: () => Promise<S>,
  first: (web: S) => string,
  { unlocked = false, browser: options = {} }: Beginning = {},
): Promise<Inbox<S>> {
  const open: { close(): unknown }[] = [];
  const close = async (): Promise<void> => {
    for (const one of open) await one.close();
  };
  const opened = <T extends { close(): unknown }>(one: T): T => {
    open.push(one);
    return one;
  };
  try {
    const [driver, web] = await Promise.all([browser(options).then(opened), start().then(opened)]);
    const gpg = opened(new Gpg());
    const bob = gpg.key('Bob <bob@example.test>');
    const tab = await driver.tab(first(web));
    await given(driver, { own: [bob], unlocked, sites: [tab] });
    return { driver, gpg, web, bob, tab, close };
  } catch (error) {
    // Nobody else knows of it.
    await close();
    throw error;
  }
}
