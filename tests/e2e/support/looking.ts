// Where specs about looking for keys begin: an inbox, hosts that are played, and the window that asks them.

import assert from 'node:assert/strict';
import { button, field, until, type View } from '../../harness/index.js';
import { shows } from './desk.js';
import type { GpgKey } from './gpg.js';
import { type Inbox, inbox } from './inbox.js';
import { type KeyPlaces, keyPlaces } from './key-places.js';
import { kind, say } from './session.js';

export const SERVER = 'keys.openpgp.org';
/** Has a host for its directory. */
export const ADVANCED = 'advanced.example';
/** Has none: the directory is at the domain itself. */
export const DIRECT = 'direct.example';
/** Where a redirection would lead to. */
export const ELSEWHERE = 'elsewhere.example';

/** What is there at the beginning. */
export interface Looking extends Inbox {
  readonly places: KeyPlaces;
  /** The path of an address of {@link ADVANCED} in its directory. */
  advanced(address: string): string;
  /** The path of an address of {@link DIRECT}. */
  direct(address: string): string;
  /** As directories give keys out. */
  binary(key: GpgKey): Buffer;
  /** The window for looking, empty or with what is typed into it. */
  window(address?: string): Promise<View>;
  /** Presses the button that asks the browser for these, which says yes. */
  allow(page: View, origins: string[]): Promise<void>;
  /** Which of them the browser allows. */
  allowed(origins: string[]): Promise<boolean[]>;
}

/** Starts all of it. */
export async function looking(): Promise<Looking> {
  const places = await keyPlaces([SERVER, ADVANCED, `openpgpkey.${ADVANCED}`, DIRECT, ELSEWHERE]);
  const home = await inbox({ browser: { hosts: places.hosts } }).catch((error: unknown) => {
    places.close();
    throw error;
  });
  const { driver, gpg } = home;

  /** The name that a directory has for an address, as GnuPG computes it. */
  const directoryName = (address: string): string => {
    const listing = gpg.run(['--with-wkd-hash', '--list-keys', address]).toString();
    const [local = '', domain = ''] = address.split('@');
    const found = new RegExp(`^\\s+([a-z0-9]{32})@${domain}$`, 'm').exec(listing)?.[1];
    assert.ok(found && local, listing);
    return found;
  };

  return {
    ...home,
    places,
    advanced: (address) => `/.well-known/openpgpkey/${ADVANCED}/hu/${directoryName(address)}`,
    direct: (address) => `/.well-known/openpgpkey/hu/${directoryName(address)}`,
    binary: ({ fingerprint }) => gpg.run(['--export', fingerprint]),
    async window(address) {
      const page = await driver.page('lookup.html');
      if (address === undefined) return page;
      await field(page, say('lookup_address')).fill(address);
      const bare = /[^\s<]+@[^\s>]+/.exec(address)?.[0];
      if (bare) await shows(page, say('lookup_learns_server', bare));
      return page;
    },
    async allow(page, origins) {
      if (kind === 'chromium') {
        await driver.grant(origins);
        await page.front();
      }
      await button(page, say('lookup_permission')).click();
      if (kind === 'firefox') await driver.answerPermission(true);
    },
    allowed: (origins) =>
      driver.background(
        (wanted) => Promise.all(wanted.map((one) => chrome.permissions.contains({ origins: [one] }))),
        origins,
      ),
    async close() {
      await home.close();
      places.close();
    },
  };
}

/** A fingerprint or key ID as it is shown. */
export const grouped = (digits: string): string => (digits.toUpperCase().match(/.{4}/g) ?? []).join(' ');

/** Hosts of a domain's directory, as the browser is asked for them. */
export const hostsOf = (domain: string): string[] => [`https://${domain}/*`, `https://openpgpkey.${domain}/*`];

/** What is said of a place. */
export const answerOf = (page: View, place: 'directory' | 'key_server'): Promise<string> =>
  page.text(`.lookup-answers [data-place=${place}]`);

/** Presses the button and waits until every place has answered. */
export async function ask(page: View): Promise<void> {
  await button(page, say('lookup_ask')).click();
  await until('every place has answered', async () => {
    const count = await page.count('.lookup-answers li');
    return count > 0 && !(await page.text('.lookup-answers')).includes(say('lookup_asking'));
  });
  // What is offered then is drawn with the end of the job.
  await until('the search has ended', async () => (await page.count('form[aria-busy=false]')) === 1);
}
