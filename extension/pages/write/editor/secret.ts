// Text of a message that came encrypted, in a mail that goes out in clear: found, and taken out.

import type { Node } from 'prosemirror-model';
import type { EditorState, Transaction } from 'prosemirror-state';

/** Whether some of it came out of an encrypted message. */
export function hasSecret(doc: Node): boolean {
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
