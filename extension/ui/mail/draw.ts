// Puts cleaned HTML into the document of a frame in which no script runs.

import { t } from '../i18n.js';
import type { Cleaned, Picture } from './clean.js';
import { makeLegible } from './legible.js';

/** Which pictures of a document there are. */
export interface Pictures {
  /** Of the mail itself: which element shows which Content-ID. */
  readonly ofMail: ReadonlyMap<HTMLImageElement, string>;
  /** How many would come from the internet. */
  readonly remote: number;
}

/** Links are marked one by one; a mail with thousands is no mail to be read. */
const MAX_MARKED = 1_000;

/**
 * Fills the body of a frame's document. The nodes go there by adoption: in between they are in no document that could
 * load anything. With `remote`, pictures get their addresses; whether they are loaded is still up to the frame's own
 * content security policy.
 */
export function draw(cleaned: Cleaned, doc: Document, remote: boolean): Pictures {
  const content = doc.adoptNode(cleaned.content);
  for (const [element, styles] of cleaned.styles) {
    for (const [property, value] of styles) element.style.setProperty(property, value);
  }
  const ofMail = new Map<HTMLImageElement, string>();
  let count = 0;
  for (const [image, picture] of cleaned.pictures) {
    if (picture.from === 'internet') count++;
    if (picture.from === 'mail') ofMail.set(image, picture.id);
    else if (picture.from === 'internet' && remote) load(image, picture.address);
    else image.replaceWith(placeholder(doc, image, picture));
  }
  // Only now: words that stand for a picture are words of the link around it.
  let marked = 0;
  for (const [link, target] of cleaned.links) if (marked++ < MAX_MARKED) aim(link, target);
  doc.body.dir = fromRight(content) ? 'rtl' : 'auto';
  doc.body.replaceChildren(content);
  // It is the root that scrolls.
  doc.documentElement.dir = doc.defaultView?.getComputedStyle(doc.body).direction ?? '';
  makeLegible([...doc.body.querySelectorAll<HTMLElement>('*')]);
  return { ofMail, remote: count };
}

/** All text stands in elements that run from right to left; by itself the document would run from left to right around them. */
function fromRight(content: DocumentFragment): boolean {
  const texts = content.ownerDocument.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  let found = false;
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.nodeValue?.trim()) continue;
    if (text.parentElement?.closest('[dir]')?.getAttribute('dir')?.toLowerCase() !== 'rtl') return false;
    found = true;
  }
  return found;
}

/** Shows that a picture would be here. Those of a pixel or two count readers and show nothing. */
export function placeholder(doc: Document, image: HTMLImageElement, { from }: Pick<Picture, 'from'>): Node {
  const size = (name: string) => Number.parseInt(image.getAttribute(name) ?? '', 10);
  const alt = image.getAttribute('alt')?.trim() ?? '';
  if (!alt && (size('width') <= 2 || size('height') <= 2)) return doc.createTextNode('');
  const box = doc.createElement('span');
  box.className = 'picture';
  box.title = t(from === 'mail' ? 'picture_missing' : 'picture_not_shown');
  box.textContent = alt || t('picture');
  return box;
}

function load(image: HTMLImageElement, address: string): void {
  image.referrerPolicy = 'no-referrer';
  image.src = address;
}

/** Makes a link that shows where it really leads. */
function aim(link: HTMLAnchorElement, target: URL): void {
  link.href = target.href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  link.title = target.href;
  const alts = [...link.querySelectorAll('img')].map((image) => image.alt);
  const shown = shownHost([link.textContent, ...alts].join(' '));
  if (shown === undefined || sameHost(shown, target.host)) return;
  // Drawn by the style sheet, so that it is not copied as if it were part of the mail.
  const really = t('link_really', target.host);
  link.dataset.really = really;
  link.setAttribute('aria-description', really);
}

/** Characters of a link's text that are looked at, as it is drawn. */
const MAX_LOOKED_AT = 500;
const HOST =
  /(?:https?:\/\/|\/\/|^|[\s(<[{@:;,|"'“„”‘’‚«»‹›])((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?=$|[\s/:;?#)>\]}.,|"'“„”‘’‚«»‹›!…])/iu;

/** The host that the text of a link seems to name. */
function shownHost(text: string): string | undefined {
  // Runs of spaces are drawn as one, and some characters not at all.
  const drawn = text
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  return HOST.exec(drawn.slice(0, MAX_LOOKED_AT))?.[1]?.toLowerCase();
}

function sameHost(shown: string, real: string): boolean {
  const bare = (host: string) => host.replace(/^www\./, '').replace(/:\d+$/, '');
  return bare(shown) === bare(real);
}
