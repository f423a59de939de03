// Zimbra's classic web client, as its source says (docs/SITES.md). Beside a mail it shows who sent it by the name that the
// sender chose, mostly without the address: a sender is not read here.

import { addressOf, attribute, closest, matches, parentElement, queryAll, queryIn } from '../../dom.js';
import type { MailProfile, MailSource } from '../index.js';
import { isOwn, mailUrl, partAt } from './server.js';

/** A mail that is shown by itself, and one in a conversation. */
const ALONE = '.ZmMailMsgView';
export const IN_CONVERSATION = '.ZmMailMsgCapsuleView';
export const MAIL = `:is(${ALONE}, ${IN_CONVERSATION})`;
/** What a mail brings is in here: in a frame, or without ids, classes and names of its own. */
export const BODY = '.MsgBody';
/** The list of a mail's files. */
const LIST = ':is(.attachments, .MessageHeaderAttachments > div)[id$="_attLinks"]';
const FILE = `${MAIL} ${LIST} a.AttLink[id$="_download"]`;

export const ZIMBRA_MAILS: MailProfile = {
  sources(doc) {
    const lists = new Set([...queryIn(doc, FILE)].map((file) => closest(file, LIST)));
    if (lists.size === 0 || !isZimbra(doc)) return [];
    const here = new URL(addressOf(doc));
    return [...lists].flatMap((list) => (list && sourceOf(list, here)) ?? []);
  },
};

/** What "Show original" opens. */
function sourceOf(list: Element, here: URL): MailSource | undefined {
  const mail = closest(list, MAIL);
  const around = mail && parentElement(mail);
  if (!mail || closest(list, BODY) || (around && closest(around, MAIL))) return undefined;
  const id = idIn(list, here);
  const [body, another] = queryAll(mail, `:scope > ${BODY}`);
  if (!id || another) return undefined;
  // The mails of a conversation are named after their numbers.
  if (matches(mail, IN_CONVERSATION) && !attribute(mail, 'id')?.endsWith(`MSGC${id}`)) return undefined;
  const url = mailUrl(id, here);
  // For an encrypted mail it draws its list of files, and no text at all.
  return url ? { url, cover: body ?? list, key: id } : undefined;
}

/** The end of a name, or what stands for one: the media type behind a word in the user's language. */
const OPENPGP = /(?:\.(?:asc|pgp|gpg|sig)|<application\/pgp-(?:encrypted|signature|keys)>)$/i;

/** The number of a mail that has an OpenPGP file; nothing when its files do not agree on it. */
function idIn(list: Element, here: URL): string | undefined {
  const named = attribute(list, 'id') ?? '';
  const links = new Map([...queryAll(list, 'a.AttLink[id]')].map((link) => [attribute(link, 'id') ?? '', link]));
  const ids = new Set<string>();
  let openPgp = false;
  for (const [name, link] of links) {
    // The link of a name leads where the file's `Content-Location` says, which is the sender's. Such a file has no link to
    // download it: that one is always the site's own.
    if (!name.startsWith(named) || !name.endsWith('_download')) continue;
    const main = links.get(name.replace(/download$/, 'main'));
    const file = partAt(attribute(link, 'href'), here);
    if (!main || !file || name !== `${named}_${file.part}_download`) return undefined;
    ids.add(file.id);
    openPgp ||= isOwn(file) && OPENPGP.test(attribute(main, 'title')?.trim() ?? '');
  }
  const [id, another] = ids;
  return openPgp && !another ? id : undefined;
}

/** The scripts of the classic client, in its main window or another, which the text of a mail cannot bring. */
export function isZimbra(doc: Document): boolean {
  return queryIn(doc, 'script:is([src*="/js/Startup1_"], [src*="/js/NewWindow_"])').length > 0;
}
