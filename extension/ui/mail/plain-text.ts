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
  const lines = new Lines(stand, (element) => styles.get(element as HTMLElement) ?? []);
  write(content, lines, { kept: false, list: undefined });
  return lines.text();
}

/** A list with numbers, while its entries are written. */
interface List {
  /** The number of the next entry. */
  next: number;
  readonly step: number;
}

/** Whether an element keeps the spaces and line ends of its text; nothing when that is as around it. */
function preformatted({ localName }: Element, styles: readonly Declaration[]): boolean | undefined {
  const spaces = styled(styles, 'white-space');
  if (spaces === 'normal' || spaces === 'nowrap') return false;
  return spaces?.startsWith('pre') || spaces === 'break-spaces' || localName === 'pre' || undefined;
}

/** What a style says of a property last. */
const styled = (styles: readonly Declaration[], property: string): string | undefined =>
  styles.findLast(([name]) => name === property)?.[1];

/** How many line ends stand around an element at least: as it is drawn, whatever it is called. */
function gapOf(name: string, styles: readonly Declaration[]): number {
  const display = styled(styles, 'display');
  if (display?.startsWith('inline') || display === 'table-cell') return 0;
  const none = (side: string) => Number.parseFloat(styled(styles, `margin-${side}`) ?? '') === 0;
  // Lines of Outlook are paragraphs without anything between them.
  if (APART.has(name) && !(name === 'p' && none('top') && none('bottom'))) return 2;
  return BLOCK.has(name) || display !== undefined ? 1 : 0;
}

/** What holds for what is in an element. */
interface Around {
  /** Spaces and line ends are drawn as they are. */
  readonly kept: boolean;
  readonly list: List | undefined;
}

function write(node: Node, lines: Lines, around: Around): void {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) lines.add(child.nodeValue ?? '', around.kept);
    else if (child.nodeType === Node.ELEMENT_NODE) element(child as Element, lines, around);
  }
}

function element(one: Element, lines: Lines, { kept, list }: Around): void {
  const name = one.localName;
  const styles = lines.styles(one);
  if (name === 'br') lines.end();
  if (name === 'img') picture(one as HTMLImageElement, lines);
  const gap = gapOf(name, styles);
  lines.gap(gap);
  if (name === 'li') lines.add(markOf(one, list), true);
  const display = styled(styles, 'display') ?? (name === 'td' || name === 'th' ? 'table-cell' : '');
  if (display === 'table-cell' && one.previousElementSibling) lines.add('\t', true);
  write(one, lines, {
    kept: preformatted(one, styles) ?? kept,
    list: name === 'ol' ? numbers(one) : name === 'ul' ? undefined : list,
  });
  lines.gap(gap);
}

const numberOf = (element: Element, attribute: string): number | undefined => {
  const number = Number.parseInt(element.getAttribute(attribute) ?? '', 10);
  return Number.isNaN(number) ? undefined : number;
};

function numbers(list: Element): List {
  const reversed = list.hasAttribute('reversed');
  const entries = [...list.children].filter(({ localName }) => localName === 'li').length;
  return { next: numberOf(list, 'start') ?? (reversed ? entries : 1), step: reversed ? -1 : 1 };
}

/** What stands before an entry. */
function markOf(entry: Element, list: List | undefined): string {
  if (!list) return '– ';
  const number = numberOf(entry, 'value') ?? list.next;
  list.next = number + list.step;
  return `${number}. `;
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
    readonly styles: (element: Element) => readonly Declaration[],
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
