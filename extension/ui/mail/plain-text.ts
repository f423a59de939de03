// The text of cleaned HTML, for copying and for those who would rather read that.

const BLOCK = new Set(
  `address article aside blockquote caption center dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header
  hr li main nav ol p pre section table tr ul`.split(/\s+/),
);
/** Blocks with an empty line around them. */
const APART = new Set('blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul'.split(' '));

/** What stands in the place of a picture; nothing for its words. */
export type Stand = (image: HTMLImageElement) => string | undefined;

/** All text of it: nothing is hidden, so that nothing is missing. */
export function plainText(content: ParentNode & Node, stand: Stand = () => undefined): string {
  const lines = new Lines(stand);
  write(content, lines, false);
  return lines.text();
}

function write(node: Node, lines: Lines, preformatted: boolean): void {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) lines.add(child.nodeValue ?? '', preformatted);
    else if (child.nodeType === Node.ELEMENT_NODE) element(child as Element, lines, preformatted);
  }
}

function element(one: Element, lines: Lines, preformatted: boolean): void {
  const name = one.localName;
  if (name === 'br') lines.end();
  if (name === 'img') picture(one as HTMLImageElement, lines);
  const gap = APART.has(name) ? 2 : BLOCK.has(name) ? 1 : 0;
  lines.gap(gap);
  if (name === 'li') lines.add('– ', true);
  if ((name === 'td' || name === 'th') && one.previousElementSibling) lines.add('\t', true);
  write(one, lines, preformatted || name === 'pre');
  lines.gap(gap);
}

function picture(image: HTMLImageElement, lines: Lines): void {
  const alt = image.getAttribute('alt')?.trim() ?? '';
  const words = lines.stand(image) ?? (alt && `[${alt}]`);
  if (words) lines.add(` ${words} `, false);
}

/** Text being written, with white space as a browser would draw it. */
class Lines {
  #text = '';
  /** Line ends that are due before the next word. */
  #due = 0;
  #space = false;

  constructor(readonly stand: Stand) {}

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
    this.#text += preformatted ? words : words.trim();
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
    return this.#text;
  }

  #flush(space: boolean): void {
    if (this.#due > 0) {
      if (this.#text !== '') this.#text += '\n'.repeat(this.#due);
    } else if (space && !/\s$/.test(this.#text) && this.#text !== '') this.#text += ' ';
    this.#due = 0;
  }
}
