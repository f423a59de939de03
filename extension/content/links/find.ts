// Links to OpenPGP files: which of a page's links are offered to be read. What the file is, the engine will see.
//
// A mail can bring such a link along as well as the site: nothing on an unknown page tells them apart. So nothing here
// trusts one, and nothing is fetched before the user presses a button on which the whole address stands (decision 20).

import {
  addressOfLink,
  attribute,
  closest,
  docOf,
  isEditable,
  isHtml,
  queryAll,
  textContent,
  treeWalker,
} from '../dom.js';
import { MAX_LINK_ADDRESS, MAX_LINK_TEXT } from '../limits.js';

/** What a link leads to. */
export interface Target {
  /** Whole, without its fragment: that never leaves the browser. */
  readonly url: string;
  /** The same as it stands on the button: without the scheme, which is the page's own. */
  readonly address: string;
  /** What the page calls the file. */
  readonly name: string;
}

/** A name in a text that may say more (a size), but not a longer ending: `data.asc.sig` is a signature. */
const NAMED = /[^\s/\\<>"]+\.(?:asc|pgp|gpg)(?![\w.])/i;
const ENDING = /[^/\\]\.(?:asc|pgp|gpg)$/i;
/** What parameters with a file's name are called. Any other may end in anything. */
const PARAMETER = /^(?:file|filename|file_name|name|attachment|attachment_name|title|part_name)$/i;

/** Where links are to mails and folders, not to files of the mail that is read. */
const LISTS = '[role="grid"], [role="treegrid"], [role="listbox"], [role="tree"], [role="menu"], [role="tablist"]';
const ELSEWHERE = `nav, [role="navigation"], ${LISTS}`;
/** What stands in a form in which a mail is written. */
const EDITORS = 'textarea, [contenteditable], iframe';

/** The file that a link of the page leads to; nothing when it is no link to be offered. */
export function targetOf(link: Element): Target | undefined {
  if (!isHtml(link, 'a')) return undefined;
  const href = addressOfLink(link);
  if (href.length > MAX_LINK_ADDRESS || !URL.canParse(href)) return undefined;
  const url = new URL(href);
  url.hash = '';
  // `blob:` and `filesystem:` have an origin too.
  if (!/^https?:$/.test(url.protocol) || url.origin !== location.origin) return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  // A link that only a script of the page follows.
  if (url.href === withoutHash(location.href)) return undefined;
  const name = nameOf(link, url);
  if (name === undefined || isElsewhere(link)) return undefined;
  return { url: url.href, address: url.host + url.pathname + url.search, name };
}

/** The name of an OpenPGP file: what the link shows, or is saved as, or what its address ends in. */
function nameOf(link: Element, url: URL): string | undefined {
  const [shown] = textsOf(link).flatMap((text) => NAMED.exec(text)?.[0] ?? []);
  const values = [...url.searchParams].flatMap(([key, value]) => (PARAMETER.test(key) ? [value] : []));
  const names = [attribute(link, 'download') ?? '', decoded(url.pathname), ...values];
  const name = shown ?? names.find((one) => one.length <= MAX_LINK_ADDRESS && ENDING.test(one));
  return name?.split(/[/\\]/).at(-1);
}

/** What it shows, as it stands, and with spaces between its parts: a name may be in several, or a size behind it in one more. */
function textsOf(link: Element): string[] {
  const text = textContent(link) ?? '';
  const doc = docOf(link);
  if (text.length > MAX_LINK_TEXT || !doc) return [];
  const parts: string[] = [];
  const walker = treeWalker(doc, link, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && parts.length < MAX_LINK_TEXT; node = walker.nextNode()) {
    parts.push(textContent(node) ?? '');
  }
  return [text, parts.join(' ')];
}

function withoutHash(address: string): string {
  return address.replace(/#.*$/s, '');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function isElsewhere(link: Element): boolean {
  if (isEditable(link) || closest(link, ELSEWHERE)) return true;
  const form = closest(link, 'form');
  return form !== null && queryAll(form, EDITORS).length > 0;
}
