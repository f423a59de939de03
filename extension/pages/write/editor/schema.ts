// What a mail that is written here can hold. Whatever comes in (typed, pasted, quoted, from a draft) becomes this or is
// left out: no styles, no scripts, no address of a picture, no link but to the web or to a mailbox.

import { type Attrs, type MarkSpec, type NodeSpec, Schema } from 'prosemirror-model';

/** Characters of the address of a link. */
const MAX_LINK = 2_000;

/** Characters of the words for a picture, in one line: where it is drawn nobody sees them. */
const MAX_ALT = 300;

/** The address that a link may have; nothing when it may not be one. */
export function linkTarget(text: string): string | undefined {
  const typed = text.trim();
  if (typed === '' || typed.length > MAX_LINK) return undefined;
  // People write `example.org` and `bob@example.org`.
  const whole = /^[a-z][a-z\d+.-]*:/i.test(typed)
    ? typed
    : /^[^\s/@]+@[^\s/@]+$/.test(typed)
      ? `mailto:${typed}`
      : `https://${typed}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  const web = (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== '';
  const mailbox = url.protocol === 'mailto:' && /^[^?#]+@/.test(url.pathname) && url.search === '';
  return web || mailbox ? url.href : undefined;
}

function isTarget(value: unknown): void {
  if (typeof value !== 'string' || linkTarget(value) !== value) throw new RangeError('not the address of a link');
}

function isLevel(value: unknown): void {
  if (value !== 1 && value !== 2 && value !== 3) throw new RangeError('not a level');
}

/** Text of a message that came encrypted must not go out in clear unnoticed: it is marked where it is put. */
const SECRET = { secret: { default: false, validate: 'boolean' } } as const;

function secretOf(element: HTMLElement): Attrs {
  return { secret: element.hasAttribute('data-secret') };
}

function secretMark(attrs: Attrs): Record<string, string> {
  return attrs.secret === true ? { 'data-secret': '' } : {};
}

const nodes = {
  doc: { content: 'block+' },
  /** One line of the text, as in a plain one. */
  paragraph: { group: 'block', content: 'inline*', parseDOM: [{ tag: 'p' }], toDOM: () => ['p', 0] },
  quote: {
    group: 'block',
    content: 'block+',
    defining: true,
    attrs: SECRET,
    parseDOM: [{ tag: 'blockquote', getAttrs: secretOf }],
    toDOM: ({ attrs }) => ['blockquote', secretMark(attrs), 0],
  },
  /** A message that is passed on: set apart, but its lines are not marked as a quotation. */
  forwarded: {
    group: 'block',
    content: 'block+',
    defining: true,
    attrs: SECRET,
    parseDOM: [{ tag: 'section[data-forwarded]', getAttrs: secretOf }],
    toDOM: ({ attrs }) => ['section', { 'data-forwarded': '', ...secretMark(attrs) }, 0],
  },
  heading: {
    group: 'block',
    content: 'inline*',
    defining: true,
    attrs: { level: { default: 2, validate: isLevel } },
    parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level: Math.min(level, 3) } })),
    toDOM: ({ attrs }) => [`h${attrs.level}`, 0],
  },
  code_block: {
    group: 'block',
    content: 'text*',
    marks: '',
    code: true,
    defining: true,
    parseDOM: [{ tag: 'pre', preserveWhitespace: 'full' }],
    toDOM: () => ['pre', ['code', 0]],
  },
  bullet_list: {
    group: 'block',
    content: 'list_item+',
    parseDOM: [{ tag: 'ul' }],
    toDOM: () => ['ul', 0],
  },
  ordered_list: {
    group: 'block',
    content: 'list_item+',
    parseDOM: [{ tag: 'ol' }],
    toDOM: () => ['ol', 0],
  },
  list_item: { content: 'paragraph block*', defining: true, parseDOM: [{ tag: 'li' }], toDOM: () => ['li', 0] },
  rule: { group: 'block', parseDOM: [{ tag: 'hr' }], toDOM: () => ['hr'] },
  text: { group: 'inline' },
  break: {
    group: 'inline',
    inline: true,
    selectable: false,
    linebreakReplacement: true,
    parseDOM: [{ tag: 'br' }],
    toDOM: () => ['br'],
  },
  /** A picture that goes along; it is named by its place among the files, never by an address. */
  image: {
    group: 'inline',
    inline: true,
    draggable: true,
    attrs: { file: { validate: 'string' }, alt: { default: '', validate: 'string' } },
    parseDOM: [
      {
        tag: 'img[data-file]',
        getAttrs: (element) => ({
          file: element.getAttribute('data-file') ?? '',
          alt: (element.getAttribute('alt') ?? '').replace(/\s+/g, ' ').slice(0, MAX_ALT),
        }),
      },
    ],
    toDOM: ({ attrs }) => ['img', { 'data-file': String(attrs.file), alt: String(attrs.alt) }],
  },
} satisfies Record<string, NodeSpec>;

const marks = {
  link: {
    inclusive: false,
    attrs: { href: { validate: isTarget } },
    parseDOM: [
      {
        tag: 'a[href]',
        getAttrs: (element) => {
          const written = element.getAttribute('href') ?? '';
          // What is relative belongs to the page that it was copied from.
          const href = /^(?:https?|mailto):/i.test(written) ? linkTarget(written) : undefined;
          return href === undefined ? false : { href };
        },
      },
    ],
    // Not to be followed by accident while it is written.
    toDOM: ({ attrs }) => ['a', { href: String(attrs.href), title: String(attrs.href), rel: 'noopener noreferrer' }, 0],
  },
  strong: {
    parseDOM: [{ tag: 'strong' }, { tag: 'b' }, { style: 'font-weight=bold' }, { style: 'font-weight=700' }],
    toDOM: () => ['strong', 0],
  },
  em: { parseDOM: [{ tag: 'em' }, { tag: 'i' }, { style: 'font-style=italic' }], toDOM: () => ['em', 0] },
  underline: { parseDOM: [{ tag: 'u' }, { style: 'text-decoration=underline' }], toDOM: () => ['u', 0] },
  code: { code: true, parseDOM: [{ tag: 'code' }], toDOM: () => ['code', 0] },
} satisfies Record<string, MarkSpec>;

/** The one schema. */
export const schema = new Schema<keyof typeof nodes, keyof typeof marks>({ nodes, marks });
