// Where many specs begin: bob's browser with his key in it, and a site that he has switched Waxseal on for.

import type { Driver, LaunchOptions, View } from '../../harness/index.js';
import { Gpg, type GpgKey } from './gpg.js';
import { browser } from './session.js';
import { page as html, type Site, site } from './site.js';
import { importKeys, PASSPHRASE, switchSite, unlockKey } from './steps.js';

/** How a spec begins, where it begins otherwise. */
export interface Beginning {
  /** Whether bob's key is unlocked; it is locked when left out. */
  unlocked?: boolean;
  /** How the browser is started. */
  browser?: Partial<LaunchOptions>;
}

/** What is there at the beginning. */
export interface Inbox {
  driver: Driver;
  gpg: Gpg;
  web: Site;
  bob: GpgKey;
  /** Shows the site. */
  tab: View;
  close(): Promise<void>;
}

/** Starts all of it. */
export async function inbox({ unlocked = false, browser: options = {} }: Beginning = {}): Promise<Inbox> {
  const open: { close(): unknown }[] = [];
  const close = async (): Promise<void> => {
    for (const one of open) await one.close();
  };
  const opened = <T extends { close(): unknown }>(one: T): T => {
    open.push(one);
    return one;
  };
  try {
    const [driver, web] = await Promise.all([browser(options).then(opened), site().then(opened)]);
    const gpg = opened(new Gpg());
    const bob = gpg.key('Bob <bob@example.test>');
    await importKeys(driver, bob.secret, PASSPHRASE);
    if (unlocked) await unlockKey(driver, 'Bob');
    web.put('/', html('<p>Inbox</p>'));
    const tab = await driver.tab(web.url('/'));
    await switchSite(driver, tab);
    return { driver, gpg, web, bob, tab, close };
  } catch (error) {
    // Nobody else knows of it.
    await close();
    throw error;
  }
}
