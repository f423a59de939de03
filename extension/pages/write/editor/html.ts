// The document as HTML for a mail. Written by hand from the schema: there is nothing in it that is not named here.

import type { Mark, Node } from 'prosemirror-model';
import { linkOf } from './text.js';

const ELEMENTS: Record<string, string> = {
  // A line as mail programs write it: paragraphs of theirs would have gaps that are not there in the editor.
  paragraph: 'div',
  forwarded: 'div',
  bullet_list: 'ul',
  ordered_list: 'ol',
  list_item: 'li',
};

const MARKS: Record<string, string> = { strong: 'b', em: 'i', underline: 'u', code: 'code' };

/** What stands between `<body>` and `</body>`. `cid` gives the Content-ID of a picture; one without is words, as in a plain text. */
export function toHtml(doc: Node, cid: (file: string) => string | undefined): string {
  return children(doc, cid);
}

type Cid = Parameters<typeof toHtml>[1];

function children(node: Node, cid: Cid): string {
  let html = '';
  node.forEach((child) => {
    html += block(child, cid);
  });
  return html;
}

function block(node: Node, cid: Cid): string {
  const name = node.type.name;
  const inside = node.type.spec.code
    ? escaped(node.textContent)
    : node.isTextblock
      ? line(node, cid)
      : children(node, cid);
  const kept = node.isTextblock && SPACES.test(wordsOf(node)) ? ' style="white-space:pre-wrap"' : '';
  switch (name) {
    case 'quote':
      return `<blockquote type="cite">${inside}</blockquote>`;
    case 'heading':
      return `<h${node.attrs.level}${kept}>${inside}</h${node.attrs.level}>`;
    case 'code_block':
      return `<pre>${inside}</pre>`;
    case 'rule':
      return '<hr>';
    default: {
      const element = ELEMENTS[name];
      return element === undefined ? inside : `<${element}${kept}>${inside}</${element}>`;
    }
  }
}

/** Tabs and spaces that HTML would draw as one, or not at all: in a row, or where a line begins or ends. */
const SPACES = /[\t\n]|[ \r] | \r|^ | $/;

function wordsOf(node: Node): string {
  return node.textBetween(0, node.content.size, '', ({ type }) => (type.name === 'break' ? '\r' : '\ufffc'));
}

function line(node: Node, cid: Cid): string {
  let html = '';
  let open: string | undefined;
  node.forEach((child) => {
    const href = linkOf(child);
    if (href !== open) {
      if (open !== undefined) html += '</a>';
      if (href !== undefined) html += `<a href="${escaped(href)}">`;
      open = href;
    }
    html += marked(piece(child, cid), child.marks);
  });
  if (open !== undefined) html += '</a>';
  // An empty line has no height otherwise.
  return html || '<br>';
}

function piece(node: Node, cid: Cid): string {
  if (node.isText) return escaped(node.text ?? '');
  if (node.type.name === 'break') return '<br>';
  if (node.type.name !== 'image') return '';
  const id = cid(String(node.attrs.file));
  const alt = escaped(String(node.attrs.alt));
  if (id === undefined) return alt && `[${alt}]`;
  return `<img src="cid:${escaped(id)}" alt="${alt}">`;
}

function marked(html: string, marks: readonly Mark[]): string {
  return marks.reduceRight((inside, { type }) => {
    const element = MARKS[type.name];
    return element === undefined ? inside : `<${element}>${inside}</${element}>`;
  }, html);
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
