// The document as plain text, and plain text as a document. A paragraph is a line; a quotation is a run of lines that
// begin with `>` (RFC 3676, 4.5).

import type { Node } from 'prosemirror-model';
import { schema } from './schema.js';

/** Quotations within quotations that are kept apart; deeper ones are lines of the innermost. */
const MAX_DEPTH = 8;

/** Documents never change: what was made of one is good for as long as it is there. It is asked for at each key. */
const texts = new WeakMap<Node, string>();
const plains = new WeakMap<Node, boolean>();

/** The text of a document, line ends as LF. */
export function toText(doc: Node): string {
  const known = texts.get(doc) ?? lines(doc).join('\n');
  texts.set(doc, known);
  return known;
}

function lines(parent: Node): string[] {
  const found: string[] = [];
  parent.forEach((node, _offset, index) => {
    found.push(...block(node, parent, index));
  });
  return found;
}

function block(node: Node, parent: Node, index: number): string[] {
  switch (node.type.name) {
    case 'quote':
      return lines(node).map((line) => (line === '' || line.startsWith('>') ? `>${line}` : `> ${line}`));
    case 'forwarded':
    case 'bullet_list':
    case 'ordered_list':
      return lines(node);
    case 'list_item': {
      const marker = parent.type.name === 'ordered_list' ? `${index + 1}. ` : '- ';
      return lines(node).map((line, at) => (at === 0 ? marker : line && ' '.repeat(marker.length)) + line);
    }
    case 'rule':
      return ['---'];
    default:
      return inline(node).split('\n');
  }
}

function inline(node: Node): string {
  let text = '';
  node.forEach((child, _offset, index) => {
    if (child.isText) text += child.text ?? '';
    else if (child.type.name === 'break') text += '\n';
    else if (child.type.name === 'image') text += child.attrs.alt ? `[${child.attrs.alt}]` : '';
    const href = linkOf(child);
    // The address stands once, after the last piece of its words.
    if (href === undefined || linkOf(node.maybeChild(index + 1)) === href) return;
    const words = wordsOf(node, index, href);
    if (!sameAddress(words, href)) text += ` <${href.replace(/^mailto:/, '')}>`;
  });
  return text;
}

/** The address of the link that an inline node is in. */
export function linkOf(node: Node | null): string | undefined {
  const mark = node?.marks.find(({ type }) => type === schema.marks.link);
  return mark === undefined ? undefined : String(mark.attrs.href);
}

/** All words of the link whose last piece is at `index`. */
function wordsOf(parent: Node, index: number, href: string): string {
  let words = '';
  for (let at = index; at >= 0 && linkOf(parent.child(at)) === href; at--) words = parent.child(at).textContent + words;
  return words;
}

/** Whether the words of a link are its address already. */
export function sameAddress(words: string, href: string): boolean {
  const bare = (text: string) =>
    text
      .trim()
      .replace(/^mailto:/i, '')
      .replace(/\/$/, '');
  return bare(words) === bare(href) || `https://${bare(words)}` === bare(href);
}

/** Whether plain text says all of it: nothing is formatted, and there are no pictures. */
export function isPlain(doc: Node): boolean {
  const known = plains.get(doc) ?? looksPlain(doc);
  plains.set(doc, known);
  return known;
}

function looksPlain(doc: Node): boolean {
  let plain = true;
  doc.descendants((node, _position, parent, index) => {
    const name = node.type.name;
    plain &&= ['paragraph', 'quote', 'forwarded', 'text', 'break'].includes(name);
    const href = linkOf(node);
    const bare = href !== undefined && parent !== null && sameAddress(wordsOf(parent, index, href), href);
    plain &&= node.marks.every(({ type }) => type === schema.marks.link && bare);
    return plain;
  });
  return plain;
}

/** What a line of a text becomes. */
export type Line = (row: string) => Node[];

const words: Line = (row) => (row === '' ? [] : [schema.text(row)]);

/** Blocks of a text: its lines as paragraphs, its quotations as quotations. */
export function blocksOf(text: string, line: Line = words): Node[] {
  return grouped(text.replace(/\r\n?/g, '\n').split('\n'), 0, line);
}

function grouped(rows: readonly string[], depth: number, line: Line): Node[] {
  const blocks: Node[] = [];
  let quoted: string[] = [];
  const flush = () => {
    if (quoted.length > 0) blocks.push(schema.node('quote', null, grouped(quoted, depth + 1, line)));
    quoted = [];
  };
  for (const row of rows) {
    if (row.startsWith('>') && depth < MAX_DEPTH) quoted.push(row.replace(/^> ?/, ''));
    else {
      flush();
      blocks.push(schema.node('paragraph', null, line(row)));
    }
  }
  flush();
  return blocks;
}

/** A document with nothing but this text. */
export function docOf(text: string): Node {
  return schema.node('doc', null, blocksOf(text));
}
