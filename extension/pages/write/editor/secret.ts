// Text of a message that came encrypted, in a mail that goes out in clear: found, and taken out.

import { Fragment, type Node } from 'prosemirror-model';
import type { EditorState, Transaction } from 'prosemirror-state';
import type { Mappable } from 'prosemirror-transform';
import { schema } from './schema.js';

/** How text of an encrypted message stands in a mail: marked as such, or somewhere in it, nobody can tell where. */
export type Secret = 'marked' | 'unmarked';

/** Whether some of it came out of an encrypted message. */
export function hasSecret(doc: Node | Fragment): boolean {
  let found = false;
  doc.descendants((node) => {
    found ||= node.attrs.secret === true;
    return !found;
  });
  return found;
}

/** Takes it all out; what the user wrote beside it stays. */
export function withoutSecret(state: EditorState): Transaction {
  const places: { from: number; to: number }[] = [];
  state.doc.descendants((node, position) => {
    if (node.attrs.secret !== true) return true;
    places.push({ from: position, to: position + node.nodeSize });
    return false;
  });
  const { tr } = state;
  for (const { from, to } of places.reverse()) tr.delete(from, to);
  return tr;
}

/** The same for a plain text: its quoted lines. */
export function withoutQuotes(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('>'))
    .join('\n');
}

/** Whether a plain text has quoted lines. */
export function hasQuotes(text: string): boolean {
  return /^>/m.test(text);
}

/** Quotations as text of an encrypted message: what a plain text, which holds no marks, becomes again. */
export function asSecret(doc: Node): Node {
  const blocks: Node[] = [];
  doc.forEach((node) => {
    const quote = node.type === schema.nodes.quote;
    blocks.push(quote ? node.type.create({ ...node.attrs, secret: true }, node.content, node.marks) : node);
  });
  return doc.copy(Fragment.from(blocks));
}

/** Whether a change has put marked text where it is marked no longer: lifted out of its quotation, joined with a line, moved. */
export function escapes(before: Node, after: Node, mapping: Mappable): boolean {
  if (!hasSecret(before)) return false;
  const [was, is] = [sizesOf(before), sizesOf(after)];
  // Put in anew, it is not followed; and where other text goes with it, its size tells nothing.
  return (is.marked < was.marked && is.other > was.other) || standsOutside(before, after, mapping);
}

/** Whether text that was marked, followed to where it is now, stands outside of all marks. */
function standsOutside(before: Node, after: Node, mapping: Mappable): boolean {
  let found = false;
  const lookAt = (start: number, end: number) => {
    const [from, to] = [mapping.map(start, 1), mapping.map(end, -1)];
    if (from >= to) return;
    after.nodesBetween(from, to, (node) => {
      const secret = node.attrs.secret === true;
      found ||= node.isText && !secret;
      return !secret && !found;
    });
  };
  before.descendants((node, position) => {
    if (node.attrs.secret !== true) return !found;
    node.descendants((inner, at) => {
      const start = position + 1 + at;
      if (inner.isText) lookAt(start, start + inner.nodeSize);
    });
    return false;
  });
  return found;
}

/** How much text is marked, and how much is not. */
function sizesOf(doc: Node): { marked: number; other: number } {
  let [marked, other] = [0, 0];
  doc.descendants((node) => {
    const secret = node.attrs.secret === true;
    if (secret) marked += node.textContent.length;
    else if (node.isText) other += node.nodeSize;
    return !secret;
  });
  return { marked, other };
}
