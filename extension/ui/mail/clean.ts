// HTML of a mail, cleaned. It is hostile: what comes out has no script, no address of anything, no name, and no style
// but what `inline-style` lets through. Addresses are handed out beside it, for those who show it to decide on.

import createPurifier, { type Config, type DOMPurify } from 'dompurify';
import { type Declaration, declarations, SIGNS } from './inline-style.js';
import { keepApart } from './spans.js';

/** Where a picture would come from. */
export type Picture =
  /** A part of the mail, by its Content-ID. */
  | { readonly from: 'mail'; readonly id: string }
  /** The internet. */
  | { readonly from: 'internet'; readonly address: string }
  /** Nothing that is shown: no encryption on the way, another scheme, no address at all. */
  | { readonly from: 'nowhere' };

/** What is left of a document, in a document of its own that has no window. */
export interface Cleaned {
  readonly content: DocumentFragment;
  readonly pictures: ReadonlyMap<HTMLImageElement, Picture>;
  /** Targets of links, http and https only. */
  readonly links: ReadonlyMap<HTMLAnchorElement, URL>;
  readonly styles: ReadonlyMap<HTMLElement, readonly Declaration[]>;
}

/** Characters of a document that is cleaned; the longest newsletters have a tenth of it. */
export const MAX_HTML = 2 * 1024 * 1024;
/** Elements that are shown; a page with more takes seconds to draw. */
const MAX_ELEMENTS = 30_000;
const MAX_ADDRESS = 4_000;
/** Characters of the words that stand for a picture. */
const MAX_WORDS = 200;

// No `rp`: browsers do not draw what is in it. No `bdo`: it turns letters and digits around.
const TAGS =
  'a abbr address article aside b bdi big blockquote br caption center cite code col colgroup dd del dfn div dl dt ' +
  'em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rt ruby s ' +
  'samp section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr';
// No `title`: what appears under the pointer tells where links lead.
const ATTRIBUTES =
  'align alt bgcolor border cellpadding cellspacing color colspan dir face height hspace lang nowrap reversed rowspan ' +
  'size start type valign value vspace width';

const CONFIG: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: TAGS.split(' '),
  ALLOWED_ATTR: ATTRIBUTES.split(' '),
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

/** Cleans a document; nothing when it is too large to be shown as HTML. */
export function clean(html: string): Cleaned | undefined {
  if (html.length > MAX_HTML) return undefined;
  const found = collect(html);
  // Elements that were dropped have no place any more; what was noted of them goes with them.
  const kept = new Set(found.content.querySelectorAll('*'));
  if (kept.size > MAX_ELEMENTS) return undefined;
  const probe = document.implementation.createHTMLDocument().createElement('span');
  const pictures = new Map<HTMLImageElement, Picture>();
  const links = new Map<HTMLAnchorElement, URL>();
  const styles = new Map<HTMLElement, readonly Declaration[]>();
  for (const element of kept) {
    const { src, href, style, isOffice } = found.attributes.get(element) ?? {};
    // The document has no window: its elements are told by their names, not by this page's classes.
    if (element.localName === 'img') {
      pictures.set(element as HTMLImageElement, picture(src));
      shorten(element);
    }
    const target = element.localName === 'a' ? webAddress(href) : undefined;
    if (target) links.set(element as HTMLAnchorElement, target);
    const allowed = [...(isOffice ? LINE_OF_OFFICE : []), ...(style === undefined ? [] : declarations(style, probe))];
    if (allowed.length > 0) styles.set(element as HTMLElement, allowed);
  }
  keepApart(found.content, styles);
  return { content: found.content, pictures, links, styles };
}

/** What is taken off an element before anything can come of it. */
interface Taken {
  src?: string;
  href?: string;
  style?: string;
  /** It is of a class of Outlook's. */
  isOffice?: boolean;
}

/** In `<style>`, which goes, Outlook says of each line that nothing is between it and the next one: else each has an empty line below. */
const LINE_OF_OFFICE: readonly Declaration[] = [
  ['margin-top', '0'],
  ['margin-bottom', '0'],
];

/** One of our own, so that its hook is nobody else's. */
let purifier: DOMPurify | undefined;
let attributes = new WeakMap<Element, Taken>();

function collect(html: string): { content: DocumentFragment; attributes: WeakMap<Element, Taken> } {
  if (!purifier) {
    purifier = createPurifier(window);
    purifier.addHook('uponSanitizeAttribute', (element, attribute) => {
      const { attrName: name, attrValue: value } = attribute;
      if (name === 'face' && SIGNS.test(value)) attribute.keepAttr = false;
      if (name === 'class' && /Mso(?:Normal|PlainText|ListParagraph|NoSpacing)/.test(value))
        attributes.set(element, { ...attributes.get(element), isOffice: true });
      if (name !== 'src' && name !== 'href' && name !== 'style') return;
      attribute.keepAttr = false;
      attributes.set(element, { ...attributes.get(element), [name]: value });
    });
  }
  attributes = new WeakMap();
  return { content: purifier.sanitize(html, CONFIG), attributes };
}

function picture(src: string | undefined): Picture {
  const id = /^cid:(.{1,1000})$/is.exec(src ?? '')?.[1];
  if (id !== undefined) return { from: 'mail', id: decoded(id) };
  const address = webAddress(src);
  return address?.protocol === 'https:' ? { from: 'internet', address: address.href } : { from: 'nowhere' };
}

/** Words for a picture are a few in one line: nobody sees them where it is drawn, and what is copied or quoted has them. */
function shorten(image: Element): void {
  const words = image.getAttribute('alt')?.replace(/\s+/g, ' ').trim();
  if (words) image.setAttribute('alt', words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words);
}

/** A Content-ID in an address is written in per cent (RFC 2392). */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** An address of the web that names its host: what is relative belongs to no document here. */
function webAddress(text: string | undefined): URL | undefined {
  if (text === undefined || text.length > MAX_ADDRESS || !/^https?:\/\//i.test(text)) return undefined;
  // As in ui/links.ts. What both take from one module would be one more script of each reader.
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
