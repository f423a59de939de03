// Carbonio (looked at: its mails of August 2026), as its source says (docs/SITES.md). Made with React: classes are made up by
// the build, but the names that its tests use are in the page. HTML of a mail is in a shadow tree, of a text only links are made.

import {
  addressOf,
  attribute,
  closest,
  contains,
  matches,
  parentElement,
  queryAll,
  queryIn,
  textContent,
} from '../dom.js';
import { soleAddress } from './address.js';
import type { MailProfile, MailSource, ReadingProfile } from './index.js';
import { isOpenPgpName } from './links.js';
import { isOwn, mailUrl, partAt } from './zimbra/server.js';

const MAIL = '[data-testid^="MailPreview-"]';
const BODY = '[data-testid="MessageBody"]';
const FILE = `${MAIL} ${BODY} [data-testid^="attachment-container-"]`;

export const CARBONIO_READING: ReadingProfile = {
  matches: (doc) => isCarbonio(doc) && queryIn(doc, `${MAIL} ${BODY}`).length > 0,

  sender(_doc, el) {
    const body = around(el, BODY);
    const mail = body && mailOf(body);
    const head = mail && [...queryAll(mail, '[data-testid^="open-message-"]')].filter((one) => !contains(body, one));
    const [name, another] = head?.length === 1 && head[0] ? queryAll(head[0], '[data-testid="SenderText"]') : [];
    // Behind the name, as long as the list of recipients is folded. Unfolded it is a chip, with letters that are not of it.
    const address = name && !another ? next(name) : undefined;
    return address && queryAll(address, '*').length === 1 ? soleAddress(textContent(address)) : null;
  },

  // Of several senders it shows the first.
  heads(doc, el) {
    const body = around(el, BODY);
    const mail = body && mailOf(body);
    const url = mail && mailUrl(idOf(mail), new URL(addressOf(doc)));
    return url ? [url] : [];
  },
};

export const CARBONIO_MAILS: MailProfile = {
  sources(doc) {
    if (!isCarbonio(doc)) return [];
    const bodies = new Set([...queryIn(doc, FILE)].map((file) => closest(file, BODY)));
    const here = new URL(addressOf(doc));
    return [...bodies].flatMap((body) => (body && sourceOf(body, here)) ?? []);
  },
};

/** The mail that a body is of, unless there is one in another. */
function mailOf(body: Element): Element | undefined {
  const mail = closest(body, MAIL);
  const outer = mail && parentElement(mail);
  return mail && !(outer && closest(outer, MAIL)) ? mail : undefined;
}

function idOf(mail: Element): string {
  return attribute(mail, 'data-testid')?.replace('MailPreview-', '') ?? '';
}

function sourceOf(body: Element, here: URL): MailSource | undefined {
  const mail = mailOf(body);
  // The files stand first, the text last; a reader, when there is one, between them.
  const [list] = queryAll(body, ':scope > :first-child');
  const [cover] = queryAll(body, ':scope > :last-child:not(:first-child)');
  const id = mail && idOf(mail);
  const url = id && mailUrl(id, here);
  if (!list || !cover || !url) return undefined;
  const files = [...queryAll(list, '[data-testid^="attachment-container-"]')];
  return files.some((file) => isOpenPgp(file, id, here)) ? { url, cover, key: id } : undefined;
}

/** Whether a file is OpenPGP's, and of this very mail. */
function isOpenPgp(file: Element, id: string, here: URL): boolean {
  const name = attribute(file, 'data-testid')?.replace('attachment-container-', '').trim() ?? '';
  const links = [...queryAll(file, ':scope > a[href]')].map((link) => partAt(attribute(link, 'href'), here));
  const own = links.length > 0 && links.every((link) => link?.id === id && isOwn(link));
  return own && isOpenPgpName(name);
}

/** The part of the page around an element, which may be in a shadow tree. */
function around(el: Element, selector: string): Element | undefined {
  for (let up: Element | null = el; up; up = parentElement(up)) {
    if (matches(up, selector)) return up;
  }
  return undefined;
}

function next(el: Element): Element | undefined {
  const [found] = queryAll(parentElement(el) ?? el, '[data-testid="SenderText"] + *');
  return found;
}

/** All its pages are below this. */
function isCarbonio(doc: Document): boolean {
  return new URL(addressOf(doc)).pathname.startsWith('/carbonio/');
}
