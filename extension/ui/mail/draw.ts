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
  return { ofMail, remote: count };
}

/** Repairs what was drawn, once the browser can tell how; whether it could. */
export function repair({ body, documentElement: root, defaultView: view }: Document): boolean {
  const direction = view?.getComputedStyle(body).direction;
  if (!direction) return false;
  // It is the root that scrolls.
  root.dir = direction;
  return makeLegible([...body.querySelectorAll<HTMLElement>('*')]);
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
  const behind = misleading(link, target);
  if (behind.size === 0) return;
  const really = t('link_really', target.host);
  link.setAttribute('aria-description', really);
  for (const node of behind) {
    // Just behind the words that name another: at the end of the link it could be out of sight. Drawn by the style sheet, so that
    // it is not copied as if it were part of the mail.
    const mark = link.ownerDocument.createElement('span');
    mark.className = 'really';
    mark.dataset.really = really;
    node.after(mark);
  }
}

/** Characters of a link's text that are looked at, as it is drawn; a longer one is marked in any case. */
const MAX_LOOKED_AT = 5_000;
/** A host in a text: what follows a scheme, or labels or numbers with dots between them that are not the name of a mailbox. */
const HOST =
  /\p{L}:\/+(\[[\da-f:.]+\]|[\p{L}\p{N}\p{M}.-]+)|(?:^|[^\p{L}\p{N}\p{M}.-])((?:[\p{L}\p{N}\p{M}-]+\.)+\p{L}[\p{L}\p{N}\p{M}-]+|(?:\d{1,3}\.){3}\d{1,3}(?![\p{L}\p{N}.-]))(?![\p{L}\p{N}\p{M}-]|[\p{L}\p{N}\p{M}.-]{0,64}@)/giu;
/** Dots of other scripts: for browsers they are dots, too. */
const DOTS = /[\u3002\uff61]/g;
/** What may be drawn in another order than it is written. */
const MOVED = '[dir], bdi, rt, td, th';

/** After which nodes of a link a host has been named that is not its own. */
function misleading(link: HTMLAnchorElement, target: URL): Set<ChildNode> {
  const found = new Set<ChildNode>();
  /** Pieces of the text, and where each of them ends. */
  const ends: [end: number, node: ChildNode][] = [];
  let text = '';
  const nodes = link.ownerDocument.createTreeWalker(link, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (nodes.nextNode() && text.length < MAX_LOOKED_AT) {
    const node = nodes.currentNode as ChildNode;
    if (node.nodeType === Node.TEXT_NODE) {
      const piece = asDrawn(node.nodeValue ?? '', text);
      if (piece === '') continue;
      text += piece;
      ends.push([text.length, node]);
    } else if (node.nodeName === 'IMG') {
      const words = asDrawn((node as HTMLImageElement).alt, '');
      if (othersIn(words, target).length > 0) found.add(node);
    }
  }
  // Nobody reads so long a link, and nobody looks through all of it here.
  if (text.length >= MAX_LOOKED_AT && link.lastChild) found.add(link.lastChild);
  const nodeAt = (place: number) => ends.find(([end]) => end > place)?.[1];
  const last = (match: RegExpExecArray) => nodeAt(match.index + match[0].length - 1);
  // Pieces that lie beside each other in whatever order can name any host.
  const places = isMoved(link) ? [...text.matchAll(/\./g)] : othersIn(text, target);
  for (const node of places.map(last)) if (node) found.add(node);
  return found;
}

/** A text without what is not drawn, behind another one: runs of spaces are drawn as one, some characters not at all. */
function asDrawn(text: string, before: string): string {
  const drawn = text
    .slice(0, MAX_LOOKED_AT)
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(DOTS, '.')
    .replace(/\s+/g, ' ');
  return before === '' || before.endsWith(' ') ? drawn.trimStart() : drawn;
}

/** Hosts in a text that are not the target's. */
function othersIn(text: string, target: URL): RegExpExecArray[] {
  return [...text.matchAll(HOST)].filter((match) => {
    const shown = (match[1] ?? match[2] ?? '').replace(/^[.-]+|[.-]+$/g, '');
    return shown !== '' && !sameHost(shown, target.hostname);
  });
}

function sameHost(shown: string, real: string): boolean {
  const bare = (host: string) => host.toLowerCase().replace(/^www\./, '');
  return bare(hostOf(shown)) === bare(real);
}

/** A host as browsers read it: letters of other scripts and numbers have one way in which they are written. */
function hostOf(shown: string): string {
  // No browser of a letter need know a shorter way.
  try {
    return new URL(`http://${shown}`).hostname;
  } catch {
    return shown;
  }
}

/** Whether pieces of a link are laid out by themselves, beside each other. */
function isMoved(link: HTMLAnchorElement): boolean {
  return [...link.querySelectorAll<HTMLElement>('*')].some(
    (one) =>
      one.matches(MOVED) ||
      /^(?:inline-|table)/.test(one.style.display) ||
      !/^(?:none)?$/.test(one.style.cssFloat) ||
      one.style.direction !== '',
  );
}
