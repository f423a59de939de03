// The text of cleaned HTML, for copying and for those who would rather read that.

import type { Cleaned } from './clean.js';
import type { Declaration } from './inline-style.js';

const BLOCK = new Set(
  `address article aside blockquote caption center dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header
  hr li main nav ol p pre section table tr ul`.split(/\s+/),
);
/** Blocks with an empty line around them. */
const APART = new Set('blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul'.split(' '));

/** What stands in the place of a picture; nothing for its words. */
export type Stand = (image: HTMLImageElement) => string | undefined;

/** All text of it: nothing is hidden, so that nothing is missing. */
export function plainText(
  { content, styles }: Pick<Cleaned, 'content' | 'styles'>,
  stand: Stand = () => undefined,
): string {
  const lines = new Lines(stand, (element) => preformatted(element, styles.get(element as HTMLElement)));
  write(content, lines, false);
  return lines.text();
}

/** Whether an element keeps the spaces and line ends of its text; nothing when that is as around it. */
function preformatted({ localName }: Element, styles: readonly Declaration[] = []): boolean | undefined {
  const spaces = styles.findLast(([property]) => property === 'white-space')?.[1];
  if (spaces === 'normal' || spaces === 'nowrap') return false;
  return spaces?.startsWith('pre') || spaces === 'break-spaces' || localName === 'pre' || undefined;
}

function write(node: Node, lines: Lines, kept: boolean): void {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) lines.add(child.nodeValue ?? '', kept);
    else if (child.nodeType === Node.ELEMENT_NODE) element(child as Element, lines, kept);
  }
}

function element(one: Element, lines: Lines, kept: boolean): void {
  const name = one.localName;
  if (name === 'br') lines.end();
  if (name === 'img') picture(one as HTMLImageElement, lines);
  const gap = APART.has(name) ? 2 : BLOCK.has(name) ? 1 : 0;
  lines.gap(gap);
  if (name === 'li') lines.add('– ', true);
  if ((name === 'td' || name === 'th') && one.previousElementSibling) lines.add('\t', true);
  write(one, lines, lines.keeps(one) ?? kept);
  lines.gap(gap);
}

function picture(image: HTMLImageElement, lines: Lines): void {
  const alt = image.getAttribute('alt')?.trim() ?? '';
  const words = lines.stand(image) ?? (alt && `[${alt}]`);
  if (words) lines.add(` ${words} `, false);
}

/** Text being written, with white space as a browser would draw it. */
class Lines {
  /** In pieces: looking at the end of a string that grows copies all of it each time. */
  readonly #pieces: string[] = [];
  /** Line ends that are due before the next word. */
  #due = 0;
  #space = false;

  constructor(
    readonly stand: Stand,
    readonly keeps: (element: Element) => boolean | undefined,
  ) {}

  add(text: string, preformatted: boolean): void {
    if (text === '') return;
    const words = preformatted ? text : text.replace(/[ \t\r\n\f]+/g, ' ');
    if (words === ' ') {
      this.#space = true;
      return;
    }
    const starts = !preformatted && words.startsWith(' ');
    this.#flush(starts || this.#space);
    this.#space = !preformatted && words.endsWith(' ');
    this.#write(preformatted ? words : words.trim());
  }

  /** The line ends here. */
  end(): void {
    this.#due++;
    this.#space = false;
  }

  /** At least so many line ends stand here. */
  gap(ends: number): void {
    if (ends === 0) return;
    this.#due = Math.max(this.#due, ends);
    this.#space = false;
  }

  text(): string {
    return this.#pieces.join('');
  }

  #flush(space: boolean): void {
    const last = this.#pieces.at(-1);
    if (last !== undefined) {
      if (this.#due > 0) this.#write('\n'.repeat(this.#due));
      else if (space && !/\s/.test(last.slice(-1))) this.#write(' ');
    }
    this.#due = 0;
  }

  #write(words: string): void {
    if (words !== '') this.#pieces.push(words);
  }
}
