// Servers that do not speak with other origins can be read with the browser's permission for their hosts: it is asked for
// on a click, and given back at once.

import type { Lookup } from 'waxseal-wasm';
import { borrow, giveBack, giveBackNow } from '../../ui/lent.js';
import { patternsOf } from '../../ui/sites.js';
import { ask } from '../../ui/vault-client.js';

/** What would have to be asked for; nothing when the browser allows it all already. */
export async function missing(places: readonly Lookup[]): Promise<string[]> {
  const origins = places.flatMap(({ hosts }) => hosts.map((host) => `https://${host}/*`));
  const allowed = await Promise.all(origins.map((origin) => chrome.permissions.contains({ origins: [origin] })));
  return origins.filter((_, at) => !allowed[at]);
}

/**
 * Asks the browser, does the job if the user says yes, and gives the permission back. Must be the first thing in a click.
 * `origins` are those that are missing: there is at least one.
 */
export async function withPermission(origins: string[], job: () => Promise<unknown>): Promise<boolean> {
  // A note that cannot be written keeps nobody from searching; nor does one that cannot be taken back.
  const search = crypto.randomUUID();
  let end = (): void => undefined;
  const over = new Promise<void>((done) => {
    end = done;
  });
  const borrowed = borrow(search, origins, over).catch(() => undefined);
  const back = () => giveBackNow(search, origins);
  addEventListener('pagehide', back);
  try {
    const given = await chrome.permissions.request({ origins });
    await borrowed;
    if (given) await job();
    return given;
  } finally {
    const status = await ask({ kind: 'status' });
    // It may have been switched on as a site meanwhile.
    const needed = status.kind === 'status' ? patternsOf(status.sites) : [];
    await giveBack(search, origins, needed).catch(() => undefined);
    removeEventListener('pagehide', back);
    end();
  }
}
