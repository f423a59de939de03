// Links and names of a mail's files, as webmails list them.

import { attribute } from '../dom.js';

const OPENPGP = /\.(?:asc|pgp|gpg|sig)$/i;

/** Whether the name of a file says that it is OpenPGP's. */
export function isOpenPgpName(name: string): boolean {
  return OPENPGP.test(name);
}

/** Where a link on a page at `here` leads to, whatever its origin; nothing when that is no address. */
export function urlOf(link: Element, here: URL): URL | undefined {
  const href = attribute(link, 'href') ?? '';
  return URL.canParse(href, here.href) ? new URL(href, here) : undefined;
}
