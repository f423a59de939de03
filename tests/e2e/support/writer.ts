// Somebody who writes mails: alice, whose key is unlocked, on a site with a compose form.

import fs from 'node:fs';
import path from 'node:path';
import type { Driver, LaunchOptions, View } from '../../harness/index.js';
import { given } from './given.js';
import { Gpg, type GpgKey } from './gpg.js';
import { browser } from './session.js';
import { type Site, site } from './site.js';
import { composeForm } from './write.js';

/** All of it. */
export interface Writer {
  readonly driver: Driver;
  readonly gpg: Gpg;
  readonly web: Site;
  readonly alice: GpgKey;
  readonly bob: GpgKey;
  /** Shows the site, for which Waxseal is switched on. */
  readonly tab: View;
  /** A file on disk to be attached. */
  readonly onDisk: (name: string, data: string | Buffer) => string;
  close(): Promise<void>;
}

/**
 * Starts it. On the site there are `/textarea` (the mail goes to bob already) and `/contenteditable`. `contacts` are people
 * whose certificates alice has, besides bob; `options` say how the browser is started.
 */
export async function startWriter(
  contacts: readonly string[] = [],
  options: Partial<LaunchOptions> = {},
): Promise<Writer> {
  const gpg = new Gpg();
  const alice = gpg.key('Alice Ålund <alice@example.test>');
  const bob = gpg.key('Bob Builder <bob@example.test>');
  const others = contacts.map((name) => gpg.key(name));
  const [driver, web] = await Promise.all([browser(options), site()]);
  web.put('/textarea', composeForm('textarea', 'Bob &lt;bob@example.test&gt;'));
  web.put('/contenteditable', composeForm('contenteditable'));
  const tab = await driver.tab(web.url('/textarea'));
  await given(driver, { own: [alice], contacts: [bob, ...others], unlocked: true, sites: [tab] });
  const folder = fs.mkdtempSync(path.join(gpg.home, 'files-'));
  return {
    driver,
    gpg,
    web,
    alice,
    bob,
    tab,
    onDisk(name, data) {
      const file = path.join(folder, name);
      fs.writeFileSync(file, data);
      return file;
    },
    async close() {
      await driver.close();
      gpg.close();
      web.close();
    },
  };
}
